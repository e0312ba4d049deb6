//! A mode of a socket without its leading zero.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::SettingKind;
use postproof_diag::{Edit, Fix, Safety, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-mode-decimal",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["settings-parser.c, get_octal", "Dovecot manual, unix_listener mode"],
    docs: docs!("mode_decimal"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(reading) = cx.reading() else { return };
    for assignment in reading.assignments() {
        let is_mode = assignment.known.is_some_and(|setting| setting.kind == SettingKind::Octal);
        let value = assignment.value.as_str().trim();
        let is_bare =
            value.len() >= 3 && !value.starts_with('0') && value.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
        let (true, true, Ok(number)) = (is_mode, is_bare, value.parse::<u32>()) else { continue };
        let found = out.report(&RULE, assignment.value_span(), message(value, number), WHY);
        found.help = Some(help(value));
        found.fix = assignment.value.span().map(|span| Fix {
            title: help(value),
            edits: vec![Edit { span, replacement: format!("0{value}") }],
            safety: Safety::Safe,
        });
    }
}

fn message(value: &str, number: u32) -> Text {
    let octal = format!("{number:04o}");
    text!(
        "without a leading 0 the mode `{value}` is a decimal number: it means {octal}",
        "앞에 0이 없는 모드 `{value}` 값은 십진수이므로 {octal} 모드를 뜻합니다"
    )
}

fn help(value: &str) -> Text {
    text!("write `0{value}`", "`0{value}` 값으로 쓰기")
}

const WHY: Text = Text::fixed(
    "The socket gets permissions that nobody wanted: programs are kept out, or others let in.",
    "소켓이 아무도 원하지 않은 권한을 갖게 되어 필요한 프로그램이 막히거나 다른 프로그램이 들어옵니다.",
);
