//! Turns the facts about Dovecot settings (JSON) into rows of the catalog.

use crate::catalog_data::{Rows, escape, list, or_dash, sorted, text, words};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// Names that 2.4.1 of Debian 13 knows with all its packages, though the facts
/// were measured without some: doveconf answers each.
const KNOWN_2_4: &[&str] = &[
    "dovecot_config_version",
    "managesieve_client_workarounds",
    "managesieve_implementation_string",
    "managesieve_logout_format",
    "managesieve_max_compile_errors",
    "managesieve_max_line_length",
    "managesieve_notify_capability",
    "managesieve_sieve_capability",
];

/// In the source of 2.4.1, but not built on Debian.
const NOT_BUILT: &[&str] = &["cdb_path", "passdb_bsdauth"];

/// What `doveconf -n` of 2.4.1 compares with, where it differs from what
/// `doveconf -d` prints: the service limits get their numbers from other
/// settings only after the structures were filled.
const DEFAULTS_2_4: &[(&str, &str)] = &[
    ("fts_flatcurve_rotate_time", "5 secs"),
    (
        "import_environment",
        "TZ=%{env:TZ} CORE_OUTOFMEM=%{env:CORE_OUTOFMEM} CORE_ERROR=%{env:CORE_ERROR} PATH=%{env:PATH} \
         LISTEN_PID=%{env:LISTEN_PID} LISTEN_FDS=%{env:LISTEN_FDS} NOTIFY_SOCKET=%{env:NOTIFY_SOCKET} \
         MALLOC_MMAP_THRESHOLD_=131072",
    ),
    ("mail_log_events", "delete undelete expunge save copy mailbox_delete mailbox_rename"),
    ("mail_log_fields", "uid msgid size"),
    ("managesieve_max_line_length", "64 k"),
    ("mysql_connect_timeout", "5 secs"),
    ("mysql_read_timeout", "30 secs"),
    ("mysql_write_timeout", "30 secs"),
    ("service_client_limit", "0"),
    ("service_idle_kill_interval", "0"),
    ("service_process_limit", "0"),
    ("service_vsz_limit", "0"),
];

/// Settings that `doveconf -n` prints even at their default: the programs that
/// declare them have different ones.
const SEVERAL: &[&str] = &["sieve_implicit_extensions", "submission_max_mail_size"];

/// Settings that are another name for one before them in the source: section,
/// name, what it stands for.
const ALIASES: &[(&str, &str, &str)] = &[
    ("global", "doveadm_proxy_port", "doveadm_port"),
    ("global", "mail", "mail_location"),
    ("namespace", "mail", "location"),
    ("namespace", "mail_location", "location"),
];

/// The rows of one series.
pub(crate) fn settings(facts: &Value, series: &str) -> Result<Rows> {
    let mut rows = Vec::new();
    for setting in list(facts, "settings")? {
        rows.push(row(setting, series)?);
    }
    // The global row of a name comes first.
    let key = |row: &Vec<String>| match row.get(..2) {
        Some([name, section]) => (name.clone(), section != "global", section.clone()),
        _ => (String::new(), false, String::new()),
    };
    rows.sort_by_key(key);
    let header = &["name", "section", "kind", "default", "since", "removed", "values", "module", "needs", "flags"];
    Ok(Rows { header, rows })
}

