//! Edits that fixes are made of.

use crate::Cx;
use postproof_diag::{Edit, SourceText, Span};
use postproof_model::{Scope, Value};

/// Inserts the line `name = value` under the setting in main.cf that gives
/// `beside` its value, or `-o name=value` after the option in master.cf that does.
pub(crate) fn set_beside(cx: &Cx<'_>, scope: Scope, beside: &str, name: &str, value: &str) -> Option<Edit> {
    if let Scope::Service(id) = scope {
        let service = cx.model.services.iter().find(|service| service.id == id)?;
        if let Some(option) = service.option(beside) {
            let end = Span::new(option.span.file, option.span.end, option.span.end);
            return Some(Edit { span: end, replacement: format!(" -o {name}={value}") });
        }
    }
    let line = cx.model.main.get(beside)?.span;
    // In a quoted paste the new line would stand outside the quotation.
    let before = Span::new(line.file, line.start.saturating_sub(1), line.start);
    if !before.is_empty() && cx.sources.slice(before) != b"\n" {
        return None;
    }
    let at = Span::new(line.file, line.end, line.end);
    let text = cx.sources.slice(line);
    let end = if text.ends_with(b"\r\n") { "\r\n" } else { "\n" };
    let replacement =
        if text.ends_with(b"\n") { format!("{name} = {value}{end}") } else { format!("\n{name} = {value}") };
    Some(Edit { span: at, replacement })
}

/// Replaces a value that is written in one piece.
pub(crate) fn replace_value(cx: &Cx<'_>, value: &Value, by: &str) -> Option<Edit> {
    let span = value.raw.span()?;
    is_verbatim(cx, &value.raw, span).then(|| Edit { span, replacement: by.to_owned() })
}

/// Whether the bytes at `span` are just that text.
fn is_verbatim(cx: &Cx<'_>, text: &SourceText, span: Span) -> bool {
    cx.sources.slice(span) == text.as_str().as_bytes()
}

/// Takes a word of a list out together with the separator between it and the
/// word before, if nothing else stands there.
pub(crate) fn remove_word(cx: &Cx<'_>, before: Span, word: Span) -> Option<Edit> {
    if before.file != word.file || before.end > word.start {
        return None;
    }
    let between = Span::new(word.file, before.end, word.start);
    let only_separators = cx.sources.slice(between).iter().all(|byte| b", \t\r\n".contains(byte));
    let span = Span::new(word.file, before.end, word.end);
    only_separators.then(|| Edit { span, replacement: String::new() })
}
