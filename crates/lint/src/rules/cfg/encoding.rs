//! Characters that look like others: no-break spaces, curly quotes, marks without width.

use crate::support::values::{Assigned, assigned, is_free_text, odd_character};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "cfg-encoding",
    group: Group::Cfg,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["postconf(5) DESCRIPTION", "split_nameval.c"],
    docs: docs!("encoding"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for value in assigned(cx) {
        let Assigned { name, name_span, text, .. } = value;
        if let Some((_, odd)) = odd_character(name) {
            out.report(&RULE, name_span, in_name(odd), WHY).help = Some(HELP);
        } else if let Some((at, odd)) = odd_character(text.as_str()).filter(|_| !is_free_text(name)) {
            let span = text.span_of(at..at + odd.len_utf8()).unwrap_or(name_span);
            out.report(&RULE, span, in_value(name, odd), WHY).help = Some(HELP);
        }
    }
}

fn in_name(odd: char) -> Text {
    let code = format!("U+{:04X}", u32::from(odd));
    text!(
        "the name holds the character {code}, so that no parameter is set",
        "이름에 {code} 문자가 있어 아무 매개변수도 설정되지 않습니다"
    )
}

fn in_value(name: &str, odd: char) -> Text {
    let code = format!("U+{:04X}", u32::from(odd));
    text!(
        "the value of `{name}` holds the character {code}, which is neither white space nor a quote to Postfix",
        "`{name}` 매개변수의 값에 {code} 문자가 있습니다. Postfix에게 이것은 공백도 따옴표도 아닙니다"
    )
}

const WHY: Text = Text::fixed(
    "Text copied from web pages and word processors holds such characters; they look right, and Postfix takes them as letters.",
    "웹 페이지나 워드 프로세서에서 복사한 글에는 이런 문자가 있습니다. 보기에는 맞지만 Postfix는 글자로 봅니다.",
);
const HELP: Text = Text::fixed(
    "Type the place anew, with plain blanks, quotes and hyphens.",
    "그 자리를 보통 빈칸, 따옴표, 하이픈으로 다시 입력하십시오.",
);
