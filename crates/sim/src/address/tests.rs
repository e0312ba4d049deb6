use super::*;
use crate::World;
use crate::testing::Setup;

const MAIN: &str = "myhostname = mx.example.com\nmydestination = example.com localhost\nrelay_domains = relay.example\n\
                    virtual_alias_domains = va.example\nvirtual_mailbox_domains = vm.example\nmynetworks =\n\
                    inet_interfaces = 192.0.2.25 2001:db8::25\nproxy_interfaces = 192.0.2.99\n";

fn resolved(extra: &str, address: &str) -> Resolved {
    let setup = Setup::new(&format!("{MAIN}{extra}"), &[], World::closed());
    let resolved = setup.config().resolve("", address).unwrap();
    (*resolved).clone()
}

fn read(extra: &str, reader: Reader, sent: &str) -> Read {
    let setup = Setup::new(&format!("{MAIN}{extra}"), &[], World::closed());
    let line = if reader == Reader::Mail { format!("MAIL FROM:{sent}") } else { format!("RCPT TO:{sent}") };
    let words = command_words(&line);
    setup.config().read_address(&words[2], reader, "", false)
}

#[test]
fn addresses_fall_into_classes() {
    for (address, class, shown, is_routed) in [
        ("Alice@Example.COM", Class::Local, "alice@example.com", false),
        ("alice", Class::Local, "alice@mx.example.com", false),
        ("x@va.example", Class::Alias, "x@va.example", false),
        ("x@vm.example.", Class::Virtual, "x@vm.example", false),
        ("x@sub.relay.example", Class::Relay, "x@sub.relay.example", false),
        ("x@other.example", Class::Default, "x@other.example", false),
        ("x@[192.0.2.25]", Class::Local, "x@[192.0.2.25]", false),
        ("x@[IPv6:2001:db8::25]", Class::Local, "x@[ipv6:2001:db8::25]", false),
        ("x@[192.0.2.99]", Class::Local, "x@[192.0.2.99]", false),
        ("x@[IPv6:::ffff:192.0.2.25]", Class::Default, "x@[ipv6:::ffff:192.0.2.25]", false),
        ("x@[192.0.2.26]", Class::Default, "x@[192.0.2.26]", false),
        ("other.example!x", Class::Default, "x@other.example", false),
        ("x%other.example@example.com", Class::Default, "x@other.example", false),
        ("x@other.example@example.com", Class::Default, "x@other.example", false),
        ("x@other.example@relay.example", Class::Relay, "x@other.example@relay.example", true),
        ("x%other.example@relay.example", Class::Relay, "x%other.example@relay.example", true),
        ("@example.com", Class::Local, "mailer-daemon@example.com", false),
    ] {
        let main = "mydestination = example.com localhost mx.example.com\n";
        let resolved = resolved(main, address);
        assert_eq!(
            (resolved.class, resolved.address.as_str(), resolved.is_routed),
            (class, shown, is_routed),
            "{address}"
        );
        assert!(!resolved.is_error, "{address}");
    }
}

#[test]
fn broken_domains_are_errors() {
    for address in ["x@-bad", "x@a..b", "x@[1.2.3]", "x@[::1]", "x@1.2.3.4", "-x@example.com"] {
        assert!(resolved("", address).is_error, "{address}");
    }
    let numeric = resolved("resolve_numeric_domain = yes\n", "x@192.0.2.25");
    assert_eq!((numeric.class, numeric.address.as_str()), (Class::Local, "x@[192.0.2.25]"));
    assert!(!resolved("allow_min_user = yes\n", "-x@example.com").is_error);
}

#[test]
fn switches_of_rewriting_count() {
    assert_eq!(resolved("append_dot_mydomain = yes\n", "x@a").address, "x@a.example.com");
    assert_eq!(resolved("append_dot_mydomain = no\n", "x@a").address, "x@a");
    assert_eq!(resolved("swap_bangpath = no\nmyorigin = example.com\n", "a!b").address, "a!b@example.com");
    assert_eq!(resolved("allow_percent_hack = no\n", "a%b.example@example.com").class, Class::Local);
    assert_eq!(resolved("resolve_dequoted_address = no\n", "a@b.example@example.com").class, Class::Local);
}

