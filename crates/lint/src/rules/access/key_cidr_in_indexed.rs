//! Networks as keys of tables that only know exact keys.

use crate::support::tables::{Given, given};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_model::TableRole;
use std::net::IpAddr;

pub(crate) static RULE: Rule = Rule {
    name: "access-key-cidr-in-indexed",
    group: Group::Access,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["access(5) HOST NAME/ADDRESS PATTERNS", "cidr_table(5)"],
    docs: docs!("key_cidr_in_indexed"),
    check,
};

/// How many entries of one table are reported each by itself.
const MAX_ENTRIES: usize = 20;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx).into_iter().filter(|given| given.is_indexed() && holds_addresses(given)) {
        let kind = given.kinds.first().map_or("hash", String::as_str);
        let keys = given.table.entries().filter(|entry| is_network(entry.key.as_str()));
        for entry in keys.take(MAX_ENTRIES) {
            let Some(span) = entry.key.span() else { continue };
            out.report(&RULE, span, message(entry.key.as_str(), kind), WHY).help = Some(HELP);
        }
    }
}

/// Whether addresses are looked up in it.
fn holds_addresses(given: &Given<'_>) -> bool {
    let by_role = given.roles.iter().any(|role| matches!(role, TableRole::Access(_) | TableRole::PostscreenAccess));
    by_role || given.params.iter().any(|param| param.ends_with("networks") || param.ends_with("_hosts"))
}

fn is_network(key: &str) -> bool {
    let Some((address, length)) = key.split_once('/') else { return false };
    let address = address.trim_start_matches('[').trim_end_matches(']');
    address.parse::<IpAddr>().is_ok() && !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit())
}

fn message(key: &str, kind: &str) -> Text {
    text!(
        "the network `{key}` is a key of a `{kind}:` table and never matches",
        "`{key}` 네트워크가 `{kind}:` 테이블의 키이므로 일치하는 일이 없습니다"
    )
}

const WHY: Text = Text::fixed(
    "Postfix asks such a table for the address and its leading numbers, letter by letter; only `cidr:` tables understand networks.",
    "Postfix는 이런 테이블에서 주소와 그 앞부분을 글자 그대로 찾습니다. 네트워크는 `cidr:` 테이블만 이해합니다.",
);
const HELP: Text = Text::fixed(
    "Move the networks to a `cidr:` table, or write leading numbers such as `192.0.2` as the key.",
    "네트워크는 `cidr:` 테이블로 옮기거나, 키에 `192.0.2`처럼 앞부분의 숫자를 쓰십시오.",
);

#[cfg(test)]
mod tests {
    use super::is_network;

    #[test]
    fn networks_are_told_from_other_keys() {
        for key in ["10.0.0.0/8", "2001:db8::/32", "[2001:db8::]/32"] {
            assert!(is_network(key), "{key}");
        }
        for key in ["10.0.0", "10.0.0.0", "example.com/8", "10.0.0.0/", "a/b@example.com"] {
            assert!(!is_network(key), "{key}");
        }
    }
}
