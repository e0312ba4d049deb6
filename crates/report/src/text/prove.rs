//! What is proved of each service, with witnesses as transcripts.

use super::simulate::{decided_by, is_wrapped, title, transcript, try_it};
use super::style::paint;
use super::wrap::{hang_at, visible};
use super::{Cx, words};
use crate::Proved;
use anstyle::Style;
use postproof_diag::{Text, text};
use postproof_engine::model::{Exposure, Service};
use postproof_engine::prove::{Condition, DeadEntry, Exception, HostVerdict, Proof, Proofs, Verdict, Witness, clause};
use postproof_engine::sim::{Assumed, Command, EntryInfo, Reply};
use postproof_engine::{Host, dead_entries, host_proofs, provable, proved, unjudged_lists};

/// Column at which what stands under a claim begins.
const INDENT: usize = 9;

pub(super) fn render(cx: &Cx<'_>, asked: &Proved<'_>) -> Option<(String, usize)> {
    let mut out = String::new();
    let mut failed = 0;
    for host in &cx.report.hosts {
        let services = match host.model.has_postfix() {
            true => provable(&host.model, asked.service),
            false => Vec::new(),
        };
        let claims = match asked.service {
            None => host_proofs(cx.report, host),
            Some(_) => Vec::new(),
        };
        if services.is_empty() && claims.is_empty() {
            continue;
        }
        super::check::heading(cx, &mut out, host);
        for service in services {
            let proofs = proved(&host.model, service, asked.world, &host.around);
            if service.exposure != Exposure::Loopback {
                failed += proofs.proofs.iter().filter(|proof| matches!(proof.verdict, Verdict::Fails(_))).count();
            }
            one_service(cx, &mut out, asked, host, service, &proofs);
        }
        failed += claims.iter().filter(|claim| claim.verdict == HostVerdict::Fails).count();
        super::host_claims::all(cx, &mut out, &claims);
        if asked.service.is_none() && host.model.has_postfix() {
            dead(cx, &mut out, &dead_entries(&host.model, asked.world), &unjudged_lists(&host.model));
        }
    }
    (!out.is_empty()).then_some((out, failed))
}

fn one_service(cx: &Cx<'_>, out: &mut String, asked: &Proved<'_>, host: &Host, service: &Service, proofs: &Proofs) {
    title(cx, out, service);
    if service.exposure == Exposure::Loopback {
        cx.hang(out, "   ", cx.word(&LOOPBACK));
    }
    if !proofs.starts {
        cx.hang(out, "   ", cx.word(&NO_START));
    }
    for note in &proofs.notes {
        cx.hang(out, "   ", &cx.say(note));
    }
    for proof in &proofs.proofs {
        let (word, style) = verdict(cx, &proof.verdict);
        out.push_str(&format!(
            "\n {}  {}\n",
            paint(style, cx.word(word)),
            paint(cx.palette.strong, cx.say(&proof.claim.title()))
        ));
        under(cx, out, &cx.say(&proof.claim.sentence()));
        one_proof(cx, out, asked, host, service, proof);
    }
    out.push('\n');
}

fn one_proof(cx: &Cx<'_>, out: &mut String, asked: &Proved<'_>, host: &Host, service: &Service, proof: &Proof) {
    match &proof.verdict {
        Verdict::Holds => {}
        Verdict::Fails(found) => witness(cx, out, asked, host, service, found),
        Verdict::Depends(conditions) => {
            under(cx, out, cx.word(&IT_FAILS_IF));
            for one in conditions {
                condition(cx, out, one);
            }
            if let Some(first) = conditions.first() {
                witness(cx, out, asked, host, service, &first.witness);
            }
        }
        Verdict::BoundReached => under(cx, out, cx.word(&BOUND)),
    }
    for one in &proof.exceptions {
        exception(cx, out, one);
    }
    for note in &proof.notes {
        under(cx, out, &cx.say(note));
    }
}

fn verdict(cx: &Cx<'_>, verdict: &Verdict) -> (&'static Text, Style) {
    match verdict {
        Verdict::Holds => (&HOLDS, cx.palette.info),
        Verdict::Fails(_) => (&FAILS, cx.palette.error),
        Verdict::Depends(_) => (&DEPENDS, cx.palette.warning),
        Verdict::BoundReached => (&words::CANNOT_TELL, cx.palette.unknown),
    }
}

fn under(cx: &Cx<'_>, out: &mut String, text: &str) {
    hang_at(out, &" ".repeat(INDENT), text, INDENT, cx.width);
}

fn condition(cx: &Cx<'_>, out: &mut String, condition: &Condition) {
    for (at, answer) in condition.answers.iter().enumerate() {
        let sign = if at == 0 { "- ".to_owned() } else { format!("  {} ", cx.word(&AND)) };
        said(cx, out, &sign, answer);
    }
}

fn said(cx: &Cx<'_>, out: &mut String, sign: &str, answer: &Assumed) {
    hang_at(out, &format!("{:INDENT$}{sign}", ""), &cx.say(&clause(answer)), INDENT + 4, cx.width);
}

