//! Entries behind one that always refuses.

use crate::support::dead::{Dead, Said, report};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "chain-after-reject",
    group: Group::Chain,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["smtpd_check.c generic_checks", "postconf(5) smtpd_recipient_restrictions"],
    docs: docs!("after_reject"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    report(cx, out, &RULE, false, Said { message, why: WHY, help: HELP, ends: ENDS });
}

fn message(Dead { list, ender, first, .. }: &Dead) -> Text {
    text!(
        "`{first}` is never reached in `{list}`, as `{ender}` before it refuses every request",
        "`{list}` 목록에서 앞의 `{ender}` 항목이 모든 요청을 거부하므로 `{first}` 항목은 실행되지 않습니다"
    )
}

const ENDS: Text = Text::fixed("refuses every request", "모든 요청을 거부합니다");
const WHY: Text = Text::fixed(
    "What stands behind an unconditional refusal neither permits nor refuses anything.",
    "무조건 거부하는 항목 뒤에 있는 것은 아무것도 허용하거나 거부하지 않습니다.",
);
const HELP: Text = Text::fixed(
    "Put the refusal last, or remove the entries behind it.",
    "거부하는 항목을 맨 뒤로 옮기거나 그 뒤의 항목을 지우십시오.",
);
