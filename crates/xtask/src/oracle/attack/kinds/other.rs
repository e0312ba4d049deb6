//! What depends on the release, ciphers that do not encrypt, catch-alls, lists of
//! clients, and domains that are only sent as.

use super::Plant;
use crate::oracle::attack::server::Server;
use crate::oracle::attack::session::{NULL_CIPHERS, OUTSIDERS, stranger, user};
use crate::oracle::prove::generate::Random;

pub(super) const PLANTS: &[(&str, Plant)] = &[
    ("an entry that some releases know", naked_address),
    ("ciphers that do not encrypt", null_ciphers),
    ("a catch-all alias to users who are refused", catch_all_alias),
    ("mailboxes for everybody", any_mailbox),
    ("relay recipients for everybody", any_relay_recipient),
    ("clients may send as own users", trusted_clients),
    ("the office may send as anybody", office),
    ("a domain that is only sent as", sent_as),
    ("subdomains of own domains", subdomains),
];

fn naked_address(random: &mut Random, server: &mut Server) {
    // postconf(5) of 3.10 marks it as removed, and smtpd does not know it any more.
    server.relay.push("permit_naked_ip_address".to_owned());
    for outsider in OUTSIDERS {
        let helo = *random.pick(&["203.0.113.9", "10.1.1.1"]);
        server.attempt(stranger("who@stranger.example", &[outsider]).with("helo", helo));
        server.attempt(stranger("who@stranger.example", &[outsider]).with("helo", "[203.0.113.9]"));
    }
}

fn null_ciphers(random: &mut Random, server: &mut Server) {
    for (name, value) in [
        ("smtpd_sasl_auth_enable", "yes"),
        ("smtpd_tls_cert_file", "/etc/postfix/oracle-cert.pem"),
        ("smtpd_tls_key_file", "/etc/postfix/oracle-key.pem"),
        ("smtpd_tls_auth_only", "yes"),
    ] {
        server.set(name, value);
    }
    if random.chance(70) {
        server.set("smtpd_tls_security_level", "may");
        server.set("smtpd_tls_ciphers", "null");
        server.set("smtpd_tls_protocols", random.pick::<&str>(&["TLSv1.2", "<=TLSv1.2", "TLSv1, TLSv1.1, TLSv1.2"]));
    } else {
        server.set("smtpd_tls_security_level", "encrypt");
        server.set("smtpd_tls_mandatory_ciphers", "null");
        server.set("smtpd_tls_mandatory_protocols", "<=TLSv1.2");
    }
    server.truth.is_clear = true;
    for sender in ["alice", "bob"] {
        let own = format!("{sender}@{}", server.domain);
        server.attempt(user(sender, &own, &own).with("tls_ciphers", NULL_CIPHERS));
    }
}

fn catch_all_alias(random: &mut Random, server: &mut Server) {
    let domain = server.domain.clone();
    server.set("virtual_alias_domains", "alias.example");
    server.truth.own.insert("alias.example".to_owned());
    let text = match random.below(3) {
        0 => format!("@alias.example @{domain}\n"),
        1 => format!("info@alias.example alice@{domain}\n@alias.example @{domain}\n"),
        _ => format!("@alias.example zz-nobody@{domain}\n"),
    };
    let named = server.table("texthash", "aliases", &text);
    server.set("virtual_alias_maps", &named);
    for sender in ["who@stranger.example", ""] {
        server.attempt(stranger(sender, &["zz-nobody@alias.example"]));
        server.attempt(stranger(sender, &["info@alias.example", "zz-none@alias.example"]));
    }
}

fn any_mailbox(random: &mut Random, server: &mut Server) {
    server.set("virtual_mailbox_domains", "box.example");
    server.truth.own.insert("box.example".to_owned());
    let value = match random.below(3) {
        0 => "static:x/".to_owned(),
        1 => server.table("texthash", "boxes", "alice@box.example a/\n@box.example all/\n"),
        _ => server.table("pcre", "boxes", "/@box\\.example$/ all/\n"),
    };
    server.set("virtual_mailbox_maps", &value);
    everybody(server, "box.example");
}

