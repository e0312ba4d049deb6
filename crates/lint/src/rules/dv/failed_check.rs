//! Settings that are right by themselves and wrong together.

use crate::support::dovecot::faults::{problems, report};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_dovecot::ProblemKind;

pub(crate) static RULE: Rule = Rule {
    name: "dv-failed-check",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["doveconf(1)", "Dovecot manual, settings"],
    docs: docs!("failed_check"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for problem in problems(cx, &[ProblemKind::Check]) {
        report(out, &RULE, problem, message(&problem.subject, &problem.words));
    }
}

fn message(name: &str, words: &str) -> Text {
    match name {
        "" => {
            text!("doveconf refuses the settings together: «{words}»", "doveconf가 설정의 조합을 거부합니다: «{words}»")
        }
        _ => text!(
            "doveconf refuses `{name}` once all was read: «{words}»",
            "doveconf가 모두 읽은 뒤 `{name}` 설정을 거부합니다: «{words}»"
        ),
    }
}
