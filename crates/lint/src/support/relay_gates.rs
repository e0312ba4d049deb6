//! The two lists that decide about relaying, their guards, and the entries
//! before a guard that can let a stranger past it.
//!
//! A message is relayed only if neither list refuses; a permit ends one list
//! (SMTPD_ACCESS_README). So an entry is a door only if the other list does
//! not refuse the stranger anyway.

use super::access_results::{Permits, permits};
use super::listeners::is_unseen;
use crate::Cx;
use postproof_diag::{SourceText, Span};
use postproof_model::{Entry, EntryKind, RestrictionList, Scope, Service, WarnIfReject};

/// The lists in which a guard counts (smtpd_check.c, smtpd_check_init).
pub(crate) const RELAY: &str = "smtpd_relay_restrictions";
/// See [`RELAY`].
pub(crate) const RECIPIENT: &str = "smtpd_recipient_restrictions";

/// One list with what matters for relaying.
pub(crate) struct Gate {
    /// The list.
    pub(crate) list: RestrictionList,
    /// Whether it may be set by a line of main.cf that was not given.
    pub(crate) unseen: bool,
}

/// The relay and the recipient list of a scope.
pub(crate) fn gates(cx: &Cx<'_>, scope: Scope) -> [Gate; 2] {
    [RELAY, RECIPIENT]
        .map(|param| Gate { list: cx.model.restriction_list(scope, param), unseen: is_unseen(cx, scope, param) })
}

/// An entry with the `warn_if_reject` that covers it, its own or that of a
/// class around it.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'l> {
    pub(crate) entry: &'l Entry,
    pub(crate) warning: Option<WarnIfReject>,
}

/// All entries in the order asked, those of classes in place.
pub(crate) fn placed(list: &RestrictionList) -> Vec<Placed<'_>> {
    let mut all = Vec::new();
    place(&list.entries, None, &mut all);
    all
}

fn place<'l>(entries: &'l [Entry], around: Option<WarnIfReject>, all: &mut Vec<Placed<'l>>) {
    for entry in entries {
        let warning = around.or(entry.warn_if_reject);
        match &entry.kind {
            EntryKind::Class(inner) => place(inner, warning, all),
            EntryKind::Builtin(_)
            | EntryKind::BareTable(_)
            | EntryKind::UndefinedClass
            | EntryKind::Recursive
            | EntryKind::Unknown => all.push(Placed { entry, warning }),
        }
    }
}

/// Whether smtpd's start-up check finds a guard in the list: it goes by name,
/// stops at `permit` and skips what `warn_if_reject` covers (smtpd_check.c,
/// has_required).
pub(crate) fn satisfies_startup_check(entries: &[Entry]) -> bool {
    for entry in entries {
        if entry.warn_if_reject.is_some() {
            continue;
        }
        if entry.is("permit") {
            return false;
        }
        let found = match &entry.kind {
            EntryKind::Class(inner) => satisfies_startup_check(inner),
            EntryKind::Builtin(restriction) => restriction.is_relay_guard,
            EntryKind::BareTable(_) | EntryKind::UndefinedClass | EntryKind::Recursive | EntryKind::Unknown => false,
        };
        if found {
            return true;
        }
    }
    false
}

/// The entries before the first guard that refuses a stranger's relay attempt,
/// and that guard; nothing if a bare `permit` comes first or there is none.
pub(crate) fn before_guard(list: &RestrictionList) -> Option<(Vec<&Entry>, &Entry)> {
    let mut before = Vec::new();
    for Placed { entry, warning } in placed(list) {
        if entry.is("permit") {
            return None;
        }
        if warning.is_none() && is_guard(entry) {
            return Some((before, entry));
        }
        before.push(entry);
    }
    None
}

/// Whether it is one of the restrictions that count as a guard.
pub(crate) fn is_guard(entry: &Entry) -> bool {
    entry.restriction().is_some_and(|restriction| restriction.is_relay_guard)
}

/// How an entry before the guard can let a stranger past it.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    /// A table of senders.
    SenderTable(Permits),
    /// A table of other things that the client or its network chooses.
    OtherTable(Permits),
    /// A policy server answers.
    PolicyServer,
    /// A DNS allowlist or the like.
    Allowlist,
}

