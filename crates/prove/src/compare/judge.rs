//! What two courses of the same session come to, and how they differ.

use postproof_sim::{Command, Handling, Outcome, Reply, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// What a difference between two configurations means for a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It gets something that it did not get before.
    Permitted,
    /// It no longer gets something.
    Refused,
    /// It gets as much, but its message is handled otherwise, or it is refused for
    /// good in place of for now.
    Handled,
    /// It gets as much, with another answer on the way.
    Other,
}

impl Kind {
    /// All, the gravest first.
    pub const ALL: [Kind; 4] = [Kind::Permitted, Kind::Refused, Kind::Handled, Kind::Other];

    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Permitted => "newly-permitted",
            Kind::Refused => "newly-refused",
            Kind::Handled => "handled-otherwise",
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
    /// Where only what becomes of the message differs no answer does; it is the
    /// last command then.
    pub place: Place,
}

/// A command of a session: its kind, and its number among those of this kind.
pub type Place = (Command, usize);

type Replies<'o> = BTreeMap<Place, &'o Reply>;

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
    let Some(last) = every.last().copied() else { return Vec::new() };
    let first = differ.first().copied();
    // Where the gain itself is answered alike, or not reached, what differs is
    // the way there.
    let elsewhere = differ.iter().copied().find(turns).or(first).unwrap_or(last);
    let place = |gain: Place| {
        let answers = [answer(before.get(&gain)), answer(after.get(&gain))];
        if answers.iter().all(Option::is_some) && answers[0] != answers[1] { gain } else { elsewhere }
    };
    let mut found: Vec<Difference> = Vec::new();
    for gain in gains(&every) {
        let kind = match (fate(old, &before, gain), fate(new, &after, gain)) {
            (Fate::Had(one), Fate::Had(other)) => (one != other).then_some(Kind::Handled),
            (_, Fate::Had(_)) => Some(Kind::Permitted),
            (Fate::Had(_), _) => Some(Kind::Refused),
            (Fate::NotAsked, _) | (_, Fate::NotAsked) => None,
            (one, other) => (one != other).then_some(Kind::Handled),
        };
        if let Some(kind) = kind
            && !found.iter().any(|one| one.kind == kind)
        {
            found.push(Difference { kind, place: place(gain) });
        }
    }
    if found.is_empty() {
        found.extend(first.map(|place| Difference { kind: Kind::Other, place }));
    }
    found.sort_unstable();
    found
}

/// The reply to a command.
pub fn reply_at(outcome: &Outcome, place: Place) -> Option<&Reply> {
    by_place(outcome).remove(&place)
}

fn by_place(outcome: &Outcome) -> Replies<'_> {
    let mut counts: BTreeMap<Command, usize> = BTreeMap::new();
    let places = outcome.replies.iter().map(|reply| {
        let count = counts.entry(reply.command).or_default();
        *count += 1;
        ((reply.command, *count - 1), reply)
    });
    places.collect()
}

/// What a client can get: a login, an answer to VRFY and ETRN, recipients whose
/// message is taken and kept. Of who gets to no recipient the first is asked.
fn gains(every: &BTreeSet<Place>) -> BTreeSet<Place> {
    let counts = |place: &Place| match place.0 {
        Command::Auth | Command::Etrn | Command::Vrfy | Command::Rcpt => true,
        Command::Connect | Command::Helo | Command::StartTls | Command::Mail | Command::Data | Command::EndOfData => {
            false
        }
    };
    every.iter().copied().filter(counts).chain([(Command::Rcpt, 0)]).collect()
}

/// What became of a wish.
#[derive(PartialEq, Eq)]
enum Fate<'o> {
    /// The session has no such wish.
    NotAsked,
    /// Granted; how the message is handled.
    Had(Option<&'o Handling>),
    /// The message is taken and thrown away.
    Discarded,
    /// Refused for now.
    Deferred,
    /// Refused for good.
    Refused,
}

