//! `connect = host=… dbname=… user=…` of SQL files as the blocks of 2.4.

use super::outcome::{Statement, label, quoted};

/// `key=value` words; a value may stand in single quotes.
pub(super) fn words(text: &str) -> Vec<(String, String)> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for ch in text.chars() {
        match quote {
            Some(open) if ch == open => quote = None,
            Some(_) => word.push(ch),
            None if ch == '\'' || ch == '"' => quote = Some(ch),
            None if ch == ' ' || ch == '\t' => words.push(std::mem::take(&mut word)),
            None => word.push(ch),
        }
    }
    words.push(word);
    let pair = |word: String| match word.split_once('=') {
        Some((key, value)) => (key.to_owned(), value.to_owned()),
        None => (String::new(), word),
    };
    words.into_iter().filter(|word| !word.is_empty()).map(pair).collect()
}

/// The statements of a connection.
pub(super) fn statements(driver: &str, connect: &str) -> Vec<Statement> {
    let words = words(connect);
    match driver {
        "sqlite" => sqlite(&words),
        "pgsql" => pgsql(&words),
        _ => mysql(&words),
    }
}

fn sqlite(words: &[(String, String)]) -> Vec<Statement> {
    let line = |(key, value): &(String, String)| match key.as_str() {
        "" => format!("sqlite_path = {}", quoted(value)),
        "journal_mode" | "readonly" => format!("sqlite_{key} = {value}"),
        _ => format!("# 2.3: {key}={value}"),
    };
    words.iter().map(|word| Statement::here(line(word))).collect()
}

fn hosts(words: &[(String, String)]) -> Vec<String> {
    let hosts: Vec<String> = words
        .iter()
        .filter(|(key, _)| key == "host" || key == "hostaddr")
        .flat_map(|(_, value)| value.split(',').map(str::to_owned).collect::<Vec<_>>())
        .filter(|host| !host.is_empty())
        .collect();
    if hosts.is_empty() { vec!["localhost".to_owned()] } else { hosts }
}

fn mysql(words: &[(String, String)]) -> Vec<Statement> {
    let mut statements = Vec::new();
    for host in hosts(words) {
        let header = format!("mysql {}", label(&host));
        let before = statements.len();
        for (key, value) in words {
            let line = match key.as_str() {
                "host" | "hostaddr" => continue,
                "user" | "password" | "dbname" | "port" | "client_flags" | "option_file" | "option_group" => {
                    format!("{key} = {}", quoted(value))
                }
                "connect_timeout" | "read_timeout" | "write_timeout" => format!("{key} = {value}s"),
                "maxconns" => format!("connection_limit = {value}"),
                "ssl" => format!("ssl = {}", if value.starts_with(['n', '0']) { "no" } else { "yes" }),
                "ssl_ca" => format!("ssl_client_ca_file = {}", quoted(value)),
                "ssl_ca_path" => format!("ssl_client_ca_dir = {}", quoted(value)),
                "ssl_cert" => format!("ssl_client_cert_file = {}", quoted(value)),
                "ssl_key" => format!("ssl_client_key_file = {}", quoted(value)),
                "ssl_cipher" => format!("ssl_cipher_list = {}", quoted(value)),
                "ssl_verify_server_cert" => format!("ssl_client_require_valid_cert = {value}"),
                _ => format!("# 2.3: {key}={value}"),
            };
            if matches!(key.as_str(), "ssl_ca" | "ssl_ca_path") && !words.iter().any(|(key, _)| key == "ssl") {
                statements.push(Statement::new(&[&header], "ssl = yes"));
            }
            statements.push(Statement::new(&[&header], line));
        }
        if statements.len() == before {
            statements.push(Statement::new(&[&header], format!("host = {}", quoted(&host))));
        }
    }
    statements
}

/// libpq takes its own words; only the host and the number of connections are
/// Dovecot's.
fn pgsql(words: &[(String, String)]) -> Vec<Statement> {
    let mut statements = Vec::new();
    for host in hosts(words) {
        let header = format!("pgsql {}", label(&host));
        let before = statements.len();
        for (key, value) in words {
            match key.as_str() {
                "" => statements.push(Statement::new(&[&header], format!("# 2.3: {value}"))),
                "host" | "hostaddr" => {}
                "maxconns" => statements.push(Statement::new(&[&header], format!("connection_limit = {value}"))),
                _ => statements.push(Statement::new(&[&header, "parameters"], format!("{key} = {}", quoted(value)))),
            }
        }
        if statements.len() == before {
            statements.push(Statement::new(&[&header], format!("host = {}", quoted(&host))));
        }
    }
    statements
}
