//! `oracle doveconf`: what doveconf was recorded to say of configurations.
//!
//! A file holds `{"meta": {"helper_files": {NAME: TEXT}}, "probes": [{"id",
//! "version", "config", "ok", "stdout_n", "stderr"}]}`; `CONFDIR` in it is the
//! directory of them all.

use anyhow::{Context, Result, bail};
use postproof_diag::FileId;
use postproof_dovecot::doveconf::print;
use postproof_dovecot::{Dialect, Input, Reading, read};
use postproof_syntax::Region;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The project's own cases.
pub(super) const OWN: &str = "tests/fixtures/doveconf/cases.json";
/// The directory that recordings call `CONFDIR`.
const DIRECTORY: &str = "/CONFDIR";

/// A configuration and what doveconf said.
pub(super) struct Probe {
    id: String,
    dialect: Dialect,
    /// Files by path, the one to read first.
    files: Vec<(String, Vec<u8>)>,
    ok: bool,
    stdout: String,
    stderr: String,
}

impl Probe {
    /// The text that is read first.
    pub(super) fn text(self) -> Option<Vec<u8>> {
        self.files.into_iter().next().map(|(_, text)| text)
    }
}

/// The probes of a file.
pub(super) fn probes(path: &Path) -> Result<Vec<Probe>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let value: Value = serde_json::from_str(&text)?;
    let placed = |text: &str| text.replace("CONFDIR", DIRECTORY);
    let helpers = value.pointer("/meta/helper_files").and_then(Value::as_object);
    let helpers: Vec<(String, Vec<u8>)> = helpers
        .into_iter()
        .flatten()
        .map(|(name, text)| (format!("{DIRECTORY}/{name}"), placed(text.as_str().unwrap_or_default()).into_bytes()))
        .collect();
    let mut probes = Vec::new();
    for probe in value.get("probes").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| probe.get(key).and_then(Value::as_str).unwrap_or_default();
        let mut files = vec![(format!("{DIRECTORY}/probe.conf"), placed(text("config")).into_bytes())];
        files.extend(helpers.iter().cloned());
        probes.push(Probe {
            id: text("id").to_owned(),
            dialect: dialect(text("version"))?,
            files,
            ok: probe.get("ok").and_then(Value::as_bool).context("no `ok`")?,
            stdout: placed(text("stdout_n")),
            stderr: placed(text("stderr")),
        });
    }
    Ok(probes)
}

fn dialect(version: &str) -> Result<Dialect> {
    match version {
        "2.3" => Ok(Dialect::V23),
        "2.4" => Ok(Dialect::V24),
        other => bail!("`{other}` is neither 2.3 nor 2.4"),
    }
}

/// Recordings as files: `KIND/NNN.conf`, and for each
/// `oracle/KIND/NNN.doveconf-n-VERSION[-includetry|-header].{rc,out,err}`.
pub(super) fn corpus(corpus: &Path) -> Result<Vec<Probe>> {
    let mut probes = Vec::new();
    for kind in ["dovecot-2.3", "dovecot-2.4", "doveconf-n"] {
        let recorded = corpus.join("oracle").join(kind);
        let mut names: Vec<_> = fs::read_dir(&recorded)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<Result<_>>()?;
        names.sort();
        let texts: BTreeMap<String, Vec<u8>> = fs::read_dir(corpus.join(kind))?
            .map(|entry| {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                Ok((name.split('.').next().unwrap_or_default().to_owned(), fs::read(entry.path())?))
            })
            .collect::<Result<_>>()?;
        for stem in names.iter().filter_map(|name| name.strip_suffix(".rc")) {
            let Some((number, tool)) = stem.split_once(".doveconf-n-") else { continue };
            let Some(text) = texts.get(number) else { continue };
            let get = |end: &str| fs::read(recorded.join(format!("{stem}.{end}"))).with_context(|| stem.to_owned());
            let lossy = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
            let status: Option<i64> = lossy(get("rc")?).trim().parse().ok();
            if status == Some(124) {
                continue;
            }
            let version = if tool.starts_with("2.3") { "2.3" } else { "2.4" };
            probes.push(Probe {
                id: format!("{kind}/{number} {tool}"),
                dialect: dialect(version)?,
                files: vec![(String::new(), changed(text, tool))],
                ok: status == Some(0),
                stdout: lossy(get("out")?),
                stderr: lossy(get("err")?),
            });
        }
    }
    Ok(probes)
}

