//! Every way that a session can go.

use crate::who::Memory;
use crate::{Assumed, Candidates, Session, Var, Who};

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
    /// For each fact of [`Var::ALL`] the candidates that go this way.
    pub left: [Vec<usize>; 7],
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
    let memory = Memory::new(candidates);
    let mut script: Vec<u16> = Vec::new();
    let mut explored = Explored::default();
    loop {
        if explored.paths >= limit {
            explored.is_cut = true;
            return explored;
        }
        explored.paths += 1;
        let mut who = Who::new(&memory, base, &script);
        let outcome = run(&mut who);
        let mut forks = who.forks().to_vec();
        let path = Path {
            outcome,
            session: who.session().clone(),
            assumed: who.assumed().to_vec(),
            left: std::array::from_fn(|at| Var::ALL.get(at).map(|var| who.left(*var)).unwrap_or_default()),
        };
        if !visit(path) {
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
