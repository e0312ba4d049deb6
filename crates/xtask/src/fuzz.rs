//! Runs the fuzz targets of `fuzz/`, which is a workspace of its own.

use crate::args::Args;
use crate::oracle;
use crate::process::{cargo, line, path_with, run};
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

const TARGETS: [&str; 4] = ["postfix", "postconf", "simulate", "dovecot"];

/// The release of cargo-fuzz that is installed where there is none.
const CARGO_FUZZ: &str = "0.13.2";

/// Longer inputs are slower and find no more.
const MAX_INPUT: &str = "-max_len=4096";

/// `cargo xtask fuzz [TARGET] [--seconds N]`.
pub(crate) fn command(root: &Path, args: &mut Args) -> Result<()> {
    let seconds: u32 = args.value("--seconds")?.map_or(Ok(600), |number| number.parse())?;
    let wanted = args.word();
    args.finish()?;
    if let Some(name) = wanted.as_ref().filter(|name| !TARGETS.contains(&name.as_str())) {
        bail!("no fuzz target `{name}`; there are {}", TARGETS.join(", "));
    }
    let tools = cargo_fuzz(root)?;
    let words = dictionary(root)?;
    let targets = TARGETS.into_iter().filter(|name| wanted.as_ref().is_none_or(|wanted| wanted == name));
    let outcomes = targets.map(|name| fuzz(root, &tools, name, seconds, &words)).collect::<Result<Vec<_>>>()?;
    println!("\n{:10} {:>12} {:>10}", "target", "executions", "a second");
    for Outcome { name, executions, rate, .. } in &outcomes {
        println!("{name:10} {executions:>12} {rate:>10}");
    }
    match outcomes.iter().find(|outcome| outcome.failed) {
        Some(outcome) => bail!("`{}` found something: see fuzz/artifacts/{}", outcome.name, outcome.name),
        None => Ok(()),
    }
}

/// How the run of one target went.
struct Outcome {
    name: &'static str,
    executions: String,
    rate: String,
    failed: bool,
}

/// The directory of cargo-fuzz, installed if it is not there.
fn cargo_fuzz(root: &Path) -> Result<PathBuf> {
    let dir = root.join("target/tools");
    let bin = dir.join("bin");
    if !bin.join("cargo-fuzz").is_file() {
        println!("installing cargo-fuzz {CARGO_FUZZ}, once");
        let mut install = cargo(root);
        install.args(["install", "-q", "cargo-fuzz", "--version", CARGO_FUZZ, "--root"]).arg(&dir);
        let locked = run(install.arg("--locked"));
        if let Err(error) = locked {
            println!("{error}; again with the newest dependencies");
            let mut install = cargo(root);
            run(install.args(["install", "-q", "cargo-fuzz", "--version", CARGO_FUZZ, "--root"]).arg(&dir))?;
        }
    }
    Ok(bin)
}

fn fuzz(root: &Path, tools: &Path, name: &'static str, seconds: u32, words: &Path) -> Result<Outcome> {
    let seeds = seeds(root, name)?;
    let corpus = root.join("fuzz/corpus").join(name);
    fs::create_dir_all(&corpus)?;
    let mut command = cargo(root);
    // Without a sanitizer all that the run needs of nightly is this variable.
    command.env("PATH", path_with(tools)?).env("RUSTC_BOOTSTRAP", "1").env_remove("CARGO_TARGET_DIR");
    command.args(["fuzz", "run", "-s", "none", "--target-dir"]).arg(root.join("target/fuzz"));
    command.arg(name).arg(&corpus).arg(&seeds).arg("--");
    command.args([MAX_INPUT, "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"]);
    command.arg(format!("-max_total_time={seconds}")).arg(format!("-dict={}", words.display()));
    let mut child =
        command.stderr(Stdio::piped()).spawn().with_context(|| format!("cannot start `{}`", line(&command)))?;
    let (mut executions, mut rate) = ("-".to_owned(), "-".to_owned());
    for text in BufReader::new(child.stderr.take().context("no standard error")?).split(b'\n') {
        let text = String::from_utf8_lossy(&text?).into_owned();
        if let Some(number) = statistic(&text, "number_of_executed_units") {
            number.clone_into(&mut executions);
        } else if let Some(number) = statistic(&text, "average_exec_per_sec") {
            number.clone_into(&mut rate);
        }
        eprintln!("{text}");
    }
    Ok(Outcome { name, executions, rate, failed: !child.wait()?.success() })
}

