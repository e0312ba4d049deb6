//! Text that remembers where each of its bytes came from.
//!
//! A value may be spread over continuation lines, hold the expansion of
//! another parameter, or come from a default. [`SourceText`] keeps the text as
//! Postfix or Dovecot sees it together with the place of every piece.

use crate::{FileId, Span};
use std::ops::Range;

/// A text in pieces, each with its place or with none (defaults).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceText {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// Offset in the text at which the piece begins; it ends where the next begins.
    at: usize,
    /// Document and byte offset of its first byte.
    origin: Option<(FileId, u32)>,
}

impl SourceText {
    /// Text that stands at `span`; `text` must be as long as the span.
    pub fn at(text: &str, span: Span) -> Self {
        let mut whole = Self::default();
        whole.push(text, Some((span.file, span.start)));
        whole
    }

    /// Text with no place of its own, such as a default.
    pub fn unplaced(text: &str) -> Self {
        let mut whole = Self::default();
        whole.push(text, None);
        whole
    }

    /// Appends text whose first byte stands at `origin`.
    pub fn push(&mut self, text: &str, origin: Option<(FileId, u32)>) {
        if text.is_empty() {
            return;
        }
        self.pieces.push(Piece { at: self.text.len(), origin });
        self.text.push_str(text);
    }

    /// Appends another text with its places.
    pub fn append(&mut self, other: &SourceText) {
        let shift = self.text.len();
        self.text.push_str(&other.text);
        self.pieces.extend(other.pieces.iter().map(|piece| Piece { at: piece.at + shift, ..*piece }));
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The part `range` with its places; empty where the range is not one of
    /// whole characters within the text.
    pub fn slice(&self, range: Range<usize>) -> SourceText {
        let mut part = SourceText::default();
        let Some(text) = self.text.get(range.clone()) else { return part };
        part.text.push_str(text);
        for (piece, _) in self.pieces_in(&range) {
            let skipped = range.start.saturating_sub(piece.at);
            part.pieces.push(Piece {
                at: (piece.at + skipped) - range.start,
                origin: piece.origin.map(|(file, start)| (file, start + skipped as u32)),
            });
        }
        part
    }

    /// The text without white space at both ends.
    #[must_use]
    pub fn trimmed(&self) -> SourceText {
        let start = self.text.len() - self.text.trim_start().len();
        self.slice(start..start + self.text.trim().len())
    }

    /// The place of `range`: from its first to its last byte that has one, as
    /// far as they are in the same document.
    pub fn span_of(&self, range: Range<usize>) -> Option<Span> {
        let mut whole: Option<Span> = None;
        for (piece, end) in self.pieces_in(&range) {
            let Some((file, start)) = piece.origin else { continue };
            let from = start + range.start.saturating_sub(piece.at) as u32;
            let to = start + (end.min(range.end) - piece.at) as u32;
            let place = Span::new(file, from, to);
            whole = Some(whole.map_or(place, |whole| whole.to(place)));
        }
        whole
    }

    /// The place of the whole text.
    pub fn span(&self) -> Option<Span> {
        self.span_of(0..self.text.len())
    }

    /// The pieces that share a byte with `range`, each with its end. Found by
    /// binary search: a value may have as many pieces as lines.
    fn pieces_in(&self, range: &Range<usize>) -> impl Iterator<Item = (Piece, usize)> {
        let first = self.pieces.partition_point(|piece| piece.at <= range.start).saturating_sub(1);
        let past = self.pieces.partition_point(|piece| piece.at < range.end).max(first);
        let outside = range.is_empty() || range.start >= self.text.len();
        let within = if outside { first..first } else { first..past };
        let pieces = self.pieces.get(within.clone()).unwrap_or_default();
        let later = self.pieces.get(within.start + 1..).unwrap_or_default();
        let ends = later.iter().map(|piece| piece.at).chain([self.text.len()]);
        pieces.iter().copied().zip(ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: FileId = FileId(0);

    fn folded() -> SourceText {
        // "permit_mynetworks," on one line, "  reject" on the next.
        let mut text = SourceText::default();
        text.push("permit_mynetworks,", Some((FILE, 10)));
        text.push("  reject", Some((FILE, 29)));
        text
    }

    #[test]
    fn a_word_on_a_continuation_line_has_its_own_place() {
        let text = folded();
        let at = text.as_str().find("reject").unwrap();
        assert_eq!(text.span_of(at..at + 6), Some(Span::new(FILE, 31, 37)));
    }

    #[test]
    fn slices_and_appends_keep_places() {
        let text = folded();
        let mut whole = SourceText::unplaced("x, ");
        whole.append(&text.slice(20..26));
        assert_eq!(whole.as_str(), "x, reject");
        assert_eq!(whole.span(), Some(Span::new(FILE, 31, 37)));
        assert_eq!(whole.span_of(0..2), None);
    }

    #[test]
    fn empty_and_outer_ranges_have_no_place() {
        let text = folded();
        assert_eq!(text.span_of(5..5), None);
        assert_eq!(text.span_of(26..40), None);
        assert_eq!(SourceText::default().span_of(0..1), None);
        assert_eq!(text.span_of(17..19), Some(Span::new(FILE, 27, 30)));
        assert_eq!(text.slice(18..20).span(), Some(Span::new(FILE, 29, 31)));
    }

    #[test]
    fn trimming_moves_the_place() {
        let text = SourceText::at("  a b ", Span::new(FILE, 0, 6)).trimmed();
        assert_eq!(text.as_str(), "a b");
        assert_eq!(text.span(), Some(Span::new(FILE, 2, 5)));
    }
}
