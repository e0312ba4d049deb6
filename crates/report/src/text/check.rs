//! Findings as text, host by host, then what was read and what was not.

use super::frame::{Mark, bar, draw, gutter};
use super::style::paint;
use super::wrap::{pad, visible};
use super::{Cx, words};
use crate::parts;
use postproof_diag::{Diagnostic, FileId, Fix, Missing, Severity, Text, text};
use postproof_engine::chain::WalkEnd;
use postproof_engine::model::{Exposure, Service};
use postproof_engine::prove::Verdict;
use postproof_engine::{Host, entrances};

/// Ranges of lines that are listed; the rest is counted. A log of a thousand
/// lines in a paste must not bury the findings.
const LISTED_RANGES: usize = 30;

/// Answers to a stranger that are listed; the rest is counted.
const LISTED_ANSWERS: usize = 8;

/// Lines of a fix that are drawn; the rest is counted.
const LISTED_FIX_LINES: usize = 12;

pub(super) fn render(cx: &Cx<'_>) -> String {
    let mut out = String::new();
    for host in &cx.report.hosts {
        heading(cx, &mut out, host);
        relaying(cx, &mut out, host);
        for diagnostic in &host.diagnostics {
            finding(cx, &mut out, diagnostic);
        }
        missing(cx, &mut out, &host.missing);
        read(cx, &mut out, host);
    }
    notes(cx, &mut out);
    left_alone(cx, &mut out);
    summary(cx, &mut out);
    out
}

/// The host and the releases it is judged for.
pub(super) fn heading(cx: &Cx<'_>, out: &mut String, host: &Host) {
    let title = match &host.name {
        Some(name) => format!("{} {}", cx.word(&words::HOST), visible(name)),
        None => cx.word(&words::UNNAMED_HOST).to_owned(),
    };
    out.push_str(&paint(cx.palette.strong, title));
    out.push('\n');
    let target = &host.model.target;
    let mut chosen = Vec::new();
    if host.model.has_postfix() {
        chosen.push(("Postfix", target.postfix.value.to_string(), &target.postfix.reason));
        chosen.push(("compatibility_level", target.level.value.as_level(), &target.level.reason));
    }
    chosen.extend(target.dovecot.as_ref().map(|dovecot| ("Dovecot", dovecot.value.to_string(), &dovecot.reason)));
    for (name, value, reason) in chosen {
        cx.hang(out, &format!("  {name} "), &format!("{value}, {}", cx.say(reason)));
    }
    out.push('\n');
}

/// What becomes of a stranger who asks to relay: the first question of every
/// reader. Services that give the same answer share a line.
fn relaying(cx: &Cx<'_>, out: &mut String, host: &Host) {
    let mut answers: Vec<(Text, Vec<String>)> = Vec::new();
    for explanation in &host.services {
        let Some(service) = host.model.services.get(explanation.service.0) else { continue };
        let summary = proved(host, service).unwrap_or_else(|| explanation.stranger.summary.clone());
        match answers.iter_mut().find(|(known, _)| *known == summary) {
            Some((_, services)) => services.push(service.label()),
            None => answers.push((summary, vec![service.label()])),
        }
    }
    if answers.is_empty() {
        return;
    }
    section(cx, out, &words::STRANGER);
    for (summary, services) in answers.iter().take(LISTED_ANSWERS) {
        cx.hang(out, &format!("  {}: ", visible(&services.join(", "))), &cx.say(summary));
    }
    super::host_claims::entrances(cx, out, &entrances(cx.report, host));
    if let Some(rule) = open_door(host) {
        cx.hang(
            out,
            "  ",
            &cx.say(&text!(
                "but `{rule}` below reports a way in",
                "그러나 아래의 `{rule}` 규칙이 통과할 길을 보고합니다"
            )),
        );
    }
    if answers.len() > LISTED_ANSWERS {
        out.push_str(&format!("  ... +{} (postproof explain)\n", answers.len() - LISTED_ANSWERS));
    }
    out.push('\n');
}

/// What is proved of all strangers; nothing where it was not decided.
fn proved(host: &Host, service: &Service) -> Option<Text> {
    let glance = host.glance(service.id)?;
    match &glance.relay.verdict {
        Verdict::Holds => Some(NO_RELAY),
        Verdict::Fails(witness) if service.exposure != Exposure::Loopback => {
            let session = &witness.session;
            let client = session.client.address.to_string();
            let sender = session.sender.as_deref().unwrap_or_default();
            let recipient = session.recipients.first().map(String::as_str).unwrap_or_default();
            Some(text!(
                "a stranger relays: `{client}` sends from `<{sender}>` to `<{recipient}>`, proved by playing this session",
                "외부인이 릴레이합니다. `{client}` 클라이언트가 `<{sender}>` 주소에서 `<{recipient}>` 주소로 보내며, 이 세션을 따라가 증명했습니다"
            ))
        }
        Verdict::Fails(_) | Verdict::Depends(_) | Verdict::BoundReached => None,
    }
}

