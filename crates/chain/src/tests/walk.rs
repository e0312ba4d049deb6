//! Configurations to the end of the stranger's session.

use super::{Server, explained};
use crate::*;
use postproof_catalog::Version;
use postproof_syntax::table::TableSyntax;

fn walk(main: &str) -> Walk {
    explained(main).stranger
}

fn refused(walk: &Walk) -> (String, &'static str, u16, String) {
    match &walk.end {
        WalkEnd::Refused { by, param, code, dsn, .. } => (by.clone(), *param, *code, dsn.clone()),
        end => panic!("{end:?}: {}", walk.summary.en),
    }
}

#[test]
fn refusals_are_told_by_entry_list_and_code() {
    let table = [
        ("", ("defer_unauth_destination", "smtpd_relay_restrictions", 454, "4.7.1")),
        (
            "smtpd_relay_restrictions = reject_unauth_destination",
            ("reject_unauth_destination", "smtpd_relay_restrictions", 554, "5.7.1"),
        ),
        (
            "relay_domains_reject_code = 550\nsmtpd_relay_restrictions = defer_unauth_destination",
            ("defer_unauth_destination", "smtpd_relay_restrictions", 450, "4.7.1"),
        ),
        (
            "soft_bounce = yes\nsmtpd_relay_restrictions = reject_unauth_destination",
            ("reject_unauth_destination", "smtpd_relay_restrictions", 454, "4.7.1"),
        ),
        // A permit in the relay list does not skip the recipient list.
        (
            "smtpd_relay_restrictions = permit_auth_destination, permit\n\
          smtpd_recipient_restrictions = reject_unauth_destination",
            ("reject_unauth_destination", "smtpd_recipient_restrictions", 554, "5.7.1"),
        ),
        // An unknown answer in one list does not help past the other.
        (
            "smtpd_recipient_restrictions = check_recipient_access pgsql:/x, reject_unauth_destination",
            ("defer_unauth_destination", "smtpd_relay_restrictions", 454, "4.7.1"),
        ),
        (
            "smtpd_relay_before_recipient_restrictions = no\n\
          smtpd_recipient_restrictions = check_recipient_access pgsql:/x, reject_unauth_destination",
            ("reject_unauth_destination", "smtpd_recipient_restrictions", 554, "5.7.1"),
        ),
        // What can only refuse cannot let anybody past.
        (
            "smtpd_relay_restrictions = reject_rbl_client zen.example, reject_unauth_destination",
            ("reject_unauth_destination", "smtpd_relay_restrictions", 554, "5.7.1"),
        ),
        (
            "smtpd_client_restrictions = permit_sasl_authenticated, reject",
            ("reject", "smtpd_client_restrictions", 554, "5.7.1"),
        ),
        (
            "smtpd_sender_restrictions = check_sender_access static:reject",
            ("check_sender_access", "smtpd_sender_restrictions", 554, "5.7.1"),
        ),
        ("smtpd_helo_restrictions = nonsense", ("nonsense", "smtpd_helo_restrictions", 451, "4.3.5")),
        (
            "smtpd_data_restrictions = reject\nsmtpd_relay_restrictions = permit_auth_destination, warn_if_reject, \
          defer, check_client_access static:OK, reject",
            ("reject", "smtpd_data_restrictions", 554, "5.7.1"),
        ),
        // A class whose permit ends the whole relay list.
        (
            "smtpd_restriction_classes = open\nopen = permit\nsmtpd_relay_restrictions = open, reject\n\
          smtpd_recipient_restrictions = reject_unauth_destination",
            ("reject_unauth_destination", "smtpd_recipient_restrictions", 554, "5.7.1"),
        ),
        ("smtpd_relay_restrictions = defer_if_permit", ("defer_if_permit", "defer_if_permit", 450, "4.7.0")),
        (
            "smtpd_client_restrictions = permit_dnswl_client list.example\n\
          smtpd_relay_restrictions = permit_dnswl_client list.example, reject_unauth_destination",
            ("reject_unauth_destination", "smtpd_relay_restrictions", 554, "5.7.1"),
        ),
    ];
    for (main, (by, param, code, dsn)) in table {
        let walk = walk(main);
        assert_eq!(refused(&walk), (by.to_owned(), param, code, dsn.to_owned()), "{main}");
    }
}

#[test]
fn an_open_relay_is_accepted() {
    for main in [
        "mynetworks = 0.0.0.0/0",
        "relay_domains = static:all",
        "mynetworks = 0.0.0.0/0\nsmtpd_client_restrictions = warn_if_reject reject_rbl_client zen.example",
        "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\nmynetworks = 0.0.0.0/0",
        "smtpd_relay_restrictions = check_client_access static:OK, reject_unauth_destination",
        "smtpd_relay_restrictions = permit\nsmtpd_recipient_restrictions = check_sender_access static:OK, reject",
        "smtpd_restriction_classes = open\nopen = permit\nsmtpd_relay_restrictions = open, reject",
    ] {
        let walk = walk(main);
        assert_eq!(walk.end, WalkEnd::Accepted, "{main}: {}", walk.summary.en);
    }
}

