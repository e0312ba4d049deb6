//! Which entries differ between two configurations, and whom they concern.
//!
//! Where nothing but entries of lists differs, a session can only go another
//! way if one of these entries answers it. That leaves few clients to follow.

use crate::candidates::Universe;
use crate::walk::merged;
use postproof_model::{LISTS, Tree};
use postproof_sim::{Config, Crowd, EntryInfo, Explorer, Status, play};
use std::collections::{BTreeMap, BTreeSet};

/// Ways that one entry is followed to find whom it concerns; past it, everybody.
const MAX_WAYS_OF_ENTRY: usize = 4_000;

/// Entries of one list that are put side by side; past it all count as other.
const MAX_ALIGNED: usize = 2_000;

/// Parameters that other programs read and smtpd does not.
const OF_OTHERS: &[&str] = &["smtp_", "lmtp_", "qmgr_", "bounce_", "queue_", "deliver_", "postscreen_", "tlsproxy_"];

/// How an entry came to differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edit {
    /// Only the first configuration has it.
    Removed,
    /// Only the second has it.
    Added,
    /// Both have it, at another place among the others.
    Moved,
}

impl Edit {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Edit::Removed => "removed",
            Edit::Added => "added",
            Edit::Moved => "moved",
        }
    }
}

/// An entry of a list or class that differs.
#[derive(Clone, Debug)]
pub struct Edited {
    /// What happened to it.
    pub edit: Edit,
    /// 0: as the first configuration has it; 1: as the second has it.
    pub side: usize,
    /// The entry.
    pub entry: EntryInfo,
}

/// An entry with the `warn_if_reject` before it.
struct Unit {
    entry: EntryInfo,
    is_warned: bool,
}

impl Unit {
    fn key(&self) -> (bool, String, Option<&str>) {
        (self.is_warned, self.entry.word.to_ascii_lowercase(), self.entry.argument.as_deref())
    }
}

/// The entries that differ, list by list.
pub(super) fn edited(configs: [&Config<'_>; 2]) -> Vec<Edited> {
    let [old, new] = configs.map(units);
    let owners: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut found = Vec::new();
    for owner in owners {
        let sides = [&old, &new].map(|units| units.get(owner).map(Vec::as_slice).unwrap_or_default());
        found.extend(aligned(sides));
    }
    found
}

fn units(config: &Config<'_>) -> BTreeMap<String, Vec<Unit>> {
    let mut lists: BTreeMap<String, Vec<Unit>> = BTreeMap::new();
    let mut warned: BTreeSet<String> = BTreeSet::new();
    for entry in config.entries() {
        let owner = entry.owner.to_string();
        if entry.word.eq_ignore_ascii_case("warn_if_reject") {
            warned.insert(owner);
            continue;
        }
        let is_warned = warned.remove(&owner);
        lists.entry(owner).or_default().push(Unit { entry, is_warned });
    }
    lists
}

/// The entries of two forms of a list that are not in the longest part that
/// both have in the same order.
fn aligned([old, new]: [&[Unit]; 2]) -> Vec<Edited> {
    let [old_keys, new_keys] = [old, new].map(|units| units.iter().map(Unit::key).collect::<Vec<_>>());
    let same = if old.len().max(new.len()) > MAX_ALIGNED { Vec::new() } else { common(&old_keys, &new_keys) };
    let rest = |units: &[Unit], side: usize, taken: &dyn Fn(&(usize, usize)) -> usize| -> Vec<Edited> {
        let taken: BTreeSet<usize> = same.iter().map(taken).collect();
        let others = units.iter().enumerate().filter(|(at, _)| !taken.contains(at));
        let edit = if side == 0 { Edit::Removed } else { Edit::Added };
        others.map(|(_, unit)| Edited { edit, side, entry: unit.entry.clone() }).collect()
    };
    let mut gone = rest(old, 0, &|(at, _)| *at);
    let mut come = rest(new, 1, &|(_, at)| *at);
    for one in &mut gone {
        let is_it = |other: &&mut Edited| {
            other.edit == Edit::Added
                && other.entry.word.eq_ignore_ascii_case(&one.entry.word)
                && other.entry.argument == one.entry.argument
        };
        if let Some(other) = come.iter_mut().find(is_it) {
            one.edit = Edit::Moved;
            other.edit = Edit::Moved;
        }
    }
    gone.extend(come);
    gone
}

/// The longest common subsequence, as pairs of places.
fn common<T: PartialEq>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let mut longest = vec![0u32; (old.len() + 1) * width];
    let get = |longest: &[u32], at: usize, to: usize| longest.get(at * width + to).copied().unwrap_or_default();
    for (at, one) in old.iter().enumerate().rev() {
        for (to, other) in new.iter().enumerate().rev() {
            let best = if one == other {
                get(&longest, at + 1, to + 1) + 1
            } else {
                get(&longest, at + 1, to).max(get(&longest, at, to + 1))
            };
            if let Some(cell) = longest.get_mut(at * width + to) {
                *cell = best;
            }
        }
    }
    let (mut at, mut to, mut pairs) = (0, 0, Vec::new());
    while let (Some(one), Some(other)) = (old.get(at), new.get(to)) {
        if one == other {
            pairs.push((at, to));
            (at, to) = (at + 1, to + 1);
        } else if get(&longest, at + 1, to) >= get(&longest, at, to + 1) {
            at += 1;
        } else {
            to += 1;
        }
    }
    pairs
}

