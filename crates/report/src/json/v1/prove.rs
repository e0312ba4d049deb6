//! Proofs about services.

use super::{Condition, Decided, HostClaim, Place, Reply};
use serde::Serialize;

/// What `postproof prove --format json` prints.
#[derive(Clone, Debug, Serialize)]
pub struct Prove {
    /// `postproof.prove/1`.
    pub schema: &'static str,
    /// Version of Postproof.
    pub postproof: &'static str,
    /// Language of the sentences: `en` or `ko`.
    pub lang: &'static str,
    /// One report for each configuration that was read on its own.
    pub reports: Vec<ProveReport>,
}

/// One configuration.
#[derive(Clone, Debug, Serialize)]
pub struct ProveReport {
    /// The hosts with Postfix.
    pub hosts: Vec<ProveHost>,
}

/// One host.
#[derive(Clone, Debug, Serialize)]
pub struct ProveHost {
    /// Its name, where the text gives one.
    pub name: Option<String>,
    /// Its smtpd services, in the order of master.cf.
    pub services: Vec<ProvedService>,
    /// Claims about the host besides its smtpd services; empty where one service
    /// was chosen.
    pub claims: Vec<HostClaim>,
    /// Entries that change nothing in any service that has them; empty where
    /// one service was chosen.
    pub dead_entries: Vec<DeadEntry>,
    /// Lists that are set and whose entries are not judged; empty where one service
    /// was chosen.
    pub not_judged: Vec<&'static str>,
}

/// What is proved of one service.
#[derive(Clone, Debug, Serialize)]
pub struct ProvedService {
    /// Its name field.
    pub service: String,
    /// The name as people say it.
    pub label: String,
    /// Its entry.
    pub place: Option<Place>,
    /// `network`, `loopback` or `postscreen`.
    pub reached_from: &'static str,
    /// Whether it starts with this configuration.
    pub starts: bool,
    /// What was left out of account.
    pub notes: Vec<String>,
    /// Every claim.
    pub claims: Vec<ProvedClaim>,
}

/// One claim.
#[derive(Clone, Debug, Serialize)]
pub struct ProvedClaim {
    /// Its name.
    pub claim: &'static str,
    /// What it says in a few words.
    pub title: String,
    /// What it says exactly.
    pub definition: String,
    /// What it means for somebody who runs the server.
    pub sentence: String,
    /// `holds`, `fails`, `depends` or `unknown`.
    pub verdict: &'static str,
    /// A session against it; null where it holds or nothing was found.
    pub witness: Option<WitnessSession>,
    /// Where it depends: each list of answers with which it is not so.
    pub fails_if: Vec<Vec<Condition>>,
    /// Entries that let particular clients do it.
    pub exceptions: Vec<Granted>,
    /// What more is to be said.
    pub notes: Vec<String>,
}

/// A session.
#[derive(Clone, Debug, Serialize)]
pub struct WitnessSession {
    /// Address of the client.
    pub client_addr: String,
    /// Its verified name.
    pub client_name: Option<String>,
    /// The name that its address points to.
    pub reverse_name: Option<String>,
    /// `ok`, `perm`, `forged` or `temp`.
    pub client_name_status: &'static str,
    /// `ESMTP` or `SMTP`.
    pub proto: &'static str,
    /// Argument of EHLO or HELO.
    pub helo: Option<String>,
    /// Whether it uses STARTTLS.
    pub tls: bool,
    /// Fingerprint of its certificate.
    pub certificate: Option<String>,
    /// The name with which it logs in.
    pub sasl_user: Option<String>,
    /// The sender.
    pub sender: Option<String>,
    /// The recipients.
    pub recipients: Vec<String>,
    /// What the claim itself says of tables that were not given, such as that a
    /// foreign domain is in no table of own domains.
    pub premises: Vec<Premise>,
    /// What the client sees to, such as DNS data of its own names.
    pub arranged: Vec<Condition>,
    /// The answers of the server.
    pub replies: Vec<Reply>,
}

/// What a claim says of a table that was not given.
#[derive(Clone, Debug, Serialize)]
pub struct Premise {
    /// The table as `--assume` names it, `file:` with a path, or `users`.
    pub place: String,
    /// The entries.
    pub keys: Vec<String>,
    /// Whether it is taken to have them, or not to have them.
    pub has_them: bool,
}

/// An entry that lets particular clients do what strangers may not.
#[derive(Clone, Debug, Serialize)]
pub struct Granted {
    /// The entry, or the parameter.
    pub by: Decided,
    /// What it means.
    pub what: String,
    /// Whom or what it is about: networks with their number of addresses, domains of
    /// names (`.example.com`), fingerprints, addresses; at most twelve and `+N`.
    pub whom: Vec<String>,
    /// Address of one whom it lets.
    pub client_addr: String,
    /// Its verified name.
    pub client_name: Option<String>,
    /// What must be so besides.
    pub r#if: Vec<Condition>,
}

/// An entry that changes nothing.
#[derive(Clone, Debug, Serialize)]
pub struct DeadEntry {
    /// The entry.
    pub entry: ListEntry,
    /// `not-reached`, `covered`, `repeated`, `never-matches`, `too-early`,
    /// `undefined-class` or `redundant`.
    pub why: &'static str,
    /// The same as a sentence.
    pub what: String,
    /// The entries that make it so.
    pub by: Vec<ListEntry>,
}

/// An entry of a list or class.
#[derive(Clone, Debug, Serialize)]
pub struct ListEntry {
    /// The list's parameter, or the name of the class.
    pub list: String,
    /// Where it stands there, from 0.
    pub index: u32,
    /// The entry as written, with its argument.
    pub text: String,
    /// Its place.
    pub place: Option<Place>,
}
