//! Which strings a configuration tells apart: all tables of patterns that are asked for
//! one fact, run side by side.
//!
//! A state is the tuple of the states of all their automata. Following every byte from
//! every tuple, breadth first, meets each tuple that some string leads to, with a
//! shortest one; two strings with the same tuple get the same answer from every table,
//! and an answer that no tuple has is had by no string. What the syntax of a fact allows
//! (the local part of an address, the labels of a name) is one more automaton beside
//! them, a [`Segment`]. Reaching a limit gives nothing, never less.

mod registered;
mod segments;
#[cfg(test)]
mod tests;

pub(crate) use registered::{Below, Registered, below};
pub(crate) use segments::Segment;

use crate::vocabulary::Role;
use postproof_sim::{Alphabet, Config, Machine, Steps, Template};
use std::collections::HashMap;
use std::rc::Rc;

/// Tuples that are told apart for one fact. Real servers need some hundred; past it the
/// candidates may lack a client.
const MAX_TUPLES: usize = 30_000;

/// Which part of a mail address a table is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    /// All of it.
    Whole,
    /// What follows the last `@`.
    Domain,
}

/// A table, the part of an address that it reads, and for what it is asked.
pub(crate) type Read = (Reads, String, Role);

/// Automata that run side by side.
#[derive(Debug)]
pub(crate) struct Automata {
    machines: Vec<(Reads, Machine)>,
    alphabet: Alphabet,
    /// One byte for each class, those first that read best.
    bytes: Vec<u8>,
    steps: Steps,
    tuples: Vec<Rc<[u32]>>,
    numbers: HashMap<Rc<[u32]>, u32>,
    edges: Vec<Vec<Option<u32>>>,
    /// Whether tables are asked in a way that no automaton follows.
    pub(crate) is_open: bool,
}

/// A tuple with a string that leads to it.
pub(crate) type Reached = (u32, String);

impl Automata {
    /// The automata of tables, each with what it reads; `alike` makes equal what are equal answers.
    pub(crate) fn of(
        config: &Config<'_>,
        tables: &[Read],
        alike: &dyn Fn(Role, &Template) -> Template,
        segments: &[Segment],
        steps: &Steps,
    ) -> Self {
        let mut all = Self {
            machines: Vec::new(),
            alphabet: Alphabet::default(),
            bytes: Vec::new(),
            steps: steps.clone(),
            tuples: Vec::new(),
            numbers: HashMap::new(),
            edges: Vec::new(),
            is_open: false,
        };
        for (reads, table, role) in tables {
            let found = config.machines(table, &|answer| alike(*role, answer));
            all.is_open |= found.is_open;
            all.machines.extend(found.machines.into_iter().map(|machine| (*reads, machine)));
        }
        for (_, machine) in &all.machines {
            machine.divide(&mut all.alphabet);
        }
        segments.iter().for_each(|segment| segment.divide(&mut all.alphabet));
        all.bytes = representatives(&all.alphabet);
        let machines = all.machines.iter().map(|(_, machine)| machine.start());
        let start: Rc<[u32]> = std::iter::once(0).chain(machines).collect();
        all.number(start);
        all
    }

    /// Whether there are no patterns at all: every string is like every other.
    pub(crate) fn is_empty(&self) -> bool {
        self.machines.is_empty()
    }

    /// Before any byte.
    pub(crate) fn start(&self) -> Reached {
        (0, String::new())
    }

    /// Behind a text.
    pub(crate) fn after(&mut self, tuple: u32, text: &str) -> Option<u32> {
        text.bytes().try_fold(tuple, |tuple, byte| self.step(tuple, byte))
    }

    /// Behind the `@` of an address, before its domain.
    pub(crate) fn enter_domain(&mut self, tuple: u32) -> Option<u32> {
        let from = self.tuples.get(tuple as usize).cloned()?;
        let mut next: Vec<u32> = vec![1];
        for ((reads, machine), state) in self.machines.iter_mut().zip(from.iter().skip(1)) {
            next.push(match reads {
                Reads::Whole => machine.step(*state, b'@', &self.alphabet, &self.steps)?,
                Reads::Domain => machine.start(),
            });
        }
        self.number(next.into())
    }

    /// The answers of all tables if the string ends here, by number.
    pub(crate) fn ends(&mut self, tuple: u32) -> Vec<u32> {
        let Some(states) = self.tuples.get(tuple as usize).cloned() else { return Vec::new() };
        self.machines.iter_mut().zip(states.iter().skip(1)).map(|((_, machine), state)| machine.end(*state)).collect()
    }