fn witness(cx: &Cx<'_>, out: &mut String, asked: &Proved<'_>, host: &Host, service: &Service, witness: &Witness) {
    for premise in &witness.premises {
        let sign = format!("{:INDENT$}({}) ", "", cx.word(&TAKEN));
        hang_at(out, &sign, &cx.say(&premise.text()), INDENT + 4, cx.width);
    }
    for answer in &witness.arranged {
        said(cx, out, &format!("({}) ", cx.word(&ARRANGED)), answer);
    }
    let mut shown = String::new();
    let wrapped = is_wrapped(host, service);
    transcript(cx, &mut shown, &witness.session, wrapped, &briefly(&witness.outcome.replies), false);
    if asked.swaks {
        try_it(cx, &mut shown, host, service, &witness.session);
    }
    for line in shown.lines() {
        out.push_str(format!("       {line}").trim_end());
        out.push('\n');
    }
}

/// The replies without the features that EHLO lists.
fn briefly(replies: &[Reply]) -> Vec<Reply> {
    let brief = |reply: &Reply| {
        let mut reply = reply.clone();
        if reply.command == Command::Helo {
            reply.text = reply.text.lines().next().unwrap_or_default().to_owned();
        }
        reply
    };
    replies.iter().map(brief).collect()
}

fn exception(cx: &Cx<'_>, out: &mut String, one: &Exception) {
    let by = decided_by(cx, &one.decider).unwrap_or_else(|| one.decider.list.to_owned());
    let whom: Vec<String> = one.whom.iter().map(|whom| visible(&cx.mask.value(whom))).collect();
    let shown = format!("{}: {}; {by}", cx.say(&one.what), whom.join(", "));
    hang_at(out, &format!("{:INDENT$}{} ", "", cx.word(&GRANTED)), &shown, INDENT + 2, cx.width);
    for answer in &one.assumed {
        said(cx, out, &format!("  {} ", cx.word(&IF)), answer);
    }
}

fn dead(cx: &Cx<'_>, out: &mut String, entries: &[DeadEntry], unjudged: &[&str]) {
    if entries.is_empty() && unjudged.is_empty() {
        return;
    }
    out.push_str(&format!("== {} ==\n", paint(cx.palette.strong, cx.word(&DEAD))));
    for one in entries {
        let named = named(cx, &one.entry);
        hang_at(out, " - ", &format!("{named}: {}", cx.say(&one.why.text())), 3, cx.width);
        for by in &one.by {
            let by = by_entry(&self::named(cx, by));
            hang_at(out, "     ", &cx.say(&by), 7, cx.width);
        }
    }
    for list in unjudged {
        hang_at(out, "   ", &cx.say(&not_judged(list)), 3, cx.width);
    }
    out.push('\n');
}

fn named(cx: &Cx<'_>, entry: &EntryInfo) -> String {
    let name = match &entry.argument {
        Some(argument) if !entry.word.contains(':') => format!("{} {argument}", entry.word),
        Some(_) | None => entry.word.to_string(),
    };
    let name = visible(&cx.mask.value(&name));
    let place = entry.span.map(|span| format!(" ({})", visible(&cx.places.show(span)))).unwrap_or_default();
    format!("`{name}`, {}{place}", entry.owner)
}

fn not_judged(list: &str) -> Text {
    text!(
        "the entries of `{list}` are not judged: sessions with ETRN are not followed",
        "`{list}` 목록의 항목은 판단하지 않았습니다. ETRN 세션은 따라가지 않습니다"
    )
}

fn by_entry(named: &str) -> Text {
    text!("because of {named}", "원인: {named}")
}

pub(super) static HOLDS: Text = Text::fixed("holds  ", "성립  ");
pub(super) static FAILS: Text = Text::fixed("FAILS  ", "실패  ");
pub(super) static DEPENDS: Text = Text::fixed("depends", "조건부");
static AND: Text = Text::fixed("and", "그리고");
static IF: Text = Text::fixed("if", "조건:");
static TAKEN: Text = Text::fixed("taken for granted", "전제");
static ARRANGED: Text = Text::fixed("the client sees to it", "클라이언트가 마련함");
static GRANTED: Text = Text::fixed("except:", "예외:");
static IT_FAILS_IF: Text =
    Text::fixed("it is not so if one of these is so:", "다음 가운데 하나라도 맞으면 성립하지 않습니다.");
static BOUND: Text = Text::fixed(
    "not everything could be followed; whether it holds is not known",
    "전부 따라가지 못해 성립하는지 알 수 없습니다",
);
static LOOPBACK: Text = Text::fixed(
    "only programs of this host can connect (loopback address)",
    "이 호스트의 프로그램만 접속할 수 있습니다(루프백 주소)",
);
static NO_START: Text = Text::fixed(
    "this service does not start with this configuration: whatever is said of it holds because nothing is accepted",
    "이 서비스는 이 설정으로 시작되지 않습니다. 아무것도 받지 않으므로 모두 성립합니다",
);
static DEAD: Text = Text::fixed("Entries that change nothing", "아무것도 바꾸지 않는 항목");
