//! A sender table that can say OK before the only guard.

use crate::support::doors::{self, Opening};
use crate::support::relay_gates::{Door, Way};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "relay-sender-allowlist",
    group: Group::Relay,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["access(5) ACCEPT ACTIONS", "SMTPD_ACCESS_README Dangerous use of smtpd_recipient_restrictions"],
    docs: docs!("sender_allowlist"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    doors::report(cx, out, &RULE, |door| {
        let Way::SenderTable(permits) = &door.way else { return None };
        Some(Opening { permits: permits.clone(), message: message(door), why: why(), severity: RULE.severity })
    });
}

fn message(door: &Door) -> Text {
    let (name, guard, param) = (door.name, &door.guard, door.param);
    text!(
        "an OK of `{name}` before `{guard}` in `{param}` lets everybody relay who claims such a sender address",
        "`{param}` 목록에서 `{guard}` 항목보다 앞에 있는 `{name}` 항목이 OK를 답하면 그런 발신자 주소를 쓰는 누구나 릴레이할 수 있습니다"
    )
}

fn why() -> Text {
    Text::fixed(
        "The envelope sender is what the client says it is; nobody checks it, so an allowlist of senders is an open relay for all who know one of them.",
        "봉투 발신자는 클라이언트가 말하는 대로이고 아무도 확인하지 않습니다. 발신자 허용 목록은 그 주소를 아는 모두에게 오픈 릴레이가 됩니다.",
    )
}
