//! Checks what Postproof says of entries that change nothing.
//!
//! `oracle dead` plants entries that are dead by construction into random
//! lists and looks whether each is found, with the entry that makes it so;
//! `oracle dead --set FILE` looks whether an entry that is called dead ever
//! decided a recorded reply.

#![expect(clippy::indexing_slicing, reason = "a key that a JSON value lacks gives null")]

use super::prove::generate::Random;
use crate::args::Args;
use anyhow::{Context, Result, bail};
use postproof_catalog::Version;
use postproof_engine::model::postconf::SystemFacts;
use postproof_engine::prove::{Dead, DeadEntry, dead};
use postproof_engine::sim::{DnsRecords, RecordType, World};
use postproof_engine::{ServerFiles, server, smtpd_service};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
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
    /// Whether that stands in the same list.
    has_blocker_in_list: bool,
}

/// `cargo xtask oracle dead`.
pub(crate) fn command(args: &mut Args) -> Result<()> {
    let count = args.value("--count")?.map_or(Ok(200), |number| number.parse())?;
    let seed = args.value("--seed")?.map_or(Ok(1), |number| number.parse())?;
    let set = args.value("--set")?;
    args.finish()?;
    match set {
        Some(set) => recorded(&super::cases::lines(Path::new(&set))?, 20),
        None => planted(count, seed),
    }
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

const ACTIONS: &[&str] = &["OK", "REJECT", "450 later", "554 5.7.1 no"];

fn plant(seed: u64) -> Planted {
    let mut random = Random::new(seed);
    let kinds = [behind_the_end, inner_network, inner_key, twice, no_login, not_relayed, too_early];
    let mut planted = random.pick(&kinds)(&mut random);
    let fillers = [
        ("fill_helo", "odd.test REJECT\nfine.test DUNNO\n"),
        ("fill_client", "198.18.0.0/15 REJECT\n198.51.100.0/24 OK\n"),
        ("fill_sender", "filler.test REJECT\n"),
    ];
    planted.tables.extend(fillers.map(|(name, text)| (name.to_owned(), text.to_owned())));
    let mut entries: Vec<String> = Vec::new();
    let mut fill = |entries: &mut Vec<String>| {
        for _ in 0..random.below(4) {
            entries.push((*random.pick(FILLERS)).to_owned());
        }
    };
    fill(&mut entries);
    if planted.has_blocker_in_list {
        entries.extend(planted.blocker.clone());
        fill(&mut entries);
    }
    entries.push(planted.entry.clone());
    fill(&mut entries);
    if planted.list == "smtpd_relay_restrictions" {
        entries.push("reject_unauth_destination".to_owned());
    }
    let usual = "myhostname = mx.own.test\nmydestination = own.test\nmynetworks = 127.0.0.0/8 192.0.2.0/24\n\
        compatibility_level = 3.6\nlocal_recipient_maps =\nalias_maps =\n";
    planted.main = format!("{usual}{}{} = {}\n", planted.main, planted.list, entries.join(", "));
    planted
}

/// A planted entry with its blocker in the same list.
fn blocked(list: &'static str, blocker: &str, entry: &str, why: &'static [Dead]) -> Planted {
    Planted {
        main: String::new(),
        tables: BTreeMap::new(),
        entry: entry.to_owned(),
        list,
        why,
        blocker: Some(blocker.to_owned()),
        has_blocker_in_list: true,
    }
}

/// Behind an entry that ends the list for everybody.
fn behind_the_end(random: &mut Random) -> Planted {
    let list =
        *random.pick(&["smtpd_client_restrictions", "smtpd_sender_restrictions", "smtpd_recipient_restrictions"]);
    let entry = *random.pick(&[
        "reject_unknown_client_hostname",
        "reject_non_fqdn_sender",
        "check_policy_service inet:127.0.0.1:9",
        "reject_unverified_recipient",
    ]);
    let end = *random.pick(&["permit", "reject", "defer"]);
    blocked(list, end, entry, &[Dead::NotReached])
}

/// A network within one that an earlier table has.
fn inner_network(random: &mut Random) -> Planted {
    let bits = 8 + random.below(8);
    let inner = bits + 1 + random.below(8);
    let list = *random.pick(&["smtpd_client_restrictions", "smtpd_recipient_restrictions"]);
    let (outer, entry) = ("check_client_access cidr:/etc/postfix/outer", "check_client_access cidr:/etc/postfix/inner");
    let mut planted = blocked(list, outer, entry, &[Dead::Covered]);
    let first = format!("10.{}.0.0/16 {}", 1 + random.below(200), random.pick(ACTIONS));
    planted.tables.insert("outer".to_owned(), format!("{first}\n10.0.0.0/{bits} {}\n", random.pick(ACTIONS)));
    planted.tables.insert("inner".to_owned(), format!("10.0.0.0/{inner} {}\n", random.pick(ACTIONS)));
    planted
}

/// A user and a subdomain of a domain that an earlier table has.
fn inner_key(random: &mut Random) -> Planted {
    let (outer, entry) =
        ("check_sender_access texthash:/etc/postfix/outer", "check_sender_access texthash:/etc/postfix/inner");
    let mut planted = blocked("smtpd_recipient_restrictions", outer, entry, &[Dead::Covered]);
    planted.tables.insert("outer".to_owned(), format!("bulk.test {}\nother.test OK\n", random.pick(ACTIONS)));
    let inner = format!("carl@bulk.test {}\nsub.bulk.test {}\n", random.pick(ACTIONS), random.pick(ACTIONS));
    planted.tables.insert("inner".to_owned(), inner);
    planted
}

/// The same entry twice.
fn twice(random: &mut Random) -> Planted {
    let entry = *random.pick(&[
        "reject_non_fqdn_sender",
        "reject_unknown_recipient_domain",
        "reject_rbl_client twice.example",
        "reject_unauth_destination",
    ]);
    let list = *random.pick(&["smtpd_sender_restrictions", "smtpd_recipient_restrictions"]);
    blocked(list, entry, entry, &[Dead::Repeated, Dead::Covered])
}

/// Where nobody can log in.
fn no_login(_: &mut Random) -> Planted {
    let entry = "permit_sasl_authenticated";
    let planted = blocked("smtpd_relay_restrictions", "", entry, &[Dead::NeverMatches]);
    Planted { blocker: None, has_blocker_in_list: false, ..planted }
}

/// For recipients that the relay list refuses.
fn not_relayed(random: &mut Random) -> Planted {
    let entry = "check_recipient_access texthash:/etc/postfix/inner";
    let planted = blocked("smtpd_recipient_restrictions", "reject_unauth_destination", entry, &[Dead::Covered]);
    let inner = format!("elsewhere.test {}\n", random.pick(ACTIONS));
    Planted {
        main: "smtpd_relay_restrictions = reject_unauth_destination\n".to_owned(),
        tables: BTreeMap::from([("inner".to_owned(), inner)]),
        has_blocker_in_list: false,
        ..planted
    }
}

/// Before the recipient is known.
fn too_early(random: &mut Random) -> Planted {
    let entry = "check_recipient_access texthash:/etc/postfix/inner";
    let planted = blocked("smtpd_client_restrictions", "", entry, &[Dead::TooEarly, Dead::NeverMatches]);
    Planted {
        main: "smtpd_delay_reject = no\n".to_owned(),
        tables: BTreeMap::from([("inner".to_owned(), format!("own.test {}\n", random.pick(ACTIONS)))]),
        blocker: None,
        has_blocker_in_list: false,
        ..planted
    }
}

/// `cargo xtask oracle dead --set FILE`: recordings as JSON lines.
pub(crate) fn recorded(lines: &[String], shown: usize) -> Result<()> {
    let mut entries = 0;
    let mut records = 0;
    let mut total = Duration::ZERO;
    let mut slowest = Duration::ZERO;
    let mut wrong = Vec::new();
    let mut whys: BTreeMap<&str, usize> = BTreeMap::new();
    for line in lines {
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

pub(super) fn files(request: &Value) -> ServerFiles {
    let text = |value: &Value| value.as_str().map(|text| text.as_bytes().to_vec());
    let tables = request["tables"].as_object().into_iter().flatten();
    ServerFiles {
        main_cf: text(&request["main_cf"]).unwrap_or_default(),
        master_cf: text(&request["master_cf"]),
        others: tables.filter_map(|(name, content)| Some((format!("/etc/postfix/{name}"), text(content)?))).collect(),
        postfix_version: request["postfix_version"].as_str().and_then(Version::parse),
    }
}

pub(super) fn world(request: &Value) -> (World, SystemFacts) {
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

#[cfg(test)]
mod tests {
    #[test]
    fn planted_entries_are_found() {
        super::planted(30, 1).unwrap();
    }
}
