//! What cleanup(8) and trivial-rewrite(8) do after smtpd's lists.

use super::Plant;
use crate::oracle::attack::server::Server;
use crate::oracle::attack::session::{OUTSIDERS, stranger, user};
use crate::oracle::prove::generate::Random;
use std::fmt::Write;

pub(super) const PLANTS: &[(&str, Plant)] = &[
    ("masquerading makes own senders", masquerade),
    ("masquerading makes another user's address", masquerade_user),
    ("canonical addresses make own senders", canonical_sender),
    ("canonical addresses make another user's address", canonical_user),
    ("the client writes the destination into the local part", destination_in_user),
    ("the client writes a BCC", bcc),
    ("an alias leads to nobody", alias_to_nobody),
    ("a canonical address is nobody", canonical_to_nobody),
    ("names without a dot get the domain", append_domain),
];

/// The own domain is guarded, exactly.
fn exact_guard(random: &mut Random, server: &mut Server) {
    let domain = server.domain.clone();
    let named = match random.below(2) {
        0 => {
            server.table("regexp", "own", &format!("/@{}$/ REJECT\n/@localhost$/ REJECT\n", domain.replace('.', "\\.")))
        }
        _ => {
            server.set("parent_domain_matches_subdomains", "");
            server.table("texthash", "own", &format!("{domain} REJECT\nlocalhost REJECT\n"))
        }
    };
    server.sender.push(format!("permit_mynetworks, permit_sasl_authenticated, check_sender_access {named}"));
}

/// Tries senders with own and foreign recipients.
fn senders(server: &mut Server, senders: &[String]) {
    let alice = format!("alice@{}", server.domain);
    for sender in senders {
        server.attempt(stranger(sender, &[&alice]));
    }
}

fn masquerade(random: &mut Random, server: &mut Server) {
    let domain = server.domain.clone();
    exact_guard(random, server);
    let value = match random.below(3) {
        0 => domain.clone(),
        1 => format!("!keep.{domain} {domain}"),
        _ => "$mydomain".to_owned(),
    };
    server.set("masquerade_domains", &value);
    if random.chance(30) {
        server.set("masquerade_exceptions", "root");
    }
    senders(server, &["ceo@x", "ceo@a.b", "root@x", "ceo@keep"].map(|start| format!("{start}.{domain}")));
}

fn masquerade_user(random: &mut Random, server: &mut Server) {
    if !server.has_logins() {
        server.with_logins(random);
    }
    let domain = server.domain.clone();
    let mut text = server.tables.get("logins").cloned().unwrap_or_default();
    let host = *random.pick(&["alice", "pc7", "laptop"]);
    let _ = writeln!(text, "@{host}.{domain} alice");
    server.tables.insert("logins".to_owned(), text);
    server.truth.owners.insert(format!("@{host}.{domain}"), vec!["alice".to_owned()]);
    mismatch(server);
    server.set("masquerade_domains", &domain);
    for name in ["ceo", "bob"] {
        server.attempt(user("alice", &format!("{name}@{host}.{domain}"), &format!("bob@{domain}")));
        server.attempt(user("alice", &format!("{name}@{host}.{domain}"), OUTSIDERS[0]));
    }
}

fn mismatch(server: &mut Server) {
    if !server.sender.iter().any(|entry| entry == "reject_sender_login_mismatch") {
        server.sender.insert(0, "reject_sender_login_mismatch".to_owned());
    }
}

fn canonical_sender(random: &mut Random, server: &mut Server) {
    let domain = server.domain.clone();
    exact_guard(random, server);
    let old = *random.pick(&["legacy.example", "old.example", "merged.example"]);
    let name = *random.pick(&["sender_canonical_maps", "canonical_maps"]);
    let (kind, text, sender) = match random.below(4) {
        0 => ("texthash", format!("@{old} @{domain}\n"), format!("ceo@{old}")),
        1 => ("regexp", format!("/^(.*)@{}$/ $1@{domain}\n", old.replace('.', "\\.")), format!("ceo@{old}")),
        2 => ("texthash", format!("boss@{old} ceo@{domain}\n"), format!("boss@{old}")),
        _ => ("pcre", "/^(.+)-at-(.+)@.*$/ $1@$2\n".to_owned(), format!("ceo-at-{domain}@stranger.example")),
    };
    let named = server.table(kind, "canonical", &text);
    server.set(name, &named);
    senders(server, &[sender, format!("x@{old}")]);
}

fn canonical_user(random: &mut Random, server: &mut Server) {
    if !server.has_logins() {
        server.with_logins(random);
    }
    let domain = server.domain.clone();
    mismatch(server);
    let (kind, text, sender) = match random.below(3) {
        0 => ("texthash", format!("office@{domain} ceo@{domain}\n"), format!("office@{domain}")),
        1 => (
            "regexp",
            format!("/^(.*)\\.(.*)@{}$/ $2@{domain}\n", domain.replace('.', "\\.")),
            format!("x.ceo@{domain}"),
        ),
        _ => ("texthash", format!("@alias.example @{domain}\n"), "ceo@alias.example".to_owned()),
    };
    let named = server.table(kind, "canonical", &text);
    server.set("sender_canonical_maps", &named);
    let mut logins = server.tables.get("logins").cloned().unwrap_or_default();
    let _ = writeln!(logins, "{sender} alice");
    server.tables.insert("logins".to_owned(), logins);
    server.truth.owners.insert(sender.clone(), vec!["alice".to_owned()]);
    server.attempt(user("alice", &sender, &format!("bob@{domain}")));
    server.attempt(user("alice", &sender, OUTSIDERS[1]));
}

