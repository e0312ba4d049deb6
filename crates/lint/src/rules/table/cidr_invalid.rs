//! Rules of cidr: tables that Postfix skips.

use crate::support::cidr::{Fault, fault, pattern};
use crate::support::tables::given;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Safety, Severity, Text, text};
use postproof_syntax::table::TableSyntax;

pub(crate) static RULE: Rule = Rule {
    name: "table-cidr-invalid",
    group: Group::Table,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["cidr_table(5) TABLE FORMAT", "cidr_match.c cidr_match_parse"],
    docs: docs!("cidr_invalid"),
    check,
};

/// How many rules of one table are reported each by itself.
const MAX_RULES: usize = 20;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx).into_iter().filter(|given| given.table.syntax == TableSyntax::Cidr) {
        let mut left = MAX_RULES;
        for entry in given.table.entries() {
            let key = entry.key.as_str();
            let Some(network) = pattern(key) else { continue };
            let (Some(fault), Some(span)) = (fault(network), entry.key.span()) else { continue };
            let Some(fewer) = left.checked_sub(1) else { break };
            left = fewer;
            let found = out.report(&RULE, span, message(network, &fault), WHY);
            found.help = Some(help(&fault));
            if let (Fault::HostBits(right), true) = (&fault, cx.sources.slice(span) == network.as_bytes()) {
                found.fix = Some(Fix {
                    title: text!("write `{right}`", "`{right}` 값으로 고치기"),
                    edits: vec![Edit { span, replacement: right.clone() }],
                    safety: Safety::NeedsReview,
                });
            }
        }
    }
}

fn message(network: &str, fault: &Fault) -> Text {
    match fault {
        Fault::Address => text!(
            "`{network}` is no address and no network, so the rule is skipped",
            "`{network}` 값은 주소도 네트워크도 아니므로 규칙을 건너뜁니다"
        ),
        Fault::Length => text!(
            "the prefix length of `{network}` is none, so the rule is skipped",
            "`{network}` 값의 길이가 올바르지 않으므로 규칙을 건너뜁니다"
        ),
        Fault::HostBits(_) => text!(
            "`{network}` has address bits behind its prefix length, so the rule is skipped",
            "`{network}` 값은 길이 뒤의 주소 비트가 0이 아니므로 규칙을 건너뜁니다"
        ),
    }
}

fn help(fault: &Fault) -> Text {
    match fault {
        Fault::Address | Fault::Length => Text::fixed(
            "Write an address, or network and prefix length such as `192.0.2.0/24` or `2001:db8::/32`; names and netmasks do not work.",
            "주소를 쓰거나 `192.0.2.0/24`, `2001:db8::/32`처럼 네트워크와 길이를 쓰십시오. 이름과 넷마스크는 쓸 수 없습니다.",
        ),
        Fault::HostBits(right) => text!(
            "Write `{right}` for the whole network, or leave the length out for one address.",
            "네트워크 전체라면 `{right}` 값을, 주소 하나라면 길이를 빼고 쓰십시오."
        ),
    }
}

const WHY: Text = Text::fixed(
    "Postfix logs a warning when it opens the table and goes on without this rule.",
    "Postfix는 테이블을 열 때 경고를 남기고 이 규칙 없이 계속합니다.",
);
