//! Hosts of a domain: check_*_{ns,mx,a}_access and permit_mx_backup.

use super::domains::Asked;
use super::program::Item;
use super::reject::{client_name, reverse_name};
use super::word::{Server, Subject};
use super::{Answer, Checked, Checks, Next, Then};
use crate::address::{bare_address, is_host_address, is_host_name};
use crate::lists::missing_interfaces;
use crate::{Class, Config, Finding, Missing, RecordType, Session, Site, Var};
use ipnet::IpNet;
use postproof_model::DomainPatternKind;
use std::iter;
use std::net::IpAddr;

/// dns_rr_list_limit, postconf(5): what it is where the release has no such parameter.
const MAX_ADDRESSES: usize = 100;

/// A mail exchanger with its preference.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Exchanger {
    preference: u32,
    host: String,
}

impl Config<'_> {
    // smtpd_check.c, check_server_access
    fn server_access(&self, table: &str, name: &str, server: Server) -> Finding {
        self.try_server_access(table, name, server).unwrap_or_else(Finding::Unknown)
    }

    fn try_server_access(&self, table: &str, name: &str, server: Server) -> Result<Finding, Missing> {
        let domain = name.rsplit_once('@').map_or(name, |(_, domain)| domain);
        if let Some(inner) = domain.strip_prefix('[') {
            let bare = inner.strip_suffix(']').and_then(bare_address).filter(|_| server != Server::Ns);
            return Ok(bare.map_or(Finding::No, |bare| self.address_access(table, bare)));
        }
        let mut left = MAX_ADDRESSES;
        for host in self.servers_of(table, domain, server)? {
            let found = match self.host_access(table, &host, server, &mut left)? {
                Some(found) => found,
                None => return Ok(Finding::No),
            };
            if found != Finding::No {
                return Ok(found);
            }
        }
        Ok(Finding::No)
    }

    /// One host; nothing where there are too many addresses.
    fn host_access(
        &self,
        table: &str,
        host: &str,
        server: Server,
        left: &mut usize,
    ) -> Result<Option<Finding>, Missing> {
        if is_host_address(host) {
            return Ok(Some(self.address_access(table, host)));
        }
        if server != Server::A {
            match self.domain_access(table, host) {
                Finding::No => {}
                Finding::Unknown(missing) => return Err(missing),
                found => return Ok(Some(found)),
            }
        }
        let addresses = self.addresses_of(host, &|kind| self.addresses_for(table, server, kind))?;
        let addresses = addresses.unwrap_or_default();
        let (four, six): (Vec<IpAddr>, Vec<IpAddr>) = addresses.into_iter().partition(IpAddr::is_ipv4);
        let mut first = *left;
        let six_first = self.host_addresses(table, six.iter().chain(&four), &mut first)?;
        let found = match self.prefers_ipv6() {
            Some(true) => six_first,
            Some(false) => self.host_addresses(table, four.iter().chain(&six), left)?,
            None if self.host_addresses(table, four.iter().chain(&six), left)? != six_first => {
                return Err(missing_interfaces());
            }
            None => six_first,
        };
        *left = (*left).min(first);
        Ok(found)
    }

    /// Whether the resolver puts addresses of IPv6 first: where the host has one
    /// with which it can reach others.
    // getaddrinfo(3); RFC 6724, rules 1 and 6
    fn prefers_ipv6(&self) -> Option<bool> {
        let interfaces = self.world.interfaces.as_ref()?;
        Some(interfaces.iter().any(|interface| match interface.addr() {
            IpAddr::V6(address) => !address.is_loopback() && !address.is_unicast_link_local(),
            IpAddr::V4(_) => false,
        }))
    }

    /// The first of the addresses that is found; nothing where there are too many.
    fn host_addresses<'a>(
        &self,
        table: &str,
        addresses: impl Iterator<Item = &'a IpAddr>,
        left: &mut usize,
    ) -> Result<Option<Finding>, Missing> {
        for address in addresses {
            if *left == 0 {
                return Ok(None);
            }
            *left -= 1;
            if !self.uses_family(*address) {
                continue;
            }
            match self.address_access(table, &address.to_string()) {
                Finding::No => {}
                Finding::Unknown(missing) => return Err(missing),
                found => return Ok(Some(found)),
            }
        }
        Ok(Some(Finding::No))
    }

    /// The hosts that an unknown answer of DNS may name, as many as the table
    /// has values for.
    fn hosts_for(&self, table: &str, kind: RecordType) -> Option<Vec<String>> {
        let keys = self.examples(table)?;
        let record = |host: String| if kind == RecordType::Mx { format!("10 {host}") } else { host };
        let hosts = keys.iter().filter_map(|key| host_of(key)).take(MAX_ANSWERS);
        let hosts = iter::once(ELSEWHERE.to_owned()).chain(hosts).map(record);
        Some(iter::once("nxdomain".to_owned()).chain(hosts).collect())
    }

    /// The same for addresses.
    fn addresses_for(&self, table: &str, server: Server, kind: RecordType) -> Option<Vec<String>> {
        let keys = self.examples(table)?;
        let is_v4 = kind == RecordType::A;
        let hosts = keys.iter().filter_map(|key| host_of(key));
        let of_kind = |host: &String| host.parse().is_ok_and(|address: IpAddr| address.is_ipv4() == is_v4);
        // Of a host with a name an unknown table is asked by that already.
        let any = (server == Server::A && is_v4).then_some(OTHER_ADDRESSES).into_iter().flatten().take(1);
        let found = any.map(str::to_owned).chain(hosts.filter(of_kind)).take(MAX_ANSWERS);
        Some(iter::once("nxdomain".to_owned()).chain(found).collect())
    }

    fn servers_of(&self, table: &str, domain: &str, server: Server) -> Result<Vec<String>, Missing> {
        let itself = || vec![domain.to_owned()];
        let kind = match server {
            Server::A => return Ok(itself()),
            Server::Mx => RecordType::Mx,
            Server::Ns => RecordType::Ns,
        };
        let words = || self.hosts_for(table, kind);
        let mut records = self.dns_records_of(domain, kind, &words)?;
        if records.asked == Asked::NotFound && server == Server::Mx {
            return Ok(itself());
        }
        let mut above = domain;
        while records.asked == Asked::NotFound {
            let Some((_, rest)) = above.split_once('.').filter(|(_, rest)| !rest.is_empty()) else { break };
            above = rest;
            records = self.dns_records_of(above, kind, &words)?;
        }
        let host =
            |data: &String| data.split_ascii_whitespace().last().map(|host| host.trim_end_matches('.').to_owned());
        Ok(records.data.iter().filter_map(host).collect())
    }

    /// The addresses of a host, or nothing where the look-up fails.
    // myaddrinfo.c, hostname_to_sockaddr
    fn addresses_of(
        &self,
        host: &str,
        words: &dyn Fn(RecordType) -> Option<Vec<String>>,
    ) -> Result<Option<Vec<IpAddr>>, Missing> {
        if let Some(address) = short_address(host) {
            return Ok(Some(vec![address]));
        }
        if let Some(system) = &self.model.system
            && let Some(addresses) = system.hosts.get(&host.to_ascii_lowercase())
        {
            return Ok(Some(addresses.clone()));
        }
        // The resolver takes a name with its final dot too.
        let host = host.strip_suffix('.').unwrap_or(host);
        let mut addresses = Vec::new();
        for kind in [RecordType::A, RecordType::Aaaa] {
            let records = self.dns_records_of(host, kind, &|| words(kind))?;
            addresses.extend(records.data.iter().filter_map(|data| data.parse::<IpAddr>().ok()));
        }
        Ok(Some(addresses).filter(|addresses| !addresses.is_empty()))
    }

    /// Whether inet_protocols has the family of an address.
    fn uses_family(&self, address: IpAddr) -> bool {
        let family = if address.is_ipv4() { "ipv4" } else { "ipv6" };
        let protocols = self.param("inet_protocols");
        protocols.split([',', ' ', '\t']).any(|word| word == "all" || word == family)
    }

    /// Whether this host is a backup for the domain of an address: yes or no;
    /// where a look-up failed on the way, a text: how, behind [`OK`] or [`NO`].
    // smtpd_check.c, permit_mx_backup
    fn mx_backup(&self, address: &str) -> Finding {
        self.try_mx_backup(address).unwrap_or_else(Finding::Unknown)
    }

    fn try_mx_backup(&self, address: &str) -> Result<Finding, Missing> {
        let resolved = self.resolve("", address)?;
        if resolved.fails {
            return Ok(Finding::Broken);
        }
        let Some((_, domain)) = resolved.address.rsplit_once('@') else { return Ok(Finding::Yes) };
        if resolved.is_routed && !self.yes("allow_untrusted_routing") {
            return Ok(Finding::No);
        }
        if resolved.class.is_final() || resolved.class == Class::Relay {
            return Ok(Finding::Yes);
        }
        if domain.starts_with('[') && domain.ends_with(']') {
            return Ok(Finding::No);
        }
        let words = || {
            let backup = format!("10 {ELSEWHERE}, 20 {}", self.own_exchanger()?);
            let words = ["nxdomain", "servfail", &format!("10 {ELSEWHERE}"), &backup];
            Some(words.map(str::to_owned).to_vec())
        };
        let records = self.dns_records_of(domain, RecordType::Mx, &words)?;
        match records.asked {
            Asked::Found => {}
            Asked::Fails => {
                let how = "Unable to look up mail exchanger information: Host not found, try again";
                return Ok(Finding::Text(format!("{NO}{how}").into()));
            }
            Asked::NotFound | Asked::NullMx | Asked::Invalid => return Ok(Finding::No),
        }
        let exchangers = exchangers(&records.data);
        let best = exchangers.iter().map(|one| one.preference).min().unwrap_or_default();
        let (first, rest): (Vec<_>, Vec<_>) = exchangers.iter().partition(|one| one.preference == best);
        let mut failed = None;
        let is_backup = !self.has_me(&first, &mut failed)?
            && self.has_me(&rest, &mut failed)?
            && (self.param("permit_mx_backup_networks").is_empty() || self.are_known(&first, &mut failed)?);
        Ok(match (failed, is_backup) {
            (Some(how), _) => Finding::Text(format!("{}{how}", if is_backup { OK } else { NO }).into()),
            (None, true) => Finding::Yes,
            (None, false) => Finding::No,
        })
    }

    // smtpd_check.c, i_am_mx and has_my_addr
    fn has_me(&self, exchangers: &[&Exchanger], failed: &mut Option<String>) -> Result<bool, Missing> {
        for one in exchangers {
            match self.is_local(self.scope(), &one.host) {
                Finding::Yes => return Ok(true),
                Finding::Unknown(missing) => return Err(missing),
                Finding::No | Finding::Temporary | Finding::Broken | Finding::Text(_) | Finding::Case(_) => {}
            }
        }
        for one in exchangers {
            let Some(addresses) = self.addresses_of(&one.host, &|kind| self.addresses_of_mx(kind))? else {
                let host = &one.host;
                failed.get_or_insert_with(|| {
                    format!("Unable to look up mail exchanger host {host}: Name or service not known")
                });
                continue;
            };
            for address in addresses.into_iter().filter(|address| self.uses_family(*address)) {
                match self.is_own(self.scope(), address) {
                    Finding::Yes => return Ok(true),
                    Finding::Unknown(missing) => return Err(missing),
                    Finding::No | Finding::Temporary | Finding::Broken | Finding::Text(_) | Finding::Case(_) => {}
                }
            }
        }
        Ok(false)
    }

    /// A name that stands for this host as an exchanger; nothing if that can't be told.
    fn own_exchanger(&self) -> Option<String> {
        let is_local = |name: &String| self.is_local(self.scope(), name) == Finding::Yes;
        let hostname = self.param("myhostname").as_ref().to_owned();
        let domains = self.model.domains(self.scope(), "mydestination").into_iter();
        let named = domains.filter_map(|one| match one.kind {
            DomainPatternKind::Domain(domain) => Some(domain),
            DomainPatternKind::HostDependent | DomainPatternKind::Table(..) | DomainPatternKind::File(_) => None,
        });
        let local = iter::once(hostname.clone()).chain(named).find(is_local);
        // By its addresses, which DNS gives.
        local.or_else(|| self.own_addresses().is_some().then_some(hostname))
    }

    /// The addresses of the host, if they are known.
    fn own_addresses(&self) -> Option<&[IpNet]> {
        let known = self.model.system.as_ref().and_then(|system| system.interfaces.as_deref());
        known.or(self.world.interfaces.as_deref())
    }

    /// Addresses that a mail exchanger may have: one elsewhere, one of this host,
    /// and one that is known as a primary exchanger; nothing where those of the host
    /// are not known.
    fn addresses_of_mx(&self, kind: RecordType) -> Option<Vec<String>> {
        let is_v4 = kind == RecordType::A;
        let known = self.param("permit_mx_backup_networks");
        let known = known
            .split([',', ' ', '\t'])
            .filter_map(|word| word.parse::<IpNet>().map(|net| net.addr()).or_else(|_| word.parse::<IpAddr>()).ok());
        let is_elsewhere = |address: &IpAddr| {
            let found = self.in_network_list("permit_mx_backup_networks", ELSEWHERE, *address);
            matches!(found, Finding::No) && self.is_own(self.scope(), *address) == Finding::No
        };
        let others = OTHER_ADDRESSES.iter().filter_map(|address| address.parse().ok());
        let own = self.own_addresses()?.iter().map(IpNet::addr).filter(|address| !address.is_loopback());
        let all = others.filter(is_elsewhere).take(1).chain(own.take(1)).chain(known.take(1));
        let all = all.filter(|address| address.is_ipv4() == is_v4).map(|address| address.to_string());
        Some(iter::once("nxdomain".to_owned()).chain(all).collect())
    }

    // smtpd_check.c, permit_mx_primary and all_auth_mx_addr
    fn are_known(&self, exchangers: &[&Exchanger], failed: &mut Option<String>) -> Result<bool, Missing> {
        for one in exchangers {
            let mut addresses = Vec::new();
            for kind in [RecordType::A, RecordType::Aaaa] {
                let words = || self.addresses_of_mx(kind);
                addresses.extend(self.dns_records_of(&one.host, kind, &words)?.data);
            }
            let addresses: Vec<IpAddr> = addresses.iter().filter_map(|data| data.parse().ok()).collect();
            let host = &one.host;
            if addresses.is_empty() {
                failed
                    .get_or_insert_with(|| format!("Unable to look up host {host} as mail exchanger: Host not found"));
                return Ok(false);
            }
            for address in addresses.into_iter().filter(|address| self.uses_family(*address)) {
                match self.in_network_list("permit_mx_backup_networks", &one.host, address) {
                    Finding::Yes => {}
                    Finding::Unknown(missing) => return Err(missing),
                    Finding::No => return Ok(false),
                    Finding::Temporary | Finding::Broken | Finding::Text(_) | Finding::Case(_) => {
                        failed.get_or_insert_with(|| format!("Unable to verify host {host} as mail exchanger"));
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }
}

/// What [`Config::mx_backup`] puts before a failure.
const OK: char = '+';
const NO: char = '-';

/// A host that nobody knows, and addresses of such.
const ELSEWHERE: &str = "mail.elsewhere.example";
const OTHER_ADDRESSES: [&str; 3] = ["192.0.2.1", "198.51.100.1", "203.0.113.1"];

/// Answers to one question of DNS that are followed for the entries of a table.
const MAX_ANSWERS: usize = 12;

/// A host or address that a table finds under a key.
fn host_of(key: &str) -> Option<String> {
    if key.parse::<IpAddr>().is_ok() || is_host_name(key) {
        return Some(key.to_owned());
    }
    let numbers = key.split('.').filter(|number| number.parse::<u8>().is_ok()).count();
    let host = match key.strip_prefix('.') {
        Some(_) => format!("x{key}"),
        None if key.contains(':') => format!("{}::1", key.trim_end_matches(':')),
        None if (1..4).contains(&numbers) => format!("{key}{}", ".1".repeat(4 - numbers)),
        None => return None,
    };
    (host.parse::<IpAddr>().is_ok() || is_host_name(&host)).then_some(host)
}

/// An IPv4 address of fewer than four numbers, or of numbers in base 8 or 16:
/// `1.2` is 1.0.0.2.
// inet_aton(3), which getaddrinfo(3) uses
fn short_address(text: &str) -> Option<IpAddr> {
    let number = |part: &str| match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None if part.len() > 1 && part.starts_with('0') => u32::from_str_radix(part, 8).ok(),
        None => part.parse::<u32>().ok(),
    };
    let is_number = |part: &str| part.starts_with(|ch: char| ch.is_ascii_digit());
    let parts: Vec<&str> = text.split('.').collect();
    if parts.len() > 4 || !parts.iter().all(|part| is_number(part)) {
        return None;
    }
    let (last, first) = parts.split_last()?;
    let mut bits = number(last)?;
    if !first.is_empty() && bits >> (8 * (4 - first.len())) != 0 {
        return None;
    }
    for (at, part) in first.iter().enumerate() {
        let byte = number(part).filter(|byte| *byte < 256)?;
        bits |= byte << (24 - 8 * at);
    }
    Some(IpAddr::from(bits.to_be_bytes()))
}

fn exchangers(data: &[String]) -> Vec<Exchanger> {
    let read = |data: &String| {
        let mut words = data.split_ascii_whitespace();
        let preference = words.next()?.parse().ok()?;
        Some(Exchanger { preference, host: words.next()?.trim_end_matches('.').to_owned() })
    };
    data.iter().filter_map(read).collect()
}

impl Checks<'_, '_, '_> {
    pub(super) fn servers(&mut self, item: &Item, subject: Subject, server: Server) -> Checked<Next> {
        let table = item.argument.as_deref().unwrap_or_default();
        let config = self.config;
        let answers = self.table_answers(true);
        let site = Site::of((subject, server, table));
        let of_name = |name: &str| {
            let is_known = !name.eq_ignore_ascii_case("unknown");
            if is_known { config.server_access(table, name, server) } else { Finding::No }
        };
        let of_address =
            |address: &str| if address.is_empty() { Finding::No } else { config.server_access(table, address, server) };
        let raw = self.raw();
        let found = match subject {
            Subject::Client => self.who.on(Var::Name, site, answers, &|session| of_name(client_name(session))),
            Subject::ReverseClient => self.who.on(Var::Name, site, answers, &|session| of_name(reverse_name(session))),
            Subject::Helo if self.state.has_helo => self.who.on(Var::Helo, site, answers, &|session: &Session| {
                session.helo.as_deref().map_or(Finding::No, |name| config.server_access(table, name, server))
            }),
            Subject::Sender if self.state.has_sender => {
                self.who.on(Var::Sender, site, answers, &|session| of_address(&raw.sender(config, session)))
            }
            Subject::Recipient if self.state.has_recipient => {
                self.who.on(Var::Recipient, site, answers, &|session| of_address(&raw.recipient(config, session)))
            }
            _ => return Ok(Next::Done(Answer::Dunno)),
        };
        self.apply(found, subject, Then { forbids_ok: true, ..Then::default() })
    }

    pub(super) fn mx_backup(&mut self) -> Checked {
        if !self.state.has_recipient {
            return Ok(Answer::Dunno);
        }
        let config = self.config;
        let raw = self.raw();
        let failed = Finding::Text(format!("{NO}Unable to look up mail exchanger information").into());
        let answers = &[Finding::No, Finding::Yes, failed];
        let finding = self.who.on(Var::Recipient, Site::of("mx backup"), answers, &|session| {
            config.mx_backup(&raw.recipient(config, session))
        });
        match finding {
            Finding::Broken => Err(self.fail(Subject::Recipient)),
            Finding::Yes => Ok(Answer::Ok),
            Finding::Text(text) => {
                self.defer_if_reject(450, "4.4.4", Subject::Recipient, text.get(1..).unwrap_or_default());
                Ok(if text.starts_with(OK) { Answer::Ok } else { Answer::Dunno })
            }
            Finding::No | Finding::Temporary | Finding::Case(_) | Finding::Unknown(_) => Ok(Answer::Dunno),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_addresses_are_read_as_the_c_library_reads_them() {
        // smtpd 3.7.11: `check_helo_a_access` asks for 1.0.0.2 after `EHLO 1.2`.
        let read = |text: &str| short_address(text).map(|address| address.to_string());
        assert_eq!(read("1.2").as_deref(), Some("1.0.0.2"));
        assert_eq!(read("1").as_deref(), Some("0.0.0.1"));
        assert_eq!(read("0x7f.1").as_deref(), Some("127.0.0.1"));
        assert_eq!(read("1.2.3.256"), None);
        assert_eq!(read("a.1"), None);
    }

    #[test]
    fn exchangers_are_read_with_their_preference() {
        let read = exchangers(&["10 a.example.".to_owned(), "x".to_owned()]);
        assert_eq!(read, [Exchanger { preference: 10, host: "a.example".into() }]);
    }
}
