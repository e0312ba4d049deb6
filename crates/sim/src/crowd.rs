//! Sets of candidates: which clients a run stands for.

use crate::{Candidates, Var};

/// For each fact of the session the candidates that are left: every
/// combination of them is a client of the crowd.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Crowd {
    bits: [Bits; 7],
}

/// A set of small numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Bits(Vec<u64>);

impl Crowd {
    /// Every candidate of every fact.
    pub fn all(candidates: &Candidates) -> Self {
        Self {
            bits: std::array::from_fn(|at| Bits::first(candidates.values.get(at).map(Vec::len).unwrap_or_default())),
        }
    }

    /// The candidates of one fact, by index.
    pub fn of(&self, var: Var) -> Vec<usize> {
        self.bits(var).iter().collect()
    }

    /// How many candidates a fact has.
    pub fn len(&self, var: Var) -> usize {
        self.bits(var).len()
    }

    /// Whether a fact has this candidate.
    pub fn has(&self, var: Var, at: usize) -> bool {
        self.bits(var).has(at)
    }

    /// Whether there is no client: a fact has no candidate.
    pub fn is_empty(&self) -> bool {
        self.bits.iter().any(Bits::is_empty)
    }

    /// Keeps only the candidates of one fact for which `wanted` holds.
    pub fn keep(&mut self, var: Var, wanted: &dyn Fn(usize) -> bool) {
        if let Some(bits) = self.bits.get_mut(var as usize) {
            *bits = Bits::of(bits.iter().filter(|at| wanted(*at)));
        }
    }

    /// Gives one fact the candidates that it has in `from`.
    pub fn take(&mut self, var: Var, from: &Crowd) {
        if let (Some(bits), Some(from)) = (self.bits.get_mut(var as usize), from.bits.get(var as usize)) {
            bits.clone_from(from);
        }
    }

    /// The clients that are in both.
    pub fn and(&self, other: &Crowd) -> Crowd {
        let mut both = self.clone();
        for (bits, other) in both.bits.iter_mut().zip(&other.bits) {
            bits.and(other);
        }
        both
    }

    /// Whether every client of `other` is in this crowd.
    pub fn contains(&self, other: &Crowd) -> bool {
        other.is_empty() || self.bits.iter().zip(&other.bits).all(|(own, other)| own.contains(other))
    }

    /// Whether the two have a client in common.
    pub fn meets(&self, other: &Crowd) -> bool {
        self.bits.iter().zip(&other.bits).all(|(own, other)| own.meets(other))
    }

    /// The smallest crowd that holds both; it can hold more.
    pub fn hull(&self, other: &Crowd) -> Crowd {
        let mut hull = self.clone();
        for (bits, other) in hull.bits.iter_mut().zip(&other.bits) {
            bits.or(other);
        }
        hull
    }

    /// Both together, if that is a crowd: they differ in one fact, or one
    /// holds the other.
    pub fn joined(&self, other: &Crowd) -> Option<Crowd> {
        let differ = self.bits.iter().zip(&other.bits).filter(|(own, other)| own != other).count();
        if differ <= 1 || self.contains(other) || other.contains(self) { Some(self.hull(other)) } else { None }
    }

    /// The clients that are not in `other`, as crowds without overlap.
    pub fn without(&self, other: &Crowd) -> Vec<Crowd> {
        if !self.meets(other) {
            return vec![self.clone()];
        }
        let mut rest = self.clone();
        let mut parts = Vec::new();
        for var in Var::ALL {
            let (Some(bits), Some(taken)) = (rest.bits.get_mut(var as usize), other.bits.get(var as usize)) else {
                continue;
            };
            let mut outside = bits.clone();
            outside.remove(taken);
            bits.and(taken);
            if !outside.is_empty() {
                let mut part = rest.clone();
                if let Some(bits) = part.bits.get_mut(var as usize) {
                    *bits = outside;
                }
                parts.push(part);
            }
        }
        parts
    }

