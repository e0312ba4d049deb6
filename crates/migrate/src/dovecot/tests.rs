//! Whole migrations, and that no line is lost.

use super::*;
use crate::{Kind, Migration};
use postproof_diag::Document;
use proptest::prelude::*;
use std::collections::BTreeMap;

const SERVER: [(&str, &str); 8] = [
    ("dovecot.conf", include_str!("fixtures/server/dovecot.conf")),
    ("conf.d/10-auth.conf", include_str!("fixtures/server/conf.d/10-auth.conf")),
    ("conf.d/10-mail.conf", include_str!("fixtures/server/conf.d/10-mail.conf")),
    ("conf.d/10-master.conf", include_str!("fixtures/server/conf.d/10-master.conf")),
    ("conf.d/10-ssl.conf", include_str!("fixtures/server/conf.d/10-ssl.conf")),
    ("conf.d/90-plugins.conf", include_str!("fixtures/server/conf.d/90-plugins.conf")),
    ("dovecot-sql.conf.ext", include_str!("fixtures/server/dovecot-sql.conf.ext")),
    ("dovecot-dict-sql.conf.ext", include_str!("fixtures/server/dovecot-dict-sql.conf.ext")),
];

fn sources(files: &[(&str, &str)]) -> SourceMap {
    let mut sources = SourceMap::default();
    for (path, text) in files {
        sources.add(Document::new(*path, *text));
    }
    sources
}

fn of(text: &str) -> Migration {
    to_2_4(&sources(&[("dovecot.conf", text)]), Layout::OneFile)
}

/// The result without version lines and written-out defaults.
fn check(text: &str) -> String {
    let out: String = of(text).files.iter().map(crate::OutputFile::text).collect();
    let out = out.split("\n# Defaults of 2.3").next().unwrap_or_default();
    let lines = out.lines().filter(|line| !line.starts_with("dovecot_")).collect::<Vec<_>>().join("\n");
    lines.trim_matches('\n').to_owned()
}

/// Every line that is neither comment nor empty is in exactly one entry.
fn accounts_for_every_line(files: &[(&str, &str)], layout: Layout) {
    let sources = sources(files);
    let out = to_2_4(&sources, layout);
    let mut covered: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for entry in &out.entries {
        for at in entry.span.start..entry.span.end {
            *covered.entry((entry.span.file.0, at)).or_default() += 1;
        }
    }
    for (id, document) in sources.iter() {
        let mut start = 0u32;
        for line in document.bytes.split_inclusive(|byte| *byte == b'\n') {
            let content = line.trim_ascii();
            let expected = usize::from(!content.is_empty() && !content.starts_with(b"#"));
            let found = covered.get(&(id.0, start)).copied().unwrap_or_default();
            assert_eq!(found, expected, "{}: {}", document.path, String::from_utf8_lossy(line));
            start += line.len() as u32;
        }
    }
    for line in out.files.iter().flat_map(|file| &file.lines) {
        assert!(line.entry.is_none_or(|at| at < out.entries.len()));
    }
}

#[test]
fn a_mail_server_with_sql_lmtp_sieve_and_quota() {
    let out = to_2_4(&sources(&SERVER), Layout::OneFile);
    let text: String = out.files.iter().map(crate::OutputFile::text).collect();
    insta::assert_snapshot!("server", text);
    let sources = sources(&SERVER);
    let mut ledger = String::new();
    for entry in &out.entries {
        let line = String::from_utf8_lossy(sources.slice(entry.span)).trim().replace('\n', " ");
        ledger.push_str(&format!("{:?} {line} > {}\n", entry.kind, entry.result.join(" | ")));
        if let Some(question) = &entry.question {
            ledger.push_str(&format!("    ? {}\n", question.en));
        }
        for sample in &entry.samples {
            ledger.push_str(&format!("    {}: {} | {}\n", sample.user, sample.before, sample.after));
        }
    }
    insta::assert_snapshot!("server_ledger", ledger);
}

