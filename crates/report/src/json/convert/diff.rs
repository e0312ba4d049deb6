//! Comparisons to the structs of version 1.

use super::simulate::Answers;
use crate::json::v1;
use crate::words;
use postproof_engine::diag::Span;
use postproof_engine::prove::{Change, Edited};
use postproof_engine::sim::{Outcome, Session};
use postproof_engine::{Diff, OneSided, ParamDiff, PersonaDiff, ServiceDiff};

/// Both sides, each with its places and secrets.
pub(crate) struct Sides<'a, 'r> {
    pub(crate) old: &'a Answers<'r>,
    pub(crate) new: &'a Answers<'r>,
}

impl Sides<'_, '_> {
    pub(crate) fn diff(&self, diff: &Diff, lang: &'static str) -> v1::Diff {
        let [old, new] = &diff.only;
        v1::Diff {
            schema: "postproof.diff/1",
            postproof: env!("CARGO_PKG_VERSION"),
            lang,
            parameters: diff.params.iter().map(|param| self.param(param)).collect(),
            only_old: old.iter().map(|one| one_sided(self.old, one)).collect(),
            only_new: new.iter().map(|one| one_sided(self.new, one)).collect(),
            services: diff.services.iter().map(|service| self.service(service)).collect(),
        }
    }

    fn param(&self, param: &ParamDiff) -> v1::DiffParameter {
        let [old, new] = &param.values;
        v1::DiffParameter {
            service: param.service.clone(),
            name: param.name.clone(),
            old: value(self.old, old.as_deref(), param.places[0]),
            new: value(self.new, new.as_deref(), param.places[1]),
        }
    }

    fn service(&self, service: &ServiceDiff) -> v1::DiffService {
        let compared = &service.comparison;
        let [starts_old, starts_new] = compared.starts;
        v1::DiffService {
            label: service.label.clone(),
            starts_old,
            starts_new,
            personas: service.personas.iter().map(|persona| self.persona(persona)).collect(),
            changes: compared.changes.iter().map(|change| self.change(change)).collect(),
            is_cut: compared.is_cut,
        }
    }

    fn persona(&self, persona: &PersonaDiff) -> v1::DiffPersona {
        let [old, new] = &persona.played;
        v1::DiffPersona {
            persona: persona.key,
            title: self.new.say(&persona.title),
            old: replies(self.old, &old.outcome),
            new: replies(self.new, &new.outcome),
            handled_old: handled(self.old, &old.outcome),
            handled_new: handled(self.new, &new.outcome),
        }
    }

    fn change(&self, change: &Change) -> v1::DiffChange {
        let [old, new] = &change.outcomes;
        let (command, number) = change.difference.place;
        v1::DiffChange {
            kind: change.difference.kind.name(),
            command: words::command(command),
            number,
            session: session(self.new, &change.session),
            old: replies(self.old, old),
            new: replies(self.new, new),
            handled_old: handled(self.old, old),
            handled_new: handled(self.new, new),
            r#if: change.assumed.iter().map(|one| self.new.condition(one)).collect(),
            because: change.blamed.iter().map(|one| self.entry(one)).collect(),
        }
    }

    fn entry(&self, one: &Edited) -> v1::DiffEntry {
        let (side, answers) = if one.side == 0 { ("old", self.old) } else { ("new", self.new) };
        v1::DiffEntry { edit: one.edit.name(), side, entry: answers.entry(&one.entry) }
    }
}

fn one_sided(answers: &Answers<'_>, one: &OneSided) -> v1::OneSided {
    v1::OneSided { label: one.label.clone(), smtpd: one.is_smtpd, place: answers.place(one.place) }
}

fn value(answers: &Answers<'_>, value: Option<&str>, place: Option<Span>) -> v1::DiffValue {
    v1::DiffValue { value: value.map(|value| answers.value(value)), place: answers.place(place) }
}

fn replies(answers: &Answers<'_>, outcome: &Outcome) -> Vec<v1::Reply> {
    outcome.replies.iter().map(|reply| answers.reply(reply)).collect()
}

fn handled(answers: &Answers<'_>, outcome: &Outcome) -> Vec<String> {
    words::handled(outcome).iter().map(|action| answers.value(action)).collect()
}

pub(super) fn session(answers: &Answers<'_>, session: &Session) -> v1::DiffSession {
    let client = &session.client;
    let value = |text: &Option<String>| text.as_deref().map(|text| answers.value(text));
    v1::DiffSession {
        client_addr: client.address.to_string(),
        client_name: client.name.clone(),
        reverse_name: client.reverse_name.clone(),
        client_name_status: client.name_status.name(),
        proto: session.protocol.name(),
        helo: value(&session.helo),
        tls: session.tls,
        certificate: session.certificate.as_ref().map(|one| v1::DiffCertificate {
            trusted: one.trusted,
            fingerprint: one.fingerprint.clone(),
            key_fingerprint: one.key_fingerprint.clone(),
        }),
        sasl_user: value(&session.login),
        etrn: value(&session.etrn),
        vrfy: value(&session.vrfy),
        sender: value(&session.sender),
        recipients: session.recipients.iter().map(|one| answers.value(one)).collect(),
        data: session.data,
    }
}
