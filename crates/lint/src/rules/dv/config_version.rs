//! The version lines without which Dovecot 2.4 does not start.

use crate::support::dovecot::Dovecot;
use crate::support::dovecot::faults::{is_later_release, problems, report};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_dovecot::{Problem, ProblemKind};

pub(crate) static RULE: Rule = Rule {
    name: "dv-config-version",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot 2.4 manual, dovecot_config_version", "config-parser.c, config_parser_get_version"],
    docs: docs!("config_version"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for problem in problems(cx, &[ProblemKind::Version]) {
        let is_absence = problem.words.contains("must be");
        // Of a fragment the beginning is not known, and later releases than those
        // that are known take their own number.
        let is_partial = cx.dovecot().is_none_or(|dovecot| dovecot.is_partial);
        let is_later = cx.reading().is_some_and(is_later_release) && problem.words.starts_with("Invalid");
        if is_absence && is_partial || is_later {
            continue;
        }
        report(out, &RULE, problem, message(problem)).help = Some(HELP);
    }
    no_storage_version(cx, out);
}

/// doveconf.c, main: it is asked for once all was read.
fn no_storage_version(cx: &Cx<'_>, out: &mut Sink) {
    let whole = cx.dovecot().filter(|dovecot| dovecot.is_new && !dovecot.is_partial && !dovecot.is_dump);
    let Some(version) = whole.and_then(|dovecot| dovecot.get("dovecot_config_version")) else { return };
    let lacks = |dovecot: &Dovecot<'_>| dovecot.text("dovecot_storage_version", "").is_empty();
    if whole.is_some_and(lacks) {
        out.report(&RULE, version.name_span, NO_STORAGE, WHY_STORAGE).help = Some(HELP);
    }
}

fn message(problem: &Problem) -> Text {
    let value = problem.subject.as_str();
    match problem.words.as_str() {
        words if words.contains("first setting") => Text::fixed(
            "the first setting of Dovecot 2.4 has to be `dovecot_config_version`",
            "Dovecot 2.4의 첫 설정은 `dovecot_config_version`이어야 합니다",
        ),
        _ => text!(
            "Dovecot does not take `{value}` as `dovecot_config_version`",
            "Dovecot은 `dovecot_config_version` 값으로 `{value}` 값을 받지 않습니다"
        ),
    }
}

const NO_STORAGE: Text =
    Text::fixed("`dovecot_storage_version` is not set", "`dovecot_storage_version` 설정이 없습니다");
const WHY_STORAGE: Text = Text::fixed(
    "Dovecot does not start: doveconf ends with «dovecot_storage_version setting must be set».",
    "Dovecot이 시작하지 않습니다. doveconf는 «dovecot_storage_version setting must be set» 오류로 끝납니다.",
);
const HELP: Text = Text::fixed(
    "Begin dovecot.conf with `dovecot_config_version = 2.4.0` and `dovecot_storage_version = 2.4.0`, or the release that you run.",
    "dovecot.conf를 `dovecot_config_version = 2.4.0`과 `dovecot_storage_version = 2.4.0` 설정으로, 또는 실행하는 릴리스 번호로 시작하십시오.",
);