#[test]
fn unknown_answers_that_could_permit_decide() {
    for (main, reason) in [
        ("smtpd_relay_restrictions = check_client_access pgsql:/x, reject_unauth_destination", "pgsql:/x"),
        ("smtpd_relay_restrictions = check_policy_service inet:127.0.0.1:10023, reject", "inet:127.0.0.1:10023"),
        ("smtpd_relay_restrictions = permit_mx_backup, reject_unauth_destination", "example.com"),
        ("mynetworks = pgsql:/nets", "pgsql:/nets"),
        ("mynetworks = 0.0.0.0/0\nsmtpd_client_restrictions = reject_rbl_client zen.example", "zen.example"),
    ] {
        let walk = walk(main);
        let WalkEnd::Depends(reasons) = &walk.end else { panic!("{main}: {:?}", walk.end) };
        assert!(reasons.iter().any(|text| text.en.contains(reason) && text.ko.contains(reason)), "{reasons:?}");
        assert!(walk.summary.en.contains(reason), "{}", walk.summary.en);
    }
}

#[test]
fn smtpd_without_a_relay_guard_does_not_start() {
    for (main, starts) in [
        (
            "smtpd_relay_restrictions = permit_mynetworks, permit, reject\n\
          smtpd_recipient_restrictions = warn_if_reject, reject_unauth_destination",
            false,
        ),
        ("smtpd_relay_restrictions =", false),
        ("smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = reject", true),
        ("smtpd_restriction_classes = c\nc = permit\nsmtpd_relay_restrictions = c, reject", true),
        ("smtpd_restriction_classes = c\nc = reject_unauth_destination\nsmtpd_relay_restrictions = c", true),
        ("smtpd_restriction_classes = c", false),
        ("smtpd_restriction_classes = c\nsmtpd_relay_restrictions = c, reject", false),
    ] {
        let walk = walk(main);
        assert_eq!(walk.end != WalkEnd::DoesNotStart, starts, "{main}");
    }
    let old = Server { main: "myhostname = mx.example\n", ..Server::default() }.walk();
    assert_eq!(old.end, WalkEnd::DoesNotStart);
    assert!(old.summary.en.contains("compatibility_level 0"), "{}", old.summary.en);
}

#[test]
fn tables_whose_text_is_given_are_looked_up() {
    let main = "compatibility_level = 3.6\nsmtpd_relay_restrictions = check_client_access hash:/a, \
                check_recipient_access hash:/b, check_client_access cidr:/c, reject_unauth_destination\n";
    for (a, b, c, end) in [
        ("192.0.2 OK\n", "example.org OK\n", "10.0.0.0/8 OK\n", "reject_unauth_destination 554 5.7.1"),
        ("203.0.113 REJECT go away\n", "", "", "check_client_access 554 5.7.1"),
        ("203.0 451 4.2.9 later\n", "", "", "check_client_access 451 4.2.9"),
        ("", "example.com OK\n", "", "accepted"),
        ("", "alice@example.com RELAY\n", "", "accepted"),
        ("", "alice@example.com DUNNO\nexample.com OK\n", "", "reject_unauth_destination 554 5.7.1"),
        ("", "com 451 4.1.7 no\n", "", "check_recipient_access 451 4.1.3"),
        ("", "com permit_mynetworks, reject\n", "", "check_recipient_access 554 5.7.1"),
        ("", "", "203.0.113.0/24 OK\n", "accepted"),
        ("", "", "203.0.113.0/24 DUNNO\n0.0.0.0/0 OK\n", "reject_unauth_destination 554 5.7.1"),
    ] {
        let tables = [("/a", TableSyntax::Indexed, a), ("/b", TableSyntax::Indexed, b), ("/c", TableSyntax::Cidr, c)];
        let walk = Server { main, tables: &tables, ..Server::default() }.walk();
        let found = match &walk.end {
            WalkEnd::Refused { by, code, dsn, .. } => format!("{by} {code} {dsn}"),
            WalkEnd::Accepted => "accepted".to_owned(),
            end => format!("{end:?}"),
        };
        assert_eq!(found, end, "{a}{b}{c}");
    }
}

#[test]
fn the_session_avoids_what_the_configuration_holds() {
    let walk = walk("mydestination = example.com, example.net\nmynetworks = 203.0.113.0/24");
    assert_eq!(walk.client, "198.51.100.77");
    assert_eq!(walk.recipient, "alice@example.org");
    assert!(!walk.sender.ends_with("example.net"), "{}", walk.sender);
    refused(&walk);
}

#[test]
fn unread_tables_of_domains_are_assumed_aloud() {
    let walk = walk("virtual_mailbox_domains = pgsql:/domains.cf");
    refused(&walk);
    assert!(walk.summary.en.contains("pgsql:/domains.cf") && walk.summary.ko.contains("pgsql:/domains.cf"));
}

