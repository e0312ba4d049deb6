//! Asks the installed postconf.

use super::cases::{self, Answer, Case, MODES};
use anyhow::{Context, Result};
use postproof_catalog::Version;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The directory's name in the recordings.
const DIRECTORY: &str = "CONFDIR";

/// Records the answers to the cases of a file again.
pub(super) fn command(file: &Path) -> Result<()> {
    let version = String::from_utf8(Command::new("postconf").args(["-d", "-h", "mail_version"]).output()?.stdout)?;
    let version = Version::parse(version.trim()).context("postconf does not say its version")?;
    let hostname = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned();
    let directory = std::env::temp_dir().join(format!("postproof-record-{}", std::process::id()));
    fs::create_dir_all(&directory)?;
    let mut lines = String::new();
    for mut case in cases::read(file)? {
        record(&mut case, &directory)?;
        case.version = version;
        case.system.hostname.clone_from(&hostname);
        lines.push_str(&cases::written(&case));
        lines.push('\n');
    }
    fs::remove_dir_all(&directory)?;
    fs::write(file, lines)?;
    Ok(())
}

fn record(case: &mut Case, directory: &Path) -> Result<()> {
    let here = directory.to_string_lossy();
    let placed = |text: &[u8]| replaced(text, DIRECTORY.as_bytes(), here.as_bytes());
    let named = |text: &[u8]| replaced(text, here.as_bytes(), DIRECTORY.as_bytes());
    fs::write(directory.join("main.cf"), placed(&case.main))?;
    fs::write(directory.join("master.cf"), placed(&case.master))?;
    for (path, text) in &case.files {
        fs::write(String::from_utf8(placed(path))?, text)?;
    }
    // A file that was just written is read again and again.
    for name in ["main.cf", "master.cf"] {
        let file = fs::File::options().write(true).open(directory.join(name))?;
        file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(3600))?;
    }
    let mut answers = BTreeMap::new();
    for (_, name) in MODES {
        let flags: &[&str] = match name {
            "n" => &["-n"],
            "x_n" => &["-x", "-n"],
            "Mf" => &["-Mf"],
            _ => &["-P"],
        };
        let output = Command::new("postconf").arg("-c").arg(directory).args(flags).output()?;
        let mut stderr: Vec<String> =
            String::from_utf8_lossy(&named(&output.stderr)).lines().map(str::to_owned).collect();
        stderr.sort();
        stderr.dedup();
        let status = output.status.code().map(i64::from);
        answers.insert(name, Answer { status, stdout: named(&output.stdout), stderr });
    }
    DIRECTORY.clone_into(&mut case.directory);
    case.is_default = false;
    case.answers = answers;
    for path in case.files.keys() {
        fs::remove_file(String::from_utf8(placed(path))?)?;
    }
    Ok(())
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        match rest.strip_prefix(from) {
            Some(behind) => {
                out.extend_from_slice(to);
                rest = behind;
            }
            None => {
                out.push(*first);
                rest = after;
            }
        }
    }
    out
}
