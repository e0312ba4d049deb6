//! Match lists, services and networks whose elements are easily overlooked.

use crate::oracle::attack::server::{Server, Service};
use crate::oracle::attack::session::{OUTSIDERS, stranger, user};
use crate::oracle::prove::generate::Random;
use std::fmt::Write;

pub(super) fn names(random: &mut Random, server: &mut Server) {
    let (name, client) = *random.pick(&[
        ("net", "host.any.net"),
        (".net", "host.any.net"),
        ("co.kr", "mx.any.co.kr"),
        ("org", "mail.some.org"),
        ("partner.net", "host.partner.net"),
    ]);
    let networks = format!("{} {name}", server.truth.networks.join(" "));
    server.set("mynetworks", &networks);
    for outsider in &OUTSIDERS[..2] {
        server.attempt(stranger("who@stranger.example", &[outsider]).named(client));
    }
}

pub(super) fn file(random: &mut Random, server: &mut Server) {
    let (text, address) = *random.pick(&[
        ("0.0.0.0/0\n", "198.51.100.7"),
        ("10.0.0.0/8\n128.0.0.0/1\n", "200.1.1.1"),
        ("!203.0.113.0/24\n0.0.0.0/1\n", "8.8.8.8"),
        ("# ours\n64.0.0.0/2\n", "100.100.1.1"),
    ]);
    let named = match random.below(3) {
        0 => {
            let rows: String = text
                .lines()
                .filter(|line| !line.starts_with(['#', '!']))
                .fold(String::new(), |rows, line| rows + line + " OK\n");
            server.table("cidr", "nets", &rows)
        }
        _ => server.table("file", "nets", text).trim_start_matches("file:").to_owned(),
    };
    let networks = format!("{} {named}", server.truth.networks.join(" "));
    server.set("mynetworks", &networks);
    for outsider in &OUTSIDERS[..2] {
        server.attempt(stranger("who@stranger.example", &[outsider]).from(address));
    }
}

/// Entries that let everybody relay. A plain `permit` would not do.
const OPEN: [&str; 2] = ["check_client_access static:OK", "check_sender_access static:permit"];

pub(super) fn services(random: &mut Random, server: &mut Server) {
    // smtpd(8) does not start where no entry could refuse to relay.
    let count = if random.chance(15) { 44 } else { 1 + random.below(3) };
    for number in 0..count {
        let options = if number + 1 == count {
            vec![format!("{{ smtpd_relay_restrictions = {}, reject }}", random.pick(&OPEN))]
        } else {
            vec!["smtpd_relay_restrictions=permit_mynetworks,reject_unauth_destination".to_owned()]
        };
        server.services.push(Service { name: (2525 + number).to_string(), options });
    }
    let open = (2525 + count - 1).to_string();
    for outsider in &OUTSIDERS[..2] {
        server.attempt(stranger("who@stranger.example", &[outsider]).at(&open));
    }
}

pub(super) fn keywords(random: &mut Random, server: &mut Server) {
    for (name, value) in [
        ("smtpd_sasl_auth_enable", "yes"),
        ("smtpd_tls_security_level", "may"),
        ("smtpd_tls_cert_file", "/etc/postfix/oracle-cert.pem"),
        ("smtpd_tls_key_file", "/etc/postfix/oracle-key.pem"),
        ("smtpd_tls_auth_only", "no"),
    ] {
        server.set(name, value);
    }
    let address = match random.below(3) {
        0 => {
            let table = server.table("cidr", "ehlo", "198.51.100.0/24 starttls\n");
            server.set("smtpd_discard_ehlo_keywords", "auth");
            server.set("smtpd_discard_ehlo_keyword_address_maps", &table);
            "198.51.100.9"
        }
        1 => {
            let table = server.table("cidr", "ehlo", "198.51.100.0/25 silent-discard\n0.0.0.0/0 auth\n::/0 auth\n");
            server.set("smtpd_discard_ehlo_keyword_address_maps", &table);
            "198.51.100.9"
        }
        _ => {
            server.set("smtpd_sasl_exceptions_networks", "!200.7.0.0/16, 0.0.0.0/0, [::]/0");
            "200.7.1.1"
        }
    };
    let own = format!("alice@{}", server.domain);
    server.attempt(user("alice", &own, &own).with("tls", false).from(address));
    server.attempt(user("alice", &own, &own).with("tls", false));
}

