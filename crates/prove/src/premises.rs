//! What the words of a claim say of the world, where the world does not tell.
//!
//! «A stranger» is in no table of `mynetworks`, «a foreign domain» in no table of
//! own domains, «a recipient that does not exist» in no table of users, and an own
//! domain has a user. Where such a table was not given, a claim is decided in worlds that answer so, and in
//! no others; whatever else is not known stays open and becomes a condition.
//! A table that restrictions ask as well is not answered for: what they would find
//! in it is more than the claim says.

use crate::candidates::{EXISTING_USER, FOREIGN_DOMAIN, FOREIGN_HOST, NOBODY};
use crate::vocabulary::{LISTED, Vocabulary};
use postproof_diag::{SourceText, Text, text};
use postproof_model::{Model, Scope, words};
use postproof_sim::{Config, OWN_DOMAINS, Usual, World};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Lists whose members are no strangers.
const KNOWN_CLIENTS: &[&str] = &["mynetworks", "relay_clientcerts"];

/// Tables that list users.
const USERS: &[&str] = &["virtual_alias_maps", "local_recipient_maps", "virtual_mailbox_maps", "relay_recipient_maps"];

/// Which domains the tables of own domains are taken to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Domains {
    /// The made-up ones alone: all others are foreign, but for what the text says.
    MadeUp,
    /// Besides these, all that tables of senders and recipients know, in this one of
    /// the [`Premises::lists`]; perhaps those that the text calls own.
    AllIn(usize),
    /// As [`Domains::AllIn`] the first, whoever asks: to tell candidates apart, not
    /// to decide.
    Apart,
}

/// What else the words of a claim settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// Nothing.
    Clients,
    /// The sender is not the login's.
    Logins,
    /// The recipient does not exist.
    Recipients,
}

/// A list with tables or files that may hold own domains, and a domain that stands
/// for those in it.
#[derive(Clone, Debug)]
struct OwnList {
    members: Vec<String>,
    /// What stands for the domains in it that the text does not show.
    domain: String,
}

/// The tables and files about which claims say something.
#[derive(Clone, Debug, Default)]
pub(crate) struct Premises {
    own: Vec<OwnList>,
    /// Those tables of own domains that restrictions ask as well.
    shared: BTreeSet<String>,
    /// Domains that the text calls own.
    named: BTreeSet<String>,
    /// Domains that tables of senders and recipients know.
    met: BTreeSet<String>,
    /// Domains of one word, and the last words of all others.
    words: BTreeSet<String>,
    clients: BTreeSet<String>,
    owners: BTreeSet<String>,
    listed: BTreeSet<String>,
    users: BTreeSet<String>,
    /// Whether the tables of clients have every stranger, and not none.
    trusts: bool,
}

impl Premises {
    /// The same where the tables of clients that were not given have every stranger.
    pub(crate) fn trusting(&self, trusts: bool) -> Self {
        Self { trusts, ..self.clone() }
    }

    /// Whether tables of owners were not given.
    pub(crate) fn has_owners(&self) -> bool {
        !self.owners.is_empty()
    }

    /// The tables and files that list clients who are no strangers.
    pub(crate) fn clients(&self) -> impl Iterator<Item = &String> {
        self.clients.iter()
    }

    /// What claims say of the tables of a service.
    pub(crate) fn of(config: &Config<'_>) -> Self {
        let (model, scope) = (config.model, config.scope());
        let of = |params: &[&'static str]| -> BTreeSet<String> {
            params.iter().flat_map(|param| members(model, scope, param)).collect()
        };
        let mut all = Self {
            own: own_lists(model, scope),
            shared: BTreeSet::new(),
            named: BTreeSet::new(),
            met: BTreeSet::new(),
            words: BTreeSet::new(),
            clients: of(KNOWN_CLIENTS),
            owners: of(&["smtpd_sender_login_maps"]),
            listed: of(LISTED).into_iter().chain(of(&["alias_maps"])).collect(),
            users: of(USERS),
            trusts: false,
        };
        // What was given answers for itself.
        for list in &mut all.own {
            list.members.retain(|member| is_unread(config, member));
        }
        all.own.retain(|list| !list.members.is_empty());
        for members in [&mut all.clients, &mut all.owners] {
            members.retain(|member| is_unread(config, member));
        }
        let words = Vocabulary::of(config);
        let is_shared = |member: &String| words.access.contains(member);
        for list in &mut all.own {
            list.members.sort_by_key(is_shared);
        }
        let lists = all.own.iter().flat_map(|list| &list.members);
        all.shared = lists.filter(|member| is_shared(member)).cloned().collect();
        for members in [&mut all.clients, &mut all.owners, &mut all.listed, &mut all.users] {
            members.retain(|member| !is_shared(member));
        }
        all.met = words.perhaps_own;
        all.named = words.domains.into_iter().filter(|domain| !MADE_UP.contains(&domain.as_str())).collect();
        let last = |domain: &str| domain.rsplit('.').next().unwrap_or(domain).to_owned();
        let known = all.met.iter().chain(&all.named).map(String::as_str);
        all.words = known.chain([FOREIGN_DOMAIN, FOREIGN_HOST]).map(last).collect();
        all
    }

