//! A configuration carried to another version, and a ledger that says of every
//! line of the source what became of it. Writes nothing itself: front ends
//! get the resulting files as lines.

pub mod dovecot;
mod ledger;
pub mod postfix;

pub use ledger::{Entry, Kind, Migration, Note, OutputFile, OutputLine, Sample};

/// How the result is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// One file, with what it includes put in its place.
    #[default]
    OneFile,
    /// The same set of files as was given.
    SameFiles,
}
