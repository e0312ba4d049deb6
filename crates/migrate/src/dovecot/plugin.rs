//! `plugin { }`, which 2.4 does not have: its keys become settings, blocks
//! and filters, or nothing. Beside them the lists and the old names of
//! services that only a few lines use.

use super::facts::Facts;
use super::outcome::{Converted, Outcome, Read, Statement, label, list_of, quoted, translated, truthy};
use super::read::Value;
use super::rules::{OLD, Rule, RuleKind, is_new, reason, rule};
use super::special::{by_table, finish};
use super::vars::Scope;
use super::walk::Walk;
use super::{dict, fts, quota, sieve, texts};
use crate::Kind;
use postproof_catalog::settings_named;

/// The row of a key, also of one with a number or a suffix of its own.
fn family(name: &str) -> Option<(Rule, String)> {
    if let Some(found) = rule("plugin", name) {
        return Some((found, name.to_owned()));
    }
    let stripped = name.trim_end_matches(|ch: char| ch.is_ascii_digit());
    let mut tries = vec![stripped.to_owned()];
    if let Some((root, what)) = quota::root(name) {
        let what = what.trim_end_matches(|ch: char| ch.is_ascii_digit());
        tries.push(if what.is_empty() || root.len() == name.len() {
            "quota".to_owned()
        } else {
            format!("quota_{what}")
        });
    }
    for (prefix, stem) in [
        ("imapsieve_mailbox", "imapsieve_mailbox"),
        ("fts_filters_", "fts_filters"),
        ("fts_filter_", "fts_filters"),
        ("fts_tokenizer_", "fts_tokenizers"),
        ("fts_tokenizers_", "fts_tokenizers"),
    ] {
        if name.starts_with(prefix) {
            tries.push(stem.to_owned());
        }
    }
    tries.into_iter().find_map(|stem| rule("plugin", &stem).map(|found| (found, stem)))
}

/// What becomes of one key.
pub(super) fn setting(walk: &mut Walk, name: &str, value: &Value, line: &str) -> Outcome {
    let Some((found, stem)) = family(name) else {
        if settings_named(OLD, name).iter().any(|setting| setting.section == "global") {
            return Outcome::dropped(reason("ignored-plugin"));
        }
        if is_new(name) {
            let converted = super::outcome::convert(value, name, name, Scope::of(name), Read::Plugin);
            let outcome = finish(converted, name, name, value, Scope::of(name), line);
            return moved(outcome, name);
        }
        return Outcome::ask(line, texts::unknown_plugin(name));
    };
    match found.kind {
        RuleKind::Rename | RuleKind::Move => by_table(found, "plugin", name, value, line),
        RuleKind::Drop => Outcome::dropped(reason(found.reason)),
        RuleKind::Ask => Outcome::ask(line, reason(found.reason)),
        RuleKind::Special => special(walk, found.new, &stem, name, value, line),
    }
}

fn moved(outcome: Outcome, new: &str) -> Outcome {
    match outcome.kind {
        Kind::Kept | Kind::Renamed => Outcome { kind: Kind::Moved, reason: texts::moved_out(new), ..outcome },
        Kind::Moved | Kind::Merged | Kind::Dropped | Kind::NeedsYou | Kind::TooNew => outcome,
    }
}

/// One key with what is needed to judge it.
struct Key<'k> {
    facts: &'k Facts,
    /// The connection sections around it.
    around: &'k str,
    name: &'k str,
    value: &'k Value,
    line: &'k str,
}

impl Key<'_> {
    fn one(&self, statement: Statement) -> Outcome {
        Outcome::new(Kind::Moved, vec![statement], texts::moved_out(self.name))
    }

    fn listed(&self, words: &[&str]) -> Outcome {
        let scope = Scope::of(self.name);
        moved(
            finish(list_of(words, self.value, self.name), self.name, self.name, self.value, scope, self.line),
            self.name,
        )
    }
}

