//! The restriction lists of one session, as smtpd_check.c walks them.

mod access;
mod action;
mod certificate;
mod domains;
mod filter;
mod find;
mod lists;
mod login;
mod macros;
mod names;
mod policy;
mod program;
mod rbl;
mod reject;
mod servers;
mod stages;
mod start;
#[cfg(test)]
mod tests;
mod why;
mod word;

pub use program::EntryInfo;
pub(crate) use program::Programs;
pub(crate) use start::start_up_fault;

use crate::trace::{Command, Decider, Handling, Status, Step};
use crate::{Config, Who};
use reject::Deferral;
use std::rc::Rc;

/// What the checks remember from command to command of one session.
pub(crate) struct Checks<'c, 'w, 'm> {
    pub(crate) config: &'c Config<'c>,
    pub(crate) who: &'w mut Who<'m>,
    /// Everything asked since it was last taken.
    pub(crate) steps: Vec<Step>,
    /// What an accepting answer was decided by: the last entry that permitted
    /// since the last check of a command began.
    pub(crate) permitted: Option<Decider>,
    /// What is known of the session so far.
    pub(crate) so_far: SoFar,
    /// Whether steps and texts are made. A proof does without.
    pub(crate) is_traced: bool,
    /// Each entry met, by its number, and what it answered.
    pub(crate) visited: Vec<(u32, Status)>,
    /// Entries that left something behind for later.
    pub(crate) marked: Vec<u32>,
    /// Whether [`MAX_VISITS`] or [`MAX_DEPTH`] was reached, where smtpd itself
    /// runs out of stack or time.
    pub(crate) is_cut: bool,
    state: State,
}

/// Entries that the checks of one command meet at most. Classes that name each
/// other twice double at each level; smtpd goes on until its watchdog ends it.
pub(crate) const MAX_VISITS: usize = 100_000;

/// How deep lists may nest. smtpd stops table results at 100, and classes
/// nowhere: one that holds itself ends it.
pub(crate) const MAX_DEPTH: u32 = 250;

/// What the client has said so far, and what the server took of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct SoFar {
    /// HELO was accepted.
    pub(crate) helo: bool,
    /// TLS is up.
    pub(crate) tls: bool,
    /// Logged in.
    pub(crate) login: bool,
    /// The sender that was accepted.
    pub(crate) sender: Option<String>,
    /// Recipients that were accepted.
    pub(crate) recipients: usize,
    /// An access table or policy server said DISCARD.
    pub(crate) discard: bool,
    /// What they said is to be done with the message.
    pub(crate) handling: Handling,
    /// The client spoke when it was not its turn.
    pub(crate) ill_pipelining: bool,
    /// MAIL said SMTPUTF8.
    pub(crate) smtputf8: bool,
    /// The domain of ETRN.
    pub(crate) etrn: Option<String>,
    /// The server asks for client certificates.
    pub(crate) asks_certificate: bool,
}

/// A refusal by the checks. Code 0: the connection is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: u16,
    pub(crate) dsn: String,
    pub(crate) text: String,
    pub(crate) decider: Decider,
}

/// What the functions of smtpd_check.c share.
#[derive(Debug)]
struct State {
    /// The command that is asked about.
    command: Command,
    recursion: u32,
    /// The depth at which `warn_if_reject` was met; 0: not at work.
    warn_if_reject: u32,
    defer_if_reject: Option<Deferral>,
    /// The first reason, which stays while the flag is taken back and set again.
    defer_if_permit: Option<Deferral>,
    defers_if_permit: bool,
    client_defers: bool,
    helo_defers: bool,
    sender_defers: bool,
    sender_is_listed: bool,
    recipient_is_listed: bool,
    has_sender: bool,
    has_helo: bool,
    has_recipient: bool,
    has_etrn: bool,
    /// How many default actions of policy servers are at work.
    policy_depth: u32,
    /// The entry of a list that is at work.
    entry: Decider,
    error: Option<Refusal>,
    /// Entries met for this command.
    visits: usize,
    /// How often something was left behind for later.
    marks: usize,
    /// The last recipient asked about, and the first one accepted.
    asked: Option<String>,
    first: Option<String>,
}

/// What a restriction answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Dunno,
    Ok,
    Reject,
    /// A list failed: 451 4.3.0.
    Fails,
    /// A list is broken: 451 4.3.5.
    Broken,
}

/// The end of all checks of a command, from wherever it is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Jump {
    /// The refusal is made.
    Refused,
    /// The connection is closed without a reply.
    Closed,
}

type Checked<T = Answer> = Result<T, Jump>;

/// What comes after an entry was looked at.
enum Next {
    Done(Answer),
    /// A list must be walked first.
    List(Rc<program::Program>, word::Subject, Then),
}

/// What is made of an answer afterwards.
#[derive(Clone, Copy, Debug, Default)]
struct Then {
    /// OK is an error (smtpd_check.c, forbid_allowlist).
    forbids_ok: bool,
    /// OK is no answer for a recipient with a route in it.
    is_recipient: bool,
    /// It came instead of a policy server's answer.
    is_policy_default: bool,
    /// The next key of a certificate, from 1.
    next_key: usize,
}

impl<'c, 'w, 'm> Checks<'c, 'w, 'm> {
    /// The checks of a session that begins.
    pub(crate) fn new(config: &'c Config<'c>, who: &'w mut Who<'m>, is_traced: bool) -> Self {
        config.keep_looked(is_traced);
        Self {
            config,
            who,
            steps: Vec::new(),
            permitted: None,
            so_far: SoFar::default(),
            is_traced,
            visited: Vec::new(),
            marked: Vec::new(),
            is_cut: false,
            state: State {
                command: Command::Connect,
                recursion: 0,
                warn_if_reject: 0,
                defer_if_reject: None,
                defer_if_permit: None,
                defers_if_permit: false,
                client_defers: false,
                helo_defers: false,
                sender_defers: false,
                sender_is_listed: false,
                recipient_is_listed: false,
                has_sender: false,
                has_helo: false,
                has_recipient: false,
                has_etrn: false,
                policy_depth: 0,
                entry: Decider { list: "builtin", index: None, restriction: None, span: None },
                error: None,
                visits: 0,
                marks: 0,
                asked: None,
                first: None,
            },
        }
    }
}
