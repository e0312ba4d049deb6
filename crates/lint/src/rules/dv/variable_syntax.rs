//! A `%{` that nothing closes, or parentheses in it that do not match.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-variable-syntax",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, config variables", "lib-var-expand, var-expand-parser"],
    docs: docs!("variable_syntax"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(reading) = cx.reading() else { return };
    let is_new = reading.dialect() == postproof_dovecot::Dialect::V24;
    for assignment in reading.assignments() {
        // Queries are dv-sql-variables'.
        let name = assignment.name.as_str();
        if name.ends_with("query") || name.ends_with("filter") {
            continue;
        }
        let text = assignment.value.as_str();
        let Some((range, fault)) = fault(text, is_new) else { continue };
        let place = assignment.value.span_of(range).unwrap_or(assignment.value_span());
        let message = match fault {
            Fault::Open => open(name),
            Fault::Parentheses => parentheses(name),
        };
        let found = out.report(&RULE, place, message, if is_new { WHY_NEW } else { WHY_OLD });
        found.help = Some(HELP);
    }
}

/// No variable is longer; text full of openings is not searched to its end for each.
const MAX_VARIABLE_BYTES: usize = 200;

enum Fault {
    Open,
    Parentheses,
}

fn fault(text: &str, is_new: bool) -> Option<(std::ops::Range<usize>, Fault)> {
    // Templates have braces of their own.
    if text.contains("{{") || text.contains("{%") {
        return None;
    }
    for (at, _) in text.match_indices("%{") {
        if text.get(..at).is_some_and(|before| before.ends_with('%')) {
            continue;
        }
        let rest = text.get(at..)?;
        let near = rest.bytes().take(MAX_VARIABLE_BYTES).position(|byte| byte == b'}');
        let Some(end) = near else { return Some((at..text.len(), Fault::Open)) };
        let body = rest.get(..end)?;
        // Quoted texts may hold anything.
        let quoted = body.contains(['\'', '"']);
        if (is_new || body.contains('|')) && !quoted && body.matches('(').count() != body.matches(')').count() {
            return Some((at..at + end + 1, Fault::Parentheses));
        }
    }
    None
}

fn open(name: &str) -> Text {
    text!("`{name}` has a `%{{` that is never closed", "`{name}` 값의 `%{{` 표기가 닫히지 않았습니다")
}

fn parentheses(name: &str) -> Text {
    text!("the parentheses of a variable in `{name}` do not match", "`{name}` 값에 든 변수의 괄호가 짝이 맞지 않습니다")
}

const WHY_OLD: Text = Text::fixed(
    "The value can't be filled in: what uses it fails or shows the text as it stands.",
    "값을 채울 수 없어 이것을 쓰는 동작이 실패하거나 글자 그대로 나타납니다.",
);
const WHY_NEW: Text = Text::fixed(
    "Dovecot 2.4 can't read the expression: doveconf itself ends with an error or a crash.",
    "Dovecot 2.4가 이 표현식을 읽을 수 없어 doveconf 자체가 오류나 비정상 종료로 끝납니다.",
);
const HELP: Text =
    Text::fixed("Close what is opened: `%{user | username}`.", "연 것은 모두 닫으십시오. 예: `%{user | username}`");