fn special(walk: &Walk, what: &'static str, stem: &str, name: &str, value: &Value, line: &str) -> Outcome {
    let around = walk.connection();
    let around = around.as_str();
    let facts = &walk.facts;
    if value.text.is_empty() && !what.starts_with("quota") {
        return Outcome::dropped(texts::was_default(name));
    }
    let (what, argument) = what.split_once(':').unwrap_or((what, ""));
    let key = Key { facts, around, name, value, line };
    match what {
        "quota-root" => quota::of_root(facts, around, name, value, line),
        "quota-rule" => quota::rule(facts, around, name, value, line),
        "quota-warning" => quota::warning(facts, around, name, value, line),
        _ if what.starts_with("over-status/") => over_status(&key, what.trim_start_matches("over-status/")),
        "sieve-plugins" => sieve_plugins(&key),
        "test-header" => test_header(&key),
        "execute" => execute(argument, value),
        "dict" => dict_filter(argument, value, line),
        "acl" => acl(value, line),
        "sieve" => sieve::personal(facts, around, value, line),
        "sieve-dir" => sieve::directory(facts, around, value),
        "sieve-script" => sieve::script(argument, name, value, line),
        "imapsieve" => sieve::imapsieve(facts, around, name, value, line),
        "plus-list" => plus_list(name, name, value, Kind::Moved, line),
        "list" => key.listed(&value.words()),
        "lazy-expunge" => lazy_expunge(value, line),
        "push" => push(value, line),
        "editheader" => editheader(argument, name, value),
        "trash" | "mailbox-alias" | "ask" => Outcome::ask(line, texts::per_mailbox(stem)),
        _ => single(&key, what, argument).unwrap_or_else(|| fts::setting(facts, around, what, name, value, line)),
    }
}

/// Keys that become one statement.
fn single(key: &Key<'_>, what: &str, argument: &str) -> Option<Outcome> {
    let text = key.value.text.as_str();
    let name = key.name;
    let statement = match what {
        // quota-util.c of 2.3.19.1: 10 % without the line; 10M in 2.4
        "quota-grace" => match quota::sized(text, "K") {
            Some(size) => Statement::here(format!("quota_storage_grace = {size}")),
            None => return Some(Outcome::ask(key.line, texts::quota_grace(text))),
        },
        "sieve-default-name" => Statement::new(&["sieve_script default"], format!("name = {}", quoted(text))),
        "zlib-level" => {
            let new = match key.facts.plugin(key.around, "zlib_save").unwrap_or_default() {
                "bz2" => "compress_bz2_block_size_100k",
                "deflate" | "zlib" => "compress_deflate_level",
                "zstd" => "compress_zstd_level",
                _ => "compress_gz_level",
            };
            Statement::here(format!("{new} = {text}"))
        }
        "crypt-version" => match text {
            "2" => Statement::here("crypt_write_algorithm = aes-256-gcm-sha256"),
            "0" => Statement::here("crypt_write_algorithm ="),
            _ => return Some(Outcome::ask(key.line, texts::args_question(name))),
        },
        "lua-script" => Statement::new(&["mail_lua"], format!("lua_file = {}", quoted(text))),
        "apparmor" => Statement::new(&["apparmor_hats"], format!("{} = yes", label(text))),
        "lazy-exclude" => Statement::new(&[&format!("mailbox {}", label(text))], "lazy_expunge_mailbox ="),
        "text-value" => {
            let number = name.trim_start_matches(|ch: char| !ch.is_ascii_digit());
            Statement::new(&[argument], format!("{number} = {}", quoted(text)))
        }
        "charset-aliases" => {
            let pair = |word: &str| word.split_once('=').map(|(from, to)| format!("{from} = {to}"));
            let lines = text.split(' ').filter_map(pair).collect();
            Statement { blocks: vec!["charset_aliases".to_owned()], lines, ..Statement::default() }
        }
        _ => return None,
    };
    Some(key.one(statement))
}

/// The flag of the quota; without a script it had no effect, and 2.4 refuses it.
fn over_status(key: &Key<'_>, new: &str) -> Outcome {
    if key.facts.plugin(key.around, "quota_over_script").is_none() {
        return Outcome::dropped(texts::was_default(key.name));
    }
    let mut failed = Vec::new();
    let text = match (new, truthy(&key.value.text)) {
        ("lazy_check", true) => "yes",
        ("lazy_check", false) => "no",
        _ => &key.value.text,
    };
    let line = translated(new, text, Scope::of("quota_over_status"), &mut failed);
    key.one(Statement::new(&["quota_over_status"], line)).failed(&failed)
}

