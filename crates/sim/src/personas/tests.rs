//! The typical sessions of small configurations.

use super::{Persona, Personas, Wanted, personas};
use crate::testing::Setup;
use crate::{Command, Protocol, Reply, Session, Verdict, World, on_assumed_host, simulate};

/// A host of which everything is known, with users of its own domain.
const HOST: &str = "compatibility_level = 3.6\nmyhostname = mx.own.test\ninet_interfaces = 192.0.2.1\n\
    mydestination = $myhostname, own.test\nmynetworks = 192.0.2.0/28\n";

/// A host that knows its domains and users only from a database, and asks
/// other servers about its clients.
const ASKS: &str = "mydestination =\nvirtual_mailbox_domains = pgsql:/d\nvirtual_mailbox_maps = pgsql:/u\n\
    smtpd_client_restrictions = reject_rbl_client bl.test\n\
    smtpd_helo_restrictions = check_helo_access pgsql:/h, reject_unknown_helo_hostname\n\
    smtpd_sender_restrictions = check_sender_access pgsql:/s, reject_unknown_sender_domain\n\
    smtpd_end_of_data_restrictions = check_policy_service inet:127.0.0.1:10040\nsmtpd_sasl_auth_enable = yes\n";

fn of(more: &str) -> Personas {
    with_tables(more, &[])
}

fn with_tables(more: &str, tables: &[(&str, &str)]) -> Personas {
    personas(&Setup::new(&format!("{HOST}{more}"), tables, World::open()).config())
}

fn keys(personas: &Personas) -> Vec<&'static str> {
    personas.iter().map(|one| one.key).collect()
}

fn one<'p>(personas: &'p Personas, key: &str) -> &'p Persona {
    personas.iter().find(|one| one.key == key).unwrap()
}

/// A session in one line: who connects and greets, and what it does.
fn line(session: &Session) -> String {
    let client = &session.client;
    let name = client.name.as_deref().unwrap_or("-");
    let helo = session.helo.as_deref().unwrap_or("-");
    let tls = if session.tls { " TLS" } else { "" };
    let login = session.login.as_ref().map(|login| format!(" as {login}")).unwrap_or_default();
    let sender = session.sender.as_deref().unwrap_or("-");
    assert_eq!((session.recipients.len(), session.data, session.protocol), (1, true, Protocol::Esmtp));
    format!("{} {name} {helo}{tls}{login} <{sender}> <{}>", client.address, session.recipients[0])
}

#[track_caller]
fn played_by(personas: &Personas, key: &str, expected: &str) {
    assert_eq!(line(&one(personas, key).session), expected, "{key}");
}

fn decision(persona: &Persona) -> (Command, Verdict, &str) {
    let reply = persona.played.outcome.decisive().unwrap();
    (reply.command, reply.verdict, reply.decider.restriction.as_deref().unwrap_or("-"))
}

#[test]
fn each_session_is_what_its_key_says() {
    let all = of("smtpd_sasl_auth_enable = yes\n");
    let stranger = "203.0.113.9 mail.sender.example mail.sender.example";
    let expected = [
        ("stranger-elsewhere", format!("{stranger} <bob@example.net> <alice@example.com>")),
        ("stranger-home", format!("{stranger} <bob@example.net> <user@own.test>")),
        ("bounce-home", format!("{stranger} <> <user@own.test>")),
        ("forged-home", format!("{stranger} <user@own.test> <user@own.test>")),
        ("unknown-user", format!("{stranger} <bob@example.net> <no-such-user-4711@own.test>")),
        ("routed-elsewhere", format!("{stranger} <bob@example.net> <alice%example.com@own.test>")),
        ("no-helo", "203.0.113.9 mail.sender.example - <bob@example.net> <user@own.test>".to_owned()),
        ("own-helo", "203.0.113.9 mail.sender.example mx.own.test <bob@example.net> <user@own.test>".to_owned()),
        ("no-reverse-name", "203.0.113.9 - mail.sender.example <bob@example.net> <user@own.test>".to_owned()),
        ("network-elsewhere", "192.0.2.1 - mail.sender.example <user@own.test> <alice@example.com>".to_owned()),
        ("login-elsewhere", format!("{stranger} TLS as user@own.test <user@own.test> <alice@example.com>")),
        ("login-foreign-sender", format!("{stranger} TLS as user@own.test <bob@example.net> <alice@example.com>")),
        ("login-without-tls", format!("{stranger} as user@own.test <user@own.test> <alice@example.com>")),
    ];
    let made: Vec<(&str, String)> = all.iter().map(|one| (one.key, line(&one.session))).collect();
    assert_eq!(made, expected);
}

