//! Lays the answers of all ways together.

use crate::{Assumed, Command, Decider, Missing, Outcome, Reply, Session, Verdict};
use std::collections::BTreeMap;

/// A reply by its command and its number among those of that command.
type Place = (Command, usize);

/// One outcome of many. Where ways differ in code or enhanced code the reply is
/// unknown. `is_cut`: ways are missing, so that nothing is certain in which an
/// unknown answer had a part.
pub(super) fn laid_together(mut outcomes: Vec<Outcome>, session: &Session, is_cut: bool) -> Outcome {
    if outcomes.len() == 1 && !is_cut {
        let mut outcome = outcomes.swap_remove(0);
        outcome.replies.iter_mut().for_each(|reply| reply.assumed.clear());
        return outcome;
    }
    let mut order: Vec<Place> = Vec::new();
    let mut variants: BTreeMap<Place, Vec<Reply>> = BTreeMap::new();
    let first = outcomes.first_mut();
    let (visited, handling) = first
        .map(|first| (std::mem::take(&mut first.visited), std::mem::take(&mut first.handling)))
        .unwrap_or_default();
    for outcome in outcomes {
        let mut counts: BTreeMap<Command, usize> = BTreeMap::new();
        let mut at = 0;
        for reply in outcome.replies {
            let count = counts.entry(reply.command).or_default();
            let place = (reply.command, *count);
            *count += 1;
            // A command that only some ways reach stands behind the one before it.
            at = match order.iter().position(|known| *known == place) {
                Some(known) => known + 1,
                None => {
                    order.insert(at.min(order.len()), place);
                    at + 1
                }
            };
            variants.entry(place).or_default().push(reply);
        }
    }
    let mut replies: Vec<Reply> =
        order.iter().filter_map(|place| Some(one_of(variants.remove(place)?, is_cut))).collect();
    if is_cut {
        let missing: Vec<Missing> = replies.iter().flat_map(|reply| reply.missing.iter().cloned()).collect();
        let planned = planned(session).into_iter().filter(|(place, _)| !order.contains(place));
        replies.extend(planned.map(|((command, _), argument)| unreached(command, argument, &missing)));
    }
    Outcome { replies, visited, handling, ..Outcome::default() }
}

/// What is not known and was asked for on some way.
pub(super) fn asked(outcomes: &[Outcome]) -> Vec<Missing> {
    let mut missing = Vec::new();
    let replies = outcomes.iter().flat_map(|outcome| &outcome.replies);
    add(&mut missing, replies.flat_map(|reply| reply.assumed.iter().map(|one| &one.missing)));
    missing
}

/// The commands of the mail transaction that the client may come to send.
fn planned(session: &Session) -> Vec<(Place, String)> {
    if session.sender.is_none() {
        return Vec::new();
    }
    let recipients = session.recipients.iter().enumerate();
    let mut planned: Vec<(Place, String)> =
        recipients.map(|(at, recipient)| ((Command::Rcpt, at), recipient.clone())).collect();
    if session.data {
        planned.extend([Command::Data, Command::EndOfData].map(|command| ((command, 0), String::new())));
    }
    planned
}

/// A reply that only ways have which were not followed.
fn unreached(command: Command, argument: String, missing: &[Missing]) -> Reply {
    let mut reply = Reply { command, argument, ..Reply::default() };
    add(&mut reply.missing, missing.iter());
    reply
}

fn key(reply: &Reply) -> (u16, Option<&str>) {
    (reply.code, reply.dsn.as_deref())
}