/// The value of a line as in `stat::number_of_executed_units: 42`.
fn statistic<'t>(line: &'t str, name: &str) -> Option<&'t str> {
    let value = line.strip_prefix("stat::")?.strip_prefix(name)?.strip_prefix(':')?;
    Some(value.trim())
}

/// Copies what the target starts from out of the fixtures.
fn seeds(root: &Path, name: &str) -> Result<PathBuf> {
    let dir = root.join("target/fuzz-seeds").join(name);
    fs::create_dir_all(&dir)?;
    let texts = match name {
        "postconf" => oracle::own_texts(root)?.into_iter().map(|(main, master)| [main, master].join(&0)).collect(),
        "dovecot" => oracle::dovecot_texts(root)?,
        _ => {
            let mut texts = Vec::new();
            collect(&root.join("tests/fixtures"), &mut texts)?;
            texts.extend(oracle::own_texts(root)?.into_iter().flat_map(<[Vec<u8>; 2]>::from));
            texts
        }
    };
    for (number, text) in (0..).zip(texts) {
        fs::write(dir.join(format!("{number:04}")), text)?;
    }
    Ok(dir)
}

/// The texts of all configuration files below `dir`.
fn collect(dir: &Path, texts: &mut Vec<Vec<u8>>) -> Result<()> {
    let mut paths = fs::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, texts)?;
        } else if path.extension().is_none_or(|extension| extension != "jsonl" && extension != "md") {
            texts.push(fs::read(&path)?);
        }
    }
    Ok(())
}

/// The words of the catalog as a dictionary of libFuzzer: no mutation guesses a parameter's name.
fn dictionary(root: &Path) -> Result<PathBuf> {
    let mut words = Vec::new();
    for (file, column) in [
        ("params", 0),
        ("restrictions", 0),
        ("table-types", 0),
        ("client-keys", 1),
        ("dovecot-2.3", 0),
        ("dovecot-2.4", 0),
        ("dovecot-sections", 1),
    ] {
        let text = fs::read_to_string(root.join(format!("crates/catalog/data/{file}.tsv")))?;
        let rows = text.lines().filter(|row| !row.starts_with('#')).skip(1);
        words.extend(rows.filter_map(|row| row.split('\t').nth(column)).map(str::to_owned));
    }
    words.extend(
        [
            "\\x0a\\x09",
            "\\x0a  -o ",
            "${",
            "?{",
            "}:{",
            " = ",
            "smtpd",
            "inet",
            "\\x0aendif",
            "/i ",
            "::1",
            " {\\x0a",
            "\\x0a}\\x0a",
            "$SET:",
            "%{",
            "!include ",
        ]
        .map(str::to_owned),
    );
    let path = root.join("target/fuzz-words.dict");
    let lines = words.iter().filter(|word| !word.is_empty() && !word.contains('"'));
    fs::write(&path, lines.map(|word| format!("\"{word}\"\n")).collect::<String>())?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_final_statistics_of_libfuzzer_are_read() {
        assert_eq!(statistic("stat::number_of_executed_units: 4213", "number_of_executed_units"), Some("4213"));
        assert_eq!(statistic("stat::average_exec_per_sec:     70", "average_exec_per_sec"), Some("70"));
        assert_eq!(statistic("#4213 DONE", "average_exec_per_sec"), None);
    }
}
