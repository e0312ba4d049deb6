//! Asks the installed postconf.

use super::cases::{self, Answer, Case, MODES};
use anyhow::{Context, Result};
use postproof_catalog::Version;
use postproof_model::postconf::Mode;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// Where the real program reads them. Its name stays in the recordings: it
/// decides where output breaks off that the program did not come to write.
const DIRECTORY: &str = "/tmp/postproof-oracle";

/// Records the answers to the cases of a file again.
pub(super) fn command(file: &Path) -> Result<()> {
    let version = String::from_utf8(Command::new("postconf").args(["-d", "-h", "mail_version"]).output()?.stdout)?;
    let version = Version::parse(version.trim()).context("postconf does not say its version")?;
    let hostname = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned();
    fs::create_dir_all(DIRECTORY)?;
    let mut lines = String::new();
    for mut case in cases::read(file)? {
        record(&mut case).with_context(|| case.id.clone())?;
        case.version = version;
        case.system.hostname.clone_from(&hostname);
        lines.push_str(&cases::written(&case));
        lines.push('\n');
    }
    fs::remove_dir_all(DIRECTORY)?;
    fs::write(file, lines)?;
    Ok(())
}

fn record(case: &mut Case) -> Result<()> {
    let directory = Path::new(DIRECTORY);
    fs::write(directory.join("main.cf"), &case.main)?;
    fs::write(directory.join("master.cf"), &case.master)?;
    let mut paths = Vec::new();
    for (path, text) in &case.files {
        if let Some(text) = text {
            let path = PathBuf::from(std::str::from_utf8(path)?);
            fs::write(&path, text)?;
            paths.push(path);
        }
    }
    // A file that was just written is read again and again.
    for name in ["main.cf", "master.cf"] {
        let file = fs::File::options().write(true).open(directory.join(name))?;
        file.set_modified(SystemTime::now() - Duration::from_secs(3600))?;
    }
    let mut answers = BTreeMap::new();
    for (mode, name) in MODES {
        let flags: &[&str] = match mode {
            Mode::Set => &["-n"],
            Mode::SetExpanded => &["-x", "-n"],
            Mode::Services => &["-Mf"],
            Mode::ServiceSettings => &["-P"],
        };
        let output = Command::new("timeout").args(["5", "postconf", "-c"]).arg(directory).args(flags).output()?;
        let mut stderr: Vec<String> = String::from_utf8_lossy(&output.stderr).lines().map(str::to_owned).collect();
        stderr.sort();
        stderr.dedup();
        // timeout(1): 124, or 128 and the signal that killed the program.
        let status = match output.status.code().map(i64::from) {
            Some(124) | None => None,
            Some(status @ 129..) => Some(128 - status),
            status => status,
        };
        answers.insert(name, Answer { status, stdout: output.stdout, stderr });
    }
    DIRECTORY.clone_into(&mut case.directory);
    case.is_default = false;
    case.answers = answers;
    paths.iter().try_for_each(fs::remove_file)?;
    Ok(())
}
