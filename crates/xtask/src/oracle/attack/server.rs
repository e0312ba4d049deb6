//! A random server: its files, what a person knows of it, and what to try on it.

use super::kinds;
use super::session::{Try, filler};
use crate::oracle::prove::generate::Random;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The kinds of what can be wrong with what is called proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Own domains that take the world.
    Domains,
    /// Conditions that only some strings meet.
    Strings,
    /// Several recipients and messages.
    Several,
    /// Rewriting after the check.
    Rewriting,
    /// Releases, ciphers, catch-alls, lists of clients.
    Other,
}

pub(super) const KINDS: [Kind; 5] = [Kind::Domains, Kind::Strings, Kind::Several, Kind::Rewriting, Kind::Other];

impl Kind {
    pub(super) fn letter(self) -> char {
        match self {
            Self::Domains => 'A',
            Self::Strings => 'B',
            Self::Several => 'C',
            Self::Rewriting => 'D',
            Self::Other => 'E',
        }
    }
}

/// What a person who set up the server knows of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Truth {
    /// Domains that a list of own domains has word for word.
    pub(super) own: BTreeSet<String>,
    /// Those of them that mydestination has.
    pub(super) local: BTreeSet<String>,
    /// Whether a list of own domains takes others too.
    pub(super) takes_world: bool,
    /// Whether nothing is encrypted although TLS is used.
    pub(super) is_clear: bool,
    /// Domains that it only sends as.
    pub(super) sends_as: BTreeSet<String>,
    /// Networks of mynetworks.
    pub(super) networks: Vec<String>,
    /// Addresses where mail ends.
    pub(super) mailboxes: BTreeSet<String>,
    /// Addresses elsewhere that a table has word for word.
    pub(super) forwards: BTreeSet<String>,
    /// Whether `user+anything` is `user`.
    pub(super) has_extensions: bool,
    /// Whose an address or `@domain` is.
    pub(super) owners: BTreeMap<String, Vec<String>>,
}

/// A service of master.cf.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub(super) name: String,
    pub(super) options: Vec<String>,
}

/// One server.
#[derive(Debug, Default)]
pub(super) struct Server {
    /// The kinds of what was planted; the last one is at work.
    pub(super) kinds: Vec<Kind>,
    /// What was planted, in words.
    pub(super) planted: Vec<&'static str>,
    pub(super) domain: String,
    main: Vec<(String, String)>,
    pub(super) services: Vec<Service>,
    pub(super) tables: BTreeMap<String, String>,
    pub(super) relay: Vec<String>,
    pub(super) sender: Vec<String>,
    pub(super) data: Vec<String>,
    pub(super) end_of_data: Vec<String>,
    pub(super) truth: Truth,
    pub(super) tries: Vec<Try>,
}

pub(super) const USERS: [&str; 4] = ["alice", "bob", "ceo", "malice"];
const DOMAINS: [&str; 4] = ["own.example", "acme.example", "post.example", "corp.example"];

/// The server of a seed with about `sessions` things to try.
pub(super) fn server(seed: u64, sessions: usize) -> Server {
    let mut random = Random::new(seed);
    let mut server = plain(&mut random);
    let kind = *random.pick(&KINDS);
    kinds::plant(kind, &mut random, &mut server);
    if random.chance(25) {
        // What is of another kind may hide it, or open another way.
        let other = *random.pick(&[Kind::Strings, Kind::Several, Kind::Rewriting]);
        if other != kind && kind != Kind::Domains {
            kinds::plant(other, &mut random, &mut server);
        }
    }
    noise(&mut random, &mut server);
    finish(&mut random, &mut server);
    server.tries.truncate(sessions.saturating_sub(4).max(1));
    filler(&mut random, &mut server, sessions);
    server
}

/// One where a person would call every claim true.
fn plain(random: &mut Random) -> Server {
    let mut made = Server::default();
    let domain = (*random.pick(&DOMAINS)).to_owned();
    made.domain.clone_from(&domain);
    made.services.push(Service { name: "smtp".to_owned(), options: Vec::new() });
    for (name, value) in [
        ("compatibility_level", "3.6"),
        ("myhostname", &format!("mail.{domain}")),
        ("mydomain", &domain),
        ("myorigin", &domain),
        ("mydestination", &format!("{domain}, localhost")),
        ("alias_maps", ""),
        ("local_recipient_maps", "texthash:/etc/postfix/users"),
    ] {
        made.set(name, value);
    }
    made.truth.networks.push("127.0.0.0/8".to_owned());
    if random.chance(30) {
        made.truth.networks.push("10.20.0.0/16".to_owned());
    }
    made.truth.own.insert(domain.clone());
    made.truth.local = ["localhost".to_owned(), domain.clone()].into();
    made.truth.sends_as.insert(domain.clone());
    let mut users = String::new();
    for user in USERS {
        let _ = writeln!(users, "{user} x");
        made.truth.mailboxes.insert(format!("{user}@{domain}"));
    }
    made.tables.insert("users".to_owned(), users);
    if random.chance(70) {
        made.with_logins(random);
    }
    made
}