#[test]
fn the_same_files_come_out_that_went_in_but_for_external_ones() {
    let out = to_2_4(&sources(&SERVER), Layout::SameFiles);
    let mut paths: Vec<&str> = out.files.iter().map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "conf.d/10-auth.conf",
            "conf.d/10-mail.conf",
            "conf.d/10-master.conf",
            "conf.d/10-ssl.conf",
            "conf.d/90-plugins.conf",
            "dovecot.conf"
        ]
    );
    let versions = out.files.iter().filter(|file| file.text().contains("dovecot_config_version")).count();
    assert_eq!(versions, 1);
}

#[test]
fn the_ledger_accounts_for_every_line_of_the_fixtures() {
    accounts_for_every_line(&SERVER, Layout::OneFile);
    accounts_for_every_line(&SERVER, Layout::SameFiles);
}

#[test]
fn variables_become_expressions_and_give_the_same_for_sample_users() {
    assert_eq!(
        check("mail_home = /srv/%Ld/%1.2Ln/%{user}\n"),
        "mail_home = /srv/%{user | domain | lower}/%{user | username | lower | substr(1, 2)}/%{user}"
    );
    for text in [
        "mail_home = /srv/%d/%n",
        "mail_home = /%Lu",
        "mail_location = mbox:~/%2n:INBOX=/var/mail/%u",
        "mail_home = /x/%-2.2n%%",
    ] {
        for entry in of(text).entries {
            assert!(!entry.samples.is_empty(), "{text}");
            for sample in entry.samples {
                assert_eq!(sample.before, sample.after, "{text}");
            }
        }
    }
    assert_eq!(
        check("login_log_format_elements = user=<%u> %m %r\n"),
        "login_log_format_elements = user=<%{user}> %{mechanism} %{remote_ip}"
    );
    assert_eq!(check("pop3_uidl_format = %08Xu%08Xv\n"), "pop3_uidl_format = %{uid | hex(8)}%{uidvalidity | hex(8)}");
    assert_eq!(
        check("postmaster_address = postmaster@%{if;%d;ne;;%d;%{hostname}}\n"),
        "postmaster_address = postmaster@%{user | domain | default(hostname)}"
    );
    assert_eq!(of("mail_home = /srv/%Hu\n").count(Kind::NeedsYou), 1);
}

#[test]
fn a_sign_of_percent_alone_is_not_a_variable() {
    assert_eq!(check("base_dir = /run/%u/%{x}\n"), "base_dir = /run/%u/%%{x}");
    assert_eq!(check("mail_home = /a%%b\n"), "mail_home = /a%b");
}

#[test]
fn a_namespace_does_not_get_parts_of_the_global_location() {
    let text =
        "mail_location = maildir:~/M:INDEX=/i:LAYOUT=fs\nnamespace x {\n  prefix = x/\n  location = mdbox:~/x\n}\n";
    let expected = "mail_driver = maildir\nmail_path = ~/M\nmail_index_path = /i\nmailbox_list_layout = fs\nnamespace x {\n  \
                    mail_index_path =\n  mailbox_list_layout = fs\n  prefix = x/\n  mail_driver = mdbox\n  mail_path = ~/x\n}";
    assert_eq!(check(text), expected);
}

#[test]
fn databases_get_names_of_their_own() {
    let text = "passdb {\n  driver = pam\n  args = session=yes dovecot\n}\npassdb {\n  driver = pam\n}\n";
    let expected = "passdb pam {\n  session = yes\n  service_name = dovecot\n}\npassdb pam2 {\n  driver = pam\n}";
    assert_eq!(check(text), expected);
}

#[test]
fn drivers_that_are_gone_are_asked_for_and_written_nowhere() {
    let out = of("passdb {\n  driver = shadow\n}\n");
    assert_eq!((out.count(Kind::NeedsYou), out.count(Kind::Dropped)), (1, 2));
    assert_eq!(check("passdb {\n  driver = shadow\n}\n"), "# 2.3: passdb { driver = shadow }");
}

#[test]
fn what_2_3_ignored_in_plugin_gets_no_effect() {
    // auth_socket_path is a global setting; nothing reads it in plugin { }.
    assert_eq!(check("plugin {\n  auth_socket_path = /x\n}\n"), "");
    assert_eq!(of("plugin {\n  some_other_plugin = x\n}\n").count(Kind::NeedsYou), 1);
}

