//! Quota roots, rules and warnings.
// plugins/quota/quota.c and quota-util.c of 2.3.19.1

use super::facts::Facts;
use super::outcome::{Outcome, Statement, is_number, label, translated};
use super::read::Value;
use super::texts;
use super::vars::Scope;
use crate::Kind;

/// Which root a key belongs to: `quota2_rule3` to `quota2`.
pub(super) fn root(name: &str) -> Option<(String, &str)> {
    let rest = name.strip_prefix("quota")?;
    let digits = rest.len() - rest.trim_start_matches(|ch: char| ch.is_ascii_digit()).len();
    let root = format!("quota{}", rest.get(..digits)?);
    Some((root, rest.get(digits..)?.strip_prefix('_').unwrap_or("")))
}

/// The header of a root's block.
fn header(facts: &Facts, around: &str, root: &str) -> String {
    let name = facts.plugin(around, root).and_then(|value| value.split(':').nth(1)).filter(|name| !name.is_empty());
    format!("quota {}", label(name.unwrap_or(root)))
}

/// `quota = DRIVER:NAME:OPTIONS`.
pub(super) fn of_root(facts: &Facts, around: &str, name: &str, value: &Value, line: &str) -> Outcome {
    let header = header(facts, around, name);
    let mut parts = value.text.splitn(3, ':');
    let driver = parts.next().unwrap_or_default();
    let mut question = None;
    let mut statements = Vec::new();
    let new = match driver {
        "" => return Outcome::dropped(texts::was_default(name)),
        "dict" => {
            question = Some(texts::quota_dict());
            "count"
        }
        "dirsize" => "count",
        "count" | "maildir" | "fs" | "imapc" => driver,
        _ => return Outcome::ask(line, texts::quota_driver(driver)),
    };
    let _ = parts.next();
    statements.push(Statement::here(format!("driver = {new}")));
    for option in parts.next().unwrap_or_default().split(':').filter(|option| !option.is_empty()) {
        let line = match option {
            "noenforcing" => "enforce = no",
            "ignoreunlimited" => "ignore_unlimited = yes",
            "hidden" => "hidden = yes",
            "user" if driver == "fs" => "fs_type = user",
            "group" if driver == "fs" => "fs_type = group",
            "inode_per_mail" if driver == "fs" => "fs_message_limit = yes",
            "vsizes" => continue,
            _ if driver == "dict" => continue,
            _ => match option.strip_prefix("mount=").filter(|_| driver == "fs") {
                Some(mount) => {
                    statements.push(Statement::here(format!("fs_mount_path = {mount}")));
                    continue;
                }
                None => {
                    question = Some(texts::quota_option(option));
                    continue;
                }
            },
        };
        statements.push(Statement::here(line));
    }
    let statements = statements.into_iter().map(|one| one.inside(&header)).collect();
    let mut outcome = Outcome::new(Kind::Moved, statements, texts::quota_root(&header));
    if question.is_some() {
        (outcome.kind, outcome.question) = (Kind::NeedsYou, question);
    }
    outcome
}

/// `quota_rule = MAILBOX:LIMIT:LIMIT…`.
pub(super) fn rule(facts: &Facts, around: &str, name: &str, value: &Value, line: &str) -> Outcome {
    let Some((root, _)) = root(name) else { return Outcome::ask(line, texts::quota_rule_form()) };
    let header = header(facts, around, &root);
    let Some((mailbox, limits)) = value.text.split_once(':') else {
        return Outcome::ask(line, texts::quota_rule_form());
    };
    let everywhere = matches!(mailbox, "*" | "?");
    let mut lines = Vec::new();
    for limit in limits.split(':').filter(|limit| !limit.is_empty()) {
        let Some(mut new) = limit_lines(limit) else { return Outcome::ask(line, texts::quota_rule_form()) };
        lines.append(&mut new);
    }
    let place = |line: String| {
        let inner = Statement::here(line).inside(&header);
        if everywhere { inner } else { inner.inside(&format!("mailbox {}", label(mailbox))) }
    };
    let statements = lines.into_iter().map(place).collect();
    Outcome::new(Kind::Moved, statements, texts::quota_root(&header))
}

