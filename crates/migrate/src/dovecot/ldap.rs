//! dovecot-ldap.conf.ext.
// db-ldap.c of 2.3.19.1, setting_defs; db-ldap-settings.c of 2.4.1

use super::auth::Database;
use super::outcome::{Outcome, Statement, quoted, translated};
use super::read::Value;
use super::texts;
use super::vars::{Scope, translate};
use crate::Kind;

/// Keys of the connection and their settings.
const CONNECTION: &[(&str, &str)] = &[
    ("uris", "ldap_uris"),
    ("dn", "ldap_auth_dn"),
    ("dnpass", "ldap_auth_dn_password"),
    ("base", "ldap_base"),
    ("scope", "ldap_scope"),
    ("deref", "ldap_deref"),
    ("ldap_version", "ldap_version"),
    ("debug_level", "ldap_debug_level"),
    ("tls", "ldap_starttls"),
    ("tls_ca_cert_file", "ssl_client_ca_file"),
    ("tls_ca_cert_dir", "ssl_client_ca_dir"),
    ("tls_cert_file", "ssl_client_cert_file"),
    ("tls_key_file", "ssl_client_key_file"),
    ("tls_cipher_suite", "ssl_cipher_list"),
    ("sasl_mech", "ldap_auth_sasl_mechanisms"),
    ("sasl_realm", "ldap_auth_sasl_realm"),
    ("sasl_authz_id", "ldap_auth_sasl_authz_id"),
];

/// What one line of the file gives to a database; nothing if it is not for it.
pub(super) fn line(database: &Database, name: &str, value: &Value, connection: bool) -> Option<Outcome> {
    let moved = |line: String| {
        Outcome::new(Kind::Moved, vec![Statement::here(line)], texts::from_external(database.which, "ldap"))
    };
    if connection {
        if let Some((_, new)) = CONNECTION.iter().find(|(old, _)| *old == name) {
            let base = Scope { process: "auth", setting: "ldap_base", shared: false, escaped: true };
            let text = if name == "base" { translate(&value.text, base).text } else { value.text.clone() };
            return Some(moved(format!("{new} = {}", quoted(&text))));
        }
        return match name {
            "hosts" => {
                let uris: Vec<String> = value.words().iter().map(|host| format!("ldap://{host}")).collect();
                Some(moved(format!("ldap_uris = {}", uris.join(" "))))
            }
            "tls_require_cert" => {
                let strict = matches!(value.text.as_str(), "demand" | "hard" | "yes");
                Some(moved(format!("ssl_client_require_valid_cert = {}", if strict { "yes" } else { "no" })))
            }
            "sasl_bind" | "ldaprc_path" | "library_debug" => Some(Outcome::dropped(texts::no_counterpart(name))),
            _ => None,
        };
    }
    let filter = |key: &str| {
        let mut failed = Vec::new();
        let line = translated(&database.key(key), &value.text, database.scope("filter"), &mut failed);
        moved(line).failed(&failed)
    };
    match (database.which, name) {
        ("passdb", "pass_filter") | ("userdb", "user_filter") => Some(filter("filter")),
        ("userdb", "iterate_filter") => Some(filter("iterate_filter")),
        ("passdb", "pass_attrs") | ("userdb", "user_attrs") => Some(attributes(database, &value.text, "fields")),
        ("userdb", "iterate_attrs") => Some(attributes(database, &value.text, &database.key("iterate_fields"))),
        ("passdb", "auth_bind") => Some(moved(format!("{} = {}", database.key("bind"), value.text))),
        ("passdb", "auth_bind_userdn") => Some(filter("bind_userdn")),
        ("passdb", "default_pass_scheme") => Some(moved(format!("default_password_scheme = {}", value.text))),
        (_, "blocking") => Some(moved(format!("use_worker = {}", value.text))),
        _ => None,
    }
}

/// `attribute=field`, `attribute=field=template`, `=field=template`.
// db-ldap.c of 2.3.19.1, db_ldap_set_attrs
fn attributes(database: &Database, text: &str, block: &str) -> Outcome {
    let mut statements = Vec::new();
    let mut failed = Vec::new();
    let mut quota = false;
    for part in split(text) {
        let mut parts = part.splitn(3, '=').map(str::trim);
        let (attribute, field, template) =
            (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
        if field.is_empty() || attribute.starts_with(['@', '!']) {
            failed.push(part.to_owned());
            continue;
        }
        quota |=
            field.ends_with("quota_rule") || field.ends_with("mail") && template.is_none_or(|text| text.contains('%'));
        let value = match template {
            Some(text) => text.replace("%$", &format!("%{{ldap:{attribute}}}")),
            None => format!("%{{ldap:{attribute}}}"),
        };
        statements.push(Statement::new(&[block], translated(field, &value, database.scope("fields"), &mut failed)));
    }
    let outcome = Outcome::new(Kind::Moved, statements, texts::from_external(database.which, "ldap")).failed(&failed);
    if quota {
        return Outcome { kind: Kind::NeedsYou, question: Some(texts::query_field("mail / quota_rule")), ..outcome };
    }
    outcome
}

/// At commas outside braces.
fn split(text: &str) -> Vec<&str> {
    let mut depth = 0usize;
    let comma = |ch: char| {
        match ch {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        ch == ',' && depth == 0
    };
    text.split(comma).map(str::trim).filter(|part| !part.is_empty()).collect()
}
