//! The command line as a person meets it: exit codes, messages, colours,
//! secrets.

#![expect(clippy::unwrap_used, reason = "a test that can't read its fixture has failed")]

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

mod diff;
mod host;
mod input;
mod migrate;
mod prove;
mod readme;
mod secrets;
mod sessions;
mod show;
mod simulate;

/// A run of the command line in the directory of the fixtures, with an
/// environment that says nothing of language or colour.
fn postproof(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("postproof").unwrap();
    command.current_dir(fixtures()).args(arguments);
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"] {
        command.env_remove(name);
    }
    command
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").canonicalize().unwrap()
}

/// A directory with this main.cf.
fn directory(main: &str) -> TempDir {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("main.cf"), main).unwrap();
    directory
}

/// What a run says.
struct Said {
    code: i32,
    out: String,
    err: String,
}

fn run(arguments: &[&str]) -> Said {
    said(&mut postproof(arguments))
}

fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Refused with exit code 2, a message that holds `words`, and no output.
#[track_caller]
fn refused(said: &Said, words: &str) {
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert!(said.err.contains(words), "{}", said.err);
    assert_eq!(said.out, "");
}
