//! What two courses of the same session come to, and how they differ.

use postproof_sim::{Command, Outcome, Reply, Status, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// What a difference between two configurations means for a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It gets something that it did not get before.
    Permitted,
    /// It no longer gets something.
    Refused,
    /// It gets as much, with another answer on the way.
    Other,
}

impl Kind {
    /// All, the gravest first.
    pub const ALL: [Kind; 3] = [Kind::Permitted, Kind::Refused, Kind::Other];

    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Permitted => "newly-permitted",
            Kind::Refused => "newly-refused",
            Kind::Other => "other-answer",
        }
    }
}

/// One difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Difference {
    /// What it means.
    pub kind: Kind,
    /// The command that is answered otherwise, the first if it is no matter which.
    /// Where a message is thrown away on one side alone no answer differs; it is
    /// the last command then.
    pub place: Place,
}

/// A command of a session: its kind, and its number among those of this kind.
pub type Place = (Command, usize);

/// How the second outcome differs from the first; nothing: not at all.
pub fn differences(old: &Outcome, new: &Outcome) -> Vec<Difference> {
    let [before, after] = [by_place(old), by_place(new)];
    let answer = |reply: Option<&&Reply>| reply.map(|reply| (reply.code, reply.dsn.clone()));
    let every: BTreeSet<Place> = before.keys().chain(after.keys()).copied().collect();
    // The order of places is that of the commands in a session.
    let differ: Vec<Place> =
        every.iter().copied().filter(|place| answer(before.get(place)) != answer(after.get(place))).collect();
    let turns = |place: &Place| {
        let verdicts =
            [&before, &after].map(|replies| replies.get(place).map(|reply| reply.verdict == Verdict::Permit));
        verdicts[0] != verdicts[1]
    };
    let [had, has] = [gains(old, &before), gains(new, &after)];
    let Some(last) = every.last().copied() else { return Vec::new() };
    let first = differ.first().copied();
    // Where the gain itself is answered alike, or not reached, what differs is
    // the way there.
    let elsewhere = differ.iter().copied().find(turns).or(first).unwrap_or(last);
    let place = |gain: &Place| {
        let answers = [answer(before.get(gain)), answer(after.get(gain))];
        if answers.iter().all(Option::is_some) && answers[0] != answers[1] { *gain } else { elsewhere }
    };
    let more = has.iter().find(|gain| !had.contains(gain)).map(place);
    let less = had.iter().find(|gain| !has.contains(gain)).map(place);
    let mut found = Vec::new();
    found.extend(more.map(|place| Difference { kind: Kind::Permitted, place }));
    found.extend(less.map(|place| Difference { kind: Kind::Refused, place }));
    if found.is_empty() {
        found.extend(first.map(|place| Difference { kind: Kind::Other, place }));
    }
    found
}

/// The reply to a command.
pub fn reply_at(outcome: &Outcome, place: Place) -> Option<&Reply> {
    by_place(outcome).remove(&place)
}

fn by_place(outcome: &Outcome) -> BTreeMap<Place, &Reply> {
    let mut counts: BTreeMap<Command, usize> = BTreeMap::new();
    let places = outcome.replies.iter().map(|reply| {
        let count = counts.entry(reply.command).or_default();
        *count += 1;
        ((reply.command, *count - 1), reply)
    });
    places.collect()
}

/// What the client gets: a login, an answer to VRFY and ETRN, recipients whose
/// message is taken and kept.
fn gains(outcome: &Outcome, replies: &BTreeMap<Place, &Reply>) -> BTreeSet<Place> {
    let is_fine = |place: &Place| replies.get(place).is_some_and(|reply| reply.verdict == Verdict::Permit);
    let is_discarded = outcome.visited.iter().any(|(_, status)| *status == Status::Discard);
    let data = [(Command::Data, 0), (Command::EndOfData, 0)];
    let is_taken = data.iter().all(|place| !replies.contains_key(place) || is_fine(place)) && !is_discarded;
    let counts = |place: &Place| match place.0 {
        Command::Auth | Command::Etrn | Command::Vrfy => is_fine(place),
        Command::Rcpt => is_taken && is_fine(place),
        Command::Connect | Command::Helo | Command::StartTls | Command::Mail | Command::Data | Command::EndOfData => {
            false
        }
    };
    replies.keys().filter(|place| counts(place)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(replies: &[(Command, u16)]) -> Outcome {
        let reply = |(command, code): &(Command, u16)| Reply {
            command: *command,
            code: *code,
            verdict: Verdict::of(*code),
            ..Reply::default()
        };
        Outcome { replies: replies.iter().map(reply).collect(), ..Outcome::default() }
    }

    fn found(old: &[(Command, u16)], new: &[(Command, u16)]) -> Vec<(&'static str, Command)> {
        let found = differences(&outcome(old), &outcome(new));
        found.iter().map(|one| (one.kind.name(), one.place.0)).collect()
    }

    #[test]
    fn what_counts_is_whether_the_message_is_taken_in_the_end() {
        let refused = [(Command::Mail, 250), (Command::Rcpt, 554)];
        let late = [(Command::Mail, 250), (Command::Rcpt, 250), (Command::Data, 554)];
        let taken = [(Command::Mail, 250), (Command::Rcpt, 250), (Command::Data, 354), (Command::EndOfData, 250)];
        assert_eq!(found(&refused, &taken), [("newly-permitted", Command::Rcpt)]);
        assert_eq!(found(&taken, &late), [("newly-refused", Command::Data)]);
        assert_eq!(found(&refused, &late), [("other-answer", Command::Rcpt)]);
        assert_eq!(found(&taken, &taken), []);
    }

    #[test]
    fn one_session_can_gain_and_lose() {
        let old = [(Command::Vrfy, 252), (Command::Rcpt, 554)];
        let new = [(Command::Vrfy, 550), (Command::Rcpt, 250)];
        assert_eq!(found(&old, &new), [("newly-permitted", Command::Rcpt), ("newly-refused", Command::Vrfy)]);
    }

    #[test]
    fn a_message_that_is_thrown_away_is_not_permitted() {
        let taken = outcome(&[(Command::Rcpt, 250), (Command::Data, 354), (Command::EndOfData, 250)]);
        let thrown = Outcome { visited: vec![(3, Status::Discard)], ..taken.clone() };
        let found = differences(&thrown, &taken);
        assert_eq!(found, [Difference { kind: Kind::Permitted, place: (Command::EndOfData, 0) }]);
    }
}
