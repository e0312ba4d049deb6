//! The addresses among which all kinds are, before those that are alike become one.

use super::{EXISTING_USER, FOREIGN_DOMAIN, FOREIGN_HOST, Lens, Own};
use crate::candidates::lens::class;
use crate::limits::{Limit, MAX_POOL};
use crate::strings::{Automata, Reached, Read, Reads, Segment};
use crate::vocabulary::Role;
use postproof_sim::{Class, Config};
use std::collections::{BTreeSet, HashSet};

/// Addresses, each once.
pub(super) struct Pool<'p, 'l, 'c> {
    lens: &'p Lens<'l, 'c>,
    own: &'p Own,
    roles: &'p [Role],
    /// The user that no table lists.
    unlisted: &'static str,
    pub(super) addresses: Vec<String>,
    known: HashSet<String>,
    pub(super) limits: BTreeSet<Limit>,
}

/// The parts of which addresses are put together, of one configuration.
struct Parts {
    automata: Automata,
    /// Local parts, each with the state behind its `@`; the text is as the client writes it.
    locals: Vec<Reached>,
    /// Local parts of which only own domains tell anything.
    at_home: HashSet<String>,
    /// Names of domains of different kinds.
    domains: Vec<String>,
}

impl<'p, 'l, 'c> Pool<'p, 'l, 'c> {
    pub(super) fn new(lens: &'p Lens<'l, 'c>, own: &'p Own, roles: &'p [Role], unlisted: &'static str) -> Self {
        Self { lens, own, roles, unlisted, addresses: Vec::new(), known: HashSet::new(), limits: BTreeSet::new() }
    }

    /// Adds an address, unless the pool is full.
    pub(super) fn add(&mut self, address: String) {
        if self.addresses.len() >= MAX_POOL {
            self.limits.insert(Limit::Pool);
        } else if self.known.insert(address.clone()) {
            self.addresses.push(address);
        }
    }

    /// Adds addresses of every kind.
    pub(super) fn fill(&mut self) {
        let (users, domains) = (self.users(), self.domains());
        for config in self.lens.configs {
            if self.combine(config, &users, &domains).is_none() {
                self.limits.insert(Limit::Patterns);
            }
        }
        self.whole_keys();
        self.forms();
        self.rewritten();
    }

    /// Addresses whose pieces tables put into other addresses, with a foreign domain and an
    /// own one for each piece: alone, and their users at every own domain.
    fn rewritten(&mut self) {
        let own = self.own.received().next().cloned().unwrap_or_default();
        let mut texts = vec!["someone".to_owned(), FOREIGN_DOMAIN.to_owned(), FOREIGN_ADDRESS.to_owned(), own.clone()];
        texts.extend(own.split_once('.').map(|(_, above)| above.to_owned()));
        texts.retain(|text| !text.is_empty());
        let lens = self.lens;
        let samples = |texts: &[String]| -> BTreeSet<String> {
            let tables = lens.words.asked(self.roles).filter(|asked| asked.has_patterns());
            let of =
                |table: &str| lens.configs.iter().flat_map(|config| config.samples(table, texts)).collect::<Vec<_>>();
            tables.flat_map(|asked| of(&asked.table)).collect()
        };
        let first = samples(&texts);
        // What one table hands on may be a piece of what another one takes apart.
        let handed_on: BTreeSet<String> = first.iter().flat_map(|sample| ends_of_user(sample)).collect();
        texts.extend(handed_on.iter().take(MAX_HANDED_ON).cloned());
        let all = if handed_on.is_empty() { first } else { samples(&texts) };
        let own_domains: Vec<String> = self.own.received().take(MAX_CROSSED).cloned().collect();
        for sample in all {
            if let Some((user, _)) = sample.rsplit_once('@') {
                for domain in &own_domains {
                    self.add(format!("{user}@{domain}"));
                }
            }
            self.add(sample);
        }
        self.extended(&handed_on);
    }

    /// Users whose extension is what tables take apart.
    fn extended(&mut self, handed_on: &BTreeSet<String>) {
        let Some(sign) = self.lens.configs.first().and_then(|config| config.delimiters().chars().next()) else {
            return;
        };
        let keys: Vec<String> = self.keys().filter(|key| key.contains('@')).take(MAX_USERS).collect();
        for text in handed_on.iter().take(MAX_HANDED_ON) {
            for (user, domain) in keys.iter().filter_map(|key| key.split_once('@')) {
                if !user.is_empty() && !domain.is_empty() {
                    self.add(format!("{user}{sign}{text}@{domain}"));
                }
            }
        }
    }

