//! Client addresses: the cells into which all networks of the configuration
//! cut the address space, with one address for each, and for each combination of
//! patterns that an address in it meets as text.

mod text;

use super::{Candidate, Found, Lens, Standing};
use crate::limits::{Limit, MAX_NETWORKS};
use crate::vocabulary::{Content, Role, Vocabulary};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use postproof_sim::{Config, Session};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An IPv4 network of at least this many bits names particular clients.
pub(crate) const NARROW_IPV4: u8 = 8;

/// The same for IPv6.
pub(crate) const NARROW_IPV6: u8 = 16;

/// Addresses that are taken first: they belong to nobody.
const UNUSED: &[IpAddr] = &[
    IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9)),
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, 9)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, 9)),
    IpAddr::V4(Ipv4Addr::new(93, 184, 216, 9)),
    IpAddr::V4(Ipv4Addr::new(185, 199, 108, 9)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 9)),
    IpAddr::V6(Ipv6Addr::new(0x2a00, 0x1450, 0, 0, 0, 0, 0, 9)),
];

/// Tables that are asked for addresses (smtpd_check.c, check_namadr_access; match_ops.c).
const ROLES: &[Role] = &[Role::Client, Role::ReverseName, Role::Listing];

/// Networks from which no outsider comes: private ones, loopback, link-local, those that
/// are not routed (IANA special-purpose address registries).
const INSIDE: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/3",
    "::/16",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
];

/// The networks of a configuration.
pub(super) struct Nets {
    /// All of them, sorted.
    all: Vec<IpNet>,
    /// Those that name particular clients, sorted.
    narrow: Vec<IpNet>,
}

impl Nets {
    fn of(lens: &Lens<'_, '_>, limits: &mut BTreeSet<Limit>) -> Self {
        let mut all: BTreeSet<IpNet> = everything().into_iter().collect();
        let mut narrow: BTreeSet<IpNet> = BTreeSet::new();
        for (net, is_narrow) in networks(lens.words) {
            all.insert(net);
            if is_narrow {
                narrow.insert(net);
            }
            if all.len() > MAX_NETWORKS {
                limits.insert(Limit::Networks);
                break;
            }
        }
        for config in lens.configs {
            all.extend(listed(config).into_iter().take(super::MAX_DNS_NAMES));
        }
        // The host itself is no stranger, and nobody outside has an address of the inside.
        let inside: Vec<IpNet> = INSIDE.iter().filter_map(|net| net.parse().ok()).collect();
        all.extend(inside.iter().copied());
        narrow.extend(inside);
        Self { all: all.into_iter().collect(), narrow: narrow.into_iter().collect() }
    }

    /// Whether only particular clients have an address.
    fn is_named(&self, address: IpAddr) -> bool {
        within(&self.narrow, address)
    }
}

/// One candidate for each kind of address.
pub(super) fn candidates(lens: &Lens<'_, '_>) -> Found {
    let mut found = Found::default();
    let nets = Nets::of(lens, &mut found.limits);
    let mut seen = BTreeSet::new();
    let mut add = |address: IpAddr, standing: Standing, list: &mut Vec<Candidate>| {
        if seen.insert((address.is_ipv4(), standing, lens.of_address(address))) {
            let mut session = Session::default();
            session.client.address = address;
            list.push(Candidate { session, standing });
        }
    };
    for (at, net) in nets.all.iter().enumerate() {
        // What lies inside a network follows it directly in the order of IpNet.
        let inner = nets.all.iter().skip(at + 1).take_while(|inner| net.contains(*inner));
        let Some(address) = outside(*net, &inner.copied().collect::<Vec<_>>()) else { continue };
        let standing = if nets.is_named(address) { Standing::Named } else { Standing::Free };
        add(address, standing, &mut found.list);
    }
    for (address, standing) in text::addresses(lens, &nets, &mut found.limits) {
        add(address, standing, &mut found.list);
    }
    found
}

/// Networks that lists and tables name.
pub(super) fn named(words: &Vocabulary) -> Vec<IpNet> {
    let all = networks(words).into_iter().map(|(net, _)| net);
    all.filter(|net| net.prefix_len() > 0).take(MAX_NETWORKS).collect()
}

fn everything() -> [IpNet; 2] {
    [IpNet::V4(Ipv4Net::default()), IpNet::V6(Ipv6Net::default())]
}

fn is_narrow(net: &IpNet) -> bool {
    // Nobody outside comes from a private or link-local address of IPv6.
    let is_inside = |outer: &str| outer.parse::<IpNet>().is_ok_and(|outer| outer.contains(net));
    if is_inside("fc00::/7") || is_inside("fe80::/10") {
        return true;
    }
    net.prefix_len() >= if net.addr().is_ipv4() { NARROW_IPV4 } else { NARROW_IPV6 }
}

/// Whether one of the networks, which are sorted, holds the address.
fn within(nets: &[IpNet], address: IpAddr) -> bool {
    let whole = IpNet::from(address);
    let end = nets.partition_point(|net| *net <= whole);
    // Only networks that begin at or before the address can hold it.
    nets.iter().take(end).rev().take(MAX_NETWORKS).any(|net| net.contains(&address))
}

