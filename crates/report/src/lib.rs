//! Renderings of a report: text for people, JSON for programs.
//!
//! [`text`] draws findings with code frames and the restriction chains as a
//! list that can be read in a terminal. [`json`] holds the versioned structs
//! that `docs/json.md` describes. [`rules`] shows the documentation of rules.
//! Every echoed byte of the input passes the [`mask`], so that passwords stay
//! hidden unless asked for. Nothing is judged here.

pub mod json;
pub mod ledger;
pub mod mask;
mod parts;
mod place;
pub mod rules;
mod shown;
mod swaks;
pub mod text;
mod words;

pub use parts::{counts, service_names};
pub use place::{Place, Places};
pub use shown::{ShowOptions, all_service_names};

/// What a simulation is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Simulated<'a> {
    /// Name of the service in master.cf, or its port.
    pub service: &'a str,
    /// The session.
    pub session: &'a postproof_engine::sim::Session,
    /// What is known of the outside.
    pub world: &'a postproof_engine::sim::World,
    /// Whether every entry that was met is shown.
    pub trace: bool,
    /// Whether the command that tries the same on the live server is shown.
    pub swaks: bool,
}

/// What proofs are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Proved<'a> {
    /// Name of the service in master.cf, or its port; nothing: all.
    pub service: Option<&'a str>,
    /// What is known of the outside.
    pub world: &'a postproof_engine::sim::World,
    /// Whether the command that tries a witness on the live server is shown.
    pub swaks: bool,
}