/// Whether nothing that smtpd reads differs but entries of lists.
pub(super) fn only_lists_differ(configs: [&Config<'_>; 2], edited: &[Edited]) -> bool {
    let [old, new] = configs;
    let is_list = |name: &str| LISTS.iter().any(|(list, _)| *list == name);
    if edited.iter().any(|one| !is_list(&one.entry.owner)) {
        return false;
    }
    let target = |config: &Config<'_>| (config.model.target.postfix.value, config.model.target.level.value);
    // Without a list of its own, an old level has another in its place.
    let has_relay_list = |config: &Config<'_>| config.model.is_set(config.scope(), "smtpd_relay_restrictions");
    target(old) == target(new)
        && has_relay_list(old) == has_relay_list(new)
        && old.start_up_fault().is_none()
        && new.start_up_fault().is_none()
        && !differing_params(configs)
            .iter()
            .any(|name| !is_list(name) && !OF_OTHERS.iter().any(|start| name.starts_with(start)))
        && tables(old) == tables(new)
}

/// The names of parameters whose effective text differs.
pub(super) fn differing_params(configs: [&Config<'_>; 2]) -> Vec<String> {
    let mut names: BTreeSet<&str> = postproof_catalog::params().iter().map(|param| param.name).collect();
    for config in configs {
        names.extend(config.model.main.keys().map(String::as_str));
        if let Some(service) = config.model.services.iter().find(|service| service.id == config.service) {
            names.extend(service.overrides.iter().map(|option| option.name.as_str()));
        }
    }
    let [old, new] = configs;
    let differs = |name: &&str| old.model.text(old.scope(), name) != new.model.text(new.scope(), name);
    names.into_iter().filter(differs).map(str::to_owned).collect()
}

/// The lines of all tables that were given, by name.
fn tables<'m>(config: &Config<'m>) -> BTreeMap<&'m str, Vec<&'m str>> {
    let tables = config.model.parts.iter().filter_map(|part| match &part.tree {
        Tree::Table(table) => {
            let lines = table.tree.lines.iter().map(|(line, _)| line).collect();
            Some((part.part.name.as_deref().unwrap_or_default(), lines))
        }
        Tree::Main(_) | Tree::Master(_) | Tree::Dovecot(_) | Tree::None => None,
    });
    tables.collect()
}

/// The clients whom an entry answers anything, of all.
pub(super) fn concerned<'c>(
    configs: [&'c Config<'c>; 2],
    explorer: &Explorer<'_>,
    universe: &Universe,
    edited: &[Edited],
) -> Vec<Crowd> {
    let all = Crowd::all(&universe.candidates);
    let mut crowds = Vec::new();
    for one in edited {
        let Some(config) = configs.get(one.side).copied() else { continue };
        let id = one.entry.id;
        // An entry that only warns shows without its warning whom it concerns.
        let tops: BTreeSet<u32> = config
            .entries()
            .iter()
            .filter(|entry| LISTS.iter().any(|(list, _)| **list == *entry.owner))
            .map(|entry| entry.id)
            .collect();
        let skips = |_: u8, other: u32| other != id && tops.contains(&other);
        let run = |who: &mut postproof_sim::Who<'_>| {
            who.turn_to_side(one.side as u8);
            let outcome = play(config, who);
            let acts = |(met, status): &(u32, Status)| *met == id && *status != Status::Dunno;
            outcome.visited.iter().any(acts) || outcome.marked.contains(&id)
        };
        let mut found = Vec::new();
        let explored = explorer.explore(&all, Some(&skips), MAX_WAYS_OF_ENTRY, &run, &mut |path| {
            if path.outcome {
                found.push(path.left);
            }
            true
        });
        if explored.is_cut {
            return vec![all];
        }
        crowds.extend(merged(found));
    }
    merged(crowds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_in_order_is_common() {
        assert_eq!(common(&["a", "b", "c"], &["b", "c", "a"]), [(1, 0), (2, 1)]);
        assert_eq!(common(&["a", "b"], &["a", "x", "b"]), [(0, 0), (1, 2)]);
        assert_eq!(common::<&str>(&[], &["a"]), []);
    }
}
