//! What a client says of itself: HELO, TLS and certificate, login.

use super::{Candidate, Found, Lens, Standing, action};
use crate::limits::Limit;
use crate::strings::{Automata, Read, Reads, Segment};
use crate::vocabulary::{Role, Vocabulary};
use postproof_sim::{Certificate, Finding, Protocol, Session};
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

/// A login that no table names.
pub(crate) const OTHER_LOGIN: &str = "somebody-else";

/// One candidate for each kind of greeting.
pub(super) fn helo(lens: &Lens<'_, '_>) -> Found {
    let with = |name: Option<&str>, protocol: Protocol| {
        let session = Session { helo: name.map(str::to_owned), protocol, ..Session::default() };
        Candidate { session, standing: Standing::Free }
    };
    let list = HELO.iter().map(|name| with(Some(name), Protocol::Esmtp)).collect();
    let mut found = Found { list, ..Found::default() };
    found.list.push(with(HELO.first().copied(), Protocol::Smtp));
    found.list.push(with(None, Protocol::Esmtp));
    let words = lens.words;
    let mut names: Vec<String> = words.own_names.clone();
    for (key, _) in words.keys(&[Role::Helo]) {
        let bare = key.trim_start_matches('.').to_ascii_lowercase();
        names.extend((!key.starts_with('.')).then(|| bare.clone()));
        names.push(format!("host.{bare}"));
    }
    let written = names.clone();
    names.extend(followed(lens, Role::Helo, Segment::Helo, &written, &mut found.limits));
    for config in lens.configs {
        let is_host = |name: &&String| !name.starts_with(|ch: char| ch.is_ascii_digit() || ch == '*');
        names.extend(config.world.dns.keys().filter(is_host).take(super::MAX_DNS_NAMES).cloned());
    }
    let has_dns = |name: &String| lens.configs.iter().any(|config| config.world.dns.contains_key(name));
    let mut seen: BTreeSet<(bool, u64)> = BTreeSet::new();
    for name in names {
        // With no table that asks for it, only the form and DNS tell names apart.
        let known = has_dns(&name);
        if (known || words.asked(&[Role::Helo]).next().is_some()) && seen.insert((known, lens.of_helo(&name))) {
            found.list.push(with(Some(&name), Protocol::Esmtp));
        }
    }
    found
}

/// A string for each combination of the patterns of a role: of every string of a
/// segment, and of the written names with labels before them.
fn followed(
    lens: &Lens<'_, '_>,
    role: Role,
    segment: Segment,
    written: &[String],
    limits: &mut BTreeSet<Limit>,
) -> Vec<String> {
    let tables: Vec<Read> = lens.words.asked(&[role]).map(|asked| (Reads::Whole, asked.table.clone(), role)).collect();
    let mut found = Vec::new();
    for config in lens.configs {
        let mut automata = Automata::of(
            config,
            &tables,
            &|role, answer| lens.alike(role, answer),
            &[segment.clone(), Segment::Labels],
            &lens.steps,
        );
        if automata.is_empty() {
            continue;
        }
        if automata.is_open {
            limits.extend(tables.iter().map(|(_, table, _)| Limit::Table(table.clone())));
        }
        let start = [automata.start()];
        let whole = automata.spread(&start, segment.clone());
        let below = automata.spread(&start, Segment::Labels);
        let (Some(whole), Some(below)) = (whole, below) else {
            limits.insert(Limit::Patterns);
            continue;
        };
        found.extend(distinct(&mut automata, whole));
        for name in written {
            let ends = below.iter().map(|(tuple, text)| Some((automata.after(*tuple, name)?, format!("{text}{name}"))));
            let Some(ends) = ends.collect::<Option<Vec<_>>>() else {
                limits.insert(Limit::Patterns);
                break;
            };
            found.extend(distinct(&mut automata, ends));
        }
    }
    found
}

