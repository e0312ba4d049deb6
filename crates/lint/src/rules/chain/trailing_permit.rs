//! A bare `permit` as the last word of a list: the end of a list permits anyway.

use crate::support::edits;
use crate::support::lists::{Seen, end_of, written_lists};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Fix, Safety, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "chain-trailing-permit",
    group: Group::Chain,
    severity: Severity::Hint,
    since: "0.1.0",
    sources: &[
        "SMTPD_ACCESS_README «Getting selective with SMTP access restriction lists»",
        "smtpd_check.c generic_checks",
    ],
    docs: docs!("trailing_permit"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = Seen::default();
    for list in written_lists(cx) {
        let Some((last, others)) = list.entries.split_last() else { continue };
        // A list that is just `permit` says on purpose that nothing is tested.
        // Behind another end of the list it is chain-after-permit's or
        // chain-after-reject's.
        if !last.is("permit") || others.is_empty() || others.iter().any(|one| end_of(one, false).is_some()) {
            continue;
        }
        let Some(place) = last.span.filter(|span| seen.is_new(*span)) else { continue };
        let found = out.report(&RULE, place, message(list.param), WHY);
        found.help = Some(HELP);
        let before = others.last().and_then(|one| one.span).filter(|_| last.warn_if_reject.is_none());
        found.fix = before.and_then(|before| edits::remove_word(cx, before, place)).map(|edit| Fix {
            title: FIX,
            edits: vec![edit],
            safety: Safety::Safe,
        });
    }
}

fn message(param: &str) -> Text {
    text!(
        "the `permit` at the end of `{param}` changes nothing",
        "`{param}` 목록 끝의 `permit` 항목은 아무것도 바꾸지 않습니다"
    )
}

const WHY: Text = Text::fixed(
    "A list permits what reaches its end, and a permit ends only this list: later lists are asked all the same.",
    "목록은 끝까지 온 요청을 허용하며, 허용은 이 목록만 끝낼 뿐 다음 목록은 그대로 묻습니다.",
);
const HELP: Text = Text::fixed("Remove it, or keep it as a reminder.", "지우거나, 알아보기 위한 표시로 남겨 두십시오.");
const FIX: Text = Text::fixed("remove the last `permit`", "마지막 `permit` 항목 지우기");
