//! Docker's bridge networks in `mynetworks` of a service that the network
//! reaches. Whole private blocks belong to `relay-mynetworks-rfc1918-blanket`.

use crate::support::listeners::{exposed_smtpd, name_services, share};
use crate::support::trust::{is_container_bridge, mynetworks_may_relay, trusted_networks};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Missing, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "relay-mynetworks-container-gateway",
    group: Group::Relay,
    severity: Severity::Info,
    since: "0.1.0",
    sources: &[
        "postconf(5) mynetworks",
        "github.com/mailcow/mailcow-dockerized/issues/1145",
        "github.com/juanluisbaptiste/docker-postfix/issues/106",
    ],
    docs: docs!("mynetworks_container_gateway"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let found = share(exposed_smtpd(cx), |service| {
        if !mynetworks_may_relay(cx, service) {
            return Vec::new();
        }
        let bridges = trusted_networks(cx, service).into_iter().filter(|trusted| is_container_bridge(&trusted.net));
        bridges.map(|trusted| (trusted.span, trusted.text)).collect()
    });
    for shared in found {
        let diagnostic = out.report(&RULE, shared.span, message(&shared.fault), why());
        diagnostic.help = Some(help());
        diagnostic.missing.push(publishing());
        name_services(diagnostic, &shared.services);
    }
}

fn message(net: &str) -> Text {
    text!(
        "`{net}` in `mynetworks` is a range of Docker bridges: if Postfix runs in a container, outside clients may arrive from its gateway and relay; if it runs on the host, only containers may",
        "`mynetworks` 매개변수의 `{net}` 네트워크는 Docker 브리지 대역입니다. Postfix가 컨테이너에서 실행되면 외부 클라이언트가 게이트웨이 주소로 들어와 릴레이할 수 있고, 호스트에서 실행되면 컨테이너만 릴레이할 수 있습니다"
    )
}

fn why() -> Text {
    Text::fixed(
        "Docker's userland proxy and its translation from IPv6 to IPv4 put the gateway's address in place of the client's; trusting it makes an open relay of a published port.",
        "Docker의 사용자 공간 프록시와 IPv6에서 IPv4로의 변환은 클라이언트 주소를 게이트웨이 주소로 바꿉니다. 그 주소를 신뢰하면 공개된 포트가 오픈 릴레이가 됩니다.",
    )
}

fn help() -> Text {
    Text::fixed(
        "List the addresses of the sending containers without the gateway, or let them log in.",
        "게이트웨이를 뺀 발신 컨테이너의 주소만 적거나 컨테이너가 로그인하게 하십시오.",
    )
}

fn publishing() -> Missing {
    Missing {
        what: Text::fixed(
            "whether Postfix runs in a container whose SMTP port is published",
            "SMTP 포트를 공개한 컨테이너에서 Postfix가 실행되는지 여부",
        ),
        command: Some("docker ps --filter publish=25".to_owned()),
    }
}
