//! Entries of lists that change nothing, and the entries that make them so.
//!
//! An entry alone splits all clients into those whose list it ends and those it
//! lets go on. Following a list, what is left of the clients is the set that
//! reaches the next entry; an entry is dead if nobody is left, or if all whom
//! it would concern were dealt with before. Sets that are not exact (patterns,
//! DNS, servers) only ever count as letting everybody go on, so that what is
//! called dead is dead.

mod kinds;
mod quick;
mod sets;

use crate::candidates::Universe;
use crate::claims::base;
use crate::vocabulary::Vocabulary;
use crate::walk::{Walker, merged};
use kinds::Kinds;
use postproof_diag::{Span, Text};
use postproof_model::{Model, ServiceId};
use postproof_sim::{Assumed, Command, Config, Crowd, EntryInfo, Finding, Outcome, Session, Status, Until, Var, World};
pub(crate) use quick::Sought;
use sets::{Taken, blockers, intersected, intersected_exactly, left_of, left_of_exactly, meet};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Ways that are followed to find who reaches the lists at all; past it
/// everybody counts as reaching them.
const MAX_WAYS: usize = 4_000;

/// An entry that changes nothing.
#[derive(Clone, Debug)]
pub struct DeadEntry {
    /// The entry.
    pub entry: EntryInfo,
    /// Why.
    pub why: Dead,
    /// The entries that make it so, in order.
    pub by: Vec<EntryInfo>,
}

/// Why an entry changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dead {
    /// Every session has left the list, or was refused, before.
    NotReached,
    /// All whom it concerns were dealt with before.
    Covered,
    /// The same entry stands before it.
    Repeated,
    /// No session is such that it answers anything.
    NeverMatches,
    /// What it asks is not known yet when its list is asked.
    TooEarly,
    /// It names a class that has no definition.
    UndefinedClass,
    /// It lets pass whom nothing after it in the list refuses.
    Redundant,
}

impl Dead {
    /// What that means.
    pub fn text(self) -> Text {
        match self {
            Dead::NotReached => Text::fixed(
                "it is never reached: every session has left the list, or was refused, before",
                "실행되지 않습니다. 모든 세션이 그 전에 목록을 벗어나거나 거부됩니다",
            ),
            Dead::Covered => Text::fixed(
                "it decides nothing: all whom it concerns were dealt with before",
                "아무것도 결정하지 않습니다. 해당하는 클라이언트가 모두 그 전에 처리됩니다",
            ),
            Dead::Repeated => Text::fixed(
                "it decides nothing: the same entry stands before it",
                "아무것도 결정하지 않습니다. 같은 항목이 앞에 있습니다",
            ),
            Dead::NeverMatches => Text::fixed(
                "it decides nothing: no session of this service is such that it applies",
                "아무것도 결정하지 않습니다. 이 서비스의 어떤 세션에도 해당하지 않습니다",
            ),
            Dead::TooEarly => Text::fixed(
                "it decides nothing: the client has not yet said what it looks at",
                "아무것도 결정하지 않습니다. 살펴볼 내용을 클라이언트가 아직 말하지 않은 단계입니다",
            ),
            Dead::UndefinedClass => Text::fixed(
                "it names a class that has no definition, and smtpd does not start",
                "정의가 없는 클래스라서 smtpd가 시작되지 않습니다",
            ),
            Dead::Redundant => Text::fixed(
                "it makes no difference: nothing that comes after it in the list refuses those whom it lets pass",
                "결과가 달라지지 않습니다. 목록에서 뒤따르는 항목이 통과시킨 클라이언트를 거부하지 않습니다",
            ),
        }
    }

    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Dead::NotReached => "not-reached",
            Dead::Covered => "covered",
            Dead::Repeated => "repeated",
            Dead::NeverMatches => "never-matches",
            Dead::TooEarly => "too-early",
            Dead::UndefinedClass => "undefined-class",
            Dead::Redundant => "redundant",
        }
    }
}

