//! No open relay.

use super::search::{Found, Goal, is_delivered, may_be_delivered};
use super::{Claim, Cx, Proof, Verdict};
use postproof_sim::{Class, Crowd, Session, Var};

impl Cx<'_, '_> {
    /// No stranger gets a recipient of a foreign domain accepted; who else may is
    /// looked for on demand.
    pub(super) fn no_open_relay(&self, names_exceptions: bool) -> Proof {
        let goal = Goal { is_bad: &is_delivered, may_be_bad: &may_be_delivered };
        let foreign = |session: &Session| self.is_to_foreign(session);
        let strangers = self.strangers_to_foreign();
        let mut found = Found::default();
        self.search(vec![strangers.clone()], &goal, &mut found);
        let mut proof = found.conclude(Claim::NoOpenRelay);
        if names_exceptions && !matches!(proof.verdict, Verdict::Fails(_)) {
            let mut named = self.not_logged_in();
            self.keep(&mut named, Var::Recipient, &foreign);
            proof.exceptions = self.exceptions(named.without(&strangers), &goal);
            // Whom mynetworks names is meant to relay.
            let is_meant = |name: Option<&str>| matches!(name, Some("permit_mynetworks" | "permit_inet_interfaces"));
            proof.exceptions.retain(|one| !is_meant(one.decider.restriction.as_deref()));
        }
        proof
    }

    /// Strangers whose recipient is somebody else's.
    pub(super) fn strangers_to_foreign(&self) -> Crowd {
        let mut strangers = self.strangers();
        self.keep(&mut strangers, Var::Recipient, &|session| self.is_to_foreign(session));
        strangers
    }

    fn is_to_foreign(&self, session: &Session) -> bool {
        // A bare `postmaster` is accepted before every list, for the server's own.
        let address = session.recipients.first().filter(|address| !address.eq_ignore_ascii_case("postmaster"));
        address.and_then(|address| self.kept(address, false)).is_some_and(|address| self.is_foreign(&address))
    }

    /// An address as smtpd keeps it; nothing if it refuses its syntax.
    pub(super) fn kept(&self, sent: &str, is_sender: bool) -> Option<String> {
        self.walker.config.as_kept(sent, is_sender)
    }

    /// Whether mail to an address leaves for somebody else's domain.
    pub(super) fn is_foreign(&self, address: &str) -> bool {
        match self.plain.resolve("", address) {
            Ok(resolved) => {
                let is_relayed = resolved.is_routed && resolved.class == Class::Relay;
                !resolved.is_error && (resolved.class == Class::Default || is_relayed)
            }
            // An address without a domain gets one that is not known, and with that
            // domain it is a candidate of its own, if it is a foreign one.
            Err(_) if !address.contains(['@', '!', '%']) => false,
            // What decides is not known: of a domain that is nobody's it is so.
            Err(_) => true,
        }
    }

    /// Whether an address is in one of the own domains, for all that is known.
    pub(super) fn is_own(&self, address: &str) -> bool {
        match self.walker.config.resolve("", address) {
            Ok(resolved) => !resolved.is_error && !resolved.is_routed && resolved.class != Class::Default,
            // What the host calls itself or its addresses names nobody's domain.
            Err(missing) if missing.question.starts_with("host:") => false,
            Err(_) => !address.ends_with(crate::candidates::FOREIGN_DOMAIN) && address.contains('@'),
        }
    }
}
