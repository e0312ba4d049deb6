//! mydestination and other lists of domains.

use crate::{ListPattern, Model, PatternKind, Scope, TableContent, table_ref};
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
    /// A lookup table whose content is not known here: `type`, `name`.
    Table(String, String),
    /// A file of patterns whose content is not known here.
    File(String),
}

impl Model {
    /// The patterns of a domain list parameter (`mydestination`,
    /// `virtual_mailbox_domains` …) in order. A file or table whose text was given is
    /// opened: each of its keys is a pattern with its own place.
    pub fn domains(&self, scope: Scope, param: &str) -> Vec<DomainPattern> {
        self.list_patterns(scope, param).iter().flat_map(|pattern| self.domain_patterns(pattern)).collect()
    }

    fn domain_patterns(&self, listed: &ListPattern) -> Vec<DomainPattern> {
        let (word, negated, bare) = (&listed.text, listed.negated, listed.bare());
        let pattern = bare.as_str();
        let one = |kind| vec![DomainPattern { text: word.clone(), negated, kind }];
        if matches!(listed.kind, PatternKind::File(_) | PatternKind::Cut) {
            return one(DomainPatternKind::File(pattern.to_owned()));
        }
        if let Some(table) = table_ref(&bare) {
            let TableContent::Text(text, _) = self.table_content(&table) else {
                return one(DomainPatternKind::Table(table.kind, table.name));
            };
            let keys = text.entries().map(|entry| DomainPattern {
                text: entry.key.clone(),
                negated,
                kind: DomainPatternKind::Domain(entry.key.as_str().to_ascii_lowercase()),
            });
            return keys.collect();
        }
        if pattern.contains('$') {
            return one(DomainPatternKind::HostDependent);
        }
        one(DomainPatternKind::Domain(pattern.to_ascii_lowercase()))
    }
}
