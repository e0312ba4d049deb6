//! Networks of `local` and `remote`.

use std::net::IpAddr;

/// A network as written and as read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Net {
    /// As written; a host name stays one.
    pub text: String,
    /// The address and how many bits of it count; nothing for a host name,
    /// which only the server's resolver knows.
    pub range: Option<(IpAddr, u8)>,
}

/// Why a text is no network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotANet {
    /// The resolver would be asked for this name.
    Host(String),
    /// An address with a mask that it can't have.
    Mask(String),
}

impl Net {
    /// Reads address or network.
    // config-parser.c, config_parse_net; network.c, net_parse_range
    pub(crate) fn parse(text: &str) -> Result<Net, NotANet> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let Some(ip) = parse_ip(address) else {
            return match known_host(address) {
                Some(ip) => Ok(Net { text: text.to_owned(), range: Some((ip, max_bits(ip))) }),
                None => Err(NotANet::Host(address.to_owned())),
            };
        };
        let bits = match bits {
            None => max_bits(ip),
            Some(bits) => match number(bits).filter(|number| *number <= u64::from(max_bits(ip))) {
                Some(number) => number as u8,
                None => return Err(NotANet::Mask(bits.to_owned())),
            },
        };
        Ok(Net { text: text.to_owned(), range: Some((ip, bits)) })
    }

    /// Whether all of `self` lies in `outer`, as far as doveconf looks.
    pub(crate) fn is_inside(&self, outer: &Net) -> bool {
        match (self.range, outer.range) {
            (Some((ip, bits)), Some((net, net_bits))) => net_bits <= bits && contains(net, net_bits, ip),
            _ => true,
        }
    }

    /// Whether an address is in it.
    pub fn contains(&self, ip: IpAddr) -> bool {
        self.range.is_some_and(|(net, bits)| contains(net, bits, ip))
    }

    /// As doveconf prints it.
    // doveconf.c, config_dump_filter_begin
    pub(crate) fn printed(&self) -> String {
        match self.range {
            Some((ip, bits)) if bits == max_bits(ip) => ip.to_string(),
            Some((ip, bits)) => format!("{ip}/{bits}"),
            None => self.text.clone(),
        }
    }
}

/// Addresses may stand in brackets; `*` and an empty text are all of IPv4.
// network.c, net_addr2ip
fn parse_ip(text: &str) -> Option<IpAddr> {
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    inner.unwrap_or(text).parse().ok()
}

/// What every hosts file says.
fn known_host(name: &str) -> Option<IpAddr> {
    (name == "localhost").then(|| IpAddr::from([127, 0, 0, 1]))
}

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

const fn max_bits(ip: IpAddr) -> u8 {
    if ip.is_ipv4() { 32 } else { 128 }
}

fn contains(net: IpAddr, bits: u8, ip: IpAddr) -> bool {
    let top = |value: u128, width: u32| value.checked_shr(width - u32::from(bits).min(width)).unwrap_or(0);
    match (net, ip) {
        (IpAddr::V4(net), IpAddr::V4(ip)) => top(u128::from(u32::from(net)), 32) == top(u128::from(u32::from(ip)), 32),
        (IpAddr::V6(net), IpAddr::V6(ip)) => top(u128::from(net), 128) == top(u128::from(ip), 128),
        _ => false,
    }
}
