//! Proofs to the structs of version 1.

use super::simulate::Answers;
use crate::json::v1;
use crate::{Proved, words};
use postproof_engine::model::Service;
use postproof_engine::prove::{DeadEntry, Exception, HostProof, Premise, Proof, Verdict, Witness};
use postproof_engine::sim::{Assumed, EntryInfo};
use postproof_engine::{Report, dead_entries, host_proofs, provable, proved, unjudged_lists};

impl Answers<'_> {
    pub(crate) fn proofs(&self, report: &Report, asked: &Proved<'_>) -> v1::ProveReport {
        let hosts = report.hosts.iter().map(|host| {
            let has_postfix = host.model.has_postfix();
            let services = if has_postfix { provable(&host.model, asked.service) } else { Vec::new() }.into_iter();
            let services =
                services.map(|service| self.service(service, &proved(&host.model, service, asked.world, &host.around)));
            let (dead, not_judged) = match asked.service {
                None if has_postfix => (dead_entries(&host.model, asked.world), unjudged_lists(&host.model)),
                None | Some(_) => (Vec::new(), Vec::new()),
            };
            let claims = match asked.service {
                None => host_proofs(report, host),
                Some(_) => Vec::new(),
            };
            v1::ProveHost {
                name: host.name.clone(),
                services: services.collect(),
                claims: claims.iter().map(|one| self.host_claim(one)).collect(),
                dead_entries: dead.iter().map(|one| self.dead(one)).collect(),
                not_judged,
            }
        });
        v1::ProveReport { hosts: hosts.filter(|host| !host.services.is_empty() || !host.claims.is_empty()).collect() }
    }

    fn service(&self, service: &Service, proofs: &postproof_engine::prove::Proofs) -> v1::ProvedService {
        v1::ProvedService {
            service: service.name.clone(),
            label: service.label(),
            place: self.place(service.name_span.or(service.span)),
            reached_from: words::reached_from(service.exposure),
            starts: proofs.starts,
            notes: proofs.notes.iter().map(|note| self.say(note)).collect(),
            claims: proofs.proofs.iter().map(|proof| self.claim(proof)).collect(),
        }
    }

    /// A claim about a host besides its smtpd services.
    pub(super) fn host_claim(&self, proof: &HostProof) -> v1::HostClaim {
        v1::HostClaim {
            claim: proof.claim.name(),
            title: self.say(&proof.claim.title()),
            definition: self.say(&proof.claim.definition()),
            verdict: proof.verdict.name(),
            service: proof.service.clone(),
            reason: self.say(&proof.reason),
            place: self.place(proof.place),
            exceptions: proof.exceptions.iter().map(|one| self.say(one)).collect(),
            missing: proof.missing.iter().map(|one| self.say(one)).collect(),
        }
    }

    /// Whether a stranger relays, as far as a check asks it.
    pub(super) fn relay(&self, proof: &Proof) -> v1::Relay {
        let relay = |verdict, witness: Option<&Witness>| v1::Relay {
            verdict,
            session: witness.map(|one| super::diff::session(self, &one.session)),
            arranged: witness.map(|one| self.conditions(&one.arranged)).unwrap_or_default(),
            fails_if: Vec::new(),
        };
        match &proof.verdict {
            Verdict::Holds => relay("holds", None),
            Verdict::Fails(witness) => relay("fails", Some(witness)),
            Verdict::Depends(conditions) => v1::Relay {
                fails_if: conditions.iter().map(|one| self.conditions(&one.answers)).collect(),
                ..relay("depends", conditions.first().map(|one| &one.witness))
            },
            Verdict::BoundReached => relay("unknown", None),
        }
    }

    fn claim(&self, proof: &Proof) -> v1::ProvedClaim {
        let (verdict, witness, fails_if) = match &proof.verdict {
            Verdict::Holds => ("holds", None, Vec::new()),
            Verdict::Fails(witness) => ("fails", Some(self.witness(witness)), Vec::new()),
            Verdict::Depends(conditions) => (
                "depends",
                conditions.first().map(|one| self.witness(&one.witness)),
                conditions.iter().map(|one| self.conditions(&one.answers)).collect(),
            ),
            Verdict::BoundReached => ("unknown", None, Vec::new()),
        };
        v1::ProvedClaim {
            claim: proof.claim.name(),
            title: self.say(&proof.claim.title()),
            sentence: self.say(&proof.claim.sentence()),
            definition: self.say(&proof.claim.definition()),
            verdict,
            witness,
            fails_if,
            exceptions: proof.exceptions.iter().map(|one| self.granted(one)).collect(),
            notes: proof.notes.iter().map(|note| self.say(note)).collect(),
        }
    }

    fn conditions(&self, answers: &[Assumed]) -> Vec<v1::Condition> {
        answers.iter().map(|one| self.condition(one)).collect()
    }

    fn witness(&self, witness: &Witness) -> v1::WitnessSession {
        let session = &witness.session;
        let client = &session.client;
        v1::WitnessSession {
            client_addr: client.address.to_string(),
            client_name: client.name.clone(),
            reverse_name: client.reverse_name.clone(),
            client_name_status: client.name_status.name(),
            proto: session.protocol.name(),
            helo: session.helo.as_deref().map(|helo| self.value(helo)),
            tls: session.tls,
            certificate: session.certificate.as_ref().map(|one| self.value(&one.fingerprint)),
            sasl_user: session.login.as_deref().map(|login| self.value(login)),
            sender: session.sender.as_deref().map(|sender| self.value(sender)),
            recipients: session.recipients.iter().map(|one| self.value(one)).collect(),
            premises: witness.premises.iter().map(|one| self.premise(one)).collect(),
            arranged: self.conditions(&witness.arranged),
            replies: witness.outcome.replies.iter().map(|reply| self.reply(reply)).collect(),
        }
    }

    fn premise(&self, one: &Premise) -> v1::Premise {
        v1::Premise {
            place: self.value(&one.place),
            keys: one.keys.iter().map(|key| self.value(key)).collect(),
            has_them: one.has_them,
        }
    }

    fn granted(&self, one: &Exception) -> v1::Granted {
        v1::Granted {
            by: self.decided(&one.decider),
            what: self.say(&one.what),
            whom: one.whom.iter().map(|whom| self.value(whom)).collect(),
            client_addr: one.session.client.address.to_string(),
            client_name: one.session.client.name.clone(),
            r#if: self.conditions(&one.assumed),
        }
    }

    fn dead(&self, one: &DeadEntry) -> v1::DeadEntry {
        v1::DeadEntry {
            entry: self.entry(&one.entry),
            why: one.why.name(),
            what: self.say(&one.why.text()),
            by: one.by.iter().map(|entry| self.entry(entry)).collect(),
        }
    }

    pub(crate) fn entry(&self, entry: &EntryInfo) -> v1::ListEntry {
        let text = match &entry.argument {
            Some(argument) if !entry.word.contains(':') => format!("{} {argument}", entry.word),
            Some(_) | None => entry.word.to_string(),
        };
        v1::ListEntry {
            list: entry.owner.to_string(),
            index: entry.index,
            text: self.value(&text),
            place: self.place(entry.span),
        }
    }
}