/// The strings with other answers than those before them.
fn distinct(automata: &mut Automata, reached: Vec<(u32, String)>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (tuple, text) in reached {
        if seen.insert(automata.ends(tuple)) {
            found.push(text);
        }
    }
    found
}

/// No TLS, TLS without and with certificates.
pub(super) fn tls(words: &Vocabulary) -> Found {
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
    let mut list = vec![
        with(false, None, Standing::Free),
        with(true, None, Standing::Free),
        with(true, Some(certificate(OTHER, false)), Standing::Free),
        // Whom a trusted authority vouches for is a particular client.
        with(true, Some(certificate(OTHER, true)), Standing::Named),
    ];
    let mut seen = BTreeSet::new();
    for asked in words.asked(&[Role::Certificate]) {
        for (key, value) in words.keys(&[Role::Certificate]) {
            if seen.insert((asked.table.clone(), action(value))) {
                list.push(with(true, Some(certificate(key, false)), Standing::Named));
            }
        }
    }
    let mut limits = BTreeSet::new();
    // Fingerprints that a pattern takes are nobody's in particular, and not followed.
    for asked in words.asked(&[Role::Certificate]).filter(|asked| asked.has_patterns()) {
        limits.insert(Limit::Table(asked.table.clone()));
    }
    Found { list, limits }
}

/// No login, and each kind of login that tables name.
pub(super) fn login(lens: &Lens<'_, '_>) -> Found {
    let with = |login: Option<&str>| {
        let session = Session { login: login.map(str::to_owned), ..Session::default() };
        Candidate { session, standing: if login.is_some() { Standing::Named } else { Standing::Free } }
    };
    let words = lens.words;
    let mut found = Found { list: vec![with(None), with(Some(OTHER_LOGIN))], limits: BTreeSet::new() };
    let mut logins = owners(lens);
    logins.extend(words.keys(&[Role::Login]).map(|(key, _)| (key.clone(), BTreeSet::new())));
    let patterns = followed(lens, Role::Login, Segment::Login, &[], &mut found.limits);
    logins.extend(patterns.into_iter().map(|login| (login, BTreeSet::new())));
    let mut seen = BTreeSet::from([(BTreeSet::new(), lens.of_login(OTHER_LOGIN))]);
    for (login, kinds) in logins {
        if seen.insert((kinds, lens.of_login(&login))) {
            found.list.push(with(Some(&login)));
        }
    }
    found
}

/// What sets one owner apart from another: whether a key stands for a whole domain,
/// whether it is the login, how many own it with him.
type OwnerKinds = BTreeSet<(bool, bool, usize)>;

/// Logins that own senders, each with the kinds of what it owns: logins that own alike
/// senders are alike.
fn owners(lens: &Lens<'_, '_>) -> BTreeMap<String, OwnerKinds> {
    let words = lens.words;
    let mut owned: BTreeMap<String, OwnerKinds> = BTreeMap::new();
    let mut add = |key: &str, owners: &str| {
        let owners: Vec<&str> = owners.split([',', ' ', '\t']).filter(|owner| !owner.is_empty()).collect();
        for owner in owners.iter().filter(|owner| !owner.contains('$')) {
            let kind = (key.starts_with('@'), key.eq_ignore_ascii_case(owner), owners.len().min(2));
            owned.entry((*owner).to_owned()).or_default().insert(kind);
        }
    };
    words.keys(&[Role::Owners]).for_each(|(key, value)| add(key, value));
    words.patterns(&[Role::Owners]).for_each(|(key, value)| add(key, value));
    // Where the login is a piece of the sender, two of an own domain stand for all.
    for config in lens.configs {
        for (user, domain) in words.domains.iter().take(1).flat_map(|domain| [("alice", domain), ("bob", domain)]) {
            let address = format!("{user}@{domain}");
            if let Finding::Text(owners) = config.owners_of(&address) {
                add(&address, &owners);
            }
        }
    }
    owned
}
