//! Checks every row of `data/*.tsv` and writes them as sorted static slices.
//! A wrong row fails the build with its file and line.

#[path = "build/dovecot.rs"]
mod dovecot;
#[path = "build/postfix.rs"]
mod postfix;
#[path = "build/suffix.rs"]
mod suffix;
#[path = "build/table.rs"]
mod table;

use std::path::PathBuf;
use std::{env, fs};

use table::Fail;

/// Makes the expression of one file of `data` in the syntax of Rust.
type Generate = fn(&table::Table) -> Result<String, Fail>;

/// The files: name, headings, how many columns are the key, generator.
const FILES: &[(&str, &[&str], usize, Generate)] = &[
    ("params", postfix::PARAMS, 1, postfix::params),
    ("service-patterns", postfix::SERVICE_PATTERNS, 1, postfix::service_patterns),
    ("restrictions", postfix::RESTRICTIONS, 1, postfix::restrictions),
    ("table-types", postfix::TABLE_TYPES, 1, postfix::table_types),
    ("client-keys", postfix::CLIENT_KEYS, 2, postfix::client_keys),
    ("services", postfix::SERVICES, 3, postfix::services),
    ("dovecot-2.3", dovecot::SETTINGS, 2, dovecot::settings_2_3),
    ("dovecot-2.4", dovecot::SETTINGS, 2, dovecot::settings_2_4),
    ("dovecot-sections", dovecot::SECTIONS, 2, dovecot::sections),
    ("dovecot-services", dovecot::SERVICES, 3, dovecot::services),
];

fn main() -> Result<(), Fail> {
    println!("cargo::rerun-if-changed=data");
    println!("cargo::rerun-if-changed=build");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|error| Fail(format!("OUT_DIR: {error}")))?);
    for (name, header, key_columns, generate) in FILES {
        let path = format!("data/{name}.tsv");
        let text = fs::read_to_string(&path).map_err(|error| Fail(format!("{path}: {error}")))?;
        let table = table::read(&path, &text, header, *key_columns)?;
        let code = generate(&table)?;
        fs::write(out.join(format!("{name}.rs")), code).map_err(|error| Fail(format!("{name}.rs: {error}")))?;
    }
    let path = "data/public_suffixes.txt";
    let text = fs::read_to_string(path).map_err(|error| Fail(format!("{path}: {error}")))?;
    let suffixes = suffix::read(path, &text)?;
    for (name, text) in [("public_suffixes.txt", suffixes.rules), ("public_suffixes_date.txt", suffixes.date)] {
        fs::write(out.join(name), text).map_err(|error| Fail(format!("{name}: {error}")))?;
    }
    Ok(())
}
