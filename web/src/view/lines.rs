//! The drawn lines behind the text area.

use crate::look::{Line, Mark, MarkKind, Piece, Tint, line_pieces};
use std::rc::Rc;
use yew::prelude::*;

/// Longest line that is coloured.
const COLOURED: usize = 4000;
/// Longest stretch of a line that the backdrop of a large text draws.
const DRAWN: usize = 1000;

/// The text with what is drawn of it.
#[derive(Clone, PartialEq)]
pub(crate) struct Sheet {
    /// The text.
    pub text: Rc<str>,
    /// Its lines.
    pub lines: Rc<Vec<Line>>,
    /// Marks, in order of place.
    pub marks: Rc<Vec<Mark>>,
    /// Stretches that are no configuration.
    pub prose: Rc<Vec<(usize, usize)>>,
    /// Whether all lines are drawn.
    pub whole: bool,
}

/// One line with its number.
pub(crate) fn draw(sheet: &Sheet, at: usize) -> Html {
    let Some(line) = sheet.lines.get(at) else { return Html::default() };
    let mut range = line.range.clone();
    if !sheet.whole && range.len() > DRAWN {
        range.end = sheet.text.floor_char_boundary(range.start + DRAWN);
    }
    let prose = sheet.prose.iter().any(|(start, end)| *start <= range.start && range.end <= *end);
    let from = sheet.marks.partition_point(|mark| mark.range.start < range.start);
    // Marks of several lines are few: look a little further back than this line.
    let near = sheet.marks.get(from.saturating_sub(8)..).unwrap_or_default();
    let until = near.partition_point(|mark| mark.range.start <= range.end);
    let pieces =
        line_pieces(&sheet.text, &range, prose || range.len() > COLOURED, near.get(..until).unwrap_or_default());
    html! { <div class="row" data-line={(at + 1).to_string()}><i>{at + 1}</i><span>{ for pieces.iter().map(piece) }{"\u{200b}"}</span></div> }
}

/// One stretch of a line.
pub(crate) fn piece(piece: &Piece) -> Html {
    let tint = match piece.tint {
        Tint::Plain => "",
        Tint::Key => "k",
        Tint::Word => "w",
        Tint::Path => "s",
        Tint::Prose => "prose",
    };
    let mark = match piece.mark {
        None => {
            return if tint.is_empty() {
                html! { {piece.text.clone()} }
            } else {
                html! { <span class={tint}>{piece.text.clone()}</span> }
            };
        }
        Some(MarkKind::Error) => "err",
        Some(MarkKind::Warning) => "",
        Some(MarkKind::CannotTell) => "unk",
        Some(MarkKind::Mild) => "mild",
    };
    html! { <mark class={classes!(tint, mark)}>{piece.text.clone()}</mark> }
}
