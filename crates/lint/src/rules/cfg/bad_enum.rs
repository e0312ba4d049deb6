//! Words that are none of those that a parameter takes.

use crate::support::edits::replace_value;
use crate::support::lists::{Seen, value_place};
use crate::support::values::faulty_values;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Fix, Safety, Severity, Text, text};
use postproof_model::ValueFault;

pub(crate) static RULE: Rule = Rule {
    name: "cfg-bad-enum",
    group: Group::Cfg,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["name_mask.c", "name_code.c", "tls_level.c", "postconf(5)"],
    docs: docs!("bad_enum"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = Seen::default();
    for found in faulty_values(cx) {
        let ValueFault::Word(word) = &found.fault else { continue };
        let Some(place) = word.span().or_else(|| value_place(&found.value)).filter(|span| seen.is_new(*span)) else {
            continue;
        };
        let (name, written) = (found.value.name.as_str(), word.as_str());
        let diagnostic = out.report(&RULE, place, message(name, written), WHY);
        diagnostic.help = Some(help(found.param.words));
        if name == "milter_default_action" {
            // milter8.c: an unknown action is warned about and taken as tempfail.
            diagnostic.severity = Severity::Warning;
            diagnostic.why = MILTER_WHY;
        }
        let same = |known: &&&str| known.eq_ignore_ascii_case(written);
        if let Some(right) = found.param.words.iter().find(same)
            && let Some(edit) = replace_value(cx, &found.value, right)
        {
            let title = text!("write `{right}`", "`{right}` 단어로 고치기");
            diagnostic.fix = Some(Fix { title, edits: vec![edit], safety: Safety::Safe });
        }
    }
}

fn message(name: &str, word: &str) -> Text {
    text!(
        "`{word}` is none of the words that `{name}` takes",
        "`{word}` 단어는 `{name}` 매개변수에 쓸 수 있는 단어가 아닙니다"
    )
}

fn help(words: &[&str]) -> Text {
    let listed = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    text!("The words are {listed}.", "쓸 수 있는 단어: {listed}.")
}

const WHY: Text = Text::fixed(
    "The program that reads the parameter stops at the word, or takes another behaviour than the one that was meant.",
    "이 매개변수를 읽는 프로그램은 이 단어에서 멈추거나 뜻한 것과 다르게 동작합니다.",
);
const MILTER_WHY: Text = Text::fixed(
    "smtpd and cleanup warn about the word each time a mail filter fails, and answer with a temporary error.",
    "smtpd와 cleanup은 메일 필터가 실패할 때마다 이 단어에 대해 경고하고 일시적 오류로 응답합니다.",
);
