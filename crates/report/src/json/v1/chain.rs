//! Explanations of smtpd services.

use super::{Condition, DiffSession, Place};
use serde::Serialize;

/// One smtpd service, explained.
#[derive(Clone, Debug, Serialize)]
pub struct Service {
    /// Its name field in master.cf.
    pub name: String,
    /// The name as people say it.
    pub label: String,
    /// Its entry in master.cf; null for a stock entry that is assumed.
    pub place: Option<Place>,
    /// `network`, `loopback`, `postscreen` or `socket`.
    pub reached_from: &'static str,
    /// What the explanation stands on.
    pub assumptions: Vec<String>,
    /// Whether refusals of early stages wait for RCPT TO.
    pub delays_refusals: bool,
    /// The stages in the order of the conversation.
    pub stages: Vec<Stage>,
    /// Whether any stranger relays; null where a check does not ask it.
    pub relay: Option<Relay>,
    /// A stranger's attempt to relay.
    pub stranger: Walk,
    /// Further typical sessions.
    pub typical: Vec<Typical>,
}

/// Whether any stranger relays.
#[derive(Clone, Debug, Serialize)]
pub struct Relay {
    /// `holds` (none does), `fails`, `depends` or `unknown`.
    pub verdict: &'static str,
    /// A session that relays.
    pub session: Option<DiffSession>,
    /// What its client sees to, such as DNS data of its own names.
    pub arranged: Vec<Condition>,
    /// Where it depends: each list of answers with which a stranger relays.
    pub fails_if: Vec<Vec<Condition>>,
}

/// One stage.
#[derive(Clone, Debug, Serialize)]
pub struct Stage {
    /// `connect`, `helo`, `mail`, `rcpt`, `data`, `end_of_data` or `etrn`.
    pub stage: &'static str,
    /// What it is.
    pub text: String,
    /// Its lists in the order asked.
    pub lists: Vec<List>,
}

/// One restriction list.
#[derive(Clone, Debug, Serialize)]
pub struct List {
    /// The parameter.
    pub param: &'static str,
    /// `main.cf`, `override` or `default`.
    pub origin: &'static str,
    /// The place that sets it.
    pub place: Option<Place>,
    /// Its entries in order; built-in checks last.
    pub entries: Vec<Entry>,
    /// What happens at its end.
    pub end: String,
}

/// One entry.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// As written.
    pub name: String,
    /// Where; null for defaults and built-in checks.
    pub place: Option<Place>,
    /// What it does.
    pub text: String,
    /// What it can answer.
    pub answers: Vec<Answer>,
    /// What must be known: `dns`, `table`, `sasl`, `tls`, `policy_server`.
    pub needs: Vec<&'static str>,
    /// The same in words.
    pub needs_text: Vec<String>,
    /// Whether it can be reached and can matter.
    pub reach: Reach,
    /// Whether smtpd adds it.
    pub built_in: bool,
    /// The entries of a class.
    pub inner: Vec<Entry>,
}

/// One answer.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// `permit`, `reject`, `go_on`, `defer_if_permit`, `defer_if_reject` or `anything`.
    pub verdict: &'static str,
    /// Reply code.
    pub code: Option<u16>,
    /// Enhanced status code.
    pub dsn: Option<&'static str>,
    /// When.
    pub when: String,
}

/// Whether an entry can be reached and can matter.
#[derive(Clone, Debug, Serialize)]
pub struct Reach {
    /// `live`, `never` or `no_effect`.
    pub state: &'static str,
    /// Why, unless it is live.
    pub why: Option<String>,
    /// The entry that ends the list before it.
    pub by: Option<Place>,
}

/// An answer to something that is not known.
#[derive(Clone, Debug, Serialize)]
pub struct Answered {
    /// What is not known, as `--assume` takes it.
    pub question: String,
    /// The answer.
    pub answer: String,
}

/// The stranger's session.
#[derive(Clone, Debug, Serialize)]
pub struct Walk {
    /// Client address.
    pub client: String,
    /// HELO name.
    pub helo: String,
    /// Envelope sender.
    pub sender: String,
    /// Recipient.
    pub recipient: String,
    /// Answers taken for granted.
    pub assumed: Vec<Answered>,
    /// What the end stands on, each a clause.
    pub stands_on: Vec<String>,
    /// One step for each entry met.
    pub steps: Vec<Step>,
    /// How it ends.
    pub end: WalkEnd,
    /// The end in one sentence.
    pub summary: String,
}

/// A typical session and its end.
#[derive(Clone, Debug, Serialize)]
pub struct Typical {
    /// A short name that never changes.
    pub key: &'static str,
    /// Who tries what.
    pub title: String,
    /// How it should end: `accepted`, `refused` or `either`.
    pub wanted: &'static str,
    /// Client address.
    pub client: String,
    /// HELO name.
    pub helo: String,
    /// Envelope sender.
    pub sender: String,
    /// Recipient.
    pub recipient: String,
    /// The user who logs in.
    pub login: Option<String>,
    /// Whether the client starts TLS.
    pub tls: bool,
    /// Answers taken for granted.
    pub assumed: Vec<Answered>,
    /// What the end stands on, each a clause.
    pub stands_on: Vec<String>,
    /// How it ends.
    pub end: WalkEnd,
    /// The end in one sentence.
    pub summary: String,
}

/// One entry met.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Stage of its list.
    pub stage: &'static str,
    /// The list.
    pub param: &'static str,
    /// Its index in the list, then in classes.
    pub path: Vec<usize>,
    /// As written.
    pub name: String,
    /// Where.
    pub place: Option<Place>,
    /// `goes_on`, `permits`, `refuses`, `unknown` or `not_reached`.
    pub state: &'static str,
    /// Why.
    pub why: String,
}

/// How the session ends.
#[derive(Clone, Debug, Serialize)]
pub struct WalkEnd {
    /// `refused`, `accepted`, `depends` or `does_not_start`.
    pub state: &'static str,
    /// The entry that refuses.
    pub by: Option<String>,
    /// Its place.
    pub place: Option<Place>,
    /// Its list.
    pub param: Option<&'static str>,
    /// Reply code.
    pub code: Option<u16>,
    /// Enhanced status code.
    pub dsn: Option<String>,
    /// What decides, for `depends`.
    pub conditions: Vec<String>,
}
