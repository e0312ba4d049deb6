//! Pairs of configurations that differ in one entry: every answer that differs
//! in random sessions must be covered by a reported change.

use super::generate::{self, Random, Scenario};
use super::sessions;
use anyhow::{Result, bail};
use postproof_engine::model::Model;
use postproof_engine::prove::{Comparison, compare};
use postproof_engine::sim::{Command, Config, Reply, simulate};
use postproof_engine::{server, smtpd_service};
use std::time::{Duration, Instant};

/// `cargo xtask oracle diff --count N --sessions N --seed N`.
pub(crate) fn command(count: u64, sessions: usize, first: u64) -> Result<()> {
    let (mut equal, mut changes, mut cut, mut differing) = (0, 0, 0, 0);
    let (mut total, mut slowest) = (Duration::ZERO, Duration::ZERO);
    let mut missed = Vec::new();
    for seed in first..first + count {
        let old = generate::scenario(seed);
        let mut random = Random::new(seed ^ 0xD1FF);
        let new =
            Scenario { main: changed(&mut random, &old.main), tables: old.tables.clone(), world: old.world.clone() };
        let (old_model, new_model) = (server(old.files()).1, server(new.files()).1);
        let (Some(one), Some(other)) = (config(&old_model, &old), config(&new_model, &new)) else {
            bail!("no service in {seed}")
        };
        let start = Instant::now();
        let found = compare(&one, &other);
        total += start.elapsed();
        slowest = slowest.max(start.elapsed());
        changes += found.changes.len();
        cut += usize::from(found.is_cut);
        equal += usize::from(found.changes.is_empty());
        for _ in 0..sessions {
            let session = sessions::session(&mut random, &old);
            let (one, other) = (simulate(&one, &session).outcome, simulate(&other, &session).outcome);
            let Some(difference) = difference(&one.replies, &other.replies) else { continue };
            differing += 1;
            if !covers(&found, difference) {
                let few = found.changes.iter().map(|one| (one.command, code(one.old.as_ref()), code(one.new.as_ref())));
                missed.push(format!(
                    "{seed} {}: {difference:?} is none of {:?}\n{session:?}\n{}\n=====\n{}",
                    if found.is_cut { "(cut)" } else { "" },
                    few.collect::<Vec<_>>(),
                    old.main,
                    new.main
                ));
                break;
            }
        }
    }
    println!(
        "{count} pairs: {equal} equal, {changes} changes, {cut} cut; {differing} sessions differ, {} pairs missed",
        missed.len()
    );
    println!("took {total:?}, the slowest {slowest:?}");
    missed.iter().take(5).for_each(|one| println!("\n{one}"));
    if missed.is_empty() { Ok(()) } else { bail!("{} pairs have a difference that is not reported", missed.len()) }
}

fn config<'m>(model: &'m Model, scenario: &'m Scenario) -> Option<Config<'m>> {
    Some(Config::new(model, smtpd_service(model, "smtp")?.id, &scenario.world))
}

/// One entry of one list removed, moved or added.
fn changed(random: &mut Random, main: &str) -> String {
    let mut lines: Vec<String> = main.lines().map(str::to_owned).collect();
    let lists: Vec<usize> = (0..lines.len())
        .filter(|at| lines.get(*at).is_some_and(|line| line.contains("_restrictions = ") && line.contains(", ")))
        .collect();
    if lists.is_empty() {
        return format!("{main}smtpd_helo_restrictions = reject_non_fqdn_helo_hostname\n");
    }
    let Some(line) = lines.get_mut(*random.pick(&lists)) else { return main.to_owned() };
    let Some((name, value)) = line.split_once(" = ") else { return main.to_owned() };
    let mut entries: Vec<&str> = value.split(", ").collect();
    match random.below(3) {
        0 => {
            entries.remove(random.below(entries.len()));
        }
        1 => {
            let moved = entries.remove(random.below(entries.len()));
            entries.insert(random.below(entries.len() + 1), moved);
        }
        _ => {
            let added =
                *random.pick(&["permit_mynetworks", "reject_non_fqdn_sender", "permit_auth_destination", "reject"]);
            entries.insert(random.below(entries.len() + 1), added);
        }
    }
    *line = format!("{name} = {}", entries.join(", "));
    lines.join("\n") + "\n"
}

type Difference = (Command, u16, u16);

fn code(reply: Option<&Reply>) -> u16 {
    reply.map_or(0, |reply| reply.code)
}

fn difference(old: &[Reply], new: &[Reply]) -> Option<Difference> {
    (0..old.len().max(new.len())).find_map(|at| {
        let (old, new) = (old.get(at), new.get(at));
        let same = match (old, new) {
            (Some(old), Some(new)) => (old.command, old.code, &old.dsn) == (new.command, new.code, &new.dsn),
            (Some(_), None) | (None, Some(_)) | (None, None) => false,
        };
        (!same).then(|| Some((old.or(new)?.command, code(old), code(new)))).flatten()
    })
}

fn covers(found: &Comparison, (command, old, new): Difference) -> bool {
    found
        .changes
        .iter()
        .any(|one| one.command == command && code(one.old.as_ref()) == old && code(one.new.as_ref()) == new)
}
