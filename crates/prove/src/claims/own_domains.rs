//! Outsiders can't send as one of the own domains.

use super::search::{Found, Goal, is_delivered, may_be_delivered};
use super::{Claim, Cx, Proof};
use postproof_diag::Text;
use postproof_sim::Var;

impl Cx<'_, '_> {
    /// No stranger gets a recipient accepted for a sender of an own domain.
    pub(super) fn own_domains_protected(&self) -> Proof {
        let goal = Goal { is_bad: &is_delivered, may_be_bad: &may_be_delivered };
        let mut crowd = self.strangers();
        self.keep(&mut crowd, Var::Sender, &|session| {
            session
                .sender
                .as_deref()
                .is_some_and(|sender| !sender.is_empty() && sender.contains('@') && self.is_own(sender))
        });
        self.keep(&mut crowd, Var::Recipient, &|session| {
            session.recipients.first().is_some_and(|address| !address.eq_ignore_ascii_case("postmaster"))
        });
        let has_any = !crowd.is_empty();
        let mut found = Found::default();
        self.search(vec![crowd], &goal, &mut found);
        let mut proof = found.conclude(Claim::OwnDomainsProtected);
        if !has_any {
            proof.notes.push(Text::fixed("there is no domain of your own", "자기 도메인이 없습니다"));
        }
        proof
    }
}
