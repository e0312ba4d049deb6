//! Below which registered domains the names lie that tables answer alike: few, then the
//! configuration names them; many, then anybody can have one.

use super::{Automata, Reached, Segment};
use postproof_catalog::suffix::{is_public_suffix, suffixes};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Registered domains that count as named by the configuration. A pattern that lists more
/// names nobody in particular.
pub(crate) const MAX_NAMED: usize = 2_000;

/// Suffixes that a pattern lists; one that takes more names none.
const MAX_SUFFIXES: usize = 24;

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
                if *count <= MAX_SUFFIXES + 1 {
                    found.push((suffix.to_owned(), ends));
                }
            };
            for suffix in &suffixes {
                let end = automata.after(*tuple, suffix)?;
                add(suffix, automata.ends(end));
            }
            // The list's default rule: a last label that nobody lists. No outsider has a name
            // below one that is not delegated, so that only those count that are spelled out.
            let last = walks(automata, *tuple, &Segment::Last, &mut |automata, end| {
                let ends = automata.ends(end);
                Some(ends.iter().any(|one| *one != 0).then_some(end))
            })?;
            if !last.is_wild {
                for (label, end) in last.found.into_iter().filter(|(label, _)| !is_public_suffix(label)) {
                    add(&label, automata.ends(end));
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
        let mut wild: Vec<String> = Vec::new();
        for (from, _) in &self.boundaries {
            let labels = walks(automata, *from, &Segment::Label, &mut |automata, tuple| {
                let over = automata.step(tuple, b'.')?;
                Some(targets.contains_key(&over).then_some(over))
            })?;
            for (label, tuple) in labels.found {
                let suffixes = targets.get(&tuple).map(Vec::as_slice).unwrap_or_default();
                let names = suffixes.iter().map(|suffix| format!("{label}.{suffix}"));
                match labels.is_wild || suffixes.len() > MAX_SUFFIXES {
                    true => wild.extend(names),
                    false => found.extend(names),
                }
                if wild.len() > MAX_NAMED || found.len() > MAX_NAMED {
                    break;
                }
            }
        }
        if found.len() > MAX_NAMED {
            return None;
        }
        if !wild.is_empty() {
            wild.sort_by_key(|name| (rank(name), name.len()));
            wild.dedup();
            return Some(Below::Many(wild));
        }
        Some(Below::Few(found))
    }
}

fn rank(name: &str) -> usize {
    let is_below = |suffix: &&str| name.strip_suffix(*suffix).is_some_and(|rest| rest.ends_with('.'));
    PREFERRED.iter().position(is_below).unwrap_or(PREFERRED.len())
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

/// Strings of a segment that lead from a tuple to an end.
struct Walks {
    found: Vec<(String, u32)>,
    /// Whether any of them passes a place where many bytes lead on alike: then the text
    /// of the patterns does not spell it out.
    is_wild: bool,
}

/// Bytes that lead on alike where nobody spelled one out.
const WILD: usize = 5;

/// Strings that lead from a tuple to where `end` wants it; nothing past a limit.
fn walks(
    automata: &mut Automata,
    from: u32,
    segment: &Segment,
    end: &mut dyn FnMut(&mut Automata, u32) -> Option<Option<u32>>,
) -> Option<Walks> {
    let start = (from, segment.start());
    let mut nodes = vec![start];
    let mut numbers: HashMap<(u32, u8), usize> = HashMap::from([(start, 0)]);
    let mut edges: Vec<Vec<(u8, usize)>> = Vec::new();
    let mut ends: Vec<Option<u32>> = Vec::new();
    while let Some((tuple, state)) = nodes.get(edges.len()).copied() {
        let mut out = Vec::new();
        for byte in (b'a'..=b'z').chain(b'0'..=b'9').chain([b'-', b'_']) {
            let Some(next) = segment.step(state, byte) else { continue };
            let to = (automata.step(tuple, byte)?, next);
            let number = *numbers.entry(to).or_insert(nodes.len());
            if number == nodes.len() {
                nodes.push(to);
            }
            out.push((byte, number));
        }
        edges.push(out);
        ends.push(if segment.is_end(state) { end(automata, tuple)? } else { None });
        if nodes.len() > super::MAX_TUPLES {
            return None;
        }
    }
    Some(along(&edges, &ends))
}

/// Strings along edges from node 0 to nodes with an end, of at most [`MAX_LABEL`] bytes:
/// all, or more than [`MAX_NAMED`].
fn along(edges: &[Vec<(u8, usize)>], ends: &[Option<u32>]) -> Walks {
    let distance = distances(edges, ends);
    let is_near =
        |node: usize, length: usize| distance.get(node).is_some_and(|left| left.saturating_add(length) <= MAX_LABEL);
    let mut walks = Walks { found: Vec::new(), is_wild: false };
    let mut text: Vec<u8> = Vec::new();
    // Nodes on the way, each with the next of its edges to take.
    let mut way: Vec<(usize, usize)> = if is_near(0, 0) { vec![(0, 0)] } else { Vec::new() };
    while let Some((node, next)) = way.last_mut() {
        let out = edges.get(*node).map(Vec::as_slice).unwrap_or_default();
        if *next == 0 {
            let alike = |to: usize| out.iter().filter(|(_, other)| *other == to).count();
            walks.is_wild |= out.iter().any(|(_, to)| is_near(*to, way_length(&text)) && alike(*to) > WILD);
            if let Some(Some(end)) = ends.get(*node) {
                walks.found.push((String::from_utf8_lossy(&text).into_owned(), *end));
                if walks.found.len() > MAX_NAMED {
                    return walks;
                }
            }
        }
        let edge = out.get(*next).copied();
        *next += 1;
        match edge {
            Some((byte, to)) if is_near(to, text.len() + 1) => {
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
    walks
}

fn way_length(text: &[u8]) -> usize {
    text.len() + 1
}

/// How many bytes each node is from the nearest end.
fn distances(edges: &[Vec<(u8, usize)>], ends: &[Option<u32>]) -> Vec<usize> {
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
    distance
}
