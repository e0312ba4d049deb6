//! What a new configuration permits or refuses that the old one does not.
//!
//! Both are played for the same clients, the new one inside the run of the old
//! one, so that each way knows both outcomes. First list by list, with the other
//! lists passed over: that finds the crowds that are treated differently. Then
//! those crowds through everything, for a session that shows it.

use crate::candidates::Universe;
use crate::claims::base;
use crate::walk::{Walker, merged};
use postproof_sim::{
    Assumed, Candidates, Command, Config, Crowd, Decider, Explorer, Outcome, Reply, Session, Verdict, Who, play,
};

/// Ways of one list that are followed.
const MAX_WAYS_OF_LIST: usize = 6_000;

/// Ways of one crowd that are followed through everything.
const MAX_WAYS_OF_CROWD: usize = 400;

/// Crowds of one kind of difference that are looked at.
const MAX_CROWDS: usize = 12;

/// How an answer changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// It was refused and is accepted.
    NewlyPermitted,
    /// It was accepted and is refused.
    NewlyRefused,
    /// It is refused with another code, or accepted in another way.
    OtherCode,
}

/// One kind of sessions that the new configuration answers otherwise.
#[derive(Clone, Debug)]
pub struct Change {
    /// How it changed.
    pub kind: ChangeKind,
    /// The first command with another answer.
    pub command: Command,
    /// A session that shows it.
    pub session: Session,
    /// What must be so of the world.
    pub assumed: Vec<Assumed>,
    /// The old answer; nothing: the command is not reached.
    pub old: Option<Reply>,
    /// The new answer.
    pub new: Option<Reply>,
}

/// What a comparison found.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Kinds of sessions, what is newly permitted first.
    pub changes: Vec<Change>,
    /// Whether a limit was reached: there may be more.
    pub is_cut: bool,
}

/// Compares two services by behaviour.
pub fn compare<'c>(old: &'c Config<'c>, new: &'c Config<'c>) -> Comparison {
    let universe = Universe::of(&[old, new]);
    let base = base();
    let cx = Cx {
        old: Walker::new(old, &base, &universe),
        new: Walker::new(new, &base, &universe),
        all: Crowd::all(&universe.candidates),
    };
    let mut found = Comparison { changes: Vec::new(), is_cut: universe.is_cut };
    let mut known: Vec<(Key, usize)> = Vec::new();
    // Nothing of any list; then one list at a time.
    let lists = std::iter::once(None).chain(postproof_model::LISTS.iter().map(|(list, _)| Some(*list)));
    for list in lists {
        for (key, crowds) in cx.differences(list, &mut found) {
            let seen = known.iter().position(|(other, _)| *other == key).unwrap_or_else(|| {
                known.push((key, 0));
                known.len() - 1
            });
            for crowd in crowds {
                let Some((_, count)) = known.get_mut(seen) else { break };
                if *count >= MAX_CROWDS {
                    break;
                }
                *count += 1;
                cx.witness(&crowd, &mut found);
            }
        }
    }
    found.changes.sort_by_key(|change| (change.kind, change.command));
    found
}

