//! A whole value in quotes, which are part of it.

use crate::support::values::{assigned, quoted};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::param;
use postproof_diag::{Edit, Fix, Safety, Severity, Text, text};
use postproof_model::fault;

pub(crate) static RULE: Rule = Rule {
    name: "cfg-quoted-value",
    group: Group::Cfg,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(5) DESCRIPTION", "split_nameval.c"],
    docs: docs!("quoted_value"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for value in assigned(cx) {
        let Some(inner) = quoted(value.name, value.text.as_str()) else { continue };
        let Some(span) = value.text.span() else { continue };
        let diagnostic = out.report(&RULE, span, message(value.name), WHY);
        diagnostic.help = Some(HELP);
        if param(value.name).is_some_and(|param| fault(param, value.text).is_some()) {
            diagnostic.severity = Severity::Error;
        }
        if cx.sources.slice(span) == value.text.as_str().as_bytes() {
            let edit = Edit { span, replacement: inner.to_owned() };
            diagnostic.fix = Some(Fix { title: TITLE, edits: vec![edit], safety: Safety::Safe });
        }
    }
}

fn message(name: &str) -> Text {
    text!("the quotes are part of the value of `{name}`", "따옴표가 `{name}` 매개변수 값의 일부입니다")
}

const WHY: Text = Text::fixed(
    "Postfix has no quotes around values as a shell has, so names, lists and numbers with them mean something else or nothing.",
    "Postfix에는 셸처럼 값을 감싸는 따옴표가 없으므로, 따옴표가 붙은 이름, 목록, 숫자는 다른 뜻이 되거나 뜻이 없습니다.",
);
const HELP: Text = Text::fixed("Write the value without quotes.", "따옴표 없이 값을 쓰십시오.");
const TITLE: Text = Text::fixed("remove the quotes", "따옴표 지우기");
