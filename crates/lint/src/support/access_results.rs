//! What the results of an access(5) table can do: which of them mean OK.

use crate::Cx;
use postproof_diag::{SourceText, Span};
use postproof_model::{Model, Scope, TableContent, TableRef, table_ref, words};

/// Results of a table that end a list with a permit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Permits {
    /// None of its results does.
    No,
    /// These do.
    Yes(Vec<Permit>),
    /// The content is not known; the table as written.
    Unknown(String),
}

/// One such result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Permit {
    /// The key; nothing where every key gives it (`static:`).
    pub(crate) key: Option<String>,
    /// The result as written.
    pub(crate) result: String,
    /// Its place, if the table's text was given.
    pub(crate) span: Option<Span>,
}

/// How deep restriction classes are followed from a table's result; deeper
/// nesting is taken as «does not permit», which only loses a finding.
const MAX_DEPTH: usize = 8;

/// Which results of the table that `argument` names permit.
pub(crate) fn permits(cx: &Cx<'_>, scope: Scope, argument: &SourceText) -> Permits {
    permits_at(cx, scope, argument, MAX_DEPTH)
}

fn permits_at(cx: &Cx<'_>, scope: Scope, argument: &SourceText, depth: usize) -> Permits {
    let Some(table) = table_ref(argument) else { return Permits::No };
    match cx.model.table_content(&table) {
        TableContent::Text(content, _) => {
            let found: Vec<Permit> = content
                .entries()
                .filter(|entry| is_permit(cx.model, scope, entry.value.as_str(), MAX_DEPTH))
                .map(|entry| Permit {
                    key: Some(entry.key.as_str().trim().to_owned()),
                    result: entry.value.as_str().to_owned(),
                    span: entry.value.span(),
                })
                .collect();
            if found.is_empty() { Permits::No } else { Permits::Yes(found) }
        }
        TableContent::Inline => inline(cx, scope, &table),
        // DATABASE_README: `fail:` never gives a result.
        TableContent::Unknown if table.kind == "fail" => Permits::No,
        TableContent::Unknown if table.kind == "unionmap" => union(cx, scope, &table, depth),
        TableContent::Unknown => Permits::Unknown(argument.as_str().to_owned()),
    }
}

/// `unionmap:{hash:/etc/postfix/a, …}`: a key that one table alone has gives its result.
// dict_union.c, dict_union_lookup
fn union(cx: &Cx<'_>, scope: Scope, table: &TableRef, depth: usize) -> Permits {
    let unknown = || Permits::Unknown(table.text.as_str().to_owned());
    let (Some(inner), Some(deeper)) = (table.inner(), depth.checked_sub(1)) else { return unknown() };
    let mut found = Vec::new();
    let mut is_known = true;
    for member in words(&inner) {
        match permits_at(cx, scope, &member.text, deeper) {
            Permits::No => {}
            Permits::Yes(more) => found.extend(more),
            Permits::Unknown(_) => is_known = false,
        }
    }
    match (found.is_empty(), is_known) {
        (false, _) => Permits::Yes(found),
        (true, true) => Permits::No,
        (true, false) => unknown(),
    }
}

/// `static:OK`, `static:{OK}`, `inline:{key=value, {key = value}}`.
fn inline(cx: &Cx<'_>, scope: Scope, table: &TableRef) -> Permits {
    let name = without_braces(&table.name);
    let pairs: Vec<(Option<String>, String)> = match table.kind.as_str() {
        "static" => vec![(None, name.to_owned())],
        "inline" => words(&SourceText::unplaced(name))
            .iter()
            .filter_map(|word| {
                let (key, value) = without_braces(word.text.as_str()).split_once('=')?;
                Some((Some(key.trim().to_owned()), value.trim().to_owned()))
            })
            .collect(),
        _ => return Permits::Unknown(table.text.as_str().to_owned()),
    };
    let found: Vec<Permit> = pairs
        .into_iter()
        .filter(|(_, result)| is_permit(cx.model, scope, result, MAX_DEPTH))
        .map(|(key, result)| Permit { key, result, span: table.text.span() })
        .collect();
    if found.is_empty() { Permits::No } else { Permits::Yes(found) }
}

fn without_braces(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).map_or(text, str::trim)
}

/// Whether a result is a permit: OK, RELAY, digits only, or a list of
/// restrictions that begins with `permit` (access(5); smtpd_check.c,
/// check_table_result).
pub(crate) fn is_permit(model: &Model, scope: Scope, result: &str, depth: usize) -> bool {
    let result = result.trim();
    let first = result.split_whitespace().next().unwrap_or_default();
    if first.eq_ignore_ascii_case("OK") || first.eq_ignore_ascii_case("RELAY") {
        return true;
    }
    if !result.is_empty() && result.bytes().all(|byte| byte.is_ascii_digit()) {
        return true;
    }
    ends_with_permit(model, scope, &SourceText::unplaced(result), depth).unwrap_or(false)
}

/// What a list of restrictions does for certain: permits, does not, or leaves
/// it to what follows.
fn ends_with_permit(model: &Model, scope: Scope, list: &SourceText, depth: usize) -> Option<bool> {
    let deeper = depth.checked_sub(1)?;
    let classes = words(&value_text(model, scope, "smtpd_restriction_classes"));
    for word in words(list) {
        let word = word.text.as_str();
        if word.eq_ignore_ascii_case("permit") {
            return Some(true);
        }
        if ["reject", "defer"].iter().any(|end| word.eq_ignore_ascii_case(end)) {
            return Some(false);
        }
        if classes.iter().any(|class| class.text.as_str() == word)
            && let Some(end) = ends_with_permit(model, scope, &value_text(model, scope, word), deeper)
        {
            return Some(end);
        }
        // A guard in the result still refuses to relay.
        if ["reject_unauth_destination", "defer_unauth_destination"]
            .iter()
            .any(|guard| word.eq_ignore_ascii_case(guard))
        {
            return Some(false);
        }
    }
    None
}

fn value_text(model: &Model, scope: Scope, name: &str) -> SourceText {
    model.value(scope, name).map(|value| value.text).unwrap_or_default()
}
