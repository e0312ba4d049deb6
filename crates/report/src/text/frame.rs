//! Code frames: the lines that a finding speaks of, with marks under them.
//!
//! Drawn here and not by a crate because secrets, tabs, control characters and
//! wide letters shift columns, and because a line of megabytes must be cut
//! around its mark before any of it is laid out.

use super::style::paint;
use super::wrap::{pad, visible_char, width};
use super::{Cx, wrap};
use crate::mask::MASK;
use anstyle::Style;
use postproof_diag::{FileId, Span};
use std::collections::BTreeMap;
use std::ops::Range;
use unicode_width::UnicodeWidthChar;

/// What stands at either side of a cut line.
const CUT: &str = "...";
/// Bytes shown before the mark of a cut line.
const LEAD_BYTES: u32 = 24;
/// Lines marked at each end of a long place; those between are left out.
const ENDS_OF_LONG_PLACE: u32 = 3;
/// Distance of tab stops.
const TAB: usize = 4;

/// One place to mark.
pub(super) struct Mark {
    pub(super) span: Span,
    pub(super) note: Option<String>,
    pub(super) primary: bool,
}

/// The part of a mark on one line.
struct LineMark<'m> {
    start: u32,
    end: u32,
    note: Option<&'m str>,
    primary: bool,
}

/// Columns that the line numbers of these marks take.
pub(super) fn gutter(cx: &Cx<'_>, marks: &[Mark]) -> usize {
    let last = marks.iter().filter_map(|mark| cx.places.lines(mark.span)).map(|(_, last)| last).max();
    last.unwrap_or(1).to_string().len()
}

/// Draws the marks: the document of the first one, then the others.
pub(super) fn draw(cx: &Cx<'_>, out: &mut String, marks: &[Mark], accent: Style) {
    let gutter = gutter(cx, marks);
    let mut files: Vec<FileId> = Vec::new();
    for mark in marks {
        if !files.contains(&mark.span.file) {
            files.push(mark.span.file);
        }
    }
    for (number, file) in files.iter().enumerate() {
        let Some(first) = marks.iter().find(|mark| mark.span.file == *file) else { continue };
        let arrow = if number == 0 { "-->" } else { ":::" };
        pad(out, gutter);
        out.push_str(&paint(cx.palette.quiet, arrow));
        out.push_str(&format!(" {}\n", wrap::visible(&cx.places.show(first.span))));
        bar(cx, out, gutter);
        out.push('\n');
        draw_file(cx, out, *file, marks, gutter, accent);
    }
}

/// The empty margin before a mark or a blank line.
pub(super) fn bar(cx: &Cx<'_>, out: &mut String, gutter: usize) {
    pad(out, gutter + 1);
    out.push_str(&paint(cx.palette.quiet, "|"));
}

fn draw_file(cx: &Cx<'_>, out: &mut String, file: FileId, marks: &[Mark], gutter: usize, accent: Style) {
    let mut lines: BTreeMap<u32, Vec<LineMark<'_>>> = BTreeMap::new();
    for mark in marks.iter().filter(|mark| mark.span.file == file) {
        explode(cx, mark, &mut lines);
    }
    let mut previous = None;
    for (line, mut line_marks) in lines {
        if previous.is_some_and(|previous| previous + 1 < line) {
            out.push_str(&paint(cx.palette.quiet, CUT));
            out.push('\n');
        }
        previous = Some(line);
        line_marks.sort_by_key(|mark| (mark.start, mark.end));
        draw_line(cx, out, file, line, &line_marks, gutter, accent);
    }
    bar(cx, out, gutter);
    out.push('\n');
}

