//! What a table of patterns answers, as an automaton over the bytes of the key.
//!
//! All patterns of a table run side by side, determinised as they are met: a state
//! says which steps the patterns are in and which of them were found. Which rule
//! answers is read off the state where the key ends, so that negation, `if` blocks and
//! «the first match» are exact. Rules that give the same answer one after the other
//! are one, and what can no longer be the first match is forgotten: without that, a
//! table of n patterns would have 2ⁿ states.

use super::Template;
use super::open::Content;
use super::pattern::{Assert, Set, Step};
use super::regexp::Guarded;
use crate::Config;
use crate::hash::Map;
use std::cell::Cell;
use std::rc::Rc;

/// What following automata may cost, counted in steps so that every machine comes to
/// the same end; shared by all that work on one question.
#[derive(Clone, Debug)]
pub struct Steps(Rc<Cell<u64>>);

impl Steps {
    /// So many steps.
    pub fn new(count: u64) -> Self {
        Self(Rc::new(Cell::new(count)))
    }

    /// Takes steps; false: there are none left.
    pub fn take(&self, count: u64) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(count));
        left >= count
    }

    /// Whether none are left.
    pub fn are_spent(&self) -> bool {
        self.0.get() == 0
    }
}

/// Bytes that no automaton tells apart, as classes.
#[derive(Clone, Debug)]
pub struct Alphabet {
    class: [u8; 256],
    count: usize,
}

impl Default for Alphabet {
    fn default() -> Self {
        Self { class: [0; 256], count: 1 }
    }
}

impl Alphabet {
    /// Tells the bytes for which `is_in` holds apart from the others.
    pub fn divide(&mut self, is_in: &dyn Fn(u8) -> bool) {
        let mut renamed: Map<(u8, bool), u8> = Map::default();
        let mut class = [0; 256];
        for (byte, to) in (0..=u8::MAX).zip(&mut class) {
            let next = renamed.len();
            // 256 bytes have at most 256 classes.
            *to = *renamed.entry((self.class_of(byte), is_in(byte))).or_insert(u8::try_from(next).unwrap_or(u8::MAX));
        }
        self.class = class;
        self.count = renamed.len();
    }

    /// The class of a byte.
    pub fn class_of(&self, byte: u8) -> u8 {
        self.class.get(usize::from(byte)).copied().unwrap_or_default()
    }

    /// How many classes there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none; there always is one.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// A rule as the automaton knows it: patterns by number, each with whether it must
/// be found.
#[derive(Clone, Debug)]
struct Rule {
    tests: Vec<(u32, bool)>,
    /// The number of its answer; those of one run of rules are equal.
    run: u32,
}

/// One table of patterns as an automaton.
#[derive(Debug)]
pub struct Machine {
    steps: Vec<Step>,
    /// For each pattern where its steps begin, and whether a match begins where the key does.
    starts: Vec<(u32, bool)>,
    /// The pattern of each step.
    owners: Vec<u32>,
    rules: Vec<Rule>,
    /// The answers of runs of rules.
    runs: Vec<Option<Template>>,
    sees_words: bool,
    states: Vec<State>,
    known: Map<State, u32>,
    /// By state, then by class of bytes; [`u32::MAX`]: not yet followed.
    edges: Vec<Vec<u32>>,
    /// By state: the run that answers if the key ends there, plus one.
    ends: Vec<Option<u32>>,
}

/// What is known behind a part of the key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    /// Steps that are reached, before assertions are looked at.
    threads: Vec<u32>,
    /// Patterns that were found and still count.
    found: Vec<u64>,
    is_start: bool,
    after_word: bool,
}

const NOT_FOLLOWED: u32 = u32::MAX;

impl Config<'_> {
    /// The automata of the tables of patterns that `type:name` is or is made of. `answer`
    /// says which answers are alike: rules after each other whose answers it makes
    /// equal are one.
    pub fn machines(&self, table: &str, answer: &dyn Fn(&Template) -> Template) -> Machines {
        let mut all = Machines::default();
        self.add_machines(&self.table(table, true), answer, &mut all);
        all
    }

    fn add_machines(&self, table: &super::Table<'_>, answer: &dyn Fn(&Template) -> Template, all: &mut Machines) {
        match &table.content {
            Content::Rules(rules) => all.machines.push(Machine::of(&rules.guarded(), answer)),
            Content::Union(inner) => {
                let before = all.machines.len();
                inner.iter().for_each(|one| self.add_machines(one, answer, all));
                // Tables of patterns behind a first table of keys are asked for pieces of a key.
                all.is_open |= table.is_fixed && all.machines.len() > before;
            }
            // What the first gives is looked up in the next: where the client's own
            // text goes into it, keys of the next are no end.
            Content::Pipe(inner) => {
                let before = all.machines.len();
                inner.iter().take(1).for_each(|one| self.add_machines(one, answer, all));
                all.is_open |= all.machines.iter().skip(before).any(Machine::has_groups);
            }
            Content::Indexed(_)
            | Content::Cidr(_)
            | Content::Static(_)
            | Content::Users
            | Content::Empty
            | Content::Fails
            | Content::NotGiven
            | Content::Server => {}
        }
    }
}

