//! mynetworks and other lists of client addresses.

use crate::{ListPattern, Model, Origin, PatternKind, Scope, table_ref};
use ipnet::IpNet;
use postproof_diag::SourceText;
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

impl Model {
    /// The patterns of a network list parameter (`mynetworks`,
    /// `smtpd_authorized_xclient_hosts` …) in order, or nothing where the value
    /// is computed on the host.
    pub fn networks(&self, scope: Scope, param: &str) -> Option<Vec<Network>> {
        let value = self.value(scope, param)?;
        let computed = value.origin == Origin::Default && value.as_str() == format!("${param}");
        let patterns = || self.list_patterns(scope, param);
        let read = |listed: &ListPattern| match listed.kind {
            PatternKind::Plain | PatternKind::Table => Network { negated: listed.negated, ..network(&listed.text) },
            PatternKind::File(_) | PatternKind::Cut => {
                Network { text: listed.text.clone(), negated: listed.negated, kind: NetworkKind::File }
            }
        };
        (!computed).then(|| patterns().iter().map(read).collect())
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
