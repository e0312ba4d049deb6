//! Builds, serves, tests and tidies Postproof: `cargo xtask help` lists the commands.
//!
//! This program stays quick to build. The WASM tools are a second program of
//! this package (`src/bin/tools.rs`), built only when a command needs them.

// Printing is what these commands are for.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod args;
mod bench;
mod browser;
mod catalog_data;
mod dovecot_data;
mod fuzz;
mod generate;
mod oracle;
mod process;
mod registry;
mod serve;
mod setup;
mod site;
mod tally;
mod test;
mod tidy;

use anyhow::{Result, bail};
use args::Args;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  serve [--host H] [--port N] [--open]   build the page and serve it on http://127.0.0.1:8080
  build                                  build the page into target/site and print its sizes
  package                                build the JavaScript package into target/package
  test [--from STEP] [--only STEP]       run every check and every test; installs what they need
  tidy                                   the repository's own rules
  gen [registry] [catalog --facts DIR] [--check]
                                         write the generated files, or say which are stale
  bench [DIR...]                         time Postproof against postconf: usual directories, large files
  fuzz [TARGET] [--seconds N]            run the fuzz targets, each for N seconds (600)
  oracle postconf [--file F.jsonl[.gz]] [--corpus DIR --stock-master FILE] [--only ID] [--show N]
                                         compare with recorded answers of postconf
  oracle record-postconf                 ask the installed postconf for new answers to the own cases
  oracle prove [--count N] [--sessions N] [--seed N] [--real] [--set F.jsonl[.gz]]
                                         look for sessions that contradict what is proved of random
                                         configurations; with a real smtpd too (root);
                                         or recorded sessions that do
  oracle attack [--count N] [--sessions N] [--seed N] [--binary PATH] [--root DIR] [--show N] [--plant WORDS]
                                         look for servers whose claims are wrong, with a real smtpd and its
                                         queue files as judge (root); they stay in target/attack
  oracle diff [--count N] [--sessions N] [--seed N] [--show N] [--real [--root DIR]]
                                         look for differences that comparisons of random configurations
                                         miss; with --real on a real smtpd (root)
  oracle dead [--count N] [--seed N] [--set F.jsonl[.gz]]
                                         find planted dead entries; or see that none decides a recorded reply
  oracle smtpd [--set F.jsonl[.gz]] [--forget dns|policy|users|tables] [--only ID] [--show N]
                                         compare sessions with recorded answers of smtpd (the own
                                         ones); with a part of the world forgotten, none may be wrong
  oracle record [--file F.jsonl] [--only ID] [--root DIR]
                                         play the own sessions against a real smtpd and record the replies (root)
  oracle verify [--file F.jsonl[.gz]] [--count N] [--root DIR] [--show N]
                                         play recorded sessions again and compare the replies (root)
  oracle live [--count N] [--seed N] [--root DIR] [--show N]
                                         play random sessions against random configurations, on a real
                                         smtpd and in the simulation, and compare (root)
  oracle tables [--count N] [--seed N] [--root DIR] [--show N]
                                         compare look-ups in random tables with the installed postmap
  oracle doveconf [--set FILE] [--corpus DIR] [--show N]
                                         compare with recorded answers of doveconf
  oracle doveconf FILE... [--dovecot-version 2.3|2.4] [--program \"COMMAND\"] [--root DIR]
                                         compare with what doveconf says of these files now
  oracle migrate --corpus DIR --root DIR [--program doveconf] [--show N]
                                         carry each 2.3 file to 2.4 and ask doveconf of both (root: a system with 2.4)
  oracle record-doveconf [--dovecot-version 2.3|2.4] [--program \"COMMAND\"] [--root DIR]
                                         ask doveconf for new answers to the own cases
  help                                   this text
";

fn main() -> ExitCode {
    let mut args = Args::new(std::env::args().skip(1));
    match run(&mut args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &mut Args) -> Result<()> {
    let root = root()?;
    let command = args.word().unwrap_or_else(|| "help".to_owned());
    match command.as_str() {
        "serve" => serve::command(&root, args),
        "build" => {
            args.finish()?;
            site::build(&root)
        }
        "package" => {
            args.finish()?;
            site::package(&root).map(|_| ())
        }
        "test" => test::command(&root, args),
        "tidy" => {
            args.finish()?;
            tidy::command(&root)
        }
        "gen" => generate::command(&root, args),
        "bench" => bench::command(&root, args),
        "fuzz" => fuzz::command(&root, args),
        "oracle" => oracle::command(&root, args),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("no command `{other}`\n\n{USAGE}"),
    }
}

/// The root of the workspace, which holds this package two levels down.
fn root() -> Result<PathBuf> {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    match here.ancestors().nth(2) {
        Some(root) => Ok(root.to_path_buf()),
        None => bail!("{} is not inside the workspace", here.display()),
    }
}
