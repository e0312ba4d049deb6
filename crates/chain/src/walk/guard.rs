//! The test that smtpd makes before it starts: is there a relay guard at all?

use crate::cx::Cx;
use postproof_model::{Entry, EntryKind, Presence, RestrictionList};

/// Whether a list holds a relay guard, as smtpd_check.c, has_required scans
/// it: `permit` ends the scan of its list, `warn_if_reject` hides the entry
/// behind it.
pub(super) fn has_guard(entries: &[Entry]) -> bool {
    for entry in entries {
        if entry.warn_if_reject.is_some() {
            continue;
        }
        match &entry.kind {
            EntryKind::Builtin(restriction) if restriction.name == "permit" => return false,
            EntryKind::Builtin(restriction) if restriction.is_relay_guard => return true,
            EntryKind::Class(inner) if has_guard(inner) => return true,
            EntryKind::Builtin(_)
            | EntryKind::BareTable(_)
            | EntryKind::Class(_)
            | EntryKind::UndefinedClass
            | EntryKind::Recursive
            | EntryKind::Unknown => {}
        }
    }
    false
}

/// Whether smtpd starts with these lists as far as they go (smtpd_check.c,
/// smtpd_check_init).
pub(super) fn starts(cx: &Cx<'_>, lists: &[&RestrictionList]) -> bool {
    let rcpt = lists.iter().filter(|list| list.stage == postproof_model::Stage::Rcpt);
    let guarded = rcpt.clone().any(|list| has_guard(&list.entries));
    let undefined =
        lists.iter().flat_map(|list| list.flat()).any(|entry| matches!(entry.kind, EntryKind::UndefinedClass));
    guarded && !(undefined && cx.model.given.main_cf == Presence::Whole)
}
