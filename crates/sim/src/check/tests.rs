//! Answers of the restriction lists, as the smtpd of Postfix 3.7.11 gave them
//! to the same sessions unless a source is named.

use crate::testing::Setup;
use crate::{
    Candidates, Certificate, DnsRecords, MAX_PATHS, NameStatus, PolicyRule, RecordType, Session, Status, Var, Verdict,
    World, explore, play, simulate,
};

const MAIN: &str = "mail_version = 3.7.11\ncompatibility_level = 3.6\nmyhostname = mx1.example.com\n\
    mydestination = example.com, $myhostname\nlocal_recipient_maps =\nmynetworks = 10.0.0.0/8\n\
    relay_domains = relay.example\nsmtpd_sasl_auth_enable = yes\n\
    smtpd_relay_restrictions = permit_mynetworks reject_unauth_destination\n";

const TABLE: &str = "/etc/postfix/t";

fn world() -> World {
    let mut world = World::closed();
    let mut add = |name: &str, kind: RecordType, data: &str| {
        let records = world.dns.entry(name.to_owned()).or_default();
        records.records.entry(kind).or_default().push(data.to_owned());
    };
    add("good.example", RecordType::Mx, "10 mx.good.example");
    add("good.example", RecordType::Ns, "ns1.good.example");
    add("mx.good.example", RecordType::A, "203.0.113.5");
    add("nullmx.example", RecordType::Mx, "0 .");
    add("9.113.0.203.bl.example", RecordType::A, "127.0.0.4");
    add("9.113.0.203.bl.example", RecordType::Txt, "see <x>");
    world.dns.insert("fails.example".to_owned(), DnsRecords { fails: true, ..DnsRecords::default() });
    world.dns.insert("9.113.0.203.dead.example".to_owned(), DnsRecords { fails: true, ..DnsRecords::default() });
    world
}

fn session() -> Session {
    Session {
        helo: Some("mail.good.example".to_owned()),
        sender: Some("joe@good.example".to_owned()),
        recipients: vec!["alice@example.com".to_owned()],
        data: true,
        ..Session::default()
    }
}

fn answers(config: &str, table: &str, world: World, session: &Session) -> Vec<String> {
    let setup = Setup::new(&format!("{MAIN}{config}"), &[(TABLE, table)], world);
    let forked = simulate(&setup.config(), session);
    let word = |reply: &crate::Reply| {
        let dsn = reply.dsn.clone().unwrap_or_default();
        let code = if reply.verdict == Verdict::Unknown { "?".to_owned() } else { reply.code.to_string() };
        format!("{:?} {code} {dsn}", reply.command).trim().to_owned()
    };
    forked.outcome.replies.iter().map(word).collect()
}

/// The answer to RCPT.
fn rcpt(recipient_list: &str, table: &str, session: &Session) -> String {
    let config = format!("smtpd_recipient_restrictions = {recipient_list}\n");
    let answers = answers(&config, table, world(), session);
    let rcpt = answers.iter().find_map(|answer| answer.strip_prefix("Rcpt "));
    rcpt.unwrap_or("-").to_owned()
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (list, expected) in cases {
        assert_eq!(rcpt(list, "", &session()), *expected, "{list}");
    }
}

#[test]
fn warn_if_reject_covers_one_word_or_one_class() {
    check(&[
        ("warn_if_reject reject", "250 2.1.5"),
        ("warn_if_reject warn_if_reject reject, reject", "554 5.7.1"),
        ("warn_if_reject permit, reject", "250 2.1.5"),
        ("Warn_If_Reject, REJECT, Permit", "250 2.1.5"),
        // Faults of the configuration refuse all the same.
        ("warn_if_reject nosuch, permit", "451 4.3.5"),
        ("warn_if_reject check_client_access permit", "451 4.3.5"),
        // The failure of a table is only warned of.
        ("warn_if_reject check_client_access hash:/etc/postfix/none, permit", "250 2.1.5"),
        ("warn_if_reject defer_if_permit, permit", "250 2.1.5"),
        ("warn_if_reject defer_if_reject, reject", "450 4.7.0"),
    ]);
    let classes = "smtpd_restriction_classes = one two\none = reject, reject\ntwo = permit_mynetworks warn_if_reject\n";
    for (list, expected) in
        [("warn_if_reject one", "250 2.1.5"), ("warn_if_reject one, reject", "554 5.7.1"), ("two, reject", "554 5.7.1")]
    {
        assert_eq!(rcpt(&format!("{list}\n{classes}"), "", &session()), expected, "{list}");
    }
}

