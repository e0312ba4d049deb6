//! A network so wide in `mynetworks` that every client is trusted.

use crate::support::listeners::{exposed_smtpd, name_services, share};
use crate::support::trust::{is_world, mynetworks_may_relay, trusted_networks};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "relay-mynetworks-world",
    group: Group::Relay,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["postconf(5) mynetworks", "BASIC_CONFIGURATION_README What clients to relay mail from"],
    docs: docs!("mynetworks_world"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let found = share(exposed_smtpd(cx), |service| {
        if !mynetworks_may_relay(cx, service) {
            return Vec::new();
        }
        let wide = trusted_networks(cx, service).into_iter().filter(|trusted| is_world(&trusted.net));
        wide.map(|trusted| (trusted.span, trusted.text)).collect()
    });
    for shared in found {
        let diagnostic = out.report(&RULE, shared.span, message(&shared.fault), why());
        diagnostic.help = Some(help());
        name_services(diagnostic, &shared.services);
    }
}

fn message(net: &str) -> Text {
    text!(
        "`{net}` in `mynetworks` trusts clients of the whole Internet, so strangers may relay",
        "`mynetworks` 매개변수의 `{net}` 네트워크가 인터넷 전체의 클라이언트를 신뢰하므로 외부인이 릴레이할 수 있습니다"
    )
}

fn why() -> Text {
    Text::fixed(
        "`permit_mynetworks` lets every client of these networks send mail anywhere; such a host is found and used for spam within hours.",
        "`permit_mynetworks` 항목은 이 네트워크의 모든 클라이언트가 어디로나 메일을 보내게 합니다. 이런 서버는 몇 시간 안에 발견되어 스팸에 쓰입니다.",
    )
}

fn help() -> Text {
    Text::fixed(
        "List only networks whose hosts you run yourself; let everybody else log in.",
        "직접 운영하는 호스트의 네트워크만 적고 나머지는 로그인하게 하십시오.",
    )
}
