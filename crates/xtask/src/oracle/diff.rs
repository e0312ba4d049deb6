//! Looks for sessions that two configurations answer otherwise although no
//! change of that kind is reported.
//!
//! Pairs are random configurations of which one entry of a list or class is
//! moved, removed or added. The witnesses of the changes and random sessions are
//! played against both, in the simulator or on a real smtpd.

#![allow(
    clippy::indexing_slicing,
    reason = "a JSON value that lacks a key gives null; lines are picked below their number"
)]

use super::prove::generate::{self, Random, Scenario};
use super::prove::sessions;
use super::recorder::Recorder;
use super::written;
use anyhow::{Context, Result, anyhow, bail};
use postproof_engine::model::Model;
use postproof_engine::prove::{Comparison, Kind, compare, differences};
use postproof_engine::sim::{Client, Command, Config, Outcome, Reply, Session, Verdict, World, simulate};
use postproof_engine::{server, smtpd_service};
use postproof_report::json::request::read;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::Path;
use std::time::{Duration, Instant};

/// What is asked for.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) count: u64,
    pub(super) sessions: usize,
    pub(super) seed: u64,
    /// How many sessions are shown that the simulation answers otherwise.
    pub(super) shown: usize,
    /// Whether a real smtpd answers.
    pub(super) real: bool,
}

/// What a run counted.
#[derive(Debug, Default)]
struct Counts {
    pairs: BTreeMap<&'static str, usize>,
    reported_equal: usize,
    cut: usize,
    kinds: BTreeMap<&'static str, usize>,
    sessions: usize,
    differ: usize,
    /// Sessions that DNS data of the recorder make go another way.
    beyond: usize,
    unlike: usize,
    notes: Vec<String>,
    took: Duration,
    slowest: (Duration, u64),
    faults: Vec<String>,
}

/// `cargo xtask oracle diff …`.
pub(super) fn command(asked: &Asked, root: Option<&Path>) -> Result<()> {
    let mut recorder = if asked.real { Some(Recorder::start(root)?) } else { None };
    let mut counts = Counts::default();
    for seed in asked.seed..asked.seed + asked.count {
        one(seed, asked.sessions, &mut recorder, &mut counts).with_context(|| format!("pair {seed}"))?;
    }
    let who = recorder.as_ref().map_or("the simulator".to_owned(), |recorder| format!("Postfix {}", recorder.version));
    println!("{} pairs {:?}, {} sessions on both, answered by {who}", asked.count, counts.pairs, counts.sessions);
    println!("  reported equal {}, bound reached {}, changes {:?}", counts.reported_equal, counts.cut, counts.kinds);
    println!(
        "  sessions that differ {}, left out for names that the recorder gives clients {}, not as simulated {}",
        counts.differ, counts.beyond, counts.unlike
    );
    println!("  comparisons took {:?}, the slowest {:?} (pair {})", counts.took, counts.slowest.0, counts.slowest.1);
    for fault in counts.faults.iter().take(10).chain(counts.notes.iter().take(asked.shown)) {
        println!("\n{fault}");
    }
    if counts.faults.is_empty() { Ok(()) } else { bail!("{} faults", counts.faults.len()) }
}

