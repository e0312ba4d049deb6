//! The effective configuration of Dovecot: each block with what is set in it.

use super::Cx;
use super::style::paint;
use super::wrap::{pad, visible, width};
use crate::shown::dovecot::{Block, Row, blocks};
use postproof_diag::Text;
use postproof_engine::dovecot::Reading;

/// Columns of the place at most; a longer one pushes its own line.
const MAX_PLACE: usize = 32;

/// Draws every block that sets something.
pub(super) fn draw(cx: &Cx<'_>, out: &mut String, reading: &Reading) {
    let version = reading.dialect().name();
    let because = reading.told.because.get(cx.lang);
    cx.hang(out, "", &format!("Dovecot {version}: {}", visible(because)));
    out.push('\n');
    blocks(reading, &cx.mask).iter().for_each(|one| block(cx, out, one));
}

fn block(cx: &Cx<'_>, out: &mut String, block: &Block) {
    let title = match block.path.as_slice() {
        [] => cx.word(&EVERYWHERE).to_owned(),
        path => visible(&path.join(" > ")),
    };
    let mut line = format!("== {} ", paint(cx.palette.strong, title));
    if let Some(place) = block.opened {
        line.push_str(&format!("== {} ", visible(&cx.places.show_lines(place))));
    }
    let rest = cx.width.saturating_sub(width(&line));
    out.push_str(&format!("{line}{}\n", "=".repeat(rest)));
    let place = |row: &Row| match row.place {
        Some(span) => visible(&cx.places.show_lines(span)),
        None => cx.word(&DEFAULT).to_owned(),
    };
    let places: Vec<String> = block.rows.iter().map(place).collect();
    let columns = places.iter().map(|place| width(place)).max().unwrap_or(0).min(MAX_PLACE);
    for (row, place) in block.rows.iter().zip(&places) {
        let mut first = format!("   {place}");
        let blanks = (columns + 2).saturating_sub(width(place)).max(2);
        pad(&mut first, blanks);
        cx.hang(out, &first, format!("{} = {}", visible(&row.name), visible(&row.value)).trim_end());
    }
    out.push('\n');
}

static EVERYWHERE: Text = Text::fixed("Dovecot, where no block says otherwise", "블록이 달리 정하지 않은 곳의 Dovecot");
static DEFAULT: Text = Text::fixed("default", "기본값");
