//! Checks what Postproof says of entries that change nothing.
//!
//! `oracle dead` plants entries that are dead by construction into random
//! lists and looks whether each is found, with the entry that makes it so;
//! `oracle dead --set FILE` looks whether an entry that is called dead ever
//! decided a recorded reply.

use super::prove::generate::Random;
use anyhow::{Context, Result, bail};
use postproof_catalog::Version;
use postproof_engine::model::postconf::SystemFacts;
use postproof_engine::prove::{Dead, DeadEntry, dead};
use postproof_engine::sim::{DnsRecords, RecordType, World};
use postproof_engine::{ServerFiles, server, smtpd_service};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// A configuration with one planted entry.
struct Planted {
    main: String,
    tables: BTreeMap<String, String>,
    /// What is said of the entry: word and argument, the list, the reason.
    entry: String,
    list: &'static str,
    why: &'static [Dead],
    /// The entry that makes it so.
    blocker: Option<String>,
}

/// `cargo xtask oracle dead --count N`.
pub(crate) fn planted(count: u64, first: u64) -> Result<()> {
    let mut missed = Vec::new();
    let mut slowest = Duration::ZERO;
    for seed in first..first + count {
        let planted = plant(seed);
        let others =
            planted.tables.iter().map(|(name, text)| (format!("/etc/postfix/{name}"), text.clone().into_bytes()));
        let files = ServerFiles {
            main_cf: planted.main.clone().into_bytes(),
            others: others.collect(),
            ..ServerFiles::default()
        };
        let (_, model) = server(files);
        let Some(service) = smtpd_service(&model, "smtp") else { bail!("no service") };
        let start = Instant::now();
        let found = dead(&model, service.id, &World::closed());
        slowest = slowest.max(start.elapsed());
        if !found.entries.iter().any(|one| fits(&planted, one)) {
            let shown: Vec<String> =
                found.entries.iter().map(|one| format!("{} {}", named(one), one.why.name())).collect();
            missed.push(format!(
                "{seed}: `{}` in {} because of {:?}\n{}\nfound: {shown:?}",
                planted.entry, planted.list, planted.blocker, planted.main
            ));
        }
    }
    println!("{count} planted entries, {} missed; slowest {slowest:?}", missed.len());
    for one in missed.iter().take(10) {
        println!("\n{one}");
    }
    if missed.len() as u64 * 20 > count { bail!("more than one in twenty is missed") } else { Ok(()) }
}

fn named(one: &DeadEntry) -> String {
    let argument = one.entry.argument.as_deref().map(|argument| format!(" {argument}")).unwrap_or_default();
    format!("{}{argument}", one.entry.word)
}

fn fits(planted: &Planted, one: &DeadEntry) -> bool {
    let by = |blocker: &String| {
        one.by.iter().any(|by| {
            let argument = by.argument.as_deref().map(|argument| format!(" {argument}")).unwrap_or_default();
            format!("{}{argument}", by.word) == *blocker
        })
    };
    *one.entry.owner == *planted.list
        && named(one) == planted.entry
        && planted.why.contains(&one.why)
        && planted.blocker.as_ref().is_none_or(by)
}

/// Entries that concern nobody whom a planted one concerns.
const FILLERS: &[&str] = &[
    "reject_non_fqdn_helo_hostname",
    "reject_invalid_helo_hostname",
    "check_helo_access texthash:/etc/postfix/fill_helo",
    "check_client_access cidr:/etc/postfix/fill_client",
    "check_sender_access texthash:/etc/postfix/fill_sender",
    "permit_mynetworks",
    "reject_rbl_client list.example",
    "warn_if_reject reject_unknown_sender_domain",
];

