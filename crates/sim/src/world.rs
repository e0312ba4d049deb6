//! What lies outside the configuration: DNS, policy servers, users, files.

use crate::Missing;
use ipnet::IpNet;
use postproof_diag::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::rc::Rc;

/// What is known of the outside. A part that is closed holds all there is; of
/// one that is open nothing is known beyond what was given or assumed.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// DNS data by name, in small letters, without the final dot.
    pub dns: BTreeMap<String, DnsRecords>,
    /// Whether a name that is not in `dns` does not exist.
    pub dns_is_closed: bool,
    /// What policy servers answer, by `host:port` or socket path.
    pub policy: BTreeMap<String, Vec<PolicyRule>>,
    /// Whether a server that is not in `policy` refuses connections.
    pub policy_is_closed: bool,
    /// Names of system users.
    pub users: BTreeSet<String>,
    /// Whether `users` are all there are.
    pub users_are_closed: bool,
    /// Addresses of the host's interfaces; nothing: not known.
    pub interfaces: Option<Vec<IpNet>>,
    /// Address at the server's end of an IPv4 session, and of an IPv6 one.
    pub server_addresses: [Option<IpAddr>; 2],
    /// Whether a file that the model was not given does not exist.
    pub files_are_closed: bool,
    /// Tables of which nothing is known although files are closed: `texthash:/etc/postfix/access`.
    pub unknown_tables: BTreeSet<String>,
    /// Answers supplied one by one: `dns:mx:example.com` to `nxdomain`,
    /// `pgsql:/etc/postfix/x.cf:example.com` to `OK`.
    pub assumed: BTreeMap<String, String>,
}

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
    /// Records.
    Found(Vec<String>),
    /// The name exists, but has none of the type.
    NoData,
    /// The name does not exist.
    NoName,
    /// The look-up fails for now.
    Fails,
    /// Not known here.
    Unknown(Missing),
}

/// One rule of a policy server: the first whose attributes all fit answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRule {
    /// Attributes and the values they must have.
    pub attributes: BTreeMap<String, String>,
    /// What it answers.
    pub action: String,
}

/// What a policy server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyAnswer {
    /// An action, as an access table has on its right-hand side.
    Action(Rc<str>),
    /// It does not answer.
    Refuses,
    /// Not known here.
    Unknown(Missing),
}

/// A file that the configuration names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// Its content was given to the model.
    Given,
    /// It does not exist.
    Missing,
    /// Not known here.
    Unknown,
}

impl World {
    /// What DNS answers.
    pub fn dns(&self, _name: &str, _kind: RecordType) -> Dns {
        Dns::Unknown(Missing { question: "dns".into(), text: Text::verbatim("dns") })
    }

    /// What a policy server answers to a request.
    pub fn policy(&self, _server: &str, _request: &[(&str, &str)]) -> PolicyAnswer {
        PolicyAnswer::Unknown(Missing { question: "policy".into(), text: Text::verbatim("policy") })
    }
}
