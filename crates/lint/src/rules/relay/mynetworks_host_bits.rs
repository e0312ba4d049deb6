//! Network patterns with host bits or a wrong mask.

use crate::support::address_lists::faulty_patterns;
use crate::support::lists::Seen;
use crate::{Cx, Group, Rule, Sink, docs};
use ipnet::IpNet;
use postproof_diag::{Edit, Fix, Safety, Severity, Text, text};
use std::net::{IpAddr, Ipv4Addr};

pub(crate) static RULE: Rule = Rule {
    name: "relay-mynetworks-host-bits",
    group: Group::Relay,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["cidr_match.c cidr_match_parse", "match_ops.c match_hostaddr", "postconf(5) mynetworks"],
    docs: docs!("mynetworks_host_bits"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = Seen::default();
    for found in faulty_patterns(cx) {
        let pattern = found.pattern.as_str();
        if pattern.contains(':') && !pattern.starts_with('[') || !seen.is_new(found.span) {
            continue;
        }
        let meant = meant(pattern);
        let message = match &meant {
            Some(Meant::HostBits(_)) => host_bits(&found.param, pattern),
            Some(Meant::Mask(_)) | None => no_network(&found.param, pattern),
        };
        let diagnostic = out.report(&RULE, found.span, message, WHY);
        let Some(Meant::HostBits(net) | Meant::Mask(net)) = meant else {
            diagnostic.help = Some(HELP);
            continue;
        };
        diagnostic.help = Some(write(&net));
        if cx.sources.slice(found.span) == pattern.as_bytes() {
            let edits = vec![Edit { span: found.span, replacement: net.clone() }];
            let title = text!("write `{net}`", "`{net}` 네트워크로 고치기");
            // The network may be wider than the one host that was meant.
            diagnostic.fix = Some(Fix { title, edits, safety: Safety::NeedsReview });
        }
    }
}

/// What a faulty pattern was to be.
enum Meant {
    /// A network, written with an address within it.
    HostBits(String),
    /// A network, written with a mask of four numbers.
    Mask(String),
}

fn meant(pattern: &str) -> Option<Meant> {
    let (address, mask) = pattern.split_once('/')?;
    let bare = address.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok()?;
    let show = |net: IpNet| match net {
        IpNet::V4(net) => net.to_string(),
        IpNet::V6(net) => format!("[{}]/{}", net.addr(), net.prefix_len()),
    };
    if let Ok(bits) = mask.parse::<u8>() {
        return Some(Meant::HostBits(show(IpNet::new(bare, bits).ok()?.trunc())));
    }
    let mask: Ipv4Addr = mask.parse().ok()?;
    let net = IpNet::with_netmask(bare, mask.into()).ok()?;
    Some(Meant::Mask(show(net.trunc())))
}

fn host_bits(param: &str, pattern: &str) -> Text {
    text!(
        "`{pattern}` in `{param}` is no network: the address has bits behind the mask",
        "`{param}` 매개변수의 `{pattern}` 패턴은 네트워크가 아닙니다. 주소에 마스크 뒤의 비트가 있습니다"
    )
}

fn no_network(param: &str, pattern: &str) -> Text {
    text!(
        "`{pattern}` in `{param}` is neither a network nor an address",
        "`{param}` 매개변수의 `{pattern}` 패턴은 네트워크도 주소도 아닙니다"
    )
}

fn write(net: &str) -> Text {
    text!(
        "Write `{net}`, or the address alone if one host is meant.",
        "`{net}` 네트워크를 쓰거나, 호스트 하나를 뜻했다면 주소만 쓰십시오."
    )
}

const WHY: Text = Text::fixed(
    "Postfix refuses the pattern when a look-up reaches it; the look-up fails, and mail that depends on it gets a temporary error.",
    "Postfix는 조회가 이 패턴에 이르면 거부합니다. 조회는 실패하고 여기에 걸린 메일은 일시적 오류를 받습니다.",
);
const HELP: Text = Text::fixed(
    "Write an address, or a network as `192.0.2.0/24` or `[2001:db8::]/32`.",
    "주소를 쓰거나 `192.0.2.0/24`, `[2001:db8::]/32` 꼴의 네트워크를 쓰십시오.",
);