#[test]
fn deferrals_wait_for_what_comes() {
    check(&[
        ("defer_if_permit, permit", "450 4.7.0"),
        ("defer_if_permit, reject", "554 5.7.1"),
        ("defer_if_reject, reject", "450 4.7.0"),
        ("defer_if_reject, permit", "250 2.1.5"),
        // Both at once end the list.
        ("defer_if_permit, defer_if_reject, nosuch", "450 4.7.0"),
    ]);
}

#[test]
fn deferrals_go_from_stage_to_stage() {
    for (config, delay, expected) in [
        ("smtpd_client_restrictions = defer_if_permit", "yes", "Rcpt 450 4.7.0"),
        ("smtpd_helo_restrictions = defer_if_permit", "no", "Rcpt 450 4.7.0"),
        ("smtpd_sender_restrictions = defer_if_permit", "no", "Rcpt 450 4.7.0"),
        // DEFER_IF_REJECT does not.
        ("smtpd_client_restrictions = defer_if_reject\nsmtpd_recipient_restrictions = reject", "no", "Rcpt 554 5.7.1"),
    ] {
        let config = format!("{config}\nsmtpd_delay_reject = {delay}\n");
        let answers = answers(&config, "", world(), &session());
        assert!(answers.contains(&expected.to_owned()), "{config}: {answers:?}");
    }
    let data = "smtpd_data_restrictions = permit\nsmtpd_sender_restrictions = permit\n";
    assert!(answers(data, "", world(), &session()).contains(&"Data 354".to_owned()));
}

#[test]
fn refusals_come_when_the_lists_are_asked() {
    let lists = "smtpd_client_restrictions = reject\n";
    assert!(answers(lists, "", world(), &session()).contains(&"Rcpt 554 5.7.1".to_owned()));
    let early = format!("{lists}smtpd_delay_reject = no\n");
    assert_eq!(answers(&early, "", world(), &session()), ["Connect 554 5.7.1"]);
}

#[test]
fn results_of_tables_are_actions_or_lists() {
    for (value, expected) in [
        ("OK", "250 2.1.5"),
        ("RELAY x", "250 2.1.5"),
        ("12345", "250 2.1.5"),
        ("550", "250 2.1.5"),
        ("DUNNO x", "554 5.7.1"),
        ("REJECT 4.1.1 foo", "554 5.1.7"),
        ("REJECT 5.1.5 foo", "554 5.1.0"),
        ("REJECT\t5.1.8\t text", "554 5.1.8"),
        ("DEFER 5.5.5", "450 4.5.5"),
        ("5.7.1 text", "451 4.3.5"),
        ("550 5.1.1 text", "550 5.1.7"),
        ("399 x", "451 4.3.5"),
        ("599 5.9.9.9 x", "599 5.7.1"),
        ("DEFER_IF_REJECT x", "450 4.7.1"),
        ("HOLD", "554 5.7.1"),
        ("PREPEND X: y", "554 5.7.1"),
        ("permit_mynetworks, defer", "450 4.3.2"),
        ("reject,ok", "554 5.7.1"),
        ("check_client_access hash:/etc/postfix/t", "451 4.3.5"),
        ("nosuch", "451 4.3.5"),
    ] {
        let list = "check_sender_access hash:/etc/postfix/t, reject";
        assert_eq!(rcpt(list, &format!("good.example {value}\n"), &session()), expected, "{value}");
    }
}

