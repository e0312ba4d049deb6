//! Which keys a name, an address or a mail address is looked up under.

use crate::address::{Program, Quote, is_host_address, quoted_text};
use crate::{Config, Finding, Found};

/// Looks one key up; the flag says that it is a part of a name or address.
pub(super) type Look<'l> = &'l dyn Fn(&str, bool) -> Found;

/// What was found under one key, or nothing to go on with the next.
fn hit(found: Found) -> Option<Finding> {
    match found {
        Found::Nothing => None,
        found => Some(found.finding()),
    }
}

/// A name and its parents.
// smtpd_check.c, check_domain_access
pub(super) fn domain(name: &str, parents_match: bool, look: Look<'_>) -> Finding {
    let mut key = name;
    let mut is_partial = false;
    while !key.is_empty() {
        if let Some(finding) = hit(look(key, is_partial)) {
            return finding;
        }
        // No parents for a name that is an address.
        if !is_partial && is_host_address(name) {
            break;
        }
        let Some(next) = parent(key, parents_match) else { break };
        key = next;
        is_partial = true;
    }
    Finding::No
}

/// What follows the first dot behind the first byte, with that dot or without it.
fn parent(name: &str, parents_match: bool) -> Option<&str> {
    let dot = name.bytes().skip(1).position(|byte| byte == b'.')? + 1;
    name.get(dot + usize::from(parents_match)..)
}

/// An address and the networks above it.
// smtpd_check.c, check_addr_access
pub(super) fn address(address: &str, look: Look<'_>) -> Finding {
    let delimiter = if address.contains(':') { ':' } else { '.' };
    let mut key = address;
    let mut is_partial = false;
    loop {
        if let Some(finding) = hit(look(key, is_partial)) {
            return finding;
        }
        let Some((above, _)) = key.rsplit_once(delimiter) else { return Finding::No };
        key = above;
        is_partial = true;
    }
}

/// A mail address as access tables are asked for it.
// smtpd_check.c, check_mail_access; mail_addr_find.c, mail_addr_find_opt
pub(super) fn mail_address(config: &Config<'_>, address: &str, parents_match: bool, look: Look<'_>) -> Finding {
    let Some((_, mut name)) = address.rsplit_once('@') else { return Finding::No };
    let bare = config.settings(Program::Smtpd).without_extension(address);
    let whole = |address: &str, is_partial: bool| quoted_then_plain(address, Quote::Address, is_partial, look);
    if let Some(finding) = whole(address, false).or_else(|| bare.as_deref().and_then(|bare| whole(bare, true))) {
        return finding;
    }
    while !name.is_empty() {
        if let Some(finding) = hit(look(name, true)) {
            return finding;
        }
        match parent(name, parents_match) {
            Some(next) => name = next,
            None => break,
        }
    }
    let local = |address: &str| {
        let end = address.rfind('@').map_or(address.len(), |at| at + 1);
        whole(address.get(..end).unwrap_or(address), true)
    };
    local(address).or_else(|| bare.as_deref().and_then(local)).unwrap_or(Finding::No)
}

fn quoted_then_plain(key: &str, what: Quote, is_partial: bool, look: Look<'_>) -> Option<Finding> {
    let quoted = quoted_text(key, what);
    hit(look(&quoted, is_partial)).or_else(|| if quoted == key { None } else { hit(look(key, is_partial)) })
}
