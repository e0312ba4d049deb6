//! Names of clients: verified, forged, missing.

use super::{Candidate, MAX_CANDIDATES, Standing, answers, parents};
use crate::patterns;
use crate::vocabulary::{Role, Vocabulary};
use postproof_sim::{Config, NameStatus, Session};
use std::collections::BTreeSet;

/// A name that nobody names, in a domain that nobody names.
const UNKNOWN_NAME: &str = "mail.stranger.example";

/// One candidate for each kind of name.
pub(crate) fn candidates(config: &Config<'_>, words: &Vocabulary) -> Vec<Candidate> {
    let mut found = vec![
        candidate(None, None, NameStatus::Permanent, Standing::Free),
        candidate(Some(UNKNOWN_NAME), Some(UNKNOWN_NAME), NameStatus::Ok, Standing::Free),
        candidate(None, Some(UNKNOWN_NAME), NameStatus::Forged, Standing::Free),
        candidate(None, None, NameStatus::Temporary, Standing::Free),
    ];
    if config.param("smtpd_peername_lookup").eq_ignore_ascii_case("no") {
        found.truncate(1);
        return found;
    }
    let roles = [Role::Client, Role::ReverseName];
    let mut seen: BTreeSet<(Standing, u64)> = BTreeSet::new();
    seen.insert((Standing::Free, answers(config, words, &roles, &parents(UNKNOWN_NAME))));
    for (name, standing) in names(config, words) {
        if found.len() >= MAX_CANDIDATES {
            break;
        }
        if seen.insert((standing, answers(config, words, &roles, &parents(&name)))) {
            found.push(candidate(Some(&name), Some(&name), NameStatus::Ok, standing));
            // Anybody can let an address of his own point to any name.
            found.push(candidate(None, Some(&name), NameStatus::Forged, Standing::Free));
        }
    }
    found
}

/// Names that the configuration or the known DNS data tell apart.
fn names(config: &Config<'_>, words: &Vocabulary) -> Vec<(String, Standing)> {
    let roles = [Role::Client, Role::ReverseName];
    let keys = words.keys(&roles).map(|(key, _)| key.as_str());
    let listed = words.networks.iter().map(|(_, pattern)| pattern.as_str());
    let mut names = Vec::new();
    for key in keys.chain(listed).filter(|key| is_name(key)) {
        let bare = key.trim_start_matches('.').to_ascii_lowercase();
        // A whole top-level domain names nobody.
        let standing = if bare.contains('.') { Standing::Named } else { Standing::Free };
        // Nobody's whole name is a top-level domain.
        if !key.starts_with('.') && standing == Standing::Named {
            names.push((bare.clone(), standing));
        }
        names.push((format!("host.{bare}"), standing));
    }
    for (key, _) in words.patterns(&roles) {
        for sample in patterns::samples(key).unwrap_or_default() {
            let sample = sample.trim_matches('.').to_ascii_lowercase();
            if sample.is_empty() || sample.contains([' ', '@', '/', ':']) {
                continue;
            }
            // Where the end is free, it can be a domain of the client's own.
            if patterns::is_anchored_at_end(key) {
                let standing = if sample.contains('.') { Standing::Named } else { Standing::Free };
                names.push((sample.clone(), standing));
                names.push((format!("host.{sample}"), standing));
            } else {
                names.push((format!("{sample}.stranger.example"), Standing::Free));
            }
        }
    }
    let known =
        config.world.dns.keys().filter(|name| is_name(name) && !name.starts_with(|ch: char| ch.is_ascii_digit()));
    names.extend(known.take(super::MAX_DNS_NAMES).map(|name| (name.clone(), Standing::Named)));
    names
}

/// Whether a key can be a name or the end of one.
fn is_name(key: &str) -> bool {
    let bare = key.trim_start_matches('.');
    !bare.is_empty()
        && !bare.contains([':', '/', '@', '[', '*', ' ', '$', '<'])
        && !bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn candidate(name: Option<&str>, reverse: Option<&str>, status: NameStatus, standing: Standing) -> Candidate {
    let mut session = Session::default();
    session.client.name = name.map(str::to_owned);
    session.client.reverse_name = reverse.map(str::to_owned);
    session.client.name_status = status;
    Candidate { session, standing }
}