/// One limit of a rule as lines in the root's block.
fn limit_lines(limit: &str) -> Option<Vec<String>> {
    if limit == "ignore" {
        return Some(vec!["ignore = yes".to_owned()]);
    }
    let (name, amount) = limit.split_once('=')?;
    let unit = match name {
        "storage" => "K",
        "bytes" => "",
        "messages" => {
            if let Some(percent) = amount.strip_suffix("%%").or_else(|| amount.strip_suffix('%')) {
                return Some(vec![format!("message_percentage = {}", percentage(percent)?)]);
            }
            let plain = amount.strip_prefix('+').is_none() && is_number(amount);
            return plain.then(|| vec![format!("message_count = {}", unlimited(amount))]);
        }
        _ => return None,
    };
    if let Some(percent) = amount.strip_suffix("%%").or_else(|| amount.strip_suffix('%')) {
        return Some(vec![format!("storage_percentage = {}", percentage(percent)?)]);
    }
    if let Some(extra) = amount.strip_prefix('+') {
        return Some(vec![format!("storage_extra = {}", sized(extra, unit)?)]);
    }
    let size = sized(amount, unit)?;
    Some(vec![format!("storage_size = {}", unlimited(&size))])
}

/// `+10` is ten percent more than the limit, `10` ten percent of it.
fn percentage(text: &str) -> Option<i64> {
    let (base, number) = match text.strip_prefix('+') {
        Some(rest) => (100, rest),
        None => (0, text),
    };
    number.parse::<i64>().ok().filter(|one| *one < 1 << 40).map(|number| base + number).filter(|number| *number >= 0)
}

pub(super) fn sized(text: &str, unit: &str) -> Option<String> {
    if is_number(text) {
        return Some(if text == "0" { "0".to_owned() } else { format!("{text}{unit}") });
    }
    let number = text.trim_end_matches(|ch: char| ch.is_ascii_alphabetic() || ch == ' ');
    let suffix = text.get(number.len()..)?.trim();
    let known = matches!(suffix.to_ascii_lowercase().as_str(), "b" | "k" | "kb" | "m" | "mb" | "g" | "gb" | "t" | "tb");
    (is_number(number) && known).then(|| text.to_owned())
}

fn unlimited(text: &str) -> &str {
    if text == "0" { "unlimited" } else { text }
}

/// `quota_warning = storage=95%% SCRIPT ARGUMENTS`.
pub(super) fn warning(facts: &Facts, around: &str, name: &str, value: &Value, line: &str) -> Outcome {
    let Some((root, rest)) = root(name) else { return Outcome::ask(line, texts::quota_warning_form()) };
    let header = header(facts, around, &root);
    let number = rest.trim_start_matches(|ch: char| !ch.is_ascii_digit());
    let block = format!("warning {}", label(&format!("{root}-warning{number}")));
    let mut words = value.text.split([' ', '\t']).filter(|word| !word.is_empty());
    let Some(limit) = words.next() else { return Outcome::dropped(texts::was_default(name)) };
    let Some(script) = words.next() else { return Outcome::ask(line, texts::quota_warning_form()) };
    let arguments = words.collect::<Vec<_>>().join(" ");
    let (below, limit) = match limit.strip_prefix(['-', '<']) {
        Some(rest) => (true, rest),
        None => (false, limit.strip_prefix('+').unwrap_or(limit)),
    };
    let Some((resource, amount)) = limit.split_once('=') else {
        return Outcome::ask(line, texts::quota_warning_form());
    };
    let percent = amount.strip_suffix("%%").or_else(|| amount.strip_suffix('%'));
    let limit = match (resource, percent) {
        ("storage" | "bytes", Some(percent)) => format!("quota_storage_percentage = {percent}"),
        ("messages", Some(percent)) => format!("quota_message_percentage = {percent}"),
        ("storage" | "bytes", None) => match sized(amount, if resource == "storage" { "K" } else { "" }) {
            Some(size) => format!("quota_storage_size = {size}"),
            None => return Outcome::ask(line, texts::quota_warning_form()),
        },
        ("messages", None) if is_number(amount) => format!("quota_message_count = {amount}"),
        _ => return Outcome::ask(line, texts::quota_warning_form()),
    };
    let mut statements = Vec::new();
    if resource == "messages" {
        statements.push(Statement::here("resource = message"));
    }
    if below {
        statements.push(Statement::here("threshold = under"));
    }
    statements.push(Statement::here(limit));
    let mut failed = Vec::new();
    statements.push(execute(script, &arguments, &mut failed));
    let statements = statements.into_iter().map(|one| one.inside(&block).inside(&header)).collect();
    Outcome::new(Kind::Moved, statements, texts::quota_root(&header)).failed(&failed)
}

/// A program or service that is run with arguments.
pub(super) fn execute(script: &str, arguments: &str, failed: &mut Vec<String>) -> Statement {
    let header = format!("execute {}", label(script));
    if arguments.is_empty() {
        return Statement { blocks: vec![header], ..Statement::default() };
    }
    Statement::here(translated("args", arguments, Scope::of("execute_args"), failed)).inside(&header)
}
