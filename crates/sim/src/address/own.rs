//! Whether a domain is this host (resolve_local.c).

use super::names::literal_address;
use crate::lists::{missing_host_name, missing_interfaces};
use crate::{Config, Dns, Finding, Missing, RecordType};
use postproof_model::Scope;
use std::net::IpAddr;

impl Config<'_> {
    /// Whether mail to a domain ends at this host: mydestination, or one of
    /// its own addresses in `[ ]`.
    // resolve_local.c, resolve_local
    pub(crate) fn is_local(&self, scope: Scope, domain: &str) -> Finding {
        let domain = domain.strip_suffix('.').unwrap_or(domain);
        if domain.is_empty() || domain.ends_with('.') {
            return Finding::No;
        }
        match self.string_list(scope, "mydestination", domain) {
            Finding::No => {}
            found => return found,
        }
        match literal_address(domain) {
            Some(address) => self.is_own(scope, address),
            None => Finding::No,
        }
    }

    /// Whether an address is of an interface that Postfix uses, or of a proxy
    /// before it.
    // own_inet_addr.c, own_inet_addr and proxy_inet_addr
    pub(crate) fn is_own(&self, scope: Scope, address: IpAddr) -> Finding {
        match self.is_own_interface(scope, address) {
            Finding::No => self.is_named(&self.model.text(scope, "proxy_interfaces"), address),
            found => found,
        }
    }

    /// Whether an address is of an interface that Postfix uses.
    // own_inet_addr.c, own_inet_addr
    pub(crate) fn is_own_interface(&self, scope: Scope, address: IpAddr) -> Finding {
        let protocols = self.model.text(scope, "inet_protocols");
        let family = if address.is_ipv4() { "ipv4" } else { "ipv6" };
        let mut used = protocols.split([',', ' ', '\t']).filter(|word| !word.is_empty());
        if !used.any(|word| word == "all" || word == family) {
            return Finding::No;
        }
        let interfaces = self.model.text(scope, "inet_interfaces");
        match interfaces.as_str() {
            "all" => self.is_of_interface(address),
            "loopback-only" if !address.is_loopback() => Finding::No,
            "loopback-only" => match self.is_of_interface(address) {
                Finding::Unknown(_) => Finding::Yes,
                found => found,
            },
            names => self.is_named(names, address),
        }
    }

    fn is_of_interface(&self, address: IpAddr) -> Finding {
        let known = self.model.system.as_ref().and_then(|system| system.interfaces.as_ref());
        match known.or(self.world.interfaces.as_ref()) {
            Some(interfaces) if interfaces.iter().any(|net| net.addr() == address) => Finding::Yes,
            Some(_) => Finding::No,
            None if address.is_loopback() && [1, 127].contains(&first(address)) => Finding::Yes,
            None => Finding::Unknown(missing_interfaces()),
        }
    }

    /// Whether one of the names or addresses of a list is the address.
    fn is_named(&self, names: &str, address: IpAddr) -> Finding {
        let mut open: Option<Missing> = None;
        for name in names.split([',', ' ', '\t']).filter(|name| !name.is_empty()) {
            let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
            if let Ok(known) = bare.parse::<IpAddr>() {
                if known == address {
                    return Finding::Yes;
                }
                continue;
            }
            if bare.contains('$') {
                open.get_or_insert(missing_host_name());
                continue;
            }
            let hosts = self.model.system.as_ref().and_then(|system| system.hosts.get(&bare.to_ascii_lowercase()));
            if let Some(addresses) = hosts {
                if addresses.contains(&address) {
                    return Finding::Yes;
                }
                continue;
            }
            let kind = if address.is_ipv4() { RecordType::A } else { RecordType::Aaaa };
            match self.dns(bare, kind) {
                Dns::Found(records) if records.iter().any(|record| record.parse() == Ok(address)) => {
                    return Finding::Yes;
                }
                Dns::Unknown(missing) => {
                    open.get_or_insert(missing.with_words(["nxdomain".to_owned(), address.to_string()]));
                }
                Dns::Found(_) | Dns::NullMx | Dns::NoData | Dns::NoName | Dns::Invalid | Dns::Fails => {}
            }
        }
        open.map_or(Finding::No, Finding::Unknown)
    }
}

/// The first byte of an IPv4 address, the last of an IPv6 one.
fn first(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(address) => address.octets().into_iter().next().unwrap_or_default(),
        IpAddr::V6(address) => address.octets().into_iter().next_back().unwrap_or_default(),
    }
}
