//! What becomes of one setting: by its section, by the table, and by what
//! only code can say.

use super::outcome::{Converted, Outcome, Read, Statement, assignment, changed, convert, list_of, quoted, truthy};
use super::read::{Node, Value};
use super::rules::{OLD, Rule, RuleKind, came_later, is_new, reason, rule};
use super::vars::{Scope, tail};
use super::walk::{Form, Walk};
use super::{auth, dict, facts, lists, location, old, plugin, sample, texts};
use crate::Kind;
use postproof_catalog::settings_named;

/// What becomes of `name = value` in the sections that are open.
pub(super) fn setting(walk: &mut Walk, node: &Node, name: &str, value: &Value) -> Outcome {
    let line = node.raw.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    if let Some(path) = value.file() {
        let new = walk.rebased(path);
        if new != path {
            let outcome = in_section(walk, name, &Value::plain(&format!("<{new}")), &line);
            return Outcome { kind: if outcome.kind == Kind::Kept { Kind::Renamed } else { outcome.kind }, ..outcome };
        }
    }
    in_section(walk, name, value, &line)
}

fn in_section(walk: &mut Walk, name: &str, value: &Value, line: &str) -> Outcome {
    if let Some(Form::Auth(_, database)) = walk.frames.last().map(|frame| &frame.form) {
        return auth::setting(database, name, value, line);
    }
    let section = walk.frames.last().map_or(String::new(), |frame| frame.section.name.clone());
    match section.as_str() {
        "plugin" => plugin::setting(walk, name, value, line),
        "dict" => dict::entry(walk, name, value, line),
        "auth" => {
            // old-set-parser.c, old_settings_handle_root: the prefix may be left out
            let full = if name.starts_with("auth_") { name.to_owned() } else { format!("auth_{name}") };
            let outcome = global(walk, "global", "", &full, value, line);
            if full == name { outcome } else { Outcome { kind: Kind::Renamed, ..outcome } }
        }
        "" | "protocol" | "local" | "local_name" | "remote" => global(walk, "global", "", name, value, line),
        "unix_listener" | "fifo_listener" => global(walk, "listener", &format!("{section}_"), name, value, line),
        other => {
            let prefix = format!("{other}_");
            let other = other.to_owned();
            global(walk, &other, &prefix, name, value, line)
        }
    }
}

fn global(walk: &mut Walk, section: &str, prefix: &str, name: &str, value: &Value, line: &str) -> Outcome {
    match rule(section, name) {
        Some(found) => match found.kind {
            RuleKind::Special => special(walk, found.new, prefix, name, value, line),
            RuleKind::Drop => Outcome::dropped(reason(found.reason)),
            RuleKind::Ask => Outcome::ask(line, reason(found.reason)),
            RuleKind::Rename | RuleKind::Move => by_table(found, prefix, name, value, line),
        },
        None => {
            let full = format!("{prefix}{name}");
            if is_new(&full) || (!prefix.is_empty() && is_new(name)) {
                return kept(&full, name, value, line);
            }
            if !settings_named(OLD, name).is_empty() {
                return Outcome::dropped(reason("gone"));
            }
            // A setting of a service or module that Dovecot does not bring.
            Outcome::ask(line, texts::unknown_setting(name))
        }
    }
}

/// A setting whose name stays; its value may need another form.
pub(super) fn kept(full: &str, name: &str, value: &Value, line: &str) -> Outcome {
    if let Some(since) = came_later(full) {
        return Outcome::dropped(texts::came_later(&since.to_string()));
    }
    let converted = convert(value, full, name, Scope::of(name), Read::Typed);
    finish(converted, name, name, value, Scope::of(name), line)
}