fn plant(seed: u64) -> Planted {
    let mut random = Random::new(seed);
    let mut tables: BTreeMap<String, String> = BTreeMap::new();
    tables.insert("fill_helo".to_owned(), "odd.test REJECT\nfine.test DUNNO\n".to_owned());
    tables.insert("fill_client".to_owned(), "198.18.0.0/15 REJECT\n198.51.100.0/24 OK\n".to_owned());
    tables.insert("fill_sender".to_owned(), "filler.test REJECT\n".to_owned());
    let action = |random: &mut Random| *random.pick(&["OK", "REJECT", "450 later", "554 5.7.1 no"]);
    let mut extra = String::new();
    let (list, before, entry, blocker, why): (&'static str, String, String, Option<String>, &'static [Dead]) =
        match random.below(7) {
            0 => {
                let end = *random.pick(&["permit", "reject", "defer"]);
                let list = *random.pick(&[
                    "smtpd_client_restrictions",
                    "smtpd_sender_restrictions",
                    "smtpd_recipient_restrictions",
                ]);
                let entry = *random.pick(&[
                    "reject_unknown_client_hostname",
                    "reject_non_fqdn_sender",
                    "check_policy_service inet:127.0.0.1:9",
                    "reject_unverified_recipient",
                ]);
                (list, end.to_owned(), entry.to_owned(), Some(end.to_owned()), &[Dead::NotReached])
            }
            1 => {
                let bits = 8 + random.below(8);
                let inner = bits + 1 + random.below(8);
                tables.insert(
                    "outer".to_owned(),
                    format!(
                        "10.{}.0.0/16 {}\n10.0.0.0/{bits} {}\n",
                        1 + random.below(200),
                        action(&mut random),
                        action(&mut random)
                    ),
                );
                tables.insert("inner".to_owned(), format!("10.0.0.0/{inner} {}\n", action(&mut random)));
                let blocker = "check_client_access cidr:/etc/postfix/outer".to_owned();
                let list = *random.pick(&["smtpd_client_restrictions", "smtpd_recipient_restrictions"]);
                (
                    list,
                    blocker.clone(),
                    "check_client_access cidr:/etc/postfix/inner".to_owned(),
                    Some(blocker),
                    &[Dead::Covered],
                )
            }
            2 => {
                let kind = *random.pick(&["sender", "recipient"]);
                tables.insert("outer".to_owned(), format!("bulk.test {}\nother.test OK\n", action(&mut random)));
                tables.insert(
                    "inner".to_owned(),
                    format!("carl@bulk.test {}\nsub.bulk.test {}\n", action(&mut random), action(&mut random)),
                );
                let blocker = format!("check_{kind}_access texthash:/etc/postfix/outer");
                (
                    "smtpd_recipient_restrictions",
                    blocker.clone(),
                    format!("check_{kind}_access texthash:/etc/postfix/inner"),
                    Some(blocker),
                    &[Dead::Covered],
                )
            }
            3 => {
                let entry = *random.pick(&[
                    "reject_non_fqdn_sender",
                    "reject_unknown_recipient_domain",
                    "reject_rbl_client twice.example",
                    "reject_unauth_destination",
                ]);
                let list = *random.pick(&["smtpd_sender_restrictions", "smtpd_recipient_restrictions"]);
                (list, entry.to_owned(), entry.to_owned(), Some(entry.to_owned()), &[Dead::Repeated, Dead::Covered])
            }
            4 => (
                "smtpd_relay_restrictions",
                String::new(),
                "permit_sasl_authenticated".to_owned(),
                None,
                &[Dead::NeverMatches],
            ),
            5 => {
                extra.push_str("smtpd_relay_restrictions = reject_unauth_destination\n");
                tables.insert("inner".to_owned(), format!("elsewhere.test {}\n", action(&mut random)));
                let blocker = Some("reject_unauth_destination".to_owned());
                (
                    "smtpd_recipient_restrictions",
                    String::new(),
                    "check_recipient_access texthash:/etc/postfix/inner".to_owned(),
                    blocker,
                    &[Dead::Covered],
                )
            }
            _ => {
                extra.push_str("smtpd_delay_reject = no\n");
                tables.insert("inner".to_owned(), format!("own.test {}\n", action(&mut random)));
                (
                    "smtpd_client_restrictions",
                    String::new(),
                    "check_recipient_access texthash:/etc/postfix/inner".to_owned(),
                    None,
                    &[Dead::TooEarly, Dead::NeverMatches],
                )
            }
        };
    let mut entries: Vec<String> = Vec::new();
    let fill = |random: &mut Random, entries: &mut Vec<String>| {
        for _ in 0..random.below(4) {
            entries.push((*random.pick(FILLERS)).to_owned());
        }
    };
    fill(&mut random, &mut entries);
    entries.push(before);
    fill(&mut random, &mut entries);
    entries.push(entry.clone());
    fill(&mut random, &mut entries);
    if matches!(list, "smtpd_relay_restrictions") {
        entries.push("reject_unauth_destination".to_owned());
    }
    entries.retain(|entry| !entry.is_empty());
    let mut main = String::from(
        "myhostname = mx.own.test\nmydestination = own.test\nmynetworks = 127.0.0.0/8 192.0.2.0/24\ncompatibility_level = 3.6\nlocal_recipient_maps =\nalias_maps =\n",
    );
    main.push_str(&extra);
    let _ = writeln!(main, "{list} = {}", entries.join(", "));
    Planted { main, tables, entry, list, why, blocker }
}

