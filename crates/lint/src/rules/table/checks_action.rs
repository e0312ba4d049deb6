//! Unknown actions in header_checks(5) and body_checks tables.

use crate::support::names::is_one_edit;
use crate::support::tables::given;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_model::TableRole;

pub(crate) static RULE: Rule = Rule {
    name: "table-checks-action",
    group: Group::Table,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["header_checks(5) TABLE FORMAT", "cleanup_message.c cleanup_act"],
    docs: docs!("checks_action"),
    check,
};

// header_checks(5) ACTIONS; OK is an old form of DUNNO in cleanup_message.c
const ACTIONS: &[&str] = &[
    "BCC", "DISCARD", "DUNNO", "FILTER", "HOLD", "IGNORE", "INFO", "OK", "PASS", "PREPEND", "REDIRECT", "REJECT",
    "REPLACE", "STRIP", "WARN",
];

/// How many rules of one table are reported each by itself.
const MAX_RULES: usize = 20;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx) {
        let is_checks = |role: &TableRole| matches!(role, TableRole::HeaderChecks | TableRole::BodyChecks);
        if !given.roles.iter().all(is_checks) {
            continue;
        }
        let mut left = MAX_RULES;
        for entry in given.table.entries() {
            let word = entry.value.as_str().split_whitespace().next().unwrap_or_default();
            let is_condition = ["if", "endif"]
                .iter()
                .any(|word| entry.key.as_str().get(..word.len()).is_some_and(|key| key.eq_ignore_ascii_case(word)));
            let is_known = ACTIONS.iter().any(|action| action.eq_ignore_ascii_case(word));
            if word.is_empty() || is_condition || is_known || word.contains('$') {
                continue;
            }
            let Some(span) = entry.value.span() else { continue };
            let Some(fewer) = left.checked_sub(1) else { break };
            left = fewer;
            let upper = word.to_ascii_uppercase();
            let near = ACTIONS.iter().find(|action| is_one_edit(&upper, action));
            out.report(&RULE, span, message(word), WHY).help = Some(near.map_or(HELP, |near| near_help(near)));
        }
    }
}

fn message(word: &str) -> Text {
    text!("`{word}` is no action of header and body checks", "`{word}` 단어는 헤더와 본문 검사의 동작이 아닙니다")
}

fn near_help(near: &str) -> Text {
    text!("Did you mean `{near}`?", "`{near}` 동작을 쓰려던 것이 아닌지 확인하십시오.")
}

const WHY: Text = Text::fixed(
    "cleanup logs a warning and lets the line pass; restrictions and reply codes of smtpd mean nothing here.",
    "cleanup은 경고를 남기고 그 줄을 통과시킵니다. smtpd의 제한과 응답 코드는 여기서 뜻이 없습니다.",
);
const HELP: Text = Text::fixed(
    "Use an action such as `REJECT text`, `DISCARD`, `HOLD`, `IGNORE`, `REPLACE text`, `PREPEND text`, `WARN` or `DUNNO`.",
    "`REJECT 글`, `DISCARD`, `HOLD`, `IGNORE`, `REPLACE 글`, `PREPEND 글`, `WARN`, `DUNNO` 등의 동작을 쓰십시오.",
);
