//! The claims on small configurations.

use super::{Claim, Verdict, prove};
use crate::Around;
use crate::testing::Setup;
use postproof_sim::World;

/// The verdict of one claim in one word, with conditions and the witness's envelope.
fn verdict(main: &str, tables: &[(&str, &str)], claim: Claim) -> String {
    let closed = World {
        dns_is_closed: true,
        policy_is_closed: true,
        users_are_closed: true,
        files_are_closed: true,
        ..World::default()
    };
    in_world(main, tables, claim, closed)
}

fn in_world(main: &str, tables: &[(&str, &str)], claim: Claim, world: World) -> String {
    let main = format!("compatibility_level = 3.6\nmyhostname = mx.own.example\nmydestination = own.example\n{main}");
    let setup = Setup::of(&main, tables, world);
    let proofs = prove(&setup.model, setup.service, &setup.world, &Around::default());
    let proof = proofs.proofs.into_iter().find(|proof| proof.claim == claim).unwrap();
    let mut shown = match &proof.verdict {
        Verdict::Holds => "holds".to_owned(),
        Verdict::Fails(witness) => {
            let session = &witness.session;
            format!(
                "fails {} <{}> <{}>",
                session.client.address,
                session.sender.as_deref().unwrap_or("-"),
                session.recipients.join(",")
            )
        }
        Verdict::Depends(conditions) => {
            let clause = |one: &crate::Condition| {
                one.answers.iter().map(|one| crate::clause(one).en.into_owned()).collect::<Vec<_>>().join(" and ")
            };
            format!("depends on {}", conditions.iter().map(clause).collect::<Vec<_>>().join(" or "))
        }
        Verdict::BoundReached => "bound".to_owned(),
    };
    // Whom mynetworks names is an exception of every claim.
    let is_meant = |one: &&crate::Exception| one.decider.restriction.as_deref() == Some("permit_mynetworks");
    for exception in proof.exceptions.iter().filter(|one| !is_meant(one)) {
        shown.push_str(&format!("; {} grants", exception.decider.restriction.as_deref().unwrap_or("-")));
    }
    shown
}

fn relay(main: &str, tables: &[(&str, &str)]) -> String {
    verdict(main, tables, Claim::NoOpenRelay)
}

const GUARDED: &str = "mynetworks = 127.0.0.0/8 10.0.0.0/8\nsmtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination\n";

#[test]
fn the_usual_guard_holds() {
    assert_eq!(relay(GUARDED, &[]), "holds");
}

#[test]
fn everything_in_mynetworks_is_an_open_relay() {
    let found =
        relay("mynetworks = 0.0.0.0/0\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n", &[]);
    assert!(found.starts_with("fails 203.0.113.9 <"), "{found}");
    let half = relay(
        "mynetworks = 128.0.0.0/2\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n",
        &[],
    );
    assert!(half.starts_with("fails "), "{half}");
}

#[test]
fn an_ok_for_a_sender_before_the_guard_is_an_open_relay() {
    let main = "smtpd_relay_restrictions = check_sender_access hash:/etc/postfix/senders, reject_unauth_destination\n";
    let found = relay(main, &[("/etc/postfix/senders", "friend.example OK\n")]);
    assert!(found.contains("@friend.example>"), "{found}");
    let found = relay(main, &[("/etc/postfix/senders", "friend.example REJECT\n")]);
    assert_eq!(found, "holds");
}

#[test]
fn helo_names_are_free_to_choose() {
    let main = "smtpd_recipient_restrictions = check_helo_access hash:/etc/postfix/helo, reject_unauth_destination\nsmtpd_relay_restrictions =\n";
    assert!(relay(main, &[("/etc/postfix/helo", "trusted.example OK\n")]).starts_with("fails "));
}

#[test]
fn particular_clients_are_exceptions_of_a_proof_that_holds() {
    let main = format!(
        "{GUARDED}smtpd_relay_restrictions = check_client_access hash:/etc/postfix/clients, reject_unauth_destination\n"
    );
    assert_eq!(relay(&main, &[("/etc/postfix/clients", "192.0.2.7 OK\n")]), "holds; check_client_access grants");
    assert_eq!(relay(&main, &[("/etc/postfix/clients", "partner.example OK\n")]), "holds; check_client_access grants");
    let found = relay(&main, &[("/etc/postfix/clients", "com OK\n")]);
    assert!(found.starts_with("fails "), "{found}");
}

