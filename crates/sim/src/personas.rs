//! Typical sessions of one service, made of its own domains, networks and users.
//!
//! They are examples for a reader and a start for tests, not a proof: what
//! holds for every session is for symbolic evaluation to say.

mod cast;
mod open;
mod sessions;

use crate::{Config, Forked, Missing, Session, Usual, World, on_assumed_host, simulate};
use cast::Cast;
use postproof_diag::Text;
use sessions::Planned;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A typical session.
#[derive(Clone, Debug)]
pub struct Persona {
    /// A short name that never changes: `stranger-elsewhere`.
    pub key: &'static str,
    /// Who tries what, as a clause.
    pub title: Text,
    /// What the owner of a mail server wants to happen.
    pub wanted: Wanted,
    /// The session.
    pub session: Session,
    /// What the text does not tell and was taken as such a session usually
    /// finds it, as `--assume` takes it: the stranger is on no DNS list and in
    /// no table that was not given, users of the server exist.
    pub assumed: BTreeMap<String, String>,
    /// What comes out.
    pub played: Forked,
    /// What could make the session end otherwise, refused instead of accepted
    /// or the other way round; empty if nothing could.
    pub open: Vec<Missing>,
}

/// How a session should end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wanted {
    /// The mail is taken.
    Accepted,
    /// The mail is refused, for now or for good.
    Refused,
    /// A matter of policy.
    Either,
}

/// The typical sessions of a service.
#[derive(Clone, Debug)]
pub struct Personas {
    /// The first question of everybody: a stranger asks to relay.
    pub stranger: Persona,
    /// The others, most telling first.
    pub others: Vec<Persona>,
}

impl Personas {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Persona> {
        std::iter::once(&self.stranger).chain(&self.others)
    }
}

/// The typical sessions of a service.
pub fn personas(config: &Config<'_>) -> Personas {
    with_host(config, true)
}

/// The first of them alone.
pub fn stranger(config: &Config<'_>) -> Persona {
    with_host(config, false).stranger
}

fn with_host(config: &Config<'_>, all: bool) -> Personas {
    match on_assumed_host(config.model, config.world) {
        Some(model) => on_stage(&Config::new(&model, config.service, config.world), all),
        None => on_stage(config, all),
    }
}

fn on_stage(config: &Config<'_>, all: bool) -> Personas {
    let cast = Arc::new(Cast::of(config));
    let world = |answer: fn(&Cast, &str) -> Option<String>| {
        let cast = Arc::clone(&cast);
        World { usual: Some(Arc::new(Usual::new(move |question| answer(&cast, question)))), ..config.world.clone() }
    };
    let (usual, strict) = (world(Cast::usual), world(Cast::by_definition));
    let stage = Stage {
        usual: Config::new(config.model, config.service, &usual),
        strict: Config::new(config.model, config.service, &strict),
    };
    let others = if all { sessions::others(&cast) } else { Vec::new() };
    Personas {
        stranger: stage.play(sessions::stranger(&cast)),
        others: others.into_iter().map(|one| stage.play(one)).collect(),
    }
}

/// The two worlds in which sessions are played: with all that such a session
/// usually finds, and with only what makes it the session that it is.
struct Stage<'c> {
    usual: Config<'c>,
    strict: Config<'c>,
}

impl<'c> Stage<'c> {
    fn play(&'c self, planned: Planned) -> Persona {
        let Planned { key, wanted, title, session } = planned;
        let played = simulate(&self.usual, &session);
        let assumed = self.usual.world.usual.as_ref().map(|usual| usual.take()).unwrap_or_default();
        // Only of what should be refused is it asked whether another answer lets it through.
        let open = match wanted {
            Wanted::Refused if !assumed.is_empty() => open::questions(&simulate(&self.strict, &session)),
            Wanted::Refused | Wanted::Accepted | Wanted::Either => Vec::new(),
        };
        Persona { key, title, wanted, session, assumed, played, open }
    }
}

#[cfg(test)]
mod tests;
