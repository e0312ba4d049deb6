//! A test of sender ownership behind `permit_sasl_authenticated`: the users it
//! is for never meet it.

use crate::support::absence::{Absence, absence};
use crate::support::edits;
use crate::support::listeners::exposed_smtpd;
use crate::support::lists::Seen;
use crate::support::logins::{Late, view};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Label, Safety, Severity, Span, Text, text};
use postproof_model::{Presence, Scope};

pub(crate) static RULE: Rule = Rule {
    name: "chain-sender-login-after-permit",
    group: Group::Chain,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["postconf(5) reject_sender_login_mismatch", "postconf(5) smtpd_sender_restrictions"],
    docs: docs!("sender_login_after_permit"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = Seen::default();
    for service in exposed_smtpd(cx) {
        let scope = Scope::Service(service.id);
        if !may_log_in(cx, scope) {
            continue;
        }
        let view = view(cx, scope);
        if !view.tests.is_empty() {
            continue;
        }
        for late in &view.late {
            let Some(place) = late.test.span.filter(|span| seen.is_new(*span)) else { continue };
            let found = out.report(&RULE, place, message(late), WHY);
            found.help = Some(help(late));
            found.related.extend(late.permit.span.map(|span| Label::noted(span, ENDS)));
            found.fix = late.permit.span.and_then(|permit| swap(cx, late, permit, place));
        }
    }
}

/// Whether users log in at the service, as far as one can see: master.cf may
/// switch logins on where main.cf does not.
fn may_log_in(cx: &Cx<'_>, scope: Scope) -> bool {
    let is_open = absence(cx, &[]) == Absence::Unknown || cx.model.given.master_cf != Presence::Whole;
    cx.model.is_yes(scope, "smtpd_sasl_auth_enable") || is_open && !cx.model.is_set(scope, "smtpd_sasl_auth_enable")
}

/// Writes the test before the permit and takes it out behind it.
fn swap(cx: &Cx<'_>, late: &Late, permit: Span, test: Span) -> Option<Fix> {
    let in_place = Span::new(permit.file, permit.start, permit.start);
    let before = Edit { span: in_place, replacement: format!("{}, ", late.test.word) };
    let removed = edits::remove_word(cx, late.before?, test)?;
    Some(Fix { title: FIX, edits: vec![before, removed], safety: Safety::NeedsReview })
}

fn message(Late { param, test, permit, .. }: &Late) -> Text {
    let (test, permit) = (&test.word, &permit.word);
    text!(
        "`{test}` stands behind `{permit}` in `{param}`, so no logged-in user meets it",
        "`{param}` 목록에서 `{test}` 항목이 `{permit}` 항목 뒤에 있으므로 로그인한 사용자는 이 검사를 받지 않습니다"
    )
}

fn help(Late { test, permit, .. }: &Late) -> Text {
    let (test, permit) = (&test.word, &permit.word);
    text!("Put `{test}` before `{permit}`.", "`{test}` 항목을 `{permit}` 항목 앞으로 옮기십시오.")
}

const ENDS: Text = Text::fixed("ends the list for logged-in users", "로그인한 사용자에게는 여기에서 목록이 끝납니다");
const WHY: Text = Text::fixed(
    "The test is there to keep users from sending with other people's addresses, and it does not: every account, and \
     whoever steals its password, may send in anybody's name.",
    "다른 사람의 주소로 보내지 못하게 하려는 검사인데 그 일을 하지 못합니다. 모든 계정과 그 암호를 훔친 사람이 누구의 이름으로든 보낼 수 있습니다.",
);
const FIX: Text = Text::fixed("move the test before the permit", "검사를 허용 앞으로 옮기기");