    /// The keys of all tables that are asked, in small letters.
    fn keys(&self) -> impl Iterator<Item = String> + use<'p, 'l> {
        self.lens.words.keys(self.roles).map(|(key, _)| key.to_ascii_lowercase())
    }

    /// Users that tables name by themselves, the system has, or nobody has.
    fn users(&self) -> Vec<String> {
        let mut users: Vec<String> = vec![self.unlisted.to_owned(), EXISTING_USER.to_owned(), "postmaster".to_owned()];
        for config in self.lens.configs {
            users.extend(config.world.users.iter().cloned());
        }
        for key in self.keys() {
            match key.split_once('@') {
                Some((user, _)) => users.push(user.to_owned()),
                None if key.contains(['.', '*', '/', ' ', '<']) => {}
                None => users.push(key),
            }
        }
        let mut seen = HashSet::new();
        users.retain(|user| !user.is_empty() && seen.insert(user.clone()));
        users
    }

    /// Domains that lists and tables name, those below them, and others.
    fn domains(&self) -> Vec<String> {
        let words = self.lens.words;
        let mut domains: Vec<String> = Vec::new();
        let own = words.domains.iter().chain(&words.perhaps_own).chain(self.own.received()).chain(self.own.sent());
        domains.extend(own.map(|name| name.trim_start_matches('.').to_owned()));
        for key in self.keys() {
            let domain = key.rsplit_once('@').map_or(key.as_str(), |(_, domain)| domain);
            domains.push(domain.trim_start_matches('.').to_owned());
        }
        for config in self.lens.configs {
            let is_domain =
                |name: &&String| !name.starts_with(|ch: char| ch.is_ascii_digit() || ch == '*' || ch == '_');
            domains.extend(config.world.dns.keys().filter(is_domain).take(super::super::MAX_DNS_NAMES).cloned());
        }
        domains.extend(self.own.open.iter().map(|(_, _, example)| example.clone()));
        domains.push(FOREIGN_DOMAIN.to_owned());
        domains.push(FOREIGN_HOST.to_owned());
        let mut seen = HashSet::new();
        domains
            .retain(|name| !name.is_empty() && !name.contains(['*', '/', ' ', '<', '@']) && seen.insert(name.clone()));
        domains
    }

    /// The automata of every table that is asked for addresses, and of the lists of own domains.
    fn automata(&mut self, config: &Config<'_>) -> Automata {
        let lens = self.lens;
        let asked = lens.words.asked(self.roles).map(|asked| (Reads::Whole, asked.table.clone(), asked.role));
        let own = lens.words.own_tables.iter().map(|(_, table)| (Reads::Domain, table.clone(), Role::Listing));
        let tables: Vec<Read> = asked.chain(own).collect();
        let delimiters = config.delimiters();
        let segments = [
            Segment::Local(delimiters.clone()),
            Segment::Extended(delimiters),
            Segment::Routed,
            Segment::Quoted,
            Segment::Labels,
            Segment::Last,
        ];
        let automata = Automata::of(config, &tables, &|role, answer| lens.alike(role, answer), &segments, &lens.steps);
        if automata.is_open {
            self.limits.extend(tables.iter().map(|(_, table, _)| Limit::Table(table.clone())));
        }
        automata
    }

    /// Every local part with every domain, of one configuration; nothing past a limit.
    fn combine(&mut self, config: &Config<'_>, users: &[String], domains: &[String]) -> Option<()> {
        let mut automata = self.automata(config);
        let (locals, at_home) = self.locals(config, &mut automata, users)?;
        let mut parts = Parts { automata, locals, at_home, domains: Vec::new() };
        self.keep_kinds(config, domains, &mut parts)?;
        let domains = parts.domains.clone();
        for domain in &domains {
            self.with_domain(config, &mut parts, domain)?;
        }
        if parts.automata.is_empty() {
            return Some(());
        }
        self.elsewhere(&mut parts)?;
        self.below(&mut parts, &domains)
    }

