//! Whole sessions. The restrictions have their own tests.

use crate::testing::Setup;
use crate::{Certificate, Forked, Protocol, Session, Verdict, World, simulate};

const MAIN: &str = "compatibility_level = 3.6\nmyhostname = mx.example.com\nmydestination = example.com\n\
    mynetworks = 127.0.0.0/8\nlocal_recipient_maps =\nalias_maps =\n";

fn session() -> Session {
    Session {
        sender: Some("joe@other.example".to_owned()),
        recipients: vec!["bob@example.com".to_owned()],
        data: true,
        ..Session::default()
    }
}

fn played(more: &str, session: &Session) -> Forked {
    let setup = Setup::new(&format!("{MAIN}{more}"), &[], World::closed());
    let config = setup.config();
    simulate(&config, session)
}

fn codes(more: &str, session: &Session) -> Vec<u16> {
    played(more, session).outcome.replies.iter().map(|reply| reply.code).collect()
}

#[test]
fn a_message_goes_through() {
    assert_eq!(codes("", &session()), [220, 250, 250, 250, 354, 250]);
    let silent = Session { helo: None, ..session() };
    assert_eq!(codes("smtpd_helo_required = yes\n", &silent), [220, 503]);
}

#[test]
fn body_checks_that_take_every_line_refuse_the_message() {
    // smtpd 3.7.11: 550 5.7.1 message content rejected
    assert_eq!(codes("body_checks = static:{REJECT}\n", &session()).last(), Some(&550));
    assert_eq!(codes("body_checks = pcre:{{/hello/ REJECT}}\n", &session()).last(), Some(&250));
}

#[test]
fn a_limit_that_the_envelope_fills_decides_nothing() {
    let forked = played("message_size_limit = 400\n", &session());
    assert_eq!(forked.outcome.replies.last().map(|reply| reply.verdict), Some(Verdict::Unknown));
}

#[test]
fn a_service_that_stops_gives_no_greeting() {
    for (more, word) in [
        ("smtpd_recipient_limit = none\n", "smtpd_recipient_limit"),
        ("smtpd_helo_required = perhaps\n", "smtpd_helo_required"),
        ("smtpd_tls_security_level = most\n", "most"),
        ("myhostname = $mydomain\n", "mydomain"),
        ("myhostname = not a name\n", "not a name"),
        ("relayhost = mx.example.com\n", "relayhost"),
        ("just words\n", "="),
        ("smtpd_banner = ${x\n", "smtpd_banner"),
        ("smtpd_relay_restrictions = permit\n", "smtpd_relay_restrictions"),
    ] {
        let outcome = played(more, &session()).outcome;
        assert_eq!(outcome.replies.len(), 1, "{more}");
        assert_eq!((outcome.replies[0].code, outcome.replies[0].verdict), (0, Verdict::Reject), "{more}");
        assert!(outcome.replies[0].why.as_ref().is_some_and(|why| why.en.contains(word)), "{more}");
    }
    // What only another program reads does not matter here.
    assert_eq!(codes("smtp_helo_timeout = never\n", &session()).len(), 6);
}

#[test]
fn tls_is_offered_enforced_or_broken() {
    let with = Session { tls: true, ..session() };
    assert_eq!(codes("smtpd_tls_security_level = encrypt\n", &session()), [220, 250, 530]);
    assert_eq!(codes("", &with)[2], 502);
    assert_eq!(codes("smtpd_tls_security_level = may\n", &with)[2], 454, "no certificate");
    let certified = "smtpd_tls_cert_file = /etc/x.pem\nsmtpd_tls_security_level = encrypt\n";
    assert_eq!(codes(certified, &with), [220, 250, 220, 250, 250, 250, 354, 250]);
    let required = format!("{certified}smtpd_tls_req_ccert = yes\n");
    assert_eq!(codes(&required, &with), [220, 250, 220, 421]);
    let certificate = Certificate {
        trusted: true,
        fingerprint: String::new(),
        key_fingerprint: String::new(),
        subject: String::new(),
        issuer: String::new(),
    };
    assert_eq!(codes(&required, &Session { certificate: Some(certificate), ..with }).len(), 8);
}

#[test]
fn logging_in_needs_what_the_service_asks_for() {
    let login = Session { login: Some("joe".to_owned()), ..session() };
    assert_eq!(codes("", &login)[2], 503);
    assert_eq!(codes("smtpd_sasl_auth_enable = yes\n", &login)[2], 235);
    assert_eq!(codes("smtpd_sasl_auth_enable = yes\nsmtpd_tls_auth_only = yes\n", &login)[2], 503);
    let plain = "smtpd_sasl_auth_enable = yes\nsmtpd_sasl_security_options = noplaintext\n";
    assert_eq!(codes(plain, &login)[2], 535);
    assert_eq!(codes("smtpd_sasl_auth_enable = yes\nsmtpd_discard_ehlo_keywords = auth\n", &login)[2], 503);
}

#[test]
fn limits_count_errors_and_recipients() {
    let many = Session { recipients: vec!["bob@example.com".to_owned(); 4], ..session() };
    assert_eq!(codes("smtpd_recipient_limit = 2\n", &many)[3..7], [250, 250, 452, 452]);
    let bad = Session { recipients: vec!["x@elsewhere.example".to_owned(); 4], ..session() };
    assert_eq!(codes("smtpd_hard_error_limit = 2\n", &bad)[3..], [454, 454, 421]);
    let large = Session { mail_params: vec!["SIZE=2000".to_owned()], ..session() };
    assert_eq!(codes("message_size_limit = 1000\n", &large)[2], 552);
}

