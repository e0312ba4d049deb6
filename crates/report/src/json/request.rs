//! The request of `postproof simulate --json`. `docs/json.md` describes it.

use postproof_catalog::Version;
use postproof_diag::{Text, text};
use postproof_engine::ServerFiles;
use postproof_engine::sim::{
    Certificate, Client, DnsRecords, NameStatus, PolicyRule, Protocol, RecordType, Session, World,
};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// A request, read.
#[derive(Debug)]
pub struct Request {
    /// The configuration.
    pub files: ServerFiles,
    /// The first field of the service in master.cf.
    pub service: String,
    /// The name that the system gives the host.
    pub hostname: Option<String>,
    /// What lies outside the configuration.
    pub world: World,
    /// The sessions.
    pub sessions: Vec<Session>,
}

/// Bytes of a file: JSON text in which a lone surrogate U+DC80 to U+DCFF stands
/// for a byte that is no UTF-8.
#[derive(Debug, Default)]
struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Bytes;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a string")
            }
            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(unescaped(bytes)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Bytes, E> {
                Ok(Bytes(text.as_bytes().to_vec()))
            }
        }
        from.deserialize_bytes(Text)
    }
}

/// Surrogates as JSON readers leave them (three bytes each) to the byte meant.
fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        rest = match rest {
            [0xed, 0xb2, low @ 0x80..=0xbf, tail @ ..] => {
                out.push(*low);
                tail
            }
            [0xed, 0xb3, low @ 0x80..=0xbf, tail @ ..] => {
                out.push(low | 0x40);
                tail
            }
            [byte, tail @ ..] => {
                out.push(*byte);
                tail
            }
            [] => return out,
        };
    }
}

impl Bytes {
    fn text(self) -> String {
        postproof_diag::decode(&self.0).into_owned()
    }
}