#[test]
fn a_policy_server_before_the_guard_decides() {
    let main = "smtpd_relay_restrictions = check_policy_service inet:127.0.0.1:9999, reject_unauth_destination\n";
    let found = in_world(main, &[], Claim::NoOpenRelay, World::default());
    assert!(found.starts_with("depends on ") && found.contains("127.0.0.1:9999"), "{found}");
}

#[test]
fn without_a_guard_smtpd_does_not_start() {
    assert_eq!(relay("smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = permit\n", &[]), "holds");
}

#[test]
fn auth_without_tls_is_seen() {
    let on = "smtpd_sasl_auth_enable = yes\n";
    let found = verdict(on, &[], Claim::AuthOnlyWithTls);
    assert!(found.starts_with("fails "), "{found}");
    let tls = "smtpd_sasl_auth_enable = yes\nsmtpd_tls_security_level = may\nsmtpd_tls_auth_only = yes\nsmtpd_tls_cert_file = /etc/c\n";
    assert_eq!(verdict(tls, &[], Claim::AuthOnlyWithTls), "holds");
    assert_eq!(verdict("", &[], Claim::AuthOnlyWithTls), "holds");
}

#[test]
fn logged_in_users_are_held_to_their_senders() {
    let on = format!("{GUARDED}smtpd_sasl_auth_enable = yes\nsmtpd_sender_login_maps = hash:/etc/postfix/logins\n");
    let tables = [("/etc/postfix/logins", "alice@own.example alice\nbob@own.example bob\n")];
    assert!(verdict(&on, &tables, Claim::OwnSendersOnly).starts_with("fails "));
    let checked = format!("{on}smtpd_sender_restrictions = reject_sender_login_mismatch\n");
    assert_eq!(verdict(&checked, &tables, Claim::OwnSendersOnly), "holds");
    let known = format!("{on}smtpd_sender_restrictions = reject_known_sender_login_mismatch\n");
    let found = verdict(&known, &tables, Claim::OwnSendersOnly);
    assert!(found.starts_with("fails ") && !found.contains("@own.example> <x"), "{found}");
}

#[test]
fn recipients_that_no_table_lists_are_backscatter() {
    let relay = format!("{GUARDED}relay_domains = relay.example\nlocal_recipient_maps = hash:/etc/postfix/users\n");
    let tables = [("/etc/postfix/users", "alice x\n")];
    let found = verdict(&relay, &tables, Claim::RecipientsValidated);
    assert!(found.contains("@relay.example>"), "{found}");
    let listed = format!("{relay}relay_recipient_maps = hash:/etc/postfix/users\n");
    assert_eq!(verdict(&listed, &tables, Claim::RecipientsValidated), "holds");
    let off = format!("{listed}smtpd_reject_unlisted_recipient = no\n");
    assert!(verdict(&off, &tables, Claim::RecipientsValidated).starts_with("fails "));
}

#[test]
fn own_domains_as_senders_of_strangers() {
    let found = verdict(GUARDED, &[], Claim::OwnDomainsProtected);
    assert!(found.contains("@own.example> <"), "{found}");
    let main = format!(
        "{GUARDED}local_recipient_maps =\nsmtpd_sender_restrictions = permit_mynetworks, check_sender_access hash:/etc/postfix/own\n"
    );
    let tables = [("/etc/postfix/own", "own.example REJECT\n")];
    assert_eq!(verdict(&main, &tables, Claim::OwnDomainsProtected), "holds");
}

#[test]
fn link_local_addresses_are_no_strangers() {
    let main = "mynetworks = 127.0.0.0/8 [fe80::]/10\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n";
    assert_eq!(relay(main, &[]), "holds");
}

/// Domains, users and aliases in tables that were not given.
const IN_SQL: &str =
    "virtual_mailbox_domains = pgsql:/d.cf\nvirtual_mailbox_maps = pgsql:/m.cf\nvirtual_alias_maps = pgsql:/a.cf\n";

fn unknown(main: &str, claim: Claim) -> String {
    in_world(&format!("{IN_SQL}{main}"), &[], claim, World::default())
}

