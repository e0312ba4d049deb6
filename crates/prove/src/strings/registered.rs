//! Below which registered domains the names lie that tables answer alike: few, then the
//! configuration names them; many, then anybody can have one.

use super::{Automata, Reached, Segment};
use postproof_catalog::suffix::{is_public_suffix, suffixes};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Registered domains that count as named by the configuration. A pattern that lists more
/// names nobody in particular.
pub(crate) const MAX_NAMED: usize = 64;

/// rfc1035, section 2.3.4
const MAX_LABEL: usize = 63;

/// Suffixes that read best in a witness.
const PREFERRED: [&str; 4] = ["example", "com", "net", "org"];

/// The registered domains of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Below {
    /// These.
    Few(BTreeSet<String>),
    /// More than anybody names; some of them, those first that read best.
    Many(Vec<String>),
}

/// Where the labels of names begin, and which suffixes end them how.
pub(crate) struct Registered {
    /// Tuples at which a label may begin.
    boundaries: Vec<Reached>,
    /// By the tuple behind a registered label and its dot: suffixes with the answers of
    /// all tables to a name that ends so.
    landings: HashMap<u32, Vec<(String, Vec<u32>)>>,
}

impl Registered {
    /// Of names that begin at these tuples; nothing past a limit.
    pub(crate) fn of(automata: &mut Automata, from: &[Reached]) -> Option<Self> {
        let behind_labels = automata.spread(from, Segment::Labels)?;
        let suffixes = distinct_suffixes(automata);
        let mut landings: HashMap<u32, Vec<(String, Vec<u32>)>> = HashMap::new();
        for (tuple, _) in &behind_labels {
            let mut known: BTreeMap<Vec<u32>, usize> = BTreeMap::new();
            let mut found = Vec::new();
            let mut add = |suffix: &str, ends: Vec<u32>| {
                let count = known.entry(ends.clone()).or_default();
                *count += 1;
                if *count <= MAX_NAMED + 1 {
                    found.push((suffix.to_owned(), ends));
                }
            };
            for suffix in &suffixes {
                let end = automata.after(*tuple, suffix)?;
                add(suffix, automata.ends(end));
            }
            // The list's default rule: a last label that nobody lists.
            for (end, last) in automata.spread(&[(*tuple, String::new())], Segment::Last)? {
                if !is_public_suffix(&last) {
                    add(&last, automata.ends(end));
                }
            }
            landings.insert(*tuple, found);
        }
        let mut boundaries = from.to_vec();
        let is_new = |one: &Reached| !from.iter().any(|(tuple, _)| *tuple == one.0);
        boundaries.extend(behind_labels.into_iter().filter(is_new));
        Some(Self { boundaries, landings })
    }

    /// Every vector of answers that a registered name or one below it has.
    pub(crate) fn vectors(&self) -> BTreeSet<&Vec<u32>> {
        self.landings.values().flatten().map(|(_, ends)| ends).collect()
    }

    /// The registered domains of the names for which all answers are as wanted; nothing
    /// past a limit.
    pub(crate) fn below(&self, automata: &mut Automata, wanted: &dyn Fn(&[u32]) -> bool) -> Option<Below> {
        let mut targets: HashMap<u32, Vec<&str>> = HashMap::new();
        for (tuple, landings) in &self.landings {
            let suffixes: Vec<&str> =
                landings.iter().filter(|(_, ends)| wanted(ends)).map(|(suffix, _)| suffix.as_str()).collect();
            if !suffixes.is_empty() {
                targets.insert(*tuple, suffixes);
            }
        }
        let mut found: BTreeSet<String> = BTreeSet::new();
        for (from, _) in &self.boundaries {
            for (label, tuple) in labels(automata, *from, &targets)? {
                for suffix in targets.get(&tuple).into_iter().flatten() {
                    found.insert(format!("{label}.{suffix}"));
                    if found.len() > MAX_NAMED {
                        let mut some: Vec<String> = found.into_iter().collect();
                        some.sort_by_key(|name| (rank(name), name.len()));
                        return Some(Below::Many(some));
                    }
                }
            }
        }
        Some(Below::Few(found))
    }
}

fn rank(name: &str) -> usize {
    let is_below = |suffix: &&str| name.strip_suffix(*suffix).is_some_and(|rest| rest.ends_with('.'));
    PREFERRED.iter().position(|suffix| is_below(&suffix)).unwrap_or(PREFERRED.len())
}

