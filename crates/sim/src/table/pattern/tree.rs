//! Parsed patterns.

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::table) struct Set([u64; 4]);

impl Set {
    pub(in crate::table) fn of(is_it: impl Fn(&u8) -> bool) -> Self {
        let mut set = Self::default();
        (0..=u8::MAX).filter(is_it).for_each(|byte| set.add(byte));
        set
    }

    pub(super) fn byte(byte: u8, caseless: bool) -> Self {
        let mut set = Self::default();
        set.add(byte);
        if caseless { set.folded() } else { set }
    }

    pub(super) fn add(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte / 64)) {
            *word |= 1 << (byte % 64);
        }
    }

    pub(super) fn add_all(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(word, more)| *word |= more);
    }

    pub(in crate::table) fn has(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte / 64)).is_some_and(|word| word >> (byte % 64) & 1 == 1)
    }

    pub(super) fn meets(&self, other: Self) -> bool {
        self.0.iter().zip(other.0).any(|(word, others)| word & others != 0)
    }

    #[must_use]
    pub(super) fn negated(self) -> Self {
        Self(self.0.map(|word| !word))
    }

    /// With the other case of each letter.
    #[must_use]
    pub(super) fn folded(self) -> Self {
        let mut all = self;
        for byte in (0..=u8::MAX).filter(|byte| self.has(*byte)) {
            all.add(byte.to_ascii_lowercase());
            all.add(byte.to_ascii_uppercase());
        }
        all
    }

    /// The small form of the one letter, digit or sign that is meant.
    fn single(&self) -> Option<u8> {
        if self.0.iter().map(|word| word.count_ones()).sum::<u32>() > 2 {
            return None;
        }
        let first = (0..=u8::MAX).find(|byte| self.has(*byte))?.to_ascii_lowercase();
        (*self == Self::byte(first, false) || *self == Self::byte(first, true) || {
            let upper = first.to_ascii_uppercase();
            *self == Self::byte(upper, false)
        })
        .then_some(first)
    }
}

/// What must be so at a place between two bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::table) enum Assert {
    Start,
    End,
    WordEdge,
    NoWordEdge,
    WordStart,
    WordEnd,
}

/// A part of a pattern.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Set(Set),
    Assert(Assert),
    /// A group that captures.
    Group(usize, Box<Node>),
    Concat(Vec<Node>),
    Alternatives(Vec<Node>),
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
        greedy: bool,
    },
}

impl Node {
    /// Whether it can match nothing at all.
    pub(super) fn can_be_empty(&self) -> bool {
        match self {
            Node::Set(_) => false,
            Node::Assert(_) => true,
            Node::Group(_, inner) => inner.can_be_empty(),
            Node::Concat(parts) => parts.iter().all(Node::can_be_empty),
            Node::Alternatives(parts) => parts.iter().any(Node::can_be_empty),
            Node::Repeat { node, min, .. } => *min == 0 || node.can_be_empty(),
        }
    }

    /// How many bytes it matches, if that is always the same number.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Node::Set(_) => Some(1),
            Node::Assert(_) => Some(0),
            Node::Group(_, inner) => inner.length(),
            Node::Concat(parts) => parts.iter().map(Node::length).sum(),
            Node::Alternatives(parts) => {
                let first = parts.first()?.length()?;
                parts.iter().all(|part| part.length() == Some(first)).then_some(first)
            }
            Node::Repeat { node, min, max, .. } => {
                (*max == Some(*min)).then(|| node.length()?.checked_mul(u64::from(*min))).flatten()
            }
        }
    }

    /// Whether something that can be empty is repeated: libraries differ in how
    /// often they go round.
    pub(super) fn loops_over_nothing(&self) -> bool {
        match self {
            Node::Set(_) | Node::Assert(_) => false,
            Node::Group(_, inner) => inner.loops_over_nothing(),
            Node::Concat(parts) | Node::Alternatives(parts) => parts.iter().any(Node::loops_over_nothing),
            Node::Repeat { node, max, .. } => (*max != Some(1) && node.can_be_empty()) || node.loops_over_nothing(),
        }
    }

    /// Whether there are neither alternatives nor repeated groups, so that
    /// taking the most from left to right is what POSIX asks for.
    pub(super) fn is_straight(&self) -> bool {
        match self {
            Node::Set(_) | Node::Assert(_) => true,
            Node::Group(_, inner) => inner.is_straight(),
            Node::Concat(parts) => parts.iter().all(Node::is_straight),
            Node::Alternatives(_) => false,
            Node::Repeat { node, .. } => matches!(**node, Node::Set(_)),
        }
    }

    /// A text that matches, but for assertions: one round of what is repeated, the first of
    /// alternatives, and what is wanted for groups.
    pub(super) fn sample(&self, group: &dyn Fn(usize) -> Option<String>, out: &mut Vec<u8>) {
        match self {
            Node::Set(set) => {
                let letters = (b'a'..=b'z').chain(b'0'..=b'9').chain(0x21..=0x7e);
                out.extend(letters.into_iter().find(|byte| set.has(*byte)));
            }
            Node::Assert(_) => {}
            Node::Group(number, inner) => match group(*number) {
                Some(text) => out.extend_from_slice(text.as_bytes()),
                None => inner.sample(group, out),
            },
            Node::Concat(parts) => parts.iter().for_each(|part| part.sample(group, out)),
            Node::Alternatives(parts) => parts.iter().take(1).for_each(|part| part.sample(group, out)),
            Node::Repeat { node, min, .. } => (0..(*min).clamp(1, 8)).for_each(|_| node.sample(group, out)),
        }
    }

    /// The longest text that each match holds, in small letters.
    pub(super) fn required(&self) -> Vec<u8> {
        let mut run = Vec::new();
        let mut best = Vec::new();
        self.collect(&mut run, &mut best);
        keep_longer(&mut best, &mut run);
        best
    }

    fn collect(&self, run: &mut Vec<u8>, best: &mut Vec<u8>) {
        match self {
            Node::Set(set) => match set.single() {
                Some(byte) => run.push(byte),
                None => keep_longer(best, run),
            },
            Node::Assert(_) => {}
            Node::Group(_, inner) => inner.collect(run, best),
            Node::Concat(parts) => parts.iter().for_each(|part| part.collect(run, best)),
            Node::Alternatives(_) => keep_longer(best, run),
            Node::Repeat { node, min, .. } => {
                keep_longer(best, run);
                if *min > 0 {
                    node.collect(run, best);
                    keep_longer(best, run);
                }
            }
        }
    }
}

fn keep_longer(best: &mut Vec<u8>, run: &mut Vec<u8>) {
    if run.len() > best.len() {
        std::mem::swap(best, run);
    }
    run.clear();
}
