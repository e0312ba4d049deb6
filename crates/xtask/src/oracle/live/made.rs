//! Random configurations with their sessions.

use super::super::tables::made::Random;
use super::more;
use serde_json::{Map, Value, json};

const DOMAINS: &str = "own.test mx.own.test alias.test box.test relay.test else.test sub.else.test spam.test nowhere.test slow.test bare.test lan.test";
const USERS: &str = "alice bob carol nobody postmaster alice+x bob-y Alice \"alice\" a.b abuse";
const ADDRESSES: &str = "198.51.100.10 198.51.100.20 203.0.113.5 192.0.2.77 10.1.2.3 2001:db8:1::5 2001:db8:25::7";
const HELOS: &str = "mail.else.test else.test own.test host spam.test [198.51.100.10] 198.51.100.10 a_b.test nowhere.test slow.test -x.test localhost";

/// Parameters with the values that they may get.
const PARAMETERS: &[(&str, &[&str])] = &[
    (
        "mynetworks",
        &[
            "127.0.0.0/8 192.0.2.0/24 [2001:db8:25::]/48",
            "!192.0.2.77 192.0.2.0/24",
            "cidr:{{10.0.0.0/8 x},{192.0.2.0/24 y}}",
            "127.0.0.1",
        ],
    ),
    ("relay_domains", &["relay.test", "relay.test .spam.test", "", "inline:{relay.test=x,sub.else.test=y}"]),
    ("virtual_alias_domains", &["alias.test", "", "inline:{alias.test=}"]),
    (
        "virtual_alias_maps",
        &[
            "",
            "inline:{alice@alias.test=alice,@alias.test=bob}",
            "pcre:{{/^abuse@/ postmaster}}",
            "fail:x",
            "inline:{bob@own.test=bob@else.test}",
        ],
    ),
    ("virtual_mailbox_domains", &["box.test", ""]),
    ("virtual_mailbox_maps", &["inline:{alice@box.test=x,bob@box.test=y}", "", "regexp:{{/^(alice|bob)@/ x}}"]),
    ("relay_recipient_maps", &["", "inline:{alice@relay.test=x}", "static:x"]),
    (
        "local_recipient_maps",
        &[
            "inline:{alice=x,bob=x,postmaster=x}",
            "",
            "unix:passwd.byname",
            "pipemap:{inline:{alice=q,carol=r},inline:{q=z}}",
        ],
    ),
    ("recipient_delimiter", &["", "+", "+-"]),
    ("smtpd_delay_reject", &["yes", "yes", "no"]),
    ("smtpd_helo_required", &["no", "no", "yes"]),
    ("smtpd_reject_unlisted_sender", &["no", "no", "yes"]),
    ("smtpd_reject_unlisted_recipient", &["yes", "yes", "no"]),
    ("soft_bounce", &["no", "no", "no", "yes"]),
    ("parent_domain_matches_subdomains", &["", "smtpd_access_maps", "relay_domains,smtpd_access_maps"]),
    ("smtpd_relay_before_recipient_restrictions", &["yes", "yes", "no"]),
    ("allow_percent_hack", &["yes", "no"]),
    ("swap_bangpath", &["yes", "no"]),
    ("strict_rfc821_envelopes", &["no", "no", "yes"]),
    ("allow_untrusted_routing", &["no", "no", "yes"]),
    ("smtpd_sender_login_maps", &["", "inline:{{alice@own.test=alice, bob}}", "pcre:{{/^(.*)@own\\.test$$/ $$1}}"]),
    ("smtpd_sasl_auth_enable", &["no", "yes"]),
    ("smtpd_tls_security_level", &["", "may", "may", "encrypt"]),
    ("smtpd_tls_auth_only", &["no", "yes"]),
    ("smtpd_null_access_lookup_key", &["<>", "null"]),
    ("smtpd_reject_footer", &["", "", "\\c. ask postmaster"]),
    ("access_map_reject_code", &["554", "554", "521"]),
    ("smtpd_recipient_limit", &["1000", "1000", "2"]),
    ("disable_vrfy_command", &["no", "yes"]),
    ("smtpd_forbid_unauth_pipelining", &["no", "no", "yes"]),
    ("resolve_null_domain", &["no", "yes"]),
    ("append_at_myorigin", &["yes", "yes", "no"]),
    ("unknown_address_tempfail_action", &["defer_if_permit", "defer"]),
    (
        "transport_maps",
        &[
            "",
            "",
            "inline:{{nobody@own.test = error:5.1.1 gone}{relay.test = retry:4.0.0 wait}}",
            "inline:{own.test=error}",
        ],
    ),
    ("canonical_maps", &["", "inline:{@nowhere.test=@own.test}", "pcre:{{/^abuse@/ alice@own.test}}"]),
    ("recipient_canonical_maps", &["", "inline:{carol=alice}"]),
    ("sender_canonical_maps", &["", "inline:{nobody@own.test=alice@own.test}"]),
    ("masquerade_domains", &["", "own.test"]),
    ("local_header_rewrite_clients", &["", "static:all"]),
    ("smtpd_sasl_exceptions_networks", &["", "198.51.100.0/24"]),
    ("smtpd_discard_ehlo_keywords", &["", "pipelining, starttls", "auth dsn"]),
    ("smtpd_discard_ehlo_keyword_address_maps", &["", "cidr:{{0.0.0.0/0 starttls, silent-discard}}", "fail:x"]),
    ("smtpd_peername_lookup", &["yes", "yes", "no"]),
    ("smtpd_noop_commands", &["", "vrfy", "etrn helo"]),
    ("smtpd_command_filter", &["", "", "pcre:{{/^(RCPT TO:<)nobody@(.*)$$/ $$1alice@$$2}}"]),
    ("smtpd_hard_error_limit", &["20", "20", "2"]),
    ("message_size_limit", &["10240000", "10240000", "400"]),
    ("inet_interfaces", &["all", "192.0.2.25", "loopback-only"]),
    ("inet_protocols", &["all", "all", "ipv4"]),
    ("proxy_interfaces", &["", "198.51.100.10"]),
    ("unverified_sender_reject_code", &["450", "550"]),
    ("reject_code", &["554", "571"]),
    ("defer_code", &["450", "451"]),
    ("relay_domains_reject_code", &["554", "553"]),
    ("unknown_local_recipient_reject_code", &["550", "450"]),
    ("maps_rbl_domains", &["", "list.test"]),
    ("permit_mx_backup_networks", &["", "198.51.100.0/24"]),
    ("rbl_reply_maps", &["", "inline:{{list.test = $$rbl_code no $$rbl_what at $$rbl_domain}}"]),
    ("show_user_unknown_table_name", &["yes", "no"]),
    ("smtputf8_enable", &["yes", "no"]),
    ("strict_mime_encoding_domain", &["no"]),
    ("smtpd_client_port_logging", &["no", "yes"]),
    ("receive_override_options", &["", "no_unknown_recipient_checks", "no_address_mappings"]),
    ("virtual_alias_address_length_limit", &["1000"]),
    ("empty_address_recipient", &["MAILER-DAEMON", "postmaster"]),
    ("double_bounce_sender", &["double-bounce", "bob"]),
    ("resolve_numeric_domain", &["no", "yes"]),
    ("resolve_dequoted_address", &["yes", "no"]),
    ("append_dot_mydomain", &["no", "yes"]),
    ("remote_header_rewrite_domain", &["", "far.test"]),
    ("owner_request_special", &["yes", "no"]),
    ("smtpd_reject_footer_maps", &[""]),
];

