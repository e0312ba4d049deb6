//! What could make a session end otherwise.

use crate::{Finding, Forked, Missing, Outcome, Reply, Verdict};

/// What a session depends on that could end both ways.
pub(super) fn questions(strict: &Forked) -> Vec<Missing> {
    for reply in &strict.outcome.replies {
        let decides = Outcome::decides(reply.command);
        match reply.verdict {
            Verdict::Permit => {}
            Verdict::Defer | Verdict::Reject if decides => return Vec::new(),
            Verdict::Unknown if decides => {
                // A table that answers DISCARD takes the mail and throws it away.
                let is_discarded = |one: &Reply| {
                    let discards = |text: &str| text.to_ascii_uppercase().starts_with("DISCARD");
                    one.assumed.iter().any(|one| matches!(&one.finding, Finding::Text(text) if discards(text)))
                };
                let is_no_way = |one: &&Reply| one.verdict != Verdict::Permit || is_discarded(one);
                let refusals = reply.possible.iter().filter(is_no_way).count();
                if strict.is_cut || (refusals > 0 && refusals < reply.possible.len()) {
                    return reply.missing.clone();
                }
                if refusals > 0 {
                    return Vec::new();
                }
            }
            Verdict::Defer | Verdict::Reject | Verdict::Unknown => {}
        }
    }
    Vec::new()
}