/// The separator of the local part, as a pattern and as text.
const SEPARATORS: [(&str, &str); 4] = [("=", "="), ("--", "--"), ("_at_", "_at_"), ("\\.\\.", "..")];

fn destination_in_user(random: &mut Random, server: &mut Server) {
    let domain = server.domain.clone();
    let (written, meant) = *random.pick(&SEPARATORS[..3]);
    let end = if random.chance(70) { format!("@{}$", domain.replace('.', "\\.")) } else { "@.*$".to_owned() };
    let kind = *random.pick(&["regexp", "pcre"]);
    let user = *random.pick(&["(.+)", "([a-z]+)", "([^@]+)"]);
    let named = server.table(kind, "rewrite", &format!("/^{user}{written}(.+){end}/ $1@$2\n"));
    let name = *random.pick(&["virtual_alias_maps", "recipient_canonical_maps", "canonical_maps"]);
    server.set(name, &named);
    if name != "virtual_alias_maps" {
        // smtpd finds the recipient in canonical_maps.
        server.set("local_header_rewrite_clients", "permit_mynetworks");
    }
    for outsider in OUTSIDERS {
        let recipient = outsider.replacen('@', meant, 1);
        server.attempt(stranger("who@stranger.example", &[&format!("{recipient}@{domain}")]));
    }
}

fn bcc(random: &mut Random, server: &mut Server) {
    let domain = server.domain.clone();
    let (name, start) = *random.pick(&[("sender_bcc_maps", "bcc-"), ("recipient_bcc_maps", "")]);
    let named = server.table("pcre", "bcc", &format!("/^{start}(.+)=(.+)@/ $1@$2\n"));
    server.set(name, &named);
    if name == "recipient_bcc_maps" {
        // Such recipients must be users.
        server.set("local_recipient_maps", "texthash:/etc/postfix/users, pcre:/etc/postfix/wide");
        server.tables.insert("wide".to_owned(), "/=/ x\n".to_owned());
        server.attempt(stranger("who@stranger.example", &[&format!("victim=gmail.com@{domain}")]));
    } else {
        let alice = format!("alice@{domain}");
        server.attempt(stranger("bcc-victim=gmail.com@stranger.example", &[&alice]));
        server.attempt(stranger("bcc-box=some.net@evil.com", &[&alice]));
    }
}

fn alias_to_nobody(random: &mut Random, server: &mut Server) {
    let domain = server.domain.clone();
    let nobody = *random.pick(&["gone", "ex-employee", "oldbox"]);
    let (kind, text, recipient) = match random.below(4) {
        0 => ("texthash", format!("info@{domain} {nobody}@{domain}\n"), format!("info@{domain}")),
        1 => ("texthash", format!("all@{domain} alice@{domain}, {nobody}@{domain}\n"), format!("all@{domain}")),
        2 => ("regexp", format!("/^info-(.*)@/ $1@{domain}\n"), format!("info-{nobody}@{domain}")),
        _ => {
            ("texthash", format!("info@{domain} office@{domain}\noffice@{domain} {nobody}\n"), format!("info@{domain}"))
        }
    };
    let named = server.table(kind, "aliases", &text);
    server.set("virtual_alias_maps", &named);
    server.attempt(stranger("who@stranger.example", &[&recipient]));
    server.attempt(stranger("", &[&recipient, &format!("alice@{domain}")]));
}

fn canonical_to_nobody(random: &mut Random, server: &mut Server) {
    let domain = server.domain.clone();
    let (kind, text, recipient) = match random.below(3) {
        0 => ("texthash", format!("info@{domain} gone@{domain}\n"), format!("info@{domain}")),
        1 => ("texthash", format!("@old.example @{domain}\n"), "zz-nobody@old.example".to_owned()),
        _ => (
            "pcre",
            format!("/^sales-(\\w+)@{}$/ $1@{domain}\n", domain.replace('.', "\\.")),
            format!("sales-zz@{domain}"),
        ),
    };
    if recipient.ends_with("old.example") {
        server.append("mydestination", "old.example");
        server.truth.own.insert("old.example".to_owned());
        server.truth.local.insert("old.example".to_owned());
    }
    let named = server.table(kind, "canonical", &text);
    server.set(random.pick::<&str>(&["recipient_canonical_maps", "canonical_maps"]), &named);
    server.attempt(stranger("who@stranger.example", &[&recipient]));
    server.attempt(stranger("", &[&recipient]));
}

fn append_domain(random: &mut Random, server: &mut Server) {
    let domain = server.domain.clone();
    exact_guard(random, server);
    server.set("append_dot_mydomain", "yes");
    if random.chance(50) {
        server.set("masquerade_domains", &domain);
    }
    senders(server, &["ceo@x".to_owned(), "ceo@mail".to_owned(), "ceo".to_owned(), "ceo@localhost".to_owned()]);
}
