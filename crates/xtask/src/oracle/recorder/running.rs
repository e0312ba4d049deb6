//! A running master: what its log says, and its end.

use super::servers::Line;
use super::trace::{RcptOrder, by_reply, explain};
use rustix::process::{Pid, Signal, WaitOptions, kill_process_group, waitpgid};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::Child;
use std::sync::mpsc::Receiver;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long master may take to start or to end.
pub(super) const PATIENCE: Duration = Duration::from_secs(8);
pub(super) const SHORT: Duration = Duration::from_millis(2);

/// A running master.
pub(super) struct Running {
    pub(super) child: Child,
    pub(super) log: Receiver<Line>,
    /// Lines that were taken from the log and not used yet.
    pub(super) lines: std::cell::RefCell<Vec<Line>>,
    pub(super) _queue: File,
}

/// Where somebody listens on a port, so that we can connect.
// proc(5), /proc/net/tcp: state 0A is LISTEN
pub(super) fn listening(port: u16) -> Option<SocketAddr> {
    let find = |file: &str| -> Option<String> {
        let text = fs::read_to_string(file).ok()?;
        let mut lines = text.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
        lines.find_map(|words| {
            let (address, number) = words.get(1)?.split_once(':')?;
            let is_it = words.get(3) == Some(&"0A") && u16::from_str_radix(number, 16).ok() == Some(port);
            is_it.then(|| address.to_owned())
        })
    };
    if let Some(address) = find("/proc/self/net/tcp") {
        let number = u32::from_str_radix(&address, 16).ok()?.swap_bytes();
        let address = if number == 0 { Ipv4Addr::LOCALHOST } else { Ipv4Addr::from(number) };
        return Some(SocketAddr::new(IpAddr::V4(address), port));
    }
    let address = find("/proc/self/net/tcp6")?;
    let mut bytes = Vec::new();
    for at in 0..4 {
        let word = u32::from_str_radix(address.get(8 * at..8 * at + 8)?, 16).ok()?;
        bytes.extend(word.to_le_bytes());
    }
    let number = u128::from_be_bytes(bytes.try_into().ok()?);
    let address = if number == 0 { Ipv6Addr::LOCALHOST } else { Ipv6Addr::from(number) };
    Some(SocketAddr::new(IpAddr::V6(address), port))
}

impl Running {
    fn take(&self) {
        self.lines.borrow_mut().extend(self.log.try_iter());
    }

    /// What stopped one of the programs.
    pub(super) fn fatal(&self, programs: &[&str]) -> Option<String> {
        self.take();
        let lines = self.lines.borrow();
        let is_fatal = |line: &&Line| {
            programs.contains(&line.program.as_str())
                && (line.text.starts_with("fatal:") || line.text.starts_with("panic:"))
        };
        lines.iter().find(is_fatal).map(|line| line.text.clone())
    }

    pub(super) fn has_died(&self) -> bool {
        self.fatal(&["smtpd"]).is_some()
    }

    /// Adds to the replies what the log says of them.
    pub(super) fn digest(&self, mut replies: Vec<Value>, order: &RcptOrder) -> Value {
        let since = Instant::now();
        let is_over = || {
            self.take();
            let lines = self.lines.borrow();
            lines.iter().any(|line| line.program == "smtpd" && line.text.starts_with("disconnect from"))
                || lines.iter().any(|line| line.program == "master" && is_end(&line.text))
        };
        while !is_over() && since.elapsed() < Duration::from_secs(2) {
            sleep(SHORT);
        }
        let lines = self.lines.borrow();
        let of_smtpd = || lines.iter().filter(|line| line.program == "smtpd");
        let process = of_smtpd().find(|line| line.text.starts_with("connect from")).map(|line| line.process);
        let own = || of_smtpd().filter(|line| process.is_none_or(|process| process == line.process));
        let mut groups = by_reply(own().map(|line| line.text.clone()).collect()).into_iter();
        for reply in &mut replies {
            let code = reply["code"].as_i64().unwrap_or_default();
            // Without a reply the log does not say where it ended.
            if code == 0 {
                break;
            }
            if let Some((_, lines)) = groups.find(|(sent, _)| *sent == code) {
                explain(reply, &lines, order);
            }
        }
        let mut result = json!({ "replies": replies });
        let is_warning = |line: &&Line| ["warning:", "error:"].iter().any(|word| line.text.starts_with(word));
        let mut warnings: Vec<String> = own().filter(is_warning).map(|line| line.text.clone()).collect();
        warnings.dedup();
        if !warnings.is_empty() {
            result["warnings"] = json!(warnings);
        }
        // master(8) lets nobody in for a while then.
        if let Some(end) = lines.iter().find(|line| line.program == "master" && line.text.contains("killed by signal"))
        {
            result["killed"] = json!(end.text.split(" pid ").next().unwrap_or_default());
        }
        drop(lines);
        if let Some(fatal) = self.fatal(&["smtpd"]) {
            result["fatal"] = json!(fatal);
        }
        result
    }

    /// Ends master with all that it started, and waits until nobody listens.
    pub(super) fn stop(mut self, port: u16) {
        let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let Some(group) = group else { return };
        let since = Instant::now();
        let _ = kill_process_group(group, Signal::TERM);
        while matches!(self.child.try_wait(), Ok(None)) && since.elapsed() < Duration::from_secs(3) {
            sleep(SHORT);
        }
        // What it started is ours now: an old smtpd must not answer the next client.
        while since.elapsed() < PATIENCE {
            let _ = kill_process_group(group, Signal::KILL);
            match waitpgid(group, WaitOptions::NOHANG) {
                Ok(Some(_)) => {}
                Ok(None) => sleep(SHORT),
                Err(_) => break,
            }
        }
        while listening(port).is_some() && since.elapsed() < PATIENCE {
            sleep(SHORT);
        }
    }
}

/// Whether master says that a process ended badly.
fn is_end(text: &str) -> bool {
    text.contains("exit status") || text.contains("killed by signal")
}
