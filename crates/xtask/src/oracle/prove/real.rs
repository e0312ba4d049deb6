//! The same against a real smtpd: witnesses must go through there too, and
//! random sessions must not contradict what holds.

#![expect(clippy::indexing_slicing, reason = "a key that a JSON value lacks gives null")]

use super::generate::{Random, Scenario};
use super::{Counts, concerns, sessions, told};
use crate::oracle::recorder::Recorder;
use crate::oracle::written;
use anyhow::Result;
use postproof_engine::model::Model;
use postproof_engine::prove::{Claim, Proofs, Verdict};
use postproof_engine::sim::{Config, Session};
use serde_json::{Value, json};

/// Random sessions that are played for one configuration.
const SESSIONS: usize = 50;

/// Plays the witnesses and some random sessions.
pub(super) fn play(
    recorder: &mut Recorder,
    seed: u64,
    scenario: &Scenario,
    model: &Model,
    proofs: &Proofs,
    counts: &mut Counts,
) -> Result<()> {
    let config = Config::new(model, proofs.service, &scenario.world);
    let mut played: Played = Vec::new();
    let mut holds: Vec<Claim> = Vec::new();
    for proof in &proofs.proofs {
        match &proof.verdict {
            Verdict::Fails(witness) => played.push((witness.session.clone(), Some(proof.claim))),
            Verdict::Holds => holds.push(proof.claim),
            Verdict::Depends(_) | Verdict::BoundReached => {}
        }
    }
    let mut random = Random::new(seed ^ 0xEA1);
    let concerning = |session: &Session| holds.iter().any(|claim| concerns(&config, *claim, session));
    for _ in 0..SESSIONS * 40 {
        let session = sessions::session(&mut random, scenario);
        if played.len() < SESSIONS && concerning(&session) {
            played.push((session, None));
        }
    }
    for batch in batches(played) {
        let sessions = batch.iter().map(|(session, _)| written::session(session)).collect();
        let response = recorder.play_one(&request(scenario, sessions))?;
        for (at, (session, claim)) in batch.iter().enumerate() {
            let replies = response["sessions"][at]["replies"].as_array().cloned().unwrap_or_default();
            let found = judged(&config, session, *claim, &holds, &replies, counts);
            counts.contradictions.extend(found.map(|(claim, what)| told(seed, scenario, claim, &what, session)));
        }
    }
    Ok(())
}

/// Sessions with the claim that they are witnesses against.
type Played = Vec<(Session, Option<Claim>)>;

/// An address has one name in DNS: sessions that give it two are played apart.
fn batches(played: Played) -> Vec<Played> {
    let mut batches: Vec<Played> = Vec::new();
    for one in played {
        let fits = |batch: &&mut Played| {
            let clash = |other: &(Session, Option<Claim>)| {
                let (own, other) = (&one.0.client, &other.0.client);
                own.address == other.address && own != other
                    // A name that is verified here must not be forged there.
                    || own.reverse_name.is_some() && own.reverse_name == other.reverse_name && own != other
            };
            !batch.iter().any(clash)
        };
        match batches.iter_mut().find(fits) {
            Some(batch) => batch.push(one),
            None => batches.push(vec![one]),
        }
    }
    batches
}

/// What contradicts a claim in the answers to one session.
fn judged<'c>(
    config: &'c Config<'c>,
    session: &Session,
    witness: Option<Claim>,
    holds: &[Claim],
    replies: &[Value],
    counts: &mut Counts,
) -> Option<(Claim, String)> {
    counts.real += 1;
    if let Some(claim) = witness {
        counts.witnesses += 1;
        return (!happens(claim, replies)).then(|| (claim, format!("the real smtpd refuses the witness: {replies:?}")));
    }
    // What is thrown away looks accepted.
    let is_against = |claim: &&Claim| concerns(config, **claim, session) && happens(**claim, replies);
    let claim = holds.iter().find(is_against).filter(|_| !super::is_discarded(config, session))?;
    Some((*claim, "the real smtpd lets it through".to_owned()))
}

pub(super) fn happens(claim: Claim, replies: &[Value]) -> bool {
    let accepted = |command: &str| {
        let mut of = replies.iter().filter(|reply| reply["command"] == command).peekable();
        of.peek().is_some() && of.all(|reply| matches!(reply["code"].as_u64(), Some(200..400)))
    };
    let delivered = || accepted("rcpt") && accepted("data") && accepted("eod");
    match claim {
        Claim::AuthOnlyWithTls => accepted("auth"),
        Claim::OwnSendersOnly => accepted("auth") && delivered(),
        Claim::NoOpenRelay | Claim::RecipientsValidated | Claim::OwnDomainsProtected => delivered(),
    }
}

/// A request as `postproof simulate --json` takes it.
fn request(scenario: &Scenario, sessions: Vec<Value>) -> Value {
    json!({
        "main_cf": scenario.main,
        "service": "smtp",
        "tables": scenario.tables,
        "dns": written::dns(&scenario.world),
        "policy": {},
        "system": {
            "hostname": "mx.own.test",
            "interfaces": ["127.0.0.1/8", "::1/128", "192.0.2.25/24", "2001:db8:25::25/64"],
            // The accounts that master and its daemons run as are there too.
            "users": ["root", "daemon", "mail", "nobody", "postfix", "alice", "bob"],
            "server_addr": "192.0.2.25",
            "server_addr6": "2001:db8:25::25",
        },
        "sessions": sessions,
    })
}
