use super::{HostClaim, HostProof, HostVerdict, host_proofs};
use crate::testing::Setup;
use postproof_diag::{Document, SourceMap};
use postproof_model::{Model, Presence};
use postproof_sim::World;
use postproof_syntax::Region;

const MAIN: &str = "compatibility_level = 3.6\nmyhostname = mail.a.example\nmydestination = a.example\n";
const MASTER: &str = "smtp inet n - n - - smtpd\n";

fn model(main: &str, master: &str, tables: &[(&str, &str)]) -> Model {
    let main = format!("{MAIN}{main}");
    Setup::with_master(&main, Some(&format!("{MASTER}{master}")), tables, World::default()).model
}

fn postfix(main: &str, master: &str, tables: &[(&str, &str)], claim: HostClaim) -> Vec<HostProof> {
    let model = model(main, master, tables);
    host_proofs(&model, None).into_iter().filter(|one| one.claim == claim).collect()
}

fn verdicts(proofs: &[HostProof]) -> Vec<HostVerdict> {
    proofs.iter().map(|one| one.verdict).collect()
}

/// The verdict about the logins of one protocol.
fn logins(text: &str, claim: HostClaim) -> Option<HostProof> {
    let mut sources = SourceMap::default();
    let file = sources.add(Document::new("dovecot.conf", text));
    let region = Region::whole(file, text.as_bytes());
    let input = postproof_dovecot::Input {
        file,
        path: "/etc/dovecot/dovecot.conf",
        region: &region,
        bytes: text.as_bytes(),
        root: true,
    };
    let reading = postproof_dovecot::read(&[input], None);
    let mut model = model("", "", &[]);
    model.given.dovecot = Presence::Whole;
    host_proofs(&model, Some(&reading)).into_iter().find(|one| one.claim == claim)
}

use HostClaim::{
    ImapLoginsOnlyWithTls as Imap, ManagesieveLoginsOnlyWithTls as Sieve, NoOpenRelay as Relay,
    NoOtherEntrance as Entrance, OutgoingPasswordsOnlyOverTls as Outgoing, Pop3LoginsOnlyWithTls as Pop3,
    ReinjectionFromLoopbackOnly as Reinjection,
};
use HostVerdict::{Depends, Fails, Holds};

const QMQPD: &str = "628 inet n - n - - qmqpd\n";

#[test]
fn qmqpd_relays_for_its_clients() {
    let cases: &[(&str, HostVerdict, usize)] = &[
        ("", Holds, 0),
        ("qmqpd_authorized_clients = 0.0.0.0/0\n", Fails, 0),
        ("qmqpd_authorized_clients = 127.0.0.1, [::]/0\n", Fails, 0),
        ("qmqpd_authorized_clients = 128.0.0.0/1\n", Fails, 0),
        ("qmqpd_authorized_clients = static:all\n", Fails, 0),
        ("qmqpd_authorized_clients = unknown\n", Fails, 0),
        ("qmqpd_authorized_clients = com\n", Fails, 0),
        ("qmqpd_authorized_clients = com\nparent_domain_matches_subdomains =\n", Holds, 1),
        ("qmqpd_authorized_clients = .co.kr\nparent_domain_matches_subdomains =\n", Fails, 0),
        ("qmqpd_authorized_clients = !0.0.0.0/0, 0.0.0.0/0\n", Holds, 0),
        ("qmqpd_authorized_clients = !192.0.2.1, 0.0.0.0/0\n", Fails, 0),
        ("qmqpd_authorized_clients = !cidr:/etc/postfix/no, 0.0.0.0/0\n", Depends, 0),
        ("qmqpd_authorized_clients = 192.0.2.0/24, lists.a.example\n", Holds, 2),
        ("qmqpd_authorized_clients = /etc/postfix/clients\n", Depends, 0),
        ("qmqpd_authorized_clients = hash:/etc/postfix/clients\n", Depends, 0),
        ("qmqpd_authorized_clients = $mynetworks\n", Depends, 0),
    ];
    for (main, verdict, exceptions) in cases {
        let found = postfix(main, QMQPD, &[], Relay);
        assert_eq!(verdicts(&found), [*verdict], "{main}");
        assert_eq!(found[0].exceptions.len(), *exceptions, "{main}");
        assert_eq!(found[0].service.as_deref(), Some("628"));
        let entrance = postfix(main, QMQPD, &[], Entrance);
        assert_eq!(verdicts(&entrance), [*verdict], "{main}");
        // The users of the host come on top.
        assert_eq!(entrance[0].exceptions.len(), *exceptions + 1, "{main}");
        assert!(found.iter().all(|one| (one.verdict == Depends) != one.missing.is_empty()), "{main}");
    }
}

