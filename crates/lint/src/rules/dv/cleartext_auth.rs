//! Passwords are taken without TLS.

use crate::support::dovecot::words::boolean;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-cleartext-auth",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &[
        "Dovecot 2.3 manual, disable_plaintext_auth",
        "Dovecot 2.4 manual, auth_allow_cleartext",
        "RFC 8314 section 3",
    ],
    docs: docs!("cleartext_auth"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    // dv-cleartext-no-effect speaks of this.
    if dovecot.get("ssl").is_some_and(|ssl| ssl.value.as_str() == "required") {
        return;
    }
    let (name, open) = if dovecot.is_new { ("auth_allow_cleartext", true) } else { ("disable_plaintext_auth", false) };
    let safe = if open { "no" } else { "yes" };
    let Some(setting) = dovecot.get(name).filter(|setting| boolean(setting.value.as_str()) == Some(open)) else {
        return;
    };
    let only_here = {
        let mut hosts = crate::support::dovecot::words::split(dovecot.text("listen", "")).into_iter().peekable();
        hosts.peek().is_some() && hosts.all(|(_, host)| crate::support::dovecot::sockets::is_local_address(host))
    };
    if let Some(place) = setting.value.span().filter(|_| !only_here) {
        let found = out.report(&RULE, place, message(name, setting.value.as_str()), WHY);
        found.help =
            Some(text!("Set `{name} = {safe}`, which is the default.", "기본값인 `{name} = {safe}` 값으로 두십시오."));
    }
}

fn message(name: &str, value: &str) -> Text {
    text!("passwords are taken without TLS: `{name} = {value}`", "TLS 없이 암호를 받습니다: `{name} = {value}`")
}

const WHY: Text = Text::fixed(
    "A mail program without encryption, or an attacker who hides STARTTLS, sends the password in clear text.",
    "암호화를 쓰지 않는 메일 프로그램이나 STARTTLS를 숨기는 공격자 때문에 암호가 평문으로 나갑니다.",
);