/// Cuts a mark into its lines. The note goes to the last of them.
fn explode<'m>(cx: &Cx<'_>, mark: &'m Mark, lines: &mut BTreeMap<u32, Vec<LineMark<'m>>>) {
    let Some((first, last)) = cx.places.lines(mark.span) else { return };
    for line in first..=last {
        if line >= first + ENDS_OF_LONG_PLACE && line + ENDS_OF_LONG_PLACE <= last {
            continue;
        }
        let Some(range) = cx.places.line_range(mark.span.file, line) else { continue };
        let start = mark.span.start.max(range.start).min(range.end);
        let end = mark.span.end.min(range.end).max(start);
        let text = cx.places.text(mark.span.file).get(start as usize..end as usize).unwrap_or_default();
        let inner = text.trim();
        if inner.is_empty() && line != first && line != last {
            continue;
        }
        let (start, end) = if inner.is_empty() {
            (start, end)
        } else {
            let start = start + (text.len() - text.trim_start().len()) as u32;
            (start, start + inner.len() as u32)
        };
        let note = if line == last { mark.note.as_deref() } else { None };
        lines.entry(line).or_default().push(LineMark { start, end, note, primary: mark.primary });
    }
}

/// The line, once for each window of it that holds marks.
fn draw_line(
    cx: &Cx<'_>,
    out: &mut String,
    file: FileId,
    line: u32,
    marks: &[LineMark<'_>],
    gutter: usize,
    accent: Style,
) {
    let Some(range) = cx.places.line_range(file, line) else { return };
    let budget = cx.width.saturating_sub(gutter + 3 + 2 * CUT.len());
    let mut rest = marks;
    while let Some(first) = rest.first() {
        let window = Window::around(cx, file, range.clone(), first, budget);
        let inside = rest.iter().take_while(|mark| mark.start <= window.end).count().max(1);
        let (now, later) = rest.split_at_checked(inside).unwrap_or((rest, &[]));
        rest = later;
        let number = format!("{line:>gutter$} |");
        out.push_str(&paint(cx.palette.quiet, number));
        out.push_str(&format!(" {}\n", window.text));
        draw_marks(cx, out, &window, now, gutter, accent);
    }
}

/// One row for the marks without a note and the last mark, if it stands behind
/// them; one for each other mark.
fn draw_marks(cx: &Cx<'_>, out: &mut String, window: &Window, marks: &[LineMark<'_>], gutter: usize, accent: Style) {
    let mut rows: Vec<Vec<&LineMark<'_>>> = Vec::new();
    let (last, before) = marks.split_last().map_or((None, marks), |(last, before)| (Some(last), before));
    let shared: Vec<_> = before.iter().filter(|mark| mark.note.is_none()).chain(last).collect();
    rows.extend(before.iter().filter(|mark| mark.note.is_some()).map(|mark| vec![mark]));
    rows.insert(0, shared);
    for row in rows {
        bar(cx, out, gutter);
        out.push(' ');
        let mut used = 0;
        for mark in &row {
            let (column, columns) = window.columns(mark);
            if column < used {
                continue;
            }
            pad(out, column - used);
            let (sign, style) = if mark.primary { ("^", accent) } else { ("-", cx.palette.info) };
            out.push_str(&paint(style, sign.repeat(columns)));
            used = column + columns;
        }
        let note = row.last().and_then(|mark| mark.note.map(|note| (note, window.columns(mark).0)));
        place_note(cx, out, note, gutter, used);
    }
}

/// The note behind its mark, or under it where the line has no room left, as
/// near to the mark as it fits.
fn place_note(cx: &Cx<'_>, out: &mut String, note: Option<(&str, usize)>, gutter: usize, used: usize) {
    let Some((note, column)) = note else {
        out.push('\n');
        return;
    };
    let room = cx.width.saturating_sub(gutter + 4);
    if used + 1 + width(note) <= room {
        out.push_str(&format!(" {note}\n"));
        return;
    }
    out.push('\n');
    let lines = wrap::wrap(note, room.saturating_sub(column).max(room / 2));
    let longest = lines.iter().map(|line| width(line)).max().unwrap_or_default();
    for line in lines {
        bar(cx, out, gutter);
        pad(out, column.min(room.saturating_sub(longest)) + 1);
        out.push_str(&format!("{line}\n"));
    }
}