impl Server {
    pub(super) fn set(&mut self, name: &str, value: &str) {
        match self.main.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.main.push((name.to_owned(), value.to_owned())),
        }
    }

    pub(super) fn unset(&mut self, name: &str) {
        self.main.retain(|(known, _)| known != name);
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.main.iter().any(|(known, _)| known == name)
    }

    /// Adds an element to a list.
    pub(super) fn append(&mut self, name: &str, value: &str) {
        match self.main.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = format!("{old}, {value}"),
            None => self.main.push((name.to_owned(), value.to_owned())),
        }
    }

    /// Adds a table and says how it is named in main.cf.
    pub(super) fn table(&mut self, kind: &str, name: &str, text: &str) -> String {
        let name = format!("{name}{}", self.tables.len());
        self.tables.insert(name.clone(), text.to_owned());
        format!("{kind}:/etc/postfix/{name}")
    }

    /// Adds something to try for what is being planted.
    pub(super) fn attempt(&mut self, what: Try) {
        self.tries.push(Try { kind: self.kinds.last().copied(), ..what });
    }

    /// The kind of what was planted, if there is one only.
    pub(super) fn only_kind(&self) -> Option<Kind> {
        let first = self.kinds.first().copied()?;
        self.kinds.iter().all(|kind| *kind == first).then_some(first)
    }

    /// Users log in, over TLS, and send as themselves.
    pub(super) fn with_logins(&mut self, random: &mut Random) {
        for (name, value) in [
            ("smtpd_sasl_auth_enable", "yes"),
            ("smtpd_tls_security_level", "may"),
            ("smtpd_tls_cert_file", "/etc/postfix/oracle-cert.pem"),
            ("smtpd_tls_key_file", "/etc/postfix/oracle-key.pem"),
            ("smtpd_tls_auth_only", "yes"),
        ] {
            self.set(name, value);
        }
        let mut logins = String::new();
        for user in USERS {
            let _ = writeln!(logins, "{user}@{domain} {user}", domain = self.domain);
            self.truth.owners.insert(format!("{user}@{}", self.domain), vec![user.to_owned()]);
        }
        self.tables.insert("logins".to_owned(), logins);
        self.set("smtpd_sender_login_maps", "texthash:/etc/postfix/logins");
        if random.chance(80) {
            self.sender.push("reject_sender_login_mismatch".to_owned());
        }
    }

    pub(super) fn has_logins(&self) -> bool {
        self.has("smtpd_sasl_auth_enable")
    }

    pub(super) fn main_cf(&self) -> String {
        let mut out = String::new();
        for (name, value) in &self.main {
            let _ = writeln!(out, "{name} = {value}");
        }
        out
    }

    pub(super) fn master_cf(&self) -> String {
        let mut out = String::new();
        for service in &self.services {
            let _ = writeln!(out, "{} inet n - n - - smtpd", service.name);
            for option in &service.options {
                let _ = writeln!(out, "  -o {option}");
            }
        }
        out
    }

    /// Writes the files of /etc/postfix into a directory.
    pub(super) fn write(&self, directory: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(directory)?;
        fs::write(directory.join("main.cf"), self.main_cf())?;
        fs::write(directory.join("master.cf"), self.master_cf())?;
        for (name, text) in &self.tables {
            fs::write(directory.join(name), text)?;
        }
        Ok(())
    }

    /// What the recorder is asked.
    pub(super) fn request(&self, service: &str, sessions: Vec<Value>) -> Value {
        json!({
            "main_cf": self.main_cf(), "master_cf": self.master_cf(), "service": service, "tables": self.tables,
            "dns": {}, "policy": {}, "queue": true, "sessions": sessions,
        })
    }
}

/// What changes nothing that a claim speaks of, for a person.
fn noise(random: &mut Random, server: &mut Server) {
    for (name, value) in [
        ("smtpd_helo_required", "yes"),
        ("disable_vrfy_command", "yes"),
        ("strict_rfc821_envelopes", "yes"),
        ("smtpd_banner", "$myhostname ESMTP"),
        ("message_size_limit", "20480000"),
        ("biff", "no"),
    ] {
        if random.chance(20) {
            server.set(name, value);
        }
    }
    if random.chance(25) && !server.has("recipient_delimiter") {
        server.set("recipient_delimiter", "+");
        server.truth.has_extensions = true;
    }
}

/// The lists, with their guards at the end.
fn finish(random: &mut Random, server: &mut Server) {
    if !server.has("mynetworks") {
        let networks = server.truth.networks.join(" ");
        server.set("mynetworks", &networks);
    }
    let mut relay = vec!["permit_mynetworks".to_owned(), "permit_sasl_authenticated".to_owned()];
    relay.append(&mut server.relay);
    relay.push("reject_unauth_destination".to_owned());
    server.set("smtpd_relay_restrictions", &relay.join(", "));
    let mut sender = std::mem::take(&mut server.sender);
    if random.chance(60) && !sender.iter().any(|entry| entry.contains("check_sender_access")) {
        sender.push(guard(server));
    }
    for (name, list) in [
        ("smtpd_sender_restrictions", sender),
        ("smtpd_data_restrictions", std::mem::take(&mut server.data)),
        ("smtpd_end_of_data_restrictions", std::mem::take(&mut server.end_of_data)),
    ] {
        if !list.is_empty() {
            server.set(name, &list.join(", "));
        }
    }
}

/// Entries that let nobody but users and the own networks send as an own domain.
pub(super) fn guard(server: &mut Server) -> String {
    let mut text = String::new();
    let own: BTreeSet<&String> = server.truth.own.iter().chain(&server.truth.sends_as).collect();
    for domain in own {
        let _ = writeln!(text, "{domain} REJECT\n.{domain} REJECT");
    }
    text.push_str("localhost REJECT\n");
    let table = server.table("texthash", "guard", &text);
    format!("permit_mynetworks, permit_sasl_authenticated, check_sender_access {table}")
}
