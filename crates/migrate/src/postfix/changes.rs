//! What becomes of one `name = value`.

use super::{Releases, has, texts};
use crate::Kind;
use postproof_catalog::{Version, param, restriction};
use postproof_diag::{SourceMap, Text};
use postproof_syntax::{Region, main_cf};
use std::collections::BTreeMap;

/// What becomes of one setting.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) kind: Kind,
    pub(super) reason: Text,
    pub(super) question: Option<Text>,
    pub(super) name: Option<String>,
    pub(super) value: Option<String>,
    /// Whether the line stays as a comment.
    pub(super) comment: bool,
}

impl Change {
    pub(super) fn new(kind: Kind, reason: Text) -> Self {
        Self { kind, reason, question: None, name: None, value: None, comment: false }
    }

    pub(super) fn ask(question: Text) -> Self {
        Self { question: Some(question), ..Self::new(Kind::NeedsYou, texts::no_counterpart()) }
    }

    fn to(name: &str, value: Option<String>) -> Self {
        Self { name: Some(name.to_owned()), value, ..Self::new(Kind::Renamed, texts::renamed(name)) }
    }

    /// Whether nothing of the line is left.
    pub(super) fn leaves(&self) -> bool {
        matches!(self.kind, Kind::Dropped | Kind::Merged)
    }
}

/// The settings of all main.cf files, by name; the last counts.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) values: BTreeMap<String, String>,
    /// Whether any main.cf was given.
    pub(super) main: bool,
}

impl Written {
    pub(super) fn of(sources: &SourceMap) -> Self {
        let mut written = Self::default();
        for (file, document) in sources.iter() {
            if document.known_as().rsplit('/').next().is_some_and(|name| name.starts_with("master")) {
                continue;
            }
            written.main = true;
            let tree = main_cf::parse(&Region::whole(file, &document.bytes), &document.bytes).tree;
            for setting in tree.settings() {
                written.values.insert(setting.name.clone(), setting.value.as_str().to_owned());
            }
        }
        written
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    fn is_yes(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("yes"))
    }

    /// The compatibility level; 0 where no line sets it.
    // postconf(5), compatibility_level
    pub(super) fn level(&self) -> Version {
        let text = self.get("compatibility_level").unwrap_or("0");
        Version::parse(text)
            .or_else(|| text.parse().ok().map(|major| Version::new(major, 0)))
            .unwrap_or(Version::new(0, 0))
    }
}

/// What becomes of a setting.
pub(super) fn of(name: &str, value: &str, written: &Written, releases: Releases) -> Change {
    let Some(found) = param(name) else { return restrictions(name, value, releases) };
    let to = releases.to.series();
    if !has(found, to) && found.since.is_some_and(|since| since > to) {
        return Change::new(Kind::TooNew, texts::too_new(&releases.to.to_string(), found.since));
    }
    let old = found.removed.is_some_and(|removed| removed <= to) || found.deprecated.is_some_and(|since| since <= to);
    if !old {
        return restrictions(name, value, releases);
    }
    if let Some(change) = tls(name, value, written, releases) {
        return change;
    }
    let new = found.replaced_by.unwrap_or_default();
    match name {
        // postconf(5), smtp_dns_support_level
        "disable_dns_lookups" if value.eq_ignore_ascii_case("yes") => {
            Change::to("smtp_dns_support_level", Some("disabled".to_owned()))
        }
        "disable_dns_lookups" => Change::new(Kind::Dropped, texts::was_default(name)),
        // postconf(5), smtpd_client_connection_limit_exceptions: an older name
        _ if param(new).is_some_and(|new| has(new, to)) => {
            if written.get(new).is_some() {
                return Change::new(Kind::Dropped, texts::other_counts(new));
            }
            Change::to(new, None)
        }
        "smtpd_tls_eecdh_grade" if value == "none" => Change { comment: true, ..Change::ask(texts::curves()) },
        _ => Change::new(Kind::Dropped, texts::gone(found.removed.or(found.deprecated))),
    }
}

/// The old switches of TLS, which are one level now.
// postconf(5), smtp_tls_security_level, smtpd_tls_security_level: an empty
// level leaves the decision to the old switches
fn tls(name: &str, value: &str, written: &Written, releases: Releases) -> Option<Change> {
    let (prefix, what) = ["_use_tls", "_enforce_tls", "_tls_enforce_peername", "_tls_per_site", "_per_site"]
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix).map(|prefix| (prefix, *suffix)))?;
    let level = if prefix == "tlsproxy_client" {
        "tlsproxy_client_security_level".to_owned()
    } else {
        format!("{prefix}_tls_security_level")
    };
    if what.ends_with("per_site") {
        let question = texts::per_site(name);
        return Some(if value.is_empty() {
            Change::new(Kind::Dropped, texts::was_default(name))
        } else {
            Change { comment: true, ..Change::ask(question) }
        });
    }
    if written.get(&level).is_some_and(|level| !level.is_empty()) {
        return Some(Change::new(Kind::Dropped, texts::other_counts(&level)));
    }
    let enforce = written.is_yes(&format!("{prefix}_enforce_tls"));
    let names = !matches!(written.get(&format!("{prefix}_tls_enforce_peername")), Some("no"));
    if what == "_tls_enforce_peername" {
        return Some(if enforce {
            Change::new(Kind::Merged, texts::merged(&level))
        } else {
            Change::new(Kind::Dropped, texts::was_default(name))
        });
    }
    if what == "_use_tls" && enforce {
        return Some(Change::new(Kind::Merged, texts::merged(&level)));
    }
    if !value.eq_ignore_ascii_case("yes") && !value.eq_ignore_ascii_case("no") {
        return Some(Change { comment: true, ..Change::ask(texts::tls_value(name)) });
    }
    let client = matches!(prefix, "smtp" | "lmtp");
    let new = match (what, value.eq_ignore_ascii_case("yes")) {
        ("_enforce_tls", true) if client && names => "verify",
        ("_enforce_tls", true) => "encrypt",
        ("_use_tls", true) => "may",
        // Since 3.11 the level may decide for TLS by itself.
        ("_use_tls", false) if client && written.level() >= releases.to.series() => "none",
        _ => return Some(Change::new(Kind::Dropped, texts::was_default(name))),
    };
    Some(Change::to(&level, Some(new.to_owned())))
}

/// Restrictions that are gone, in the value of a list.
fn restrictions(name: &str, value: &str, releases: Releases) -> Change {
    if !name.ends_with("_restrictions") {
        return Change::new(Kind::Kept, texts::kept());
    }
    for word in value.split([' ', '\t', ',', '{', '}']).filter(|word| !word.is_empty()) {
        let Some(found) = restriction(word) else { continue };
        let old = found.removed.or(found.deprecated).is_some_and(|since| since <= releases.to.series());
        if old {
            let new = found.replaced_by.unwrap_or_default();
            return Change::ask(texts::restriction(word, new));
        }
    }
    Change::new(Kind::Kept, texts::kept())
}