#[test]
fn an_open_relay_is_one_whatever_tables_of_own_domains_hold() {
    for main in [
        "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = check_client_access static:OK, reject\n",
        "smtpd_relay_restrictions = check_sender_access static:OK, reject_unauth_destination\n",
        "smtpd_relay_restrictions = check_sender_access inline:{friend.example=OK}, reject_unauth_destination\n",
        "relay_domains = /etc/postfix/relayed\nsmtpd_relay_restrictions = check_helo_access static:OK, reject_unauth_destination\n",
        "mynetworks = 127.0.0.0/8 mysql:/n.cf\nsmtpd_relay_restrictions = check_helo_access static:OK, reject_unauth_destination\n",
    ] {
        let found = unknown(main, Claim::NoOpenRelay);
        assert!(found.starts_with("fails "), "{main}{found}");
    }
}

#[test]
fn tables_of_own_domains_and_clients_do_not_hide_a_guard() {
    for main in [
        GUARDED,
        "mydestination = mysql:/h.cf\nsmtpd_relay_restrictions = reject_unauth_destination\n",
        "relay_domains = /etc/postfix/relayed\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n",
    ] {
        assert_eq!(unknown(main, Claim::NoOpenRelay), "holds", "{main}");
    }
    // Whom a table of clients trusts that was not read is not known.
    for (main, expected) in [
        (
            "mynetworks = proxy:mysql:/n.cf /etc/postfix/networks\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n",
            "depends on `/etc/postfix/networks` trusts an outsider or `mysql:/n.cf` trusts an outsider",
        ),
        (
            "relay_clientcerts = pgsql:/c.cf\nsmtpd_tls_ask_ccert = yes\nsmtpd_use_tls = yes\nsmtpd_tls_cert_file = /c.pem\nsmtpd_relay_restrictions = permit_tls_clientcerts, reject_unauth_destination\n",
            "depends on `pgsql:/c.cf` trusts an outsider; permit_tls_clientcerts grants",
        ),
    ] {
        assert_eq!(unknown(main, Claim::NoOpenRelay), expected, "{main}");
    }
}

/// Kinds of proofs that were false, each with what makes them so.
#[test]
fn what_people_would_call_open_does_not_hold() {
    let users = ("/users", "alice x\n");
    let guard = "mynetworks = 127.0.0.0/8\nlocal_recipient_maps = texthash:/users\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n";
    let with = |main: &str, tables: &[(&str, &str)], claim: Claim| {
        let all: Vec<(&str, &str)> = tables.iter().copied().chain([users]).collect();
        verdict(&format!("{guard}{main}"), &all, claim)
    };
    let relays = |main: &str, tables: &[(&str, &str)]| {
        let found = with(main, tables, Claim::NoOpenRelay);
        assert!(!found.starts_with("holds"), "{main}: {found}");
    };
    relays("relay_domains = static:all\n", &[]);
    relays("relay_domains = co.kr\n", &[]);
    relays("relay_domains = pcre:/d\n", &[("/d", "/^mail.partner.com$/ OK\n")]);
    relays("virtual_alias_maps = regexp:/a\n", &[("/a", "/^(.*)=(.*)@own\\.example$/ $1@$2\n")]);
    relays(
        "smtpd_relay_restrictions = check_client_access regexp:/c, reject_unauth_destination\n",
        &[("/c", "/partner\\.com$/ OK\n")],
    );
    relays(
        "smtpd_relay_restrictions = check_client_access regexp:/c, reject_unauth_destination\n",
        &[("/c", "/^172\\./ OK\n")],
    );
    relays(
        "smtpd_relay_restrictions = check_sender_access regexp:/s, reject_unauth_destination\n",
        &[("/s", "if /^vip-/\n/@friend\\.example$/ OK\nendif\n")],
    );
    relays(
        "smtpd_relay_restrictions = check_sender_access regexp:/s, reject_unauth_destination\n",
        &[("/s", "/^[^v]/ REJECT\n/@friend\\.example$/ OK\n")],
    );
    relays(
        "smtpd_relay_restrictions = check_sender_access inline:{a.example=OK}, reject_unauth_destination\nsmtpd_data_restrictions = reject_unauth_destination\n",
        &[],
    );
    relays("smtpd_upstream_proxy_protocol = haproxy\n", &[]);
    relays("virtual_alias_maps = regexp:/a\n", &[("/a", "/^(.*)=(.*)@own\\.example$/ $1@[$2]\n")]);
    relays(
        "virtual_alias_maps = regexp:/a\n",
        &[("/a", "/^a-(.*)@own\\.example$/ b-$1@hub.example\n/^b-(.*)=(.*)@hub\\.example$/ $1@$2\n")],
    );
    relays(
        "recipient_delimiter = +\nvirtual_alias_maps = inline:{joe@own.example=bob@hub.example} regexp:/a\n",
        &[("/a", "/^bob\\+(.*)=(.*)@hub\\.example$/ $1@$2\n")],
    );
    relays("mynetworks = 127.0.0.0/8 ${stress?{0.0.0.0/0}}\n", &[]);
    relays("smtpd_authorized_xclient_hosts = 0.0.0.0/0\n", &[]);
    let kept = with(
        "masquerade_domains = own.example\nsmtpd_sender_restrictions = check_sender_access regexp:/s\n",
        &[("/s", "/@own\\.example$/ REJECT\n")],
        Claim::OwnDomainsProtected,
    );
    assert!(kept.starts_with("fails"), "{kept}");
}

