//! A policy server that is asked before the only guard.

use crate::support::doors::{add_guard, move_behind_guard};
use crate::support::listeners::{exposed_smtpd, name_services, share};
use crate::support::relay_gates::{Door, Way, doors};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "relay-policy-before-guard",
    group: Group::Relay,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(5) check_policy_service", "SMTPD_POLICY_README Simple policy client/server configuration"],
    docs: docs!("policy_before_guard"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let found = share(exposed_smtpd(cx), |service| {
        let open = doors(cx, service).into_iter().filter(|door| matches!(door.way, Way::PolicyServer));
        open.map(|door| (door.span, door)).collect()
    });
    for shared in found {
        let diagnostic = out.report(&RULE, shared.span, message(&shared.fault), why());
        diagnostic.help = Some(help(&shared.fault.guard));
        diagnostic.fix = move_behind_guard(cx, &shared.fault);
        add_guard(diagnostic, &shared.fault);
        name_services(diagnostic, &shared.services);
    }
}

fn message(door: &Door) -> Text {
    let (guard, param) = (&door.guard, door.param);
    text!(
        "`check_policy_service` stands before `{guard}` in `{param}`, so the policy server's answer alone decides who may relay",
        "`{param}` 목록에서 `check_policy_service` 항목이 `{guard}` 항목보다 앞에 있으므로 누가 릴레이할 수 있는지를 정책 서버의 응답만으로 결정합니다"
    )
}

fn why() -> Text {
    Text::fixed(
        "An answer of OK or permit ends the list before the guard is asked; the server is also asked about mail that is refused in any case.",
        "OK나 permit 응답은 릴레이를 막는 항목에 이르기 전에 목록을 끝냅니다. 어차피 거절할 메일까지 정책 서버에 묻게 됩니다.",
    )
}

fn help(guard: &str) -> Text {
    text!(
        "Move `check_policy_service` behind `{guard}`.",
        "`check_policy_service` 항목을 `{guard}` 항목 뒤로 옮기십시오."
    )
}
