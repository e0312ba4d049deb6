//! Outsiders can't send as one of the own domains.

use super::search::{Aim, is_delivered, may_be_delivered};
use super::{Claim, Cx, Proof};
use postproof_diag::Text;
use postproof_sim::{Session, Var};

impl Cx<'_, '_> {
    /// No stranger gets a recipient accepted for a sender of an own domain.
    pub(super) fn own_domains_protected(&self) -> Proof {
        let aim = Aim {
            claim: Claim::OwnDomainsProtected,
            is_bad: &is_delivered,
            may_be_bad: &may_be_delivered,
            narrow: &|crowd| {
                self.keep(crowd, Var::Sender, &|session| self.is_sent_as_own(session));
                self.keep(crowd, Var::Recipient, &|session| {
                    session.recipients.first().is_some_and(|address| !address.eq_ignore_ascii_case("postmaster"))
                });
            },
        };
        let mut all = self.everybody();
        (aim.narrow)(&mut all);
        let mut proof = self.decide(&aim, true);
        if all.is_empty() {
            proof.notes.push(Text::fixed("there is no domain of your own", "이 서버의 도메인이 없습니다"));
        }
        proof
    }

    /// Whether the message goes out in the name of an own domain, or of one below.
    fn is_sent_as_own(&self, session: &Session) -> bool {
        let sender = session.sender.as_deref().and_then(|sender| self.kept(sender, true));
        let Some(sender) = sender.filter(|sender| !sender.is_empty() && sender.contains('@')) else { return false };
        let written = self.as_queued(&sender).unwrap_or(sender);
        let Some((_, domain)) = written.rsplit_once('@') else { return false };
        let domain = domain.trim_end_matches('.').to_ascii_lowercase();
        // `user%other.example@own.example` is an address of other.example to Postfix itself.
        let is_routed = self.walker.config.resolve("", &written).is_ok_and(|resolved| {
            let leads_to = resolved.address.rsplit_once('@').map_or("", |(_, domain)| domain);
            !leads_to.eq_ignore_ascii_case(&domain)
        });
        if is_routed {
            return false;
        }
        // Nobody takes the host's own name without a domain, or an address, for somebody's domain.
        let last = domain.rsplit('.').next().unwrap_or(&domain);
        !matches!(last, "localhost" | "localdomain")
            && domain.contains('.')
            && !domain.starts_with('[')
            && (self.universe.own.lists(&domain) || self.is_listed_as_own(&domain))
    }

    /// Whether a table that was not given has a domain, as the claim's world has it.
    fn is_listed_as_own(&self, domain: &str) -> bool {
        let is_open = self.universe.own.open.iter().any(|(_, _, example)| example == domain);
        !is_open && !domain.ends_with(crate::candidates::FOREIGN_DOMAIN) && self.is_own(&format!("someone@{domain}"))
    }

    /// A sender as it stands in the queue file; nothing where that is not known.
    pub(super) fn as_queued(&self, sender: &str) -> Option<String> {
        self.walker.config.queued_sender(sender).ok().map(|queued| queued.sender)
    }
}
