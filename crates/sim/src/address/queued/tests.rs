//! What the queue files of Postfix 3.7.11 have (`postcat -qe`), for messages to
//! small servers, and what tells where an address comes from.

use crate::testing::Setup;
use crate::{Class, Hop, Rewriting, World};

const MAIN: &str = "compatibility_level = 3.6\nmyhostname = mx.own.example\nmydomain = own.example\n\
    myorigin = own.example\nmydestination = own.example, localhost\nrelay_domains = relay.example\n\
    virtual_alias_domains = alias.example\nmynetworks = 127.0.0.0/8\ninet_interfaces = 127.0.0.1\n\
    inet_protocols = ipv4\nalias_maps =\nlocal_recipient_maps =\n";

const MASTER: &str = "smtp inet n - n - - smtpd\nrewrite unix - - n - - trivial-rewrite\n\
    local unix - n n - - local\ncleanup unix n - n - 0 cleanup";

/// A message, and sender and recipients of its queue file; nothing if it was
/// refused. The table is `/t`, the options are those of cleanup.
struct Case {
    name: &'static str,
    main: &'static str,
    table: &'static str,
    options: &'static str,
    sender: &'static str,
    recipients: &'static [&'static str],
    queued: Option<(&'static str, &'static [&'static str])>,
}

const RECORDED: &[Case] = &[
    Case {
        name: "masquerade",
        main: "masquerade_domains = own.example\n",
        table: "",
        options: "",
        sender: "ceo@x.own.example",
        recipients: &["bob@x.own.example"],
        queued: Some(("ceo@own.example", &["bob@x.own.example"])),
    },
    Case {
        name: "masquerade of recipients, exceptions and exclusion",
        main: "masquerade_domains = !a.own.example own.example\nmasquerade_classes = envelope_recipient\nmasquerade_exceptions = root\n",
        table: "",
        options: "",
        sender: "ceo@x.own.example",
        recipients: &["bob@b.own.example", "bob@c.a.own.example", "root@b.own.example", "bob@OWN.example"],
        queued: Some((
            "ceo@x.own.example",
            &["bob@own.example", "bob@c.a.own.example", "root@b.own.example", "bob@OWN.example"],
        )),
    },
    Case {
        name: "destination in the local part",
        main: "virtual_alias_maps = regexp:/t\n",
        table: "/^(.+)=(.+)@own\\.example$/ $1@$2\n",
        options: "",
        sender: "a@b.example",
        recipients: &["victim=gmail.com@own.example", "bob@own.example"],
        queued: Some(("a@b.example", &["victim@gmail.com", "bob@own.example"])),
    },
    Case {
        name: "domain for a domain",
        main: "virtual_alias_maps = texthash:/t\n",
        table: "@alias.example @own.example\n",
        options: "",
        sender: "",
        recipients: &["nobody@alias.example", "a+b@alias.example"],
        queued: Some(("", &["nobody@own.example", "a+b@own.example"])),
    },
    Case {
        name: "extension is propagated",
        main: "virtual_alias_maps = texthash:/t\nrecipient_delimiter = +\n",
        table: "bob@own.example carol@box.example, dave@gmail.com\n",
        options: "",
        sender: "",
        recipients: &["bob+x@own.example"],
        queued: Some(("", &["carol+x@box.example", "dave+x@gmail.com"])),
    },
    Case {
        name: "extension stays behind",
        main: "virtual_alias_maps = texthash:/t\nrecipient_delimiter = +\npropagate_unmatched_extensions =\n",
        table: "bob@own.example carol@box.example\n",
        options: "",
        sender: "",
        recipients: &["bob+x@own.example"],
        queued: Some(("", &["carol@box.example"])),
    },
    Case {
        name: "extension that the key has",
        main: "virtual_alias_maps = texthash:/t\nrecipient_delimiter = +\n",
        table: "bob+x@own.example carol@box.example\nbob+y @box.example\n",
        options: "",
        sender: "",
        recipients: &["bob+x@own.example", "bob+y@own.example", "bob+z@own.example"],
        queued: Some(("", &["carol@box.example", "bob+y@box.example", "bob+z@own.example"])),
    },
    Case {
        name: "local part alone",
        main: "virtual_alias_maps = texthash:/t\nrecipient_delimiter = +\n",
        table: "bob carol\ncarol@own.example dave@box.example\n",
        options: "",
        sender: "",
        recipients: &["bob+q@own.example", "bob@localhost", "bob@box.example"],
        queued: Some(("", &["dave+q@box.example", "dave@box.example", "bob@box.example"])),
    },
    Case {
        name: "aliases of aliases",
        main: "virtual_alias_maps = texthash:/t\n",
        table: "a@own.example b@own.example, a@own.example\nb@own.example c@box.example, d@box.example\n",
        options: "",
        sender: "",
        recipients: &["a@own.example"],
        queued: Some(("", &["c@box.example", "a@own.example", "d@box.example"])),
    },
    Case {
        name: "too deep",
        main: "virtual_alias_maps = texthash:/t\nvirtual_alias_recursion_limit = 2\n",
        table: "a@own.example b@own.example\nb@own.example c@own.example\nc@own.example d@own.example\n",
        options: "",
        sender: "",
        recipients: &["a@own.example"],
        queued: None,
    },
    Case {
        name: "too many",
        main: "virtual_alias_maps = texthash:/t\nvirtual_alias_expansion_limit = 2\n",
        table: "a@own.example b@box.example, c@box.example, d@box.example\n",
        options: "",
        sender: "",
        recipients: &["a@own.example"],
        queued: None,
    },
    Case {
        name: "too long",
        main: "virtual_alias_maps = texthash:/t\nvirtual_alias_address_length_limit = 12\n",
        table: "a@own.example bb@box.example\n",
        options: "",
        sender: "",
        recipients: &["a@own.example"],
        queued: None,
    },
    Case {
        name: "loop",
        main: "virtual_alias_maps = texthash:/t\nvirtual_alias_recursion_limit = 20\n",
        table: "a@own.example b@own.example\nb@own.example a@own.example\n",
        options: "",
        sender: "",
        recipients: &["a@own.example"],
        queued: None,
    },
    Case {
        name: "canonical maps of both",
        main: "canonical_maps = texthash:/t\n",
        table: "bob@own.example Bob.B@own.example\nceo@own.example boss@box.example\n",
        options: "",
        sender: "ceo@own.example",
        recipients: &["bob@own.example"],
        queued: Some(("boss@box.example", &["Bob.B@own.example"])),
    },
    Case {
        name: "canonical classes",
        main: "canonical_maps = texthash:/t\ncanonical_classes = envelope_sender\nsender_canonical_maps = inline:{ceo@own.example=bob@own.example}\n",
        table: "bob@own.example bb@own.example\n",
        options: "",
        sender: "ceo@own.example",
        recipients: &["bob@own.example"],
        queued: Some(("bb@own.example", &["bob@own.example"])),
    },
    Case {
        name: "canonical loop is taken after ten steps",
        main: "recipient_canonical_maps = texthash:/t\n",
        table: "a@own.example b@own.example\nb@own.example c@own.example\nc@own.example a@own.example\n",
        options: "",
        sender: "",
        recipients: &["a@own.example"],
        queued: Some(("", &["b@own.example"])),
    },
    Case {
        name: "copies",
        main: "always_bcc = all\nsender_bcc_maps = inline:{@own.example=sent@own.example}\nrecipient_bcc_maps = texthash:/t\nvirtual_alias_maps = texthash:/t\n",
        table: "bob@own.example copy@own.example\ncopy@own.example kept@box.example\n",
        options: "",
        sender: "ceo@own.example",
        recipients: &["x@own.example", "bob@own.example"],
        queued: Some((
            "ceo@own.example",
            &["sent@own.example", "x@own.example", "kept@box.example", "kept@box.example", "all@own.example"],
        )),
    },
    Case {
        name: "duplicates",
        main: "always_bcc = bob@own.example\nenable_original_recipient = no\n",
        table: "",
        options: "",
        sender: "",
        recipients: &["bob@own.example", "Bob@own.example", "eve@own.example"],
        queued: Some(("", &["bob@own.example", "eve@own.example"])),
    },
    Case {
        name: "original recipients keep duplicates apart",
        main: "always_bcc = bob@own.example\n",
        table: "",
        options: "",
        sender: "",
        recipients: &["bob@own.example", "Bob@own.example"],
        queued: Some(("", &["bob@own.example", "bob@own.example"])),
    },
    Case {
        name: "short addresses",
        main: "append_dot_mydomain = yes\n",
        table: "",
        options: "",
        sender: "ceo",
        recipients: &["bob@x", "a%b.example", "b.example!a", "\"a b\"@own.example"],
        queued: Some(("ceo@own.example", &["bob@x.own.example", "a@b.example", "a@b.example", "a b@own.example"])),
    },
    Case {
        name: "nothing is added",
        main: "append_at_myorigin = no\nappend_dot_mydomain = no\n",
        table: "",
        options: "",
        sender: "ceo",
        recipients: &["bob@x"],
        queued: Some(("ceo", &["bob@x"])),
    },
    Case {
        name: "bounces have no sender",
        main: "",
        table: "",
        options: "",
        sender: "MAILER-DAEMON",
        recipients: &["bob@own.example"],
        queued: Some(("", &["bob@own.example"])),
    },
    Case {
        name: "options of cleanup count",
        main: "virtual_alias_maps = texthash:/t\nalways_bcc = all@own.example\n",
        table: "bob@own.example carol@box.example\n",
        options: "-o always_bcc= -o virtual_alias_maps=",
        sender: "",
        recipients: &["bob@own.example"],
        queued: Some(("", &["bob@own.example"])),
    },
    Case {
        name: "a failing table",
        main: "canonical_maps = fail:x\n",
        table: "",
        options: "",
        sender: "ceo@own.example",
        recipients: &["bob@own.example"],
        queued: None,
    },
    Case {
        name: "no mappings",
        main: "virtual_alias_maps = texthash:/t\nalways_bcc = all@own.example\nmasquerade_domains = own.example\nreceive_override_options = no_address_mappings\n",
        table: "bob@own.example carol@box.example\n",
        options: "",
        sender: "ceo@x.own.example",
        recipients: &["bob@own.example"],
        queued: Some(("ceo@x.own.example", &["bob@own.example"])),
    },
    Case {
        name: "the null sender is a key",
        main: "sender_canonical_maps = static:bounces@own.example\n",
        table: "",
        options: "",
        sender: "",
        recipients: &["bob@own.example"],
        queued: Some(("bounces@own.example", &["bob@own.example"])),
    },
    Case {
        name: "odd values",
        main: "virtual_alias_maps = texthash:/t\n",
        table: "a@own.example Carol C <carol@box.example> (c), \"d d\"@own.example\nb@own.example <>\nc@own.example ;\n",
        options: "",
        sender: "",
        recipients: &["a@own.example", "b@own.example"],
        queued: Some(("", &["carol@box.example", "d d@own.example", ""])),
    },
    Case {
        name: "no address at all",
        main: "virtual_alias_maps = texthash:/t\n",
        table: "c@own.example ;\n",
        options: "",
        sender: "",
        recipients: &["c@own.example"],
        queued: None,
    },
    Case {
        name: "a value in quotes comes out without",
        main: "virtual_alias_maps = texthash:/t\n",
        table: "\"a b\"@own.example \"c d\"@box.example\n",
        options: "",
        sender: "",
        recipients: &["\"a b\"@own.example"],
        queued: Some(("", &["c d@box.example"])),
    },
];

fn setup(main: &str, table: &str, options: &str, world: World) -> Setup {
    let tables: &[(&str, &str)] = if table.is_empty() { &[] } else { &[("/t", table)] };
    Setup::with_master(&format!("{MAIN}{main}"), Some(&format!("{MASTER} {options}\n")), tables, world)
}

#[test]
fn queue_files_are_as_recorded() {
    for case in RECORDED {
        let setup = setup(case.main, case.table, case.options, World::closed());
        let config = setup.config();
        let kept = |address: &str, is_sender| config.as_kept(address, is_sender).unwrap_or_default();
        let recipients: Vec<String> = case.recipients.iter().map(|one| kept(one, false)).collect();
        let recipients: Vec<&str> = recipients.iter().map(String::as_str).collect();
        let queued = config.queued_for_all(&kept(case.sender, true), &recipients).unwrap();
        let addresses: Vec<&str> = queued.recipients.iter().map(|one| one.address.as_str()).collect();
        let written = queued.refused.is_none().then_some((queued.sender.as_str(), addresses.as_slice()));
        assert_eq!(written, case.queued, "{}", case.name);
    }
}

/// Of each recipient: its address, and which parts are the client's: `$1` and the
/// like (t), the local part (l), the domain (d); b: it is a copy.
fn parts(main: &str, table: &str, recipient: &str) -> Vec<(String, String)> {
    let setup = setup(main, table, "", World::closed());
    let queued = setup.config().queued("", recipient).unwrap();
    let flags = |one: &super::QueuedRecipient| {
        let all =
            [(one.is_bcc, 'b'), (one.has_client_text, 't'), (one.local_is_clients, 'l'), (one.domain_is_clients, 'd')];
        all.into_iter().filter(|(is, _)| *is).map(|(_, flag)| flag).collect()
    };
    queued.recipients.iter().map(|one| (one.address.clone(), flags(one))).collect()
}

#[test]
fn pieces_of_the_clients_text_are_followed() {
    let of = |main: &str, table: &str, recipient: &str| -> Vec<String> {
        parts(main, table, recipient).into_iter().map(|(address, flags)| format!("{address} {flags}")).collect()
    };
    let regexp = "virtual_alias_maps = regexp:/t\n";
    assert_eq!(of("", "", "bob@own.example"), ["bob@own.example ld"]);
    assert_eq!(of("", "", "bob"), ["bob@own.example l"]);
    assert_eq!(
        of(regexp, "/^(.+)=(.+)@own\\.example$/ $1@$2, log@own.example\n", "victim=gmail.com@own.example"),
        ["victim@gmail.com tld", "log@own.example "]
    );
    assert_eq!(
        of(regexp, "/^(.*)@alias\\.example$/ x-$1@own.example\n", "bob@alias.example"),
        ["x-bob@own.example tl"]
    );
    assert_eq!(of(regexp, "/^x(.*)@own\\.example$/ @$1\n", "xgmail.com@own.example"), ["xgmail.com@gmail.com tld"]);
    assert_eq!(of(regexp, "/^(a.*)@own\\.example$/ bob@own.example\n", "alice@own.example"), ["bob@own.example "]);
    let hash = "virtual_alias_maps = texthash:/t\nrecipient_delimiter = +\n";
    assert_eq!(of(hash, "bob@own.example eve@box.example\n", "bob+x@own.example"), ["eve+x@box.example tl"]);
    assert_eq!(of(hash, "@own.example all@box.example\n", "bob+x@own.example"), ["all@box.example "]);
    assert_eq!(of(hash, "@alias.example @own.example\n", "nobody@alias.example"), ["nobody@own.example l"]);
    let pipe = "virtual_alias_maps = pipemap:{regexp:/t,inline:{bob=eve@own.example}}\n";
    assert_eq!(of(pipe, "/^(.*)@alias\\.example$/ $1\n", "bob@alias.example"), ["eve@own.example "]);
    // What a table fixed is nobody's piece any more.
    let two = "recipient_canonical_maps = inline:{bob@alias.example=eve@own.example}\nvirtual_alias_maps = regexp:/t\n";
    assert_eq!(of(two, "/^(.*)@own\\.example$/ $1@box.example\n", "bob@alias.example"), ["eve@box.example "]);
    let copies = "recipient_bcc_maps = regexp:/t\n";
    assert_eq!(
        of(copies, "/^(.*)@(.*)$/ $1-$2@log.example\n", "a@own.example"),
        ["a@own.example ld", "a-own.example@log.example btl"]
    );
}

#[test]
fn steps_say_which_entry_led_there() {
    let main = "virtual_alias_maps = texthash:/t\nmasquerade_domains = own.example\n\
                masquerade_classes = envelope_recipient\n";
    let setup = setup(main, "# aliases\nbob@own.example carol@relay.example\n", "", World::closed());
    let queued = setup.config().queued("", "bob@x.own.example").unwrap();
    let [only] = queued.recipients.as_slice() else { panic!("{queued:?}") };
    assert_eq!((only.resolved.class, only.resolved.transport.as_str()), (Class::Relay, "relay"));
    let via: Vec<(&str, &str, &str)> = only.via.iter().map(of_hop).collect();
    assert_eq!(
        via,
        [
            ("masquerade_domains", "own.example", "bob@x.own.example"),
            ("virtual_alias_maps", "texthash:/t", "bob@own.example")
        ]
    );
    assert!(only.via.iter().all(|hop| hop.span.is_some()), "{via:?}");
}

fn of_hop(hop: &Hop) -> (&str, &str, &str) {
    (hop.param, &hop.table, &hop.from)
}

#[test]
fn tables_that_were_not_read_leave_it_open() {
    let main = "virtual_alias_maps = texthash:/t, pgsql:/q\ncanonical_maps = pgsql:/c\n";
    let table = "bob@own.example carol@box.example\n";
    let missing = |answers: &[(&str, &str)], recipient: &str| {
        let mut world = World::open();
        world.assumed.extend(answers.iter().map(|(question, answer)| ((*question).to_owned(), (*answer).to_owned())));
        let setup = setup(main, table, "", world);
        let queued = setup.config().queued("", recipient);
        match queued {
            Ok(queued) => queued.recipients.iter().map(|one| one.address.clone()).collect::<Vec<_>>().join(" "),
            Err(missing) => missing.question.to_string(),
        }
    };
    assert_eq!(missing(&[], "bob@own.example"), "pgsql:/c:\"\"", "the null sender is looked up");
    let canonical = ("pgsql:/c:*", "none");
    assert_eq!(missing(&[canonical], "eve@own.example"), "pgsql:/q:eve@own.example");
    assert_eq!(missing(&[canonical], "bob@own.example"), "pgsql:/q:carol@box.example");
    assert_eq!(missing(&[canonical, ("pgsql:/q:*", "none")], "bob@own.example"), "carol@box.example");
    let known = ("pgsql:/q:eve@own.example", "x@box.example");
    assert_eq!(missing(&[canonical, ("pgsql:/q:*", "none"), known], "eve@own.example"), "x@box.example");
    // That there is an entry does not say where it leads.
    let there = ("pgsql:/q:eve@own.example", "OK");
    assert_eq!(missing(&[canonical, there], "eve@own.example"), "pgsql:/q:eve@own.example");
}

#[test]
fn the_sender_is_told_whoever_gets_the_mail() {
    let main = "masquerade_domains = own.example\nvirtual_alias_maps = pgsql:/q\nalways_bcc = all@own.example\n\
                sender_bcc_maps = pgsql:/b\n";
    let setup = setup(main, "", "", World::open());
    let queued = setup.config().queued_sender("ceo@x.own.example").unwrap();
    assert_eq!((queued.sender.as_str(), queued.recipients.len()), ("ceo@own.example", 0));
    assert_eq!(
        queued.sender_via.iter().map(of_hop).collect::<Vec<_>>(),
        [("masquerade_domains", "own.example", "ceo@x.own.example")]
    );
}

#[test]
fn what_else_may_change_the_envelope_is_named() {
    let of = |main: &str, table: &str| -> Vec<(Rewriting, &'static str, bool)> {
        let setup = setup(main, table, "", World::open());
        let unknowns = setup.config().rewriting_unknowns();
        assert!(unknowns.iter().all(|one| one.span.is_some()));
        unknowns.iter().map(|one| (one.kind, one.param, one.is_unread)).collect()
    };
    assert_eq!(of("", ""), []);
    assert_eq!(of("smtpd_milters = inet:127.0.0.1:1\n", ""), [(Rewriting::Milter, "smtpd_milters", false)]);
    assert_eq!(of("smtpd_milters = inet:127.0.0.1:1\nreceive_override_options = no_milters\n", ""), []);
    assert_eq!(
        of("content_filter = scan:[127.0.0.1]:10024\n", ""),
        [(Rewriting::ContentFilter, "content_filter", false)]
    );
    let checks = "header_checks = regexp:/t\n";
    assert_eq!(of(checks, "/^Subject: x/ REJECT\n"), []);
    assert_eq!(
        of(checks, "/^A: / REJECT\n/^To: x/ redirect y@own.example\n"),
        [(Rewriting::Checks, "header_checks", false)]
    );
    assert_eq!(of(checks, ""), [(Rewriting::Checks, "header_checks", true)]);
    assert_eq!(of(&format!("{checks}receive_override_options = no_header_body_checks\n"), ""), []);
}