#[test]
fn an_ok_that_anyone_can_forge_is_an_error() {
    let mut client = session();
    client.client.reverse_name = Some("mail.good.example".to_owned());
    let list = "check_reverse_client_hostname_access hash:/etc/postfix/t";
    assert_eq!(rcpt(list, "good.example OK\n", &client), "451 4.3.5");
    assert_eq!(rcpt(list, "good.example DISCARD\n", &client), "250 2.1.5");
    let list = "check_sender_ns_access hash:/etc/postfix/t";
    assert_eq!(rcpt(list, "ns1.good.example permit\n", &session()), "451 4.3.5");
    assert_eq!(rcpt(list, "ns1.good.example REJECT\n", &session()), "554 5.7.1");
    assert_eq!(rcpt("check_sender_mx_access hash:/etc/postfix/t", "203.0.113 REJECT\n", &session()), "554 5.7.1");
}

#[test]
fn a_message_to_be_thrown_away_meets_no_more_lists() {
    let lists = "smtpd_sender_restrictions = check_sender_access hash:/etc/postfix/t\n\
                 smtpd_recipient_restrictions = reject\nsmtpd_data_restrictions = reject\n";
    let answers = answers(lists, "joe@ DISCARD\n", world(), &session());
    assert!(answers.contains(&"Rcpt 250 2.1.5".to_owned()) && answers.contains(&"Data 354".to_owned()), "{answers:?}");
}

#[test]
fn words_without_what_they_need_are_errors() {
    check(&[
        ("check_client_access", "451 4.3.5"),
        ("check_policy_service", "451 4.3.5"),
        ("sleep x", "451 4.3.5"),
        ("reject_rbl_client", "250 2.1.5"),
        ("Reject_Sender_Login_Mismatch", "451 4.3.5"),
        ("check_ccert_access {hash:/etc/postfix/t {search_order=foo}}", "451 4.3.5"),
        ("check_client_access {hash:/etc/postfix/t}", "451 4.3.5"),
        ("permit, nosuch", "250 2.1.5"),
    ]);
    let data = "smtpd_data_restrictions = hash:/etc/postfix/t\n";
    assert!(answers(data, "", world(), &session()).contains(&"Data 451 4.3.5".to_owned()));
}

#[test]
fn removed_words_are_errors_in_releases_without_them() {
    let list = "smtpd_recipient_restrictions = reject_maps_rbl\n";
    assert!(answers(list, "", world(), &session()).contains(&"Rcpt 250 2.1.5".to_owned()));
    let newer = format!("{list}mail_version = 3.10.13\n");
    assert!(answers(&newer, "", world(), &session()).contains(&"Rcpt 451 4.3.5".to_owned()));
}

#[test]
fn classes_that_hold_themselves_end_the_session() {
    // The relay list is guarded without them, so smtpd starts.
    let classes = "smtpd_restriction_classes = one two\none = permit_mynetworks two\ntwo = one\n";
    let sender = format!("{classes}smtpd_sender_restrictions = one\n");
    assert_eq!(answers(&sender, "", world(), &session()).last().map(String::as_str), Some("Rcpt 0"));
    // A flag that both set ends them.
    let ends = "smtpd_restriction_classes = one\none = defer_if_permit, defer_if_reject, one\n\
                smtpd_sender_restrictions = one\n";
    assert!(answers(ends, "", world(), &session()).contains(&"Rcpt 450 4.7.0".to_owned()));
    // Where the search for a guard meets them, smtpd does not start.
    let unstarted =
        "smtpd_restriction_classes = one\none = permit_mynetworks, one\nsmtpd_recipient_restrictions = one\n";
    assert_eq!(answers(unstarted, "", world(), &session()), ["Connect 0"]);
}

#[test]
fn many_classes_are_bounded() {
    let names: Vec<String> = (0..60).map(|at| format!("c{at}")).collect();
    let mut config = format!("smtpd_restriction_classes = {}\n", names.join(" "));
    for (at, name) in names.iter().enumerate() {
        let next = names.get(at + 1).map_or("permit_mynetworks", String::as_str);
        config.push_str(&format!("{name} = {next} {next}\n"));
    }
    config.push_str("smtpd_sender_restrictions = c0\n");
    assert_eq!(answers(&config, "", world(), &session()).last().map(String::as_str), Some("Rcpt 0"));
}

