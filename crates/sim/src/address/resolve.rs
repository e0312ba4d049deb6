//! Resolving an address (resolve.c).

use super::names::{is_host_address, is_host_name, is_literal};
use super::quote::{Quote, quoted};
use super::tokens::{Kind, Token, append, ends_in_dot, find_last, internal, scan};
use super::{Class, Resolved, Settings, text_of, transport};
use crate::lists::folded;
use crate::{Config, Finding, Missing};

/// What is left of an address when all own domains are taken off.
struct Stripped {
    tree: Vec<Token>,
    place: Place,
}

/// Whose domain is left at the end.
#[derive(Clone)]
enum Place {
    Here,
    Elsewhere,
    /// Not known, but the address is the same either way.
    Unknown(Missing),
}

/// Why stripping stops early.
enum Stop {
    Fails,
    Unknown(Missing),
}

/// Resolves an address that was rewritten.
// resolve.c, resolve_addr
pub(super) fn resolve(
    config: &Config<'_>,
    settings: &Settings,
    sender: Result<String, Missing>,
    address: &str,
) -> Result<Resolved, Missing> {
    let mut resolved = Resolved {
        address: String::new(),
        class: Class::Default,
        is_routed: false,
        is_error: false,
        fails: false,
        transport: String::new(),
        nexthop: String::new(),
        transport_unknown: None,
        class_unknown: None,
        perhaps: Vec::new(),
    };
    let stripped = match strip(config, settings, address) {
        Ok(stripped) => stripped,
        Err(Stop::Unknown(missing)) => return Err(missing),
        Err(Stop::Fails) => {
            resolved.fails = true;
            return Ok(resolved);
        }
    };
    let mut place = stripped.place;
    let mut recipient = text_of(&internal(&stripped.tree));
    let domain = recipient.rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default();
    let mut domain = domain;
    if domain.starts_with('[') {
        resolved.is_error = !is_literal(&domain);
    } else if !is_mail_domain(&domain, settings.takes_utf8) {
        if settings.takes_numeric_domain && is_host_address(&domain) {
            let at = recipient.len() - domain.len();
            domain = format!("[{domain}]");
            recipient = format!("{}{domain}", recipient.get(..at).unwrap_or_default());
            match config.is_local(settings.scope, &domain) {
                Finding::Yes => place = Place::Here,
                Finding::No => {}
                Finding::Unknown(missing) => place = Place::Unknown(missing),
                Finding::Temporary | Finding::Broken | Finding::Text(_) | Finding::Case(_) => resolved.fails = true,
            }
        } else {
            resolved.is_error = true;
        }
    }
    resolved.address = recipient;
    if !resolved.is_error && !resolved.fails {
        let operator = resolved.address.find(['@', '!', '%']).map(|at| at + 1);
        let rest = operator.and_then(|from| resolved.address.get(from..));
        resolved.is_routed = rest != Some(&domain);
        match class(config, settings, &domain, place.clone()) {
            Ok(class) => {
                resolved.class = class;
                transport::route(config, settings, sender, &domain, &mut resolved);
            }
            Err(Stop::Fails) => resolved.fails = true,
            Err(Stop::Unknown(missing)) => {
                resolved.perhaps = perhaps(config, settings, sender, (&domain, &place), &resolved);
                resolved.transport_unknown = Some(missing.clone());
                resolved.class_unknown = Some(missing);
            }
        }
        resolved.is_error = !resolved.fails && !settings.takes_minus && resolved.address.starts_with('-');
    }
    // smtpd_resolve.c, resolve_pagein
    resolved.address = folded(&resolved.address);
    Ok(resolved)
}

// valid_utf8_hostname.c, valid_utf8_hostname
fn is_mail_domain(domain: &str, takes_utf8: bool) -> bool {
    if takes_utf8 && !domain.is_ascii() {
        return domain.split('.').all(|label| {
            let fits = label.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, '-' | '_') || !ch.is_ascii());
            !label.is_empty() && fits && !label.starts_with('-') && !label.ends_with('-')
        });
    }
    is_host_name(domain)
}

fn class(config: &Config<'_>, settings: &Settings, domain: &str, place: Place) -> Result<Class, Stop> {
    match place {
        Place::Here => return Ok(Class::Local),
        Place::Unknown(missing) => return Err(Stop::Unknown(missing)),
        Place::Elsewhere => {}
    }
    for class in LISTED_CLASSES {
        match listing(config, settings, domain, class) {
            Finding::Yes => return Ok(class),
            Finding::No => {}
            Finding::Unknown(missing) => return Err(Stop::Unknown(missing)),
            Finding::Temporary | Finding::Broken | Finding::Text(_) | Finding::Case(_) => return Err(Stop::Fails),
        }
    }
    Ok(Class::Default)
}

/// What an address comes to in each class that it may have.
fn perhaps(
    config: &Config<'_>,
    settings: &Settings,
    sender: Result<String, Missing>,
    (domain, place): (&str, &Place),
    resolved: &Resolved,
) -> Vec<Resolved> {
    let of_class = |class: Class| {
        let mut one = Resolved { class, address: folded(&resolved.address), ..resolved.clone() };
        transport::route(config, settings, sender.clone(), domain, &mut one);
        one
    };
    possible_classes(config, settings, domain, place).into_iter().map(of_class).collect()
}

