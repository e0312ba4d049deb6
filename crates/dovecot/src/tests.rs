use super::*;
use postproof_diag::FileId;
use postproof_syntax::Region;

/// Reads files of these names; the first is the one to read.
fn reading(files: &[(&str, &str)], dialect: Option<Dialect>) -> Reading {
    let regions: Vec<Region> =
        (0..).zip(files).map(|(at, (_, text))| Region::whole(FileId(at), text.as_bytes())).collect();
    let inputs: Vec<Input<'_>> = (0..)
        .zip(files)
        .zip(&regions)
        .map(|((at, (path, text)), region)| Input {
            file: FileId(at),
            path,
            region,
            bytes: text.as_bytes(),
            root: at == 0,
        })
        .collect();
    read(&inputs, dialect)
}

fn old(text: &str) -> Reading {
    reading(&[("/etc/dovecot/dovecot.conf", text)], Some(Dialect::V23))
}

fn new(text: &str) -> Reading {
    let text = format!("dovecot_config_version = 2.4.1\ndovecot_storage_version = 2.4.1\n{text}");
    reading(&[("/etc/dovecot/dovecot.conf", &text)], Some(Dialect::V24))
}

fn words(reading: &Reading) -> Vec<&str> {
    reading.problems.iter().map(|problem| problem.words.as_str()).collect()
}

#[test]
fn a_protocol_has_its_own_values() {
    let reading = old("mail_plugins = quota\nprotocol lmtp {\n  mail_plugins = $mail_plugins sieve\n}\n");
    assert_eq!(words(&reading), [""; 0]);
    assert_eq!(reading.value(&Scope::GLOBAL, "mail_plugins").unwrap().text(), "quota");
    let lmtp = reading.value(&Scope::protocol("lmtp"), "mail_plugins").unwrap();
    assert_eq!(lmtp.words(), ["quota", "sieve"]);
    assert!(lmtp.is_set() && lmtp.span().is_some());
    let ssl = reading.value(&Scope::GLOBAL, "ssl").unwrap();
    assert_eq!((ssl.text(), ssl.is_set()), ("yes", false));
    assert!(reading.value(&Scope::GLOBAL, "nosuch").is_none());
}

#[test]
fn sections_have_names_and_settings_of_their_own() {
    let reading = old(
        "service auth {\n  unix_listener /var/spool/postfix/private/auth {\n    mode = 0660\n    user = postfix\n  }\n}\n\
         service auth {\n  user = root\n}\n",
    );
    assert_eq!(words(&reading), [""; 0]);
    let services: Vec<_> = reading.sections("service").collect();
    assert_eq!(services.len(), 1);
    let auth = services.first().unwrap();
    assert_eq!((auth.name(), auth.own("user").unwrap().text()), ("auth", "root"));
    let listeners = auth.sections("unix_listener");
    let listener = listeners.first().unwrap();
    assert_eq!(listener.name(), "/var/spool/postfix/private/auth");
    assert_eq!(listener.value("mode").text(), "0660");
    assert_eq!(listener.value("group").text(), "");
    let within = [("service", "auth"), ("unix_listener", "/var/spool/postfix/private/auth")];
    assert_eq!(reading.value(&Scope::within(&within), "user").unwrap().text(), "postfix");
}

#[test]
fn sections_of_2_4_take_short_names() {
    let reading =
        new("passdb passwd-file {\n  passwd_file_path = /etc/dovecot/users\n}\nauth_policy_hash_mech = sha1\n\
         namespace inbox {\n  mailbox Trash {\n    special_use = \\Trash\n  }\n}\n");
    assert_eq!(words(&reading), [""; 0]);
    let settings: Vec<_> = reading.assignments().iter().map(|one| one.setting.as_str()).collect();
    assert_eq!(
        settings,
        [
            "dovecot_config_version",
            "dovecot_storage_version",
            "passwd_file_path",
            "auth_policy_hash_mech",
            "mailbox_special_use"
        ]
    );
    let policy = reading.sections("auth_policy").next().unwrap();
    assert_eq!(policy.own("hash_mech").unwrap().text(), "sha1");
    let trash = reading.sections("mailbox").next().unwrap();
    assert_eq!(trash.value("special_use").words(), ["\\Trash"]);
    assert_eq!(trash.path().len(), 2);
}

#[test]
fn all_faults_are_found_in_one_pass() {
    let reading = old("ssl = maybe\nnosuch = 1\nfoo {\n  bar = 2\n}\nprotocol imap{\n  mail_plugins = x\n}\n");
    assert_eq!(
        words(&reading),
        ["Invalid value: maybe", "Unknown setting: nosuch", "Unknown setting: foo { foo", "Expecting '{'"]
    );
    let lines: Vec<_> = reading.problems.iter().map(|problem| problem.line.clone().unwrap().1).collect();
    assert_eq!(lines, [1, 2, 3, 6]);
    assert_eq!(reading.value(&Scope::protocol("imap"), "mail_plugins").unwrap().text(), "x");
}