#[test]
fn an_assumed_level_is_told_with_what_other_levels_do() {
    let both = Server {
        main: "smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, permit\n",
        excerpt: true,
        ..Server::default()
    };
    let (_, explanation) = both.explain();
    let walk = &explanation.stranger;
    assert_eq!(refused(walk).0, "defer_unauth_destination");
    assert!(walk.summary.en.contains("refused at every other level too"), "{}", walk.summary.en);
    assert!(explanation.assumptions.iter().any(|text| text.en.contains("master.cf")), "{:?}", explanation.assumptions);
    let one = Server { main: "myhostname = mx.example\n", excerpt: true, ..Server::default() }.walk();
    assert!(one.summary.en.contains("smtpd does not start"), "{}", one.summary.en);
}

#[test]
fn no_summary_speaks_of_proof() {
    for main in ["", "mynetworks = 0.0.0.0/0", "smtpd_relay_restrictions = check_client_access pgsql:/x, reject"] {
        let walk = walk(main);
        assert!(!walk.summary.en.contains("pro") && !walk.summary.ko.contains("증명"), "{}", walk.summary.en);
    }
}

#[test]
fn steps_hold_every_entry_and_end_with_the_refusal() {
    let walk = walk("smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination, permit");
    let relay: Vec<_> = walk.steps.iter().filter(|step| step.param == "smtpd_relay_restrictions").collect();
    let states: Vec<_> = relay.iter().map(|step| step.state).collect();
    assert_eq!(states, [StepState::GoesOn, StepState::Refuses, StepState::NotReached]);
    assert_eq!(relay[1].path, [1]);
    let last = walk.steps.last().unwrap();
    assert_eq!((last.name.as_str(), last.state), ("reject_unlisted_recipient", StepState::NotReached));
}

#[test]
fn removed_restrictions_depend_on_the_release() {
    let main = "compatibility_level = 3.6\nsmtpd_relay_restrictions = check_relay_domains\n";
    for (release, code) in [(Version::new(3, 7), 554), (Version::new(3, 10), 451)] {
        let walk = Server { main, release: Some(release), ..Server::default() }.walk();
        assert_eq!(refused(&walk).2, code, "{release}");
    }
}

#[test]
fn options_of_master_cf_count_in_their_service() {
    let master = "submission inet n - y - - smtpd\n -o smtpd_client_restrictions=permit_sasl_authenticated,reject\n";
    let walk = Server { main: "compatibility_level = 3.6\n", master: Some(master), ..Server::default() }.walk();
    assert_eq!(refused(&walk).1, "smtpd_client_restrictions");
}

#[test]
fn the_review_is_refused_by_the_default_relay_list_and_at_every_level() {
    let review = include_str!("../../../../tests/fixtures/review.ko.md");
    let blocks = review.split("```").skip(1).step_by(2);
    let main: String = blocks.filter(|block| block.contains(" = ")).map(|block| block.trim_start()).collect();
    let (_, explanation) = Server { main: &main, excerpt: true, ..Server::default() }.explain();
    let walk = &explanation.stranger;
    assert_eq!(
        refused(walk),
        ("defer_unauth_destination".to_owned(), "smtpd_relay_restrictions", 454, "4.7.1".to_owned())
    );
    for said in ["(default)", "pgsql-virtual-mailbox-domains.cf", "refused at every other level too", "554 5.7.1"] {
        assert!(walk.summary.en.contains(said), "{}", walk.summary.en);
    }
    let last = explanation.stages.iter().flat_map(|stage| &stage.lists).find_map(|list| {
        (list.param == "smtpd_recipient_restrictions").then(|| list.entries.iter().rfind(|entry| !entry.built_in))
    });
    let last = last.flatten().unwrap();
    assert_eq!(last.name, "permit");
    assert!(matches!(last.reach, Reach::NoEffect { .. }));
}

#[test]
fn what_a_typical_session_stands_on_is_told_with_it() {
    let explained = explained(
        "mydestination = example.org\nsmtpd_recipient_restrictions = reject_unauth_destination, reject_rbl_client list.test, check_policy_service inet:127.0.0.1:10023\n",
    );
    let stranger = explained.typical.iter().find(|walk| walk.key == "stranger-home").unwrap();
    assert_eq!(stranger.end, WalkEnd::Accepted);
    let clauses: Vec<&str> = stranger.stands_on.iter().map(|clause| clause.en.as_ref()).collect();
    assert!(clauses.iter().any(|clause| clause.contains("on no DNS list")), "{clauses:?}");
    assert!(clauses.iter().any(|clause| clause.contains("`inet:127.0.0.1:10023`")), "{clauses:?}");
    assert!(clauses.iter().all(|clause| stranger.summary.en.contains(clause)), "{}", stranger.summary.en);
}