/// What the search for dead entries came to.
#[derive(Clone, Debug, Default)]
pub struct DeadEntries {
    /// The entries, list by list.
    pub entries: Vec<DeadEntry>,
    /// Whether a limit was reached: only what no client decides was looked at.
    pub is_cut: bool,
}

/// The dead entries of one smtpd service.
pub fn dead(model: &Model, service: ServiceId, world: &World) -> DeadEntries {
    let config = Config::new(model, service, world);
    let universe = Universe::of(&[&config]);
    let words = Vocabulary::of(&config);
    dead_in(&config, &universe, &words, None, usize::MAX).0
}

/// The entries that are dead in every one of these services that has them; an
/// entry without a place is not of the configuration's making.
pub fn dead_in_all(model: &Model, services: &[ServiceId], world: &World) -> Vec<DeadEntry> {
    let each = services.iter().map(|service| {
        let config = Config::new(model, *service, world);
        let universe = Universe::of(&[&config]);
        let words = Vocabulary::of(&config);
        (places(&config), dead_in(&config, &universe, &words, None, usize::MAX).0.entries)
    });
    dead_wherever(each)
}

/// The places of all entries of a service.
pub(crate) fn places(config: &Config<'_>) -> BTreeSet<Span> {
    config.entries().iter().filter_map(|entry| entry.span).collect()
}

/// Of the places and the dead entries of each service those entries that are
/// dead in every service that has them.
pub(crate) fn dead_wherever(each: impl Iterator<Item = (BTreeSet<Span>, Vec<DeadEntry>)>) -> Vec<DeadEntry> {
    let mut found: Vec<(DeadEntry, usize)> = Vec::new();
    let mut has: BTreeMap<Span, usize> = BTreeMap::new();
    for (places, dead) in each {
        for span in places {
            *has.entry(span).or_default() += 1;
        }
        for one in dead {
            match found.iter_mut().find(|(known, _)| known.entry.span == one.entry.span) {
                Some((_, count)) => *count += 1,
                None => found.push((one, 1)),
            }
        }
    }
    let everywhere = |one: &(DeadEntry, usize)| one.0.entry.span.is_some_and(|span| has.get(&span) == Some(&one.1));
    found.into_iter().filter(everywhere).map(|(one, _)| one).collect()
}

/// The dead entries, as far as so many ways tell, and the clients who
/// get to RCPT and whom no list is sure to refuse.
pub(crate) fn dead_in<'c>(
    config: &'c Config<'c>,
    universe: &Universe,
    words: &Vocabulary,
    sought: Option<&Sought<'_>>,
    ways: usize,
) -> (DeadEntries, Vec<Crowd>) {
    let base = base();
    let cx = Cx {
        walker: Walker::new(config, &base, universe).at_most(ways),
        universe,
        kinds: Kinds::of(config, words),
        delays: config.yes("smtpd_delay_reject"),
        does: RefCell::default(),
    };
    let mut out = DeadEntries { entries: kinds::undefined(config, &cx.walker.entries), is_cut: universe.is_cut() };
    // A service that does not start asks nothing.
    let alive = match config.start_up_fault() {
        None => match sought {
            Some(sought) => cx.quickly(sought, &mut out),
            None => cx.all_lists(&mut out),
        },
        Some(_) => Vec::new(),
    };
    (out, alive)
}

struct Cx<'a, 'c> {
    walker: Walker<'a, 'c>,
    universe: &'a Universe,
    kinds: Kinds,
    delays: bool,
    /// What was found of entries, by number.
    does: RefCell<BTreeMap<u32, Rc<Does>>>,
}

/// What one entry does with all clients, each set in crowds.
#[derive(Default)]
struct Does {
    /// Its list ends for them, in their favour or not.
    ends: Vec<Crowd>,
    refuses: Vec<Crowd>,
    /// It leaves something behind for them.
    marks: Vec<Crowd>,
    goes_on: Vec<Crowd>,
    /// Some who get to it and for whom it does more than go on.
    seen: Vec<Crowd>,
    /// Whether the sets are right; if not, it may do anything.
    is_exact: bool,
}

