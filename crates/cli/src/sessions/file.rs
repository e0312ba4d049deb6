//! The file of `postproof test`: sessions and what is expected of them.

use postproof_engine::diag::{Text, text};
use postproof_engine::sim::{Certificate, Client, Command, NameStatus, Protocol, Reply, Session, Verdict};
use postproof_report::json::v1;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The whole file.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SessionFile {
    /// Answers of DNS, databases and policy servers, as `--assume` takes them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) assume: BTreeMap<String, String>,
    /// The sessions, in order.
    #[serde(default, rename = "session")]
    pub(super) sessions: Vec<Case>,
}

/// One session and what is expected of it.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// What it is called in the output.
    pub(super) name: String,
    #[serde(default = "smtp")]
    pub(super) service: String,
    client: IpAddr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reverse_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name_status: Option<Status>,
    /// Nothing: the client sends neither EHLO nor HELO.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    helo: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    smtp: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    tls: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate_fingerprint: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate_key_fingerprint: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    certificate_trusted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    login: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etrn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vrfy: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    mail_params: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    to: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    data: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    blind: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pipelined: bool,
    /// Answers that hold in this session, besides those of the file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) assume: BTreeMap<String, String>,
    /// What is expected of the reply that decides the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expect: Option<Expected>,
}

/// What is expected; what is left out may be anything.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expected {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verdict: Option<Word>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<At>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dsn: Option<String>,
    /// The restriction that decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// The list in which it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Permit,
    Defer,
    Reject,
    Unknown,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum At {
    Connect,
    Helo,
    StartTls,
    Auth,
    Etrn,
    Vrfy,
    Mail,
    Rcpt,
    Data,
    Eod,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Perm,
    Forged,
    Temp,
}

fn smtp() -> String {
    "smtp".to_owned()
}

fn is_false(value: &bool) -> bool {
    !*value
}

impl SessionFile {
    /// Reads the text of a file.
    pub(super) fn read(path: &str, bytes: &[u8]) -> Result<Self, Text> {
        let wrong = |why: String| text!("{path} can't be read: {why}", "{path} 파일을 읽을 수 없습니다: {why}");
        let text = std::str::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
        toml::from_str(text).map_err(|error| wrong(error.to_string().trim_end().to_owned()))
    }

    /// The text of a file.
    pub(super) fn written(&self) -> Result<String, Text> {
        let wrong = |error: toml::ser::Error| Text::verbatim(error.to_string());
        let text = toml::to_string(self).map_err(wrong)?;
        Ok(format!("# Sessions for `postproof test`, and what decides each.\n\n{text}"))
    }
}

impl Case {
    /// A case of a session, with nothing expected yet.
    pub(super) fn of(name: &str, service: &str, session: &Session) -> Self {
        let client = &session.client;
        let certificate = session.certificate.as_ref();
        let shown = |text: &String| (!text.is_empty()).then(|| text.clone());
        Self {
            name: name.to_owned(),
            service: service.to_owned(),
            client: client.address,
            client_name: client.name.clone(),
            reverse_name: client.reverse_name.clone().filter(|name| client.name.as_ref() != Some(name)),
            name_status: Some(Status::of(client.name_status)).filter(|status| *status != implied(client)),
            helo: session.helo.clone(),
            smtp: session.protocol == Protocol::Smtp,
            tls: session.tls,
            certificate_fingerprint: certificate.and_then(|one| shown(&one.fingerprint)),
            certificate_key_fingerprint: certificate.and_then(|one| shown(&one.key_fingerprint)),
            certificate_trusted: certificate.is_some_and(|one| one.trusted),
            login: session.login.clone(),
            etrn: session.etrn.clone(),
            vrfy: session.vrfy.clone(),
            from: session.sender.clone(),
            mail_params: session.mail_params.clone(),
            to: session.recipients.clone(),
            data: session.data,
            blind: session.blind,
            pipelined: session.pipelined,
            assume: BTreeMap::new(),
            expect: None,
        }
    }

    /// The session that it describes.
    pub(super) fn session(&self) -> Session {
        let reverse_name = self.reverse_name.clone().or_else(|| self.client_name.clone());
        let mut client = Client {
            address: self.client,
            name: self.client_name.clone(),
            reverse_name,
            name_status: NameStatus::Permanent,
        };
        client.name_status = self.name_status.unwrap_or_else(|| implied(&client)).status();
        let certificate = self.certificate_trusted
            || self.certificate_fingerprint.is_some()
            || self.certificate_key_fingerprint.is_some();
        Session {
            client,
            protocol: if self.smtp { Protocol::Smtp } else { Protocol::Esmtp },
            helo: self.helo.clone(),
            tls: self.tls || certificate,
            certificate: certificate.then(|| Certificate {
                trusted: self.certificate_trusted,
                fingerprint: self.certificate_fingerprint.clone().unwrap_or_default(),
                key_fingerprint: self.certificate_key_fingerprint.clone().unwrap_or_default(),
                subject: String::new(),
                issuer: String::new(),
            }),
            login: self.login.clone(),
            etrn: self.etrn.clone(),
            vrfy: self.vrfy.clone(),
            sender: self.from.clone(),
            mail_params: self.mail_params.clone(),
            recipients: self.to.clone(),
            brackets: true,
            data: self.data,
            doubled: false,
            blind: self.blind,
            pipelined: self.pipelined,
        }
    }
}

