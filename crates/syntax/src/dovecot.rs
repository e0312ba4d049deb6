//! dovecot.conf, its fragments and `doveconf -n`, of 2.3 and 2.4.

pub mod exact;
mod problems;
mod read;

use crate::{Parsed, Region};
use postproof_diag::{SourceText, Span};

/// A Dovecot configuration text.
#[derive(Clone, Debug, Default)]
pub struct Dovecot {
    /// Everything in the text, in order; joined, the spans give the text again.
    pub items: Vec<Item>,
    /// The version that the text names: the `# 2.3.21 (…)` header of
    /// `doveconf -n`, or `dovecot_config_version`.
    pub version: Option<(String, Span)>,
    /// The host name that the `# Hostname:` header line of `doveconf -n` gives.
    pub hostname: Option<String>,
}

/// One thing in a Dovecot configuration. Sections are given as their first and
/// last line; what stands between them carries them in its `path`.
#[derive(Clone, Debug)]
pub enum Item {
    /// `name = value`.
    Setting(Setting),
    /// `name [label] {`.
    SectionStart(SectionStart),
    /// `}`.
    SectionEnd(Span),
    /// `!include pattern` or `!include_try pattern`.
    Include {
        /// The pattern as written.
        pattern: String,
        /// Where the pattern stands.
        pattern_span: Span,
        /// Whether a missing file is fine (`!include_try`).
        optional: bool,
        /// The line.
        span: Span,
    },
    /// A comment line.
    Comment(Span),
    /// An empty line.
    Blank(Span),
    /// What is none of these.
    Junk(Span),
}

impl Item {
    /// The setting, if it is one.
    pub fn setting(&self) -> Option<&Setting> {
        match self {
            Item::Setting(setting) => Some(setting),
            Item::SectionStart(_)
            | Item::SectionEnd(_)
            | Item::Include { .. }
            | Item::Comment(_)
            | Item::Blank(_)
            | Item::Junk(_) => None,
        }
    }
}

/// The first line of a section.
#[derive(Clone, Debug)]
pub struct SectionStart {
    /// This section, as the last element of its own path.
    pub section: Section,
    /// Where the section's name stands.
    pub name_span: Span,
    /// Depth before this line: 0 at top level.
    pub depth: usize,
    /// The line.
    pub span: Span,
}

/// One step of a section path: `service lmtp`, `protocol imap`, `plugin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The keyword.
    pub name: String,
    /// The label after it, quotes removed; of `group @label name {` both words.
    pub label: Option<String>,
}

/// `name = value` with the sections around it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The sections around it, outermost first.
    pub path: Vec<Section>,
    /// The name as written.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// The value: continuation joined, comment cut, outer quotes and the
    /// backslashes inside them removed. A `<` that makes it the name of a file
    /// stays as its first byte.
    pub value: SourceText,
    /// Whether the value is `<path`: the content of a file.
    pub from_file: bool,
    /// The whole logical line with its line ends.
    pub span: Span,
}

impl Dovecot {
    /// All settings in order, duplicates included.
    pub fn settings(&self) -> impl Iterator<Item = &Setting> {
        self.items.iter().filter_map(Item::setting)
    }
}

/// Reads Dovecot configuration text. `bytes` is the whole document; `region`
/// says which lines.
pub fn parse(region: &Region, bytes: &[u8]) -> Parsed<Dovecot> {
    read::parse(region, bytes)
}

#[cfg(test)]
mod tests;
