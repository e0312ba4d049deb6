//! Every way that a session can go.

use crate::taken::Taken;
use crate::who::{Memory, Skips};
use crate::{Assumed, Candidates, Crowd, Session, Until, Who};
use std::collections::VecDeque;
use std::rc::Rc;

/// Ways that one exploration follows; past it, [`Explored::is_cut`] says so.
pub const MAX_PATHS: usize = 20_000;

/// One way.
#[derive(Clone, Debug)]
pub struct Path<T> {
    /// What came out.
    pub outcome: T,
    /// A session that goes this way.
    pub session: Session,
    /// The answers taken for what is not known.
    pub assumed: Vec<Assumed>,
    /// The candidates that go this way.
    pub left: Crowd,
}

/// How an exploration ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Explored {
    /// Ways followed.
    pub paths: usize,
    /// Whether [`MAX_PATHS`] (or the caller's limit) was reached, or the caller stopped.
    pub is_cut: bool,
}

/// Plays `run` for every way that the candidates and the unknown answers allow.
/// `visit` gets each way and says whether to go on.
pub fn explore<T>(
    base: &Session,
    candidates: &Candidates,
    limit: usize,
    run: &dyn Fn(&mut Who<'_>) -> T,
    visit: &mut dyn FnMut(Path<T>) -> bool,
) -> Explored {
    Explorer::new(base, candidates).explore(&Crowd::all(candidates), None, limit, run, visit)
}

/// Explores one set of candidates again and again: what a candidate answers is
/// looked up once.
#[derive(Debug)]
pub struct Explorer<'a> {
    base: &'a Session,
    memory: Memory<'a>,
    taken: Option<Rc<Taken>>,
}

impl<'a> Explorer<'a> {
    /// Sessions like `base`, with the facts of the candidates.
    pub fn new(base: &'a Session, candidates: &'a Candidates) -> Self {
        Self { base, memory: Memory::new(candidates), taken: None }
    }

    /// Takes answers one by one, each as somebody would supply it.
    pub(crate) fn one_by_one(mut self, taken: &Rc<Taken>) -> Self {
        self.taken = Some(Rc::clone(taken));
        self
    }

    /// What it has cost so far, in uses of what was found: the same on every machine.
    pub fn cost(&self) -> u64 {
        self.memory.looks.get()
    }

