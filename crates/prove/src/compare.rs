//! Which sessions two configurations answer otherwise.
//!
//! Both services are played by the same clients, one right after the other, so
//! that each way stands for clients whom both answer alike, under the same
//! answers of the world. A way on which the two differ is a change; it is played
//! again as a single session before it is told.

mod focus;
mod judge;

use crate::candidates::Universe;
use crate::claims::base;
pub use focus::{Edit, Edited};
pub use judge::{Difference, Kind, Place, differences, reply_at};
use postproof_sim::{
    Assumed, Candidates, Command, Config, Crowd, Explorer, Finding, Handling, Outcome, Path, Session, Status, Var, Who,
    play, simulate,
};
use std::collections::BTreeMap;

/// Ways that are followed for one service; past it, sessions are tried one by one.
pub const MAX_COMPARED: usize = 20_000;

/// Changes of one service that are told; more of the same help nobody.
pub const MAX_CHANGES: usize = 60;

/// Single sessions that are tried besides: with VRFY, ETRN and two recipients.
const TRIED: usize = 240;

/// Single sessions that are tried where not every way was followed.
const TRIED_WHEN_CUT: usize = 3_000;

/// Ways of one single session.
const MAX_WAYS_OF_SESSION: usize = 512;

/// A kind of sessions that two configurations answer otherwise.
#[derive(Clone, Debug)]
pub struct Change {
    /// What it means, and the first command that is answered otherwise.
    pub difference: Difference,
    /// One of the sessions.
    pub session: Session,
    /// How it goes with the first configuration, and with the second.
    pub outcomes: [Outcome; 2],
    /// Answers of the world under which it is so.
    pub assumed: Vec<Assumed>,
    /// The entries that differ and had a part in it.
    pub blamed: Vec<Edited>,
}

/// How two services compare.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Whether each starts; one that does not answers nobody.
    pub starts: [bool; 2],
    /// Entries of lists and classes that differ.
    pub edited: Vec<Edited>,
    /// The changes, gravest first.
    pub changes: Vec<Change>,
    /// Ways that were followed.
    pub ways: usize,
    /// Whether a limit was reached: there may be more changes.
    pub is_cut: bool,
}

impl Comparison {
    /// Whether there is a change of this kind.
    pub fn has(&self, kind: Kind) -> bool {
        self.changes.iter().any(|change| change.difference.kind == kind)
    }
}

/// Compares what two services answer to every session.
pub fn compare<'c>(old: &'c Config<'c>, new: &'c Config<'c>) -> Comparison {
    let configs = [old, new];
    let universe = Universe::of(&configs);
    let base = base();
    let edited = focus::edited(configs);
    let explorer = Explorer::new(&base, &universe.candidates);
    let is_narrow = focus::only_lists_differ(configs, &edited);
    let crowds = if is_narrow {
        focus::concerned(configs, &explorer, &universe, &edited)
    } else {
        vec![Crowd::all(&universe.candidates)]
    };
    let starts = configs.map(|config| config.start_up_fault().is_none());
    let mut search = Search { configs, universe: &universe, edited: &edited, found: BTreeMap::new(), lost: false };
    let (mut ways, mut is_cut) = (0, universe.is_cut());
    for crowd in &crowds {
        let left = MAX_COMPARED.saturating_sub(ways);
        let run = |who: &mut Who<'_>| search_run(configs, who);
        let explored = explorer.explore(crowd, None, left, &run, &mut |path| {
            search.visit(path);
            true
        });
        ways += explored.paths;
        is_cut |= explored.is_cut;
    }
    if !(is_narrow && edited.is_empty()) {
        search.try_single(&crowds, if is_cut { TRIED_WHEN_CUT } else { TRIED });
    }
    let (changes, lost) = search.confirmed();
    Comparison { starts, edited, changes, ways, is_cut: is_cut || lost }
}

/// Both courses of one session; how many of the answers assumed the first asked for.
struct Both {
    outcomes: [Outcome; 2],
    asked: usize,
}

fn search_run<'c>([old, new]: [&'c Config<'c>; 2], who: &mut Who<'_>) -> Both {
    who.turn_to_side(0);
    let first = play(old, who);
    let asked = who.assumed().len();
    who.turn_to_side(1);
    let second = play(new, who);
    Both { outcomes: [first, second], asked }
}