/// Every network that lists and tables name, each with whether it names particular
/// clients. A single byte, as in `192`, is the network of nobody in particular.
fn networks(words: &Vocabulary) -> Vec<(IpNet, bool)> {
    let with = |net: IpNet| (net, is_narrow(&net));
    let mut nets: Vec<(IpNet, bool)> = words.networks.iter().map(|(_, net)| with(*net)).collect();
    for content in words.asked(ROLES).flat_map(|asked| asked.contents.iter()) {
        match content {
            Content::Keys(keys) => nets.extend(keys.iter().filter_map(|(key, _)| {
                let net = partial(key)?;
                let is_first_only = !key.contains(['.', ':']);
                Some((net, is_narrow(&net) && !is_first_only))
            })),
            Content::Networks(rules) => nets.extend(rules.iter().filter_map(|(key, _)| {
                let pattern = key.trim_start_matches("if").trim_start_matches([' ', '\t', '!']);
                network(pattern).map(with)
            })),
            Content::Patterns(_) | Content::Unknown => {}
        }
    }
    nets
}

/// Addresses that the known DNS data tell something about: those of lists
/// (`9.113.0.203.zone`).
fn listed(config: &Config<'_>) -> BTreeSet<IpNet> {
    let reversed = |name: &String| {
        let labels: Vec<&str> = name.split('.').take(4).collect();
        let bytes: Vec<u8> = labels.iter().rev().filter_map(|label| label.parse().ok()).collect();
        let bytes: [u8; 4] = bytes.try_into().ok()?;
        Some(IpNet::from(IpAddr::from(bytes)))
    };
    config.world.dns.keys().filter_map(reversed).collect()
}

/// A pattern of a network list or cidr table.
fn network(pattern: &str) -> Option<IpNet> {
    let (address, bits) = match pattern.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
        None => (pattern, None),
    };
    let address: IpAddr = address.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
    let net = IpNet::new(address, bits.unwrap_or(if address.is_ipv4() { 32 } else { 128 })).ok()?;
    (net.network() == address).then_some(net)
}

/// A key of an access table: an address or the first bytes of one.
fn partial(key: &str) -> Option<IpNet> {
    if let Ok(address) = key.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        return Some(IpNet::from(address));
    }
    if key.contains(':') {
        let groups: Option<Vec<u16>> = key.split(':').map(|group| u16::from_str_radix(group, 16).ok()).collect();
        let groups = groups.filter(|groups| groups.len() < 8)?;
        let mut all = [0u16; 8];
        all.iter_mut().zip(&groups).for_each(|(to, from)| *to = *from);
        return IpNet::new(IpAddr::from(all), groups.len() as u8 * 16).ok();
    }
    let bytes: Option<Vec<u8>> = key.split('.').map(|byte| byte.parse().ok()).collect();
    let bytes = bytes.filter(|bytes| bytes.len() < 4)?;
    let mut all = [0u8; 4];
    all.iter_mut().zip(&bytes).for_each(|(to, from)| *to = *from);
    IpNet::new(IpAddr::from(all), bytes.len() as u8 * 8).ok()
}

/// An address of a network that is in none of the inner ones, which are sorted.
fn outside(net: IpNet, inner: &[IpNet]) -> Option<IpAddr> {
    let free = |address: IpAddr| net.contains(&address) && !inner.iter().any(|inner| inner.contains(&address));
    if let Some(address) = UNUSED.iter().find(|address| free(**address)) {
        return Some(*address);
    }
    let mut address = net.network();
    for hole in inner {
        if hole.contains(&address) {
            address = after(hole.broadcast())?;
        } else if hole.network() > address {
            break;
        }
    }
    if !net.contains(&address) {
        return None;
    }
    // Ninth of its network rather than the network's own address.
    let nice = match address {
        IpAddr::V4(address) => Ipv4Addr::from(u32::from(address) | 9).into(),
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) | 9).into(),
    };
    Some(if free(nice) { nice } else { address })
}

fn after(address: IpAddr) -> Option<IpAddr> {
    Some(match address {
        IpAddr::V4(address) => Ipv4Addr::from(u32::from(address).checked_add(1)?).into(),
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address).checked_add(1)?).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    #[test]
    fn a_cell_is_what_the_inner_networks_leave() {
        let inner = [net("10.0.0.0/9"), net("10.128.0.0/10")];
        assert_eq!(outside(net("10.0.0.0/8"), &inner), Some("10.192.0.9".parse().unwrap()));
        let all = [net("10.0.0.0/9"), net("10.128.0.0/9")];
        assert_eq!(outside(net("10.0.0.0/8"), &all), None);
    }

    #[test]
    fn keys_of_access_tables_are_networks() {
        assert_eq!(partial("192.0"), Some(net("192.0.0.0/16")));
        assert_eq!(partial("2001:db8"), Some(net("2001:db8::/32")));
        assert_eq!(partial("192.0.2.7"), Some(net("192.0.2.7/32")));
        assert_eq!(partial("example.com"), None);
        assert_eq!(network("192.0.2.1/24"), None);
    }
}
