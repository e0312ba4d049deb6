//! Access results that begin with a word that is nothing.

use crate::support::names::is_one_edit;
use crate::support::results::{ACTIONS, Kind, kind};
use crate::support::tables::given;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::{nearest_restriction, restriction};
use postproof_diag::{Edit, Fix, Safety, Severity, Span, Text, text};
use postproof_model::{Model, Presence, Scope, words};
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    name: "access-unknown-action",
    group: Group::Access,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["access(5) ACTIONS", "smtpd_check.c check_table_result"],
    docs: docs!("unknown_action"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let tables = given(cx);
    if tables.is_empty() {
        return;
    }
    let classes = classes(cx.model);
    for given in tables {
        for entry in given.access_entries() {
            let (Kind::Restrictions(word), Some(span)) = (kind(entry.value.as_str()), entry.value.span()) else {
                continue;
            };
            if restriction(word).is_some() || classes.contains(word) || word.contains('$') {
                continue;
            }
            let near = nearest(word);
            // Without all of main.cf the word may be a class.
            if near.is_none() && cx.model.given.main_cf != Presence::Whole {
                continue;
            }
            let found = out.report(&RULE, span, message(word, entry.key.as_str()), WHY);
            found.help = Some(near.map_or(HELP, near_help));
            let word_span = Span::new(span.file, span.start, span.start.saturating_add(word.len() as u32));
            if let (Some(near), true) = (near, cx.sources.slice(word_span) == word.as_bytes()) {
                found.fix = Some(Fix {
                    title: text!("write `{near}`", "`{near}` 값으로 고치기"),
                    edits: vec![Edit { span: word_span, replacement: near.to_owned() }],
                    safety: Safety::NeedsReview,
                });
            }
        }
    }
}

/// The restriction classes of main.cf and of every service.
fn classes(model: &Model) -> BTreeSet<String> {
    let scopes = model.services.iter().map(|service| Scope::Service(service.id));
    let values = std::iter::once(Scope::Main).chain(scopes);
    let values = values.filter_map(|scope| model.value(scope, "smtpd_restriction_classes"));
    values.flat_map(|value| words(&value.text)).map(|word| word.text.as_str().to_owned()).collect()
}

/// The action or restriction that differs by one letter.
fn nearest(word: &str) -> Option<&'static str> {
    let upper = word.to_ascii_uppercase();
    let action = ACTIONS.iter().chain(&["OK", "RELAY"]).copied().find(|action| is_one_edit(&upper, action));
    let near = || nearest_restriction(word).filter(|near| is_one_edit(word, near.name));
    // Two letters are too short to be misspelt for certain.
    action.filter(|_| word.len() > 2).or_else(|| near().map(|near| near.name))
}

fn message(word: &str, key: &str) -> Text {
    text!(
        "`{word}`, the result of `{key}`, is no action, restriction or restriction class",
        "`{key}` 키의 결과인 `{word}` 단어는 동작도 제한도 제한 클래스도 아닙니다"
    )
}

fn near_help(near: &str) -> Text {
    text!("Did you mean `{near}`?", "`{near}` 값을 쓰려던 것이 아닌지 확인하십시오.")
}

const WHY: Text = Text::fixed(
    "smtpd reads an unknown result as a list of restrictions and answers «451 4.3.5 Server configuration error» to every match.",
    "smtpd는 모르는 결과를 제한 목록으로 읽고, 일치할 때마다 «451 4.3.5 Server configuration error» 응답을 보냅니다.",
);
const HELP: Text = Text::fixed(
    "Use an action such as `OK`, `REJECT text` or `DUNNO`, or define the word as a restriction class.",
    "`OK`, `REJECT 글`, `DUNNO` 등의 동작을 쓰거나 이 단어를 제한 클래스로 정의하십시오.",
);
