//! Bare domains as keys of tables that choose a relay by the sender.

use crate::support::tables::{Given, given};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Safety, Severity, Text, text};
use postproof_model::TableRole;

pub(crate) static RULE: Rule = Rule {
    name: "table-key-form-sender-relay",
    group: Group::Table,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["postconf(5) sender_dependent_relayhost_maps", "postconf(5) sender_dependent_default_transport_maps"],
    docs: docs!("key_form_sender_relay"),
    check,
};

/// How many entries of one table are reported each by itself.
const MAX_ENTRIES: usize = 20;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx).into_iter().filter(Given::is_indexed) {
        if !given.roles.iter().all(|role| *role == TableRole::SenderRelay) {
            continue;
        }
        let entries = given.table.entries().filter(|entry| is_domain(entry.key.as_str()));
        for entry in entries.take(MAX_ENTRIES) {
            let (key, Some(span)) = (entry.key.as_str(), entry.key.span()) else { continue };
            let found = out.report(&RULE, span, message(key), WHY);
            found.help = Some(help(key));
            found.fix = (cx.sources.slice(span) == key.as_bytes()).then(|| Fix {
                title: text!("write `@{key}`", "`@{key}` 값으로 고치기"),
                edits: vec![Edit { span, replacement: format!("@{key}") }],
                safety: Safety::NeedsReview,
            });
        }
    }
}

/// A name with a dot and no `@`; the null sender has a key of its own.
fn is_domain(key: &str) -> bool {
    !key.contains('@') && key.contains('.') && !key.starts_with(['.', '*', '<'])
}

fn message(key: &str) -> Text {
    text!(
        "this table is never asked for the bare domain `{key}`",
        "이 테이블에서 도메인만 있는 `{key}` 키를 찾는 일은 없습니다"
    )
}

fn help(key: &str) -> Text {
    text!("Write `@{key}` for all senders of the domain.", "이 도메인의 모든 발신자라면 `@{key}` 형식으로 쓰십시오.")
}

const WHY: Text = Text::fixed(
    "the keys are the whole sender address and `@domain`, so the mail of this domain takes the usual relay.",
    "찾는 키는 발신자 주소 전체와 `@domain` 꼴이므로, 이 도메인의 메일은 보통의 릴레이로 갑니다.",
);
