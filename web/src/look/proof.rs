//! What is proved of a host: the answer over all services that the network
//! reaches.

use super::Answer;
use postproof_engine::diag::{Diagnostic, Severity};
use postproof_engine::model::{Exposure, ServiceId};
use postproof_engine::prove::{Claim, Condition, Exception, Proof, Proofs, Verdict, Witness};
use postproof_engine::sim::World;
use postproof_engine::{Host, lint};
use postproof_engine::{provable, proved};
use std::rc::Rc;

/// What a claim comes to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Proven<'p> {
    /// So for every session of every service.
    Holds,
    /// Not so for this session of a service.
    Fails(ServiceId, &'p Witness),
    /// Not so under one of these conditions.
    Depends(&'p [Condition]),
    /// A limit was reached.
    Unknown,
}

/// Proves the next service; nothing if all are proved.
pub(crate) fn prove_next(host: &Host, done: usize) -> Option<Proofs> {
    let service = *to_prove(host).get(done)?;
    Some(proved(&host.model, service, &World::open(), &host.around))
}

/// Whether every service is proved.
pub(crate) fn is_complete(host: &Host, done: usize) -> bool {
    to_prove(host).len() <= done
}

/// The services that others than the host's own programs reach.
fn to_prove(host: &Host) -> Vec<&postproof_engine::model::Service> {
    if !host.model.has_postfix() {
        return Vec::new();
    }
    provable(&host.model, None).into_iter().filter(|service| service.exposure != Exposure::Loopback).collect()
}

fn of(proofs: &[Rc<Proofs>], claim: Claim) -> impl Iterator<Item = (ServiceId, &Proof)> {
    let starting = proofs.iter().filter(|one| one.starts);
    starting
        .flat_map(move |one| one.proofs.iter().map(|proof| (one.service, proof)))
        .filter(move |(_, proof)| proof.claim == claim)
}

/// What a claim comes to, over all services: the worst speaks. Nothing if no
/// service starts.
pub(crate) fn proven(proofs: &[Rc<Proofs>], claim: Claim) -> Option<Proven<'_>> {
    let mut worst: Option<(u8, Proven<'_>)> = None;
    for (service, proof) in of(proofs, claim) {
        let this = match &proof.verdict {
            Verdict::Holds => (0, Proven::Holds),
            Verdict::BoundReached => (1, Proven::Unknown),
            Verdict::Depends(conditions) => (2, Proven::Depends(conditions)),
            Verdict::Fails(witness) => (3, Proven::Fails(service, witness)),
        };
        if worst.is_none_or(|(rank, _)| this.0 > rank) {
            worst = Some(this);
        }
    }
    worst.map(|(_, proven)| proven)
}

/// Whether a finding seems to say the opposite of a claim that holds. Both can be
/// right, such as where nobody can log in because TLS does not work yet; the
/// finding speaks, and the claim stays without its seal.
pub(crate) fn is_disputed(host: &Host, claim: Claim) -> bool {
    let disputes = |finding: &Diagnostic| match claim {
        Claim::OwnSendersOnly | Claim::OwnDomainsProtected => {
            lint::rule(finding.rule).is_some_and(|rule| matches!(rule.group, lint::Group::Spoof))
        }
        Claim::AuthOnlyWithTls => finding.rule == "sasl-plaintext-without-tls",
        Claim::RecipientsValidated => {
            lint::rule(finding.rule).is_some_and(|rule| matches!(rule.group, lint::Group::Class))
        }
        Claim::NoOpenRelay => false,
    };
    host.diagnostics.iter().any(|finding| finding.severity <= Severity::Warning && disputes(finding))
}

/// Whom entries let do what strangers may not.
pub(crate) fn exceptions(proofs: &[Rc<Proofs>], claim: Claim) -> Vec<&Exception> {
    of(proofs, claim).flat_map(|(_, proof)| &proof.exceptions).collect()
}

/// What the proof of the first claim makes of the answer. A finding that says
/// how strangers may come to look like friends is not touched by the proof.
pub(crate) fn hero<'p>(answer: Answer, proofs: Option<&'p [Rc<Proofs>]>) -> Option<Proven<'p>> {
    let proven = proven(proofs?, Claim::NoOpenRelay)?;
    match (answer, proven) {
        (Answer::DoesNotStart | Answer::NoPostfix, _) | (_, Proven::Unknown) => None,
        (Answer::Doubtful | Answer::Accepted, Proven::Holds | Proven::Depends(_)) => None,
        (Answer::Refused | Answer::Depends | Answer::Doubtful | Answer::Accepted, proven) => Some(proven),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Checked, Doc};

    fn proofs(text: &str) -> (Checked, Vec<Rc<Proofs>>) {
        let checked = Checked::run(&[Doc::pasted(text)]);
        let mut all = Vec::new();
        while let Some(one) = prove_next(&checked.report.hosts[0], all.len()) {
            all.push(Rc::new(one));
        }
        assert!(is_complete(&checked.report.hosts[0], all.len()));
        (checked, all)
    }

    const CLOSED: &str = "compatibility_level = 3.6\nmyhostname = mail.example.org\nmydestination = example.org\n\
        mynetworks = 127.0.0.0/8\nlocal_recipient_maps = inline:{kim=yes}\n\
        smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n";

    #[test]
    fn a_closed_server_is_proven_closed() {
        let (checked, proofs) = proofs(CLOSED);
        let answer = super::super::answer(&checked.report.hosts[0]).0;
        assert!(matches!(hero(answer, Some(&proofs)), Some(Proven::Holds)), "{answer:?}");
        assert!(hero(answer, None).is_none());
    }

    #[test]
    fn an_open_server_is_shown_by_a_session() {
        let (checked, proofs) = proofs(&CLOSED.replace("127.0.0.0/8", "0.0.0.0/0"));
        let answer = super::super::answer(&checked.report.hosts[0]).0;
        let Some(Proven::Fails(_, witness)) = hero(answer, Some(&proofs)) else { panic!("no witness") };
        assert!(!witness.session.recipients.is_empty());
    }

    #[test]
    fn a_finding_that_says_the_opposite_keeps_the_seal_away() {
        let (checked, proofs) = proofs(include_str!("../../examples/way-back.txt"));
        let host = &checked.report.hosts[0];
        assert!(matches!(proven(&proofs, Claim::OwnSendersOnly), Some(Proven::Holds)));
        assert!(is_disputed(host, Claim::OwnSendersOnly) && !is_disputed(host, Claim::AuthOnlyWithTls));
    }

    #[test]
    fn a_finding_of_a_way_in_keeps_the_seal_away() {
        let (_, proofs) = proofs(CLOSED);
        assert!(hero(Answer::Doubtful, Some(&proofs)).is_none());
    }
}