#[derive(serde::Deserialize)]
struct Written {
    main_cf: Bytes,
    #[serde(default)]
    master_cf: Option<Bytes>,
    #[serde(default = "smtp")]
    service: String,
    #[serde(default)]
    tables: BTreeMap<String, Bytes>,
    #[serde(default)]
    dns: BTreeMap<String, BTreeMap<String, Records>>,
    #[serde(default)]
    policy: BTreeMap<String, Policy>,
    #[serde(default)]
    system: System,
    #[serde(default)]
    postfix_version: Option<String>,
    sessions: Vec<WrittenSession>,
    #[serde(default)]
    unknown: Vec<String>,
    #[serde(default)]
    assume: BTreeMap<String, String>,
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Records {
    Many(Vec<String>),
    One(String),
}

#[derive(serde::Deserialize)]
struct Policy {
    #[serde(default)]
    rules: Vec<Rule>,
    #[serde(default)]
    default: Option<String>,
}

#[derive(serde::Deserialize)]
struct Rule {
    #[serde(default)]
    r#match: BTreeMap<String, String>,
    action: String,
}

#[derive(Default, serde::Deserialize)]
struct System {
    #[serde(default)]
    hostname: Option<String>,
    #[serde(default)]
    interfaces: Option<Vec<String>>,
    #[serde(default)]
    users: Vec<String>,
    #[serde(default)]
    server_addr: Option<String>,
    #[serde(default)]
    server_addr6: Option<String>,
}

#[derive(serde::Deserialize)]
struct WrittenSession {
    client_addr: String,
    #[serde(default)]
    client_name: Option<Bytes>,
    #[serde(default)]
    reverse_name: Option<Bytes>,
    #[serde(default)]
    client_name_status: Option<String>,
    #[serde(default)]
    proto: Option<String>,
    #[serde(default)]
    helo: Option<Bytes>,
    #[serde(default)]
    tls: bool,
    #[serde(default)]
    certificate: Option<WrittenCertificate>,
    #[serde(default)]
    sasl_user: Option<Bytes>,
    #[serde(default)]
    etrn: Option<Bytes>,
    #[serde(default)]
    vrfy: Option<Bytes>,
    #[serde(default)]
    sender: Option<Bytes>,
    #[serde(default)]
    mail_params: Vec<Bytes>,
    #[serde(default)]
    recipients: Vec<Bytes>,
    #[serde(default)]
    brackets: Option<bool>,
    #[serde(default)]
    data: bool,
    #[serde(default)]
    blind: bool,
    #[serde(default)]
    pipelined: bool,
}

#[derive(serde::Deserialize)]
struct WrittenCertificate {
    #[serde(default)]
    trusted: bool,
    #[serde(default)]
    fingerprint: String,
    #[serde(default)]
    key_fingerprint: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    issuer: String,
}

fn smtp() -> String {
    "smtp".to_owned()
}

/// Reads a request; what is wrong with it otherwise.
pub fn read(json: &[u8]) -> Result<Request, Text> {
    let written: Written = serde_json::from_slice(json)
        .map_err(|error| text!("the request can't be read: {error}", "요청을 읽을 수 없습니다: {error}"))?;
    let version = match written.postfix_version.as_deref() {
        None => None,
        Some(text) => Some(Version::parse(text).ok_or_else(|| invalid("postfix_version", text))?),
    };
    let others = written.tables.into_iter().map(|(name, content)| (path(&name), content.0));
    Ok(Request {
        files: ServerFiles {
            main_cf: written.main_cf.0,
            master_cf: written.master_cf.map(|text| text.0),
            others: others.collect(),
            postfix_version: version,
        },
        service: written.service,
        hostname: written.system.hostname.clone(),
        world: world(written.dns, written.policy, written.system, &written.unknown, written.assume)?,
        sessions: written.sessions.into_iter().map(session).collect::<Result<_, _>>()?,
    })
}

/// Tables are named by their path below /etc/postfix.
fn path(name: &str) -> String {
    if name.starts_with('/') { name.to_owned() } else { format!("/etc/postfix/{name}") }
}

fn invalid(key: &str, value: &str) -> Text {
    text!("`{key}` of the request can't be `{value}`", "요청의 `{key}` 값으로 `{value}` 값은 쓸 수 없습니다")
}

fn world(
    dns: BTreeMap<String, BTreeMap<String, Records>>,
    policy: BTreeMap<String, Policy>,
    system: System,
    unknown: &[String],
    assumed: BTreeMap<String, String>,
) -> Result<World, Text> {
    let mut world = World { assumed, ..World::closed() };
    for (name, records) in dns {
        let name = name.to_ascii_lowercase().trim_end_matches('.').to_owned();
        world.dns.insert(name, dns_records(records)?);
    }
    for (place, policy) in policy {
        let rule = |rule: Rule| PolicyRule { attributes: rule.r#match, action: rule.action };
        let mut rules: Vec<PolicyRule> = policy.rules.into_iter().map(rule).collect();
        rules.extend(policy.default.map(|action| PolicyRule { attributes: BTreeMap::new(), action }));
        world.policy.insert(place, rules);
    }
    world.users = system.users.into_iter().collect();
    if let Some(interfaces) = system.interfaces {
        let parse = |text: &String| text.parse().map_err(|_| invalid("system.interfaces", text));
        world.interfaces = Some(interfaces.iter().map(parse).collect::<Result<_, _>>()?);
    }
    let address = |key: &str, text: Option<String>| match text {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| invalid(key, &text)),
    };
    world.server_addresses =
        [address("system.server_addr", system.server_addr)?, address("system.server_addr6", system.server_addr6)?];
    for part in unknown {
        match part.as_str() {
            "dns" => world.dns_is_closed = false,
            "policy" => world.policy_is_closed = false,
            "users" => world.users_are_closed = false,
            "tables" => world.files_are_closed = false,
            other => match other.strip_prefix("table:") {
                Some(table) => {
                    world.unknown_tables.insert(table.to_owned());
                }
                None => return Err(invalid("unknown", other)),
            },
        }
    }
    Ok(world)
}

fn dns_records(written: BTreeMap<String, Records>) -> Result<DnsRecords, Text> {
    let mut found = DnsRecords::default();
    for (key, records) in written {
        if key.eq_ignore_ascii_case("rcode") {
            let code = match &records {
                Records::One(code) => code.clone(),
                Records::Many(codes) => codes.join(","),
            };
            match code.to_ascii_uppercase().as_str() {
                "SERVFAIL" => found.fails = true,
                _ => return Err(invalid("rcode", &code)),
            }
            continue;
        }
        let kind = RecordType::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(&key));
        let kind = kind.ok_or_else(|| invalid("dns", &key))?;
        let records = match records {
            Records::Many(records) => records,
            Records::One(record) => vec![record],
        };
        found.records.insert(kind, records);
    }
    Ok(found)
}

