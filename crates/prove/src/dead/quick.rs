//! Dead entries for a check of a whole host: only those that the entries before
//! them in their own list make dead, and only where something is suspected.
//!
//! An entry is needed if one client is known who gets to its list, is left there
//! by the entries before it, and for whom it does something. If a list before
//! refuses that client, the entry may be dead, but not by its own list alone.
//! Where no such client is seen at once, everything is gone through.

use super::kinds;
use super::sets::{intersected, intersected_exactly, left_of, meet};
use super::{Cx, DeadEntries, MAX_WAYS};
use crate::walk::merged;
use postproof_diag::Span;
use postproof_sim::{Command, Crowd, EntryInfo, Until, Var};
use std::collections::BTreeSet;

/// Ways that are followed to find somebody who gets to a list.
const MAX_TRIES: usize = 20;

/// What is to be known of one service of several.
pub(crate) struct Sought<'s> {
    /// Places of entries that another service needs: whether they are dead here
    /// does not matter, nor for those without a place.
    pub(crate) needed: &'s BTreeSet<Span>,
    /// Clients of whom it is only asked whether every list refuses them.
    pub(crate) strangers: &'s Crowd,
}

impl Sought<'_> {
    fn is_judged(&self, entry: &EntryInfo) -> bool {
        entry.span.is_some_and(|span| !self.needed.contains(&span))
    }

    /// Whether none of the strangers is left.
    fn is_settled(&self, alive: &[Crowd]) -> bool {
        !alive.iter().any(|crowd| crowd.meets(self.strangers))
    }
}

impl Cx<'_, '_> {
    /// The lists one by one, until all that is sought is known; gives the clients,
    /// at least all strangers, whom no list is sure to refuse.
    pub(super) fn quickly(&self, sought: &Sought<'_>, out: &mut DeadEntries) -> Vec<Crowd> {
        let typical = self.typical();
        let lists = self.lists();
        let mut alive = vec![Crowd::all(&self.universe.candidates)];
        // Who of the strangers gets to the lists at all, asked where that may be enough.
        let mut are_there = false;
        for (at, (list, command)) in lists.iter().enumerate() {
            let is_open =
                |(list, _): &(&str, Command)| self.walker.of_list(list).iter().any(|one| sought.is_judged(one.0));
            let is_judged = lists.iter().skip(at).any(is_open);
            if !is_judged {
                if sought.is_settled(&alive) {
                    return alive;
                }
                if self.delays && at > 0 && !are_there {
                    are_there = true;
                    let left = self.get_to_rcpt(&alive, sought.strangers);
                    if left.is_empty() {
                        return left;
                    }
                }
            }
            match self.suspicious(list, *command, typical.as_ref(), sought) {
                (refused, false) => alive = left_of(alive, &refused),
                (_, true) => return self.all_lists(out),
            }
        }
        if !self.delays || sought.is_settled(&alive) {
            return alive;
        }
        self.get_to_rcpt(&alive, sought.strangers)
    }

    /// Those of the strangers who get to RCPT where no list refuses anything.
    fn get_to_rcpt(&self, alive: &[Crowd], strangers: &Crowd) -> Vec<Crowd> {
        let nothing = |_: u8, entry: u32| self.walker.is_top(entry);
        let run = |who: &mut postproof_sim::Who<'_>| {
            self.walker.play(who).replies.iter().any(|reply| reply.command == Command::Rcpt)
        };
        let until = Until::Command(Command::Rcpt);
        let mut left = Vec::new();
        for crowd in intersected(alive, std::slice::from_ref(strangers)) {
            let mut get_there = Vec::new();
            let explored = self.walker.explore_until(until, &crowd, Some(&nothing), MAX_WAYS, &run, &mut |path| {
                get_there.extend(path.outcome.then_some(path.left));
                true
            });
            left.extend(if explored.is_cut { vec![crowd] } else { get_there });
        }
        merged(left)
    }

    /// Whether somebody of these crowds is sure to get to a command where no list
    /// refuses anything.
    fn get_there(&self, crowds: &[Crowd], command: Command, typical: Option<&Crowd>) -> bool {
        let Some(typical) = typical else { return false };
        if crowds.iter().any(|crowd| crowd.meets(typical)) {
            return true;
        }
        // Somebody like the typical one with another recipient.
        let mut like = typical.clone();
        like.take(Var::Recipient, &Crowd::all(&self.universe.candidates));
        let nothing = |_: u8, entry: u32| self.walker.is_top(entry);
        let run = |who: &mut postproof_sim::Who<'_>| {
            self.walker.play(who).replies.iter().any(|reply| reply.command == command)
        };
        let mut is_there = false;
        for crowd in intersected(crowds, &[like]) {
            let until = Until::Command(command);
            self.walker.explore_until(until, &crowd, Some(&nothing), MAX_TRIES, &run, &mut |path| {
                is_there |= path.outcome && path.assumed.is_empty();
                !is_there
            });
            if is_there {
                break;
            }
        }
        is_there
    }

    /// Whom a list refuses if they get there, and whether one of its entries may
    /// be dead by those before it.
    fn suspicious(
        &self,
        list: &str,
        command: Command,
        typical: Option<&Crowd>,
        sought: &Sought<'_>,
    ) -> (Vec<Crowd>, bool) {
        let mut waiting = vec![Crowd::all(&self.universe.candidates)];
        let mut refused = Vec::new();
        let mut leaks = false;
        let entries = self.walker.of_list(list);
        for (at, (entry, warning)) in entries.iter().enumerate() {
            let what = self.does(entry, *warning, list, typical);
            if sought.is_judged(entry) {
                let is_reached = self.get_there(&waiting, command, typical);
                let is_same = entries.iter().take(at).any(|(other, _)| kinds::is_same(entry, other));
                let concerns = !(what.ends.is_empty() && what.refuses.is_empty() && what.marks.is_empty());
                let is_quiet = match concerns {
                    true => !meet(&waiting, &what.seen),
                    false => !self.delays && kinds::is_too_early(entry, list),
                };
                if !is_reached || is_same || (what.is_exact && is_quiet) {
                    return (Vec::new(), true);
                }
            }
            leaks |= !what.is_exact && kinds::may_permit(entry);
            if !what.is_exact {
                continue;
            }
            if !leaks {
                refused.extend(what.must_refuse(&waiting));
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
        (refused, false)
    }
}
