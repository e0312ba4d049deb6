//! mydestination and other lists of domains.

use crate::{Model, Scope};
use postproof_diag::SourceText;

/// One pattern of a list of domains.
#[derive(Clone, Debug)]
pub struct DomainPattern {
    /// The pattern after expansion, with its place.
    pub text: SourceText,
    /// Whether a `!` before it turns it round.
    pub negated: bool,
    /// What it is.
    pub kind: DomainPatternKind,
}

/// Kinds of patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainPatternKind {
    /// A domain, in lower case.
    Domain(String),
    /// A domain that only the host knows, such as the default of `$myhostname`.
    HostDependent,
    /// A lookup table: `type`, `name`.
    Table(String, String),
    /// A file of patterns.
    File(String),
}

impl Model {
    /// The patterns of a domain list parameter (`mydestination`,
    /// `virtual_mailbox_domains` …) in order, files and tables of which the
    /// text was given opened.
    pub fn domains(&self, scope: Scope, param: &str) -> Vec<DomainPattern> {
        let _ = (scope, param);
        unimplemented!()
    }
}
