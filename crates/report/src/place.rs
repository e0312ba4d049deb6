//! Bytes to lines and columns, for all documents of a report at once.

use postproof_diag::{FileId, LineIndex, SourceMap, Span, decode};
use std::borrow::Cow;
use std::ops::Range;

/// Distance of two counted bytes. A line may be megabytes long and hold
/// thousands of findings; counting its characters from the start each time
/// would be quadratic.
const CHECKPOINT_BYTES: usize = 1024;

/// The documents of one report, decoded and indexed.
#[derive(Debug)]
pub struct Places<'r> {
    files: Vec<File<'r>>,
}

#[derive(Debug)]
struct File<'r> {
    path: &'r str,
    text: Cow<'r, str>,
    index: LineIndex,
    /// Characters before byte `n * CHECKPOINT_BYTES`.
    checkpoints: Vec<u32>,
}

/// A span as people count: lines and columns (in characters) from 1. The end
/// is the place just behind the last character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'r> {
    /// The document's path as given.
    pub path: &'r str,
    /// First line.
    pub line: u32,
    /// Column of the first character.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column of the end.
    pub end_column: u32,
}

impl<'r> Places<'r> {
    /// Indexes every document.
    pub fn of(sources: &'r SourceMap) -> Self {
        Self { files: sources.iter().map(|(_, document)| File::of(&document.path, &document.bytes)).collect() }
    }

    /// Where `span` stands; nothing for an unknown document.
    pub fn place(&self, span: Span) -> Option<Place<'r>> {
        let file = self.file(span.file)?;
        let (line, column) = file.line_column(span.start);
        let (end_line, end_column) = file.line_column(span.end.max(span.start));
        Some(Place { path: file.path, line, column, end_line, end_column })
    }

    /// `path:line:column`.
    pub fn show(&self, span: Span) -> String {
        self.place(span).map_or_else(String::new, |at| format!("{}:{}:{}", at.path, at.line, at.column))
    }

    /// First and last line that hold bytes of `span`.
    pub fn lines(&self, span: Span) -> Option<(u32, u32)> {
        let file = self.file(span.file)?;
        let last = if span.is_empty() { span.start } else { span.end - 1 };
        Some((file.index.line(span.start), file.index.line(last)))
    }

    /// `path:first-last`, or `path:line` for one line.
    pub fn show_lines(&self, span: Span) -> String {
        let (Some(file), Some((first, last))) = (self.file(span.file), self.lines(span)) else {
            return String::new();
        };
        if first == last { format!("{}:{first}", file.path) } else { format!("{}:{first}-{last}", file.path) }
    }

    /// Byte range of a line (from 1) without its line end.
    pub(crate) fn line_range(&self, file: FileId, line: u32) -> Option<Range<u32>> {
        let file = self.file(file)?;
        let range = file.index.range(line)?;
        let text = file.text.get(range.start as usize..range.end as usize)?;
        let kept = text.trim_end_matches(['\n', '\r']).len() as u32;
        Some(range.start..range.start + kept)
    }

    /// The decoded text of a document, of the same length as its bytes.
    pub(crate) fn text(&self, file: FileId) -> &str {
        self.file(file).map_or("", |file| &file.text)
    }

    pub(crate) fn path(&self, file: FileId) -> &'r str {
        self.file(file).map_or("", |file| file.path)
    }

    fn file(&self, file: FileId) -> Option<&File<'r>> {
        self.files.get(file.0 as usize)
    }
}

impl<'r> File<'r> {
    fn of(path: &'r str, bytes: &'r [u8]) -> Self {
        let text = decode(bytes);
        let mut seen = 0;
        let mut checkpoints = Vec::with_capacity(bytes.len() / CHECKPOINT_BYTES + 1);
        for chunk in text.as_bytes().chunks(CHECKPOINT_BYTES) {
            checkpoints.push(seen);
            seen += character_starts(chunk);
        }
        checkpoints.push(seen);
        Self { path, text, index: LineIndex::of(bytes), checkpoints }
    }

    fn line_column(&self, offset: u32) -> (u32, u32) {
        let offset = offset.min(self.text.len() as u32);
        let line = self.index.line(offset);
        let start = self.index.range(line).map_or(0, |range| range.start);
        (line, self.characters_before(offset).saturating_sub(self.characters_before(start)) + 1)
    }

    fn characters_before(&self, offset: u32) -> u32 {
        let nearest = offset as usize / CHECKPOINT_BYTES;
        let rest = self.text.as_bytes().get(nearest * CHECKPOINT_BYTES..offset as usize).unwrap_or_default();
        self.checkpoints.get(nearest).copied().unwrap_or_default() + character_starts(rest)
    }
}

fn character_starts(utf8: &[u8]) -> u32 {
    utf8.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use postproof_diag::Document;

    fn sources(bytes: &[u8]) -> SourceMap {
        let mut sources = SourceMap::default();
        sources.add(Document::new("main.cf", bytes));
        sources
    }

    #[test]
    fn agrees_with_the_line_index_at_every_offset() {
        let bytes = "a가b\r\n\tx\u{1F600}y\n\nlast".as_bytes();
        let sources = sources(bytes);
        let places = Places::of(&sources);
        let index = LineIndex::of(bytes);
        let text = std::str::from_utf8(bytes).unwrap();
        for at in (0..=bytes.len()).filter(|at| text.is_char_boundary(*at)) {
            let place = places.place(Span::new(FileId(0), at as u32, at as u32)).unwrap();
            let other = index.line_column(bytes, at as u32);
            assert_eq!((place.line, place.column), (other.line, other.column), "offset {at}");
        }
    }

    #[test]
    fn a_column_far_out_on_a_long_line_counts_characters() {
        let text = "가".repeat(5_000) + "x";
        let sources = sources(text.as_bytes());
        let at = text.len() as u32 - 1;
        assert_eq!(Places::of(&sources).place(Span::new(FileId(0), at, at + 1)).unwrap().column, 5_001);
    }

    #[test]
    fn line_ranges_leave_out_crlf() {
        let sources = sources(b"a = b\r\nc\n");
        let places = Places::of(&sources);
        assert_eq!(places.line_range(FileId(0), 1), Some(0..5));
        assert_eq!(places.line_range(FileId(0), 2), Some(7..8));
        assert_eq!(places.show_lines(Span::new(FileId(0), 0, 9)), "main.cf:1-2");
    }
}
