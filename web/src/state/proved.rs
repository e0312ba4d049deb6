//! What is proved of the host shown, and whether there is more to prove.

use super::given::PROVABLE;
use super::{State, View};
use postproof_engine::prove::Proofs;
use std::rc::Rc;

/// What is proved of a host.
#[derive(Clone, Debug)]
pub(crate) struct Proved {
    revision: u32,
    host: usize,
    services: Vec<Rc<Proofs>>,
}

impl State {
    /// What was proved of the host shown, for the last answer.
    fn proved(&self) -> &[Rc<Proofs>] {
        let is_ours = |proved: &&Proved| {
            proved.host == self.host && self.checked.as_ref().is_some_and(|(_, revision)| *revision == proved.revision)
        };
        self.proved.as_ref().filter(is_ours).map(|proved| proved.services.as_slice()).unwrap_or_default()
    }

    /// How many services of the host are proved.
    pub(crate) fn proofs_done(&self) -> usize {
        self.proved().len()
    }

    /// The proofs of the host shown, once all are there.
    pub(crate) fn proofs(&self) -> Option<&[Rc<Proofs>]> {
        let done = self.proved();
        let is_complete = self.the_host().is_some_and(|host| crate::look::is_complete(host, done.len()));
        (is_complete && !done.is_empty()).then_some(done)
    }

    /// Whether there is more to prove now.
    pub(crate) fn wants_proofs(&self) -> bool {
        let is_open = |host| !crate::look::is_complete(host, self.proofs_done());
        self.view == View::Overview
            && !self.is_stale()
            && self.size() <= PROVABLE
            && self.the_host().is_some_and(is_open)
    }

    pub(super) fn add_proofs(&mut self, proofs: Rc<Proofs>, revision: u32, host: usize) {
        let mut services = match self.proved.take() {
            Some(proved) if (proved.revision, proved.host) == (revision, host) => proved.services,
            Some(_) | None => Vec::new(),
        };
        services.push(proofs);
        self.proved = Some(Proved { revision, host, services });
    }
}
