//! Postfix and Dovecot look for the same people in different places.

use crate::support::dovecot::logins::name_parts;
use crate::support::external::{Query, QueryRole};
use crate::support::sql::SqlScan;
use crate::support::sql_sides::sides;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "x-recipient-sources-differ",
    group: Group::X,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(5) virtual_mailbox_maps", "Dovecot manual, SQL user lookups", "ADDRESS_CLASS_README"],
    docs: docs!("recipient_sources_differ"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let (postfix, dovecot) = sides(cx);
    // What delivers decides; without a user query the password query has its fields.
    let users: Vec<_> = dovecot.iter().filter(|(query, _)| query.role == QueryRole::User).collect();
    let theirs: Vec<&(Query<'_>, SqlScan)> = if users.is_empty() {
        dovecot.iter().filter(|(query, _)| query.role == QueryRole::Password).collect()
    } else {
        users
    };
    if theirs.is_empty() || theirs.iter().any(|(_, scan)| scan.tables.is_empty()) {
        return;
    }
    // Several maps answer together; one that fits is enough.
    let fits =
        |own: &SqlScan| theirs.iter().any(|(_, scan)| scan.tables.iter().any(|table| own.tables.contains(table)));
    if postfix.is_empty() || postfix.iter().any(|(_, own)| own.tables.is_empty()) {
        return;
    }
    let (Some((own, own_scan)), Some((query, scan))) = (postfix.first(), theirs.first()) else { return };
    let place = query.place(0..query.text().as_str().len());
    if !postfix.iter().any(|(_, own)| fits(own)) {
        let tables = (list(&own_scan.tables), list(&scan.tables));
        let found =
            out.report(&RULE, own.place, other_tables(&own.param, &tables.0, &query.setting.name, &tables.1), WHY);
        found.related.push(Label::noted(place, THEIRS));
        found.help = Some(HELP);
        return;
    }
    for (own, own_scan) in &postfix {
        let Some((mine, other)) = other_column(own_scan, query, scan) else { continue };
        let found = out.report(&RULE, own.place, other_columns(&own.param, &mine, &query.setting.name, &other), WHY);
        found.related.push(Label::noted(place, THEIRS));
        found.help = Some(HELP);
        return;
    }
}

/// The columns by which both look for a whole address in the same table, where
/// they are not the same.
fn other_column(own_scan: &SqlScan, query: &Query<'_>, scan: &SqlScan) -> Option<(String, String)> {
    let (one, two) = (own_scan.tables.as_slice(), scan.tables.as_slice());
    if one.len() != 1 || one != two {
        return None;
    }
    let whole = |text: &str| text == "%s";
    let mine: Vec<_> = own_scan.keys.iter().filter(|(_, text)| whole(text)).map(|(column, _)| column).collect();
    let is_whole = |text: &str| {
        let parts = name_parts(text, query.is_new);
        parts.whole && !parts.local && !parts.domain && !text.contains('@')
    };
    let theirs: Vec<_> = scan.keys.iter().filter(|(_, text)| is_whole(text)).map(|(column, _)| column).collect();
    match (mine.as_slice(), theirs.as_slice()) {
        ([mine], [theirs]) if mine != theirs => Some(((*mine).clone(), (*theirs).clone())),
        _ => None,
    }
}

fn list(tables: &[String]) -> String {
    tables.iter().map(|table| format!("`{table}`")).collect::<Vec<_>>().join(", ")
}

fn other_tables(param: &str, own: &str, query: &str, theirs: &str) -> Text {
    text!(
        "`{param}` of Postfix looks for recipients in {own}, Dovecot's `{query}` for users in {theirs}",
        "Postfix의 `{param}` 값은 수신자를 {own} 테이블에서, Dovecot의 `{query}` 쿼리는 사용자를 {theirs} 테이블에서 찾습니다"
    )
}

fn other_columns(param: &str, own: &str, query: &str, theirs: &str) -> Text {
    text!(
        "`{param}` of Postfix looks for the address in the column `{own}`, Dovecot's `{query}` in `{theirs}`",
        "Postfix의 `{param}` 값은 주소를 `{own}` 열에서, Dovecot의 `{query}` 쿼리는 `{theirs}` 열에서 찾습니다"
    )
}

const THEIRS: Text = Text::fixed("Dovecot's query", "Dovecot의 쿼리");
const WHY: Text = Text::fixed(
    "Where the two do not hold the same people, Postfix accepts mail that Dovecot refuses, or refuses mail for users who exist.",
    "두 곳의 사용자가 다르면 Dovecot이 거부할 메일을 Postfix가 받거나, 있는 사용자의 메일을 거부합니다.",
);
const HELP: Text = Text::fixed(
    "Ask both sides the same table and column, unless one is a view of the other.",
    "한쪽이 다른 쪽의 뷰가 아니라면 양쪽이 같은 테이블과 열을 묻게 하십시오.",
);
