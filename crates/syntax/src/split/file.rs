//! Whether a document is one file or output as a whole.

use super::client_names::is_client_signature;
use super::command::commands;
use super::evidence::{Family, Shape, is_doveconf_title, shape};
use super::hunk::Hunk;
use super::prompt::prompt;
use super::rows::{BYTE_ORDER_MARK, Row, has_tags};
use super::segment::{Frame, families};
use super::title::{Weight, title};
use super::{Part, PartKind, Vocabulary, decide, family_of, terminal};
use crate::Region;
use postproof_diag::{Document, FileId, decode};
use std::borrow::Cow;

/// Settings that make a text without a telling name count as a whole file.
pub(super) const WHOLE_SETTINGS: usize = 12;

/// The document as one part, if it is one.
pub(super) fn whole_file(file: FileId, document: &Document, words: Vocabulary<'_>) -> Option<Part> {
    let region = Region::whole(file, &document.bytes);
    let rows: Vec<Row<'_>> = region.lines.iter().enumerate().map(|(line, body)| row(document, line, body)).collect();
    let hint = words.file_kind(&document.path);
    let copied = document.bytes.starts_with("\u{feff}".as_bytes()) || document.bytes.contains(&b'\x1b');
    if hint.is_none() && copied {
        return None;
    }
    if rows.iter().any(|row| !row.is_indented() && is_marker(&row.text, hint.is_some(), words)) {
        return None;
    }
    if let Some(kind) = (words.configured_file)(&document.path) {
        return Some(Part { kind, name: Some(document.path.clone()), host: None, whole: true, region });
    }
    let shapes: Vec<Shape> = rows.iter().map(|row| shape(&row.text, words)).collect();
    let named = hint.is_some() || is_named(&document.path);
    let family = family(&rows, &shapes, hint, &document.path)?;
    let kind = hint.filter(|kind| family_of(*kind) == family && *kind != PartKind::ClientFile);
    let doveconf = rows.iter().any(|row| is_doveconf_title(&row.text));
    let kind = match kind {
        Some(PartKind::DovecotConf) if doveconf => PartKind::DoveconfN,
        Some(kind) => kind,
        None if family == Family::Main && document.path.ends_with(".cf") => PartKind::MainCf,
        None => decide::kind(family, rows.iter().map(|row| &*row.text), doveconf),
    };
    let settings = shapes.iter().filter(|shape| shape.is_configuration()).count();
    let whole = named
        || settings >= WHOLE_SETTINGS
        || matches!(kind, PartKind::PostconfN | PartKind::PostconfAll | PartKind::DoveconfN | PartKind::Table);
    let host = decide::hostname(rows.iter().map(|row| &*row.text)).filter(|_| kind == PartKind::DoveconfN);
    Some(Part { kind, name: Some(document.path.clone()), host, whole, region })
}

/// Whether a path ends as configuration files do.
fn is_named(path: &str) -> bool {
    [".cf", ".conf", ".ext"].iter().any(|end| path.ends_with(end))
}

fn row<'b>(document: &'b Document, line: usize, body: &std::ops::Range<u32>) -> Row<'b> {
    let bytes = document.bytes.get(body.start as usize..body.end as usize).unwrap_or_default();
    let text = terminal::plain(decode(bytes));
    let text = match text {
        Cow::Borrowed(text) => text.trim_start_matches(BYTE_ORDER_MARK).trim_end().into(),
        Cow::Owned(text) => text.trim_start_matches(BYTE_ORDER_MARK).trim_end().to_owned().into(),
    };
    Row { line, body: body.clone(), text }
}

/// Lines that no file has: prompts, headers, fences, quoting.
fn is_marker(text: &str, hinted: bool, words: Vocabulary<'_>) -> bool {
    if text.starts_with('>') || text.trim_start().starts_with("```") || has_tags(text) || Hunk::at(text).is_some() {
        return true;
    }
    if text.starts_with('#') || text.is_empty() {
        return false;
    }
    let announces = title(text, words).is_some_and(|title| match title.weight {
        Weight::Header => true,
        // Under a name that tells, a lone path is a faulty line.
        Weight::Alone => !hinted,
        Weight::Comment | Weight::Sentence => false,
    });
    let typed = prompt(text).is_some_and(|prompt| {
        commands(prompt.command, words).known || prompt.certain && prompt.host.is_some() && prompt.command.is_empty()
    });
    announces || typed
}

