//! Names of clients: verified, forged, missing.

use super::{Candidate, Found, Lens, Standing};
use crate::limits::{Limit, MAX_POOL};
use crate::strings::{Automata, Below, Read, Reads, Registered, Segment};
use crate::vocabulary::Role;
use postproof_catalog::suffix::{is_public_suffix, registrable};
use postproof_sim::{NameStatus, Session};
use std::collections::BTreeSet;

/// A name that nobody names, in a domain that nobody names.
const UNKNOWN_NAME: &str = "mail.stranger.example";

/// Tables that are asked for names.
const ROLES: [Role; 3] = [Role::Client, Role::ReverseName, Role::Listing];

/// One candidate for each kind of name.
pub(super) fn candidates(lens: &Lens<'_, '_>) -> Found {
    let mut found = Found {
        list: vec![
            candidate(None, None, NameStatus::Permanent, Standing::Free),
            candidate(Some(UNKNOWN_NAME), Some(UNKNOWN_NAME), NameStatus::Ok, Standing::Free),
            candidate(None, Some(UNKNOWN_NAME), NameStatus::Forged, Standing::Free),
            candidate(None, None, NameStatus::Temporary, Standing::Free),
        ],
        limits: BTreeSet::new(),
    };
    if lens.configs.iter().all(|config| config.param("smtpd_peername_lookup").eq_ignore_ascii_case("no")) {
        found.list.truncate(1);
        return found;
    }
    let mut names = Names { lens, pool: Vec::new(), named: BTreeSet::new(), limits: BTreeSet::new() };
    names.of_words();
    names.of_patterns();
    let mut seen: BTreeSet<(Standing, u64)> = BTreeSet::from([(Standing::Free, lens.of_name(UNKNOWN_NAME))]);
    for name in &names.pool {
        let standing = names.standing(name);
        if seen.insert((standing, lens.of_name(name))) {
            found.list.push(candidate(Some(name), Some(name), NameStatus::Ok, standing));
            // Anybody can let an address of his own point to any name.
            found.list.push(candidate(None, Some(name), NameStatus::Forged, Standing::Free));
        }
    }
    found.limits.extend(names.limits);
    found
}

struct Names<'n, 'l, 'c> {
    lens: &'n Lens<'l, 'c>,
    /// Names, those first that are shown rather.
    pool: Vec<String>,
    /// Registered domains that the configuration names.
    named: BTreeSet<String>,
    limits: BTreeSet<Limit>,
}

impl Names<'_, '_, '_> {
    /// Whether names like this one are anybody's: in the domain of a witness, which
    /// everybody can register, or below one that the configuration names.
    fn standing(&self, name: &str) -> Standing {
        let last = name.rsplit('.').next().unwrap_or(name);
        // No outsider has a name below a domain that is not delegated.
        if !is_public_suffix(last) {
            return Standing::Named;
        }
        match registrable(name) {
            Some(domain) if self.named.contains(domain) => Standing::Named,
            Some(_) => Standing::Free,
            // Nobody's whole name is a public suffix.
            None => Standing::Named,
        }
    }

    /// Names that tables, lists and the known DNS data spell out.
    fn of_words(&mut self) {
        let words = self.lens.words;
        let keys = words.keys(&ROLES).map(|(key, _)| key.as_str());
        let listed = words.named.iter().map(|(_, name)| name.as_str());
        let written: BTreeSet<String> =
            keys.chain(listed).filter(|key| is_name(key)).map(str::to_ascii_lowercase).collect();
        for key in &written {
            let bare = key.trim_start_matches('.');
            self.named.extend(registrable(bare).map(str::to_owned));
            self.pool.extend((!key.starts_with('.')).then(|| bare.to_owned()));
            self.pool.push(format!("host.{bare}"));
        }
        for config in self.lens.configs {
            let is_host = |name: &&String| is_name(name) && !name.starts_with(|ch: char| ch.is_ascii_digit());
            for name in config.world.dns.keys().filter(is_host).take(super::MAX_DNS_NAMES) {
                self.named.extend(registrable(name).map(str::to_owned));
                self.pool.push(name.clone());
            }
        }
    }

    /// Names for each combination of patterns, anywhere and below each written name.
    fn of_patterns(&mut self) {
        let lens = self.lens;
        for config in lens.configs {
            let tables: Vec<Read> =
                lens.words.asked(&ROLES).map(|asked| (Reads::Whole, asked.table.clone(), asked.role)).collect();
            let segments = [Segment::Labels, Segment::Label, Segment::Last];
            let mut automata =
                Automata::of(config, &tables, &|role, answer| lens.alike(role, answer), &segments, &lens.steps);
            if automata.is_empty() {
                continue;
            }
            if automata.is_open {
                self.limits.extend(tables.iter().map(|(_, table, _)| Limit::Table(table.clone())));
            }
            if self.follow(&mut automata).is_none() {
                self.limits.insert(Limit::Patterns);
            }
        }
    }

    fn follow(&mut self, automata: &mut Automata) -> Option<()> {
        let start = [automata.start()];
        let registered = Registered::of(automata, &start)?;
        let vectors: Vec<Vec<u32>> = registered.vectors().into_iter().cloned().collect();
        let mut many = Vec::new();
        for vector in vectors {
            match registered.below(automata, &|ends| ends == vector)? {
                Below::Many(some) => many.push(some),
                Below::Few(domains) => {
                    self.pool.extend(domains.iter().cloned());
                    self.named.extend(domains);
                }
            }
        }
        for some in many {
            match some.iter().find(|name| !self.named.contains(*name)) {
                Some(free) => {
                    self.pool.push(free.clone());
                    self.pool.push(format!("host.{free}"));
                }
                None => drop(self.limits.insert(Limit::Patterns)),
            }
        }
        let below = automata.spread(&start, Segment::Labels)?;
        let mut froms = vec![automata.start()];
        froms.extend(below);
        let written: BTreeSet<String> = self.pool.iter().cloned().collect();
        let mut seen: BTreeSet<(String, Vec<u32>)> = BTreeSet::new();
        for name in written.iter().map(|name| name.strip_prefix("host.").unwrap_or(name)) {
            for (tuple, text) in &froms {
                let end = automata.after(*tuple, name)?;
                if seen.insert((name.to_owned(), automata.ends(end))) {
                    self.pool.push(format!("{text}{name}"));
                }
                if self.pool.len() > MAX_POOL {
                    self.limits.insert(Limit::Pool);
                    return Some(());
                }
            }
        }
        Some(())
    }
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
