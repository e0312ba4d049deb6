//! Logged-in users whose sender address nobody tests against their login.

use crate::support::absence::{Absence, absence, assumption};
use crate::support::listeners::exposed_smtpd;
use crate::support::lists::{Seen, refuses_outsiders, value_place};
use crate::support::logins::{Listed, LoginView, view};
use crate::support::relay_gates::{RECIPIENT, RELAY};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Missing, Severity, Span, Text, text};
use postproof_model::{DomainPatternKind, Scope, Service};

pub(crate) static RULE: Rule = Rule {
    name: "spoof-no-sender-ownership",
    group: Group::Spoof,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &[
        "SASL_README «Envelope sender address authorization»",
        "postconf(5) smtpd_sender_login_maps",
        "postconf(5) reject_authenticated_sender_login_mismatch",
    ],
    docs: docs!("no_sender_ownership"),
    check,
};

const SENDER: &str = "smtpd_sender_restrictions";

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = Seen::default();
    let tenants = has_tenants(cx);
    for service in exposed_smtpd(cx) {
        let Some(gap) = gap(cx, service) else { continue };
        if !seen.is_new(gap.place) {
            continue;
        }
        let assumption = assumption(gap.proof, service);
        let why = if tenants { WHY_TENANTS } else { WHY };
        let found = out.report(&RULE, gap.place, message(gap.useless_test.as_deref(), &assumption), why);
        found.help = Some(HELP);
        found.related.extend(gap.related.iter().map(|span| Label::noted(*span, PERMITTED)));
        if !gap.deciders.is_empty() {
            let names = gap.deciders.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            found.severity = Severity::Info;
            found.message = depends(&names, &assumption);
            found.related.extend(gap.deciders.iter().filter_map(|(_, span)| Some(Label::noted((*span)?, DECIDES))));
            found.missing.push(Missing { what: missing(&names), command: None });
        }
    }
}

/// A service whose users may send with any address, as far as one can see.
struct Gap {
    place: Span,
    related: Vec<Span>,
    proof: Absence,
    /// An ownership test that has no table to ask.
    useless_test: Option<String>,
    /// What may do the test, and is not known: `check_policy_service`, milters.
    deciders: Vec<(String, Option<Span>)>,
}

fn gap(cx: &Cx<'_>, service: &Service) -> Option<Gap> {
    let scope = Scope::Service(service.id);
    let enable = cx.model.value(scope, "smtpd_sasl_auth_enable").filter(|value| value.as_bool() == Some(true))?;
    let view = view(cx, scope);
    // Without a permit for logins in the lists that decide about relaying a
    // login gives no right. A test behind the permit is the defect of
    // chain-sender-login-after-permit.
    let relays = view.permits.iter().any(|permit| permit.param == RELAY || permit.param == RECIPIENT);
    if !relays || !view.late.is_empty() || refuses_outsiders(cx, scope) {
        return None;
    }
    let proof = absence(cx, &[SENDER, RELAY, RECIPIENT]);
    let useless_test = match (view.tests.as_slice(), proof) {
        ([], _) => None,
        // reject_known_sender_login_mismatch refuses only addresses that the
        // table knows (postconf(5)); the others refuse every address then.
        (tests, Absence::Certain) if has_no_owners(cx, scope) && tests.iter().all(is_known_only) => {
            tests.first().map(|test| test.entry.word.clone())
        }
        (_, Absence::Certain | Absence::Assumed | Absence::Unknown) => return None,
    };
    let mut places = places(&view);
    if places.is_empty() && proof == Absence::Certain {
        places.extend(value_place(&enable));
    }
    let (place, related) = places.split_first()?;
    if proof == Absence::Unknown {
        return None;
    }
    Some(Gap { place: *place, related: related.to_vec(), proof, useless_test, deciders: deciders(cx, scope, &view) })
}

fn is_known_only(test: &Listed) -> bool {
    test.entry.is("reject_known_sender_login_mismatch")
}

fn has_no_owners(cx: &Cx<'_>, scope: Scope) -> bool {
    cx.model.text(scope, "smtpd_sender_login_maps").is_empty()
}

/// Where logins are permitted: in the sender list, in which the test belongs,
/// else where they are permitted to relay.
fn places(view: &LoginView) -> Vec<Span> {
    let spans = |param: &str| -> Vec<Span> {
        view.permits.iter().filter(|permit| permit.param == param).filter_map(|permit| permit.entry.span).collect()
    };
    [SENDER, RELAY, RECIPIENT].into_iter().flat_map(spans).collect()
}