#[test]
fn passwords_without_tls_are_not_refused_where_tls_is_required() {
    assert_eq!(check("disable_plaintext_auth = no\n"), "auth_allow_cleartext = yes");
    assert_eq!(check("ssl = required\ndisable_plaintext_auth = no\n"), "ssl = required");
}

#[test]
fn old_names_that_2_3_still_took_are_carried_on() {
    assert_eq!(
        check("protocols = imaps pop3\n"),
        "protocols = imap pop3\nservice imap-login {\n  inet_listener imap {\n    port = 0\n  }\n}"
    );
    assert_eq!(check("ssl_protocols = !SSLv3 !TLSv1\n"), "ssl_min_protocol = TLSv1.1");
    assert_eq!(check("auth_cache_size = 10\n"), "auth_cache_size = 10M");
    assert_eq!(check("auth default {\n  mechanisms = plain\n}\n"), "auth_mechanisms = plain");
}

#[test]
fn features_that_2_4_turned_on_stay_off() {
    let expected = "imapc_features = zimbra-workarounds no-fetch-size no-fetch-headers no-modseq no-delay-login \
                    no-fetch-bodystructure no-acl no-metadata no-qresync";
    assert_eq!(check("imapc_features = search zimbra-workarounds\n"), expected);
}

#[test]
fn names_of_local_name_are_taken_apart() {
    let text = "local_name \"a.org b.org\" {\n  ssl_cert = </a\n}\nprotocols = imap\n";
    let block = |name: &str| format!("local_name {name} {{\n  ssl_server_cert_file = /a\n}}\n");
    assert_eq!(check(text), format!("{}{}protocols = imap", block("a.org"), block("b.org")));
    accounts_for_every_line(&[("dovecot.conf", text)], Layout::OneFile);
}

#[test]
fn comments_and_order_are_kept() {
    let text = "# one\nssl = yes # two\n\nplugin {\n  # three\n  quota = count:Q # four\n  # five\n}\n# six\nssl_cert = </x # seven\n";
    let expected = "# one\nssl = yes # two\n\n# three\nquota Q {\n  driver = count # four\n}\n# five\n# six\nssl_server_cert_file = /x # seven";
    assert_eq!(check(text), expected);
}

#[test]
fn defaults_are_written_out_for_a_whole_configuration_only() {
    let written = |text: &str| of(text).files.iter().any(|file| file.text().contains("mailbox_list_drop_noselect"));
    assert!(written("mail_location = maildir:~\npassdb {\n  driver = pam\n}\n"));
    assert!(!written("ssl = yes\n"));
    let chosen = of("mail_location = maildir:~:NO-NOSELECT\npassdb {\n  driver = pam\n}\n");
    assert!(chosen.files.iter().all(|file| !file.text().contains("mailbox_list_drop_noselect = no")));
}

#[test]
fn a_file_within_a_section_stays_within_it() {
    let files = [
        (
            "dovecot.conf",
            "service imap-login {\n  !include limits.inc\n}\nnamespace x {\n  prefix = x/\n  !include x.inc\n}\n",
        ),
        ("limits.inc", "service_count = 0\n# c\n"),
        ("x.inc", "location = maildir:~/x\nmailbox A {\n  auto = create\n}\n"),
    ];
    let out = to_2_4(&sources(&files), Layout::SameFiles);
    let text =
        |path: &str| out.files.iter().find(|file| file.path == path).map(crate::OutputFile::text).unwrap_or_default();
    assert_eq!(text("limits.inc"), "restart_request_count = unlimited\n# c\n");
    assert_eq!(text("x.inc"), "mail_driver = maildir\nmail_path = ~/x\nmailbox A {\n  auto = create\n}\n");
    assert!(text("dovecot.conf").contains(
        "service imap-login {\n  !include limits.inc\n}\nnamespace x {\n  prefix = x/\n  !include x.inc\n}\n"
    ));
    accounts_for_every_line(&files, Layout::SameFiles);
}

