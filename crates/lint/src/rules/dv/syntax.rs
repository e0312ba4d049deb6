//! Lines that Dovecot can't read, or reads as something else.

use crate::support::dovecot::faults::{problems, report};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text};
use postproof_dovecot::{Problem, ProblemKind};

pub(crate) static RULE: Rule = Rule {
    name: "dv-syntax",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["doveconf(1)", "config-parser.c, config_parse_line", "Dovecot manual, configuration file syntax"],
    docs: docs!("syntax"),
    check,
};

const KINDS: &[ProblemKind] = &[
    ProblemKind::Syntax,
    ProblemKind::Braces,
    ProblemKind::AmbiguousComment,
    ProblemKind::LostContinuation,
    ProblemKind::Limit,
];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for problem in problems(cx, KINDS) {
        let found = report(out, &RULE, problem, message(problem));
        found.help = help(problem);
        if problem.kind == ProblemKind::AmbiguousComment {
            found.severity = Severity::Info;
        }
    }
}

fn message(problem: &Problem) -> Text {
    let words = problem.words.as_str();
    let is = |kind| problem.kind == kind;
    if is(ProblemKind::AmbiguousComment) {
        Text::fixed(
            "the `#` begins a comment though no white space stands before it",
            "`#` 문자 앞에 공백이 없지만 여기부터 주석입니다",
        )
    } else if is(ProblemKind::LostContinuation) {
        Text::fixed(
            "the line ends with `\\` but what follows does not continue it, so that it is lost",
            "이 줄은 `\\` 문자로 끝나지만 다음 줄이 이어지지 않아 버려집니다",
        )
    } else if is(ProblemKind::Limit) {
        Text::fixed(
            "Postproof reads no further here: a limit is reached",
            "한도에 이르러 Postproof가 여기부터 읽지 않습니다",
        )
    } else if words.starts_with("Missing '}'") {
        Text::fixed("the section that begins here is never closed", "여기에서 시작하는 섹션이 닫히지 않았습니다")
    } else if words.starts_with("Unexpected '}'") {
        Text::fixed("this `}` closes a section that was never opened", "이 `}` 기호가 닫을 섹션이 열려 있지 않습니다")
    } else if words.starts_with("Garbage after") {
        Text::fixed(
            "a section can't be written on one line: `{` has to be the last character of its line",
            "섹션은 한 줄에 쓸 수 없으며 `{` 기호가 줄의 마지막 문자여야 합니다",
        )
    } else {
        Text::fixed(
            "the line is no setting, section or include: Dovecot wants `name = value` or `name {`",
            "이 줄은 설정, 섹션, include 중 어느 것도 아니며 Dovecot은 `name = value` 또는 `name {` 형식을 요구합니다",
        )
    }
}

fn help(problem: &Problem) -> Option<Text> {
    let is = |kind| problem.kind == kind;
    Some(if is(ProblemKind::AmbiguousComment) {
        Text::fixed(
            "Put a blank before `#` if it begins a comment, or the value into quotes if it does not.",
            "주석이라면 `#` 앞에 공백을 두고, 아니라면 값을 따옴표로 감싸십시오.",
        )
    } else if is(ProblemKind::LostContinuation) {
        Text::fixed(
            "Remove the `\\`, or the comment or empty line behind it.",
            "`\\` 문자를 지우거나 그 뒤의 주석이나 빈 줄을 지우십시오.",
        )
    } else if is(ProblemKind::Limit) {
        return None;
    } else if is(ProblemKind::Braces) {
        Text::fixed(
            "Close every section that is opened with a `}` alone on its line, and no other.",
            "연 섹션은 모두 한 줄에 홀로 있는 `}` 기호로 닫고, 열지 않은 섹션은 닫지 마십시오.",
        )
    } else {
        Text::fixed(
            "Write `name = value`, or `name {` with a blank before the brace and nothing behind it; `#` begins a comment.",
            "`name = value` 형식으로 쓰거나, 괄호 앞에 공백이 있고 뒤에 아무것도 없는 `name {` 형식으로 쓰십시오. 주석은 `#` 문자로 시작합니다.",
        )
    })
}
