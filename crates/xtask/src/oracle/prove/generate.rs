//! Random configurations with their tables and DNS data, made from few words
//! so that entries meet each other often.

#![expect(clippy::indexing_slicing, reason = "words are picked below their number")]

use postproof_catalog::Version;
use postproof_engine::ServerFiles;
use postproof_engine::sim::{DnsRecords, RecordType, World};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Random numbers that come again with the same seed (splitmix64).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }
}

/// The release that is judged for: that of the real smtpd.
pub(crate) const RELEASE: Version = Version::new(3, 7);

/// One configuration.
#[derive(Debug, Default)]
pub(crate) struct Scenario {
    pub(crate) main: String,
    pub(crate) tables: BTreeMap<String, String>,
    pub(crate) world: World,
}

pub(crate) const OWN: &[&str] = &["own.test", "alias.test", "mailbox.test", "relay.test"];
pub(crate) const OTHERS: &[&str] = &["friend.test", "spam.test", "sub.friend.test", "a.b.spam.test", "else.test"];
pub(crate) const USERS: &[&str] = &["alice", "bob", "carol", "postmaster", "nobody", "alice+tag", "-dash"];
pub(crate) const ADDRESSES: &[&str] = &[
    "10.1.2.3",
    "10.200.0.1",
    "192.0.2.5",
    "192.0.2.200",
    "198.51.100.7",
    "203.0.113.9",
    "203.0.113.10",
    "8.8.8.8",
    "200.1.1.1",
    "127.0.0.1",
    "2001:db8::5",
    "2001:db8:1::7",
    "2a00::1",
];
pub(crate) const HELOS: &[&str] = &[
    "mail.friend.test",
    "spam.test",
    "own.test",
    "mx.own.test",
    "localhost",
    "[192.0.2.5]",
    "192.0.2.5",
    "a_b.test",
    "x.else.test",
];
pub(crate) const NAMES: &[&str] = &["mail.friend.test", "dsl-7.spam.test", "host.else.test", "own.test"];
pub(crate) const LOGINS: &[&str] = &["alice", "bob", "carol"];

const ACTIONS: &[&str] = &[
    "OK",
    "OK",
    "REJECT",
    "REJECT go away",
    "DUNNO",
    "DEFER",
    "450 4.7.1 later",
    "554 5.7.1 no",
    "DEFER_IF_PERMIT",
    "DEFER_IF_REJECT",
    "permit_mynetworks",
    "reject_unauth_destination",
    "reject",
    "HOLD",
    "DISCARD",
    "first_class",
    "WARN watch",
    "permit_sasl_authenticated, reject",
];

/// One random configuration.
pub(crate) fn scenario(seed: u64) -> Scenario {
    let mut random = Random::new(seed);
    let mut made = Scenario { world: world(&mut random), ..Scenario::default() };
    let mut main = String::from("myhostname = mx.own.test\nmydomain = own.test\ninet_interfaces = all\nalias_maps =\n");
    let level = *random.pick(&["0", "2", "3.6", "3.6"]);
    let _ = writeln!(main, "compatibility_level = {level}");
    let _ = writeln!(main, "mydestination = own.test, localhost");
    let networks = [
        "127.0.0.0/8",
        "127.0.0.0/8 10.0.0.0/8",
        "!10.1.0.0/16 10.0.0.0/8 192.0.2.0/24",
        "192.0.2.0/25 [2001:db8::]/32",
        "127.0.0.1 mail.friend.test",
        "0.0.0.0/0",
        "128.0.0.0/1",
        "cidr:/etc/postfix/networks",
        "192.0.2.5 198.0.0.0/7",
    ];
    let _ = writeln!(main, "mynetworks = {}", random.pick(&networks));
    made.tables.insert("networks".to_owned(), "192.0.2.0/24 OK\n10.0.0.0/8 x\n".to_owned());
    domains(&mut random, &mut main, &mut made);
    switches(&mut random, &mut main);
    let _ = writeln!(main, "smtpd_restriction_classes = first_class, second_class");
    for class in ["first_class", "second_class"] {
        let entries = entries(&mut random, 2, false, &mut made);
        // One without entries counts as missing, and smtpd does not start.
        let entries = if entries.is_empty() { "permit_mynetworks" } else { &entries };
        let _ = writeln!(main, "{class} = {entries}");
    }
    for (list, percent, most) in [
        ("client", 40, 3),
        ("helo", 30, 2),
        ("sender", 50, 3),
        ("relay", 70, 4),
        ("recipient", 60, 5),
        ("data", 15, 2),
        ("end_of_data", 10, 2),
    ] {
        if random.chance(percent) {
            let mut text = entries(&mut random, most, true, &mut made);
            if matches!(list, "relay" | "recipient") && random.chance(60) {
                let guard = *random.pick(&[
                    "reject_unauth_destination",
                    "reject_unauth_destination",
                    "defer_unauth_destination",
                    "reject",
                ]);
                text = if text.is_empty() { guard.to_owned() } else { format!("{text}, {guard}") };
            }
            let _ = writeln!(main, "smtpd_{list}_restrictions = {text}");
        }
    }
    made.main = main;
    made
}

