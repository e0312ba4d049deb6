//! What `postproof simulate` prints as JSON.

use super::Place;
use serde::Serialize;

/// The answers to every session of a request.
#[derive(Clone, Debug, Serialize)]
pub struct Simulation {
    /// `postproof.simulate/1`.
    pub schema: &'static str,
    /// Version of Postproof.
    pub postproof: &'static str,
    /// Language of the sentences: `en` or `ko`.
    pub lang: &'static str,
    /// One for each session asked for, in order.
    pub sessions: Vec<Played>,
}

/// One session.
#[derive(Clone, Debug, Serialize)]
pub struct Played {
    /// One for each command that the client got to send, in order.
    pub replies: Vec<Reply>,
    /// Whether there are more ways than were followed, so that nothing behind
    /// the first unknown answer is certain.
    pub is_cut: bool,
}

/// The answer to one command.
#[derive(Clone, Debug, Serialize)]
pub struct Reply {
    /// `connect`, `helo`, `starttls`, `auth`, `etrn`, `vrfy`, `mail`, `rcpt`, `data` or `eod`.
    pub command: &'static str,
    /// What was sent with it.
    pub arg: String,
    /// The reply code; 0: the connection is closed without one; null: unknown.
    pub code: Option<u16>,
    /// The enhanced status code.
    pub dsn: Option<String>,
    /// `permit`, `defer`, `reject` or `unknown`.
    pub verdict: &'static str,
    /// The text behind the code; lines are joined by a line end.
    pub text: Option<String>,
    /// What decided; null where that or the verdict is unknown.
    pub decided_by: Option<Decided>,
    /// Why, where no entry of a list says so.
    pub why: Option<String>,
    /// Every entry that was met for this answer, in order.
    pub trace: Vec<Visited>,
    /// What is missing where the verdict is unknown.
    pub missing: Vec<MissingAnswer>,
    /// The answers that there can be where the verdict is unknown.
    pub possible: Vec<PossibleReply>,
}

/// What decided an answer.
#[derive(Clone, Debug, Serialize)]
pub struct Decided {
    /// The list's parameter, or `builtin`, `default`, `defer_if_permit`,
    /// `smtpd_reject_unlisted_recipient`, `smtpd_reject_unlisted_sender`.
    pub list: &'static str,
    /// Index of the entry in the list.
    pub index: Option<usize>,
    /// Its restriction.
    pub restriction: Option<String>,
    /// Its place.
    pub place: Option<Place>,
}

/// One entry that was met.
#[derive(Clone, Debug, Serialize)]
pub struct Visited {
    /// The list's parameter.
    pub list: &'static str,
    /// Index of the entry in the list.
    pub index: usize,
    /// 0 in the list itself; one more in each class or table result.
    pub depth: usize,
    /// The entry as written, with its argument.
    pub restriction: String,
    /// `dunno`, `permit`, `reject`, `error`, `discard` or `none`.
    pub status: &'static str,
    /// Why it answered so.
    pub why: String,
    /// What it looked up, in order.
    pub looked_up: Vec<Lookup>,
    /// Its place.
    pub place: Option<Place>,
}

/// One look-up.
#[derive(Clone, Debug, Serialize)]
pub struct Lookup {
    /// Table, DNS name or server.
    pub r#in: String,
    /// The key.
    pub key: String,
    /// What was found; null: nothing.
    pub found: Option<String>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// Something that is not known.
#[derive(Clone, Debug, Serialize)]
pub struct MissingAnswer {
    /// As `--assume` takes it.
    pub question: String,
    /// What it is.
    pub text: String,
    /// Answers that lead to different replies, as `--assume` takes them; empty
    /// where no word stands for them.
    pub answers: Vec<String>,
}

/// One of several answers that there can be.
#[derive(Clone, Debug, Serialize)]
pub struct PossibleReply {
    /// The reply code.
    pub code: u16,
    /// The enhanced status code.
    pub dsn: Option<String>,
    /// `permit`, `defer` or `reject`.
    pub verdict: &'static str,
    /// The text behind the code.
    pub text: String,
    /// What decides.
    pub decided_by: Option<Decided>,
    /// The answers that lead there.
    pub r#if: Vec<Condition>,
}

/// An answer to something that is not known.
#[derive(Clone, Debug, Serialize)]
pub struct Condition {
    /// What is not known.
    pub question: String,
    /// The answer, as `--assume` takes it.
    pub answer: String,
}
