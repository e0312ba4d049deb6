//! Client files without a name that the table can't do without.

use crate::support::clients::{Client, clients};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "map-incomplete",
    group: Group::Map,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["mysql_table(5)", "pgsql_table(5)", "sqlite_table(5)", "mongodb_table(5)"],
    docs: docs!("incomplete"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for client in clients(cx).into_iter().filter(|client| client.whole && client.kinds.len() == 1) {
        let Some(place) = client.settings().next().map(|setting| setting.name_span) else { continue };
        for name in required(client.kind()) {
            if client.get(name).is_none_or(|setting| setting.value.as_str().is_empty()) {
                out.report(&RULE, place, missing(name, client.kind()), WHY).help = Some(help(name));
            }
        }
        if client.is_sql() && !has_query(&client) {
            out.report(&RULE, place, missing("query", client.kind()), WHY).help = Some(help("query"));
        }
    }
}

/// Names without a default that work empty nowhere.
// dict_mysql.c, dict_pgsql.c, dict_sqlite.c, dict_mongodb.c: string tables
// with a minimum length of 1. `hosts` may be empty: then the library decides.
fn required(kind: &str) -> &'static [&'static str] {
    match kind {
        "mysql" | "pgsql" => &["dbname"],
        "sqlite" => &["dbpath"],
        "mongodb" => &["uri", "dbname", "collection", "query_filter"],
        _ => &[],
    }
}

/// A query, or the old names that one is built from.
fn has_query(client: &Client<'_>) -> bool {
    let has = |name: &str| client.get(name).is_some();
    has("query") || has("select_function") || (has("table") && has("select_field") && has("where_field"))
}

fn missing(name: &str, kind: &str) -> Text {
    text!(
        "the client file of this `{kind}:` table has no `{name}`",
        "이 `{kind}:` 테이블의 클라이언트 파일에 `{name}` 속성이 없습니다"
    )
}

fn help(name: &str) -> Text {
    text!("Add a line `{name} = …`.", "`{name} = …` 줄을 더하십시오.")
}

const WHY: Text = Text::fixed(
    "the table can't be opened or asked without it, and each lookup ends in an error or the program in a fatal one.",
    "이것 없이는 테이블을 열거나 물을 수 없어, 조회마다 오류가 나거나 프로그램이 치명적 오류로 멈춥니다.",
);
