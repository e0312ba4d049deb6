//! Lossless parsers: bytes of one file to a tree with the place of everything.
//!
//! A paste is first cut into [`Part`]s by [`split`]; each part is then read by
//! the parser of its kind: [`main_cf`], [`master_cf`], [`dovecot`], [`table`]
//! or [`client`]. No parser fails: what can't be understood becomes an
//! `Item::Junk` and a [`Problem`], and reading goes on with the next line.

pub mod client;
pub mod dovecot;
pub mod exact;
pub mod lines;
pub mod main_cf;
pub mod master_cf;
pub mod release;
pub mod split;
pub mod table;

#[cfg(test)]
mod properties;

pub use lines::Region;
pub use split::{LeftAlone, Part, PartKind, split};

use postproof_diag::{Span, Text};

/// A tree and what was odd about the text.
#[derive(Clone, Debug)]
pub struct Parsed<T> {
    /// What was understood.
    pub tree: T,
    /// What was odd, in the order of the text.
    pub problems: Vec<Problem>,
}

/// Something a parser could not understand or has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which kind; rules choose by it.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// What is so.
    pub message: Text,
}

/// The kinds of [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The line has no `=`, or no name before it (main.cf: fatal).
    NotASetting,
    /// A continuation line with nothing before it; Postfix throws it away.
    LeadingContinuation,
    /// A NUL byte in the text.
    NulByte,
    /// A master.cf entry with fewer than eight fields.
    FieldCount,
    /// A master.cf field with a word it can't have.
    FieldValue,
    /// A `-o` without `name=value`.
    OptionSyntax,
    /// Braces that do not match.
    Braces,
    /// The text is not UTF-8.
    Encoding,
    /// A size or depth limit of Postproof was reached.
    Limit,
    /// A table line without a right-hand side, or otherwise malformed.
    TableEntry,
}
