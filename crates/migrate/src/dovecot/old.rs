//! Old names of services' settings that 2.3 still took, statistics, and the
//! attributes of the policy server.

use super::outcome::{Outcome, Statement, is_number, label, quoted};
use super::read::Value;
use super::texts;
use super::vars::{Scope, translate};
use super::walk::Walk;
use crate::Kind;

// auth-policy.c of 2.3.19.1 and 2.4.1
pub(super) fn policy_attributes(value: &Value) -> Outcome {
    let mut failed = Vec::new();
    let mut lines = Vec::new();
    for word in value.text.split([' ', '\t']).filter(|word| !word.is_empty()) {
        let (name, text) = word.split_once('=').unwrap_or((word, ""));
        let new = translate(text, Scope { process: "auth", ..Scope::of("auth_policy_request_attributes") });
        failed.extend(new.failed);
        lines.push(format!("{name} = {}", new.text));
    }
    let blocks = vec!["auth_policy_request_attributes".to_owned()];
    let statement = Statement { blocks, lines, ..Statement::default() };
    Outcome::new(Kind::Renamed, vec![statement], texts::value_form("auth_policy_request_attributes")).failed(&failed)
}

/// Names that 2.3 still took for settings of services.
// old-set-parser.c, old_settings_handle_proto
pub(super) fn old_service(walk: &Walk, what: &str, new: &str, name: &str, value: &Value, line: &str) -> Outcome {
    let protocol = walk.frames.iter().find(|frame| frame.section.name == "protocol");
    let protocol = protocol.and_then(|frame| frame.section.label.clone());
    let fits = |one: &str| {
        protocol.as_deref().is_none_or(|protocol| protocol == one || (protocol == "managesieve" && one == "sieve"))
    };
    let text = match (name, value.text.as_str()) {
        ("login_chroot", "no") => String::new(),
        ("login_chroot", _) => "login".to_owned(),
        ("login_process_per_connection", "no") => "unlimited".to_owned(),
        ("login_process_per_connection", _) => "1".to_owned(),
        ("login_process_size" | "mail_process_size" | "auth_process_size", text) => format!("{text}M"),
        (_, text) => text.to_owned(),
    };
    let services: Vec<(&str, &str)> = [("imap", "imap"), ("pop3", "pop3"), ("sieve", "managesieve")]
        .into_iter()
        .filter(|(protocol, _)| fits(protocol))
        .collect();
    let setting = |service: String, line: String| Statement {
        root: true,
        blocks: vec![format!("service {service}")],
        lines: vec![line],
    };
    let statements: Vec<Statement> = match what {
        "old-auth" => vec![setting("auth".to_owned(), format!("{new} = {text}"))],
        "old-login" => {
            services.iter().map(|(_, service)| setting(format!("{service}-login"), format!("{new} = {text}"))).collect()
        }
        "old-mail" => {
            services.iter().map(|(_, service)| setting((*service).to_owned(), format!("{new} = {text}"))).collect()
        }
        _ => {
            let ssl = if name == "ssl_listen" { "s" } else { "" };
            let (address, port) = match text.rsplit_once(':') {
                Some((address, port)) if is_number(port) => (address.to_owned(), Some(port.to_owned())),
                Some(_) | None => (text.clone(), None),
            };
            let mut all = Vec::new();
            for (_, service) in services.iter().filter(|(one, _)| ssl.is_empty() || *one != "sieve") {
                let listener = if *service == "managesieve" { "sieve".to_owned() } else { format!("{service}{ssl}") };
                let lines = std::iter::once(format!("listen = {address}"))
                    .chain(port.iter().map(|port| format!("port = {port}")));
                let blocks = vec![format!("service {service}-login"), format!("inet_listener {listener}")];
                all.push(Statement { root: true, blocks, lines: lines.collect() });
            }
            all
        }
    };
    if statements.is_empty() {
        return Outcome::ask(line, texts::unknown_setting(name));
    }
    Outcome::new(Kind::Moved, statements, texts::renamed("service"))
}

// stats-settings.c of 2.3.19.1 and 2.4.1
pub(super) fn format_args(value: &Value, line: &str) -> Outcome {
    match value.text.as_str() {
        "" => Outcome::dropped(texts::was_default("format_args")),
        "time-rfc3339" | "time-unix" => {
            let new = value.text.strip_prefix("time-").unwrap_or_default();
            Outcome::new(
                Kind::Renamed,
                vec![Statement::here(format!("time_format = {new}"))],
                texts::renamed("time_format"),
            )
        }
        _ => Outcome::ask(line, texts::args_question("format_args")),
    }
}

pub(super) fn transport(walk: &Walk, what: &str, value: &Value, line: &str) -> Outcome {
    let around = super::facts::place(&walk.around());
    let driver = walk.facts.get(&around, "transport").unwrap_or_default();
    let text = if is_number(&value.text) { format!("{}ms", value.text) } else { value.text.clone() };
    let new = match (driver, what) {
        ("http-post", "transport-args") => format!("http_post_url = {}", quoted(&value.text)),
        ("http-post", _) => format!("http_client_request_absolute_timeout = {text}"),
        ("file" | "unix", "transport-args") => format!("{driver}_path = {}", quoted(&value.text)),
        ("unix", _) => format!("unix_connect_timeout = {text}"),
        _ => return Outcome::ask(line, texts::args_question("transport_args")),
    };
    Outcome::new(Kind::Renamed, vec![Statement::here(new)], texts::renamed("event_exporter"))
}

/// `field field:exponential:1:5:10`.
// stats-settings.c of 2.3.19.1, parse_metric_group_by
pub(super) fn group_by(value: &Value, line: &str) -> Outcome {
    let mut statements = Vec::new();
    for word in value.words() {
        let parts: Vec<&str> = word.split(':').collect();
        let field = parts.first().copied().unwrap_or_default();
        let header = format!("group_by {}", label(field));
        match parts.as_slice() {
            [_] | [_, "discrete"] => statements.push(Statement { blocks: vec![header], ..Statement::default() }),
            [_, "exponential", min, max, base] => {
                let lines = [("min_magnitude", min), ("max_magnitude", max), ("base", base)];
                let lines = lines
                    .map(|(name, value)| Statement::new(&[&header, "method exponential"], format!("{name} = {value}")));
                statements.extend(lines);
            }
            [_, "linear", min, max, step] => {
                let lines = [("min", min), ("max", max), ("step", step)];
                let lines =
                    lines.map(|(name, value)| Statement::new(&[&header, "method linear"], format!("{name} = {value}")));
                statements.extend(lines);
            }
            _ => return Outcome::ask(line, texts::args_question("group_by")),
        }
    }
    Outcome::new(Kind::Renamed, statements, texts::value_form("group_by"))
}
