//! Keys with `*` in tables that only know exact keys.

use crate::support::tables::{Given, given};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_model::TableRole;

pub(crate) static RULE: Rule = Rule {
    name: "access-key-wildcard",
    group: Group::Access,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["access(5) EMAIL ADDRESS PATTERNS", "virtual(5) TABLE SEARCH ORDER", "transport(5) TABLE SEARCH ORDER"],
    docs: docs!("key_wildcard"),
    check,
};

/// How many entries of one table are reported each by itself.
const MAX_ENTRIES: usize = 20;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx).into_iter().filter(Given::is_indexed) {
        if !given.roles.iter().all(has_exact_keys) {
            continue;
        }
        let is_transport = given.roles.contains(&TableRole::Transport);
        let keys = given.table.entries().filter(|entry| {
            let key = entry.key.as_str();
            key.starts_with("*@") || key.starts_with("*.") || (key == "*" && !is_transport)
        });
        for entry in keys.take(MAX_ENTRIES) {
            let Some(span) = entry.key.span() else { continue };
            out.report(&RULE, span, message(entry.key.as_str()), WHY).help = Some(help(&given.roles));
        }
    }
}

/// Whether its keys are addresses, domains and names without any wildcard.
fn has_exact_keys(role: &TableRole) -> bool {
    match role {
        TableRole::Access(_)
        | TableRole::VirtualAlias
        | TableRole::Canonical
        | TableRole::Relocated
        | TableRole::Transport
        | TableRole::SenderLogin
        | TableRole::SenderRelay
        | TableRole::Recipients => true,
        TableRole::PostscreenAccess
        | TableRole::Aliases
        | TableRole::HeaderChecks
        | TableRole::BodyChecks
        | TableRole::Other => false,
    }
}

fn message(key: &str) -> Text {
    text!(
        "the key `{key}` is taken letter by letter and never matches",
        "`{key}` 키는 글자 그대로 쓰이므로 일치하는 일이 없습니다"
    )
}

fn help(roles: &[TableRole]) -> Text {
    if roles.contains(&TableRole::Transport) {
        return Text::fixed(
            "Write `.example.com` for all names below a domain; `*` alone is for everything.",
            "도메인 아래의 모든 이름은 `.example.com` 형식으로, 전부는 `*` 하나로 쓰십시오.",
        );
    }
    if roles.iter().any(|role| matches!(role, TableRole::Access(_))) {
        return Text::fixed(
            "Write `example.com` for the addresses and names of a domain, or use a `pcre:` or `regexp:` table.",
            "한 도메인의 주소와 이름은 `example.com` 형식으로 쓰거나 `pcre:` 또는 `regexp:` 테이블을 쓰십시오.",
        );
    }
    Text::fixed(
        "Write `@example.com` for every address of a domain, or use a `pcre:` or `regexp:` table.",
        "한 도메인의 모든 주소는 `@example.com` 형식으로 쓰거나 `pcre:` 또는 `regexp:` 테이블을 쓰십시오.",
    )
}

const WHY: Text = Text::fixed(
    "tables with exact keys know no wildcards: Postfix asks for the address, its domain and its parents, and none of these has a `*`.",
    "정확한 키만 아는 테이블에는 와일드카드가 없습니다. Postfix가 찾는 주소, 도메인, 상위 도메인에는 `*` 기호가 없습니다.",
);
