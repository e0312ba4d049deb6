//! Asks a real smtpd what it answers.
//!
//! A [`Recorder`] is this program again, started by `unshare` as the first
//! process of its own mount, network, host name and process namespaces. In
//! there it owns all that an answer depends on: /etc, the queue, the network
//! (which has the loopback device and nothing else), DNS, policy servers,
//! logins. Postfix itself is what the system has installed, with a real
//! master(8). Nothing can leave the namespace, and nothing in it outlives it.
//!
//! A request with `"queue": true` is also told what each session left in the queue.
//!
//! Requests and responses are JSON, as `postproof simulate --json` takes and
//! gives them; `tests/fixtures/smtpd/README.md` describes what is recorded.

// A JSON value gives null for what it does not hold.
#![allow(clippy::indexing_slicing)]

mod certificates;
mod client;
mod config;
mod dns;
mod inside;
mod queue;
mod running;
mod servers;
mod trace;

pub(super) use inside::command as inside;

use crate::process::{self, capture};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A Postfix that answers requests.
pub(crate) struct Recorder {
    child: Child,
    requests: Option<ChildStdin>,
    responses: BufReader<ChildStdout>,
    work: PathBuf,
    /// Its release: `3.7.11`.
    pub(crate) version: String,
}

impl Recorder {
    /// Starts one with the Postfix of this system, or of the one below `root`.
    pub(crate) fn start(root: Option<&Path>) -> Result<Self> {
        if capture(Command::new("id").arg("-u"))?.trim() != "0" {
            bail!("namespaces of one's own need root");
        }
        for program in ["unshare", "ip", "mount", "openssl"] {
            process::find(program).with_context(|| format!("`{program}` is not installed"))?;
        }
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let number = STARTED.fetch_add(1, Ordering::SeqCst);
        let work = std::env::temp_dir().join(format!("postproof-recorder.{}.{number}", std::process::id()));
        fs::create_dir_all(&work)?;
        let mut command = Command::new("unshare");
        command.args(["--mount", "--net", "--uts", "--ipc", "--pid", "--fork", "--kill-child"]);
        command.args(["--propagation", "private"]).arg(std::env::current_exe()?);
        command.args(["oracle", "inside", "--root"]).arg(root.unwrap_or(Path::new("/")));
        command.arg("--work").arg(&work).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot start `unshare`")?;
        let requests = child.stdin.take();
        let responses = BufReader::new(child.stdout.take().context("no output")?);
        let mut recorder = Self { child, requests, responses, work, version: String::new() };
        let hello = recorder.read()?;
        recorder.version = hello["version"].as_str().unwrap_or_default().to_owned();
        if recorder.version.is_empty() {
            bail!("no Postfix is installed there");
        }
        Ok(recorder)
    }

    /// Plays the sessions of each request.
    pub(crate) fn play(&mut self, requests: &[Value]) -> Result<Vec<Value>> {
        requests.iter().map(|request| self.play_one(request)).collect()
    }

    /// Plays the sessions of one request: `{"sessions": […], "request": …}`
    /// with the DNS data that the clients' names need added to the request.
    pub(crate) fn play_one(&mut self, request: &Value) -> Result<Value> {
        let stdin = self.requests.as_mut().context("closed")?;
        writeln!(stdin, "{request}")?;
        stdin.flush()?;
        let response = self.read()?;
        match response["error"].as_str() {
            Some(error) => bail!("{error}"),
            None => Ok(response),
        }
    }

    fn read(&mut self) -> Result<Value> {
        let mut line = String::new();
        if self.responses.read_line(&mut line)? == 0 {
            bail!("the recorder ended");
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        drop(self.requests.take());
        // It ends with its input; --kill-child sees to what is left.
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.work);
    }
}

/// Records the scenarios of a file anew: what each request's sessions are answered.
pub(super) fn record(file: &Path, root: Option<&Path>, only: Option<&str>) -> Result<()> {
    let mut recorder = Recorder::start(root)?;
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut lines = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let mut scenario: Value = serde_json::from_str(line)?;
        let id = scenario["id"].as_str().unwrap_or_default().to_owned();
        if only.is_none_or(|only| only == id) {
            let written = written(&scenario).clone();
            let twice = recorder.play(&[written.clone(), written.clone()]).with_context(|| id.clone())?;
            let [played, again] = twice.as_slice() else { bail!("{id} was not played twice") };
            if played["sessions"] != again["sessions"] {
                bail!("{id} is not answered alike twice");
            }
            if written.to_string().contains("fingerprint@") {
                scenario["written"] = written;
            }
            scenario["request"] = played["request"].clone();
            scenario["request"]["postfix_version"] = json!(recorder.version);
            scenario["response"] = json!({ "sessions": played["sessions"] });
            println!("{id}: {} sessions", played["sessions"].as_array().map_or(0, Vec::len));
        }
        lines.push(scenario.to_string());
    }
    lines.push(String::new());
    fs::write(file, lines.join("\n"))?;
    Ok(())
}

/// The request as it was written, before fingerprints were put in.
fn written(scenario: &Value) -> &Value {
    if scenario["written"].is_null() { &scenario["request"] } else { &scenario["written"] }
}

/// Plays recorded requests again and says which replies are not the recorded ones.
pub(super) fn verify(file: &Path, root: Option<&Path>, count: usize, shown: usize) -> Result<()> {
    let mut recorder = Recorder::start(root)?;
    let (mut scenarios, mut replies, mut different, mut deciders) = (0, 0, 0, 0);
    for line in super::cases::lines(file)? {
        if scenarios == count {
            break;
        }
        let scenario: Value = serde_json::from_str(&line)?;
        if scenario["postfix_version"].as_str().is_some_and(|version| version != recorder.version) {
            continue;
        }
        scenarios += 1;
        let played = recorder.play_one(written(&scenario))?;
        let sessions = |value: &Value| value["sessions"].as_array().cloned().unwrap_or_default();
        for (at, (recorded, played)) in sessions(&scenario["response"]).iter().zip(sessions(&played)).enumerate() {
            let of = |session: &Value| session["replies"].as_array().cloned().unwrap_or_default();
            let (recorded, played) = (of(recorded), of(&played));
            for number in 0..recorded.len().max(played.len()) {
                let get = |from: &[Value], key: &str| from.get(number).map_or(Value::Null, |reply| reply[key].clone());
                let differs = |key: &str| get(&recorded, key) != get(&played, key);
                replies += 1;
                // Without a reply the text is the recorder's own.
                let is_reply = get(&recorded, "code") != 0;
                if ["command", "code", "dsn"].iter().any(|key| differs(key)) || (is_reply && differs("text")) {
                    different += 1;
                    if different <= shown {
                        println!(
                            "{} session {at} reply {number}:\n  {:?}\n  {:?}",
                            scenario["id"],
                            recorded.get(number),
                            played.get(number)
                        );
                    }
                } else if differs("decided_by") {
                    deciders += 1;
                    if deciders <= shown {
                        println!(
                            "{} session {at} reply {number}: {} {}",
                            scenario["id"],
                            get(&recorded, "decided_by"),
                            get(&played, "decided_by")
                        );
                    }
                }
            }
        }
    }
    println!("{scenarios} scenarios, {replies} replies: {different} differ, {deciders} only in what decided");
    if different + deciders == 0 { Ok(()) } else { bail!("not the same") }
}
