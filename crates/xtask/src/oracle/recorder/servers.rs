//! What smtpd talks to besides DNS: logins, policy servers, the log.

use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;

/// Answers logins as Dovecot's auth service does: every user exists, and every
/// password is right but `bad`.
// Dovecot's authentication protocol, version 1.1
pub(super) fn logins(path: &Path) -> Result<()> {
    let listener = UnixListener::bind(path).with_context(|| path.display().to_string())?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || login(stream));
        }
    });
    Ok(())
}

fn login(stream: UnixStream) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let hello = "VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\nSPID\t1\nCUID\t1\n\
                 COOKIE\t0123456789abcdef0123456789abcdef\nDONE\n";
    out.write_all(hello.as_bytes()).ok()?;
    for line in BufReader::new(stream).lines() {
        let line = line.ok()?;
        let mut fields = line.split('\t');
        if fields.next() != Some("AUTH") {
            continue;
        }
        let id = fields.next()?;
        let sent = fields.find_map(|field| field.strip_prefix("resp=")).unwrap_or_default();
        let sent = BASE64_STANDARD.decode(sent).unwrap_or_default();
        let parts: Vec<&[u8]> = sent.split(|byte| *byte == 0).collect();
        let answer = match parts.as_slice() {
            [_, user, password] if *password != b"bad" => {
                format!("OK\t{id}\tuser={}\n", String::from_utf8_lossy(user))
            }
            _ => format!("FAIL\t{id}\n"),
        };
        out.write_all(answer.as_bytes()).ok()?;
    }
    None
}

/// A policy server that goes away with the value.
pub(super) struct Policy {
    place: String,
    ends: Arc<AtomicBool>,
}

impl Policy {
    /// Starts one at `host:port`: the first rule of `spec` whose attributes all
    /// fit answers, else its default.
    // SMTPD_POLICY_README, Protocol description
    pub(super) fn start(place: &str, spec: &Value) -> Result<Self> {
        let listener = TcpListener::bind(place).with_context(|| format!("policy server {place}"))?;
        let ends = Arc::new(AtomicBool::new(false));
        let (stop, spec) = (Arc::clone(&ends), spec.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let spec = spec.clone();
                thread::spawn(move || policy(stream, &spec));
            }
        });
        Ok(Self { place: place.to_owned(), ends })
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        // It looks at the flag when somebody comes.
        let _ = TcpStream::connect(&self.place);
    }
}

fn policy(stream: TcpStream, spec: &Value) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut asked: BTreeMap<String, String> = BTreeMap::new();
    for line in BufReader::new(stream).lines() {
        let line = line.ok()?;
        if let Some((name, value)) = line.split_once('=') {
            asked.insert(name.to_owned(), value.to_owned());
            continue;
        }
        let fits = |rule: &&Value| {
            let wanted = rule["match"].as_object();
            wanted.into_iter().flatten().all(|(name, value)| asked.get(name).map(String::as_str) == value.as_str())
        };
        let rule = spec["rules"].as_array().and_then(|rules| rules.iter().find(fits));
        let action = rule.map_or(&spec["default"], |rule| &rule["action"]).as_str().unwrap_or("DUNNO");
        out.write_all(format!("action={action}\n\n").as_bytes()).ok()?;
        asked.clear();
    }
    None
}

/// One line of the log.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The program: `smtpd`.
    pub(super) program: String,
    pub(super) process: u32,
    pub(super) text: String,
}

impl Line {
    /// `Jan  1 00:00:00 host postfix/smtpd[12]: text`
    fn read(text: &str) -> Option<Self> {
        let (head, text) = text.split_once("]: ")?;
        let (head, process) = head.rsplit_once('[')?;
        let program = head.rsplit([' ', '/']).next()?;
        Some(Self { program: program.to_owned(), process: process.parse().ok()?, text: text.to_owned() })
    }
}

/// Takes the place of postlogd(8).
pub(super) fn log(path: &Path) -> Result<Receiver<Line>> {
    let socket = UnixDatagram::bind(path).with_context(|| path.display().to_string())?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        while let Ok(length) = socket.recv(&mut buffer) {
            let text = String::from_utf8_lossy(buffer.get(..length).unwrap_or_default()).into_owned();
            let line = Line::read(text.trim_end_matches(['\n', '\0']));
            if line.is_some_and(|line| sender.send(line).is_err()) {
                break;
            }
        }
    });
    Ok(receiver)
}

/// Copies bytes from one stream to another until one closes.
pub(super) fn copy(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(length) = from.read(&mut buffer) {
            if length == 0 || to.write_all(buffer.get(..length).unwrap_or_default()).is_err() {
                break;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Both);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_log_are_read() {
        let line = Line::read("Nov 22 10:00:00 mx1 postfix/submission/smtpd[17]: > a[1.2.3.4]: 250 Ok").unwrap();
        assert_eq!((line.program.as_str(), line.process), ("smtpd", 17));
        assert_eq!(line.text, "> a[1.2.3.4]: 250 Ok");
    }
}
