//! Checks every row of `data/*.tsv` and writes them as sorted static slices.
//! A wrong row fails the build with its file and line.

use std::path::PathBuf;
use std::{env, fmt, fs};

/// Why the build fails. Cargo prints it with `{:?}`.
struct Fail(String);

impl fmt::Debug for Fail {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The files: name, headings, how many columns are the key.
const FILES: &[(&str, &[&str], usize)] = &[
    ("dovecot", &["section", "old", "kind", "new", "convert", "reason"], 2),
    ("dovecot-reasons", &["key", "en", "ko"], 1),
    ("dovecot-variables", &["scope", "old", "new"], 2),
    ("postfix-defaults", &["name", "policy", "en", "ko"], 1),
];

fn main() -> Result<(), Fail> {
    println!("cargo::rerun-if-changed=data");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|error| Fail(format!("OUT_DIR: {error}")))?);
    for (name, header, keys) in FILES {
        let path = format!("data/{name}.tsv");
        let text = fs::read_to_string(&path).map_err(|error| Fail(format!("{path}: {error}")))?;
        let code = slice_of(&path, &text, header, *keys)?;
        fs::write(out.join(format!("{name}.rs")), code).map_err(|error| Fail(format!("{name}.rs: {error}")))?;
    }
    Ok(())
}

/// The rows as an array of arrays of strings.
fn slice_of(path: &str, text: &str, header: &[&str], keys: usize) -> Result<String, Fail> {
    let mut code = String::from("&[");
    let mut last: Option<Vec<&str>> = None;
    let mut headed = false;
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        let fail = |why: &str| Err(Fail(format!("crates/migrate/{path}:{}: {why}", at + 1)));
        let cells: Vec<&str> = line.split('\t').collect();
        if !headed {
            headed = true;
            if cells != header {
                return fail(&format!("the headings must be {header:?}"));
            }
            continue;
        }
        if cells.len() != header.len() || cells.contains(&"") {
            return fail("wrong number of cells, or an empty one; `-` is nothing");
        }
        let key: Vec<&str> = cells.iter().take(keys).copied().collect();
        if last.is_some_and(|last| last >= key) {
            return fail("not sorted, or twice");
        }
        last = Some(key);
        code.push_str(&format!("{cells:?},"));
    }
    code.push(']');
    Ok(code)
}