    /// The first candidate of a fact.
    pub(crate) fn first(&self, var: Var) -> Option<usize> {
        self.bits(var).iter().next()
    }

    pub(crate) fn bits(&self, var: Var) -> &Bits {
        const NONE: &Bits = &Bits(Vec::new());
        self.bits.get(var as usize).unwrap_or(NONE)
    }

    pub(crate) fn narrow(&mut self, var: Var, to: &Bits) {
        if let Some(bits) = self.bits.get_mut(var as usize) {
            bits.and(to);
        }
    }
}

impl Bits {
    /// The numbers below `count`.
    fn first(count: usize) -> Self {
        Self::of(0..count)
    }

    fn of(numbers: impl Iterator<Item = usize>) -> Self {
        let mut bits = Self::default();
        numbers.for_each(|number| bits.add(number));
        bits
    }

    pub(crate) fn add(&mut self, number: usize) {
        let word = number / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= 1 << (number % 64);
        }
    }

    fn has(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|bits| bits >> (number % 64) & 1 == 1)
    }

    fn len(&self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(word, bits)| {
            let mut bits = *bits;
            std::iter::from_fn(move || {
                let at = bits.trailing_zeros() as usize;
                (bits != 0).then(|| {
                    bits &= bits - 1;
                    word * 64 + at
                })
            })
        })
    }

    pub(crate) fn meets(&self, other: &Bits) -> bool {
        self.0.iter().zip(&other.0).any(|(own, other)| own & other != 0)
    }

    fn contains(&self, other: &Bits) -> bool {
        other.0.iter().enumerate().all(|(at, other)| other & !self.0.get(at).copied().unwrap_or_default() == 0)
    }

    fn and(&mut self, other: &Bits) {
        for (at, own) in self.0.iter_mut().enumerate() {
            *own &= other.0.get(at).copied().unwrap_or_default();
        }
        self.trim();
    }

    fn or(&mut self, other: &Bits) {
        self.0.resize(self.0.len().max(other.0.len()), 0);
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }

    fn remove(&mut self, other: &Bits) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own &= !other);
        self.trim();
    }

    /// Equal sets have equal words: none of them ends in zero.
    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Session;

    fn crowd(addresses: &[usize], senders: &[usize]) -> Crowd {
        let mut candidates = Candidates::one(&Session::default());
        for var in [Var::Address, Var::Sender] {
            candidates.values[var as usize] = vec![Session::default(); 100];
        }
        let mut crowd = Crowd::all(&candidates);
        crowd.keep(Var::Address, &|at| addresses.contains(&at));
        crowd.keep(Var::Sender, &|at| senders.contains(&at));
        crowd
    }

    #[test]
    fn what_is_left_over_and_what_was_taken_make_the_whole() {
        let whole = crowd(&[1, 2, 70], &[3, 4, 99]);
        let taken = crowd(&[2, 80], &[99]);
        let rest = whole.without(&taken);
        let mut clients: Vec<(usize, usize)> = Vec::new();
        for part in &rest {
            assert!(!part.meets(&taken));
            let senders = part.of(Var::Sender);
            clients
                .extend(part.of(Var::Address).iter().flat_map(|at| senders.iter().map(move |sender| (*at, *sender))));
        }
        clients.sort_unstable();
        assert_eq!(clients, [(1, 3), (1, 4), (1, 99), (2, 3), (2, 4), (70, 3), (70, 4), (70, 99)]);
        assert!(whole.without(&whole).is_empty());
    }

    #[test]
    fn crowds_join_where_they_differ_in_one_fact() {
        let one = crowd(&[1], &[3]);
        assert_eq!(one.joined(&crowd(&[70], &[3])), Some(crowd(&[1, 70], &[3])));
        assert_eq!(one.joined(&crowd(&[70], &[4])), None);
        assert_eq!(one.joined(&crowd(&[1, 70], &[3, 4])), Some(crowd(&[1, 70], &[3, 4])));
    }
}
