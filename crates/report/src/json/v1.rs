//! Version 1 of the JSON output. Keys are never removed and never change their
//! meaning within a version; new keys may be added. Every key is always
//! present; what is not known is `null`.

mod chain;
mod diff;
mod host_claim;
mod ledger;
mod prove;
mod show;
mod simulate;
mod test;

pub use chain::{Answer, Answered, Entry, List, Reach, Relay, Service, Stage, Step, Typical, Walk, WalkEnd};

pub use diff::{
    Diff, DiffCertificate, DiffChange, DiffEntry, DiffParameter, DiffPersona, DiffService, DiffSession, DiffValue,
    OneSided,
};
pub use host_claim::HostClaim;
pub use prove::{
    DeadEntry, Granted, ListEntry, Premise, Prove, ProveHost, ProveReport, ProvedClaim, ProvedService, WitnessSession,
};
pub use simulate::{Condition, Decided, Lookup, MissingAnswer, Played, PossibleReply, Reply, Simulation, Visited};

pub use ledger::{Ledger, LedgerLine, LedgerNote, LedgerSample, LedgerSummary};
pub use show::{DovecotBlock, DovecotSetting, DovecotShown, Parameter, Section, Show, ShowHost, ShowReport};

pub use test::{Test, TestedReply, TestedSession};

use serde::Serialize;

/// What `postproof check --format json` prints.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// `postproof.check/1`.
    pub schema: &'static str,
    /// Version of Postproof.
    pub postproof: &'static str,
    /// Language of the sentences: `en` or `ko`.
    pub lang: &'static str,
    /// Counts over all reports.
    pub summary: Summary,
    /// One report for each configuration that was read on its own.
    pub reports: Vec<CheckReport>,
}

/// What `postproof explain --format json` prints.
#[derive(Clone, Debug, Serialize)]
pub struct Explain {
    /// `postproof.explain/1`.
    pub schema: &'static str,
    /// Version of Postproof.
    pub postproof: &'static str,
    /// Language of the sentences: `en` or `ko`.
    pub lang: &'static str,
    /// One report for each configuration that was read on its own.
    pub reports: Vec<ExplainReport>,
}

/// How many findings of each severity.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Summary {
    /// All findings.
    pub findings: usize,
    /// Findings of severity error.
    pub error: usize,
    /// Findings of severity warning.
    pub warning: usize,
    /// Findings of severity info.
    pub info: usize,
    /// Findings of severity hint.
    pub hint: usize,
    /// Findings of any severity that say «cannot tell».
    pub cannot_tell: usize,
}

/// One configuration.
#[derive(Clone, Debug, Serialize)]
pub struct CheckReport {
    /// Counts of this report.
    pub summary: Summary,
    /// The texts that were read.
    pub documents: Vec<Document>,
    /// The hosts that they describe.
    pub hosts: Vec<Host>,
    /// Lines that belong to no configuration.
    pub left_alone: Vec<LeftAlone>,
}

/// One configuration, explained.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainReport {
    /// The hosts.
    pub hosts: Vec<ExplainHost>,
}

/// A text that was read.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    /// Its path as given.
    pub path: String,
    /// Its size.
    pub bytes: usize,
    /// Whether it was read because another text names it.
    pub followed: bool,
    /// What was noted while reading it.
    pub notes: Vec<String>,
}

/// One host.
#[derive(Clone, Debug, Serialize)]
pub struct Host {
    /// Its name, if the text gives one.
    pub name: Option<String>,
    /// Releases it is judged for.
    pub target: Target,
    /// Which files were given.
    pub given: Given,
    /// The parts it was built from.
    pub parts: Vec<Part>,
    /// Its smtpd services.
    pub services: Vec<Service>,
    /// Whether other programs than smtpd take mail from other hosts.
    pub entrances: Vec<HostClaim>,
    /// The findings, worst first, then by place.
    pub findings: Vec<Finding>,
    /// Inputs that were not given.
    pub missing: Vec<Missing>,
}

/// One host, explained.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainHost {
    /// Its name, if the text gives one.
    pub name: Option<String>,
    /// Releases it is judged for.
    pub target: Target,
    /// Its smtpd services, or the one asked for.
    pub services: Vec<Service>,
}

/// Releases a host is judged for.
#[derive(Clone, Debug, Serialize)]
pub struct Target {
    /// Postfix release.
    pub postfix: Chosen,
    /// `compatibility_level`.
    pub compatibility_level: Chosen,
    /// Dovecot release; null where there is no Dovecot.
    pub dovecot: Option<Chosen>,
}

/// A release with the reason for it.
#[derive(Clone, Debug, Serialize)]
pub struct Chosen {
    /// `3.7` or `3.7.11`.
    pub value: String,
    /// Why.
    pub reason: String,
    /// The place that decided.
    pub place: Option<Place>,
}

/// Which files were given: each `missing`, `excerpt` or `whole`.
#[derive(Clone, Debug, Serialize)]
pub struct Given {
    /// main.cf or `postconf` output.
    pub main_cf: &'static str,
    /// master.cf or `postconf -M` output.
    pub master_cf: &'static str,
    /// Dovecot's configuration.
    pub dovecot: &'static str,
}

/// One part of a text.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// What it is: `main.cf`, `postconf -n` and so on.
    pub kind: &'static str,
    /// The path or command that the text gives for it.
    pub name: Option<String>,
    /// The document.
    pub path: String,
    /// First line.
    pub first_line: u32,
    /// Last line.
    pub last_line: u32,
    /// Whether it is the whole of a file or output, as far as one can see.
    pub whole: bool,
}

/// A place. Lines and columns count from 1, columns in characters; bytes from 0.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// The document.
    pub path: String,
    /// First line.
    pub line: u32,
    /// Column of the first character.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column just behind the last character.
    pub end_column: u32,
    /// First byte in the document.
    pub start_byte: u32,
    /// One past the last byte.
    pub end_byte: u32,
}

/// One finding.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Name of the rule.
    pub rule: &'static str,
    /// `error`, `warning`, `info` or `hint`.
    pub severity: &'static str,
    /// `certain` or `cannot_tell`.
    pub certainty: &'static str,
    /// What is so.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// What is to be seen there, if the message does not say it.
    pub note: Option<String>,
    /// Other places that play a part.
    pub related: Vec<Related>,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub help: Option<String>,
    /// Edits that do it.
    pub fix: Option<Fix>,
    /// What would decide, for `cannot_tell`.
    pub missing: Vec<Missing>,
    /// Manual pages and RFCs.
    pub sources: Vec<&'static str>,
    /// The command that prints the rule's documentation.
    pub docs: String,
}

/// Another place of a finding.
#[derive(Clone, Debug, Serialize)]
pub struct Related {
    /// Where.
    pub place: Option<Place>,
    /// What is to be seen there.
    pub note: Option<String>,
}

/// Edits that put a fault right.
#[derive(Clone, Debug, Serialize)]
pub struct Fix {
    /// What they do.
    pub title: String,
    /// `safe` or `needs_review`.
    pub safety: &'static str,
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
}

/// Replaces the text at `place`.
#[derive(Clone, Debug, Serialize)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub place: Option<Place>,
    /// By what.
    pub replacement: String,
}

/// An input that was not given.
#[derive(Clone, Debug, Serialize)]
pub struct Missing {
    /// What it is and would tell.
    pub what: String,
    /// A command that prints it on the server.
    pub command: Option<String>,
}

/// Lines that belong to no configuration.
#[derive(Clone, Debug, Serialize)]
pub struct LeftAlone {
    /// Which.
    pub place: Option<Place>,
    /// What they seem to be.
    pub what: String,
}
