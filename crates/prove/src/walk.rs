//! Which clients a list lets through: entry by entry, for whole crowds.
//!
//! An entry alone tells clients apart by few facts, so what goes on past it is
//! a few crowds again, however many ways lead there. Played as a whole, the ways
//! through a list multiply; entry by entry they add up. What comes out can
//! hold clients that the list does refuse (what an earlier entry put off, such
//! as `defer_if_permit`, is not carried along), never too few.

use crate::candidates::Universe;
use postproof_sim::{
    Config, Crowd, EntryInfo, Explored, Explorer, Outcome, Path, Session, Skips, Status, Until, Who, play,
};
use std::cell::Cell;

/// Ways that one entry alone is followed for one crowd; past it the entry
/// counts as letting everybody through.
const MAX_WAYS_OF_ENTRY: usize = 600;

/// Crowds that are told apart; past it the nearest are taken together.
const MAX_CROWDS: usize = 48;

/// What the sessions of all claims about a service may cost, in uses of what was found of
/// a candidate and entries met: about five seconds of one processor. Classes that name each other twice
/// double at each level; past this nothing more is played, everything counts as letting
/// everybody through, and a claim is *unknown* (`Limit::Sessions`).
pub(crate) const MAX_STEPS: u64 = 6_000_000;

/// Lists that decide about a recipient, in the order in which they are tried:
/// the first two refuse most.
const LISTS: &[&str] = &[
    "smtpd_relay_restrictions",
    "smtpd_recipient_restrictions",
    "smtpd_client_restrictions",
    "smtpd_helo_restrictions",
    "smtpd_sender_restrictions",
];

/// One service with all its clients.
pub(crate) struct Walker<'a, 'c> {
    pub(crate) config: &'c Config<'c>,
    pub(crate) explorer: Explorer<'a>,
    pub(crate) entries: Vec<EntryInfo>,
    /// By the number of an entry: whether it stands in a list itself.
    is_top: Vec<bool>,
    /// Entries met so far.
    visits: Cell<u64>,
    /// What the explorer had cost when the question began.
    before: Cell<u64>,
    /// What the question may cost.
    steps: Cell<u64>,
    /// Ways that may still be followed, whatever they are for.
    left: Cell<usize>,
}

/// What an entry alone does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Does {
    /// Goes on, or is not asked.
    GoesOn,
    /// Ends its list in favour of the client.
    LetsPass,
    /// The session does not get what is asked about.
    Refuses,
}

impl<'a, 'c> Walker<'a, 'c> {
    pub(crate) fn new(config: &'c Config<'c>, base: &'a Session, universe: &'a Universe) -> Self {
        let entries = config.entries();
        let mut is_top = vec![false; entries.iter().map(|entry| entry.id as usize + 1).max().unwrap_or_default()];
        for entry in entries.iter().filter(|entry| is_list(&entry.owner)) {
            if let Some(top) = is_top.get_mut(entry.id as usize) {
                *top = true;
            }
        }
        let explorer = Explorer::new(base, &universe.candidates);
        Self {
            config,
            explorer,
            entries,
            is_top,
            visits: Cell::new(0),
            before: Cell::new(0),
            steps: Cell::new(MAX_STEPS),
            left: Cell::new(usize::MAX),
        }
    }

    /// A new question begins, which may cost so much: what was played before does not count.
    pub(crate) fn begin(&self, steps: u64) {
        self.steps.set(steps);
        self.visits.set(0);
        self.before.set(self.explorer.cost());
    }

    /// Plays one run.
    pub(crate) fn play(&self, who: &mut Who<'_>) -> Outcome {
        let outcome = play(self.config, who);
        self.visits.set(self.visits.get() + outcome.visited.len() as u64 + 16);
        outcome
    }

    /// Whether nothing more is to be played: [`MAX_STEPS`], or no way is left.
    pub(crate) fn is_spent(&self) -> bool {
        self.cost() >= self.steps.get() || self.left() == 0
    }

    /// What this question has cost.
    pub(crate) fn cost(&self) -> u64 {
        self.visits.get() + self.explorer.cost().saturating_sub(self.before.get())
    }

    /// The same, which follows no more than so many ways in all.
    pub(crate) fn at_most(self, ways: usize) -> Self {
        self.left.set(ways);
        self
    }

    /// Ways that may still be followed.
    pub(crate) fn left(&self) -> usize {
        self.left.get()
    }

    /// Takes ways off those that may still be followed.
    pub(crate) fn spend(&self, ways: usize) {
        self.left.set(self.left.get().saturating_sub(ways));
    }

