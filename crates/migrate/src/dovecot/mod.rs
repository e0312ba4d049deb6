//! Dovecot 2.3 to 2.4: line by line over the lossless tree, with what the
//! whole configuration says at hand where several lines make one thing.

mod auth;
mod back;
mod connect;
mod defaults;
mod dict;
mod facts;
mod files;
mod fts;
mod ldap;
mod lists;
mod location;
mod oauth2;
mod old;
mod outcome;
mod plugin;
mod print;
mod query;
mod quota;
mod read;
mod rules;
mod sample;
mod sections;
mod sieve;
mod special;
mod sql;
mod texts;
mod vars;
mod walk;

#[cfg(test)]
mod tests;

use crate::{Layout, Migration};
use postproof_diag::{FileId, SourceMap};

pub use back::to_2_3;

/// The version line that every 2.4 server takes, and whose defaults are
/// nearest to those of 2.3.
// settings-history-core.txt of 2.4.1: later ones change defaults
pub(crate) const CONFIG_VERSION: &str = "2.4.0";

/// The storage version that keeps files readable for a 2.3 server.
// master-service-settings.c of 2.4.1, storage_version_check: 2.3.0 is the least
pub(crate) const STORAGE_VERSION: &str = "2.3.0";

/// Carries a 2.3 configuration to 2.4.
pub fn to_2_4(sources: &SourceMap, layout: Layout) -> Migration {
    walk::run(sources, layout)
}

/// Files that the configuration names, and which file names them: patterns of
/// includes, and files of databases. Front ends that can read them do.
pub fn wanted(sources: &SourceMap) -> Vec<(FileId, String)> {
    files::wanted(sources)
}

/// What 2.4 should print for a setting that keeps its name, given what 2.3
/// prints: its variables in the syntax of 2.4.
pub fn expected(name: &str, value: &str) -> String {
    vars::translate(value, vars::Scope::of(name)).text
}