/// 2.4 refuses plugins of Sieve that it does not find.
fn sieve_plugins(key: &Key<'_>) -> Outcome {
    let known = ["sieve_imapsieve", "sieve_extprograms", "sieve_storage_ldap", "sieve_storage_dict"];
    let words = key.value.words();
    match words.iter().find(|word| !known.contains(word)) {
        Some(strange) => Outcome::ask(key.line, texts::plugin_strange(strange)),
        None => key.listed(&words),
    }
}

/// The header of a spam or virus test, which 2.4 refuses without its maximum.
fn test_header(key: &Key<'_>) -> Outcome {
    let stem = key.name.trim_end_matches("_status_header");
    let given = |what: &str| key.facts.plugin(key.around, &format!("{stem}_{what}")).is_some();
    if !given("max_header") && !given("max_value") {
        return Outcome::dropped(texts::was_default(key.name));
    }
    key.one(Statement::here(format!("{} = {}", key.name, quoted(&key.value.text))))
}

/// `+one -two` adds and takes away; without signs it is the whole list.
pub(super) fn plus_list(old: &str, new: &str, value: &Value, kind: Kind, line: &str) -> Outcome {
    let words = value.words();
    let outcome = if words.iter().any(|word| word.starts_with(['+', '-'])) {
        let one = |word: &&str| match word.strip_prefix('-') {
            Some(word) => format!("{} = no", label(word)),
            None => format!("{} = yes", label(word.trim_start_matches('+'))),
        };
        let block = Converted { block: Some(words.iter().map(one).collect()), changed: true, ..Converted::default() };
        finish(block, new, old, value, Scope::of(old), line)
    } else {
        finish(list_of(&words, value, old), new, old, value, Scope::of(old), line)
    };
    if kind == Kind::Moved { moved(outcome, new) } else { outcome }
}

/// Plugins of 2.3 by another name, or gone.
// src/plugins of 2.3.19.1 and 2.4.1
const RENAMED: [(&str, &str); 1] = [("zlib", "mail_compress")];
const GONE: [&str; 12] = [
    "imap_zlib",
    "listescape",
    "old_stats",
    "imap_old_stats",
    "stats",
    "imap_stats",
    "fts_lucene",
    "fts_squat",
    "mailbox_alias",
    "replication",
    "autocreate",
    "expire",
];
/// Those that come with Dovecot 2.4 and Pigeonhole.
const KNOWN: [&str; 29] = [
    "acl",
    "apparmor",
    "charset_alias",
    "fs_compress",
    "fts",
    "fts_flatcurve",
    "fts_solr",
    "imap_acl",
    "imap_quota",
    "last_login",
    "lazy_expunge",
    "mail_compress",
    "mail_crypt",
    "mail_crypt_acl",
    "mail_log",
    "mail_lua",
    "notify",
    "notify_status",
    "pop3_migration",
    "push_notification",
    "push_notification_lua",
    "quota",
    "quota_clone",
    "trash",
    "virtual",
    "welcome",
    "sieve",
    "imap_sieve",
    "imap_filter_sieve",
];

pub(super) fn list_of_plugins(name: &str, value: &Value, line: &str) -> Outcome {
    let old = value.words();
    let mut new = Vec::new();
    let mut strange = None;
    let mut gone = Vec::new();
    for word in &old {
        if let Some((_, to)) = RENAMED.iter().find(|(from, _)| from == word) {
            new.push(*to);
        } else if GONE.contains(word) {
            gone.push(*word);
        } else {
            new.push(*word);
            if !KNOWN.contains(word) && !word.starts_with('$') {
                strange = Some(*word);
            }
        }
    }
    let mut outcome = finish(list_of(&new, value, name), name, name, value, Scope::of(name), line);
    if let Some(first) = gone.first() {
        outcome.reason = texts::plugin_gone(first);
        if new.is_empty() || new.iter().all(|word| word.starts_with('$')) {
            return Outcome::dropped(texts::plugin_gone(first));
        }
    }
    if let Some(strange) = strange
        && outcome.kind != Kind::NeedsYou
    {
        outcome.kind = Kind::NeedsYou;
        outcome.question = Some(texts::plugin_strange(strange));
    }
    outcome
}