/// The commands that clients get to where no list refuses anything.
type Ways = Vec<(Vec<Command>, Crowd)>;

impl Cx<'_, '_> {
    /// The lists in the order asked, each with the command at which it is.
    fn lists(&self) -> [(&'static str, Command); 7] {
        let config = self.walker.config;
        let [first, second] = config.model.rcpt_order(config.scope());
        [
            ("smtpd_client_restrictions", if self.delays { Command::Rcpt } else { Command::Connect }),
            ("smtpd_helo_restrictions", if self.delays { Command::Rcpt } else { Command::Helo }),
            ("smtpd_sender_restrictions", if self.delays { Command::Rcpt } else { Command::Mail }),
            (first, Command::Rcpt),
            (second, Command::Rcpt),
            ("smtpd_data_restrictions", Command::Data),
            ("smtpd_end_of_data_restrictions", Command::EndOfData),
        ]
    }

    fn all_lists(&self, out: &mut DeadEntries) -> Vec<Crowd> {
        let typical = self.typical();
        let ways = self.reach();
        let stage_of = |command: Command| -> Vec<Crowd> { stage(&ways, command) };
        let mut alive = vec![Crowd::all(&self.universe.candidates)];
        let mut taken: Vec<Taken<'_>> = Vec::new();
        for (list, command) in self.lists() {
            // ETRN asks the first ones without sender and recipient.
            let is_first = matches!(list, "smtpd_client_restrictions" | "smtpd_helo_restrictions");
            let mut stage = if is_first { vec![Crowd::all(&self.universe.candidates)] } else { stage_of(command) };
            if !is_first && command == Command::Rcpt && list != "smtpd_sender_restrictions" {
                // VRFY asks them without a sender.
                let mut without = Crowd::all(&self.universe.candidates);
                without.keep(Var::Sender, &|at| {
                    self.universe.get(Var::Sender, at).is_some_and(|one| one.sender.is_none())
                });
                stage.push(without);
            }
            let waiting = intersected(&stage, &alive);
            let refused = self.one_list(list, waiting, typical.as_ref(), &mut taken, out);
            alive = left_of(alive, &refused);
        }
        // Whom the built-in checks of MAIL refuse gets to no list of RCPT; without
        // the delay an entry of the sender list can take their place.
        if self.delays { intersected(&stage_of(Command::Rcpt), &alive) } else { alive }
    }

    /// Somebody who gets past all lists: who greets with EHLO and uses TLS gets
    /// to everything, if anybody does.
    fn typical(&self) -> Option<Crowd> {
        let all = Crowd::all(&self.universe.candidates);
        let mut good = all.clone();
        good.keep(Var::Tls, &|at| self.universe.get(Var::Tls, at).is_some_and(|one| one.tls));
        good.keep(Var::Helo, &|at| self.universe.get(Var::Helo, at).is_some_and(|one| one.helo.is_some()));
        // The first of each kind do most of the time, and ask least.
        let mut usual = good.clone();
        for var in Var::ALL {
            let first = good.of(var).first().copied();
            usual.keep(var, &|at| Some(at) == first);
        }
        let nothing = |_: u8, entry: u32| self.walker.is_top(entry);
        let run = |who: &mut postproof_sim::Who<'_>| {
            self.walker.play(who).replies.iter().any(|reply| reply.command == Command::EndOfData)
        };
        let until = Until::Command(Command::EndOfData);
        [usual, good, all].iter().find_map(|crowd| {
            let mut typical = None;
            self.walker.explore_until(until, crowd, Some(&nothing), MAX_WAYS, &run, &mut |path| {
                if path.outcome && !path.assumed.iter().any(is_of_host) {
                    typical = Some(path.left);
                }
                typical.is_none()
            });
            typical
        })
    }

