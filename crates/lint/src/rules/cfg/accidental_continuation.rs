//! An indented line that looks like a setting and continues the one before.

use crate::support::values::{assigned, joined_in, joined_service};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Label, Safety, Severity, Span, Text, text};
use postproof_model::Tree;

pub(crate) static RULE: Rule = Rule {
    name: "cfg-accidental-continuation",
    group: Group::Cfg,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["postconf(5) DESCRIPTION", "master(5) SYNTAX", "readlline.c readllines"],
    docs: docs!("accidental_continuation"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for value in assigned(cx) {
        if let Some((span, name)) = joined_in(cx, value.text) {
            report(cx, out, span, setting(&name, value.name), value.name_span);
        }
    }
    for part in &cx.model.parts {
        let Tree::Master(parsed) = &part.tree else { continue };
        for entry in parsed.tree.services() {
            let (Some(span), Some(head)) = (joined_service(cx, entry), entry.name.span) else { continue };
            report(cx, out, span, service(&entry.name.text), head);
        }
    }
}

fn report(cx: &Cx<'_>, out: &mut Sink, span: Span, message: Text, before: Span) {
    let diagnostic = out.report(&RULE, span, message, WHY);
    diagnostic.related.push(Label::noted(before, CONTINUED));
    diagnostic.help = Some(HELP);
    let bytes = cx.sources.get(span.file).map_or(&[][..], |document| &document.bytes);
    let before = bytes.get(..span.start as usize).unwrap_or_default();
    let blanks = before.iter().rev().take_while(|byte| b" \t".contains(byte)).count();
    if before.len() == blanks || before.get(before.len() - blanks - 1) == Some(&b'\n') {
        let indent = Span::new(span.file, span.start - blanks as u32, span.start);
        let edits = vec![Edit { span: indent, replacement: String::new() }];
        diagnostic.fix = Some(Fix { title: TITLE, edits, safety: Safety::NeedsReview });
    }
}

fn setting(name: &str, before: &str) -> Text {
    text!(
        "this line sets no `{name}`: it begins with white space and continues `{before}`",
        "이 줄은 `{name}` 매개변수를 설정하지 않습니다. 공백으로 시작하므로 `{before}` 값의 일부입니다"
    )
}

fn service(before: &str) -> Text {
    text!(
        "this line is no service: it begins with white space and continues the entry `{before}`",
        "이 줄은 서비스가 아닙니다. 공백으로 시작하므로 `{before}` 항목의 일부입니다"
    )
}

const CONTINUED: Text = Text::fixed("is continued by it", "이 줄이 이어집니다");
const WHY: Text = Text::fixed(
    "White space at the start of a line joins it to the one before, also across comments and empty lines, so both settings are wrong.",
    "줄 첫머리의 공백은 주석과 빈 줄을 사이에 두고도 앞줄에 잇는다는 뜻이므로 두 설정이 모두 잘못됩니다.",
);
const HELP: Text = Text::fixed("Remove the white space at the start of the line.", "줄 첫머리의 공백을 지우십시오.");
const TITLE: Text = Text::fixed("remove the indentation", "들여쓰기 지우기");
