//! Two configurations side by side.

use super::{Condition, ListEntry, Place, Reply};
use serde::Serialize;

/// What `postproof diff --format json` prints.
#[derive(Clone, Debug, Serialize)]
pub struct Diff {
    /// `postproof.diff/1`.
    pub schema: &'static str,
    /// Version of Postproof.
    pub postproof: &'static str,
    /// Language of the sentences: `en` or `ko`.
    pub lang: &'static str,
    /// Parameters whose effective value differs.
    pub parameters: Vec<DiffParameter>,
    /// Services that only the old configuration has.
    pub only_old: Vec<OneSided>,
    /// Services that only the new one has.
    pub only_new: Vec<OneSided>,
    /// The smtpd services that both have.
    pub services: Vec<DiffService>,
}

/// One parameter.
#[derive(Clone, Debug, Serialize)]
pub struct DiffParameter {
    /// The service in which it differs; null: main.cf.
    pub service: Option<String>,
    /// Its name.
    pub name: String,
    /// What it was.
    pub old: DiffValue,
    /// What it is.
    pub new: DiffValue,
}

/// What a parameter comes to.
#[derive(Clone, Debug, Serialize)]
pub struct DiffValue {
    /// The value after expansion; null: the release has no such parameter.
    pub value: Option<String>,
    /// Where it is set; null: a default.
    pub place: Option<Place>,
}

/// A service that only one configuration has.
#[derive(Clone, Debug, Serialize)]
pub struct OneSided {
    /// Its name as people say it.
    pub label: String,
    /// Whether it takes mail from clients.
    pub smtpd: bool,
    /// Its entry.
    pub place: Option<Place>,
}

/// One smtpd service.
#[derive(Clone, Debug, Serialize)]
pub struct DiffService {
    /// Its name as people say it.
    pub label: String,
    /// Whether it starts with the old configuration.
    pub starts_old: bool,
    /// Whether it starts with the new one.
    pub starts_new: bool,
    /// Typical sessions that are answered otherwise.
    pub personas: Vec<DiffPersona>,
    /// Kinds of sessions that are answered otherwise, gravest first.
    pub changes: Vec<DiffChange>,
    /// Whether a limit was reached: there may be more changes.
    pub is_cut: bool,
}

/// A typical session.
#[derive(Clone, Debug, Serialize)]
pub struct DiffPersona {
    /// Its short name.
    pub persona: &'static str,
    /// Who tries what.
    pub title: String,
    /// The answers before.
    pub old: Vec<Reply>,
    /// The answers now.
    pub new: Vec<Reply>,
    /// What becomes of a message that was taken, before: actions of access(5).
    pub handled_old: Vec<String>,
    /// And now.
    pub handled_new: Vec<String>,
}

/// A kind of sessions.
#[derive(Clone, Debug, Serialize)]
pub struct DiffChange {
    /// `newly-permitted`, `newly-refused`, `handled-otherwise` or `other-answer`.
    pub kind: &'static str,
    /// The command that is answered otherwise.
    pub command: &'static str,
    /// Its number among those of its kind, from 0.
    pub number: usize,
    /// One of the sessions.
    pub session: DiffSession,
    /// The answers before.
    pub old: Vec<Reply>,
    /// The answers now.
    pub new: Vec<Reply>,
    /// What becomes of a message that was taken, before: actions of access(5).
    pub handled_old: Vec<String>,
    /// And now.
    pub handled_new: Vec<String>,
    /// Answers to what is not known under which it is so; empty: it is so.
    pub r#if: Vec<Condition>,
    /// The entries that differ and had a part in it.
    pub because: Vec<DiffEntry>,
}

/// A session, with the keys of a request to `postproof simulate --json`.
#[derive(Clone, Debug, Serialize)]
pub struct DiffSession {
    /// Address of the client.
    pub client_addr: String,
    /// Its verified name.
    pub client_name: Option<String>,
    /// The name that its address points to.
    pub reverse_name: Option<String>,
    /// `ok`, `perm`, `forged` or `temp`.
    pub client_name_status: &'static str,
    /// `ESMTP` or `SMTP`.
    pub proto: &'static str,
    /// Argument of EHLO or HELO.
    pub helo: Option<String>,
    /// Whether it uses STARTTLS.
    pub tls: bool,
    /// Its certificate.
    pub certificate: Option<DiffCertificate>,
    /// The name with which it logs in.
    pub sasl_user: Option<String>,
    /// Argument of ETRN.
    pub etrn: Option<String>,
    /// Argument of VRFY.
    pub vrfy: Option<String>,
    /// The sender.
    pub sender: Option<String>,
    /// The recipients.
    pub recipients: Vec<String>,
    /// Whether a message follows.
    pub data: bool,
}

/// A certificate.
#[derive(Clone, Debug, Serialize)]
pub struct DiffCertificate {
    /// Whether an authority that the server trusts vouches for it.
    pub trusted: bool,
    /// Its fingerprint.
    pub fingerprint: String,
    /// The fingerprint of its key.
    pub key_fingerprint: String,
}

/// An entry that differs.
#[derive(Clone, Debug, Serialize)]
pub struct DiffEntry {
    /// `added`, `removed` or `moved`.
    pub edit: &'static str,
    /// In which configuration it stands here: `old` or `new`.
    pub side: &'static str,
    /// The entry.
    pub entry: ListEntry,
}
