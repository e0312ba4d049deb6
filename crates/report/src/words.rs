//! Words of a simulation that text and JSON share.

use postproof_engine::model::Exposure;
use postproof_engine::sim::{Command, Finding, Outcome, Reply, Status, Verdict};

/// Who can connect to a service.
pub(crate) fn reached_from(exposure: Exposure) -> &'static str {
    match exposure {
        Exposure::Network => "network",
        Exposure::Loopback => "loopback",
        Exposure::Passed => "postscreen",
        Exposure::Socket => "socket",
    }
}

pub(crate) fn command(command: Command) -> &'static str {
    match command {
        Command::Connect => "connect",
        Command::Helo => "helo",
        Command::StartTls => "starttls",
        Command::Auth => "auth",
        Command::Etrn => "etrn",
        Command::Vrfy => "vrfy",
        Command::Mail => "mail",
        Command::Rcpt => "rcpt",
        Command::Data => "data",
        Command::EndOfData => "eod",
    }
}

pub(crate) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Permit => "permit",
        Verdict::Defer => "defer",
        Verdict::Reject => "reject",
        Verdict::Unknown => "unknown",
    }
}

pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Dunno => "dunno",
        Status::Permit => "permit",
        Status::Reject => "reject",
        Status::Error => "error",
        Status::Discard => "discard",
        Status::None => "none",
    }
}

/// An answer as `--assume` takes it; `found` stands for any record of DNS.
pub(crate) fn answer(finding: &Finding) -> String {
    match finding {
        Finding::No => "none".to_owned(),
        Finding::Yes => "yes".to_owned(),
        Finding::Temporary | Finding::Broken => "fail".to_owned(),
        Finding::Text(text) => text.to_string(),
        Finding::Case(case) => domain_case(*case).to_owned(),
        Finding::Unknown(missing) => missing.question.to_string(),
    }
}

/// How a look-up of a domain ended; the only cases that anything unknown has.
// sim: check/domains.rs, Asked
fn domain_case(case: u32) -> &'static str {
    match case {
        0 => "nxdomain",
        1 => "nullmx",
        2 => "invalid",
        3 => "servfail",
        _ => "found",
    }
}

/// The text behind the code, as it goes over the wire.
pub(crate) fn reply_text(reply: &Reply) -> String {
    match &reply.dsn {
        Some(dsn) => format!("{dsn} {}", reply.text),
        None => reply.text.clone(),
    }
}

/// What becomes of a message that is taken, as actions of access(5); nothing where
/// none is.
pub(crate) fn handled(outcome: &Outcome) -> Vec<String> {
    let is_taken = |reply: &Reply| reply.command == Command::EndOfData && reply.verdict == Verdict::Permit;
    if !outcome.replies.iter().any(is_taken) {
        Vec::new()
    } else if outcome.is_discarded {
        vec!["DISCARD".to_owned()]
    } else {
        outcome.handling.actions()
    }
}
