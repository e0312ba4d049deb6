//! All clients there can be, as a small number of candidates for each fact of
//! the session.
//!
//! Whatever a client does, there is a candidate that every list and table of
//! the configuration answers in the same way: candidates are made from the words
//! of the configuration, from what is unlike all of them, and from the forms
//! in which names and addresses can be written. Of candidates that all tables
//! answer alike, one stays.

mod address;
mod client;
mod mail;
mod name;

use crate::vocabulary::{Asked, Contents, Partner, Role, Vocabulary};
use postproof_sim::{Candidates, Config, Finding, Session, Var};
use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

pub(crate) use mail::{EXISTING_USER, FOREIGN_DOMAIN, FOREIGN_HOST, NOBODY, class, owner_keys};

/// Candidates of one fact; past it clients may be missing.
pub const MAX_CANDIDATES: usize = 400;

/// Names of known DNS data that are taken as candidates.
pub(crate) const MAX_DNS_NAMES: usize = 40;

/// Whether anybody can be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Standing {
    /// A client can choose it, or there are clients everywhere that are so.
    Free,
    /// The configuration names it: only particular clients are so.
    Named,
}

/// One value of one fact.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) session: Session,
    pub(crate) standing: Standing,
}

/// What was found for one service of a host, for its others.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) contents: Contents,
    mail: RefCell<Vec<(MailKey, [Vec<Candidate>; 2])>>,
}

/// What decides the candidates for senders and recipients: parameters, tables
/// that are asked for addresses, own domains and names.
type MailKey = (Rc<str>, Vec<(Role, String)>, Vec<String>, Vec<String>);

impl Known {
    fn mail(&self, config: &Config<'_>, words: &Vocabulary<'_>) -> [Vec<Candidate>; 2] {
        let roles = [Role::Sender, Role::Recipient, Role::Owners, Role::Listed];
        let tables = words.asked(&roles).map(|asked| (asked.role, asked.table.clone())).collect();
        let key = (config.param("strict_rfc821_envelopes"), tables, words.domains.clone(), words.own_names.clone());
        if let Some((_, found)) = self.mail.borrow().iter().find(|(known, _)| *known == key) {
            return found.clone();
        }
        let found = [mail::senders(config, words), mail::recipients(config, words)];
        self.mail.borrow_mut().push((key, found.clone()));
        found
    }
}

/// All clients.
#[derive(Debug)]
pub struct Universe {
    /// The candidates of each fact.
    pub candidates: Candidates,
    /// Whether a limit was reached: there may be clients that no candidate stands for.
    pub is_cut: bool,
    standing: [Vec<Standing>; 7],
}

