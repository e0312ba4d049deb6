//! Defaults that changed, written out so that nothing changes silently.

use super::outcome::{Outcome, Statement};
use super::read::Value;
use super::walk::Walk;
use super::{lists, old, texts};
use crate::Note;

/// Settings of 2.4 whose default is not what 2.3 did.
// settings tables of 2.3.19.1 and 2.4.1; upgrade notes of 2.4
const CHANGED: [(&str, &str); 3] = [
    ("mailbox_list_drop_noselect", "no"),
    ("mail_cache_max_headers_count", "unlimited"),
    ("mail_cache_max_header_name_length", "unlimited"),
];

/// The lines that keep the old defaults, and notes about those that only
/// somebody who knows the server can decide.
pub(super) fn written_out(walk: &mut Walk) -> Vec<Statement> {
    let facts = &walk.facts;
    let mut notes = Vec::new();
    let mut statements = Vec::new();
    let database = |name: &str| {
        facts
            .sections
            .iter()
            .any(|section| section.rsplit('/').next().is_some_and(|last| last.split(' ').next() == Some(name)))
    };
    let whole = database("passdb") && (facts.has("mail_location") || database("userdb"));
    if whole {
        statements
            .push(Statement { lines: vec![String::new(), texts::DEFAULTS_COMMENT.to_owned()], ..Statement::default() });
        let dropped =
            facts.global("mail_location").is_some_and(|value| value.split(':').any(|part| part == "NO-NOSELECT"));
        let wanted = CHANGED.iter().filter(|(name, _)| !(dropped && *name == "mailbox_list_drop_noselect"));
        let lines = wanted.map(|(name, value)| format!("{name} = {value}")).collect();
        statements.push(Statement { lines, ..Statement::default() });
        // An include that was not given may set them, as that of the packages does.
        if !facts.has("protocols") && facts.missing.is_empty() {
            notes.push(Note { text: texts::no_protocols(), question: true });
        }
    }
    if facts.has("auth_policy_server_url") && !facts.has("auth_policy_request_attributes") {
        // auth-settings.c of 2.3.19.1
        let old = "login=%{requested_username} pwhash=%{hashed_password} remote=%{rip} device_id=%{client_id} protocol=%s session_id=%{session}";
        let Outcome { statements: lines, .. } = old::policy_attributes(&Value::plain(old));
        statements.extend(lines);
    }
    let uses = |driver: &str| {
        facts.named("mail_location").chain(facts.named("location")).any(|(_, value)| value.starts_with(driver))
    };
    if uses("mbox") && !facts.has("mbox_write_locks") {
        notes.push(Note { text: texts::mbox_locks(), question: true });
    }
    if facts.global("lmtp_proxy").is_some_and(|value| value.eq_ignore_ascii_case("yes")) {
        notes.push(Note { text: texts::lmtp_port(), question: false });
    }
    if uses("imapc") && !facts.has("imapc_features") {
        let line = format!("imapc_features = {}", lists::imapc_features(&[]).join(" "));
        statements.push(Statement { lines: vec![line], ..Statement::default() });
    }
    notes.push(Note { text: texts::versions(), question: false });
    walk.notes.extend(notes);
    statements
}
