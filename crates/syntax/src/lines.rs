//! The physical lines of a part, without quoting or indentation around them.

use postproof_diag::{FileId, Span};
use std::ops::Range;

/// The lines that one parser reads: byte ranges of a document, each with its
/// line end. A part quoted with `> ` or indented as a whole (forum posts) has
/// its prefix left out of every range, so that parsers see what the server has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The document.
    pub file: FileId,
    /// Content of each line with its line end, in order.
    pub lines: Vec<Range<u32>>,
}

impl Region {
    /// All lines of a whole document.
    pub fn whole(file: FileId, bytes: &[u8]) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let end = start + line.len() as u32;
            lines.push(start..end);
            start = end;
        }
        Self { file, lines }
    }

    /// From the first to the last line.
    pub fn span(&self) -> Span {
        let start = self.lines.first().map_or(0, |line| line.start);
        Span::new(self.file, start, self.lines.last().map_or(start, |line| line.end))
    }
}
