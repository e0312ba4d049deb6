//! The physical and logical lines of a part, without quoting or indentation
//! around them.

use crate::{Problem, ProblemKind};
use postproof_diag::{FileId, SourceText, Span, Text, decode};
use std::borrow::Cow;
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

/// One physical line of a region.
pub(crate) struct Line<'b> {
    /// What it holds, without its LF; a CR stays, as white space at the end.
    pub(crate) text: Cow<'b, str>,
    /// The line with its line end.
    pub(crate) span: Span,
}

/// The physical lines of `region`.
pub(crate) fn physical_lines<'b>(region: &'b Region, bytes: &'b [u8]) -> impl Iterator<Item = Line<'b>> {
    region.lines.iter().map(|range| {
        let line = line_bytes(bytes, range);
        let text = decode(line.strip_suffix(b"\n").unwrap_or(line));
        Line { text, span: Span::new(region.file, range.start, range.end) }
    })
}

fn line_bytes<'b>(bytes: &'b [u8], range: &Range<u32>) -> &'b [u8] {
    bytes.get(range.start as usize..range.end as usize).unwrap_or_default()
}

/// What a run of physical lines is to Postfix.
pub(crate) enum Chunk {
    /// A logical line, with the comments and empty lines inside it.
    Logical(Logical),
    /// A comment line outside any logical line.
    Comment(Span),
    /// An empty line outside any logical line.
    Blank(Span),
}

/// A line and its continuation lines.
pub(crate) struct Logical {
    /// The joined text; nothing stands for the line ends.
    pub(crate) text: SourceText,
    /// From the first to the last physical line, with line ends.
    pub(crate) span: Span,
}

/// Joins physical lines as Postfix does. Comments and empty lines do not end a
/// logical line, but those after its last continuation are not part of it.
// readlline.c, readllines; postconf(5), "main.cf file format"
pub(crate) fn logical_lines(region: &Region, bytes: &[u8]) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut open: Option<Logical> = None;
    let mut pending = Vec::new();
    for line in physical_lines(region, bytes) {
        let content = line.text.trim_start_matches(is_space);
        let aside = match content.chars().next() {
            None => Some(Chunk::Blank(line.span)),
            Some('#') => Some(Chunk::Comment(line.span)),
            Some(_) => None,
        };
        if let Some(aside) = aside {
            let place = if open.is_some() { &mut pending } else { &mut chunks };
            place.push(aside);
            continue;
        }
        let origin = Some((line.span.file, line.span.start));
        let continues = content.len() < line.text.len();
        if let (Some(logical), true) = (&mut open, continues) {
            logical.text.push(&line.text, origin);
            logical.span = logical.span.to(line.span);
            pending.clear();
            continue;
        }
        chunks.extend(open.take().map(Chunk::Logical));
        chunks.append(&mut pending);
        let mut text = SourceText::default();
        text.push(&line.text, origin);
        open = Some(Logical { text, span: line.span });
    }
    chunks.extend(open.map(Chunk::Logical));
    chunks.append(&mut pending);
    chunks
}

/// White space as Postfix sees it: C `isspace` on ASCII.
pub(crate) fn is_space(ch: char) -> bool {
    matches!(ch, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

/// The part `range` of `text` without white space at its ends.
pub(crate) fn trimmed(text: &SourceText, range: Range<usize>) -> SourceText {
    let whole = text.as_str().get(range.clone()).unwrap_or_default();
    let start = range.start + (whole.len() - whole.trim_start_matches(is_space).len());
    text.slice(start..start + whole.trim_matches(is_space).len())
}

/// What is odd about the bytes of a region, whatever is written in them: at
/// most one problem for what is not UTF-8 and one for NUL.
pub(crate) fn byte_problems(region: &Region, bytes: &[u8]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let odd = |kind, at: u32, message| Problem { kind, span: Span::new(region.file, at, at + 1), message };
    let lines = || region.lines.iter().map(|range| (range.start, line_bytes(bytes, range)));
    let undecoded = lines().find_map(|(start, line)| {
        let error = std::str::from_utf8(line).err()?;
        Some(start + error.valid_up_to() as u32)
    });
    if let Some(at) = undecoded {
        let message = Text::fixed(
            "the text holds bytes that are not UTF-8; each is shown as `?`",
            "텍스트에 UTF-8이 아닌 바이트가 있으며 각각 `?` 문자로 표시됩니다",
        );
        problems.push(odd(ProblemKind::Encoding, at, message));
    }
    let nul = lines().find_map(|(start, line)| {
        let at = line.iter().position(|byte| *byte == 0)?;
        Some(start + at as u32)
    });
    if let Some(at) = nul {
        let message = Text::fixed(
            "the text holds a NUL byte; what follows it on the line may be ignored",
            "텍스트에 NUL 바이트가 있으며 그 줄에서 뒤따르는 내용은 무시될 수 있습니다",
        );
        problems.push(odd(ProblemKind::NulByte, at, message));
    }
    problems
}

/// The problems in the order of the text.
pub(crate) fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(|problem| problem.span.start);
    problems
}

/// The problem of a logical line that begins with white space.
pub(crate) fn leading_continuation(span: Span) -> Problem {
    let message = Text::fixed(
        "this line begins with white space but continues no other line; Postfix throws it away",
        "이 줄은 공백으로 시작하지만 이어질 앞줄이 없어 Postfix에서 버려집니다",
    );
    Problem { kind: ProblemKind::LeadingContinuation, span, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(input: &str) -> Vec<String> {
        let region = Region::whole(FileId(0), input.as_bytes());
        let chunks = logical_lines(&region, input.as_bytes());
        chunks
            .iter()
            .map(|chunk| match chunk {
                Chunk::Logical(logical) => logical.text.as_str().to_owned(),
                Chunk::Comment(_) => "#".to_owned(),
                Chunk::Blank(_) => String::new(),
            })
            .collect()
    }

    #[test]
    fn comments_and_blanks_do_not_end_a_logical_line() {
        assert_eq!(texts("a\n# c\n\n  b\nc\n"), ["a  b", "c"]);
    }

    #[test]
    fn comments_after_the_last_continuation_stand_alone() {
        assert_eq!(texts("a\n b\n # c\n\nd"), ["a b", "#", "", "d"]);
    }

    #[test]
    fn non_breaking_space_is_no_white_space() {
        assert_eq!(texts("a\n\u{a0}b\n"), ["a", "\u{a0}b"]);
    }

    #[test]
    fn odd_bytes_are_reported_once() {
        let bytes = b"a\xff\n\xff\0\n\0";
        let problems = byte_problems(&Region::whole(FileId(0), bytes), bytes);
        let found: Vec<_> = problems.iter().map(|problem| (problem.kind, problem.span.start)).collect();
        assert_eq!(found, [(ProblemKind::Encoding, 1), (ProblemKind::NulByte, 4)]);
    }
}
