//! What `doveconf -n` prints, and what it refuses.
//!
//! The strings that the real program sorts and walks are made and walked here
//! in the same way, as what it prints follows from that.

mod new;
mod old;
mod secrets;

use crate::{Dialect, Problem, ProblemKind, Reading, Stops};
use std::cmp::Ordering;
use std::collections::HashMap;

/// What the program prints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// Standard output.
    pub stdout: String,
    /// The lines of standard error.
    pub stderr: Vec<String>,
    /// 0 if the configuration is accepted, else 1.
    pub status: u8,
    /// What the real program would have to be asked for: a limit of Postproof
    /// was reached, so that the print may lack something.
    pub limit: Option<Problem>,
}

/// Prints the configuration as `doveconf -n` of 2.3.19.1 or 2.4.1 does, without
/// the header lines that tell of its host.
// doveconf.c, main
pub fn print(reading: &Reading) -> Printed {
    let mut printed = Printed { stdout: header(reading), ..Printed::default() };
    printed.limit = reading.problems.iter().find(|problem| problem.kind == ProblemKind::Limit).cloned();
    for problem in &reading.problems {
        match problem.stops {
            Stops::Never => {
                // One of them is an error to the real program, which goes on all the same.
                let word = if problem.words.starts_with("Could not find") { "Error" } else { "Warning" };
                printed.stderr.push(format!("doveconf: {word}: {}", problem.words));
            }
            Stops::AtOnce => {
                printed.stderr.push(format!("doveconf: Fatal: {}", at_line(problem)));
                printed.status = 1;
                return printed;
            }
            Stops::Panic | Stops::AtEnd | Stops::Silent => {}
        }
    }
    // Braces and groups are looked at before the values.
    let early = |problem: &&Problem| matches!(problem.kind, ProblemKind::Braces | ProblemKind::Group);
    let is_end = |problem: &&Problem| problem.stops == Stops::AtEnd;
    let is_early = reading.problems.iter().filter(is_end).any(|problem| early(&problem));
    if let Some(panic) = reading.problems.iter().find(|problem| problem.stops == Stops::Panic && !is_early) {
        printed.stderr.push(format!("doveconf: Panic: {}", panic.words));
        printed.status = 1;
        return printed;
    }
    let ends: Vec<&Problem> = reading.problems.iter().filter(|problem| problem.stops == Stops::AtEnd).collect();
    let Some(first) = ends.iter().find(|one| early(one)).or(ends.first()) else {
        if lacks_storage_version(reading) {
            printed.stderr.push("doveconf: Fatal: dovecot_storage_version setting must be set".to_owned());
            printed.status = 1;
        } else {
            printed.stdout.push_str(&body(reading));
        }
        return printed;
    };
    printed.status = 1;
    printed.stdout.push_str(&body(reading));
    match first.kind {
        ProblemKind::Group => printed.stderr.push(format!("doveconf: Fatal: {}", at_line(first))),
        ProblemKind::Braces => printed.stderr.push(format!("doveconf: Fatal: {}", at_end(reading, first))),
        _ => {
            let errors = ends.iter().filter(|problem| problem.kind == ProblemKind::Check);
            printed.stderr.extend(errors.map(|problem| format!("doveconf: Error: {}", problem.words)));
            printed.stderr.push(format!("doveconf: Fatal: {}", at_end(reading, first)));
        }
    }
    printed
}

/// The effective configuration alone, whatever is wrong with it.
pub fn body(reading: &Reading) -> String {
    match reading.dialect() {
        Dialect::V23 => old::body(reading),
        Dialect::V24 => new::body(reading),
    }
}

fn header(reading: &Reading) -> String {
    let version = match reading.dialect() {
        Dialect::V23 => "2.3.19.1 (9b53102964)",
        Dialect::V24 => "2.4.1-4 (7d8c0e5759)",
    };
    format!("# {version}: {}\n", reading.path)
}

fn at_line(problem: &Problem) -> String {
    let (path, line) = problem.line.clone().unwrap_or_default();
    format!("Error in configuration file {path} line {line}: {}", problem.words)
}

fn at_end(reading: &Reading, problem: &Problem) -> String {
    format!("Error in configuration file {}: {}", reading.path, problem.words)
}

fn lacks_storage_version(reading: &Reading) -> bool {
    reading.dialect() == Dialect::V24
        && reading.stored(crate::NodeId::ROOT, "dovecot_storage_version").is_none_or(|stored| stored.text.is_empty())
}

/// In front of the lines that name lists, so that they come first.
const LIST: u8 = 1;

/// The order of the lines: a name before the longer names that it begins, else
/// by bytes, those above 127 first.
// doveconf.c, config_string_cmp
fn in_order(left: &[u8], right: &[u8]) -> Ordering {
    for at in 0.. {
        match (left.get(at), right.get(at)) {
            (None, None) => return Ordering::Equal,
            (a, b) if a == b => {
                if a == Some(&b'=') {
                    return Ordering::Equal;
                }
            }
            (Some(b'='), _) => return Ordering::Less,
            (_, Some(b'=')) => return Ordering::Greater,
            (a, b) => {
                let signed = |byte: Option<&u8>| byte.map_or(0, |byte| *byte as i8);
                return signed(a).cmp(&signed(b));
            }
        }
    }
    Ordering::Equal
}

/// Name and value of a line.
fn split_line(line: &[u8]) -> (&[u8], &[u8]) {
    let at = line.iter().position(|byte| *byte == b'=').unwrap_or(line.len());
    (line.get(..at).unwrap_or_default(), line.get(at + 1..).unwrap_or_default())
}

/// The paths of lists and sections, each with a `/` at its end.
#[derive(Default)]
struct Prefixes {
    all: Vec<Vec<u8>>,
    places: HashMap<Vec<u8>, Vec<usize>>,
}

impl Prefixes {
    fn add(&mut self, prefix: Vec<u8>) {
        self.places.entry(prefix.clone()).or_default().push(self.all.len());
        self.all.push(prefix);
    }

    fn get(&self, at: usize) -> &[u8] {
        self.all.get(at).map_or(&[], Vec::as_slice)
    }

    /// The first one from `start` on that a name begins with.
    fn first_of(&self, name: &[u8], start: usize) -> Option<usize> {
        let ends = name.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
        let found = ends.filter_map(|end| {
            let places = self.places.get(name.get(..=end)?)?;
            places.get(places.partition_point(|place| *place < start)).copied()
        });
        found.min()
    }
}

fn indent(out: &mut Vec<u8>, depth: usize) {
    out.extend(std::iter::repeat_n(b' ', depth * 2));
}

/// Whether a value is printed in quotes.
// doveconf.c, value_need_quote
fn needs_quotes(value: &[u8], newer: bool) -> bool {
    let white = |byte: Option<&u8>| byte.is_some_and(|byte| postproof_syntax::dovecot::exact::is_white(*byte, newer));
    value.contains(&b'#') || white(value.first()) || white(value.last())
}

/// With a backslash before quotes and backslashes.
// strescape.c, str_escape
fn escape(out: &mut Vec<u8>, value: &[u8]) {
    for byte in value {
        if matches!(byte, b'"' | b'\'' | b'\\') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
}

fn write_value(out: &mut Vec<u8>, key: &[u8], value: &[u8], newer: bool) {
    if secrets::hidden(out, key, value, newer) {
        return;
    }
    if needs_quotes(value, newer) {
        out.push(b'"');
        escape(out, value);
        out.push(b'"');
    } else {
        out.extend_from_slice(value);
    }
}

fn finish(out: Vec<u8>) -> String {
    String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
