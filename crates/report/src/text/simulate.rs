//! A simulated session as an SMTP transcript, with what decided each reply.

use super::style::paint;
use super::wrap::{hang_at, pad, visible, width};
use super::{Cx, words};
use crate::words as shared;
use crate::{Simulated, swaks};
use anstyle::Style;
use postproof_diag::{Span, Text, text};
use postproof_engine::model::{Scope, Service};
use postproof_engine::sim::{Assumed, Command, Decider, Finding, Protocol, Reply, Session, Status, Step, Verdict};
use postproof_engine::{Host, simulated, smtpd_service};

/// Column at which what stands under a reply begins.
const INDENT: usize = 7;

/// Levels of classes and table results that a trace shows; deeper ones leave no room for words.
const MAX_SHOWN: usize = 12;

pub(super) fn render(cx: &Cx<'_>, asked: &Simulated<'_>) -> Option<String> {
    let mut out = String::new();
    for host in &cx.report.hosts {
        let Some(service) = smtpd_service(&host.model, asked.service).filter(|_| host.model.has_postfix()) else {
            continue;
        };
        super::check::heading(cx, &mut out, host);
        title(cx, &mut out, service);
        let sessions = std::slice::from_ref(asked.session);
        for forked in simulated(&host.model, service, asked.world, sessions) {
            let wrapped = is_wrapped(host, service);
            transcript(cx, &mut out, asked.session, wrapped, &forked.outcome.replies, asked.trace);
            if forked.is_cut {
                cx.hang(&mut out, "  ", cx.word(&CUT));
            }
        }
        if asked.swaks {
            try_it(cx, &mut out, host, service, asked.session);
        }
    }
    (!out.is_empty()).then_some(out)
}

pub(super) fn title(cx: &Cx<'_>, out: &mut String, service: &Service) {
    let mut line = format!("== {} ", paint(cx.palette.strong, visible(&service.label())));
    if let Some(span) = service.name_span.or(service.span) {
        line.push_str(&format!("== {} ", visible(&cx.places.show_lines(span))));
    }
    let rest = cx.width.saturating_sub(width(&line));
    out.push_str(&line);
    out.push_str(&"=".repeat(rest));
    out.push('\n');
}

/// What client and server say, with what decided each reply.
pub(super) fn transcript(
    cx: &Cx<'_>,
    out: &mut String,
    session: &Session,
    is_wrapped: bool,
    replies: &[Reply],
    trace: bool,
) {
    for reply in replies {
        let line = client_line(cx, session, is_wrapped, reply);
        out.push_str(&format!("  {}\n", visible(&cx.mask.value(&line))));
        match reply.verdict {
            Verdict::Permit | Verdict::Defer | Verdict::Reject => known(cx, out, reply),
            Verdict::Unknown => unknown(cx, out, reply),
        }
        if trace {
            let (shown, deeper): (Vec<&Step>, Vec<&Step>) = reply.steps.iter().partition(|step| step.depth < MAX_SHOWN);
            shown.iter().for_each(|step| traced(cx, out, step));
            if !deeper.is_empty() {
                let first = format!("{:INDENT$}  ", "");
                hang_at(out, &first, &cx.say(&folded(deeper.len())), INDENT + 4, cx.width);
            }
        }
    }
}

/// Whether TLS comes before anything is said.
pub(super) fn is_wrapped(host: &Host, service: &Service) -> bool {
    host.model.is_yes(Scope::Service(service.id), "smtpd_tls_wrappermode")
}

/// What the client does.
fn client_line(cx: &Cx<'_>, session: &Session, is_wrapped: bool, reply: &Reply) -> String {
    let argument = &reply.argument;
    let address = || if session.brackets { format!("<{argument}>") } else { argument.clone() };
    match reply.command {
        Command::Connect => {
            let client = &session.client;
            let name = client.name.as_deref().unwrap_or("unknown");
            let connects = if is_wrapped { &CONNECTS_WITH_TLS } else { &CONNECTS };
            format!("({name}[{}], {})", client.address, cx.word(connects))
        }
        Command::Helo => {
            let verb = if session.protocol == Protocol::Esmtp { "EHLO" } else { "HELO" };
            format!("C: {verb} {argument}")
        }
        Command::StartTls => "C: STARTTLS".to_owned(),
        Command::Auth => format!("C: AUTH PLAIN ({argument})"),
        Command::Etrn => format!("C: ETRN {argument}"),
        Command::Vrfy => format!("C: VRFY {argument}"),
        Command::Mail => {
            let params: String = session.mail_params.iter().map(|param| format!(" {param}")).collect();
            format!("C: MAIL FROM:{}{params}", address())
        }
        Command::Rcpt => format!("C: RCPT TO:{}", address()),
        Command::Data => "C: DATA".to_owned(),
        Command::EndOfData => format!("C: ({}) .", cx.word(&MESSAGE)),
    }
}

