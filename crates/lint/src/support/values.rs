//! Values as they are written, and what about their form makes them mean
//! something else: comments, quotes, backslashes, joined lines, odd characters.

use super::names::part_at;
use crate::Cx;
use postproof_catalog::{param, service_patterns_of};
use postproof_diag::{SourceText, Span};
use postproof_model::{FaultyValue, LISTS, Scope, Value};
use postproof_syntax::{PartKind, master_cf::Service};
use std::ops::Range;

/// A value in main.cf or of a `-o` option.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assigned<'a> {
    /// The parameter.
    pub(crate) name: &'a str,
    /// Where the name stands.
    pub(crate) name_span: Span,
    /// The value before expansion.
    pub(crate) text: &'a SourceText,
    /// Where it counts.
    pub(crate) scope: Scope,
}

/// Every value that counts: main.cf by name, then the options by service.
pub(crate) fn assigned<'a>(cx: &Cx<'a>) -> impl Iterator<Item = Assigned<'a>> {
    let model = cx.model;
    let main = model.main.iter().map(|(name, written)| Assigned {
        name,
        name_span: written.name_span,
        text: &written.value,
        scope: Scope::Main,
    });
    let options = model.services.iter().flat_map(|service| {
        service.overrides.iter().map(|option| Assigned {
            name: &option.name,
            name_span: option.name_span,
            text: &option.value,
            scope: Scope::Service(service.id),
        })
    });
    main.chain(options)
}

/// The values that a program would refuse and whose form is not the cause.
pub(crate) fn faulty_values(cx: &Cx<'_>) -> Vec<FaultyValue> {
    let mut faulty = cx.model.faulty_values();
    faulty.retain(|found| !is_template(found.value.text.as_str()) && !is_misformed(cx, &found.value));
    faulty
}

/// Whether a value holds marks of a template that was not filled in.
pub(crate) fn is_template(text: &str) -> bool {
    let marks = ["{{", "<%", "@@", "__", "%%", "${", "<"];
    text.starts_with(['%', '@']) || marks.iter().any(|mark| text.contains(mark))
}

fn is_misformed(cx: &Cx<'_>, value: &Value) -> bool {
    let name = value.name.as_str();
    [&value.raw, &value.text].into_iter().any(|text| {
        comment_in(name, text.as_str()).is_some()
            || quoted(name, text.as_str()).is_some()
            || backslash_in(cx, text).is_some()
            || joined_in(cx, text).is_some()
            || odd_character(text.as_str()).is_some_and(|_| !is_free_text(name))
    })
}

/// Where a `#` begins what was meant as a comment behind the value. In texts
/// for people and commands it may be meant as it stands.
pub(crate) fn comment_in(name: &str, text: &str) -> Option<Range<usize>> {
    if is_free_text(name) {
        return None;
    }
    let mut depth = 0_usize;
    let mut before = ' ';
    for (at, ch) in text.char_indices() {
        match ch {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '#' if depth == 0 && before.is_ascii_whitespace() => return Some(at..text.len()),
            _ => {}
        }
        before = ch;
    }
    None
}

/// The text between the quotes, if they stand around the whole value.
pub(crate) fn quoted<'t>(name: &str, text: &'t str) -> Option<&'t str> {
    if is_free_text(name) {
        return None;
    }
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote).filter(|inner| !inner.contains(quote));
    inner('"').or_else(|| inner('\''))
}

/// Parameters whose value is a sentence or a command line.
pub(crate) fn is_free_text(name: &str) -> bool {
    let ends = ["_banner", "_footer", "_command", "_commands", "_reply", "_text", "_checks", "_filter", "_path"];
    ends.iter().any(|end| name.ends_with(end)) || matches!(name, "mail_name" | "import_environment")
}

/// A backslash at the end of a line of the value.
pub(crate) fn backslash_in(cx: &Cx<'_>, text: &SourceText) -> Option<Span> {
    let written = text.as_str();
    let found = written.match_indices('\\').find(|(at, _)| {
        let rest = written.get(at + 1..).unwrap_or_default();
        let Some(span) = text.span_of(*at..at + 1) else { return false };
        rest.trim().is_empty() || (rest.starts_with([' ', '\t', '\r']) && ends_line(cx, span))
    });
    found.and_then(|(at, _)| text.span_of(at..at + 1))
}

/// Whether only white space follows on the line.
fn ends_line(cx: &Cx<'_>, span: Span) -> bool {
    let rest = bytes(cx, span).get(span.end as usize..).unwrap_or_default();
    rest.iter().find(|byte| !b" \t\r".contains(byte)).is_none_or(|byte| *byte == b'\n')
}

/// Whether only white space (and the marks of a quoted paste) precede on the line.
fn begins_line(cx: &Cx<'_>, span: Span) -> bool {
    let before = bytes(cx, span).get(..span.start as usize).unwrap_or_default();
    before.iter().rev().find(|byte| !b" \t>".contains(byte)).is_none_or(|byte| *byte == b'\n')
}

fn bytes<'a>(cx: &Cx<'a>, span: Span) -> &'a [u8] {
    cx.sources.get(span.file).map_or(&[], |document| &document.bytes)
}

/// A line of the value that looks like a setting of its own: the name of a
/// parameter at its start, and `=`.
pub(crate) fn joined_in(cx: &Cx<'_>, text: &SourceText) -> Option<(Span, String)> {
    let written = text.as_str();
    for (at, _) in written.match_indices('=') {
        let before = written.get(..at).unwrap_or_default().trim_end_matches([' ', '\t']);
        let start = before.rfind(|ch: char| !(ch.is_ascii_alphanumeric() || ch == '_')).map_or(0, |at| at + 1);
        let name = before.get(start..).unwrap_or_default();
        if start == 0 || name.is_empty() || !is_parameter(cx, name) {
            continue;
        }
        if let Some(span) = text.span_of(start..start + name.len()).filter(|span| begins_line(cx, *span)) {
            return Some((span, name.to_owned()));
        }
    }
    None
}

fn is_parameter(cx: &Cx<'_>, name: &str) -> bool {
    param(name).is_some() || cx.model.main.contains_key(name) || service_patterns_of(name).next().is_some()
}

/// A character that looks like another one or like none.
pub(crate) fn odd_character(text: &str) -> Option<(usize, char)> {
    let is_odd = |ch: &char| matches!(*ch, '\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{201f}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{2060}' | '\u{feff}' | '\u{ff1d}');
    text.char_indices().find(|(_, ch)| is_odd(ch))
}

/// Whether chain-unknown-restriction speaks of the words of the value.
pub(crate) fn is_restriction_list(name: &str) -> bool {
    LISTS.iter().any(|(param, _)| *param == name)
}

/// Whether the value stands in a file rather than in what postconf printed,
/// where lines are joined and comments gone.
pub(crate) fn is_in_file(cx: &Cx<'_>, span: Span) -> bool {
    part_at(cx, span).is_some_and(|(_, kind)| matches!(kind, PartKind::MainCf | PartKind::MasterCf))
}

/// A line among the arguments of an entry that looks like an entry of its own:
/// a name, a type, and a field that is `y`, `n` or `-`.
pub(crate) fn joined_service(cx: &Cx<'_>, entry: &Service) -> Option<Span> {
    entry.arguments.windows(3).find_map(|words| {
        let [name, kind, private] = words else { return None };
        let is_entry = matches!(kind.text.as_str(), "inet" | "unix" | "fifo" | "pass" | "unix-dgram")
            && matches!(private.text.as_str(), "y" | "n" | "-");
        name.span.filter(|span| is_entry && begins_line(cx, *span))
    })
}
