//! `mail_location` and its parts.
// mailbox-list.c of 2.3.19.1, mailbox_list_settings_parse_full

use super::facts::Facts;
use super::outcome::quoted;
use super::vars::{Scope, translate};

/// A setting of 2.4, and its value where the key has none.
type Part = (&'static str, Option<&'static str>);

/// A key of a location and the settings of 2.4 that stand for it.
const KEYS: &[(&str, &[Part])] = &[
    ("INBOX", &[("mail_inbox_path", None)]),
    ("INDEX", &[("mail_index_path", None)]),
    ("INDEXPVT", &[("mail_index_private_path", None)]),
    ("INDEXCACHE", &[("mail_cache_path", None)]),
    ("CONTROL", &[("mail_control_path", None)]),
    ("ALT", &[("mail_alt_path", None)]),
    ("ALTNOCHECK", &[("mail_alt_check", Some("no"))]),
    ("LAYOUT", &[("mailbox_list_layout", None)]),
    ("SUBSCRIPTIONS", &[("mailbox_subscriptions_filename", None)]),
    ("DIRNAME", &[("mailbox_directory_name", None)]),
    ("FULLDIRNAME", &[("mailbox_directory_name", None), ("mailbox_directory_name_legacy", Some("no"))]),
    ("MAILBOXDIR", &[("mailbox_root_directory_name", None)]),
    ("VOLATILEDIR", &[("mail_volatile_path", None)]),
    ("LISTINDEX", &[("mailbox_list_index_prefix", None)]),
    ("BROKENCHAR", &[("mailbox_list_visible_escape_char", None)]),
    ("ITERINDEX", &[("mailbox_list_iter_from_index_dir", Some("yes"))]),
    ("NO-NOSELECT", &[("mailbox_list_drop_noselect", Some("yes"))]),
    ("NO-FS-VALIDATION", &[("mailbox_list_validate_fs_names", Some("no"))]),
    ("UTF-8", &[("mailbox_list_utf8", Some("yes"))]),
];

/// The settings of a location, and what could not be read.
#[derive(Debug, Default)]
pub(super) struct Location {
    pub(super) settings: Vec<(&'static str, String)>,
    pub(super) unknown: Vec<String>,
}

/// Takes a location apart. Variables are left as they are.
pub(super) fn parse(text: &str) -> Location {
    let mut out = Location::default();
    let mut parts = parts(text).into_iter();
    let Some(mut first) = parts.next().filter(|first| !first.is_empty()) else { return out };
    let is_driver =
        !first.starts_with(['/', '~', '%', '.']) && first.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '-');
    if is_driver {
        out.settings.push(("mail_driver", first));
        let Some(path) = parts.next() else { return out };
        first = path;
    }
    if !first.is_empty() {
        out.settings.push(("mail_path", first));
    }
    for part in parts {
        let (key, value) = part.split_once('=').map_or((part.as_str(), ""), |(key, value)| (key, value));
        match KEYS.iter().find(|(name, _)| *name == key) {
            Some((_, settings)) => {
                for (name, fixed) in *settings {
                    out.settings.push((name, fixed.unwrap_or(value).to_owned()));
                }
            }
            None if part.is_empty() => {}
            None => out.unknown.push(part),
        }
    }
    out
}

/// The parts between colons; `::` is one colon in a part. Colons within
/// `%{…}` do not count: the variables are expanded before.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0usize;
    let mut chars = text.chars().peekable();
    let mut last = ' ';
    while let Some(ch) = chars.next() {
        match ch {
            '{' if depth > 0 || last == '%' || last.is_ascii_uppercase() => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        last = ch;
        if ch != ':' || depth > 0 {
            if let Some(part) = parts.last_mut() {
                part.push(ch);
            }
        } else if chars.peek() == Some(&':') && parts.len() > 1 {
            chars.next();
            if let Some(part) = parts.last_mut() {
                part.push(':');
            }
        } else {
            parts.push(String::new());
        }
    }
    parts
}

/// The lines of a location, with its variables translated.
pub(super) fn lines(text: &str, scope: Scope<'_>) -> (Vec<String>, Vec<String>, Vec<String>) {
    let location = parse(text);
    let mut failed = Vec::new();
    let mut lines = Vec::new();
    for (name, value) in location.settings {
        let new = translate(&value, scope);
        failed.extend(new.failed);
        lines.push(format!("{name} = {}", quoted(&new.text)).trim_end().to_owned());
    }
    (lines, failed, location.unknown)
}

/// Lines that undo the parts of the global location which a location of a
/// namespace does not have.
pub(super) fn resets(facts: &Facts, own: &str) -> Vec<String> {
    if own.is_empty() {
        return Vec::new();
    }
    let own = parse(own);
    let global = parse(facts.global("mail_location").or_else(|| facts.global("mail")).unwrap_or_default());
    let missing = global.settings.iter().filter(|(name, _)| {
        !matches!(*name, "mail_driver" | "mail_path") && !own.settings.iter().any(|(other, _)| other == name)
    });
    let dbox = own
        .settings
        .iter()
        .any(|(name, value)| *name == "mail_driver" && matches!(value.as_str(), "sdbox" | "mdbox" | "dbox"));
    missing
        .map(|(name, value)| match (*name, value.as_str()) {
            // sdbox-settings.c, mdbox-settings.c and mail-storage-settings.c of 2.4.1
            ("mailbox_root_directory_name", _) if dbox => format!("{name} = mailboxes"),
            ("mailbox_directory_name", _) if dbox => format!("{name} = dbox-Mails"),
            ("mailbox_list_index_prefix", _) => format!("{name} = dovecot.list.index"),
            ("mailbox_list_layout", _) => {
                let driver =
                    own.settings.iter().find(|(name, _)| *name == "mail_driver").map(|(_, value)| value.as_str());
                format!("mailbox_list_layout = {}", if driver == Some("maildir") { "maildir++" } else { "fs" })
            }
            ("mailbox_subscriptions_filename", _) => "mailbox_subscriptions_filename = subscriptions".to_owned(),
            (name, "yes") => format!("{name} = no"),
            (name, "no") => format!("{name} = yes"),
            (name, _) => format!("{name} ="),
        })
        .collect()
}
