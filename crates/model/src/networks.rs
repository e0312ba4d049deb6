//! mynetworks and other lists of client addresses.

use crate::{ListPattern, Model, Origin, Scope, TableContent, table_ref};
use ipnet::IpNet;
use postproof_diag::SourceText;
use postproof_syntax::table::TableSyntax;
use std::net::IpAddr;

/// One pattern of a list of networks.
#[derive(Clone, Debug)]
pub struct Network {
    /// The pattern as written.
    pub text: SourceText,
    /// Whether a `!` before it turns it round.
    pub negated: bool,
    /// What it is.
    pub kind: NetworkKind,
}

/// Kinds of patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkKind {
    /// Addresses.
    Net(IpNet),
    /// A host or domain name.
    Name,
    /// A file of patterns whose content is not known here.
    File,
    /// A lookup table whose content is not known here.
    Table,
    /// No network: bad mask, host bits set, IPv6 without brackets.
    Invalid,
}

/// Whether an address is in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// A table or a file whose content is not known decides.
    Unknown,
    /// A pattern that is no network is met first: the look-up fails, and smtpd
    /// answers every such client with a temporary error (match_ops.c,
    /// match_hostaddr; smtpd_check.c, permit_mynetworks).
    Fails,
}

impl Model {
    /// The patterns of a network list parameter (`mynetworks`,
    /// `smtpd_authorized_xclient_hosts` …) in order, or nothing where the value
    /// is computed on the host.
    pub fn networks(&self, scope: Scope, param: &str) -> Option<Vec<Network>> {
        let value = self.value(scope, param)?;
        let computed = value.origin == Origin::Default && value.as_str() == format!("${param}");
        let patterns = || self.list_patterns(scope, param);
        let read = |listed: &ListPattern| Network { negated: listed.negated, ..network(&listed.text) };
        (!computed).then(|| patterns().iter().map(read).collect())
    }

    /// Whether a client of the Internet with this address matches the list, as
    /// match_list.c decides: the first pattern that matches counts. A default
    /// that is computed on the host holds addresses of the host itself, which
    /// such a client does not have.
    pub fn network_member(&self, scope: Scope, param: &str, address: IpAddr) -> Membership {
        let mut unknown = false;
        for network in self.networks(scope, param).unwrap_or_default() {
            let matches = match network.kind {
                NetworkKind::Net(net) => net.contains(&address),
                // The client's name is chosen so that no name of the list fits.
                NetworkKind::Name => false,
                NetworkKind::Invalid if !unknown => return Membership::Fails,
                NetworkKind::Invalid => false,
                NetworkKind::File => {
                    unknown = true;
                    false
                }
                NetworkKind::Table => match self.address_in_table(&network.text, address) {
                    Some(found) => found,
                    None => {
                        unknown = true;
                        false
                    }
                },
            };
            if matches && !unknown {
                return if network.negated { Membership::No } else { Membership::Yes };
            }
        }
        if unknown { Membership::Unknown } else { Membership::No }
    }

    /// Whether a table of a match list holds the address; such lists ask with
    /// the whole address only (match_ops.c, match_hostaddr).
    fn address_in_table(&self, text: &SourceText, address: IpAddr) -> Option<bool> {
        let pattern = text.as_str().trim_start_matches('!');
        let skipped = text.as_str().len() - pattern.len();
        let table = table_ref(&text.slice(skipped..text.as_str().len()))?;
        match self.table_content(&table) {
            TableContent::Text(table, TableSyntax::Indexed) => {
                let key = address.to_string();
                Some(table.entries().any(|entry| entry.key.as_str() == key))
            }
            TableContent::Text(table, TableSyntax::Cidr) => Some(
                table
                    .entries()
                    .any(|entry| matches!(network(&entry.key).kind, NetworkKind::Net(net) if net.contains(&address))),
            ),
            TableContent::Text(_, TableSyntax::Aliases | TableSyntax::Pattern)
            | TableContent::Inline
            | TableContent::Unknown => None,
        }
    }
}

/// Reads one pattern (match_list.c and cidr_match.c).
pub(crate) fn network(text: &SourceText) -> Network {
    let pattern = text.as_str().trim_start_matches('!');
    let negated = (text.as_str().len() - pattern.len()) % 2 == 1;
    let kind = if pattern.starts_with('/') {
        NetworkKind::File
    } else if !pattern.starts_with('[') && pattern.contains(':') {
        if table_ref(&SourceText::unplaced(pattern)).is_some() { NetworkKind::Table } else { NetworkKind::Invalid }
    } else {
        address_pattern(pattern)
    };
    Network { text: text.clone(), negated, kind }
}

fn address_pattern(pattern: &str) -> NetworkKind {
    let (address, mask) = match pattern.split_once('/') {
        Some((address, mask)) => (address, Some(mask)),
        None => (pattern, None),
    };
    let bracketed = address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    let Ok(address) = bracketed.unwrap_or(address).parse::<IpAddr>() else {
        let is_name = mask.is_none() && bracketed.is_none() && !pattern.is_empty();
        return if is_name { NetworkKind::Name } else { NetworkKind::Invalid };
    };
    let bits = match mask.map(str::parse::<u8>) {
        None if address.is_ipv4() => 32,
        None => 128,
        Some(Ok(bits)) => bits,
        Some(Err(_)) => return NetworkKind::Invalid,
    };
    match IpNet::new(address, bits) {
        // cidr_match.c refuses «non-null host address bits».
        Ok(net) if net.network() == address => NetworkKind::Net(net),
        Ok(_) | Err(_) => NetworkKind::Invalid,
    }
}
