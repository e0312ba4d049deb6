//! The only caller of the API in the rule tests.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use postproof_engine::diag::{Diagnostic, Document, SourceMap};
use postproof_engine::{Options, Report};

/// Checks a paste.
pub(crate) fn report(text: &str) -> Report {
    let mut sources = SourceMap::default();
    sources.add(Document::new("paste", text.as_bytes()));
    postproof_engine::check(sources, Options::default())
}

/// All findings for a paste.
pub(crate) fn findings(text: &str) -> Vec<Diagnostic> {
    report(text).diagnostics().cloned().collect()
}

/// Checks annotated text. Lines such as `#   ^^^^^^ rule-name` say that the
/// rule reports exactly that place of the line above; they are taken out before
/// parsing. Only rules that are named so count, and they must report nothing
/// else. `#~~~ rule-name` marks from the first column on, the `#` included.
/// Gives their findings in the order of the text.
pub(crate) fn check(annotated: &str) -> Vec<Diagnostic> {
    let (text, expected) = take_annotations(annotated);
    assert!(!expected.is_empty(), "no annotation in the text; use `silent`");
    let mut found = findings(&text);
    found.retain(|finding| expected.iter().any(|place| place.rule == finding.rule));
    found.sort_by_key(|finding| (finding.primary.span.start, finding.rule));
    let places: Vec<Place> = found.iter().map(|finding| place_of(&text, finding)).collect();
    assert_eq!(places, expected, "\n{text}\n{found:#?}");
    found
}

/// Checks that `rule` says nothing about the text.
pub(crate) fn silent(rule: &str, text: &str) {
    assert!(postproof_engine::lint::rule(rule).is_some(), "there is no rule `{rule}`");
    let found: Vec<_> = findings(text).into_iter().filter(|finding| finding.rule == rule).collect();
    assert!(found.is_empty(), "\n{text}\n{found:#?}");
}

/// Line and columns, counted from 0; the end is cut at the end of the line.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    line: usize,
    start: usize,
    end: usize,
    rule: String,
}

fn take_annotations(annotated: &str) -> (String, Vec<Place>) {
    let mut text = String::new();
    let mut places = Vec::new();
    let mut lines = 0usize;
    for line in annotated.lines() {
        let note = line.trim_start().strip_prefix('#').map(str::trim_start).filter(|rest| rest.starts_with(['^', '~']));
        let Some(note) = note else {
            text.push_str(line);
            text.push('\n');
            lines += 1;
            continue;
        };
        let rule = note.trim_start_matches(['^', '~']);
        let start = if note.starts_with('~') { 0 } else { line.len() - note.len() };
        assert!(lines > 0, "an annotation stands under a line");
        places.push(Place { line: lines - 1, start, end: line.len() - rule.len(), rule: rule.trim().to_owned() });
    }
    places.sort();
    (text, places)
}

fn place_of(text: &str, finding: &Diagnostic) -> Place {
    let start = finding.primary.span.start as usize;
    let (before, after) = text.split_at(start);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line_end = start + after.find('\n').unwrap_or(after.len());
    Place {
        line: before.matches('\n').count(),
        start: start - line_start,
        end: (finding.primary.span.end as usize).min(line_end) - line_start,
        rule: finding.rule.to_owned(),
    }
}