fn row(setting: &Value, series: &str) -> Result<Vec<String>> {
    let name = text(setting, "name")?;
    let new = series == "2.4";
    let section = ["section", "filter"].into_iter().find_map(|key| setting.get(key).and_then(Value::as_str));
    let kind = match name {
        // doveconf 2.4.1 answers a bad value as that of a boolean.
        "ssl_server_request_client_cert" if new => "bool",
        // Its default is printed as a size.
        "managesieve_max_line_length" => "size",
        _ => kind(text(setting, "type")?)?,
    };
    let told = DEFAULTS_2_4.iter().find(|(known, _)| new && *known == name).map(|(_, default)| *default);
    let default = told.or_else(|| setting.get("default").and_then(Value::as_str));
    // What helpers of doveconf measure on their host is no default.
    let default = default.filter(|default| *default != "(computed)");
    let default = default.map(|default| printed(kind, default));
    let modules = words(setting, if new { "structs" } else { "modules" });
    let module = modules.iter().find(|module| *module == "auth").or(modules.first()).cloned();
    let mut flags = Vec::new();
    if !known(setting, name, new) {
        flags.push("absent");
    }
    if SEVERAL.contains(&name) {
        flags.push("several-defaults");
    }
    let section = section.unwrap_or("global");
    let alias = ALIASES.iter().find(|(of, alias, _)| kind == "alias" && (*of, *alias) == (section, name));
    let needs = match alias {
        Some((_, _, target)) => *target,
        None => setting.get("required_inside").and_then(Value::as_str).unwrap_or_default(),
    };
    if kind == "alias" && alias.is_none() {
        bail!("`{name}` is an alias of nothing");
    }
    Ok(vec![
        name.to_owned(),
        section.to_owned(),
        kind.to_owned(),
        default.map_or_else(|| "-".to_owned(), |text| format!("={}", escape(&text))),
        release(setting, "since"),
        release(setting, "removed"),
        match kind {
            "enum" => or_dash(words(setting, "values").join(" ")),
            // The facts about Pigeonhole do not name it; its settings all do it so.
            "filter-list" => match setting.get("name_setting").and_then(Value::as_str) {
                Some(field) => field.to_owned(),
                None => format!("{name}_name"),
            },
            _ => "-".to_owned(),
        },
        or_dash(module.unwrap_or_default()),
        or_dash(needs.to_owned()),
        or_dash(flags.join(" ")),
    ])
}

/// Whether 2.3.19 or 2.4.1 of Debian knows the name.
fn known(setting: &Value, name: &str, new: bool) -> bool {
    if !new {
        let elsewhere = ["removed-or-other"];
        return !setting.get("section").and_then(Value::as_str).is_some_and(|section| elsewhere.contains(&section));
    }
    let in_binary = setting.get("in_binary_2_4_1").and_then(Value::as_bool).unwrap_or(false);
    let in_source = words(setting, "in_source").iter().any(|release| release == "2.4.1");
    let built = !NOT_BUILT.contains(&name) && !name.starts_with("cassandra");
    in_binary || in_source && built || KNOWN_2_4.contains(&name) || name.starts_with('@')
}

/// A default as doveconf prints it: without quotes around it, and times that
/// the source gives as a number with their unit.
// config-request.c, config_export_time
fn printed(kind: &str, default: &str) -> String {
    if let Some(inner) = default.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        return inner.to_owned();
    }
    let divide = match kind {
        "time" => 1,
        "time-msecs" => 1000,
        _ => return default.to_owned(),
    };
    let Ok(number) = default.parse::<u64>() else { return default.to_owned() };
    if number == 0 {
        return default.to_owned();
    }
    if number % divide != 0 {
        return format!("{number} ms");
    }
    let mut number = number / divide;
    let mut unit = "secs";
    for (next, by) in [("mins", 60), ("hours", 60), ("days", 24), ("weeks", 7)] {
        if number % by != 0 {
            break;
        }
        number /= by;
        unit = next;
    }
    format!("{number} {unit}")
}

fn kind(facts: &str) -> Result<&'static str> {
    Ok(match facts {
        "string" | "string-novars" | "url" | "<none>" | "boollist-or-string" => "string",
        "string-vars" => "template",
        "boolean" => "bool",
        "uint" => "uint",
        "port" => "port",
        "octal-uint" => "octal",
        "time" => "time",
        "time-msecs" => "time-msecs",
        "size" => "size",
        "enum" => "enum",
        "strlist" => "string-list",
        "boollist" => "bool-list",
        "named-filter" => "filter",
        "named-list-filter" => "filter-list",
        "section-list" => "section",
        "file" => "file",
        "alias" => "alias",
        "group-label" | "boolean-if-present" => "other",
        other => bail!("unknown setting type `{other}`"),
    })
}

/// The first Dovecot release that a note like `2.4.2-2.4.4` names. Numbers
/// below 2 are of Pigeonhole and say nothing here.
fn release(setting: &Value, key: &str) -> String {
    let note = setting.get(key).and_then(Value::as_str).unwrap_or_default();
    let first = note.split(['-', ' ']).next().unwrap_or_default();
    let numbers: Vec<_> = first.split('.').take(3).collect();
    if numbers.first().is_some_and(|major| *major == "2") { numbers.join(".") } else { "-".to_owned() }
}

