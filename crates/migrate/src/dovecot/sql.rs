//! dovecot-sql.conf.ext: the keys and the queries.
// db-sql.c of 2.3.19.1, setting_defs

use super::auth::Database;
use super::connect;
use super::outcome::{Outcome, Statement, assignment};
use super::query;
use super::read::Value;
use super::texts;
use super::vars::translate;
use crate::Kind;

/// What one line of the file gives to a database; nothing if it is not for it.
pub(super) fn line(database: &Database, name: &str, value: &Value, driver: &str, connection: bool) -> Option<Outcome> {
    let moved = |statements| Outcome::new(Kind::Moved, statements, texts::from_external(database.which, "sql"));
    if connection {
        return match name {
            "driver" => Some(moved(vec![Statement::here(format!("sql_driver = {}", value.text))])),
            "connect" if driver == "cassandra" => {
                Some(Outcome::ask(&format!("connect = {}", value.text), texts::cassandra()))
            }
            "connect" => Some(moved(connect::statements(driver, &value.text))),
            _ => None,
        };
    }
    match (database.which, name) {
        ("passdb", "password_query") => Some(query(database, "query", value)),
        ("userdb", "user_query") => Some(query(database, "query", value)),
        ("userdb", "iterate_query") => Some(query(database, "iterate_query", value)),
        ("passdb", "default_pass_scheme") => {
            Some(moved(vec![Statement::here(format!("default_password_scheme = {}", value.text))]))
        }
        (_, "userdb_warning_disable" | "update_query") => Some(Outcome::dropped(texts::no_counterpart(name))),
        _ => None,
    }
}

fn query(database: &Database, key: &str, value: &Value) -> Outcome {
    let mut failed = Vec::new();
    let scope = database.scope("query");
    let (query, left) = query::rewritten(&value.pieces.join("\n"));
    let pieces: Vec<String> = query
        .split('\n')
        .map(|piece| {
            let new = translate(piece, scope);
            failed.extend(new.failed);
            new.text
        })
        .filter(|piece| !piece.is_empty())
        .collect();
    let lines = assignment(&database.key(key), &pieces);
    let statement = Statement { lines, ..Statement::default() };
    let mut outcome =
        Outcome::new(Kind::Moved, vec![statement], texts::from_external(database.which, "sql")).failed(&failed);
    if let Some(field) = left {
        outcome.kind = Kind::NeedsYou;
        outcome.question = Some(texts::query_field(field));
    }
    if query == value.pieces.join("\n") {
        outcome.samples = super::sample::of(&value.text, scope);
    }
    outcome
}
