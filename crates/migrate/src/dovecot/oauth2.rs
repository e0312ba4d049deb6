//! dovecot-oauth2.conf.ext.
// db-oauth2.c of 2.3.19.1, setting_defs; auth-settings of 2.4.1

use super::auth::Database;
use super::outcome::{Outcome, Statement, quoted, translated};
use super::read::Value;
use super::texts;
use crate::Kind;

/// Keys that only got the prefix of 2.4.
const SAME: [&str; 12] = [
    "tokeninfo_url",
    "grant_url",
    "introspection_url",
    "introspection_mode",
    "username_attribute",
    "active_attribute",
    "active_value",
    "client_id",
    "client_secret",
    "force_introspection",
    "send_auth_headers",
    "openid_configuration_url",
];

/// Keys of connections, which are those of every HTTP client in 2.4.
const CLIENT: [(&str, &str); 6] = [
    ("max_parallel_connections", "http_client_max_parallel_connections"),
    ("max_pipelined_requests", "http_client_max_pipelined_requests"),
    ("rawlog_dir", "http_client_rawlog_dir"),
    ("tls_ca_cert_file", "ssl_client_ca_file"),
    ("tls_cert_file", "ssl_client_cert_file"),
    ("tls_key_file", "ssl_client_key_file"),
];

/// What one line of the file gives.
pub(super) fn line(database: &Database, name: &str, value: &Value) -> Outcome {
    let text = value.text.as_str();
    let reason = texts::from_external(database.which, "oauth2");
    let moved = |statement: Statement| Outcome::new(Kind::Moved, vec![statement], reason.clone());
    let mut failed = Vec::new();
    if SAME.contains(&name) {
        return moved(Statement::here(format!("oauth2_{name} = {}", quoted(text))));
    }
    if let Some((_, new)) = CLIENT.iter().find(|(old, _)| *old == name) {
        return moved(Statement::here(format!("{new} = {}", quoted(text))));
    }
    match name {
        "scope" | "issuers" => moved(Statement::here(format!("oauth2_{name} = {}", value.words().join(" ")))),
        "username_format" => {
            let scope = database.scope("username_format");
            let line = translated("oauth2_username_validation_format", text, scope, &mut failed);
            moved(Statement::here(line)).failed(&failed)
        }
        "timeout_msecs" => moved(Statement::here(format!("http_client_request_absolute_timeout = {text}ms"))),
        "max_idle_time_msecs" => moved(Statement::here(format!("http_client_max_idle_time = {text}ms"))),
        "tls_allow_invalid_cert" => {
            let new = if text == "yes" { "no" } else { "yes" };
            moved(Statement::here(format!("ssl_client_require_valid_cert = {new}")))
        }
        "pass_attrs" => {
            let pairs = text.split([' ', '\t']).filter_map(|word| word.split_once('='));
            let scope = database.scope("fields");
            let lines: Vec<String> = pairs.map(|(field, text)| translated(field, text, scope, &mut failed)).collect();
            let statements = lines.into_iter().map(|line| Statement::new(&["oauth2_fields"], line)).collect();
            Outcome::new(Kind::Moved, statements, reason).failed(&failed)
        }
        "use_grant_password" if text == "no" => Outcome::dropped(texts::was_default(name)),
        "debug" => Outcome::dropped(texts::no_counterpart(name)),
        _ => Outcome::ask(&format!("{name} = {text}"), texts::args_question("oauth2")),
    }
}
