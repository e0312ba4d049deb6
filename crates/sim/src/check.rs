//! The restriction lists of one session, as smtpd_check.c walks them.

use crate::trace::{Decider, Step};
use crate::{Config, Who};

/// What the checks remember from command to command of one session.
pub(crate) struct Checks<'c, 'w, 'm> {
    pub(crate) config: &'c Config<'c>,
    pub(crate) who: &'w mut Who<'m>,
    /// Everything asked since it was last taken.
    pub(crate) steps: Vec<Step>,
    /// What an accepting answer was decided by: the last entry that permitted.
    pub(crate) permitted: Option<Decider>,
    /// What is known of the session so far.
    pub(crate) so_far: SoFar,
}

/// What of the restriction lists stops smtpd.
pub(crate) fn start_up_fault(_config: &Config<'_>) -> Option<crate::StartUpFault> {
    None
}

impl<'c, 'w, 'm> Checks<'c, 'w, 'm> {
    pub(crate) fn new(config: &'c Config<'c>, who: &'w mut Who<'m>, _is_traced: bool) -> Self {
        Self { config, who, steps: Vec::new(), permitted: None, so_far: SoFar::default() }
    }
}

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
    /// The client spoke when it was not its turn.
    pub(crate) ill_pipelining: bool,
    /// MAIL said SMTPUTF8.
    pub(crate) smtputf8: bool,
    /// The domain of ETRN.
    pub(crate) etrn: Option<String>,
    /// The server asks for client certificates.
    pub(crate) asks_certificate: bool,
}

/// A refusal by the checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: u16,
    pub(crate) dsn: String,
    pub(crate) text: String,
    pub(crate) decider: Decider,
}

impl Checks<'_, '_, '_> {
    /// smtpd_check_client.
    pub(crate) fn client(&mut self) -> Option<Refusal> {
        None
    }
    /// smtpd_check_helo.
    pub(crate) fn helo(&mut self) -> Option<Refusal> {
        None
    }
    /// smtpd_check_mail.
    pub(crate) fn mail(&mut self) -> Option<Refusal> {
        None
    }
    /// smtpd_check_rcpt, for RCPT and VRFY.
    pub(crate) fn rcpt(&mut self) -> Option<Refusal> {
        None
    }
    /// smtpd_check_etrn.
    pub(crate) fn etrn(&mut self) -> Option<Refusal> {
        None
    }
    /// smtpd_check_data.
    pub(crate) fn data(&mut self) -> Option<Refusal> {
        None
    }
    /// smtpd_check_eod.
    pub(crate) fn end_of_data(&mut self) -> Option<Refusal> {
        None
    }
}
