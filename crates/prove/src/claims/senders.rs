//! Logged-in users send as themselves only.

use super::search::{Found, Goal, is_delivered, is_logged_in, may_be_delivered};
use super::{Claim, Cx, Proof};
use postproof_diag::Text;
use postproof_sim::{Crowd, Finding, Outcome, Session, Var};

impl Cx<'_, '_> {
    /// No recipient is accepted for a sender that is not the login's.
    pub(super) fn own_senders_only(&self) -> Proof {
        let is_bad = |outcome: &Outcome| is_logged_in(outcome) && is_delivered(outcome);
        let may_be_bad = |outcome: &Outcome| is_logged_in(outcome) && may_be_delivered(outcome);
        let goal = Goal { is_bad: &is_bad, may_be_bad: &may_be_bad };
        let mut found = Found::default();
        let logins = Crowd::all(&self.universe.candidates).of(Var::Login);
        for login in logins.into_iter().filter(|at| !self.universe.is_free(Var::Login, *at)) {
            let Some(name) = self.universe.get(Var::Login, login).and_then(|session| session.login.as_deref()) else {
                continue;
            };
            let mut crowd = self.everybody();
            crowd.keep(Var::Login, &|at| at == login);
            for var in [Var::Address, Var::Name] {
                crowd.keep(var, &|at| self.universe.is_free(var, at));
            }
            self.keep(&mut crowd, Var::Tls, &|session| session.certificate.is_none());
            self.keep(&mut crowd, Var::Sender, &|session| self.is_other(session, name));
            self.keep(&mut crowd, Var::Recipient, &|session| {
                session.recipients.first().is_some_and(|address| address != "postmaster")
            });
            self.search(vec![crowd], &goal, &mut found);
            if found.is_certain() {
                break;
            }
        }
        let mut proof = found.conclude(Claim::OwnSendersOnly);
        if !self.walker.config.yes("smtpd_sasl_auth_enable") {
            proof.notes.push(Text::fixed("nobody can log in to this service", "이 서비스에는 로그인할 수 없습니다"));
        }
        proof
    }

    /// Whether a sender is somebody, and not the login's own.
    fn is_other(&self, session: &Session, login: &str) -> bool {
        let sender = session.sender.as_deref().and_then(|sender| self.kept(sender, true));
        let Some(sender) = sender.filter(|sender| !sender.is_empty()) else { return false };
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
        !crate::candidates::owner_keys(self.walker.config, &sender).iter().any(|key| owns(key))
    }
}