/// The request of a seed.
pub(super) fn request(seed: u64) -> Value {
    let mut made = Made { random: Random(seed), tables: Map::new() };
    let main = made.main();
    let sessions: Vec<Value> = (0..8).map(|_| made.session()).collect();
    let policy = json!({ "127.0.0.1:10040": {
        "rules": [
            { "match": { "sender": "alice@else.test" }, "action": "REJECT policy" },
            { "match": { "protocol_state": "DATA" }, "action": "450 4.7.1 at data" },
            { "match": { "client_address": "203.0.113.5" }, "action": "DEFER_IF_PERMIT grey" },
        ],
        "default": "DUNNO",
    } });
    let master = made.master();
    json!({ "main_cf": main, "master_cf": master, "tables": made.tables, "dns": dns(), "policy": policy, "sessions": sessions })
}

/// The configuration for a reader.
pub(super) fn shown(request: &Value) -> String {
    let tables = request["tables"].as_object().into_iter().flatten();
    let tables: String =
        tables.map(|(name, text)| format!("--- {name}\n{}", text.as_str().unwrap_or_default())).collect();
    let text = |key: &str| request[key].as_str().unwrap_or_default().to_owned();
    format!("{}{}{tables}", text("main_cf"), text("master_cf"))
}

fn dns() -> Value {
    json!({
        "own.test": { "A": ["192.0.2.25"], "MX": ["10 mx.own.test"] },
        "mx.own.test": { "A": ["192.0.2.25"] },
        "else.test": { "A": ["198.51.100.10"], "MX": ["10 mail.else.test"], "NS": ["ns.else.test"] },
        "mail.else.test": { "A": ["198.51.100.10"], "AAAA": ["2001:db8:1::5"] },
        "ns.else.test": { "A": ["203.0.113.53"] },
        "sub.else.test": { "MX": ["10 mail.else.test", "20 mx.own.test"] },
        "spam.test": { "A": ["203.0.113.5"], "MX": ["0 ."] },
        "slow.test": { "rcode": "SERVFAIL" },
        "bare.test": { "TXT": ["x"] },
        "lan.test": { "MX": ["10 mx.lan.test"] },
        "mx.lan.test": { "A": ["10.1.2.3"] },
        "5.113.0.203.list.test": { "A": ["127.0.0.2"], "TXT": ["bad net"] },
        "10.100.51.198.list.test": { "A": ["127.0.0.9"] },
        "spam.test.list.test": { "A": ["127.0.0.2"] },
        "20.100.51.198.in-addr.arpa": { "rcode": "SERVFAIL" },
    })
}