fn session(written: WrittenSession) -> Result<Session, Text> {
    let address = &written.client_addr;
    let address = address.parse().map_err(|_| invalid("client_addr", address))?;
    let name = |name: Option<Bytes>| name.map(Bytes::text).filter(|name| name != "unknown");
    let status = match written.client_name_status.as_deref() {
        Some("ok") => NameStatus::Ok,
        Some("perm") => NameStatus::Permanent,
        Some("forged") => NameStatus::Forged,
        Some("temp") => NameStatus::Temporary,
        Some(other) => return Err(invalid("client_name_status", other)),
        None if written.client_name.is_some() => NameStatus::Ok,
        None => NameStatus::Permanent,
    };
    let protocol = match written.proto.as_deref() {
        Some("ESMTP") | None => Protocol::Esmtp,
        Some("SMTP") => Protocol::Smtp,
        Some(other) => return Err(invalid("proto", other)),
    };
    Ok(Session {
        client: Client {
            address,
            name: name(written.client_name),
            reverse_name: name(written.reverse_name),
            name_status: status,
        },
        protocol,
        helo: written.helo.map(Bytes::text),
        tls: written.tls,
        certificate: written.certificate.map(|one| Certificate {
            trusted: one.trusted,
            fingerprint: one.fingerprint,
            key_fingerprint: one.key_fingerprint,
            subject: one.subject,
            issuer: one.issuer,
        }),
        login: written.sasl_user.map(Bytes::text),
        etrn: written.etrn.map(Bytes::text),
        vrfy: written.vrfy.map(Bytes::text),
        sender: written.sender.map(Bytes::text),
        mail_params: written.mail_params.into_iter().map(Bytes::text).collect(),
        recipients: written.recipients.into_iter().map(Bytes::text).collect(),
        brackets: written.brackets.unwrap_or(true),
        data: written.data,
        doubled: false,
        blind: written.blind,
        pipelined: written.pipelined,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_bytes_come_as_lone_surrogates() {
        let request = read(br#"{"main_cf": "a = \udcff\udc80 \uac00", "sessions": []}"#).unwrap();
        assert_eq!(request.files.main_cf, b"a = \xff\x80 \xea\xb0\x80");
    }

    #[test]
    fn a_request_is_a_closed_world_unless_it_says_otherwise() {
        let request = read(br#"{"main_cf": "", "sessions": [], "unknown": ["dns", "table:hash:/x"]}"#).unwrap();
        assert!(!request.world.dns_is_closed && request.world.policy_is_closed && request.world.users_are_closed);
        assert!(request.world.unknown_tables.contains("hash:/x"));
        let request = read(br#"{"main_cf": "", "sessions": [], "unknown": ["moon"]}"#);
        assert!(request.unwrap_err().en.contains("moon"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (json, word) in [
            ("{}", "main_cf"),
            (r#"{"main_cf": "", "sessions": [{"client_addr": "x"}]}"#, "client_addr"),
            (r#"{"main_cf": "", "sessions": [], "postfix_version": "new"}"#, "postfix_version"),
            (r#"{"main_cf": "", "sessions": [], "dns": {"a": {"FOO": []}}}"#, "FOO"),
        ] {
            assert!(read(json.as_bytes()).unwrap_err().en.contains(word), "{json}");
        }
    }
}
