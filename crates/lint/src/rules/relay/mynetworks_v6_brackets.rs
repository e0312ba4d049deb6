//! IPv6 patterns without brackets, which are taken for lookup tables.

use crate::support::address_lists::faulty_patterns;
use crate::support::lists::Seen;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Safety, Severity, Text, text};
use std::net::Ipv6Addr;

pub(crate) static RULE: Rule = Rule {
    name: "relay-mynetworks-v6-brackets",
    group: Group::Relay,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["match_list.c match_list_parse", "IPV6_README", "postconf(5) mynetworks"],
    docs: docs!("mynetworks_v6_brackets"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = Seen::default();
    for found in faulty_patterns(cx) {
        let pattern = found.pattern.as_str();
        let is_bare = pattern.contains(':') && !pattern.starts_with('[');
        if !is_bare || !seen.is_new(found.span) {
            continue;
        }
        let (address, mask) = pattern.split_once('/').unwrap_or((pattern, ""));
        let slash = if pattern.contains('/') { "/" } else { "" };
        let bracketed = address.parse::<Ipv6Addr>().is_ok().then(|| format!("[{address}]{slash}{mask}"));
        let message = match bracketed {
            Some(_) => without_brackets(&found.param, pattern),
            None => no_table(&found.param, pattern),
        };
        let diagnostic = out.report(&RULE, found.span, message, WHY);
        let Some(right) = bracketed else {
            diagnostic.help = Some(HELP);
            continue;
        };
        diagnostic.help = Some(text!("Write `{right}`.", "`{right}` 꼴로 쓰십시오."));
        if cx.sources.slice(found.span) == pattern.as_bytes() {
            let title = text!("write `{right}`", "`{right}` 꼴로 고치기");
            let edits = vec![Edit { span: found.span, replacement: right.clone() }];
            diagnostic.fix = Some(Fix { title, edits, safety: Safety::Safe });
        }
    }
}

fn without_brackets(param: &str, pattern: &str) -> Text {
    text!(
        "the IPv6 pattern `{pattern}` in `{param}` has no brackets, so Postfix takes it for a lookup table",
        "`{param}` 매개변수의 IPv6 패턴 `{pattern}` 주소에 대괄호가 없어 Postfix가 조회 테이블로 봅니다"
    )
}

fn no_table(param: &str, pattern: &str) -> Text {
    text!(
        "`{pattern}` in `{param}` is neither an address nor a lookup table of a known type",
        "`{param}` 매개변수의 `{pattern}` 패턴은 주소도 아는 유형의 조회 테이블도 아닙니다"
    )
}

const WHY: Text = Text::fixed(
    "A pattern with a colon and without brackets is `type:table`; the type does not exist, so every look-up that reaches it fails with a temporary error.",
    "콜론이 있고 대괄호가 없는 패턴은 `type:table` 꼴입니다. 그런 유형이 없으므로 여기에 이르는 조회는 모두 일시적 오류로 실패합니다.",
);
const HELP: Text = Text::fixed(
    "Write IPv6 addresses in brackets, as in `[2001:db8::]/32`, and tables as `type:name`.",
    "IPv6 주소는 `[2001:db8::]/32`처럼 대괄호 안에 쓰고 테이블은 `type:name` 꼴로 쓰십시오.",
);
