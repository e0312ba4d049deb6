//! `postproof prove`.

use super::{Said, directory, postproof, refused, said};
use std::fs;

const MAIN: &str = "compatibility_level = 3.6\nmyhostname = mx.example.org\nmydestination = example.org\n\
    mynetworks = 127.0.0.0/8\nlocal_recipient_maps =\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n";

fn proved(main: &str, arguments: &[&str]) -> Said {
    let directory = directory(main);
    let mut command = postproof(&["prove", directory.path().to_str().unwrap()]);
    said(command.args(arguments))
}

#[test]
fn what_fails_comes_with_a_session() {
    let said = proved(MAIN, &["--swaks"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("holds    no open relay"), "{}", said.out);
    assert!(said.out.contains("FAILS    outsiders can't send as your domains"), "{}", said.out);
    assert!(said.out.contains("C: MAIL FROM:<somebodyelse@example.org>\n"), "{}", said.out);
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
    refused(&proved(MAIN, &["--service", "nothing"]), "smtp");
}

#[test]
fn nothing_that_fails_is_a_success() {
    let listed = MAIN.replace("local_recipient_maps =", "local_recipient_maps = inline:{anna=x}");
    let closed = format!("{listed}smtpd_sender_restrictions = check_sender_access inline:{{example.org=REJECT}}\n");
    let said = proved(&closed, &[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(!said.out.contains("FAILS"), "{}", said.out);
    assert_eq!(proved(&closed, &["--format", "json"]).code, 0);
}

#[test]
fn what_only_the_host_itself_reaches_is_shown_and_fails_nothing() {
    let open =
        MAIN.replace("permit_mynetworks, reject_unauth_destination", "permit_mynetworks, permit_auth_destination");
    let directory = directory(&open);
    fs::write(directory.path().join("master.cf"), "127.0.0.1:10025 inet n - y - - smtpd\n").unwrap();
    for format in ["text", "json"] {
        let mut command = postproof(&["prove", directory.path().to_str().unwrap(), "--format", format]);
        let said = said(&mut command);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        assert!(said.out.contains("10025"), "{}", said.out);
    }
}

#[test]
fn a_proof_speaks_korean() {
    let said = proved(MAIN, &["--lang", "ko"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("C: MAIL FROM:<somebodyelse@example.org>\n"), "{}", said.out);
    assert!(!said.out.contains("outsiders"), "{}", said.out);
    refused(&proved(MAIN, &["--service", "nothing", "--lang", "ko"]), "서비스");
    refused(&proved(MAIN, &["--assume", "nothing", "--lang", "ko"]), "질문과 답");
}

#[test]
fn a_list_that_is_not_judged_is_named() {
    let etrn = format!("{MAIN}smtpd_etrn_restrictions = reject, permit\n");
    assert!(proved(&etrn, &[]).out.contains("the entries of `smtpd_etrn_restrictions` are not judged"));
    assert!(!proved(MAIN, &[]).out.contains("not judged"));
    let value: serde_json::Value = serde_json::from_str(&proved(&etrn, &["--format", "json"]).out).unwrap();
    assert_eq!(value["reports"][0]["hosts"][0]["not_judged"], serde_json::json!(["smtpd_etrn_restrictions"]));
}
