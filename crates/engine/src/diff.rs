//! Two configurations side by side: what is set, and what sessions come to.

use crate::provable;
use postproof_catalog as catalog;
use postproof_diag::{Span, Text};
use postproof_model::{Model, Scope, Service};
use postproof_prove::{Comparison, compare, differences};
use postproof_sim::{Config, Forked, Persona, Session, World, on_assumed_host, personas, simulate};
use std::collections::{BTreeMap, BTreeSet};

/// How two configurations differ.
#[derive(Clone, Debug)]
pub struct Diff {
    /// Parameters whose effective value differs, those of main.cf first.
    pub params: Vec<ParamDiff>,
    /// Services of master.cf that only one has.
    pub only: [Vec<OneSided>; 2],
    /// The smtpd services that both have.
    pub services: Vec<ServiceDiff>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct ParamDiff {
    /// The service in which it differs; nothing: main.cf.
    pub service: Option<String>,
    /// Its name.
    pub name: String,
    /// What it comes to on each side; nothing: the release has no such parameter.
    pub values: [Option<String>; 2],
    /// Where it is set; nothing: a default.
    pub places: [Option<Span>; 2],
}

/// A service that only one configuration has.
#[derive(Clone, Debug)]
pub struct OneSided {
    /// Its name as people say it.
    pub label: String,
    /// Whether it takes mail from clients.
    pub is_smtpd: bool,
    /// Its entry in master.cf.
    pub place: Option<Span>,
}

/// One smtpd service.
#[derive(Clone, Debug)]
pub struct ServiceDiff {
    /// Its name as people say it.
    pub label: String,
    /// Its entries in master.cf.
    pub places: [Option<Span>; 2],
    /// Typical sessions that end or are answered otherwise.
    pub personas: Vec<PersonaDiff>,
    /// What is so of all sessions.
    pub comparison: Comparison,
}

/// A typical session with two outcomes.
#[derive(Clone, Debug)]
pub struct PersonaDiff {
    /// Its short name.
    pub key: &'static str,
    /// Who tries what.
    pub title: Text,
    /// The session.
    pub session: Session,
    /// What comes out on each side.
    pub played: [Forked; 2],
}

/// Compares two configurations.
pub fn diff(old: &Model, new: &Model, service: Option<&str>, world: &World) -> Diff {
    let [old_services, new_services] = [old, new].map(by_label);
    let only = |own: &BTreeMap<String, &Service>, other: &BTreeMap<String, &Service>| -> Vec<OneSided> {
        let missing = own.iter().filter(|(label, _)| !other.contains_key(*label));
        let one = |(label, service): (&String, &&Service)| OneSided {
            label: label.clone(),
            is_smtpd: service.is_smtpd(),
            place: service.name_span.or(service.span),
        };
        missing.map(one).collect()
    };
    let wanted: BTreeSet<String> = provable(old, service).iter().map(|service| service.label()).collect();
    let both = provable(new, service).into_iter().filter_map(|service| {
        let label = service.label();
        let before = old_services.get(&label).filter(|_| wanted.contains(&label))?;
        Some((label, [*before, service]))
    });
    // What nobody tells of the host is the same on both sides.
    let [old_host, new_host] = [old, new].map(|model| on_assumed_host(model, world));
    let models = [old_host.as_ref().unwrap_or(old), new_host.as_ref().unwrap_or(new)];
    Diff {
        params: params([old, new], [&old_services, &new_services]),
        only: [only(&old_services, &new_services), only(&new_services, &old_services)],
        services: both.map(|(label, services)| compared(label, models, services, world)).collect(),
    }
}

fn by_label(model: &Model) -> BTreeMap<String, &Service> {
    model.services.iter().map(|service| (service.label(), service)).collect()
}

fn compared(label: String, models: [&Model; 2], services: [&Service; 2], world: &World) -> ServiceDiff {
    let [old, new] = [0, 1].map(|side: usize| {
        let (model, service) = if side == 0 { (models[0], services[0]) } else { (models[1], services[1]) };
        Config::new(model, service.id, world)
    });
    ServiceDiff {
        label,
        places: services.map(|service| service.name_span.or(service.span)),
        personas: typical(models, services, world),
        comparison: compare(&old, &new),
    }
}

/// The typical sessions of both whose outcome differs.
fn typical(models: [&Model; 2], services: [&Service; 2], world: &World) -> Vec<PersonaDiff> {
    let [old_model, new_model] = models;
    let [old_service, new_service] = services;
    let old = personas(&Config::new(old_model, old_service.id, world));
    let new = personas(&Config::new(new_model, new_service.id, world));
    let mut all: Vec<&Persona> = old.iter().collect();
    let known: Vec<&Session> = all.iter().map(|persona| &persona.session).collect();
    // A new domain or network makes sessions that did not exist before.
    all.extend(new.iter().filter(|persona| !known.contains(&&persona.session)));
    let mut found = Vec::new();
    for persona in all {
        let mut world = world.clone();
        // What one side refuses early, the other may have to ask about.
        let same = new.iter().filter(|other| other.session == persona.session);
        world.assumed.extend(same.chain([persona]).flat_map(|one| one.assumed.clone()));
        let before = simulate(&Config::new(old_model, old_service.id, &world), &persona.session);
        let after = simulate(&Config::new(new_model, new_service.id, &world), &persona.session);
        if !differences(&before.outcome, &after.outcome).is_empty() {
            found.push(PersonaDiff {
                key: persona.key,
                title: persona.title.clone(),
                session: persona.session.clone(),
                played: [before, after],
            });
        }
    }
    found
}

fn params(models: [&Model; 2], services: [&BTreeMap<String, &Service>; 2]) -> Vec<ParamDiff> {
    let [old, new] = models;
    let mut names: BTreeSet<&str> = catalog::params().iter().map(|param| param.name).collect();
    for model in models {
        names.extend(model.main.keys().map(String::as_str));
    }
    let text =
        |model: &Model, scope: Scope, name: &str| model.value(scope, name).map(|value| value.text.as_str().to_owned());
    let mut found = Vec::new();
    let mut in_main: BTreeSet<&str> = BTreeSet::new();
    for name in &names {
        let values = [text(old, Scope::Main, name), text(new, Scope::Main, name)];
        if values[0] != values[1] && !is_derived(models, [Scope::Main; 2], name) {
            in_main.insert(name);
            let places = [place(old, Scope::Main, name), place(new, Scope::Main, name)];
            found.push(ParamDiff { service: None, name: (*name).to_owned(), values, places });
        }
    }
    let [old_services, new_services] = services;
    for (label, before) in old_services {
        let Some(after) = new_services.get(label) else { continue };
        let scopes = [Scope::Service(before.id), Scope::Service(after.id)];
        let options = before.overrides.iter().chain(&after.overrides).map(|option| option.name.as_str());
        for name in names.iter().copied().chain(options).collect::<BTreeSet<_>>() {
            let values = [text(old, scopes[0], name), text(new, scopes[1], name)];
            let as_in_main = [text(old, Scope::Main, name), text(new, Scope::Main, name)] == values;
            let is_news = values[0] != values[1] && !is_derived(models, scopes, name);
            if is_news && !(as_in_main && in_main.contains(name)) {
                let places = [place(old, scopes[0], name), place(new, scopes[1], name)];
                found.push(ParamDiff { service: Some(label.clone()), name: name.to_owned(), values, places });
            }
        }
    }
    found
}

/// Whether it is the same default on both sides, and only what it refers to differs.
fn is_derived([old, new]: [&Model; 2], scopes: [Scope; 2], name: &str) -> bool {
    let raw = |model: &Model, scope: Scope| {
        model.value(scope, name).filter(|value| !value.is_set()).map(|value| value.raw.as_str().to_owned())
    };
    let before = raw(old, scopes[0]);
    before.is_some() && before == raw(new, scopes[1])
}

fn place(model: &Model, scope: Scope, name: &str) -> Option<Span> {
    model.value(scope, name).filter(|value| value.is_set())?.span()
}
