//! Every recipient of the own domains is validated.

use super::search::{Aim, is_delivered, may_be_delivered};
use super::{Claim, Cx, Proof};
use crate::candidates::NOBODY;
use crate::vocabulary::LISTED;
use postproof_diag::Text;
use postproof_sim::{Class, Finding, Place, Session, Var};

impl Cx<'_, '_> {
    /// No stranger gets a recipient accepted that no table lists.
    pub(super) fn recipients_validated(&self) -> Proof {
        let aim = Aim {
            claim: Claim::RecipientsValidated,
            is_bad: &is_delivered,
            may_be_bad: &may_be_delivered,
            narrow: &|crowd| self.keep(crowd, Var::Recipient, &|session| self.bounces(session)),
        };
        let mut all = self.everybody();
        self.keep(&mut all, Var::Recipient, &|session| self.is_to_own(session));
        let mut proof = self.decide(&aim, true);
        for one in self.catch_alls() {
            proof.add_exception(one);
        }
        if all.is_empty() {
            proof.notes.push(Text::fixed(
                "there is no domain of your own in which a user could be unknown",
                "없는 사용자가 있을 수 있는 이 서버의 도메인이 없습니다",
            ));
        }
        proof
    }

    fn is_to_own(&self, session: &Session) -> bool {
        let address = session.recipients.first().and_then(|sent| self.kept(sent, false));
        address.is_some_and(|address| self.is_own(&address))
    }

    /// Whether mail to a recipient of an own domain ends, through all aliases, at an address
    /// that nothing lists.
    fn bounces(&self, session: &Session) -> bool {
        let Some(address) = session.recipients.first().and_then(|sent| self.kept(sent, false)) else { return false };
        if !self.is_own(&address) {
            return false;
        }
        let Ok(ends) = self.walker.config.ends_of("", &address) else { return self.is_nobody(&address) };
        ends.iter().filter(|end| !end.is_bcc).any(|end| match &end.place {
            Place::Address(address, resolved) => {
                let is_here = matches!(resolved.class, Class::Local | Class::Virtual | Class::Relay | Class::Alias);
                is_here && !resolved.is_routed && self.is_nobody(address)
            }
            // An address that is turned back on itself comes back to its sender.
            Place::Loop(_) => false,
            Place::Command(_) | Place::File(_) | Place::Include(_) | Place::Waits(_) | Place::TooMany => false,
        })
    }

    /// Whether an address is in an own domain and nothing that is known lists it.
    fn is_nobody(&self, address: &str) -> bool {
        if !self.is_own(address) {
            return false;
        }
        let config = self.walker.config;
        if !address.starts_with(NOBODY) {
            // Whoever else it is exists where no list says otherwise.
            return config.is_listed(address) == Finding::No;
        }
        // As tables are asked: `user@example.com.` is `user@example.com`.
        let resolved = config.resolve("", address).map(|resolved| resolved.address.to_ascii_lowercase());
        let address = resolved.unwrap_or_else(|_| address.to_ascii_lowercase());
        let is_listed = |param: &&'static str, key: &str, is_partial: bool| {
            matches!(config.look_up_in(param, key, is_partial).finding(), Finding::Text(_))
        };
        let at_domain = address.rsplit_once('@').map(|(_, domain)| format!("@{domain}")).unwrap_or_default();
        let lists = LISTED.iter().filter(|param| !matches!(**param, "transport_maps" | "relocated_maps"));
        let listing = |param: &&'static str| is_listed(param, &address, false) || is_listed(param, &at_domain, true);
        !lists.into_iter().any(listing)
    }
}
