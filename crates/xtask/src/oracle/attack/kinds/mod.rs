//! What is planted, by kind. Each says too which sessions are likely to get through.

mod domains;
mod other;
mod rewriting;
mod several;
mod strings;

use super::server::{Kind, Server};
use crate::oracle::prove::generate::Random;

/// Changes a server in one way.
type Plant = fn(&mut Random, &mut Server);

/// Plants something of a kind.
pub(super) fn plant(kind: Kind, random: &mut Random, server: &mut Server) {
    let all: &[(&'static str, Plant)] = match kind {
        Kind::Domains => domains::PLANTS,
        Kind::Strings => strings::PLANTS,
        Kind::Several => several::PLANTS,
        Kind::Rewriting => rewriting::PLANTS,
        Kind::Other => other::PLANTS,
    };
    let (name, plant) = random.pick(all);
    server.planted.push(name);
    server.kinds.push(kind);
    plant(random, server);
}
