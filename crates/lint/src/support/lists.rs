//! Restriction lists that are written in the configuration, and entries that
//! always end theirs.

use super::relay_gates::{Placed, placed};
use crate::Cx;
use postproof_diag::Span;
use postproof_model::{Entry, EntryKind, LISTS, RestrictionList, Scope, Value};
use std::collections::BTreeSet;

/// How an entry ends its list whatever the session is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End<'e> {
    /// `permit`.
    Permit(&'e Entry),
    /// `reject` or `defer`.
    Refuse(&'e Entry),
}

impl<'e> End<'e> {
    /// The entry that does it.
    pub(crate) fn entry(self) -> &'e Entry {
        match self {
            End::Permit(entry) | End::Refuse(entry) => entry,
        }
    }
}

/// Whether an entry ends its list for every session. A class ends the list
/// around it too (smtpd_check.c, generic_checks: a status other than DUNNO of
/// the inner list ends the outer one).
pub(crate) fn end_of(entry: &Entry, only_warns: bool) -> Option<End<'_>> {
    let only_warns = only_warns || entry.warn_if_reject.is_some();
    match &entry.kind {
        EntryKind::Class(inner) => inner.iter().find_map(|one| end_of(one, only_warns)),
        EntryKind::Builtin(_) if entry.is("permit") => Some(End::Permit(entry)),
        EntryKind::Builtin(_) if !only_warns && (entry.is("reject") || entry.is("defer")) => Some(End::Refuse(entry)),
        EntryKind::Builtin(_)
        | EntryKind::BareTable(_)
        | EntryKind::UndefinedClass
        | EntryKind::Recursive
        | EntryKind::Unknown => None,
    }
}

/// Every list that is written somewhere, in main.cf first and then as the
/// services with options of their own see it; the same text may come again.
pub(crate) fn written_lists<'a>(cx: &Cx<'a>) -> impl Iterator<Item = RestrictionList> + use<'a> {
    let model = cx.model;
    let services = model.services.iter().filter(|service| service.is_smtpd() && !service.overrides.is_empty());
    let scopes = std::iter::once(Scope::Main).chain(services.map(|service| Scope::Service(service.id)));
    scopes
        .flat_map(move |scope| LISTS.iter().map(move |(param, _)| model.restriction_list(scope, param)))
        .filter(|list| list.text.span().is_some())
}

/// Whether the client list of a service refuses every client that is not of
/// this host's own networks or in a table: nobody logs in there from outside.
pub(crate) fn refuses_outsiders(cx: &Cx<'_>, scope: Scope) -> bool {
    let list = cx.model.restriction_list(scope, "smtpd_client_restrictions");
    for Placed { entry, warning } in placed(&list) {
        if let Some(end) = end_of(entry, warning.is_some()) {
            return matches!(end, End::Refuse(_));
        }
        let is_permit = entry.restriction().is_some_and(|restriction| restriction.name.starts_with("permit"));
        if is_permit && !entry.is("permit_mynetworks") && !entry.is("permit_inet_interfaces") {
            return false;
        }
    }
    false
}

/// Places that were reported already, so that one defect that several services
/// share is reported once.
#[derive(Debug, Default)]
pub(crate) struct Seen(BTreeSet<Span>);

impl Seen {
    /// Whether the place is new; it is not from now on.
    pub(crate) fn is_new(&mut self, span: Span) -> bool {
        self.0.insert(span)
    }
}

/// The place of a value as it is written, without what its `$name` stand for;
/// else of the name that sets it.
pub(crate) fn value_place(value: &Value) -> Option<Span> {
    value.span().and(value.raw.span()).or(value.span())
}
