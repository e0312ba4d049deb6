//! The repository's own rules, which no compiler checks.
//!
//! A scanner over lines, not a Rust parser: it leans on what rustfmt does to
//! the code, and when it cannot read something it stays silent.

mod size;
mod texts;

use crate::process::capture;
use anyhow::{Result, bail};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What is wrong, and where.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// Counted from 1; 0 for the whole file.
    line: usize,
    message: String,
    /// A note does not fail the run.
    fatal: bool,
}

impl Finding {
    fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into(), fatal: true }
    }
}

/// Text that no checked-in file may hold, and why. Split, so that this file may hold it.
const FORBIDDEN: [(&str, &str); 4] = [
    (concat!("/wo", "rk/"), "a path of the machine it was written on"),
    (concat!("/tmp/", "wt/"), "a path of the machine it was written on"),
    (concat!("../sha", "red/"), "a path outside the repository"),
    (concat!("/root/", ".cargo"), "a path of the machine it was written on"),
];

/// `cargo xtask tidy`.
pub(crate) fn command(root: &Path) -> Result<()> {
    let files = capture(Command::new("git").current_dir(root).args([
        "-c",
        "safe.directory=*",
        "ls-files",
        "-co",
        "--exclude-standard",
    ]))?;
    let files: BTreeSet<&str> = files.lines().filter(|file| root.join(file).is_file()).collect();
    let mut fatal = 0;
    for file in &files {
        // A file that is not UTF-8 is a fixture.
        let Ok(text) = fs::read_to_string(root.join(file)) else { continue };
        let mut findings = check(file, &text);
        findings.extend(check_docs(file, &text, &files));
        findings.sort_by_key(|finding| finding.line);
        for Finding { line, message, fatal: is_fatal } in findings {
            let word = if is_fatal { "error" } else { "note" };
            let line = if line > 0 { format!(":{line}") } else { String::new() };
            println!("{word}: {file}{line}: {message}");
            fatal += usize::from(is_fatal);
        }
    }
    match fatal {
        0 => println!("{} files are tidy", files.len()),
        1 => bail!("1 breach of the repository's rules"),
        _ => bail!("{fatal} breaches of the repository's rules"),
    }
    Ok(())
}

fn check(file: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let forbidden = FORBIDDEN.iter().filter(|(needle, _)| line.contains(needle));
        findings.extend(forbidden.map(|(needle, why)| Finding::new(number, format!("`{needle}` is {why}"))));
        if file.ends_with(".rs") && line.trim_start().starts_with(concat!("#[", "ignore")) {
            findings.push(Finding::new(number, "an ignored test is no test"));
        }
    }
    if file.ends_with(".rs") {
        findings.extend(size::check(text));
        findings.extend(texts::check(text));
    }
    findings
}

/// A rule and each of its pages come together.
fn check_docs(file: &str, text: &str, files: &BTreeSet<&str>) -> Vec<Finding> {
    if !file.starts_with("crates/lint/src/rules/") {
        return Vec::new();
    }
    let stem = [".en.md", ".ko.md", ".rs"].iter().find_map(|ending| file.strip_suffix(ending));
    let is_part = file.ends_with(".md") || text.contains("static RULE: Rule");
    let Some(stem) = stem.filter(|_| is_part) else { return Vec::new() };
    let parts = [".rs", ".en.md", ".ko.md"].map(|ending| format!("{stem}{ending}"));
    let missing = parts.into_iter().filter(|part| !files.contains(part.as_str()));
    missing.map(|part| Finding::new(0, format!("`{part}` is missing beside it"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machine_paths_and_ignored_tests_are_found() {
        let text = format!("// see {}x\n    {}]\n", FORBIDDEN[0].0, concat!("#[", "ignore"));
        let lines: Vec<usize> = check("a.rs", &text).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [1, 2]);
        assert_eq!(check("a.md", "the attribute is never used\n"), []);
    }

    #[test]
    fn a_rule_needs_both_pages_and_a_page_its_rule() {
        let (rule, en, ko) =
            ("crates/lint/src/rules/a/b.rs", "crates/lint/src/rules/a/b.en.md", "crates/lint/src/rules/a/b.ko.md");
        let text = "pub static RULE: Rule = Rule {";
        let all = BTreeSet::from([rule, en, ko]);
        assert_eq!(check_docs(rule, text, &all), []);
        assert_eq!(check_docs(rule, text, &BTreeSet::from([rule, en])).len(), 1);
        assert_eq!(check_docs(en, "", &BTreeSet::from([en])).len(), 2);
        assert_eq!(check_docs("crates/lint/src/rules/mod.rs", "pub mod a;", &all), []);
    }
}