#[test]
fn a_result_that_leads_to_itself_is_given_up() {
    let config = "smtpd_restriction_classes = one\none = check_sender_access hash:/etc/postfix/t\n\
                  smtpd_recipient_restrictions = one\n";
    assert!(answers(config, "joe@ one\n", world(), &session()).contains(&"Rcpt 451 4.3.5".to_owned()));
}

#[test]
fn a_long_chain_of_classes_is_walked() {
    let names: Vec<String> = (0..120).map(|at| format!("c{at}")).collect();
    let mut config = format!("smtpd_restriction_classes = {}\n", names.join(" "));
    for (at, name) in names.iter().enumerate() {
        config.push_str(&format!("{name} = {}\n", names.get(at + 1).map_or("defer", String::as_str)));
    }
    config.push_str("smtpd_recipient_restrictions = c0\n");
    assert!(answers(&config, "", world(), &session()).contains(&"Rcpt 450 4.3.2".to_owned()));
}

#[test]
fn dns_lists_answer_with_their_filters() {
    check(&[
        ("reject_rbl_client bl.example", "554 5.7.1"),
        ("reject_rbl_client bl.example=127.0.0.[1..3;5]", "250 2.1.5"),
        ("reject_rbl_client bl.example=127.0.0.[1..4]", "554 5.7.1"),
        // A broken filter ends smtpd, whether the client is listed or not.
        ("reject_rbl_client bl.example=127.0.0", "0"),
        ("reject_rbl_client dead.example", "250 2.1.5"),
        ("permit_dnswl_client bl.example, reject", "250 2.1.5"),
        ("permit_dnswl_client dead.example, reject", "450 4.7.1"),
    ]);
    let reply = "reject_rbl_client bl.example\ndefault_rbl_reply = 450 4.1.1 ${rbl_reason?{$rbl_reason}:{none}}";
    assert_eq!(rcpt(reply, "", &session()), "450 4.0.0");
}

#[test]
fn names_and_addresses_are_judged() {
    let with = |helo: &str, sender: &str| Session {
        helo: Some(helo.to_owned()),
        sender: Some(sender.to_owned()),
        ..session()
    };
    for (list, session, expected) in [
        ("reject_invalid_helo_hostname", with("a..b", "x@y.example"), "501 5.5.2"),
        ("reject_invalid_helo_hostname", with("[192.0.2.300]", "x@y.example"), "501 5.5.2"),
        ("reject_non_fqdn_helo_hostname", with("host", "x@y.example"), "504 5.5.2"),
        ("reject_unknown_helo_hostname", with("none.example", "x@y.example"), "450 4.7.1"),
        ("reject_unknown_helo_hostname", with("fails.example", "x@y.example"), "450 4.7.1"),
        ("reject_non_fqdn_sender", with("h", "x@y"), "504 5.5.2"),
        ("reject_non_fqdn_sender", with("h", ""), "250 2.1.5"),
        ("reject_unknown_sender_domain", with("h", "x@nullmx.example"), "550 5.7.27"),
        ("reject_unknown_sender_domain", with("h", "x@none.example"), "450 4.1.8"),
        ("reject_unknown_sender_domain, reject", with("h", "x@fails.example"), "554 5.7.1"),
        ("reject_unknown_sender_domain", with("h", "x@fails.example"), "450 4.1.8"),
        ("reject_multi_recipient_bounce", with("h", ""), "250 2.1.5"),
        ("reject_unknown_client_hostname", with("h", "x@y.example"), "450 4.7.25"),
        ("reject_unknown_reverse_client_hostname", with("h", "x@y.example"), "450 4.7.1"),
        ("reject_plaintext_session", with("h", "x@y.example"), "450 4.7.1"),
    ] {
        assert_eq!(rcpt(list, "", &session), expected, "{list} {:?} {:?}", session.helo, session.sender);
    }
}