/// What changes have in common that are told as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sort {
    kind: Kind,
    place: Place,
    answers: [(u16, &'static str, Option<usize>); 2],
    /// Where it is that which differs.
    handling: [Handling; 2],
}

/// A session before it is played again.
struct Candidate {
    session: Session,
    assumed: Vec<Assumed>,
}

struct Search<'s, 'c> {
    configs: [&'c Config<'c>; 2],
    universe: &'s Universe,
    edited: &'s [Edited],
    found: BTreeMap<Sort, Vec<Candidate>>,
    lost: bool,
}

impl<'c> Search<'_, 'c> {
    /// Notes how the two courses of a way differ.
    fn visit(&mut self, path: Path<Both>) {
        let Both { outcomes: [old, new], asked } = &path.outcome;
        let differences = differences(old, new);
        if differences.is_empty() || contradicts(&path.assumed, *asked) {
            return;
        }
        for difference in differences {
            let sort = sort_of(difference, [old, new]);
            let known = self.found.entry(sort).or_default();
            // The second is tried where the first can't be played alone.
            let weight = |assumed: &[Assumed], session: &Session| (assumed.len(), features(session));
            let least = known.iter().map(|one| weight(&one.assumed, &one.session)).min();
            if known.len() < 3 || least.is_some_and(|least| weight(&path.assumed, &path.session) < least) {
                known.push(Candidate { session: path.session.clone(), assumed: path.assumed.clone() });
            }
        }
    }

    /// Tries sessions one by one, among them such as have more than one recipient or
    /// none: ways have one.
    fn try_single(&mut self, crowds: &[Crowd], count: usize) {
        let all = Crowd::all(&self.universe.candidates);
        let mut random = Numbers(0x5EED);
        for number in 0..count {
            // Whom an entry concerns was found with one recipient.
            let narrow = if random.below(3) > 0 { crowds.get(random.below(crowds.len())) } else { None };
            let crowd = narrow.unwrap_or(&all);
            let mut session = self.pick(crowd, &mut random);
            match number % 6 {
                0 => session.vrfy = session.recipients.first().cloned(),
                1 => session.etrn = session.recipients.first().map(|to| to.rsplit('@').next().unwrap_or(to).to_owned()),
                2 => {
                    let more = self.pick(crowd, &mut random).recipients;
                    session.recipients.extend(more);
                }
                3 => {
                    let more = self.pick(crowd, &mut random).recipients;
                    session.recipients.extend(more);
                    session.sender = Some(String::new());
                }
                _ => {}
            }
            let candidates = Candidates::one(&session);
            let configs = self.configs;
            let run = |who: &mut Who<'_>| search_run(configs, who);
            let explorer = Explorer::new(&session, &candidates);
            explorer.explore(&Crowd::all(&candidates), None, MAX_WAYS_OF_SESSION, &run, &mut |mut path| {
                // A run leaves it with the last recipient.
                path.session.clone_from(&session);
                self.visit(path);
                true
            });
        }
    }

    fn pick(&self, crowd: &Crowd, random: &mut Numbers) -> Session {
        let mut session = base();
        for var in Var::ALL {
            let all = crowd.of(var);
            let Some(from) = all.get(random.below(all.len())).and_then(|at| self.universe.get(var, *at)) else {
                continue;
            };
            var.copy(from, &mut session);
        }
        session
    }

    /// Every change, played again as a single session; and whether one was lost.
    fn confirmed(mut self) -> (Vec<Change>, bool) {
        let mut changes: Vec<Change> = Vec::new();
        let found = std::mem::take(&mut self.found);
        let is_full = found.len() > MAX_CHANGES;
        for (sort, mut candidates) in found.into_iter().take(MAX_CHANGES) {
            candidates.sort_by_key(|one| (one.assumed.len(), features(&one.session)));
            match candidates.iter().find_map(|one| self.confirm(&sort, one)) {
                Some(change) => changes.push(change),
                None => self.lost = true,
            }
        }
        (in_order(changes), self.lost || is_full)
    }

    fn confirm(&self, sort: &Sort, candidate: &Candidate) -> Option<Change> {
        let [old, new] = self.configs;
        let [seen, seen_by_new] = [old, new].map(|config| config.as_seen(&candidate.session));
        if seen != seen_by_new {
            return self.confirm_apart(sort, &candidate.session);
        }
        let candidates = Candidates::one(&seen);
        let explorer = Explorer::new(&seen, &candidates);
        let run = |who: &mut Who<'_>| search_run([old, new], who);
        let mut change = None;
        explorer.explore(&Crowd::all(&candidates), None, MAX_WAYS_OF_SESSION, &run, &mut |path| {
            let Both { outcomes, asked } = path.outcome;
            let is_known = |one: &Assumed| candidate.assumed.iter().any(|known| known == one);
            if contradicts(&path.assumed, asked) || !path.assumed.iter().all(is_known) {
                return true;
            }
            let found = differences(&outcomes[0], &outcomes[1]).into_iter().find(|one| one.kind == sort.kind);
            let Some(difference) = found else { return true };
            change = Some(self.change(difference, seen.clone(), outcomes, path.assumed));
            false
        });
        change
    }

    /// The same where the services see the client's name differently.
    fn confirm_apart(&self, sort: &Sort, session: &Session) -> Option<Change> {
        let played = self.configs.map(|config| simulate(config, session));
        if played.iter().any(|one| one.is_cut) {
            return None;
        }
        let outcomes = played.map(|one| one.outcome);
        let found = differences(&outcomes[0], &outcomes[1]).into_iter().find(|one| one.kind == sort.kind)?;
        Some(self.change(found, session.clone(), outcomes, Vec::new()))
    }

    fn change(
        &self,
        difference: Difference,
        session: Session,
        outcomes: [Outcome; 2],
        assumed: Vec<Assumed>,
    ) -> Change {
        let acts = |one: &&Edited| {
            outcomes.get(one.side).is_some_and(|outcome| {
                let answers = |(met, status): &(u32, Status)| *met == one.entry.id && *status != Status::Dunno;
                outcome.visited.iter().any(answers) || outcome.marked.contains(&one.entry.id)
            })
        };
        let blamed = self.edited.iter().filter(acts).cloned().collect();
        Change { difference, session, outcomes, assumed, blamed }
    }
}