#[test]
fn options_of_the_rewriting_service_count_and_those_of_smtpd_do_not() {
    let master = "smtp inet n - n - - smtpd -o mydestination=other.example\n\
                  rewrite unix - - n - - trivial-rewrite -o relay_domains=x.example\n";
    let setup = Setup::with_master(MAIN, Some(master), &[], World::closed());
    let config = setup.config();
    assert_eq!(config.resolve("", "a@other.example").unwrap().class, Class::Default);
    assert_eq!(config.resolve("", "a@example.com").unwrap().class, Class::Local);
    assert_eq!(config.resolve("", "a@x.example").unwrap().class, Class::Relay);
}

#[test]
fn transports_are_split_and_filled_in() {
    let of = |extra: &str, address: &str| {
        let resolved = resolved(extra, address);
        (resolved.transport, resolved.nexthop)
    };
    let pair = |transport: &str, nexthop: &str| (transport.to_owned(), nexthop.to_owned());
    assert_eq!(of("", "x@other.example"), pair("smtp", "other.example"));
    assert_eq!(of("relayhost = [r.example]\n", "x@other.example"), pair("smtp", "[r.example]"));
    assert_eq!(of("default_transport = error:5.7.1 no\n", "x@other.example"), pair("error", "5.7.1 no"));
    assert_eq!(of("", "x@va.example"), pair("error", "5.1.1 User unknown in virtual alias table"));
    assert!(resolved("default_transport = :x\n", "x@other.example").fails);
}

#[test]
fn commands_hold_addresses_in_many_forms() {
    let address = |text: &str| Read::Address(text.to_owned());
    let (mail, rcpt) = (Reader::Mail, Reader::Rcpt);
    let bad_sender = Read::Error(501, "5.1.7", "Bad sender address syntax");
    let bad_recipient = Read::Error(501, "5.1.3", "Bad recipient address syntax");
    for (extra, reader, sent, expected) in [
        ("", mail, "<>", address("")),
        ("", rcpt, "<>", bad_recipient.clone()),
        ("", mail, "<a@b.example>", address("a@b.example")),
        ("", mail, "a@b.example", address("a@b.example")),
        ("", rcpt, "<@c.example,@d.example:a@b.example>", address("a@b.example")),
        ("", rcpt, "<\"a b\"@c.example>", address("a b@c.example")),
        ("", mail, "<a b@c.example>", bad_sender.clone()),
        ("", mail, "<a@b.example", bad_sender.clone()),
        ("", mail, "<a@b@-c>", bad_sender.clone()),
        ("", rcpt, "<a@1.2.3.4>", bad_recipient.clone()),
        ("", mail, "<(c)a@b.example>", address("a@b.example")),
        ("strict_rfc821_envelopes = yes\n", mail, "<(c)a@b.example>", bad_sender.clone()),
        ("strict_rfc821_envelopes = yes\n", mail, "a@b.example", bad_sender.clone()),
        ("strict_rfc821_envelopes = yes\n", mail, "<a@b.example>", address("a@b.example")),
        ("", mail, "<a@ü.example>", bad_sender),
        ("", rcpt, "<ü@b.example>", address("ü@b.example")),
    ] {
        assert_eq!(read(extra, reader, sent), expected, "{extra}{sent}");
    }
}

#[test]
fn a_literal_against_unknown_interfaces_is_unknown() {
    let setup = Setup::new("myhostname = mx.example.com\nmydestination =\n", &[], World::open());
    let missing = setup.config().resolve("", "x@[192.0.2.1]").unwrap_err();
    assert_eq!(&*missing.question, "host:interfaces");
    let known =
        Setup::new("mydestination =\nmyhostname = mx.example.com\ninet_interfaces = 192.0.2.1\n", &[], World::open());
    assert_eq!(known.config().resolve("", "x@[192.0.2.1]").unwrap().class, Class::Local);
}

