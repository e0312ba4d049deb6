//! Senders and recipients.

use super::{Candidate, MAX_CANDIDATES, Standing, answers, parents};
use crate::patterns;
use crate::vocabulary::{Role, Vocabulary};
use postproof_sim::{Class, Config, RecordType, Session};
use std::collections::BTreeSet;

/// A domain that is nobody's, unless the configuration names it.
pub(crate) const FOREIGN_DOMAIN: &str = "stranger.example";

/// A domain of one word.
pub(crate) const FOREIGN_HOST: &str = "host";

/// A user of an own domain that the tables of users have, where these were not
/// given: there are users, whatever their names.
pub(crate) const EXISTING_USER: &str = "existing-user";

/// A recipient that no table lists.
pub(crate) const NOBODY: &str = "nobody-of-that-name";

/// A sender that no table lists which was given; another one than the recipient,
/// of whom a claim can say that no table at all lists it.
const SOMEBODY: &str = "somebody-of-that-name";

/// An address that has nothing to do with the server.
pub(crate) fn foreign_user() -> String {
    format!("someone@{FOREIGN_DOMAIN}")
}

/// Pools larger than this are not gone through to the end.
const MAX_POOL: usize = 20_000;

/// One candidate for each kind of sender; the last one sends no MAIL.
pub(crate) fn senders(config: &Config<'_>, words: &Vocabulary) -> Vec<Candidate> {
    let mut pool = vec![String::new(), foreign_user()];
    let own = own_domains(config, words);
    for domain in &own {
        pool.push(format!("{EXISTING_USER}@{domain}"));
        pool.push(format!("{SOMEBODY}@{domain}"));
        pool.push(format!("{SOMEBODY}@sub.{domain}"));
    }
    pool.extend(known_users(config, words, &own));
    pool.extend(own.iter().map(|domain| format!("postmaster@{domain}")));
    forms(&own, SOMEBODY, &mut pool);
    from_keys(words, &[Role::Sender, Role::Owners], &own, SOMEBODY, &mut pool);
    for domain in dns_domains(config) {
        pool.push(format!("someone@{domain}"));
        pool.extend(routed(domain));
    }
    let roles = [Role::Sender, Role::Owners, Role::Listed];
    let kept = kinds(config, words, &roles, &pool, true);
    let kept = kept.into_iter().map(Some).chain([None]);
    kept.map(|sender| candidate(Session { sender, ..Session::default() })).collect()
}

/// One candidate for each kind of recipient; the last one is no recipient.
pub(crate) fn recipients(config: &Config<'_>, words: &Vocabulary) -> Vec<Candidate> {
    let mut pool = vec![foreign_user()];
    let own = own_domains(config, words);
    for domain in &own {
        pool.push(format!("{NOBODY}@{domain}"));
        pool.push(format!("{NOBODY}@sub.{domain}"));
        pool.push(format!("{EXISTING_USER}@{domain}"));
    }
    pool.extend(known_users(config, words, &own));
    forms(&own, NOBODY, &mut pool);
    pool.push("postmaster".to_owned());
    pool.extend(own.iter().map(|domain| format!("postmaster@{domain}")));
    from_keys(words, &[Role::Recipient, Role::Listed], &own, NOBODY, &mut pool);
    for domain in dns_domains(config) {
        pool.push(format!("someone@{domain}"));
        pool.extend(routed(domain));
    }
    let kept = kinds(config, words, &[Role::Recipient, Role::Listed], &pool, false);
    let with = |recipient: String| candidate(Session { recipients: vec![recipient], ..Session::default() });
    // The last one is none.
    let none = candidate(Session::default());
    kept.into_iter().map(with).chain([none]).collect()
}

fn candidate(session: Session) -> Candidate {
    Candidate { session, standing: Standing::Free }
}