struct Made {
    random: Random,
    tables: Map<String, Value>,
}

impl Made {
    fn chance(&mut self, percent: usize) -> bool {
        self.random.below(100) < percent
    }

    fn word(&mut self, text: &str) -> String {
        self.random.word(text)
    }

    fn one<T: Copy>(&mut self, from: &[T]) -> T {
        *self.random.pick::<T>(from)
    }

    /// master.cf with settings of the service's own, now and then.
    fn master(&mut self) -> String {
        let mut master = "smtp inet n - n - - smtpd\n".to_owned();
        if self.chance(25) {
            for _ in 0..1 + self.random.below(3) {
                let (name, values) = if self.chance(50) { self.one(PARAMETERS) } else { self.one(more::PARAMETERS) };
                let value = self.one(values);
                master.push_str(&format!("  -o {{ {name} = {value} }}\n"));
            }
        }
        master.push_str("cleanup unix n - n - 0 cleanup\n");
        master
    }

    fn main(&mut self) -> String {
        let level = self.one(&["3.6", "3.6", "3.6", "2", "1"]);
        let mut main = format!(
            "compatibility_level = {level}\nmyhostname = mx.own.test\nmydomain = own.test\nmyorigin = own.test\n\
             mydestination = own.test mx.own.test localhost\nalias_maps =\n"
        );
        main.push_str(
            "smtpd_tls_cert_file = /etc/postfix/oracle-cert.pem\nsmtpd_tls_key_file = /etc/postfix/oracle-key.pem\n",
        );
        for (name, values) in PARAMETERS {
            if self.chance(30) {
                let value = self.one(values);
                main.push_str(&format!("{name} = {value}\n"));
            }
        }
        let rare = self.one(&[0, 4, 12]);
        for (name, values) in more::PARAMETERS {
            if self.chance(rare) {
                let value = self.one(values);
                main.push_str(&format!("{name} = {value}\n"));
            }
        }
        main.push_str("smtpd_restriction_classes = first second third\n");
        for class in ["first", "second"] {
            // A cycle ends smtpd, and master(8) starts no other for a while.
            let entries = self.entries(1, 3).replace("third", "permit_mynetworks");
            main.push_str(&format!("{class} = {entries}\n"));
        }
        let [before, after] = [self.entry(), self.entry()].map(|entry| entry.replace("third", "second"));
        let inner = self.one(&["first", "second", "warn_if_reject first", "warn_if_reject second, first"]);
        main.push_str(&format!("third = {before}, {inner}, {after}\n"));
        for (list, percent) in [
            ("client", 40),
            ("helo", 40),
            ("sender", 50),
            ("recipient", 80),
            ("data", 20),
            ("end_of_data", 15),
            ("etrn", 15),
        ] {
            if self.chance(percent) {
                let entries = self.entries(1, 5);
                main.push_str(&format!("smtpd_{list}_restrictions = {entries}\n"));
            }
        }
        if self.chance(60) {
            let entries = self.entries(0, 3);
            let guard = self.one(&[
                "reject_unauth_destination",
                "reject_unauth_destination",
                "defer_unauth_destination",
                "reject",
                "",
            ]);
            main.push_str(&format!("smtpd_relay_restrictions = {entries} {guard}\n"));
        }
        main
    }

