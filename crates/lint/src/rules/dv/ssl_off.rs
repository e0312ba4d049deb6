//! No TLS at all for mail programs.

use crate::support::dovecot::sockets::is_local_address;
use crate::support::dovecot::words::split;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-ssl-off",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["Dovecot manual, ssl", "RFC 8314 section 3"],
    docs: docs!("ssl_off"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let Some(ssl) = dovecot.get("ssl").filter(|ssl| ssl.value.as_str().eq_ignore_ascii_case("no")) else { return };
    let mut hosts = split(dovecot.text("listen", "")).into_iter().peekable();
    let only_here = hosts.peek().is_some() && hosts.all(|(_, host)| is_local_address(host));
    let protocols = dovecot.list("", "protocols");
    let is_login = |word: &str| matches!(word, "imap" | "pop3" | "submission" | "sieve");
    let serves = protocols.as_ref().is_none_or(|list| list.iter().any(|word| is_login(&word.text)));
    if let Some(place) = ssl.value.span().filter(|_| serves && !only_here) {
        out.report(&RULE, place, MESSAGE, WHY).help = Some(HELP);
    }
}

const MESSAGE: Text = Text::fixed(
    "`ssl = no` switches TLS off for every mail program",
    "`ssl = no` 설정이 모든 메일 프로그램에 대해 TLS를 끕니다",
);
const WHY: Text = Text::fixed(
    "Passwords and mail cross the network in clear text, unless a proxy before Dovecot does TLS.",
    "Dovecot 앞의 프록시가 TLS를 처리하지 않는다면 암호와 메일이 네트워크를 평문으로 지나갑니다.",
);
const HELP: Text = Text::fixed(
    "Name a certificate and a key, and set `ssl = required`.",
    "인증서와 키를 지정하고 `ssl = required` 설정을 넣으십시오.",
);
