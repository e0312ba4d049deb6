//! Which findings are open, and which one the keys stand on.

use super::{Filter, State};
use postproof_engine::diag::{Diagnostic, Safety};
use std::collections::BTreeSet;

impl State {
    /// Whether a finding is open: the first is, until somebody closes it.
    pub(crate) fn is_open(&self, finding: usize) -> bool {
        let first = finding == 0 && self.filter == Filter::All;
        self.toggled.contains(&finding_key(self.findings(), finding)) != first
    }

    pub(super) fn step_focus(&mut self, by: isize) {
        let shown: Vec<usize> = (0..self.findings().len())
            .filter(|at| self.findings().get(*at).is_some_and(|finding| self.filter.takes(finding)))
            .collect();
        let now = self.focus.and_then(|focus| shown.iter().position(|at| *at == focus));
        let next = match now {
            Some(now) => now.saturating_add_signed(by).min(shown.len().saturating_sub(1)),
            None => 0,
        };
        self.focus = shown.get(next).copied();
    }
}

pub(super) fn flip(set: &mut BTreeSet<String>, key: String) {
    if !set.remove(&key) {
        set.insert(key);
    }
}

/// Whether a finding is decided and its fix may be made without thinking.
pub(crate) fn is_safe(finding: &Diagnostic) -> bool {
    finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe)
}

/// A name for a finding that lasts from one answer to the next.
pub(crate) fn finding_key(findings: &[Diagnostic], at: usize) -> String {
    let Some(finding) = findings.get(at) else { return String::new() };
    let nth = findings.iter().take(at).filter(|other| other.rule == finding.rule).count();
    format!("{} {nth}", finding.rule)
}
