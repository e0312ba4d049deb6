//! Claims about a whole host, besides those about its smtpd services: other ways
//! in, passwords that leave it, and the logins of Dovecot. They are decided from
//! the configuration alone; no session is played.

mod clients;
mod entrance;
mod logins;
mod outgoing;
mod reinjection;
#[cfg(test)]
mod tests;
mod words;

use postproof_diag::{Span, Text};
use postproof_dovecot::Reading;
use postproof_model::Model;

/// What can be claimed of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostClaim {
    /// No stranger can have mail sent to somebody else's domain, by a program
    /// other than smtpd.
    NoOpenRelay,
    /// No program other than smtpd takes mail from other hosts.
    NoOtherEntrance,
    /// No password for another server crosses the network in clear.
    OutgoingPasswordsOnlyOverTls,
    /// What takes mail back from a content filter takes it from nobody else.
    ReinjectionFromLoopbackOnly,
    /// Nobody logs in by IMAP from another host without TLS.
    ImapLoginsOnlyWithTls,
    /// The same by POP3.
    Pop3LoginsOnlyWithTls,
    /// The same by ManageSieve.
    ManagesieveLoginsOnlyWithTls,
}

/// Whether it is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostVerdict {
    /// It is, but for the exceptions.
    Holds,
    /// It is not.
    Fails,
    /// It is, if what is missing says so.
    Depends,
    /// It can't be told from a configuration.
    Unknown,
}

/// One claim about a host, or about one service of it.
#[derive(Clone, Debug)]
pub struct HostProof {
    /// The claim.
    pub claim: HostClaim,
    /// Whether it is so.
    pub verdict: HostVerdict,
    /// The service, if it is about one.
    pub service: Option<String>,
    /// What makes it so.
    pub place: Option<Span>,
    /// Why, as a sentence without a full stop.
    pub reason: Text,
    /// Who may do it all the same.
    pub exceptions: Vec<Text>,
    /// What was not given and would tell.
    pub missing: Vec<Text>,
}

impl HostProof {
    fn new(claim: HostClaim, verdict: HostVerdict, reason: Text) -> Self {
        Self { claim, verdict, service: None, place: None, reason, exceptions: Vec::new(), missing: Vec::new() }
    }

    fn holds(claim: HostClaim, reason: Text) -> Self {
        Self::new(claim, HostVerdict::Holds, reason)
    }

    fn fails(claim: HostClaim, reason: Text) -> Self {
        Self::new(claim, HostVerdict::Fails, reason)
    }

    fn depends(claim: HostClaim, reason: Text, missing: Text) -> Self {
        Self { missing: vec![missing], ..Self::new(claim, HostVerdict::Depends, reason) }
    }

    fn at(self, place: Option<Span>) -> Self {
        Self { place, ..self }
    }

    fn of(self, service: String) -> Self {
        Self { service: Some(service), ..self }
    }

    fn except(self, exceptions: Vec<Text>) -> Self {
        Self { exceptions, ..self }
    }
}

/// Decides every claim that concerns the host: those about Postfix where it is
/// given, and those about Dovecot's logins for the protocols that it serves. A
/// claim that some services do not meet has one proof for each of them.
pub fn host_proofs(model: &Model, dovecot: Option<&Reading>) -> Vec<HostProof> {
    let mut found = entrances(model, dovecot);
    if model.has_postfix() {
        found.extend(outgoing::proofs(model));
        found.extend(reinjection::proofs(model));
    }
    if let Some(reading) = dovecot {
        found.extend(logins::proofs(model, reading));
    }
    found
}

/// Those of [`host_proofs`] that are about mail from other hosts.
pub fn entrances(model: &Model, dovecot: Option<&Reading>) -> Vec<HostProof> {
    if !model.has_postfix() {
        return Vec::new();
    }
    entrance::proofs(model, dovecot)
}

/// The proofs of services that do not meet a claim; if all do, one that says so
/// with the exceptions of all.
fn all_hold(claim: HostClaim, reason: Text, each: Vec<HostProof>) -> Vec<HostProof> {
    let (held, mut broken): (Vec<_>, Vec<_>) = each.into_iter().partition(|one| one.verdict == HostVerdict::Holds);
    if broken.is_empty() {
        let mut exceptions: Vec<Text> = Vec::new();
        for one in held.into_iter().flat_map(|one| one.exceptions) {
            if !exceptions.contains(&one) {
                exceptions.push(one);
            }
        }
        broken.push(HostProof::holds(claim, reason).except(exceptions));
    }
    broken
}
