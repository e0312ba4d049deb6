//! The restriction chains as text: service by service, in the order in which
//! an SMTP session meets the lists.

use super::style::paint;
use super::wrap::{pad, visible, width};
use super::{Cx, walk, words};
use crate::parts;
use postproof_chain::{Answer, EntryView, Explanation, ListView, Reach, StageView};
use postproof_diag::{Lang, Span};
use postproof_engine::Host;
use postproof_model::Origin;

/// Column at which the sentences of an entry begin.
const ENTRY_INDENT: usize = 8;
/// Columns that the words of an answer take at least; the conditions stand behind.
const ANSWER_COLUMNS: usize = 16;

pub(super) fn render(cx: &Cx<'_>, service: Option<&str>) -> Option<String> {
    let mut out = String::new();
    let mut found = false;
    for host in &cx.report.hosts {
        let chosen: Vec<&Explanation> =
            host.services.iter().filter(|one| service.is_none_or(|name| parts::is_service(host, one, name))).collect();
        if chosen.is_empty() && service.is_some() {
            continue;
        }
        found = true;
        super::check::heading(cx, &mut out, host);
        if chosen.is_empty() {
            out.push_str(&format!("   {}\n\n", cx.word(&words::NO_SMTPD)));
        }
        for explanation in chosen {
            explain_service(cx, &mut out, host, explanation);
        }
    }
    found.then_some(out)
}

fn explain_service(cx: &Cx<'_>, out: &mut String, host: &Host, explanation: &Explanation) {
    let service = parts::service(host, explanation);
    let title = service.map_or_else(|| "smtpd".to_owned(), |service| visible(&service.label()));
    let place = service.and_then(|service| service.name_span.or(service.span)).map(|span| cx.places.show_lines(span));
    let mut line = format!("== {} ", paint(cx.palette.strong, &title));
    if let Some(place) = place {
        line.push_str(&format!("== {} ", visible(&place)));
    }
    let rest = cx.width.saturating_sub(width(&line));
    out.push_str(&line);
    out.push_str(&"=".repeat(rest));
    out.push('\n');
    if !explanation.assumptions.is_empty() {
        out.push_str(&format!("   {}:\n", cx.word(&words::ASSUMED)));
    }
    for assumption in &explanation.assumptions {
        cx.hang(out, "   - ", &cx.say(assumption));
    }
    let delays = if explanation.delays_refusals { &words::DELAYED } else { &words::NOT_DELAYED };
    cx.hang(out, "   ", cx.word(delays));
    out.push('\n');
    for stage in &explanation.stages {
        explain_stage(cx, out, stage);
    }
    walk::render(cx, out, explanation);
    out.push('\n');
}

fn explain_stage(cx: &Cx<'_>, out: &mut String, stage: &StageView) {
    cx.hang(out, &format!("{}  ", paint(cx.palette.strong, words::stage(stage.stage))), &cx.say(&stage.text));
    for list in &stage.lists {
        explain_list(cx, out, list);
    }
    out.push('\n');
}

fn explain_list(cx: &Cx<'_>, out: &mut String, list: &ListView) {
    let origin = origin(cx, &list.origin, list.span);
    out.push_str(&format!("  {}  {}\n", paint(cx.palette.name, list.param), paint(cx.palette.quiet, origin)));
    for (at, entry) in list.entries.iter().enumerate() {
        explain_entry(cx, out, entry, &(at + 1).to_string(), 0);
    }
    cx.hang(out, &format!("     {}: ", cx.word(&words::AT_END)), &cx.say(&list.end));
}

/// `set at main.cf:4:1`, `-o in master.cf at …`, `default of Postfix 3.7 at level 2`.
fn origin(cx: &Cx<'_>, origin: &Origin, span: Option<Span>) -> String {
    let at = |place: Span| visible(&cx.places.show(span.unwrap_or(place)));
    match origin {
        Origin::Written(place) => format!("{} {}", cx.word(&words::SET_AT), at(*place)),
        Origin::Override(place) => format!("{} {}", cx.word(&words::OVERRIDDEN_AT), at(*place)),
        Origin::Default => match cx.lang {
            Lang::En => "default".to_owned(),
            Lang::Ko => "기본값".to_owned(),
        },
    }
}

fn explain_entry(cx: &Cx<'_>, out: &mut String, entry: &EntryView, number: &str, depth: usize) {
    let indent = ENTRY_INDENT + 2 * depth;
    let (sign, style) = match &entry.reach {
        Reach::Live => (" ", cx.palette.strong),
        Reach::Never { .. } => ("x", cx.palette.dead),
        Reach::NoEffect { .. } => ("~", cx.palette.dead),
    };
    let number = if entry.built_in { "+" } else { number };
    let mut head = format!("{sign} {number:>width$}. ", width = indent.saturating_sub(4));
    if entry.built_in {
        head = head.replace("+. ", "+  ");
    }
    let name = visible(&cx.mask.value(&entry.name));
    let mut line = format!("{head}{}", paint(style, super::wrap::cut(&name, cx.width)));
    if entry.built_in {
        line.push_str(&format!("  ({})", cx.word(&words::BUILT_IN)));
    } else if let Some((first, _)) = entry.span.and_then(|span| cx.places.lines(span)) {
        let place = paint(cx.palette.quiet, format!(":{first}"));
        line.push_str(&format!("  {place}"));
    }
    out.push_str(&line);
    out.push('\n');
    let mut margin = String::new();
    pad(&mut margin, indent);
    match &entry.reach {
        Reach::Live => {}
        Reach::Never { by, why } => {
            let by = by.map(|span| format!(" ({})", visible(&cx.places.show(span)))).unwrap_or_default();
            let head = paint(cx.palette.strong, cx.word(&words::NEVER_REACHED));
            cx.hang(out, &format!("{margin}{head}: "), &(cx.say(why) + &by));
            return;
        }
        Reach::NoEffect { why } => {
            let head = paint(cx.palette.strong, cx.word(&words::NO_EFFECT));
            cx.hang(out, &format!("{margin}{head}: "), &cx.say(why));
        }
    }
    cx.hang(out, &margin, &cx.say(&entry.text));
    explain_answers(cx, out, &margin, &entry.answers);
    for need in &entry.needs_text {
        cx.hang(out, &format!("{margin}{}: ", paint(cx.palette.unknown, cx.word(&words::ENTRY_NEEDS))), &cx.say(need));
    }
    for (at, inner) in entry.inner.iter().enumerate() {
        explain_entry(cx, out, inner, &format!("{number}.{}", at + 1), depth + 1);
    }
}

/// `reject 554 5.7.1  if the domain is none of yours`, one to a line, with the
/// conditions under each other.
fn explain_answers(cx: &Cx<'_>, out: &mut String, margin: &str, answers: &[Answer]) {
    let words: Vec<String> = answers.iter().map(|answer| answer_words(cx, answer)).collect();
    let columns = words.iter().map(|word| width(word)).max().unwrap_or_default().max(ANSWER_COLUMNS);
    for (answer, word) in answers.iter().zip(&words) {
        let mut first = format!("{margin}- {word}");
        pad(&mut first, columns - width(word) + 2);
        cx.hang(out, &first, &cx.say(&answer.when));
    }
}

fn answer_words(cx: &Cx<'_>, answer: &Answer) -> String {
    let mut words = cx.word(words::verdict(answer.verdict)).to_owned();
    for detail in [answer.code.map(|code| code.to_string()), answer.dsn.map(str::to_owned)].into_iter().flatten() {
        words.push(' ');
        words.push_str(&detail);
    }
    words
}
