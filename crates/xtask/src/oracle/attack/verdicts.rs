//! What `postproof prove` says of a server.

use anyhow::{Context, Result};
use serde_json::Value;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long it may think of one server.
const PATIENCE: Duration = Duration::from_secs(120);

/// One that is at work.
pub(super) struct Prover {
    child: Child,
    answer: PathBuf,
    since: Instant,
}

/// What is said of one service.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) service: String,
    /// Whether strangers come to it, and it starts.
    pub(super) is_open: bool,
    pub(super) claims: Vec<Stated>,
}

/// What is said of one claim.
#[derive(Debug)]
pub(super) struct Stated {
    pub(super) claim: String,
    pub(super) verdict: String,
    pub(super) witness: Value,
    pub(super) exceptions: Value,
}

impl Prover {
    /// Asks the program of the files in a directory; the answer goes to a file.
    pub(super) fn start(binary: &Path, directory: &Path, answer: PathBuf) -> Result<Self> {
        let mut command = Command::new(binary);
        command.args(["prove", "--format", "json"]).arg(directory).stdin(Stdio::null()).stderr(Stdio::null());
        command.stdout(File::create(&answer)?);
        let child = command.spawn().with_context(|| format!("cannot start `{}`", binary.display()))?;
        Ok(Self { child, answer, since: Instant::now() })
    }

    /// The answer; nothing if it takes too long, or is none.
    pub(super) fn finish(mut self) -> Result<Option<Vec<Said>>> {
        while self.child.try_wait()?.is_none() {
            if self.since.elapsed() > PATIENCE {
                self.child.kill()?;
                self.child.wait()?;
                return Ok(None);
            }
            sleep(Duration::from_millis(2));
        }
        Ok(serde_json::from_str(&fs::read_to_string(&self.answer)?).ok().map(|answer: Value| said(&answer)))
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn said(answer: &Value) -> Vec<Said> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let stated = |claim: &Value| Stated {
        claim: text(&claim["claim"]),
        verdict: text(&claim["verdict"]),
        witness: claim["witness"].clone(),
        exceptions: claim["exceptions"].clone(),
    };
    let hosts = list(&answer["reports"]).iter().flat_map(|report| list(&report["hosts"]));
    hosts
        .flat_map(|host| list(&host["services"]))
        .map(|service| Said {
            service: text(&service["service"]),
            is_open: service["starts"] == true && service["reached_from"] == "network",
            claims: list(&service["claims"]).iter().map(stated).collect(),
        })
        .collect()
}

/// The session of a witness as the recorder takes it, or why it can't be played.
pub(super) fn session(witness: &Value) -> Result<Value, &'static str> {
    let Some(all) = witness.as_object() else { return Err("there is no witness") };
    if !witness["certificate"].is_null() || !list(&witness["arranged"]).is_empty() {
        return Err("it needs a certificate or DNS data");
    }
    let told = ["replies", "premises", "arranged", "certificate"];
    let mut session: serde_json::Map<String, Value> = all
        .iter()
        .filter(|(key, _)| !told.contains(&key.as_str()))
        .map(|(key, one)| (key.clone(), one.clone()))
        .collect();
    session.insert("data".to_owned(), Value::Bool(true));
    Ok(Value::Object(session))
}