    /// The candidates.
    pub fn candidates(&self) -> &'a Candidates {
        self.memory.candidates
    }

    /// Plays `run` for every way that the clients of `crowd` and the unknown
    /// answers allow, passing over the entries that `skips` names.
    pub fn explore<T>(
        &self,
        crowd: &Crowd,
        skips: Option<Skips<'_>>,
        limit: usize,
        run: &dyn Fn(&mut Who<'_>) -> T,
        visit: &mut dyn FnMut(Path<T>) -> bool,
    ) -> Explored {
        self.explore_until(Until::End, crowd, skips, limit, run, visit)
    }

    /// [`Explorer::explore`] with runs that go no further than is asked for.
    pub fn explore_until<T>(
        &self,
        until: Until,
        crowd: &Crowd,
        skips: Option<Skips<'_>>,
        limit: usize,
        run: &dyn Fn(&mut Who<'_>) -> T,
        visit: &mut dyn FnMut(Path<T>) -> bool,
    ) -> Explored {
        let mut script: Vec<u16> = Vec::new();
        let mut explored = Explored::default();
        if crowd.is_empty() {
            return explored;
        }
        loop {
            if explored.paths >= limit {
                explored.is_cut = true;
                return explored;
            }
            explored.paths += 1;
            let mut who = Who::new(&self.memory, self.base, crowd, &script, (skips, until));
            let outcome = run(&mut who);
            let mut forks = who.forks().to_vec();
            let (session, assumed, left) = who.into_parts();
            if !visit(Path { outcome, session, assumed, left }) {
                explored.is_cut = true;
                return explored;
            }
            // The next way takes the next branch of the last fork that has one.
            while forks.last().is_some_and(|(taken, branches)| taken + 1 >= *branches) {
                forks.pop();
            }
            let Some((taken, _)) = forks.last_mut() else { return explored };
            *taken += 1;
            script = forks.iter().map(|(taken, _)| *taken).collect();
        }
    }
}

impl Explorer<'_> {
    /// The same for all clients, but every branch of every fork of the first
    /// way comes before two of them together: where the limit cuts the rest
    /// off, what each unknown answer changes by itself has been seen.
    pub(crate) fn explore_evenly<T>(
        &self,
        limit: usize,
        run: &dyn Fn(&mut Who<'_>) -> T,
        visit: &mut dyn FnMut(Path<T>),
    ) -> Explored {
        let crowd = Crowd::all(self.memory.candidates);
        let mut waiting = VecDeque::from([Vec::new()]);
        let mut explored = Explored::default();
        while let Some(script) = waiting.pop_front() {
            if explored.paths >= limit {
                explored.is_cut = true;
                return explored;
            }
            explored.paths += 1;
            let mut who = Who::new(&self.memory, self.base, &crowd, &script, (None, Until::End));
            if let Some(taken) = &self.taken {
                who.take_one_by_one(taken);
            }
            let outcome = run(&mut who);
            // Past its script a run takes the first branch, so each way is met once.
            for (at, (_, branches)) in who.forks().iter().enumerate().skip(script.len()) {
                let before: Vec<u16> = who.forks().iter().take(at).map(|(taken, _)| *taken).collect();
                // No more wait than are followed, and one to tell that there are more.
                for branch in (1..*branches).take((limit + 1).saturating_sub(waiting.len())) {
                    let mut next = before.clone();
                    next.push(branch);
                    waiting.push_back(next);
                }
            }
            let (session, assumed, left) = who.into_parts();
            visit(Path { outcome, session, assumed, left });
        }
        explored
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Finding, Missing, Site, Var, YES_OR_NO};
    use postproof_diag::Text;

    fn senders(names: &[&str]) -> Candidates {
        let with = |name: &&str| Session { sender: Some((*name).to_owned()), ..Session::default() };
        let mut candidates = Candidates::one(&Session::default());
        candidates.values[Var::Sender as usize] = names.iter().map(with).collect();
        candidates
    }

    fn ends_in(who: &mut Who<'_>, tail: &'static str) -> bool {
        let look = |session: &Session| match session.sender.as_deref() {
            Some(sender) if sender.ends_with(tail) => Finding::Yes,
            Some(_) | None => Finding::No,
        };
        who.on(Var::Sender, Site::of(tail), YES_OR_NO, &look) == Finding::Yes
    }

    #[test]
    fn each_unknown_answer_is_seen_by_itself_before_two_are_together() {
        let candidates = senders(&["a@x"]);
        let run = |who: &mut Who<'_>| {
            let ask = |who: &mut Who<'_>, question: &str| {
                let missing = Missing::new(question, Text::verbatim(question));
                who.assume(Site::of(question), missing, YES_OR_NO) == Finding::Yes
            };
            [ask(who, "a"), ask(who, "b"), ask(who, "c")]
        };
        let ways = |limit: usize| {
            let mut ways = Vec::new();
            let base = Session::default();
            let explorer = Explorer::new(&base, &candidates);
            let explored = explorer.explore_evenly(limit, &run, &mut |path| ways.push(path.outcome));
            (ways, explored.is_cut)
        };
        let (first, is_cut) = ways(4);
        assert_eq!(first, [[false; 3], [true, false, false], [false, true, false], [false, false, true]]);
        assert!(is_cut);
        let (mut all, is_cut) = ways(8);
        all.sort_unstable();
        all.dedup();
        assert_eq!((all.len(), is_cut), (8, false));
    }

    #[test]
    fn each_way_has_the_candidates_that_go_it() {
        let candidates = senders(&["a@x", "b@x", "c@y", "d@z"]);
        let mut ways = Vec::new();
        let run = |who: &mut Who<'_>| (ends_in(who, "x"), ends_in(who, "y"), ends_in(who, "x"));
        explore(&Session::default(), &candidates, MAX_PATHS, &run, &mut |path| {
            ways.push((path.outcome, path.left.of(Var::Sender), path.session.sender));
            true
        });
        ways.sort();
        let expected = [
            ((false, false, false), vec![3], Some("d@z".to_owned())),
            ((false, true, false), vec![2], Some("c@y".to_owned())),
            ((true, false, true), vec![0, 1], Some("a@x".to_owned())),
        ];
        assert_eq!(ways, expected);
    }

    #[test]
    fn what_is_not_known_forks_once_for_all_candidates() {
        let candidates = senders(&["a@x", "b@y", "c@z"]);
        let asked = |session: &Session| {
            let question = session.sender.clone().unwrap_or_default();
            if question == "c@z" {
                return Finding::No;
            }
            Finding::Unknown(Missing::new(question.as_str(), Text::verbatim("it")))
        };
        let run = |who: &mut Who<'_>| {
            let first = who.on(Var::Sender, Site::of("known"), YES_OR_NO, &asked);
            let again = who.on(Var::Sender, Site::of("known"), YES_OR_NO, &asked);
            assert_eq!(first, again);
            first
        };
        let mut ways = Vec::new();
        let explored = explore(&Session::default(), &candidates, MAX_PATHS, &run, &mut |path| {
            ways.push((path.outcome, path.left.of(Var::Sender), path.assumed.len()));
            true
        });
        assert!(!explored.is_cut);
        assert_eq!(ways, [(Finding::No, vec![0, 1], 1), (Finding::Yes, vec![0, 1], 1), (Finding::No, vec![2], 0)]);
    }

    #[test]
    fn what_was_assumed_is_what_the_session_asks() {
        let candidates = senders(&["a@x", "b@y"]);
        let asked = |session: &Session| {
            let question = session.sender.clone().unwrap_or_default();
            Finding::Unknown(Missing::new(question.as_str(), Text::verbatim("it")))
        };
        let run = |who: &mut Who<'_>| {
            who.on(Var::Sender, Site::of("known"), YES_OR_NO, &asked);
            ends_in(who, "x")
        };
        let mut ways = 0;
        explore(&Session::default(), &candidates, MAX_PATHS, &run, &mut |path| {
            ways += 1;
            assert_eq!(path.session.sender.as_deref(), Some(&*path.assumed[0].missing.question));
            true
        });
        assert_eq!(ways, 4);
    }

    #[test]
    fn a_limit_that_is_reached_is_said() {
        let candidates = senders(&["a@x", "b@y"]);
        let run = |who: &mut Who<'_>| ends_in(who, "x");
        assert!(explore(&Session::default(), &candidates, 1, &run, &mut |_| true).is_cut);
        assert!(!explore(&Session::default(), &candidates, 2, &run, &mut |_| true).is_cut);
    }
}
