//! One session through the lists: a stranger who asks to relay.
//!
//! It is one session, no proof. Where an answer is not known, every answer it
//! could be is kept in mind: the session counts as refused only if it is
//! refused whatever the unknown answers are. (A table that answers DISCARD
//! takes the mail and throws it away; that relays nothing, and counts as no
//! way past a refusal.)

mod answer;
mod guard;
mod lookup;
mod run;
mod session;
mod summary;

pub(crate) use run::{end_with, stranger};
pub(crate) use session::Stranger;

use ipnet::IpNet;
use postproof_diag::{Span, Text};
use postproof_model::Stage;
use std::net::IpAddr;

/// The session and its steps.
#[derive(Clone, Debug)]
pub struct Walk {
    /// The client's address: from a documentation network (RFC 5737) that is
    /// in none of the lists.
    pub client: String,
    /// What the client says at HELO.
    pub helo: String,
    /// The envelope sender.
    pub sender: String,
    /// The recipient, in a domain that is none of the server's.
    pub recipient: String,
    /// One step for each entry met, in the order asked.
    pub steps: Vec<Step>,
    /// How it ends.
    pub end: WalkEnd,
    /// The end in one sentence, with the assumptions it stands on.
    pub summary: Text,
}

/// One entry met.
#[derive(Clone, Debug)]
pub struct Step {
    /// The command at which its list stands.
    pub stage: Stage,
    /// The list.
    pub param: &'static str,
    /// Indexes of the entry: in the list's `entries`, then in `inner` of classes.
    pub path: Vec<usize>,
    /// Its name as written.
    pub name: String,
    /// Where it stands.
    pub span: Option<Span>,
    /// What it answered this session.
    pub state: StepState,
    /// Why, as a short clause: «not logged in».
    pub why: Text,
}

/// What an entry did in the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Asked, goes on.
    GoesOn,
    /// Ends this list.
    Permits,
    /// Refuses; the last step.
    Refuses,
    /// What it answers is not known here; the walk goes on as if it went on.
    Unknown,
    /// An earlier entry ended the list or the session.
    NotReached,
}

/// How the session ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WalkEnd {
    /// Refused at RCPT TO whatever the unknown answers are.
    Refused {
        /// Name of the entry that refuses.
        by: String,
        /// Its place, if it has one.
        span: Option<Span>,
        /// The list it stands in.
        param: &'static str,
        /// Reply code.
        code: u16,
        /// Enhanced status code.
        dsn: String,
    },
    /// Accepted: this session relays, and no answer was unknown.
    Accepted,
    /// Unknown answers decide; each a clause that names what is missing.
    Depends(Vec<Text>),
    /// smtpd does not start: it has no relay guard at all.
    DoesNotStart,
}

/// A network or an address as cidr_table(5) writes it.
fn network(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