/// A dictionary URI in a filter: `last_login_dict` and its kin.
pub(super) fn dict_filter(filter: &str, value: &Value, line: &str) -> Outcome {
    if value.text.is_empty() {
        return Outcome::dropped(texts::was_default(filter));
    }
    let uri = value.text.strip_prefix("dict:").unwrap_or(&value.text);
    match dict::block(uri, None) {
        Some((statements, failed)) => {
            let statements = statements.into_iter().map(|one| one.inside(filter)).collect();
            Outcome::new(Kind::Moved, statements, texts::dict_block(filter)).failed(&failed)
        }
        None => Outcome::ask(line, texts::dict_question(uri.split(':').next().unwrap_or_default())),
    }
}

/// `welcome_script = NAME ARGUMENTS`.
fn execute(filter: &str, value: &Value) -> Outcome {
    let (script, arguments) = value.text.split_once(' ').unwrap_or((&value.text, ""));
    let mut failed = Vec::new();
    let statement = quota::execute(script, arguments.trim(), &mut failed).inside(filter);
    Outcome::new(Kind::Moved, vec![statement], texts::moved_out(filter)).failed(&failed)
}

/// `acl = vfile[:PATH][:cache_secs=N]`.
// plugins/acl/acl-backend-vfile.c of 2.3.19.1
fn acl(value: &Value, line: &str) -> Outcome {
    let mut parts = value.text.split(':');
    let driver = parts.next().unwrap_or_default();
    let mut statements = vec![Statement::here(format!("acl_driver = {driver}"))];
    let mut question = None;
    for part in parts.filter(|part| !part.is_empty()) {
        match part.strip_prefix("cache_secs=") {
            Some(seconds) => statements.push(Statement::here(format!("acl_cache_ttl = {seconds}s"))),
            None => {
                statements.push(Statement::here(format!("# 2.3: {line}")));
                question = Some(texts::acl_file(part));
            }
        }
    }
    let mut outcome = Outcome::new(Kind::Moved, statements, texts::moved_out("acl_driver"));
    if question.is_some() {
        (outcome.kind, outcome.question) = (Kind::NeedsYou, question);
    }
    outcome
}

// lazy-expunge-plugin.c of 2.3.19.1: a namespace prefix or a mailbox
fn lazy_expunge(value: &Value, line: &str) -> Outcome {
    if value.words().len() > 1 {
        return Outcome::ask(line, texts::args_question("lazy_expunge"));
    }
    let mut failed = Vec::new();
    let line = translated("lazy_expunge_mailbox", &value.text, Scope::of("lazy_expunge_mailbox"), &mut failed);
    Outcome::new(Kind::Moved, vec![Statement::here(line)], texts::moved_out("lazy_expunge_mailbox")).failed(&failed)
}

fn push(value: &Value, line: &str) -> Outcome {
    let mut parts = value.text.splitn(2, ':');
    let driver = parts.next().unwrap_or_default();
    let header = format!("push_notification {}", label(driver));
    let mut statements = vec![Statement { blocks: vec![header.clone()], ..Statement::default() }];
    let options = parts.next().unwrap_or_default();
    if let Some(url) = options.strip_prefix("url=") {
        let url = url.split(' ').next().unwrap_or_default();
        statements.push(Statement::new(&[&header], format!("push_notification_ox_url = {}", quoted(url))));
    } else if let Some(file) = options.strip_prefix("file=") {
        statements.push(Statement::new(&[&header], format!("lua_file = {}", quoted(file))));
    } else if !options.is_empty() {
        return Outcome::ask(line, texts::args_question("push_notification_driver"));
    }
    Outcome::new(Kind::Moved, statements, texts::moved_out("push_notification"))
}

fn editheader(what: &str, name: &str, value: &Value) -> Outcome {
    let whats: &[&str] = if what == "both" { &["forbid_add", "forbid_delete"] } else { &[what] };
    let mut statements = Vec::new();
    for header in value.words() {
        let block = format!("sieve_editheader_header {}", label(header));
        statements.extend(whats.iter().map(|what| Statement::new(&[&block], format!("{what} = yes"))));
    }
    Outcome::new(Kind::Moved, statements, texts::moved_out(name))
}
