//! Answers of a simulation to the structs of version 1.

use crate::json::v1;
use crate::mask::Mask;
use crate::{Places, words};
use postproof_diag::{Lang, Span, Text};
use postproof_engine::sim::{Assumed, Decider, Forked, Looked, Missing, Reply, Step, Verdict};

/// What every conversion needs.
pub(crate) struct Answers<'r> {
    pub(crate) places: &'r Places<'r>,
    pub(crate) mask: &'r Mask,
    pub(crate) lang: Lang,
}

impl Answers<'_> {
    pub(crate) fn session(&self, forked: &Forked) -> v1::Played {
        let replies = forked.outcome.replies.iter().map(|reply| self.reply(reply)).collect();
        v1::Played { replies, is_cut: forked.is_cut }
    }

    pub(crate) fn reply(&self, reply: &Reply) -> v1::Reply {
        let is_known = reply.verdict != Verdict::Unknown;
        v1::Reply {
            command: words::command(reply.command),
            arg: self.value(&reply.argument),
            code: is_known.then_some(reply.code),
            dsn: reply.dsn.clone().filter(|_| is_known),
            verdict: words::verdict(reply.verdict),
            text: is_known.then(|| self.reply_text(reply)),
            decided_by: (is_known && !reply.decider.list.is_empty()).then(|| self.decided(&reply.decider)),
            why: reply.why.as_ref().map(|why| self.say(why)),
            trace: reply.steps.iter().map(|step| self.step(step)).collect(),
            missing: reply.missing.iter().map(|missing| self.missing(missing)).collect(),
            possible: reply.possible.iter().map(|one| self.possible(one)).collect(),
        }
    }

    fn possible(&self, reply: &Reply) -> v1::PossibleReply {
        v1::PossibleReply {
            code: reply.code,
            dsn: reply.dsn.clone(),
            verdict: words::verdict(Verdict::of(reply.code)),
            text: self.reply_text(reply),
            decided_by: Some(self.decided(&reply.decider)),
            r#if: reply.assumed.iter().map(|one| self.condition(one)).collect(),
        }
    }

    pub(crate) fn condition(&self, assumed: &Assumed) -> v1::Condition {
        v1::Condition {
            question: self.value(&assumed.missing.question),
            answer: self.value(&words::answer(&assumed.finding)),
        }
    }

    /// The text with the enhanced code in front, as it goes over the wire.
    fn reply_text(&self, reply: &Reply) -> String {
        self.value(&words::reply_text(reply))
    }

    pub(super) fn decided(&self, decider: &Decider) -> v1::Decided {
        v1::Decided {
            list: decider.list,
            index: decider.index,
            restriction: decider.restriction.as_deref().map(|name| self.value(name)),
            place: self.place(decider.span),
        }
    }

    fn step(&self, step: &Step) -> v1::Visited {
        v1::Visited {
            list: step.list,
            index: step.index,
            depth: step.depth,
            restriction: self.value(&step.name),
            status: words::status(step.status),
            why: self.say(&step.why),
            looked_up: step.looked.iter().map(|looked| self.looked(looked)).collect(),
            place: self.place(step.span),
        }
    }

    fn looked(&self, looked: &Looked) -> v1::Lookup {
        v1::Lookup {
            r#in: self.value(&looked.place),
            key: self.value(&looked.key),
            found: looked.found.as_deref().map(|found| self.value(found)),
            place: self.place(looked.span),
        }
    }

    fn missing(&self, missing: &Missing) -> v1::MissingAnswer {
        v1::MissingAnswer {
            question: self.value(&missing.question),
            text: self.say(&missing.text),
            answers: missing.words().into_iter().map(|word| self.value(word)).collect(),
        }
    }

    pub(crate) fn say(&self, text: &Text) -> String {
        self.mask.sentence(text.get(self.lang)).into_owned()
    }

    pub(crate) fn value(&self, text: &str) -> String {
        self.mask.value(text).into_owned()
    }

    pub(crate) fn place(&self, span: Option<Span>) -> Option<v1::Place> {
        let span = span?;
        let place = self.places.place(span)?;
        Some(v1::Place {
            path: place.path.to_owned(),
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
            start_byte: span.start,
            end_byte: span.end,
        })
    }
}
