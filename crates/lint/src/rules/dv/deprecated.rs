//! Settings of Dovecot 2.3 that it still takes under another name.

use crate::support::dovecot::faults::{problems, report};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_dovecot::{Problem, ProblemKind};

pub(crate) static RULE: Rule = Rule {
    name: "dv-deprecated",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["doveconf(1)", "old-set-parser.c"],
    docs: docs!("deprecated"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    // doveconf's hint before the first of them is about no setting.
    let about_settings = |problem: &&&Problem| !problem.subject.is_empty();
    for problem in problems(cx, &[ProblemKind::Obsolete]).iter().filter(about_settings) {
        let found = report(out, &RULE, problem, message(&problem.subject));
        found.help = Some(HELP);
    }
}

fn message(name: &str) -> Text {
    text!(
        "`{name}` is obsolete: Dovecot 2.3 still reads it, 2.4 refuses it",
        "`{name}` 설정은 폐지되었습니다. Dovecot 2.3은 아직 읽지만 2.4는 거부합니다"
    )
}

const HELP: Text = Text::fixed(
    "Write what doveconf's words name in its place, or remove the line.",
    "doveconf의 문구가 알려 주는 것으로 바꾸거나 이 줄을 지우십시오.",
);
