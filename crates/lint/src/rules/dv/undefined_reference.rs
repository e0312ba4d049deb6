//! `$` references to settings that do not exist.

use crate::support::dovecot::faults::{problems, report};
use crate::support::dovecot::words::split;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::setting;
use postproof_diag::{Severity, Text, text};
use postproof_dovecot::{Dialect, ProblemKind};

pub(crate) static RULE: Rule = Rule {
    name: "dv-undefined-reference",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["doveconf(1)", "config-parser.c, config_write_keyvariable", "Dovecot manual, configuration file syntax"],
    docs: docs!("undefined_reference"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for problem in problems(cx, &[ProblemKind::Variable]) {
        report(out, &RULE, problem, message(&problem.subject)).help = Some(HELP);
    }
    let Some(reading) = cx.reading() else { return };
    let is_new = reading.dialect() == Dialect::V24;
    // doveconf -n leaves other references as they are; the programs fill them in.
    for assignment in reading.assignments().iter().filter(|one| !one.quoted && !one.from_file && !one.refused) {
        for (range, word) in split(assignment.value.as_str()) {
            let name = if is_new { word.strip_prefix("$SET:") } else { word.strip_prefix('$') };
            let Some(name) = name.filter(|name| is_name(name)) else { continue };
            if setting(reading.dialect().series(), name).is_some() || word.starts_with("$ENV:") {
                continue;
            }
            let place = assignment.value.span_of(range).unwrap_or(assignment.value_span());
            out.report(&RULE, place, message(word), WHY).help = Some(HELP);
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn message(name: &str) -> Text {
    text!("`{name}` refers to a setting that does not exist", "`{name}` 값이 없는 설정을 가리킵니다")
}

const WHY: Text = Text::fixed(
    "Dovecot's programs stop when they fill in the value: «Unknown variable».",
    "Dovecot의 프로그램이 값을 채우다가 «Unknown variable» 오류로 멈춥니다.",
);
const HELP: Text = Text::fixed(
    "Correct the name behind `$`; in 2.4 references are `$SET:name` and `$ENV:NAME`.",
    "`$` 뒤의 이름을 고치십시오. 2.4의 참조는 `$SET:name`과 `$ENV:NAME` 형식입니다.",
);
