//! Facts of the host that a paste does not hold.

use crate::World;
use postproof_model::Model;
use postproof_model::postconf::SystemFacts;

/// The name that is taken for a host whose name nobody gave. Nobody writes to it.
pub(crate) const ASSUMED_HOSTNAME: &str = "mail.server.example";

/// Its addresses: loopback, and one for documentation (RFC 5737).
const ASSUMED_INTERFACES: [&str; 3] = ["127.0.0.1/8", "192.0.2.25/32", "::1/128"];

/// The model on a host with a made-up name and, unless the world tells them,
/// made-up addresses; nothing if the facts of the host are known. A session of a client elsewhere goes on
/// such a host as on the real one, unless it is about the host's own name or
/// networks.
pub fn on_assumed_host(model: &Model, world: &World) -> Option<Model> {
    if model.system.is_some() {
        return None;
    }
    let made_up = || ASSUMED_INTERFACES.iter().filter_map(|net| net.parse().ok()).collect();
    let mut model = model.clone();
    model.system = Some(SystemFacts {
        hostname: ASSUMED_HOSTNAME.to_owned(),
        interfaces: Some(world.interfaces.clone().unwrap_or_else(made_up)),
        ..SystemFacts::default()
    });
    Some(model)
}