    /// The lists of own domains that hold what the text does not show.
    pub(crate) fn lists(&self) -> usize {
        self.own.len()
    }

    /// A world that answers as the words of a claim have it.
    pub(crate) fn world(&self, world: &World, domains: Domains, about: About) -> World {
        World { usual: Some(Arc::new(self.usual(world, domains, about).silent())), ..world.clone() }
    }

    /// The same that notes what it answered.
    pub(crate) fn noting_world(&self, world: &World, domains: Domains, about: About) -> World {
        World { usual: Some(Arc::new(self.usual(world, domains, about))), ..world.clone() }
    }

    fn usual(&self, world: &World, domains: Domains, about: About) -> Usual {
        let (premises, before) = (self.clone(), world.usual.clone());
        Usual::new(move |question| {
            let known = before.as_ref().and_then(|before| before.answer(question));
            known.or_else(|| premises.answer(question, domains, about).map(str::to_owned))
        })
    }

    fn answer(&self, question: &str, domains: Domains, about: About) -> Option<&'static str> {
        let user = |members| question.strip_prefix("users:").or_else(|| key_of(question, members));
        if about == About::Recipients && user(&self.listed).is_some_and(is_nobody) {
            return Some("none");
        }
        if user(&self.users).is_some_and(|key| user_of(key) == EXISTING_USER) {
            return Some("yes");
        }
        if about == About::Logins && key_of(question, &self.owners).is_some() {
            return Some("none");
        }
        match self.own.iter().find_map(|list| key_of(question, &list.members)) {
            Some(key) if self.is_user(question, key) => None,
            Some(_) if domains != Domains::Apart && key_of(question, &self.shared).is_some() => None,
            Some(key) => self.is_own(question, key, domains).map(|is_so| if is_so { "yes" } else { "none" }),
            None => key_of(question, &self.clients).map(|_| if self.trusts { "yes" } else { "none" }),
        }
    }

    /// The place that a question asks, and the key.
    fn parts<'q>(&self, question: &'q str) -> Option<(&'q str, &'q str)> {
        let tables = [&self.clients, &self.owners, &self.listed, &self.users].into_iter().flatten();
        let key = question.strip_prefix("users:");
        let key = key.or_else(|| key_of(question, tables.chain(self.own.iter().flat_map(|list| &list.members))))?;
        Some((question.get(..question.len() - key.len() - 1)?, key))
    }

    /// Whether a table of own domains, which lists users as well, is asked for a user.
    fn is_user(&self, question: &str, key: &str) -> bool {
        let is_word = |key: &str| !key.contains(['.', '[', ']']) && !self.words.contains(key);
        key.contains('@') || (is_word(key) && key_of(question, &self.listed).is_some())
    }

    /// Whether a table of own domains has a domain; nothing where that stays open.
    fn is_own(&self, question: &str, domain: &str, domains: Domains) -> Option<bool> {
        // `.example.com` stands for what is below (match_ops.c, match_hostname).
        let domain = domain.trim_start_matches('.');
        // Of several tables of one list the first has it.
        let is_asked = |list: &OwnList| key_of(question, list.members.get(..1).unwrap_or_default()).is_some();
        if let Some(made_up) = self.own.iter().find(|list| list.domain == domain) {
            return Some(is_asked(made_up));
        }
        let is_met = self.met.contains(domain) && !domain.ends_with(FOREIGN_DOMAIN);
        match domains {
            Domains::MadeUp => Some(false),
            Domains::AllIn(_) | Domains::Apart if self.named.contains(domain) => None,
            Domains::AllIn(at) => Some(is_met && self.own.get(at).is_some_and(is_asked)),
            Domains::Apart => Some(is_met && self.own.first().is_some_and(is_asked)),
        }
    }
}

/// Whether a table or file was not read.
fn is_unread(config: &Config<'_>, place: &str) -> bool {
    match place.strip_prefix("file:") {
        Some(path) => {
            let is_given = config.model.parts.iter().any(|part| part.part.name.as_deref() == Some(path));
            !is_given && !config.world.has_no_file(path)
        }
        None => config.is_unread(place),
    }
}

/// The key that a question asks one of these tables or files for.
fn key_of<'q, 'm>(question: &'q str, members: impl IntoIterator<Item = &'m String>) -> Option<&'q str> {
    members.into_iter().find_map(|member| question.strip_prefix(member.as_str())?.strip_prefix(':'))
}