/// The classes that a domain may have, whatever lists of which nothing is known hold;
/// none where a list fails.
fn possible_classes(config: &Config<'_>, settings: &Settings, domain: &str, place: &Place) -> Vec<Class> {
    let mut possible = match place {
        Place::Here => return vec![Class::Local],
        Place::Unknown(_) => vec![Class::Local],
        Place::Elsewhere => Vec::new(),
    };
    for class in LISTED_CLASSES {
        match listing(config, settings, domain, class) {
            Finding::No => {}
            Finding::Unknown(_) => possible.push(class),
            Finding::Yes => {
                possible.push(class);
                return possible;
            }
            Finding::Temporary | Finding::Broken | Finding::Text(_) | Finding::Case(_) => return Vec::new(),
        }
    }
    possible.push(Class::Default);
    possible
}

/// Classes that lists of domains make, in the order in which they are asked.
const LISTED_CLASSES: [Class; 3] = [Class::Alias, Class::Virtual, Class::Relay];

/// Whether the list of a class has a domain.
fn listing(config: &Config<'_>, settings: &Settings, domain: &str, class: Class) -> Finding {
    let scope = settings.scope;
    match class {
        Class::Alias => config.string_list(scope, "virtual_alias_domains", domain),
        Class::Virtual => config.string_list(scope, "virtual_mailbox_domains", domain),
        Class::Relay => config.domain_list(scope, "relay_domains", domain),
        Class::Local | Class::Default => Finding::No,
    }
}

/// Takes own domains off until what is left is another host's, or nothing.
fn strip(config: &Config<'_>, settings: &Settings, address: &str) -> Result<Stripped, Stop> {
    let mut tree = scan(&quoted(address.as_bytes(), Quote::Address));
    let mut saved: Option<Vec<Token>> = None;
    let rewrite = |tree: &mut Vec<Token>| settings.rewrite(tree).map_err(Stop::Unknown);
    for _ in 0..address.len() + 101 {
        trim(settings, &mut tree);
        if let Some(at) = find_last(&tree, b'@') {
            let domain = tree.get(at + 1..).unwrap_or_default();
            // A lone `@` at the end is taken off like an own domain.
            if !domain.is_empty() {
                match config.is_local(settings.scope, &text_of(&internal(domain))) {
                    Finding::Yes => {}
                    Finding::No => return Ok(Stripped { tree, place: Place::Elsewhere }),
                    Finding::Unknown(missing) if is_final(settings, tree.get(..at).unwrap_or_default()) => {
                        return Ok(Stripped { tree, place: Place::Unknown(missing) });
                    }
                    Finding::Unknown(missing) => return Err(Stop::Unknown(missing)),
                    Finding::Temporary | Finding::Broken | Finding::Text(_) | Finding::Case(_) => {
                        return Err(Stop::Fails);
                    }
                }
            }
            saved = Some(tree.split_off(at));
        }
        if has_route(settings, &tree) {
            rewrite(&mut tree)?;
            continue;
        }
        if let Some(opened) = opened(settings, &tree) {
            tree = opened;
            rewrite(&mut tree)?;
            continue;
        }
        if tree.len() == 1 && tree.first().is_some_and(Token::is_empty_quoted) {
            tree.clear();
        }
        if tree.is_empty() {
            tree = scan(settings.empty_recipient.as_bytes());
            continue;
        }
        let Some(domain) = saved else {
            let host = settings.host.as_ref().map_err(|missing| Stop::Unknown(missing.clone()))?;
            append(&mut tree, vec![Token::operator(b'@')]);
            append(&mut tree, scan(host.as_bytes()));
            continue;
        };
        append(&mut tree, domain);
        return Ok(Stripped { tree, place: Place::Here });
    }
    // resolve_addr gives up after so many rounds.
    Err(Stop::Fails)
}

/// Whether a local part holds another domain.
fn has_route(settings: &Settings, local: &[Token]) -> bool {
    let has = |byte| find_last(local, byte).is_some();
    has(b'@') || (settings.swaps_bang && has(b'!')) || (settings.takes_percent && has(b'%'))
}

/// Whether a local part stays as it is when its domain is this host's.
fn is_final(settings: &Settings, local: &[Token]) -> bool {
    let is_empty = local.iter().all(Token::is_empty_quoted);
    !is_empty && !has_route(settings, local) && opened(settings, local).is_none()
}

/// Takes off a dot at the end of the domain, and an `@` without one.
fn trim(settings: &Settings, tree: &mut Vec<Token>) {
    if ends_in_dot(tree) && find_last(tree, b'@').is_some() {
        tree.pop();
    }
    if settings.takes_null_domain && tree.last().is_some_and(|last| last.is(b'@')) {
        tree.pop();
    }
}

/// A local part in quotes that holds routing characters, opened.
fn opened(settings: &Settings, tree: &[Token]) -> Option<Vec<Token>> {
    let [only] = tree else { return None };
    if !settings.opens_quotes || only.kind != Kind::Quoted {
        return None;
    }
    let last = |byte| only.text.iter().rposition(|known| *known == byte);
    let mut text = only.text.clone();
    let percent = last(b'%').filter(|_| settings.takes_percent);
    if last(b'@').is_none() {
        match percent.and_then(|at| text.get_mut(at)) {
            Some(operator) => *operator = b'@',
            None if settings.swaps_bang && last(b'!').is_some() => return Some(scan(&text)),
            None => return None,
        }
    }
    Some(scan(&quoted(&text, Quote::Address)))
}
