//! The review of a real server that its author found in order: what Postproof
//! must see in it, each at its line.

use crate::report;
use postproof_diag::{LineIndex, Severity};

/// Rule, the text of the line it must stand at, and how bad it is at least.
const FOUND: &[(&str, &str)] = &[
    ("tls-snakeoil", "smtpd_tls_cert_file = "),
    ("sasl-plaintext-without-tls", "smtpd_tls_security_level = may"),
    ("chain-helo-not-required", "smtpd_helo_restrictions = "),
    ("spoof-no-sender-ownership", "smtpd_sender_restrictions = "),
    ("class-mydest-vmailbox", "mydestination = "),
    ("sasl-broken-clients", "broken_sasl_auth_clients = yes"),
    ("chain-trailing-permit", "smtpd_recipient_restrictions = "),
];

#[test]
fn the_faults_that_its_author_did_not_see_are_named_at_their_lines() {
    let report = report("review.ko.md");
    let bytes = postproof_tests::bytes("review.ko.md").unwrap();
    let index = LineIndex::of(&bytes);
    for (rule, line) in FOUND {
        let places: Vec<String> = report
            .diagnostics()
            .filter(|found| found.rule == *rule)
            .map(|found| {
                let range = index.range(index.line(found.primary.span.start)).unwrap();
                String::from_utf8_lossy(&bytes[range.start as usize..range.end as usize]).into_owned()
            })
            .collect();
        assert!(places.iter().any(|place| place.starts_with(line)), "{rule}: {places:?}");
    }
}

#[test]
fn what_only_master_cf_can_tell_is_no_warning() {
    let report = report("review.ko.md");
    let unused: Vec<_> = report.diagnostics().filter(|found| found.message.en.contains("mua_")).collect();
    assert!(!unused.is_empty(), "mua_* is set and nothing pasted uses it");
    for found in unused {
        assert_eq!(found.severity, Severity::Info);
        assert!(found.missing.iter().any(|missing| missing.what.en.contains("master.cf")));
    }
}

#[test]
fn what_is_missing_is_named_with_its_command() {
    let report = report("review.ko.md");
    let commands: Vec<&str> =
        report.hosts.iter().flat_map(|host| &host.missing).filter_map(|missing| missing.command.as_deref()).collect();
    for command in ["postconf -M", "doveconf -n"] {
        assert!(commands.iter().any(|one| one.contains(command)), "{command}: {commands:?}");
    }
}

#[test]
fn a_stranger_is_refused_by_the_entry_that_guards() {
    let report = report("review.ko.md");
    let walk = &report.hosts[0].services[0].stranger;
    let postproof_engine::chain::WalkEnd::Refused { by, .. } = &walk.end else { panic!("{:?}", walk.end) };
    assert!(by.contains("reject_unauth_destination") || by.contains("defer_unauth_destination"), "{by}");
    assert!(!report.hosts[0].services[0].assumptions.is_empty(), "assumptions are said");
}
