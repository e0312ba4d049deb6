//! DNS, as Postfix sees it through the resolver (dns_lookup.c).

use super::World;
use crate::Missing;
use crate::address::{is_host_address, is_host_or_wildcard};
use postproof_diag::text;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many aliases are followed from one name (dns_lookup.c, dns_lookup_x).
const MAX_ALIASES: usize = 10;

/// What DNS has of one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DnsRecords {
    /// Every look-up of the name fails (SERVFAIL).
    pub fails: bool,
    /// By record type; data as in the zone: `10 mail.example.com`.
    pub records: BTreeMap<RecordType, Vec<String>>,
}

/// Types of DNS records that smtpd asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordType {
    /// IPv4 address.
    A,
    /// IPv6 address.
    Aaaa,
    /// Mail exchanger.
    Mx,
    /// Name server.
    Ns,
    /// Name of an address.
    Ptr,
    /// Text.
    Txt,
    /// Alias.
    Cname,
}

/// What DNS answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dns {
    /// Records: at least one.
    Found(Vec<String>),
    /// The only mail exchanger is `.`: the domain takes no mail.
    NullMx,
    /// The name exists, but has none of the type.
    NoData,
    /// The name does not exist.
    NoName,
    /// There are records, but none with a valid name in it.
    Invalid,
    /// The look-up fails for now.
    Fails,
    /// Not known here.
    Unknown(Missing),
}

impl RecordType {
    /// All, in order.
    pub const ALL: [RecordType; 7] = [
        RecordType::A,
        RecordType::Aaaa,
        RecordType::Mx,
        RecordType::Ns,
        RecordType::Ptr,
        RecordType::Txt,
        RecordType::Cname,
    ];

    /// `MX`.
    pub const fn name(self) -> &'static str {
        match self {
            RecordType::A => "A",
            RecordType::Aaaa => "AAAA",
            RecordType::Mx => "MX",
            RecordType::Ns => "NS",
            RecordType::Ptr => "PTR",
            RecordType::Txt => "TXT",
            RecordType::Cname => "CNAME",
        }
    }

    /// As `--assume` takes it: `dns:mx:example.com`.
    pub(crate) fn question(self, name: &str) -> String {
        format!("dns:{}:{name}", self.in_questions())
    }

    /// `mx`, as questions have it.
    const fn in_questions(self) -> &'static str {
        match self {
            RecordType::A => "a",
            RecordType::Aaaa => "aaaa",
            RecordType::Mx => "mx",
            RecordType::Ns => "ns",
            RecordType::Ptr => "ptr",
            RecordType::Txt => "txt",
            RecordType::Cname => "cname",
        }
    }
}

impl World {
    /// What DNS answers.
    // dns_lookup.c, dns_lookup_x
    pub fn dns(&self, name: &str, kind: RecordType) -> Dns {
        self.dns_with(name, kind, &|_| None)
    }

    /// The same with answers to what is not known.
    pub(crate) fn dns_with(&self, name: &str, kind: RecordType, taken: &dyn Fn(&str) -> Option<Rc<str>>) -> Dns {
        // Neither addresses nor broken names are ever asked for.
        if is_host_address(name) || (name != "." && !is_host_or_wildcard(name)) {
            return Dns::NoName;
        }
        let mut name = name.to_ascii_lowercase();
        for _ in 0..MAX_ALIASES {
            if let Some(answer) = self.assumed_dns(&name, kind) {
                return answer;
            }
            let records = match self.records(&name) {
                Known::Records(records) => records,
                Known::NoData => return Dns::NoData,
                Known::NoName => return Dns::NoName,
                Known::Nothing => {
                    let question = kind.question(&name);
                    if let Some(answer) = taken(&question) {
                        return answered(&answer, kind);
                    }
                    let usual = self.usual(&question);
                    return usual.map_or_else(|| Dns::Unknown(missing(&name, kind)), |answer| answered(&answer, kind));
                }
            };
            if records.fails {
                return Dns::Fails;
            }
            if let Some(found) = records.records.get(&kind).filter(|found| !found.is_empty()) {
                return readable(found, kind);
            }
            let Some(alias) = records.records.get(&RecordType::Cname).and_then(|alias| alias.first()) else {
                return Dns::NoData;
            };
            let alias = alias.trim_end_matches('.').to_ascii_lowercase();
            if !is_host_address(&alias) && !is_host_or_wildcard(&alias) {
                return Dns::Invalid;
            }
            name = alias;
        }
        // A resolver gives up on so long a chain.
        Dns::Fails
    }

