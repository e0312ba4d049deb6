//! The effective configuration of Dovecot: each block with what is set in it.

use super::Cx;
use super::style::paint;
use super::wrap::{pad, visible, width};
use postproof_diag::{Span, Text};
use postproof_engine::dovecot::{NodeId, Reading, Step, Stored};

/// Columns of the place at most; a longer one pushes its own line.
const MAX_PLACE: usize = 32;

/// One line: where it is set, its name, its value.
struct Row {
    place: Option<Span>,
    name: String,
    value: String,
}

/// Draws every block that sets something.
pub(super) fn draw(cx: &Cx<'_>, out: &mut String, reading: &Reading) {
    let version = reading.dialect().name();
    let because = reading.told.because.get(cx.lang);
    cx.hang(out, "", &format!("Dovecot {version}: {}", visible(because)));
    out.push('\n');
    for (id, node) in reading.nodes() {
        let rows: Vec<Row> = node.stored.iter().flat_map(|(name, stored)| rows(cx, reading, name, stored)).collect();
        if rows.is_empty() {
            continue;
        }
        block(cx, out, &title(cx, reading, id), node.opened.first().copied(), &rows);
    }
}

fn title(cx: &Cx<'_>, reading: &Reading, id: NodeId) -> String {
    let steps = reading.path(id);
    if steps.is_empty() {
        return cx.word(&EVERYWHERE).to_owned();
    }
    let words = steps.into_iter().map(|step| match step {
        Step::Root => String::new(),
        Step::Protocol(name) => format!("protocol {name}"),
        Step::Local(net) => format!("local {}", net.text),
        Step::LocalName(name) => format!("local_name {name}"),
        Step::Remote(net) => format!("remote {}", net.text),
        Step::Section { kind, name: None } => kind.clone(),
        Step::Section { kind, name: Some(name) } => format!("{kind} {name}"),
        Step::Group { label, name } => format!("group @{label} {name}"),
    });
    visible(&words.collect::<Vec<_>>().join(" > "))
}

fn rows(cx: &Cx<'_>, reading: &Reading, name: &str, stored: &Stored) -> Vec<Row> {
    let place = |at: Option<usize>| at.and_then(|at| reading.assignment(at)).map(|one| one.span);
    let shown = |at: Option<usize>, value: &str| {
        let span = at.and_then(|at| reading.assignment(at)).map(|one| one.value_span());
        match span.is_some_and(|span| cx.mask.within(span).next().is_some()) {
            true => crate::mask::MASK.to_owned(),
            false => cx.mask.value(value).into_owned(),
        }
    };
    let last = stored.assignments.last().copied();
    if stored.assignments.is_empty() && stored.entries.is_empty() {
        return Vec::new();
    }
    if !stored.is_list {
        return vec![Row { place: place(last), name: name.to_owned(), value: shown(last, &stored.text) }];
    }
    if stored.entries.is_empty() {
        return vec![Row { place: place(last), name: name.to_owned(), value: String::new() }];
    }
    let row = |entry: &postproof_engine::dovecot::Entry| Row {
        place: place(entry.assignment),
        name: format!("{name}/{}", entry.key),
        value: shown(entry.assignment, &entry.value),
    };
    stored.entries.iter().map(row).collect()
}

fn block(cx: &Cx<'_>, out: &mut String, title: &str, opened: Option<Span>, rows: &[Row]) {
    let mut line = format!("== {} ", paint(cx.palette.strong, title));
    if let Some(place) = opened {
        line.push_str(&format!("== {} ", visible(&cx.places.show_lines(place))));
    }
    let rest = cx.width.saturating_sub(width(&line));
    out.push_str(&format!("{line}{}\n", "=".repeat(rest)));
    let place = |row: &Row| match row.place {
        Some(span) => visible(&cx.places.show_lines(span)),
        None => cx.word(&DEFAULT).to_owned(),
    };
    let places: Vec<String> = rows.iter().map(place).collect();
    let columns = places.iter().map(|place| width(place)).max().unwrap_or(0).min(MAX_PLACE);
    for (row, place) in rows.iter().zip(&places) {
        let mut first = format!("   {place}");
        let blanks = (columns + 2).saturating_sub(width(place)).max(2);
        pad(&mut first, blanks);
        cx.hang(out, &first, format!("{} = {}", visible(&row.name), visible(&row.value)).trim_end());
    }
    out.push('\n');
}

static EVERYWHERE: Text = Text::fixed("Dovecot, where no block says otherwise", "블록이 달리 정하지 않은 곳의 Dovecot");
static DEFAULT: Text = Text::fixed("default", "기본값");
