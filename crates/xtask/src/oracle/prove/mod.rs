//! Looks for sessions that contradict what Postproof proves.
//!
//! For random configurations, every claim that is said to hold is tried with
//! random sessions in the simulator; every witness of a claim that fails is
//! played again. What a claim means is written a second time here, without the
//! code of the proofs.

pub(crate) mod generate;
mod real;
pub(super) mod recorded;
pub(crate) mod sessions;

use super::recorder::Recorder;
use anyhow::{Result, bail};
use generate::{Random, Scenario};
use postproof_engine::model::Model;
use postproof_engine::prove::{Around, Claim, Proofs, Verdict, prove};
use postproof_engine::sim::Verdict as Answer;
use postproof_engine::sim::{Class, Command, Config, Finding, Session, simulate};
use postproof_engine::{server, smtpd_service};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What a run counted.
#[derive(Debug, Default)]
struct Counts {
    verdicts: BTreeMap<(&'static str, &'static str), usize>,
    started: usize,
    sessions: usize,
    /// Sessions played on a real smtpd, and witnesses among them.
    real: usize,
    witnesses: usize,
    contradictions: Vec<String>,
    prove_time: Duration,
    slowest: Duration,
}

/// `cargo xtask oracle prove --count N --sessions N --seed N --real`.
pub(crate) fn command(count: u64, sessions: usize, first: u64, is_real: bool) -> Result<()> {
    let mut counts = Counts::default();
    let mut recorder = if is_real { Some(Recorder::start(None)?) } else { None };
    for seed in first..first + count {
        one(seed, sessions, recorder.as_mut(), &mut counts)?;
    }
    println!("{count} configurations, {} of which start, {} sessions", counts.started, counts.sessions);
    for ((claim, verdict), number) in &counts.verdicts {
        println!("  {claim:24} {verdict:8} {number:6}");
    }
    println!("  {} sessions on a real smtpd, {} of them witnesses", counts.real, counts.witnesses);
    println!("  proofs took {:?}, the slowest {:?}", counts.prove_time, counts.slowest);
    for contradiction in counts.contradictions.iter().take(20) {
        println!("\n{contradiction}");
    }
    if counts.contradictions.is_empty() { Ok(()) } else { bail!("{} contradictions", counts.contradictions.len()) }
}

fn one(seed: u64, sessions: usize, recorder: Option<&mut Recorder>, counts: &mut Counts) -> Result<()> {
    let scenario = generate::scenario(seed);
    let (_, model) = server(scenario.files());
    let Some(service) = smtpd_service(&model, "smtp") else { bail!("no service in configuration {seed}") };
    let start = Instant::now();
    let proofs = prove(&model, service.id, &scenario.world, &Around::default());
    let took = start.elapsed();
    counts.prove_time += took;
    counts.slowest = counts.slowest.max(took);
    counts.started += usize::from(proofs.starts);
    for proof in proofs.proofs.iter().filter(|_| proofs.starts) {
        let word = match &proof.verdict {
            Verdict::Holds => "holds",
            Verdict::Fails(_) => "fails",
            Verdict::Depends(_) => "depends",
            Verdict::BoundReached => "bound",
        };
        *counts.verdicts.entry((proof.claim.name(), word)).or_default() += 1;
    }
    witnesses(seed, &scenario, &model, &proofs, counts);
    search(seed, &scenario, &model, &proofs, sessions, counts);
    match recorder {
        Some(recorder) if proofs.starts => real::play(recorder, seed, &scenario, &model, &proofs, counts),
        Some(_) | None => Ok(()),
    }
}

/// Plays each witness again.
fn witnesses(seed: u64, scenario: &Scenario, model: &Model, proofs: &Proofs, counts: &mut Counts) {
    let config = Config::new(model, proofs.service, &scenario.world);
    for proof in &proofs.proofs {
        let Verdict::Fails(witness) = &proof.verdict else { continue };
        if !is_against(&config, proof.claim, &witness.session) {
            counts.contradictions.push(told(seed, scenario, proof.claim, "the witness is none", &witness.session));
        }
    }
}

/// Tries to contradict each claim that holds.
fn search(seed: u64, scenario: &Scenario, model: &Model, proofs: &Proofs, sessions: usize, counts: &mut Counts) {
    let config = Config::new(model, proofs.service, &scenario.world);
    let mut holds: Vec<Claim> = Vec::new();
    for proof in &proofs.proofs {
        // Particular clients that may relay are told beside the proof.
        if matches!(proof.verdict, Verdict::Holds) {
            holds.push(proof.claim);
        }
    }
    if !proofs.starts || holds.is_empty() {
        return;
    }
    let mut random = Random::new(seed ^ 0xABCD);
    for _ in 0..sessions {
        let session = sessions::session(&mut random, scenario);
        counts.sessions += 1;
        let mut at = 0;
        while let Some(claim) = holds.get(at).copied() {
            if is_against(&config, claim, &session) {
                counts.contradictions.push(told(seed, scenario, claim, "said to hold", &session));
                holds.remove(at);
            } else {
                at += 1;
            }
        }
        if holds.is_empty() {
            return;
        }
    }
}

