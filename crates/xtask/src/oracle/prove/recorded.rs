//! Claims about recorded configurations: no recorded session may contradict
//! one that holds.

use super::{concerns, is_discarded, real};
use crate::oracle::dead::{files, world};
use anyhow::{Context, Result, bail};
use postproof_engine::prove::{Around, Claim, Verdict, prove};
use postproof_engine::sim::{Client, Config, NameStatus, Protocol, Session};
use postproof_engine::{server, smtpd_service};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// `cargo xtask oracle prove --set FILE`.
pub(crate) fn command(lines: &[String]) -> Result<()> {
    let mut verdicts: BTreeMap<(&'static str, &'static str), BTreeSet<String>> = BTreeMap::new();
    let (mut total, mut slowest, mut tried) = (Duration::ZERO, Duration::ZERO, 0);
    let mut wrong = Vec::new();
    for line in lines {
        let record: Value = serde_json::from_str(line).context("a line that is no JSON")?;
        let get = |key: &str| record.get(key).unwrap_or(&Value::Null);
        let id = get("id").as_str().unwrap_or_default();
        let request = get("request");
        let (_, mut model) = server(files(request));
        let (world, system) = world(request);
        model.system = Some(system);
        let name = request.get("service").and_then(Value::as_str).unwrap_or("smtp");
        let Some(service) = smtpd_service(&model, name) else { continue };
        let start = Instant::now();
        let proofs = prove(&model, service.id, &world, &Around::default());
        total += start.elapsed();
        slowest = slowest.max(start.elapsed());
        let config = Config::new(&model, service.id, &world);
        let mut holds = Vec::new();
        for proof in &proofs.proofs {
            let word = match &proof.verdict {
                Verdict::Holds => {
                    holds.push(proof.claim);
                    "holds"
                }
                Verdict::Fails(_) => "fails",
                Verdict::Depends(_) => "depends",
                Verdict::BoundReached => "bound",
            };
            verdicts.entry((proof.claim.name(), word)).or_default().insert(id.to_owned());
        }
        let sessions = request.get("sessions").and_then(Value::as_array).into_iter().flatten();
        let answers = record.pointer("/response/sessions").and_then(Value::as_array).into_iter().flatten();
        for (session, answer) in sessions.zip(answers) {
            let replies = answer.get("replies").and_then(Value::as_array).cloned().unwrap_or_default();
            if let Some(session) = each_recipient(session) {
                tried += 1;
                let against = |claim: &&Claim| concerns(&config, **claim, &session) && real::happens(**claim, &replies);
                // What is thrown away looks accepted.
                if let Some(claim) = holds.iter().find(against).filter(|_| !is_discarded(&config, &session)) {
                    wrong.push(format!("{id}: {} is said to hold\n{session:?}", claim.name()));
                }
            }
        }
    }
    for ((claim, verdict), ids) in &verdicts {
        let few: Vec<&str> = ids.iter().take(if *verdict == "fails" { 60 } else { 5 }).map(String::as_str).collect();
        println!("{claim:24} {verdict:8} {:5}  {}", ids.len(), few.join(" "));
    }
    println!("{tried} recorded sessions; proofs took {total:?}, the slowest {slowest:?}");
    wrong.iter().take(10).for_each(|one| println!("{one}"));
    if wrong.is_empty() { Ok(()) } else { bail!("{} recorded sessions contradict", wrong.len()) }
}

/// A recorded session, if it has one recipient only.
fn each_recipient(value: &Value) -> Option<Session> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let known = |key: &str| text(key).filter(|name| name != "unknown");
    let recipients: Vec<String> = value
        .get("recipients")
        .and_then(Value::as_array)?
        .iter()
        .filter_map(|one| one.as_str().map(str::to_owned))
        .collect();
    let is_plain = !["etrn", "vrfy", "blind", "pipelined"].iter().any(|key| value.get(*key).is_some());
    (recipients.len() == 1 && is_plain).then_some(())?;
    Some(Session {
        client: Client {
            address: text("client_addr")?.parse().ok()?,
            name: known("client_name"),
            reverse_name: known("reverse_name"),
            name_status: match text("client_name_status").as_deref() {
                Some("ok") => NameStatus::Ok,
                Some("forged") => NameStatus::Forged,
                Some("temp") => NameStatus::Temporary,
                Some(_) | None => NameStatus::Permanent,
            },
        },
        protocol: if text("proto").as_deref() == Some("SMTP") { Protocol::Smtp } else { Protocol::Esmtp },
        helo: text("helo"),
        tls: value.get("tls").and_then(Value::as_bool).unwrap_or_default(),
        login: text("sasl_user"),
        sender: text("sender"),
        recipients,
        data: value.get("data").and_then(Value::as_bool).unwrap_or_default(),
        ..Session::default()
    })
}
