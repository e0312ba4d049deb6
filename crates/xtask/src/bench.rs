//! Times the whole program against Postfix's own reader, in turns on the same machine.

use crate::args::Args;
use crate::process::{cargo, find, line, run};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 31;

/// `cargo xtask bench DIR...`.
pub(crate) fn command(root: &Path, args: &mut Args) -> Result<()> {
    let mut dirs = Vec::new();
    while let Some(dir) = args.word() {
        dirs.push(dir);
    }
    args.finish()?;
    if dirs.is_empty() {
        bail!("name at least one configuration directory, such as /etc/postfix");
    }
    run(cargo(root).args(["build", "--locked", "--release", "-p", "postproof"]))?;
    let program = root.join("target/release/postproof");
    let postconf = find("postconf");
    if postconf.is_none() {
        println!("postconf is not installed: only Postproof is timed");
    }
    println!(
        "{:32} {:>14} {:>14}   median of {ROUNDS} whole processes",
        "configuration", "postproof ms", "postconf ms"
    );
    for dir in &dirs {
        let mut ours = Command::new(&program);
        ours.args(["check", dir]);
        let mut theirs = postconf.as_ref().map(Command::new);
        if let Some(command) = &mut theirs {
            command.args(["-n", "-c", dir]);
        }
        let (ours, theirs) = paired(&mut ours, theirs.as_mut())?;
        let theirs = theirs.map_or_else(|| "-".to_owned(), milliseconds);
        println!("{dir:32} {:>14} {theirs:>14}", milliseconds(ours));
    }
    Ok(())
}

/// Medians of both, run in turns so that a busy machine slows both alike.
fn paired(ours: &mut Command, mut theirs: Option<&mut Command>) -> Result<(Duration, Option<Duration>)> {
    let (mut mine, mut other) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
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

fn milliseconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1000.0)
}
