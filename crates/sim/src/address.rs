//! How an address is read, rewritten and resolved before anything is looked up.

use crate::{Config, Missing};
use std::rc::Rc;

/// What trivial-rewrite(8) makes of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The address after rewriting, in small letters, as tables are asked.
    pub address: String,
    /// Its address class.
    pub class: Class,
    /// Whether the part before the last `@` still holds `@`, `!` or `%`.
    pub is_routed: bool,
    /// The address can't be resolved for good: 501.
    pub is_error: bool,
    /// A table failed on the way: 451.
    pub fails: bool,
    /// Delivery agent: `smtp`, `error` …
    pub transport: String,
    /// What it delivers to.
    pub nexthop: String,
}

/// Address classes of Postfix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// mydestination, and own addresses.
    Local,
    /// virtual_alias_domains.
    Alias,
    /// virtual_mailbox_domains.
    Virtual,
    /// relay_domains.
    Relay,
    /// Any other domain.
    Default,
}

/// What smtpd reads in `MAIL FROM:<…>` or `RCPT TO:<…>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// The address, without source route and quotes as smtpd keeps it.
    Address(String),
    /// A syntax error: code, enhanced code, text.
    Error(u16, &'static str, String),
}

impl Config<'_> {
    /// Rewrites and resolves an address for a message from `sender`.
    pub fn resolve(&self, _sender: &str, _address: &str) -> Result<Rc<Resolved>, Missing> {
        unimplemented!("rewriting and resolving")
    }

    /// Whether the address is one of `mydomain`'s users, as
    /// `reject_unlisted_recipient` asks: which reply refuses it, if one does.
    pub(crate) fn unlisted(&self, _address: &str, _as_sender: bool) -> Result<Listed, Missing> {
        unimplemented!("unlisted addresses")
    }

    pub(crate) fn read_envelope(&self, sent: &str, may_be_empty: bool, _smtputf8: bool) -> Read {
        self.read_address(sent, may_be_empty)
    }

    /// Reads the address of MAIL or RCPT as it was sent.
    pub(crate) fn read_address(&self, _sent: &str, _may_be_empty: bool) -> Read {
        Read::Address(_sent.trim_start_matches('<').trim_end_matches('>').to_owned())
    }
}

/// What the check of unlisted addresses comes to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Listed {
    /// The address exists, as far as the tables tell.
    Yes,
    /// Refused: code, enhanced code, and the reason after the subject.
    No(u16, &'static str, String),
    /// A table failed: 451 4.3.0.
    Fails,
}
