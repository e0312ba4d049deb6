//! Effective configuration: what each service really runs with, and where
//! every value comes from.
//!
//! [`build`] takes the parsed parts of one host and never fails: what is not
//! there is named in [`Model::given`] and taken at its default. Ask
//! [`Model::value`] for one parameter in one scope, [`Model::restriction_list`]
//! for a restriction list with its classes opened, [`Model::networks`] and
//! [`Model::domains`] for match lists, and [`Model::lookup_tables`] for the
//! tables a value names.

mod build;
mod domains;
mod expand;
mod missing;
mod networks;
mod patterns;
pub mod postconf;
mod references;
mod restrictions;
mod secrets;
mod services;
mod stress;
mod table_uses;
mod tables;
mod target;
mod typed;
mod value;

#[cfg(test)]
mod tests;

pub use build::{Given, Presence, SourcePart, Tree, build};
pub use domains::{DomainPattern, DomainPatternKind};
pub use expand::{ExpansionFaults, MAX_EXPANDED_BYTES, MAX_EXPANSION_DEPTH, MAX_EXPANSION_STEPS, words};
pub use networks::{Network, NetworkKind};
pub use patterns::{ListPattern, MAX_FILE_DEPTH, MAX_PATTERNS, PatternKind, Unread};
pub use references::{Reference, ReferenceKind};
pub use restrictions::{
    Entry, EntryKind, LISTS, MAX_CLASS_DEPTH, MAX_LIST_ENTRIES, RestrictionList, Stage, WarnIfReject,
};
pub use secrets::secrets;
pub use services::{Endpoint, Exposure, Scope, Service, ServiceId};
pub use table_uses::{TableRole, TableUse};
pub use tables::{TableContent, TableRef, table_ref};
pub use target::{ASSUMED_LEVEL, ASSUMED_POSTFIX, Chosen, Target, Wish};
pub use typed::{FaultyValue, ValueFault, fault};
pub use value::{Model, Origin, Value, Word, Written};
