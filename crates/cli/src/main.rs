//! The command line: arguments, files, exit codes.
//!
//! Findings go to standard output, everything else to standard error. Exit 0:
//! clean; 1: findings at or above the threshold; 2: unusable input or
//! arguments.

mod args;
mod diff;
mod doveconf;
mod migrate;
mod output;
mod prove;
mod read;
mod run;
mod sessions;
mod show;
mod simulate;

use args::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let code = match arguments.command {
        Command::Check { input, fail_on } => run::check(&input, fail_on),
        Command::Explain { input, service } => run::explain(&input, service.as_deref()),
        Command::Show(show) => match (show.postconf, &show.doveconf) {
            (Some(mode), _) => show::postconf(&show, mode, args::language(show.input.lang)),
            (None, Some(file)) => doveconf::command(&show, file, args::language(show.input.lang)),
            (None, None) => run::show(&show),
        },
        Command::Simulate(simulate) => simulate::run(&simulate),
        Command::Test(test) => sessions::run(&test),
        Command::Prove(prove) => prove::run(&prove),
        Command::Diff(diff) => diff::run(&diff),
        Command::Migrate(wish) => migrate::command(&wish),
        Command::Rule { name, lang } => run::rule(&name, args::language(lang)),
        Command::Rules { lang } => run::rules(args::language(lang)),
    };
    ExitCode::from(code)
}
