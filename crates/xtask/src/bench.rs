//! Times the whole program against Postfix's own reader, in turns on the same machine.

use crate::args::Args;
use crate::process::{capture, cargo, find, line, run};
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Rounds of a usual configuration, and of a large one.
const ROUNDS: usize = 101;
const LARGE_ROUNDS: usize = 11;

/// A usual configuration of our own.
const USUAL: &str = "tests/fixtures/bench/etc/postfix";

/// Sizes of the generated main.cf: twice the size should take twice the time.
const MEGABYTES: [usize; 3] = [1, 2, 4];

/// The lists that the generated settings are part of: in turn, so that none
/// grows past the limits of an expansion.
const LISTS: [&str; 8] = [
    "mydestination",
    "relay_domains",
    "virtual_alias_domains",
    "virtual_mailbox_domains",
    "masquerade_domains",
    "fast_flush_domains",
    "debug_peer_list",
    "smtpd_authorized_xclient_hosts",
];

/// One row of the table.
struct Row {
    what: String,
    ours: Duration,
    theirs: Option<Duration>,
    /// Size of the text, where it says something.
    bytes: Option<usize>,
}

/// `cargo xtask bench [DIR...]`.
pub(crate) fn command(root: &Path, args: &mut Args) -> Result<()> {
    let mut dirs = vec![USUAL.to_owned()];
    dirs.extend(Path::new("/etc/postfix/main.cf").is_file().then(|| "/etc/postfix".to_owned()));
    while let Some(dir) = args.word() {
        dirs.push(dir);
    }
    args.finish()?;
    run(cargo(root).args(["build", "-q", "--locked", "--release", "-p", "postproof"]))?;
    let example = ["build", "-q", "--locked", "--release", "-p", "postproof-engine", "--example", "throughput"];
    run(cargo(root).args(example))?;
    let programs = Programs { root, postconf: find("postconf") };
    let mut rows = dirs.iter().map(|dir| programs.usual(dir)).collect::<Result<Vec<_>>>()?;
    for megabytes in MEGABYTES {
        rows.extend(programs.large(megabytes)?);
    }
    // Simulation runs within the process, where a harness with statistics of its own times it.
    run(cargo(root).args(["bench", "--locked", "-p", "postproof-engine", "--bench", "session"]))?;
    println!("medians of {ROUNDS} runs, {LARGE_ROUNDS} of the large files, in turns; postconf is `postconf -n`");
    if programs.postconf.is_none() {
        println!("postconf is not installed: only Postproof is timed");
    }
    print!("{}", table(&rows));
    Ok(())
}

struct Programs<'a> {
    root: &'a Path,
    postconf: Option<PathBuf>,
}

impl Programs<'_> {
    fn ours(&self, args: &[&str], dir: &str) -> Command {
        let mut command = Command::new(self.root.join("target/release/postproof"));
        command.current_dir(self.root).args(args).arg(dir);
        command
    }

    fn theirs(&self, dir: &str) -> Option<Command> {
        let mut command = Command::new(self.postconf.as_ref()?);
        command.current_dir(self.root).args(["-n", "-c", dir]);
        Some(command)
    }

    fn usual(&self, dir: &str) -> Result<Row> {
        let (ours, theirs) = paired(ROUNDS, &mut self.ours(&["check"], dir), self.theirs(dir).as_mut())?;
        Ok(Row { what: format!("check {dir}"), ours, theirs, bytes: None })
    }

    /// A generated main.cf: the whole process of the same task and of a check, and the library alone.
    fn large(&self, megabytes: usize) -> Result<Vec<Row>> {
        let dir = self.root.join(format!("target/bench/{megabytes}"));
        fs::create_dir_all(&dir)?;
        let text = main_cf(megabytes * 1_000_000);
        let file = dir.join("main.cf");
        fs::write(&file, &text)?;
        fs::write(dir.join("master.cf"), "smtp inet n - y - - smtpd\n")?;
        let dir = dir.to_string_lossy();
        let row = |what: &str, ours, theirs| {
            let what = format!("{what}, main.cf of {megabytes} MB");
            Row { what, ours, theirs, bytes: Some(text.len()) }
        };
        let mut rows = Vec::new();
        for (what, args) in [("show --postconf n", ["show", "--postconf", "n"].as_slice()), ("check", &["check"])] {
            let (ours, theirs) = paired(LARGE_ROUNDS, &mut self.ours(args, &dir), self.theirs(&dir).as_mut())?;
            rows.push(row(what, ours, theirs));
        }
        let mut library = Command::new(self.root.join("target/release/examples/throughput"));
        let nanoseconds = capture(library.arg(&file))?.trim().parse().context("the library printed no time")?;
        rows.push(row("parse and resolve in process", Duration::from_nanos(nanoseconds), None));
        Ok(rows)
    }
}

