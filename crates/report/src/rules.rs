//! The rules and their documentation, as text.

use crate::text::wrap;
use postproof_diag::Lang;
use postproof_lint::{rule, rules::ALL};
use std::fmt::Write;

/// How alike a name must be to be suggested.
const NEAR: f64 = 0.7;

/// All rules: name, severity and what each finds, one to a line.
pub fn list(lang: Lang, width: usize) -> String {
    let mut out = String::new();
    let names = ALL.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    for rule in ALL {
        let first = format!("{:names$}  {:7}  ", rule.name, rule.severity.word());
        crate::text::hang(&mut out, &first, rule.docs.summary(lang), width);
    }
    out
}

/// The documentation of one rule; the nearest name where there is none.
pub fn page(name: &str, lang: Lang, width: usize) -> Result<String, Option<&'static str>> {
    let Some(rule) = rule(name) else { return Err(nearest(name)) };
    let mut out = String::new();
    let _ = writeln!(out, "{}  ({}, since {})\n", rule.name, rule.severity.word(), rule.since);
    // The title repeats the name.
    let page = rule.docs.page(lang);
    plain(&mut out, page.split_once('\n').map_or(page, |(_, rest)| rest.trim_start()), width);
    Ok(out)
}

fn nearest(name: &str) -> Option<&'static str> {
    let scored = ALL.iter().map(|rule| (strsim::jaro_winkler(name, rule.name), rule.name));
    scored.filter(|(score, _)| *score >= NEAR).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

/// Markdown as plain text: headings underlined, paragraphs wrapped, code kept
/// as it is.
fn plain(out: &mut String, markdown: &str, width: usize) {
    let mut paragraph = String::new();
    let mut code = false;
    for line in markdown.lines() {
        let item = ["- ", "* "].iter().any(|bullet| line.trim_start().starts_with(bullet));
        if line.starts_with("```") || code || line.starts_with('#') || line.is_empty() || item {
            flush(out, &mut paragraph, width);
        }
        if let Some(info) = line.strip_prefix("```") {
            code = !code;
            if code && !info.is_empty() {
                let _ = writeln!(out, "    ({info})");
            }
        } else if code {
            let _ = writeln!(out, "    {line}");
        } else if line.starts_with('#') {
            let title = line.trim_start_matches('#').trim();
            let _ = writeln!(out, "{title}\n{}", "-".repeat(crate::text::columns(title)));
        } else if line.is_empty() {
            out.push('\n');
        } else {
            paragraph.push_str(line);
            paragraph.push(' ');
        }
    }
    flush(out, &mut paragraph, width);
}

fn flush(out: &mut String, paragraph: &mut String, width: usize) {
    let text = std::mem::take(paragraph);
    if text.trim().is_empty() {
        return;
    }
    let bullet = text.trim_start().starts_with(['-', '*']);
    for (number, line) in wrap(&text, width.saturating_sub(2)).iter().enumerate() {
        let indent = if bullet && number > 0 { "  " } else { "" };
        let _ = writeln!(out, "{indent}{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_plain_text() {
        let mut out = String::new();
        let page = "# What it finds\n\nOne line\nand another.\n\n- an item\n  that goes on\n- a second\n\n```bad\na = b\n```\n";
        plain(&mut out, page, 40);
        let expected = "What it finds\n-------------\n\nOne line and another.\n\n- an item that goes on\n- a second\n\n    (bad)\n    a = b\n";
        assert_eq!(out, expected);
    }
}
