//! Whole parts of the internet are trusted.

use crate::support::dovecot::words::split;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-trusted-networks-wide",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, login_trusted_networks, haproxy_trusted_networks"],
    docs: docs!("trusted_networks"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    for name in ["login_trusted_networks", "haproxy_trusted_networks"] {
        let Some(setting) = dovecot.get(name) else { continue };
        for (range, word) in split(setting.value.as_str()) {
            let Some((address, bits)) = word.split_once('/') else { continue };
            let Ok(bits) = bits.parse::<u8>() else { continue };
            let widest = if address.contains(':') { 16 } else { 8 };
            if let Some(place) = setting.value.span_of(range).filter(|_| bits < widest) {
                out.report(&RULE, place, message(name, word), WHY).help = Some(HELP);
            }
        }
    }
}

fn message(name: &str, network: &str) -> Text {
    text!(
        "`{name}` trusts `{network}`, a large part of the internet",
        "`{name}` 설정이 인터넷의 넓은 범위인 `{network}` 네트워크를 신뢰합니다"
    )
}

const WHY: Text = Text::fixed(
    "Clients in these networks may say which address they come from, and log in without TLS.",
    "이 네트워크의 클라이언트는 자신의 주소를 마음대로 말할 수 있고 TLS 없이 로그인할 수 있습니다.",
);
const HELP: Text = Text::fixed("Name the addresses of your own proxies only.", "자신의 프록시 주소만 지정하십시오.");
