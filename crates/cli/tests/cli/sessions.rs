//! `postproof test`.

use super::{Said, refused, run};
use std::fs;
use tempfile::TempDir;

const MAIN: &str = "compatibility_level = 3.6\nmyhostname = mx.example.org\nmydestination = example.org\n\
    mynetworks = 127.0.0.0/8\nlocal_recipient_maps =\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n";

/// What comes of a file of sessions, with the directory that holds it.
fn tested(sessions: Option<&str>, arguments: &[&str]) -> (Said, TempDir) {
    let directory = TempDir::new().unwrap();
    fs::create_dir(directory.path().join("postfix")).unwrap();
    fs::write(directory.path().join("postfix/main.cf"), MAIN).unwrap();
    if let Some(sessions) = sessions {
        fs::write(directory.path().join("sessions.toml"), sessions).unwrap();
    }
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (file, postfix) = (path("sessions.toml"), path("postfix"));
    (run(&[&["test", &file, &postfix], arguments].concat()), directory)
}

/// The example of the documentation.
fn documented() -> String {
    let page = include_str!("../../../../docs/sessions.md");
    page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap().to_owned()
}

#[test]
fn the_documented_file_is_as_expected() {
    let (said, _directory) = tested(Some(&documented()), &[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains("  ok    a stranger asks to relay: reject at rcpt, 554 5.7.1"), "{}", said.out);
    assert!(said.out.ends_with("1 session played, 0 came out otherwise\n"), "{}", said.out);
}

#[test]
fn what_comes_out_otherwise_fails_the_run_and_stands_in_the_json() {
    let other = documented().replace("code = 554", "code = 550");
    let (said, _directory) = tested(Some(&other), &["--format", "json"]);
    assert_eq!(said.code, 1, "{}", said.err);
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&json["schema"], &json["differ"]), (&"postproof.test/1".into(), &1.into()));
    let session = &json["sessions"][0];
    assert_eq!((&session["host"], &session["as_expected"]), (&"mx.example.org".into(), &false.into()));
    assert_eq!((&session["expected"]["code"], &session["got"]["code"]), (&550.into(), &554.into()));
    let docs = include_str!("../../../../docs/json.md");
    for key in session.as_object().unwrap().keys().chain(session["got"].as_object().unwrap().keys()) {
        assert!(docs.contains(&format!("`{key}`")), "docs/json.md does not name {key}");
    }
}

#[test]
fn what_is_recorded_is_as_expected_afterwards() {
    let (said, directory) = tested(None, &["--record"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let written = fs::read_to_string(directory.path().join("sessions.toml")).unwrap();
    let (again, _directory) = tested(Some(&written), &[]);
    assert_eq!(again.code, 0, "{}", again.out);
    assert!(!again.out.contains("FAIL") && again.out.contains("stranger-elsewhere"), "{}", again.out);
}

#[test]
fn where_nothing_can_be_played_the_run_is_refused() {
    refused(&tested(Some(""), &[]).0, "nothing to play");
    refused(&tested(Some("[[session]]\nnmae = \"x\"\n"), &[]).0, "nmae");
    refused(&tested(None, &[]).0, "sessions.toml");
}