/// One domain for each kind of those that are own ones, or may be.
fn own_domains(config: &Config<'_>, words: &Vocabulary) -> Vec<String> {
    let roles = [Role::Sender, Role::Recipient, Role::Owners, Role::Listed];
    let mut seen = BTreeSet::new();
    let mut own = Vec::new();
    for domain in words.domains.iter().chain(&words.perhaps_own) {
        let domain = domain.trim_start_matches('.');
        if domain.is_empty() || domain.contains(['*', '/', ' ']) {
            continue;
        }
        let address = format!("{NOBODY}@{domain}");
        let digest = answers(config, words, &roles, &keys(&address));
        let is_name = words.own_names.iter().any(|name| name == domain);
        let classes = (class(config, &address), words.classes(&address));
        if seen.insert((classes, shape(&address), is_name, digest, known_records(config, domain))) {
            own.push(domain.to_owned());
        }
    }
    own
}

/// The class of an address, as a small number; unknown is one of its own.
pub(crate) fn class(config: &Config<'_>, address: &str) -> (u8, bool, bool, String) {
    match config.resolve("", address) {
        Ok(resolved) => {
            let failed = resolved.is_error || resolved.fails;
            (resolved.class as u8, resolved.is_routed, failed, resolved.transport.clone())
        }
        Err(missing) => (u8::MAX, false, false, missing.question.split(':').next().unwrap_or_default().to_owned()),
    }
}

/// Forms in which an address can be written, and in which one can be hidden.
fn forms(own: &[String], unlisted: &str, pool: &mut Vec<String>) {
    let other = FOREIGN_DOMAIN;
    pool.extend([
        "someone".to_owned(),
        format!("someone@{FOREIGN_HOST}"),
        "someone@[203.0.113.77]".to_owned(),
        "someone@203.0.113.77".to_owned(),
        format!("{other}!someone"),
        format!("someone%{other}"),
        format!("-someone@{other}"),
        format!("someone@{other}."),
    ]);
    for domain in own {
        pool.extend(routed(domain));
        pool.extend([
            format!("@{domain}:someone@{other}"),
            format!("-{unlisted}@{domain}"),
            format!("{unlisted}@{domain}."),
        ]);
    }
}

/// Addresses that pass through a domain to another.
fn routed(domain: &str) -> [String; 4] {
    let other = FOREIGN_DOMAIN;
    [
        format!("someone%{other}@{domain}"),
        format!("{other}!someone@{domain}"),
        format!("someone@{other}@{domain}"),
        format!("\"someone@{other}\"@{domain}"),
    ]
}

/// The same for one user, whose extension hides where it leads.
fn routed_user(user: &str, domain: &str) -> [String; 3] {
    let other = FOREIGN_DOMAIN;
    [format!("{user}+x%{other}@{domain}"), format!("\"{user}+x@{other}\"@{domain}"), format!("{other}!{user}@{domain}")]
}

/// Users of own domains that tables or the system list.
fn known_users(config: &Config<'_>, words: &Vocabulary, own: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for user in config.world.users.iter().take(2) {
        found.extend(own.iter().map(|domain| format!("{user}@{domain}")));
    }
    for (key, _) in words.keys(&[Role::Listed]) {
        let key = key.to_ascii_lowercase();
        match key.split_once('@') {
            Some((user, domain)) if !user.is_empty() && own.iter().any(|own| own == domain) => found.push(key),
            Some(_) => {}
            None if key.contains(['.', '*', '/', ' ']) => {}
            None => found.extend(own.iter().map(|domain| format!("{key}@{domain}"))),
        }
        if found.len() > MAX_POOL {
            break;
        }
    }
    found
}

/// Users and domains that are crossed.
const MAX_CROSSED: usize = 40;

