//! Running a pattern: all ways at once, byte by byte.

use super::tree::{Assert, Node, Set};
use super::{Captures, Fault};

/// How many steps a program may have: time and memory of a look-up are at most
/// this times the length of the key.
const MAX_STEPS: usize = 20_000;

/// A compiled pattern or condition.
#[derive(Debug)]
pub(in crate::table) struct Program {
    steps: Vec<Step>,
    /// Two for each group, group 0 being the whole.
    slots: usize,
    /// Whether it can begin at the start of the key only.
    from_start: bool,
    /// See [`Node::is_straight`].
    pub(super) is_straight: bool,
}

/// One step of a program.
#[derive(Clone, Copy, Debug)]
pub(in crate::table) enum Step {
    Byte(Set),
    Assert(Assert),
    /// Goes two ways, the first one rather.
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    Done,
}

/// One way through the program, with what it captured.
struct Thread {
    at: usize,
    slots: Vec<usize>,
}

/// A slot that nothing was put into.
const UNSET: usize = usize::MAX;

enum Frame {
    Go(usize),
    Restore(usize, usize),
}

/// Steps that were reached at one place of the key.
struct Reached {
    threads: Vec<Thread>,
    /// The place at which a step was last reached, plus one.
    marks: Vec<usize>,
}

impl Program {
    pub(super) fn new(node: &Node) -> Result<Self, Fault> {
        let mut program =
            Self { steps: Vec::new(), slots: 2, from_start: begins_at_start(node), is_straight: node.is_straight() };
        program.push(Step::Save(0))?;
        program.add(node)?;
        program.push(Step::Save(1))?;
        program.push(Step::Done)?;
        Ok(program)
    }

    /// The steps, and whether a match begins at the start of the key only.
    pub(in crate::table) fn steps(&self) -> (&[Step], bool) {
        (&self.steps, self.from_start)
    }

    fn push(&mut self, step: Step) -> Result<usize, Fault> {
        if self.steps.len() >= MAX_STEPS {
            return Err(Fault::Unsupported);
        }
        self.steps.push(step);
        Ok(self.steps.len() - 1)
    }

    fn add(&mut self, node: &Node) -> Result<(), Fault> {
        match node {
            Node::Set(set) => self.push(Step::Byte(*set)).map(drop),
            Node::Assert(assert) => self.push(Step::Assert(*assert)).map(drop),
            Node::Group(number, inner) => {
                self.slots = self.slots.max(2 * number + 2);
                self.push(Step::Save(2 * number))?;
                self.add(inner)?;
                self.push(Step::Save(2 * number + 1)).map(drop)
            }
            Node::Concat(parts) => parts.iter().try_for_each(|part| self.add(part)),
            Node::Alternatives(parts) => self.alternatives(parts),
            Node::Repeat { node, min, max, greedy } => self.repeat(node, *min, *max, *greedy),
        }
    }