#[test]
fn tables_of_qmqpd_clients_are_read() {
    let main = "qmqpd_authorized_clients = cidr:/etc/postfix/nets\n";
    let wide = postfix(main, QMQPD, &[("/etc/postfix/nets", "192.0.2.0/24 OK\n0.0.0.0/0 OK\n")], Relay);
    assert_eq!(verdicts(&wide), [Fails]);
    let some = postfix(main, QMQPD, &[("/etc/postfix/nets", "192.0.2.0/24 OK\n")], Relay);
    assert_eq!((verdicts(&some), some[0].exceptions.len()), (vec![Holds], 1));
    assert!(some[0].exceptions[0].en.contains("256 addresses"), "{some:?}");
}

#[test]
fn a_qmqpd_of_this_host_is_no_entrance() {
    let main = "qmqpd_authorized_clients = 0.0.0.0/0\n";
    assert!(postfix(main, "127.0.0.1:628 inet n - n - - qmqpd\n", &[], Relay).is_empty());
    assert!(postfix(main, "", &[], Relay).is_empty());
}

#[test]
fn other_entrances_are_found() {
    for (master, verdict) in [
        ("", Holds),
        ("587 inet n - n - - smtpd\nsmtpd pass - - n - - smtpd\n", Holds),
        ("2525 inet n - n - - smtpd -c /etc/postfix-other\n", Depends),
        ("2525 inet n - n - - smtpd -o content_filter=-c -o x=y\n", Holds),
        ("7777 inet n n n - 0 spawn user=nobody argv=/bin/cat\n", Depends),
        ("127.0.0.1:7777 inet n n n - 0 spawn user=nobody argv=/bin/cat\n", Holds),
        ("policy unix - n n - 0 spawn user=nobody argv=/bin/cat\n", Holds),
        ("7777 inet n n n - 0 hermes\n", Depends),
        ("7777 inet n - n - 0 cleanup\n", Fails),
        ("7777 inet n - n - 0 showq\n", Holds),
    ] {
        assert_eq!(verdicts(&postfix("", master, &[], Entrance)), [verdict], "{master}");
    }
    let stock = Setup::of(MAIN, &[], World::default()).model;
    let found = host_proofs(&stock, None);
    assert!(found.iter().any(|one| one.claim == Entrance && one.verdict == Depends), "{found:?}");
    let closed = postfix("authorized_submit_users =\n", "", &[], Entrance);
    assert!(closed[0].exceptions.is_empty());
}

const CLIENT: &str = "relay unix - - n - - smtp\n";
const LOGIN: &str = "relayhost = [mail.b.example]:587\nsmtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = texthash:/etc/postfix/pw\nsmtp_sasl_security_options = noanonymous\n";
const PASSWORDS: &[(&str, &str)] = &[("/etc/postfix/pw", "[mail.b.example]:587 user:secret\n")];

fn outgoing(main: &str, master: &str) -> HostVerdict {
    let found = postfix(&format!("{LOGIN}{main}"), &format!("{CLIENT}{master}"), PASSWORDS, Outgoing);
    found[0].verdict
}

#[test]
fn passwords_need_mandatory_tls() {
    for (main, verdict) in [
        ("", Fails),
        ("smtp_tls_security_level = may\n", Fails),
        ("smtp_tls_security_level = dane\n", Fails),
        ("smtp_tls_security_level = encrypt\n", Holds),
        ("smtp_tls_security_level = dane-only\n", Holds),
        ("smtp_enforce_tls = yes\n", Holds),
        ("smtp_use_tls = yes\n", Fails),
        ("smtp_tls_wrappermode = yes\n", Holds),
        ("smtp_tls_security_level = may\nsmtp_sasl_security_options = noplaintext, noanonymous\n", Holds),
        ("smtp_sasl_auth_enable = no\n", Holds),
        ("smtp_sasl_password_maps =\n", Holds),
        ("smtp_tls_security_level = encrypt\nsmtp_tls_policy_maps = hash:/etc/postfix/other\n", Depends),
        ("smtp_tls_policy_maps = hash:/etc/postfix/other\n", Depends),
        ("smtp_tls_security_level = encrypt\nsmtp_tls_policy_maps = static:may\n", Fails),
        ("smtp_tls_per_site = hash:/etc/postfix/sites\n", Depends),
    ] {
        assert_eq!(outgoing(main, ""), verdict, "{main}");
    }
    let bare = postfix("smtp_sasl_security_options = noanonymous\n", CLIENT, &[], Outgoing);
    assert_eq!(verdicts(&bare), [Holds]);
}