impl Universe {
    /// All clients of one service, with the words of several configurations of it.
    pub fn of(configs: &[&Config<'_>]) -> Self {
        let words = Vocabulary::of_all(configs);
        Self::with(configs, &words, &Known::default())
    }

    /// All clients of one service with these words, where something is known of
    /// other services with the same addresses.
    pub(crate) fn with(configs: &[&Config<'_>], words: &Vocabulary<'_>, known: &Known) -> Self {
        let mut lists: [Vec<Candidate>; 7] = Default::default();
        let mut is_cut = words.is_cut;
        for config in configs {
            let [senders, recipients] = match configs.len() {
                1 => known.mail(config, words),
                _ => [mail::senders(config, words), mail::recipients(config, words)],
            };
            let more = [
                address::candidates(config, words, &mut is_cut),
                name::candidates(config, words),
                client::helo(config, words),
                client::tls(words),
                client::login(words),
                senders,
                recipients,
            ];
            for (list, more) in lists.iter_mut().zip(more) {
                let known = list.len();
                for one in more {
                    if !list.iter().take(known).any(|known| known.session == one.session) {
                        list.push(one);
                    }
                }
            }
        }
        for list in &mut lists {
            is_cut |= list.len() > MAX_CANDIDATES;
            list.truncate(MAX_CANDIDATES);
        }
        let standing = lists.each_ref().map(|list| list.iter().map(|one| one.standing).collect());
        let values = lists.map(|list| list.into_iter().map(|one| one.session).collect());
        Self { candidates: Candidates { values }, is_cut, standing }
    }

    /// Whether any client can be like this candidate.
    pub(crate) fn is_free(&self, var: Var, at: usize) -> bool {
        self.standing.get(var as usize).and_then(|list| list.get(at)) == Some(&Standing::Free)
    }

    /// One candidate.
    pub(crate) fn get(&self, var: Var, at: usize) -> Option<&Session> {
        self.candidates.values.get(var as usize)?.get(at)
    }
}

/// A digest of what the tables of some roles answer to the keys that smtpd
/// asks for one thing, in order: two things of the same digest are alike.
pub(crate) fn answers(config: &Config<'_>, words: &Vocabulary, roles: &[Role], keys: &[(String, bool)]) -> u64 {
    let mut hasher = DefaultHasher::new();
    let own: &dyn Partner = config;
    for asked in words.asked(roles) {
        // Alone, a configuration is no partner of itself.
        if words.partners.is_empty() {
            found(own, asked, keys, false).hash(&mut hasher);
        }
        for partner in &words.partners {
            found(*partner, asked, keys, true).hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// With which of the keys a table is found to have what, as far as it counts; in a
/// comparison more does.
fn found(config: &dyn Partner, asked: &Asked, keys: &[(String, bool)], is_compared: bool) -> Option<(usize, String)> {
    let found = config.finding(&asked.table, keys).map(|(at, finding)| match finding {
        Finding::Text(value) => (at.min(1), kind(asked.role, &value, is_compared)),
        Finding::Temporary | Finding::Broken => (0, "fails".to_owned()),
        Finding::Unknown(_) => (0, "unknown".to_owned()),
        Finding::No | Finding::Yes | Finding::Case(_) => (0, String::new()),
    });
    // Of an access table only what is found counts, not with which key.
    match asked.role {
        Role::Listed | Role::Owners => found,
        Role::Client
        | Role::ReverseName
        | Role::Helo
        | Role::Sender
        | Role::Recipient
        | Role::Login
        | Role::Certificate => found.map(|(_, kind)| (0, kind)),
    }
}

/// What a value means, as far as sessions are told apart by it.
fn kind(role: Role, value: &str, is_compared: bool) -> String {
    match role {
        Role::Listed => String::new(),
        Role::Owners => value.to_owned(),
        Role::Client
        | Role::ReverseName
        | Role::Helo
        | Role::Sender
        | Role::Recipient
        | Role::Login
        | Role::Certificate
            if is_compared =>
        {
            exact_action(value)
        }
        Role::Client
        | Role::ReverseName
        | Role::Helo
        | Role::Sender
        | Role::Recipient
        | Role::Login
        | Role::Certificate => action(value),
    }
}

/// An access(5) result without what only people read: with its enhanced code, or
/// with what it does to the message.
fn exact_action(value: &str) -> String {
    let word = action(value);
    let mut rest = value.trim_start().splitn(2, [' ', '\t']);
    let rest = rest.nth(1).unwrap_or_default().trim_start();
    match word.as_str() {
        "FILTER" | "REDIRECT" | "BCC" | "PREPEND" => format!("{word} {rest}"),
        _ => {
            let first = rest.split_whitespace().next().unwrap_or_default();
            let is_dsn = first.starts_with(['4', '5']) && first.split('.').count() == 3;
            if is_dsn { format!("{word} {first}") } else { word }
        }
    }
}

/// An access(5) result without its text.
fn action(value: &str) -> String {
    let word = value.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let is_code = word.len() == 3 && word.starts_with(['4', '5']) && word.bytes().all(|byte| byte.is_ascii_digit());
    match word.as_str() {
        "OK" | "RELAY" => "OK".to_owned(),
        "REJECT" | "DEFER" | "DEFER_IF_PERMIT" | "DEFER_IF_REJECT" | "DISCARD" | "DUNNO" | "HOLD" | "WARN" | "INFO"
        | "FILTER" | "REDIRECT" | "BCC" | "PREPEND" | "HANGUP" => word,
        _ if is_code => word,
        _ => value.to_owned(),
    }
}

/// A name and its parents, as tables are asked for them: with and without the
/// leading dot, whichever `parent_domain_matches_subdomains` chooses.
pub(crate) fn parents(name: &str) -> Vec<(String, bool)> {
    let mut keys = vec![(name.to_owned(), false)];
    let mut rest = name;
    while let Some((_, parent)) = rest.split_once('.') {
        if parent.is_empty() {
            break;
        }
        keys.push((format!(".{parent}"), true));
        keys.push((parent.to_owned(), true));
        rest = parent;
    }
    keys
}