#[test]
fn includes_are_resolved_among_the_files_given() {
    let files = [
        ("/etc/dovecot/dovecot.conf", "!include conf.d/*.conf\n!include_try local.conf\n!include none.conf\n"),
        ("/etc/dovecot/conf.d/20.conf", "login_greeting = b\n"),
        ("/etc/dovecot/conf.d/10.conf", "login_greeting = a\nprotocol imap {\n"),
    ];
    let reading = reading(&files, Some(Dialect::V23));
    let values: Vec<_> = reading.assignments().iter().map(|one| one.value.as_str()).collect();
    assert_eq!(values, ["a", "b"]);
    let missing: Vec<_> = reading.missing.iter().map(|one| (one.pattern.as_str(), one.optional)).collect();
    assert_eq!(missing, [("/etc/dovecot/local.conf", true), ("/etc/dovecot/none.conf", false)]);
    assert_eq!(words(&reading), ["No matches", "Missing '}' (section started at /etc/dovecot/conf.d/10.conf:2)"]);
}

#[test]
fn the_dialect_is_told_with_its_reason() {
    let told = |text: &str| {
        let told = reading(&[("x", text)], None).told;
        (told.dialect, told.certain)
    };
    assert_eq!(told("dovecot_config_version = 2.4.0\n"), (Dialect::V24, true));
    assert_eq!(told("# 2.3.21 (47349e2482): /etc/dovecot/dovecot.conf\n"), (Dialect::V23, true));
    assert_eq!(told("mail_driver = maildir\n"), (Dialect::V24, false));
    assert_eq!(told("passdb {\n  driver = pam\n}\n"), (Dialect::V23, false));
    assert_eq!(told("plugin {\n  quota = count\n}\n"), (Dialect::V23, false));
    assert_eq!(told("passdb sql {\n  query = x\n}\nmail_path = ~/x\n"), (Dialect::V24, false));
    assert_eq!(told("ssl = yes\n"), (Dialect::V23, false));
}

#[test]
fn values_that_double_are_cut_short_with_a_word() {
    let mut text = "mail_plugins = a\n".to_owned();
    text.push_str(&"mail_plugins = $mail_plugins $mail_plugins\n".repeat(60));
    let reading = old(&text);
    assert!(reading.problems.iter().any(|problem| problem.kind == ProblemKind::Limit));
    let mut text = "mail_path = /a\n".to_owned();
    text.push_str(&"mail_path = $SET:mail_path $SET:mail_path\n".repeat(60));
    assert!(new(&text).problems.iter().any(|problem| problem.kind == ProblemKind::Limit));
}

#[test]
fn deep_and_endless_texts_end() {
    let deep = old(&"service x {\n".repeat(5000));
    assert!(deep.problems.iter().any(|problem| problem.words.starts_with("Missing '}'")));
    let text = "!include a.conf\n!include a.conf\n";
    let files = [("/d/x.conf", text), ("/d/a.conf", "!include b.conf\n!include b.conf\n"), ("/d/b.conf", "x")];
    assert!(reading(&files, Some(Dialect::V24)).problems.len() < 20);
}

#[test]
fn groups_hold_where_they_are_used() {
    let reading = new("group @mine one {\n  mail_driver = maildir\n}\nprotocol imap {\n  @mine = one\n}\n");
    assert_eq!(words(&reading), [""; 0]);
    assert_eq!(reading.value(&Scope::protocol("imap"), "mail_driver").unwrap().text(), "maildir");
    assert!(!reading.value(&Scope::GLOBAL, "mail_driver").unwrap().is_set());
}

#[test]
fn nearer_filters_count_more() {
    let text = "login_greeting = all\nlocal 10.0.0.0/8 {\n  login_greeting = net\n  protocol imap {\n    login_greeting = both\n  }\n}\n\
                protocol imap {\n  login_greeting = imap\n}\nprotocol !imap {\n  login_greeting = other\n}\n";
    for dialect in [Dialect::V23, Dialect::V24] {
        let head = "dovecot_config_version = 2.4.1\ndovecot_storage_version = 2.4.1\n";
        let whole = if dialect == Dialect::V24 { format!("{head}{text}") } else { text.to_owned() };
        let reading = reading(&[("/x", &whole)], Some(dialect));
        let greeting = |protocol: Option<&str>, local: Option<&str>| {
            let scope = Scope { protocol, local: local.map(|ip| ip.parse().unwrap()), ..Scope::GLOBAL };
            reading.value(&scope, "login_greeting").unwrap().text().to_owned()
        };
        assert_eq!(greeting(None, None), "all");
        assert_eq!(greeting(Some("imap"), None), "imap");
        assert_eq!(greeting(Some("pop3"), None), "other");
        assert_eq!(greeting(Some("imap"), Some("10.1.1.1")), "both");
        assert_eq!(greeting(None, Some("10.1.1.1")), "net");
    }
}