/// `cargo xtask oracle dead --set FILE`: recordings as JSON lines.
pub(crate) fn recorded(text: &str, shown: usize) -> Result<()> {
    let mut entries = 0;
    let mut records = 0;
    let mut total = Duration::ZERO;
    let mut slowest = Duration::ZERO;
    let mut wrong = Vec::new();
    let mut whys: BTreeMap<&str, usize> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let record: Value = serde_json::from_str(line).context("a line that is no JSON")?;
        let request = &record["request"];
        let (_, mut model) = server(files(request));
        let (world, system) = world(request);
        model.system = Some(system);
        let name = request["service"].as_str().unwrap_or("smtp");
        let Some(service) = smtpd_service(&model, name) else { continue };
        let start = Instant::now();
        let found = dead(&model, service.id, &world);
        total += start.elapsed();
        slowest = slowest.max(start.elapsed());
        records += 1;
        // One that makes no difference may still be the one that permits.
        let dead: Vec<&DeadEntry> = found.entries.iter().filter(|one| one.why != Dead::Redundant).collect();
        entries += found.entries.len();
        for one in &found.entries {
            *whys.entry(one.why.name()).or_default() += 1;
        }
        let deciding = deciding(&record);
        for one in dead {
            if deciding.contains(&(one.entry.owner.to_string(), u64::from(one.entry.index))) {
                wrong.push(format!("{}: {} in {} is {}", record["id"], named(one), one.entry.owner, one.why.name()));
            }
        }
    }
    println!(
        "{records} configurations, {entries} dead entries {whys:?}; {} of them decide a recorded reply",
        wrong.len()
    );
    println!("took {total:?}, the slowest {slowest:?}");
    wrong.iter().take(shown).for_each(|one| println!("{one}"));
    if wrong.is_empty() { Ok(()) } else { bail!("dead entries decide") }
}

/// Lists and indexes of the entries that decide a recorded reply.
fn deciding(record: &Value) -> BTreeSet<(String, u64)> {
    let mut found = BTreeSet::new();
    let replies = record["response"]["sessions"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|session| session["replies"].as_array().into_iter().flatten());
    for reply in replies {
        let by = &reply["decided_by"];
        if let (Some(list), Some(index)) = (by["list"].as_str(), by["index"].as_u64()) {
            found.insert((list.to_owned(), index));
        }
        for step in reply["trace"].as_array().into_iter().flatten() {
            let ends = matches!(step["status"].as_str(), Some("permit" | "reject"));
            if let (true, Some(list), Some(index)) = (ends, step["list"].as_str(), step["index"].as_u64()) {
                found.insert((list.to_owned(), index));
            }
        }
    }
    found
}

fn files(request: &Value) -> ServerFiles {
    let text = |value: &Value| value.as_str().map(|text| text.as_bytes().to_vec());
    let tables = request["tables"].as_object().into_iter().flatten();
    ServerFiles {
        main_cf: text(&request["main_cf"]).unwrap_or_default(),
        master_cf: text(&request["master_cf"]),
        others: tables.filter_map(|(name, content)| Some((format!("/etc/postfix/{name}"), text(content)?))).collect(),
        postfix_version: request["postfix_version"].as_str().and_then(Version::parse),
    }
}

fn world(request: &Value) -> (World, SystemFacts) {
    let mut world = World::closed();
    let system = &request["system"];
    let words = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    };
    let interfaces: Vec<_> = words(&system["interfaces"]).iter().filter_map(|one| one.parse().ok()).collect();
    world.interfaces = Some(interfaces.clone());
    world.users = words(&system["users"]).into_iter().collect();
    let address = |name: &str| system[name].as_str().and_then(|address| address.parse().ok());
    world.server_addresses = [address("server_addr"), address("server_addr6")];
    for (name, data) in request["dns"].as_object().into_iter().flatten() {
        let mut records = DnsRecords { fails: data["rcode"].is_string(), ..DnsRecords::default() };
        for (kind, key) in [(RecordType::A, "A"), (RecordType::Mx, "MX"), (RecordType::Aaaa, "AAAA")] {
            let found = words(&data[key]);
            if !found.is_empty() {
                records.records.insert(kind, found);
            }
        }
        world.dns.insert(name.to_ascii_lowercase(), records);
    }
    let hostname = system["hostname"].as_str().unwrap_or_default().to_owned();
    (world, SystemFacts { hostname, interfaces: Some(interfaces), ..SystemFacts::default() })
}
