//! Match lists, with the files that they name: the one reader of them.

use crate::{Model, Scope, Tree, words};
use postproof_diag::SourceText;
use postproof_syntax::PartKind;
use postproof_syntax::table::{Table, TableSyntax};

/// How deep files of patterns may name others. Postfix ends where it has no
/// more files to open, some hundred; nobody writes more than two.
pub const MAX_FILE_DEPTH: usize = 16;

/// Patterns read of one list, its files included; past it the rest is left out,
/// and the list says so. Postfix has no such limit; the largest lists in use
/// have some 100,000.
pub const MAX_PATTERNS: usize = 2_000_000;

/// One pattern of a match list.
#[derive(Clone, Debug)]
pub struct ListPattern {
    /// The pattern as written, with the `!` before it.
    pub text: SourceText,
    /// Whether `!` before it, or before the file that holds it, turns it round.
    pub negated: bool,
    /// What it is.
    pub kind: PatternKind,
}

/// Kinds of patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternKind {
    /// A name, address or network.
    Plain,
    /// `type:table`.
    Table,
    /// `/file` that is not read in its place.
    File(Unread),
    /// The first pattern behind the limit: it stands for all that are left out.
    Cut,
}

/// Why a file of patterns is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Its text was not given.
    NotGiven,
    /// It stands in itself.
    InItself,
    /// More files than [`MAX_FILE_DEPTH`] lie around it.
    TooDeep,
}

impl ListPattern {
    /// The pattern without the `!` before it.
    pub fn bare(&self) -> SourceText {
        let text = self.text.as_str();
        self.text.slice(text.len() - text.trim_start_matches('!').len()..text.len())
    }
}

/// A list as it was read.
#[derive(Debug, Default)]
pub(crate) struct ListRead {
    /// Its patterns in order, those of its files in the place of their names.
    pub(crate) patterns: Vec<ListPattern>,
    /// The files that it names, read or not, without `!`.
    pub(crate) files: Vec<SourceText>,
}

impl Model {
    /// The patterns of a match list (mydestination, mynetworks …) in order. A file
    /// that was given is read in the place of its name.
    pub fn list_patterns(&self, scope: Scope, param: &str) -> Vec<ListPattern> {
        self.value(scope, param).map(|value| self.patterns_of(&value.text)).unwrap_or_default()
    }

    /// The patterns of the value of a match list.
    pub fn patterns_of(&self, list: &SourceText) -> Vec<ListPattern> {
        self.read_list(list).patterns
    }

    /// Reads the value of a match list.
    pub(crate) fn read_list(&self, list: &SourceText) -> ListRead {
        let mut reader = Reader { model: self, around: Vec::new(), read: ListRead::default() };
        reader.line(list, false);
        reader.read
    }

    /// The lines of a file of patterns that was given.
    pub fn list_file(&self, path: &str) -> Option<Vec<SourceText>> {
        let table = self.given_table(path, |syntax| syntax == TableSyntax::List)?;
        let lines = table.entries().map(|entry| {
            let mut line = entry.key.clone();
            if !entry.value.is_empty() {
                line.push(" ", None);
                line.append(&entry.value);
            }
            line
        });
        Some(lines.collect())
    }

    /// The text that was given for a path: the last that was read as `fits` says,
    /// else the last.
    pub(crate) fn given_table(&self, path: &str, fits: impl Fn(TableSyntax) -> bool) -> Option<&Table> {
        let named =
            |part: &&crate::SourcePart| part.part.kind == PartKind::Table && part.part.name.as_deref() == Some(path);
        let tables = || {
            self.parts.iter().rev().filter(named).filter_map(|part| match &part.tree {
                Tree::Table(parsed) => Some(&parsed.tree),
                Tree::Main(_) | Tree::Master(_) | Tree::Dovecot(_) | Tree::None => None,
            })
        };
        tables().find(|table| fits(table.syntax)).or_else(|| tables().next())
    }
}

struct Reader<'m> {
    model: &'m Model,
    /// The files that are open.
    around: Vec<String>,
    read: ListRead,
}

impl Reader<'_> {
    // match_list.c, match_list_parse
    fn line(&mut self, line: &SourceText, negated: bool) {
        for word in words(line) {
            let text = word.text.as_str();
            // «comment at end of line is not supported»: nothing is read behind it.
            if text.starts_with('#') || self.is_cut() {
                return;
            }
            let bare = text.trim_start_matches('!');
            let negated = negated != ((text.len() - bare.len()) % 2 == 1);
            let kind = if self.read.patterns.len() >= MAX_PATTERNS {
                PatternKind::Cut
            } else if bare.starts_with('/') {
                let name = word.text.slice(text.len() - bare.len()..text.len());
                match self.file(&name, negated) {
                    Some(unread) => PatternKind::File(unread),
                    None => continue,
                }
            } else if !bare.starts_with('[') && bare.contains(':') {
                PatternKind::Table
            } else {
                PatternKind::Plain
            };
            self.read.patterns.push(ListPattern { text: word.text, negated, kind });
        }
    }

    fn is_cut(&self) -> bool {
        self.read.patterns.len() > MAX_PATTERNS
    }

    /// Reads a file in the place of its name, or says why not.
    fn file(&mut self, name: &SourceText, negated: bool) -> Option<Unread> {
        let path = name.as_str();
        if self.around.iter().any(|open| open == path) {
            return Some(Unread::InItself);
        }
        self.read.files.push(name.clone());
        if self.around.len() >= MAX_FILE_DEPTH {
            return Some(Unread::TooDeep);
        }
        let Some(lines) = self.model.list_file(path) else { return Some(Unread::NotGiven) };
        self.around.push(path.to_owned());
        lines.iter().for_each(|line| self.line(line, negated));
        self.around.pop();
        None
    }
}
