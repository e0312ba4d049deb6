//! A yes/no parameter with another word.

use crate::support::edits::replace_value;
use crate::support::lists::{Seen, value_place};
use crate::support::values::faulty_values;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Fix, Safety, Severity, Text, text};
use postproof_model::ValueFault;

pub(crate) static RULE: Rule = Rule {
    name: "cfg-bad-boolean",
    group: Group::Cfg,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["mail_conf_bool.c get_mail_conf_bool", "mail_conf_nbool.c", "postconf(5)"],
    docs: docs!("bad_boolean"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = Seen::default();
    for found in faulty_values(cx) {
        let Some(place) = value_place(&found.value).filter(|_| found.fault == ValueFault::Boolean) else { continue };
        if !seen.is_new(place) {
            continue;
        }
        let written = found.value.text.as_str();
        let diagnostic = out.report(&RULE, place, message(&found.value.name, written), WHY);
        diagnostic.help = Some(HELP);
        if let Some(word) = meant(written)
            && let Some(edit) = replace_value(cx, &found.value, word)
        {
            let title = text!("write `{word}`", "`{word}` 단어로 고치기");
            diagnostic.fix = Some(Fix { title, edits: vec![edit], safety: Safety::Safe });
        }
    }
}

fn meant(written: &str) -> Option<&'static str> {
    match written.to_ascii_lowercase().as_str() {
        "true" | "on" | "1" | "enable" | "enabled" | "y" => Some("yes"),
        "false" | "off" | "0" | "disable" | "disabled" | "n" => Some("no"),
        _ => None,
    }
}

fn message(name: &str, value: &str) -> Text {
    match value.is_empty() {
        true => text!(
            "`{name}` is empty, and takes `yes` or `no`",
            "`{name}` 매개변수가 비어 있습니다. 값은 `yes` 또는 `no`여야 합니다"
        ),
        false => text!(
            "`{name}` takes `yes` or `no`, not `{value}`",
            "`{name}` 매개변수의 값은 `yes` 또는 `no`여야 하며 `{value}` 값은 쓸 수 없습니다"
        ),
    }
}

const WHY: Text = Text::fixed(
    "Every program that reads the parameter stops at this value when it starts, while postconf accepts it without a word.",
    "이 매개변수를 읽는 프로그램은 모두 시작할 때 이 값에서 멈추지만, postconf는 아무 말 없이 받아들입니다.",
);
const HELP: Text = Text::fixed("Write `yes` or `no`.", "`yes` 또는 `no` 중 하나를 쓰십시오.");
