//! Keys that stand outside quotes in SQL queries.

use crate::support::clients::clients;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "map-sql-unquoted",
    group: Group::Map,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["mysql_table(5) query", "pgsql_table(5) query", "sqlite_table(5) query"],
    docs: docs!("unquoted"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for client in clients(cx).into_iter().filter(|client| client.is_sql()) {
        let Some(setting) = client.get("query") else { continue };
        let Some(at) = unquoted(setting.value.as_str()) else { continue };
        let span = setting.value.span_of(at..at + 2).or(setting.value.span()).unwrap_or(setting.name_span);
        let word = setting.value.as_str().get(at..at + 2).unwrap_or_default();
        out.report(&RULE, span, message(word), WHY).help = Some(help(word));
    }
}

/// Where the first part of the key stands outside single quotes, double
/// quotes and backticks.
fn unquoted(query: &str) -> Option<usize> {
    let bytes = query.as_bytes();
    let mut quote = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (quote, *byte) {
            // A backslash takes its meaning from the next letter.
            (Some(_), b'\\') => at += 1,
            (Some(open), byte) if byte == open => quote = None,
            (None, b'\'' | b'"' | b'`') => quote = Some(*byte),
            // pgsql: `$$` and `$tag$` quote too; that is not followed.
            (None, b'$') => return None,
            (_, b'%') => {
                let next = bytes.get(at + 1);
                if quote.is_none() && next.is_some_and(|next| b"sudSUD".contains(next)) {
                    return Some(at);
                }
                at += 1;
            }
            (_, _) => {}
        }
        at += 1;
    }
    None
}

fn message(word: &str) -> Text {
    text!("`{word}` stands outside quotes in the query", "쿼리의 `{word}` 표기가 따옴표 밖에 있습니다")
}

fn help(word: &str) -> Text {
    text!("Write `'{word}'`, with single quotes.", "작은따옴표를 붙여 `'{word}'` 형식으로 쓰십시오.")
}

const WHY: Text = Text::fixed(
    "Postfix escapes the key for use inside quotes only; outside, an address is a syntax error, or commands that a sender chooses.",
    "Postfix는 따옴표 안에서 쓰도록 키를 이스케이프합니다. 따옴표 밖에서는 주소가 문법 오류가 되거나 발신자가 고른 명령이 됩니다.",
);

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn quotes_protect_the_key() {
        assert_eq!(unquoted("SELECT a FROM b WHERE c='%s'"), None);
        assert_eq!(unquoted("SELECT a FROM b WHERE c = %s"), Some(26));
        assert_eq!(unquoted("a LIKE '%%%u' AND b='it\\'s %d'"), None);
        assert_eq!(unquoted("a = concat('@', %d)"), Some(16));
        assert_eq!(unquoted("f($$%s$$)"), None);
    }
}
