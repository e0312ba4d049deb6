//! Postfix delivers to a port that Dovecot does not open.

use crate::support::cross::{anchor, lmtp_uses, protocol_off};
use crate::support::dovecot::sockets::is_local_address;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "x-lmtp-port",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["lmtp(8)", "Dovecot manual, service lmtp, inet_listener"],
    docs: docs!("lmtp_port"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    if protocol_off(dovecot, "lmtp").is_some() {
        return;
    }
    for used in lmtp_uses(cx, dovecot) {
        let Some((host, port)) = &used.address else { continue };
        let ports: Vec<_> =
            used.ports.iter().map(|socket| (socket.port().unwrap_or_default(), socket.span())).collect();
        // A port that stands as a variable is not known.
        let is_open = used.ports.iter().any(|socket| {
            socket.port() == Some(*port) || socket.block.text("port").is_some_and(|text| text.contains(['$', '%']))
        });
        if is_open {
            continue;
        }
        let (message, place) = match ports.iter().find(|(other, _)| *other != 0) {
            Some((other, place)) => (other_port(*port, *other), *place),
            None if dovecot.is_partial || !is_local_address(host) => continue,
            None => (no_port(*port), dovecot.service("lmtp").and_then(|block| block.span()).or(anchor(dovecot))),
        };
        let found = out.report(&RULE, used.delivery.place, message, WHY);
        found.related.extend(place.map(|span| Label::noted(span, HERE)));
        found.help = Some(help(*port));
    }
}

fn other_port(port: u16, other: u16) -> Text {
    text!(
        "Postfix delivers to port {port}, but Dovecot's `service lmtp` listens at port {other}",
        "Postfix는 {port}번 포트로 메일을 보내지만 Dovecot의 `service lmtp` 서비스는 {other}번 포트를 엽니다"
    )
}

fn no_port(port: u16) -> Text {
    text!(
        "Postfix delivers to port {port}, but Dovecot opens no port for LMTP",
        "Postfix는 {port}번 포트로 메일을 보내지만 Dovecot은 LMTP 포트를 열지 않습니다"
    )
}

fn help(port: u16) -> Text {
    text!(
        "Put `inet_listener lmtp` with `port = {port}` into `service lmtp`; on one host a socket does without a port.",
        "`service lmtp` 섹션에 `port = {port}` 값을 가진 `inet_listener lmtp` 섹션을 두십시오. 같은 호스트라면 포트 대신 소켓으로 충분합니다."
    )
}

const HERE: Text = Text::fixed("what Dovecot opens", "Dovecot이 여는 것");
const WHY: Text = Text::fixed(
    "Every delivery fails with «Connection refused» and waits in the queue until it is returned.",
    "모든 배달이 «Connection refused» 오류로 실패하고 반송될 때까지 큐에서 기다립니다.",
);