fn told(seed: u64, scenario: &Scenario, claim: Claim, what: &str, session: &Session) -> String {
    let tables: String = scenario.tables.iter().map(|(name, text)| format!("--- {name}\n{text}")).collect();
    format!("configuration {seed}, {}: {what}\n{session:?}\n{}{tables}", claim.name(), scenario.main)
}

/// Whether a session contradicts a claim.
fn is_against<'c>(config: &'c Config<'c>, claim: Claim, session: &Session) -> bool {
    concerns(config, claim, session) && happens(config, claim, session)
}

/// Whether the message of a session is thrown away.
fn is_discarded<'c>(config: &'c Config<'c>, session: &Session) -> bool {
    simulate(config, session).outcome.is_discarded
}

/// Whether a session is one that a claim speaks of.
fn concerns(config: &Config<'_>, claim: Claim, session: &Session) -> bool {
    let is_stranger = sessions::is_stranger(session, config);
    let own = |address: &str| {
        !address.is_empty()
            && config
                .resolve("", address)
                .is_ok_and(|resolved| !resolved.is_error && !resolved.is_routed && resolved.class != Class::Default)
    };
    let foreign = |address: &str| {
        !address.is_empty()
            && config.resolve("", address).is_ok_and(|resolved| {
                !resolved.is_error
                    && (resolved.class == Class::Default || (resolved.is_routed && resolved.class == Class::Relay))
            })
    };
    let recipient = session.recipients.first().and_then(|sent| config.as_kept(sent, false)).unwrap_or_default();
    let sender = session.sender.as_deref().and_then(|sent| config.as_kept(sent, true)).unwrap_or_default();
    let (recipient, sender) = (recipient.as_str(), sender.as_str());
    match claim {
        Claim::NoOpenRelay => is_stranger && !recipient.eq_ignore_ascii_case("postmaster") && foreign(recipient),
        Claim::AuthOnlyWithTls => !session.tls && session.login.is_some() && !config.yes("smtpd_tls_wrappermode"),
        Claim::OwnSendersOnly => session.login.as_deref().is_some_and(|login| {
            !sender.is_empty()
                && recipient != "postmaster"
                && sessions::is_elsewhere(session, config)
                && !owners(config, sender).iter().any(|owner| owner == login)
        }),
        Claim::RecipientsValidated => {
            let user = recipient.split(['@', '+']).next().unwrap_or_default();
            let nobody = sessions::is_nobody(user) && !sessions::has_catchall(config, recipient);
            is_stranger && own(recipient) && (nobody || leads_to_nobody(config, recipient))
        }
        Claim::OwnDomainsProtected => {
            is_stranger && sender.contains('@') && own(sender) && !recipient.eq_ignore_ascii_case("postmaster")
        }
    }
}

/// Whether what a claim rules out happens in a session.
fn happens<'c>(config: &'c Config<'c>, claim: Claim, session: &Session) -> bool {
    let outcome = simulate(config, session).outcome;
    let (replies, discarded) = (outcome.replies, outcome.is_discarded);
    let accepted = |command: Command| {
        let mut of = replies.iter().filter(|reply| reply.command == command).peekable();
        of.peek().is_some() && of.all(|reply| reply.verdict == Answer::Permit)
    };
    let delivered = accepted(Command::Rcpt) && accepted(Command::Data) && accepted(Command::EndOfData) && !discarded;
    match claim {
        Claim::AuthOnlyWithTls => accepted(Command::Auth),
        Claim::OwnSendersOnly => accepted(Command::Auth) && delivered,
        Claim::NoOpenRelay | Claim::RecipientsValidated | Claim::OwnDomainsProtected => delivered,
    }
}

/// Whether a virtual alias leads to an address that is in no table of users.
fn leads_to_nobody(config: &Config<'_>, recipient: &str) -> bool {
    match config.look_up_in("virtual_alias_maps", &recipient.to_ascii_lowercase(), false).finding() {
        Finding::Text(target) => matches!(config.is_listed(&target), Finding::No),
        _ => false,
    }
}

/// The logins that own a sender.
fn owners(config: &Config<'_>, sender: &str) -> Vec<String> {
    let Ok(resolved) = config.resolve("", sender) else { return Vec::new() };
    let address = resolved.address.to_ascii_lowercase();
    let Some((user, domain)) = address.rsplit_once('@') else { return Vec::new() };
    let plain = match config.param("recipient_delimiter").as_ref() {
        "" => user,
        _ => user.split('+').next().unwrap_or(user),
    };
    let mut keys = vec![address.clone(), format!("{plain}@{domain}")];
    if resolved.class == Class::Local {
        keys.extend([user.to_owned(), plain.to_owned()]);
    }
    keys.push(format!("@{domain}"));
    for key in keys {
        if let Finding::Text(owners) = config.look_up_in("smtpd_sender_login_maps", &key, false).finding() {
            return owners.split([',', ' ']).filter(|owner| !owner.is_empty()).map(str::to_owned).collect();
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_session_contradicts_what_is_proved() {
        let mut counts = Counts::default();
        for seed in 1..=12 {
            one(seed, 150, None, &mut counts).unwrap();
        }
        assert!(counts.started > 6 && counts.sessions > 500);
        assert_eq!(counts.contradictions, Vec::<String>::new());
    }
}
