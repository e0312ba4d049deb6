//! Every recipient of the own domains is validated.

use super::search::{Found, Goal, is_delivered, may_be_delivered};
use super::{Claim, Cx, Proof};
use crate::candidates::NOBODY;
use crate::vocabulary::LISTED;
use postproof_diag::Text;
use postproof_sim::{Finding, Session, Var};

impl Cx<'_, '_> {
    /// No stranger gets a recipient accepted that no table lists.
    pub(super) fn recipients_validated(&self) -> Proof {
        let goal = Goal { is_bad: &is_delivered, may_be_bad: &may_be_delivered };
        let mut crowd = self.strangers();
        self.keep(&mut crowd, Var::Recipient, &|session| self.is_nobody(session));
        let mut found = Found::default();
        let has_any = !crowd.is_empty();
        self.search(vec![crowd], &goal, &mut found);
        let mut proof = found.conclude(Claim::RecipientsValidated);
        if !has_any {
            proof.notes.push(Text::fixed(
                "there is no domain of your own in which a user could be unknown",
                "없는 사용자가 있을 수 있는 자기 도메인이 없습니다",
            ));
        }
        proof
    }

    /// Whether the recipient is in an own domain and nothing that is known lists it.
    fn is_nobody(&self, session: &Session) -> bool {
        let Some(address) = session.recipients.first().and_then(|sent| self.kept(sent, false)) else { return false };
        if !address.starts_with(NOBODY) || !self.is_own(&address) {
            return false;
        }
        let config = self.walker.config;
        // As tables are asked: `user@example.com.` is `user@example.com`.
        let resolved = config.resolve("", &address).map(|resolved| resolved.address.to_ascii_lowercase());
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
