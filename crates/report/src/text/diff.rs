//! How two configurations differ.

use super::Cx;
use super::simulate::decided_by;
use super::style::paint;
use super::wrap::{hang_at, visible};
use crate::words;
use postproof_diag::{Span, Text, text};
use postproof_engine::prove::{Change, Edit, Edited, Kind, Place, clause, reply_at};
use postproof_engine::sim::{Assumed, EntryInfo, Finding, Outcome, Protocol, Reply, Session, Verdict};
use postproof_engine::{Diff, OneSided, ParamDiff, PersonaDiff, ServiceDiff};

/// Changes of one kind that are written out; JSON has all.
const SHOWN: usize = 4;

/// Column at which what stands under a change begins.
const INDENT: usize = 6;

/// One side with its places and secrets.
type Sides<'c, 'r> = [&'c Cx<'r>; 2];

pub(super) fn render(sides: Sides<'_, '_>, diff: &Diff) -> String {
    let [cx, _] = sides;
    let mut out = String::new();
    if !diff.params.is_empty() {
        heading(cx, &mut out, cx.word(&PARAMS));
        for param in &diff.params {
            one_param(sides, &mut out, param);
        }
        out.push('\n');
    }
    for (side, sign) in [(0, "-"), (1, "+")] {
        for service in diff.only.get(side).into_iter().flatten() {
            one_sided(sides, &mut out, side, sign, service);
        }
    }
    for service in &diff.services {
        one_service(sides, &mut out, service);
    }
    out
}

fn heading(cx: &Cx<'_>, out: &mut String, title: &str) {
    out.push_str(&format!("== {} ==\n", paint(cx.palette.strong, title)));
}

fn at(cx: &Cx<'_>, span: Option<Span>) -> String {
    match span {
        Some(span) => visible(&cx.places.show(span)),
        None => cx.word(&DEFAULT).to_owned(),
    }
}

fn one_param(sides: Sides<'_, '_>, out: &mut String, param: &ParamDiff) {
    let [cx, _] = sides;
    let service = param.service.as_ref().map(|label| format!("{}: ", visible(label))).unwrap_or_default();
    out.push_str(&format!("  {service}{}\n", paint(cx.palette.name, visible(&param.name))));
    for (side, sign) in [(0, "-"), (1, "+")] {
        let (Some(cx), Some(value), Some(place)) = (sides.get(side), param.values.get(side), param.places.get(side))
        else {
            continue;
        };
        let value = match value {
            Some(value) => visible(&cx.mask.value(value)),
            None => cx.word(&NONE).to_owned(),
        };
        hang_at(out, &format!("    {sign} "), &format!("{value}  ({})", at(cx, *place)), 6, cx.width);
    }
}

fn one_sided(sides: Sides<'_, '_>, out: &mut String, side: usize, sign: &str, service: &OneSided) {
    let Some(cx) = sides.get(side) else { return };
    let label = visible(&service.label);
    let place = at(cx, service.place);
    let said = if side == 0 { only_old(&label, &place) } else { only_new(&label, &place) };
    hang_at(out, &format!("{sign} "), &cx.say(&said), 2, cx.width);
    if service.is_smtpd {
        hang_at(out, "  ", cx.word(&NOT_COMPARED), 2, cx.width);
    }
}

fn one_service(sides: Sides<'_, '_>, out: &mut String, service: &ServiceDiff) {
    let [cx, _] = sides;
    heading(cx, out, &visible(&service.label));
    let compared = &service.comparison;
    for (starts, word) in compared.starts.iter().zip([&NO_START_OLD, &NO_START_NEW]) {
        if !starts {
            cx.hang(out, "  ", cx.word(word));
        }
    }
    for persona in &service.personas {
        one_persona(sides, out, persona);
    }
    for kind in Kind::ALL {
        let changes: Vec<&Change> = compared.changes.iter().filter(|change| change.difference.kind == kind).collect();
        for change in changes.iter().take(SHOWN) {
            one_change(sides, out, change);
        }
        if changes.len() > SHOWN {
            cx.hang(out, "  ", &cx.say(&more(changes.len() - SHOWN, kind)));
        }
    }
    if compared.is_cut {
        cx.hang(out, "  ", cx.word(&BOUND));
    } else if compared.changes.is_empty() {
        cx.hang(out, "  ", cx.word(&SAME));
    }
    out.push('\n');
}

fn one_persona(sides: Sides<'_, '_>, out: &mut String, persona: &PersonaDiff) {
    let [cx, _] = sides;
    let title = cx.say(&persona.title);
    let ends = persona.played.each_ref().map(|played| end(cx, &played.outcome));
    let [before, after] = ends;
    hang_at(out, "  * ", &format!("{title}: {before} -> {after}"), 4, cx.width);
}

