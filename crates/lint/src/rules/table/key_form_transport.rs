//! Keys with a leading `@` in transport tables.

use crate::support::tables::{Given, given};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Safety, Severity, Text, text};
use postproof_model::TableRole;

pub(crate) static RULE: Rule = Rule {
    name: "table-key-form-transport",
    group: Group::Table,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["transport(5) TABLE SEARCH ORDER"],
    docs: docs!("key_form_transport"),
    check,
};

/// How many entries of one table are reported each by itself.
const MAX_ENTRIES: usize = 20;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx).into_iter().filter(Given::is_indexed) {
        if !given.roles.iter().all(|role| *role == TableRole::Transport) {
            continue;
        }
        for entry in given.table.entries().filter(|entry| entry.key.as_str().starts_with('@')).take(MAX_ENTRIES) {
            let (key, Some(span)) = (entry.key.as_str(), entry.key.span()) else { continue };
            let found = out.report(&RULE, span, message(key), WHY);
            found.help = Some(HELP);
            let domain = key.trim_start_matches('@');
            found.fix = (cx.sources.slice(span) == key.as_bytes()).then(|| Fix {
                title: text!("write `{domain}`", "`{domain}` 값으로 고치기"),
                edits: vec![Edit { span, replacement: domain.to_owned() }],
                safety: Safety::NeedsReview,
            });
        }
    }
}

fn message(key: &str) -> Text {
    text!("transport tables are never asked for `{key}`", "transport 테이블에서 `{key}` 키를 찾는 일은 없습니다")
}

const WHY: Text = Text::fixed(
    "the keys are the address, its domain, `.domain` for names below it, and `*`; none begins with `@`.",
    "찾는 키는 주소, 도메인, 그 아래 이름을 뜻하는 `.domain` 꼴, `*` 기호이며 `@` 기호로 시작하는 것은 없습니다.",
);
const HELP: Text = Text::fixed("Write the domain without `@`.", "도메인을 `@` 기호 없이 쓰십시오.");
