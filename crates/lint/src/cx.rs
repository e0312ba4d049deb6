//! What rules see, and where they report.

use crate::Rule;
use crate::support::dovecot::Dovecot;
use crate::support::names::Uses;
use postproof_chain::Explanation;
use postproof_diag::{Diagnostic, SourceMap};
use postproof_dovecot::{Reading, anybody_logs_in};
use postproof_model::{Exposure, Model, Presence, Service, ServiceId};
use postproof_prove::{Around, DeadEntry, Glance, dead_in_glances, glances};
use postproof_sim::World;
use std::cell::OnceCell;

/// Ways that each question about a service may follow. What usual
/// configurations need is a fraction of it; a check must stay quick for the
/// others too, and `postproof prove` has the rest.
const MAX_WAYS: usize = 400;

/// Services of a host that are looked at; past it nothing is said of any.
const MAX_GLANCES: usize = 6;

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
    glances: OnceCell<Vec<Glance>>,
    uses: OnceCell<Uses>,
}

impl<'a> Cx<'a> {
    /// What the rules look at for one host.
    pub fn new(sources: &'a SourceMap, model: &'a Model, explanations: &'a [Explanation]) -> Self {
        Self {
            sources,
            model,
            explanations,
            dovecot: OnceCell::new(),
            reading: OnceCell::new(),
            glances: OnceCell::new(),
            uses: OnceCell::new(),
        }
    }

    /// The given parts of Dovecot's configuration put together; built once.
    pub(crate) fn dovecot(&self) -> Option<&Dovecot<'a>> {
        self.dovecot.get_or_init(|| Dovecot::of(self)).as_ref()
    }

    /// The same as doveconf reads it, with what it refuses; read once.
    pub(crate) fn reading(&self) -> Option<&Reading> {
        self.reading.get_or_init(|| crate::support::dovecot::faults::read(self)).as_ref()
    }

    /// Which names of parameters are used; collected once.
    pub(crate) fn uses(&self) -> &Uses {
        self.uses.get_or_init(|| Uses::of(self))
    }

    /// What is proved of the smtpd services that clients can connect to, at
    /// little cost; nothing where a part of main.cf may decide that was not given.
    pub fn glances(&self) -> &[Glance] {
        self.glances.get_or_init(|| {
            if !self.model.has_postfix() || self.model.given.main_cf != Presence::Whole {
                return Vec::new();
            }
            let services = self.model.services.iter().filter(|one| is_reachable(one));
            let services: Vec<ServiceId> = services.map(|service| service.id).collect();
            if services.len() > MAX_GLANCES {
                return Vec::new();
            }
            glances(self.model, &services, &World::default(), &self.around(), MAX_WAYS)
        })
    }

    /// What is known of the host besides Postfix.
    pub fn around(&self) -> Around {
        let open = self.reading().and_then(anybody_logs_in);
        Around { anybody_logs_in: open.map(|(_, why)| why) }
    }

    /// The entries that change nothing in any service that has them.
    pub(crate) fn dead(&self) -> Vec<DeadEntry> {
        dead_in_glances(self.glances())
    }

    /// What is proved, for others to use.
    pub fn into_glances(self) -> Vec<Glance> {
        self.glances();
        self.glances.into_inner().unwrap_or_default()
    }
}

fn is_reachable(service: &Service) -> bool {
    service.is_smtpd()
        && match service.exposure {
            Exposure::Network | Exposure::Loopback | Exposure::Passed => true,
            Exposure::Socket => false,
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
