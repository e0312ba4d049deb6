//! The same against a real smtpd: witnesses must go through there too, and
//! random sessions must not contradict what holds.

use super::generate::{Random, Scenario};
use super::{Counts, concerns, sessions, told};
use crate::oracle::recorder::Recorder;
use anyhow::Result;
use postproof_engine::model::Model;
use postproof_engine::prove::{Claim, Proofs, Verdict};
use postproof_engine::sim::{Config, DnsRecords, NameStatus, Protocol, RecordType, Session};
use serde_json::{Map, Value, json};

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
    let mut played: Vec<(Session, Option<Claim>)> = Vec::new();
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
    if played.is_empty() {
        return Ok(());
    }
    let sessions: Vec<Value> = played.iter().map(|(session, _)| session_of(session)).collect();
    let response = recorder.play_one(&request(scenario, sessions))?;
    for (at, (session, claim)) in played.iter().enumerate() {
        let replies = response["sessions"][at]["replies"].as_array().cloned().unwrap_or_default();
        counts.real += 1;
        match claim {
            Some(claim) => {
                counts.witnesses += 1;
                if !happens(*claim, &replies) {
                    counts.contradictions.push(told(
                        seed,
                        scenario,
                        *claim,
                        &format!("the real smtpd refuses the witness: {replies:?}"),
                        session,
                    ));
                }
            }
            None => {
                for claim in holds.iter().filter(|claim| concerns(&config, **claim, session)) {
                    // What is thrown away is accepted too, to look at.
                    if happens(*claim, &replies) && super::happens(&config, *claim, session) {
                        counts.contradictions.push(told(
                            seed,
                            scenario,
                            *claim,
                            "the real smtpd lets it through",
                            session,
                        ));
                    } else if happens(*claim, &replies) && !super::is_discarded(&config, session) {
                        counts.contradictions.push(told(
                            seed,
                            scenario,
                            *claim,
                            "only the real smtpd lets it through",
                            session,
                        ));
                    }
                }
            }
        }
    }
    Ok(())
}

fn happens(claim: Claim, replies: &[Value]) -> bool {
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
    let world = &scenario.world;
    let records = |records: &DnsRecords| {
        if records.fails {
            return json!({"rcode": "SERVFAIL"});
        }
        let mut all = Map::new();
        for (kind, values) in &records.records {
            let name = match kind {
                RecordType::A => "A",
                RecordType::Aaaa => "AAAA",
                RecordType::Mx => "MX",
                RecordType::Ns => "NS",
                RecordType::Ptr => "PTR",
                RecordType::Txt => "TXT",
                RecordType::Cname => "CNAME",
            };
            all.insert(name.to_owned(), json!(values));
        }
        Value::Object(all)
    };
    let dns: Map<String, Value> = world.dns.iter().map(|(name, one)| (name.clone(), records(one))).collect();
    json!({
        "main_cf": scenario.main,
        "service": "smtp",
        "tables": scenario.tables,
        "dns": dns,
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

fn session_of(session: &Session) -> Value {
    let client = &session.client;
    let status = match client.name_status {
        NameStatus::Ok => "ok",
        NameStatus::Permanent => "perm",
        NameStatus::Forged => "forged",
        NameStatus::Temporary => "temp",
    };
    let protocol = match session.protocol {
        Protocol::Esmtp => "ESMTP",
        Protocol::Smtp => "SMTP",
    };
    json!({
        "client_addr": client.address.to_string(),
        "client_name": client.name.as_deref().unwrap_or("unknown"),
        "reverse_name": client.reverse_name.as_deref().unwrap_or("unknown"),
        "client_name_status": status,
        "proto": protocol,
        "helo": session.helo,
        "tls": session.tls,
        "sasl_user": session.login,
        "sender": session.sender,
        "recipients": session.recipients,
        "data": session.data,
    })
}