#[test]
fn the_options_of_a_client_count() {
    let strong = "smtp_tls_security_level = encrypt\n";
    assert_eq!(outgoing(strong, "plain unix - - n - - smtp -o smtp_tls_security_level=may\n"), Fails);
    assert_eq!(outgoing("", "x unix - - n - - smtp -o smtp_tls_security_level=encrypt\n"), Fails);
    let found = postfix(
        &format!("{LOGIN}{strong}"),
        &format!("{CLIENT}plain unix - - n - - smtp -o smtp_tls_security_level=may\n"),
        PASSWORDS,
        Outgoing,
    );
    assert_eq!(found.iter().map(|one| one.service.as_deref()).collect::<Vec<_>>(), [Some("plain")]);
}

#[test]
fn policies_are_laid_beside_the_passwords() {
    let tables = |policy: &'static str| [PASSWORDS[0], ("/etc/postfix/tls", policy)];
    let decide = |main: &str, policy: &'static str| {
        let main = format!("{LOGIN}{main}smtp_tls_policy_maps = texthash:/etc/postfix/tls\n");
        verdicts(&postfix(&main, CLIENT, &tables(policy), Outgoing))
    };
    assert_eq!(decide("", "[mail.b.example]:587 encrypt\n"), [Holds]);
    assert_eq!(decide("", "[mail.b.example]:587 secure match=nexthop\n"), [Holds]);
    assert_eq!(decide("", "[mail.c.example]:587 encrypt\n"), [Fails]);
    assert_eq!(decide("smtp_tls_security_level = encrypt\n", "[mail.b.example]:587 may\n"), [Fails]);
    assert_eq!(decide("smtp_tls_security_level = encrypt\n", "c.example may\n"), [Holds]);
}

#[test]
fn passwords_for_this_host_may_go_in_clear() {
    let main = LOGIN.replace("mail.b.example", "127.0.0.1");
    let tables = [("/etc/postfix/pw", "[127.0.0.1]:587 user:secret\n")];
    assert_eq!(verdicts(&postfix(&main, CLIENT, &tables, Outgoing)), [Holds]);
    assert_eq!(verdicts(&postfix(&main, CLIENT, &[], Outgoing)), [Holds]);
    let routed = format!("{main}transport_maps = hash:/etc/postfix/transport\n");
    assert_eq!(verdicts(&postfix(&routed, CLIENT, &[], Outgoing)), [Fails]);
}

#[test]
fn mail_comes_back_from_the_filter_alone() {
    const FILTER: &str = "content_filter = scan:[127.0.0.1]:10024\nmynetworks = 127.0.0.0/8\n";
    let decide = |main: &str, master: &str| {
        let found = postfix(&format!("{FILTER}{main}"), master, &[], Reinjection);
        (found[0].verdict, found[0].exceptions.len())
    };
    assert_eq!(decide("", ""), (Holds, 0));
    assert_eq!(decide("", "127.0.0.1:10025 inet n - n - - smtpd -o content_filter=\n"), (Holds, 0));
    assert_eq!(decide("", "10025 inet n - n - - smtpd -o content_filter=\n"), (Fails, 0));
    assert_eq!(
        decide("inet_interfaces = loopback-only\n", "10025 inet n - n - - smtpd -o content_filter=\n"),
        (Holds, 0)
    );
    assert_eq!(
        decide("", "2525 inet n - n - - smtpd -o receive_override_options=no_unknown_recipient_checks\n"),
        (Fails, 0)
    );
    let guarded =
        "10025 inet n - n - - smtpd -o content_filter= -o smtpd_client_restrictions=permit_mynetworks,reject\n";
    assert_eq!(decide("", guarded), (Holds, 0));
    assert_eq!(decide("mynetworks = 127.0.0.0/8, 192.0.2.0/28\n", guarded), (Holds, 1));
    assert_eq!(decide("mynetworks = 0.0.0.0/0\n", guarded), (Fails, 0));
    assert_eq!(decide("mynetworks = /etc/postfix/nets\n", guarded), (Depends, 0));
    let table = "10025 inet n - n - - smtpd -o content_filter= -o { smtpd_client_restrictions = check_client_access hash:/etc/postfix/c, reject }\n";
    assert_eq!(decide("", table), (Depends, 0));
    let open = "10025 inet n - n - - smtpd -o content_filter= -o smtpd_client_restrictions=permit_mynetworks\n";
    assert_eq!(decide("", open), (Fails, 0));
}

#[test]
fn without_main_cf_a_listener_past_the_filter_is_open_to_doubt() {
    let mut model = model("", "2525 inet n - n - - smtpd -o content_filter=\n", &[]);
    model.given.main_cf = Presence::Missing;
    let found = host_proofs(&model, None);
    assert!(found.iter().any(|one| one.claim == Reinjection && one.verdict == Depends), "{found:?}");
}

