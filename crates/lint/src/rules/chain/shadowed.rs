//! Entries that can change no outcome because of those before them.

use crate::support::dead::dead_entries;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Span, Text, text};
use postproof_prove::{Dead, DeadEntry};
use postproof_sim::EntryInfo;
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    name: "chain-shadowed",
    group: Group::Chain,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["SMTPD_ACCESS_README", "smtpd_check.c generic_checks"],
    docs: docs!("shadowed"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    // Behind an entry that always ends the list it is chain-after-permit's or
    // chain-after-reject's.
    let told: BTreeSet<Span> = dead_entries(cx).into_iter().flat_map(|dead| dead.places).collect();
    for dead in cx.dead() {
        let (Some(span), Some(message)) = (dead.entry.span.filter(|span| !told.contains(span)), message(&dead)) else {
            continue;
        };
        let found = out.report(&RULE, span, message, WHY);
        if dead.why == Dead::Repeated {
            found.severity = Severity::Info;
        }
        found.help = Some(HELP);
        let by = dead.by.iter().filter_map(|entry| entry.span).filter(|by| *by != span);
        found.related.extend(by.map(|by| Label::noted(by, COVERS)));
    }
}

/// What is so; nothing where that is no fault or another rule's business.
fn message(dead: &DeadEntry) -> Option<Text> {
    let DeadEntry { entry, why, by } = dead;
    // chain-sender-login-after-permit tells what that means.
    if entry.word.ends_with("sender_login_mismatch") {
        return None;
    }
    let (word, list) = (said(entry), &*entry.owner);
    // A second list that refuses the same once more is meant as a safety net.
    let is_by_own_list = !by.is_empty() && by.iter().all(|other| other.owner == entry.owner);
    match why {
        Dead::NotReached if is_by_own_list => Some(text!(
            "`{word}` in `{list}` is never reached: every session has left the list before",
            "`{list}` 목록의 `{word}` 항목은 실행되지 않습니다. 모든 세션이 그 전에 목록을 벗어납니다"
        )),
        Dead::Covered if is_by_own_list => Some(text!(
            "`{word}` in `{list}` decides nothing: the entries before it deal with all whom it concerns",
            "`{list}` 목록의 `{word}` 항목은 아무것도 결정하지 않습니다. 해당하는 클라이언트를 앞의 항목이 모두 처리합니다"
        )),
        Dead::Repeated => Some(text!(
            "`{word}` stands twice in `{list}`, and the second changes nothing",
            "`{word}` 항목이 `{list}` 목록에 두 번 있으며 두 번째는 아무것도 바꾸지 않습니다"
        )),
        Dead::TooEarly => Some(text!(
            "`{word}` in `{list}` decides nothing: with `smtpd_delay_reject = no` the client has not yet said what it looks at",
            "`{list}` 목록의 `{word}` 항목은 아무것도 결정하지 않습니다. `smtpd_delay_reject = no` 설정에서는 살펴볼 내용을 클라이언트가 아직 말하지 않았습니다"
        )),
        // A placeholder for a table that is still empty, a permit without users
        // or a last permit do no harm; an undefined class is
        // chain-unknown-restriction's.
        Dead::NotReached | Dead::Covered | Dead::NeverMatches | Dead::Redundant | Dead::UndefinedClass => None,
    }
}

fn said(entry: &EntryInfo) -> String {
    match &entry.argument {
        Some(argument) if !entry.word.contains(':') => format!("{} {argument}", entry.word),
        Some(_) | None => entry.word.to_string(),
    }
}

const COVERS: Text = Text::fixed("deals with them first", "먼저 처리합니다");
const WHY: Text = Text::fixed(
    "The entry looks like protection or an exception, but no session ends differently for it; this was decided for all sessions, not for samples.",
    "보호나 예외처럼 보이지만 이 항목 때문에 달라지는 세션이 없습니다. 표본이 아니라 모든 세션에 대해 확인한 결과입니다.",
);
const HELP: Text = Text::fixed(
    "Move it before what covers it if it is meant to decide, else remove it.",
    "결정하게 하려면 먼저 처리하는 항목 앞으로 옮기고, 아니면 지우십시오.",
);
