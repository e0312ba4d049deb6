//! Tables of configuration to effective value.

use crate::*;
use postproof_catalog::Version;
use postproof_diag::{Document, FileId, SourceMap};
use postproof_syntax::{Part, PartKind, Region, main_cf, master_cf, table, table::TableSyntax};

/// The one caller of the API: builds a model from whole files.
fn model_of(files: &[(PartKind, &str, &str)]) -> (SourceMap, Model) {
    let mut sources = SourceMap::default();
    let mut parts = Vec::new();
    for (kind, path, text) in files {
        let file = sources.add(Document::new(*path, *text));
        parts.push(part(file, *kind, path, text));
    }
    let model = build(parts, Wish::default());
    (sources, model)
}

fn part(file: FileId, kind: PartKind, path: &str, text: &str) -> SourcePart {
    let bytes = text.as_bytes();
    let region = Region::whole(file, bytes);
    let tree = match kind {
        PartKind::MasterCf => Tree::Master(master_cf::parse(&region, bytes)),
        PartKind::Table => Tree::Table(table::parse(TableSyntax::Indexed, &region, bytes).into()),
        _ => Tree::Main(main_cf::parse(&region, bytes)),
    };
    SourcePart { part: Part { kind, name: Some(path.to_owned()), host: None, whole: true, region }, tree }
}

fn main_of(text: &str) -> Model {
    model_of(&[(PartKind::MainCf, "main.cf", text)]).1
}

#[test]
fn names_are_expanded_in_all_forms() {
    // Each was run with `postconf -x` 3.7.11.
    let model = main_of(
        "a = 1\nb = ${a}2$a\nempty =\nc = ${a?yes}${empty?no}${empty:none}\nd = ${a?{x}:{y}} ${empty?{x}:{y}}\n\
         e = ${{$a} == {1} ? {same}:{other}}\nf = $$a\ng = ${x?a:b}\nh = ${a?a:b}\ni = ${{1} > {2}}${{2} > {1}}\n\
         j = $(a)\nk = ${{3.10} >level {3.6} ? {newer}}",
    );
    for (name, expected) in [
        ("b", "121"),
        ("c", "yesnone"),
        ("d", "x y"),
        ("e", "same"),
        ("f", "$a"),
        ("g", ""),
        ("h", "a:b"),
        ("i", "true"),
        ("j", "1"),
        ("k", "newer"),
    ] {
        assert_eq!(model.text(Scope::Main, name), expected, "{name}");
    }
}

#[test]
fn a_value_that_holds_itself_is_a_fault_and_not_a_hang() {
    let model = main_of("a = $a x\n");
    let value = model.main.get("a").unwrap().value.clone();
    assert!(model.expand_checked(Scope::Main, &value).1.broken);
}

#[test]
fn values_that_double_at_each_step_are_cut() {
    let mut text = String::from("n0 = xxxxxxxxxxxxxxxx\n");
    for at in 1..60 {
        text.push_str(&format!("n{at} = $n{0}$n{0}\n", at - 1));
    }
    let model = main_of(&text);
    let value = model.main.get("n59").unwrap().value.clone();
    assert!(model.expand_checked(Scope::Main, &value).1.cut);
}

#[test]
fn names_that_double_at_every_level_are_cut() {
    let mut text = String::from("n90 =\n");
    (0..90).for_each(|at| text.push_str(&format!("n{at} = $n{0} $n{0}\n", at + 1)));
    let faults = |text: &str| main_of(text).expand_checked(Scope::Main, &postproof_diag::SourceText::unplaced("$n0")).1;
    assert!(faults(&text).cut);
    let endless = "n0 = $n0 $n0\n";
    assert!(faults(endless).broken && !faults(endless).cut);
}

