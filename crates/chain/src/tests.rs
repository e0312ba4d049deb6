//! Configurations to explanations.

mod walk;

use crate::*;
use postproof_catalog::{Verdict, Version};
use postproof_diag::{Document, FileId, SourceMap};
use postproof_model::{Model, ServiceId, SourcePart, Tree, Wish, build};
use postproof_syntax::{Part, PartKind, Region, main_cf, master_cf, table, table::TableSyntax};

/// A server under test: texts in, the explanation of its first smtpd out.
#[derive(Default)]
struct Server<'a> {
    main: &'a str,
    excerpt: bool,
    master: Option<&'a str>,
    tables: &'a [(&'a str, TableSyntax, &'a str)],
    release: Option<Version>,
}

impl Server<'_> {
    /// The one caller of the API.
    fn explain(&self) -> (SourceMap, Explanation) {
        let mut sources = SourceMap::default();
        let mut parts = Vec::new();
        let mut add = |path: &str, kind: PartKind, whole: bool, text: &str, parse: &dyn Fn(&Region, &[u8]) -> Tree| {
            let file: FileId = sources.add(Document::new(path, text));
            let region = Region::whole(file, text.as_bytes());
            let tree = parse(&region, text.as_bytes());
            parts
                .push(SourcePart { part: Part { kind, name: Some(path.to_owned()), host: None, whole, region }, tree });
        };
        add("main.cf", PartKind::MainCf, !self.excerpt, self.main, &|region, bytes| {
            Tree::Main(main_cf::parse(region, bytes))
        });
        if let Some(master) = self.master {
            add("master.cf", PartKind::MasterCf, true, master, &|region, bytes| {
                Tree::Master(master_cf::parse(region, bytes))
            });
        }
        for (path, syntax, text) in self.tables {
            add(path, PartKind::Table, true, text, &|region, bytes| {
                Tree::Table(table::parse(*syntax, region, bytes).into())
            });
        }
        let model: Model = build(parts, Wish { postfix: self.release, ..Wish::default() });
        let service = model.services.iter().find(|service| service.is_smtpd()).map_or(ServiceId(0), |one| one.id);
        let explanation = explain(&model, service);
        (sources, explanation)
    }

    fn walk(&self) -> Walk {
        self.explain().1.stranger
    }
}

/// A main.cf of level 3.6 with this text.
fn explained(main: &str) -> Explanation {
    let main = format!("compatibility_level = 3.6\n{main}");
    Server { main: &main, ..Server::default() }.explain().1
}

fn list<'e>(explanation: &'e Explanation, param: &str) -> &'e ListView {
    let mut lists = explanation.stages.iter().flat_map(|stage| &stage.lists);
    lists.find(|list| list.param == param).unwrap()
}

#[test]
fn stages_stand_in_the_order_of_the_conversation() {
    let explanation = explained("smtpd_etrn_restrictions = reject");
    let lists: Vec<_> = explanation.stages.iter().flat_map(|stage| stage.lists.iter().map(|list| list.param)).collect();
    assert_eq!(
        lists,
        [
            "smtpd_client_restrictions",
            "smtpd_helo_restrictions",
            "smtpd_sender_restrictions",
            "smtpd_relay_restrictions",
            "smtpd_recipient_restrictions",
            "smtpd_data_restrictions",
            "smtpd_end_of_data_restrictions",
            "smtpd_etrn_restrictions",
        ]
    );
    assert!(explanation.delays_refusals);
    let old = Server { main: "compatibility_level = 2\n", release: Some(Version::new(3, 5)), ..Server::default() };
    let (_, explanation) = old.explain();
    let rcpt = explanation.stages.iter().find(|stage| stage.lists.len() == 2).unwrap();
    assert_eq!(rcpt.lists[0].param, "smtpd_recipient_restrictions");
    assert!(rcpt.lists[1].entries.last().unwrap().built_in, "the built-in check comes after both lists");
    assert!(list(&explanation, "smtpd_client_restrictions").end.en.contains("empty"));
}

/// Names and reach of the entries of one list, classes opened.
fn reaches(main: &str, param: &str) -> Vec<String> {
    fn walk(entries: &[EntryView], found: &mut Vec<String>) {
        for entry in entries.iter().filter(|entry| !entry.built_in) {
            found.push(match &entry.reach {
                Reach::Live => "live".to_owned(),
                Reach::Never { .. } => "never".to_owned(),
                Reach::NoEffect { .. } => "no effect".to_owned(),
            });
            walk(&entry.inner, found);
        }
    }
    let explanation = explained(main);
    let mut found = Vec::new();
    walk(&list(&explanation, param).entries, &mut found);
    found
}

#[test]
fn dead_entries_are_told() {
    let recipient = "smtpd_recipient_restrictions";
    for (value, expected) in [
        ("permit_mynetworks, reject, permit_auth_destination", "live live never"),
        ("permit, reject_unauth_destination", "live never"),
        ("warn_if_reject permit, reject", "live never"),
        ("warn_if_reject reject, reject_unauth_destination", "live live"),
        ("reject_unauth_destination, permit", "live no effect"),
        ("c, reject_unauth_destination", "live live never never"),
        ("warn_if_reject d, reject_unauth_destination", "live live live"),
        ("d, reject_unauth_destination", "live live never"),
        ("nonsense, reject", "live never"),
        ("check_sender_access, reject", "live never"),
        ("reject_unauth_destination, reject_unauth_destination", "live no effect"),
        ("reject_rbl_client a.example, reject_rbl_client b.example", "live live"),
        ("check_policy_service inet:h:1, check_policy_service inet:h:1", "live live"),
        ("warn_if_reject reject_rbl_client a.example, reject_rbl_client a.example", "live live"),
        ("permit_sasl_authenticated", "no effect"),
        ("permit_tls_clientcerts", "no effect"),
        ("reject_sender_login_mismatch", "no effect"),
        ("reject_rbl_client", "no effect"),
        ("check_etrn_access hash:/x", "no effect"),
    ] {
        let main = format!(
            "smtpd_restriction_classes = c d\nc = permit, reject\nd = reject\nsmtpd_recipient_restrictions = {value}"
        );
        assert_eq!(reaches(&main, recipient).join(" "), expected, "{value}");
    }
}