/// What tells kinds of differences apart: the command, and for both sides the
/// code and what decided.
type Key = (Command, Side, Side);
type Side = Option<(u16, &'static str, Option<usize>)>;

struct Cx<'a, 'c> {
    old: Walker<'a, 'c>,
    new: Walker<'a, 'c>,
    all: Crowd,
}

impl Cx<'_, '_> {
    /// The crowds for whom one list alone leads to different answers.
    fn differences(&self, list: Option<&'static str>, found: &mut Comparison) -> Vec<(Key, Vec<Crowd>)> {
        let passed = |walker: &Walker<'_, '_>, entry: u32| {
            let owner = walker.entries.iter().find(|one| one.id == entry).map(|one| &one.owner);
            walker.is_top(entry) && owner.is_none_or(|owner| list.is_none_or(|list| **owner != *list))
        };
        let skipped = |walker: &Walker<'_, '_>| -> Vec<bool> {
            let most = walker.entries.iter().map(|entry| entry.id + 1).max().unwrap_or_default();
            (0..most).map(|entry| passed(walker, entry)).collect()
        };
        let skipped = [skipped(&self.old), skipped(&self.new)];
        let skips = |side: u8, entry: u32| {
            skipped.get(usize::from(side)).and_then(|skipped| skipped.get(entry as usize)).copied().unwrap_or_default()
        };
        let mut kinds: Vec<(Key, Vec<Crowd>)> = Vec::new();
        let run = |who: &mut Who<'_>| self.both(who).and_then(|(old, new)| difference(&old, &new));
        let explored = self.old.explorer.explore(&self.all, Some(&skips), MAX_WAYS_OF_LIST, &run, &mut |path| {
            let Some((key, ..)) = path.outcome else { return true };
            match kinds.iter_mut().find(|(known, _)| *known == key) {
                Some((_, crowds)) => crowds.push(path.left),
                None => kinds.push((key, vec![path.left])),
            }
            true
        });
        found.is_cut |= explored.is_cut;
        kinds.into_iter().map(|(key, crowds)| (key, merged(crowds))).collect()
    }

    /// What both configurations answer to the same client.
    fn both(&self, who: &mut Who<'_>) -> Option<(Outcome, Outcome)> {
        let old = play(self.old.config, who);
        who.turn_to_side(1);
        let new = play(self.new.config, who);
        Some((old, new))
    }

    /// Looks for sessions of a crowd that show a difference when everything is asked.
    fn witness(&self, crowd: &Crowd, found: &mut Comparison) {
        let run = |who: &mut Who<'_>| self.both(who).and_then(|(old, new)| difference(&old, &new)).is_some();
        let mut sessions: Vec<(Session, Vec<Assumed>)> = Vec::new();
        let explored = self.old.explorer.explore(crowd, None, MAX_WAYS_OF_CROWD, &run, &mut |path| {
            if path.outcome {
                sessions.push((path.session, path.assumed));
            }
            true
        });
        found.is_cut |= explored.is_cut;
        for (session, assumed) in sessions {
            self.shown(session, &assumed, found);
        }
    }

    /// Plays one session alone, with everything that is said about each answer.
    fn shown(&self, session: Session, assumed: &[Assumed], found: &mut Comparison) {
        let candidates = Candidates::one(&session);
        let explorer = Explorer::new(&session, &candidates);
        let run = |who: &mut Who<'_>| self.both(who);
        explorer.explore(&Crowd::all(&candidates), None, MAX_WAYS_OF_CROWD, &run, &mut |path| {
            let is_so = path.assumed.iter().all(|one| assumed.contains(one));
            let Some((old, new)) = path.outcome.filter(|_| is_so) else { return true };
            let Some((key, old, new)) = difference(&old, &new) else { return true };
            let is_known = found.changes.iter().any(|known| key_of(known.command, &known.old, &known.new) == key);
            if !is_known {
                let kind = kind(&old, &new);
                found.changes.push(Change {
                    kind,
                    command: key.0,
                    session: path.session,
                    assumed: path.assumed,
                    old,
                    new,
                });
            }
            false
        });
    }
}

/// The first answer that differs, with what tells its kind.
fn difference(old: &Outcome, new: &Outcome) -> Option<(Key, Option<Reply>, Option<Reply>)> {
    let most = old.replies.len().max(new.replies.len());
    for at in 0..most {
        let (one, other) = (old.replies.get(at), new.replies.get(at));
        let same = match (one, other) {
            (Some(one), Some(other)) => one.command == other.command && one.code == other.code && one.dsn == other.dsn,
            (Some(_), None) | (None, Some(_)) | (None, None) => false,
        };
        if !same {
            let command = one.or(other).map(|reply| reply.command)?;
            let (one, other) = (one.cloned(), other.cloned());
            return Some((key_of(command, &one, &other), one, other));
        }
    }
    (old.is_discarded != new.is_discarded).then(|| {
        let (one, other) = (old.replies.last().cloned(), new.replies.last().cloned());
        (key_of(Command::EndOfData, &one, &other), one, other)
    })
}

fn key_of(command: Command, old: &Option<Reply>, new: &Option<Reply>) -> Key {
    let side =
        |reply: &Option<Reply>| reply.as_ref().map(|reply| (reply.code, reply.decider.list, reply.decider.index));
    (command, side(old), side(new))
}

fn kind(old: &Option<Reply>, new: &Option<Reply>) -> ChangeKind {
    let permits = |reply: &Option<Reply>| reply.as_ref().is_some_and(|reply| reply.verdict == Verdict::Permit);
    match (permits(old), permits(new)) {
        (false, true) => ChangeKind::NewlyPermitted,
        (true, false) => ChangeKind::NewlyRefused,
        (true, true) | (false, false) => ChangeKind::OtherCode,
    }
}

impl Change {
    /// The entries to blame: what decided before, and what decides now.
    pub fn blame(&self) -> [Option<&Decider>; 2] {
        [self.old.as_ref().map(|reply| &reply.decider), self.new.as_ref().map(|reply| &reply.decider)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Setup;
    use postproof_sim::World;

    fn changes(old: &str, new: &str, tables: &[(&str, &str)]) -> Vec<String> {
        let setup = |main: &str| {
            let main = format!(
                "compatibility_level = 3.6\nmyhostname = mx.own.example\nmydestination = own.example\nlocal_recipient_maps =\n{main}"
            );
            Setup::of(&main, tables, World::closed())
        };
        let (old, new) = (setup(old), setup(new));
        let old = Config::new(&old.model, old.service, &old.world);
        let new = Config::new(&new.model, new.service, &new.world);
        let found = compare(&old, &new);
        assert!(!found.is_cut);
        let side = |reply: &Option<Reply>| reply.as_ref().map_or(0, |reply| reply.code);
        let line = |one: &Change| format!("{:?} {:?} {} {}", one.kind, one.command, side(&one.old), side(&one.new));
        found.changes.iter().map(line).collect()
    }

    #[test]
    fn equal_behaviour_is_no_change() {
        let old = "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination\n";
        let new = "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, permit\n";
        assert!(changes(old, old, &[]).is_empty());
        assert!(changes(old, new, &[]).is_empty());
    }

    #[test]
    fn a_guard_that_is_gone_permits() {
        let old = "smtpd_relay_restrictions = reject_unauth_destination\n";
        let new = "smtpd_relay_restrictions = check_client_access cidr:/etc/postfix/c, reject_unauth_destination\n";
        let tables = [("/etc/postfix/c", "192.0.2.0/24 OK\n198.51.100.0/24 REJECT\n")];
        let found = changes(old, new, &tables);
        assert!(found.contains(&"NewlyPermitted Rcpt 554 250".to_owned()), "{found:?}");
        assert!(found.contains(&"NewlyRefused Rcpt 250 554".to_owned()), "{found:?}");
        assert!(changes(new, old, &tables).contains(&"NewlyPermitted Rcpt 554 250".to_owned()));
    }

    #[test]
    fn another_value_of_a_parameter_is_compared_too() {
        let old = "mynetworks = 10.0.0.0/8\n";
        let new = "mynetworks = 10.0.0.0/8 192.0.2.0/24\n";
        assert_eq!(changes(old, new, &[]), ["NewlyPermitted Rcpt 454 250", "OtherCode Rcpt 454 550"]);
        assert_eq!(changes(new, old, &[]), ["NewlyRefused Rcpt 250 454", "OtherCode Rcpt 550 454"]);
        assert_eq!(changes("", "smtpd_helo_required = yes\n", &[])[0], "NewlyRefused Mail 250 503");
    }
}
