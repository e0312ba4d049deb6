//! Dead entries of small configurations.

use super::dead;
use crate::testing::Setup;
use postproof_sim::World;

/// Each dead entry with why and by whom, in one line each.
fn found(main: &str, tables: &[(&str, &str)]) -> Vec<String> {
    let main = format!("compatibility_level = 3.6\nmyhostname = mx.own.example\nmydestination = own.example\n{main}");
    let setup = Setup::of(&main, tables, World::closed());
    let entries = dead(&setup.model, setup.service, &setup.world).entries;
    let name = |entry: &postproof_sim::EntryInfo| match &entry.argument {
        Some(argument) if !entry.word.contains(':') => format!("{} {argument}", entry.word),
        _ => entry.word.to_string(),
    };
    let line = |one: &super::DeadEntry| {
        let by: Vec<String> = one.by.iter().map(name).collect();
        format!("{} {}{}", name(&one.entry), one.why.name(), by.iter().map(|by| format!("; {by}")).collect::<String>())
    };
    entries.iter().filter(|one| one.entry.span.is_some()).map(line).collect()
}

#[test]
fn what_stands_behind_permit_is_not_reached() {
    let main = "smtpd_recipient_restrictions = reject_unauth_destination, permit, reject_non_fqdn_sender\n";
    assert_eq!(found(main, &[]), ["permit redundant", "reject_non_fqdn_sender not-reached; permit"][1..]);
}

#[test]
fn networks_within_earlier_ones_are_covered() {
    let main = "smtpd_client_restrictions = check_client_access cidr:/etc/postfix/a, check_client_access cidr:/etc/postfix/b, reject\n";
    let tables = [
        ("/etc/postfix/a", "192.0.2.0/24 OK\n10.0.0.0/8 REJECT\n"),
        ("/etc/postfix/b", "192.0.2.128/25 REJECT\n10.1.1.1 OK\n"),
    ];
    assert_eq!(
        found(main, &tables),
        ["check_client_access cidr:/etc/postfix/b covered; check_client_access cidr:/etc/postfix/a"]
    );
    let tables = [("/etc/postfix/a", "192.0.2.0/25 OK\n10.0.0.0/8 REJECT\n"), ("/etc/postfix/b", "192.0.2.0/24 OK\n")];
    assert!(found(main, &tables).is_empty());
}

#[test]
fn what_an_earlier_list_refused_is_covered_in_a_later_one() {
    let main = "smtpd_helo_restrictions = reject_non_fqdn_helo_hostname\nsmtpd_recipient_restrictions = reject_unauth_destination, reject_non_fqdn_helo_hostname\n";
    assert_eq!(found(main, &[]), ["reject_non_fqdn_helo_hostname covered; reject_non_fqdn_helo_hostname"]);
}

#[test]
fn nobody_can_log_in() {
    let main = "smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination\n";
    assert_eq!(found(main, &[]), ["permit_sasl_authenticated never-matches"]);
    let main = format!("smtpd_sasl_auth_enable = yes\n{main}");
    assert!(found(&main, &[]).is_empty());
}

#[test]
fn the_same_entry_twice() {
    let main = "smtpd_recipient_restrictions = reject_unauth_destination, reject_rbl_client a.example, reject_rbl_client b.example, reject_rbl_client a.example\n";
    assert_eq!(found(main, &[]), ["reject_rbl_client a.example repeated; reject_rbl_client a.example"]);
}

#[test]
fn recipients_are_not_known_when_the_client_connects() {
    let main = "smtpd_delay_reject = no\nsmtpd_client_restrictions = check_recipient_access hash:/etc/postfix/a, reject_unauth_destination\n";
    let tables = [("/etc/postfix/a", "own.example REJECT\n")];
    let found = found(main, &tables);
    assert!(found[0].contains("too-early"), "{found:?}");
}

#[test]
fn permits_before_nothing_are_redundant() {
    let main = "mynetworks = 10.0.0.0/8\nsmtpd_client_restrictions = permit_mynetworks\n";
    assert_eq!(found(main, &[]), ["permit_mynetworks redundant"]);
    let main = format!("{main}smtpd_helo_restrictions = permit_mynetworks, reject_invalid_helo_hostname\n");
    assert_eq!(found(&main, &[]), ["permit_mynetworks redundant"]);
}

#[test]
fn patterns_are_never_called_covered() {
    let main = "smtpd_sender_restrictions = check_sender_access regexp:/etc/postfix/a, reject_non_fqdn_sender\n";
    assert!(found(main, &[("/etc/postfix/a", "/./ REJECT\n")]).is_empty());
}

#[test]
fn an_undefined_class_is_named() {
    let main = "smtpd_restriction_classes = strict\nsmtpd_recipient_restrictions = strict, reject_unauth_destination\n";
    assert_eq!(found(main, &[]), ["strict undefined-class"]);
}

#[test]
fn keys_of_parents_cover_users_and_subdomains() {
    let main = "local_recipient_maps =\nsmtpd_recipient_restrictions = check_sender_access texthash:/etc/postfix/outer, check_sender_access texthash:/etc/postfix/inner\n";
    let outer = ("/etc/postfix/outer", "bulk.test REJECT\nother.test OK\n");
    let inner = ("/etc/postfix/inner", "carl@bulk.test OK\nsub.bulk.test REJECT\n");
    let covered =
        "check_sender_access texthash:/etc/postfix/inner covered; check_sender_access texthash:/etc/postfix/outer";
    assert_eq!(found(main, &[outer, inner]), [covered]);
    let more = ("/etc/postfix/inner", "carl@bulk.test OK\ncarl@ REJECT\n");
    assert!(found(main, &[outer, more]).is_empty());
}

#[test]
fn what_the_relay_list_refuses_does_not_reach_the_recipient_list() {
    let main = "smtpd_relay_restrictions = reject_unauth_destination\nsmtpd_recipient_restrictions = check_recipient_access texthash:/etc/postfix/inner\n";
    let inner = ("/etc/postfix/inner", "elsewhere.test OK\n");
    let covered = "check_recipient_access texthash:/etc/postfix/inner covered; reject_unauth_destination";
    assert_eq!(found(main, &[inner]), [covered]);
}
