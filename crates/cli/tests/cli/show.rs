//! `postproof show --postconf` and `--doveconf`: streams and status as the real
//! programs have them.

use crate::{Said, refused, said};
use std::fs;
use std::path::Path;

fn directory(main: &str, master: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("main.cf"), main).unwrap();
    fs::write(directory.path().join("master.cf"), master).unwrap();
    directory
}

fn show(directory: &Path, arguments: &[&str]) -> Said {
    said(crate::postproof(&["show", "--postfix-version", "3.7.11"]).args(arguments).arg(directory))
}

const MASTER: &str = "smtp inet n - n - - smtpd -o { mail_name = a b } -o biff=no\n";

#[test]
fn each_mode_prints_as_the_real_program_does() {
    let directory = directory("mynetworks = 192.0.2.0/24\nmail_name = a\n  $mynetworks\nfish = 1\n", MASTER);
    let asked = |mode| show(directory.path(), &["--postconf", mode, "--config-directory", "/etc/postfix"]);
    let set = asked("n");
    assert_eq!(set.out, "mail_name = a $mynetworks\nmynetworks = 192.0.2.0/24\n");
    assert_eq!(set.err, "postconf: warning: /etc/postfix/main.cf: unused parameter: fish=1\n");
    assert_eq!(set.code, 0);
    assert_eq!(asked("x").out, "mail_name = a 192.0.2.0/24\nmynetworks = 192.0.2.0/24\n");
    let services = "smtp       inet  n       -       n       -       -       smtpd\n    \
                    -o {mail_name=a b}\n    -o biff=no\n";
    assert_eq!((asked("Mf").out.as_str(), asked("Mf").err.as_str()), (services, ""));
    assert_eq!(asked("P").out, "smtp/inet/biff = no\nsmtp/inet/mail_name = a b\n");
}

#[test]
fn a_directory_without_another_name_is_a_setting() {
    let directory = directory("mynetworks =\n", MASTER);
    let out = show(directory.path(), &["--postconf", "n"]).out;
    assert_eq!(out, format!("config_directory = {}\nmynetworks =\n", directory.path().display()));
}

#[test]
fn an_error_ends_with_the_status_of_the_real_program() {
    let directory = directory("mynetworks\n", MASTER);
    let said = show(directory.path(), &["--postconf", "n", "--config-directory", "/x"]);
    let error = "postconf: fatal: /x/main.cf, line 1: missing '=' after attribute name: \"mynetworks\"\n";
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (1, "", error));
    let nowhere = show(&directory.path().join("none"), &["--postconf", "n", "--config-directory", "/x"]);
    assert_eq!(nowhere.err, "postconf: fatal: open /x/main.cf: No such file or directory\n");
}

#[test]
fn facts_of_the_server_come_from_a_file() {
    let directory = directory("inet_interfaces = mail.example\nmail_name = $mynetworks$myhostname\n", MASTER);
    let facts = directory.path().join("facts.json");
    let json = r#"{"hostname": "a.example", "interfaces": ["192.0.2.7/28"], "hosts": {"mail.example": ["192.0.2.7"]}}"#;
    fs::write(&facts, json).unwrap();
    let said = show(directory.path(), &["--postconf", "x", "--system", facts.to_str().unwrap()]);
    assert!(said.out.contains("mail_name = 192.0.2.0/28 a.example\n"), "{}{}", said.out, said.err);
    fs::write(&facts, "{").unwrap();
    refused(&show(directory.path(), &["--postconf", "x", "--system", facts.to_str().unwrap()]), "no JSON");
}

#[test]
fn client_files_are_read_below_the_directory() {
    let directory = directory("mynetworks =\nalias_maps = mysql:/etc/postfix/a.cf\n", MASTER);
    fs::write(directory.path().join("a.cf"), "hosts = h\nhostz = i\n").unwrap();
    let said = show(directory.path(), &["--postconf", "P", "--config-directory", "/etc/postfix"]);
    assert_eq!(said.err, "postconf: warning: mysql:/etc/postfix/a.cf: unused parameter: hostz=i\n");
}

#[test]
fn what_would_crash_the_real_program_is_a_message() {
    let directory = directory("mynetworks =\nmail_name = ${{$mail_name} == {x}}\n", MASTER);
    refused(&show(directory.path(), &["--postconf", "n"]), "without end");
}

const CONFIGURATION: &str = "==> /etc/postfix/main.cf <==
compatibility_level = 3.6
mail_version = 3.7.11
policy = permit_mynetworks, reject
smtpd_recipient_restrictions = $policy
==> /etc/postfix/master.cf <==
smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o policy=reject
";

fn shown(arguments: &[&str]) -> crate::Said {
    crate::said(crate::postproof(&[&["show"], arguments, &["-"]].concat()).write_stdin(CONFIGURATION))
}

