//! Lays the answers of all ways together.

use crate::{Assumed, Command, Missing, Outcome, Reply, Verdict};
use std::collections::BTreeMap;

/// A reply by its command and its number among those of that command.
type Place = (Command, usize);

/// One outcome of many. Where ways differ in code or enhanced code the reply is
/// unknown. `is_cut`: ways are missing, so that nothing is certain in which an
/// unknown answer had a part.
pub(super) fn laid_together(mut outcomes: Vec<Outcome>, is_cut: bool) -> Outcome {
    if outcomes.len() == 1 && !is_cut {
        let mut outcome = outcomes.swap_remove(0);
        outcome.replies.iter_mut().for_each(|reply| reply.assumed.clear());
        return outcome;
    }
    let mut order: Vec<Place> = Vec::new();
    let mut variants: BTreeMap<Place, Vec<Reply>> = BTreeMap::new();
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
    let replies = order.into_iter().filter_map(|place| Some(one_of(variants.remove(&place)?, is_cut))).collect();
    Outcome { replies }
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
        return first;
    }
    if missing.is_empty() {
        add(&mut missing, variants.iter().flat_map(|reply| reply.assumed.iter().map(|one| &one.missing)));
    }
    first.verdict = Verdict::Unknown;
    first.assumed.clear();
    let keep = |assumed: &mut Vec<Assumed>| {
        assumed.retain(|one| missing.iter().any(|known| known.question == one.missing.question));
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