    /// All tuples that strings of a segment lead to from some; nothing past a limit.
    pub(crate) fn spread(&mut self, from: &[Reached], segment: Segment) -> Option<Vec<Reached>> {
        let mut search = Search::default();
        for (at, (tuple, _)) in from.iter().enumerate() {
            search.meet((*tuple, segment.start()), None, u32::try_from(at).ok()?);
        }
        let mut found: Vec<Reached> = Vec::new();
        let mut known: HashMap<u32, ()> = HashMap::new();
        let mut at = 0;
        while let Some((tuple, state)) = search.nodes.get(at).map(|node| node.at) {
            if segment.is_end(state) && known.insert(tuple, ()).is_none() {
                found.push((tuple, search.text(at, from)));
            }
            for byte in self.bytes.clone() {
                let Some(next) = segment.step(state, byte) else { continue };
                let tuple = self.step(tuple, byte)?;
                search.meet((tuple, next), Some(byte), u32::try_from(at).ok()?);
            }
            at += 1;
            if search.nodes.len() > MAX_TUPLES {
                return None;
            }
        }
        Some(found)
    }

    fn step(&mut self, tuple: u32, byte: u8) -> Option<u32> {
        let class = usize::from(self.alphabet.class_of(byte));
        if let Some(Some(known)) = self.edges.get(tuple as usize).and_then(|edges| edges.get(class)) {
            return self.steps.take(1).then_some(*known);
        }
        let from = self.tuples.get(tuple as usize).cloned()?;
        let in_domain = from.first().copied().unwrap_or_default();
        let mut next: Vec<u32> = vec![in_domain];
        for ((reads, machine), state) in self.machines.iter_mut().zip(from.iter().skip(1)) {
            let waits = *reads == Reads::Domain && in_domain == 0;
            next.push(if waits { *state } else { machine.step(*state, byte, &self.alphabet, &self.steps)? });
        }
        let next = self.number(next.into())?;
        let edges = self.edges.get_mut(tuple as usize)?;
        if edges.len() <= class {
            edges.resize(self.alphabet.len(), None);
        }
        *edges.get_mut(class)? = Some(next);
        Some(next)
    }

    fn number(&mut self, tuple: Rc<[u32]>) -> Option<u32> {
        if let Some(known) = self.numbers.get(&tuple) {
            return Some(*known);
        }
        if self.tuples.len() > MAX_TUPLES {
            return None;
        }
        let number = u32::try_from(self.tuples.len()).ok()?;
        self.numbers.insert(Rc::clone(&tuple), number);
        self.tuples.push(tuple);
        self.edges.push(Vec::new());
        Some(number)
    }
}

/// A search with the way back to where it began.
#[derive(Default)]
struct Search {
    nodes: Vec<Node>,
    seen: HashMap<(u32, u8), ()>,
}

struct Node {
    at: (u32, u8),
    /// The byte that led here; nothing: one of those at which the search began.
    byte: Option<u8>,
    before: u32,
}

impl Search {
    fn meet(&mut self, at: (u32, u8), byte: Option<u8>, before: u32) {
        if self.seen.insert(at, ()).is_none() {
            self.nodes.push(Node { at, byte, before });
        }
    }

    /// The string that led to a node.
    fn text(&self, at: usize, from: &[Reached]) -> String {
        let mut bytes = Vec::new();
        let mut node = self.nodes.get(at);
        let mut head = "";
        while let Some(known) = node {
            match known.byte {
                Some(byte) => {
                    bytes.push(byte);
                    node = self.nodes.get(known.before as usize);
                }
                None => {
                    head = from.get(known.before as usize).map_or("", |(_, text)| text.as_str());
                    break;
                }
            }
        }
        bytes.reverse();
        format!("{head}{}", String::from_utf8_lossy(&bytes))
    }
}

/// One byte for each class, letters first.
fn representatives(alphabet: &Alphabet) -> Vec<u8> {
    let letters = (b'a'..=b'z').chain(b'0'..=b'9').chain([b'-', b'.', b'_', b'=', b'+']);
    let mut seen = vec![false; alphabet.len()];
    let mut bytes = Vec::new();
    for byte in letters.chain(0x21..=0x7e).chain([b' ', segments::UTF8[0], segments::UTF8[1]]) {
        if let Some(seen) = seen.get_mut(usize::from(alphabet.class_of(byte))).filter(|seen| !**seen) {
            *seen = true;
            bytes.push(byte);
        }
    }
    bytes
}
