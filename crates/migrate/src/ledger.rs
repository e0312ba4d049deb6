//! What a migration gives: files as lines, and an entry for each source line.

use postproof_diag::{Span, Text};

/// The result of a migration.
#[derive(Clone, Debug, Default)]
pub struct Migration {
    /// The files of the new configuration.
    pub files: Vec<OutputFile>,
    /// One entry for each logical line of the source that is neither a comment
    /// nor empty, in the order of the files and lines.
    pub entries: Vec<Entry>,
    /// What is true of the whole configuration: assumptions, defaults that
    /// changed, questions that no single line raises.
    pub notes: Vec<Note>,
}

/// One file of the new configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputFile {
    /// Its path: that of the source file it stands for.
    pub path: String,
    /// Its lines, without line ends.
    pub lines: Vec<OutputLine>,
}

/// One line of the new configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputLine {
    /// The text.
    pub text: String,
    /// The entry it comes from, as an index of [`Migration::entries`]; nothing
    /// for comments, and for lines that the new version needs of itself.
    pub entry: Option<usize>,
}

/// What became of a source line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It stands as it was, perhaps with another indentation.
    Kept,
    /// Its name or the form of its value changed.
    Renamed,
    /// It stands in another section or file.
    Moved,
    /// It became part of a line or section that another source line makes.
    Merged,
    /// Nothing is left of it, for the reason given.
    Dropped,
    /// Somebody has to answer the question.
    NeedsYou,
    /// The version asked for does not know it.
    TooNew,
}

impl Kind {
    /// All kinds, in the order in which they are counted.
    pub const ALL: [Kind; 7] =
        [Kind::Kept, Kind::Renamed, Kind::Moved, Kind::Merged, Kind::Dropped, Kind::NeedsYou, Kind::TooNew];
}

/// One logical line of the source and what became of it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The line with its continuation lines.
    pub span: Span,
    /// What became of it.
    pub kind: Kind,
    /// The lines of the result that come from it.
    pub result: Vec<String>,
    /// Why.
    pub reason: Text,
    /// What somebody has to answer.
    pub question: Option<Text>,
    /// What its variables give for sample users, before and after.
    pub samples: Vec<Sample>,
}

/// What a value with variables gives for one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The login name.
    pub user: &'static str,
    /// What the old expression gives.
    pub before: String,
    /// What the new one gives.
    pub after: String,
}

/// Something that is true of the whole configuration.
#[derive(Clone, Debug)]
pub struct Note {
    /// What is so.
    pub text: Text,
    /// Whether somebody has to answer it.
    pub question: bool,
}

impl Migration {
    /// How many entries there are of a kind.
    pub fn count(&self, kind: Kind) -> usize {
        self.entries.iter().filter(|entry| entry.kind == kind).count()
    }
}

impl OutputFile {
    /// The file as text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(&line.text);
            text.push('\n');
        }
        text
    }
}