/// Verdicts that no outsider's session can break.
#[test]
fn what_no_outsider_can_do_does_not_fail() {
    let guard = "mynetworks = 127.0.0.0/8\nlocal_recipient_maps = inline:{alice=x}\n";
    for list in [
        "check_client_access inline:{localhost=OK}, reject_unauth_destination",
        "check_recipient_access inline:{own.example=OK}, reject_unauth_destination",
        "permit_mynetworks, check_client_access inline:{partner.com=OK}, reject_unauth_destination",
    ] {
        let found = verdict(&format!("{guard}smtpd_relay_restrictions = {list}\n"), &[], Claim::NoOpenRelay);
        assert!(found.starts_with("holds"), "{list}: {found}");
    }
}

#[test]
fn what_restrictions_would_find_in_a_table_of_own_domains_stays_open() {
    let shared = "smtpd_relay_restrictions = check_helo_access pgsql:/d.cf, reject_unauth_destination\n";
    let found = unknown(shared, Claim::NoOpenRelay);
    assert!(found.starts_with("depends on ") && found.contains("pgsql:/d.cf"), "{found}");
    let networks = "mynetworks = mysql:/n.cf\nsmtpd_relay_restrictions = check_client_access mysql:/n.cf, reject_unauth_destination\n";
    let found = unknown(networks, Claim::NoOpenRelay);
    assert!(found.starts_with("depends on ") && found.contains("mysql:/n.cf"), "{found}");
}

#[test]
fn domains_in_tables_have_users_and_senders_too() {
    let off = format!("{GUARDED}smtpd_reject_unlisted_recipient = no\n");
    let found = unknown(&off, Claim::RecipientsValidated);
    assert!(found.starts_with("fails ") && found.contains(".example>"), "{found}");
    assert_eq!(unknown(GUARDED, Claim::RecipientsValidated), "holds");
    let relayed = format!("{GUARDED}relay_domains = mysql:/r.cf\n");
    let found = unknown(&relayed, Claim::RecipientsValidated);
    assert!(found.starts_with("fails ") && found.contains("@relay-domain.example>"), "{found}");
    let sent = format!("{GUARDED}mydestination =\n");
    let found = unknown(&sent, Claim::OwnDomainsProtected);
    assert!(found.contains("@mailbox-domain.example> <"), "{found}");
    let rejected = format!("{GUARDED}smtpd_sender_restrictions = check_sender_access static:REJECT\n");
    assert_eq!(unknown(&rejected, Claim::OwnDomainsProtected), "holds");
}

#[test]
fn a_domain_that_only_a_restriction_names_may_be_an_own_one() {
    // The recipient's list lets this one pass before the senders are looked at.
    let main = format!(
        "{GUARDED}mydestination =\nsmtpd_recipient_restrictions = check_recipient_access inline:{{friend.example=OK}}, \
         check_sender_access static:REJECT\n"
    );
    let found = unknown(&main, Claim::OwnDomainsProtected);
    assert!(found.starts_with("fails ") || found.starts_with("depends on "), "{found}");
    assert!(found.contains("friend.example"), "{found}");
}