    fn entries(&mut self, least: usize, most: usize) -> String {
        let count = least + self.random.below(most - least + 1);
        (0..count).map(|_| self.entry()).collect::<Vec<_>>().join(", ")
    }

    fn entry(&mut self) -> String {
        const PLAIN: &str = "permit_mynetworks permit_sasl_authenticated reject_unauth_destination permit_auth_destination \
            reject_unknown_sender_domain reject_unknown_recipient_domain reject_non_fqdn_sender reject_non_fqdn_recipient \
            reject_invalid_helo_hostname reject_non_fqdn_helo_hostname reject_unknown_helo_hostname \
            reject_unknown_client_hostname reject_unknown_reverse_client_hostname reject_unauth_pipelining \
            reject_multi_recipient_bounce reject_unlisted_recipient reject_unlisted_sender reject_sender_login_mismatch \
            reject_authenticated_sender_login_mismatch reject_unauthenticated_sender_login_mismatch \
            reject_known_sender_login_mismatch permit_mx_backup permit_inet_interfaces permit_tls_all_clientcerts \
            reject_plaintext_session defer_unauth_destination permit reject defer defer_if_permit defer_if_reject \
            first second third warn_if_reject warn_if_reject third permit_naked_ip_address reject_maps_rbl";
        const RARE: &str = "nosuch_restriction sleep check_relay_domains";
        match self.random.below(20) {
            0..=8 => self.word(PLAIN).trim().to_owned(),
            9 => self
                .one(&[
                    "reject_rbl_client list.test",
                    "reject_rbl_client list.test=127.0.0.[2..4]",
                    "reject_rhsbl_sender list.test",
                    "reject_rhsbl_helo list.test",
                    "permit_dnswl_client list.test=127.0.0.9",
                    "reject_rbl_client slow.test",
                    "reject_rhsbl_client list.test",
                ])
                .to_owned(),
            10 => self
                .one(&[
                    "check_policy_service inet:127.0.0.1:10040",
                    "check_policy_service { inet:127.0.0.1:10049, timeout=1s, try_limit=1, default_action=DUNNO }",
                    "check_policy_service inet:127.0.0.1:10040",
                ])
                .to_owned(),
            11 if self.chance(20) => {
                let word = self.word(RARE);
                if word == "sleep" { "sleep 0".to_owned() } else { word }
            }
            _ => {
                let what = self.word("client reverse_client_hostname helo sender recipient sender_mx sender_ns sender_a helo_mx helo_a client_a client_mx recipient_mx recipient_a etrn sasl ccert");
                let table = self.table(&what);
                if what == "sender" && self.chance(10) { table } else { format!("check_{what}_access {table}") }
            }
        }
    }