fn one(seed: u64, sessions: usize, recorder: &mut Option<Recorder>, counts: &mut Counts) -> Result<()> {
    let mut random = Random::new(seed ^ 0xD1FF);
    let (old, new, what) = pair(seed, &mut random);
    *counts.pairs.entry(what).or_default() += 1;
    let models = [&old, &new].map(|scenario| server(scenario.files()).1);
    let [before, after] = [&models[0], &models[1]].map(|model| config(model, &old.world));
    let (before, after) = (before?, after?);
    let start = Instant::now();
    let comparison = compare(&before, &after);
    let took = start.elapsed();
    counts.took += took;
    counts.slowest = counts.slowest.max((took, seed));
    counts.cut += usize::from(comparison.is_cut);
    let reported: BTreeSet<Kind> = comparison.changes.iter().map(|change| change.difference.kind).collect();
    counts.reported_equal += usize::from(reported.is_empty() && !comparison.is_cut);
    for kind in &reported {
        *counts.kinds.entry(kind.name()).or_default() += 1;
    }
    let played = played(&comparison, sessions, &mut random, &old);
    let simulated: Vec<[Outcome; 2]> =
        played.iter().map(|session| [&before, &after].map(|config| simulate(config, session).outcome)).collect();
    let is_real = recorder.is_some();
    let answered: Vec<[Answered; 2]> = match recorder {
        None => simulated.iter().map(|both| both.clone().map(Answered::as_simulated)).collect(),
        Some(recorder) => {
            let first = real(recorder, &old, &played)?;
            let second = real(recorder, &new, &played)?;
            first.into_iter().zip(second).map(|(first, second)| [first, second]).collect()
        }
    };
    let pair = Pair { seed, what, old: &old, new: &new, comparison: &comparison, reported, is_real };
    let all = played.iter().zip(&answered).zip(&simulated);
    let is_as_told: Vec<bool> =
        all.map(|((session, answered), simulated)| pair.session(session, answered, simulated, counts)).collect();
    let witnesses = comparison.changes.iter().zip(&answered).zip(is_as_told);
    for ((change, [first, second]), _) in witnesses.filter(|(_, is_as_told)| *is_as_told) {
        let [old, new] = &change.outcomes;
        let shows = !differences(&first.real, &second.real).is_empty() || same(old, new);
        if change.assumed.is_empty() && !shows {
            counts.faults.push(pair.told("the witness shows nothing", &change.session));
        }
    }
    Ok(())
}

/// Two configurations, and what is said of them.
struct Pair<'p> {
    seed: u64,
    what: &'static str,
    old: &'p Scenario,
    new: &'p Scenario,
    comparison: &'p Comparison,
    reported: BTreeSet<Kind>,
    is_real: bool,
}

impl Pair<'_> {
    /// Judges one session that both answered; whether it went as simulated.
    fn session(
        &self,
        session: &Session,
        answered: &[Answered; 2],
        [ours, theirs]: &[Outcome; 2],
        counts: &mut Counts,
    ) -> bool {
        counts.sessions += 1;
        let [first, second] = answered;
        // /etc/hosts names the loopback addresses, whatever DNS says.
        if self.is_real && (session.client.address.is_loopback() || session.client.address.is_ipv6()) {
            counts.beyond += 1;
            return false;
        }
        let differ = differences(&first.real, &second.real);
        if !same(&first.real, &first.simulated) || !same(&second.real, &second.simulated) {
            counts.unlike += 1;
            let answers = [&first.real, &first.simulated, &second.real, &second.simulated].map(with_last_text);
            counts.notes.push(self.told(&format!("not answered as simulated: {answers:#?}"), session));
            if differ.iter().any(|one| !self.reported.contains(&one.kind)) {
                counts.faults.push(self.told("it differs on the real smtpd alone", session));
            }
            return false;
        }
        // The recorder must know the names of clients, which DNS has not here.
        if !same(&first.simulated, ours) || !same(&second.simulated, theirs) {
            counts.beyond += 1;
            return false;
        }
        // What becomes of a message the replies do not say; the simulation does.
        let simulated = differences(ours, theirs);
        if differ.is_empty() && simulated.is_empty() {
            return true;
        }
        counts.differ += 1;
        let kinds = simulated.into_iter().map(|one| one.kind);
        let missing: Vec<Kind> = kinds.filter(|kind| !self.reported.contains(kind)).collect();
        if !missing.is_empty() {
            counts.faults.push(self.told(&format!("{missing:?} is not reported"), session));
        }
        true
    }

    fn told(&self, fault: &str, session: &Session) -> String {
        let Self { seed, what, old, new, .. } = self;
        let edits: Vec<_> = self.comparison.edited.iter().map(|one| (one.edit, one.entry.clone())).collect();
        let tables: String = old.tables.iter().map(|(name, text)| format!("--- {name}\n{text}")).collect();
        format!("pair {seed} ({what}): {fault}\n{session:?}\n{edits:?}\n{}---\n{}{tables}", old.main, new.main)
    }
}

fn config<'m>(model: &'m Model, world: &'m World) -> Result<Config<'m>> {
    let service = smtpd_service(model, "smtp").context("no service")?;
    Ok(Config::new(model, service.id, world))
}