/// An entry that can let a stranger past the only guard.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) way: Way,
    /// The restriction: `check_sender_access`, also where a bare table stands for it.
    pub(crate) name: &'static str,
    pub(crate) span: Span,
    /// Whether it can be moved alone: it stands in the list itself, as does the
    /// guard, and no `warn_if_reject` belongs to it.
    pub(crate) is_movable: bool,
    /// The list it stands in.
    pub(crate) param: &'static str,
    /// The guard after it.
    pub(crate) guard: String,
    pub(crate) guard_span: Option<Span>,
    /// The other list, which does not refuse.
    pub(crate) other: &'static str,
    /// Whether the other list may be set by a line that was not given.
    pub(crate) other_unseen: bool,
}

/// The doors of a service.
pub(crate) fn doors(cx: &Cx<'_>, service: &Service) -> Vec<Door> {
    let scope = Scope::Service(service.id);
    let [relay, recipient] = gates(cx, scope);
    let mut all = doors_of(cx, scope, &relay, &recipient);
    all.extend(doors_of(cx, scope, &recipient, &relay));
    all
}

fn doors_of(cx: &Cx<'_>, scope: Scope, gate: &Gate, other: &Gate) -> Vec<Door> {
    let Some((before, guard)) = before_guard(&gate.list) else { return Vec::new() };
    let mut doors = Vec::new();
    for entry in before {
        let (Some(way), Some(restriction), Some(span)) = (way(cx, scope, entry), entry.restriction(), entry.span)
        else {
            continue;
        };
        if refuses_in_spite_of(cx, scope, other, restriction.name, entry) {
            continue;
        }
        doors.push(Door {
            way,
            name: restriction.name,
            span,
            is_movable: entry.warn_if_reject.is_none()
                && [entry.span, guard.span].iter().all(|span| gate.list.entries.iter().any(|top| top.span == *span)),
            param: gate.list.param,
            guard: guard.word.clone(),
            guard_span: guard.span,
            other: other.list.param,
            other_unseen: other.unseen,
        });
    }
    doors
}

/// Whether `gate` refuses the stranger whom `door` of the other list lets past:
/// it has a guard, and the same door does not stand before that one too. A
/// different door there makes two conditions that must meet; that is no longer
/// the only guard, and nothing is said.
fn refuses_in_spite_of(cx: &Cx<'_>, scope: Scope, gate: &Gate, name: &str, door: &Entry) -> bool {
    let Some((before, _)) = before_guard(&gate.list) else { return false };
    !before.iter().any(|entry| {
        way(cx, scope, entry).is_some()
            && entry.is(name)
            && entry.argument.as_ref().map(SourceText::as_str) == door.argument.as_ref().map(SourceText::as_str)
    })
}

fn way(cx: &Cx<'_>, scope: Scope, entry: &Entry) -> Option<Way> {
    // Tables of logins and certificates are not here: their keys prove who the
    // client is. OK from MX, NS and A tables is refused (smtpd_check.c,
    // check_server_access).
    match entry.restriction()?.name {
        "check_sender_access" => known(permits(cx, scope, entry.argument.as_ref()?)).map(Way::SenderTable),
        "check_client_access"
        | "check_helo_access"
        | "check_recipient_access"
        | "check_reverse_client_hostname_access" => {
            known(permits(cx, scope, entry.argument.as_ref()?)).map(Way::OtherTable)
        }
        "check_policy_service" => Some(Way::PolicyServer),
        "permit_dnswl_client" | "permit_rhswl_client" => Some(Way::Allowlist),
        _ => None,
    }
}

fn known(permits: Permits) -> Option<Permits> {
    (permits != Permits::No).then_some(permits)
}

/// Whether the list refuses every client that no earlier entry lets through:
/// it holds `reject` or `defer`, not after `permit`.
pub(crate) fn refuses_the_rest(list: &RestrictionList) -> bool {
    for Placed { entry, warning } in placed(list) {
        if entry.is("permit") {
            return false;
        }
        if warning.is_none() && (entry.is("reject") || entry.is("defer")) {
            return true;
        }
    }
    false
}
