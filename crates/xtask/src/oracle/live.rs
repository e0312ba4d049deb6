//! Plays random sessions against random configurations, on a real smtpd and in
//! the simulation, and compares every reply.
//!
//! The configurations are made of few words, so that lists, tables and sessions
//! meet often, and of what is rarely written: odd table types, broken names,
//! odd answers. Nothing of them is kept but the seed.

// A JSON value gives null for what it does not hold.
#![allow(clippy::indexing_slicing)]

mod made;
mod more;

use super::recorder::Recorder;
use anyhow::{Result, anyhow, bail};
use postproof_report::json::{JsonOptions, simulate};
use serde_json::Value;
use std::path::Path;

/// What came of it.
#[derive(Debug, Default)]
struct Counts {
    silent: usize,
    sessions: usize,
    replies: usize,
    unknown: usize,
    wrong: usize,
    /// Refusals, and those of them that the same entry decided.
    refusals: usize,
    decided: usize,
}

/// `cargo xtask oracle live`.
pub(super) fn command(count: usize, seed: u64, root: Option<&Path>, shown: usize) -> Result<()> {
    let mut recorder = Recorder::start(root)?;
    let mut counts = Counts::default();
    let mut left = shown;
    for number in 0..count as u64 {
        let mut request = made::request(seed.wrapping_mul(1_000_003).wrapping_add(number));
        request["postfix_version"] = Value::String(recorder.version.clone());
        let real = recorder.play_one(&request)?;
        let answer = simulate::answer(real["request"].to_string().as_bytes(), &JsonOptions::default());
        let ours: Value = serde_json::from_str(&answer.map_err(|why| anyhow!("{}", why.en))?)?;
        let before = counts.wrong + counts.refusals - counts.decided;
        let mut told = String::new();
        for (at, session) in list(&real["sessions"]).iter().enumerate() {
            counts.sessions += 1;
            counts.silent += usize::from(session["replies"][0]["code"] == 0);
            let before = told.len();
            counts.compare(list(&session["replies"]), list(&ours["sessions"][at]["replies"]), at, &mut told);
            if told.len() > before {
                told.push_str(&format!("  {}\n", request["sessions"][at]));
            }
        }
        if counts.wrong + counts.refusals - counts.decided > before && left > 0 {
            left -= 1;
            println!("number {number}\n{}\n{told}", made::shown(&request));
        }
    }
    let Counts { silent, sessions, replies, unknown, wrong, refusals, decided } = counts;
    println!("{count} configurations, {sessions} sessions ({silent} without greeting), {replies} replies");
    println!("{unknown} unknown, {wrong} wrong; the same entry decides {decided} of {refusals} refusals");
    if wrong + refusals - decided == 0 { Ok(()) } else { bail!("answers differ") }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

impl Counts {
    fn compare(&mut self, real: &[Value], ours: &[Value], session: usize, told: &mut String) {
        for at in 0..real.len().max(ours.len()) {
            let get = |from: &[Value], key: &str| from.get(at).map_or(Value::Null, |reply| reply[key].clone());
            self.replies += 1;
            if get(ours, "verdict") == "unknown" {
                // What follows depends on it.
                self.unknown += 1;
                return;
            }
            let line = |from: &[Value]| {
                from.get(at).map_or("nothing".to_owned(), |reply| {
                    let decider = &reply["decided_by"];
                    format!(
                        "{} {} by {} {} {}",
                        reply["code"], reply["text"], decider["list"], decider["index"], decider["restriction"]
                    )
                })
            };
            // Recordings have no enhanced code where EHLO is answered well.
            let is_greeting = get(real, "command") == "helo" && get(real, "dsn").is_null();
            let keys: &[&str] = if is_greeting { &["command", "code"] } else { &["command", "code", "dsn"] };
            let differs = keys.iter().any(|key| get(real, key) != get(ours, key));
            let is_refusal = get(real, "code").as_i64().is_some_and(|code| code >= 400);
            let of = |from: &[Value]| {
                let decider = get(from, "decided_by");
                (decider["list"].clone(), decider["index"].clone())
            };
            self.refusals += usize::from(is_refusal && !differs);
            let is_same = of(real) == of(ours);
            self.decided += usize::from(is_refusal && !differs && is_same);
            if differs || (is_refusal && !is_same) {
                told.push_str(&format!(
                    "session {session} reply {at} {} {}\n  real {}\n  ours {}\n",
                    get(real, "command"),
                    get(real, "arg"),
                    line(real),
                    line(ours)
                ));
            }
            if differs {
                self.wrong += 1;
                return;
            }
        }
    }
}