#[test]
fn an_expanded_word_points_into_the_definition() {
    let text = "mua = permit_sasl_authenticated,reject\nsmtpd_client_restrictions = $mua\n";
    let (sources, model) = model_of(&[(PartKind::MainCf, "main.cf", text)]);
    let list = model.restriction_list(Scope::Main, "smtpd_client_restrictions");
    let spans: Vec<_> = list.entries.iter().map(|entry| sources.slice(entry.span.unwrap())).collect();
    assert_eq!(spans, [b"permit_sasl_authenticated".as_slice(), b"reject"]);
    assert!(list.entries[1].span.unwrap().start < 40);
}

#[test]
fn an_option_of_a_service_overrides_main_cf_there_only() {
    let (_, model) = model_of(&[
        (PartKind::MainCf, "main.cf", "smtpd_tls_security_level = may\n"),
        (
            PartKind::MasterCf,
            "master.cf",
            "smtp inet n - y - - smtpd\nsubmission inet n - y - - smtpd\n  -o smtpd_tls_security_level=encrypt\n",
        ),
    ]);
    assert_eq!(model.text(Scope::Main, "smtpd_tls_security_level"), "may");
    assert_eq!(model.text(Scope::Service(ServiceId(0)), "smtpd_tls_security_level"), "may");
    assert_eq!(model.text(Scope::Service(ServiceId(1)), "smtpd_tls_security_level"), "encrypt");
    assert_eq!(model.services[1].label(), "submission (port 587)");
}

#[test]
fn the_last_of_two_assignments_counts_and_the_first_is_kept() {
    let model = main_of("mynetworks = 10.0.0.0/8\nmynetworks = 127.0.0.0/8\n");
    assert_eq!(model.text(Scope::Main, "mynetworks"), "127.0.0.0/8");
    assert_eq!(model.main["mynetworks"].overridden.len(), 1);
}

#[test]
fn mydomain_follows_myhostname() {
    let model = main_of("myhostname = mail.example.org\nmydestination = $mydomain\n");
    let domains = model.domains(Scope::Main, "mydestination");
    assert_eq!(domains[0].kind, DomainPatternKind::Domain("example.org".into()));
    let host = main_of("mydestination = $mydomain\n").domains(Scope::Main, "mydestination");
    assert_eq!(host[0].kind, DomainPatternKind::HostDependent);
}

#[test]
fn the_relay_list_depends_on_the_level() {
    let old = main_of("mydestination = x\n");
    assert_eq!(old.target.level.value, Version::new(0, 0));
    assert!(old.restriction_list(Scope::Main, "smtpd_relay_restrictions").entries.is_empty());
    let new = main_of("compatibility_level = 3.6\n");
    let list = new.restriction_list(Scope::Main, "smtpd_relay_restrictions");
    assert!(list.entries.last().unwrap().is("defer_unauth_destination"));
    assert_eq!(new.rcpt_order(Scope::Main)[0], "smtpd_relay_restrictions");
    assert_eq!(old.rcpt_order(Scope::Main)[0], "smtpd_recipient_restrictions");
}

#[test]
fn classes_are_opened_and_cycles_end() {
    let model = main_of(
        "smtpd_restriction_classes = strict loop none\nstrict = warn_if_reject reject_rbl_client zen.example.org permit\n\
         loop = permit_mynetworks loop\nsmtpd_recipient_restrictions = hash:/a strict loop none nonsense\n",
    );
    let list = model.restriction_list(Scope::Main, "smtpd_recipient_restrictions");
    assert!(list.entries[0].is("check_recipient_access"));
    let EntryKind::Class(inner) = &list.entries[1].kind else { panic!("no class") };
    assert!(inner[0].is("reject_rbl_client") && inner[0].warn_if_reject.is_some());
    assert_eq!(inner[0].argument.as_ref().unwrap().as_str(), "zen.example.org");
    let EntryKind::Class(inner) = &list.entries[2].kind else { panic!("no class") };
    assert!(matches!(inner[1].kind, EntryKind::Recursive));
    assert!(matches!(list.entries[3].kind, EntryKind::UndefinedClass));
    assert!(matches!(list.entries[4].kind, EntryKind::Unknown));
}

