//! What cleanup(8) does to a message that smtpd accepts, as far as it shows in
//! the reply to the end of the message.

use super::{Answer, Run};
use crate::{Config, Finding, Found, Missing, Site};
use postproof_diag::{Text, text};
use postproof_model::Scope;
use postproof_syntax::exact::{COMMA_SPACE, Words};

/// An answer of a table of cleanup: refused, or the table can't be read.
enum Judged {
    Passes,
    Refused(Answer),
    Fails,
}

/// Tables that cleanup asks.
const PARAMS: [&str; 6] = [
    "header_checks",
    "body_checks",
    "sender_canonical_maps",
    "recipient_canonical_maps",
    "canonical_maps",
    "virtual_alias_maps",
];

/// The same by parameter.
#[derive(Clone, Debug)]
pub(super) struct Tables([Vec<String>; 6]);

impl Tables {
    fn of(config: &Config<'_>) -> Self {
        // Where cleanup has its options: its entry in master.cf.
        let name = config.param("cleanup_service_name");
        let entry = config.model.services.iter().find(|one| one.name == *name && one.kind != "inet");
        let scope = entry.map_or(Scope::Main, |service| Scope::Service(service.id));
        Self(PARAMS.map(|param| {
            let value = config.model.text(scope, param);
            let words = Words::braced(value.as_bytes(), COMMA_SPACE);
            words.filter_map(|word| std::str::from_utf8(word).ok()).map(str::to_owned).collect()
        }))
    }
}

impl<'c> Run<'c, '_, '_> {
    /// The reply where cleanup does not take the message.
    // smtpd.c, common_post_message_handling: content comes before write errors
    pub(super) fn cleanup_refuses(&mut self) -> Option<Answer> {
        let mut failed = None;
        if !self.overrides("no_header_body_checks") {
            for param in ["header_checks", "body_checks"] {
                match self.content(param) {
                    Judged::Passes => {}
                    Judged::Refused(answer) => return Some(answer),
                    Judged::Fails => failed = failed.or(Some(param)),
                }
            }
        }
        if !self.overrides("no_address_mappings") {
            failed = failed.or_else(|| self.failed_mapping());
        }
        let param = failed?;
        Some(Answer::new(451, "4.3.0", "Error: queue file write error").because(unreadable(param)))
    }

    fn tables(&self, param: &str) -> &'c [String] {
        let tables = self.server.cleanup.get_or_init(|| Tables::of(self.config));
        let at = PARAMS.iter().position(|known| *known == param);
        at.and_then(|at| tables.0.get(at)).map(Vec::as_slice).unwrap_or_default()
    }

    /// What the tables say to the header that smtpd itself adds. Everything
    /// else in the message is taken to match nothing.
    // cleanup_message.c, cleanup_header_callback
    fn content(&mut self, param: &'static str) -> Judged {
        for table in self.tables(param) {
            // To a pattern a vertical tab is what a line end is by default: any
            // character, white space, but neither blank nor tab.
            let key = if param == "header_checks" { self.received().replace('\n', "\x0b") } else { String::new() };
            let found = match self.config.look_up(table, &key, false) {
                // A key that is empty is never looked up.
                Found::Nothing if key.is_empty() => self.config.look_up(table, "hello", false),
                found => found,
            };
            match found {
                Found::Nothing => {}
                Found::Value(action, _) if param == "header_checks" => return judged(&action),
                // What takes two lines that have nothing in common takes any.
                Found::Value(action, _) => {
                    return match self.config.look_up(table, ODD_LINE, false) {
                        Found::Value(other, _) if other == action => judged(&action),
                        Found::Value(..) | Found::Nothing | Found::Fails | Found::Broken | Found::Unknown(_) => {
                            Judged::Passes
                        }
                    };
                }
                Found::Fails | Found::Broken => return Judged::Fails,
                Found::Unknown(_) => {
                    let missing = Missing::new(format!("{table}:content"), content_text(table));
                    let answers = ["accept", "refuse"].map(|answer| Finding::Text(answer.into()));
                    let world = self.config.world;
                    let supplied = world.assumed.get(&*missing.question).cloned();
                    let answer = match supplied.or_else(|| world.usual(&missing.question)) {
                        Some(answer) => Finding::Text(answer.as_str().into()),
                        None => self.checks.who.assume(Site::of(("content", table.as_str())), missing, &answers),
                    };
                    if answer == Finding::Text("refuse".into()) {
                        return judged("REJECT");
                    }
                }
            }
        }
        Judged::Passes
    }

    /// The header that smtpd adds, as tables see it.
    // smtpd.c, common_pre_message_handling
    fn received(&self) -> String {
        let (server, so_far) = (self.server, &self.checks.so_far);
        let session = self.checks.who.session();
        let client = session.client.name.as_deref().unwrap_or("unknown");
        let helo = session.helo.as_deref().filter(|_| so_far.helo).unwrap_or(client);
        let address = match session.client.address {
            std::net::IpAddr::V4(address) => address.to_string(),
            std::net::IpAddr::V6(address) => format!("IPv6:{address}"),
        };
        let hides = self.config.yes("smtpd_hide_client_session");
        let mut header = "Received: ".to_owned();
        let mut with = String::new();
        if !hides {
            header.push_str(&format!("from {helo} ({client} [{address}])\n\t"));
            if so_far.tls && self.config.yes("smtpd_tls_received_header") {
                header.push_str("(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n\t");
            }
            let names_login = so_far.login && self.config.yes("smtpd_sasl_authenticated_header");
            if let Some(login) = session.login.as_deref().filter(|_| names_login) {
                header.push_str(&format!("(Authenticated sender: {login})\n\t"));
            }
            let protocol = match (self.smtputf8, self.is_esmtp) {
                (true, _) => "UTF8SMTP",
                (false, true) => "ESMTP",
                (false, false) => "SMTP",
            };
            let tls = if so_far.tls && self.is_esmtp { "S" } else { "" };
            let auth = if so_far.login && self.is_esmtp { "A" } else { "" };
            with = format!(" with {protocol}{tls}{auth}");
        }
        let name = self.config.param("mail_name");
        header.push_str(&format!("by {} ({name}){with} id {QUEUE_ID}", server.hostname));
        match self.accepted.as_slice() {
            [recipient] => header.push_str(&format!("\n\tfor <{recipient}>; {DATE}")),
            _ => header.push_str(&format!(";\n\t{DATE}")),
        }
        header
    }

    /// The parameter with a table that the addresses are mapped with and that
    /// can't be read.
    // cleanup_map11.c, cleanup_map1n.c: a failed look-up is a write error
    fn failed_mapping(&mut self) -> Option<&'static str> {
        let sender = self.checks.so_far.sender.clone().filter(|sender| !sender.is_empty());
        let recipients = self.accepted.clone();
        for param in ["sender_canonical_maps", "recipient_canonical_maps", "canonical_maps", "virtual_alias_maps"] {
            let tables = self.tables(param);
            if tables.is_empty() {
                continue;
            }
            let senders = sender.iter().filter(|_| matches!(param, "sender_canonical_maps" | "canonical_maps"));
            let recipients = recipients.iter().filter(|_| param != "sender_canonical_maps");
            for address in senders.chain(recipients) {
                if self.mapping_fails(tables, address) {
                    return Some(param);
                }
            }
        }
        None
    }

    fn mapping_fails(&mut self, tables: &[String], address: &str) -> bool {
        let key = address.to_ascii_lowercase();
        for table in tables {
            match self.config.look_up(table, &key, false) {
                Found::Nothing => {}
                Found::Value(..) => return false,
                Found::Fails | Found::Broken => return true,
                // Not whether it has the address, but whether it can be read.
                Found::Unknown(_) => {}
            }
        }
        false
    }
}