fn one_of(variants: Vec<Reply>, is_cut: bool) -> Reply {
    let mut different: Vec<Reply> = Vec::new();
    for reply in &variants {
        if !different.iter().any(|known| key(known) == key(reply)) {
            different.push(reply.clone());
        }
    }
    let mut missing = dividing(&variants);
    let Some(mut first) = different.first().cloned() else { return Reply::default() };
    let is_open = is_cut && variants.iter().any(|reply| !reply.assumed.is_empty());
    if different.len() < 2 && !is_open {
        first.assumed.clear();
        if variants.iter().any(|reply| reply.decider != first.decider) {
            first.decider = Decider::default();
        }
        return first;
    }
    if missing.is_empty() {
        add(&mut missing, variants.iter().flat_map(|reply| reply.assumed.iter().map(|one| &one.missing)));
    }
    first.verdict = Verdict::Unknown;
    first.assumed.clear();
    let keep = |assumed: &mut Vec<Assumed>| {
        let divides = |question: &str| missing.iter().any(|known| *known.question == *question);
        assumed.retain(|one| divides(one.along.as_ref().unwrap_or(&one.missing.question)));
    };
    different.iter_mut().for_each(|reply| keep(&mut reply.assumed));
    first.missing = missing;
    first.possible = different;
    first
}

/// The questions at which ways with different answers part.
fn dividing(variants: &[Reply]) -> Vec<Missing> {
    let mut missing = Vec::new();
    for (at, one) in variants.iter().enumerate() {
        for other in variants.iter().skip(at + 1).filter(|other| key(other) != key(one)) {
            let mut pairs = one.assumed.iter().zip(&other.assumed);
            if let Some((here, _)) = pairs.find(|(here, there)| here != there) {
                add(&mut missing, std::iter::once(&here.missing));
            }
        }
    }
    missing
}

fn add<'m>(missing: &mut Vec<Missing>, more: impl Iterator<Item = &'m Missing>) {
    for one in more {
        if !missing.iter().any(|known| known.question == one.question) {
            missing.push(one.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Finding;
    use postproof_diag::Text;

    fn reply(command: Command, code: u16, answers: &[(&str, bool)]) -> Reply {
        let assumed = answers.iter().map(|(question, answer)| {
            let missing = Missing::new(*question, Text::verbatim(*question));
            Assumed::new(missing, if *answer { Finding::Yes } else { Finding::No })
        });
        Reply { command, code, verdict: Verdict::of(code), assumed: assumed.collect(), ..Reply::default() }
    }

    fn laid(ways: &[&[Reply]], is_cut: bool) -> Vec<Reply> {
        let ways = ways.iter().map(|replies| Outcome { replies: replies.to_vec(), ..Outcome::default() }).collect();
        let session = Session { sender: Some(String::new()), data: true, ..Session::default() };
        laid_together(ways, &session, is_cut).replies
    }

    #[test]
    fn what_all_ways_agree_on_is_certain() {
        let replies = laid(
            &[
                &[reply(Command::Mail, 250, &[]), reply(Command::Rcpt, 250, &[("a", true), ("b", true)])],
                &[reply(Command::Mail, 250, &[]), reply(Command::Rcpt, 250, &[("a", true), ("b", false)])],
                &[reply(Command::Mail, 250, &[]), reply(Command::Rcpt, 554, &[("a", false)])],
            ],
            false,
        );
        assert_eq!(replies.iter().map(|reply| reply.verdict).collect::<Vec<_>>(), [Verdict::Permit, Verdict::Unknown]);
        let questions: Vec<&str> = replies[1].missing.iter().map(|missing| &*missing.question).collect();
        assert_eq!(questions, ["a"], "`b` changes nothing");
        assert_eq!(replies[1].possible.iter().map(|reply| reply.code).collect::<Vec<_>>(), [250, 554]);
    }

    #[test]
    fn nothing_behind_a_cut_is_certain() {
        let way = [reply(Command::Mail, 250, &[]), reply(Command::Rcpt, 554, &[("a", true)])];
        let replies = laid(&[&way, &way], true);
        let verdicts: Vec<Verdict> = replies.iter().map(|reply| reply.verdict).collect();
        assert_eq!(verdicts, [Verdict::Permit, Verdict::Unknown, Verdict::Unknown, Verdict::Unknown]);
        assert_eq!(replies[3].command, Command::EndOfData);
    }
}
