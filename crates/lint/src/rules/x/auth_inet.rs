//! Postfix asks for logins at a port that Dovecot does not open.

use crate::support::cross::anchor;
use crate::support::dovecot::sockets::{InetSocket, is_local_address};
use crate::support::mail_paths::sasl_uses;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "x-auth-inet",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["SASL_README «Configuring Dovecot SASL»", "Dovecot manual, service auth, inet_listener"],
    docs: docs!("auth_inet"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    for used in sasl_uses(cx) {
        let Some(address) = used.path.as_str().strip_prefix("inet:") else { continue };
        let Some((host, port)) = address.rsplit_once(':') else { continue };
        let Ok(port) = port.parse::<u16>() else { continue };
        let listeners: Vec<InetSocket<'_, '_>> =
            dovecot.inet_sockets().filter(|socket| socket.service.label_text() == "auth").collect();
        if listeners.iter().any(|socket| socket.port() == Some(port)) {
            continue;
        }
        let other = listeners.iter().find_map(|socket| Some((socket.port().filter(|port| *port != 0)?, socket.span())));
        let (message, place) = match other {
            Some((other, place)) => (other_port(port, other), place),
            None if dovecot.is_partial || !is_local_address(host) => continue,
            None => (no_port(port), anchor(dovecot)),
        };
        let found = out.report(&RULE, used.place(), message, WHY);
        found.related.extend(place.map(|span| Label::noted(span, HERE)));
        found.help = Some(HELP);
    }
}

fn other_port(port: u16, other: u16) -> Text {
    text!(
        "Postfix asks for logins at port {port}, but Dovecot's `service auth` listens at port {other}",
        "Postfix는 {port}번 포트에 로그인을 묻지만 Dovecot의 `service auth` 서비스는 {other}번 포트를 엽니다"
    )
}

fn no_port(port: u16) -> Text {
    text!(
        "Postfix asks for logins at port {port}, but Dovecot's `service auth` has no `inet_listener`",
        "Postfix는 {port}번 포트에 로그인을 묻지만 Dovecot의 `service auth` 서비스에는 `inet_listener` 섹션이 없습니다"
    )
}

const HERE: Text = Text::fixed("what Dovecot opens", "Dovecot이 여는 것");
const HELP: Text = Text::fixed(
    "Use the same port on both sides; on one host a socket such as `private/auth` is safer, for these connections are not encrypted.",
    "양쪽에 같은 포트를 쓰십시오. 같은 호스트라면 암호화되지 않는 이 연결 대신 `private/auth` 같은 소켓이 더 안전합니다.",
);
const WHY: Text = Text::fixed(
    "The connection is refused, and nobody can log in to send mail.",
    "접속이 거부되어 아무도 로그인해서 메일을 보낼 수 없습니다.",
);
