//! What a session with unknown answers says of them is so: of random small
//! configurations with tables and servers that nobody gave, each way that is
//! shown is played again with its answers supplied.

use super::simulate;
use crate::testing::Setup;
use crate::{Command, Finding, Forked, NameStatus, Outcome, Reply, Session, Verdict, World};
use ipnet::IpNet;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config as Settings, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeMap;

/// Configurations of a usual run; `FORK_CASES` and `FORK_SEED` search on.
const CASES: u32 = 40;

fn wanted(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

const BASE: &str = "compatibility_level = 3.6\nmyhostname = mx.own.example\nmydomain = own.example\nmyorigin = own.example\n\
    mynetworks = 127.0.0.1\nalias_maps =\nsmtpd_sasl_auth_enable = yes\nsmtpd_tls_cert_file = /etc/cert.pem\n";

/// Settings of domains, users and delivery, each of which may depend on tables
/// that were not given.
const PARAMS: &[&[&str]] = &[
    &["mydestination = own.example", "mydestination = pgsql:/list", "mydestination = own.example, pgsql:/list"],
    &["", "virtual_mailbox_domains = pgsql:/domains", "virtual_mailbox_domains = box.example"],
    &["", "virtual_mailbox_maps = pgsql:/mailboxes", "virtual_mailbox_maps = ldap:/mailboxes, pgsql:/mailboxes"],
    &["", "virtual_alias_maps = pgsql:/aliases", "virtual_alias_maps = hash:/given, pgsql:/aliases"],
    &["", "virtual_alias_domains = pgsql:/domains", "virtual_alias_domains = alias.example"],
    &[
        "",
        "relay_domains = pgsql:/relay",
        "relay_domains = relay.example",
        "relay_domains = !pgsql:/list, relay.example",
    ],
    &["", "relay_recipient_maps = pgsql:/relayed", "relay_recipient_maps = hash:/given"],
    &["local_recipient_maps =", "local_recipient_maps = pgsql:/users", "local_recipient_maps = unix:passwd.byname"],
    &["", "transport_maps = pgsql:/transport", "transport_maps = hash:/given, pgsql:/transport"],
    &["", "", "relocated_maps = pgsql:/relocated"],
    &["", "", "canonical_maps = pgsql:/aliases", "sender_canonical_maps = ldap:/canonical"],
    &["", "", "sender_dependent_default_transport_maps = pgsql:/bysender"],
    &["", "smtpd_sender_login_maps = pgsql:/logins", "smtpd_sender_login_maps = hash:/given, pgsql:/logins"],
    &["", "", "smtpd_delay_reject = no"],
    &["", "", "soft_bounce = yes"],
    &["", "", "smtpd_reject_unlisted_sender = yes", "smtpd_reject_unlisted_recipient = no"],
    &["", "", "parent_domain_matches_subdomains ="],
    &["", "", "", "smtpd_milters = inet:127.0.0.1:1"],
    &["", "", "", "local_header_rewrite_clients = pgsql:/clients"],
    &["", "", "", "header_checks = pgsql:/headers"],
    &["", "", "", "fast_flush_domains = pgsql:/list"],
    &["", "", "", "rbl_reply_maps = pgsql:/replies"],
    &["", "", "", "smtpd_command_filter = pgsql:/commands"],
    &["", "", "", "unverified_recipient_reject_code = 550"],
    &["", "", "", "unknown_address_reject_code = 550"],
];

const LISTS: &[&str] = &["client", "helo", "sender", "relay", "recipient", "data", "end_of_data", "etrn"];

const ENTRIES: &[&str] = &[
    "permit_mynetworks",
    "permit_sasl_authenticated",
    "reject_unauth_destination",
    "defer_unauth_destination",
    "permit_auth_destination",
    "reject",
    "warn_if_reject",
    "warn_if_reject",
    "defer_if_permit",
    "defer_if_reject",
    "check_client_access pgsql:/access",
    "check_reverse_client_hostname_access pgsql:/access",
    "check_helo_access pgsql:/access",
    "check_sender_access pgsql:/access",
    "check_recipient_access pgsql:/access",
    "check_recipient_access hash:/given",
    "check_recipient_access unionmap:{hash:/given,pgsql:/access}",
    "check_sender_access ldap:/access",
    "check_sasl_access pgsql:/access",
    "check_etrn_access pgsql:/access",
    "check_policy_service inet:127.0.0.1:1",
    "check_policy_service { unix:private/x, default_action=DUNNO }",
    "reject_unlisted_recipient",
    "reject_unlisted_sender",
    "reject_unknown_sender_domain",
    "reject_unknown_recipient_domain",
    "reject_unknown_helo_hostname",
    "reject_unverified_recipient",
    "reject_unverified_sender",
    "reject_sender_login_mismatch",
    "reject_known_sender_login_mismatch",
    "reject_authenticated_sender_login_mismatch",
    "reject_unauthenticated_sender_login_mismatch",
    "reject_rbl_client bl.example",
    "reject_rbl_client bl.example=127.0.0.[2..4]",
    "reject_rhsbl_sender rhs.example",
    "permit_dnswl_client wl.example",
    "check_sender_mx_access pgsql:/access",
    "check_recipient_ns_access hash:/given",
    "check_helo_a_access pgsql:/access",
    "permit_mx_backup",
];

const GIVEN: &str = "bob@own.example REJECT given\nown.example OK\nspam.example 450 4.7.1 later\n192.0.2.7 DISCARD\n\
    joe@away.example joe\n@box.example box:\n";

fn config() -> impl Strategy<Value = String> {
    let params: Vec<_> = PARAMS.iter().map(|values| select(*values)).collect();
    let list = proptest::collection::vec(select(ENTRIES), 0..4);
    let lists = proptest::collection::vec(proptest::option::weighted(0.4, list), LISTS.len());
    (params, lists).prop_map(|(params, lists)| {
        let mut text = BASE.to_owned();
        for param in params {
            text.push_str(param);
            text.push('\n');
        }
        for (name, list) in LISTS.iter().zip(lists) {
            let Some(list) = list else { continue };
            text.push_str(&format!("smtpd_{name}_restrictions = {}\n", list.join(" ")));
        }
        text
    })
}

const ADDRESSES: &[&str] = &[
    "bob@own.example",
    "joe@away.example",
    "ann+x@box.example",
    "eve@relay.example",
    "eve@sub.relay.example",
    "info@alias.example",
    "bob",
    "a%b.example@own.example",
];

fn session() -> impl Strategy<Value = Session> {
    let addresses = proptest::collection::vec(select(ADDRESSES), 1..3);
    let sender = select(&["", "joe@away.example", "bob@own.example", "joe@spam.example"][..]);
    let helo = select(&["spam.example", "mail.away.example", "[192.0.2.7]"][..]);
    (addresses, sender, helo, any::<[bool; 5]>()).prop_map(
        |(recipients, sender, helo, [login, named, data, etrn, vrfy])| {
            let mut session = Session {
                helo: Some(helo.to_owned()),
                sender: Some(sender.to_owned()),
                recipients: recipients.into_iter().map(str::to_owned).collect(),
                login: login.then(|| "joe".to_owned()),
                etrn: etrn.then(|| "own.example".to_owned()),
                vrfy: vrfy.then(|| "bob@own.example".to_owned()),
                data,
                ..Session::default()
            };
            if named {
                session.client.name = Some("mail.away.example".to_owned());
                session.client.reverse_name = session.client.name.clone();
                session.client.name_status = NameStatus::Ok;
            }
            session
        },
    )
}

fn world(assumed: &BTreeMap<String, String>) -> World {
    let interfaces: Vec<IpNet> = ["127.0.0.1/8", "192.0.2.25/24"].iter().map(|net| net.parse().unwrap()).collect();
    World { interfaces: Some(interfaces), assumed: assumed.clone(), ..World::open() }
}

fn play(main: &str, session: &Session, assumed: &BTreeMap<String, String>) -> Forked {
    let setup = Setup::new(main, &[("/given", GIVEN)], world(assumed));
    simulate(&setup.config(), session)
}

/// An answer as somebody would supply it; nothing where no word stands for it.
fn supplied(reply: &Reply) -> Option<BTreeMap<String, String>> {
    let word = |one: &crate::Assumed| {
        let answer = match &one.finding {
            Finding::No => "none".to_owned(),
            Finding::Text(text) => text.to_string(),
            _ => return None,
        };
        (!one.missing.words().is_empty()).then(|| (one.missing.question.to_string(), answer))
    };
    reply.assumed.iter().map(word).collect()
}

/// The reply at the same place of another outcome: the same command, as often before.
fn at<'o>(outcome: &'o Outcome, of: &Outcome, place: usize) -> Option<&'o Reply> {
    let command = of.replies[place].command;
    let before = of.replies[..place].iter().filter(|reply| reply.command == command).count();
    outcome.replies.iter().filter(|reply| reply.command == command).nth(before)
}

