//! Ports that Postfix and Dovecot both open.

use crate::{Cx, Rule, Sink};
use postproof_diag::{Label, Text, text};
use postproof_model::{Scope, Service};
use std::collections::BTreeMap;

/// Reports the ports that both want: those of Dovecot's submission service, or
/// all others.
pub(crate) fn report(cx: &Cx<'_>, out: &mut Sink, rule: &'static Rule, submission: bool) {
    let Some(dovecot) = cx.dovecot() else { return };
    let own = cx.model.text(Scope::Main, "inet_interfaces");
    let mut by_port: BTreeMap<u16, Vec<&Service>> = BTreeMap::new();
    for service in cx.model.services.iter().filter(|service| service.span.is_some() && service.kind == "inet") {
        if let Some(number) = service.endpoint.as_ref().and_then(|endpoint| endpoint.port_number) {
            by_port.entry(number).or_default().push(service);
        }
    }
    for port in dovecot.ports() {
        if (port.service == "submission-login") != submission {
            continue;
        }
        let clash = by_port.get(&port.number).into_iter().flatten().find(|service| {
            // A service without a host listens on inet_interfaces.
            let host = service.endpoint.as_ref().and_then(|endpoint| endpoint.host.as_deref());
            port.overlaps(host.or_else(|| only_loopback(&own).then_some("127.0.0.1")))
        });
        let (Some(service), Some(place)) = (clash, port.span) else { continue };
        let found = out.report(rule, place, message(port.number, &service.label(), &port.service), WHY);
        found.related.extend(service.name_span.map(|span| Label::noted(span, POSTFIX)));
        found.help = Some(help(&port.service, &port.listener));
    }
}

fn only_loopback(interfaces: &str) -> bool {
    let mut words = interfaces.split([',', ' ', '\t']).filter(|word| !word.is_empty()).peekable();
    words.peek().is_some()
        && words.all(|word| word == "loopback-only" || crate::support::dovecot::sockets::is_local_address(word))
}

fn message(port: u16, postfix: &str, dovecot: &str) -> Text {
    text!(
        "port {port} is taken twice: by `{postfix}` of Postfix and by `{dovecot}` of Dovecot",
        "{port}번 포트를 Postfix의 `{postfix}` 서비스와 Dovecot의 `{dovecot}` 서비스가 함께 씁니다"
    )
}

fn help(service: &str, listener: &str) -> Text {
    text!(
        "Leave the port to one of the two: set `port = 0` in `inet_listener {listener}` of `service {service}`, or take the entry out of master.cf.",
        "한쪽만 이 포트를 쓰게 하십시오. `service {service}` 섹션의 `inet_listener {listener}` 섹션에 `port = 0` 값을 두거나 master.cf에서 항목을 빼십시오."
    )
}

const POSTFIX: Text = Text::fixed("Postfix listens here", "Postfix가 여기에서 듣습니다");
const WHY: Text = Text::fixed(
    "The program that starts second gets «Address already in use»: Dovecot does not start, or Postfix does not.",
    "나중에 시작하는 프로그램이 «Address already in use» 오류를 받아 Dovecot이나 Postfix 가운데 하나가 시작하지 못합니다.",
);
