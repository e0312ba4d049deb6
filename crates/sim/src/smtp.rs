//! The commands of a session, as smtpd.c answers them.

use crate::{Config, Outcome, Session, Who};

/// Plays one run: the session of `who` against the service. For proofs and
/// for [`simulate`], which plays every way that unknown answers allow.
pub fn play(_config: &Config<'_>, _who: &mut Who<'_>) -> Outcome {
    unimplemented!("the commands")
}

/// The answers to one session. Where something is not known, the answers of
/// all ways are laid together: a reply that all agree on is certain.
pub fn simulate(_config: &Config<'_>, _session: &Session) -> Forked {
    unimplemented!("the commands")
}

/// A session with unknown answers.
#[derive(Clone, Debug)]
pub struct Forked {
    /// What is certain, with `unknown` where the ways differ.
    pub outcome: Outcome,
    /// Whether there were more ways than are followed.
    pub is_cut: bool,
}
