//! `postproof migrate`.

use super::run;
use std::fs;
use std::path::Path;

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

const DOVECOT: [(&str, &str); 3] = [
    (
        "dovecot.conf",
        "protocols = imap\n!include conf.d/*.conf\npassdb {\n  driver = sql\n  args = /etc/dovecot/sql.conf.ext\n}\n",
    ),
    ("conf.d/10-ssl.conf", "ssl_cert = </etc/x.pem\n"),
    ("sql.conf.ext", "driver = sqlite\nconnect = /etc/users.db\npassword_query = SELECT p FROM u WHERE n = '%u'\n"),
];

#[test]
fn a_directory_comes_out_as_one_file_with_the_ledger_on_standard_error() {
    let directory = directory(&DOVECOT);
    let said = run(&["migrate", "dovecot", "--to", "2.4", directory.path().to_str().unwrap()]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.starts_with("dovecot_config_version = 2.4.0\n"), "{}", said.out);
    assert!(said.out.contains("ssl_server_cert_file = /etc/x.pem\nsql_driver = sqlite\nsqlite_path = /etc/users.db\n"));
    assert!(said.out.contains("  query = SELECT p FROM u WHERE n = '%{user}'\n"));
    assert!(said.err.contains("renamed    ssl_cert = </etc/x.pem"), "{}", said.err);
}

#[test]
fn the_same_files_are_written_and_none_is_written_over() {
    let directory = directory(&DOVECOT);
    let out = directory.path().join("new");
    let ledger = directory.path().join("ledger.json");
    let arguments = [
        "migrate",
        "dovecot",
        "--to",
        "2.4",
        directory.path().to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
        "--ledger",
        ledger.to_str().unwrap(),
    ];
    let said = run(&arguments);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", ""));
    assert_eq!(fs::read_to_string(out.join("conf.d/10-ssl.conf")).unwrap(), "ssl_server_cert_file = /etc/x.pem\n");
    assert!(!out.join("sql.conf.ext").exists());
    assert!(fs::read_to_string(&ledger).unwrap().contains("\"schema\": \"postproof.ledger/1\""));
    assert_eq!(run(&arguments).code, 2);
}

#[test]
fn questions_give_exit_1_and_unusable_input_2() {
    let directory =
        directory(&[("dovecot.conf", "passdb {\n  driver = shadow\n}\n"), ("new.conf", "mail_path = ~/x\n")]);
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    assert_eq!(run(&["migrate", "dovecot", "--to", "2.4", &path("dovecot.conf")]).code, 1);
    let back = run(&["migrate", "dovecot", "--to", "2.3", &path("new.conf")]);
    assert_eq!((back.code, back.out.as_str()), (1, ""));
    assert!(back.err.contains("2.3 calls it `mail_location`"), "{}", back.err);
    assert_eq!(run(&["migrate", "dovecot", "--to", "2.9", &path("new.conf")]).code, 2);
    assert_eq!(run(&["migrate", "dovecot", "--to", "2.4", &path("absent.conf")]).code, 2);
}

#[test]
fn postfix_says_which_tables_to_make_anew_and_hides_passwords() {
    let directory =
        directory(&[("main.cf", "alias_maps = hash:/etc/aliases\n"), ("master.cf", "smtp inet n - y - - smtpd\n")]);
    let said = run(&["migrate", "postfix", "--to", "3.11", "--from", "3.10", directory.path().to_str().unwrap()]);
    assert!(said.out.contains("alias_maps = lmdb:/etc/aliases\n"));
    assert!(said.err.contains("`postalias lmdb:/etc/aliases`"), "{}", said.err);
    let directory = self::directory(&[("dovecot.conf", "imapc_password = hunter2\n")]);
    let said = run(&["migrate", "dovecot", "--to", "2.4", directory.path().to_str().unwrap()]);
    assert!(said.out.contains("hunter2") && !said.err.contains("hunter2"), "{}", said.err);
}

#[test]
fn a_release_that_nobody_knows_is_named() {
    let directory = directory(&[("dovecot.conf", "ssl = required\n")]);
    let path = directory.path().to_str().unwrap();
    let dovecot = run(&["migrate", "dovecot", "--to", "2.5", path]);
    super::refused(&dovecot, "`--to 2.5` is not possible");
    let postfix = run(&["migrate", "postfix", "--to", "3.99", path]);
    super::refused(&postfix, "3.99 is no release of Postfix");
    let from = run(&["migrate", "postfix", "--to", "3.10", "--from", "2.1", path]);
    super::refused(&from, "2.1 is no release of Postfix");
}
