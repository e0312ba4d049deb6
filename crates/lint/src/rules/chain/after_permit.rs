//! Entries behind one that always permits.

use crate::support::dead::{Dead, Said, report};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "chain-after-permit",
    group: Group::Chain,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["smtpd_check.c generic_checks", "postconf(5) smtpd_recipient_restrictions"],
    docs: docs!("after_permit"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    report(cx, out, &RULE, true, Said { message, why: WHY, help: HELP, ends: ENDS });
}

fn message(Dead { list, ender, first, .. }: &Dead) -> Text {
    text!(
        "`{first}` is never reached in `{list}`, as `{ender}` before it permits every request",
        "`{list}` 목록에서 앞의 `{ender}` 항목이 모든 요청을 허용하므로 `{first}` 항목은 실행되지 않습니다"
    )
}

const ENDS: Text = Text::fixed("permits every request", "모든 요청을 허용합니다");
const WHY: Text = Text::fixed(
    "A permit ends the list, so a test behind it refuses nothing; smtpd logs a warning each time it gets there.",
    "허용은 목록을 끝내므로 그 뒤의 검사는 아무것도 거부하지 않으며, smtpd는 그 자리에 올 때마다 경고를 기록합니다.",
);
const HELP: Text = Text::fixed(
    "Put the `permit` last or remove it, so that the entries behind it are asked.",
    "뒤의 항목이 실행되도록 `permit` 항목을 맨 뒤로 옮기거나 지우십시오.",
);
