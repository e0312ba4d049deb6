//! docs/json.md speaks of every key.

use crate::report;
use postproof_diag::Lang;
use postproof_diag::{Document, SourceMap};
use postproof_engine::Destination;
use postproof_engine::migration::Layout;
use postproof_report::json::{self, JsonOptions};
use postproof_report::{ShowOptions, ledger};
use postproof_tests::PASTES;
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn every_key_is_documented() {
    let mut keys = BTreeSet::new();
    for name in PASTES {
        let reports = [report(name)];
        for text in [
            json::check(&reports, &JsonOptions::default()),
            json::explain(&reports, None, &JsonOptions::default()),
            json::show(&reports, ShowOptions { all: true, ..ShowOptions::default() }, &JsonOptions::default()),
        ] {
            collect(&serde_json::from_str(&text).unwrap(), &mut keys);
        }
    }
    let request =
        br#"{"main_cf": "myhostname = mx.example.org\nsmtpd_recipient_restrictions = reject_unauth_destination,
        check_sender_access inline:{a@b.example=OK}, check_sender_mx_access inline:{a=OK}, reject", "unknown": ["dns"],
        "sessions": [{"client_addr": "192.0.2.1", "sender": "a@b.example", "recipients": ["c@mx.example.org"]},
        {"client_addr": "192.0.2.1", "sender": "c@b.example", "recipients": ["c@mx.example.org"]}]}"#;
    let answer = json::simulate::answer(request, &JsonOptions::default()).unwrap();
    collect(&serde_json::from_str(&answer).unwrap(), &mut keys);
    assert!(keys.contains("question") && keys.contains("found"), "the request does not bring every key");
    let mut sources = SourceMap::default();
    sources.add(Document::new("dovecot.conf", "mail_home = /srv/%u\npassdb {\n  driver = shadow\n}\n"));
    let migration = postproof_engine::migrate(&sources, Destination::Dovecot2_4, Layout::OneFile);
    let text = ledger::json(&migration, &sources, &JsonOptions::default());
    collect(&serde_json::from_str(&text).unwrap(), &mut keys);
    let world = postproof_engine::sim::World::open();
    let asked = postproof_report::Proved { service: None, world: &world, swaks: false };
    let proofs = json::prove_report(&report("postconf-n.txt"), &asked, &JsonOptions::default());
    let proofs = json::prove_of(vec![proofs], Lang::En);
    collect(&serde_json::from_str(&json::written(&proofs)).unwrap(), &mut keys);
    assert!(keys.contains("arranged") && keys.contains("reached_from"), "the proofs do not bring every key");
    collect(&compared(), &mut keys);
    assert!(keys.contains("because") && keys.contains("handled_new"), "the comparison does not bring every key");
    let docs = include_str!("../docs/json.md");
    let missing: Vec<&String> = keys.iter().filter(|key| !docs.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty(), "docs/json.md does not name {missing:?}");
}

/// Two configurations of which each has an entry, a service and a parameter more.
fn compared() -> Value {
    let checked = |entry: &str, master: &str| {
        let mut sources = SourceMap::default();
        let main = format!(
            "compatibility_level = 3.6\nmyhostname = mx.example.org\nmydestination = example.org\nmynetworks = 127.0.0.0/8\nlocal_recipient_maps =\nsmtpd_recipient_restrictions = {entry} reject_unauth_destination\n"
        );
        sources.add(Document::new("/etc/postfix/main.cf", main));
        sources.add(Document::new("/etc/postfix/master.cf", format!("smtp inet n - y - - smtpd\n{master}")));
        postproof_engine::check(sources, postproof_engine::Options::default())
    };
    let old = checked("check_sender_access inline:{{b.example=HOLD}},", "465 inet n - y - - smtpd\n");
    let new = checked("check_client_access static:REJECT,", "587 inet n - y - - smtpd\n");
    let world = postproof_engine::sim::World::open();
    let diff =
        postproof_engine::diff(&old.hosts.first().unwrap().model, &new.hosts.first().unwrap().model, None, &world);
    serde_json::from_str(&json::written(&json::diff([&old, &new], &diff, &JsonOptions::default()))).unwrap()
}

fn collect(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            keys.extend(object.keys().cloned());
            object.values().for_each(|inner| collect(inner, keys));
        }
        Value::Array(list) => list.iter().for_each(|inner| collect(inner, keys)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
