//! `postproof diff`.

use super::{fixtures, postproof, refused, run, said};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const COMMON: &str = "compatibility_level = 3.6\nmyhostname = mx.example.org\nmydestination = example.org\n\
    mynetworks = 127.0.0.0/8\nlocal_recipient_maps =\n";
const GUARDED: &str = "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n";

fn compared(old: &str, new: &str, arguments: &[&str]) -> super::Said {
    let directory = TempDir::new().unwrap();
    let written = |name: &str, text: &str| {
        let path = directory.path().join(name);
        fs::create_dir(&path).unwrap();
        fs::write(path.join("main.cf"), format!("{COMMON}{text}")).unwrap();
        path
    };
    let (old, new) = (written("old", old), written("new", new));
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    said(postproof(&["diff", &text(&old), &text(&new)]).args(arguments))
}

#[test]
fn what_is_newly_permitted_fails_the_run() {
    let open = "smtpd_relay_restrictions = permit_mynetworks, check_helo_access inline:{friend.example=OK},\n  \
        reject_unauth_destination\n";
    let said = compared(GUARDED, open, &[]);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("NEWLY PERMITTED  RCPT: 554 5.7.1 -> 250 2.1.5"), "{}", said.out);
    assert!(said.out.contains("because of `check_helo_access inline:{friend.example=OK}`, added to"), "{}", said.out);
    let said = compared(open, GUARDED, &[]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("newly refused  RCPT: 250 2.1.5 -> 554 5.7.1"), "{}", said.out);
    assert_eq!(compared(open, GUARDED, &["--fail-on", "any"]).code, 1);
    assert_eq!(compared(GUARDED, open, &["--fail-on", "never"]).code, 0);
}

#[test]
fn the_same_behaviour_is_said_to_be_the_same() {
    let other = "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination, permit\n";
    let said = compared(GUARDED, other, &["--fail-on", "any"]);
    assert_eq!(said.code, 0, "{}", said.out);
    assert!(said.out.contains("every session with one recipient is answered alike"), "{}", said.out);
    assert!(said.out.contains("main.cf:6:1"), "{}", said.out);
    let said = compared(GUARDED, other, &["--lang", "ko"]);
    assert!(said.out.contains("모든 세션의 응답이 같고"), "{}", said.out);
}

#[test]
fn json_has_a_session_that_can_be_played_again() {
    let open = "smtpd_relay_restrictions = check_client_access static:OK, reject_unauth_destination\n";
    let said = compared(GUARDED, open, &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(json["schema"], "postproof.diff/1");
    let change = &json["services"][0]["changes"][0];
    assert_eq!(change["kind"], "newly-permitted");
    assert!(change["session"]["client_addr"].is_string());
    assert_eq!(json["parameters"][0]["name"], "smtpd_relay_restrictions");
    let personas = json["services"][0]["personas"].as_array().unwrap();
    assert!(personas.iter().any(|persona| persona["persona"] == "stranger-elsewhere"), "{personas:?}");
}

#[test]
fn what_cannot_be_compared_is_refused() {
    refused(&run(&["diff", "-", "-"]), "standard input");
    refused(&run(&["diff", "-", "-", "--lang", "ko"]), "표준 입력");
    refused(&compared(GUARDED, GUARDED, &["--service", "nosuch"]), "nosuch");
    refused(&compared(GUARDED, GUARDED, &["--assume", "nothing"]), "--assume needs a question");
    let hosts = fixtures().join("two-hosts.txt");
    let hosts = hosts.to_str().unwrap();
    refused(&run(&["diff", hosts, hosts]), "more than one configuration");
    refused(&run(&["diff", hosts, hosts, "--lang", "ko"]), "설정이 여러 개");
    refused(&run(&["diff", "nowhere", hosts]), "nowhere");
}

#[test]
fn one_of_both_may_come_from_standard_input() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("main.cf");
    fs::write(&path, format!("{COMMON}{GUARDED}")).unwrap();
    let open = format!("{COMMON}smtpd_relay_restrictions = check_client_access static:OK, reject_unauth_destination\n");
    for (arguments, code, kind) in
        [(["-", path.to_str().unwrap()], 0, "newly refused"), ([path.to_str().unwrap(), "-"], 1, "NEWLY PERMITTED")]
    {
        let said = said(postproof(&["diff"]).args(arguments).write_stdin(open.clone()));
        assert_eq!(said.code, code, "{}{}", said.out, said.err);
        assert!(said.out.contains(kind), "{}", said.out);
    }
}

#[test]
fn an_assumed_answer_settles_what_a_table_would_decide() {
    let asks = "smtpd_relay_restrictions = permit_mynetworks, check_recipient_access pgsql:/etc/postfix/r.cf, \
        reject_unauth_destination\n";
    let open = compared(GUARDED, asks, &["--service", "smtp"]);
    assert_eq!(open.code, 1, "a row of the table can let relay: {}", open.out);
    assert!(open.out.contains("pgsql:/etc/postfix/r.cf"), "{}", open.out);
    let settled = compared(GUARDED, asks, &["--service", "smtp", "--assume", "pgsql:/etc/postfix/r.cf:*=none"]);
    assert_eq!(settled.code, 0, "{}", settled.out);
    assert!(settled.out.contains("every session with one recipient is answered alike"), "{}", settled.out);
}

#[test]
fn a_change_speaks_korean() {
    let open = "smtpd_relay_restrictions = check_client_access static:OK, reject_unauth_destination\n";
    let said = compared(GUARDED, open, &["--lang", "ko"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("554 5.7.1 -> 250 2.1.5") && said.out.contains("외부인이"), "{}", said.out);
    assert!(!said.out.contains("NEWLY PERMITTED"), "{}", said.out);
}

#[test]
fn a_typical_session_takes_for_granted_what_either_side_asks() {
    let by_table = "mydestination =\nvirtual_mailbox_domains = pgsql:/etc/postfix/d.cf\n\
        virtual_mailbox_maps = pgsql:/etc/postfix/u.cf\n";
    let shut = format!("{by_table}smtpd_client_restrictions = reject\n");
    for (old, new, codes) in [(&*shut, by_table, [554, 250]), (by_table, &*shut, [250, 554])] {
        let said = compared(old, new, &["--format", "json", "--fail-on", "never"]);
        assert_eq!(said.code, 0, "{}", said.err);
        let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let personas = json["services"][0]["personas"].as_array().unwrap();
        let home = personas.iter().find(|one| one["persona"] == "stranger-home").unwrap();
        let last = |side: &str| home[side].as_array().unwrap().last().unwrap()["code"].as_u64();
        let is_known = |side: &str| !home[side].to_string().contains(r#""verdict":"unknown""#);
        assert!(is_known("old") && is_known("new"), "{home}");
        assert_eq!([last("old"), last("new")], codes.map(Some), "{home}");
    }
}