fn any_relay_recipient(random: &mut Random, server: &mut Server) {
    server.set("relay_domains", "relay.example");
    server.truth.own.insert("relay.example".to_owned());
    match random.below(3) {
        0 => {}
        1 => {
            let named = server.table("texthash", "relayed", "alice@relay.example x\n@relay.example x\n");
            server.set("relay_recipient_maps", &named);
        }
        _ => server.set("relay_recipient_maps", "static:x"),
    }
    everybody(server, "relay.example");
}

/// Whoever prints the domain says that it takes everybody.
fn everybody(server: &mut Server, domain: &str) {
    server.attempt(stranger("who@stranger.example", &[&format!("zz-nobody@{domain}")]).excused_by(domain));
    server.attempt(stranger("", &[&format!("zz-none@{domain}"), &format!("zz-no@{domain}")]).excused_by(domain));
}

fn trusted_clients(random: &mut Random, server: &mut Server) {
    let (key, client) = match random.below(3) {
        0 => ("outlook.com", stranger("", &[]).named("mail-a.outbound.outlook.com")),
        1 => ("40", stranger("", &[]).from("40.92.7.7")),
        _ => ("209.85.128", stranger("", &[]).from("209.85.128.9")),
    };
    let named = server.table("texthash", "clients", &format!("{key} OK\n"));
    server.sender.push(format!("check_client_access {named}"));
    let guard = crate::oracle::attack::server::guard(server);
    server.sender.push(guard);
    let domain = server.domain.clone();
    for sender in ["ceo", "alice"] {
        let tried = client.clone().with("sender", format!("{sender}@{domain}"));
        server.attempt(tried.with("recipients", vec![format!("bob@{domain}")]));
    }
}

fn office(random: &mut Random, server: &mut Server) {
    if !server.has_logins() {
        server.with_logins(random);
    }
    let (network, inside) = *random.pick(&[("10.0.0.0/8", "10.1.2.3"), ("192.168.0.0/16", "192.168.7.7")]);
    server.truth.networks.push(network.to_owned());
    server.sender.retain(|entry| entry != "reject_sender_login_mismatch");
    server.sender.insert(0, "permit_mynetworks, reject_sender_login_mismatch".to_owned());
    let domain = server.domain.clone();
    for sender in ["bob", "ceo"] {
        let tried = user("alice", &format!("{sender}@{domain}"), &format!("alice@{domain}"));
        server.attempt(tried.clone().from(inside));
        server.attempt(tried);
    }
}

fn sent_as(random: &mut Random, server: &mut Server) {
    let domain = server.domain.clone();
    server.set("mydestination", "localhost");
    server.truth.own.remove(&domain);
    server.truth.local.remove(&domain);
    server.truth.own.insert("box.example".to_owned());
    server.set("virtual_mailbox_domains", "box.example");
    let named = server.table("texthash", "boxes", "alice@box.example a/\nbob@box.example b/\n");
    server.set("virtual_mailbox_maps", &named);
    server.truth.mailboxes = ["alice@box.example", "bob@box.example"].map(str::to_owned).into();
    let guarded = server.table("texthash", "guard", "box.example REJECT\n.box.example REJECT\nlocalhost REJECT\n");
    server.sender.push(format!("permit_mynetworks, permit_sasl_authenticated, check_sender_access {guarded}"));
    if random.chance(50) {
        server.unset("myorigin");
        server.set("myorigin", "$mydomain");
    }
    for sender in ["ceo", "alice"] {
        server.attempt(stranger(&format!("{sender}@{domain}"), &["alice@box.example"]));
    }
    server.attempt(stranger(&format!("ceo@mail.{domain}"), &["bob@box.example"]));
}

fn subdomains(random: &mut Random, server: &mut Server) {
    let domain = server.domain.clone();
    let named = match random.below(2) {
        0 => {
            server.set("parent_domain_matches_subdomains", "");
            server.table("texthash", "guard", &format!("{domain} REJECT\nlocalhost REJECT\n"))
        }
        _ => {
            let text = format!("/@{}$/ REJECT\n/@localhost$/ REJECT\n", domain.replace('.', "\\."));
            server.table("regexp", "guard", &text)
        }
    };
    server.sender.push(format!("permit_mynetworks, permit_sasl_authenticated, check_sender_access {named}"));
    for host in ["mail", "news", "a.b"] {
        server.attempt(stranger(&format!("ceo@{host}.{domain}"), &[&format!("alice@{domain}")]));
    }
}
