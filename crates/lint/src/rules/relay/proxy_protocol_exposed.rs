//! The PROXY protocol on a listener that more than the proxy may reach.

use crate::support::listeners::{name_services, share};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Missing, Severity, Span, Text, text};
use postproof_model::{Exposure, Scope, Service};

pub(crate) static RULE: Rule = Rule {
    name: "relay-proxy-protocol-exposed",
    group: Group::Relay,
    severity: Severity::Info,
    since: "0.1.0",
    sources: &["postconf(5) smtpd_upstream_proxy_protocol", "postconf(5) postscreen_upstream_proxy_protocol"],
    docs: docs!("proxy_protocol_exposed"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let services: Vec<&Service> =
        cx.model.services.iter().filter(|service| service.exposure == Exposure::Network).collect();
    // The firewall answers for all listeners at once: one question.
    let found = share(services, |service| fault(cx, service).into_iter().collect());
    let Some((first, rest)) = found.split_first() else { return };
    let services: Vec<&Service> = found.iter().flat_map(|shared| shared.services.iter().copied()).collect();
    let diagnostic = out.report(&RULE, first.span, message(first.fault), why());
    diagnostic.help = Some(help());
    diagnostic.missing.push(firewall(&services));
    diagnostic.related.extend(rest.iter().map(|shared| Label::bare(shared.span)));
    name_services(diagnostic, &services);
}

fn fault(cx: &Cx<'_>, service: &Service) -> Option<(Span, &'static str)> {
    let param = match service.command.as_str() {
        "smtpd" => "smtpd_upstream_proxy_protocol",
        "postscreen" => "postscreen_upstream_proxy_protocol",
        _ => return None,
    };
    let value = cx.model.value(Scope::Service(service.id), param)?;
    let is_on = value.is_set() && !value.as_str().is_empty();
    is_on.then(|| value.text_span()).flatten().map(|span| (span, param))
}

fn message(param: &str) -> Text {
    text!(
        "`{param}` believes the client address that a connection announces: if more than the proxy can connect, anybody can claim a trusted address; if a firewall lets only the proxy in, nothing is wrong",
        "`{param}` 매개변수는 연결이 알리는 클라이언트 주소를 그대로 믿습니다. 프록시 말고도 연결할 수 있으면 누구나 신뢰하는 주소를 사칭할 수 있고, 방화벽이 프록시만 들여보내면 문제가 없습니다"
    )
}

fn why() -> Text {
    Text::fixed(
        "A PROXY line can name any address, 127.0.0.1 of `mynetworks` included; Postfix has no list of proxies to believe.",
        "PROXY 줄에는 `mynetworks` 매개변수에 든 127.0.0.1을 비롯해 어떤 주소든 쓸 수 있고, Postfix에는 믿을 프록시의 목록이 없습니다.",
    )
}

fn help() -> Text {
    Text::fixed(
        "Use a port of its own for the proxy, bind it to an inside address, and let the firewall admit only the proxy.",
        "프록시 전용 포트를 두고 내부 주소에 바인드한 뒤 방화벽에서 프록시만 허용하십시오.",
    )
}

fn firewall(services: &[&Service]) -> Missing {
    let ports: Vec<String> = services
        .iter()
        .filter_map(|service| service.endpoint.as_ref()?.port_number)
        .map(|port| port.to_string())
        .collect();
    let ports = ports.join(", ");
    let what = if ports.is_empty() {
        Text::fixed("the firewall: who can connect to the port", "방화벽: 누가 그 포트에 연결할 수 있는지")
    } else {
        text!("the firewall: who can connect to port {ports}", "방화벽: 누가 {ports} 포트에 연결할 수 있는지")
    };
    Missing { what, command: Some("nft list ruleset".to_owned()) }
}