impl Config<'_> {
    /// Texts that rules of `type:name` take which put pieces of the key into their value,
    /// with each of these texts for each of those pieces.
    pub fn samples(&self, table: &str, texts: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        add_samples(&self.table(table, true), texts, &mut found);
        found
    }

    /// The values of `type:name` into which pieces of the key go.
    pub fn templates(&self, table: &str) -> Vec<Template> {
        let all = self.machines(table, &Template::clone).machines;
        all.into_iter().flat_map(|machine| machine.runs).flatten().filter(|run| run.has_groups).collect()
    }
}

fn add_samples(table: &super::Table<'_>, texts: &[String], found: &mut Vec<String>) {
    match &table.content {
        Content::Rules(rules) => {
            for rule in rules.guarded().iter().filter(|rule| rule.value.has_groups) {
                let own = rule.tests.iter().rev().find_map(|(pattern, matches)| pattern.filter(|_| *matches));
                let Some(pattern) = own else { continue };
                let groups: Vec<usize> = (1..=pattern.groups.min(MAX_FILLED)).collect();
                // Every text in every group.
                let ways = texts.len().saturating_pow(u32::try_from(groups.len()).unwrap_or(u32::MAX));
                for way in 0..ways.min(MAX_SAMPLES) {
                    let fill = |number: usize| {
                        let place = groups.iter().position(|one| *one == number)?;
                        let digit = way / texts.len().pow(u32::try_from(place).ok()?) % texts.len();
                        texts.get(digit).cloned()
                    };
                    found.extend(pattern.sample(&fill));
                }
            }
        }
        Content::Union(inner) | Content::Pipe(inner) => inner.iter().for_each(|one| add_samples(one, texts, found)),
        Content::Indexed(_)
        | Content::Cidr(_)
        | Content::Static(_)
        | Content::Users
        | Content::Empty
        | Content::Fails
        | Content::NotGiven
        | Content::Server => {}
    }
}

/// Groups of one pattern that are filled.
const MAX_FILLED: usize = 4;

/// Samples of one rule.
const MAX_SAMPLES: usize = 256;

/// The automata of one table.
#[derive(Debug, Default)]
pub struct Machines {
    /// One for each table of patterns.
    pub machines: Vec<Machine>,
    /// Whether they do not tell all keys apart that the table does.
    pub is_open: bool,
}