/// The last reply of a session.
fn end(cx: &Cx<'_>, outcome: &Outcome) -> String {
    match outcome.replies.last() {
        None => cx.word(&NOT_SENT).to_owned(),
        Some(reply) => {
            let name = words::command(reply.command).to_uppercase();
            format!("{name} {}{}", code(cx, Some(reply)), handling(cx, outcome))
        }
    }
}

/// ` (HOLD)`: what becomes of a message that is taken.
fn handling(cx: &Cx<'_>, outcome: &Outcome) -> String {
    let actions = words::handled(outcome);
    match actions.as_slice() {
        [] => String::new(),
        [only] if only == "DISCARD" => format!(" {}", cx.word(&THROWN_AWAY)),
        actions => format!(" ({})", visible(&cx.mask.value(&actions.join(", ")))),
    }
}

fn code(cx: &Cx<'_>, reply: Option<&Reply>) -> String {
    match reply {
        None => cx.word(&NOT_SENT).to_owned(),
        Some(reply) if reply.verdict == Verdict::Unknown => cx.word(&super::words::CANNOT_TELL).to_owned(),
        Some(reply) if reply.code == 0 => cx.word(&CLOSED).to_owned(),
        Some(reply) => format!("{} {}", reply.code, reply.dsn.as_deref().unwrap_or_default()).trim_end().to_owned(),
    }
}

fn one_change(sides: Sides<'_, '_>, out: &mut String, change: &Change) {
    let [cx, _] = sides;
    let (word, style) = match change.difference.kind {
        Kind::Permitted => (&PERMITTED, cx.palette.error),
        Kind::Refused => (&REFUSED, cx.palette.warning),
        Kind::Handled => (&HANDLED, cx.palette.info),
        Kind::Other => (&OTHER, cx.palette.info),
    };
    let place = change.difference.place;
    let name = words::command(place.0).to_uppercase();
    let replies = change.outcomes.each_ref().map(|outcome| {
        let code = code(cx, reply_at(outcome, place));
        format!("{code}{}", handling(cx, outcome))
    });
    let [before, after] = replies;
    let first = format!("  {}  ", paint(style, cx.word(word)));
    hang_at(out, &first, &format!("{name}: {before} -> {after}"), INDENT, cx.width);
    let session = visible(&cx.mask.value(&client(cx, &change.session)));
    hang_at(out, &format!("{:INDENT$}", ""), &session, INDENT + 2, cx.width);
    for (cx, (outcome, sign)) in sides.iter().zip(change.outcomes.iter().zip(["-", "+"])) {
        if let Some(by) = deciding(cx, outcome, place) {
            hang_at(out, &format!("{:INDENT$}{sign} ", ""), &by, INDENT + 2, cx.width);
        }
    }
    for one in &change.blamed {
        let Some(cx) = sides.get(one.side) else { continue };
        hang_at(out, &format!("{:INDENT$}", ""), &cx.say(&blamed(cx, one)), INDENT + 2, cx.width);
    }
    for answer in &change.assumed {
        let first = format!("{:INDENT$}{} ", "", cx.word(&IF));
        let said = match &answer.finding {
            Finding::Case(_) => visible(&cx.mask.value(&condition(answer))),
            Finding::No
            | Finding::Yes
            | Finding::Temporary
            | Finding::Broken
            | Finding::Text(_)
            | Finding::Unknown(_) => cx.say(&clause(answer)),
        };
        hang_at(out, &first, &said, INDENT + 2, cx.width);
    }
}

/// As `--assume` takes it.
fn condition(answer: &Assumed) -> String {
    format!("{} = {}", answer.missing.question, words::answer(&answer.finding))
}

/// What decided the reply of a change.
fn deciding(cx: &Cx<'_>, outcome: &Outcome, place: Place) -> Option<String> {
    let reply = reply_at(outcome, place)?;
    decided_by(cx, &reply.decider).or_else(|| reply.why.as_ref().map(|why| cx.say(why)))
}

