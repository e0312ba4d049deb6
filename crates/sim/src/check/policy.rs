//! check_policy_service.

use super::program::Item;
use super::reject::{client_name, reverse_name};
use super::word::Subject;
use super::{Checked, Checks, Next, Then};
use crate::trace::Command;
use crate::{Finding, PolicyAnswer, Protocol, Session, Site, Var};
use postproof_diag::SourceText;
use postproof_model::words;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

/// mail_params.h, DEF_SMTPD_POLICY_DEF_ACTION
const DEFAULT_ACTION: &str = "451 4.3.5 Server configuration problem";

/// No value that a server compares with.
const OTHER: &str = "\u{1}";

/// A policy server as a list names it.
struct Service<'w> {
    /// `inet:127.0.0.1:10040`, `unix:private/policy`.
    server: Cow<'w, str>,
    /// What is taken where it does not answer.
    default_action: Option<String>,
    context: Option<String>,
}

/// Reads `server` or `{ server, default_action = … }`.
// smtpd_check.c, policy_client_register
fn service(word: &str) -> Service<'_> {
    let mut service = Service { server: word.into(), default_action: None, context: None };
    let Some(inner) = word.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else { return service };
    let list = words(&SourceText::unplaced(inner));
    let mut list = list.iter().map(|word| word.text.as_str());
    service.server = list.next().unwrap_or_default().to_owned().into();
    for setting in list {
        let setting = setting.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(setting);
        let Some((name, value)) = setting.split_once('=') else { continue };
        match name.trim() {
            "default_action" => service.default_action = Some(value.trim().to_owned()),
            "policy_context" => service.context = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    service
}

/// Whether smtpd takes the word for a policy server when it starts.
// smtpd_check.c, policy_client_register; attr_override.c; auto_clnt.c, auto_clnt_create
pub(super) fn is_service(word: &str) -> bool {
    let is_place = |server: &str| {
        server
            .split_once(':')
            .is_some_and(|(transport, endpoint)| matches!(transport, "inet" | "local" | "unix") && !endpoint.is_empty())
    };
    let Some(rest) = word.strip_prefix('{') else { return is_place(word) };
    let Some(inner) = rest.strip_suffix('}') else { return false };
    let list = words(&SourceText::unplaced(inner));
    let mut list = list.iter().map(|word| word.text.as_str());
    list.next().is_some_and(is_place) && list.all(is_setting)
}

fn is_setting(word: &str) -> bool {
    let setting = match word.strip_prefix('{') {
        Some(rest) => match rest.strip_suffix('}') {
            Some(inner) => inner,
            None => return false,
        },
        None => word,
    };
    let Some((name, value)) = setting.split_once('=') else { return false };
    let (name, value) = (name.trim(), value.trim());
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    match name {
        "default_action" | "policy_context" => !value.is_empty(),
        "request_limit" | "try_limit" => {
            let is_number = digits > 0 && digits == value.len() && value.parse::<i32>().is_ok();
            is_number && (name == "request_limit" || value.parse() != Ok(0))
        }
        "timeout" | "max_idle" | "max_ttl" | "retry_delay" => {
            let unit = value.get(digits..).unwrap_or_default();
            digits > 0 && (unit.is_empty() || unit.starts_with(['s', 'm', 'h', 'd', 'w']))
        }
        _ => false,
    }
}

impl Checks<'_, '_, '_> {
    pub(super) fn policy(&mut self, item: &Item, about: Subject) -> Checked<Next> {
        let word = item.argument.as_deref().unwrap_or_default();
        let service = service(word);
        let world = self.config.world;
        let place = service.server.strip_prefix("inet:").or_else(|| service.server.strip_prefix("unix:"));
        let rules =
            place.and_then(|place| world.policy.get(place)).or_else(|| world.policy.get(service.server.as_ref()));
        // Only what the rules look at is told apart.
        let asked: BTreeSet<&str> = rules
            .iter()
            .flat_map(|rules| rules.iter())
            .flat_map(|rule| rule.attributes.keys())
            .map(String::as_str)
            .collect();
        let mut request: Vec<(&str, Rc<str>)> = Vec::new();
        for name in asked {
            let values: Vec<&str> = rules
                .iter()
                .flat_map(|rules| rules.iter())
                .filter_map(|rule| rule.attributes.get(name))
                .map(String::as_str)
                .collect();
            request.push((name, self.attribute(name, &values, &service)));
        }
        let request: Vec<(&str, &str)> = request.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        let question = self.policy_question(&service.server);
        let supplied = world.assumed.get(&question).map(|answer| crate::world::policy_answer(answer));
        let finding = match supplied.unwrap_or_else(|| world.policy(&service.server, &request)) {
            PolicyAnswer::Action(action) => Finding::Text(action),
            PolicyAnswer::Refuses => Finding::Temporary,
            PolicyAnswer::Unknown(mut missing) => {
                if self.who.is_exact() {
                    missing.question = question.into();
                }
                // Another request may have another answer.
                let recipient = if self.state.has_recipient { self.name_of(Subject::Recipient) } else { String::new() };
                let asked = (self.place(), recipient, self.so_far.tls, self.so_far.login, self.so_far.recipients);
                let site = Site::of(("policy", word, asked, self.state.has_helo, self.state.has_sender));
                // What a table says by having nothing, a server says with DUNNO.
                let dunno = |answer: &Finding| match answer {
                    Finding::No => Finding::Text("DUNNO".into()),
                    other => other.clone(),
                };
                let answers: Vec<Finding> = self.table_answers(false).iter().map(dunno).collect();
                self.who.assume(site, missing, &answers)
            }
        };
        if let Finding::Text(action) = &finding {
            let (place, request) = (format!("policy:{}", service.server), &request);
            self.config.note_looked(|| crate::Looked {
                place,
                key: request.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "),
                found: Some(action.to_string()),
                span: None,
            });
            return self.act(action, about, Then::default());
        }
        self.state.policy_depth += 1;
        let action = match (self.state.policy_depth, service.default_action) {
            (1, Some(action)) => action.into(),
            (1, None) => match self.config.param("smtpd_policy_service_default_action") {
                action if action.is_empty() => DEFAULT_ACTION.into(),
                action => action,
            },
            _ => DEFAULT_ACTION.into(),
        };
        self.act(&action, about, Then { is_policy_default: true, ..Then::default() })
    }

    /// The question for one request of the session: another one may have
    /// another answer.
    fn policy_question(&self, server: &str) -> String {
        let place = self.place();
        match self.state.has_recipient && self.state.command == Command::Rcpt {
            true => format!("policy:{server}:{place}:{}", self.name_of(Subject::Recipient)),
            false => format!("policy:{server}:{place}"),
        }
    }

    /// The value of an attribute of the request, or [`OTHER`] where it is none
    /// of `values`.
    fn attribute(&mut self, name: &str, values: &[&str], service: &Service<'_>) -> Rc<str> {
        let site = Site::of(("policy attribute", name, values, self.state.command as u8, self.state.has_sender));
        let config = self.config;
        let raw = self.raw();
        let among = |value: &str| {
            if values.contains(&value) { Finding::Text(value.into()) } else { Finding::Text(OTHER.into()) }
        };
        let none = Finding::Text(OTHER.into());
        let only = std::slice::from_ref(&none);
        let finding = match name {
            "client_address" => self
                .who
                .on(Var::Address, site, only, &|session| among(&session.client.address.to_canonical().to_string())),
            "client_name" => self.who.on(Var::Name, site, only, &|session| among(client_name(session))),
            "reverse_client_name" => self.who.on(Var::Name, site, only, &|session| among(reverse_name(session))),
            "helo_name" if self.state.has_helo => {
                self.who.on(Var::Helo, site, only, &|session| among(session.helo.as_deref().unwrap_or_default()))
            }
            "protocol_name" => self.who.on(Var::Helo, site, only, &|session: &Session| {
                among(match session.protocol {
                    Protocol::Smtp => "SMTP",
                    Protocol::Esmtp => "ESMTP",
                })
            }),
            "sender" if self.state.has_sender => {
                self.who.on(Var::Sender, site, only, &|session| among(&raw.sender(config, session)))
            }
            "recipient" if self.state.has_recipient => {
                self.who.on(Var::Recipient, site, only, &|session| among(&raw.recipient(config, session)))
            }
            "sasl_username" if self.so_far.login => {
                self.who.on(Var::Login, site, only, &|session| among(session.login.as_deref().unwrap_or_default()))
            }
            "ccert_fingerprint" | "ccert_pubkey_fingerprint" | "ccert_subject" | "ccert_issuer" => {
                let shows = self.so_far.tls && self.so_far.asks_certificate;
                self.who.on(Var::Tls, site, only, &|session| {
                    let Some(one) = session.certificate.as_ref().filter(|_| shows) else { return among("") };
                    among(match name {
                        "ccert_fingerprint" => &one.fingerprint,
                        "ccert_pubkey_fingerprint" => &one.key_fingerprint,
                        "ccert_subject" if one.trusted => &one.subject,
                        "ccert_issuer" if one.trusted => &one.issuer,
                        _ => "",
                    })
                })
            }
            _ => among(&self.plain_attribute(name, service)),
        };
        if let Finding::Text(value) = finding { value } else { OTHER.into() }
    }

    /// Attributes that the client's facts do not decide.
    fn plain_attribute(&self, name: &str, service: &Service<'_>) -> String {
        let session = self.who.session();
        match name {
            "request" => "smtpd_access_policy".to_owned(),
            "protocol_state" => self.place().to_owned(),
            "recipient_count" => match self.state.command {
                Command::Data | Command::EndOfData => self.so_far.recipients.to_string(),
                _ => "0".to_owned(),
            },
            "sasl_method" if self.so_far.login => "PLAIN".to_owned(),
            "etrn_domain" if self.state.has_etrn => self.name_of(Subject::Etrn),
            "policy_context" => match &service.context {
                Some(context) => context.clone(),
                None => self.config.param("smtpd_policy_service_policy_context").to_string(),
            },
            "server_address" => {
                let at = usize::from(session.client.address.to_canonical().is_ipv6());
                let address = self.config.world.server_addresses.get(at).copied().flatten();
                address.map(|address| address.to_string()).unwrap_or_default()
            }
            "compatibility_level" => self.config.param("compatibility_level").to_string(),
            "mail_version" => self.config.param("mail_version").to_string(),
            "stress" => self.config.param("stress").to_string(),
            _ => String::new(),
        }
    }

    /// What smtpd calls the command.
    fn place(&self) -> &'static str {
        match self.state.command {
            Command::Connect => "CONNECT",
            Command::Helo => match self.who.session().protocol {
                Protocol::Smtp => "HELO",
                Protocol::Esmtp => "EHLO",
            },
            Command::StartTls => "STARTTLS",
            Command::Auth => "AUTH",
            Command::Etrn => "ETRN",
            Command::Vrfy => "VRFY",
            Command::Mail => "MAIL",
            Command::Rcpt => "RCPT",
            Command::Data => "DATA",
            Command::EndOfData => "END-OF-MESSAGE",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_in_braces_has_settings_of_its_own() {
        let one = service("{ inet:127.0.0.1:10040, timeout=10s, default_action = DUNNO, { default_action = DUNNO } }");
        assert_eq!(one.server, "inet:127.0.0.1:10040");
        assert_eq!(one.default_action.as_deref(), Some("DUNNO"));
        assert_eq!(service("unix:private/policy").server, "unix:private/policy");
    }

    #[test]
    fn words_that_are_no_server_stop_smtpd() {
        // smtpd 3.7.11 does not start with `check_policy_service permit`, nor
        // with a setting of two words outside braces.
        for word in
            ["inet:127.0.0.1:9", "unix:private/x", "{ inet:127.0.0.1:9, timeout=10s {default_action=REJECT no} }"]
        {
            assert!(is_service(word), "{word}");
        }
        for word in [
            "permit",
            "tcp:127.0.0.1:9",
            "inet:",
            "{ inet:127.0.0.1:9, default_action=REJECT no }",
            "{}",
            "{ inet:x y=z }",
        ] {
            assert!(!is_service(word), "{word}");
        }
    }
}
