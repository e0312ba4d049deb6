//! The facts of `data/*.tsv`, and where a setting of 2.4 belongs.

use postproof_catalog::{SettingKind, Version, settings_named};
use postproof_diag::Text;

pub(super) const OLD: Version = Version::new(2, 3);
pub(super) const NEW: Version = Version::new(2, 4);

static RULES: &[[&str; 6]] = include!(concat!(env!("OUT_DIR"), "/dovecot.rs"));
static REASONS: &[[&str; 3]] = include!(concat!(env!("OUT_DIR"), "/dovecot-reasons.rs"));
static VARIABLES: &[[&str; 3]] = include!(concat!(env!("OUT_DIR"), "/dovecot-variables.rs"));

/// What the table says of one setting.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) kind: RuleKind,
    /// The new name, with the blocks around it before `/`; for
    /// [`RuleKind::Special`] the name of what the code does.
    pub(super) new: &'static str,
    pub(super) convert: &'static str,
    pub(super) reason: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RuleKind {
    Rename,
    Move,
    Special,
    Drop,
    Ask,
}

/// The row of a setting in a section: `global`, `plugin`, `service` …
pub(super) fn rule(section: &str, name: &str) -> Option<Rule> {
    let at = RULES.binary_search_by(|row| (row[0], row[1]).cmp(&(section, name))).ok()?;
    let [_, _, kind, new, convert, reason] = RULES.get(at)?;
    let kind = match *kind {
        "move" => RuleKind::Move,
        "special" => RuleKind::Special,
        "drop" => RuleKind::Drop,
        "ask" => RuleKind::Ask,
        _ => RuleKind::Rename,
    };
    Some(Rule { kind, new, convert, reason })
}

/// The sentence of a reason.
pub(super) fn reason(key: &str) -> Text {
    let at = REASONS.binary_search_by(|row| row[0].cmp(key)).ok();
    match at.and_then(|at| REASONS.get(at)) {
        Some([_, en, ko]) => Text::fixed(en, ko),
        None => Text::fixed("2.4 no longer has this setting", "2.4에는 이 설정이 없습니다"),
    }
}

/// The expression of 2.4 for a variable of 2.3 in a scope.
pub(super) fn variable(scope: &str, name: &str) -> Option<&'static str> {
    let at = VARIABLES.binary_search_by(|row| (row[0], row[1]).cmp(&(scope, name))).ok()?;
    VARIABLES.get(at).map(|row| row[2])
}

/// Whether 2.4 has a setting of that full name.
pub(super) fn is_new(name: &str) -> bool {
    !settings_named(NEW, name).is_empty()
}

/// The kind of value that a setting of 2.4 takes, by its full name.
pub(super) fn new_kind(name: &str) -> Option<SettingKind> {
    settings_named(NEW, name).first().map(|setting| setting.kind)
}

/// The release in which a setting came, if servers of 2.4 lack it that are
/// still in use.
pub(super) fn came_later(name: &str) -> Option<Version> {
    let first = Version { patch: Some(1), ..NEW };
    settings_named(NEW, name).first().and_then(|setting| setting.since).filter(|since| *since > first)
}

/// What 2.3 calls a setting of 2.4, if it only has another name.
pub(super) fn old_name(name: &str) -> Option<&'static str> {
    let row = RULES.iter().find(|row| row[3] == name && row[1] != name && matches!(row[2], "rename" | "move"));
    let special = match name {
        "auth_allow_cleartext" => Some("disable_plaintext_auth"),
        "mail_driver" | "mail_path" | "mail_index_path" | "mail_inbox_path" | "mail_control_path" => {
            Some("mail_location")
        }
        _ => None,
    };
    special.or(row.map(|row| row[1]))
}
