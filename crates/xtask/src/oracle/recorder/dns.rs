//! A DNS server that has the data of one request.

use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{IpAddr, TcpListener, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Where it listens.
const PLACE: &str = "127.0.0.1:53";

/// Aliases followed before it gives up.
const MAX_ALIASES: usize = 8;

/// What names there are.
type Zone = BTreeMap<String, Value>;

/// A running server.
#[derive(Clone)]
pub(super) struct Dns(Arc<Mutex<Zone>>);

impl Dns {
    /// Starts it, without data.
    pub(super) fn start() -> Result<Self> {
        let dns = Self(Arc::new(Mutex::new(Zone::new())));
        let udp = UdpSocket::bind(PLACE).context("DNS over UDP")?;
        let tcp = TcpListener::bind(PLACE).context("DNS over TCP")?;
        let of_udp = dns.clone();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok((length, peer)) = udp.recv_from(&mut buffer) {
                if let Some(reply) = buffer.get(..length).and_then(|query| of_udp.reply(query, 512)) {
                    let _ = udp.send_to(&reply, peer);
                }
            }
        });
        let of_tcp = dns.clone();
        thread::spawn(move || {
            for mut stream in tcp.incoming().flatten() {
                let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
                let mut length = [0; 2];
                if stream.read_exact(&mut length).is_err() {
                    continue;
                }
                let mut query = vec![0; usize::from(u16::from_be_bytes(length))];
                if stream.read_exact(&mut query).is_err() {
                    continue;
                }
                if let Some(reply) = of_tcp.reply(&query, 65_535) {
                    let _ = stream.write_all(&(reply.len() as u16).to_be_bytes());
                    let _ = stream.write_all(&reply);
                }
            }
        });
        Ok(dns)
    }

    /// Takes other data.
    pub(super) fn load(&self, data: &Value) {
        let entries = data.as_object().into_iter().flatten();
        let zone = entries.map(|(name, records)| (plain(name), records.clone())).collect();
        if let Ok(mut place) = self.0.lock() {
            *place = zone;
        }
    }

    fn reply(&self, query: &[u8], limit: usize) -> Option<Vec<u8>> {
        let flags = query.get(2)?;
        let mut labels: Vec<String> = Vec::new();
        let mut at = 12;
        loop {
            let length = usize::from(*query.get(at)?);
            at += 1;
            if length == 0 {
                break;
            }
            labels.push(String::from_utf8_lossy(query.get(at..at + length)?).into_owned());
            at += length;
        }
        let kind = u16::from_be_bytes([*query.get(at)?, *query.get(at + 1)?]);
        let question = query.get(12..at + 4)?;
        let (code, answers) = resolve(&*self.0.lock().ok()?, &labels.join("."), kind);
        let mut body = Vec::new();
        let mut count = 0_u16;
        for (owner, kind, data) in &answers {
            let data = data_of(*kind, data)?;
            body.extend(name_bytes(owner));
            body.extend(kind.to_be_bytes());
            body.extend([0, 1, 0, 0, 1, 44]);
            body.extend((data.len() as u16).to_be_bytes());
            body.extend(data);
            count += 1;
        }
        let too_long = 12 + question.len() + body.len() > limit;
        if too_long {
            body.clear();
            count = 0;
        }
        let mut reply = query.get(..2)?.to_vec();
        // Answer, authoritative, truncated; recursion as asked for.
        reply.push(0x84 | (flags & 1) | if too_long { 2 } else { 0 });
        reply.push(0x80 | code);
        reply.extend([0, 1]);
        reply.extend(count.to_be_bytes());
        reply.extend([0, 0, 0, 0]);
        reply.extend(question);
        reply.extend(body);
        Some(reply)
    }
}

const KINDS: &[(u16, &str)] = &[(1, "A"), (2, "NS"), (5, "CNAME"), (12, "PTR"), (15, "MX"), (16, "TXT"), (28, "AAAA")];

/// Response code and records: owner, type, data.
fn resolve(zone: &Zone, name: &str, kind: u16) -> (u8, Vec<(String, u16, String)>) {
    const FAILS: u8 = 2;
    const NO_NAME: u8 = 3;
    let wanted = KINDS.iter().find(|(number, _)| *number == kind).map_or("?", |(_, word)| word);
    let mut answers = Vec::new();
    let mut name = plain(name);
    for _ in 0..MAX_ALIASES {
        let wildcards = name.match_indices('.').map(|(dot, _)| format!("*{}", name.get(dot..).unwrap_or_default()));
        let Some(found) = std::iter::once(name.clone()).chain(wildcards).find_map(|key| zone.get(&key)) else {
            let below = format!(".{name}");
            return (if zone.keys().any(|key| key.ends_with(&below)) { 0 } else { NO_NAME }, answers);
        };
        if found.get("rcode").is_some() {
            return (FAILS, answers);
        }
        let texts = |key: &str| found[key].as_array().cloned().unwrap_or_default();
        let texts = |key: &str| texts(key).iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
        let own = texts(wanted);
        if !own.is_empty() {
            answers.extend(own.into_iter().map(|data| (name.clone(), kind, data)));
            return (0, answers);
        }
        let Some(target) = texts("CNAME").into_iter().next() else { return (0, answers) };
        answers.push((name, 5, target.clone()));
        name = plain(&target);
    }
    (FAILS, Vec::new())
}

fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_lowercase()
}

fn name_bytes(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.trim_end_matches('.').split('.').filter(|label| !label.is_empty()) {
        bytes.push(label.len() as u8);
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes
}

fn data_of(kind: u16, data: &str) -> Option<Vec<u8>> {
    Some(match kind {
        1 | 28 => match data.parse().ok()? {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        },
        15 => {
            let (preference, host) = data.split_once(' ')?;
            let mut bytes = preference.parse::<u16>().ok()?.to_be_bytes().to_vec();
            bytes.extend(name_bytes(host.trim()));
            bytes
        }
        16 => {
            let mut bytes = Vec::new();
            for part in data.as_bytes().chunks(255) {
                bytes.push(part.len() as u8);
                bytes.extend(part);
            }
            if bytes.is_empty() { vec![0] } else { bytes }
        }
        _ => name_bytes(data),
    })
}

/// The name under which the name of an address is looked up.
pub(super) fn reverse(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let digits = address
                .octets()
                .iter()
                .rev()
                .map(|byte| format!("{:x}.{:x}.", byte & 15, byte >> 4))
                .collect::<String>();
            format!("{digits}ip6.arpa")
        }
    }
}

/// The data with what the clients' names need: a name for each address, and for
/// a verified one the address again.
pub(super) fn with_clients(data: &Value, sessions: &[Value]) -> Value {
    let mut all = data.as_object().cloned().unwrap_or_default();
    for session in sessions {
        let text = |key: &str| session[key].as_str().filter(|name| *name != "unknown");
        let Some(address) = text("client_addr").and_then(|address| address.parse::<IpAddr>().ok()) else { continue };
        let Some(name) = text("reverse_name").or(text("client_name")) else { continue };
        // The loopback addresses are in /etc/hosts.
        if address.is_loopback() {
            continue;
        }
        let pointer = all.entry(reverse(address)).or_insert_with(|| serde_json::json!({}));
        if pointer.get("rcode").is_none() && pointer.get("PTR").is_none() {
            pointer["PTR"] = serde_json::json!([name]);
        }
        if text("client_name").is_some() {
            let kind = if address.is_ipv4() { "A" } else { "AAAA" };
            let host = all.entry(name).or_insert_with(|| serde_json::json!({}));
            let own = serde_json::json!(address.to_string());
            match host[kind].as_array_mut() {
                Some(known) if known.contains(&own) => {}
                Some(known) => known.push(own),
                None => host[kind] = serde_json::json!([own]),
            }
        }
    }
    Value::Object(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn zone() -> Zone {
        let data = json!({
            "a.example": { "A": ["192.0.2.1", "192.0.2.2"] },
            "alias.example": { "CNAME": ["A.example."] },
            "*.wild.example": { "MX": ["10 a.example"] },
            "x.deep.example": { "TXT": ["t"] },
            "bad.example": { "rcode": "SERVFAIL" },
            "loop.example": { "CNAME": ["loop.example"] },
        });
        data.as_object().unwrap().iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    #[test]
    fn names_are_resolved() {
        let check = |name: &str, kind: u16, code: u8, count: usize| {
            let (found, answers) = resolve(&zone(), name, kind);
            assert_eq!((found, answers.len()), (code, count), "{name}");
        };
        check("A.EXAMPLE", 1, 0, 2);
        check("a.example", 28, 0, 0);
        check("alias.example", 1, 0, 3);
        check("b.c.wild.example", 15, 0, 1);
        check("deep.example", 1, 0, 0);
        check("no.example", 1, 3, 0);
        check("bad.example", 1, 2, 0);
        check("loop.example", 1, 2, 0);
    }

    #[test]
    fn addresses_are_reversed() {
        assert_eq!(reverse("192.0.2.25".parse().unwrap()), "25.2.0.192.in-addr.arpa");
        let six = reverse("2001:db8::1".parse().unwrap());
        assert!(six.starts_with("1.0.0.0.") && six.ends_with("8.b.d.0.1.0.0.2.ip6.arpa"), "{six}");
    }
}
