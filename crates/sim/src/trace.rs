//! What comes out of a simulation.

use crate::{Assumed, Missing};
use postproof_diag::{Span, Text};
use std::collections::BTreeSet;

/// The answers to one session.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// One for each command that the client got to send, in order.
    pub replies: Vec<Reply>,
    /// Every entry that was met, by its number ([`crate::EntryInfo`]), with
    /// what it answered; of many ways those of the first.
    pub visited: Vec<(u32, Status)>,
    /// Those of them that left something behind for later: a deferral if
    /// nothing refuses, a message held or filtered.
    pub marked: Vec<u32>,
    /// Whether the message is taken and thrown away.
    pub is_discarded: bool,
    /// What else becomes of the message, if it is taken; of many ways that of the first.
    pub handling: Handling,
}

/// What becomes of a message that no reply tells of.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handling {
    /// It is put on hold.
    pub is_held: bool,
    /// The filter that it is given to: a FILTER action, or `content_filter`.
    pub filter: Option<String>,
    /// The address that gets it in place of its recipients.
    pub redirect: Option<String>,
    /// Further recipients.
    pub copies: BTreeSet<String>,
    /// Headers that are put before it.
    pub headers: Vec<String>,
}

impl Handling {
    /// The same as actions of access(5).
    pub fn actions(&self) -> Vec<String> {
        let hold = self.is_held.then(|| "HOLD".to_owned());
        let filter = self.filter.iter().map(|next| format!("FILTER {next}"));
        let redirect = self.redirect.iter().map(|address| format!("REDIRECT {address}"));
        let copies = self.copies.iter().map(|address| format!("BCC {address}"));
        let headers = self.headers.iter().map(|header| format!("PREPEND {header}"));
        hold.into_iter().chain(filter).chain(redirect).chain(copies).chain(headers).collect()
    }
}

/// The answer to one command.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The command.
    pub command: Command,
    /// What was sent with it: the name of EHLO, the address of MAIL and RCPT.
    pub argument: String,
    /// Reply code; 0: the server closes the connection, or does not start.
    pub code: u16,
    /// Enhanced status code: `5.7.1`.
    pub dsn: Option<String>,
    /// The text after the codes.
    pub text: String,
    /// Accepted, refused, refused for now.
    pub verdict: Verdict,
    /// What decided.
    pub decider: Decider,
    /// Everything that was asked for this answer, in order.
    pub steps: Vec<Step>,
    /// What the answer depends on, where `verdict` is unknown.
    pub missing: Vec<Missing>,
    /// The answers that there can be, where `verdict` is unknown; empty otherwise.
    pub possible: Vec<Reply>,
    /// The answers to what is unknown that lead here: of one way, or of one of
    /// several possible answers.
    pub assumed: Vec<Assumed>,
    /// Why, where no entry of a list decided: a clause.
    pub why: Option<Text>,
}

/// Commands and moments at which the server answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// The greeting.
    #[default]
    Connect,
    /// EHLO or HELO.
    Helo,
    /// STARTTLS.
    StartTls,
    /// AUTH.
    Auth,
    /// ETRN.
    Etrn,
    /// VRFY.
    Vrfy,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// The end of the message.
    EndOfData,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// 2xx or 3xx.
    Permit,
    /// 4xx.
    Defer,
    /// 5xx, or the connection is closed.
    Reject,
    /// What is missing decides.
    #[default]
    Unknown,
}

/// What decided an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decider {
    /// The list's parameter, or `builtin`, `defer_if_permit`, `default`,
    /// `smtpd_reject_unlisted_recipient`, `smtpd_reject_unlisted_sender`; empty
    /// where one of several decides the same, and what is missing says which.
    pub list: &'static str,
    /// Which entry of the list, from 0; a restriction and its argument are one,
    /// `warn_if_reject` is one of its own.
    pub index: Option<usize>,
    /// The entry's restriction as smtpd names it in its log; a bare
    /// `type:table` by itself.
    pub restriction: Option<String>,
    /// Its place.
    pub span: Option<Span>,
}

/// One thing that was asked.
#[derive(Clone, Debug)]
pub struct Step {
    /// The list's parameter.
    pub list: &'static str,
    /// Index of the entry in the list; steps of classes and of table results
    /// have the index of the entry that led to them.
    pub index: usize,
    /// 0 in the list itself; one more in each class or table result.
    pub depth: usize,
    /// The word as written, with its argument.
    pub name: String,
    /// Its place.
    pub span: Option<Span>,
    /// What it answered.
    pub status: Status,
    /// What was looked up for it, in order.
    pub looked: Vec<Looked>,
    /// Why it answered so: a short clause.
    pub why: Text,
}

/// What an entry answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Goes on.
    Dunno,
    /// Ends the list.
    Permit,
    /// Refuses the command.
    Reject,
    /// A fault of a table, server or the configuration refuses the command.
    Error,
    /// Takes the mail and throws it away.
    Discard,
    /// Had nothing to say: `warn_if_reject`.
    None,
}

/// One look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The table (`hash:/etc/postfix/access`), DNS name and type (`dns:mx:example.com`), or server.
    pub place: String,
    /// The key.
    pub key: String,
    /// What was found; nothing: not there.
    pub found: Option<String>,
    /// Where the entry stands that was found.
    pub span: Option<Span>,
}

impl Outcome {
    /// The reply that decides what becomes of the mail: the first of greeting,
    /// MAIL, RCPT, DATA and end of data that does not accept, else the last.
    pub fn decisive(&self) -> Option<&Reply> {
        let counts = |reply: &&Reply| reply.verdict != Verdict::Permit && Self::decides(reply.command);
        self.replies.iter().find(counts).or(self.replies.last())
    }

    /// Whether a refusal of the command ends the mail. A client may go on after
    /// any other.
    pub(crate) const fn decides(command: Command) -> bool {
        match command {
            Command::Connect | Command::Mail | Command::Rcpt | Command::Data | Command::EndOfData => true,
            Command::Helo | Command::StartTls | Command::Auth | Command::Etrn | Command::Vrfy => false,
        }
    }
}

impl Verdict {
    /// The meaning of a reply code.
    pub fn of(code: u16) -> Self {
        match code {
            1..400 => Verdict::Permit,
            400..500 => Verdict::Defer,
            _ => Verdict::Reject,
        }
    }
}
