//! Logged-in users send as themselves only.

use super::search::{Aim, is_delivered, is_logged_in, may_be_delivered};
use super::{Claim, Cx, Proof, Verdict};
use postproof_diag::Text;
use postproof_sim::{Finding, Outcome, Session, Var};

impl Cx<'_, '_> {
    /// No recipient is accepted for a sender that is not the login's.
    pub(super) fn own_senders_only(&self) -> Proof {
        let is_bad = |outcome: &Outcome| is_logged_in(outcome) && is_delivered(outcome);
        let may_be_bad = |outcome: &Outcome| is_logged_in(outcome) && may_be_delivered(outcome);
        let logins = self.everybody().of(Var::Login);
        let mut proof: Option<Proof> = None;
        for login in logins.into_iter().filter(|at| !self.universe.is_free(Var::Login, *at)) {
            let Some(name) = self.universe.get(Var::Login, login).and_then(|session| session.login.as_deref()) else {
                continue;
            };
            let aim = Aim {
                claim: Claim::OwnSendersOnly,
                is_bad: &is_bad,
                may_be_bad: &may_be_bad,
                narrow: &|crowd| {
                    crowd.keep(Var::Login, &|at| at == login);
                    self.keep(crowd, Var::Sender, &|session| self.is_other(session, name));
                    self.keep(crowd, Var::Recipient, &|session| {
                        session.recipients.first().is_some_and(|address| address != "postmaster")
                    });
                },
            };
            let more = self.decide(&aim, true);
            let is_over = matches!(more.verdict, Verdict::Fails(_));
            proof = Some(match proof {
                Some(proof) => proof.and(more),
                None => more,
            });
            if is_over {
                break;
            }
        }
        let mut proof = proof.unwrap_or_else(|| Proof::holds(Claim::OwnSendersOnly));
        if !self.walker.config.yes("smtpd_sasl_auth_enable") {
            proof.notes.push(Text::fixed("nobody can log in to this service", "이 서비스에는 로그인할 수 없습니다"));
        } else if !matches!(proof.verdict, Verdict::Fails(_)) {
            for one in self.shared_senders() {
                proof.add_exception(one);
            }
        }
        proof
    }

    /// Whether a message goes out in the name of somebody, and not of the login.
    fn is_other(&self, session: &Session, login: &str) -> bool {
        let sender = session.sender.as_deref().and_then(|sender| self.kept(sender, true));
        let Some(sender) = sender.filter(|sender| !sender.is_empty()) else { return false };
        let written = self.as_queued(&sender).filter(|written| !written.is_empty()).unwrap_or(sender);
        // A table that is not known does not list a sender as the claim has it.
        let owns = |key: &str| match self.walker.config.look_up_in("smtpd_sender_login_maps", key, false).finding() {
            Finding::Text(owners) => owners.split([',', ' ', '\t']).any(|owner| owner.eq_ignore_ascii_case(login)),
            Finding::No
            | Finding::Yes
            | Finding::Temporary
            | Finding::Broken
            | Finding::Case(_)
            | Finding::Unknown(_) => false,
        };
        !crate::candidates::owner_keys(self.walker.config, &written).iter().any(|key| owns(key))
    }
}