    /// Explores a crowd; nobody gets more ways than are left in all.
    pub(crate) fn explore<T>(
        &self,
        crowd: &Crowd,
        skips: Option<Skips<'_>>,
        limit: usize,
        run: &dyn Fn(&mut Who<'_>) -> T,
        visit: &mut dyn FnMut(Path<T>) -> bool,
    ) -> Explored {
        self.explore_until(Until::End, crowd, skips, limit, run, visit)
    }

    /// [`Walker::explore`] with runs that go no further than is asked for.
    pub(crate) fn explore_until<T>(
        &self,
        until: Until,
        crowd: &Crowd,
        skips: Option<Skips<'_>>,
        limit: usize,
        run: &dyn Fn(&mut Who<'_>) -> T,
        visit: &mut dyn FnMut(Path<T>) -> bool,
    ) -> Explored {
        let explored = self.explorer.explore_until(until, crowd, skips, limit.min(self.left()), run, visit);
        self.spend(explored.paths);
        explored
    }

    /// The clients of a crowd for whom no list is known to prevent `wanted`.
    pub(crate) fn pass_all(&self, crowd: Crowd, wanted: &dyn Fn(&Outcome) -> bool) -> Vec<Crowd> {
        let mut crowds = Vec::new();
        let all = |_: u8, entry: u32| self.is_top(entry);
        let run = |who: &mut Who<'_>| wanted(&self.play(who));
        let explored = self.explore(&crowd, Some(&all), MAX_WAYS_OF_ENTRY, &run, &mut |path| {
            if path.outcome {
                crowds.push(path.left);
            }
            !self.is_spent()
        });
        if explored.is_cut {
            crowds = vec![crowd];
        }
        let mut crowds = merged(crowds);
        for list in LISTS {
            crowds = self.pass(list, crowds, wanted);
        }
        crowds
    }

    /// The clients whom one list lets through.
    fn pass(&self, list: &str, crowds: Vec<Crowd>, wanted: &dyn Fn(&Outcome) -> bool) -> Vec<Crowd> {
        let mut passed = Vec::new();
        let mut waiting = crowds;
        for (entry, warning) in self.of_list(list) {
            if waiting.is_empty() || self.is_spent() {
                break;
            }
            let mut left = Vec::new();
            for crowd in &waiting {
                for (does, who) in self.alone(entry.id, warning, crowd, wanted) {
                    match does {
                        Does::GoesOn => left.push(who),
                        Does::LetsPass => passed.push(who),
                        Does::Refuses => {}
                    }
                }
            }
            waiting = merged(left);
        }
        passed.extend(waiting);
        merged(passed)
    }

    /// The entries of a list, each with the `warn_if_reject` before it.
    pub(crate) fn of_list(&self, list: &str) -> Vec<(&EntryInfo, Option<u32>)> {
        let mut found = Vec::new();
        let mut warning = None;
        for entry in self.entries.iter().filter(|entry| *entry.owner == *list) {
            if entry.word.eq_ignore_ascii_case("warn_if_reject") {
                warning = Some(entry.id);
            } else {
                found.push((entry, warning.take()));
            }
        }
        found
    }

    /// What one entry does where all others are passed over.
    fn alone(
        &self,
        entry: u32,
        warning: Option<u32>,
        crowd: &Crowd,
        wanted: &dyn Fn(&Outcome) -> bool,
    ) -> Vec<(Does, Crowd)> {
        let skips = |_: u8, other: u32| self.is_top(other) && other != entry && Some(other) != warning;
        let run = |who: &mut postproof_sim::Who<'_>| {
            let outcome = self.play(who);
            let status = outcome.visited.iter().find(|(met, _)| *met == entry).map(|(_, status)| *status);
            match status {
                Some(Status::Permit | Status::Discard) => Does::LetsPass,
                _ if wanted(&outcome) => Does::GoesOn,
                Some(Status::Dunno | Status::Reject | Status::Error | Status::None) | None => Does::Refuses,
            }
        };
        let mut ways: Vec<(Does, Vec<Crowd>)> = Vec::new();
        let explored = self.explore(crowd, Some(&skips), MAX_WAYS_OF_ENTRY, &run, &mut |path| {
            match ways.iter_mut().find(|(does, _)| *does == path.outcome) {
                Some((_, crowds)) => crowds.push(path.left),
                None => ways.push((path.outcome, vec![path.left])),
            }
            !self.is_spent()
        });
        if explored.is_cut {
            return vec![(Does::GoesOn, crowd.clone()), (Does::LetsPass, crowd.clone())];
        }
        let each = ways.into_iter().flat_map(|(does, crowds)| merged(crowds).into_iter().map(move |who| (does, who)));
        each.collect()
    }

    pub(crate) fn is_top(&self, entry: u32) -> bool {
        self.is_top.get(entry as usize).copied().unwrap_or_default()
    }
}

/// Whether entries of this owner stand in a list, not in a class.
fn is_list(owner: &str) -> bool {
    postproof_model::LISTS.iter().any(|(name, _)| *name == owner)
}

/// The same clients, and perhaps more, in fewer crowds.
pub(crate) fn merged(crowds: Vec<Crowd>) -> Vec<Crowd> {
    merged_exactly(crowds).unwrap_or_else(hull)
}

/// The same clients in fewer crowds; the crowds as an error where they are too many.
pub(crate) fn merged_exactly(mut crowds: Vec<Crowd>) -> Result<Vec<Crowd>, Vec<Crowd>> {
    let mut done: Vec<Crowd> = Vec::new();
    while let Some(mut crowd) = crowds.pop() {
        let mut at = 0;
        while let Some(other) = done.get(at) {
            match crowd.joined(other) {
                Some(both) => {
                    crowd = both;
                    done.swap_remove(at);
                    // What did not fit before may fit now.
                    at = 0;
                }
                None => at += 1,
            }
        }
        done.push(crowd);
    }
    if done.len() > MAX_CROWDS { Err(done) } else { Ok(done) }
}

/// The nearest taken together, until they are few enough.
fn hull(mut done: Vec<Crowd>) -> Vec<Crowd> {
    while done.len() > MAX_CROWDS {
        let Some(one) = done.pop() else { break };
        if let Some(other) = done.pop() {
            done.insert(0, one.hull(&other));
        }
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use postproof_sim::{Candidates, Var};

    #[test]
    fn crowds_that_differ_in_one_fact_at_a_time_become_one() {
        let mut candidates = Candidates::one(&Session::default());
        for var in [Var::Address, Var::Sender] {
            candidates.values[var as usize] = vec![Session::default(); 3];
        }
        let all = Crowd::all(&candidates);
        let mut cells = Vec::new();
        for address in 0..3 {
            for sender in 0..3 {
                let mut cell = all.clone();
                cell.keep(Var::Address, &|at| at == address);
                cell.keep(Var::Sender, &|at| at == sender);
                cells.push(cell);
            }
        }
        assert_eq!(merged(cells), [all]);
    }
}