    fn assumed_dns(&self, name: &str, kind: RecordType) -> Option<Dns> {
        if self.assumed.is_empty() {
            return None;
        }
        let answer = self.assumed.get(&kind.question(name))?;
        Some(answered(answer, kind))
    }

    /// What is known of a name; `*.zone` stands for the names below that are
    /// not listed themselves.
    fn records(&self, name: &str) -> Known<'_> {
        if let Some(records) = self.dns.get(name) {
            return Known::Records(records);
        }
        for (dot, _) in name.match_indices('.') {
            let parent = name.get(dot..).unwrap_or_default();
            if let Some(records) = self.dns.get(&format!("*{parent}")) {
                return Known::Records(records);
            }
        }
        if !self.dns_is_closed {
            return Known::Nothing;
        }
        let below = format!(".{name}");
        let is_above = self.dns.keys().any(|known| known.ends_with(&below));
        if is_above { Known::NoData } else { Known::NoName }
    }
}

/// A supplied answer as DNS gives it.
fn answered(answer: &str, kind: RecordType) -> Dns {
    let answer = answer.trim();
    match answer.to_ascii_lowercase().as_str() {
        "nxdomain" => Dns::NoName,
        "nodata" | "" => Dns::NoData,
        "servfail" => Dns::Fails,
        _ => readable(&answer.split(',').map(|record| record.trim().to_owned()).collect::<Vec<_>>(), kind),
    }
}

enum Known<'w> {
    Records(&'w DnsRecords),
    NoData,
    NoName,
    Nothing,
}

/// Records as Postfix takes them: without those whose names are broken.
// dns_lookup.c, dns_get_rr and valid_rr_name
fn readable(records: &[String], kind: RecordType) -> Dns {
    let mut good = Vec::new();
    for record in records {
        let record = record.trim();
        match kind {
            RecordType::Mx => {
                let (preference, host) = record.split_once(char::is_whitespace).unwrap_or(("10", record));
                let host = host.trim();
                if host == "." || host.is_empty() {
                    return Dns::NullMx;
                }
                if let Some(host) = valid_name(host) {
                    good.push(format!("{preference} {host}"));
                }
            }
            RecordType::Ns | RecordType::Ptr | RecordType::Cname => good.extend(valid_name(record).map(str::to_owned)),
            // The first string of the record, with blanks for what can't be printed.
            RecordType::Txt => {
                let mut end = record.len().min(255);
                while !record.is_char_boundary(end) {
                    end -= 1;
                }
                let text = record.get(..end).unwrap_or_default();
                good.push(text.chars().map(|ch| if ch.is_ascii_graphic() { ch } else { ' ' }).collect());
            }
            RecordType::A | RecordType::Aaaa => good.push(record.to_owned()),
        }
    }
    if good.is_empty() { Dns::Invalid } else { Dns::Found(good) }
}

fn valid_name(name: &str) -> Option<&str> {
    let name = name.trim_end_matches('.');
    (is_host_address(name) || is_host_or_wildcard(name)).then_some(name)
}

fn missing(name: &str, kind: RecordType) -> Missing {
    let (question, shown) = (kind.question(name), kind.name());
    let text = text!("the {shown} records of `{name}` in DNS", "DNS에 있는 `{name}` 이름의 {shown} 레코드");
    Missing { topic: name.into(), ..Missing::new(question, text) }
}
