//! Several recipients, several messages, and lists that see no recipient.

use super::Plant;
use crate::oracle::attack::server::{Server, guard};
use crate::oracle::attack::session::{OUTSIDERS, stranger, user};
use crate::oracle::prove::generate::Random;
use serde_json::json;

pub(super) const PLANTS: &[(&str, Plant)] = &[
    ("the guard against relaying stands in a list without recipients", relay_guard),
    ("the access table of recipients stands in a list without recipients", recipient_table),
    ("unlisted recipients are refused in a list without recipients", unlisted),
    ("a class that asks for the recipient guards the sender", class_of_recipient),
    ("a class that asks for the recipient guards the login", class_of_login),
];

/// Puts entries where no recipient is known if there are two.
fn late(random: &mut Random, server: &mut Server, entries: &str) {
    let list = if random.chance(60) { &mut server.data } else { &mut server.end_of_data };
    list.push(entries.to_owned());
}

/// Some sender may relay, and the guard comes after.
fn partner(random: &mut Random, server: &mut Server) -> String {
    let sender = random.pick(&["partner.example", "friend.example", "sales@partner.example"]).to_string();
    let named = server.table("texthash", "partners", &format!("{sender} OK\n"));
    server.relay.push(format!("check_sender_access {named}"));
    if sender.contains('@') { sender } else { format!("who@{sender}") }
}

fn tries(random: &mut Random, server: &mut Server, sender: &str) {
    let own = format!("alice@{}", server.domain);
    let one = *random.pick(&OUTSIDERS);
    let two = *random.pick(&OUTSIDERS);
    server.attempt(stranger(sender, &[one, two]));
    server.attempt(stranger(sender, &[one, one]));
    server.attempt(stranger(sender, &[one, &own]));
    server.attempt(stranger(sender, &[&own, two]));
    server.attempt(stranger(sender, &[one]));
    // The first message must not help the second.
    let second = json!([{ "sender": sender, "recipients": [one], "data": true }]);
    server.attempt(stranger("a@stranger.example", &[&own]).with("then", second));
    let second = json!([{ "sender": sender, "recipients": [two, one], "data": true }]);
    server.attempt(stranger("", &[&own]).with("then", second));
}

fn relay_guard(random: &mut Random, server: &mut Server) {
    let sender = partner(random, server);
    let guard = *random.pick(&["reject_unauth_destination", "defer_unauth_destination"]);
    late(random, server, &format!("permit_mynetworks, permit_sasl_authenticated, {guard}"));
    tries(random, server, &sender);
}

fn recipient_table(random: &mut Random, server: &mut Server) {
    let sender = partner(random, server);
    let own = server.domain.replace('.', "\\.");
    let named = match random.below(2) {
        0 => server.table("regexp", "own", &format!("!/@{own}$/ REJECT\n")),
        _ => server.table("pcre", "own", &format!("/@{own}$/ DUNNO\n/./ 554 5.7.1 not here\n")),
    };
    late(random, server, &format!("permit_mynetworks, permit_sasl_authenticated, check_recipient_access {named}"));
    tries(random, server, &sender);
}

fn unlisted(random: &mut Random, server: &mut Server) {
    server.set("smtpd_reject_unlisted_recipient", "no");
    late(random, server, "reject_unlisted_recipient");
    let domain = server.domain.clone();
    let (nobody, none) = (format!("zz-nobody@{domain}"), format!("zz-none@{domain}"));
    server.attempt(stranger("who@stranger.example", &[&nobody, &none]));
    server.attempt(stranger("", &[&nobody, &format!("alice@{domain}")]));
    server.attempt(stranger("who@stranger.example", &[&nobody]));
}

/// A class that is looked up by recipient, and a list that has none of two.
fn class(server: &mut Server, name: &str, entries: &str) -> String {
    server.append("smtpd_restriction_classes", name);
    server.set(name, entries);
    let named = server.table("regexp", "classes", &format!("/./ {name}\n"));
    format!("check_recipient_access {named}")
}

fn class_of_recipient(random: &mut Random, server: &mut Server) {
    let guard = guard(server);
    let entry = class(server, "own_senders", &guard);
    late(random, server, &entry);
    // Else another list has the guard too.
    let dunno = server.table("texthash", "none", "nothing.example DUNNO\n");
    server.sender.push(format!("check_sender_access {dunno}"));
    let (ceo, alice, bob) =
        (format!("ceo@{}", server.domain), format!("alice@{}", server.domain), format!("bob@{}", server.domain));
    server.attempt(stranger(&ceo, &[&alice, &bob]));
    server.attempt(stranger(&ceo, &[&alice, &alice]));
    server.attempt(stranger(&ceo, &[&alice]));
}

fn class_of_login(random: &mut Random, server: &mut Server) {
    if !server.has_logins() {
        server.with_logins(random);
    }
    server.sender.retain(|entry| entry != "reject_sender_login_mismatch");
    let entry = class(server, "own_logins", "reject_sender_login_mismatch");
    late(random, server, &entry);
    let (ceo, bob) = (format!("ceo@{}", server.domain), format!("bob@{}", server.domain));
    server.attempt(user("alice", &ceo, &bob).with("recipients", json!([bob, OUTSIDERS[0]])));
    server.attempt(user("alice", &ceo, &bob).with("recipients", json!([bob, bob])));
    server.attempt(user("alice", &ceo, &bob));
}