#[test]
fn relative_paths_follow_the_file_that_takes_them_in() {
    let files = [
        ("dovecot.conf", "!include conf.d/10.conf\n"),
        ("conf.d/10.conf", "ssl_cert = <../x.pem\nssl_key = <y.pem\n!include auth-system.conf.ext\n"),
    ];
    let text =
        |layout| -> String { to_2_4(&sources(&files), layout).files.iter().map(crate::OutputFile::text).collect() };
    let one = text(Layout::OneFile);
    assert!(
        one.contains("cert_file = x.pem\nssl_server_key_file = conf.d/y.pem\n!include conf.d/auth-system.conf.ext\n"),
        "{one}"
    );
    assert!(
        text(Layout::SameFiles)
            .contains("cert_file = ../x.pem\nssl_server_key_file = y.pem\n!include auth-system.conf.ext\n")
    );
}

#[test]
fn a_file_that_includes_itself_ends() {
    let files = [("a.conf", "!include b.conf\nssl = yes\n"), ("b.conf", "!include a.conf\n!include b.conf\n")];
    accounts_for_every_line(&files, Layout::OneFile);
    accounts_for_every_line(&files, Layout::SameFiles);
}

#[test]
fn a_2_4_file_on_2_3_names_what_is_too_new() {
    let text = "dovecot_config_version = 2.4.0\nmail_driver = maildir\nssl = yes\nquota x {\n  driver = count\n}\nmail_home = /%{user | lower}\n";
    let out = to_2_3(&sources(&[("dovecot.conf", text)]));
    let kinds: Vec<Kind> = out.entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::TooNew, Kind::TooNew, Kind::Kept, Kind::TooNew, Kind::TooNew, Kind::TooNew, Kind::TooNew]);
}

#[test]
fn a_2_3_file_has_nothing_that_is_too_new_for_2_3() {
    let old = "ssl_protocols = !SSLv3\nauth default {\n  mechanisms = plain\n  passdb pam {\n  }\n}\nplugin {\n  quota = count:x\n}\n";
    for text in SERVER.iter().take(6).map(|(_, text)| *text).chain([old]) {
        let out = to_2_3(&sources(&[("dovecot.conf", text)]));
        assert_eq!(out.count(Kind::TooNew), 0, "{text}");
    }
}

/// Lines as configurations have them, and as none has.
fn line() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "mail_location",
        "plugin {",
        "passdb {",
        "namespace {",
        "}",
        "driver",
        "args",
        "quota",
        "quota_rule",
        "sieve",
        "ssl_cert",
        "mail_plugins",
        "protocols",
        "service imap {",
        "dict {",
        "location",
        "!include x",
        "imapsieve_mailbox1_name",
        "acl",
        "fts",
        "local_name \"a b\" {",
        "auth default {",
        "quota_warning2",
        "listen",
        "user_query",
        "metric x {",
        "group_by",
        "# c",
        "",
    ]);
    let value = prop_oneof![
        "[ -~]{0,30}",
        "(%[A-Za-z{}.;:0-9-]{0,6}){0,4}",
        "(\\PC){0,10}",
        Just("sql".to_owned()),
        Just("maildir:~/x:INDEX=%d".to_owned())
    ];
    (name, value, any::<bool>()).prop_map(|(name, value, with)| {
        if with && !name.ends_with(['{', '}']) { format!("{name} = {value}") } else { name.to_owned() }
    })
}

proptest! {
    #[test]
    fn any_lines_are_accounted_for(lines in prop::collection::vec(line(), 0..40)) {
        let text = lines.join("\n");
        accounts_for_every_line(&[("dovecot.conf", &text), ("x", "passdb {\n  driver = pam\n}\n")], Layout::OneFile);
        accounts_for_every_line(&[("dovecot.conf", &text)], Layout::SameFiles);
    }

    #[test]
    fn any_bytes_are_carried(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut sources = SourceMap::default();
        sources.add(Document::new("dovecot.conf", bytes));
        to_2_4(&sources, Layout::OneFile);
        to_2_3(&sources);
    }
}
