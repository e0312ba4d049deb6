//! Compares Postproof with recorded answers of the real programs.
//!
//! `postconf` replays a file of recordings, `record-postconf` asks the
//! installed postconf for new answers to the project's own cases. `tables` asks
//! the installed postmap. `smtpd` plays recorded sessions in the simulation;
//! `record` and `verify` play them against a real smtpd,
//! `live` random ones against both.

mod attack;
mod cases;
mod corpus;
mod dead;
mod diff;
mod doveconf;
mod live;
mod migrate;
mod prove;
mod record;
pub(crate) mod recorder;
mod sessions;
mod tables;
mod written;

use crate::args::Args;
use anyhow::{Context, Result, bail};
use cases::{Answer, Case, MODES};
use postproof_model::postconf::{ClientFile, Files, Printed, print};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The project's own cases.
const OWN: &str = "tests/fixtures/postconf/cases.jsonl";
const OWN_SESSIONS: &str = "tests/fixtures/smtpd/scenarios.jsonl";

/// `cargo xtask oracle …`.
pub(crate) fn command(root: &Path, args: &mut Args) -> Result<()> {
    let what = args.word().unwrap_or_default();
    let number = |value: Option<String>, usual: u64| value.map_or(Ok(usual), |number| number.parse());
    if what == "prove" {
        let count = number(args.value("--count")?, 300)?;
        let sessions = number(args.value("--sessions")?, 10_000)?;
        let seed = number(args.value("--seed")?, 1)?;
        let is_real = args.flag("--real");
        let set = args.value("--set")?;
        args.finish()?;
        if let Some(set) = set {
            return prove::recorded::command(&cases::lines(Path::new(&set))?);
        }
        return prove::command(count, sessions as usize, seed, is_real);
    }
    if what == "attack" {
        return attack::command(root, args);
    }
    if what == "diff" {
        return diff_pairs(args);
    }
    if what == "dead" {
        return dead::command(args);
    }
    if what == "smtpd" {
        let file = sessions::file(args)?.unwrap_or_else(|| root.join(OWN_SESSIONS));
        return sessions::command(&file, args);
    }
    if what.ends_with("doveconf") {
        return dovecot(root, &what, args);
    }
    if what == "migrate" {
        return migration(args);
    }
    let file = args.value("--file")?.map_or_else(
        || root.join(if matches!(what.as_str(), "record" | "verify") { OWN_SESSIONS } else { OWN }),
        PathBuf::from,
    );
    let shown = args.value("--show")?.map_or(Ok(5), |number| number.parse())?;
    let only = args.value("--only")?;
    let corpus = args.value("--corpus")?.map(PathBuf::from);
    let stock = args.value("--stock-master")?.map(PathBuf::from);
    let count = args.value("--count")?.map_or(Ok(300), |number| number.parse())?;
    let seed = args.value("--seed")?.map_or(Ok(1), |number| number.parse())?;
    let system = args.value("--root")?.map(PathBuf::from);
    let work = args.value("--work")?.map(PathBuf::from);
    args.finish()?;
    match what.as_str() {
        "inside" => return recorder::inside(&system.context("no root")?, &work.context("no directory")?),
        "record" => return recorder::record(&file, system.as_deref(), only.as_deref()),
        "verify" => return recorder::verify(&file, system.as_deref(), count, shown),
        "live" => return live::command(count, seed, system.as_deref(), shown),
        "tables" => return tables::command(count, seed, system.as_deref(), shown),
        _ => {}
    }
    let cases = match (what.as_str(), corpus) {
        ("record-postconf", None) => return record::command(&file),
        ("postconf", None) => cases::read(&file)?,
        ("postconf", Some(corpus)) => corpus::read(&corpus, stock.as_deref())?,
        _ => bail!(
            "`cargo xtask oracle` takes `postconf`, `record-postconf`, `smtpd`, `record`, `verify`, `live`, `tables`, `prove`, `attack`, `diff`, `dead`, `doveconf`, `record-doveconf` or `migrate`"
        ),
    };
    let wanted = |case: &&Case| only.as_ref().is_none_or(|id| *id == case.id);
    let (counts, differences) = compare(cases.iter().filter(wanted));
    report(&counts, &differences, shown);
    if differences.is_empty() { Ok(()) } else { bail!("{} answers differ", differences.len()) }
}

