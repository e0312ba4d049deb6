//! Queries that do not use the key.

use crate::support::clients::clients;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "map-constant-query",
    group: Group::Map,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["mysql_table(5) query", "pgsql_table(5) query", "ldap_table(5) query_filter", "db_common.c"],
    docs: docs!("constant_query"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for client in clients(cx) {
        for setting in client.settings().filter(|setting| ["query", "query_filter"].contains(&setting.name.as_str())) {
            let value = setting.value.as_str();
            if value.is_empty() || has_key(value) {
                continue;
            }
            let span = setting.value.span().unwrap_or(setting.name_span);
            out.report(&RULE, span, message(&setting.name), WHY).help = Some(HELP);
        }
    }
}

/// Whether a part of the key stands in the text: `%s`, `%u`, `%d`, `%1` and
/// their upper-case kin; `%%` is a percent sign.
// mysql_table(5), query
fn has_key(query: &str) -> bool {
    let mut bytes = query.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' && bytes.next().is_some_and(|next| b"sudSUD123456789".contains(&next)) {
            return true;
        }
    }
    false
}

fn message(name: &str) -> Text {
    text!(
        "`{name}` does not hold the key (`%s`, `%u`, `%d`), so that every lookup gives the same",
        "`{name}` 값에 키(`%s`, `%u`, `%d`)가 없으므로 모든 조회의 답이 같습니다"
    )
}

const WHY: Text = Text::fixed(
    "whatever address or domain Postfix asks about, the answer is that of this one query.",
    "Postfix가 어떤 주소나 도메인을 물어도 답은 이 한 쿼리의 결과입니다.",
);
const HELP: Text = Text::fixed(
    "Compare a column with the key, as in `WHERE address = '%s'`.",
    "`WHERE address = '%s'`처럼 열을 키와 비교하십시오.",
);

#[cfg(test)]
mod tests {
    use super::has_key;

    #[test]
    fn the_key_is_told_from_percent_signs() {
        assert!(has_key("SELECT 1 WHERE a='%s'") && has_key("%%%u") && has_key("(mail=%1)"));
        assert!(!has_key("SELECT 1 WHERE a LIKE '%%s'") && !has_key("100%"));
    }
}
