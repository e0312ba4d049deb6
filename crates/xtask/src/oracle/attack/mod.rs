//! Attacks what is called proven: random servers that a claim may seem to fit, a
//! real smtpd and its queue files as judge.
//!
//! A server is made as a person would make it, and something is planted in it: an
//! own domain that takes the world, a condition that only some strings meet, a
//! guard that two recipients evade, rewriting after the check, what depends on
//! the release. The program is asked for its verdicts as anybody asks it, so that
//! older builds can be attacked too. A claim that holds is wrong if a session
//! breaks it and none of its exceptions names what let it through; one that fails
//! is wrong if its witness breaks nothing.

// A JSON value gives null for what it does not hold.
#![allow(clippy::indexing_slicing)]

mod judge;
mod kinds;
mod pattern;
mod server;
mod session;
mod verdicts;

use super::recorder::Recorder;
use crate::args::Args;
use anyhow::{Context, Result, bail};
use judge::{CLAIMS, broken, is_confirmed, is_impossible, is_named};
use serde_json::{Value, json};
use server::{KINDS, Server};
use session::{NULL_CIPHERS, Try};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;
use verdicts::{Prover, Said};

/// Services without anything to try whose witnesses are played.
const SIDE_SERVICES: usize = 3;

/// Seeds for one server: with `--plant WORDS` it is the first in which that is planted.
const TRIED_SEEDS: u64 = 1000;

/// What a run counted.
#[derive(Debug, Default)]
struct Counts {
    /// By claim and verdict.
    verdicts: BTreeMap<(String, String), usize>,
    /// Faults by kind: how many, and the number of the first server.
    faults: BTreeMap<char, (usize, u64)>,
    sessions: usize,
    witnesses: usize,
    unplayed: usize,
    /// Servers without an answer, and such as do not start.
    silent: usize,
    dead: usize,
    shown: usize,
}

/// One server, and the program that thinks of it.
struct Target {
    number: u64,
    server: Server,
    directory: PathBuf,
    prover: Prover,
}

/// A session that was played, and what it was for.
struct Played<'s> {
    session: Value,
    result: Value,
    of: Option<&'s Try>,
}

/// `cargo xtask oracle attack`.
pub(super) fn command(root: &Path, args: &mut Args) -> Result<()> {
    let number = |value: Option<String>, usual: u64| value.map_or(Ok(usual), |number| number.parse());
    let count = number(args.value("--count")?, 500)?;
    let sessions = number(args.value("--sessions")?, 20)? as usize;
    let seed = number(args.value("--seed")?, 1)?;
    let mut counts = Counts { shown: number(args.value("--show")?, 20)? as usize, ..Counts::default() };
    let binary = args.value("--binary")?.map(PathBuf::from);
    let system = args.value("--root")?.map(PathBuf::from);
    let wanted = args.value("--plant")?.unwrap_or_default();
    args.finish()?;
    let binary = binary.map_or_else(|| built(root), Ok)?;
    let place = root.join("target/attack");
    if place.exists() {
        fs::remove_dir_all(&place)?;
    }
    let mut recorder = Recorder::start(system.as_deref())?;
    let since = Instant::now();
    let target = |number: u64| -> Result<Target> {
        let from = seed.wrapping_mul(1_000_003).wrapping_add(number.wrapping_mul(TRIED_SEEDS));
        let mut all = (0..TRIED_SEEDS).map(|more| server::server(from.wrapping_add(more), sessions));
        let is_wanted = |server: &Server| server.planted.iter().any(|planted| planted.contains(&*wanted));
        let server = all.find(is_wanted).context("`--plant` names nothing that is planted")?;
        let directory = place.join(number.to_string());
        server.write(&directory)?;
        let prover = Prover::start(&binary, &directory, place.join(format!("{number}.json")))?;
        Ok(Target { number, server, directory, prover })
    };
    // The program thinks of the next server while smtpd answers for this one.
    let mut next = Some(target(1)?);
    for number in 1..=count {
        let Some(now) = next.take() else { break };
        if number < count {
            next = Some(target(number + 1)?);
        }
        let tell = format!("server {number} of seed {seed}");
        attack(now, &mut recorder, &mut counts).with_context(|| tell)?;
    }
    print(&counts, count, since.elapsed().as_secs());
    let faults: usize = counts.faults.values().map(|(count, _)| count).sum();
    if faults == 0 { Ok(()) } else { bail!("{faults} faults; the servers are in {}", place.display()) }
}