#[test]
fn what_should_come_of_it_depends_on_the_session_and_the_service() {
    let wanted = |personas: &Personas, wanted| -> Vec<&'static str> {
        personas.iter().filter(|one| one.wanted == wanted).map(|one| one.key).collect()
    };
    let all = of("smtpd_sasl_auth_enable = yes\n");
    let accepted = ["stranger-home", "bounce-home", "network-elsewhere", "login-elsewhere"];
    assert_eq!(wanted(&all, Wanted::Accepted), accepted);
    let refused = ["stranger-elsewhere", "unknown-user", "routed-elsewhere", "login-without-tls"];
    assert_eq!(wanted(&all, Wanted::Refused), refused);

    // Port 587 is for users alone.
    let master = "submission inet n - y - - smtpd\n";
    let setup = Setup::with_master(&format!("{HOST}smtpd_sasl_auth_enable = yes\n"), Some(master), &[], World::open());
    let submission = personas(&setup.config());
    assert_eq!(wanted(&submission, Wanted::Accepted), ["network-elsewhere", "login-elsewhere"]);
    // One that only the host itself reaches is fed by something else.
    let master = "127.0.0.1:587 inet n - y - - smtpd\n";
    let setup = Setup::with_master(HOST, Some(master), &[], World::open());
    let inner = personas(&setup.config());
    assert_eq!(one(&inner, "stranger-home").wanted, Wanted::Accepted);
}

#[test]
fn where_tls_is_required_everybody_uses_it_but_who_is_about_doing_without() {
    let all = of("smtpd_tls_security_level = encrypt\nsmtpd_sasl_auth_enable = yes\n");
    let plain: Vec<&str> = all.iter().filter(|one| !one.session.tls).map(|one| one.key).collect();
    assert_eq!(plain, ["login-without-tls"]);
    assert!(of("").iter().all(|one| !one.session.tls));
}

#[test]
fn users_are_those_that_the_tables_list() {
    let main = "virtual_mailbox_domains = hosted.test\nvirtual_mailbox_maps = texthash:/u\n";
    let tables = [("/u", "@hosted.test x\nanna@other.test x\nanna@hosted.test x\n")];
    let hosted = with_tables(main, &tables);
    played_by(
        &hosted,
        "stranger-home",
        "203.0.113.9 mail.sender.example mail.sender.example <bob@example.net> <anna@hosted.test>",
    );
    assert_eq!(one(&hosted, "unknown-user").session.recipients, ["no-such-user-4711@hosted.test"]);

    let relay = "mydestination =\nrelay_domains = behind.test\nrelay_recipient_maps = texthash:/u\n";
    let relay = with_tables(relay, &[("/u", "chris@behind.test x\n")]);
    assert_eq!(one(&relay, "stranger-home").session.recipients, ["chris@behind.test"]);

    // A table of local users has names without a domain.
    let local = with_tables("local_recipient_maps = texthash:/u\n", &[("/u", "a+b x\ndora x\n")]);
    assert_eq!(one(&local, "stranger-home").session.recipients, ["dora@own.test"]);
}

#[test]
fn a_login_has_a_sender_that_it_owns() {
    let main = "smtpd_sasl_auth_enable = yes\nsmtpd_sender_login_maps = texthash:/o\n";
    let all = with_tables(main, &[("/o", "@own.test boss\nanna@own.test anna, boss\n")]);
    played_by(
        &all,
        "login-elsewhere",
        "203.0.113.9 mail.sender.example mail.sender.example TLS as anna <anna@own.test> <alice@example.com>",
    );
}

#[test]
fn the_own_name_of_the_host_is_the_last_choice_of_a_domain() {
    assert_eq!(one(&of(""), "stranger-home").session.recipients, ["user@own.test"]);
    let alone = of("mydestination = localhost, localhost.localdomain, .sub.test, $myhostname\n");
    assert_eq!(one(&alone, "stranger-home").session.recipients, ["user@mx.own.test"]);
}

#[test]
fn a_domain_that_only_a_table_names_is_made_up() {
    let all = of("mydestination =\nvirtual_mailbox_domains = pgsql:/d\nvirtual_mailbox_maps = pgsql:/u\n");
    let home = one(&all, "stranger-home");
    assert_eq!(home.session.recipients, ["user@your-domain.example"]);
    assert_eq!(home.assumed["pgsql:/d:your-domain.example"], "yes");
    assert_eq!(home.assumed["pgsql:/u:user@your-domain.example"], "yes");
    assert_eq!(decision(home), (Command::EndOfData, Verdict::Permit, "-"));
    assert_eq!(one(&all, "unknown-user").assumed["pgsql:/u:no-such-user-4711@your-domain.example"], "none");
}

#[test]
fn a_server_without_domains_has_no_mail_to_its_own() {
    assert_eq!(keys(&of("mydestination =\n")), ["stranger-elsewhere", "network-elsewhere"]);
}

#[test]
fn a_client_of_the_networks_is_there_where_they_are_known() {
    let network = |more: &str| {
        let all = of(more);
        let found = all.iter().find(|one| one.key == "network-elsewhere");
        found.map(|one| one.session.client.address.to_string())
    };
    assert_eq!(network("mynetworks = 127.0.0.0/8, 10.1.0.0/16\n").as_deref(), Some("10.1.0.1"));
    assert_eq!(network("mynetworks = 127.0.0.0/8\n").as_deref(), Some("127.0.0.1"));
    assert_eq!(network("mynetworks = !10.1.0.0/24, 10.1.0.0/16\n"), None, "the first client is left out");
    assert_eq!(network("mynetworks =\n"), None);
    assert_eq!(network("mynetworks = pgsql:/n\n"), None, "no row of it is known");
}