#[test]
fn probes_are_known_only_where_somebody_says_so() {
    // smtpd_check.c, reject_unverified_address
    for (probe, more, expected) in [
        ("ok", "", "Rcpt 250 2.1.5"),
        ("none", ", reject", "Rcpt 554 5.7.1"),
        ("none", "", "Rcpt 450 4.1.7"),
        ("none", "\nunverified_sender_reject_code = 550", "Rcpt 550 5.1.7"),
        ("fail", "\nunverified_sender_reject_code = 550", "Rcpt 450 4.1.7"),
        ("fail", ", reject\nunverified_sender_tempfail_action = defer", "Rcpt 450 4.1.7"),
    ] {
        let mut world = world();
        world.assumed.insert("verify:joe@good.example".to_owned(), probe.to_owned());
        let config = format!("smtpd_recipient_restrictions = reject_unverified_sender{more}\n");
        let answers = answers(&config, "", world, &session());
        assert!(answers.contains(&expected.to_owned()), "{probe} {more}: {answers:?}");
    }
}

#[test]
fn owners_of_a_sender_are_its_logins() {
    let lists = |list: &str| {
        format!(
            "{list}\nsmtpd_sender_login_maps = hash:/etc/postfix/t\nrecipient_delimiter = +\nsmtpd_tls_auth_only = no"
        )
    };
    let table = "joe@good.example Alice, bob\n@other.example carol\n";
    for (list, login, sender, expected) in [
        ("reject_sender_login_mismatch", Some("alice"), "joe@good.example", "250 2.1.5"),
        ("reject_sender_login_mismatch", Some("alice"), "joe+x@good.example", "250 2.1.5"),
        ("reject_sender_login_mismatch", Some("alice"), "x@other.example", "553 5.7.1"),
        ("reject_sender_login_mismatch", None, "joe@good.example", "553 5.7.1"),
        ("reject_sender_login_mismatch", Some("alice"), "x@third.example", "553 5.7.1"),
        ("reject_known_sender_login_mismatch", Some("alice"), "x@third.example", "250 2.1.5"),
        ("reject_unauthenticated_sender_login_mismatch", Some("alice"), "x@other.example", "250 2.1.5"),
        ("reject_authenticated_sender_login_mismatch", None, "joe@good.example", "250 2.1.5"),
    ] {
        let login = login.map(str::to_owned);
        let session = Session { login, sender: Some(sender.to_owned()), ..session() };
        assert_eq!(rcpt(&lists(list), table, &session), expected, "{list} {sender}");
    }
}

#[test]
fn policy_servers_answer_or_their_default_does() {
    let mut world = world();
    let attributes = [("sender".to_owned(), "joe@good.example".to_owned())].into();
    let action = "REJECT 5.1.1 no".to_owned();
    world.policy.insert("127.0.0.1:10040".to_owned(), vec![PolicyRule { attributes, action }]);
    for (list, expected) in [
        ("check_policy_service inet:127.0.0.1:10040", "554 5.1.1"),
        ("check_policy_service inet:127.0.0.1:9", "451 4.3.5"),
        ("check_policy_service inet:127.0.0.1:9\nsmtpd_policy_service_default_action = DUNNO", "250 2.1.5"),
        ("check_policy_service { inet:127.0.0.1:9, {default_action = DEFER 4.1.1 x} }", "450 4.1.1"),
        // The default of a default is smtpd's own.
        (
            "check_policy_service inet:127.0.0.1:9\nsmtpd_policy_service_default_action = one\n\
             smtpd_restriction_classes = one\none = check_policy_service inet:127.0.0.1:9",
            "451 4.3.5",
        ),
    ] {
        let config = format!("smtpd_recipient_restrictions = {list}\n");
        let answers = answers(&config, "", world.clone(), &session());
        assert!(answers.contains(&format!("Rcpt {expected}")), "{list}: {answers:?}");
    }
}

