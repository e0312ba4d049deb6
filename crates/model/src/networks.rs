//! mynetworks and other lists of client addresses.

use crate::{Model, Scope};
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

/// Whether an address is in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// A table, a file or a host-dependent default decides.
    Unknown,
}

impl Model {
    /// The patterns of a network list parameter (`mynetworks`,
    /// `smtpd_authorized_xclient_hosts` …) in order, or nothing where the value
    /// is computed on the host.
    pub fn networks(&self, scope: Scope, param: &str) -> Option<Vec<Network>> {
        let _ = (scope, param);
        unimplemented!()
    }

    /// Whether `address` matches the list, as match_list(3) decides: the first
    /// pattern that matches counts.
    pub fn network_member(&self, scope: Scope, param: &str, address: IpAddr) -> Membership {
        let _ = (scope, param, address);
        unimplemented!()
    }
}