/// 2.3; each was tried with 2.3.19.1 from an address that is not the server's.
#[test]
fn logins_without_tls_are_found() {
    for (lines, verdict) in [
        ("", Holds),
        ("disable_plaintext_auth = no\n", Fails),
        ("ssl = required\ndisable_plaintext_auth = no\n", Holds),
        ("ssl = no\n", Holds),
        ("ssl = no\ndisable_plaintext_auth = no\n", Fails),
        ("auth_mechanisms = plain cram-md5\n", Fails),
        ("ssl = required\nauth_mechanisms = plain cram-md5\n", Holds),
        ("auth_mechanisms = plain login xoauth2 external apop\n", Holds),
        ("ssl = required\nprotocol imap {\n  ssl = yes\n  disable_plaintext_auth = no\n}\n", Fails),
        ("ssl = required\nprotocol pop3 {\n  ssl = yes\n  disable_plaintext_auth = no\n}\n", Holds),
        ("remote 192.0.2.0/24 {\n  disable_plaintext_auth = no\n}\n", Fails),
        ("remote 127.0.0.0/8 {\n  disable_plaintext_auth = no\n}\n", Holds),
        ("local 192.0.2.7 {\n  disable_plaintext_auth = no\n}\n", Fails),
        ("login_trusted_networks = 0.0.0.0/0\n", Fails),
        ("listen = 127.0.0.1, ::1\ndisable_plaintext_auth = no\n", Holds),
        ("service imap-login {\n  inet_listener imap {\n    port = 0\n  }\n}\ndisable_plaintext_auth = no\n", Holds),
        (
            "service imap-login {\n  inet_listener imap {\n    address = 127.0.0.1\n  }\n}\ndisable_plaintext_auth = no\n",
            Holds,
        ),
        (
            "service imap-login {\n  inet_listener other {\n    port = 1143\n  }\n}\ndisable_plaintext_auth = no\n",
            Fails,
        ),
    ] {
        let found = logins(&format!("protocols = imap\nmail_location = maildir:~/m\n{lines}"), Imap);
        assert_eq!(found.map(|one| one.verdict), Some(verdict), "{lines}");
    }
    let apop = "protocols = pop3\nmail_location = maildir:~/m\nauth_mechanisms = plain apop\n";
    assert_eq!(logins(apop, Pop3).map(|one| one.verdict), Some(Fails));
    assert!(logins(apop, Imap).is_none());
    let sieve = "protocols = imap sieve\nmail_location = maildir:~/m\ndisable_plaintext_auth = no\n";
    assert_eq!(logins(sieve, Sieve).map(|one| one.verdict), Some(Fails));
}

#[test]
fn trusted_networks_are_exceptions() {
    let text = "protocols = imap\nmail_location = maildir:~/m\nlogin_trusted_networks = 192.0.2.0/28 127.0.0.1\n";
    let found = logins(text, Imap).unwrap();
    assert_eq!((found.verdict, found.exceptions.len()), (Holds, 1));
    assert!(found.exceptions[0].en.contains("16 addresses"), "{found:?}");
}

#[test]
fn logins_of_2_4_are_judged_by_its_settings() {
    let decide = |lines: &str| {
        let head = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\nprotocols = imap\n";
        logins(&format!("{head}{lines}"), Imap).map(|one| (one.verdict, one.exceptions.len()))
    };
    assert_eq!(decide(""), Some((Holds, 0)));
    assert_eq!(decide("auth_allow_cleartext = yes\n"), Some((Fails, 0)));
    assert_eq!(decide("login_trusted_networks = 192.0.2.0/28\n"), Some((Holds, 1)));
    assert_eq!(decide("ssl = required\nlogin_trusted_networks = 192.0.2.0/28\n"), Some((Holds, 0)));
    assert_eq!(decide("protocol imap {\n  auth_allow_cleartext = yes\n}\n"), Some((Fails, 0)));
    assert_eq!(
        decide(
            "service imap-login {\n  inet_listener imap {\n    listen = 127.0.0.1\n  }\n}\nauth_allow_cleartext = yes\n"
        ),
        Some((Holds, 0))
    );
}

#[test]
fn what_was_not_given_may_change_it() {
    let text = "protocols = imap\nmail_location = maildir:~/m\n!include conf.d/10-auth.conf\n";
    let found = logins(text, Imap).unwrap();
    assert_eq!((found.verdict, found.missing.len()), (Depends, 1));
    // A file of conf.d alone says nothing of the others.
    let part = logins("mail_location = maildir:~/m\ndisable_plaintext_auth = no\n", Imap).unwrap();
    assert_eq!(part.verdict, Depends);
}

#[test]
fn lmtp_on_the_network_is_an_entrance() {
    let text = "protocols = lmtp\nmail_location = maildir:~/m\nservice lmtp {\n  inet_listener lmtp {\n    port = 24\n  }\n}\n";
    assert_eq!(logins(text, Entrance).map(|one| one.verdict), Some(Fails));
    let here = text.replace("port = 24", "address = 127.0.0.1\n    port = 24");
    assert_eq!(logins(&here, Entrance).map(|one| one.verdict), Some(Holds));
}