#[test]
fn certificates_are_found_by_their_fingerprints() {
    let certificate = |trusted: bool| Certificate {
        trusted,
        fingerprint: "AA:BB".to_owned(),
        key_fingerprint: "CC:DD".to_owned(),
        subject: "client".to_owned(),
        issuer: "ca".to_owned(),
    };
    let tls = "smtpd_tls_security_level = may\nsmtpd_tls_cert_file = /x\nsmtpd_tls_ask_ccert = yes\n\
               relay_clientcerts = hash:/etc/postfix/t";
    // smtpd_check.c, permit_tls_clientcerts and check_ccert_access
    for (list, table, trusted, expected) in [
        ("permit_tls_clientcerts, reject", "AA:BB x\n", false, "250 2.1.5"),
        ("permit_tls_clientcerts, reject", "CC:DD x\n", false, "250 2.1.5"),
        ("permit_tls_clientcerts, reject", "EE x\n", true, "554 5.7.1"),
        ("permit_tls_all_clientcerts, reject", "EE x\n", true, "250 2.1.5"),
        ("check_ccert_access hash:/etc/postfix/t", "AA:BB DUNNO\nCC:DD REJECT\n", false, "554 5.7.1"),
        (
            "check_ccert_access {hash:/etc/postfix/t {search_order=cert_fingerprint}}",
            "CC:DD REJECT\n",
            false,
            "250 2.1.5",
        ),
    ] {
        let session = Session { tls: true, certificate: Some(certificate(trusted)), ..session() };
        assert_eq!(rcpt(&format!("{list}\n{tls}"), table, &session), expected, "{list}");
    }
}

#[test]
fn what_is_missing_leaves_the_answer_open() {
    let open = |main: &str, world: World| answers(&format!("{main}\n"), "", world, &session());
    let mut world = world();
    world.files_are_closed = false;
    let unknown = "Rcpt ?".to_owned();
    let has = |answers: &[String]| answers.iter().any(|answer| answer.starts_with(&unknown));
    for list in [
        "check_sender_access pgsql:/x",
        "check_sender_mx_access ldap:/x",
        "warn_if_reject check_client_access mysql:/x, reject",
    ] {
        let answers = open(&format!("smtpd_recipient_restrictions = {list}"), world.clone());
        assert!(has(&answers), "{list}: {answers:?}");
    }
    let policy = World { policy_is_closed: false, ..world.clone() };
    assert!(has(&open("smtpd_recipient_restrictions = check_policy_service unix:private/x", policy)));
    let setup = Setup::new(
        &format!("{MAIN}smtpd_recipient_restrictions = check_policy_service inet:x:1\n"),
        &[],
        World::default(),
    );
    let outcome = simulate(&setup.config(), &session()).outcome;
    let rcpt = outcome.replies.iter().find(|reply| reply.command == crate::Command::Rcpt).unwrap();
    let default = rcpt.possible.iter().find(|reply| reply.code == 250).unwrap();
    assert_eq!(default.assumed.first().map(|one| &one.finding), Some(&crate::Finding::Text("DUNNO".into())));
    // A server may answer otherwise at another command.
    let policy = World { policy_is_closed: false, ..world.clone() };
    let lists = "smtpd_data_restrictions = check_policy_service unix:private/x\n\
                 smtpd_end_of_data_restrictions = check_policy_service unix:private/x";
    let played = open(lists, policy);
    assert!(played.iter().any(|answer| answer.starts_with("EndOfData ?")), "{played:?}");
    let dns = World { dns_is_closed: false, ..world };
    for list in ["reject_rbl_client x.example", "reject_unknown_recipient_domain, reject_unknown_sender_domain"] {
        let session = Session { sender: Some("x@unseen.example".to_owned()), ..session() };
        let config = format!("smtpd_recipient_restrictions = {list}\n");
        assert!(has(&answers(&config, "", dns.clone(), &session)), "{list}");
    }
}