/// The program of this workspace.
fn built(root: &Path) -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let found = ["debug", "release"].map(|profile| target.join(profile).join("postproof"));
    found.into_iter().find(|file| file.is_file()).context("no postproof is built; `--binary PATH` names one")
}

fn attack(target: Target, recorder: &mut Recorder, counts: &mut Counts) -> Result<()> {
    let Target { number, server, directory, prover } = target;
    let Some(said) = prover.finish()? else {
        counts.silent += 1;
        println!("server {number}: no answer ({})", directory.display());
        return Ok(());
    };
    let mut found: Vec<Value> = Vec::new();
    let mut side = 0;
    for said in &said {
        for stated in &said.claims {
            *counts.verdicts.entry((stated.claim.clone(), stated.verdict.clone())).or_default() += 1;
        }
        let is_tried = server.tries.iter().any(|tried| tried.service == said.service);
        side += usize::from(!is_tried);
        if said.is_open && (is_tried || side <= SIDE_SERVICES) {
            one(&server, said, recorder, counts, &mut found)?;
        }
    }
    // What is not spoken of at all is not said to be open.
    let missing = |tried: &&Try| said.iter().all(|said| said.service != tried.service);
    if let Some(tried) = server.tries.iter().find(missing) {
        found.push(json!({ "kind": "B", "what": format!("nothing is said of service {}", tried.service) }));
    }
    for fault in &found {
        let kind = fault["kind"].as_str().and_then(|kind| kind.chars().next()).unwrap_or('?');
        let of_kind = counts.faults.entry(kind).or_insert((0, number));
        of_kind.0 += 1;
        if counts.shown > 0 {
            counts.shown -= 1;
            println!("server {number} ({}): {kind} {} {}", server.planted.join("; "), fault["claim"], fault["what"]);
            println!("  {}", fault["session"]);
        }
    }
    let answer = directory.with_extension("json");
    if found.is_empty() {
        fs::remove_dir_all(&directory)?;
        fs::remove_file(answer)?;
    } else {
        fs::rename(answer, directory.join("proofs.json"))?;
        let faults = json!({ "planted": server.planted, "faults": found });
        fs::write(directory.join("faults.json"), format!("{faults:#}\n"))?;
    }
    Ok(())
}

/// Plays what there is to play on one service and judges what is said of it.
fn one(
    server: &Server,
    said: &Said,
    recorder: &mut Recorder,
    counts: &mut Counts,
    found: &mut Vec<Value>,
) -> Result<()> {
    let holds = said.claims.iter().any(|stated| stated.verdict == "holds");
    let tries = server.tries.iter().filter(|tried| holds && tried.service == said.service);
    let mut played: Vec<Played> =
        tries.map(|tried| Played { session: tried.session.clone(), result: Value::Null, of: Some(tried) }).collect();
    let mut witnesses = Vec::new();
    for stated in said.claims.iter().filter(|stated| stated.verdict == "fails") {
        match verdicts::session(&stated.witness) {
            Ok(mut session) => {
                // A witness does not say its ciphers.
                if session["tls"] == true && server.truth.is_clear {
                    session["tls_ciphers"] = json!(NULL_CIPHERS);
                }
                witnesses.push((stated.claim.clone(), played.len()));
                played.push(Played { session, result: Value::Null, of: None });
            }
            Err(_) => counts.unplayed += 1,
        }
    }
    if played.is_empty() {
        return Ok(());
    }
    play(server, &said.service, recorder, &mut played)?;
    if played.iter().any(|one| !one.result["fatal"].is_null()) {
        counts.dead += 1;
        return Ok(());
    }
    counts.sessions += played.len();
    counts.witnesses += witnesses.len();
    for stated in said.claims.iter().filter(|stated| stated.verdict == "holds" && CLAIMS.contains(&&*stated.claim)) {
        let fault = played.iter().find_map(|one| {
            let tried = one.of?;
            let what = broken(&stated.claim, &server.truth, &one.session, &one.result)?;
            let kind = tried.kind.or_else(|| server.only_kind()).map_or('?', server::Kind::letter);
            (!is_named(&stated.exceptions, &one.session, &tried.excuses)).then_some((kind, what, one))
        });
        if let Some((kind, what, one)) = fault {
            found.push(fault_of(kind, &stated.claim, &format!("holds, but {what}"), one));
        }
    }
    for (claim, at) in witnesses {
        let Some(one) = played.get(at) else { continue };
        let why = if is_impossible(&one.session) {
            "nobody outside can be the client of its witness"
        } else if CLAIMS.contains(&&*claim) && !is_confirmed(&claim, &server.truth, &one.session, &one.result) {
            "its witness breaks nothing"
        } else {
            continue;
        };
        found.push(fault_of('W', &claim, &format!("fails, but {why}"), one));
    }
    Ok(())
}

