//! The swaks command that plays a session against a live server.

use postproof_engine::model::{Exposure, Model, Scope, Service};
use postproof_engine::sim::{Protocol, Session};

/// The command line. XCLIENT makes the server take the sender of the command
/// for the client of the session.
pub(crate) fn command(model: &Model, service: &Service, session: &Session, xclient: bool) -> String {
    let mut words: Vec<String> = vec!["swaks".to_owned()];
    let mut add = |name: &str, value: &str| words.push(format!("{name} {}", quoted(value)));
    let host = service.endpoint.as_ref().and_then(|endpoint| endpoint.host.clone());
    let name = model.text(Scope::Service(service.id), "myhostname");
    let server = match host {
        Some(host) => host,
        None if service.exposure == Exposure::Loopback => "localhost".to_owned(),
        None if name.is_empty() || name.contains('$') => "localhost".to_owned(),
        None => name,
    };
    add("--server", &server);
    if let Some(port) = service.endpoint.as_ref().and_then(|endpoint| endpoint.port_number) {
        add("--port", &port.to_string());
    }
    if session.protocol == Protocol::Smtp {
        add("--protocol", "SMTP");
    }
    if let Some(helo) = &session.helo {
        add("--helo", helo);
    }
    let client = &session.client;
    if xclient {
        add("--xclient-addr", &client.address.to_string());
        add("--xclient-name", client.name.as_deref().unwrap_or("[UNAVAILABLE]"));
        if client.reverse_name != client.name {
            add("--xclient-reverse-name", client.reverse_name.as_deref().unwrap_or("[UNAVAILABLE]"));
        }
    }
    if let Some(login) = &session.login {
        add("--auth", "PLAIN");
        add("--auth-user", login);
    }
    add("--from", session.sender.as_deref().filter(|sender| !sender.is_empty()).unwrap_or("<>"));
    add("--to", &session.recipients.join(","));
    let wrapper = model.is_yes(Scope::Service(service.id), "smtpd_tls_wrappermode");
    if wrapper {
        words.push("--tls-on-connect".to_owned());
    } else if session.tls {
        words.push("--tls".to_owned());
    }
    if session.sender.is_none() && session.login.is_some() {
        words.push("--quit-after AUTH".to_owned());
    } else if !session.data {
        words.push("--quit-after RCPT".to_owned());
    }
    words.join(" \\\n    ")
}

/// A word as a shell takes it.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@,=+%".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_read_is_quoted() {
        assert_eq!(quoted("a@example.com"), "a@example.com");
        assert_eq!(quoted("<>"), "'<>'");
        assert_eq!(quoted("it's; rm"), "'it'\\''s; rm'");
        assert_eq!(quoted(""), "''");
    }
}