#[test]
fn classes_that_double_at_each_level_are_cut() {
    let mut text = String::from("smtpd_restriction_classes =");
    (0..40).for_each(|at| text.push_str(&format!(" c{at}")));
    text.push_str("\nc0 = permit_mynetworks\n");
    (1..40).for_each(|at| text.push_str(&format!("c{at} = c{0} c{0}\n", at - 1)));
    text.push_str("smtpd_recipient_restrictions = c39\n");
    assert!(main_of(&text).restriction_list(Scope::Main, "smtpd_recipient_restrictions").is_cut);
}

#[test]
fn network_patterns_are_read_as_postfix_reads_them() {
    let model = main_of(
        "mynetworks = 127.0.0.0/8 [::1]/128 !10.1.0.0/16 10.0.0.0/8 192.0.2.1/24 hash:/etc/postfix/n fe80::/64\n",
    );
    let networks = model.networks(Scope::Main, "mynetworks").unwrap();
    let kinds: Vec<_> = networks.iter().map(|network| network.kind.clone()).collect();
    assert!(matches!(kinds[0], NetworkKind::Net(_)) && matches!(kinds[1], NetworkKind::Net(_)));
    assert_eq!(kinds[4], NetworkKind::Invalid);
    assert_eq!(kinds[5], NetworkKind::Table);
    assert_eq!(kinds[6], NetworkKind::Invalid);
    let negated: Vec<_> = networks.iter().map(|network| network.negated).collect();
    assert_eq!(negated, [false, false, true, false, false, false, false]);
    assert!(main_of("").networks(Scope::Main, "mynetworks").is_none(), "the host computes it");
}

#[test]
fn a_table_that_was_given_is_opened() {
    let (_, model) = model_of(&[
        (
            PartKind::MainCf,
            "main.cf",
            "virtual_mailbox_domains = proxy:hash:/etc/postfix/vdomains\nrelay_domains = hash:/etc/postfix/other\n",
        ),
        (PartKind::Table, "/etc/postfix/vdomains", "Example.org  ok\n"),
    ]);
    let domains = model.domains(Scope::Main, "virtual_mailbox_domains");
    assert_eq!(domains[0].kind, DomainPatternKind::Domain("example.org".into()));
    let paths: Vec<_> = model.references().into_iter().map(|reference| reference.path).collect();
    assert_eq!(paths, ["/etc/postfix/vdomains", "/etc/postfix/other"]);
    assert!(matches!(model.domains(Scope::Main, "relay_domains")[0].kind, DomainPatternKind::Table(..)));
}

#[test]
fn without_master_cf_the_stock_services_are_assumed() {
    let model = main_of("smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\n");
    assert!(model.services.iter().any(|service| service.is_smtpd() && service.is_assumed()));
    let commands: Vec<_> = model.missing().into_iter().filter_map(|missing| missing.command).collect();
    assert_eq!(commands, ["postconf -Mf", "doveconf -n"]);
}

#[test]
fn passwords_of_client_files_are_secret() {
    let (sources, model) =
        model_of(&[(PartKind::ClientFile, "/etc/postfix/pgsql.cf", "user = mail\npassword = s3cret\n")]);
    let secrets: Vec<_> = secrets(&sources, &model.parts).into_iter().map(|span| sources.slice(span)).collect();
    assert_eq!(secrets, [b"s3cret".as_slice()]);
}

#[test]
fn expansion_is_commented_in_the_words_of_postfix() {
    // Each message was seen from `postconf -x` 3.7.11.
    let model = main_of("a = $b\nb = ${a!}\nc = costs 5$\nd = $myhostname $a1\na1 = fine\n");
    let of = |name: &str| {
        let value = model.value(Scope::Main, name).unwrap();
        model.expansion_messages(Scope::Main, &value.raw)
    };
    assert_eq!(of("a"), ["attribute name syntax error at: \"...a>>>!\""]);
    assert_eq!(of("c"), ["empty macro name: \"costs 5$\""]);
    assert_eq!(of("d"), [""; 0]);
}

