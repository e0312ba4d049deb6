//! Values that are not of the kind that the setting takes.

use crate::support::dovecot::faults::{problems, report};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_dovecot::{Problem, ProblemKind};

pub(crate) static RULE: Rule = Rule {
    name: "dv-bad-value",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["doveconf(1)", "settings-parser.c", "Dovecot manual, setting types"],
    docs: docs!("bad_value"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for problem in problems(cx, &[ProblemKind::WrongValue, ProblemKind::WrongForm]) {
        let name = problem.subject.as_str();
        let found = report(out, &RULE, problem, message(name, problem));
        found.help = help(&problem.words);
    }
}

fn message(name: &str, problem: &Problem) -> Text {
    match problem.kind == ProblemKind::WrongForm {
        true => text!(
            "`{name}` is no plain setting and can't be written so",
            "`{name}` 항목은 단순한 설정이 아니므로 이렇게 쓸 수 없습니다"
        ),
        false => text!("`{name}` does not take this value", "`{name}` 설정은 이 값을 받지 않습니다"),
    }
}

/// What the kind takes, by doveconf's words.
fn help(words: &str) -> Option<Text> {
    let has = |part: &str| words.contains(part);
    Some(match () {
        () if has("boolean") => Text::fixed(
            "Write `yes` or `no`; `0`, `true`, `on` and the like are no booleans of Dovecot.",
            "`yes` 또는 `no` 값을 쓰십시오. `0`, `true`, `on` 등은 Dovecot의 불리언 값이 아닙니다.",
        ),
        () if has("missing units") => Text::fixed(
            "Write the unit: `10s`, `5 mins`, `1 hour`, `2 days`.",
            "단위를 쓰십시오. 예: `10s`, `5 mins`, `1 hour`, `2 days`",
        ),
        () if has("time interval") || has("Milliseconds") => Text::fixed(
            "Write one number with one unit: `90 mins`, not `1h30m`.",
            "숫자 하나와 단위 하나로 쓰십시오. `1h30m`이 아니라 `90 mins` 형식입니다.",
        ),
        () if has("Invalid size") => Text::fixed(
            "Write a whole number with B, K, M, G or T, such as `20M`.",
            "B, K, M, G, T 단위를 붙인 정수로 쓰십시오. 예: `20M`",
        ),
        () if has("use '") => Text::fixed(
            "Write it as a section, as doveconf's words show.",
            "doveconf의 문구가 보여 주는 대로 섹션으로 쓰십시오.",
        ),
        () if has("number") => {
            Text::fixed("Write a whole number without sign and unit.", "부호와 단위 없는 정수로 쓰십시오.")
        }
        () => return None,
    })
}
