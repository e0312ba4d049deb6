//! Explanations as structs of version 1.

use super::simulate::Answers;
use super::{Cx, v1};
use crate::{parts, words};
use postproof_catalog::{Need, Verdict};
use postproof_chain::{EntryView, Explanation, ListView, Reach, Step, StepState, Walk, WalkEnd, Wanted};
use postproof_engine::Host;
use postproof_model::{Origin, Stage};

impl Cx<'_> {
    pub(super) fn service(&self, host: &Host, explanation: &Explanation) -> v1::Service {
        let service = parts::service(host, explanation);
        let answers = Answers { places: &self.places, mask: &self.mask, lang: self.lang };
        v1::Service {
            name: service.map(|service| service.name.clone()).unwrap_or_default(),
            label: service.map(|service| service.label()).unwrap_or_default(),
            place: self.place_of(service.and_then(|service| service.span)),
            reached_from: service.map_or("network", |service| words::reached_from(service.exposure)),
            assumptions: explanation.assumptions.iter().map(|text| self.say(text)).collect(),
            delays_refusals: explanation.delays_refusals,
            stages: explanation
                .stages
                .iter()
                .map(|view| v1::Stage {
                    stage: stage(view.stage),
                    text: self.say(&view.text),
                    lists: view.lists.iter().map(|list| self.list(list)).collect(),
                })
                .collect(),
            relay: host.glance(explanation.service).map(|glance| answers.relay(&glance.relay)),
            stranger: self.walk(&explanation.stranger),
            typical: explanation.typical.iter().map(|walk| self.typical(walk)).collect(),
        }
    }

    fn list(&self, list: &ListView) -> v1::List {
        v1::List {
            param: list.param,
            origin: match list.origin {
                Origin::Written(_) => "main.cf",
                Origin::Override(_) => "override",
                Origin::Default => "default",
            },
            place: self.place_of(list.span),
            entries: list.entries.iter().map(|entry| self.entry(entry)).collect(),
            end: self.say(&list.end),
        }
    }

    fn entry(&self, entry: &EntryView) -> v1::Entry {
        v1::Entry {
            name: self.value(&entry.name),
            place: self.place_of(entry.span),
            text: self.say(&entry.text),
            answers: entry
                .answers
                .iter()
                .map(|answer| v1::Answer {
                    verdict: verdict(answer.verdict),
                    code: answer.code,
                    dsn: answer.dsn,
                    when: self.say(&answer.when),
                })
                .collect(),
            needs: entry.needs.iter().map(|one| need(*one)).collect(),
            needs_text: entry.needs_text.iter().map(|text| self.say(text)).collect(),
            reach: self.reach(&entry.reach),
            built_in: entry.built_in,
            inner: entry.inner.iter().map(|inner| self.entry(inner)).collect(),
        }
    }

    fn reach(&self, reach: &Reach) -> v1::Reach {
        match reach {
            Reach::Live => v1::Reach { state: "live", why: None, by: None },
            Reach::Never { by, why } => v1::Reach { state: "never", why: Some(self.say(why)), by: self.place_of(*by) },
            Reach::NoEffect { why } => v1::Reach { state: "no_effect", why: Some(self.say(why)), by: None },
        }
    }

    fn walk(&self, walk: &Walk) -> v1::Walk {
        v1::Walk {
            client: walk.client.clone(),
            helo: walk.helo.clone(),
            sender: walk.sender.clone(),
            recipient: walk.recipient.clone(),
            assumed: walk.assumed.iter().map(|one| self.answered(one)).collect(),
            stands_on: walk.stands_on.iter().map(|one| self.say(one)).collect(),
            steps: walk.steps.iter().map(|step| self.step(step)).collect(),
            end: self.end(&walk.end),
            summary: self.say(&walk.summary),
        }
    }

    fn typical(&self, walk: &Walk) -> v1::Typical {
        v1::Typical {
            key: walk.key,
            title: self.say(&walk.title),
            wanted: match walk.wanted {
                Wanted::Accepted => "accepted",
                Wanted::Refused => "refused",
                Wanted::Either => "either",
            },
            client: walk.client.clone(),
            helo: walk.helo.clone(),
            sender: walk.sender.clone(),
            recipient: walk.recipient.clone(),
            login: walk.session.login.clone(),
            tls: walk.session.tls,
            assumed: walk.assumed.iter().map(|one| self.answered(one)).collect(),
            stands_on: walk.stands_on.iter().map(|one| self.say(one)).collect(),
            end: self.end(&walk.end),
            summary: self.say(&walk.summary),
        }
    }

    fn answered(&self, (question, answer): &(String, String)) -> v1::Answered {
        v1::Answered { question: self.value(question), answer: self.value(answer) }
    }

    fn step(&self, step: &Step) -> v1::Step {
        v1::Step {
            stage: stage(step.stage),
            param: step.param,
            path: step.path.clone(),
            name: self.value(&step.name),
            place: self.place_of(step.span),
            state: match step.state {
                StepState::GoesOn => "goes_on",
                StepState::Permits => "permits",
                StepState::Refuses => "refuses",
                StepState::Unknown => "unknown",
                StepState::NotReached => "not_reached",
            },
            why: self.say(&step.why),
        }
    }

    fn end(&self, end: &WalkEnd) -> v1::WalkEnd {
        let none = |state| v1::WalkEnd {
            state,
            by: None,
            place: None,
            param: None,
            code: None,
            dsn: None,
            conditions: Vec::new(),
        };
        match end {
            WalkEnd::Refused { by, span, param, code, dsn, stage: _ } => v1::WalkEnd {
                by: Some(self.value(by)),
                place: self.place_of(*span),
                param: Some(param),
                code: Some(*code),
                dsn: Some(dsn.clone()),
                ..none("refused")
            },
            WalkEnd::Accepted => none("accepted"),
            WalkEnd::Depends(conditions) => v1::WalkEnd {
                conditions: conditions.iter().map(|condition| self.say(condition)).collect(),
                ..none("depends")
            },
            WalkEnd::DoesNotStart => none("does_not_start"),
        }
    }
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Connect => "connect",
        Stage::Helo => "helo",
        Stage::Mail => "mail",
        Stage::Rcpt => "rcpt",
        Stage::Data => "data",
        Stage::EndOfData => "end_of_data",
        Stage::Etrn => "etrn",
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Permit => "permit",
        Verdict::Reject => "reject",
        Verdict::GoOn => "go_on",
        Verdict::DeferIfPermit => "defer_if_permit",
        Verdict::DeferIfReject => "defer_if_reject",
        Verdict::Anything => "anything",
    }
}

fn need(need: Need) -> &'static str {
    match need {
        Need::Dns => "dns",
        Need::Table => "table",
        Need::Sasl => "sasl",
        Need::Tls => "tls",
        Need::PolicyServer => "policy_server",
    }
}