/// The rule of an open door below, if no session above shows it already.
fn open_door(host: &Host) -> Option<&'static str> {
    let is_shown = host.services.iter().any(|one| one.stranger.end == WalkEnd::Accepted)
        || host.glances.iter().any(|one| matches!(one.relay.verdict, Verdict::Fails(_)));
    let is_open = |one: &&Diagnostic| one.severity == Severity::Error && OPEN_DOORS.contains(&one.rule);
    host.diagnostics.iter().find(is_open).filter(|_| !is_shown).map(|one| one.rule)
}

const NO_RELAY: Text =
    Text::fixed("no session of a stranger relays: proved", "외부인의 어떤 세션도 릴레이하지 못합니다(증명됨)");

/// Rules that report how strangers relay.
const OPEN_DOORS: &[&str] = &[
    "relay-access-ok-before-guard",
    "relay-sender-allowlist",
    "relay-mynetworks-world",
    "relay-proxy-protocol-exposed",
];

fn finding(cx: &Cx<'_>, out: &mut String, diagnostic: &Diagnostic) {
    let accent = cx.palette.severity(diagnostic.severity);
    let word = cx.word(words::severity(diagnostic.severity));
    let mut first = paint(accent, format!("{word}[{}]", diagnostic.rule));
    if !diagnostic.missing.is_empty() {
        first.push_str(&paint(cx.palette.unknown, format!(" ({})", cx.word(&words::CANNOT_TELL))));
    }
    let message = paint(cx.palette.strong, cx.say(&diagnostic.message));
    super::wrap::hang_flat(out, &format!("{first}: {message}"), cx.width);

    let labels =
        std::iter::once((&diagnostic.primary, true)).chain(diagnostic.related.iter().map(|label| (label, false)));
    let marks: Vec<Mark> = labels
        .map(|(label, primary)| Mark { span: label.span, note: label.note.as_ref().map(|note| cx.say(note)), primary })
        .collect();
    draw(cx, out, &marks, accent);

    let margin = gutter(cx, &marks);
    note(cx, out, margin, cx.word(&words::WHY), &cx.say(&diagnostic.why));
    if let Some(help) = &diagnostic.help {
        note(cx, out, margin, cx.word(&words::HELP), &cx.say(help));
    }
    if let Some(fix) = &diagnostic.fix {
        draw_fix(cx, out, margin, fix);
    }
    for missing in &diagnostic.missing {
        note(cx, out, margin, cx.word(&words::DECIDES), &cx.say(&missing.what));
        command(cx, out, margin + 5, missing);
    }
    if !diagnostic.sources.is_empty() {
        note(cx, out, margin, cx.word(&words::SEE), &diagnostic.sources.join("; "));
    }
    note(cx, out, margin, cx.word(&words::DOCS), &format!("postproof rule {}", diagnostic.rule));
    out.push('\n');
}

/// `   = why: …`
fn note(cx: &Cx<'_>, out: &mut String, margin: usize, name: &str, text: &str) {
    let mut first = String::new();
    pad(&mut first, margin + 1);
    first.push_str(&paint(cx.palette.quiet, "="));
    first.push_str(&format!(" {}: ", paint(cx.palette.strong, name)));
    cx.hang(out, &first, text);
}

fn command(cx: &Cx<'_>, out: &mut String, indent: usize, missing: &Missing) {
    let Some(command) = &missing.command else { return };
    for line in command.lines() {
        pad(out, indent);
        out.push_str(&format!("$ {}\n", visible(&cx.mask.value(line))));
    }
}

/// The lines that a fix changes, before and after.
fn draw_fix(cx: &Cx<'_>, out: &mut String, margin: usize, fix: &Fix) {
    note(cx, out, margin, cx.word(words::fix(fix.safety)), &cx.say(&fix.title));
    let mut shown = 0;
    let changes = parts::changes(cx.report, &cx.places, &cx.mask, fix);
    let total: usize = changes.iter().map(|change| change.lines(0).len()).sum();
    let room = cx.width.saturating_sub(margin + 9);
    for change in &changes {
        let lines = change.lines(room);
        for (sign, line) in lines.iter().take(LISTED_FIX_LINES.saturating_sub(shown)) {
            let style = if *sign == '-' { cx.palette.dead } else { cx.palette.name };
            bar(cx, out, margin);
            out.push_str(&format!("   {sign} {}\n", paint(style, line)));
            shown += 1;
        }
    }
    if total > shown {
        bar(cx, out, margin);
        out.push_str(&format!("   ... +{}\n", total - shown));
    }
}

