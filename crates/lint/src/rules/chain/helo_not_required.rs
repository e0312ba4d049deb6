//! HELO tests that a client skips by not sending HELO.

use crate::support::absence::{Absence, absence, assumption};
use crate::support::edits;
use crate::support::listeners::exposed_smtpd;
use crate::support::lists::{Seen, refuses_outsiders, value_place};
use crate::support::relay_gates::{Placed, placed};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::{Restriction, Verdict};
use postproof_diag::{Fix, Label, Safety, Severity, Span, Text, text};
use postproof_model::{LISTS, Origin, RestrictionList, Scope, Service, Stage, Value};

pub(crate) static RULE: Rule = Rule {
    name: "chain-helo-not-required",
    group: Group::Chain,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(5) smtpd_helo_required", "postconf(5) smtpd_helo_restrictions"],
    docs: docs!("helo_not_required"),
    check,
};

/// Settings that people paste together with `smtpd_helo_required`.
const NEIGHBOURS: &[&str] = &["smtpd_helo_restrictions", "smtpd_sender_restrictions", "smtpd_recipient_restrictions"];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = Seen::default();
    for service in exposed_smtpd(cx) {
        let scope = Scope::Service(service.id);
        let Some(required) = cx.model.value(scope, "smtpd_helo_required") else { continue };
        let proof = if required.is_set() { Absence::Certain } else { absence(cx, NEIGHBOURS) };
        let is_optional = required.as_bool() == Some(false) && proof != Absence::Unknown;
        if !is_optional || refuses_outsiders(cx, scope) {
            continue;
        }
        let Some(skipped) = skipped(cx, scope) else { continue };
        if !seen.is_new(skipped.place) {
            continue;
        }
        let found = out.report(&RULE, skipped.place, message(&skipped, &required, proof, service), WHY);
        found.help = Some(HELP);
        found.related.extend(skipped.test.map(|span| Label::noted(span, TEST)));
        found.related.extend(value_place(&required).map(|span| Label::noted(span, SET_TO_NO)));
        let edit = match required.is_set() {
            true => edits::replace_value(cx, &required, "yes"),
            false => edits::set_beside(cx, scope, skipped.param, "smtpd_helo_required", "yes"),
        };
        found.fix = edit.map(|edit| Fix { title: FIX, edits: vec![edit], safety: Safety::Safe });
    }
}

/// The first test that a client without HELO does not meet.
struct Skipped {
    param: &'static str,
    name: String,
    /// The list, or the test itself if it stands in another list.
    place: Span,
    /// The test, if it is not the place.
    test: Option<Span>,
    whole_list: bool,
}

fn skipped(cx: &Cx<'_>, scope: Scope) -> Option<Skipped> {
    let mut lists = LISTS.iter().filter(|(_, stage)| *stage != Stage::Etrn);
    lists.find_map(|(param, stage)| {
        let list = cx.model.restriction_list(scope, param);
        // smtpd.c skips the HELO list without HELO; in the other lists, tests
        // of the HELO name answer DUNNO then (smtpd_check.c, generic_checks).
        let whole_list = *stage == Stage::Helo;
        let Placed { entry, .. } = placed(&list).into_iter().find(|one| is_test(one, whole_list))?;
        let (place, test) = match (whole_list, name_place(&list)) {
            (true, Some(place)) => (place, entry.span),
            (true, None) | (false, _) => (entry.span?, None),
        };
        Some(Skipped { param, name: entry.word.clone(), place, test, whole_list })
    })
}

/// The place of the parameter name that sets a list.
fn name_place(list: &RestrictionList) -> Option<Span> {
    match list.origin {
        Origin::Written(span) | Origin::Override(span) => Some(span),
        Origin::Default => None,
    }
}

/// Whether an entry can refuse and is not asked without HELO.
fn is_test(placed: &Placed<'_>, whole_list: bool) -> bool {
    let Some(restriction) = placed.entry.restriction() else { return false };
    placed.warning.is_none() && can_refuse(restriction) && (whole_list || restriction.subject == "helo")
}

fn can_refuse(restriction: &Restriction) -> bool {
    // A permit refuses only where its table fails, which is no test.
    if restriction.name.starts_with("permit") {
        return false;
    }
    // A table or policy server can answer anything, so it can refuse too.
    restriction.outcomes.iter().any(|outcome| match outcome.verdict {
        Verdict::Reject | Verdict::DeferIfPermit | Verdict::Anything => true,
        Verdict::Permit | Verdict::GoOn | Verdict::DeferIfReject => false,
    })
}

fn message(skipped: &Skipped, required: &Value, proof: Absence, service: &Service) -> Text {
    let subject = match (skipped.whole_list, skipped.param, &skipped.name) {
        (true, param, _) => text!("the tests of `{param}` are", "`{param}` 목록의 검사를"),
        (false, param, name) => text!("`{name}` in `{param}` is", "`{param}` 목록의 `{name}` 검사를"),
    };
    let reason = match required.is_set() {
        true => Text::fixed("`smtpd_helo_required` is `no`", "`smtpd_helo_required` 값이 `no`이므로"),
        false => Text::fixed("`smtpd_helo_required` is not set", "`smtpd_helo_required` 설정이 없으므로"),
    };
    text!(
        "{subject} skipped by a client that sends no HELO, as {reason}{assumption}",
        "{assumption}{reason} HELO를 보내지 않는 클라이언트는 {subject} 건너뜁니다",
        subject = subject,
        reason = reason,
        assumption = assumption(proof, service)
    )
}

const TEST: Text = Text::fixed("the first test that can refuse", "거부할 수 있는 첫 검사");
const SET_TO_NO: Text = Text::fixed("switched off here", "여기에서 끕니다");
const WHY: Text = Text::fixed(
    "Postfix asks HELO tests only after HELO or EHLO, and by default a client may go straight to MAIL FROM.",
    "Postfix는 HELO나 EHLO를 받은 다음에만 HELO 검사를 하며, 기본값에서는 클라이언트가 바로 MAIL FROM을 보낼 수 있습니다.",
);
const HELP: Text = Text::fixed(
    "Set `smtpd_helo_required = yes`; RFC 5321 demands the greeting of every client anyway.",
    "`smtpd_helo_required = yes` 설정을 넣으십시오. RFC 5321은 어차피 모든 클라이언트에 이 인사를 요구합니다.",
);
const FIX: Text = Text::fixed("set `smtpd_helo_required = yes`", "`smtpd_helo_required = yes` 설정하기");