/// `cargo xtask oracle migrate`.
fn migration(args: &mut Args) -> Result<()> {
    let wish = migrate::Wish {
        corpus: args.value("--corpus")?.map(PathBuf::from).context("`--corpus DIR`: files of 2.3")?,
        program: args.value("--program")?.unwrap_or_else(|| "doveconf".to_owned()),
        root: args.value("--root")?.map(PathBuf::from).context("`--root DIR`: a system with doveconf of 2.4")?,
        shown: args.value("--show")?.map_or(Ok(20), |number| number.parse())?,
    };
    args.finish()?;
    migrate::command(&wish)
}

/// `cargo xtask oracle diff`.
fn diff_pairs(args: &mut Args) -> Result<()> {
    let number = |value: Option<String>, usual: u64| value.map_or(Ok(usual), |number| number.parse());
    let asked = diff::Asked {
        count: number(args.value("--count")?, 100)?,
        sessions: number(args.value("--sessions")?, 40)? as usize,
        seed: number(args.value("--seed")?, 1)?,
        shown: number(args.value("--show")?, 0)? as usize,
        real: args.flag("--real"),
    };
    let installed = args.value("--root")?.map(PathBuf::from);
    args.finish()?;
    diff::command(&asked, installed.as_deref())
}

/// `cargo xtask oracle doveconf` and `record-doveconf`.
fn dovecot(root: &Path, what: &str, args: &mut Args) -> Result<()> {
    let file = args.value("--set")?.map_or_else(|| root.join(doveconf::OWN), PathBuf::from);
    let corpus = args.value("--corpus")?.map(PathBuf::from);
    let shown = args.value("--show")?.map_or(Ok(5), |number| number.parse())?;
    let version = args.value("--dovecot-version")?.unwrap_or_else(|| "2.3".to_owned());
    let program = args.value("--program")?.unwrap_or_else(|| "doveconf".to_owned());
    let chroot = args.value("--root")?.unwrap_or_default();
    let mut asked = Vec::new();
    while let Some(path) = args.word() {
        asked.push(PathBuf::from(path));
    }
    args.finish()?;
    if what == "record-doveconf" {
        return doveconf::record(&file, &version, &program, &chroot);
    }
    let probes = match corpus {
        _ if !asked.is_empty() => {
            asked.iter().map(|path| doveconf::asked(path, &version, &program, &chroot)).collect::<Result<_>>()?
        }
        Some(corpus) => doveconf::corpus(&corpus)?,
        None => doveconf::probes(&file)?,
    };
    let differences = doveconf::compare(&probes, shown);
    if differences.is_empty() { Ok(()) } else { bail!("{} answers differ", differences.len()) }
}

/// main.cf and master.cf of each of the own cases.
pub(crate) fn own_texts(root: &Path) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    Ok(cases::read(&root.join(OWN))?.into_iter().map(|case| (case.main, case.master)).collect())
}

/// The configurations of the own cases of doveconf.
pub(crate) fn dovecot_texts(root: &Path) -> Result<Vec<Vec<u8>>> {
    Ok(doveconf::probes(&root.join(doveconf::OWN))?.into_iter().filter_map(doveconf::Probe::text).collect())
}

/// How many recordings of one release and mode were compared, and are equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    cases: usize,
    stdout: usize,
    stderr: usize,
    status: usize,
    /// The real program was killed by a signal or ran too long: not compared.
    broken: usize,
    /// Those of them where Postproof says so.
    broken_and_said: usize,
}

/// One answer that is not the recorded one.
struct Difference {
    place: String,
    lines: Vec<String>,
}

