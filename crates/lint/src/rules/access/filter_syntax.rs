//! Access actions whose argument smtpd throws away, and tables in results.

use crate::support::results::{Kind, kind};
use crate::support::tables::given;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "access-filter-syntax",
    group: Group::Access,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["access(5) OTHER ACTIONS", "smtpd_check.c check_table_result"],
    docs: docs!("filter_syntax"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx) {
        for entry in given.access_entries() {
            let (Kind::Action(action, text), Some(span)) = (kind(entry.value.as_str()), entry.value.span()) else {
                continue;
            };
            // smtpd_check.c, check_table_result: the test of each action.
            let (form, fits) = match action {
                "FILTER" => ("FILTER transport:destination", text.contains(':')),
                "REDIRECT" => ("REDIRECT user@domain", text.contains('@')),
                "BCC" => ("BCC user@domain", text.contains('@')),
                "PREPEND" => ("PREPEND header: text", is_header(text)),
                _ => continue,
            };
            // Patterns can build the missing part from what they match.
            if !fits && !text.contains('$') {
                out.report(&RULE, span, message(action, entry.key.as_str()), WHY).help = Some(help(form));
            }
        }
    }
}

/// A name without white space, and a colon.
fn is_header(text: &str) -> bool {
    text.split_once(':').is_some_and(|(name, _)| {
        let name = name.trim_end();
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic())
    })
}

fn message(action: &str, key: &str) -> Text {
    text!(
        "the argument of `{action}` for `{key}` does not have the form that the action needs",
        "`{key}` 키의 `{action}` 동작에 주어진 인수가 필요한 형식이 아닙니다"
    )
}

fn help(form: &str) -> Text {
    text!("Write `{form}`.", "`{form}` 형식으로 쓰십시오.")
}

const WHY: Text = Text::fixed(
    "smtpd logs a warning and skips the action, so the entry does nothing.",
    "smtpd는 경고를 남기고 이 동작을 건너뛰므로 항목은 아무 일도 하지 않습니다.",
);