/// Clients that differ in every fact.
fn crowd() -> Candidates {
    let mut candidates = Candidates::one(&session());
    let mut put = |var: Var, values: Vec<Session>| candidates.values[var as usize] = values;
    let client = |address: &str| {
        let mut one = session();
        one.client.address = address.parse().unwrap();
        one
    };
    put(Var::Address, vec![client("10.0.0.1"), client("203.0.113.9"), client("2001:db8::1")]);
    let named = |name: Option<&str>, reverse: Option<&str>, status: NameStatus| {
        let mut one = session();
        one.client.name = name.map(str::to_owned);
        one.client.reverse_name = reverse.map(str::to_owned);
        one.client.name_status = status;
        one
    };
    let good = Some("mail.good.example");
    put(
        Var::Name,
        vec![
            named(good, good, NameStatus::Ok),
            named(None, Some("mail.bad.example"), NameStatus::Forged),
            named(None, None, NameStatus::Temporary),
        ],
    );
    let helo = |name: Option<&str>| Session { helo: name.map(str::to_owned), ..session() };
    put(Var::Helo, vec![helo(Some("h.good.example")), helo(Some("host")), helo(Some("[192.0.2.1]")), helo(None)]);
    put(Var::Tls, vec![session(), Session { tls: true, ..session() }]);
    put(Var::Login, vec![session(), Session { login: Some("alice".to_owned()), ..session() }]);
    let sender = |name: &str| Session { sender: Some(name.to_owned()), ..session() };
    let senders = ["joe@good.example", "\"b c\"@x.example", "", "x@fails.example", "alice", "a@b@c.example"];
    put(Var::Sender, senders.map(sender).to_vec());
    let to = |name: &str| Session { recipients: vec![name.to_owned()], ..session() };
    let recipients =
        ["alice@example.com", "x@foreign.example", "\"a b\"@example.com", "postmaster", "a@b@relay.example"];
    put(Var::Recipient, recipients.map(to).to_vec());
    candidates
}

/// One client of a crowd.
fn member(candidates: &Candidates, at: &dyn Fn(Var) -> usize) -> Session {
    let of = |var: Var| &candidates.values[var as usize][at(var)];
    let mut one = session();
    one.client = of(Var::Name).client.clone();
    one.client.address = of(Var::Address).client.address;
    one.helo.clone_from(&of(Var::Helo).helo);
    one.tls = of(Var::Tls).tls;
    one.login.clone_from(&of(Var::Login).login);
    one.sender.clone_from(&of(Var::Sender).sender);
    one.recipients.clone_from(&of(Var::Recipient).recipients);
    one
}

#[test]
fn a_crowd_of_clients_goes_the_ways_that_its_members_go() {
    let candidates = crowd();
    let table = "good.example REJECT\n\"b c\"@x.example DEFER\n10 OK\nbad.example DEFER_IF_PERMIT\nalice@ DISCARD\n\
                 host permit_mynetworks, defer\n<> 550 5.1.1 x\nalice joe@good.example\n203.0 REJECT\n";
    let codes = |outcome: &crate::Outcome| {
        outcome.replies.iter().map(|reply| (reply.command, reply.code, reply.dsn.clone())).collect::<Vec<_>>()
    };
    let mut world = world();
    world.interfaces = Some(vec!["192.0.2.25/24".parse().unwrap()]);
    let attributes = [("sender".to_owned(), "alice".to_owned()), ("helo_name".to_owned(), "host".to_owned())].into();
    let rule = PolicyRule { attributes, action: "REJECT".to_owned() };
    world.policy.insert("127.0.0.1:10040".to_owned(), vec![rule]);
    for one in postproof_catalog::restrictions() {
        let argument = match one.argument {
            postproof_catalog::Argument::Table => "hash:/etc/postfix/t",
            postproof_catalog::Argument::DnsList => "bl.example",
            postproof_catalog::Argument::PolicyServer => "inet:127.0.0.1:10040",
            postproof_catalog::Argument::Seconds => "1",
            postproof_catalog::Argument::Restriction => "reject",
            postproof_catalog::Argument::None => "",
        };
        // Without the world's word a probe forks by itself.
        if one.name.starts_with("reject_unverified") {
            continue;
        }
        let name = one.name;
        let config = format!(
            "{MAIN}smtpd_recipient_restrictions = {name} {argument}, permit_sasl_authenticated, reject_plaintext_session\n\
             smtpd_tls_security_level = may\nsmtpd_tls_cert_file = /x\nsmtpd_sender_login_maps = hash:/etc/postfix/t\n"
        );
        let setup = Setup::new(&config, &[(TABLE, table)], world.clone());
        let config = setup.config();
        let explored = explore(&session(), &candidates, MAX_PATHS, &|who| play(&config, who), &mut |path| {
            for pick in 0..3 {
                let at = |var: Var| {
                    let left = path.left.of(var);
                    left[pick * (var as usize + 1) % left.len()]
                };
                let one = member(&candidates, &at);
                assert_eq!(codes(&simulate(&config, &one).outcome), codes(&path.outcome), "{name}: {one:?}");
            }
            true
        });
        assert!(!explored.is_cut, "{name}");
    }
}

