//! What Postfix asks the host: its name, its interfaces, the addresses of names.

use super::log::{Log, Stop, shown};
use ipnet::{IpNet, Ipv4Net};
use postproof_syntax::exact::Words;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Facts of the host that a configuration does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemFacts {
    /// What gethostname(2) gives.
    pub hostname: String,
    /// The addresses of the interfaces, each with its network's length, in the
    /// order of the system; nothing: not known.
    pub interfaces: Option<Vec<IpNet>>,
    /// Names that resolve, in small letters. A name that is not here does not.
    pub hosts: BTreeMap<String, Vec<IpAddr>>,
}

impl Default for SystemFacts {
    fn default() -> Self {
        let localhost = vec![IpAddr::V6(Ipv6Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::LOCALHOST)];
        Self {
            hostname: "localhost".to_owned(),
            interfaces: None,
            hosts: BTreeMap::from([("localhost".to_owned(), localhost)]),
        }
    }
}

/// What `mynetworks` is computed from.
pub(super) struct NetworkSettings<'v> {
    pub(super) interfaces: &'v [u8],
    pub(super) style: &'v [u8],
    pub(super) protocols: &'v [u8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Class,
    Subnet,
    Host,
}

/// The default of `mynetworks`, and whether the interfaces would have to be
/// known for it.
// postconf_builtin.c, pcf_mynetworks; mynetworks.c, mynetworks_core
pub(super) fn networks(
    facts: &SystemFacts,
    settings: &NetworkSettings<'_>,
    log: &mut Log,
) -> Result<(Vec<u8>, bool), Stop> {
    let (mut ipv4, mut ipv6) = (false, false);
    for word in words(settings.protocols) {
        match word {
            b"all" => (ipv4, ipv6) = (true, true),
            b"ipv4" => ipv4 = true,
            b"ipv6" => ipv6 = true,
            _ => return Err(unknown_word("inet_protocols", word, settings.protocols, log)),
        }
    }
    if !ipv4 && !ipv6 {
        return Ok((Vec::new(), false));
    }
    let style = style(settings.style, log)?;
    let is_used = |net: &IpNet| if net.addr().is_ipv4() { ipv4 } else { ipv6 };
    let own = own_addresses(facts, settings.interfaces, &is_used, log)?;
    let mut networks: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for net in &own {
        let network = match (net, style) {
            (IpNet::V4(net), Style::Class) => class_network(net.addr(), log)?,
            (IpNet::V4(net), Style::Subnet) => net.trunc().to_string(),
            (IpNet::V4(net), Style::Host) => format!("{}/32", net.addr()),
            (IpNet::V6(net), Style::Class | Style::Subnet) => {
                format!("[{}]/{}", net.network(), net.prefix_len())
            }
            (IpNet::V6(net), Style::Host) => format!("[{}]/128", net.addr()),
        };
        if seen.insert(network.clone()) {
            networks.push(network);
        }
    }
    let mut text = networks.join(" ");
    if !text.is_empty() {
        text.push(' ');
    }
    Ok((text.into_bytes(), facts.interfaces.is_none()))
}

/// The default of `mynetworks` on a host whose interfaces are known; nothing
/// where Postfix would stop.
pub(crate) fn networks_of_host(facts: &SystemFacts, interfaces: &str, style: &str, protocols: &str) -> Option<String> {
    let settings =
        NetworkSettings { interfaces: interfaces.as_bytes(), style: style.as_bytes(), protocols: protocols.as_bytes() };
    let (networks, _) = networks(facts, &settings, &mut Log::default()).ok()?;
    String::from_utf8(networks).ok()
}

fn words(text: &[u8]) -> Words<'_> {
    Words::plain(text, postproof_syntax::exact::COMMA_SPACE)
}

// name_mask.c: the words are compared with their case
fn unknown_word(what: &str, word: &[u8], text: &[u8], log: &mut Log) -> Stop {
    log.fatal(&format!("unknown {what} value \"{}\" in \"{}\"", shown(word), shown(text)))
}

fn style(text: &[u8], log: &mut Log) -> Result<Style, Stop> {
    let mut found: Option<Style> = None;
    let mut several = false;
    for word in words(text) {
        let style = match word {
            b"class" => Style::Class,
            b"subnet" => Style::Subnet,
            b"host" => Style::Host,
            _ => return Err(unknown_word("mynetworks mask style", word, text, log)),
        };
        several |= found.is_some_and(|earlier| earlier != style);
        found = Some(style);
    }
    match found {
        Some(style) if !several => Ok(style),
        Some(_) | None => {
            Err(log.fatal(&format!("bad mynetworks_style value: {}; specify exactly one value", shown(text))))
        }
    }
}