fn fate<'o>(outcome: &'o Outcome, replies: &Replies<'_>, gain: Place) -> Fate<'o> {
    let is_message = gain.0 == Command::Rcpt;
    let needed: &[Place] = if is_message {
        &[(Command::Connect, 0), (Command::Mail, 0), gain, (Command::Data, 0), (Command::EndOfData, 0)]
    } else {
        &[(Command::Connect, 0), gain]
    };
    let mut met = needed.iter().filter_map(|place| replies.get(place));
    match met.find(|reply| reply.verdict != Verdict::Permit).map(|reply| reply.verdict) {
        Some(Verdict::Defer) => Fate::Deferred,
        Some(Verdict::Reject | Verdict::Unknown | Verdict::Permit) => Fate::Refused,
        None if !replies.contains_key(&gain) => Fate::NotAsked,
        None if is_message && outcome.is_discarded => Fate::Discarded,
        None => Fate::Had(is_message.then_some(&outcome.handling)),
    }
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
        told(&outcome(old), &outcome(new))
    }

    fn told(old: &Outcome, new: &Outcome) -> Vec<(&'static str, Command)> {
        differences(old, new).iter().map(|one| (one.kind.name(), one.place.0)).collect()
    }

    const TAKEN: &[(Command, u16)] =
        &[(Command::Mail, 250), (Command::Rcpt, 250), (Command::Data, 354), (Command::EndOfData, 250)];

    #[test]
    fn what_counts_is_whether_the_message_is_taken_in_the_end() {
        let refused = [(Command::Mail, 250), (Command::Rcpt, 554)];
        let late = [(Command::Mail, 250), (Command::Rcpt, 250), (Command::Data, 554)];
        assert_eq!(found(&refused, TAKEN), [("newly-permitted", Command::Rcpt)]);
        assert_eq!(found(TAKEN, &late), [("newly-refused", Command::Data)]);
        assert_eq!(found(&refused, &late), [("other-answer", Command::Rcpt)]);
        assert_eq!(found(TAKEN, TAKEN), []);
    }

    #[test]
    fn one_session_can_gain_and_lose() {
        let old = [(Command::Vrfy, 252), (Command::Rcpt, 554)];
        let new = [(Command::Vrfy, 550), (Command::Rcpt, 250)];
        assert_eq!(found(&old, &new), [("newly-permitted", Command::Rcpt), ("newly-refused", Command::Vrfy)]);
    }

    #[test]
    fn refused_for_now_is_not_refused_for_good() {
        let with = |code: u16| [(Command::Mail, 250), (Command::Rcpt, code)];
        assert_eq!(found(&with(450), &with(550)), [("handled-otherwise", Command::Rcpt)]);
        assert_eq!(found(&with(554), &with(550)), [("other-answer", Command::Rcpt)]);
        assert_eq!(
            found(&[(Command::Connect, 554)], &[(Command::Connect, 421)]),
            [("handled-otherwise", Command::Connect)]
        );
    }

    #[test]
    fn what_becomes_of_a_message_that_is_taken_counts() {
        let taken = outcome(TAKEN);
        let held = Outcome { handling: Handling { is_held: true, ..Handling::default() }, ..taken.clone() };
        assert_eq!(told(&taken, &held), [("handled-otherwise", Command::EndOfData)]);
        assert_eq!(told(&held, &held), []);
        // Nobody cares how a message would be handled that is refused.
        let refused = outcome(&[(Command::Mail, 250), (Command::Rcpt, 554)]);
        let marked = Outcome { handling: held.handling.clone(), ..refused.clone() };
        assert_eq!(told(&refused, &marked), []);
    }

    #[test]
    fn a_message_that_is_thrown_away_is_not_permitted() {
        let taken = outcome(TAKEN);
        let thrown = Outcome { is_discarded: true, ..taken.clone() };
        let found = differences(&thrown, &taken);
        assert_eq!(found, [Difference { kind: Kind::Permitted, place: (Command::EndOfData, 0) }]);
        let refused = outcome(&[(Command::Mail, 250), (Command::Rcpt, 554)]);
        assert_eq!(told(&refused, &thrown), [("handled-otherwise", Command::Rcpt)]);
    }
}
