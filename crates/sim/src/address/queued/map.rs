//! Mapping an address to one or to many (cleanup_map11.c, cleanup_map1n.c).

use super::find::Entry;
use super::traced::{external, marked_parts, plain};
use super::{Hop, NotQueuedWhy, Play, Stop, Traced, names};
use crate::address::parse::parse_all;
use crate::address::tokens;
use crate::address::{Program, text_of};
use crate::table::{OPEN, unmarked};
use std::collections::BTreeSet;

/// How often a canonical map is asked anew.
// cleanup_map11.c, MAX_RECURSION
const MAX_RECURSION: usize = 10;

impl Play<'_, '_> {
    /// Maps an address until it maps to itself or to nothing. After too many steps
    /// it stays what it is then: only the log says so.
    // cleanup_map11.c, cleanup_map11_internal
    pub(super) fn map_to_one(&self, param: &'static str, address: &mut Traced) -> Result<(), Stop> {
        if self.cleanup.param(param).is_empty() {
            return Ok(());
        }
        for _ in 0..MAX_RECURSION {
            address.text = plain(&external(&address.text));
            let Some(found) = self.map(param, address, self.propagates("canonical"))? else { break };
            let Some(first) = found.into_iter().next() else { break };
            let is_same = self.folded(&first.text) == self.folded(&address.text);
            *address = first;
            if is_same {
                break;
            }
        }
        address.text = plain(&external(&address.text));
        Ok(())
    }

    /// Expands an address until nothing maps any more.
    // cleanup_map1n.c, cleanup_map1n_internal
    pub(super) fn map_to_many(&self, param: &'static str, address: &Traced) -> Result<Vec<Traced>, Stop> {
        let most = self.number("virtual_alias_expansion_limit", 1_000);
        let deepest = self.number("virtual_alias_recursion_limit", 1_000);
        let longest = self.number("virtual_alias_address_length_limit", 1_000);
        let propagates = self.propagates("virtual");
        let refused = |why| Stop::refused(param, why, &address.text);
        let mut all = vec![address.clone()];
        // Addresses that expand to themselves, among others.
        let mut done = BTreeSet::new();
        let mut at = 0;
        while at < all.len() {
            if all.len() > most {
                return Err(refused(NotQueuedWhy::ExpandsTooFar));
            }
            let mut count = 0;
            while let Some(this) = all.get(at).cloned().filter(|this| !done.contains(&self.folded(&this.text))) {
                if count >= deepest {
                    return Err(refused(NotQueuedWhy::NestsTooDeep));
                }
                count += 1;
                let Some(found) = self.map(param, &this, propagates)? else { break };
                for (place, one) in found.into_iter().enumerate() {
                    if one.text.len() > longest {
                        return Err(refused(NotQueuedWhy::TooLong));
                    }
                    let key = self.folded(&one.text);
                    match all.get_mut(at).filter(|_| place == 0) {
                        Some(slot) => *slot = one,
                        None => all.push(one),
                    }
                    if key == self.folded(&this.text) {
                        done.insert(key);
                    }
                }
            }
            at += 1;
        }
        Ok(all)
    }

    /// Whether what a key lacks of an address is added to what it maps to.
    // ext_prop.c
    fn propagates(&self, class: &str) -> bool {
        names(&self.cleanup.param("propagate_unmatched_extensions")).any(|word| word == class)
    }

    /// What an address maps to; nothing if no table has it.
    // mail_addr_map.c, mail_addr_map_opt
    fn map(&self, param: &'static str, address: &Traced, propagates: bool) -> Result<Option<Vec<Traced>>, Stop> {
        let Some(entry) = self.entry_of(param, address)? else { return Ok(None) };
        let extension = if propagates { entry.extension.as_str() } else { "" };
        let value = unmarked(&entry.value);
        let mut found = match value.strip_prefix('@') {
            Some(_) => self.moved(address, &entry, &value, extension)?,
            None => self.replaced(address, &entry, &value, extension)?,
        };
        if found.is_empty() {
            return Err(Stop::refused(param, NotQueuedWhy::LookUpFails, &address.text));
        }
        for new in &mut found {
            if !extension.is_empty() && address.local {
                new.local = true;
                new.brought = true;
            }
            new.via.clone_from(&address.via);
            if new.text != address.text {
                let (table, from) = (entry.table.clone(), address.text.clone());
                new.via.push(Hop { param, table, span: entry.span, from });
            }
        }
        Ok(Some(found))
    }

    /// The value is a domain for the user of the address.
    fn moved(&self, address: &Traced, entry: &Entry, value: &str, extension: &str) -> Result<Vec<Traced>, Stop> {
        let text = &address.text;
        let user = text.rsplit_once('@').map_or(text.as_str(), |(local, _)| local);
        let user = user.strip_suffix(entry.extension.as_str()).unwrap_or(user);
        let found = self.addresses_in(&external(&format!("{user}{value}")), extension)?;
        let marked = address.is_clients() && entry.value.contains(OPEN);
        let of = |text| Traced {
            text,
            local: address.local,
            domain: marked,
            brought: marked || (address.local && address.brought),
            via: Vec::new(),
        };
        Ok(found.into_iter().map(of).collect())
    }

    /// The value is one address or many.
    fn replaced(&self, address: &Traced, entry: &Entry, value: &str, extension: &str) -> Result<Vec<Traced>, Stop> {
        let found = self.addresses_in(value, extension)?;
        let is_marked = address.is_clients() && entry.value.contains(OPEN);
        // The same with the marks, to see where they come to stand.
        let marked = if is_marked { self.addresses_in(&entry.value, "")? } else { Vec::new() };
        let is_same = marked.len() == found.len();
        let of = |(at, text): (usize, String)| {
            let (local, domain) = match marked.get(at).filter(|_| is_same) {
                Some(marked) => marked_parts(marked),
                None => (is_marked, is_marked),
            };
            Traced { text, local, domain, brought: local || domain, via: Vec::new() }
        };
        Ok(found.into_iter().enumerate().map(of).collect())
    }

    /// The addresses in a text, each in full, with an extension added.
    // mail_addr_crunch.c, mail_addr_crunch_opt
    fn addresses_in(&self, text: &str, extension: &str) -> Result<Vec<String>, Stop> {
        let text = if text.is_empty() || text == "<>" { "\"\"" } else { text };
        let settings = self.front.settings(Program::Rewrite);
        let mut found = Vec::new();
        for group in parse_all(text.as_bytes()) {
            // canon_addr.c, canon_addr_external
            let mut tree = tokens::scan(&tokens::external(&group));
            settings.rewrite(&mut tree)?;
            let mut address = plain(&text_of(&tokens::external(&tree)));
            let end = address.rfind('@').unwrap_or(address.len());
            address.insert_str(end, extension);
            found.push(address);
        }
        Ok(found)
    }
}