impl Scenario {
    /// The files as the server has them.
    pub(crate) fn files(&self) -> ServerFiles {
        let others = self.tables.iter().map(|(name, text)| (format!("/etc/postfix/{name}"), text.clone().into_bytes()));
        ServerFiles {
            main_cf: self.main.clone().into_bytes(),
            others: others.collect(),
            postfix_version: Some(RELEASE),
            ..ServerFiles::default()
        }
    }
}

fn world(random: &mut Random) -> World {
    let mut world = World::closed();
    world.interfaces = Some(
        ["127.0.0.1/8", "::1/128", "192.0.2.25/24", "2001:db8:25::25/64"]
            .iter()
            .filter_map(|net| net.parse().ok())
            .collect(),
    );
    world.server_addresses = ["192.0.2.25".parse().ok(), "2001:db8:25::25".parse().ok()];
    world.users =
        ["root", "daemon", "mail", "nobody", "postfix", "alice", "bob"].iter().map(|user| (*user).to_owned()).collect();
    for domain in OWN.iter().chain(OTHERS) {
        let mut records = DnsRecords::default();
        if random.chance(70) {
            records.records.insert(RecordType::A, vec!["198.51.100.7".to_owned()]);
        }
        if random.chance(50) {
            records.records.insert(RecordType::Mx, vec![format!("10 mx.{domain}")]);
        }
        records.fails = random.chance(5);
        if random.chance(80) {
            world.dns.insert((*domain).to_owned(), records);
        }
    }
    world
}

fn domains(random: &mut Random, main: &mut String, made: &mut Scenario) {
    let users = |random: &mut Random, domain: &str| {
        let mut text = String::new();
        for user in ["alice", "bob", "carol"] {
            if random.chance(60) {
                let _ = writeln!(text, "{user}@{domain} x@own.test");
            }
        }
        if random.chance(15) {
            let _ = writeln!(text, "@{domain} alice@own.test");
        }
        text
    };
    if random.chance(60) {
        let _ = writeln!(main, "relay_domains = relay.test");
        if random.chance(50) {
            let _ = writeln!(main, "relay_recipient_maps = texthash:/etc/postfix/relay_users");
            let text = users(random, "relay.test");
            made.tables.insert("relay_users".to_owned(), text);
        }
    } else {
        let _ = writeln!(main, "relay_domains =");
    }
    if random.chance(50) {
        let _ =
            writeln!(main, "virtual_alias_domains = alias.test\nvirtual_alias_maps = texthash:/etc/postfix/aliases");
        let text = users(random, "alias.test");
        made.tables.insert("aliases".to_owned(), text);
    }
    if random.chance(50) {
        let _ = writeln!(main, "virtual_mailbox_domains = mailbox.test");
        if random.chance(70) {
            let _ = writeln!(main, "virtual_mailbox_maps = texthash:/etc/postfix/mailboxes");
            let text = users(random, "mailbox.test");
            made.tables.insert("mailboxes".to_owned(), text);
        }
    }
    match random.below(3) {
        0 => {
            let _ = writeln!(main, "local_recipient_maps =");
        }
        1 => {
            let _ = writeln!(main, "local_recipient_maps = texthash:/etc/postfix/locals");
            made.tables.insert("locals".to_owned(), "alice x\nbob x\n".to_owned());
        }
        _ => {}
    }
}

fn switches(random: &mut Random, main: &mut String) {
    let choices: &[(&str, &[&str], usize)] = &[
        ("smtpd_sasl_auth_enable", &["yes"], 60),
        ("smtpd_tls_security_level", &["may", "may", "encrypt"], 50),
        ("smtpd_tls_auth_only", &["yes"], 50),
        ("smtpd_delay_reject", &["no"], 15),
        ("smtpd_helo_required", &["yes"], 40),
        ("smtpd_reject_unlisted_sender", &["yes"], 20),
        ("smtpd_reject_unlisted_recipient", &["no"], 15),
        ("smtpd_sender_login_maps", &["texthash:/etc/postfix/logins"], 50),
        ("allow_percent_hack", &["no"], 20),
        ("swap_bangpath", &["no"], 20),
        ("allow_untrusted_routing", &["yes"], 10),
        ("resolve_dequoted_address", &["no"], 10),
        ("parent_domain_matches_subdomains", &["", "smtpd_access_maps"], 20),
        ("recipient_delimiter", &["+"], 40),
        ("strict_rfc821_envelopes", &["yes"], 10),
        ("soft_bounce", &["yes"], 5),
        ("append_at_myorigin", &["no"], 5),
        ("smtpd_null_access_lookup_key", &["null"], 5),
        ("smtpd_peername_lookup", &["no"], 5),
        ("allow_min_user", &["yes"], 10),
        ("smtpd_relay_before_recipient_restrictions", &["yes", "no"], 20),
    ];
    for (name, values, percent) in choices {
        if random.chance(*percent) {
            let value = random.pick(values);
            let _ = writeln!(main, "{name} = {value}");
        }
    }
    // A certificate must be there for STARTTLS.
    let _ = writeln!(
        main,
        "smtpd_tls_cert_file = /etc/postfix/oracle-cert.pem\nsmtpd_tls_key_file = /etc/postfix/oracle-key.pem"
    );
}

