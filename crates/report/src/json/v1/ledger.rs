//! The ledger of a migration.

use serde::Serialize;

/// What `postproof migrate --ledger FILE.json` writes.
#[derive(Clone, Debug, Serialize)]
pub struct Ledger {
    /// `postproof.ledger/1`.
    pub schema: &'static str,
    /// Version of Postproof.
    pub postproof: &'static str,
    /// Language of the sentences: `en` or `ko`.
    pub lang: &'static str,
    /// How many lines of each kind.
    pub summary: LedgerSummary,
    /// What became of each line, in the order of the files and lines.
    pub lines: Vec<LedgerLine>,
    /// What is true of the whole configuration.
    pub notes: Vec<LedgerNote>,
}

/// Numbers of lines by kind.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct LedgerSummary {
    /// All logical lines that are neither comments nor empty.
    pub lines: usize,
    /// Unchanged.
    pub kept: usize,
    /// With another name or form.
    pub renamed: usize,
    /// In another section or file.
    pub moved: usize,
    /// Part of what another line makes.
    pub merged: usize,
    /// Without counterpart.
    pub dropped: usize,
    /// With a question.
    pub needs_you: usize,
    /// Unknown to the version asked for.
    pub too_new: usize,
}

/// One logical line of the source.
#[derive(Clone, Debug, Serialize)]
pub struct LedgerLine {
    /// The file.
    pub file: String,
    /// Its first line, from 1.
    pub first: usize,
    /// Its last line.
    pub last: usize,
    /// `kept`, `renamed`, `moved`, `merged`, `dropped`, `needs-you` or `too-new`.
    pub kind: &'static str,
    /// The line as it stands, continuation lines joined by line ends.
    pub source: String,
    /// The lines that came of it.
    pub result: Vec<String>,
    /// Why.
    pub reason: String,
    /// What somebody has to answer.
    pub question: Option<String>,
    /// What its variables give for sample users.
    pub samples: Vec<LedgerSample>,
}

/// What a value gives for one user.
#[derive(Clone, Debug, Serialize)]
pub struct LedgerSample {
    /// The login name.
    pub user: &'static str,
    /// In the old version.
    pub before: String,
    /// In the new one.
    pub after: String,
}

/// A sentence about the whole configuration.
#[derive(Clone, Debug, Serialize)]
pub struct LedgerNote {
    /// The sentence.
    pub text: String,
    /// Whether it asks something.
    pub question: bool,
}
