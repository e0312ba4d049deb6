//! The stranger's session as an SMTP transcript.

use super::style::paint;
use super::wrap::{hang_at, pad, visible};
use super::{Cx, words};
use postproof_chain::{Explanation, Step, StepState, Walk, WalkEnd, Wanted};
use postproof_diag::Text;
use postproof_model::Stage;

/// The commands of the session in order.
const COMMANDS: [Stage; 4] = [Stage::Connect, Stage::Helo, Stage::Mail, Stage::Rcpt];

pub(super) fn render(cx: &Cx<'_>, out: &mut String, explanation: &Explanation) {
    let walk = &explanation.stranger;
    out.push_str(&format!("{}\n", paint(cx.palette.strong, cx.word(&words::STRANGER))));
    if walk.end == WalkEnd::DoesNotStart {
        out.push_str(&format!("  {}\n", paint(cx.palette.error, cx.word(&words::NO_START))));
    } else {
        for command in COMMANDS {
            client_line(cx, out, walk, command);
            let asked: Vec<&Step> = walk
                .steps
                .iter()
                .filter(|step| spoken_at(step.stage, explanation.delays_refusals) == command)
                .collect();
            steps(cx, out, &asked);
            let last = command == Stage::Rcpt || ends_at(walk, command, explanation.delays_refusals);
            if last {
                reply(cx, out, walk);
                break;
            }
            // RFC 5321, 4.3.2: 220 after connecting, 250 after the others.
            out.push_str(if command == Stage::Connect { "  S: 220\n" } else { "  S: 250\n" });
        }
    }
    out.push('\n');
    cx.hang(out, "  ", &cx.say(&walk.summary));
    typical(cx, out, explanation);
}

/// How further typical sessions end, a line each.
fn typical(cx: &Cx<'_>, out: &mut String, explanation: &Explanation) {
    if explanation.typical.is_empty() || explanation.stranger.end == WalkEnd::DoesNotStart {
        return;
    }
    out.push_str(&format!("\n{}\n", paint(cx.palette.strong, cx.word(&words::TYPICAL))));
    let mut clauses: Vec<&Text> = Vec::new();
    for walk in &explanation.typical {
        let is_unwanted = matches!(
            (&walk.end, walk.wanted),
            (WalkEnd::Accepted, Wanted::Refused) | (WalkEnd::Refused { .. }, Wanted::Accepted)
        );
        let (sign, said, style) = match &walk.end {
            WalkEnd::Refused { code, dsn, .. } => {
                ("X", format!("{code} {dsn}").trim_end().to_owned(), cx.palette.strong)
            }
            WalkEnd::Accepted => (">", cx.word(&words::TAKEN).to_owned(), cx.palette.info),
            WalkEnd::Depends(_) => ("?", cx.word(&words::OPEN_END).to_owned(), cx.palette.unknown),
            WalkEnd::DoesNotStart => ("-", cx.word(&words::NO_START).to_owned(), cx.palette.error),
        };
        let style = if is_unwanted { cx.palette.error } else { style };
        let by = match &walk.end {
            WalkEnd::Refused { by, span, param, .. } => {
                let place = span.map(|span| format!(", {}", visible(&cx.places.show(span)))).unwrap_or_default();
                let list = if by == param { String::new() } else { format!(", {param}") };
                format!("  ({}{list}{place})", visible(&cx.mask.value(by)))
            }
            WalkEnd::Accepted | WalkEnd::DoesNotStart => String::new(),
            WalkEnd::Depends(conditions) => {
                let conditions: Vec<_> = conditions.iter().map(|condition| cx.say(condition)).collect();
                format!("  ({})", conditions.join("; "))
            }
        };
        let mark = if is_unwanted { format!("  {}", cx.word(&words::NOT_WANTED)) } else { String::new() };
        let head = format!("  {} ", paint(style, sign));
        let notes = footnotes(&mut clauses, &walk.stands_on);
        let line = format!("{}: {}{notes}{by}{mark}", cx.say(&walk.title), paint(style, &said));
        hang_at(out, &head, &line, 6, cx.width);
    }
    if !clauses.is_empty() {
        out.push_str(&format!("  {}:\n", cx.word(&words::ASSUMED)));
    }
    for (at, clause) in clauses.into_iter().enumerate() {
        cx.hang(out, &format!("    [{}] ", at + 1), &cx.say(clause));
    }
}

