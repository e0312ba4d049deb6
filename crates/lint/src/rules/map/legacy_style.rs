//! The old query interface of SQL tables.

use crate::support::clients::{LEGACY, clients};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "map-sql-legacy-style",
    group: Group::Map,
    severity: Severity::Hint,
    since: "0.1.0",
    sources: &[
        "mysql_table(5) OBSOLETE MAIN.CF PARAMETERS",
        "pgsql_table(5) OBSOLETE QUERY INTERFACE",
        "dict_mysql.c, dict_pgsql.c, dict_sqlite.c",
    ],
    docs: docs!("legacy_style"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for client in clients(cx).into_iter().filter(|client| client.is_sql()) {
        let has_query = client.get("query").is_some();
        let Some(first) = client.settings().find(|setting| LEGACY.contains(&setting.name.as_str())) else { continue };
        let name = first.name.as_str();
        if has_query {
            let found = out.report(&RULE, first.name_span, ignored(name), WHY_IGNORED);
            found.severity = Severity::Warning;
            found.help = Some(HELP_IGNORED);
        } else {
            out.report(&RULE, first.name_span, legacy(name), WHY).help = Some(HELP);
        }
    }
}

fn ignored(name: &str) -> Text {
    text!(
        "`{name}` is not read, because the file sets `query`",
        "파일에 `query` 속성이 있으므로 `{name}` 속성은 읽히지 않습니다"
    )
}

fn legacy(name: &str) -> Text {
    text!(
        "`{name}` belongs to the query interface before `query`",
        "`{name}` 속성은 `query` 속성이 생기기 전의 조회 방식에 속합니다"
    )
}

const WHY_IGNORED: Text = Text::fixed(
    "only where `query` is absent, Postfix builds a query from table, select_field and where_field.",
    "Postfix는 `query` 속성이 없을 때만 table, select_field, where_field 속성으로 쿼리를 만듭니다.",
);
const WHY: Text = Text::fixed(
    "Postfix still reads it, but the query that it builds can't be seen, and joins and limits are not possible.",
    "Postfix는 아직 이를 읽지만 만들어지는 쿼리가 보이지 않고 조인이나 제한을 쓸 수 없습니다.",
);
const HELP_IGNORED: Text = Text::fixed("Remove the old names.", "옛 이름들을 지우십시오.");
const HELP: Text = Text::fixed(
    "Write the whole query: `query = SELECT field FROM table WHERE key = '%s'`.",
    "쿼리 전체를 쓰십시오: `query = SELECT field FROM table WHERE key = '%s'`.",
);
