//! LDAP filters that Dovecot or the server can't use as meant.

use crate::support::dovecot::logins::name_parts;
use crate::support::external::queries;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-ldap-filter",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["RFC 4515", "RFC 4524 section 2.16", "Dovecot manual, LDAP authentication"],
    docs: docs!("ldap_filter"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for query in queries(cx).into_iter().filter(|query| query.is_ldap) {
        let (name, text) = (query.setting.name.as_str(), query.text().as_str());
        let (open, close) = (text.matches('(').count(), text.matches(')').count());
        let filters = text.contains("\\28") || text.contains("\\29") || text.contains("%{");
        if open != close && !filters {
            let found = out.report(&RULE, query.place(0..text.len()), unbalanced(name, open, close), WHY_FORM);
            found.severity = Severity::Error;
            continue;
        }
        if let Some(range) = local_part_of_mail(text, query.is_new) {
            out.report(&RULE, query.place(range), half(name), WHY_HALF).help = Some(HELP_HALF);
        }
    }
}

/// No value of a filter is longer.
const MAX_VALUE_BYTES: usize = 1000;

/// `mail=` compared with only what stands before the `@`.
fn local_part_of_mail(text: &str, is_new: bool) -> Option<std::ops::Range<usize>> {
    for (at, _) in text.match_indices("(mail=") {
        let start = at + "(mail=".len();
        let value = text.get(start..)?;
        let end = value.bytes().take(MAX_VALUE_BYTES).position(|byte| byte == b')').unwrap_or_default();
        let value = value.get(..end)?;
        let parts = name_parts(value, is_new);
        if parts.local && !parts.whole && !parts.domain && !value.contains(['@', '*']) {
            return Some(start..start + end);
        }
    }
    None
}

fn unbalanced(name: &str, open: usize, close: usize) -> Text {
    text!(
        "`{name}` has {open} opening and {close} closing parentheses",
        "`{name}` 필터의 여는 괄호는 {open}개이고 닫는 괄호는 {close}개입니다"
    )
}

fn half(name: &str) -> Text {
    text!(
        "`{name}` compares `mail`, which holds whole addresses, with the part before the @",
        "`{name}` 필터가 주소 전체를 담는 `mail` 속성을 @ 앞부분과 비교합니다"
    )
}

const WHY_FORM: Text = Text::fixed(
    "The server refuses the search, and every login fails.",
    "서버가 검색을 거부하여 모든 로그인이 실패합니다.",
);
const WHY_HALF: Text = Text::fixed(
    "No entry fits unless `mail` holds bare names, and the login fails.",
    "`mail` 속성에 이름만 들어 있지 않다면 맞는 항목이 없어 로그인이 실패합니다.",
);
const HELP_HALF: Text = Text::fixed(
    "Use the whole name: `(mail=%u)` in 2.3, `(mail=%{user})` in 2.4.",
    "전체 이름을 쓰십시오. 2.3에서는 `(mail=%u)`, 2.4에서는 `(mail=%{user})` 조건입니다.",
);
