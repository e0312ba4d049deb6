//! Client addresses: the cells into which all networks of the configuration
//! cut the address space, with one address for each.

use super::{Candidate, Standing, answers};
use crate::vocabulary::{Content, Role, Vocabulary};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use postproof_sim::{Config, Session};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks that are told apart; past it clients may be missing.
const MAX_NETWORKS: usize = 4_000;

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

/// Tables that are asked for addresses (smtpd_check.c, check_namadr_access).
const ROLES: &[Role] = &[Role::Client, Role::ReverseName];

/// One candidate for each kind of address.
pub(crate) fn candidates(config: &Config<'_>, words: &Vocabulary, is_cut: &mut bool) -> Vec<Candidate> {
    let mut nets: BTreeSet<IpNet> = everything().into_iter().collect();
    let mut named: BTreeSet<IpNet> = BTreeSet::new();
    for net in networks(words) {
        nets.insert(net);
        named.insert(net);
        if nets.len() > MAX_NETWORKS {
            *is_cut = true;
            break;
        }
    }
    nets.extend(listed(config).into_iter().take(super::MAX_DNS_NAMES));
    // The host itself is no stranger.
    nets.extend(loopback());
    named.extend(loopback());
    let nets: Vec<IpNet> = nets.into_iter().collect();
    let narrow: Vec<IpNet> = named.into_iter().filter(is_narrow).collect();
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (at, net) in nets.iter().enumerate() {
        // What lies inside a network follows it directly in the order of IpNet.
        let inner = nets.iter().skip(at + 1).take_while(|inner| net.contains(*inner));
        let Some(address) = outside(*net, &inner.copied().collect::<Vec<_>>()) else { continue };
        let is_named = within(&narrow, address);
        let kind = (address.is_ipv4(), is_named, answers(config, words, ROLES, &keys(address)), lists(words, address));
        if seen.insert(kind) {
            let standing = if is_named { Standing::Named } else { Standing::Free };
            let mut session = Session::default();
            session.client.address = address;
            found.push(Candidate { session, standing });
        }
    }
    found
}

fn everything() -> [IpNet; 2] {
    [IpNet::V4(Ipv4Net::default()), IpNet::V6(Ipv6Net::default())]
}

fn loopback() -> Vec<IpNet> {
    ["127.0.0.0/8", "::1/128"].iter().filter_map(|net| net.parse().ok()).collect()
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

/// Every network that lists and tables name.
fn networks(words: &Vocabulary) -> Vec<IpNet> {
    let mut nets: Vec<IpNet> = words.networks.iter().filter_map(|(_, pattern)| network(pattern)).collect();
    for asked in words.asked(ROLES) {
        match &*asked.content {
            Content::Keys(keys) => nets.extend(keys.iter().filter_map(|(key, _)| partial(key))),
            Content::Networks(rules) => nets.extend(rules.iter().filter_map(|(key, _)| {
                let pattern = key.trim_start_matches("if").trim_start_matches([' ', '\t', '!']);
                network(pattern)
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

/// The keys with which an access table is asked for an address
/// (smtpd_check.c, check_addr_access).
fn keys(address: IpAddr) -> Vec<(String, bool)> {
    let whole = address.to_string();
    let cut = if address.is_ipv4() { '.' } else { ':' };
    let mut keys = vec![(whole.clone(), false)];
    let mut rest = whole.as_str();
    while let Some((head, _)) = rest.rsplit_once(cut) {
        keys.push((head.to_owned(), true));
        rest = head;
    }
    keys
}

/// For each network list the first pattern that holds the address; of several
/// configurations all patterns.
fn lists(words: &Vocabulary, address: IpAddr) -> Vec<usize> {
    let mut first: Vec<usize> = Vec::new();
    let mut last = "";
    let is_one = words.partners.is_empty();
    for (at, (param, pattern)) in words.networks.iter().enumerate() {
        if network(pattern).is_some_and(|net| net.contains(&address)) && (!is_one || *param != last) {
            first.push(at);
            last = param;
        }
    }
    first
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
