//! Hides passwords and keys in everything that is echoed.
//!
//! Places of secrets are replaced by a mask of one fixed length, which does
//! not tell how long they are. Texts that others made of the input (messages,
//! edits, names of entries) are searched for the secrets as well.

use postproof_diag::{SourceMap, Span, decode};
use postproof_engine::Report;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What stands in the place of a secret.
pub const MASK: &str = "********";

/// The secrets of one report.
#[derive(Debug, Default)]
pub struct Mask {
    /// Places, sorted, not overlapping.
    spans: Vec<Span>,
    /// What stands there.
    words: BTreeSet<String>,
    /// The lengths of `words` in bytes, longest first. A table of passwords
    /// may hold thousands of words but few lengths, so that a text is searched
    /// in linear time.
    lengths: Vec<usize>,
}

impl Mask {
    /// The mask of a report; an empty one if secrets are to be shown.
    pub fn of(report: &Report, show_secrets: bool) -> Self {
        if show_secrets { Self::default() } else { Self::over(&report.sources, report.secrets.clone()) }
    }

    pub(crate) fn over(sources: &SourceMap, mut secrets: Vec<Span>) -> Self {
        secrets.sort_unstable();
        let mut mask = Self::default();
        for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
            mask.words.insert(decode(sources.slice(secret)).trim().to_owned());
            match mask.spans.last_mut() {
                Some(last) if last.file == secret.file && secret.start < last.end => {
                    last.end = last.end.max(secret.end)
                }
                Some(_) | None => mask.spans.push(secret),
            }
        }
        mask.words.remove("");
        mask.measure();
        mask
    }

    /// Hides the words of another mask as well: what was a password there is one here.
    pub(crate) fn also_hide(&mut self, other: &Mask) {
        self.words.extend(other.words.iter().cloned());
        self.measure();
    }

    fn measure(&mut self) {
        let lengths: BTreeSet<usize> = self.words.iter().map(String::len).collect();
        self.lengths = lengths.into_iter().rev().collect();
    }

    /// The secrets that overlap `span`, in order.
    pub(crate) fn within(&self, span: Span) -> impl Iterator<Item = Span> {
        let first = self.spans.partition_point(|secret| (secret.file, secret.end) <= (span.file, span.start));
        let rest = self.spans.get(first..).unwrap_or_default().iter().copied();
        rest.take_while(move |secret| secret.file == span.file && secret.start < span.end)
    }

    /// A text made from the input (the replacement of an edit, an entry as
    /// written): every secret that stands in it as a word of its own is hidden.
    pub fn value<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut out = String::new();
        let mut copied = 0;
        for (at, _) in text.char_indices() {
            if at >= copied
                && let Some(end) = self.secret_at(text, at)
            {
                out.push_str(text.get(copied..at).unwrap_or_default());
                out.push_str(MASK);
                copied = end;
            }
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        out.push_str(text.get(copied..).unwrap_or_default());
        Cow::Owned(out)
    }

    /// A sentence: secrets are hidden where it quotes (between backticks), so
    /// that a password that is an everyday word does not blot out the sentence.
    pub fn sentence<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.words.is_empty() || !text.contains('`') {
            return Cow::Borrowed(text);
        }
        let quotes = text.split('`').enumerate();
        let parts = quotes.map(|(number, part)| if number % 2 == 1 { self.value(part) } else { Cow::Borrowed(part) });
        Cow::Owned(parts.collect::<Vec<_>>().join("`"))
    }

    /// The end of the secret that begins at byte `at` of `text`. Nothing where
    /// a letter, digit or one of `/._-` touches it: the password `postfix`
    /// must not hide a part of `/etc/postfix`. A long secret is no everyday
    /// word and counts wherever it stands.
    fn secret_at(&self, text: &str, at: usize) -> Option<usize> {
        let part_of_name = |character: char| character.is_alphanumeric() || "/._-".contains(character);
        let joined_before = text.get(..at)?.ends_with(part_of_name);
        let rest = text.get(at..)?;
        self.lengths.iter().find_map(|length| {
            let word = rest.get(..*length).filter(|word| self.words.contains(*word))?;
            let alone = !joined_before && !rest.get(*length..)?.starts_with(part_of_name);
            (alone || word.chars().count() >= LONG_SECRET).then_some(at + length)
        })
    }
}

/// From this many characters on a secret is hidden inside longer words too.
const LONG_SECRET: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;
    use postproof_diag::{Document, FileId};

    fn mask(text: &str, secrets: &[&str]) -> Mask {
        let mut sources = SourceMap::default();
        let file = sources.add(Document::new("x.cf", text));
        let spans = secrets.iter().map(|secret| {
            let at = text.find(secret).unwrap() as u32;
            Span::new(file, at, at + secret.len() as u32)
        });
        Mask::over(&sources, spans.collect())
    }

    #[test]
    fn hides_a_password_in_values_and_quotes_only() {
        let mask = mask("password = mail\n", &["mail"]);
        assert_eq!(mask.value("password = mail"), "password = ********");
        assert_eq!(
            mask.sentence("mail is lost: `password = mail` (mail)"),
            "mail is lost: `password = ********` (mail)"
        );
    }

    #[test]
    fn a_password_that_is_a_directory_name_leaves_paths_alone() {
        let mask = mask("password = postfix\n", &["postfix"]);
        assert_eq!(mask.value("hash:/etc/postfix/x password=postfix"), "hash:/etc/postfix/x password=********");
    }

    #[test]
    fn a_long_secret_is_hidden_inside_a_word_too() {
        let mask = mask("password = correct-horse-battery\n", &["correct-horse-battery"]);
        assert_eq!(mask.value("xcorrect-horse-batteryx"), "x********x");
    }

    #[test]
    fn overlapping_places_are_one_and_found_by_overlap() {
        let mut sources = SourceMap::default();
        let file = sources.add(Document::new("x.cf", "abcdefghij"));
        let mask = Mask::over(&sources, vec![Span::new(file, 4, 8), Span::new(file, 2, 5)]);
        assert_eq!(mask.within(Span::new(file, 0, 3)).collect::<Vec<_>>(), [Span::new(file, 2, 8)]);
        assert_eq!(mask.within(Span::new(file, 8, 10)).count(), 0);
        assert_eq!(mask.within(Span::new(FileId(1), 0, 10)).count(), 0);
    }
}
