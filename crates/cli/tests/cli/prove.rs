//! `postproof prove`.

use super::{Said, postproof, run, said};
use std::fs;
use tempfile::TempDir;

const MAIN: &str = "compatibility_level = 3.6\nmyhostname = mx.example.org\nmydestination = example.org\n\
    mynetworks = 127.0.0.0/8\nlocal_recipient_maps =\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n";

fn proved(main: &str, arguments: &[&str]) -> Said {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("main.cf"), main).unwrap();
    let mut command = postproof(&["prove", directory.path().to_str().unwrap()]);
    said(command.args(arguments))
}

#[test]
fn what_fails_comes_with_a_session() {
    let said = proved(MAIN, &["--swaks"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("holds    no open relay"), "{}", said.out);
    assert!(said.out.contains("FAILS    outsiders can't send as your domains"), "{}", said.out);
    assert!(said.out.contains("C: MAIL FROM:<nobody-of-that-name@example.org>\n"), "{}", said.out);
    assert!(said.out.contains("swaks "), "{}", said.out);
}

#[test]
fn json_has_every_claim() {
    let relay = MAIN.replace("127.0.0.0/8", "0.0.0.0/0");
    let said = proved(&relay, &["--format", "json", "--service", "smtp"]);
    assert_eq!(said.code, 1, "{}", said.err);
    let value: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let claims = &value["reports"][0]["hosts"][0]["services"][0]["claims"];
    assert_eq!(claims.as_array().unwrap().len(), 5);
    assert_eq!(claims[0]["claim"], "no-open-relay");
    assert_eq!(claims[0]["verdict"], "fails");
    let replies = claims[0]["witness"]["replies"].as_array().unwrap();
    assert!(replies.iter().any(|reply| reply["command"] == "rcpt" && reply["code"] == 250));
}

#[test]
fn what_is_not_known_can_be_assumed() {
    let main = format!("{MAIN}smtpd_recipient_restrictions = check_sender_access pgsql:/etc/postfix/own.cf\n");
    let depends = proved(&main, &["--service", "smtp"]);
    assert!(depends.out.contains("depends  outsiders can't send as your domains"), "{}", depends.out);
    let assumed = proved(&main, &["--service", "smtp", "--assume", "pgsql:/etc/postfix/own.cf:*=REJECT"]);
    assert!(assumed.out.contains("holds    outsiders can't send as your domains"), "{}", assumed.out);
}

#[test]
fn entries_that_change_nothing_are_named_with_their_cause() {
    let said = proved(&format!("{MAIN}smtpd_helo_restrictions = permit, reject_invalid_helo_hostname\n"), &[]);
    let entry = "`reject_invalid_helo_hostname`, smtpd_helo_restrictions";
    assert!(said.out.contains(entry) && said.out.contains("because of `permit`"), "{}", said.out);
}

#[test]
fn an_unknown_service_is_an_error() {
    let said = run(&["prove", "main.cf", "--service", "nothing"]);
    assert_eq!(said.code, 2);
}

#[test]
fn a_list_that_is_not_judged_is_named() {
    let etrn = format!("{MAIN}smtpd_etrn_restrictions = reject, permit\n");
    assert!(proved(&etrn, &[]).out.contains("the entries of `smtpd_etrn_restrictions` are not judged"));
    assert!(!proved(MAIN, &[]).out.contains("not judged"));
    let value: serde_json::Value = serde_json::from_str(&proved(&etrn, &["--format", "json"]).out).unwrap();
    assert_eq!(value["reports"][0]["hosts"][0]["not_judged"], serde_json::json!(["smtpd_etrn_restrictions"]));
}
