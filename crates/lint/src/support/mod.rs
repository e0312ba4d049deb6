//! What several rules share.

pub(crate) mod absence;
pub(crate) mod access_results;
pub(crate) mod address_lists;
pub(crate) mod cidr;
pub(crate) mod clients;
pub(crate) mod dead;
pub(crate) mod doors;
pub(crate) mod edits;
pub(crate) mod listeners;
pub(crate) mod lists;
pub(crate) mod logins;
pub(crate) mod master;
pub(crate) mod names;
pub(crate) mod pattern;
pub(crate) mod relay_gates;
pub(crate) mod results;
pub(crate) mod tables;
pub(crate) mod trust;
pub(crate) mod unknown_names;
pub(crate) mod values;