#[test]
fn entries_have_numbers_and_can_be_left_out() {
    let config = "smtpd_recipient_restrictions = warn_if_reject reject_non_fqdn_sender, reject\n";
    let setup = Setup::new(&format!("{MAIN}{config}"), &[], world());
    let config = setup.config();
    let entries = config.entries();
    let reject = entries.iter().find(|entry| entry.word.as_ref() == "reject").unwrap();
    assert_eq!((reject.owner.as_ref(), reject.index), ("smtpd_recipient_restrictions", 2));
    let outcome = simulate(&config, &session()).outcome;
    assert!(outcome.visited.contains(&(reject.id, Status::Reject)));
    let candidates = Candidates::one(&session());
    let explorer = crate::Explorer::new(&session(), &candidates).explore(
        &crate::Crowd::all(&candidates),
        Some(&|_, entry| entry == reject.id),
        1,
        &|who| play(&config, who),
        &mut |path| {
            assert!(path.outcome.replies.iter().all(|reply| reply.code < 400));
            true
        },
    );
    assert_eq!(explorer.paths, 1);
}

#[test]
fn the_level_decides_the_order_of_the_lists() {
    let lists = "smtpd_relay_restrictions = reject_unauth_destination\nsmtpd_recipient_restrictions = defer\n";
    let session = Session { recipients: vec!["x@foreign.example".to_owned()], ..session() };
    for (level, expected) in [("3.6", "Rcpt 554 5.7.1"), ("2", "Rcpt 450 4.3.2")] {
        let config = format!("{lists}compatibility_level = {level}\n");
        assert!(answers(&config, "", world(), &session).contains(&expected.to_owned()), "{level}");
    }
}

#[test]
fn each_entry_has_its_own_look_ups() {
    // Reading the recipient asks for its domain before any list.
    let config = "relay_domains = hash:/etc/postfix/t\nsmtpd_restriction_classes = one\n\
        one = check_helo_access hash:/etc/postfix/t, reject_unlisted_sender\n\
        smtpd_recipient_restrictions = permit_mynetworks, check_sender_access hash:/etc/postfix/t, reject\n";
    let setup = Setup::new(
        &format!("{MAIN}{config}"),
        &[(TABLE, "joe@ one\nmail.good.example DUNNO\nelse.example x\n")],
        world(),
    );
    let session = Session { recipients: vec!["alice@else.example".to_owned()], ..session() };
    let outcome = simulate(&setup.config(), &session).outcome;
    let rcpt = outcome.replies.iter().find(|reply| reply.command == crate::Command::Rcpt).unwrap();
    let steps: Vec<(&str, Vec<&str>)> = rcpt
        .steps
        .iter()
        .map(|step| (step.name.as_str(), step.looked.iter().map(|looked| looked.key.as_str()).collect()))
        .collect();
    let sender = vec!["joe@good.example", "good.example", "example", "joe@"];
    let expected = [
        ("permit_mynetworks", vec![]),
        ("reject_unauth_destination", vec![]),
        ("permit_mynetworks", vec![]),
        ("check_sender_access hash:/etc/postfix/t", sender),
        ("one", vec![]),
        ("check_helo_access hash:/etc/postfix/t", vec!["mail.good.example"]),
        ("reject_unlisted_sender", vec![]),
        ("reject", vec![]),
    ];
    assert_eq!(steps, expected);
}