pub(crate) fn sections(facts: &Value) -> Result<Rows> {
    let versions = facts.get("versions").context("no `versions`")?;
    let mut rows = Vec::new();
    for (series, parts) in versions.as_object().into_iter().flatten() {
        let mut add = |name: &str, kind: &str| rows.push(vec![series.clone(), name.to_owned(), kind.to_owned()]);
        for part in ["filters", "blocks"] {
            for block in parts.get(part).and_then(Value::as_array).into_iter().flatten() {
                let kind = match text(block, "kind")? {
                    "filter" | "connection-filter" => "connection",
                    "strlist" => "map",
                    _ if block.get("named") == Some(&Value::Bool(false)) => "plain",
                    _ => "named",
                };
                add(text(block, "name")?, kind);
            }
        }
        for block in parts.get("lists").and_then(Value::as_array).into_iter().flatten() {
            add(text(block, "name")?, "map");
        }
        if parts.get("group_syntax").is_some() {
            add("group", "named");
        }
    }
    Ok(sorted(&["series", "name", "kind"], rows))
}

/// Services of which there is one process only.
// process_limit_1 in the service settings of the source
const SINGLE: &[(&str, &[&str])] = &[
    ("2.3", &["anvil", "auth", "director", "indexer", "ipc", "log", "old-stats", "replicator"]),
    ("2.4", &["anvil", "auth", "indexer", "log"]),
];

/// What `doveconf -d service` of 2.4.1 prints of the services that the facts
/// were measured without.
const SIEVE_2_4: &[(&str, &str, &str)] = &[
    ("managesieve", "client_limit", "1"),
    ("managesieve", "executable", "managesieve"),
    ("managesieve", "protocol", "sieve"),
    ("managesieve", "restart_request_count", "1"),
    ("managesieve", "unix_listener/login\\ssieve/mode", "0666"),
    ("managesieve", "unix_listener/srv.managesieve\\s%{pid}/mode", "0600"),
    ("managesieve-login", "chroot", "login"),
    ("managesieve-login", "executable", "managesieve-login"),
    ("managesieve-login", "inet_listener/sieve/port", "4190"),
    ("managesieve-login", "protocol", "sieve"),
    ("managesieve-login", "restart_request_count", "1"),
    ("managesieve-login", "type", "login"),
    ("managesieve-login", "unix_listener/srv.managesieve-login\\s%{pid}/mode", "0600"),
    ("managesieve-login", "user", "$SET:default_login_user"),
];

/// What the services are set to before any configuration is read.
pub(crate) fn services(facts: &Value) -> Result<Rows> {
    let versions = facts.get("versions").context("no `versions`")?;
    let mut rows = Vec::new();
    for (series, parts) in versions.as_object().into_iter().flatten() {
        let mut add = |service: &str, key: &str, value: &str| {
            let value = format!("={}", escape(value));
            rows.push(vec![series.clone(), service.to_owned(), escape(key), value]);
        };
        for (service, settings) in parts.get("services").and_then(Value::as_object).into_iter().flatten() {
            for (key, value) in settings.as_object().into_iter().flatten() {
                match value.as_str() {
                    Some(value) if !key.ends_with("_effective") && !value.is_empty() => add(service, key, value),
                    _ => {}
                }
            }
            for listener in settings.get("listeners").and_then(Value::as_array).into_iter().flatten() {
                let name = text(listener, "name")?.replace('\\', "\\\\").replace('/', "\\s");
                let kind = text(listener, "kind")?;
                for (key, value) in listener.as_object().into_iter().flatten() {
                    let own = !matches!(key.as_str(), "kind" | "name");
                    if let Some(value) = value.as_str().filter(|value| own && !value.is_empty()) {
                        add(service, &format!("{kind}/{name}/{key}"), value);
                    }
                }
            }
        }
        for (of, services) in SINGLE {
            services.iter().filter(|_| of == series).for_each(|service| add(service, "process_limit_1", "yes"));
        }
        if series == "2.4" {
            SIEVE_2_4.iter().for_each(|(service, key, value)| add(service, key, value));
        }
    }
    Ok(sorted(&["series", "service", "key", "value"], rows))
}