    /// A table for one kind of key.
    fn table(&mut self, what: &str) -> String {
        let is_host = what.ends_with("_a") || what.ends_with("_mx") || what.ends_with("_ns") || what == "client";
        let kind = self.word(if is_host {
            "texthash hash inline cidr cidr pcre regexp unionmap static"
        } else {
            "texthash hash inline pcre regexp unionmap pipemap static"
        });
        let lines = 1 + self.random.below(4);
        let number = self.tables.len();
        match kind.as_str() {
            "inline" => {
                let pairs: Vec<String> = (0..lines).map(|_| self.pair()).collect();
                format!("inline:{{ {} }}", pairs.join(" "))
            }
            "unionmap" => {
                let (one, other) = (self.pair(), self.pair());
                format!("unionmap:{{inline:{{ {one} }},inline:{{ {other} }}}}")
            }
            "pipemap" => {
                let (key, action) = (self.key(), self.action());
                format!("pipemap:{{inline:{{ {{ {key} = q }} }},inline:{{ {{ q = {action} }} }}}}")
            }
            "static" => format!("static:{{ {} }}", self.action()),
            "cidr" => {
                let text: String = (0..lines).map(|_| self.network()).collect();
                self.tables.insert(format!("t{number}"), Value::String(text));
                format!("cidr:/etc/postfix/t{number}")
            }
            "pcre" | "regexp" => {
                let text: String = (0..lines).map(|_| self.pattern(kind == "pcre")).collect();
                self.tables.insert(format!("t{number}"), Value::String(text));
                format!("{kind}:/etc/postfix/t{number}")
            }
            _ if self.chance(4) => format!("{kind}:/etc/postfix/missing"),
            _ => {
                let text: String = (0..lines).map(|_| format!("{} {}\n", self.key(), self.action())).collect();
                self.tables.insert(format!("t{number}"), Value::String(text));
                format!("{kind}:/etc/postfix/t{number}")
            }
        }
    }

    fn pair(&mut self) -> String {
        format!("{{ {} = {} }}", self.key(), self.action())
    }

    fn key(&mut self) -> String {
        match self.random.below(9) {
            0 => self.word("198.51.100 198.51 203.0.113.5 192.0.2.77 10 2001:db8:1 2001:db8:1::5 2001"),
            1 => format!("{}@", self.word("alice bob postmaster")),
            2 => format!(".{}", self.word("test else.test own.test")),
            3 => self.word("<> null unknown localhost test host mail.else.test pc.own.test mx.lan.test ns.else.test [198.51.100.10]"),
            4..=5 => format!("{}@{}", self.word("alice bob carol nobody alice+x"), self.word(DOMAINS)),
            _ => self.word(DOMAINS),
        }
    }

    fn network(&mut self) -> String {
        let network = self.one(&[
            "198.51.100.0/24",
            "203.0.113.5",
            "!192.0.2.0/24",
            "0.0.0.0/0",
            "2001:db8::/32",
            "10.0.0.0/8",
            "198.51.100.10/31",
            "::/0",
        ]);
        match self.random.below(8) {
            0 => format!("if {network}\n"),
            1 => "endif\n".to_owned(),
            _ => format!("{network} {}\n", self.action()),
        }
    }

    fn pattern(&mut self, pcre: bool) -> String {
        let both = [
            "/^alice@/",
            "/else\\.test$/",
            "!/test/",
            "/^(.*)@(.*)$/",
            "/[[:digit:]]/",
            "/^198\\.51/",
            "/^[^@]+$/",
            "/\\+/",
            "/^<>$/",
            "/own|relay/",
            "/^A/i",
        ];
        let own = if pcre {
            ["/^(?!alice)/", "/\\d{2,}/", "/^\\w+@(?=own)/", "/^.*?@/U"]
        } else {
            ["/\\d/", "/^a\\{1/", "/\\<own/", "/^[a-z.]{3,}@/"]
        };
        let pattern = if self.chance(70) { self.one(&both) } else { self.one(&own) };
        let action =
            if pattern.contains("(.*)@") && self.chance(50) { "REJECT $2 of ${1}".to_owned() } else { self.action() };
        match self.random.below(10) {
            0 => format!("if {pattern}\n"),
            1 => "endif\n".to_owned(),
            _ => format!("{pattern} {action}\n"),
        }
    }

