//! Bare domains with a target in virtual alias tables.

use crate::support::tables::{Given, given};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_model::TableRole;

pub(crate) static RULE: Rule = Rule {
    name: "table-key-form-virtual",
    group: Group::Table,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["virtual(5) TABLE SEARCH ORDER", "virtual(5) VIRTUAL ALIAS DOMAINS"],
    docs: docs!("key_form_virtual"),
    check,
};

/// How many entries of one table are reported each by itself.
const MAX_ENTRIES: usize = 20;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx).into_iter().filter(Given::is_indexed) {
        // A list of virtual_alias_domains alone needs no targets.
        if !given.roles.iter().all(|role| *role == TableRole::VirtualAlias) {
            continue;
        }
        let keys: std::collections::BTreeSet<String> =
            given.table.entries().map(|entry| entry.key.as_str().to_lowercase()).collect();
        let entries = given.table.entries().filter(|entry| {
            let key = entry.key.as_str().to_lowercase();
            // Where the domain has a catch-all of its own, the value means nothing.
            let is_domain = !key.contains(['@', '*', '"']) && key.contains('.') && !key.starts_with('.');
            is_domain && entry.value.as_str().contains('@') && !keys.contains(&format!("@{key}"))
        });
        for entry in entries.take(MAX_ENTRIES) {
            let Some(span) = entry.key.span() else { continue };
            let key = entry.key.as_str();
            out.report(&RULE, span, message(key), WHY).help = Some(help(key));
        }
    }
}

fn message(key: &str) -> Text {
    text!(
        "the key `{key}` makes a virtual alias domain; its target gets none of the domain's mail",
        "`{key}` 키는 가상 별칭 도메인을 만들 뿐이며, 적힌 대상은 그 도메인의 메일을 받지 않습니다"
    )
}

fn help(key: &str) -> Text {
    text!(
        "Write `@{key}` to send the mail of the whole domain to the target.",
        "도메인 전체의 메일을 대상에게 보내려면 `@{key}` 형식으로 쓰십시오."
    )
}

const WHY: Text = Text::fixed(
    "Postfix looks up `user@domain` and `@domain`; what stands behind a bare domain is not read.",
    "Postfix는 `user@domain`, `@domain` 꼴을 찾습니다. 도메인만 있는 키 뒤의 값은 읽지 않습니다.",
);
