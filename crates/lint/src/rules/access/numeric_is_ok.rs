//! Access results that consist of digits only.

use crate::support::results::{Kind, kind};
use crate::support::tables::given;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Safety, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "access-numeric-is-ok",
    group: Group::Access,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["access(5) ACCEPT ACTIONS", "smtpd_check.c check_table_result"],
    docs: docs!("numeric_is_ok"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx) {
        for entry in given.access_entries() {
            let (value, Some(span)) = (entry.value.as_str(), entry.value.span()) else { continue };
            if kind(value) != Kind::Digits {
                continue;
            }
            // A reply code was meant; other numbers, such as 1, may mean OK.
            let is_code = value.len() == 3 && value.starts_with(['4', '5']);
            let found = out.report(&RULE, span, message(entry.key.as_str(), value), WHY);
            if is_code {
                found.help = Some(HELP);
                found.fix = (cx.sources.slice(span) == value.as_bytes()).then(|| Fix {
                    title: text!("write `{value} Access denied`", "`{value} Access denied` 값으로 고치기"),
                    edits: vec![Edit { span, replacement: format!("{value} Access denied") }],
                    safety: Safety::Safe,
                });
            } else {
                found.severity = Severity::Info;
                found.help = Some(HELP_OK);
            }
        }
    }
}

fn message(key: &str, value: &str) -> Text {
    text!(
        "the result `{value}` of `{key}` means OK, because it is digits only",
        "`{key}` 키의 결과 `{value}` 값은 숫자뿐이므로 OK를 뜻합니다"
    )
}

const WHY: Text = Text::fixed(
    "smtpd takes a result of digits only for OK; a reply code counts only with a text behind it.",
    "smtpd는 숫자만 있는 결과를 OK로 봅니다. 응답 코드는 뒤에 글이 있을 때만 코드입니다.",
);
const HELP: Text =
    Text::fixed("Write a text behind the code, or `REJECT`.", "코드 뒤에 글을 쓰거나 `REJECT` 값을 쓰십시오.");
const HELP_OK: Text = Text::fixed("Write `OK` if that is meant.", "OK를 뜻한 것이면 `OK` 값을 쓰십시오.");