/// The text as it was given to the real program.
fn changed(text: &[u8], tool: &str) -> Vec<u8> {
    if tool.ends_with("-header") {
        return [b"dovecot_config_version = 2.4.1\ndovecot_storage_version = 2.4.0\n", text].concat();
    }
    if !tool.ends_with("-includetry") {
        return text.to_vec();
    }
    let mut out = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let blank = line.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let (before, rest) = line.split_at(blank);
        out.extend_from_slice(before);
        match rest.strip_prefix(b"!include").filter(|rest| rest.first().is_some_and(u8::is_ascii_whitespace)) {
            Some(rest) => out.extend_from_slice(&[b"!include_try", rest].concat()),
            None => out.extend_from_slice(rest),
        }
    }
    out
}

/// A file or the files of a directory, as the real program answers now.
pub(super) fn asked(path: &Path, version: &str, program: &str, root: &str) -> Result<Probe> {
    let shown = path.display().to_string();
    let inner = shown.strip_prefix(root).unwrap_or(&shown).to_owned();
    let output = run(program, &inner)?;
    let directory = path.parent().context("a file")?;
    let mut files = vec![(inner, fs::read(path)?)];
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory)? {
            let entry = entry?.path();
            let name = entry.display().to_string();
            let inner = name.strip_prefix(root).unwrap_or(&name).to_owned();
            if entry.is_dir() {
                open.push(entry);
            } else if files.iter().all(|(known, _)| *known != inner) {
                files.push((inner, fs::read(&entry)?));
            }
        }
    }
    Ok(Probe {
        id: shown,
        dialect: dialect(version)?,
        files,
        ok: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

fn run(program: &str, file: &str) -> Result<std::process::Output> {
    let mut words = program.split_whitespace();
    let mut command = Command::new(words.next().context("no program")?);
    Ok(command.args(words).args(["-n", "-c", file]).env("PROBE_VAR", "envvalue").output()?)
}

/// Asks a real program again for the answers to the own cases of its version.
pub(super) fn record(path: &Path, version: &str, program: &str, root: &str) -> Result<()> {
    let text = fs::read_to_string(path)?;
    let mut value: Value = serde_json::from_str(&text)?;
    let inner = "/tmp/postproof-oracle";
    let outer = format!("{root}{inner}");
    fs::create_dir_all(&outer)?;
    let helpers = value.pointer("/meta/helper_files").and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, text) in &helpers {
        fs::write(format!("{outer}/{name}"), text.as_str().unwrap_or_default().replace("CONFDIR", inner))?;
    }
    for probe in value.get_mut("probes").and_then(Value::as_array_mut).into_iter().flatten() {
        if probe.get("version").and_then(Value::as_str) != Some(version) {
            continue;
        }
        let config = probe.get("config").and_then(Value::as_str).unwrap_or_default().replace("CONFDIR", inner);
        fs::write(format!("{outer}/probe.conf"), config)?;
        let output = run(program, &format!("{inner}/probe.conf"))?;
        let answer = |bytes: &[u8]| json!(String::from_utf8_lossy(bytes).replace(inner, "CONFDIR"));
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let body: String = plain(&stdout).iter().map(|line| format!("{line}\n")).collect();
        let Some(probe) = probe.as_object_mut() else { continue };
        probe.insert("ok".to_owned(), json!(output.status.success()));
        probe.insert("stdout_n".to_owned(), answer(body.as_bytes()));
        probe.insert("stderr".to_owned(), answer(&output.stderr));
    }
    fs::remove_dir_all(&outer)?;
    let mut text = serde_json::to_string_pretty(&value)?;
    text.push('\n');
    fs::write(path, text)?;
    Ok(())
}

/// How the answers compare.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    runs: usize,
    same: usize,
    accepted: usize,
    print: usize,
    rejected: usize,
    reason: usize,
    warnings: usize,
}

/// Compares all answers and prints the figures; the answers that differ.
pub(super) fn compare(probes: &[Probe], shown: usize) -> Vec<String> {
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut differences = Vec::new();
    for probe in probes {
        let count = counts.entry(probe.dialect.name()).or_default();
        count.runs += 1;
        if let Some(difference) = difference(probe, count) {
            differences.push(format!("{} {}: {difference}", probe.id, probe.dialect.name()));
        }
    }
    differences.iter().take(shown).for_each(|difference| println!("{difference}"));
    println!("version   runs  same answer  accepted  same print  rejected  same reason and line  same warnings");
    for (version, count) in counts {
        println!(
            "{version:8} {:5} {:12} {:9} {:11} {:9} {:21} {:14}",
            count.runs, count.same, count.accepted, count.print, count.rejected, count.reason, count.warnings
        );
    }
    differences
}