#[test]
fn a_host_that_is_not_known_gets_addresses() {
    let main = "compatibility_level = 3.6\nmyhostname = mx.own.test\nmydestination = own.test\n";
    let all = personas(&Setup::new(main, &[], World::open()).config());
    let client = one(&all, "network-elsewhere").session.client.address;
    let setup = Setup::new(main, &[], World::open());
    let host = on_assumed_host(&setup.model, &setup.world).unwrap();
    let config = crate::Config::new(&host, setup.service, &setup.world);
    assert_eq!(config.in_network_list("mynetworks", "unknown", client), crate::Finding::Yes);
    assert_eq!(
        config.in_network_list("mynetworks", "unknown", all.stranger.session.client.address),
        crate::Finding::No
    );
}

#[test]
fn strangers_and_foreign_domains_are_none_of_the_server() {
    let all = of("mynetworks = 203.0.113.0/24\nrelay_domains = example.com\nmydestination = own.test, example.net\n");
    played_by(
        &all,
        "stranger-elsewhere",
        "198.51.100.77 mail.sender.example mail.sender.example <bob@elsewhere.example> <alice@example.org>",
    );
}

#[test]
fn each_session_has_only_what_it_took_for_granted_itself() {
    let all = of(ASKS);
    let asks = |key: &str, part: &str| one(&all, key).assumed.keys().any(|question| question.contains(part));
    // The name of the server is asked about only for who greets with it.
    let greets: Vec<&str> = keys(&all).into_iter().filter(|key| asks(key, "pgsql:/h:mx.own.test")).collect();
    assert_eq!(greets, ["own-helo"]);
    assert!(!one(&all, "no-helo").assumed.keys().any(|question| question.starts_with("pgsql:/h:")));
    assert!(asks("stranger-elsewhere", "pgsql:/s:bob@example.net") && !asks("bounce-home", "pgsql:/s:bob@example.net"));
    assert!(asks("network-elsewhere", "dns:a:1.2.0.192.bl.test") && !asks("stranger-home", "dns:a:1.2.0.192.bl.test"));
    // The domain of a recipient is looked up once, but each session has taken it for granted.
    for key in ["stranger-home", "bounce-home", "no-helo", "own-helo"] {
        assert_eq!(one(&all, key).assumed["pgsql:/d:your-domain.example"], "yes", "{key}");
    }
}

#[test]
fn a_session_comes_out_the_same_with_what_it_took_for_granted() {
    let told = |replies: &[Reply]| -> Vec<_> {
        replies.iter().map(|one| (one.command, one.code, one.dsn.clone(), one.decider.clone())).collect()
    };
    for more in
        ["", ASKS, "smtpd_recipient_restrictions = check_recipient_access pgsql:/r, reject_unlisted_recipient\n"]
    {
        let setup = Setup::new(&format!("{HOST}{more}"), &[], World::open());
        let all = personas(&setup.config());
        for persona in all.iter() {
            let world = World { assumed: persona.assumed.clone(), ..World::open() };
            let again = simulate(&crate::Config::new(&setup.model, setup.service, &world), &persona.session);
            assert_eq!(told(&again.outcome.replies), told(&persona.played.outcome.replies), "{} {more}", persona.key);
            assert!(again.asked.is_empty(), "{}: {:?}", persona.key, again.asked);
        }
    }
}

#[test]
fn a_refusal_that_another_answer_would_lift_is_open() {
    // Whoever is in the database may relay.
    let open = of("smtpd_relay_restrictions = check_client_access pgsql:/c, reject_unauth_destination\n");
    assert!(open.stranger.open.iter().any(|one| one.question.starts_with("pgsql:/c:")), "{:?}", open.stranger.open);
    // A DNS list can only refuse more, and what is accepted is not asked about.
    let closed = of("smtpd_client_restrictions = reject_rbl_client bl.test\n");
    assert!(closed.stranger.assumed.contains_key("dns:a:9.113.0.203.bl.test"));
    assert!(closed.iter().all(|one| one.open.is_empty()));
}

#[test]
fn a_stranger_with_a_verified_name_exists_in_dns() {
    let all = of(ASKS);
    assert_eq!(decision(one(&all, "stranger-home")), (Command::EndOfData, Verdict::Permit, "-"));
    assert_eq!(one(&all, "stranger-home").assumed["dns:a:mail.sender.example"], "203.0.113.9");
}

#[test]
fn nobody_is_on_a_dns_list_of_the_server_itself() {
    let lists = "smtpd_recipient_restrictions = reject_unauth_destination, reject_rbl_client bl.own.test, \
        reject_rhsbl_sender dbl.own.test\n";
    let personas = of(lists);
    let home = one(&personas, "stranger-home");
    assert_eq!(decision(home).1, Verdict::Permit, "{:?}", home.assumed);
    let asked: Vec<_> = home.assumed.iter().filter(|(question, _)| question.contains("bl.own.test")).collect();
    assert!(!asked.is_empty() && asked.iter().all(|(_, answer)| *answer == "nxdomain"), "{asked:?}");
}