fn fault_of(kind: char, claim: &str, what: &str, one: &Played) -> Value {
    json!({ "kind": kind.to_string(), "claim": claim, "what": what, "session": one.session, "played": one.result })
}

/// Plays the sessions. An address has one name in DNS: those that give it two are
/// played apart.
fn play(server: &Server, service: &str, recorder: &mut Recorder, played: &mut [Played]) -> Result<()> {
    let mut left: Vec<usize> = (0..played.len()).collect();
    while !left.is_empty() {
        let mut names: BTreeMap<String, Value> = BTreeMap::new();
        let (now, later): (Vec<usize>, Vec<usize>) = left.into_iter().partition(|at| {
            let Some(one) = played.get(*at) else { return true };
            let address = one.session["client_addr"].as_str().unwrap_or_default().to_owned();
            let name = json!([one.session["client_name"], one.session["reverse_name"]]);
            *names.entry(address).or_insert_with(|| name.clone()) == name
        });
        let sessions = now.iter().filter_map(|at| played.get(*at)).map(|one| one.session.clone()).collect();
        let answer = recorder.play_one(&server.request(service, sessions))?;
        for (number, at) in now.iter().enumerate() {
            if let Some(one) = played.get_mut(*at) {
                one.result = answer["sessions"][number].clone();
            }
        }
        left = later;
    }
    Ok(())
}

fn print(counts: &Counts, count: u64, seconds: u64) {
    let Counts { verdicts, faults, sessions, witnesses, unplayed, silent, dead, .. } = counts;
    println!("{count} servers in {seconds} s: {sessions} sessions on a real smtpd, {witnesses} of them witnesses");
    println!("{unplayed} witnesses can't be played, {dead} services do not start, {silent} servers have no answer");
    for ((claim, verdict), number) in verdicts {
        println!("  {claim:24} {verdict:8} {number:6}");
    }
    let letters = KINDS.map(|kind| (kind.letter(), "holds, and does not"));
    for (kind, words) in letters.into_iter().chain([('W', "fails without a true witness"), ('?', "of several kinds")]) {
        match faults.get(&kind) {
            Some((number, first)) => {
                println!("  kind {kind}: {number:5} faults, the first at server {first} ({words})")
            }
            None => println!("  kind {kind}:     0 faults"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_come_again_with_their_seed() {
        let text = |seed: u64| {
            let server = server::server(seed, 20);
            format!("{}{}{:?}{:?}", server.main_cf(), server.master_cf(), server.tables, server.tries)
        };
        for seed in 0..40 {
            assert_eq!(text(seed), text(seed));
        }
        let all: std::collections::BTreeSet<String> = (0..40).map(text).collect();
        assert_eq!(all.len(), 40);
    }

    #[test]
    fn every_kind_is_planted_and_tried() {
        let mut planted = std::collections::BTreeSet::new();
        let mut aimless = 0;
        for seed in 0..400 {
            let server = server::server(seed, 20);
            assert!(server.tries.len() >= 20, "{seed}");
            // Some patterns match nothing that the sampler thinks of.
            aimless += usize::from(server.tries.iter().all(|tried| tried.kind.is_none()));
            planted.extend(server.planted.iter().copied());
        }
        assert!(aimless < 20, "{aimless}");
        assert!(planted.len() > 30, "{planted:?}");
    }
}
