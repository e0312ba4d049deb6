//! The effective configuration as a table: where each value comes from, its
//! name and the value after expansion.

use super::style::paint;
use super::wrap::{pad, visible, width};
use super::{Cx, words};
use crate::shown::{Row, Section, ShowOptions, sections};
use postproof_diag::Text;
use postproof_model::Origin;

/// Columns of the origin at most; a longer one pushes its own line.
const MAX_ORIGIN: usize = 32;

pub(super) fn render(cx: &Cx<'_>, options: ShowOptions<'_>) -> Option<String> {
    let mut out = String::new();
    let mut found = false;
    for host in &cx.report.hosts {
        let sections = if host.model.has_postfix() { sections(host, options) } else { Vec::new() };
        // A service that is asked for is one of master.cf.
        let dovecot = if options.service.is_none() { cx.report.dovecot(host) } else { None };
        if sections.is_empty() && dovecot.is_none() {
            continue;
        }
        found = true;
        super::check::heading(cx, &mut out, host);
        let target = &host.model.target;
        let default = format!("{} {}/{}", cx.word(&DEFAULT), target.postfix.value, target.level.value.as_level());
        sections.iter().for_each(|section| draw(cx, &mut out, section, &default));
        if let Some(reading) = dovecot {
            super::dovecot::draw(cx, &mut out, &reading);
        }
    }
    found.then_some(out)
}

fn draw(cx: &Cx<'_>, out: &mut String, section: &Section<'_>, default: &str) {
    let title = match section.service {
        Some(service) => visible(&service.label()),
        None => cx.word(&EVERY_SERVICE).to_owned(),
    };
    let place = section.service.and_then(|service| service.name_span.or(service.span));
    let mut line = format!("== {} ", paint(cx.palette.strong, &title));
    if let Some(place) = place {
        line.push_str(&format!("== {} ", visible(&cx.places.show_lines(place))));
    }
    let rest = cx.width.saturating_sub(width(&line));
    out.push_str(&format!("{line}{}\n", "=".repeat(rest)));
    let origins: Vec<String> = section.rows.iter().map(|row| origin(cx, row, default)).collect();
    let columns = origins.iter().map(|origin| width(origin)).max().unwrap_or(0).min(MAX_ORIGIN);
    for (row, origin) in section.rows.iter().zip(&origins) {
        let value = match &row.value {
            Some(value) => visible(&cx.mask.value(value)),
            None => cx.word(&COMPUTED).to_owned(),
        };
        let mut first = format!("   {origin}");
        let blanks = (columns + 2).saturating_sub(width(origin)).max(2);
        pad(&mut first, blanks);
        cx.hang(out, &first, format!("{} = {value}", visible(&row.name)).trim_end());
    }
    if section.rows.is_empty() {
        out.push_str(&format!("   {}\n", cx.word(&words::NOTHING_SET)));
    }
    out.push('\n');
}

fn origin(cx: &Cx<'_>, row: &Row, default: &str) -> String {
    match row.origin {
        Origin::Written(span) => visible(&cx.places.show_lines(span)),
        Origin::Override(span) => format!("-o {}", visible(&cx.places.show_lines(span))),
        Origin::Default => default.to_owned(),
    }
}

static EVERY_SERVICE: Text =
    Text::fixed("every service, where no option says otherwise", "옵션이 달리 정하지 않은 모든 서비스");
static DEFAULT: Text = Text::fixed("default of", "기본값:");
static COMPUTED: Text = Text::fixed("(computed on the server)", "(서버에서 정해짐)");