fn missing(cx: &Cx<'_>, out: &mut String, missing: &[Missing]) {
    if missing.is_empty() {
        return;
    }
    section(cx, out, &words::NOT_GIVEN);
    for one in missing {
        cx.hang(out, "  ", &cx.say(&one.what));
        command(cx, out, 6, one);
    }
    out.push('\n');
}

/// First and last lines.
type Lines = Vec<(u32, u32)>;

/// The parts, those of one document and kind in one line.
fn read(cx: &Cx<'_>, out: &mut String, host: &Host) {
    section(cx, out, &words::READ);
    let mut groups: Vec<(FileId, String, Lines)> = Vec::new();
    for source in &host.model.parts {
        let part = &source.part;
        let file = part.region.file;
        let Some(lines) = cx.places.lines(part.region.span()) else { continue };
        let document = cx.report.sources.get(file);
        let known_as = document.map_or("", |document| document.known_as());
        let mut what = vec![words::kind(part.kind, cx.lang).to_owned()];
        let path = cx.places.path(file);
        let told = |name: &str| [path, known_as, parts::kind(part.kind)].contains(&name);
        what.extend(part.name.iter().filter(|name| !told(name)).map(|name| visible(name)));
        what.extend((!part.whole).then(|| cx.word(&words::EXCERPT).to_owned()));
        what.extend(document.is_some_and(|document| document.followed).then(|| cx.word(&words::FOLLOWED).to_owned()));
        let what = what.join(", ");
        match groups.iter_mut().find(|group| group.0 == file && group.1 == what) {
            Some(group) => group.2.push(lines),
            None => groups.push((file, what, vec![lines])),
        }
    }
    for (file, what, lines) in groups {
        let first = format!("  {}:", visible(cx.places.path(file)));
        super::wrap::hang_at(out, &first, &format!("{} ({what})", ranges(&lines)), 6, cx.width);
    }
    out.push('\n');
}

/// `20-23, 28-30`.
fn ranges(lines: &[(u32, u32)]) -> String {
    let shown = lines
        .iter()
        .take(LISTED_RANGES)
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") });
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if lines.len() > LISTED_RANGES {
        text.push_str(&format!(", ... +{}", lines.len() - LISTED_RANGES));
    }
    text
}

fn notes(cx: &Cx<'_>, out: &mut String) {
    let noted: Vec<_> = cx.report.sources.iter().filter(|(_, document)| !document.notes.is_empty()).collect();
    if noted.is_empty() {
        return;
    }
    section(cx, out, &words::NOTES);
    for (_, document) in noted {
        for text in &document.notes {
            cx.hang(out, &format!("  {}: ", visible(&document.path)), &cx.say(text));
        }
    }
    out.push('\n');
}

/// The lines that belong to no configuration, document by document.
fn left_alone(cx: &Cx<'_>, out: &mut String) {
    let mut groups: Vec<(FileId, Vec<&Text>, Lines)> = Vec::new();
    for range in &cx.report.left_alone {
        let Some(lines) = cx.places.lines(range.span) else { continue };
        let file = range.span.file;
        if groups.last().is_none_or(|group| group.0 != file) {
            groups.push((file, Vec::new(), Vec::new()));
        }
        let Some((_, kinds, ranges)) = groups.last_mut() else { continue };
        if !kinds.contains(&&range.what) {
            kinds.push(&range.what);
        }
        match ranges.last_mut() {
            Some((_, end)) if lines.0 <= *end + 1 => *end = lines.1.max(*end),
            Some(_) | None => ranges.push(lines),
        }
    }
    if groups.is_empty() {
        return;
    }
    section(cx, out, &words::LEFT_ALONE);
    for (file, kinds, lines) in groups {
        let first = format!("  {}:", visible(cx.places.path(file)));
        let kinds: Vec<String> = kinds.into_iter().map(|kind| cx.say(kind)).collect();
        super::wrap::hang_at(out, &first, &format!("{} ({})", ranges(&lines), kinds.join("; ")), 6, cx.width);
    }
    out.push('\n');
}

fn section(cx: &Cx<'_>, out: &mut String, title: &'static Text) {
    out.push_str(&paint(cx.palette.strong, cx.word(title)));
    out.push('\n');
}

fn summary(cx: &Cx<'_>, out: &mut String) {
    let counts = parts::counts(cx.report);
    if counts.iter().all(|(_, count)| *count == 0) {
        out.push_str(&format!("{}\n", paint(cx.palette.strong, cx.word(&words::NO_FINDINGS))));
        return;
    }
    let worst = counts.iter().find(|(_, count)| *count > 0).map_or(Severity::Hint, |(severity, _)| *severity);
    out.push_str(&format!("{}\n", paint(cx.palette.severity(worst), words::summary(&counts, cx.lang))));
}
