//! What a service makes of its parameters while it is overloaded.

use crate::{Exposure, Model, ServiceId};
use postproof_catalog::{ParamKind, param};
use postproof_diag::SourceText;
use postproof_syntax::master_cf::Override;
use std::sync::OnceLock;

const STRESS: &str = "stress";

impl Model {
    /// The configuration with which master(8) starts a service that the network reaches
    /// once all its processes are busy; nothing where it says nothing else but numbers
    /// and times then.
    // STRESS_README; master_ent.c puts `-o stress=` before the options of master.cf.
    pub fn under_stress(&self, service: ServiceId) -> Option<Self> {
        let at = self.services.iter().position(|one| one.id == service)?;
        let own = self.services.get(at)?;
        let is_reached = matches!(own.exposure, Exposure::Network | Exposure::Passed);
        if !is_reached || own.option(STRESS).is_some() || self.main.contains_key(STRESS) {
            return None;
        }
        let written = self.main.iter().map(|(name, written)| (name.as_str(), &written.value, written.span));
        let options = own.overrides.iter().map(|one| (one.name.as_str(), &one.value, one.span));
        let (_, _, span) = written.chain(options).find(|(name, value, _)| decides(name, value))?;
        let value = SourceText::unplaced("yes");
        let mut model = self.clone();
        model
            .services
            .get_mut(at)?
            .overrides
            .insert(0, Override { name: STRESS.to_owned(), name_span: span, value, span });
        model.uses = OnceLock::new();
        Some(model)
    }
}

/// Whether a value depends on stress, and is more than a number.
fn decides(name: &str, value: &SourceText) -> bool {
    const NUMBERS: [ParamKind; 4] = [ParamKind::Int, ParamKind::Long, ParamKind::Time, ParamKind::ExpandedInt];
    let asks = ["$stress", "${stress", "$(stress"].iter().any(|form| value.as_str().contains(form));
    asks && param(name).is_none_or(|known| !NUMBERS.contains(&known.kind))
}
