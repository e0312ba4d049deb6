//! What Postproof has to say about one place.

use crate::{Span, Text};

/// How bad it is. The order is from worst to mildest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Broken, insecure or losing mail.
    Error,
    /// Very likely wrong.
    Warning,
    /// Worth knowing.
    Info,
    /// Style or hardening.
    Hint,
}

impl Severity {
    /// The word used in every machine output and option.
    pub const fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
            Severity::Hint => "hint",
        }
    }
}

/// A place with what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there, if the message does not say it.
    pub note: Option<Text>,
}

impl Label {
    /// A place without a note.
    pub const fn bare(span: Span) -> Self {
        Self { span, note: None }
    }

    /// A place with a note.
    pub const fn noted(span: Span, note: Text) -> Self {
        Self { span, note: Some(note) }
    }
}

/// Whether an edit may be made without thinking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// Keeps the meaning or is strictly safer.
    Safe,
    /// Right in most cases; a person must look.
    NeedsReview,
}

/// Replaces the bytes at `span` (an empty span inserts).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub replacement: String,
}

/// Edits that put a fault right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the edits do.
    pub title: Text,
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
    /// Whether they may be made without thinking.
    pub safety: Safety,
}

/// An input without which the answer can't be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What it is and what it would tell.
    pub what: Text,
    /// A command that prints it on the server, if there is one.
    pub command: Option<String>,
}

/// One finding. A finding whose `missing` is not empty says «cannot tell»:
/// its message names both outcomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Name of the rule.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is so, in one sentence.
    pub message: Text,
    /// The place that has to change, or that makes an absence matter.
    pub primary: Label,
    /// Other places that play a part.
    pub related: Vec<Label>,
    /// Why it matters.
    pub why: Text,
    /// What to do.
    pub help: Option<Text>,
    /// Edits that do it.
    pub fix: Option<Fix>,
    /// What would have to be known to decide.
    pub missing: Vec<Missing>,
    /// Manual pages and RFCs, such as `postconf(5) smtpd_tls_auth_only`.
    pub sources: &'static [&'static str],
}