/// The witnesses first, then random sessions.
fn played(comparison: &Comparison, count: usize, random: &mut Random, scenario: &Scenario) -> Vec<Session> {
    let mut played: Vec<Session> = comparison.changes.iter().map(|change| change.session.clone()).collect();
    for _ in 0..count {
        played.push(sessions::session(random, scenario));
    }
    played
}

fn same(one: &Outcome, other: &Outcome) -> bool {
    short(one) == short(other)
}

fn with_last_text(outcome: &Outcome) -> String {
    format!("{} {}", short(outcome), outcome.replies.last().map(|reply| reply.text.as_str()).unwrap_or_default())
}

fn short(outcome: &Outcome) -> String {
    let one = |reply: &Reply| format!("{:?} {} {}", reply.command, reply.code, reply.dsn.as_deref().unwrap_or("-"));
    outcome.replies.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A configuration, the same with one entry changed, and how.
fn pair(seed: u64, random: &mut Random) -> (Scenario, Scenario, &'static str) {
    let mut old = generate::scenario(seed);
    // Without these Postfix itself does not run.
    old.world.users.extend(["root", "daemon", "mail", "nobody", "postfix"].map(str::to_owned));
    // Clients come over IPv6 as well.
    old.main = old.main.replacen("inet_interfaces = 192.0.2.1\n", "", 1);
    old.world.interfaces = Some(INTERFACES.iter().filter_map(|net| net.parse().ok()).collect());
    let mut lines: Vec<String> = old.main.lines().map(str::to_owned).collect();
    let is_list = |line: &str| {
        let name = line.split(" = ").next().unwrap_or_default();
        (name.starts_with("smtpd_") && name.ends_with("_restrictions") && line.contains(" = "))
            || name.ends_with("_class")
    };
    let lists: Vec<usize> = (0..lines.len()).filter(|at| lines.get(*at).is_some_and(|line| is_list(line))).collect();
    let with: Vec<usize> = lists.iter().copied().filter(|at| !entries(&lines[*at]).is_empty()).collect();
    let what = *random.pick(&["moved", "removed", "added"]);
    if with.is_empty() {
        lines.push("smtpd_sender_restrictions = reject_non_fqdn_sender".to_owned());
    } else if what == "added" {
        let entry = loop {
            let made = generate::entries(random, 1, true, &mut old);
            if !made.is_empty() {
                break made;
            }
        };
        let line = *random.pick(&with);
        let mut all = entries(&lines[line]);
        all.insert(random.below(all.len() + 1), entry);
        lines[line] = written(&lines[line], &all);
    } else {
        let line = *random.pick(&with);
        let mut all = entries(&lines[line]);
        let taken = all.remove(random.below(all.len()));
        if what == "removed" {
            lines[line] = written(&lines[line], &all);
        } else if all.is_empty() || random.chance(30) {
            lines[line] = written(&lines[line], &all);
            let other = *random.pick(&lists);
            let mut all = entries(&lines[other]);
            all.insert(random.below(all.len() + 1), taken);
            lines[other] = written(&lines[other], &all);
        } else {
            all.insert(random.below(all.len() + 1), taken);
            lines[line] = written(&lines[line], &all);
        }
    }
    lines.push(String::new());
    let new = Scenario { main: lines.join("\n"), tables: old.tables.clone(), world: old.world.clone() };
    (old, new, what)
}

fn entries(line: &str) -> Vec<String> {
    let text = line.split_once(" = ").map(|(_, text)| text).unwrap_or_default();
    text.split(", ").filter(|entry| !entry.trim().is_empty()).map(str::to_owned).collect()
}

fn written(line: &str, entries: &[String]) -> String {
    let name = line.split(" = ").next().unwrap_or_default();
    format!("{name} = {}", entries.join(", "))
}

/// What a session is answered, and what the simulation says in the world of
/// whoever answered.
#[derive(Debug)]
struct Answered {
    real: Outcome,
    simulated: Outcome,
}

impl Answered {
    fn as_simulated(outcome: Outcome) -> Self {
        Self { real: outcome.clone(), simulated: outcome }
    }
}

/// What a real smtpd answers to each session. DNS has one name for an address:
/// sessions that give it different ones are asked apart.
fn real(recorder: &mut Recorder, scenario: &Scenario, sessions: &[Session]) -> Result<Vec<Answered>> {
    let mut groups: Vec<(BTreeMap<IpAddr, &Client>, Vec<usize>)> = Vec::new();
    for (at, session) in sessions.iter().enumerate() {
        let client = &session.client;
        let fits = |group: &&mut (BTreeMap<IpAddr, &Client>, Vec<usize>)| {
            group.0.get(&client.address).is_none_or(|known| *known == client)
        };
        match groups.iter_mut().find(fits) {
            Some((clients, members)) => {
                clients.insert(client.address, client);
                members.push(at);
            }
            None => groups.push((BTreeMap::from([(client.address, client)]), vec![at])),
        }
    }
    let mut answered: Vec<(usize, Answered)> = Vec::new();
    for (_, members) in groups {
        let group: Vec<Session> = members.iter().filter_map(|at| sessions.get(*at).cloned()).collect();
        answered.extend(members.into_iter().zip(asked(recorder, scenario, &group)?));
    }
    answered.sort_by_key(|(at, _)| *at);
    Ok(answered.into_iter().map(|(_, answered)| answered).collect())
}

fn asked(recorder: &mut Recorder, scenario: &Scenario, sessions: &[Session]) -> Result<Vec<Answered>> {
    let response = recorder.play_one(&request(scenario, sessions))?;
    let played = read(response["request"].to_string().as_bytes()).map_err(|why| anyhow!("{}", why.en))?;
    let (_, model) = server(played.files);
    let config = config(&model, &played.world)?;
    let answers = response["sessions"].as_array().context("no sessions")?;
    let both = answers.iter().zip(&played.sessions);
    both.map(|(real, session)| Ok(Answered { real: outcome(real)?, simulated: simulate(&config, session).outcome }))
        .collect()
}

fn outcome(session: &Value) -> Result<Outcome> {
    let replies = session["replies"].as_array().context("no replies")?;
    let reply = |reply: &Value| -> Result<Reply> {
        let name = reply["command"].as_str().unwrap_or_default();
        let command = COMMANDS.iter().find(|(known, _)| *known == name).with_context(|| name.to_owned())?.1;
        let code = u16::try_from(reply["code"].as_u64().unwrap_or_default())?;
        let dsn = reply["dsn"].as_str().map(str::to_owned);
        let text = reply["text"].as_str().unwrap_or_default().to_owned();
        Ok(Reply { command, code, dsn, text, verdict: Verdict::of(code), ..Reply::default() })
    };
    Ok(Outcome { replies: replies.iter().map(reply).collect::<Result<_>>()?, ..Outcome::default() })
}

const COMMANDS: &[(&str, Command)] = &[
    ("connect", Command::Connect),
    ("helo", Command::Helo),
    ("ehlo", Command::Helo),
    ("starttls", Command::StartTls),
    ("auth", Command::Auth),
    ("etrn", Command::Etrn),
    ("vrfy", Command::Vrfy),
    ("mail", Command::Mail),
    ("rcpt", Command::Rcpt),
    ("data", Command::Data),
    ("eod", Command::EndOfData),
];

const INTERFACES: [&str; 4] = ["127.0.0.1/8", "::1/128", "192.0.2.1/24", "2001:db8::1/64"];

/// A configuration and sessions as `postproof simulate --json` takes them.
pub(super) fn request(scenario: &Scenario, sessions: &[Session]) -> Value {
    let world = &scenario.world;
    let [address, address6] = world.server_addresses.map(|address| address.map(|address| address.to_string()));
    json!({
        "postfix_version": generate::RELEASE.to_string(),
        "main_cf": scenario.main,
        "tables": scenario.tables,
        "dns": written::dns(world),
        "policy": {},
        "system": {
            "hostname": "mx.own.test",
            "interfaces": INTERFACES,
            "users": world.users,
            "server_addr": address,
            "server_addr6": address6,
        },
        "sessions": sessions.iter().map(written::session).collect::<Vec<_>>(),
    })
}