pub(super) fn domains(random: &mut Random, server: &mut Server) {
    let domain = server.domain.clone();
    let escaped = domain.replace('.', "\\.");
    let (kind, text) = match random.below(3) {
        0 => ("regexp", format!("/^(.*\\.)?{escaped}$/ OK\n")),
        1 => ("pcre", format!("/^({escaped}|second\\.example)$/ OK\n")),
        _ => ("inline", String::new()),
    };
    let named = if kind == "inline" {
        format!("inline:{{{domain}=x, second.example=x}}")
    } else {
        server.table(kind, "domains", &text)
    };
    server.set("mydestination", &format!("{named}, localhost"));
    // Users are unknown here, and senders go unguarded.
    if random.chance(60) {
        server.set("local_recipient_maps", "");
        let everybody = format!("zz-nobody@{domain}");
        server.attempt(stranger("who@stranger.example", &[&everybody]).excused_by(&domain));
    }
    server.attempt(stranger(&format!("ceo@{domain}"), &[&format!("alice@{domain}")]));
    server.attempt(stranger("", &[&format!("ceo@{domain}"), &format!("alice@{domain}")]));
}

pub(super) fn logins(random: &mut Random, server: &mut Server) {
    if !server.has_logins() {
        server.with_logins(random);
    }
    let domain = server.domain.clone();
    let escaped = domain.replace('.', "\\.");
    let (start, end) = *random.pick(&[("", ""), ("", "$"), ("", "$")]);
    let users = ["alice", "bob", "malice", "ceo"];
    let mut text = String::new();
    for name in users {
        let _ = writeln!(text, "/{start}{name}@{escaped}{end}/ {name}");
    }
    let named = server.table("regexp", "owners", &text);
    server.set("smtpd_sender_login_maps", &named);
    if !server.sender.iter().any(|entry| entry == "reject_sender_login_mismatch") {
        server.sender.insert(0, "reject_sender_login_mismatch".to_owned());
    }
    let words = [format!("/{start}alice@{escaped}{end}/"), format!("{start}alice@{escaped}{end}")];
    for sender in [format!("malice@{domain}"), format!("malice@{}", domain.to_ascii_uppercase())] {
        let tried = user("alice", &sender, &format!("bob@{domain}"));
        server.attempt(tried.excused_by(&words[0]).excused_by(&words[1]));
    }
}

pub(super) fn gaps(random: &mut Random, server: &mut Server) {
    let domain = server.domain.clone();
    let escaped = domain.replace('.', "\\.");
    let (text, senders) = match random.below(4) {
        0 => (format!("/^[a-z]+@{escaped}$/ REJECT\n"), ["ceo1", "c.eo"]),
        1 => (format!("if /^[a-m]/\n/@{escaped}$/ REJECT\nendif\n"), ["zoe", "root"]),
        2 => (format!("/^news-[0-9]+@/ OK\n/@{escaped}$/ REJECT\n"), ["news-7", "news-2024"]),
        _ => (format!("/^.{{2,7}}@{escaped}$/ REJECT\n"), ["x", "president"]),
    };
    let tail = format!("/@localhost$/ REJECT\n/@.*\\.{escaped}$/ REJECT\n");
    let named = server.table("pcre", "guard", &format!("{text}{tail}"));
    server.sender.push(format!("permit_mynetworks, permit_sasl_authenticated, check_sender_access {named}"));
    for sender in senders {
        server.attempt(stranger(&format!("{sender}@{domain}"), &[&format!("alice@{domain}")]));
    }
}