#[test]
fn settings_of_the_service_decide_what_can_matter() {
    let sender = "smtpd_sender_restrictions";
    for (main, expected) in [
        ("smtpd_sasl_auth_enable = yes\nsmtpd_sender_restrictions = permit_sasl_authenticated", "live"),
        ("smtpd_authorized_xclient_hosts = 10.0.0.1\nsmtpd_sender_restrictions = permit_sasl_authenticated", "live"),
        ("smtpd_sasl_auth_enable = yes\nsmtpd_sender_restrictions = reject_known_sender_login_mismatch", "no effect"),
        (
            "smtpd_sasl_auth_enable = yes\nsmtpd_sender_restrictions = reject_authenticated_sender_login_mismatch",
            "live",
        ),
        ("smtpd_tls_ask_ccert = yes\nsmtpd_sender_restrictions = permit_tls_clientcerts", "no effect"),
        ("smtpd_tls_ask_ccert = yes\nsmtpd_sender_restrictions = permit_tls_all_clientcerts", "live"),
        ("smtpd_sender_restrictions = reject_unauth_destination", "live"),
        ("smtpd_delay_reject = no\nsmtpd_sender_restrictions = reject_unauth_destination", "no effect"),
    ] {
        assert_eq!(reaches(main, sender).join(" "), expected, "{main}");
    }
}

#[test]
fn the_blocker_of_a_dead_entry_has_its_place() {
    let main = "compatibility_level = 3.6\nsmtpd_recipient_restrictions = reject, permit_mynetworks\n";
    let (sources, explanation) = Server { main, ..Server::default() }.explain();
    let entries = &list(&explanation, "smtpd_recipient_restrictions").entries;
    let Reach::Never { by: Some(by), why } = &entries[1].reach else { panic!("{:?}", entries[1].reach) };
    assert_eq!(sources.slice(*by), b"reject");
    assert!(why.en.contains("`reject`") && why.ko.contains("`reject`"));
}

#[test]
fn reply_codes_are_those_of_the_service() {
    let explanation = explained(
        "unknown_address_reject_code = 550\nunknown_address_tempfail_action = defer\n\
         smtpd_sender_restrictions = reject_unknown_sender_domain, reject_unverified_sender\n",
    );
    let entries = &list(&explanation, "smtpd_sender_restrictions").entries;
    let answers: Vec<_> = entries[0].answers.iter().map(|one| (one.verdict, one.code, one.dsn)).collect();
    assert_eq!(
        answers,
        [
            (Verdict::Reject, Some(550), Some("5.1.8")),
            (Verdict::Reject, Some(550), Some("5.7.27")),
            (Verdict::Reject, Some(450), Some("4.1.8")),
            (Verdict::GoOn, None, None),
        ]
    );
    assert_eq!(entries[1].answers[1].verdict, Verdict::DeferIfPermit);
    let warned = explained("smtpd_sender_restrictions = warn_if_reject reject_non_fqdn_sender\n");
    let entry = &list(&warned, "smtpd_sender_restrictions").entries[0];
    assert_eq!(entry.name, "warn_if_reject reject_non_fqdn_sender");
    assert!(entry.answers.iter().all(|answer| answer.verdict == Verdict::GoOn), "{:?}", entry.answers);
}

#[test]
fn an_entry_that_only_refuses_has_one_answer() {
    let explanation = explained("smtpd_helo_restrictions = warn_if_reject defer, defer\nmynetworks = 10.0.0.0/8\n");
    let entries = &list(&explanation, "smtpd_helo_restrictions").entries;
    let answers = |at: usize| entries[at].answers.iter().map(|one| (one.verdict, one.code)).collect::<Vec<_>>();
    assert_eq!(answers(0), [(Verdict::GoOn, None)]);
    assert_eq!(answers(1), [(Verdict::Reject, Some(450))]);
    let relay = &list(&explanation, "smtpd_relay_restrictions").entries;
    assert_eq!(relay[0].answers.len(), 2, "no table in mynetworks can fail: {:?}", relay[0].answers);
}

#[test]
fn needs_are_named_only_where_there_are_any() {
    let explanation = explained("mydestination = example.org\nvirtual_alias_maps =\nrelay_domains =\n");
    let guard = &list(&explanation, "smtpd_relay_restrictions").entries[2];
    assert_eq!((guard.needs.len(), guard.needs_text.len()), (0, 0), "{:?}", guard.needs_text);
    let explanation =
        explained("virtual_mailbox_domains = pgsql:/d\nsmtpd_client_restrictions = reject_rbl_client z.example\n");
    let guard = &list(&explanation, "smtpd_relay_restrictions").entries[2];
    assert!(guard.needs_text[0].en.contains("pgsql:/d"), "{:?}", guard.needs_text);
    let listed = &list(&explanation, "smtpd_client_restrictions").entries[0];
    assert!(listed.text.en.contains("`z.example`") && listed.needs_text[0].en.contains("z.example"));
}
