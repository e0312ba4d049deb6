//! Match lists: mynetworks, mydestination, relay_domains and their kin.

use crate::{Config, Finding};
use std::net::IpAddr;

impl Config<'_> {
    /// Whether a name equals a member (string list: mydestination …).
    pub(crate) fn in_string_list(&self, _param: &'static str, _name: &str) -> Finding {
        Finding::No
    }

    /// Whether a name equals a member or is below one (domain list: relay_domains …).
    pub(crate) fn in_domain_list(&self, _param: &'static str, _name: &str) -> Finding {
        Finding::No
    }

    /// Whether a client is in a list of names and addresses (mynetworks …).
    pub(crate) fn in_network_list(&self, _param: &'static str, _name: &str, _address: IpAddr) -> Finding {
        Finding::No
    }
}