    /// Local parts: users of different kinds, and one of every syntax for each state.
    /// Also those of which only own domains tell anything.
    fn locals(
        &mut self,
        config: &Config<'_>,
        automata: &mut Automata,
        users: &[String],
    ) -> Option<(Vec<Reached>, HashSet<String>)> {
        let mut locals: Vec<Reached> = Vec::new();
        let mut at_home: HashSet<String> = HashSet::new();
        let access = [Role::Sender, Role::Recipient, Role::Owners];
        let access: Vec<Role> = self.roles.iter().copied().filter(|role| access.contains(role)).collect();
        let nobody = self.lens.of_user(config, self.unlisted, &access);
        let mut seen: HashSet<(u32, Option<u64>)> = HashSet::new();
        let start = [automata.start()];
        for user in users {
            let state = automata.after(0, user)?;
            // What tables have for the user, wherever it is.
            let digest = self.lens.of_user(config, user, self.roles);
            if seen.insert((state, Some(digest))) {
                let is_usual = USUAL.contains(&user.as_str());
                let is_nobody = *user == self.unlisted;
                let is_at_home = is_usual || self.lens.of_user(config, user, &access) == nobody;
                if locals.len() > MAX_USERS {
                    self.limits.insert(Limit::Pool);
                    break;
                }
                for (at, local) in with_tags(config, user).take(if is_usual { 1 } else { 2 }).enumerate() {
                    if is_at_home && !(is_nobody && at == 0) {
                        at_home.insert(local.clone());
                    }
                    let state = automata.after(0, &local)?;
                    locals.push((automata.enter_domain(state)?, local));
                }
            }
        }
        let delimiters = config.delimiters();
        for segment in
            [Segment::Local(delimiters.clone()), Segment::Extended(delimiters), Segment::Routed, Segment::Quoted]
        {
            if automata.is_empty() {
                break;
            }
            for (state, text) in automata.spread(&start, segment.clone())? {
                let text = if segment == Segment::Quoted { in_quotes(&text) } else { text };
                if segment == Segment::Quoted || segment == Segment::Routed || seen.insert((state, None)) {
                    locals.push((automata.enter_domain(state)?, text));
                }
            }
        }
        Some((locals, at_home))
    }

    /// Of the domains one for each kind: what lists and tables have of the domain itself,
    /// and what its letters do with every state in which a local part leaves the patterns.
    fn keep_kinds(&self, config: &Config<'_>, domains: &[String], parts: &mut Parts) -> Option<()> {
        let mut states: Vec<u32> = parts.locals.iter().map(|(state, _)| *state).collect();
        states.sort_unstable();
        states.dedup();
        let mut seen = HashSet::new();
        for name in domains {
            for name in [name.clone(), format!("sub.{name}")] {
                let ends: Option<Vec<Vec<u32>>> = states
                    .iter()
                    .map(|state| parts.automata.after(*state, &name).map(|end| parts.automata.ends(end)))
                    .collect();
                let relation = (self.own.has(&name), self.own.names(&name));
                let is_name = self.lens.words.own_names.contains(&name);
                let digest = self.lens.of_domain(config, &name, self.roles);
                let has_dot = name.contains('.');
                if seen.insert((ends?, relation, is_name, digest, has_dot)) {
                    parts.domains.push(name);
                }
            }
        }
        Some(())
    }

    /// Every local part at one domain; of those that the patterns answer alike one of
    /// each user.
    fn with_domain(&mut self, config: &Config<'_>, parts: &mut Parts, domain: &str) -> Option<()> {
        let is_foreign = self.is_plainly_foreign(config, domain);
        let mut seen: HashSet<(Vec<u32>, bool, bool)> = HashSet::new();
        for (state, local) in &parts.locals.clone() {
            // Who exists matters where the server looks for users.
            if is_foreign && parts.at_home.contains(local) {
                continue;
            }
            let end = parts.automata.after(*state, domain)?;
            let is_word = local.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            let kind = (parts.automata.ends(end), local.contains(['%', '!', '"']), is_word);
            // Users of tables are kinds of their own.
            if is_word || seen.insert(kind) {
                self.add(format!("{local}@{domain}"));
            }
        }
        if !is_foreign {
            // A sender leads nowhere: one form is enough to see that it is routed.
            let forms = if self.roles.contains(&Role::Sender) { 1 } else { 4 };
            routed(domain).into_iter().take(forms).for_each(|address| self.add(address));
        }
        Some(())
    }

    /// Whether the server has nothing to do with a domain.
    fn is_plainly_foreign(&self, config: &Config<'_>, domain: &str) -> bool {
        let (class, ..) = class(config, &format!("{}@{domain}", self.unlisted));
        class == Class::Default as u8 && !self.own.has(domain)
    }