#[test]
fn enhanced_codes_are_turned_to_the_side_that_is_refused() {
    // smtpd_dsn_fix.c, dsn_map
    for (dsn, sender, recipient) in [
        ("5.1.1", "4.1.7", "4.1.1"),
        ("5.1.2", "4.1.8", "4.1.2"),
        ("5.1.6", "4.1.7", "4.1.6"),
        ("5.1.9", "4.1.0", "4.1.0"),
        ("5.7.1", "5.7.1", "5.7.1"),
    ] {
        assert_eq!(unlisted::fixed_dsn(dsn, true), sender);
        assert_eq!(unlisted::fixed_dsn(dsn, false), recipient);
    }
    assert_eq!(unlisted::dsn_of("5.1.1 x"), Some("5.1.1"));
    assert_eq!(unlisted::dsn_of("5.1.1234 x"), None);
    assert_eq!(unlisted::dsn_of("User unknown"), None);
}

fn listed(extra: &str, tables: &[(&str, &str)], world: World, address: &str, as_sender: bool) -> Listed {
    let setup = Setup::new(&format!("{MAIN}{extra}"), tables, world);
    setup.config().unlisted("", address, as_sender)
}

fn no(code: u16, dsn: &str, text: &str) -> Listed {
    Listed::No(code, dsn.to_owned(), text.to_owned())
}

#[test]
fn users_of_each_class_are_looked_up_in_its_tables() {
    let main = "local_recipient_maps = texthash:/l\nvirtual_mailbox_maps = texthash:/v\nrelay_recipient_maps = texthash:/r\n\
                virtual_alias_maps = texthash:/a\ncanonical_maps = texthash:/c\nsender_canonical_maps = texthash:/s\n\
                recipient_delimiter = +\nunknown_virtual_mailbox_reject_code = 450\n";
    let tables = [
        ("/l", "alice x\n\"o d\" x\n"),
        ("/v", "bob@vm.example x\n"),
        ("/r", "@sub.relay.example x\n"),
        ("/a", "boss@va.example alice\ndan bob\n"),
        ("/c", "old@example.com new@example.com\n"),
        ("/s", "me@example.com new@example.com\n"),
    ];
    let of = |address: &str, as_sender: bool| listed(main, &tables, World::closed(), address, as_sender);
    for address in [
        "alice@example.com",
        "Alice+x@example.com",
        "alice@[192.0.2.25]",
        "o d@example.com",
        "postmaster@example.com",
        "mailer-daemon@example.com",
        "double-bounce@example.com",
        "bob+x@vm.example",
        "any@sub.relay.example",
        "boss@va.example",
        "dan@example.com",
        "old@example.com",
        "anyone@other.example",
    ] {
        assert_eq!(of(address, false), Listed::Yes, "{address}");
    }
    let unknown = "User unknown in local recipient table";
    assert_eq!(of("nobody@example.com", false), no(550, "5.1.1", unknown));
    assert_eq!(of("nobody@example.com", true), no(550, "5.1.0", unknown));
    assert_eq!(of("me@example.com", false), no(550, "5.1.1", unknown));
    assert_eq!(of("me@example.com", true), Listed::Yes);
    assert_eq!(of("x@vm.example", false), no(450, "4.1.1", "User unknown in virtual mailbox table"));
    assert_eq!(of("x@relay.example", false), no(550, "5.1.1", "User unknown in relay recipient table"));
    assert_eq!(of("x@va.example", false), no(550, "5.1.1", "User unknown in virtual alias table"));
    // smtpd_dsn_fix.h: 4.1.7 for a sender
    assert_eq!(of("x@va.example", true), no(550, "5.1.7", "User unknown in virtual alias table"));
}

#[test]
fn transports_and_moved_users_refuse_too() {
    let main = "transport_maps = texthash:/t\nrelocated_maps = texthash:/m\nlocal_recipient_maps =\n";
    let tables = [
        (
            "/t",
            "gone@other.example error:5.1.2 gone\n.b.example smtp:x\nb.example retry:4.4.0 later\nc.example error:\n* :\n",
        ),
        ("/m", "moved@example.com new@example.net\n"),
    ];
    let of = |address: &str| listed(main, &tables, World::closed(), address, false);
    assert_eq!(of("gone@other.example"), no(550, "5.1.2", "gone"));
    assert_eq!(of("x@b.example"), no(450, "4.4.0", "later"));
    assert_eq!(of("x@a.b.example"), Listed::Yes, "`.b.example` stands for what is below");
    let below = format!("{main}parent_domain_matches_subdomains = transport_maps\n");
    assert_eq!(listed(&below, &tables, World::closed(), "x@a.b.example", false), no(450, "4.4.0", "later"));
    assert_eq!(of("x@c.example"), no(550, "5.1.1", "Address is undeliverable"));
    assert_eq!(of("moved@example.com"), no(550, "5.1.6", "User has moved to new@example.net"));
    assert_eq!(of("stays@example.com"), Listed::Yes);
}