#[test]
fn owners_of_senders_in_a_table_that_was_not_given() {
    let on = format!("{GUARDED}smtpd_sasl_auth_enable = yes\nsmtpd_sender_login_maps = pgsql:/o.cf\n");
    assert!(unknown(&on, Claim::OwnSendersOnly).starts_with("fails "));
    let checked = format!("{on}smtpd_sender_restrictions = reject_sender_login_mismatch\n");
    assert_eq!(unknown(&checked, Claim::OwnSendersOnly), "holds");
}

#[test]
fn addresses_of_the_host_that_the_world_tells_are_its_own() {
    let interfaces = Some(vec!["198.51.100.25/32".parse().unwrap(), "2001:db8:25::25/128".parse().unwrap()]);
    let world = World { interfaces, ..World::closed() };
    let main = "inet_interfaces = all\nsmtpd_relay_restrictions = check_helo_access static:OK, reject\n\
        smtpd_recipient_restrictions = reject_unauth_destination\n";
    assert_eq!(in_world(main, &[], Claim::NoOpenRelay, world), "holds");
}

#[test]
fn classes_that_double_at_each_level_reach_a_bound() {
    let names: Vec<String> = (0..40).map(|at| format!("class{at}")).collect();
    let class = |at: usize| format!("class{at} = class{0}, class{0}\n", at + 1);
    let classes: String = (0..39).map(class).collect();
    let main = format!(
        "{GUARDED}smtpd_restriction_classes = {}\n{classes}class39 = permit_auth_destination\n\
         smtpd_helo_restrictions = class0\n",
        names.join(" ")
    );
    // Whatever comes out, it comes out.
    assert!(!relay(&main, &[]).is_empty());
}

/// A pattern that spells a domain out trusts nobody but its owner.
#[test]
fn patterns_of_one_named_domain_open_nothing() {
    let guard = "mynetworks = 127.0.0.0/8\nlocal_recipient_maps = inline:{alice=x}\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\nrelay_domains = pcre:/d\n";
    for pattern in [
        "/^mail\\.partner\\.com$/ x",
        "/\\.partner\\.com$/ x",
        "/^[^.]+\\.partner\\.com$/ x",
        "/^partner\\.(com|net)$/ x",
    ] {
        let found = verdict(guard, &[("/d", &format!("{pattern}\n"))], Claim::NoOpenRelay);
        assert_eq!(found, "holds", "{pattern}");
    }
    let found = verdict(guard, &[("/d", "/^mail.partner\\.com$/ x\n")], Claim::NoOpenRelay);
    assert!(found.starts_with("fails"), "{found}");
}

/// Own domains may stand in the name of a table.
#[test]
fn own_domains_written_into_a_table_are_own() {
    for table in ["inline:{brand.com=1}", "unionmap:{inline:{brand.com=1}}"] {
        let main = format!(
            "mynetworks = 127.0.0.0/8\nlocal_recipient_maps = inline:{{alice=x}}\nsmtpd_sender_restrictions = permit_mynetworks, check_sender_access inline:{{own.example=REJECT}}\nvirtual_mailbox_domains = {table}\n"
        );
        let found = verdict(&main, &[], Claim::OwnDomainsProtected);
        assert!(found.starts_with("fails"), "{table}: {found}");
    }
}

/// What is not followed makes no proof.
#[test]
fn what_is_not_followed_is_not_proved() {
    let catchall = "recipient_delimiter = +\nlocal_recipient_maps =\nluser_relay = user@$extension\n";
    assert_eq!(verdict(catchall, &[], Claim::NoOpenRelay), "bound");
    let plain = "recipient_delimiter = +\nlocal_recipient_maps =\nluser_relay = user+$extension\n";
    assert_eq!(verdict(plain, &[], Claim::NoOpenRelay), "holds");
    let login = "smtpd_sasl_auth_enable = yes\nsmtpd_sasl_security_options = noanonymous, noplaintext\n";
    assert_eq!(verdict(login, &[], Claim::AuthOnlyWithTls), "bound");
}

/// Below a name that nobody can register there is no relay.
#[test]
fn names_below_localhost_are_the_hosts_own() {
    for name in ["localhost", "foo.example, localhost", "lan"] {
        let main = format!(
            "compatibility_level = 0\nmyhostname = a.example\nmydestination = {name}\nmynetworks = 127.0.0.0/8\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n"
        );
        assert_eq!(verdict(&main, &[], Claim::NoOpenRelay), "holds", "{name}");
    }
}
