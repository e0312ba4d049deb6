//! A `#` behind a value, which begins no comment.

use crate::support::values::{assigned, comment_in, is_in_file, is_restriction_list};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::param;
use postproof_diag::{Edit, Fix, Safety, Severity, Span, Text, text};
use postproof_model::fault;

pub(crate) static RULE: Rule = Rule {
    name: "cfg-inline-comment",
    group: Group::Cfg,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(5) DESCRIPTION", "RELEASE_NOTES-3.9", "readlline.c readllines"],
    docs: docs!("inline_comment"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    // In restriction lists, chain-unknown-restriction speaks of it.
    for value in assigned(cx).filter(|value| !is_restriction_list(value.name)) {
        let Some(comment) = comment_in(value.name, value.text.as_str()) else { continue };
        let Some(span) = value.text.span_of(comment.clone()) else { continue };
        let diagnostic = out.report(&RULE, span, message(value.name), WHY);
        diagnostic.help = Some(HELP);
        let kept = value.text.slice(0..comment.start).trimmed();
        let is_typed = param(value.name).is_some_and(|param| fault(param, value.text).is_some());
        if is_typed && !kept.as_str().contains('$') {
            diagnostic.severity = Severity::Error;
            diagnostic.why = STOP;
        }
        // A comment of one line only: behind it the value goes on.
        let same_line = !cx.sources.slice(span).contains(&b'\n');
        if let (true, true, Some(end)) = (same_line, is_in_file(cx, span), kept.span()) {
            let edit = Edit { span: Span::new(span.file, end.end, span.end), replacement: String::new() };
            diagnostic.fix = Some(Fix { title: TITLE, edits: vec![edit], safety: Safety::NeedsReview });
        }
    }
}

fn message(name: &str) -> Text {
    text!(
        "the text from `#` on is part of the value of `{name}`, not a comment",
        "`#` 문자부터의 글은 주석이 아니라 `{name}` 매개변수 값의 일부입니다"
    )
}

const WHY: Text = Text::fixed(
    "In main.cf and master.cf a comment begins at the start of a line only; the words behind the value count as further words of it.",
    "main.cf와 master.cf에서 주석은 줄의 첫머리에서만 시작하므로, 값 뒤의 단어는 값의 단어로 셉니다.",
);
const STOP: Text = Text::fixed(
    "A comment begins at the start of a line only, so every program that reads the parameter stops at this value.",
    "주석은 줄의 첫머리에서만 시작하므로, 이 매개변수를 읽는 프로그램은 모두 이 값에서 멈춥니다.",
);
const HELP: Text =
    Text::fixed("Put the comment on a line of its own, above the setting.", "주석을 설정 위의 별도 줄에 쓰십시오.");
const TITLE: Text = Text::fixed("remove the comment", "주석 지우기");
