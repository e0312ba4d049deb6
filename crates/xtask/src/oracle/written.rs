//! DNS data and sessions as `postproof simulate --json` and the recorder take them.

use postproof_engine::sim::{Protocol, Session, World};
use serde_json::{Map, Value, json};

pub(super) fn dns(world: &World) -> Value {
    let records = world.dns.iter().map(|(name, known)| {
        let mut all: Map<String, Value> =
            known.records.iter().map(|(kind, values)| (kind.name().to_owned(), json!(values))).collect();
        if known.fails {
            all.insert("rcode".to_owned(), json!("SERVFAIL"));
        }
        (name.clone(), Value::Object(all))
    });
    Value::Object(records.collect())
}

pub(super) fn session(session: &Session) -> Value {
    let client = &session.client;
    let status = client.name_status.name();
    json!({
        "client_addr": client.address.to_string(),
        "client_name": client.name.as_deref().unwrap_or("unknown"),
        "reverse_name": client.reverse_name.as_deref().unwrap_or("unknown"),
        "client_name_status": status,
        "proto": if session.protocol == Protocol::Esmtp { "ESMTP" } else { "SMTP" },
        "helo": session.helo,
        "tls": session.tls,
        "sasl_user": session.login,
        "etrn": session.etrn,
        "vrfy": session.vrfy,
        "sender": session.sender,
        "mail_params": session.mail_params,
        "recipients": session.recipients,
        "brackets": session.brackets,
        "data": session.data,
        "blind": session.blind,
        "pipelined": session.pipelined,
    })
}