/// Keys that name a user of any domain, crossed with keys that name a domain:
/// one address can meet both.
fn crossed(words: &Vocabulary, roles: &[Role], pool: &mut Vec<String>) {
    let mut users: BTreeSet<String> = BTreeSet::new();
    let mut domains: BTreeSet<String> = BTreeSet::new();
    for (key, _) in words.keys(roles) {
        let key = key.to_ascii_lowercase();
        match key.split_once('@') {
            Some((user, "")) => {
                users.insert(user.to_owned());
            }
            Some((_, _)) => {}
            None if key.contains(['<', '*', '/']) => {}
            None => {
                let bare = key.trim_start_matches('.');
                domains.extend([bare.to_owned(), format!("sub.{bare}")]);
            }
        }
    }
    for (key, _) in words.patterns(roles) {
        for sample in patterns::samples(key).unwrap_or_default() {
            let sample = sample.to_ascii_lowercase();
            match sample.split_once('@') {
                Some((user, domain)) => {
                    users.extend((!user.is_empty()).then(|| user.to_owned()));
                    domains.extend((!domain.is_empty()).then(|| domain.trim_start_matches('.').to_owned()));
                }
                None => {
                    users.insert(sample);
                }
            }
        }
    }
    for user in users.iter().take(MAX_CROSSED).filter(|user| !user.is_empty()) {
        pool.extend(domains.iter().take(MAX_CROSSED).map(|domain| format!("{user}@{domain}")));
    }
}

/// Addresses that keys and patterns of tables stand for.
fn from_keys(words: &Vocabulary, roles: &[Role], own: &[String], unlisted: &str, pool: &mut Vec<String>) {
    crossed(words, roles, pool);
    for (key, _) in words.keys(roles) {
        if pool.len() > MAX_POOL {
            return;
        }
        let key = key.to_ascii_lowercase();
        match key.split_once('@') {
            Some(("", domain)) => pool.push(format!("{unlisted}@{domain}")),
            Some((user, "")) => {
                pool.push(format!("{user}@{FOREIGN_DOMAIN}"));
                pool.extend(own.iter().map(|domain| format!("{user}@{domain}")));
            }
            Some((user, domain)) => {
                pool.extend([format!("{user}@{domain}"), format!("{user}+tag@{domain}")]);
                pool.extend(routed_user(user, domain));
            }
            None if key == "<>" || key == "*" => {}
            None => {
                let bare = key.trim_start_matches('.');
                if !key.starts_with('.') {
                    pool.push(format!("{unlisted}@{bare}"));
                    pool.extend(routed(bare));
                }
                pool.push(format!("{unlisted}@sub.{bare}"));
            }
        }
    }
    for (key, _) in words.patterns(roles) {
        for sample in patterns::samples(key).unwrap_or_default() {
            let sample = sample.to_ascii_lowercase();
            match sample.split_once('@') {
                _ if sample.is_empty() => {}
                Some(("", domain)) => {
                    pool.push(format!("{unlisted}@{}", domain.trim_start_matches('.')));
                    pool.push(format!("{unlisted}@{}.{FOREIGN_DOMAIN}", domain.trim_matches('.')));
                }
                Some((user, "")) => {
                    pool.push(format!("{user}@{FOREIGN_DOMAIN}"));
                    pool.extend(own.iter().map(|domain| format!("{user}@{domain}")));
                }
                Some(_) => pool.extend([sample.clone(), format!("{sample}.{FOREIGN_DOMAIN}")]),
                None => {
                    pool.push(format!("someone@{}", sample.trim_start_matches('.')));
                    pool.push(format!("someone@{}.{FOREIGN_DOMAIN}", sample.trim_matches('.')));
                    pool.push(format!("{sample}@{FOREIGN_DOMAIN}"));
                    pool.extend(own.iter().map(|domain| format!("{sample}@{domain}")));
                }
            }
        }
    }
}

/// Domains of known DNS data.
fn dns_domains<'c>(config: &'c Config<'_>) -> impl Iterator<Item = &'c String> {
    let is_domain = |name: &&String| !name.starts_with(|ch: char| ch.is_ascii_digit() || ch == '*' || ch == '_');
    config.world.dns.keys().filter(is_domain).take(super::MAX_DNS_NAMES)
}

