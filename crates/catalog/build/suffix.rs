//! The public suffix list: checks its order and characters, and drops the comments.

use crate::table::Fail;

/// The rules alone, one a line, and the day of the list.
pub(crate) struct Suffixes {
    pub(crate) rules: String,
    pub(crate) date: String,
}

/// How the comment with the version begins: `2026-10-22_08-36-41_UTC` follows.
const VERSION: &str = "# Version: ";

pub(crate) fn read(path: &str, text: &str) -> Result<Suffixes, Fail> {
    let mut rules: Vec<&str> = Vec::new();
    let mut date = None;
    for (at, line) in text.lines().enumerate() {
        if line.starts_with('#') {
            date = date.or(line.strip_prefix(VERSION).and_then(|version| version.split('_').next()));
            continue;
        }
        let fail = |reason: &str| Err(Fail(format!("crates/catalog/{path}:{}: {reason}", at + 1)));
        if !name(line).split('.').all(is_label) {
            return fail("not labels in lower case, in punycode where they are not ASCII");
        }
        if rules.last().is_some_and(|last| name(last).rsplit('.').ge(name(line).rsplit('.'))) {
            return fail("not sorted by labels from the last on, or twice");
        }
        rules.push(line);
    }
    let Some(date) = date else { return Err(Fail(format!("crates/catalog/{path}: no `{VERSION}` line"))) };
    Ok(Suffixes { rules: rules.join("\n"), date: date.to_owned() })
}

/// A rule without the mark of an exception.
fn name(rule: &str) -> &str {
    rule.strip_prefix('!').unwrap_or(rule)
}

fn is_label(label: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    label == "*" || (!label.is_empty() && label.bytes().all(plain))
}
