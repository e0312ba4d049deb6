//! The effective configuration as rows, for text and JSON alike.

pub(crate) mod dovecot;

use postproof_catalog as catalog;
use postproof_engine::Host;
use postproof_model::{Model, Origin, Scope, Service};
use std::collections::{BTreeMap, BTreeSet};

/// The parameters of main.cf or of one service.
pub(crate) struct Section<'h> {
    /// The service; nothing: what holds wherever no option says otherwise.
    pub(crate) service: Option<&'h Service>,
    /// Its parameters by name.
    pub(crate) rows: Vec<Row>,
}

/// One parameter.
pub(crate) struct Row {
    pub(crate) name: String,
    /// Before `$name` expansion.
    pub(crate) written: String,
    /// After it; nothing where the host computes it.
    pub(crate) value: Option<String>,
    pub(crate) origin: Origin,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShowOptions<'a> {
    /// Only this service, with everything that holds in it.
    pub service: Option<&'a str>,
    /// Defaults as well.
    pub all: bool,
}

/// The sections of a host: main.cf first, then each service with what its
/// options change there. One service alone has all that holds in it.
pub(crate) fn sections<'h>(host: &'h Host, options: ShowOptions<'_>) -> Vec<Section<'h>> {
    let model = &host.model;
    if let Some(name) = options.service {
        let chosen = model.services.iter().filter(|service| is_service(service, name));
        return chosen.map(|service| whole(model, Some(service), options.all)).collect();
    }
    let users = model.users();
    let mut sections = vec![whole(model, None, options.all)];
    for service in model.services.iter().filter(|service| !service.overrides.is_empty()) {
        sections.push(Section { service: Some(service), rows: changed(model, &users, service) });
    }
    sections
}

/// Whether people may mean a service by `name`: its name field, its label or its port.
fn is_service(service: &Service, name: &str) -> bool {
    let port = service.endpoint.as_ref().and_then(|endpoint| endpoint.port_number);
    service.name == name || service.label() == name || port.is_some_and(|port| port.to_string() == name)
}

fn whole<'h>(model: &Model, service: Option<&'h Service>, all: bool) -> Section<'h> {
    let mut names: BTreeSet<&str> = model.main.keys().map(String::as_str).collect();
    names.extend(service.iter().flat_map(|service| &service.overrides).map(|option| option.name.as_str()));
    if all {
        let known = catalog::params().iter().filter(|param| param.is_in(model.target.postfix.value));
        names.extend(known.filter(|param| !param.read_only).map(|param| param.name));
    }
    let scope = service.map_or(Scope::Main, |service| Scope::Service(service.id));
    Section { service, rows: names.into_iter().filter_map(|name| row(model, scope, name)).collect() }
}

/// What differs in a service: its options, and values that refer to them.
fn changed(model: &Model, users: &BTreeMap<String, Vec<&str>>, service: &Service) -> Vec<Row> {
    let scope = Scope::Service(service.id);
    let options: BTreeSet<&str> = service.overrides.iter().map(|option| option.name.as_str()).collect();
    let others = options.iter().flat_map(|name| users.get(*name)).flatten().copied();
    let differs = others.filter(|name| model.text(scope, name) != model.text(Scope::Main, name));
    let names: BTreeSet<&str> = options.iter().copied().chain(differs).collect();
    names.into_iter().filter_map(|name| row(model, scope, name)).collect()
}

fn row(model: &Model, scope: Scope, name: &str) -> Option<Row> {
    let value = model.value(scope, name)?;
    let is_computed = value.origin == Origin::Default && value.text.as_str() == format!("${name}");
    Some(Row {
        name: name.to_owned(),
        written: value.raw.as_str().to_owned(),
        value: (!is_computed).then(|| value.text.as_str().to_owned()),
        origin: value.origin,
    })
}

/// The names of all services of master.cf.
pub fn all_service_names(report: &postproof_engine::Report) -> Vec<String> {
    report.hosts.iter().flat_map(|host| host.model.services.iter().map(Service::label)).collect()
}