/// A row of the table that is no special case.
pub(super) fn by_table(found: Rule, prefix: &str, name: &str, value: &Value, line: &str) -> Outcome {
    let (blocks, new) = found.new.rsplit_once('/').map_or((None, found.new), |(blocks, new)| (Some(blocks), new));
    let plugin = prefix == "plugin";
    let full = if plugin || prefix.is_empty() { new.to_owned() } else { format!("{prefix}{new}") };
    let scope = Scope::of(name);
    if let Some(since) = came_later(&full) {
        return Outcome::dropped(texts::came_later(&since.to_string()));
    }
    if plugin && value.text.is_empty() {
        return Outcome::dropped(texts::was_default(name));
    }
    let read = if plugin {
        Read::Plugin
    } else if found.convert == "vars" {
        Read::Expanded
    } else {
        Read::Typed
    };
    let converted = match by_name(found.convert, value) {
        Some(converted) => converted,
        None if found.convert == "raw" => Converted { pieces: value.pieces.clone(), ..Converted::default() },
        None => convert(value, &full, name, scope, read),
    };
    let converted = match found.convert {
        "optional" => optional(converted),
        _ => converted,
    };
    let mut outcome = finish(converted, new, name, value, scope, line);
    for block in blocks.into_iter().flat_map(|blocks| blocks.split('/').rev()) {
        outcome.statements = outcome.statements.into_iter().map(|one| one.inside(block)).collect();
    }
    if outcome.kind == Kind::Kept || outcome.kind == Kind::Renamed {
        let same = new == name && blocks.is_none();
        (outcome.kind, outcome.reason) = match (plugin, same) {
            (true, _) => (Kind::Moved, texts::moved_out(new)),
            (false, true) => (outcome.kind, outcome.reason),
            (false, false) => (Kind::Renamed, texts::renamed(new)),
        };
    }
    outcome
}

/// Variables that may be unknown: 2.4.1 expands these settings also where
/// there is no user, to tell what the Sieve interpreter can do.
fn optional(mut converted: Converted) -> Converted {
    for piece in &mut converted.pieces {
        if converted.variables {
            let parts = piece.split("%{").map(|part| match part.find([' ', '}']) {
                Some(at) if part.contains('}') => {
                    format!("{} | default(''){}", part.get(..at).unwrap_or_default(), tail(part, at))
                }
                Some(_) | None => part.to_owned(),
            });
            *piece = parts.collect::<Vec<_>>().join("%{");
        }
    }
    converted
}

/// The conversions that a row can ask for by name.
fn by_name(convert: &str, value: &Value) -> Option<Converted> {
    let yes = value.text.eq_ignore_ascii_case("yes") || value.text == "1" || value.text.eq_ignore_ascii_case("y");
    let bool = |on: bool| Some(changed(value, if on { "yes" } else { "no" }));
    match convert {
        "invert" => bool(!yes),
        "invert-plugin" => bool(!truthy(&value.text)),
        "allow" => bool(value.text == "allow"),
        "present" => bool(true),
        "file" | "path" => {
            let path = value.file().unwrap_or(&value.text);
            let inline = convert == "file" && value.text.starts_with("-----BEGIN");
            Some(changed(value, &if inline { quoted(&format!("inline:{path}")) } else { quoted(path) }))
        }
        "server-client" => Some(changed(value, if yes { "server" } else { "client" })),
        "unlimited"
            if matches!(
                value.text.as_str(),
                "0" | "0 M" | "0 secs" | "0s" | "18446744073709551615" | "18446744073709551615 B"
            ) =>
        {
            Some(changed(value, "unlimited"))
        }
        "infinite" if value.text == "0" => Some(changed(value, "infinite")),
        "msecs" if super::outcome::is_number(&value.text) => Some(changed(value, &format!("{}ms", value.text))),
        // 2.4 reads xz, and does not write it.
        "compress" => {
            let known = matches!(value.text.as_str(), "gz" | "bz2" | "deflate" | "lz4" | "zstd");
            Some(Converted { misfit: !known, ..changed(value, &value.text) })
        }
        _ => None,
    }
}

