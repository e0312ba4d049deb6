//! Two listeners of the same path or port.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-duplicate-listener",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["master-settings.c, «duplicate listener»", "Dovecot manual, inet_listener"],
    docs: docs!("duplicate_listener"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let mut paths: Vec<(String, postproof_diag::Span)> = Vec::new();
    for socket in dovecot.unix_sockets().filter(|socket| !socket.is_off()) {
        let (path, Some(place)) = (socket.path(), socket.span()) else { continue };
        match paths.iter().find(|(known, _)| *known == path) {
            Some((_, first)) => {
                let found = out.report(
                    &RULE,
                    place,
                    text!("two listeners have the path `{path}`", "리스너 두 개의 경로가 같습니다: `{path}`"),
                    WHY,
                );
                found.related.push(Label::noted(*first, FIRST));
            }
            None => paths.push((path, place)),
        }
        if paths.len() > MAX_LISTENERS {
            return;
        }
    }
    let ports = dovecot.ports();
    for (at, port) in ports.iter().enumerate().take(MAX_LISTENERS) {
        let twin = ports.iter().take(at).find(|one| {
            let host = crate::support::dovecot::words::split(&port.addresses).first().map(|(_, word)| *word);
            let host = host.filter(|host| !matches!(*host, "*" | "::"));
            one.number == port.number && (one.overlaps(host) && port.overlaps(None) || one.addresses == port.addresses)
        });
        if let (Some(twin), Some(place)) = (twin, port.span) {
            let found = out.report(&RULE, place, same_port(port.number, &twin.service, &port.service), WHY);
            found.related.extend(twin.span.filter(|span| *span != place).map(|span| Label::noted(span, FIRST)));
        }
    }
}

/// No real configuration has as many.
const MAX_LISTENERS: usize = 1000;

fn same_port(port: u16, one: &str, other: &str) -> Text {
    text!(
        "port {port} is opened twice, by `{one}` and `{other}`",
        "`{one}` 서비스와 `{other}` 서비스가 {port}번 포트를 함께 엽니다"
    )
}

const FIRST: Text = Text::fixed("the other one", "다른 하나");
const WHY: Text = Text::fixed(
    "Dovecot does not start: the second can't be opened.",
    "두 번째를 열 수 없어 Dovecot이 시작하지 않습니다.",
);