/// Whether a key stands for a user that does not exist.
fn is_nobody(key: &str) -> bool {
    // With an extension it is nobody too.
    user_of(key).is_empty() || user_of(key).starts_with(NOBODY)
}

fn user_of(key: &str) -> &str {
    key.split_once('@').map_or(key, |(user, _)| user)
}

/// Domains that stand for those of a list, in the order of [`OWN_DOMAINS`].
const MADE_UP: [&str; 4] =
    ["local-domain.example", "mailbox-domain.example", "relay-domain.example", "alias-domain.example"];

fn own_lists(model: &Model, scope: Scope) -> Vec<OwnList> {
    let list = |(param, domain): (&&'static str, &str)| {
        let members: Vec<String> = members(model, scope, param).into_iter().collect();
        (!members.is_empty()).then(|| OwnList { members, domain: domain.to_owned() })
    };
    OWN_DOMAINS.iter().zip(MADE_UP).filter_map(list).collect()
}

/// The domains that stand for what the text does not show of the lists of own
/// domains.
pub(crate) fn made_up_domains(config: &Config<'_>) -> Vec<String> {
    let (model, scope) = (config.model, config.scope());
    let is_open = |(param, _): &(&&'static str, &str)| {
        members(model, scope, param).iter().any(|member| is_unread(config, member))
    };
    OWN_DOMAINS.iter().zip(MADE_UP).filter(is_open).map(|(_, domain)| domain.to_owned()).collect()
}

/// The tables and files in the list of a parameter, as questions name them; what
/// takes something out of the list is none.
fn members(model: &Model, scope: Scope, param: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Some(value) = model.value(scope, param) {
        add_members(&value.text, &mut found);
    }
    found
}

/// Tables and files of one list for which claims speak; nobody writes as many.
/// What is left out stays open.
const MAX_MEMBERS: usize = 100;

/// Adds the tables and files that a list names.
pub(crate) fn add_members(list: &SourceText, found: &mut BTreeSet<String>) {
    for word in words(list) {
        if found.len() >= MAX_MEMBERS {
            return;
        }
        let word = word.text.as_str();
        if word.starts_with('/') {
            found.insert(format!("file:{word}"));
            continue;
        }
        let table = bare(word);
        match table.split_once(':') {
            _ if table.starts_with(['!', '[']) => {}
            Some(("unionmap" | "pipemap", inner)) => {
                let inner = inner.trim_start_matches('{').trim_end_matches('}');
                add_members(&SourceText::unplaced(inner), found);
            }
            Some((kind, _)) if kind.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                found.insert(table.to_owned());
            }
            Some(_) | None => {}
        }
    }
}

/// The name of a table as questions have it.
fn bare(table: &str) -> &str {
    let mut table = table;
    while let Some(inner) = table.strip_prefix("proxy:") {
        table = inner;
    }
    table
}

/// What the words of a claim say of one table, file, or of the system's users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Premise {
    /// As questions name it: `pgsql:/etc/postfix/domains.cf`, `file:/etc/postfix/domains`, `users`.
    pub place: String,
    /// What it has, or has not.
    pub keys: Vec<String>,
    /// Whether it has them.
    pub has_them: bool,
}

impl Premise {
    /// As a clause.
    pub fn text(&self) -> Text {
        let keys: Vec<String> = self.keys.iter().map(|key| format!("`{key}`")).collect();
        let (keys, place) = (keys.join(", "), self.place.strip_prefix("file:").unwrap_or(&self.place));
        match (self.place == "users", self.has_them) {
            (true, true) => text!("the system has the user {keys}", "시스템에 {keys} 사용자가 있음"),
            (true, false) => text!("the system has no user {keys}", "시스템에 {keys} 사용자가 없음"),
            (false, true) => text!("`{place}` has an entry for {keys}", "`{place}` 안에 {keys} 항목이 있음"),
            (false, false) => text!("`{place}` has no entry for {keys}", "`{place}` 안에 {keys} 항목이 없음"),
        }
    }
}

/// The questions that were answered as the words of the claim have it, place by place.
pub(crate) fn taken(answers: &BTreeMap<String, String>, premises: &Premises) -> Vec<Premise> {
    let mut found: Vec<Premise> = Vec::new();
    for (question, answer) in answers {
        let Some((place, key)) = premises.parts(question) else { continue };
        let has_them = answer != "none";
        match found.iter_mut().find(|one| one.place == place && one.has_them == has_them) {
            Some(known) => known.keys.push(key.to_owned()),
            None => found.push(Premise { place: place.to_owned(), keys: vec![key.to_owned()], has_them }),
        }
    }
    found
}