/// The status that names alone tell.
fn implied(client: &Client) -> Status {
    match (&client.name, &client.reverse_name) {
        (Some(_), _) => Status::Ok,
        (None, Some(_)) => Status::Forged,
        (None, None) => Status::Perm,
    }
}

impl Status {
    fn of(status: NameStatus) -> Self {
        match status {
            NameStatus::Ok => Status::Ok,
            NameStatus::Permanent => Status::Perm,
            NameStatus::Forged => Status::Forged,
            NameStatus::Temporary => Status::Temp,
        }
    }

    fn status(self) -> NameStatus {
        match self {
            Status::Ok => NameStatus::Ok,
            Status::Perm => NameStatus::Permanent,
            Status::Forged => NameStatus::Forged,
            Status::Temp => NameStatus::Temporary,
        }
    }
}

impl Expected {
    /// What a reply is.
    pub(super) fn of(reply: &Reply) -> Self {
        let is_known = reply.verdict != Verdict::Unknown;
        Self {
            verdict: Some(match reply.verdict {
                Verdict::Permit => Word::Permit,
                Verdict::Defer => Word::Defer,
                Verdict::Reject => Word::Reject,
                Verdict::Unknown => Word::Unknown,
            }),
            at: Some(at(reply.command)),
            code: is_known.then_some(reply.code),
            dsn: reply.dsn.clone().filter(|_| is_known),
            by: reply.decider.restriction.clone().filter(|_| is_known),
            list: Some(reply.decider.list.to_owned()).filter(|_| is_known),
        }
    }

    /// Whether a reply is what is expected.
    pub(super) fn fits(&self, got: &Self) -> bool {
        fn fits<T: PartialEq>(wanted: Option<&T>, got: Option<&T>) -> bool {
            wanted.is_none() || wanted == got
        }
        let by = |wanted: &String| got.by.as_ref().is_some_and(|got| got.eq_ignore_ascii_case(wanted));
        fits(self.verdict.as_ref(), got.verdict.as_ref())
            && fits(self.at.as_ref(), got.at.as_ref())
            && fits(self.code.as_ref(), got.code.as_ref())
            && fits(self.dsn.as_ref(), got.dsn.as_ref())
            && self.by.as_ref().is_none_or(by)
            && fits(self.list.as_ref(), got.list.as_ref())
    }

    /// In one line: `reject at rcpt, 554 5.7.1, reject_unauth_destination in smtpd_relay_restrictions`.
    pub(super) fn line(&self) -> String {
        let mut parts = Vec::new();
        let at = self.at.map(|at| format!("at {}", at.word()));
        let first: Vec<String> = self.verdict.map(|one| one.word().to_owned()).into_iter().chain(at).collect();
        parts.push(first.join(" "));
        let codes: Vec<String> = self.code.map(|code| code.to_string()).into_iter().chain(self.dsn.clone()).collect();
        parts.push(codes.join(" "));
        // `default`: nothing refused it.
        let list = self.list.as_ref().filter(|list| *list != "default").map(|list| format!("in {list}"));
        let by: Vec<String> = self.by.clone().into_iter().chain(list).collect();
        parts.push(by.join(" "));
        parts.retain(|part| !part.is_empty());
        parts.join(", ")
    }

    /// The same for programs.
    pub(super) fn json(&self) -> v1::TestedReply {
        v1::TestedReply {
            verdict: self.verdict.map(Word::word),
            at: self.at.map(At::word),
            code: self.code,
            dsn: self.dsn.clone(),
            by: self.by.clone(),
            list: self.list.clone(),
        }
    }
}

impl Word {
    fn word(self) -> &'static str {
        match self {
            Word::Permit => "permit",
            Word::Defer => "defer",
            Word::Reject => "reject",
            Word::Unknown => "unknown",
        }
    }
}

impl At {
    fn word(self) -> &'static str {
        match self {
            At::Connect => "connect",
            At::Helo => "helo",
            At::StartTls => "starttls",
            At::Auth => "auth",
            At::Etrn => "etrn",
            At::Vrfy => "vrfy",
            At::Mail => "mail",
            At::Rcpt => "rcpt",
            At::Data => "data",
            At::Eod => "eod",
        }
    }
}

fn at(command: Command) -> At {
    match command {
        Command::Connect => At::Connect,
        Command::Helo => At::Helo,
        Command::StartTls => At::StartTls,
        Command::Auth => At::Auth,
        Command::Etrn => At::Etrn,
        Command::Vrfy => At::Vrfy,
        Command::Mail => At::Mail,
        Command::Rcpt => At::Rcpt,
        Command::Data => At::Data,
        Command::EndOfData => At::Eod,
    }
}