#[test]
fn who_sends_ahead_without_leave_is_cut_off() {
    let ahead = Session { protocol: Protocol::Smtp, pipelined: true, ..session() };
    assert_eq!(codes("smtpd_forbid_unauth_pipelining = yes\n", &ahead), [220, 250, 554, 0]);
    assert_eq!(codes("smtpd_forbid_unauth_pipelining = no\n", &ahead), [220, 250, 250, 250, 354, 250]);
    let allowed = Session { protocol: Protocol::Esmtp, ..ahead };
    assert_eq!(codes("smtpd_forbid_unauth_pipelining = yes\n", &allowed), [220, 250, 250, 250, 354, 250]);
}

#[test]
fn soft_bounce_makes_every_refusal_temporary() {
    let silent = Session { helo: None, ..session() };
    let replies = played("smtpd_helo_required = yes\nsoft_bounce = yes\n", &silent).outcome.replies;
    assert_eq!((replies[1].code, replies[1].dsn.as_deref()), (403, Some("4.5.1")));
}

#[test]
fn a_milter_can_refuse_the_recipient_or_the_message() {
    let more = "smtpd_milters = inet:localhost:8891\n";
    let replies = played(more, &session()).outcome.replies;
    let verdicts: Vec<Verdict> = replies.iter().map(|reply| reply.verdict).collect();
    let (yes, open) = (Verdict::Permit, Verdict::Unknown);
    assert_eq!(verdicts, [yes, yes, yes, open, yes, open]);
    let mut world = World::closed();
    world.assumed.insert("milter:inet:localhost:8891".to_owned(), "accept".to_owned());
    let setup = Setup::new(&format!("{MAIN}{more}"), &[], world);
    assert!(simulate(&setup.config(), &session()).outcome.replies.iter().all(|reply| reply.verdict == yes));
}

#[test]
fn header_checks_see_the_header_that_smtpd_adds() {
    let tables = [("/etc/postfix/h", "/^Received:.*by mx.example.com/ REJECT Loop\n")];
    let setup = Setup::new(&format!("{MAIN}header_checks = regexp:/etc/postfix/h\n"), &tables, World::closed());
    let outcome = simulate(&setup.config(), &session()).outcome;
    assert_eq!(outcome.replies.last().map(|reply| (reply.code, reply.text.as_str())), Some((550, "Loop")));
}

#[test]
fn a_filter_replaces_commands() {
    let tables = [("/etc/postfix/f", "/^RCPT TO:<bob@/ RCPT TO:<x@elsewhere.example>\n/^DATA/ NOOP\n")];
    let main = format!("{MAIN}smtpd_command_filter = regexp:/etc/postfix/f\n");
    let setup = Setup::new(&main, &tables, World::closed());
    let codes_of = |session: &Session| -> Vec<u16> {
        simulate(&setup.config(), session).outcome.replies.iter().map(|reply| reply.code).collect()
    };
    assert_eq!(codes_of(&session())[2..], [250, 454]);
    let ann = Session { recipients: vec!["ann@example.com".to_owned()], ..session() };
    assert_eq!(codes_of(&ann)[2..], [250, 250, 250]);
    assert_eq!(codes("smtpd_command_filter = texthash:/nowhere\n", &session())[1], 421);
    let unknown = Setup::new(&format!("{MAIN}smtpd_command_filter = texthash:/x\n"), &[], World::open());
    assert_eq!(simulate(&unknown.config(), &session()).outcome.replies[1].verdict, Verdict::Unknown);
}

#[test]
fn classes_that_hold_each_other_end() {
    let more = "smtpd_restriction_classes = a, b\na = b, b\nb = a, a\n\
        smtpd_sender_restrictions = check_sender_access inline:{other.example=a}\n";
    let outcome = played(more, &session()).outcome;
    assert!(!outcome.replies.is_empty());
}

#[test]
fn ten_thousand_names_that_stand_for_each_other_end() {
    let mut more = String::from("smtpd_banner = $a0\n");
    for number in 0..10_000 {
        more.push_str(&format!("a{number} = $a{}\n", number + 1));
    }
    let outcome = played(&more, &session()).outcome;
    assert_eq!(outcome.replies.len(), 1);
    assert!(outcome.replies[0].why.as_ref().is_some_and(|why| why.en.contains("smtpd_banner")));
}

#[test]
fn a_table_of_a_million_lines_is_read_once() {
    let mut text = String::with_capacity(16_000_000);
    for number in 0..1_000_000 {
        text.push_str(&format!("x{number} OK\n"));
    }
    text.push_str("other.example 554 Enough\n");
    let more = "smtpd_sender_restrictions = check_sender_access texthash:/etc/postfix/t\n";
    let setup = Setup::new(&format!("{MAIN}{more}"), &[("/etc/postfix/t", &text)], World::closed());
    let config = setup.config();
    for _ in 0..100 {
        let outcome = simulate(&config, &session()).outcome;
        assert_eq!(outcome.replies[3].code, 554);
    }
}