#[test]
fn facts_of_the_host_fill_defaults() {
    // postconf -x of 3.7.11 on such a host.
    let with_host = |main: &str, hostname: &str| {
        let mut model = main_of(main);
        model.system = Some(postconf::SystemFacts {
            hostname: hostname.to_owned(),
            interfaces: Some(["127.0.0.1/8", "192.0.2.25/24", "::1/128"].map(|net| net.parse().unwrap()).to_vec()),
            ..postconf::SystemFacts::default()
        });
        ["myhostname", "mydomain", "mydestination", "mynetworks"].map(|name| model.text(Scope::Main, name))
    };
    let [host, domain, destination, networks] = with_host("mynetworks_style = subnet\n", "mx.a.example");
    assert_eq!((host.as_str(), domain.as_str()), ("mx.a.example", "a.example"));
    assert_eq!(destination, "mx.a.example, localhost.a.example, localhost");
    assert_eq!(networks, "127.0.0.0/8 192.0.2.0/24 [::1]/128");
    let [host, domain, ..] = with_host("mydomain = b.example\n", "mx");
    assert_eq!((host.as_str(), domain.as_str()), ("mx.b.example", "b.example"));
    let [host, domain, ..] = with_host("", "mx");
    assert_eq!((host.as_str(), domain.as_str()), ("mx.localdomain", "localdomain"));
    let [host, ..] = with_host("myhostname = c.example\n", "mx");
    assert_eq!(host, "c.example");
    assert_eq!(main_of("").text(Scope::Main, "myhostname"), "$myhostname");
}

/// The files that main.cf and texts by path lead to.
fn paths_of(main: &str, texts: &[(&str, &str)]) -> Vec<String> {
    let mut files = vec![(PartKind::MainCf, "main.cf", main)];
    files.extend(texts.iter().map(|(path, text)| (PartKind::Table, *path, *text)));
    let (_, model) = model_of(&files);
    let mut paths: Vec<_> = model.references().into_iter().map(|reference| reference.path).collect();
    paths.sort();
    paths
}

#[test]
fn tables_in_tables_are_references() {
    let main = "smtpd_relay_restrictions = check_sender_access unionmap:{texthash:/a, pipemap:{proxy:hash:/b,pcre:/c}}\n\
                smtpd_command_filter = pcre:/d\nsmtpd_discard_ehlo_keyword_address_maps = debug:cidr:/e\n\
                virtual_alias_maps = inline:{ x=y } regexp:{ {/x/ y} } proxy:mysql:/f\n\
                smtpd_helo_restrictions = check_policy_service { inet:127.0.0.1:1, default_action = check_helo_access cidr:/g }\n";
    assert_eq!(paths_of(main, &[]), ["/a", "/b", "/c", "/d", "/e", "/f", "/g"]);
}

#[test]
fn results_of_access_tables_lead_on() {
    let main = "smtpd_restriction_classes = guarded\nguarded = cidr:/class\n\
                smtpd_sender_restrictions = check_sender_access inline:{{a=check_client_access cidr:/in}}, hash:/senders\n\
                transport_maps = hash:/transport\n";
    let senders = "b REJECT\nc check_client_access unionmap:{cidr:/nets,hash:/names}\n";
    let texts =
        [("/senders", senders), ("/nets", "10.0.0.0/8 check_helo_access pcre:/helo\n"), ("/transport", "a hash:/no\n")];
    assert_eq!(paths_of(main, &texts), ["/class", "/helo", "/in", "/names", "/nets", "/senders", "/transport"]);
}

#[test]
fn files_of_patterns_are_references_and_lead_on() {
    let main = "mynetworks = 127.0.0.0/8, !/nets\nmydestination = hash:/domains a.example /etc/names\n\
                relay_domains = /etc/names, unionmap:{hash:/r}\nrelayhost = /no\nmyorigin = /etc/mailname\n";
    let texts = [("/nets", "/more # /not\n10.0.0.0/8 !cidr:/table\n"), ("/more", "/more /deep\n")];
    let found = ["/deep", "/domains", "/etc/mailname", "/etc/names", "/more", "/nets", "/r", "/table"];
    assert_eq!(paths_of(main, &texts), found);
}

