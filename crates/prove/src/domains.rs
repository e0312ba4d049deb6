//! The domains that a configuration calls its own: a finite list that can be printed.
//!
//! What the lists of own domains match is not all one's own: a top-level domain or another
//! public suffix, `static:all`, a pattern that anybody's domain meets take the mail of
//! strangers. Own are the names that the lists spell out, those that a pattern pins to
//! few registered domains, and everything below them.

use crate::limits::Limit;
use crate::strings::{Automata, Below, Reads, Segment, below};
use crate::vocabulary::{Role, Vocabulary};
use postproof_catalog::suffix::is_public_suffix;
use postproof_sim::{Class, Config, Steps, Template};
use std::collections::BTreeSet;

/// A user that no table names.
const PROBE: &str = "nosuchuser";

/// Own domains of the configurations of one service.
#[derive(Clone, Debug, Default)]
pub(crate) struct Own {
    /// Domains for which the server takes mail.
    receives: BTreeSet<String>,
    /// Registered domains below which patterns take names that they spell out.
    above: BTreeSet<String>,
    /// Domains as which it writes addresses of its own: of `myorigin` and its kin.
    sends: BTreeSet<String>,
    /// Tables of own domains that take domains which nobody listed, each with one of them.
    pub(crate) open: Vec<(&'static str, String, String)>,
}

impl Own {
    /// What these configurations call their own.
    pub(crate) fn of(configs: &[&Config<'_>], words: &Vocabulary, steps: &Steps, limits: &mut BTreeSet<Limit>) -> Self {
        let mut own = Self::default();
        let is_name = |name: &&String| {
            !name.is_empty() && !name.contains(['*', '/', ' ', '[', '@', ':', '$']) && !is_public_suffix(name)
        };
        let plain = |name: &String| name.trim_start_matches('.').to_ascii_lowercase();
        own.receives = words.domains.iter().map(plain).filter(|name| is_name(&name)).collect();
        own.sends = words.own_names.iter().map(plain).filter(|name| is_name(&name)).collect();
        for config in configs {
            for (param, table) in &words.own_tables {
                match pinned(config, table, steps) {
                    Some(Below::Few(names)) => {
                        own.receives.extend(names.iter().cloned());
                        own.above.extend(names);
                    }
                    Some(Below::Many(some)) => {
                        let other = some.iter().find(|name| !own.has(name));
                        own.open.extend(other.map(|example| (*param, table.clone(), example.clone())));
                    }
                    None => {
                        limits.insert(Limit::Patterns);
                    }
                }
            }
        }
        // A name with `!` before it is none of them.
        let is_taken = |config: &&Config<'_>, name: &String| {
            config.resolve("", &format!("{PROBE}@{name}")).map_or(true, |resolved| resolved.class != Class::Default)
        };
        // `localhost` gets a domain added before it is looked for, names below it do not
        // (append_dot_mydomain).
        own.receives.retain(|name| {
            let below = format!("sub.{name}");
            configs.iter().any(|config| is_taken(config, name) || is_taken(config, &below))
        });
        own.open.sort();
        own.open.dedup();
        own
    }

    /// Whether mail for a domain is the server's own business: the domain or one above it
    /// is on the list, or a pattern spells out to whom it belongs.
    pub(crate) fn has(&self, domain: &str) -> bool {
        self.lists(domain) || upwards(domain).any(|name| self.above.contains(name))
    }

    /// Whether the domain or one above it is on the list.
    pub(crate) fn lists(&self, domain: &str) -> bool {
        upwards(domain).any(|name| self.receives.contains(name) || self.sends.contains(name))
    }

    /// Whether the list itself has the domain.
    pub(crate) fn names(&self, domain: &str) -> bool {
        self.receives.contains(domain)
    }

    /// The domains that the server takes mail for.
    pub(crate) fn received(&self) -> impl Iterator<Item = &String> {
        self.receives.iter()
    }

    /// The domains as which the server writes addresses of its own.
    pub(crate) fn sent(&self) -> impl Iterator<Item = &String> {
        self.sends.iter()
    }
}

/// A domain and those above it.
fn upwards(domain: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(domain.trim_end_matches('.'));
    std::iter::from_fn(move || {
        let name = next?;
        next = name.split_once('.').map(|(_, above)| above);
        Some(name)
    })
}

/// The registered domains that a table of patterns takes.
fn pinned(config: &Config<'_>, table: &str, steps: &Steps) -> Option<Below> {
    let alike = |_: Role, _: &Template| Template { text: "found".to_owned(), has_groups: false };
    let tables = [(Reads::Whole, table.to_owned(), Role::Listing)];
    let segments = [Segment::Labels, Segment::Label, Segment::Last];
    let mut automata = Automata::of(config, &tables, &alike, &segments, steps);
    if automata.is_empty() {
        return Some(Below::Few(BTreeSet::new()));
    }
    let start = [automata.start()];
    below(&mut automata, &start, &|ends| ends.iter().any(|end| *end != 0))
}
