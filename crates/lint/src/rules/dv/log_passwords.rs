//! Passwords are written to the log.

use crate::support::dovecot::words::boolean;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-log-passwords",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, auth_verbose_passwords, auth_debug_passwords"],
    docs: docs!("log_passwords"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    for name in ["auth_verbose_passwords", "auth_debug_passwords"] {
        let Some(setting) = dovecot.get(name) else { continue };
        let value = setting.value.as_str().trim();
        // `plain:2` cuts after two letters, and sha1 is a hash that is easily guessed.
        let is_plain = name.contains("verbose") && (value.starts_with("plain") || value == "yes");
        if let (Some(place), true) =
            (setting.value.span(), is_plain || name.contains("debug") && boolean(value) == Some(true))
        {
            out.report(&RULE, place, message(name, value), WHY).help = Some(HELP);
        }
    }
}

fn message(name: &str, value: &str) -> Text {
    text!("passwords are written to the log: `{name} = {value}`", "암호가 로그에 기록됩니다: `{name} = {value}`")
}

const WHY: Text = Text::fixed(
    "Whoever reads the log, a backup of it or what it is sent to, reads the passwords of users.",
    "로그나 그 백업, 로그를 받는 곳을 읽는 사람은 사용자의 암호를 읽게 됩니다.",
);
const HELP: Text = Text::fixed("Remove the line once the fault is found.", "문제를 찾았다면 이 줄을 지우십시오.");