/// Settings with lists, continuation lines, comments and references, `bytes` long or a little more.
fn main_cf(bytes: usize) -> String {
    let mut text = String::from("compatibility_level = 3.6\nmyhostname = mail.example.org\n");
    let mut lists = LISTS.map(|list| format!("\n{list} = localhost"));
    let mut number = 0;
    while text.len() + lists.iter().map(String::len).sum::<usize>() < bytes {
        number += 1;
        // Writing into a string cannot fail.
        let _ = write!(
            text,
            "\n# Site {number}.\nsite{number}_hosts = mx1.site{number}.example.org, mx2.site{number}.example.org,\n    \
             # and a relay\n    relay.site{number}.example.net\n\
             site{number}_domains = site{number}.example.org, $site{number}_hosts, {{ site{number}.example.net }}\n"
        );
        if let Some(list) = lists.get_mut(number % LISTS.len()) {
            let _ = write!(list, "\n    $site{number}_domains");
        }
    }
    text + &lists.concat() + "\n"
}

/// Medians of both, run in turns so that a busy machine slows both alike.
fn paired(rounds: usize, ours: &mut Command, mut theirs: Option<&mut Command>) -> Result<(Duration, Option<Duration>)> {
    let (mut mine, mut other) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        mine.push(time(ours)?);
        if let Some(command) = theirs.as_deref_mut() {
            other.push(time(command)?);
        }
    }
    Ok((median(mine).context("no round was run")?, median(other)))
}

fn time(command: &mut Command) -> Result<Duration> {
    let start = Instant::now();
    // The exit status tells what was found, not whether the program worked.
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.with_context(|| format!("cannot start `{}`", line(command)))?;
    Ok(start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Option<Duration> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.what.len()).max().unwrap_or(0);
    let cell =
        |value: Option<f64>, digits: usize| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"));
    let mut text = format!(
        "{:width$} {:>12} {:>12} {:>6} {:>14} {:>14}\n",
        "", "postproof ms", "postconf ms", "ratio", "postproof MB/s", "postconf MB/s"
    );
    for row in rows {
        let theirs = row.theirs.map(|time| time.as_secs_f64());
        let ours = row.ours.as_secs_f64();
        let speed = |seconds: f64| row.bytes.map(|bytes| bytes as f64 / 1e6 / seconds);
        let _ = writeln!(
            text,
            "{:width$} {:>12} {:>12} {:>6} {:>14} {:>14}",
            row.what,
            cell(Some(ours * 1e3), 2),
            cell(theirs.map(|seconds| seconds * 1e3), 2),
            cell(theirs.map(|seconds| ours / seconds), 2),
            cell(speed(ours), 1),
            cell(theirs.and_then(speed), 1),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generated_file_has_the_size_that_was_asked_for() {
        let text = main_cf(100_000);
        assert!((100_000..100_500).contains(&text.len()));
    }

    #[test]
    fn the_table_has_the_ratio_and_leaves_out_what_was_not_timed() {
        let ours = Duration::from_millis(2);
        let timed = Row { what: "a".to_owned(), ours, theirs: Some(ours * 2), bytes: Some(2_000_000) };
        let alone = Row { what: "b".to_owned(), ours, theirs: None, bytes: None };
        let text = table(&[timed, alone]);
        let words: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(words[1], ["a", "2.00", "4.00", "0.50", "1000.0", "500.0"]);
        assert_eq!(words[2], ["b", "2.00", "-", "-", "-", "-"]);
    }
}
