//! What rules see, and where they report.

use crate::Rule;
use crate::support::dovecot::Dovecot;
use postproof_chain::Explanation;
use postproof_diag::{Diagnostic, SourceMap};
use postproof_dovecot::Reading;
use postproof_model::Model;
use std::cell::OnceCell;

/// What a rule may look at.
pub struct Cx<'a> {
    /// The given texts.
    pub sources: &'a SourceMap,
    /// The effective configuration of the host.
    pub model: &'a Model,
    /// The explained smtpd services.
    pub explanations: &'a [Explanation],
    dovecot: OnceCell<Option<Dovecot<'a>>>,
    reading: OnceCell<Option<Reading>>,
}

impl<'a> Cx<'a> {
    /// What the rules look at for one host.
    pub fn new(sources: &'a SourceMap, model: &'a Model, explanations: &'a [Explanation]) -> Self {
        Self { sources, model, explanations, dovecot: OnceCell::new(), reading: OnceCell::new() }
    }

    /// The given parts of Dovecot's configuration put together; built once.
    pub(crate) fn dovecot(&self) -> Option<&Dovecot<'a>> {
        self.dovecot.get_or_init(|| Dovecot::of(self)).as_ref()
    }

    /// The same as doveconf reads it, with what it refuses; read once.
    pub(crate) fn reading(&self) -> Option<&Reading> {
        self.reading.get_or_init(|| crate::support::dovecot::faults::read(self)).as_ref()
    }
}

/// Collects findings.
#[derive(Debug, Default)]
pub struct Sink {
    diagnostics: Vec<Diagnostic>,
}

impl Sink {
    /// Adds a finding of `rule`. Rule name, severity and sources are the
    /// rule's; the closure-free builder style keeps rules short:
    /// `out.report(&RULE, span, message, why)` gives the diagnostic to add to.
    pub fn report(
        &mut self,
        rule: &'static Rule,
        span: postproof_diag::Span,
        message: postproof_diag::Text,
        why: postproof_diag::Text,
    ) -> &mut Diagnostic {
        self.diagnostics.push(Diagnostic {
            rule: rule.name,
            severity: rule.severity,
            message,
            primary: postproof_diag::Label::bare(span),
            related: Vec::new(),
            why,
            help: None,
            fix: None,
            missing: Vec::new(),
            sources: rule.sources,
        });
        let last = self.diagnostics.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "the element was pushed just above")]
        &mut self.diagnostics[last]
    }

    /// All findings, in the order reported.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }
}