    /// Who gets to which command where no list refuses anything.
    fn reach(&self) -> Ways {
        let all = Crowd::all(&self.universe.candidates);
        let nothing = |_: u8, entry: u32| self.walker.is_top(entry);
        let run = |who: &mut postproof_sim::Who<'_>| {
            let mut met: Vec<Command> = self.walker.play(who).replies.iter().map(|reply| reply.command).collect();
            met.sort_unstable();
            met.dedup();
            met
        };
        let mut ways: Vec<(Vec<Command>, Vec<Crowd>)> = Vec::new();
        let until = Until::Command(Command::EndOfData);
        let explored = self.walker.explore_until(until, &all, Some(&nothing), MAX_WAYS, &run, &mut |path| {
            match ways.iter_mut().find(|(met, _)| *met == path.outcome) {
                Some((_, crowds)) => crowds.push(path.left),
                None => ways.push((path.outcome, vec![path.left])),
            }
            true
        });
        if explored.is_cut {
            let every =
                [Command::Connect, Command::Helo, Command::Mail, Command::Rcpt, Command::Data, Command::EndOfData];
            return vec![(every.to_vec(), all)];
        }
        let each = |(met, crowds)| merged(crowds).into_iter().map(move |one| (Vec::clone(&met), one));
        ways.into_iter().flat_map(each).collect()
    }

    /// Follows one list; gives whom it refuses.
    fn one_list<'e>(
        &'e self,
        list: &str,
        mut waiting: Vec<Crowd>,
        typical: Option<&Crowd>,
        taken: &mut Vec<Taken<'e>>,
        out: &mut DeadEntries,
    ) -> Vec<Crowd> {
        let mut refused = Vec::new();
        // Whether an entry that is not exact may have let anybody pass.
        let mut leaks = false;
        let entries = self.walker.of_list(list);
        let does: Vec<Rc<Does>> =
            entries.iter().map(|(entry, warning)| self.does(entry, *warning, list, typical)).collect();
        for (at, (entry, warning)) in entries.iter().enumerate() {
            let Some(what) = does.get(at) else { break };
            let here = Here { list, entries: &entries, does: &does, at, waiting: &waiting };
            if let Some((why, by)) = self.judge(&here, warning.is_some(), taken) {
                out.entries.push(DeadEntry { entry: (*entry).clone(), why, by });
            }
            leaks |= !what.is_exact && kinds::may_permit(entry);
            if waiting.is_empty() || !what.is_exact {
                continue;
            }
            let out_now = intersected(&waiting, &what.refuses);
            let ended = [intersected(&waiting, &what.ends), out_now].concat();
            if !ended.is_empty() {
                let must = if leaks { Vec::new() } else { what.must_refuse(&waiting) };
                refused.extend(must.clone());
                taken.push(Taken { entry, crowds: ended, refused: must, is_everybody: what.goes_on.is_empty() });
            }
            waiting = match intersected_exactly(&waiting, &what.goes_on) {
                Ok(waiting) => waiting,
                Err(more) => {
                    // Some of these have left the list: nobody is sure to be refused.
                    leaks = true;
                    merged(more)
                }
            };
        }
        // Past the list only those count whom it refused.
        for one in taken.iter_mut() {
            one.crowds.clone_from(&one.refused);
        }
        taken.retain(|one| !one.crowds.is_empty());
        refused
    }

    /// Whether an entry is dead, why, and by whom.
    fn judge(&self, here: &Here<'_>, is_warned: bool, taken: &[Taken<'_>]) -> Option<(Dead, Vec<EntryInfo>)> {
        let (entry, _) = here.entries.get(here.at)?;
        let what = here.does.get(here.at)?;
        if here.waiting.is_empty() {
            return Some((Dead::NotReached, blockers(taken, None)));
        }
        // What is only logged is there to be logged.
        if is_warned {
            return None;
        }
        let before = here.entries.get(..here.at).unwrap_or_default();
        let is_same = |(other, warning): &&(&EntryInfo, Option<u32>)| warning.is_none() && kinds::is_same(entry, other);
        if let Some((same, _)) = before.iter().find(is_same)
            && self.kinds.is_steady(entry, &self.walker.entries)
        {
            return Some((Dead::Repeated, vec![(*same).clone()]));
        }
        if !what.is_exact {
            return None;
        }
        let concerned = [what.ends.as_slice(), &what.refuses, &what.marks].concat();
        if concerned.is_empty() {
            let early = !self.delays && kinds::is_too_early(entry, here.list);
            return Some((if early { Dead::TooEarly } else { Dead::NeverMatches }, Vec::new()));
        }
        if !meet(here.waiting, &concerned) {
            return Some((Dead::Covered, blockers(taken, Some(concerned))));
        }
        let lets_pass = what.refuses.is_empty() && what.marks.is_empty();
        (lets_pass && self.is_redundant(here, intersected(here.waiting, &what.ends)))
            .then(|| (Dead::Redundant, Vec::new()))
    }

    /// Whether nothing that comes after an entry does anything to these clients
    /// but let them pass.
    fn is_redundant(&self, here: &Here<'_>, clients: Vec<Crowd>) -> bool {
        here.does
            .iter()
            .skip(here.at + 1)
            .all(|later| later.is_exact && !meet(&clients, &later.refuses) && !meet(&clients, &later.marks))
    }

    /// What one entry does, found once.
    fn does(&self, entry: &EntryInfo, warning: Option<u32>, list: &str, typical: Option<&Crowd>) -> Rc<Does> {
        if let Some(known) = self.does.borrow().get(&entry.id) {
            return Rc::clone(known);
        }
        let same = self.same_as(entry, list).and_then(|same| self.does.borrow().get(&same).map(Rc::clone));
        let is_same = warning.is_none() && same.is_some();
        let does = same.filter(|_| is_same).unwrap_or_else(|| Rc::new(self.alone(entry, warning, list, typical)));
        self.does.borrow_mut().insert(entry.id, Rc::clone(&does));
        does
    }

    /// The same entry in another list that is asked for the same clients. A name
    /// of HELO, which not every client gives, is asked for by one list alone.
    fn same_as(&self, entry: &EntryInfo, list: &str) -> Option<u32> {
        const ALIKE: [&str; 4] = [
            "smtpd_client_restrictions",
            "smtpd_sender_restrictions",
            "smtpd_relay_restrictions",
            "smtpd_recipient_restrictions",
        ];
        if !self.delays || !ALIKE.contains(&list) || !kinds::is_built_in(entry) {
            return None;
        }
        ALIKE.iter().find_map(|list| {
            let entries = self.walker.of_list(list);
            let same = entries.iter().find(|(one, warning)| {
                warning.is_none() && one.id != entry.id && one.word == entry.word && one.argument == entry.argument
            });
            same.map(|(one, _)| one.id).filter(|id| self.does.borrow().contains_key(id))
        })
    }

    /// What one entry does with all clients where all others are passed over.
    fn alone(&self, entry: &EntryInfo, warning: Option<u32>, list: &str, typical: Option<&Crowd>) -> Does {
        let vars = self.kinds.vars(entry, list, &self.walker.entries).filter(|_| !self.universe.is_cut());
        let vars = vars.filter(|_| !self.walker.is_spent());
        let (Some(vars), Some(typical)) = (vars, typical) else { return Does::default() };
        let all = Crowd::all(&self.universe.candidates);
        let mut crowd = all.clone();
        for var in Var::ALL.into_iter().filter(|var| !vars.contains(var)) {
            let first = typical.of(var).first().copied();
            crowd.keep(var, &|at| Some(at) == first);
        }
        let skips = |_: u8, other: u32| self.walker.is_top(other) && other != entry.id && Some(other) != warning;
        let run = |who: &mut postproof_sim::Who<'_>| did(&self.walker.play(who), entry.id);
        let mut does = Does { is_exact: true, ..Does::default() };
        let (mut depends, mut is_asked) = (false, false);
        let explored =
            self.walker.explore_until(Until::Entry(entry.id), &crowd, Some(&skips), MAX_WAYS, &run, &mut |path| {
                // An address literal that may be the host's own is like no other
                // candidate; tables that name one are not exact. Where other clients
                // depend on the host too, nothing is.
                if path.assumed.iter().any(is_of_host) {
                    depends |= !has_literal(&path.session);
                    if path.assumed.iter().any(|one| is_of_host(one) && one.finding != Finding::No) {
                        return true;
                    }
                }
                is_asked |= path.outcome != Did::NotAsked;
                if !matches!(path.outcome, Did::NotAsked | Did::GoesOn) {
                    does.seen.push(path.left.clone());
                }
                let mut clients = path.left;
                for var in Var::ALL.into_iter().filter(|var| !vars.contains(var)) {
                    clients.take(var, &all);
                }
                match path.outcome {
                    Did::NotAsked => {}
                    Did::GoesOn => does.goes_on.push(clients),
                    Did::Marks => {
                        does.marks.push(clients.clone());
                        does.goes_on.push(clients);
                    }
                    Did::LetsPass => does.ends.push(clients),
                    Did::Refuses => does.refuses.push(clients),
                }
                true
            });
        // VRFY and ETRN ask without a sender, ETRN without a recipient.
        for var in [Var::Sender, Var::Recipient] {
            if vars.contains(&var) {
                let mut nobody = all.clone();
                let is_none = |at: usize| self.universe.get(var, at).is_some_and(|one| is_without(one, var));
                nobody.keep(var, &is_none);
                does.goes_on.push(nobody);
            }
        }
        // Before the lists `postmaster` is accepted: of what was never asked nothing is known.
        does.is_exact = !explored.is_cut && !depends && is_asked;
        for crowds in [&mut does.ends, &mut does.refuses, &mut does.marks, &mut does.goes_on] {
            *crowds = merged(std::mem::take(crowds));
        }
        does
    }
}