/// A converted value as an outcome.
pub(super) fn finish(
    converted: Converted,
    new: &str,
    old: &str,
    value: &Value,
    scope: Scope<'_>,
    line: &str,
) -> Outcome {
    if converted.misfit {
        return Outcome::ask(line, texts::misfit(new));
    }
    let kind = if converted.changed { Kind::Renamed } else { Kind::Kept };
    let text = if converted.changed { texts::value_form(new) } else { texts::kept() };
    let statement = match converted.block {
        Some(lines) => Statement { blocks: vec![new.to_owned()], lines, ..Statement::default() },
        None => Statement { lines: assignment(new, &converted.pieces), ..Statement::default() },
    };
    let mut outcome = Outcome::new(kind, vec![statement], text);
    if converted.variables {
        outcome.samples = sample::of(&value.text, scope);
    }
    if converted.failed.iter().any(|word| word.starts_with('$')) {
        return Outcome::ask(line, texts::list_reference(old));
    }
    outcome.failed(&converted.failed)
}

/// What the table leaves to code.
fn special(walk: &mut Walk, what: &str, prefix: &str, name: &str, value: &Value, line: &str) -> Outcome {
    let (what, argument) = what.split_once(':').unwrap_or((what, ""));
    let renamed = |line: String, to: &str| Outcome::new(Kind::Renamed, vec![Statement::here(line)], texts::renamed(to));
    match what {
        "location" => of_location(walk, name, value, line),
        "plugins" => plugin::list_of_plugins(name, value, line),
        "list" | "plus-list" => plugin::plus_list(name, name, value, Kind::Kept, line),
        "debug" => debug(walk, name, value),
        "protocols" => lists::protocols(name, value, line),
        "listen" => lists::listen(walk, name, value, line),
        "workers" => {
            let statement = Statement::new(&["service auth-worker"], format!("process_limit = {}", value.text));
            Outcome::new(Kind::Moved, vec![statement], texts::renamed("service auth-worker { process_limit }"))
        }
        "environment" => lists::blocks(name, "import_environment", lists::environment(value), line),
        "imap-id" => lists::blocks(name, "imap_id_send", lists::imap_id(value), line),
        "policy-attributes" => old::policy_attributes(value),
        "dict" => plugin::dict_filter(argument, value, line),
        "attachment-fs" => lists::attachment_fs(value, line),
        "min-protocol" if value.text == "SSLv3" || value.text == "ANY" => renamed(format!("{name} = TLSv1"), "TLSv1"),
        "cache-size" if value.text.parse::<u32>().is_ok_and(|size| size > 0 && size < 1024) => {
            renamed(format!("{name} = {}M", value.text), &format!("{}M", value.text))
        }
        "workarounds" => {
            let words: Vec<&str> =
                value.words().into_iter().filter(|word| !matches!(*word, "outlook-idle" | "netscape-eoh")).collect();
            finish(list_of(&words, value, name), name, name, value, Scope::of(name), line)
        }
        "imapc-features" => renamed(format!("{name} = {}", lists::imapc_features(&value.words()).join(" ")), name),
        "ssl-protocols" => match lists::lowest(&value.words()) {
            Some(lowest) => renamed(format!("ssl_min_protocol = {lowest}"), "ssl_min_protocol"),
            // 2.3 reports such a value and goes on without it.
            None => Outcome::dropped(texts::was_default(name)),
        },
        "ssl-options" => {
            let words: Vec<&str> = value.words().into_iter().filter(|word| *word != "no_compression").collect();
            if words.is_empty() {
                return Outcome::dropped(texts::was_default(name));
            }
            renamed(format!("{name} = {}", words.join(" ")), name)
        }
        "uri" if !value.text.is_empty() && !value.text.contains(':') => Outcome::ask(line, texts::misfit(name)),
        "plaintext" => plaintext(walk, value),
        "fsync" => {
            let new = if value.text.eq_ignore_ascii_case("yes") { "never" } else { "optimized" };
            renamed(format!("mail_fsync = {new}"), "mail_fsync")
        }
        "root-sieve" => {
            let name = if name == "sieve_storage" { "sieve_dir" } else { name };
            plugin::setting(walk, name, value, line)
        }
        "old-login" | "old-mail" | "old-auth" | "old-listen" => {
            old::old_service(walk, what, argument, name, value, line)
        }
        "idle-kill" => match value.text.as_str() {
            "0" | "0 secs" => Outcome::dropped(texts::was_default(name)),
            _ => renamed(format!("idle_kill_interval = {}", value.text), "idle_kill_interval"),
        },
        "limit" if value.text == "0" => Outcome::dropped(texts::was_default(name)),
        "shared-prefix" => lists::shared_prefix(name, value),
        "format-args" => old::format_args(value, line),
        "transport-args" | "transport-timeout" => old::transport(walk, what, value, line),
        "group-by" => old::group_by(value, line),
        _ => kept(&format!("{prefix}{name}"), name, value, line),
    }
}