/// The client's side of a session on one line.
fn client(cx: &Cx<'_>, session: &Session) -> String {
    let client = &session.client;
    let mut parts = vec![match &client.name {
        Some(name) => format!("{name}[{}]", client.address),
        None => format!("[{}]", client.address),
    }];
    if let Some(helo) = &session.helo {
        let verb = if session.protocol == Protocol::Esmtp { "EHLO" } else { "HELO" };
        parts.push(format!("{verb} {helo}"));
    }
    if session.tls {
        parts.push(match &session.certificate {
            Some(certificate) => format!("STARTTLS ({} {})", cx.word(&CERTIFICATE), certificate.fingerprint),
            None => "STARTTLS".to_owned(),
        });
    }
    parts.extend(session.login.iter().map(|login| format!("AUTH {login}")));
    parts.extend(session.etrn.iter().map(|name| format!("ETRN {name}")));
    parts.extend(session.vrfy.iter().map(|name| format!("VRFY {name}")));
    parts.extend(session.sender.iter().map(|sender| format!("MAIL FROM:<{sender}>")));
    if session.sender.is_some() {
        parts.extend(session.recipients.iter().map(|recipient| format!("RCPT TO:<{recipient}>")));
    }
    parts.join(", ")
}

fn blamed(cx: &Cx<'_>, one: &Edited) -> Text {
    let name = entry(cx, &one.entry);
    let list = one.entry.owner.to_string();
    let place = at(cx, one.entry.span);
    match one.edit {
        Edit::Added => {
            text!("because of {name}, added to {list} ({place})", "원인: {list} 목록에 추가된 항목 {name} ({place})")
        }
        Edit::Removed => {
            text!(
                "because of {name}, removed from {list} ({place})",
                "원인: {list} 목록에서 빠진 항목 {name} ({place})"
            )
        }
        Edit::Moved => {
            text!("because of {name}, moved in {list} ({place})", "원인: {list} 목록에서 옮겨진 항목 {name} ({place})")
        }
    }
}

fn entry(cx: &Cx<'_>, entry: &EntryInfo) -> String {
    let name = match &entry.argument {
        Some(argument) if !entry.word.contains(':') => format!("{} {argument}", entry.word),
        Some(_) | None => entry.word.to_string(),
    };
    format!("`{}`", visible(&cx.mask.value(&name)))
}

fn more(count: usize, kind: Kind) -> Text {
    let name = kind.name();
    text!(
        "{count} more of kind {name}; --format json has all",
        "{name} 종류가 {count}건 더 있습니다. --format json 출력에 전부 있습니다"
    )
}

fn only_old(label: &str, place: &str) -> Text {
    text!("the service `{label}` is gone ({place})", "`{label}` 서비스가 없어졌습니다 ({place})")
}

fn only_new(label: &str, place: &str) -> Text {
    text!("the service `{label}` is new ({place})", "`{label}` 서비스가 새로 생겼습니다 ({place})")
}

static PARAMS: Text = Text::fixed("Parameters whose effective value differs", "적용되는 값이 다른 매개변수");
static DEFAULT: Text = Text::fixed("default", "기본값");
static NONE: Text = Text::fixed("(not set)", "(없음)");
static NOT_COMPARED: Text = Text::fixed(
    "there is nothing to compare its sessions with; `postproof prove` says what holds for it",
    "세션을 비교할 상대가 없습니다. 이 서비스에서 성립하는 것은 `postproof prove` 명령이 알려 줍니다",
);
static NO_START_OLD: Text =
    Text::fixed("it does not start with the old configuration", "이전 설정으로는 시작되지 않습니다");
static NO_START_NEW: Text =
    Text::fixed("it does not start with the new configuration", "새 설정으로는 시작되지 않습니다");
static PERMITTED: Text = Text::fixed("NEWLY PERMITTED", "새로 허용");
static REFUSED: Text = Text::fixed("newly refused", "새로 거부");
static HANDLED: Text = Text::fixed("handled otherwise", "다르게 처리");
static OTHER: Text = Text::fixed("another answer", "다른 응답");
static NOT_SENT: Text = Text::fixed("(not sent)", "(보내지 않음)");
static THROWN_AWAY: Text = Text::fixed("(and thrown away)", "(받은 뒤 버림)");
static CLOSED: Text = Text::fixed("(connection closed)", "(연결 끊김)");
static CERTIFICATE: Text = Text::fixed("certificate", "인증서");
static IF: Text = Text::fixed("if", "조건:");
static SAME: Text = Text::fixed(
    "every session with one recipient is answered alike (code and enhanced code) and its message handled alike, and so are samples of others",
    "수신자가 하나인 모든 세션의 응답이 같고(응답 코드와 확장 코드 모두) 메일도 똑같이 처리하며, 표본으로 본 다른 세션도 같습니다",
);
static BOUND: Text = Text::fixed(
    "a limit was reached before every way was followed; there may be more changes",
    "모든 경우를 따라가기 전에 한도에 이르렀습니다. 변화가 더 있을 수 있습니다",
);