impl Does {
    /// Those of these clients whom the entry refuses, whatever is not known.
    fn must_refuse(&self, waiting: &[Crowd]) -> Vec<Crowd> {
        let mut left = intersected(waiting, &self.refuses);
        for other in self.goes_on.iter().chain(&self.ends) {
            // Too many crowds taken together would hold more clients.
            match left_of_exactly(left, std::slice::from_ref(other)) {
                Ok(fewer) => left = fewer,
                Err(_) => return Vec::new(),
            }
        }
        left
    }
}

/// Who gets to a command.
fn stage(ways: &Ways, command: Command) -> Vec<Crowd> {
    ways.iter().filter(|(met, _)| met.contains(&command)).map(|(_, crowd)| crowd.clone()).collect()
}

/// An entry at its place in its list.
struct Here<'h> {
    list: &'h str,
    entries: &'h [(&'h EntryInfo, Option<u32>)],
    does: &'h [Rc<Does>],
    at: usize,
    waiting: &'h [Crowd],
}

/// What an entry did in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Did {
    NotAsked,
    GoesOn,
    Marks,
    LetsPass,
    Refuses,
}

fn did(outcome: &Outcome, entry: u32) -> Did {
    let Some((_, status)) = outcome.visited.iter().find(|(met, _)| *met == entry) else { return Did::NotAsked };
    match status {
        Status::Dunno if outcome.marked.contains(&entry) => Did::Marks,
        Status::Dunno => Did::GoesOn,
        Status::Permit | Status::Discard => Did::LetsPass,
        // An error ended the check in it.
        Status::Reject | Status::Error | Status::None => Did::Refuses,
    }
}

/// Whether it is asked what the host is called or has for addresses.
fn is_of_host(one: &Assumed) -> bool {
    one.missing.question.starts_with("host:")
}

fn has_literal(session: &Session) -> bool {
    session.sender.iter().chain(&session.recipients).any(|address| address.contains("@["))
}

fn is_without(session: &Session, var: Var) -> bool {
    match var {
        Var::Sender => session.sender.is_none(),
        Var::Recipient => session.recipients.is_empty(),
        Var::Address | Var::Name | Var::Helo | Var::Tls | Var::Login => false,
    }
}

#[cfg(test)]
mod tests;
