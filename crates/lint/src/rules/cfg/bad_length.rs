//! Empty values where one is needed, and texts that are too long.

use crate::support::lists::{Seen, value_place};
use crate::support::values::faulty_values;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_model::ValueFault;

pub(crate) static RULE: Rule = Rule {
    name: "cfg-bad-length",
    group: Group::Cfg,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["mail_conf_str.c check_mail_conf_str"],
    docs: docs!("bad_length"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = Seen::default();
    // main.cf as Postfix ships it leaves these to the installer.
    let is_shipped = cx.model.main.get("sendmail_path").is_some_and(|set| set.value.is_empty());
    for found in faulty_values(cx) {
        let name = found.value.name.as_str();
        if INSTALLED.contains(&name) || (is_shipped && name == "setgid_group") {
            continue;
        }
        let message = match found.fault {
            ValueFault::TooShort { min: 1 } => empty(name),
            ValueFault::TooShort { min } => short(name, min),
            ValueFault::TooLong { max } => long(name, max),
            ValueFault::Boolean
            | ValueFault::Number
            | ValueFault::Time
            | ValueFault::TooSmall { .. }
            | ValueFault::TooLarge { .. }
            | ValueFault::Word(_) => continue,
        };
        if let Some(place) = value_place(&found.value).filter(|span| seen.is_new(*span)) {
            out.report(&RULE, place, message, WHY).help = Some(HELP);
        }
    }
}

/// What only the installer and postconf read (postfix-install): empty, they
/// stop no program.
const INSTALLED: [&str; 8] = [
    "sendmail_path",
    "newaliases_path",
    "mailq_path",
    "html_directory",
    "manpage_directory",
    "sample_directory",
    "readme_directory",
    "shlib_directory",
];

fn empty(name: &str) -> Text {
    text!("`{name}` must not be empty", "`{name}` 매개변수는 비어 있으면 안 됩니다")
}

fn short(name: &str, min: u16) -> Text {
    text!("`{name}` needs at least {min} bytes", "`{name}` 매개변수의 값은 {min} 바이트 이상이어야 합니다")
}

fn long(name: &str, max: u16) -> Text {
    text!("`{name}` takes at most {max} bytes", "`{name}` 매개변수의 값은 {max} 바이트 이하여야 합니다")
}

const WHY: Text = Text::fixed(
    "Every program that reads the parameter stops at this value when it starts, while postconf accepts it without a word.",
    "이 매개변수를 읽는 프로그램은 모두 시작할 때 이 값에서 멈추지만, postconf는 아무 말 없이 받아들입니다.",
);
const HELP: Text = Text::fixed(
    "Give it a value, or remove the line so that the default holds.",
    "값을 주거나, 기본값이 쓰이도록 이 줄을 지우십시오.",
);
