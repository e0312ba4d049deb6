//! Byte offsets to lines and columns.

/// A place as people count: both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// Where the lines of one document begin. Lines end with LF.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    len: u32,
}

impl LineIndex {
    /// Indexes the lines of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at as u32 + 1)).collect();
        Self { starts, len: bytes.len() as u32 }
    }

    /// The line of a byte offset, from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }

    /// Byte range of line `line` (from 1) with its line end.
    pub fn range(&self, line: u32) -> Option<std::ops::Range<u32>> {
        let start = *self.starts.get(line.checked_sub(1)? as usize)?;
        let end = self.starts.get(line as usize).copied().unwrap_or(self.len);
        Some(start..end)
    }

    /// How many lines there are; a final LF begins no further line.
    pub fn line_count(&self) -> u32 {
        let open = self.starts.last().is_some_and(|start| *start == self.len);
        self.starts.len() as u32 - u32::from(open)
    }

    /// Line and character column of a byte offset of `bytes`, the document
    /// that was indexed.
    pub fn line_column(&self, bytes: &[u8], offset: u32) -> LineColumn {
        let (line, before) = self.before(bytes, offset);
        LineColumn { line, column: before.chars().count() as u32 + 1 }
    }

    /// The same with the column in UTF-16 units, as JavaScript counts.
    pub fn line_column_utf16(&self, bytes: &[u8], offset: u32) -> LineColumn {
        let (line, before) = self.before(bytes, offset);
        LineColumn { line, column: before.encode_utf16().count() as u32 + 1 }
    }

    fn before<'b>(&self, bytes: &'b [u8], offset: u32) -> (u32, std::borrow::Cow<'b, str>) {
        let line = self.line(offset);
        let start = self.range(line).map_or(0, |range| range.start);
        (line, crate::decode(bytes.get(start as usize..offset as usize).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters_from_one() {
        let bytes = "a\n가b\n".as_bytes();
        let index = LineIndex::of(bytes);
        assert_eq!(index.line_count(), 2);
        assert_eq!(index.line_column(bytes, 5), LineColumn { line: 2, column: 2 });
        assert_eq!(index.range(2), Some(2..7));
        assert_eq!(index.range(4), None);
    }
}