impl Machine {
    fn of(rules: &[Guarded<'_>], answer: &dyn Fn(&Template) -> Template) -> Self {
        let mut machine = Self {
            steps: Vec::new(),
            starts: Vec::new(),
            owners: Vec::new(),
            rules: Vec::new(),
            runs: Vec::new(),
            sees_words: false,
            states: Vec::new(),
            known: Map::default(),
            edges: Vec::new(),
            ends: Vec::new(),
        };
        let mut numbers: Map<*const super::pattern::Pattern, Vec<(u32, bool)>> = Map::default();
        for rule in rules {
            machine.add_rule(rule, answer, &mut numbers);
        }
        let threads = machine.starts.iter().map(|(start, _)| *start).collect();
        let found = vec![0; machine.starts.len().div_ceil(64)];
        machine.number(State { threads, found, is_start: true, after_word: false });
        machine
    }

    fn add_rule(
        &mut self,
        rule: &Guarded<'_>,
        answer: &dyn Fn(&Template) -> Template,
        numbers: &mut Map<*const super::pattern::Pattern, Vec<(u32, bool)>>,
    ) {
        // Each alternative is a list of tests that must all hold.
        let mut alternatives: Vec<Vec<(u32, bool)>> = vec![Vec::new()];
        let mut is_known = true;
        for (pattern, matches) in &rule.tests {
            let Some(pattern) = pattern else {
                is_known = false;
                continue;
            };
            let parts = numbers.entry(std::ptr::from_ref(*pattern)).or_insert_with(|| {
                pattern.programs().map(|(program, wanted)| (self.add_program(program), wanted)).collect()
            });
            alternatives = if *matches {
                alternatives.into_iter().map(|one| [one, parts.clone()].concat()).collect()
            } else {
                // Not all of its parts hold: one of them does not.
                let each = |one: Vec<(u32, bool)>| {
                    let with = move |(number, wanted): &(u32, bool)| [one.clone(), vec![(*number, !wanted)]].concat();
                    parts.iter().map(with).collect::<Vec<_>>()
                };
                alternatives.into_iter().flat_map(each).collect()
            };
        }
        let value = is_known.then(|| answer(&rule.value));
        if self.runs.last() != Some(&value) {
            self.runs.push(value);
        }
        let run = u32::try_from(self.runs.len() - 1).unwrap_or(u32::MAX);
        self.rules.extend(alternatives.into_iter().map(|tests| Rule { tests, run }));
    }

    fn add_program(&mut self, program: &super::pattern::Program) -> u32 {
        let (steps, from_start) = program.steps();
        let offset = self.steps.len();
        let number = u32::try_from(self.starts.len()).unwrap_or(u32::MAX);
        let at = |step: usize| step + offset;
        for step in steps {
            self.sees_words |=
                matches!(step, Step::Assert(assert) if *assert != Assert::Start && *assert != Assert::End);
            self.steps.push(match step {
                Step::Split(first, second) => Step::Split(at(*first), at(*second)),
                Step::Jump(to) => Step::Jump(at(*to)),
                other @ (Step::Byte(_) | Step::Assert(_) | Step::Save(_) | Step::Done) => *other,
            });
            self.owners.push(number);
        }
        self.starts.push((u32::try_from(offset).unwrap_or(u32::MAX), from_start));
        number
    }

    /// Tells bytes apart that the patterns do.
    pub fn divide(&self, alphabet: &mut Alphabet) {
        let mut seen: Vec<Set> = Vec::new();
        for step in &self.steps {
            if let Step::Byte(set) = step
                && !seen.contains(set)
            {
                seen.push(*set);
                alphabet.divide(&|byte| set.has(byte));
            }
        }
        if self.sees_words {
            alphabet.divide(&is_word);
        }
    }

    /// The state before any byte.
    pub fn start(&self) -> u32 {
        0
    }

    /// The state behind one more byte; nothing if `steps` are spent.
    pub fn step(&mut self, state: u32, byte: u8, alphabet: &Alphabet, steps: &Steps) -> Option<u32> {
        let class = usize::from(alphabet.class_of(byte));
        let known = self.edges.get(state as usize).and_then(|edges| edges.get(class)).copied();
        if let Some(known) = known.filter(|known| *known != NOT_FOLLOWED) {
            return steps.take(1).then_some(known);
        }
        let from = self.states.get(state as usize)?.clone();
        if !steps.take(from.threads.len() as u64 + 4) {
            return None;
        }
        let next = self.behind(&from, byte);
        let next = self.number(next);
        if let Some(edges) = self.edges.get_mut(state as usize) {
            if edges.len() < alphabet.len() {
                edges.resize(alphabet.len(), NOT_FOLLOWED);
            }
            if let Some(edge) = edges.get_mut(class) {
                *edge = next;
            }
        }
        Some(next)
    }

    /// The number of the answer if the key ends in this state, 0 where there is none:
    /// states of the same number have the same answer.
    pub fn end(&mut self, state: u32) -> u32 {
        if let Some(Some(known)) = self.ends.get(state as usize) {
            return *known;
        }
        let Some(from) = self.states.get(state as usize).cloned() else { return 0 };
        let mut found = from.found.clone();
        self.reached(&from, None, &mut found);
        let answers = |rule: &&Rule| rule.tests.iter().all(|(pattern, wanted)| has(&found, *pattern) == *wanted);
        let run = self.rules.iter().find(answers).map_or(0, |rule| rule.run + 1);
        if let Some(end) = self.ends.get_mut(state as usize) {
            *end = Some(run);
        }
        run
    }

    /// The answer of a number; nothing where no rule answers, or where we can't say.
    pub fn answer(&self, number: u32) -> Option<&Template> {
        self.runs.get(number.checked_sub(1)? as usize)?.as_ref()
    }

    /// Whether a piece of the key goes into one of the answers.
    pub fn has_groups(&self) -> bool {
        self.runs.iter().flatten().any(|run| run.has_groups)
    }

    /// Whether a key that begins so gets the same answer whatever follows.
    pub fn is_settled(&self, state: u32) -> bool {
        self.states.get(state as usize).is_some_and(|state| state.threads.is_empty())
    }

    fn number(&mut self, state: State) -> u32 {
        if let Some(known) = self.known.get(&state) {
            return *known;
        }
        let number = u32::try_from(self.states.len()).unwrap_or(NOT_FOLLOWED - 1);
        self.known.insert(state.clone(), number);
        self.states.push(state);
        self.edges.push(Vec::new());
        self.ends.push(None);
        number
    }

    /// The steps that want a byte, reached from those of a state, where `next` follows;
    /// patterns that end here are noted in `found`.
    fn reached(&self, from: &State, next: Option<u8>, found: &mut [u64]) -> Vec<u32> {
        let holds = |assert: Assert| {
            let after = next.is_some_and(is_word);
            match assert {
                Assert::Start => from.is_start,
                Assert::End => next.is_none(),
                Assert::WordEdge => from.after_word != after,
                Assert::NoWordEdge => from.after_word == after,
                Assert::WordStart => !from.after_word && after,
                Assert::WordEnd => from.after_word && !after,
            }
        };
        let mut seen: Map<u32, ()> = Map::default();
        let mut stack = from.threads.clone();
        let mut waiting = Vec::new();
        while let Some(at) = stack.pop() {
            if seen.insert(at, ()).is_some() {
                continue;
            }
            let to = |step: usize| u32::try_from(step).unwrap_or(u32::MAX);
            match self.steps.get(at as usize) {
                Some(Step::Byte(set)) => {
                    if next.is_some_and(|byte| set.has(byte)) {
                        waiting.push(at + 1);
                    }
                }
                Some(Step::Assert(assert)) if holds(*assert) => stack.push(at + 1),
                Some(Step::Assert(_)) | None => {}
                Some(Step::Split(first, second)) => stack.extend([to(*second), to(*first)]),
                Some(Step::Jump(target)) => stack.push(to(*target)),
                Some(Step::Save(_)) => stack.push(at + 1),
                Some(Step::Done) => {
                    set(found, self.owners.get(at as usize).copied().unwrap_or_default());
                }
            }
        }
        waiting
    }

    fn behind(&self, from: &State, byte: u8) -> State {
        let mut found = from.found.clone();
        let mut threads = self.reached(from, Some(byte), &mut found);
        let (live, kept) = self.live(&found);
        let counts = |number: u32| has(&live, number) && !has(&found, number);
        threads.retain(|at| self.owners.get(*at as usize).is_some_and(|owner| counts(*owner)));
        let starts = self.starts.iter().enumerate();
        threads.extend(
            starts
                .filter(|(number, (_, from_start))| !from_start && counts(*number as u32))
                .map(|(_, (start, _))| *start),
        );
        threads.sort_unstable();
        threads.dedup();
        found.iter_mut().zip(&kept).for_each(|(found, kept)| *found &= kept);
        State { threads, found, is_start: false, after_word: self.sees_words && is_word(byte) }
    }

    /// The patterns that can still change which rule is the first to answer, and those
    /// of which it must be remembered that they were found. What was found stays found.
    fn live(&self, found: &[u64]) -> (Vec<u64>, Vec<u64>) {
        let is_over = |rule: &Rule| -> Option<u32> {
            let not_to_be = rule.tests.iter().filter(|(_, wanted)| !wanted).map(|(pattern, _)| *pattern);
            not_to_be.into_iter().find(|pattern| has(found, *pattern))
        };
        let is_certain = |rule: &&Rule| rule.tests.iter().all(|(pattern, wanted)| *wanted && has(found, *pattern));
        let certain = self.rules.iter().find(is_certain);
        let best = certain.map_or(u32::MAX, |rule| rule.run);
        let (mut live, mut kept) = (vec![0; found.len()], vec![0; found.len()]);
        for rule in self.rules.iter().take_while(|rule| rule.run < best) {
            match is_over(rule) {
                // One pattern says that it does not answer.
                Some(pattern) => set(&mut kept, pattern),
                None => rule.tests.iter().for_each(|(pattern, _)| {
                    set(&mut live, *pattern);
                    set(&mut kept, *pattern);
                }),
            }
        }
        // Once a run is certain, its other rules do not matter.
        certain.iter().flat_map(|rule| &rule.tests).for_each(|(pattern, _)| set(&mut kept, *pattern));
        (live, kept)
    }
}

fn set(bits: &mut [u64], number: u32) {
    if let Some(word) = bits.get_mut(number as usize / 64) {
        *word |= 1 << (number % 64);
    }
}

fn has(bits: &[u64], number: u32) -> bool {
    bits.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests;