#[test]
fn tables_that_are_not_known_leave_the_answers_that_matter() {
    let of = |main: &str, address: &str| listed(main, &[], World::open(), address, false);
    let local = "virtual_alias_maps = pgsql:/a\nlocal_recipient_maps = inline:{alice=x}\n";
    assert_eq!(of(local, "alice@example.com"), Listed::Yes, "there in any case");
    let Listed::Unknown(missing, possible) = of(local, "bob@example.com") else { panic!("known") };
    assert_eq!(&*missing.question, "pgsql:/a:bob@example.com");
    assert_eq!(possible, [Listed::Yes, no(550, "5.1.1", "User unknown in local recipient table")]);
    let mailbox = "virtual_mailbox_domains = pgsql:/d\nvirtual_mailbox_maps = pgsql:/m\n";
    let Listed::Unknown(missing, _) = of(mailbox, "bob@other.example") else { panic!("known") };
    assert_eq!(&*missing.question, "pgsql:/d:other.example");
    let transport = "transport_maps = pgsql:/t\n";
    assert!(matches!(of(transport, "bob@other.example"), Listed::Unknown(..)));
    let mut world = World::open();
    world.assumed.insert("pgsql:/a:bob@example.com".to_owned(), "x@example.com".to_owned());
    assert_eq!(listed(local, &[], world, "bob@example.com", false), Listed::Yes);
}

#[test]
fn a_missing_table_fails_and_an_empty_value_is_a_fault() {
    let of = |main: &str, tables: &[(&str, &str)]| listed(main, tables, World::closed(), "bob@example.com", false);
    assert_eq!(of("local_recipient_maps = texthash:/gone\n", &[]), Listed::Fails);
    assert_eq!(of("mydestination = texthash:/gone\n", &[]), Listed::Fails);
    assert_eq!(of("virtual_alias_maps = inline:{{bob@example.com = }}\n", &[]), Listed::Faulty);
}

#[test]
fn names_of_tables_can_be_hidden() {
    let main = "local_recipient_maps =\nvirtual_mailbox_maps = inline:{a=b}\nshow_user_unknown_table_name = no\n";
    assert_eq!(listed(main, &[], World::closed(), "x@vm.example", false), no(550, "5.1.1", "User unknown"));
    assert_eq!(listed(main, &[], World::closed(), "x@va.example", false), no(550, "5.1.1", "User unknown"));
}

#[test]
fn an_unknown_class_leaves_the_address_known() {
    let main = "virtual_mailbox_domains = pgsql:/d\nvirtual_alias_maps = inline:{boss@other.example=x}\n";
    let setup = Setup::new(&format!("{MAIN}{main}"), &[], World::open());
    let config = setup.config();
    assert!(config.resolve("", "X@other.example").is_err());
    assert_eq!(config.resolve_address("", "X@other.example").unwrap().address, "x@other.example");
    assert_eq!(config.unlisted("", "boss@other.example", false), Listed::Yes);
    assert!(config.resolve("", "-x@other.example").is_err());
    assert!(config.resolve_address("", "-x@other.example").unwrap().is_error);
    let setup = Setup::new(&format!("{MAIN}mydestination = pgsql:/d\n"), &[], World::open());
    let config = setup.config();
    assert_eq!(config.resolve_address("", "x@other.example").unwrap().address, "x@other.example");
    assert!(config.resolve_address("", "x%a.example@other.example").is_err(), "x@a.example if it is local");
}

#[test]
fn the_end_of_a_long_line_is_lost() {
    let setup = Setup::new(MAIN, &[], World::closed());
    let config = setup.config();
    let line = format!("MAIL FROM:<{}@x.example>", "a".repeat(3000));
    assert_eq!(config.as_read(&line).len(), 2048);
    let words = command_words(config.as_read(&line));
    assert!(matches!(config.read_address(&words[2], Reader::Mail, "", false), Read::Error(501, ..)));
}
