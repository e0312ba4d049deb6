//! What is proved of the services of a server.

use crate::{Host, Report};
use postproof_model::{Exposure, Model, Scope, Service};
use postproof_prove::{Around, DeadEntry, HostProof, Proofs};
use postproof_sim::{World, on_assumed_host};

/// Services that are proved; no real master.cf has as many.
pub const MAX_PROVED_SERVICES: usize = 40;

/// The smtpd services that clients of some kind can connect to, with that name or
/// port if one is wanted, in the order of master.cf.
pub fn provable<'m>(model: &'m Model, name: Option<&str>) -> Vec<&'m Service> {
    let wanted = |service: &&Service| {
        let port = service.endpoint.as_ref().and_then(|endpoint| endpoint.port_number);
        name.is_none_or(|name| service.name == name || port.is_some_and(|port| port.to_string() == name))
    };
    let reachable = |service: &&Service| match service.exposure {
        Exposure::Network | Exposure::Loopback | Exposure::Passed => true,
        Exposure::Socket => false,
    };
    let services = model.services.iter().filter(|service| service.is_smtpd());
    services.filter(reachable).filter(wanted).take(MAX_PROVED_SERVICES).collect()
}

/// Decides every claim about one service.
pub fn proved(model: &Model, service: &Service, world: &World, around: &Around) -> Proofs {
    postproof_prove::prove(model, service.id, world, around)
}

/// Decides the claims about a host besides its smtpd services.
pub fn host_proofs(report: &Report, host: &Host) -> Vec<HostProof> {
    postproof_prove::host_proofs(&host.model, report.dovecot(host).as_ref())
}

/// Those of [`host_proofs`] that are about mail from other hosts.
pub fn entrances(report: &Report, host: &Host) -> Vec<HostProof> {
    postproof_prove::entrances(&host.model, report.dovecot(host).as_ref())
}

/// Entries that change nothing in any service that has them.
pub fn dead_entries(model: &Model, world: &World) -> Vec<DeadEntry> {
    let services: Vec<_> = provable(model, None).iter().map(|service| service.id).collect();
    let host = on_assumed_host(model, world);
    postproof_prove::dead_in_all(host.as_ref().unwrap_or(model), &services, world)
}

/// The lists of which no entry is judged dead or alive although they are set:
/// ETRN has no sessions among those that are followed.
pub fn unjudged_lists(model: &Model) -> Vec<&'static str> {
    const ETRN: &str = "smtpd_etrn_restrictions";
    let is_set = |service: &&Service| !model.text(Scope::Service(service.id), ETRN).trim().is_empty();
    provable(model, None).iter().any(is_set).then_some(ETRN).into_iter().collect()
}