fn difference(probe: &Probe, count: &mut Counts) -> Option<String> {
    let printed = print(&reading(probe));
    let ours = printed.status == 0;
    count.accepted += usize::from(probe.ok);
    count.rejected += usize::from(!probe.ok);
    let reason = reason(&printed.stderr.join("\n"));
    let recorded = self::reason(&probe.stderr);
    if ours != probe.ok {
        return Some(format!("accepted {ours}, not {}; {reason:?} {recorded:?}", probe.ok));
    }
    count.same += 1;
    count.warnings += usize::from(warnings(&printed.stderr.join("\n")) == warnings(&probe.stderr));
    if !probe.ok {
        if reason == recorded {
            count.reason += 1;
            return None;
        }
        return Some(format!("{reason:?}, not {recorded:?}"));
    }
    let (own, real) = (plain(&printed.stdout), plain(&probe.stdout));
    if own == real {
        count.print += 1;
        return None;
    }
    let at = own.iter().zip(&real).position(|(own, real)| own != real).unwrap_or(own.len().min(real.len()));
    let near =
        |lines: &[&str]| lines.iter().skip(at.saturating_sub(2)).take(7).copied().collect::<Vec<_>>().join(" / ");
    Some(format!("print differs at line {at}:\n   ours {}\n   real {}", near(&own), near(&real)))
}

fn reading(probe: &Probe) -> Reading {
    let regions: Vec<Region> = (0..).zip(&probe.files).map(|(at, (_, text))| Region::whole(FileId(at), text)).collect();
    let inputs: Vec<Input<'_>> = (0..)
        .zip(&probe.files)
        .zip(&regions)
        .map(|((at, (path, text)), region)| Input { file: FileId(at), path, region, bytes: text, root: at == 0 })
        .collect();
    read(&inputs, Some(probe.dialect))
}

/// The reason of a rejection, with the line that it names; without the path.
fn reason(stderr: &str) -> Option<String> {
    let of = |line: &str| {
        let line = line.strip_prefix("doveconf: ")?;
        line.strip_prefix("Fatal: ").or_else(|| line.strip_prefix("Panic: ")).map(str::to_owned)
    };
    // Helpers of 2.3 read the file too, and say so before.
    let line = stderr.lines().filter_map(of).next_back()?;
    let rest = line.strip_prefix("Error in configuration file ");
    // Of a path, only what stands behind it is compared.
    let rest = rest.map(|rest| match (rest.find(" line "), rest.find(": ")) {
        (Some(line), Some(colon)) if line < colon => rest.split_at(line).1,
        (_, Some(colon)) => rest.split_at(colon).1,
        _ => rest,
    });
    let text = rest.unwrap_or(&line).trim();
    // Their order is that of a hash table.
    Some(match text.split_once("Did you mean one of: ") {
        Some((before, names)) => {
            let mut names: Vec<&str> = names.trim_end_matches("?)").split(", ").collect();
            names.sort_unstable();
            format!("{before}Did you mean one of: {}", names.join(", "))
        }
        None => text.to_owned(),
    })
}

fn warnings(stderr: &str) -> Vec<String> {
    let mut lines: Vec<String> =
        stderr.lines().filter_map(|line| line.strip_prefix("doveconf: Warning: ")).map(str::to_owned).collect();
    lines.sort();
    lines.dedup();
    lines
}

/// The lines of a print without its header and without what helpers of the
/// real program measure on their host.
fn plain(text: &str) -> Vec<&str> {
    let of_host = |line: &&str| {
        line.starts_with("# ")
            || line.starts_with("managesieve_notify_capability")
            || line.starts_with("managesieve_sieve_capability")
    };
    text.lines().filter(|line| !of_host(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_cases_are_answered_as_doveconf_did() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let probes = probes(&root.join(OWN)).unwrap();
        assert!(probes.len() >= 250);
        let differences = compare(&probes, 0);
        assert!(differences.is_empty(), "{differences:#?}");
    }

    #[test]
    fn reasons_are_compared_with_their_line_and_without_their_path() {
        let reason = |text| reason(text).unwrap();
        assert_eq!(reason("doveconf: Fatal: Error in configuration file /a line 3: no: way"), "line 3: no: way");
        assert_eq!(reason("doveconf: Error: x\ndoveconf: Fatal: Error in configuration file /a: x"), ": x");
        assert_eq!(reason("doveconf: Panic: x"), "x");
    }
}
