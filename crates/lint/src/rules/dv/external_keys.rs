//! Names that external files of Dovecot 2.3 do not know, and what they lack.

use crate::support::external::{External, ExternalKind, externals};
use crate::support::names::is_one_edit;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-external-keys",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["db-sql.c", "db-ldap.c", "dict-sql-settings.c", "Dovecot 2.3 manual, SQL and LDAP authentication"],
    docs: docs!("external_keys"),
    check,
};

const SQL: &[&str] = &[
    "driver",
    "connect",
    "password_query",
    "user_query",
    "update_query",
    "iterate_query",
    "default_pass_scheme",
    "userdb_warning_disable",
];
const LDAP: &[&str] = &[
    "hosts",
    "uris",
    "dn",
    "dnpass",
    "auth_bind",
    "auth_bind_userdn",
    "tls",
    "sasl_bind",
    "sasl_mech",
    "sasl_realm",
    "sasl_authz_id",
    "tls_ca_cert_file",
    "tls_ca_cert_dir",
    "tls_cert_file",
    "tls_key_file",
    "tls_cipher_suite",
    "tls_require_cert",
    "deref",
    "scope",
    "base",
    "ldap_version",
    "debug_level",
    "ldaprc_path",
    "user_attrs",
    "user_filter",
    "pass_attrs",
    "pass_filter",
    "iterate_attrs",
    "iterate_filter",
    "default_pass_scheme",
    "userdb_warning_disable",
    "blocking",
];
/// Inside `map { … }`.
const MAP: &[&str] = &["pattern", "table", "username_field", "value_field", "value_type", "value_hexblob"];
/// Drivers of lib-sql.
const SQL_DRIVERS: &[&str] = &["mysql", "pgsql", "sqlite", "cassandra", "sqlpool"];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for file in externals(cx) {
        let known = match file.kind {
            ExternalKind::Sql => SQL,
            ExternalKind::Ldap => LDAP,
            ExternalKind::DictSql | ExternalKind::Other => &[],
        };
        if !known.is_empty() {
            unknown_names(&file, known, out);
        }
        if file.kind == ExternalKind::DictSql {
            maps(&file, out);
        }
        if file.whole && !file.has_includes() {
            missing(cx, &file, out);
        }
        driver(&file, out);
    }
}

fn unknown_names(file: &External<'_>, known: &[&str], out: &mut Sink) {
    for setting in file.settings().filter(|setting| setting.path.is_empty()) {
        let name = setting.name.as_str();
        if known.contains(&name) {
            continue;
        }
        let near = known.iter().find(|one| is_one_edit(name, one));
        let found = out.report(&RULE, setting.name_span, unknown(name), WHY);
        found.help = Some(near.map_or(HELP, |near| meant(near)));
    }
}

fn maps(file: &External<'_>, out: &mut Sink) {
    for setting in file.settings() {
        let [section] = setting.path.as_slice() else { continue };
        if section.name == "map" && !MAP.contains(&setting.name.as_str()) {
            let near = MAP.iter().find(|one| is_one_edit(&setting.name, one));
            let found = out.report(&RULE, setting.name_span, unknown(&setting.name), WHY);
            found.help = Some(near.map_or(HELP, |near| meant(near)));
        }
    }
}

/// What dovecot-auth stops without.
// db-sql.c, db_sql_init; db-ldap.c, db_ldap_init; dict-sql-settings.c
fn missing(cx: &Cx<'_>, file: &External<'_>, out: &mut Sink) {
    let Some(first) = file.first() else { return };
    let lacks = |names: &[&str]| names.iter().all(|name| file.get(name).is_none());
    let needed: &[(&[&str], &str)] = match file.kind {
        ExternalKind::Sql => &[(&["driver"], "driver"), (&["connect"], "connect")],
        ExternalKind::Ldap => &[(&["hosts", "uris", "ldaprc_path"], "hosts"), (&["base"], "base")],
        ExternalKind::DictSql => &[(&["connect"], "connect")],
        ExternalKind::Other => &[],
    };
    for (_, shown) in needed.iter().filter(|(names, _)| lacks(names)) {
        let found = out.report(&RULE, first.name_span, lacking(shown), WHY_MISSING);
        // Several dictionaries may share a file that has it and includes this one.
        if file.kind == ExternalKind::DictSql {
            found.severity = Severity::Info;
        }
        let users = file.users(cx.dovecot());
        found.related.extend(users.first().map(|(_, span)| Label::noted(*span, NAMED)));
    }
    for (keyword, span) in file.users(cx.dovecot()) {
        let query = if keyword == "passdb" { "password_query" } else { "user_query" };
        // Both have a default of their own (db-sql.c), which asks a table `users`.
        if file.kind == ExternalKind::Sql && file.get(query).is_none() {
            let found = out.report(&RULE, first.name_span, default_query(query), WHY_DEFAULT);
            found.severity = Severity::Info;
            found.related.push(Label::noted(span, NAMED));
        }
    }
}

fn driver(file: &External<'_>, out: &mut Sink) {
    let Some(setting) = file.get("driver").filter(|_| matches!(file.kind, ExternalKind::Sql)) else { return };
    let name = setting.value.as_str().trim();
    if name.is_empty() || name.contains(['$', '%', '{']) || SQL_DRIVERS.contains(&name) {
        return;
    }
    if let Some(place) = setting.value.span() {
        out.report(&RULE, place, no_driver(name), WHY_MISSING).help = Some(HELP_DRIVER);
    }
}

fn unknown(name: &str) -> Text {
    text!("this file of Dovecot has no setting `{name}`", "Dovecot의 이 파일에는 `{name}` 설정이 없습니다")
}

fn meant(name: &str) -> Text {
    text!("Did you mean `{name}`?", "`{name}` 설정을 뜻한 것은 아닙니까?")
}

fn lacking(name: &str) -> Text {
    text!("the file does not set `{name}`", "이 파일에는 `{name}` 설정이 없습니다")
}

fn default_query(name: &str) -> Text {
    text!(
        "the file does not set `{name}`, so Dovecot asks its built-in query for the table `users`",
        "이 파일에 `{name}` 설정이 없어 Dovecot은 `users` 테이블을 묻는 내장 쿼리를 씁니다"
    )
}

fn no_driver(name: &str) -> Text {
    text!("Dovecot has no SQL driver `{name}`", "Dovecot에는 SQL 드라이버 `{name}` 항목이 없습니다")
}

const NAMED: Text = Text::fixed("the file is named here", "이 파일을 지정한 곳입니다");
const WHY: Text = Text::fixed(
    "Dovecot's login process stops at a name that it does not know, and nobody can log in.",
    "Dovecot의 로그인 프로세스가 모르는 이름에서 멈추어 아무도 로그인할 수 없습니다.",
);
const WHY_MISSING: Text = Text::fixed(
    "Dovecot's login process stops without it, and nobody can log in.",
    "이것이 없으면 Dovecot의 로그인 프로세스가 멈추어 아무도 로그인할 수 없습니다.",
);
const WHY_DEFAULT: Text = Text::fixed(
    "That works only if the table and its columns have the names that the built-in query expects.",
    "테이블과 열의 이름이 내장 쿼리와 같을 때만 동작합니다.",
);
const HELP: Text = Text::fixed("Remove the line, or correct the name.", "이 줄을 지우거나 이름을 고치십시오.");
const HELP_DRIVER: Text = Text::fixed(
    "The drivers are `mysql`, `pgsql`, `sqlite` and `cassandra`.",
    "드라이버는 `mysql`, `pgsql`, `sqlite`, `cassandra` 가운데 하나입니다.",
);
