//! Own domains that take the world.

use super::Plant;
use crate::oracle::attack::pattern::{Part, Pattern, one_of, rule, table, text};
use crate::oracle::attack::server::Server;
use crate::oracle::attack::session::{OUTSIDERS, stranger};
use crate::oracle::prove::generate::Random;

pub(super) const PLANTS: &[(&str, Plant)] = &[
    ("mydomain is a public suffix, below level 2", suffix_as_mydomain),
    ("relay_domains takes everything", relay_everything),
    ("relay_domains by pattern", relay_pattern),
    ("relay_domains has a public suffix", relay_suffix),
    ("virtual_mailbox_domains by pattern, delivered by smtp", mailboxes_elsewhere),
    ("mydestination by pattern, delivered by smtp", local_elsewhere),
];

const SUFFIXES: [&str; 6] = ["com", "net", "org", "kr", "co.kr", "co.uk"];

/// Mail from and to nobody here.
fn elsewhere(server: &mut Server, recipients: &[&str]) {
    server.truth.takes_world = true;
    for recipient in recipients.iter().chain(&OUTSIDERS) {
        server.attempt(stranger("who@stranger.example", &[recipient]));
    }
    server.attempt(stranger("", &["a@deep.sub.com", "b@x.co.kr"]));
}

fn suffix_as_mydomain(random: &mut Random, server: &mut Server) {
    let suffix = *random.pick(&SUFFIXES);
    let domain = format!("brand.{suffix}");
    match *random.pick(&["", "0", "1"]) {
        "" => server.unset("compatibility_level"),
        level => server.set("compatibility_level", level),
    }
    server.unset("mydomain");
    server.unset("myorigin");
    server.set("myhostname", &domain);
    server.set("mydestination", "$myhostname, localhost.$mydomain, localhost, $mydomain");
    server.truth.own.insert(domain.clone());
    server.truth.local.insert(domain.clone());
    server.truth.sends_as.insert(domain);
    server.truth.mailboxes.extend(["alice", "bob", "ceo", "malice"].map(|user| format!("{user}@brand.{suffix}")));
    elsewhere(server, &[&format!("victim@bank.{suffix}"), &format!("v@a.b.{suffix}")]);
}

fn relay_everything(random: &mut Random, server: &mut Server) {
    let value = match random.below(4) {
        0 => "static:all".to_owned(),
        1 => format!("!secret.example static:{}", random.pick(&["all", "x", "OK"])),
        2 => server.table("pcre", "relay", "/./ OK\n"),
        _ => server.table("regexp", "relay", "/^/ x\n"),
    };
    server.set("relay_domains", &value);
    elsewhere(server, &[]);
}

/// A pattern of domains that ends in one of some top-level domains.
fn wide(random: &mut Random) -> Pattern {
    let ends = [*random.pick(&SUFFIXES), *random.pick(&SUFFIXES), "net"];
    let tail = match random.below(3) {
        0 => vec![text("."), one_of(&ends)],
        1 => vec![Part::Anything, text(random.pick::<&str>(&["gmail", "some", "b"])), text("."), Part::Anything],
        _ => vec![one_of(&ends)],
    };
    Pattern::new(false, tail, random.chance(70))
}

fn relay_pattern(random: &mut Random, server: &mut Server) {
    let pattern = wide(random);
    let lines = [rule(pattern.clone(), "OK")];
    let kind = *random.pick(&["regexp", "pcre"]);
    let named = server.table(kind, "relay", &table(&lines));
    server.set("relay_domains", &named);
    let recipients: Vec<String> = (0..3).map(|_| format!("v@a.{}", pattern.sample(random))).collect();
    elsewhere(server, &recipients.iter().map(String::as_str).collect::<Vec<_>>());
}

fn relay_suffix(random: &mut Random, server: &mut Server) {
    let suffix = *random.pick(&SUFFIXES);
    let value = match random.below(5) {
        0 => format!("partner.example {suffix}"),
        1 => format!("inline:{{{{{suffix}=x}}}}"),
        2 => server.table("texthash", "relay", &format!("partner.example x\n{suffix} x\n")),
        3 => {
            let named = server.table("texthash", "relay", &format!("partner.example\n{suffix}\n"));
            named.trim_start_matches("texthash:").to_owned()
        }
        _ => format!("partner.example .{suffix}"),
    };
    // `inline:` has one pair of braces where no value has a blank.
    server.set("relay_domains", &value.replace("{{", "{").replace("}}", "}"));
    server.truth.own.insert("partner.example".to_owned());
    elsewhere(server, &[&format!("victim@bank.{suffix}"), &format!("v@a.b.{suffix}")]);
}

fn mailboxes_elsewhere(random: &mut Random, server: &mut Server) {
    let pattern = wide(random);
    let named = server.table("regexp", "domains", &table(&[rule(pattern.clone(), "x")]));
    server.set("virtual_mailbox_domains", &named);
    server.set("virtual_mailbox_maps", "static:all");
    server.set("virtual_transport", random.pick::<&str>(&["smtp:", "smtp", "relay:", "smtp:[192.0.2.77]"]));
    let recipients: Vec<String> = (0..3).map(|_| format!("v@a.{}", pattern.sample(random))).collect();
    elsewhere(server, &recipients.iter().map(String::as_str).collect::<Vec<_>>());
}

fn local_elsewhere(random: &mut Random, server: &mut Server) {
    let pattern = wide(random);
    let named = server.table("pcre", "domains", &table(&[rule(pattern.clone(), "x")]));
    server.append("mydestination", &named);
    server.set("local_recipient_maps", "");
    server.set("local_transport", random.pick::<&str>(&["smtp:", "smtp:[192.0.2.77]"]));
    let recipients: Vec<String> = (0..3).map(|_| format!("v@a.{}", pattern.sample(random))).collect();
    elsewhere(server, &recipients.iter().map(String::as_str).collect::<Vec<_>>());
}
