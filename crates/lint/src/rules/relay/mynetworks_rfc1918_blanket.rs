//! A whole block of private addresses in `mynetworks`. `172.16.0.0/12` is
//! reported here, not by `relay-mynetworks-container-gateway`.

use crate::support::listeners::{exposed_smtpd, name_services, share};
use crate::support::trust::{Trusted, is_private_block, mynetworks_may_relay, trusted_networks};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "relay-mynetworks-rfc1918-blanket",
    group: Group::Relay,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(5) mynetworks", "RFC 1918 section 3", "RFC 4193 section 3"],
    docs: docs!("mynetworks_rfc1918_blanket"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let found = share(exposed_smtpd(cx), |service| {
        if !mynetworks_may_relay(cx, service) {
            return Vec::new();
        }
        let blocks: Vec<Trusted> =
            trusted_networks(cx, service).into_iter().filter(|trusted| is_private_block(&trusted.net)).collect();
        // One list, one finding, at its first block.
        blocks.first().map(|first| first.span).map(|span| (span, blocks)).into_iter().collect()
    });
    for shared in found {
        let names: Vec<&str> = shared.fault.iter().map(|trusted| trusted.text.as_str()).collect();
        let diagnostic = out.report(&RULE, shared.span, message(&names.join("`, `")), why());
        diagnostic.help = Some(help());
        diagnostic.related.extend(shared.fault.iter().skip(1).map(|trusted| Label::bare(trusted.span)));
        name_services(diagnostic, &shared.services);
    }
}

fn message(nets: &str) -> Text {
    text!(
        "`mynetworks` trusts whole blocks of private addresses to relay: `{nets}`",
        "`mynetworks` 매개변수가 사설 주소 블록 전체에 릴레이를 허용합니다: `{nets}`"
    )
}

fn why() -> Text {
    Text::fixed(
        "NAT, VPN and container gateways make outside clients appear with a private address, and each host that anybody adds to such a network may relay.",
        "NAT, VPN, 컨테이너 게이트웨이는 외부 클라이언트를 사설 주소로 보이게 하고, 누군가 그런 네트워크에 추가하는 호스트마다 릴레이할 수 있게 됩니다.",
    )
}

fn help() -> Text {
    Text::fixed(
        "List the subnets or hosts that really send mail through this server, without addresses of gateways.",
        "실제로 이 서버로 메일을 보내는 서브넷이나 호스트만 적고 게이트웨이 주소는 빼십시오.",
    )
}
