//! What the lists of a service do with a client that logged in.

use super::lists::{End, end_of};
use super::relay_gates::{Placed, placed};
use crate::Cx;
use postproof_diag::{SourceText, Span};
use postproof_model::{Entry, LISTS, RestrictionList, Scope, Stage, TableContent, table_ref};

/// Restrictions that refuse a logged-in client a sender address that its login
/// does not own (postconf(5), smtpd_sender_restrictions).
pub(crate) const OWNERSHIP_TESTS: &[&str] = &[
    "reject_sender_login_mismatch",
    "reject_authenticated_sender_login_mismatch",
    "reject_known_sender_login_mismatch",
];

/// An entry that stands in the list `param`.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    /// The list.
    pub(crate) param: &'static str,
    /// The entry.
    pub(crate) entry: Entry,
}

/// An ownership test that no logged-in client gets to.
#[derive(Clone, Debug)]
pub(crate) struct Late {
    /// The list.
    pub(crate) param: &'static str,
    /// The test.
    pub(crate) test: Entry,
    /// The `permit_sasl_authenticated` that ends the list before it.
    pub(crate) permit: Entry,
    /// The place of the entry right before the test.
    pub(crate) before: Option<Span>,
}

/// What the lists of a service do with a logged-in client outside mynetworks.
#[derive(Clone, Debug, Default)]
pub(crate) struct LoginView {
    /// Where logging in ends a list with a permit.
    pub(crate) permits: Vec<Listed>,
    /// Ownership tests that such a client meets.
    pub(crate) tests: Vec<Listed>,
    /// Ownership tests that stand too late.
    pub(crate) late: Vec<Late>,
    /// Entries whose answer may depend on login and sender: policy servers,
    /// tables that were not given.
    pub(crate) unknown: Vec<Listed>,
}

/// Follows a logged-in client through the lists of `scope`.
pub(crate) fn view(cx: &Cx<'_>, scope: Scope) -> LoginView {
    let mut view = LoginView::default();
    let delays = cx.model.is_yes(scope, "smtpd_delay_reject");
    for (param, stage) in LISTS {
        // Without the delay these lists run before there is a sender
        // (facts of smtpd_check.c: the tests answer DUNNO there).
        let sees_sender = match stage {
            Stage::Connect | Stage::Helo => delays,
            Stage::Mail | Stage::Rcpt | Stage::Data | Stage::EndOfData => true,
            Stage::Etrn => false,
        };
        if sees_sender {
            follow(cx, &mut view, &cx.model.restriction_list(scope, param));
        }
    }
    view
}

fn follow(cx: &Cx<'_>, view: &mut LoginView, list: &RestrictionList) {
    let param = list.param;
    let mut permit: Option<&Entry> = None;
    let mut before = None;
    for Placed { entry, warning } in placed(list) {
        let only_warns = warning.is_some();
        let is_test = !only_warns && OWNERSHIP_TESTS.iter().any(|name| entry.is(name));
        let listed = || Listed { param, entry: entry.clone() };
        match (permit, is_test) {
            (Some(permit), true) => view.late.push(Late { param, test: entry.clone(), permit: permit.clone(), before }),
            (None, true) => view.tests.push(listed()),
            (None, false) if entry.is("permit_sasl_authenticated") => {
                view.permits.push(listed());
                permit = Some(entry);
            }
            (None, false) if may_know_logins(cx, entry) => view.unknown.push(listed()),
            (Some(_) | None, false) => {}
        }
        match end_of(entry, only_warns) {
            Some(End::Permit(_) | End::Refuse(_)) => return,
            None => before = entry.span,
        }
    }
}

/// Whether an entry may judge sender addresses by login. A policy server gets
/// both (SMTPD_POLICY_README); a table for one of them may name a class that
/// asks the other (RESTRICTION_CLASS_README).
fn may_know_logins(cx: &Cx<'_>, entry: &Entry) -> bool {
    if entry.is("check_policy_service") {
        return true;
    }
    if !entry.is("check_sender_access") && !entry.is("check_sasl_access") {
        return false;
    }
    let written = entry.argument.clone().unwrap_or_else(|| SourceText::unplaced(&entry.word));
    let Some(table) = table_ref(&written) else { return true };
    match cx.model.table_content(&table) {
        TableContent::Text(table, _) => table.entries().any(|entry| names_a_restriction(entry.value.as_str())),
        TableContent::Inline | TableContent::Unknown => true,
    }
}

/// Whether an access table result is a list of restrictions rather than one of
/// the actions of access(5).
fn names_a_restriction(value: &str) -> bool {
    const ACTIONS: &[&str] = &[
        "bcc", "defer", "discard", "dunno", "filter", "hold", "info", "ok", "permit", "prepend", "redirect", "reject",
        "relay", "warn",
    ];
    let first = value.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    let is_code = first.bytes().all(|byte| byte.is_ascii_digit());
    !is_code && !ACTIONS.contains(&first.as_str())
}