/// The addresses that Postfix listens on, IPv4 first where all are meant.
// own_inet_addr.c, own_inet_addr_init
fn own_addresses(
    facts: &SystemFacts,
    interfaces: &[u8],
    is_used: &dyn Fn(&IpNet) -> bool,
    log: &mut Log,
) -> Result<Vec<IpNet>, Stop> {
    let loopback = || {
        let ipv4 = IpNet::new_assert(Ipv4Addr::LOCALHOST.into(), 8);
        vec![ipv4, IpNet::new_assert(Ipv6Addr::LOCALHOST.into(), 128)]
    };
    let mut local: Vec<IpNet> = facts.interfaces.clone().unwrap_or_else(loopback);
    local.retain(is_used);
    // IPv4 comes first. The kernel gives IPv6 addresses in an order of its own,
    // in all recordings with the loopback one at the end.
    local.sort_by_key(|net| (net.addr().is_ipv6(), net.addr() == IpAddr::V6(Ipv6Addr::LOCALHOST)));
    match interfaces {
        b"all" => Ok(local),
        b"loopback-only" => {
            local.retain(|net| net.addr().is_loopback());
            Ok(local)
        }
        names => {
            let mut own: Vec<IpNet> = Vec::new();
            for name in Words::plain(names, b" \t,") {
                let found = addresses(facts, name).into_iter().map(IpNet::from).filter(|net| is_used(net));
                let before = own.len();
                own.extend(found);
                if own.len() == before {
                    let name = shown(name);
                    return Err(log.fatal(&format!("config variable inet_interfaces: host not found: {name}")));
                }
            }
            let mut unique: Vec<IpNet> = Vec::new();
            let mut seen = BTreeSet::new();
            for net in own {
                if !seen.insert(net.addr()) {
                    continue;
                }
                match local.iter().find(|known| known.addr() == net.addr()) {
                    Some(known) => unique.push(*known),
                    // Not known whether the host has it.
                    None if facts.interfaces.is_none() => unique.push(net),
                    None => {
                        let address = net.addr();
                        let message = format!("parameter inet_interfaces: no local interface found for {address}");
                        return Err(log.fatal(&message));
                    }
                }
            }
            Ok(unique)
        }
    }
}

/// The addresses of a name or of an address as text.
// inet_addr_host.c, and getaddrinfo(3) of glibc
fn addresses(facts: &SystemFacts, name: &[u8]) -> Vec<IpAddr> {
    let inner = name.strip_prefix(b"[").and_then(|name| name.strip_suffix(b"]")).unwrap_or(name);
    let Ok(name) = std::str::from_utf8(inner) else { return Vec::new() };
    if let Some(address) = ipv4(name) {
        return vec![address.into()];
    }
    if let Ok(address) = name.parse::<Ipv6Addr>() {
        return vec![address.into()];
    }
    facts.hosts.get(&name.to_ascii_lowercase()).cloned().unwrap_or_default()
}

/// An address as inet_aton(3) reads it: one to four numbers, decimal, octal or
/// hexadecimal, the last one filling what is left.
fn ipv4(text: &str) -> Option<Ipv4Addr> {
    let numbers: Vec<u32> = text.split('.').map(c_number).collect::<Option<_>>()?;
    let (last, first) = numbers.split_last()?;
    let left = 4_u32.checked_sub(u32::try_from(first.len()).ok()?)?;
    if left == 0 || (left < 4 && *last >= 1 << (8 * left)) || first.iter().any(|number| *number > 255) {
        return None;
    }
    let high = first.iter().zip([24_u32, 16, 8]).map(|(number, shift)| number << shift).sum::<u32>();
    Some(Ipv4Addr::from(high | last))
}

fn c_number(text: &str) -> Option<u32> {
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (digits, radix) = match (hexadecimal, text) {
        (Some(digits), _) => (digits, 16),
        (None, octal) if octal.len() > 1 && octal.starts_with('0') => (octal, 8),
        (None, decimal) => (decimal, 10),
    };
    (!digits.starts_with('+')).then(|| u32::from_str_radix(digits, radix).ok()).flatten()
}

/// The network by the class of an address.
fn class_network(address: Ipv4Addr, log: &mut Log) -> Result<String, Stop> {
    let first = address.octets().into_iter().next().unwrap_or_default();
    let length = match first {
        0..=127 => 8,
        128..=191 => 16,
        192..=223 => 24,
        // mynetworks.c: IN_CLASSD_NET is four bits long
        224..=239 => 4,
        240..=255 => {
            return Err(log.fatal(&format!("mynetworks_core: unknown address class: {address}")));
        }
    };
    Ok(Ipv4Net::new_assert(address, length).trunc().to_string())
}
