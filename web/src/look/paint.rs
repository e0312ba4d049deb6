//! The lines of the box with light colours and the marks under faults.

use crate::look::Drift;
use postproof_engine::diag::{Diagnostic, FileId, Severity};
use std::ops::Range;

/// What a stretch of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tint {
    /// Nothing particular.
    Plain,
    /// The name of a setting.
    Key,
    /// A restriction.
    Word,
    /// A path or a table.
    Path,
    /// Comments, and text that is no configuration.
    Prose,
}

/// What a mark says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MarkKind {
    /// A mild fault.
    Mild,
    /// Not known yet.
    CannotTell,
    /// A warning.
    Warning,
    /// An error.
    Error,
}

/// A marked place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Bytes of the text in the box.
    pub range: Range<usize>,
    /// What it says.
    pub kind: MarkKind,
}

/// One line of the box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its bytes in the text, without the line end.
    pub range: Range<usize>,
}

/// A stretch that is drawn in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The text.
    pub text: String,
    /// Its colour.
    pub tint: Tint,
    /// The mark under it.
    pub mark: Option<MarkKind>,
}

/// The lines of a text.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let mut at = 0;
    text.split('\n')
        .map(|line| {
            let range = at..at + line.trim_end_matches('\r').len();
            at += line.len() + 1;
            Line { range }
        })
        .collect()
}

/// How a finding is marked.
pub(crate) fn kind(finding: &Diagnostic) -> MarkKind {
    if !finding.missing.is_empty() {
        return MarkKind::CannotTell;
    }
    match finding.severity {
        Severity::Error => MarkKind::Error,
        Severity::Warning => MarkKind::Warning,
        Severity::Info | Severity::Hint => MarkKind::Mild,
    }
}

/// The marks of a document, in order of place.
pub(crate) fn marks<'d>(findings: impl Iterator<Item = &'d Diagnostic>, file: FileId, drift: Drift) -> Vec<Mark> {
    let mut marks: Vec<Mark> = findings
        .filter(|finding| finding.primary.span.file == file)
        .filter_map(|finding| {
            let span = finding.primary.span;
            let (start, end) = drift.map(span.start as usize, span.end as usize)?;
            Some(Mark { range: start..end, kind: kind(finding) })
        })
        .collect();
    marks.sort_by_key(|mark| mark.range.start);
    marks
}

/// The pieces of one line. `marks` are those of the whole text.
pub(crate) fn line_pieces(text: &str, line: &Range<usize>, prose: bool, marks: &[Mark]) -> Vec<Piece> {
    let Some(content) = text.get(line.clone()) else { return Vec::new() };
    let tints = if prose { vec![(0..content.len(), Tint::Prose)] } else { tints(content) };
    let here: Vec<&Mark> =
        marks.iter().filter(|mark| mark.range.start < line.end && mark.range.end > line.start).collect();
    let mut cuts: Vec<usize> = tints.iter().map(|(range, _)| range.end).collect();
    for mark in &here {
        cuts.push(mark.range.start.saturating_sub(line.start).min(content.len()));
        cuts.push((mark.range.end - line.start).min(content.len()));
    }
    cuts.sort_unstable();
    cuts.dedup();
    let mut pieces = Vec::new();
    let mut from = 0;
    for to in cuts.into_iter().filter(|cut| *cut > 0) {
        let Some(stretch) = content.get(from..to) else { continue };
        let tint = tints.iter().find(|(range, _)| range.contains(&from)).map_or(Tint::Plain, |(_, tint)| *tint);
        let over = |mark: &&&Mark| mark.range.start <= line.start + from && mark.range.end >= line.start + to;
        let mark = here.iter().filter(over).map(|mark| mark.kind).max();
        pieces.push(Piece { text: stretch.to_string(), tint, mark });
        from = to;
    }
    pieces
}

/// The colours of one line of configuration; the ranges cover it.
fn tints(line: &str) -> Vec<(Range<usize>, Tint)> {
    if line.trim_start().starts_with('#') {
        return vec![(0..line.len(), Tint::Prose)];
    }
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:".contains(&byte);
    let indent = line.len() - line.trim_start().len();
    let name_end = line.bytes().skip(indent).take_while(|byte| is_name(*byte)).count() + indent;
    let rest = line.get(name_end..).unwrap_or_default().trim_start();
    let mut tints = Vec::new();
    let mut at = 0;
    if name_end > indent && (rest.starts_with('=') || rest.starts_with('{')) {
        tints.push((0..name_end, Tint::Key));
        at = name_end;
    }
    while at < line.len() {
        let left = line.get(at..).unwrap_or_default();
        let gap = left.len() - left.trim_start_matches([' ', '\t', ',', '=', '{', '}']).len();
        let word = left.get(gap..).unwrap_or_default();
        let len = word.find([' ', '\t', ',', '{', '}']).unwrap_or(word.len());
        if gap > 0 {
            tints.push((at..at + gap, Tint::Plain));
        }
        if len > 0 {
            tints.push((at + gap..at + gap + len, word_tint(word.get(..len).unwrap_or_default())));
        }
        at += gap + len;
    }
    tints
}

fn word_tint(word: &str) -> Tint {
    const STARTS: [&str; 6] = ["permit", "reject", "defer", "check_", "warn_if_reject", "sleep"];
    let is_word = |start: &&str| word.len() >= start.len() && word.as_bytes().starts_with(start.as_bytes());
    let is_path = word.starts_with('/') || word.starts_with('<') || word.contains(":/") || word.contains("private/");
    match (STARTS.iter().any(is_word), is_path) {
        (true, _) => Tint::Word,
        (false, true) => Tint::Path,
        (false, false) => Tint::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, marks: &[Mark]) -> Vec<(String, Tint, Option<MarkKind>)> {
        let pieces = line_pieces(text, &(0..text.len()), false, marks);
        pieces.into_iter().map(|piece| (piece.text, piece.tint, piece.mark)).collect()
    }

    #[test]
    fn a_mark_cuts_a_word() {
        let mark = Mark { range: 4..6, kind: MarkKind::Error };
        let pieces = shown("a = permit", &[mark]);
        assert_eq!(pieces[0], ("a".into(), Tint::Key, None));
        assert_eq!(pieces[2], ("pe".into(), Tint::Word, Some(MarkKind::Error)));
        assert_eq!(pieces[3], ("rmit".into(), Tint::Word, None));
    }

    #[test]
    fn pieces_hold_every_byte_of_the_line() {
        for line in ["", "  -o smtpd_x=y", "a=b, c {", "# note", "가 = 나 hash:/etc/x", "===", "x"] {
            let joined: String = shown(line, &[]).into_iter().map(|(text, ..)| text).collect();
            assert_eq!(joined, line);
        }
    }

    #[test]
    fn lines_leave_their_ends_out() {
        let found: Vec<_> = lines("a\r\nb\n").into_iter().map(|line| line.range).collect();
        assert_eq!(found, [0..1, 3..4, 5..5]);
    }
}