fn known(cx: &Cx<'_>, out: &mut String, reply: &Reply) {
    let style = style(cx, reply.verdict);
    for line in wire(cx, reply) {
        out.push_str(&format!("  S: {}\n", paint(style, &line)));
    }
    reason(cx, out, reply, INDENT);
    let failed = reply.steps.iter().find(|step| reply.code == 0 && matches!(step.status, Status::Error | Status::None));
    if let Some(step) = failed {
        hang_at(out, &format!("{:INDENT$}  ", ""), &cx.say(&step.why), INDENT + 2, cx.width);
    }
}

fn style(cx: &Cx<'_>, verdict: Verdict) -> Style {
    match verdict {
        Verdict::Permit => cx.palette.info,
        Verdict::Defer => cx.palette.warning,
        Verdict::Reject => cx.palette.error,
        Verdict::Unknown => cx.palette.unknown,
    }
}

/// The lines of a reply as they go over the wire.
fn wire(cx: &Cx<'_>, reply: &Reply) -> Vec<String> {
    if reply.code == 0 {
        return vec![cx.word(&CLOSED).to_owned()];
    }
    let text = shared::reply_text(reply);
    let count = text.split('\n').count();
    let lines = text.split('\n').enumerate().map(|(at, line)| {
        let sign = if at + 1 < count { '-' } else { ' ' };
        visible(&cx.mask.value(&format!("{}{sign}{line}", reply.code)))
    });
    lines.collect()
}

/// What decided, and where it stands.
fn reason(cx: &Cx<'_>, out: &mut String, reply: &Reply, indent: usize) {
    let mut first = String::new();
    pad(&mut first, indent);
    if let Some(by) = decided_by(cx, &reply.decider) {
        hang_at(out, &first, &by, indent, cx.width);
    }
    if let Some(why) = &reply.why {
        hang_at(out, &first, &cx.say(why), indent, cx.width);
    }
}

pub(super) fn decided_by(cx: &Cx<'_>, decider: &Decider) -> Option<String> {
    let place = decider.span.map(|span| format!(", {}", place(cx, span))).unwrap_or_default();
    let list = decider.list;
    match &decider.restriction {
        Some(name) => {
            let name = paint(cx.palette.name, visible(&cx.mask.value(name)));
            let index = decider.index.map(|index| format!("[{index}]")).unwrap_or_default();
            Some(format!("{name}, {list}{index}{place}"))
        }
        None if matches!(list, "default" | "builtin" | "") => None,
        None => Some(format!("{}{place}", paint(cx.palette.name, list))),
    }
}

fn place(cx: &Cx<'_>, span: Span) -> String {
    visible(&cx.places.show(span))
}

/// Every answer that there can be, what leads to it, and what is missing.
fn unknown(cx: &Cx<'_>, out: &mut String, reply: &Reply) {
    out.push_str(&format!("  S: {}\n", paint(cx.palette.unknown, cx.word(&words::CANNOT_TELL))));
    for one in &reply.possible {
        for line in wire(cx, one) {
            out.push_str(&format!("     - {}\n", paint(style(cx, Verdict::of(one.code)), &line)));
        }
        reason(cx, out, one, INDENT + 2);
        let leaders = one.assumed.iter().filter(|assumed| assumed.follows().is_none());
        for assumed in leaders {
            let question = visible(&cx.mask.value(&questions(one, assumed)));
            let answer = visible(&cx.mask.value(&shared::answer(&assumed.finding)));
            let first = format!("{:indent$}{} ", "", cx.word(&IF), indent = INDENT + 2);
            let is_dns = question.starts_with("dns:") || !matches!(assumed.finding, Finding::Case(_));
            let line = if is_dns { format!("{question} = {answer}") } else { domain_then(cx, &question, &answer) };
            hang_at(out, &first, &line, INDENT + 5, cx.width);
        }
    }
    for missing in &reply.missing {
        let text = cx.say(&missing.text);
        let question = visible(&cx.mask.value(&missing.question));
        hang_at(out, &format!("     {}: ", cx.word(&words::DECIDES)), &text, INDENT, cx.width);
        let words = missing.words().join("|");
        let words = if words.is_empty() { "...".to_owned() } else { visible(&cx.mask.value(&words)) };
        out.push_str(&format!("       --assume {}\n", swaks::quoted(&format!("{question}={words}"))));
    }
}

