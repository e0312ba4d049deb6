//! What rules see, and where they report.

use crate::Rule;
use postproof_chain::Explanation;
use postproof_diag::{Diagnostic, SourceMap};
use postproof_model::Model;

/// What a rule may look at.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    /// The given texts.
    pub sources: &'a SourceMap,
    /// The effective configuration of the host.
    pub model: &'a Model,
    /// The explained smtpd services.
    pub explanations: &'a [Explanation],
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