/// ` [1, 3]`: which clauses an end stands on; those that are new are added.
fn footnotes<'w>(clauses: &mut Vec<&'w Text>, stands_on: &'w [Text]) -> String {
    let mut numbers = Vec::new();
    for clause in stands_on {
        let at = clauses.iter().position(|known| *known == clause).unwrap_or_else(|| {
            clauses.push(clause);
            clauses.len() - 1
        });
        numbers.push(at + 1);
    }
    numbers.sort_unstable();
    let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
    if numbers.is_empty() { String::new() } else { format!(" [{}]", numbers.join(", ")) }
}

/// The command at which a list is asked: with smtpd_delay_reject the lists of
/// the earlier commands wait for RCPT TO.
fn spoken_at(stage: Stage, delays: bool) -> Stage {
    match stage {
        Stage::Connect | Stage::Helo | Stage::Mail if !delays => stage,
        Stage::Connect | Stage::Helo | Stage::Mail | Stage::Rcpt => Stage::Rcpt,
        Stage::Data | Stage::EndOfData | Stage::Etrn => stage,
    }
}

/// Whether the session is refused at this command.
fn ends_at(walk: &Walk, command: Stage, delays: bool) -> bool {
    walk.steps.iter().any(|step| step.state == StepState::Refuses && spoken_at(step.stage, delays) == command)
}

fn client_line(cx: &Cx<'_>, out: &mut String, walk: &Walk, command: Stage) {
    let said = match command {
        Stage::Connect => format!("({}, {})", walk.client, cx.word(&words::CONNECTS)),
        Stage::Helo => format!("EHLO {}", walk.helo),
        Stage::Mail => format!("MAIL FROM:<{}>", walk.sender),
        Stage::Rcpt => format!("RCPT TO:<{}>", walk.recipient),
        Stage::Data | Stage::EndOfData | Stage::Etrn => return,
    };
    out.push_str(&format!("  C: {}\n", visible(&said)));
}

/// The entries asked, with what each answered; those after the end in one line.
fn steps(cx: &Cx<'_>, out: &mut String, steps: &[&Step]) {
    let mut param = "";
    for step in steps.iter().filter(|step| step.state != StepState::NotReached) {
        if param != step.param {
            param = step.param;
            out.push_str(&format!("       {}\n", paint(cx.palette.name, param)));
        }
        let (sign, style) = match step.state {
            StepState::GoesOn => (" ", cx.palette.quiet),
            StepState::Permits => (">", cx.palette.info),
            StepState::Refuses => ("X", cx.palette.strong),
            StepState::Unknown => ("?", cx.palette.unknown),
            StepState::NotReached => ("-", cx.palette.dead),
        };
        let indent = 5 + 2 * step.path.len();
        let mut line = String::new();
        pad(&mut line, indent);
        let name = visible(&cx.mask.value(&step.name));
        let state = paint(style, cx.word(words::state(step.state)));
        line.push_str(&format!("{} {}  {state}: ", paint(style, sign), paint(style, &name)));
        hang_at(out, &line, &cx.say(&step.why), indent + 4, cx.width);
    }
    let skipped: Vec<String> = steps
        .iter()
        .filter(|step| step.state == StepState::NotReached)
        .map(|step| visible(&cx.mask.value(&step.name)))
        .collect();
    if !skipped.is_empty() {
        cx.hang(out, &format!("       {}: ", cx.word(&words::NOT_ASKED)), &skipped.join(", "));
    }
}

fn reply(cx: &Cx<'_>, out: &mut String, walk: &Walk) {
    match &walk.end {
        WalkEnd::Refused { by, span, param, code, dsn, stage: _ } => {
            let place = span.map(|span| format!(", {}", visible(&cx.places.show(span)))).unwrap_or_default();
            let by = visible(&cx.mask.value(by));
            let said = paint(cx.palette.strong, format!("{code} {dsn}"));
            hang_at(out, &format!("  S: {said}  "), &format!("({by}, {param}{place})"), 9, cx.width);
        }
        WalkEnd::Accepted => out.push_str(&format!("  S: {}\n", paint(cx.palette.error, cx.word(&words::ACCEPTED)))),
        WalkEnd::Depends(conditions) => {
            out.push_str(&format!("  S: {}\n", paint(cx.palette.unknown, cx.word(&words::OPEN_END))));
            for condition in conditions {
                cx.hang(out, "       - ", &cx.say(condition));
            }
        }
        WalkEnd::DoesNotStart => {}
    }
}
