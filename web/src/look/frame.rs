//! Code frames: the lines of a finding, with marks and notes, secrets masked.

use crate::look::{Mark, MarkKind, Piece, Tint, line_pieces};
use crate::state::Checked;
use postproof_engine::diag::{Diagnostic, Label, Text, decode};

/// What stands in the place of a secret.
pub(crate) const MASK: &str = "••••••••";
/// How many bytes of a long line stand before the mark; three times as many after it.
const REACH: usize = 160;

/// One line of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FrameLine {
    /// Its number; nothing where lines were left out.
    pub number: Option<u32>,
    /// What it holds.
    pub pieces: Vec<Piece>,
    /// Whether the finding is about it.
    pub primary: bool,
    /// Notes under it.
    pub notes: Vec<Text>,
    /// The path, where it is of another document than the finding.
    pub path: Option<String>,
}

/// The frame of a finding: its own lines and those that play a part.
pub(crate) fn frame(checked: &Checked, finding: &Diagnostic) -> Vec<FrameLine> {
    let mut lines: Vec<(u32, u32, FrameLine)> = Vec::new();
    let labels = std::iter::once((&finding.primary, true)).chain(finding.related.iter().map(|label| (label, false)));
    for (label, primary) in labels {
        let kind = primary.then(|| super::paint::kind(finding));
        let number = checked.line(label.span);
        let key = (label.span.file.0, number);
        if let Some((.., line)) = lines.iter_mut().find(|(file, number, _)| (*file, *number) == key) {
            line.notes.extend(label.note.clone());
            continue;
        }
        let mut line = frame_line(checked, label, number, kind);
        line.primary = primary;
        if label.span.file != finding.primary.span.file {
            line.path = Some(checked.report.sources.path(label.span.file).to_string());
        }
        lines.push((key.0, key.1, line));
    }
    let own = finding.primary.span.file.0;
    lines.sort_by_key(|(file, number, _)| (*file != own, *file, *number));
    lines.into_iter().map(|(.., line)| line).collect()
}

fn frame_line(checked: &Checked, label: &Label, number: u32, kind: Option<MarkKind>) -> FrameLine {
    let file = label.span.file;
    let range = checked.lines.get(file.0 as usize).and_then(|index| index.range(number)).unwrap_or(0..0);
    let bytes = checked.report.sources.get(file).map(|document| document.bytes.as_slice()).unwrap_or_default();
    let whole = decode(bytes.get(range.start as usize..range.end as usize).unwrap_or_default()).into_owned();
    let text = whole.trim_end_matches(['\n', '\r']);
    let at = (label.span.start.saturating_sub(range.start) as usize).min(text.len());
    let end = (label.span.end.saturating_sub(range.start) as usize).clamp(at, text.len());
    // A line of megabytes is shown around its mark only.
    let from = if text.len() > 4 * REACH { text.floor_char_boundary(at.saturating_sub(REACH)) } else { 0 };
    let to = text.ceil_char_boundary(end.min(at + REACH) + 3 * REACH);
    let part = text.get(from..to).unwrap_or_default();
    let mark = |kind| Mark { range: at - from..end - from, kind };
    let marks: Vec<Mark> = kind.map(mark).into_iter().collect();
    let pieces = line_pieces(part, &(0..part.len()), false, &marks);
    let mut pieces = hide(checked, pieces, file.0, range.start + from as u32);
    let dots = || Piece { text: "…".to_string(), tint: Tint::Plain, mark: None };
    if from > 0 {
        pieces.insert(0, dots());
    }
    if to < text.len() {
        pieces.push(dots());
    }
    FrameLine {
        number: Some(number),
        pieces,
        primary: false,
        notes: label.note.clone().into_iter().collect(),
        path: None,
    }
}

/// Masks the bytes of secrets. A piece that holds a part of one is masked in that part.
fn hide(checked: &Checked, pieces: Vec<Piece>, file: u32, start: u32) -> Vec<Piece> {
    let mut at = start as usize;
    let secrets: Vec<_> = checked.secrets.iter().filter(|span| span.file.0 == file).collect();
    let mut shown = Vec::new();
    for piece in pieces {
        let range = at..at + piece.text.len();
        at = range.end;
        let mut text = piece.text.clone();
        let inside = secrets.iter().filter(|span| (span.start as usize) < range.end && span.end as usize > range.start);
        for secret in inside.rev() {
            let from = (secret.start as usize).saturating_sub(range.start);
            let to = (secret.end as usize).min(range.end) - range.start;
            if text.get(from..to).is_some() {
                // The mask stands once, where the secret begins.
                text.replace_range(from..to, if secret.start as usize >= range.start { MASK } else { "" });
            } else {
                text = MASK.to_string();
            }
        }
        shown.push(Piece { text, ..piece });
    }
    shown
}

/// A text of the report with the secrets of its documents masked.
pub(crate) fn masked(checked: &Checked, text: &str) -> String {
    let mut shown = text.to_string();
    for secret in &checked.secrets {
        let word = decode(checked.report.sources.slice(*secret));
        if word.len() >= 3 && shown.contains(word.as_ref()) {
            shown = shown.replace(word.as_ref(), MASK);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use postproof_engine::Report;
    use postproof_engine::diag::{Document, FileId, Severity, SourceMap, Span};

    fn finding(start: u32, end: u32) -> Diagnostic {
        Diagnostic {
            rule: "tls-snakeoil",
            severity: Severity::Warning,
            message: Text::fixed("m", "ㅁ"),
            primary: Label::bare(Span::new(FileId(0), start, end)),
            related: Vec::new(),
            why: Text::fixed("w", "ㅇ"),
            help: None,
            fix: None,
            missing: Vec::new(),
            sources: &[],
        }
    }

    fn checked(text: &str, secrets: Vec<Span>) -> Checked {
        let mut sources = SourceMap::default();
        sources.add(Document::new("main.cf", text));
        let mut checked =
            Checked::of(Report { sources, hosts: Vec::new(), left_alone: Vec::new(), secrets: Vec::new() });
        checked.secrets = secrets;
        checked
    }

    fn joined(line: &FrameLine) -> String {
        line.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn a_secret_is_masked_and_the_rest_is_not() {
        let checked = checked("x = 1\npassword = hunter2 end\n", vec![Span::new(FileId(0), 17, 24)]);
        let lines = frame(&checked, &finding(6, 14));
        assert_eq!(joined(&lines[0]), "password = •••••••• end");
        assert_eq!(lines[0].number, Some(2));
        assert_eq!(masked(&checked, "hunter2!"), "••••••••!");
    }

    #[test]
    fn a_line_of_megabytes_is_cut_around_the_mark() {
        let text = format!("a = {}X{}", "y ".repeat(400_000), "z ".repeat(400_000));
        let at = text.find('X').unwrap() as u32;
        let lines = frame(&checked(&text, Vec::new()), &finding(at, at + 1));
        let shown = joined(&lines[0]);
        assert!(shown.chars().count() < 6 * REACH && shown.contains('X') && shown.ends_with('…'));
        assert!(lines[0].pieces.iter().any(|piece| piece.mark == Some(MarkKind::Warning)));
        assert!(lines[0].pieces.iter().all(|piece| piece.tint != Tint::Prose));
    }
}
