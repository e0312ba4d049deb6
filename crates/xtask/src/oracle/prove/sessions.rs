//! Random sessions, and who is a stranger to a random configuration.

use super::generate::{ADDRESSES, HELOS, LOGINS, NAMES, OTHERS, OWN, Random, Scenario, USERS};
use postproof_engine::sim::{Client, Config, Finding, NameStatus, Protocol, Session};
use std::net::IpAddr;

/// One random session that sends a message to one recipient.
pub(crate) fn session(random: &mut Random, scenario: &Scenario) -> Session {
    let name = random.chance(50).then(|| name(random));
    let name_status = match (&name, random.below(10)) {
        (Some(_), 0..6) => NameStatus::Ok,
        (Some(_), _) => NameStatus::Forged,
        (None, 0..8) => NameStatus::Permanent,
        (None, _) => NameStatus::Temporary,
    };
    let verified = name.clone().filter(|_| name_status == NameStatus::Ok);
    let client = Client { address: address(random), name: verified, reverse_name: name, name_status };
    let helo = match random.below(10) {
        0 => None,
        1..7 => Some((*random.pick(HELOS)).to_owned()),
        _ => Some(word(random, scenario)),
    };
    Session {
        client,
        protocol: if random.chance(85) { Protocol::Esmtp } else { Protocol::Smtp },
        helo,
        tls: random.chance(40),
        login: random.chance(30).then(|| (*random.pick(LOGINS)).to_owned()),
        sender: Some(if random.chance(10) { String::new() } else { mail(random, scenario) }),
        recipients: vec![mail(random, scenario)],
        data: true,
        ..Session::default()
    }
}

fn address(random: &mut Random) -> IpAddr {
    if random.chance(60) {
        return random.pick(ADDRESSES).parse().unwrap_or_else(|_| IpAddr::from([203, 0, 113, 9]));
    }
    let byte = |random: &mut Random| random.below(256) as u8;
    IpAddr::from([byte(random).max(1), byte(random), byte(random), byte(random)])
}

fn name(random: &mut Random) -> String {
    let base = if random.chance(50) { *random.pick(NAMES) } else { *random.pick(OTHERS) };
    if random.chance(30) { format!("host.{base}") } else { base.to_owned() }
}

/// A word of some table.
fn word(random: &mut Random, scenario: &Scenario) -> String {
    let tables: Vec<&String> = scenario.tables.values().collect();
    let lines: Vec<&str> = random.pick(&tables).lines().collect();
    if lines.is_empty() {
        return "word.test".to_owned();
    }
    let key = random.pick(&lines).split_whitespace().next().unwrap_or("word.test");
    let key = key.trim_matches(|ch: char| !ch.is_ascii_alphanumeric());
    if key.is_empty() { "word.test".to_owned() } else { key.to_owned() }
}

fn mail(random: &mut Random, scenario: &Scenario) -> String {
    let domain = match random.below(10) {
        0..4 => (*random.pick(OWN)).to_owned(),
        4..7 => (*random.pick(OTHERS)).to_owned(),
        7 => format!("sub.{}", random.pick(OWN)),
        8 => "unheard-of.test".to_owned(),
        _ => {
            let word = word(random, scenario);
            word.rsplit('@').next().unwrap_or(&word).to_owned()
        }
    };
    let user = if random.chance(30) { "zz-nobody" } else { *random.pick(USERS) };
    let other = *random.pick(OTHERS);
    match random.below(24) {
        0 => format!("{user}%{other}@{domain}"),
        1 => format!("{other}!{user}@{domain}"),
        2 => format!("{user}@{other}@{domain}"),
        3 => format!("\"{user}@{other}\"@{domain}"),
        4 => format!("@{domain}:{user}@{other}"),
        5 => format!("{user}@{domain}."),
        6 => user.to_owned(),
        7 => format!("{user}@host"),
        8 => format!("{user}@[192.0.2.25]"),
        9 => format!("{user}@[203.0.113.77]"),
        10 => format!("{other}!{user}"),
        11 => format!("{user}%{other}"),
        12 => format!("{}@{}", user.to_ascii_uppercase(), domain.to_ascii_uppercase()),
        13 => "postmaster".to_owned(),
        _ => format!("{user}@{domain}"),
    }
}