fn key(reply: &Reply) -> (Command, u16, Option<&str>) {
    (reply.command, reply.code, reply.dsn.as_deref())
}

/// Each possible reply comes where its answers are supplied.
fn ways_are_so(main: &str, session: &Session) -> Result<(), TestCaseError> {
    let forked = play(main, session, &BTreeMap::new());
    for (place, reply) in forked.outcome.replies.iter().enumerate() {
        for possible in &reply.possible {
            let Some(answers) = supplied(possible) else { continue };
            let again = play(main, session, &answers);
            let Some(known) = at(&again.outcome, &forked.outcome, place) else {
                return Err(TestCaseError::fail(format!("{:?} does not come with {answers:?}", key(possible))));
            };
            if forked.is_cut && known.verdict == Verdict::Unknown {
                continue;
            }
            let others: Vec<_> = known.possible.iter().map(key).collect();
            prop_assert!(
                known.verdict != Verdict::Unknown,
                "{:?} still open with {answers:?}: {others:?}",
                key(possible)
            );
            prop_assert_eq!(key(known), key(possible), "with {:?}", answers);
        }
    }
    Ok(())
}

/// Answers of all kinds, those that no way took among them.
fn other_answer(question: &str) -> Option<&'static [&'static str]> {
    Some(match question.split_once(':')? {
        ("dns", rest) if rest.starts_with("mx:") => {
            &["nxdomain", "servfail", "0 .", "10 mx.own.example", "5 spam.example"]
        }
        ("dns", rest) if rest.starts_with("a:") => &["nxdomain", "servfail", "192.0.2.7", "192.0.2.25", "127.0.0.2"],
        ("dns", _) => &["nxdomain", "nodata"],
        ("verify", _) => &["OK", "none", "fail"],
        ("milter", _) => &["accept", "refuse", "refuse-message"],
        ("policy", _) => &["DUNNO", "OK", "REJECT no", "450 4.7.1 x", "DEFER_IF_PERMIT", "DISCARD", "fail"],
        (_, rest) => match rest.trim_start_matches('/').split(':').next()? {
            "access" => &[
                "none",
                "OK",
                "REJECT",
                "DUNNO",
                "550 5.7.9 x",
                "DEFER_IF_PERMIT",
                "DEFER_IF_REJECT",
                "DISCARD",
                "HOLD",
            ],
            "transport" | "bysender" => &["none", "smtp:[x]", "error:5.7.1 no", "retry:4.4.4 x", ":x"],
            "logins" => &["none", "joe", "ann, joe", "ann"],
            "headers" => &["accept", "refuse"],
            "replies" => &["none", "$rbl_code 4.7.1 listed", "451 x"],
            "commands" => &["none", "NOPE"],
            _ => &["none", "x@own.example"],
        },
    })
}

