//! docs/json.md speaks of every key.

use crate::report;
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
    let mut sources = SourceMap::default();
    sources.add(Document::new("dovecot.conf", "mail_home = /srv/%u\npassdb {\n  driver = shadow\n}\n"));
    let migration = postproof_engine::migrate(&sources, Destination::Dovecot2_4, Layout::OneFile);
    let text = ledger::json(&migration, &sources, &JsonOptions::default());
    collect(&serde_json::from_str(&text).unwrap(), &mut keys);
    let docs = include_str!("../docs/json.md");
    let missing: Vec<&String> = keys.iter().filter(|key| !docs.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty(), "docs/json.md does not name {missing:?}");
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
