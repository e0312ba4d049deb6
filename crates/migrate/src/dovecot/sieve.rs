//! Sieve scripts: where they are, and when they run.
// Pigeonhole documentation of 2.3 and 2.4; the settings that 2.4.1 takes

use super::dict;
use super::facts::Facts;
use super::outcome::{Outcome, Statement, label, translated};
use super::read::Value;
use super::texts;
use super::vars::Scope;
use crate::Kind;

/// `[DRIVER:]PATH[;option=value…]`.
struct Location<'v> {
    driver: &'v str,
    path: &'v str,
    options: Vec<(&'v str, &'v str)>,
}

fn location(text: &str) -> Location<'_> {
    let mut parts = text.split(';').map(str::trim);
    let first = parts.next().unwrap_or_default();
    let (driver, path) = match first.split_once(':') {
        Some((driver @ ("file" | "dict" | "ldap"), path)) => (driver, path),
        Some(_) | None => ("", first),
    };
    let options = parts.filter_map(|part| part.split_once('=')).collect();
    Location { driver, path, options }
}

fn option<'v>(location: &Location<'v>, name: &str) -> Option<&'v str> {
    location.options.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
}

/// `sieve = …`: the personal scripts.
pub(super) fn personal(facts: &Facts, around: &str, value: &Value, line: &str) -> Outcome {
    let place = location(&value.text);
    let mut failed = Vec::new();
    let mut lines = Vec::new();
    let mut push =
        |name: &str, text: &str| lines.push(translated(name, text, Scope::of("sieve_script_path"), &mut failed));
    match place.driver {
        "dict" | "ldap" => return stored("personal", None, &place, line),
        "file" => {
            push("path", place.path);
            if let Some(active) = option(&place, "active") {
                push("active_path", active);
            }
        }
        _ if option(&place, "active").is_some() => {
            push("path", place.path);
            push("active_path", option(&place, "active").unwrap_or_default());
        }
        // A bare path is the script that runs; the others are in sieve_dir.
        _ => {
            push("path", facts.plugin(around, "sieve_dir").unwrap_or("~/sieve"));
            push("active_path", place.path);
        }
    }
    if let Some(bin) = option(&place, "bindir") {
        push("bin_path", bin);
    }
    let statements = lines.into_iter().map(|line| Statement::new(&["sieve_script personal"], line)).collect();
    Outcome::new(Kind::Moved, statements, texts::sieve_script("personal")).failed(&failed)
}

/// `sieve_dir = …`, where `sieve` does not take it in.
pub(super) fn directory(facts: &Facts, around: &str, value: &Value) -> Outcome {
    if facts.plugin(around, "sieve").is_some() {
        return Outcome::merged("sieve_script personal");
    }
    let mut failed = Vec::new();
    let line = translated("path", &value.text, Scope::of("sieve_script_path"), &mut failed);
    let statement = Statement::new(&["sieve_script personal"], line);
    Outcome::new(Kind::Moved, vec![statement], texts::sieve_script("personal")).failed(&failed)
}

/// `sieve_before2 = …` and its kin.
pub(super) fn script(kind: &'static str, name: &str, value: &Value, line: &str) -> Outcome {
    let name = name.strip_prefix("sieve_").unwrap_or(name).replace('_', "-");
    of(&name, kind, &value.text, &[], line)
}

fn of(name: &str, kind: &str, text: &str, extra: &[String], line: &str) -> Outcome {
    if text.is_empty() {
        return Outcome::dropped(texts::was_default(name));
    }
    let place = location(text);
    if matches!(place.driver, "dict" | "ldap") {
        return stored(name, Some(kind), &place, line);
    }
    let header = format!("sieve_script {}", label(name));
    let mut failed = Vec::new();
    let mut lines = vec![format!("type = {kind}")];
    lines.extend(extra.iter().cloned());
    lines.push(translated("path", place.path, Scope::of("sieve_script_path"), &mut failed));
    if let Some(script) = option(&place, "name") {
        lines.push(format!("name = {script}"));
    }
    if let Some(bin) = option(&place, "bindir") {
        lines.push(translated("bin_path", bin, Scope::of("sieve_script_path"), &mut failed));
    }
    let statements = lines.into_iter().map(|line| Statement::new(&[&header], line)).collect();
    Outcome::new(Kind::Moved, statements, texts::sieve_script(name)).failed(&failed)
}

/// Scripts in a dictionary.
fn stored(name: &str, kind: Option<&str>, place: &Location<'_>, line: &str) -> Outcome {
    let Some((statements, failed)) = dict::block(place.path, None).filter(|_| place.driver == "dict") else {
        return Outcome::ask(line, texts::sieve_driver(place.driver));
    };
    let header = format!("sieve_script {}", label(name));
    let mut all: Vec<Statement> = kind.map(|kind| Statement::here(format!("type = {kind}"))).into_iter().collect();
    all.push(Statement::here("driver = dict"));
    all.extend(option(place, "name").map(|script| Statement::here(format!("name = {script}"))));
    all.extend(statements);
    let statements = all.into_iter().map(|one| one.inside(&header)).collect();
    Outcome::new(Kind::Moved, statements, texts::sieve_script(name)).failed(&failed)
}

/// `imapsieve_mailbox1_before = …`: a script that runs for a mailbox.
pub(super) fn imapsieve(facts: &Facts, around: &str, name: &str, value: &Value, line: &str) -> Outcome {
    let Some((number, what)) = name.strip_prefix("imapsieve_mailbox").and_then(|rest| rest.split_once('_')) else {
        return Outcome::ask(line, texts::imapsieve_form());
    };
    let get = |what: &str| facts.plugin(around, &format!("imapsieve_mailbox{number}_{what}"));
    if !matches!(what, "before" | "after") {
        let has_script = get("before").or_else(|| get("after")).is_some();
        return if has_script {
            Outcome::merged(&format!("sieve_script imapsieve{number}"))
        } else {
            Outcome::dropped(texts::imapsieve_nothing())
        };
    }
    let causes = get("causes").map(|causes| format!("cause = {}", causes.to_ascii_lowercase().replace(',', " ")));
    let extra: Vec<String> = causes.into_iter().collect();
    let script = format!("imapsieve{number}-{what}");
    let mut outcome = of(&script, if what == "before" { "before" } else { "after" }, &value.text, &extra, line);
    let not_all = |name: &&str| !name.is_empty() && *name != "*";
    for (wanted, block) in [("from", "imapsieve_from"), ("name", "mailbox")] {
        if let Some(name) = get(wanted).filter(not_all) {
            let header = format!("{block} {}", label(name));
            outcome.statements = outcome.statements.into_iter().map(|one| one.inside(&header)).collect();
        }
    }
    outcome
}