/// Whatever else is answered, what was called certain comes.
fn certain_is_certain(main: &str, session: &Session, mut seed: usize) -> Result<(), TestCaseError> {
    let forked = play(main, session, &BTreeMap::new());
    let mut answers = BTreeMap::new();
    let mut last = forked.clone();
    for _ in 0..40 {
        let before = answers.len();
        for missing in &last.asked {
            let Some(words) = other_answer(&missing.question) else { continue };
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let word = words[(seed >> 33) % words.len()];
            answers.entry(missing.question.to_string()).or_insert_with(|| word.to_owned());
        }
        if answers.len() == before {
            break;
        }
        last = play(main, session, &answers);
    }
    for (place, reply) in forked.outcome.replies.iter().enumerate() {
        let Some(real) = at(&last.outcome, &forked.outcome, place) else { continue };
        if reply.verdict != Verdict::Unknown && real.verdict != Verdict::Unknown {
            prop_assert_eq!(key(real), key(reply), "with {:?}", answers);
        }
    }
    Ok(())
}

fn search(test: impl Fn(String, Session, usize) -> Result<(), TestCaseError>) {
    let seed = wanted("FORK_SEED", 7).to_le_bytes().repeat(8);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let settings = Settings { cases: wanted("FORK_CASES", CASES), failure_persistence: None, ..Settings::default() };
    let mut runner = TestRunner::new_with_rng(settings, rng);
    if let Err(error) =
        runner.run(&(config(), session(), any::<usize>()), |(main, session, seed)| test(main, session, seed))
    {
        panic!("{error}");
    }
}

#[test]
fn each_possible_reply_comes_with_its_answers() {
    search(|main, session, _| ways_are_so(&main, &session));
}

#[test]
fn no_answer_changes_what_is_certain() {
    search(|main, session, seed| certain_is_certain(&main, &session, seed));
}