/// `mail_location` and `location`.
fn of_location(walk: &Walk, name: &str, value: &Value, line: &str) -> Outcome {
    if value.text.is_empty() {
        return Outcome::dropped(texts::was_default(name));
    }
    let in_namespace = walk.frames.last().is_some_and(|frame| frame.section.name == "namespace");
    let around = facts::place(&walk.around());
    let kind = walk.facts.get(&around, "type");
    let shared = in_namespace && kind.is_some_and(|kind| kind.eq_ignore_ascii_case("shared"));
    let scope = Scope { shared: shared || value.text.contains("%%h"), ..Scope::of("mail_location") };
    let (lines, failed, unknown) = location::lines(&value.text, scope);
    if let Some(part) = unknown.first() {
        return Outcome::ask(line, texts::location_part(part));
    }
    let statements = lines.into_iter().map(Statement::here).collect();
    let mut outcome = Outcome::new(Kind::Renamed, statements, texts::location_split()).failed(&failed);
    outcome.samples = sample::of(&value.text, scope);
    outcome
}

/// `verbose_ssl` is a category of the debug filter in 2.4.
fn debug(walk: &mut Walk, name: &str, value: &Value) -> Outcome {
    let categories = [("verbose_ssl", "category=ssl")];
    let around = facts::place(&walk.around());
    let mut parts: Vec<String> = Vec::new();
    if let Some(own) = walk.facts.get(&around, "log_debug").filter(|own| !own.is_empty()) {
        parts.push(if own.contains(' ') { format!("({own})") } else { own.to_owned() });
    }
    for (name, category) in categories {
        if walk.facts.get(&around, name).is_some_and(|value| value.eq_ignore_ascii_case("yes")) {
            parts.push(category.to_owned());
        }
    }
    let on = name == "log_debug" || value.text.eq_ignore_ascii_case("yes");
    if !on {
        return Outcome::dropped(texts::was_default(name));
    }
    if walk.written.insert(format!("log_debug {around}"), String::new()).is_some() {
        return Outcome::merged("log_debug");
    }
    let line = format!("log_debug = {}", quoted(&parts.join(" OR ")));
    if name == "log_debug" && parts.len() == 1 {
        return Outcome::new(
            Kind::Kept,
            vec![Statement::here(format!("log_debug = {}", quoted(&value.text)))],
            texts::kept(),
        );
    }
    Outcome::new(Kind::Renamed, vec![Statement::here(line)], texts::renamed("log_debug"))
}

/// `disable_plaintext_auth`, turned round.
// login-settings.c of 2.4.1: yes is refused beside ssl = required, where 2.3
// went on to demand TLS
fn plaintext(walk: &Walk, value: &Value) -> Outcome {
    let disabled = !matches!(value.text.to_ascii_lowercase().as_str(), "no");
    if !disabled && walk.facts.tls_required {
        return Outcome::dropped(texts::plaintext_with_tls());
    }
    let line = format!("auth_allow_cleartext = {}", if disabled { "no" } else { "yes" });
    Outcome::new(Kind::Renamed, vec![Statement::here(line)], texts::inverted("auth_allow_cleartext"))
}