/// The registered domains below which names lie that begin at these tuples and have the
/// answers that are wanted; nothing past a limit.
pub(crate) fn below(automata: &mut Automata, from: &[Reached], wanted: &dyn Fn(&[u32]) -> bool) -> Option<Below> {
    Registered::of(automata, from)?.below(automata, wanted)
}

/// Public suffixes, one of each kind that no table tells apart byte by byte.
fn distinct_suffixes(automata: &Automata) -> Vec<&'static str> {
    let mut seen: BTreeSet<Vec<u8>> = BTreeSet::new();
    let plain = suffixes().map(|suffix| suffix.strip_prefix("*.").unwrap_or(suffix));
    let each = PREFERRED.into_iter().chain(plain);
    each.filter(|suffix| seen.insert(suffix.bytes().map(|byte| automata.alphabet.class_of(byte)).collect())).collect()
}

/// Labels that lead from a tuple over their dot to one of the targets: all of them, or
/// one more than anybody names; nothing past a limit.
fn labels(automata: &mut Automata, from: u32, targets: &HashMap<u32, Vec<&str>>) -> Option<Vec<(String, u32)>> {
    let start = (from, Segment::Label.start());
    let mut nodes = vec![start];
    let mut numbers: HashMap<(u32, u8), usize> = HashMap::from([(start, 0)]);
    let mut edges: Vec<Vec<(u8, usize)>> = Vec::new();
    let mut ends: Vec<Option<u32>> = Vec::new();
    while let Some((tuple, state)) = nodes.get(edges.len()).copied() {
        let mut out = Vec::new();
        for byte in (b'a'..=b'z').chain(b'0'..=b'9').chain([b'-', b'_']) {
            let Some(next) = Segment::Label.step(state, byte) else { continue };
            let to = (automata.step(tuple, byte)?, next);
            let number = *numbers.entry(to).or_insert(nodes.len());
            if number == nodes.len() {
                nodes.push(to);
            }
            out.push((byte, number));
        }
        edges.push(out);
        let over = if Segment::Label.is_end(state) { Some(automata.step(tuple, b'.')?) } else { None };
        ends.push(over.filter(|tuple| targets.contains_key(tuple)));
        if nodes.len() > super::MAX_TUPLES {
            return None;
        }
    }
    Some(walks(&edges, &ends))
}

/// Strings along edges from node 0 to nodes with an end, of at most [`MAX_LABEL`] bytes:
/// all, or more than [`MAX_NAMED`].
fn walks(edges: &[Vec<(u8, usize)>], ends: &[Option<u32>]) -> Vec<(String, u32)> {
    let far = usize::MAX;
    let mut distance: Vec<usize> = ends.iter().map(|end| if end.is_some() { 0 } else { far }).collect();
    // Distances shrink until nothing changes; a label is short.
    for _ in 0..MAX_LABEL {
        let mut changed = false;
        for (at, out) in edges.iter().enumerate() {
            let best =
                out.iter().filter_map(|(_, to)| distance.get(*to)).min().map_or(far, |best| best.saturating_add(1));
            if let Some(known) = distance.get_mut(at).filter(|known| **known > best) {
                *known = best;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    let is_near =
        |node: usize, length: usize| distance.get(node).is_some_and(|left| left.saturating_add(length) <= MAX_LABEL);
    let mut found = Vec::new();
    let mut text: Vec<u8> = Vec::new();
    // Nodes on the way, each with the next of its edges to take.
    let mut way: Vec<(usize, usize)> = if is_near(0, 0) { vec![(0, 0)] } else { Vec::new() };
    while let Some((node, next)) = way.last_mut() {
        if *next == 0
            && let Some(Some(end)) = ends.get(*node)
        {
            found.push((String::from_utf8_lossy(&text).into_owned(), *end));
            if found.len() > MAX_NAMED {
                return found;
            }
        }
        let out = edges.get(*node).and_then(|out| out.get(*next)).copied();
        *next += 1;
        match out {
            Some((byte, to)) if is_near(to, way.len()) => {
                text.push(byte);
                way.push((to, 0));
            }
            Some(_) => {}
            None => {
                way.pop();
                text.pop();
            }
        }
    }
    found
}