/// Networks that some generated configuration names, of at least 8 bits (IPv6: 16).
fn is_named(address: IpAddr, config: &Config<'_>) -> bool {
    let all = config.model.parts.iter();
    let mut words: Vec<String> = Vec::new();
    for part in all {
        let name = part.part.name.as_deref().unwrap_or_default();
        let is_used = config.model.main.values().any(|written| written.value.as_str().contains(name));
        if let (postproof_engine::model::Tree::Table(table), true) = (&part.tree, is_used) {
            words.extend(table.tree.entries().map(|entry| entry.key.as_str().to_owned()));
        }
    }
    words.extend(
        config.param("mynetworks").split([' ', ',', '\t', '\n']).map(|word| word.trim_start_matches('!').to_owned()),
    );
    words.iter().any(|word| holds(word, address))
        || address.is_loopback()
        || holds("192.0.2.1", address)
        || holds("2001:db8::1", address)
}

/// Whether a word names a narrow network with the address.
fn holds(word: &str, address: IpAddr) -> bool {
    let text = address.to_string();
    let (net, bits) = match word.rsplit_once('/') {
        Some((net, bits)) => match bits.parse::<u32>() {
            Ok(bits) => (net, Some(bits)),
            Err(_) => return false,
        },
        None => (word, None),
    };
    let net = net.trim_start_matches('[').trim_end_matches(']');
    match (net.parse::<IpAddr>(), address) {
        (Ok(IpAddr::V4(net)), IpAddr::V4(address)) => {
            let bits = bits.unwrap_or(32);
            bits >= 8 && (u32::from(net) ^ u32::from(address)).leading_zeros() >= bits
        }
        (Ok(IpAddr::V6(net)), IpAddr::V6(address)) => {
            let bits = bits.unwrap_or(128);
            bits >= 16 && (u128::from(net) ^ u128::from(address)).leading_zeros() >= bits
        }
        (Ok(_), _) => false,
        // The first bytes of an address.
        (Err(_), _) => {
            let cut = if address.is_ipv4() { '.' } else { ':' };
            bits.is_none() && !net.is_empty() && text.starts_with(&format!("{net}{cut}"))
        }
    }
}

/// Whether the configuration names the client in no way.
pub(crate) fn is_stranger(session: &Session, config: &Config<'_>) -> bool {
    session.login.is_none() && session.certificate.is_none() && is_elsewhere(session, config)
}

/// Whether address and name are those of strangers.
pub(crate) fn is_elsewhere(session: &Session, config: &Config<'_>) -> bool {
    // Every generated name has two labels and may be named somewhere; a host
    // right below a top-level domain is not.
    let name = session.client.name.as_deref().unwrap_or("stranger.example");
    (name.ends_with("stranger.example") || name == "host.test") && !is_named(session.client.address, config)
}

/// Whether a user is one that no generated table lists.
pub(crate) fn is_nobody(user: &str) -> bool {
    ["zz-nobody", "nobody-of-that-name", "nosuchuser"].contains(&user)
}

/// Whether some table of users has an entry for the whole domain, or for this user.
pub(crate) fn has_catchall(config: &Config<'_>, recipient: &str) -> bool {
    let Some((_, domain)) =
        recipient.to_ascii_lowercase().rsplit_once('@').map(|(user, domain)| (user.to_owned(), domain.to_owned()))
    else {
        return false;
    };
    let domain = domain.trim_end_matches('.').to_owned();
    ["virtual_alias_maps", "virtual_mailbox_maps", "relay_recipient_maps", "local_recipient_maps"]
        .iter()
        .any(|param| matches!(config.look_up_in(param, &format!("@{domain}"), true).finding(), Finding::Text(_)))
}
