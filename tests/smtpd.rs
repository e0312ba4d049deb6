//! Sessions as a real smtpd answered them, played again.

#![expect(clippy::indexing_slicing, reason = "a JSON value gives null for what it does not hold")]

use postproof_report::json::{JsonOptions, simulate};
use serde_json::Value;

const MAX_SHOWN: usize = 10;

/// What the simulation does not follow: a filter that turns a command into another one.
const NOT_SIMULATED: &[&str] = &["command-filter"];

#[test]
fn sessions_are_answered_as_debian_12_answered_them() {
    check("smtpd/scenarios.jsonl", 1_400);
}

#[test]
fn sessions_are_answered_as_debian_13_answered_them() {
    check("smtpd/scenarios-3.10.jsonl", 300);
}

fn check(file: &str, least: usize) {
    let text = String::from_utf8(postproof_tests::bytes(file).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut replies = 0;
    for line in text.lines() {
        let scenario: Value = serde_json::from_str(line).unwrap();
        if NOT_SIMULATED.iter().any(|id| scenario["id"] == *id) {
            continue;
        }
        let answer = simulate::answer(scenario["request"].to_string().as_bytes(), &JsonOptions::default());
        let answer: Value = serde_json::from_str(&answer.unwrap()).unwrap();
        let recorded = scenario["response"]["sessions"].as_array().unwrap();
        for (at, session) in recorded.iter().enumerate() {
            let real = session["replies"].as_array().unwrap();
            let ours = answer["sessions"][at]["replies"].as_array().unwrap();
            replies += real.len();
            if shown(real) != shown(ours) {
                wrong.push(format!(
                    "{} session {at}\n  real {:?}\n  ours {:?}",
                    scenario["id"],
                    shown(real),
                    shown(ours)
                ));
            }
        }
    }
    assert!(replies > least, "only {replies} replies were compared");
    assert!(
        wrong.is_empty(),
        "{} sessions differ\n{}",
        wrong.len(),
        wrong.get(..MAX_SHOWN).unwrap_or(&wrong).join("\n")
    );
}

/// Each reply in one line, with what decided a refusal.
fn shown(replies: &[Value]) -> Vec<String> {
    let one = |reply: &Value| {
        let (code, dsn) = (reply["code"].as_i64().unwrap_or(-1), reply["dsn"].as_str().unwrap_or("-"));
        let decider = &reply["decided_by"];
        let decided = if code < 400 { String::new() } else { format!(" {} {}", decider["list"], decider["index"]) };
        format!("{} {code} {dsn}{decided}", reply["command"].as_str().unwrap_or("?"))
    };
    replies.iter().map(one).collect()
}