/// The addresses of a pool that tables and DNS data answer differently, the
/// first of each kind; `roles` are the tables that are asked.
fn kinds(config: &Config<'_>, words: &Vocabulary, roles: &[Role], pool: &[String], is_sender: bool) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut names = BTreeSet::new();
    let mut kept = Vec::new();
    for address in pool {
        if kept.len() > MAX_CANDIDATES {
            break;
        }
        if !names.insert(address) || address.contains([' ', '\t', '\r', '\n', '<', '>']) {
            continue;
        }
        let Some(kept_address) = config.as_kept(address, is_sender) else {
            // Of those whose syntax is refused one is enough.
            if seen.insert((((u8::MAX, true, true, String::new()), Vec::new()), shape(""), 0, None)) {
                kept.push(address.clone());
            }
            continue;
        };
        let domain = kept_address.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase());
        let digest = answers(config, words, roles, &keys(&kept_address));
        let dns = domain.as_ref().and_then(|domain| known_records(config, domain));
        let classes = (class(config, &kept_address), words.classes(&kept_address));
        if seen.insert((classes, shape(&kept_address), digest, dns)) {
            kept.push(address.clone());
        }
    }
    kept
}

/// What the known DNS data has of a domain: whether its look-up fails, and the
/// types of its records.
fn known_records(config: &Config<'_>, domain: &str) -> Option<(bool, Vec<RecordType>)> {
    let records = config.world.dns.get(domain)?;
    Some((records.fails, records.records.keys().copied().collect()))
}

/// How an address is written.
fn shape(address: &str) -> (bool, bool, bool, bool, bool, bool, u8) {
    let (user, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let has = |ch: char| user.contains(ch);
    let is_special = ["postmaster", "mailer-daemon", "double-bounce"].contains(&user.to_ascii_lowercase().as_str());
    let form = match domain {
        "" => 0,
        domain if domain.starts_with('[') => 1,
        domain if domain.ends_with('.') => 2,
        domain if !domain.contains('.') => 3,
        domain if domain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => 4,
        _ => 5,
    };
    (has('@'), has('!'), has('%'), has('"'), user.starts_with('-'), is_special || address.is_empty(), form)
}

/// The keys with which the owners of a sender are looked up
/// (mail_addr_find.c: the whole address, without its extension, the user of a
/// local domain, the domain).
pub(crate) fn owner_keys(config: &Config<'_>, sender: &str) -> Vec<String> {
    let (sender, is_local) = match config.resolve("", sender) {
        Ok(resolved) => (resolved.address.to_ascii_lowercase(), resolved.class == Class::Local),
        Err(_) => (sender.to_ascii_lowercase(), false),
    };
    let Some((user, domain)) = sender.rsplit_once('@') else { return vec![sender] };
    let plain = user.split('+').next().unwrap_or(user);
    let mut keys = vec![sender.clone(), format!("{plain}@{domain}"), format!("@{domain}")];
    if is_local {
        keys.extend([user.to_owned(), plain.to_owned()]);
    }
    keys
}

/// The keys with which tables are asked for an address
/// (smtpd_check.c, check_mail_access; mail_addr_find.c).
fn keys(address: &str) -> Vec<(String, bool)> {
    let address = address.to_ascii_lowercase();
    if address.is_empty() {
        return vec![("<>".to_owned(), false)];
    }
    let Some((user, domain)) = address.rsplit_once('@') else { return vec![(address, false)] };
    let plain = user.split('+').next().unwrap_or(user);
    let has_extension = plain != user;
    let mut keys = vec![(address.clone(), false)];
    keys.extend(has_extension.then(|| (format!("{plain}@{domain}"), false)));
    keys.push((user.to_owned(), true));
    keys.extend(has_extension.then(|| (plain.to_owned(), true)));
    keys.push((format!("@{domain}"), true));
    keys.extend(parents(domain).into_iter().map(|(key, _)| (key, true)));
    keys.push((format!("{user}@"), true));
    keys.extend(has_extension.then(|| (format!("{plain}@"), true)));
    keys
}