    fn action(&mut self) -> String {
        self.one(&[
            "OK",
            "OK",
            "DUNNO",
            "DUNNO",
            "REJECT",
            "REJECT go away",
            "DEFER",
            "450 4.7.1 later",
            "550 5.7.9 no",
            "554 no dsn",
            "DEFER_IF_PERMIT",
            "DEFER_IF_REJECT maybe",
            "permit_mynetworks",
            "reject_unauth_destination",
            "first",
            "second",
            "HOLD",
            "DISCARD",
            "WARN x",
            "12345",
            "permit_sasl_authenticated reject",
            "521 5.0.0 go",
            "421 4.0.0 bye",
            "reject_unlisted_recipient",
            "PREPEND X-A: b",
            "nosuch",
            "FILTER smtp:[127.0.0.1]",
            "check_helo_access inline:{else.test=REJECT}",
            "250 fine",
            "4.7.1 x",
            "reject",
            "warn_if_reject reject",
        ])
        .to_owned()
    }

    fn mail(&mut self) -> String {
        let (user, domain) = (self.word(USERS), self.word(DOMAINS));
        match self.random.below(22) {
            0 => format!("{user}%else.test@{domain}"),
            1 => format!("else.test!{user}@{domain}"),
            2 => format!("alice@else.test@{domain}"),
            3 => "\"bob@else.test\"@own.test".to_owned(),
            4 => format!("@relay.test:{user}@{domain}"),
            5 => user,
            6 => format!("{user}@[192.0.2.25]"),
            7 => format!("{user}@{domain}."),
            8 => "alice@".to_owned(),
            9 => format!("{user}@host"),
            _ => format!("{user}@{domain}"),
        }
    }

    fn session(&mut self) -> Value {
        let address = self.word(ADDRESSES);
        let name = match address.as_str() {
            "198.51.100.10" | "2001:db8:1::5" => "mail.else.test",
            "192.0.2.77" => "pc.own.test",
            _ => "unknown",
        };
        let status = match (address.as_str(), name) {
            ("198.51.100.20", _) => "temp",
            (_, "unknown") => "perm",
            _ => "ok",
        };
        let sender = if self.chance(12) { String::new() } else { self.mail() };
        let recipients: Vec<String> = (0..1 + self.random.below(3)).map(|_| self.mail()).collect();
        let helo = if self.chance(6) { Value::Null } else { json!(self.word(HELOS)) };
        let mut session = json!({
            "client_addr": address, "client_name": name, "reverse_name": name, "client_name_status": status,
            "proto": if self.chance(85) { "ESMTP" } else { "SMTP" }, "helo": helo, "tls": self.chance(30),
            "sasl_user": if self.chance(25) { json!(self.word("alice bob carol")) } else { Value::Null },
            "sender": sender, "recipients": recipients, "data": self.chance(50),
        });
        for (key, percent) in [("blind", 15), ("pipelined", 12)] {
            if self.chance(percent) {
                session[key] = json!(true);
            }
        }
        if self.chance(8) {
            session["brackets"] = json!(false);
        }
        if self.chance(12) {
            session["vrfy"] = json!(self.mail());
        }
        if self.chance(12) {
            let params: Vec<&str> = (0..1 + self.random.below(2)).map(|_| self.one(more::MAIL)).collect();
            session["mail_params"] = json!(params);
        }
        if session["tls"] == true && self.chance(40) {
            let name = self.one(&["client", "stranger"]);
            session["certificate"] = json!({ "name": name, "trusted": name == "client" });
        }
        if self.chance(10) {
            session["etrn"] = json!(self.word(DOMAINS));
        }
        session
    }
}
