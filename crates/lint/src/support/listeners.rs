//! Services that clients reach, and findings that several of them share.

use crate::Cx;
use postproof_diag::{Diagnostic, Label, Missing, Span, Text, text};
use postproof_model::{Exposure, Model, Presence, Scope, Service};

/// The smtpd services that hosts of the network reach, directly or through
/// postscreen.
pub(crate) fn exposed_smtpd<'m>(cx: &Cx<'m>) -> Vec<&'m Service> {
    cx.model.services.iter().filter(|service| service.is_smtpd() && is_exposed(cx, service)).collect()
}

/// Whether hosts of the network reach the service. One that takes over from
/// postscreen is as open as postscreen is.
pub(crate) fn is_exposed(cx: &Cx<'_>, service: &Service) -> bool {
    match service.exposure {
        Exposure::Network => true,
        Exposure::Passed => {
            let mut postscreens = cx.model.services.iter().filter(|service| service.command == "postscreen").peekable();
            postscreens.peek().is_none() || postscreens.any(|service| service.exposure == Exposure::Network)
        }
        Exposure::Loopback | Exposure::Socket => false,
    }
}

/// Whether lines of main.cf may exist that were not given.
pub(crate) fn main_cf_is_partial(cx: &Cx<'_>) -> bool {
    cx.model.given.main_cf != Presence::Whole
}

/// Whether the parameter could be set by a line that was not given, or its
/// value names a parameter that could be.
pub(crate) fn is_unseen(cx: &Cx<'_>, scope: Scope, param: &str) -> bool {
    let Some(value) = cx.model.value(scope, param).filter(|value| value.is_set()) else {
        return main_cf_is_partial(cx);
    };
    main_cf_is_partial(cx)
        && Model::names_in(value.raw.as_str())
            .iter()
            .any(|name| !cx.model.value(scope, name).is_some_and(|value| value.is_set()))
}

/// The rest of main.cf as a missing input: `what` says what it would tell.
pub(crate) fn missing_params(params: &[&str], what: Text) -> Missing {
    Missing { what, command: Some(format!("postconf {}", params.join(" "))) }
}

/// A fault that one or more services share.
pub(crate) struct Shared<'m, T> {
    /// Its place.
    pub(crate) span: Span,
    /// What the rule has to say of it, from the first service that has it.
    pub(crate) fault: T,
    /// The services that have it, in the order of master.cf.
    pub(crate) services: Vec<&'m Service>,
}

/// Asks `find` for the faults of each service and puts those of the same place
/// together.
pub(crate) fn share<'m, T>(
    services: Vec<&'m Service>,
    mut find: impl FnMut(&'m Service) -> Vec<(Span, T)>,
) -> Vec<Shared<'m, T>> {
    let mut all: Vec<Shared<'m, T>> = Vec::new();
    for service in services {
        for (span, fault) in find(service) {
            match all.iter_mut().find(|shared| shared.span == span) {
                Some(shared) if shared.services.iter().any(|known| known.id == service.id) => {}
                Some(shared) => shared.services.push(service),
                None => all.push(Shared { span, fault, services: vec![service] }),
            }
        }
    }
    all
}

/// Names the services of master.cf that a finding is about, unless there is
/// just an assumed one.
pub(crate) fn name_services(diagnostic: &mut Diagnostic, services: &[&Service]) {
    let labels: Vec<String> = services
        .iter()
        .filter(|service| !service.is_assumed())
        .map(|service| format!("`{}`", service.label()))
        .collect();
    let Some(span) = services.iter().find_map(|service| service.name_span) else { return };
    let names = labels.join(", ");
    let note = match labels.len() {
        1 => text!("the service {names} is affected", "{names} 서비스에 해당합니다"),
        _ => text!("the services {names} are affected", "다음 서비스에 해당합니다: {names}"),
    };
    if span != diagnostic.primary.span {
        diagnostic.related.push(Label::noted(span, note));
    }
}