/// The grammar that the lines agree on.
fn family(rows: &[Row<'_>], shapes: &[Shape], hint: Option<PartKind>, path: &str) -> Option<Family> {
    // Every `.cf` file is a client file by its name alone: that proves nothing.
    let hint = hint.filter(|kind| *kind != PartKind::ClientFile).map(family_of);
    let client = looks_like_client_file(rows, shapes) && matches!(hint, None | Some(Family::Dovecot));
    let parsed = if client { Some(Family::Client) } else { hint.filter(|family| *family != Family::Table) };
    let found = families(rows, shapes, Frame { expected: parsed, framed: true });
    let total = shapes.iter().filter(|shape| !shape.is_neutral()).count();
    let count = |family: Family| found.iter().filter(|found| **found == Some(family)).count();
    let all = [Family::Main, Family::Master, Family::Overrides, Family::Dovecot, Family::Client, Family::Listing];
    let read = found.iter().flatten().count();
    let best = all
        .into_iter()
        .max_by_key(|family| (count(*family), Some(*family) == hint))
        .filter(|family| count(*family) > 0);
    let foreign = shapes.iter().any(|shape| matches!(shape, Shape::Log));
    let best = if client { Some(Family::Client) } else { best };
    let table = is_table(rows, shapes, hint == Some(Family::Table), path).then_some(Family::Table);
    let Some(best) = best.filter(|family| table.is_none() || count(*family) * 5 > total * 4) else { return table };
    let own = if client { read.max(count(best)) } else { count(best) };
    let odd = total - read.min(total);
    let few = odd * 10 <= total || odd <= 2 && total >= 8 || is_named(path) && odd * 2 <= total;
    // Lines of another grammar may be faults of a file that its name tells; a
    // text without such a name is then a paste of several.
    let other = read.saturating_sub(own);
    let fits = if hint == Some(best) {
        (other <= 2 || other * 10 <= read) && odd * 2 <= total && (odd * 5 <= total || !begins_with_prose(shapes))
    } else {
        other <= usize::from(read > 20) && few && !foreign && !begins_with_prose(shapes)
    };
    fits.then_some(best)
}

fn begins_with_prose(shapes: &[Shape]) -> bool {
    shapes.iter().find(|shape| !shape.is_neutral()).is_some_and(|shape| *shape == Shape::Other)
}

/// Dovecot has some of the names too; without sections and with a name that
/// only a client file has, it is one.
fn looks_like_client_file(rows: &[Row<'_>], shapes: &[Shape]) -> bool {
    let settings = shapes.iter().filter(|shape| shape.is_configuration()).count();
    let client = shapes.iter().filter(|shape| **shape == Shape::Client).count();
    let sections = rows.iter().any(|row| row.text.ends_with('{') || row.text.starts_with("!include"));
    let signed = rows.iter().any(|row| is_client_signature(&row.text));
    signed && !sections && client * 10 >= settings * 6
}

/// Whether nearly every line could be an entry of a lookup table. Prose has
/// words after each other too: without a telling name most keys have to look
/// like keys, and the text has to be a file at all.
fn is_table(rows: &[Row<'_>], shapes: &[Shape], hinted: bool, path: &str) -> bool {
    let entries = || rows.iter().zip(shapes).filter(|(row, shape)| !shape.is_neutral() && !row.is_indented());
    let total = entries().count();
    let fit = entries().filter(|(row, _)| is_table_entry(&row.text)).count();
    if hinted {
        return total > 0 && fit * 2 >= total;
    }
    let ends = [".txt", ".md", ".log", ".eml", ".html", ".htm", ".sh", ".py", ".json", ".yml", ".yaml"];
    let file = path.contains(['/', '.']) && !path.starts_with('<') && !ends.iter().any(|end| path.ends_with(end));
    let sure = entries()
        .filter(|(row, _)| row.text.split_whitespace().count() != 2 || row.text.contains(['@', '.', '/', ':']))
        .count();
    file && total > 0 && fit * 10 >= total * 9 && sure * 2 >= total
}

/// Whether a line looks like an entry of a lookup table.
pub(super) fn is_table_entry(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let Some(key) = words.next() else { return false };
    if key.starts_with(['/', '!']) || matches!(key, "if" | "endif") {
        let body = line.trim_start_matches("if").trim_start().trim_start_matches('!').trim_start();
        return matches!(key, "endif") || body.starts_with('/') && body.matches('/').count() >= 2;
    }
    let rest = words.collect::<Vec<_>>();
    if line.contains(" = ") || key.contains(['=', '{', '(', ';', '<', ',']) || key == "-" {
        return false;
    }
    let address = key.contains(['@', '.', '[']) && !key.ends_with(['.', ',']) || key.starts_with('*');
    let network = key.split('/').next().is_some_and(|host| host.parse::<std::net::IpAddr>().is_ok());
    let alias = key.ends_with(':') && !key.starts_with("http") && !rest.is_empty() && rest.len() <= 12;
    let action = rest.first().is_some_and(|word| {
        let word = word.split(':').next().unwrap_or_default();
        matches!(
            word.to_ascii_uppercase().as_str(),
            "OK" | "REJECT"
                | "DUNNO"
                | "PERMIT"
                | "DISCARD"
                | "HOLD"
                | "FILTER"
                | "PREPEND"
                | "REDIRECT"
                | "WARN"
                | "IGNORE"
                | "REPLACE"
                | "DEFER"
                | "BCC"
        )
    });
    // transport(5): `*` is any destination, `.` was taken for it.
    let pair = rest.len() == 1 && (key.len() > 1 || matches!(key, "*" | "."));
    network || alias || action || (address && rest.len() <= 12 && !rest.is_empty()) || pair
}
