//! Conditions that only some strings meet, and places where they stand.

mod lists;
mod made;

use super::Plant;
use crate::oracle::attack::pattern::{Line, samples, table};
use crate::oracle::attack::server::Server;
use crate::oracle::attack::session::{OUTSIDERS, Try, stranger};
use crate::oracle::prove::generate::Random;
use made::{addresses, hosts, mails};
use std::fmt::Write;

pub(super) const PLANTS: &[(&str, Plant)] = &[
    ("senders by pattern", senders),
    ("senders by pattern", senders),
    ("HELO names by pattern", helos),
    ("recipients by pattern", recipients),
    ("addresses of clients by pattern", client_addresses),
    ("names of clients by pattern", client_names),
    ("a large table with one OK", large),
    ("tables in tables", nested),
    ("prefixes and suffixes as keys of clients", prefixes),
    ("names in mynetworks", lists::names),
    ("a file of networks", lists::file),
    ("an open service among many", lists::services),
    ("STARTTLS and AUTH depend on the network", lists::keywords),
    ("own domains by pattern", lists::domains),
    ("senders of logins by pattern", lists::logins),
    ("own senders are guarded by a pattern with gaps", lists::gaps),
];

/// What lets a session through.
const OK: [&str; 4] = ["OK", "permit", "open_class", "200"];

/// The table of some lines in which the wanted result is one of those that permit.
fn named(random: &mut Random, server: &mut Server, lines: &mut [Line]) -> (String, &'static str) {
    let ok = *random.pick(&OK);
    for line in lines.iter_mut() {
        if let Line::Rule { action, .. } = line
            && action == "OK"
        {
            ok.clone_into(action);
        }
    }
    if ok == "open_class" {
        server.append("smtpd_restriction_classes", "open_class");
        server.set("open_class", "permit");
    }
    let kind = *random.pick(&["regexp", "pcre"]);
    (server.table(kind, "patterns", &table(lines)), ok)
}

fn senders(random: &mut Random, server: &mut Server) {
    let mut lines = mails(random);
    let (table, ok) = named(random, server, &mut lines);
    server.relay.push(format!("check_sender_access {table}"));
    for (at, sender) in samples(&lines, ok, true, random).iter().enumerate() {
        server.attempt(stranger(sender, &[OUTSIDERS[at % OUTSIDERS.len()]]));
    }
}

fn recipients(random: &mut Random, server: &mut Server) {
    let own = server.domain.clone();
    let mut lines = made::near(random, &own);
    let (table, ok) = named(random, server, &mut lines);
    server.relay.push(format!("check_recipient_access {table}"));
    for recipient in &samples(&lines, ok, true, random) {
        server.attempt(stranger("who@stranger.example", &[recipient]));
    }
    for recipient in [format!("v@x{own}"), format!("v@{own}.evil.com"), format!("v{own}@gmail.com")] {
        server.attempt(stranger("who@stranger.example", &[&recipient]));
    }
}

fn helos(random: &mut Random, server: &mut Server) {
    let mut lines = hosts(random);
    let (table, ok) = named(random, server, &mut lines);
    server.relay.push(format!("check_helo_access {table}"));
    for helo in samples(&lines, ok, false, random) {
        server.attempt(stranger("who@stranger.example", &[OUTSIDERS[0]]).with("helo", helo));
    }
}

fn client_addresses(random: &mut Random, server: &mut Server) {
    let (mut lines, samples) = addresses(random);
    let (table, _) = named(random, server, &mut lines);
    server.relay.push(format!("check_client_access {table}"));
    for address in samples {
        server.attempt(stranger("who@stranger.example", &[OUTSIDERS[0]]).from(&address));
    }
}

fn client_names(random: &mut Random, server: &mut Server) {
    let mut lines = hosts(random);
    let (table, ok) = named(random, server, &mut lines);
    server.relay.push(format!("check_client_access {table}"));
    for name in samples(&lines, ok, false, random).iter().filter(|name| made::is_host(name)) {
        server.attempt(stranger("who@stranger.example", &[OUTSIDERS[1]]).named(name));
    }
}

fn large(random: &mut Random, server: &mut Server) {
    let count = *random.pick(&[300, 3000, 6000]);
    let mut text = String::new();
    let at = random.below(count);
    let what = *random.pick(&["sender", "recipient", "helo", "client"]);
    for number in 0..count {
        let (key, result) =
            if number == at { ("lucky.org".to_owned(), "OK") } else { (format!("spam{number}.example"), "REJECT") };
        let _ = writeln!(text, "{key} {result}");
    }
    let table = server.table("texthash", "large", &text);
    server.relay.push(format!("check_{what}_access {table}"));
    let plain = stranger("who@stranger.example", &[OUTSIDERS[2]]);
    server.attempt(match what {
        "sender" => plain.with("sender", "who@lucky.org"),
        "recipient" => stranger("who@stranger.example", &["v@lucky.org"]),
        "helo" => plain.with("helo", "lucky.org"),
        _ => plain.named("mx.lucky.org"),
    });
}

fn nested(random: &mut Random, server: &mut Server) {
    let first = server.table("texthash", "first", "friend.example DUNNO\nspam.example REJECT\n");
    let second = server.table("texthash", "second", "pal.example OK\npartner.org OK\n");
    let (table, sender) = match random.below(6) {
        0 => (format!("unionmap:{{{first}, {second}}}"), "who@pal.example"),
        1 => (format!("pipemap:{{{second}, inline:{{OK=permit}}}}"), "who@partner.org"),
        2 => ("inline:{pal.example=OK, spam.example=REJECT}".to_owned(), "who@pal.example"),
        3 => (format!("pipemap:{{{first}, static:OK}}"), "who@friend.example"),
        4 => (format!("unionmap:{{inline:{{x.example=DUNNO}}, {second}}}"), "who@partner.org"),
        _ => ("inline:{{who@pal.example = permit}}".to_owned(), "who@pal.example"),
    };
    server.relay.push(format!("check_sender_access {table}"));
    for outsider in &OUTSIDERS[..2] {
        server.attempt(stranger(sender, &[outsider]));
    }
}

fn prefixes(random: &mut Random, server: &mut Server) {
    let keys = ["192", "172", "co.kr", "203.0", "org", "2001", "net"];
    let (one, two) = (*random.pick(&keys), *random.pick(&keys));
    let table = server.table("texthash", "clients", &format!("10 OK\n{one} OK\n{two} OK\n"));
    server.relay.push(format!("check_client_access {table}"));
    for key in [one, two] {
        let tried: Try = stranger("who@stranger.example", &[OUTSIDERS[0]]);
        let tried = match key {
            "2001" => tried.from("2001:41d0::7"),
            "203.0" => tried.from("203.0.7.7"),
            "192" => tried.from("192.88.7.7"),
            "172" => tried.from("172.217.7.7"),
            suffix => tried.named(&format!("mx.any.{suffix}")),
        };
        server.attempt(tried);
    }
}