#[test]
fn one_path_may_be_read_in_two_ways() {
    let model =
        main_of("relay_domains = /d\ntransport_maps = hash:/d\nalias_maps = hash:/a\nlocal_recipient_maps = hash:/a\n");
    let kinds: Vec<_> = model.references().into_iter().map(|one| (one.path, one.kind.syntax().unwrap())).collect();
    let expected = [("/d", TableSyntax::List), ("/d", TableSyntax::Indexed), ("/a", TableSyntax::Aliases)];
    assert_eq!(kinds, expected.map(|(path, syntax)| (path.to_owned(), syntax)));
}

#[test]
fn options_change_the_names_in_values_of_main_cf() {
    let (_, model) = model_of(&[
        (PartKind::MainCf, "main.cf", "nets = /main\nmynetworks = 127.0.0.1 $nets\n"),
        (PartKind::MasterCf, "master.cf", "smtp inet n - y - - smtpd\n  -o nets=/own -o relay_domains=/relay\n"),
    ]);
    let paths: std::collections::BTreeSet<_> = model.references().into_iter().map(|one| one.path).collect();
    assert_eq!(paths.into_iter().collect::<Vec<_>>(), ["/main", "/own", "/relay"]);
}

#[test]
fn files_of_patterns_are_read_until_a_limit() {
    let kinds = |texts: &[(String, String)]| {
        let mut files = vec![(PartKind::MainCf, "main.cf", "mynetworks = /0\n")];
        files.extend(texts.iter().map(|(path, text)| (PartKind::Table, path.as_str(), text.as_str())));
        let (_, model) = model_of(&files);
        let kinds: Vec<_> = model.list_patterns(Scope::Main, "mynetworks").iter().map(|one| one.kind).collect();
        (kinds, model.cut_lists().len())
    };
    let chain = |len: usize| (0..len).map(|at| (format!("/{at}"), format!("/{}\n", at + 1))).collect::<Vec<_>>();
    assert_eq!(kinds(&chain(MAX_FILE_DEPTH)).0, [PatternKind::File(Unread::TooDeep)]);
    assert_eq!(kinds(&chain(MAX_FILE_DEPTH)).1, 1);
    assert_eq!(kinds(&chain(MAX_FILE_DEPTH - 1)), (vec![PatternKind::File(Unread::NotGiven)], 0));
    let itself = [("/0".to_owned(), "a /0 b # c\n".to_owned())];
    assert_eq!(kinds(&itself).0, [PatternKind::Plain, PatternKind::File(Unread::InItself), PatternKind::Plain]);
}

#[test]
fn files_that_decide_trust_are_missing_until_given() {
    let main = "mynetworks = 127.0.0.1 /etc/postfix/nets\nrelay_clientcerts = hash:/etc/postfix/certs\n\
                smtpd_relay_restrictions = check_client_access unionmap:{cidr:/etc/postfix/a,proxy:hash:/etc/postfix/b} reject\n\
                transport_maps = hash:/etc/postfix/transport\nvirtual_alias_maps = mysql:/etc/postfix/my.cf\n";
    let commands = |texts: &[(PartKind, &str, &str)]| {
        let mut files = vec![(PartKind::MainCf, "main.cf", main), (PartKind::MasterCf, "master.cf", "")];
        files.extend(texts);
        let (_, model) = model_of(&files);
        model.missing().into_iter().filter_map(|missing| missing.command).collect::<Vec<_>>()
    };
    let all = [
        "cat /etc/postfix/nets",
        "postmap -s hash:/etc/postfix/certs",
        "cat /etc/postfix/a",
        "postmap -s hash:/etc/postfix/b",
    ];
    assert_eq!(commands(&[]), all);
    let given =
        [(PartKind::Table, "/etc/postfix/nets", "/etc/postfix/inner\n"), (PartKind::Table, "/etc/postfix/a", "")];
    assert_eq!(commands(&given), [all[1], all[3], "cat /etc/postfix/inner"]);
}