/// A question with those that have the same answer along with it.
fn questions(reply: &Reply, leader: &Assumed) -> String {
    let first = &*leader.missing.question;
    let mut all = first.to_owned();
    for one in reply.assumed.iter().filter(|one| one.follows() == Some(first)) {
        all.push_str(", ");
        all.push_str(&one.missing.question);
    }
    all
}

/// A table decides whether DNS is asked for the domain at all.
fn domain_then(cx: &Cx<'_>, question: &str, answer: &str) -> String {
    cx.say(&text!("{question} and DNS together come to {answer}", "{question} 조회와 DNS 조회의 결과가 {answer}"))
}

fn folded(count: usize) -> Text {
    text!(
        "{count} entries that stand deeper in classes are left out here; `--json` has them",
        "클래스 안에 더 깊이 있는 항목 {count}개는 여기서 생략합니다. `--json` 출력에는 있습니다"
    )
}

/// One entry that was met, with its look-ups.
fn traced(cx: &Cx<'_>, out: &mut String, step: &Step) {
    let (sign, style) = match step.status {
        Status::Dunno | Status::None => (" ", cx.palette.quiet),
        Status::Permit | Status::Discard => (">", cx.palette.info),
        Status::Reject | Status::Error => ("X", cx.palette.strong),
    };
    let indent = INDENT + 2 * step.depth;
    let mut line = String::new();
    pad(&mut line, indent);
    let name = paint(style, visible(&cx.mask.value(&step.name)));
    let status = paint(style, shared::status(step.status));
    let list = if step.depth == 0 { format!("{}[{}] ", step.list, step.index) } else { String::new() };
    line.push_str(&format!("{} {list}{name}  {status}: ", paint(style, sign)));
    hang_at(out, &line, &cx.say(&step.why), indent + 4, cx.width);
    for looked in &step.looked {
        let found = looked.found.as_deref().unwrap_or("-");
        let at = looked.span.map(|span| format!(" ({})", place(cx, span))).unwrap_or_default();
        let said = format!("{} {} = {found}{at}", looked.place, looked.key);
        let first = format!("{:indent$}", "", indent = indent + 4);
        hang_at(out, &first, &visible(&cx.mask.value(&said)), indent + 6, cx.width);
    }
}

/// The command that tries the same on the live server.
pub(super) fn try_it(cx: &Cx<'_>, out: &mut String, host: &Host, service: &Service, session: &Session) {
    let scope = postproof_model::Scope::Service(service.id);
    let xclient = host.model.text(scope, "smtpd_authorized_xclient_hosts");
    out.push('\n');
    let command = swaks::command(&host.model, service, session, !xclient.is_empty());
    let note = match xclient.is_empty() {
        true => NO_XCLIENT.clone(),
        false => with_xclient(&xclient),
    };
    // Each line of the note is a comment, for those who paste all of it.
    let mut lines = String::new();
    cx.hang(&mut lines, "# ", &cx.say(&note));
    for line in lines.lines() {
        let text = line.trim_start_matches(['#', ' ']);
        out.push_str(&format!("# {text}\n"));
    }
    for line in command.lines() {
        out.push_str(&visible(&cx.mask.value(line)));
        out.push('\n');
    }
}

static CONNECTS: Text = Text::fixed("connects", "접속");
static CONNECTS_WITH_TLS: Text = Text::fixed("connects and begins with TLS", "접속하여 TLS부터 시작");
static MESSAGE: Text = Text::fixed("message", "메시지");
static CLOSED: Text = Text::fixed("(the connection is closed)", "(연결이 끊깁니다)");
static IF: Text = Text::fixed("if", "조건");
static CUT: Text = Text::fixed(
    "There are more ways for this session than are followed; nothing behind the first open question is certain.",
    "이 세션에는 따라간 것보다 많은 갈래가 있어 첫 번째 모르는 답 뒤로는 확실한 것이 없습니다.",
);
static NO_XCLIENT: Text = Text::fixed(
    "comes from your own address: `smtpd_authorized_xclient_hosts` lets nobody play another client",
    "자기 주소에서 접속합니다. `smtpd_authorized_xclient_hosts` 설정이 다른 클라이언트 흉내를 허용하지 않습니다",
);

fn with_xclient(hosts: &str) -> Text {
    text!(
        "only from a host in `smtpd_authorized_xclient_hosts` ({hosts})",
        "`smtpd_authorized_xclient_hosts` 설정에 든 호스트({hosts})에서만 됩니다"
    )
}