fn compare<'c>(cases: impl Iterator<Item = &'c Case>) -> (BTreeMap<(String, &'static str), Counts>, Vec<Difference>) {
    let mut counts: BTreeMap<(String, &'static str), Counts> = BTreeMap::new();
    let mut differences = Vec::new();
    for case in cases {
        for (mode, name) in MODES {
            let Some(answer) = case.answers.get(name) else { continue };
            let count = counts.entry((case.version.to_string(), name)).or_default();
            let ours = ask(case, mode);
            if answer.status.is_none_or(|status| status < 0) {
                count.broken += 1;
                count.broken_and_said += usize::from(ours.limit.is_some());
                continue;
            }
            count.cases += 1;
            let lines = differences_of(&ours, answer, count);
            if !lines.is_empty() {
                differences.push(Difference { place: format!("{} {} {name}", case.id, case.version), lines });
            }
        }
    }
    (counts, differences)
}

fn ask(case: &Case, mode: postproof_model::postconf::Mode) -> Printed {
    let client = |path: &[u8]| match case.files.get(path) {
        Some(Some(bytes)) => ClientFile::Text(bytes.clone()),
        Some(None) => ClientFile::Irregular,
        None => ClientFile::Missing("No such file or directory".to_owned()),
    };
    let files = Files {
        main_cf: Ok(&case.main),
        master_cf: Ok(&case.master),
        directory: &case.directory,
        is_default: case.is_default,
        client: &client,
    };
    print(mode, &files, case.version, &case.system)
}

fn differences_of(ours: &Printed, real: &Answer, count: &mut Counts) -> Vec<String> {
    let mut lines = Vec::new();
    if i64::from(ours.status) == real.status.unwrap_or_default() && ours.limit.is_none() {
        count.status += 1;
    } else {
        lines.push(format!("status {} instead of {:?} {:?}", ours.status, real.status, ours.limit));
    }
    let own: BTreeSet<&str> = ours.stderr.iter().map(String::as_str).collect();
    let recorded: BTreeSet<&str> = real.stderr.iter().map(String::as_str).collect();
    if own == recorded {
        count.stderr += 1;
    }
    lines.extend(recorded.difference(&own).map(|line| format!("- {line}")));
    lines.extend(own.difference(&recorded).map(|line| format!("+ {line}")));
    if ours.stdout == real.stdout {
        count.stdout += 1;
    } else {
        let own = String::from_utf8_lossy(&ours.stdout);
        let recorded = String::from_utf8_lossy(&real.stdout);
        let own: BTreeSet<&str> = own.lines().collect();
        let recorded: BTreeSet<&str> = recorded.lines().collect();
        lines.push("standard output differs".to_owned());
        lines.extend(recorded.difference(&own).map(|line| format!("-out {line}")));
        lines.extend(own.difference(&recorded).map(|line| format!("+out {line}")));
    }
    lines
}

fn report(counts: &BTreeMap<(String, &'static str), Counts>, differences: &[Difference], shown: usize) {
    for Difference { place, lines } in differences.iter().take(shown) {
        println!("{place}");
        for line in lines.iter().take(12) {
            println!("    {}", line.chars().take(300).collect::<String>());
        }
    }
    println!(
        "{:9} {:5} {:>6} {:>13} {:>13} {:>13}   killed or endless, said so",
        "version", "mode", "cases", "equal stdout", "equal stderr", "equal status"
    );
    for ((version, mode), count) in counts {
        println!(
            "{version:9} {mode:5} {:6} {:13} {:13} {:13}   {}, {}",
            count.cases, count.stdout, count.stderr, count.status, count.broken, count.broken_and_said
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_cases_are_answered_as_postconf_did() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let cases = cases::read(&root.join(OWN)).unwrap();
        assert!(cases.len() >= 40);
        let (_, differences) = compare(cases.iter());
        let shown: Vec<_> = differences.iter().map(|one| (&one.place, &one.lines)).collect();
        assert!(shown.is_empty(), "{shown:#?}");
    }
}