/// What is beyond the plainest session.
fn features(session: &Session) -> usize {
    let extra = [session.vrfy.is_some(), session.etrn.is_some(), session.recipients.len() > 1];
    let more = [session.tls, session.certificate.is_some(), session.login.is_some(), session.client.name.is_some()];
    extra.iter().filter(|is_so| **is_so).count() * 8 + more.iter().filter(|is_so| **is_so).count()
}

/// Changes of a kind with one for each cause first, the plainest.
fn in_order(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort_by_key(|change| (change.difference.kind, features(&change.session), change.assumed.len()));
    let mut seen: BTreeMap<(Kind, Vec<(usize, u32)>), usize> = BTreeMap::new();
    let mut ranked: Vec<(Kind, usize, Change)> = Vec::new();
    for change in changes {
        let cause = change.blamed.iter().map(|one| (one.side, one.entry.id)).collect();
        let count = seen.entry((change.difference.kind, cause)).or_default();
        ranked.push((change.difference.kind, *count, change));
        *count += 1;
    }
    ranked.sort_by_key(|(kind, rank, _)| (*kind, *rank));
    ranked.into_iter().map(|(_, _, change)| change).collect()
}

fn sort_of(difference: Difference, outcomes: [&Outcome; 2]) -> Sort {
    let answers = outcomes.map(|outcome| {
        let reply = reply_at(outcome, difference.place);
        reply.map_or((0, "", None), |reply| (reply.code, reply.decider.list, reply.decider.index))
    });
    // Which of several recipients it is tells nothing.
    let place = match difference.place {
        (Command::Rcpt, _) => (Command::Rcpt, 0),
        place => place,
    };
    let handling = match difference.kind {
        Kind::Handled => outcomes.map(|outcome| outcome.handling.clone()),
        Kind::Permitted | Kind::Refused | Kind::Other => Default::default(),
    };
    Sort { kind: difference.kind, place, answers, handling }
}

/// Whether the second service was given another answer than the first to the
/// same question: no world answers so.
fn contradicts(assumed: &[Assumed], asked: usize) -> bool {
    let (first, second) = assumed.split_at(asked.min(assumed.len()));
    let is_other = |one: &Assumed, other: &Assumed| {
        one.missing.question == other.missing.question && is_plain(&one.finding) && is_plain(&other.finding)
    };
    second.iter().any(|other| {
        let mut known = first.iter().filter(|one| is_other(one, other)).peekable();
        known.peek().is_some() && !known.any(|one| one.finding == other.finding)
    })
}

/// Whether a finding means the same whoever asks; what a case stands for, the
/// restriction that asks decides.
fn is_plain(finding: &Finding) -> bool {
    match finding {
        Finding::No | Finding::Yes | Finding::Temporary | Finding::Broken | Finding::Text(_) => true,
        Finding::Case(_) | Finding::Unknown(_) => false,
    }
}

/// Numbers in no order that come again in each run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % count.max(1) as u64) as usize
    }
}

#[cfg(test)]
mod tests;
