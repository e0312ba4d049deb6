//! A backslash at the end of a line, which continues nothing.

use crate::support::values::{assigned, backslash_in, is_in_file, is_restriction_list};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "cfg-backslash-continuation",
    group: Group::Cfg,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["postconf(5) DESCRIPTION", "readlline.c readllines"],
    docs: docs!("backslash_continuation"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    // In restriction lists, chain-unknown-restriction speaks of it.
    for value in assigned(cx).filter(|value| !is_restriction_list(value.name)) {
        if let Some(span) = backslash_in(cx, value.text).filter(|span| is_in_file(cx, *span)) {
            out.report(&RULE, span, message(value.name), WHY).help = Some(HELP);
        }
    }
}

fn message(name: &str) -> Text {
    text!(
        "the backslash at the end of the line is part of the value of `{name}`",
        "줄 끝의 역슬래시는 `{name}` 매개변수 값의 일부입니다"
    )
}

const WHY: Text = Text::fixed(
    "Postfix continues a line where the next begins with white space; a backslash becomes a character of the value, and a list gets it as an entry.",
    "Postfix는 다음 줄이 공백으로 시작할 때 줄을 잇습니다. 역슬래시는 값의 문자가 되고 목록에서는 항목이 됩니다.",
);
const HELP: Text = Text::fixed(
    "Remove the backslash and begin the next line with white space.",
    "역슬래시를 지우고 다음 줄을 공백으로 시작하십시오.",
);
