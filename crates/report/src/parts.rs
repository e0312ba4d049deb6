//! What more than one renderer needs: counts, and edits as lines.

use crate::Places;
use crate::mask::{MASK, Mask};
use postproof_chain::Explanation;
use postproof_diag::{Edit, FileId, Fix, Severity, Span};
use postproof_engine::{Host, Report};
use postproof_model::Service;
use postproof_syntax::PartKind;

/// How many findings of each severity, worst first.
pub fn counts(report: &Report) -> [(Severity, usize); 4] {
    [Severity::Error, Severity::Warning, Severity::Info, Severity::Hint]
        .map(|severity| (severity, report.diagnostics().filter(|found| found.severity == severity).count()))
}

/// Lines of one document that a fix replaces.
pub(crate) struct Change {
    before: Vec<String>,
    after: Vec<String>,
}

impl Change {
    /// The lines with their signs, none wider than `columns`: a long line is
    /// shown from a little before the first difference.
    pub(crate) fn lines(&self, columns: usize) -> Vec<(char, String)> {
        let before = self.before.iter().enumerate().map(|(at, line)| ('-', line, self.after.get(at)));
        let after = self.after.iter().enumerate().map(|(at, line)| ('+', line, self.before.get(at)));
        before.chain(after).map(|(sign, line, other)| (sign, near(line, other, columns))).collect()
    }
}

/// `line`, cut to `columns` around where it differs from `other`.
fn near(line: &str, other: Option<&String>, columns: usize) -> String {
    let shown = crate::text::visible(line);
    if crate::text::columns(&shown) <= columns {
        return shown;
    }
    let same = other.map_or(0, |other| line.chars().zip(other.chars()).take_while(|(a, b)| a == b).count());
    let skipped = if same + SAME_CHARACTERS > columns { same - SAME_CHARACTERS.min(same) } else { 0 };
    let rest: String = shown.chars().skip(skipped).collect();
    let start = if skipped > 0 { "..." } else { "" };
    crate::text::cut(&format!("{start}{rest}"), columns)
}

/// Characters shown before the difference of two long lines.
const SAME_CHARACTERS: usize = 24;

/// Lines longer than this are shown only near the edit: copying a line of
/// megabytes for each of its findings would be quadratic.
const LONG_CHANGE_BYTES: u32 = 4096;
/// How near.
const NEAR_BYTES: u32 = 40;

/// The edits of a fix as replaced lines, document by document, secrets hidden.
pub(crate) fn changes(report: &Report, places: &Places<'_>, mask: &Mask, fix: &Fix) -> Vec<Change> {
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| (edit.span.file, edit.span.start, edit.span.end));
    let mut groups: Vec<(FileId, u32, u32, Vec<&Edit>)> = Vec::new();
    for edit in edits {
        let Some((first, last)) = places.lines(edit.span) else { continue };
        match groups.last_mut() {
            Some((file, _, end, group)) if *file == edit.span.file && first <= *end => {
                *end = last.max(*end);
                group.push(edit);
            }
            Some(_) | None => groups.push((edit.span.file, first, last, vec![edit])),
        }
    }
    groups
        .into_iter()
        .filter_map(|(file, first, last, edits)| change(report, places, mask, file, first..=last, &edits))
        .collect()
}

fn change(
    report: &Report,
    places: &Places<'_>,
    mask: &Mask,
    file: FileId,
    lines: std::ops::RangeInclusive<u32>,
    edits: &[&Edit],
) -> Option<Change> {
    let mut start = places.line_range(file, *lines.start())?.start;
    let first_edit = edits.iter().map(|edit| edit.span.start).min()?;
    let last_edit = edits.iter().map(|edit| edit.span.end).max()?;
    let mut last = last_edit.max(places.line_range(file, *lines.end())?.end);
    if last - start > LONG_CHANGE_BYTES {
        let text = places.text(file);
        start = start.max(text.floor_char_boundary(first_edit.saturating_sub(NEAR_BYTES) as usize) as u32);
        last = last.min(text.ceil_char_boundary((last_edit + NEAR_BYTES) as usize) as u32);
    }
    let mut after = String::new();
    let mut copied = start;
    for edit in edits {
        after.push_str(&masked(report, mask, Span::new(file, copied, edit.span.start.max(copied))));
        after.push_str(&mask.value(&edit.replacement));
        copied = edit.span.end;
    }
    after.push_str(&masked(report, mask, Span::new(file, copied, last.max(copied))));
    let before = masked(report, mask, Span::new(file, start, last));
    let (mut before, mut after) = (to_lines(&before), to_lines(&after));
    // An insertion at the end or start of a line repeats that line on both sides.
    while !before.is_empty() && before.first() == after.first() {
        before.remove(0);
        after.remove(0);
    }
    while !before.is_empty() && before.last() == after.last() {
        before.pop();
        after.pop();
    }
    Some(Change { before, after })
}

/// The text at `span` with its secrets hidden.
pub(crate) fn masked(report: &Report, mask: &Mask, span: Span) -> String {
    let text =
        |from: u32, to: u32| postproof_diag::decode(report.sources.slice(Span::new(span.file, from, to))).into_owned();
    let mut out = String::new();
    let mut copied = span.start;
    for secret in mask.within(span) {
        out.push_str(&text(copied, secret.start.max(copied)));
        out.push_str(MASK);
        copied = secret.end.min(span.end);
    }
    out.push_str(&text(copied, span.end));
    out
}

fn to_lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// The service that an explanation is of.
pub(crate) fn service<'h>(host: &'h Host, explanation: &Explanation) -> Option<&'h Service> {
    host.model.services.get(explanation.service.0)
}

/// Whether people may mean this service by `name`: its name field, its label
/// (`submission (port 587)`) or its port.
pub(crate) fn is_service(host: &Host, explanation: &Explanation, name: &str) -> bool {
    service(host, explanation).is_some_and(|service| {
        let port = service.endpoint.as_ref().and_then(|endpoint| endpoint.port_number);
        service.name == name || service.label() == name || port.is_some_and(|port| port.to_string() == name)
    })
}

/// The names of all explained services.
pub fn service_names(report: &Report) -> Vec<String> {
    let services = report.hosts.iter().flat_map(|host| host.services.iter().filter_map(|one| service(host, one)));
    services.map(Service::label).collect()
}

/// The name of a kind of part, the same in text and JSON.
pub(crate) fn kind(kind: PartKind) -> &'static str {
    match kind {
        PartKind::MainCf => "main.cf",
        PartKind::PostconfN => "postconf -n",
        PartKind::PostconfAll => "postconf",
        PartKind::MasterCf => "master.cf",
        PartKind::PostconfP => "postconf -P",
        PartKind::DovecotConf => "dovecot.conf",
        PartKind::DoveconfN => "doveconf -n",
        PartKind::Table => "table",
        PartKind::ClientFile => "client file",
        PartKind::Listing => "ls -l",
    }
}
