//! AUTH never without TLS.

use super::search::{Found, Goal, is_logged_in};
use super::{Claim, Cx, Proof};
use postproof_sim::{Crowd, Var};

impl Cx<'_, '_> {
    /// No AUTH command is accepted on a connection that is not encrypted.
    pub(super) fn auth_only_with_tls(&self) -> Proof {
        let is_encrypted = self.walker.config.yes("smtpd_tls_wrappermode");
        let goal = Goal { is_bad: &is_logged_in, may_be_bad: &is_logged_in };
        let mut found = Found::default();
        if !is_encrypted {
            let mut crowd = Crowd::all(&self.universe.candidates);
            self.keep(&mut crowd, Var::Tls, &|session| !session.tls);
            self.keep(&mut crowd, Var::Login, &|session| session.login.is_some());
            // What comes after AUTH does not matter.
            self.keep(&mut crowd, Var::Sender, &|session| session.sender.is_none());
            let first = crowd.of(Var::Recipient).first().copied();
            crowd.keep(Var::Recipient, &|at| Some(at) == first);
            self.search(vec![crowd], &goal, &mut found);
        }
        found.conclude(Claim::AuthOnlyWithTls)
    }
}