pub(crate) fn entries(random: &mut Random, most: usize, with_classes: bool, made: &mut Scenario) -> String {
    const PLAIN: &[&str] = &[
        "permit_mynetworks",
        "permit_mynetworks",
        "permit_sasl_authenticated",
        "permit_sasl_authenticated",
        "reject_unauth_destination",
        "permit_auth_destination",
        "reject_non_fqdn_sender",
        "reject_non_fqdn_recipient",
        "reject_invalid_helo_hostname",
        "reject_non_fqdn_helo_hostname",
        "reject_unknown_sender_domain",
        "reject_unknown_recipient_domain",
        "reject_unknown_reverse_client_hostname",
        "reject_unlisted_recipient",
        "reject_unlisted_sender",
        "reject_sender_login_mismatch",
        "reject_authenticated_sender_login_mismatch",
        "reject_known_sender_login_mismatch",
        "reject_unauthenticated_sender_login_mismatch",
        "permit_tls_all_clientcerts",
        "defer_if_permit",
        "defer_if_reject",
        "permit_naked_ip_address",
        "permit_inet_interfaces",
        "reject_plaintext_session",
        "permit",
        "defer",
    ];
    let count = random.below(most + 1);
    let mut all = Vec::new();
    for _ in 0..count {
        if random.chance(8) {
            all.push("warn_if_reject".to_owned());
        }
        let entry = match random.below(100) {
            0..50 => (*random.pick(PLAIN)).to_owned(),
            50..92 => check(random, made),
            _ if with_classes => (*random.pick(&["first_class", "second_class"])).to_owned(),
            _ => check(random, made),
        };
        all.push(entry);
    }
    all.join(", ")
}

/// `check_…_access type:table`, with the table.
fn check(random: &mut Random, made: &mut Scenario) -> String {
    let number = made.tables.len();
    let (what, words) = match random.below(6) {
        0 => ("client", client_keys()),
        1 => ("helo", HELOS.iter().chain(OTHERS).map(|word| (*word).to_owned()).collect()),
        2 | 3 => ("sender", mail_keys()),
        4 => ("recipient", mail_keys()),
        _ => ("reverse_client_hostname", NAMES.iter().chain(OTHERS).map(|word| (*word).to_owned()).collect()),
    };
    let name = format!("{what}{number}");
    let mut text = String::new();
    let kind = match (what, random.below(10)) {
        ("client", 0..3) => {
            for _ in 0..=random.below(4) {
                let net = random.pick(&[
                    "10.0.0.0/8",
                    "192.0.2.0/24",
                    "203.0.113.0/24",
                    "0.0.0.0/0",
                    "::/0",
                    "2001:db8::/32",
                    "128.0.0.0/1",
                    "198.51.100.7",
                ]);
                let action = random.pick(ACTIONS);
                let _ = writeln!(text, "{net} {action}");
            }
            "cidr"
        }
        (_, 8) => {
            for _ in 0..=random.below(3) {
                let pattern = random.pick(&[
                    r"/spam\.test$/",
                    r"/^alice/",
                    r"/friend/",
                    r"/dsl-[0-9]+/",
                    r"/^(a|b)\./",
                    r"/@own\.test$/",
                    r"/[%!]/",
                    r"/./",
                ]);
                let action = random.pick(ACTIONS);
                let _ = writeln!(text, "{pattern} {action}");
            }
            "regexp"
        }
        _ => {
            let mut seen = Vec::new();
            for _ in 0..=random.below(6) {
                let key = random.pick(&words).clone();
                if !seen.contains(&key) {
                    let action = random.pick(ACTIONS);
                    let _ = writeln!(text, "{key} {action}");
                    seen.push(key);
                }
            }
            "texthash"
        }
    };
    made.tables.insert(name.clone(), text);
    if !made.tables.contains_key("logins") {
        let logins = "alice@own.test alice\nbob@own.test bob,carol\n@alias.test carol\ncarol@friend.test carol\n";
        made.tables.insert("logins".to_owned(), logins.to_owned());
    }
    format!("check_{what}_access {kind}:/etc/postfix/{name}")
}

fn client_keys() -> Vec<String> {
    let mut keys: Vec<String> = ADDRESSES.iter().chain(NAMES).chain(OTHERS).map(|word| (*word).to_owned()).collect();
    keys.extend(
        ["10", "10.1", "192.0.2", "test", ".test", ".friend.test", "2001:db8", "unknown", "203"].map(str::to_owned),
    );
    keys
}

fn mail_keys() -> Vec<String> {
    let mut keys = vec!["<>".to_owned(), "null".to_owned(), "test".to_owned(), ".friend.test".to_owned()];
    for user in ["alice", "bob", "nobody"] {
        keys.push(format!("{user}@"));
        for domain in OWN.iter().chain(OTHERS) {
            keys.push(format!("{user}@{domain}"));
        }
    }
    keys.extend(OWN.iter().chain(OTHERS).map(|word| (*word).to_owned()));
    keys
}