/// The action of a content table.
// cleanup_message.c, cleanup_act
fn judged(action: &str) -> Judged {
    let (word, rest) = action.split_once([' ', '\t']).unwrap_or((action, ""));
    if !word.eq_ignore_ascii_case("REJECT") {
        return Judged::Passes;
    }
    let rest = rest.trim_start();
    let (dsn, text) = match rest.split_once(' ') {
        _ if rest.is_empty() => ("5.7.1", "message content rejected"),
        Some((dsn, text)) if super::is_dsn(dsn) => (dsn, text.trim_start()),
        Some(_) | None => ("5.7.1", rest),
    };
    // A code of another class counts as one of 4.
    let code = if dsn.starts_with('5') { 550 } else { 450 };
    Judged::Refused(Answer::new(code, dsn.to_owned(), text.to_owned()).because(CONTENT))
}

/// A line that is like no other.
const ODD_LINE: &str = "~5%\u{b6}";

/// What stands in the header where only the live server knows more.
const QUEUE_ID: &str = "4Z0pF01C5Hz1wQ";
const DATE: &str = "Thu,  1 Jan 2026 00:00:00 +0000 (UTC)";

const CONTENT: Text = Text::fixed(
    "`header_checks` refuses the `Received:` header that smtpd itself adds",
    "`header_checks` 설정이 smtpd가 직접 넣는 `Received:` 헤더를 거절합니다",
);

fn content_text(table: &str) -> Text {
    text!("what `{table}` says to the message", "`{table}` 테이블이 메시지를 어떻게 하는지")
}

fn unreadable(param: &str) -> Text {
    text!("a table of `{param}` can't be read", "`{param}` 매개변수의 테이블을 읽을 수 없습니다")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_brings_its_own_code_or_has_the_usual_one() {
        let answer = |action: &str| match judged(action) {
            Judged::Refused(answer) => Some((answer.code, answer.dsn.unwrap_or_default(), answer.text)),
            Judged::Passes | Judged::Fails => None,
        };
        assert_eq!(answer("REJECT Loop"), Some((550, "5.7.1".into(), "Loop".into())));
        assert_eq!(answer("reject 4.7.0 later"), Some((450, "4.7.0".into(), "later".into())));
        assert_eq!(answer("REJECT"), Some((550, "5.7.1".into(), "message content rejected".into())));
        assert_eq!(answer("IGNORE"), None);
    }
}