fn deciders(cx: &Cx<'_>, scope: Scope, view: &LoginView) -> Vec<(String, Option<Span>)> {
    let mut found: Vec<_> = view.unknown.iter().map(|listed| (listed.entry.word.clone(), listed.entry.span)).collect();
    // Milters get the login as the macro {auth_authen} (MILTER_README).
    let milters = cx.model.value(scope, "smtpd_milters").filter(|value| !value.as_str().is_empty());
    found.extend(milters.map(|value| ("smtpd_milters".to_owned(), value_place(&value))));
    found.sort_by(|one, next| one.0.cmp(&next.0));
    found.dedup_by(|one, next| one.0 == next.0);
    found
}

/// Whether the users seem to belong to more than one domain.
fn has_tenants(cx: &Cx<'_>) -> bool {
    let mut domains = 0;
    for pattern in ["virtual_mailbox_domains", "virtual_alias_domains"].iter().flat_map(|param| {
        let is_set = cx.model.is_set(Scope::Main, param);
        if is_set { cx.model.domains(Scope::Main, param) } else { Vec::new() }
    }) {
        match pattern.kind {
            DomainPatternKind::Table(..) | DomainPatternKind::File(_) => return true,
            DomainPatternKind::Domain(_) | DomainPatternKind::HostDependent => domains += 1,
        }
    }
    domains > 1
}

fn message(useless_test: Option<&str>, assumption: &Text) -> Text {
    let reason = match useless_test {
        None => Text::fixed("nothing compares it with the login", "주소를 로그인과 비교하는 것이 없으므로"),
        Some(test) => text!(
            "`{test}` has no `smtpd_sender_login_maps` to ask",
            "`{test}` 항목이 물어볼 `smtpd_sender_login_maps` 테이블이 없으므로"
        ),
    };
    text!(
        "a logged-in user may send with anybody's sender address: {reason}{assumption}",
        "{assumption}{reason} 로그인한 사용자가 누구의 발신 주소로든 보낼 수 있습니다",
        reason = reason,
        assumption = assumption
    )
}

fn depends(names: &str, assumption: &Text) -> Text {
    text!(
        "no restriction compares the sender address with the login, so a logged-in user may send with anybody's unless {names} refuses that{assumption}",
        "{assumption}발신 주소를 로그인과 비교하는 제한이 없으므로, 다음이 거부하지 않는다면 로그인한 사용자가 누구의 주소로든 보낼 수 있습니다: {names}",
        assumption = assumption
    )
}

fn missing(names: &str) -> Text {
    text!(
        "what {names} answers to a sender address that is not the user's own",
        "사용자의 것이 아닌 발신 주소에 대한 응답: {names}"
    )
}

const PERMITTED: Text =
    Text::fixed("logged-in users are permitted here too", "여기에서도 로그인한 사용자를 허용합니다");
const DECIDES: Text = Text::fixed(
    "may do the test; what it answers is not known here",
    "이 검사를 할 수 있지만 무엇이라고 답하는지 여기에서는 알 수 없습니다",
);
const WHY: Text = Text::fixed(
    "Every account, and whoever steals its password, can write as any colleague, with this server's good name.",
    "모든 계정과 그 암호를 훔친 사람이 이 서버의 평판을 빌려 어떤 동료의 이름으로든 보낼 수 있습니다.",
);
const WHY_TENANTS: Text = Text::fixed(
    "The server hosts users of several domains: any of them, and whoever steals a password, can write as any user of \
     the other domains.",
    "이 서버에는 여러 도메인의 사용자가 있습니다. 그중 누구나, 그리고 암호를 훔친 사람이 다른 도메인 사용자의 이름으로 보낼 수 있습니다.",
);
const HELP: Text = Text::fixed(
    "List in `smtpd_sender_login_maps` which login owns which address, and put \
     `reject_authenticated_sender_login_mismatch` before `permit_sasl_authenticated` in `smtpd_sender_restrictions`.",
    "어느 로그인이 어느 주소의 주인인지 `smtpd_sender_login_maps` 테이블에 적고, `smtpd_sender_restrictions` 목록의 \
     `permit_sasl_authenticated` 앞에 `reject_authenticated_sender_login_mismatch` 항목을 넣으십시오.",
);