/// The part of a line that is shown.
struct Window {
    text: String,
    /// Bytes, column and columns of each character or mask shown.
    cells: Vec<(Range<u32>, usize, usize)>,
    /// First byte that is not shown.
    end: u32,
    columns: usize,
}

impl Window {
    /// The whole line if it fits, else as much of it as fits around `mark`.
    fn around(cx: &Cx<'_>, file: FileId, range: Range<u32>, mark: &LineMark<'_>, budget: usize) -> Self {
        if range.len() <= budget * TAB || mark.end - range.start <= budget as u32 {
            let whole = Self::from(cx, file, range.clone(), range.start, budget + 2 * CUT.len());
            if whole.end >= range.end {
                return whole;
            }
            // The name at the beginning tells more than what follows the mark.
            let beginning = Self::from(cx, file, range.clone(), range.start, budget);
            if beginning.end >= mark.end {
                return beginning;
            }
        }
        let near = mark.start.saturating_sub(LEAD_BYTES).max(range.start);
        let from = cx.places.text(file).floor_char_boundary(near as usize) as u32;
        Self::from(cx, file, range, from, budget)
    }

    fn from(cx: &Cx<'_>, file: FileId, range: Range<u32>, from: u32, budget: usize) -> Self {
        let mut window = Self { text: String::new(), cells: Vec::new(), end: from, columns: 0 };
        let mut secrets = cx.mask.within(Span::new(file, from, range.end)).peekable();
        // A window never begins inside a secret: its first half would be cut off, not hidden.
        window.end = secrets.peek().map_or(from, |secret| from.min(secret.start.max(range.start)));
        if window.end > range.start {
            window.push_text(CUT);
        }
        let source = cx.places.text(file);
        while window.end < range.end && window.columns < budget {
            let at = window.end;
            if let Some(secret) = secrets.next_if(|secret| secret.start <= at) {
                window.push_cell(at..secret.end.min(range.end).max(at), MASK, MASK.len());
                continue;
            }
            let rest = source.get(at as usize..range.end as usize).unwrap_or_default();
            let Some(character) = rest.chars().next() else { break };
            let bytes = at..at + character.len_utf8() as u32;
            if character == '\t' {
                let columns = TAB - window.columns % TAB;
                window.push_cell(bytes, &" ".repeat(columns), columns);
            } else {
                let shown = visible_char(character);
                window.push_cell(bytes, shown.encode_utf8(&mut [0; 4]), shown.width().unwrap_or(0));
            }
        }
        if window.end < range.end {
            window.text.push_str(CUT);
        }
        window
    }

    fn push_cell(&mut self, bytes: Range<u32>, text: &str, columns: usize) {
        self.end = bytes.end;
        self.cells.push((bytes, self.columns, columns));
        self.text.push_str(text);
        self.columns += columns;
    }

    fn push_text(&mut self, text: &str) {
        self.text.push_str(text);
        self.columns += width(text);
    }

    /// Column and columns of a mark; at least one column, so that an empty
    /// place can be seen.
    fn columns(&self, mark: &LineMark<'_>) -> (usize, usize) {
        let mut cells = self.cells.iter().filter(|(bytes, ..)| bytes.end > mark.start);
        let Some((_, first, first_columns)) = cells.next() else { return (self.columns, 1) };
        if mark.is_empty() {
            return (*first, 1);
        }
        let end = cells
            .take_while(|(bytes, ..)| bytes.start < mark.end)
            .last()
            .map_or(first + first_columns, |(_, column, columns)| column + columns);
        (*first, (end - first).max(1))
    }
}

impl LineMark<'_> {
    fn is_empty(&self) -> bool {
        self.start >= self.end
    }
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