#[test]
fn each_value_comes_with_its_origin() {
    let shown = shown(&[]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    let line = |start: &str| shown.out.lines().filter(|line| line.contains(start)).map(str::trim).collect::<Vec<_>>();
    assert_eq!(
        line("smtpd_recipient_restrictions"),
        [
            "<stdin>:5  smtpd_recipient_restrictions = permit_mynetworks, reject",
            "<stdin>:5     smtpd_recipient_restrictions = reject"
        ]
    );
    assert_eq!(line("-o "), ["-o <stdin>:9  policy = reject"]);
}

#[test]
fn one_service_with_defaults_names_their_release_and_level() {
    let shown = shown(&["--service", "587", "--all", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!(json["schema"], "postproof.show/1");
    let sections = json["reports"][0]["hosts"][0]["sections"].as_array().unwrap();
    assert_eq!((sections.len(), &sections[0]["service"]), (1, &"submission".into()));
    let parameters = sections[0]["parameters"].as_array().unwrap();
    let one = |name: &str| parameters.iter().find(|one| one["name"] == name).unwrap();
    let style = one("mynetworks_style");
    assert_eq!((&style["value"], &style["origin"]), (&"host".into(), &"default".into()));
    assert_eq!((&style["release"], &style["level"]), (&"3.7.11".into(), &"3.6".into()));
    assert!(one("myhostname")["value"].is_null());
    assert_eq!(one("policy")["origin"], "override");
}

#[test]
fn a_service_that_is_not_there_is_refused() {
    crate::refused(&shown(&["--service", "smtps"]), "no service is called `smtps`; there are: smtp");
}

#[test]
fn postconf_reads_one_directory() {
    crate::refused(&crate::run(&["show", "--postconf", "n"]), "one directory");
}

/// What `show --doveconf` says of a dovecot.conf beside which `more.conf` stands.
fn doveconf(version: &str, text: &str) -> (Said, String) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("dovecot.conf");
    fs::write(&file, text).unwrap();
    fs::write(directory.path().join("more.conf"), "protocol lmtp {\n  mail_plugins = $mail_plugins sieve\n}\n")
        .unwrap();
    let path = file.to_str().unwrap().to_owned();
    let said = said(&mut crate::postproof(&["show", "--dovecot-version", version, "--doveconf", path.as_str()]));
    (said, path)
}

#[test]
fn doveconf_is_printed_with_what_it_includes() {
    let (said, path) = doveconf("2.3", "!include_try none.conf\nmail_plugins = acl\n!include m*.conf\n");
    let body = "mail_plugins = acl\nprotocol lmtp {\n  mail_plugins = acl sieve\n}\n";
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(said.out, format!("# 2.3.19.1 (9b53102964): {path}\n{body}"));
}

#[test]
fn what_doveconf_refuses_ends_with_its_reason_and_line() {
    let (said, path) = doveconf("2.4", "dovecot_config_version = 2.4.1\nmail_location = x\n");
    let error = format!(
        "doveconf: Fatal: Error in configuration file {path} line 2: mail_location: Unknown setting: mail_location\n"
    );
    assert_eq!((said.code, said.err), (1, error));
    let (said, path) = doveconf("2.3", "protocols = imap odd\n");
    assert_eq!(said.code, 1);
    assert!(said.out.ends_with("protocols = imap odd\n"));
    let last = format!("doveconf: Fatal: Error in configuration file {path}: protocols: Unknown protocol: odd\n");
    assert!(said.err.ends_with(&last), "{}", said.err);
}

#[test]
fn dovecot_values_are_shown_with_their_origin() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("dovecot.conf");
    fs::write(&file, "ssl = required\nprotocol imap {\n  mail_max_userip_connections = 9\n}\n").unwrap();
    let said = said(crate::postproof(&["show"]).arg(&file));
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("dovecot.conf:1  ssl = required\n"), "{}", said.out);
    assert!(said.out.contains("== protocol imap == "), "{}", said.out);
}

#[test]
fn dovecot_stands_in_the_json_block_by_block_without_its_passwords() {
    let text = "protocols = imap\npassdb {\n  driver = ldap\n  args = /etc/dovecot/ldap.conf\n}\nprotocol imap {\n  mail_max_userip_connections = 20\n}\ndoveadm_password = geheim\n";
    let said = crate::said(crate::postproof(&["show", "--format", "json", "-"]).write_stdin(text));
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!said.out.contains("geheim"));
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let host = &json["reports"][0]["hosts"][0];
    assert_eq!(host["sections"], serde_json::json!([]));
    let blocks = host["dovecot"]["blocks"].as_array().unwrap();
    assert_eq!(host["dovecot"]["dialect"], "2.3");
    let of = |path: serde_json::Value| blocks.iter().find(|block| block["path"] == path).unwrap();
    let imap = &of(serde_json::json!(["protocol imap"]))["settings"][0];
    assert_eq!((&imap["value"], &imap["place"]["line"]), (&"20".into(), &7.into()));
    assert!(of(serde_json::json!([]))["settings"].as_array().unwrap().iter().any(|one| one["value"] == "********"));
}
