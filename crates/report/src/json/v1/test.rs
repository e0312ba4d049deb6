//! Sessions with what was expected of them.

use serde::Serialize;

/// What `postproof test --format json` prints.
#[derive(Clone, Debug, Serialize)]
pub struct Test {
    /// `postproof.test/1`.
    pub schema: &'static str,
    /// Version of Postproof.
    pub postproof: &'static str,
    /// Language of the sentences: `en` or `ko`.
    pub lang: &'static str,
    /// How many sessions were played.
    pub played: usize,
    /// How many of them came out otherwise.
    pub differ: usize,
    /// The sessions, host by host, in the order of the file.
    pub sessions: Vec<TestedSession>,
}

/// One session on one host.
#[derive(Clone, Debug, Serialize)]
pub struct TestedSession {
    /// Name of the host, where the text gives one.
    pub host: Option<String>,
    /// Name of the session.
    pub name: String,
    /// The service that was asked for.
    pub service: String,
    /// Whether it came out as expected.
    pub as_expected: bool,
    /// What was expected; null: anything.
    pub expected: Option<TestedReply>,
    /// The reply that decides; null: there is no such service.
    pub got: Option<TestedReply>,
}

/// A reply that decides. What was left out or is not known is null.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TestedReply {
    /// `permit`, `defer`, `reject` or `unknown`.
    pub verdict: Option<&'static str>,
    /// The command.
    pub at: Option<&'static str>,
    /// Reply code.
    pub code: Option<u16>,
    /// Enhanced code.
    pub dsn: Option<String>,
    /// The restriction that decides.
    pub by: Option<String>,
    /// Its list.
    pub list: Option<String>,
}
