//! Sessions to try on a server.

use super::server::{Kind, Server, USERS};
use crate::oracle::prove::generate::Random;
use serde_json::{Value, json};

/// One session, and what excuses it.
#[derive(Clone, Debug)]
pub(super) struct Try {
    /// The kind of what it is for; none if it is random.
    pub(super) kind: Option<Kind>,
    /// The service of master.cf.
    pub(super) service: String,
    pub(super) session: Value,
    /// Words that name what lets it through: a claim that prints one of them
    /// among its exceptions is no wrong one.
    pub(super) excuses: Vec<String>,
}

pub(super) const OUTSIDERS: [&str; 4] = ["victim@gmail.com", "who@outside.example", "box@some.net", "a@b.co.kr"];
pub(super) const STRANGERS: [&str; 4] = ["who@stranger.example", "x@evil.com", "", "mail@other.org"];

/// What a client offers that does not encrypt.
pub(super) const NULL_CIPHERS: &str = "eNULL:@SECLEVEL=0";

/// A session of a stranger, without anything that lets him in.
pub(super) fn stranger(sender: &str, recipients: &[&str]) -> Try {
    let session = json!({
        "client_addr": "203.0.113.9", "client_name": null, "reverse_name": null, "client_name_status": "perm",
        "proto": "ESMTP", "helo": "client.stranger.example", "tls": false, "sasl_user": null,
        "sender": sender, "recipients": recipients, "data": true,
    });
    Try { kind: None, service: "smtp".to_owned(), session, excuses: Vec::new() }
}

/// One of somebody who is logged in.
pub(super) fn user(login: &str, sender: &str, recipient: &str) -> Try {
    stranger(sender, &[recipient]).with("sasl_user", login).with("tls", true)
}

impl Try {
    pub(super) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        if let Some(session) = self.session.as_object_mut() {
            session.insert(key.to_owned(), value.into());
        }
        self
    }

    /// Comes from an address.
    pub(super) fn from(self, address: &str) -> Self {
        self.with("client_addr", address)
    }

    /// Has a verified name. An address has one name in a request: this one is
    /// made of the name.
    pub(super) fn named(self, name: &str) -> Self {
        let sum = name.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
        let address = format!("198.18.{}.{}", sum / 250 % 250, 1 + sum % 250);
        self.from(&address).with("client_name", name).with("reverse_name", name).with("client_name_status", "ok")
    }

    pub(super) fn excused_by(mut self, word: &str) -> Self {
        self.excuses.push(word.to_owned());
        self
    }

    pub(super) fn at(mut self, service: &str) -> Self {
        service.clone_into(&mut self.service);
        self
    }
}

/// Random sessions until there are enough.
pub(super) fn filler(random: &mut Random, server: &mut Server, count: usize) {
    let domains: Vec<String> = server.truth.own.iter().cloned().collect();
    let keys: Vec<String> = server
        .tables
        .values()
        .flat_map(|text| text.lines().take(30))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|key| !key.starts_with(['/', '!', '#']) && !key.contains('/'))
        .map(str::to_owned)
        .collect();
    let services: Vec<String> = server.services.iter().map(|service| service.name.clone()).collect();
    while server.tries.len() < count {
        let sender = match random.below(5) {
            0 => mail(random, &domains, &keys),
            1 => format!("{}@{}", random.pick(&USERS), random.pick(&domains)),
            _ => (*random.pick(&STRANGERS)).to_owned(),
        };
        let mut recipients = vec![mail(random, &domains, &keys)];
        if random.chance(30) {
            recipients.push(mail(random, &domains, &keys));
        }
        let recipients: Vec<&str> = recipients.iter().map(String::as_str).collect();
        let mut made = stranger(&sender, &recipients);
        if random.chance(50) {
            let byte = |random: &mut Random| 1 + random.below(223);
            let bytes = [byte(random), byte(random), byte(random), byte(random)];
            // Nobody outside has an address of loopback or of the server.
            if !matches!(bytes, [127, ..] | [192, 0, ..] | [198, 18, ..]) {
                made = made.from(&bytes.map(|byte| byte.to_string()).join("."));
            }
        } else if random.chance(40) {
            made =
                made.named(random.pick::<&str>(&["mx.partner.net", "host.evil.com", "a.co.kr", "x.stranger.example"]));
        }
        if random.chance(20) {
            made = made.with("helo", *random.pick(&["mail.partner.net", "[203.0.113.9]", "localhost", "vip"]));
        }
        if server.has_logins() && random.chance(25) {
            made = made.with("sasl_user", *random.pick(&USERS)).with("tls", random.chance(70));
        }
        let service = random.pick(&services).clone();
        server.tries.push(made.at(&service));
    }
}

/// A random address, in all the forms that a client can write.
fn mail(random: &mut Random, domains: &[String], keys: &[String]) -> String {
    let own = random.pick(domains).clone();
    let domain = match random.below(8) {
        0..3 => own.clone(),
        3 => format!("sub.{own}"),
        4 if !keys.is_empty() => {
            let key = random.pick(keys);
            key.rsplit('@').next().unwrap_or(key).trim_matches('.').to_owned()
        }
        5 => format!("{own}.evil.com"),
        _ => (*random.pick(&["gmail.com", "outside.example", "some.net", "b.co.kr"])).to_owned(),
    };
    let user = if random.chance(40) { "zz-nobody" } else { *random.pick(&USERS) };
    match random.below(16) {
        0 => format!("{user}%gmail.com@{own}"),
        1 => format!("gmail.com!{user}@{own}"),
        2 => format!("\"{user}@gmail.com\"@{own}"),
        3 => format!("@{own}:{user}@gmail.com"),
        4 => format!("{user}=gmail.com@{own}"),
        5 => format!("{user}+tag@{domain}"),
        6 => format!("{user}@{domain}."),
        7 => user.to_owned(),
        _ => format!("{user}@{domain}"),
    }
}
