//! Included files that were not given, and includes that can't work.

use crate::support::dovecot::faults::{problems, report};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Missing, Severity, Text, text};
use postproof_dovecot::ProblemKind;
use postproof_model::Presence;

pub(crate) static RULE: Rule = Rule {
    name: "dv-include-missing",
    group: Group::Dv,
    severity: Severity::Info,
    since: "0.1.0",
    sources: &["doveconf(1)", "config-parser.c, settings_include", "Dovecot manual, configuration file syntax"],
    docs: docs!("include_missing"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for problem in problems(cx, &[ProblemKind::Include]) {
        if problem.words.starts_with("Recursive") {
            report(out, &RULE, problem, recursive()).help = None;
        }
    }
    let Some(reading) = cx.reading() else { return };
    for missing in &reading.missing {
        let pattern = missing.pattern.as_str();
        let bare = pattern.rsplit('/').next().unwrap_or(pattern).trim_start();
        // `!include_try = FILE` looks for a file called `= FILE`.
        if pattern.contains("/=") || bare.starts_with('=') || bare.starts_with('"') || pattern.contains("/\"") {
            let found = out.report(&RULE, missing.span, odd_form(), WHY_FORM);
            found.severity = if missing.optional { Severity::Warning } else { Severity::Error };
            found.help = Some(HELP_FORM);
            continue;
        }
        if missing.optional || cx.model.given.dovecot != Presence::Whole {
            continue;
        }
        let found = out.report(&RULE, missing.span, not_given(pattern), WHY);
        found.missing.push(Missing {
            what: text!("the files `{pattern}`", "`{pattern}` 파일"),
            command: Some("doveconf -n".to_owned()),
        });
    }
}

fn not_given(pattern: &str) -> Text {
    text!(
        "`{pattern}` was not given: if it is there, its settings count as well; if not, Dovecot does not start",
        "`{pattern}` 파일을 받지 못했습니다. 파일이 있으면 그 설정도 적용되고, 없으면 Dovecot이 시작하지 않습니다"
    )
}

fn odd_form() -> Text {
    Text::fixed(
        "the `=` or the quote is part of the file name here, so that nothing is included",
        "여기의 `=` 문자나 따옴표는 파일 이름의 일부가 되므로 아무것도 포함되지 않습니다",
    )
}

fn recursive() -> Text {
    Text::fixed("the file includes itself", "파일이 자기 자신을 포함합니다")
}

const WHY: Text = Text::fixed(
    "What was not given may set anything anew, and is not checked.",
    "받지 못한 파일은 무엇이든 다시 설정할 수 있으며 검사하지 않았습니다.",
);
const WHY_FORM: Text = Text::fixed(
    "Behind `!include` and `!include_try` the rest of the line is the file name as it stands; the second says nothing when there is no such file.",
    "`!include`와 `!include_try` 뒤에 오는 나머지가 그대로 파일 이름이며, 뒤의 것은 그런 파일이 없어도 아무 말을 하지 않습니다.",
);
const HELP_FORM: Text = Text::fixed(
    "Write `!include_try FILE` without `=` and quotes.",
    "`=` 문자와 따옴표 없이 `!include_try FILE` 형식으로 쓰십시오.",
);
