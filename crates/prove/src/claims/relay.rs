//! No open relay.

use super::search::{Aim, is_delivered, may_be_delivered};
use super::{Claim, Cx, Proof};
use postproof_model::Model;
use postproof_sim::{Class, Crowd, Resolved, Session, Var};

impl Cx<'_, '_> {
    /// No stranger gets mail sent to a foreign domain; who else may is looked for on
    /// demand.
    pub(super) fn no_open_relay(&self, names_exceptions: bool) -> Proof {
        let aim = Aim {
            claim: Claim::NoOpenRelay,
            is_bad: &is_delivered,
            may_be_bad: &may_be_delivered,
            narrow: &|crowd| self.keep(crowd, Var::Recipient, &|session| self.leads_out(session)),
        };
        self.decide(&aim, names_exceptions)
    }

    /// Strangers whose recipient is somebody else's.
    pub(super) fn strangers_to_foreign(&self) -> Crowd {
        let mut strangers = self.strangers();
        self.keep(&mut strangers, Var::Recipient, &|session| self.leads_out(session));
        strangers
    }

    /// Whether mail to the recipient leaves, after all rewriting, for a domain that is not
    /// on the list and that the client chose.
    fn leads_out(&self, session: &Session) -> bool {
        // A bare `postmaster` is accepted before every list, for the server's own.
        let address = session.recipients.first().filter(|address| !address.eq_ignore_ascii_case("postmaster"));
        let Some(address) = address.and_then(|address| self.kept(address, false)) else { return false };
        let Ok(queued) = self.plain.queued("", &address) else {
            // A table that was not read maps to addresses that it fixes, as people write them.
            return self.is_foreign(&address);
        };
        if queued.refused.is_some() {
            return false;
        }
        queued.recipients.iter().filter(|one| !one.is_bcc).any(|one| {
            // `user%other.example` kept through an alias leads where the client says.
            let leads_on = || {
                let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase());
                one.local_is_clients && domain(&one.address) != domain(&one.resolved.address)
            };
            let is_chosen = one.via.is_empty() || one.domain_is_clients || leads_on();
            // What cleanup wrote is not written in full again: `localhost.` has lost its dot.
            let leaves = || match one.resolved.transport_unknown {
                None => !one.resolved.is_error && self.leaves(&one.resolved),
                Some(_) => self.is_foreign(&one.address),
            };
            is_chosen && leaves()
        })
    }

    /// An address as smtpd keeps it; nothing if it refuses its syntax.
    pub(super) fn kept(&self, sent: &str, is_sender: bool) -> Option<String> {
        self.walker.config.as_kept(sent, is_sender)
    }

    /// Whether mail to an address leaves for somebody else's domain.
    pub(super) fn is_foreign(&self, address: &str) -> bool {
        match self.plain.resolve("", address) {
            Ok(resolved) => !resolved.is_error && self.leaves(&resolved),
            // An address without a domain gets one that is not known, and with that
            // domain it is a candidate of its own, if it is a foreign one.
            Err(_) if !address.contains(['@', '!', '%']) => false,
            // What decides is not known: of a domain that is nobody's it is so.
            Err(_) => address.rsplit_once('@').is_none_or(|(_, domain)| !self.universe.own.has(domain)),
        }
    }

    /// Whether a resolved address is delivered to a host that the client chose.
    fn leaves(&self, resolved: &Resolved) -> bool {
        if resolved.is_routed {
            return matches!(resolved.class, Class::Relay | Class::Default);
        }
        let domain = resolved.address.rsplit_once('@').map_or("", |(_, domain)| domain);
        if self.universe.own.has(domain) {
            return false;
        }
        match resolved.class {
            Class::Default | Class::Relay => true,
            // A domain that the lists take and do not spell out: it leaves if SMTP delivers.
            Class::Local | Class::Virtual => is_smtp(self.plain.model, &resolved.transport),
            Class::Alias => false,
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

/// Whether a transport is the SMTP client.
fn is_smtp(model: &Model, transport: &str) -> bool {
    let service = model.services.iter().find(|service| service.name == transport && service.kind == "unix");
    service.map_or(matches!(transport, "smtp" | "relay"), |service| service.command == "smtp")
}
