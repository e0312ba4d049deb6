//! A password query that does not give the column `password`.

use crate::support::external::{QueryRole, queries};
use crate::support::sql::scan;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-sql-columns",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["passdb-sql.c, sql_query_callback", "Dovecot manual, SQL password lookups"],
    docs: docs!("sql_columns"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for query in queries(cx).into_iter().filter(|query| !query.is_ldap && query.role == QueryRole::Password) {
        let text = query.text().as_str();
        let scan = scan(text);
        let has = |name: &str| scan.columns.iter().any(|column| column == name);
        let is_sure = scan.verb == "select" && scan.columns_known && !has("*") && !scan.columns.is_empty();
        // `nopassword` and proxying without one are said on purpose.
        let is_given = has("password")
            || has("nopassword")
            || has("proxy")
            || has("proxy_maybe")
            || text.contains("noauthenticate");
        if !is_sure || is_given || text.to_ascii_lowercase().contains(" union ") {
            continue;
        }
        let columns = scan.columns.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ");
        let found = out.report(&RULE, query.place(0..text.len()), message(&query.setting.name, &columns), WHY);
        found.help = Some(HELP);
    }
}

fn message(name: &str, columns: &str) -> Text {
    text!(
        "`{name}` gives {columns}, but no column `password`",
        "`{name}` 쿼리의 결과에 `password` 열이 없습니다. 있는 열: {columns}"
    )
}

const WHY: Text = Text::fixed(
    "Dovecot takes the password from a column of that name and refuses every login without it.",
    "Dovecot은 그 이름의 열에서 암호를 읽으며 없으면 모든 로그인을 거부합니다.",
);
const HELP: Text = Text::fixed(
    "Name the column in the query: `SELECT passwd AS password …`.",
    "쿼리에서 열 이름을 지정하십시오. 예: `SELECT passwd AS password …`",
);
