//! Which networks a service trusts to relay.

use super::relay_gates::{Placed, gates, placed};
use crate::Cx;
use ipnet::{IpNet, Ipv6Net};
use postproof_diag::Span;
use postproof_model::{Network, NetworkKind, Scope, Service};

/// Whether `mynetworks` gives the right to relay in the service: one of the
/// two lists holds `permit_mynetworks`, and no unconditional entry comes first.
pub(crate) fn mynetworks_may_relay(cx: &Cx<'_>, service: &Service) -> bool {
    let gates = gates(cx, Scope::Service(service.id));
    // With no entry at all smtpd does not start, which another rule says; the
    // guard that mends it brings `permit_mynetworks` along.
    if gates.iter().all(|gate| gate.list.entries.is_empty()) {
        return true;
    }
    gates.iter().any(|gate| {
        for Placed { entry, .. } in placed(&gate.list) {
            if entry.is("permit_mynetworks") {
                return true;
            }
            if entry.is("permit") || entry.is("reject") || entry.is("defer") {
                return false;
            }
        }
        false
    })
}

/// One network of `mynetworks` with its place.
pub(crate) struct Trusted {
    pub(crate) net: IpNet,
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// The networks of `mynetworks` in the service that are written in the
/// configuration and that no earlier `!pattern` takes out whole.
pub(crate) fn trusted_networks(cx: &Cx<'_>, service: &Service) -> Vec<Trusted> {
    let networks = cx.model.networks(Scope::Service(service.id), "mynetworks").unwrap_or_default();
    let mut excluded: Vec<IpNet> = Vec::new();
    let mut trusted = Vec::new();
    for Network { text, negated, kind } in networks {
        let NetworkKind::Net(net) = kind else { continue };
        if negated {
            excluded.push(net);
        } else if let (false, Some(span)) = (excluded.iter().any(|out| out.contains(&net)), text.span()) {
            trusted.push(Trusted { net, text: text.as_str().to_owned(), span });
        }
    }
    trusted
}

/// Whether the network holds so much of the Internet that strangers are in it:
/// no organisation has more than a /8 or a /16. Unique local, link-local and
/// multicast addresses are none of the Internet (RFC 4291, section 2.4).
pub(crate) fn is_world(net: &IpNet) -> bool {
    match net {
        IpNet::V4(net) => net.prefix_len() < 8 && net.network().octets()[0] < 224,
        IpNet::V6(net) => net.prefix_len() < 16 && net.network().segments()[0] < 0xfc00,
    }
}

/// `fc00::/7` and its half in use, `fd00::/8` (RFC 4193, section 3.1).
fn is_unique_local(net: &Ipv6Net) -> bool {
    let first = net.network().segments()[0];
    matches!((net.prefix_len(), first), (7 | 8, 0xfc00) | (8, 0xfd00))
}

/// Whether it is a whole block of private addresses (RFC 1918, section 3) or
/// of unique local ones.
pub(crate) fn is_private_block(net: &IpNet) -> bool {
    match net {
        IpNet::V4(net) => matches!(
            (net.network().octets(), net.prefix_len()),
            ([10, 0, 0, 0], 8) | ([172, 16, 0, 0], 12) | ([192, 168, 0, 0], 16)
        ),
        IpNet::V6(net) => is_unique_local(net),
    }
}

/// Whether it is one of the networks that Docker gives to its bridges,
/// `172.17.0.0/16` to `172.31.0.0/16`, or the gateway in one of them.
pub(crate) fn is_container_bridge(net: &IpNet) -> bool {
    let IpNet::V4(net) = net else { return false };
    let [172, 17..=31, third, fourth] = net.network().octets() else { return false };
    match net.prefix_len() {
        16 => true,
        32 => (third, fourth) == (0, 1),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    #[test]
    fn the_world_is_shorter_than_eight_or_sixteen_bits() {
        for text in ["0.0.0.0/0", "128.0.0.0/1", "64.0.0.0/7", "::/0", "2000::/3"] {
            assert!(is_world(&net(text)), "{text}");
        }
        for text in
            ["10.0.0.0/8", "127.0.0.0/8", "::1/128", "fc00::/7", "fe80::/10", "2001:db8::/32", "::ffff:127.0.0.0/104"]
        {
            assert!(!is_world(&net(text)), "{text}");
        }
    }

    #[test]
    fn only_whole_private_blocks_count() {
        for text in ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fd00::/8"] {
            assert!(is_private_block(&net(text)), "{text}");
        }
        for text in ["10.1.0.0/16", "172.17.0.0/16", "192.168.1.0/24", "fd12:3456::/32", "127.0.0.0/8"] {
            assert!(!is_private_block(&net(text)), "{text}");
        }
    }

    #[test]
    fn docker_bridges_and_their_gateways() {
        for text in ["172.17.0.0/16", "172.31.0.0/16", "172.18.0.1/32"] {
            assert!(is_container_bridge(&net(text)), "{text}");
        }
        for text in ["172.16.0.0/16", "172.16.0.0/12", "172.17.0.2/32", "172.17.3.0/24", "10.0.0.0/8"] {
            assert!(!is_container_bridge(&net(text)), "{text}");
        }
    }
}