    fn alternatives(&mut self, parts: &[Node]) -> Result<(), Fault> {
        let mut jumps = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            if at + 1 == parts.len() {
                self.add(part)?;
                break;
            }
            let split = self.push(Step::Split(0, 0))?;
            self.add(part)?;
            jumps.push(self.push(Step::Jump(0))?);
            self.set(split, Step::Split(split + 1, self.steps.len()));
        }
        let end = self.steps.len();
        jumps.into_iter().for_each(|jump| self.set(jump, Step::Jump(end)));
        Ok(())
    }

    fn repeat(&mut self, node: &Node, min: u32, max: Option<u32>, greedy: bool) -> Result<(), Fault> {
        let fork = |on: usize, out: usize| if greedy { Step::Split(on, out) } else { Step::Split(out, on) };
        for _ in 0..min {
            self.once(node)?;
        }
        let Some(max) = max else {
            let split = self.push(Step::Split(0, 0))?;
            self.add(node)?;
            self.push(Step::Jump(split))?;
            self.set(split, fork(split + 1, self.steps.len()));
            return Ok(());
        };
        let mut splits = Vec::new();
        for _ in min..max {
            splits.push(self.push(Step::Split(0, 0))?);
            self.add(node)?;
        }
        let end = self.steps.len();
        splits.into_iter().for_each(|split| self.set(split, fork(split + 1, end)));
        Ok(())
    }

    /// Adds a copy, and stops where an empty one would go on without end.
    fn once(&mut self, node: &Node) -> Result<(), Fault> {
        let before = self.steps.len();
        self.add(node)?;
        if self.steps.len() == before { self.push(Step::Jump(before + 1)).map(drop) } else { Ok(()) }
    }

    fn set(&mut self, at: usize, step: Step) {
        if let Some(place) = self.steps.get_mut(at) {
            *place = step;
        }
    }

    /// Whether the pattern is found in a key.
    pub(super) fn is_in(&self, key: &[u8]) -> bool {
        let mut now: Vec<usize> = Vec::new();
        let mut next: Vec<usize> = Vec::new();
        let mut marks = vec![0_usize; self.steps.len()];
        let mut stack = Vec::new();
        for place in 0..=key.len() {
            if (place == 0 || !self.from_start) && self.reach(0, key, place, &mut now, &mut marks, &mut stack) {
                return true;
            }
            let Some(byte) = key.get(place) else { break };
            for at in now.drain(..) {
                if let Some(Step::Byte(set)) = self.steps.get(at)
                    && set.has(*byte)
                    && self.reach(at + 1, key, place + 1, &mut next, &mut marks, &mut stack)
                {
                    return true;
                }
            }
            std::mem::swap(&mut now, &mut next);
            if now.is_empty() && self.from_start {
                return false;
            }
        }
        false
    }

    /// Adds every step that is reached from `from` without a byte; whether the end is.
    fn reach(
        &self,
        from: usize,
        key: &[u8],
        place: usize,
        list: &mut Vec<usize>,
        marks: &mut [usize],
        stack: &mut Vec<usize>,
    ) -> bool {
        stack.clear();
        stack.push(from);
        while let Some(at) = stack.pop() {
            match marks.get_mut(at) {
                Some(mark) if *mark != place + 1 => *mark = place + 1,
                Some(_) | None => continue,
            }
            match self.steps.get(at) {
                Some(Step::Byte(_)) => list.push(at),
                Some(Step::Assert(assert)) if holds(*assert, key, place) => stack.push(at + 1),
                Some(Step::Assert(_)) | None => {}
                Some(Step::Split(first, second)) => stack.extend([*second, *first]),
                Some(Step::Jump(to)) => stack.push(*to),
                Some(Step::Save(_)) => stack.push(at + 1),
                Some(Step::Done) => return true,
            }
        }
        false
    }

    /// Where the groups are in the first match: by priority, or the longest one.
    /// `reversed` turns every preference round.
    pub(super) fn captures(&self, key: &[u8], longest: bool, reversed: bool) -> Option<Captures> {
        let mut now = Reached { threads: Vec::new(), marks: vec![0; self.steps.len()] };
        let mut next = Reached { threads: Vec::new(), marks: vec![0; self.steps.len()] };
        let mut best: Option<Vec<usize>> = None;
        for place in 0..=key.len() {
            if best.is_none() && (place == 0 || !self.from_start) {
                self.follow(0, vec![UNSET; self.slots], (key, place), &mut now, reversed);
            }
            for thread in now.threads.drain(..) {
                if best.as_ref().is_some_and(|best| best.first() < thread.slots.first()) {
                    continue;
                }
                match self.steps.get(thread.at) {
                    Some(Step::Byte(set)) if key.get(place).is_some_and(|byte| set.has(*byte)) => {
                        self.follow(thread.at + 1, thread.slots, (key, place + 1), &mut next, reversed);
                    }
                    Some(Step::Done) => {
                        best = Some(thread.slots);
                        if !longest {
                            break;
                        }
                    }
                    Some(Step::Byte(_) | Step::Assert(_) | Step::Split(..) | Step::Jump(_) | Step::Save(_)) | None => {}
                }
            }
            std::mem::swap(&mut now, &mut next);
            if now.threads.is_empty() && (best.is_some() || self.from_start) {
                break;
            }
        }
        let slots = best?;
        let pairs = slots.chunks(2).map(|pair| match pair {
            [start, end] if *start != UNSET && *end != UNSET => Some((*start, *end)),
            _ => None,
        });
        Some(pairs.collect())
    }

    fn follow(
        &self,
        from: usize,
        mut slots: Vec<usize>,
        (key, place): (&[u8], usize),
        reached: &mut Reached,
        reversed: bool,
    ) {
        let mut stack = vec![Frame::Go(from)];
        while let Some(frame) = stack.pop() {
            let at = match frame {
                Frame::Go(at) => at,
                Frame::Restore(slot, old) => {
                    put(&mut slots, slot, old);
                    continue;
                }
            };
            match reached.marks.get_mut(at) {
                Some(mark) if *mark != place + 1 => *mark = place + 1,
                Some(_) | None => continue,
            }
            match self.steps.get(at) {
                Some(Step::Byte(_) | Step::Done) => reached.threads.push(Thread { at, slots: slots.clone() }),
                Some(Step::Assert(assert)) if holds(*assert, key, place) => stack.push(Frame::Go(at + 1)),
                Some(Step::Assert(_)) | None => {}
                Some(Step::Split(first, second)) => {
                    let (first, second) = if reversed { (second, first) } else { (first, second) };
                    stack.extend([Frame::Go(*second), Frame::Go(*first)]);
                }
                Some(Step::Jump(to)) => stack.push(Frame::Go(*to)),
                Some(Step::Save(slot)) => {
                    let old = slots.get(*slot).copied().unwrap_or(UNSET);
                    stack.push(Frame::Restore(*slot, old));
                    put(&mut slots, *slot, place);
                    stack.push(Frame::Go(at + 1));
                }
            }
        }
    }
}

fn put(slots: &mut [usize], slot: usize, value: usize) {
    if let Some(place) = slots.get_mut(slot) {
        *place = value;
    }
}

/// Whether each match begins where the key does.
fn begins_at_start(node: &Node) -> bool {
    match node {
        Node::Assert(Assert::Start) => true,
        Node::Assert(_) | Node::Set(_) | Node::Repeat { .. } => false,
        Node::Group(_, inner) => begins_at_start(inner),
        Node::Concat(parts) => parts.first().is_some_and(begins_at_start),
        Node::Alternatives(parts) => parts.iter().all(begins_at_start),
    }
}

fn holds(assert: Assert, key: &[u8], place: usize) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let before = is_word(place.checked_sub(1).and_then(|at| key.get(at)));
    let after = is_word(key.get(place));
    match assert {
        Assert::Start => place == 0,
        Assert::End => place == key.len(),
        Assert::WordEdge => before != after,
        Assert::NoWordEdge => before == after,
        Assert::WordStart => !before && after,
        Assert::WordEnd => before && !after,
    }
}
