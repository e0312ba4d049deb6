//! Every check and every test, as named steps. The first that fails ends the run.

use crate::args::Args;
use crate::process::{cargo, line};
use crate::setup::{self, TestPrograms, WASM};
use crate::tally::Tally;
use crate::{browser, generate, site, tidy};
use anyhow::{Context, Result, bail, ensure};
use std::cell::OnceCell;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What the steps share.
struct Run<'a> {
    root: &'a Path,
    programs: OnceCell<TestPrograms>,
}

impl Run<'_> {
    fn programs(&self) -> Result<&TestPrograms> {
        if self.programs.get().is_none() {
            let _ = self.programs.set(setup::test_programs()?);
        }
        self.programs.get().context("the test programs were just looked for")
    }
}

struct Step {
    name: &'static str,
    run: fn(&Run<'_>) -> Result<Tally>,
}

/// Quick checks first; what is built in one step is used again in the next.
const STEPS: [Step; 10] = [
    Step { name: "setup", run: set_up },
    Step { name: "fmt", run: fmt },
    Step { name: "tidy", run: |run| tidy::command(run.root).map(|()| Tally::default()) },
    Step { name: "gen", run: |run| generate::check(run.root).map(|()| Tally::default()) },
    Step { name: "clippy", run: clippy },
    Step { name: "native", run: native },
    Step { name: "page", run: page },
    Step { name: "node", run: node },
    Step { name: "wasm", run: wasm },
    Step { name: "browser", run: |run| browser::run(run.root, run.programs()?) },
];

/// `cargo xtask test`.
pub(crate) fn command(root: &Path, args: &mut Args) -> Result<()> {
    let from = args.value("--from")?;
    let only = args.value("--only")?;
    args.finish()?;
    let known = |name: &String| STEPS.iter().any(|step| step.name == name);
    if let Some(name) = from.iter().chain(&only).find(|name| !known(name)) {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        bail!("no step `{name}`; there are {}", names.join(", "));
    }
    let steps = STEPS.iter().skip_while(|step| from.as_ref().is_some_and(|from| step.name != from));
    let steps = steps.filter(|step| only.as_ref().is_none_or(|only| step.name == only));
    run_steps(&Run { root, programs: OnceCell::new() }, steps)
}

fn run_steps<'s>(run: &Run<'_>, steps: impl Iterator<Item = &'s Step>) -> Result<()> {
    let mut total = Tally::default();
    let mut times = Vec::new();
    let mut outcome = Ok(());
    for step in steps {
        println!("\n=== {}", step.name);
        let start = Instant::now();
        let result = (step.run)(run);
        times.push((step.name, start.elapsed()));
        let failure = match result {
            Ok(tally) => {
                total += tally;
                (tally.failed > 0).then(|| format!("{} tests failed", tally.failed))
            }
            Err(error) => {
                // A check that fails is one failure, so that no count of a failed run reads as clean.
                total.failed += 1;
                Some(format!("{error:#}"))
            }
        };
        if let Some(failure) = failure {
            println!("\nfailed in step `{}`: {failure}", step.name);
            println!("again from there: cargo xtask test --from {}", step.name);
            outcome = Err(anyhow::anyhow!("step `{}` failed", step.name));
            break;
        }
    }
    print_times(&times);
    // Runners of tests read this line.
    println!("\n{} passed, {} failed", total.passed, total.failed);
    outcome
}

fn print_times(times: &[(&str, Duration)]) {
    println!("\n{:10} {:>8}", "step", "seconds");
    for (name, time) in times {
        println!("{name:10} {:>8.1}", time.as_secs_f32());
    }
}

fn set_up(run: &Run<'_>) -> Result<Tally> {
    run.programs()?;
    setup::components(run.root)?;
    setup::wasm_target(run.root)?;
    Ok(Tally::default())
}

fn check(run: &Run<'_>, args: &[&str]) -> Result<Tally> {
    let mut command = cargo(run.root);
    command.args(args);
    crate::process::run(&mut command).map(|()| Tally::default())
}

fn fmt(run: &Run<'_>) -> Result<Tally> {
    check(run, &["fmt", "--all", "--check"])
}

fn clippy(run: &Run<'_>) -> Result<Tally> {
    let strict = ["--", "-D", "warnings"];
    let native = ["clippy", "--locked", "--workspace", "--all-targets", "--features", "xtask/tools"];
    check(run, &[&native[..], &strict].concat())?;
    let wasm = ["clippy", "--locked", "-p", "postproof-web", "-p", "postproof-wasm", "--target", WASM];
    check(run, &[&wasm[..], &strict].concat())
}

fn native(run: &Run<'_>) -> Result<Tally> {
    // A new snapshot is for a person to accept, not for a test run to write.
    count(cargo(run.root).args(["test", "--locked", "--workspace", "--no-fail-fast"]).env("INSTA_UPDATE", "no"))
}

/// Builds the page and holds it to its budget.
fn page(run: &Run<'_>) -> Result<Tally> {
    site::build(run.root)?;
    let total: usize = site::sizes(run.root)?.iter().map(|size| size.brotli).sum();
    let mut tally = Tally::default();
    tally.count(total <= site::BUDGET_BYTES);
    println!("test page::stays_in_its_budget ... {total} of {} bytes", site::BUDGET_BYTES);
    Ok(tally)
}

/// The JavaScript package in Node, compared with the command line.
fn node(run: &Run<'_>) -> Result<Tally> {
    let package = site::package(run.root)?;
    // With `--workspace` the features are those of the native tests, so nothing is compiled twice.
    check(run, &["build", "--locked", "--workspace", "--bin", "postproof"])?;
    let mut node = Command::new(&run.programs()?.node);
    node.current_dir(run.root).args(["--test", "--test-reporter=tap"]);
    // Named one by one: what Node makes of a directory differs between its releases.
    let tests = run.root.join("crates/wasm/tests/node");
    node.args(
        site::files(&tests)?
            .iter()
            .filter(|file| file.extension().is_some_and(|e| e == "mjs"))
            .map(|file| tests.join(file)),
    );
    node.env("POSTPROOF_PACKAGE", package).env("POSTPROOF_CLI", run.root.join("target/debug/postproof"));
    count(&mut node)
}

/// Tests that are compiled to WASM and run in Node.
fn wasm(run: &Run<'_>) -> Result<Tally> {
    let runner = setup::tools(run.root)?.join("wasm-bindgen-test-runner");
    let mut command = cargo(run.root);
    command.args(["test", "--locked", "--target", WASM, "-p", "postproof-wasm"]);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    count(&mut command)
}

/// Runs a test runner, shows its output as it comes and counts its tests.
fn count(command: &mut Command) -> Result<Tally> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{}`", line(command)))?;
    let mut tally = Tally::default();
    for line in BufReader::new(child.stdout.take().context("the test runner has no output")?).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        tally += Tally::of_line(&line);
    }
    let status = child.wait()?;
    // Tests that failed are in the count; anything else that went wrong is not.
    ensure!(status.success() || tally.failed > 0, "`{}` failed ({status})", line(command));
    ensure!(tally != Tally::default(), "`{}` ran no test", line(command));
    Ok(tally)
}
