//! One SMTP session, as the client plays it.

use std::net::IpAddr;

/// What a client does and who it is. Sessions do not depend on each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who connects.
    pub client: Client,
    /// EHLO or HELO.
    pub protocol: Protocol,
    /// The argument of EHLO or HELO; nothing: neither is sent.
    pub helo: Option<String>,
    /// Whether the client sends STARTTLS after EHLO, whether offered or not.
    pub tls: bool,
    /// The certificate that the client shows in the TLS handshake.
    pub certificate: Option<Certificate>,
    /// The name with which the client logs in, with the right password,
    /// whether AUTH is offered or not.
    pub login: Option<String>,
    /// An ETRN command before MAIL, with this argument.
    pub etrn: Option<String>,
    /// A VRFY command before MAIL, with this argument.
    pub vrfy: Option<String>,
    /// What stands between `<` and `>` in MAIL FROM; nothing: no MAIL command.
    pub sender: Option<String>,
    /// What follows the address in MAIL FROM: `SIZE=1000`.
    pub mail_params: Vec<String>,
    /// The recipients in order.
    pub recipients: Vec<String>,
    /// Whether each recipient is sent twice. Of several recipients the lists of DATA and
    /// of the end of the message are told none.
    pub doubled: bool,
    /// Whether addresses are sent in `<` and `>`.
    pub brackets: bool,
    /// Whether a message follows.
    pub data: bool,
    /// Whether the client goes on whatever the answers are.
    pub blind: bool,
    /// Whether MAIL, RCPT and DATA are sent without waiting for answers.
    pub pipelined: bool,
}

/// Who connects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its address.
    pub address: IpAddr,
    /// The verified name; nothing is `unknown`.
    pub name: Option<String>,
    /// The name that its address points to, verified or not; nothing is `unknown`.
    pub reverse_name: Option<String>,
    /// Why the name is what it is.
    pub name_status: NameStatus,
}

/// How the look-up of a client's name went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameStatus {
    /// The name is verified.
    Ok,
    /// The address has no name.
    Permanent,
    /// The name does not point back to the address.
    Forged,
    /// DNS did not answer for now.
    Temporary,
}

impl NameStatus {
    /// Its name in requests and reports.
    pub const fn name(self) -> &'static str {
        match self {
            NameStatus::Ok => "ok",
            NameStatus::Permanent => "perm",
            NameStatus::Forged => "forged",
            NameStatus::Temporary => "temp",
        }
    }
}

/// Which greeting the client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// HELO.
    Smtp,
    /// EHLO.
    Esmtp,
}

impl Protocol {
    /// Its name in requests and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Protocol::Esmtp => "ESMTP",
            Protocol::Smtp => "SMTP",
        }
    }
}

/// A client certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Whether a certificate authority that the server trusts vouches for it.
    pub trusted: bool,
    /// Fingerprint of the certificate, as the server prints it.
    pub fingerprint: String,
    /// Fingerprint of its public key.
    pub key_fingerprint: String,
    /// Common name of its subject.
    pub subject: String,
    /// Common name of its issuer.
    pub issuer: String,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            client: Client {
                address: IpAddr::from([203, 0, 113, 9]),
                name: None,
                reverse_name: None,
                name_status: NameStatus::Permanent,
            },
            protocol: Protocol::Esmtp,
            helo: Some("client.example".to_owned()),
            tls: false,
            certificate: None,
            login: None,
            etrn: None,
            vrfy: None,
            sender: None,
            mail_params: Vec::new(),
            recipients: Vec::new(),
            doubled: false,
            brackets: true,
            data: false,
            blind: false,
            pipelined: false,
        }
    }
}
