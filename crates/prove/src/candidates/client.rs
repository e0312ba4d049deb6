//! What a client says of itself: HELO, TLS and certificate, login.

use super::{Candidate, MAX_CANDIDATES, Standing, answers, parents};
use crate::patterns;
use crate::vocabulary::{Role, Vocabulary};
use postproof_sim::{Certificate, Config, Protocol, Session};
use std::collections::{BTreeMap, BTreeSet};

/// Names for HELO that are unlike all that is named: a name, one without a
/// domain, an address with and without brackets, a wrong one, a wrong name.
const HELO: &[&str] = &[
    "client.stranger.example",
    "stranger",
    "[203.0.113.9]",
    "203.0.113.9",
    "[300.1.1.1]",
    "-in_valid-..name",
    "[IPv6:2001:db8::9]",
];

/// Logins of one kind that are told apart.
const MAX_LOGINS: usize = 40;

/// A login that no table names.
pub(crate) const OTHER_LOGIN: &str = "somebody-else";

/// One candidate for each kind of greeting.
pub(crate) fn helo(config: &Config<'_>, words: &Vocabulary) -> Vec<Candidate> {
    let with = |name: Option<&str>, protocol: Protocol| {
        let session = Session { helo: name.map(str::to_owned), protocol, ..Session::default() };
        Candidate { session, standing: Standing::Free }
    };
    let mut found: Vec<Candidate> = HELO.iter().map(|name| with(Some(name), Protocol::Esmtp)).collect();
    found.push(with(HELO.first().copied(), Protocol::Smtp));
    found.push(with(None, Protocol::Esmtp));
    let mut names: Vec<String> = words.own_names.clone();
    for (key, _) in words.keys(&[Role::Helo]) {
        let bare = key.trim_start_matches('.').to_ascii_lowercase();
        if !key.starts_with('.') {
            names.push(bare.clone());
        }
        names.push(format!("host.{bare}"));
    }
    for (key, _) in words.patterns(&[Role::Helo]) {
        names.extend(patterns::samples(key).unwrap_or_default().into_iter().filter(|name| !name.is_empty()));
    }
    let known = config.world.dns.keys().filter(|name| !name.starts_with(|ch: char| ch.is_ascii_digit() || ch == '*'));
    names.extend(known.take(super::MAX_DNS_NAMES).cloned());
    let mut seen: BTreeSet<(bool, u64)> = BTreeSet::new();
    for name in names {
        if found.len() >= MAX_CANDIDATES {
            break;
        }
        // With no table that asks for it, only the form and DNS tell names apart.
        let known = config.world.dns.contains_key(&name);
        if (known || words.asked(&[Role::Helo]).next().is_some())
            && seen.insert((known, answers(config, words, &[Role::Helo], &parents(&name))))
        {
            found.push(with(Some(&name), Protocol::Esmtp));
        }
    }
    found
}

/// No TLS, TLS without and with certificates.
pub(crate) fn tls(words: &Vocabulary) -> Vec<Candidate> {
    let with = |tls: bool, certificate: Option<Certificate>, standing: Standing| {
        let session = Session { tls, certificate, ..Session::default() };
        Candidate { session, standing }
    };
    let certificate = |fingerprint: &str, trusted: bool| Certificate {
        trusted,
        fingerprint: fingerprint.to_owned(),
        key_fingerprint: fingerprint.to_owned(),
        subject: "client".to_owned(),
        issuer: "issuer".to_owned(),
    };
    const OTHER: &str = "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33";
    let mut found = vec![
        with(false, None, Standing::Free),
        with(true, None, Standing::Free),
        with(true, Some(certificate(OTHER, false)), Standing::Free),
        // Whom a trusted authority vouches for is a particular client.
        with(true, Some(certificate(OTHER, true)), Standing::Named),
    ];
    let mut seen = BTreeSet::new();
    for asked in words.asked(&[Role::Certificate]) {
        for (key, value) in words.keys(&[Role::Certificate]) {
            if seen.insert((asked.table.clone(), super::action(value))) {
                found.push(with(true, Some(certificate(key, false)), Standing::Named));
            }
        }
    }
    found
}

/// No login, and each kind of login that tables name.
pub(crate) fn login(words: &Vocabulary) -> Vec<Candidate> {
    let with = |login: Option<&str>| {
        let session = Session { login: login.map(str::to_owned), ..Session::default() };
        Candidate { session, standing: if login.is_some() { Standing::Named } else { Standing::Free } }
    };
    let mut found = vec![with(None), with(Some(OTHER_LOGIN))];
    // Logins that own alike senders are alike.
    let mut owned: BTreeMap<String, BTreeSet<(bool, bool, usize)>> = BTreeMap::new();
    for (key, value) in words.keys(&[Role::Owners]) {
        let owners: Vec<&str> = value.split([',', ' ', '\t']).filter(|owner| !owner.is_empty()).collect();
        for owner in &owners {
            let kind = (key.starts_with('@'), key.eq_ignore_ascii_case(owner), owners.len());
            owned.entry((*owner).to_owned()).or_default().insert(kind);
        }
    }
    let mut seen = BTreeSet::new();
    for (login, kinds) in owned {
        if seen.insert(kinds) && found.len() < MAX_LOGINS {
            found.push(with(Some(&login)));
        }
    }
    let mut seen = BTreeSet::new();
    for asked in words.asked(&[Role::Login]) {
        for (key, value) in words.keys(&[Role::Login]) {
            if seen.insert((asked.table.clone(), super::action(value))) && found.len() < 2 * MAX_LOGINS {
                found.push(with(Some(key)));
            }
        }
    }
    for (key, _) in words.patterns(&[Role::Login, Role::Owners]) {
        for sample in patterns::samples(key).unwrap_or_default().into_iter().filter(|login| !login.is_empty()) {
            if found.len() < 2 * MAX_LOGINS {
                found.push(with(Some(&sample)));
            }
        }
    }
    found
}