    /// Every local part at any domain that nothing names.
    fn elsewhere(&mut self, parts: &mut Parts) -> Option<()> {
        let locals = parts.locals.clone();
        for (at, _) in by_state(&locals) {
            let from = [locals.get(at)?.clone()].map(|(state, local)| (state, format!("{local}@")));
            let labels = parts.automata.spread(&from, Segment::Labels)?;
            let mut ends = parts.automata.spread(&labels, Segment::Last)?;
            ends.extend(parts.automata.spread(&from, Segment::Last)?);
            let mut seen = HashSet::new();
            for (end, address) in ends {
                if seen.insert(parts.automata.ends(end)) {
                    self.add(address);
                }
            }
        }
        Some(())
    }

    /// Every local part at names below those that something names.
    fn below(&mut self, parts: &mut Parts, domains: &[String]) -> Option<()> {
        let locals: Vec<Reached> = parts.locals.iter().map(|(state, local)| (*state, format!("{local}@"))).collect();
        let labels = parts.automata.spread(&locals, Segment::Labels)?;
        for domain in domains {
            let mut seen = HashSet::new();
            for (state, head) in &labels {
                let end = parts.automata.after(*state, domain)?;
                if seen.insert(parts.automata.ends(end)) {
                    self.add(format!("{head}{domain}"));
                }
            }
        }
        Some(())
    }

    /// Whole addresses that tables name, with extensions and routes.
    fn whole_keys(&mut self) {
        let delimiter = self.lens.configs.first().map(|config| config.delimiters()).unwrap_or_default();
        let delimiter = delimiter.chars().next().unwrap_or('+');
        for key in self.keys() {
            let Some((user, domain)) =
                key.split_once('@').filter(|(user, domain)| !user.is_empty() && !domain.is_empty())
            else {
                continue;
            };
            self.add(format!("{user}@{domain}"));
            self.add(format!("{user}{delimiter}tag@{domain}"));
            for address in routed_user(user, domain) {
                self.add(address);
            }
        }
    }

    /// Forms in which an address can be written, and in which one can be hidden.
    fn forms(&mut self) {
        let other = FOREIGN_DOMAIN;
        let own: Vec<String> = self.lens.words.domains.iter().take(8).cloned().collect();
        for address in [
            "someone".to_owned(),
            format!("someone@{FOREIGN_HOST}"),
            "someone@[203.0.113.77]".to_owned(),
            "someone@203.0.113.77".to_owned(),
            format!("{other}!someone"),
            format!("someone%{other}"),
            format!("-someone@{other}"),
            format!("someone@{other}."),
        ] {
            self.add(address);
        }
        for domain in own.iter().map(|domain| domain.trim_start_matches('.')) {
            self.add(format!("@{domain}:someone@{other}"));
            self.add(format!("-{}@{domain}", self.unlisted));
            self.add(format!("{}@{domain}.", self.unlisted));
        }
    }
}

/// A local part as a client writes it that needs quotes.
fn in_quotes(local: &str) -> String {
    let escaped = local.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

/// The ends of the local part of an address that has a domain in it, each behind a sign.
fn ends_of_user(address: &str) -> Vec<String> {
    let user = address.rsplit_once('@').map_or(address, |(user, _)| user);
    let is_sign = |ch: char| ch.is_ascii() && !ch.is_ascii_alphanumeric() && ch != '.';
    let ends = user.match_indices(is_sign).filter_map(|(at, _)| user.get(at + 1..));
    let leads_away = |end: &&str| end.contains(FOREIGN_DOMAIN) && end.contains(is_sign);
    ends.filter(leads_away).map(str::to_owned).collect()
}

/// An address of nobody's own, as a domain.
const FOREIGN_ADDRESS: &str = "203.0.113.77";

/// Pieces of addresses that are tried as what a table hands on to another.
const MAX_HANDED_ON: usize = 6;

/// Own domains at which users of samples are tried.
const MAX_CROSSED: usize = 40;

/// Users of different kinds that are tried.
const MAX_USERS: usize = 1_000;

/// Users that every server has, or that none has.
const USUAL: [&str; 2] = [EXISTING_USER, "postmaster"];

/// A user, and the same with an extension.
fn with_tags(config: &Config<'_>, user: &str) -> impl Iterator<Item = String> + use<> {
    let delimiter = config.delimiters().chars().next();
    std::iter::once(user.to_owned()).chain(delimiter.map(|sign| format!("{user}{sign}tag")))
}

/// One place for each state.
fn by_state(locals: &[Reached]) -> Vec<(usize, u32)> {
    let mut seen = HashSet::new();
    let places = locals.iter().enumerate().map(|(at, (state, _))| (at, *state));
    places.filter(|(_, state)| seen.insert(*state)).collect()
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
