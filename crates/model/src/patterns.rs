//! Match lists, with the files that they name.

use crate::{Model, Scope, Tree, words};
use postproof_diag::SourceText;

/// How deep files of patterns may name others. Postfix runs out of open files
/// where a file names itself.
const MAX_FILE_DEPTH: usize = 16;

/// Patterns read of one list, its files included; past it the rest is left out.
/// Postfix has no such limit; the largest lists in use have some 100,000.
const MAX_PATTERNS: usize = 2_000_000;

/// One pattern of a match list.
#[derive(Clone, Debug)]
pub struct ListPattern {
    /// The pattern as written, with the `!` before it.
    pub text: SourceText,
    /// Whether `!` before it, or before the file that holds it, turns it round.
    pub negated: bool,
}

impl ListPattern {
    /// The pattern without the `!` before it.
    pub fn bare(&self) -> SourceText {
        let text = self.text.as_str();
        self.text.slice(text.len() - text.trim_start_matches('!').len()..text.len())
    }
}

impl Model {
    /// The patterns of a match list (mydestination, mynetworks …) in order. A file
    /// that was given is read in the place of its name.
    // match_list.c, match_list_parse
    pub fn list_patterns(&self, scope: Scope, param: &str) -> Vec<ListPattern> {
        let mut found = Vec::new();
        if let Some(value) = self.value(scope, param) {
            self.add_patterns(&value.text, false, 0, &mut found);
        }
        found
    }

    fn add_patterns(&self, list: &SourceText, negated: bool, depth: usize, found: &mut Vec<ListPattern>) {
        for word in words(list) {
            if found.len() >= MAX_PATTERNS {
                return;
            }
            let text = word.text.as_str();
            let bare = text.trim_start_matches('!');
            let negated = negated != ((text.len() - bare.len()) % 2 == 1);
            match self.lines_of(bare).filter(|_| bare.starts_with('/') && depth < MAX_FILE_DEPTH) {
                Some(lines) => lines.iter().for_each(|line| self.add_patterns(line, negated, depth + 1, found)),
                None => found.push(ListPattern { text: word.text, negated }),
            }
        }
    }

    /// The lines of a file that was given.
    fn lines_of(&self, path: &str) -> Option<Vec<SourceText>> {
        let given = self.parts.iter().rev().find(|given| given.part.name.as_deref() == Some(path))?;
        let Tree::Table(parsed) = &given.tree else { return None };
        let lines = parsed.tree.entries().map(|entry| {
            let mut line = entry.key.clone();
            line.push(" ", None);
            line.append(&entry.value);
            line
        });
        Some(lines.collect())
    }
}
