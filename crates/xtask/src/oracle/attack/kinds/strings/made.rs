//! Random tables of patterns.

use crate::oracle::attack::pattern::{DIGIT, LETTER, Line, Part, Pattern, one_of, rule, some, text};
use crate::oracle::prove::generate::Random;

const WORDS: [&str; 6] = ["vip", "sales", "billing", "edi", "info", "b2b"];
const HOSTS: [&str; 6] = ["friend.example", "partner.org", "pal.net", "supplier.com", "bank.co.kr", "mail.test"];

/// A condition on the local part.
fn user(random: &mut Random) -> Pattern {
    let word = *random.pick(&WORDS);
    let other = *random.pick(&WORDS);
    let mut parts = match random.below(4) {
        0 => vec![text(word), text("-")],
        1 => vec![one_of(&[word, other]), some(DIGIT)],
        2 => vec![text(word), Part::Times(Box::new(text("-")), '?'), LETTER],
        _ => vec![some(LETTER), text("."), text(word)],
    };
    if random.chance(30) {
        parts.push(text("@"));
    }
    Pattern::new(random.chance(85), parts, false)
}

/// A condition on the domain of an address.
fn domain(random: &mut Random) -> Pattern {
    let host = *random.pick(&HOSTS);
    let other = *random.pick(&HOSTS);
    let mut parts = vec![text("@")];
    parts.extend(match random.below(4) {
        0 => vec![text(host)],
        1 => vec![one_of(&[host, other])],
        2 => vec![Part::Anything, text("."), text(host)],
        _ => vec![some(LETTER), text("."), one_of(&["example", "org", "co.kr"])],
    });
    if random.chance(20) {
        parts.remove(0);
    }
    Pattern::new(false, parts, random.chance(80))
}

/// Rules for addresses, one of them with OK, some before it that take a part.
pub(super) fn mails(random: &mut Random) -> Vec<Line> {
    let reject = |pattern| rule(pattern, "REJECT");
    match random.below(6) {
        // A domain within a condition on the user.
        0 => {
            let not = random.chance(30);
            vec![Line::If { not, pattern: user(random) }, rule(domain(random), "OK"), Line::Endif]
        }
        // Two conditions at once.
        1 => vec![
            Line::If { not: false, pattern: domain(random) },
            reject(user(random)),
            Line::If { not: false, pattern: user(random) },
            rule(domain(random), "OK"),
            Line::Endif,
            Line::Endif,
        ],
        // What the first leaves over.
        2 => vec![reject(user(random)), reject(domain(random)), rule(domain(random), "OK")],
        // What does not match.
        3 => {
            let lines = [reject(user(random)), reject(domain(random))];
            let last = Line::Rule { not: true, pattern: domain(random), action: "OK".to_owned() };
            lines.into_iter().take(random.below(3)).chain([last]).collect()
        }
        // A user at a domain.
        4 => {
            let parts: Vec<Part> = user(random).parts.into_iter().filter(|part| !is_at(part)).collect();
            let after = domain(random);
            let at = if after.parts.first().is_some_and(is_at) { None } else { Some(text("@")) };
            let parts = parts.into_iter().chain(at).chain(after.parts).collect();
            vec![reject(user(random)), rule(Pattern::new(random.chance(50), parts, after.ends), "OK")]
        }
        _ => vec![rule(domain(random), "DUNNO"), rule(user(random), "OK")],
    }
}

fn is_at(part: &Part) -> bool {
    matches!(part, Part::Text(text) if text == "@")
}

/// Rules that were meant for one's own domain.
pub(super) fn near(random: &mut Random, own: &str) -> Vec<Line> {
    let mut parts = match random.below(3) {
        0 => vec![text(own)],
        1 => vec![text("@"), text(own)],
        _ => vec![some(LETTER), text("@"), Part::Anything, text(own)],
    };
    let ends = random.chance(40);
    if ends && random.chance(50) {
        parts.insert(0, Part::Anything);
    }
    let mut lines = vec![rule(Pattern::new(random.chance(20), parts, ends), "OK")];
    if random.chance(50) {
        lines.insert(0, rule(user(random), "REJECT"));
    }
    lines
}

/// Rules for names of hosts.
pub(super) fn hosts(random: &mut Random) -> Vec<Line> {
    let host = *random.pick(&HOSTS);
    let mut parts = match random.below(4) {
        0 => vec![text(host)],
        1 => vec![text("mx"), some(DIGIT), text("."), one_of(&[host, "isp.net"])],
        2 => vec![one_of(&["mail", "smtp", "out"]), Part::Anything, text("."), text(host)],
        _ => vec![text("dsl-"), some(DIGIT), text("."), some(LETTER), text(".net")],
    };
    if random.chance(30) {
        parts.insert(0, Part::Anything);
    }
    let ok = rule(Pattern::new(random.chance(40), parts, random.chance(70)), "OK");
    let first = Pattern::new(random.chance(50), vec![text(random.pick::<&str>(&["mx1", "dsl", "a", "mail"]))], false);
    match random.below(3) {
        0 => vec![ok],
        1 => vec![rule(first, "REJECT"), ok],
        _ => vec![Line::If { not: true, pattern: first }, ok, Line::Endif],
    }
}

/// Rules for addresses of clients as text, with addresses that they permit.
pub(super) fn addresses(random: &mut Random) -> (Vec<Line>, Vec<String>) {
    let (parts, samples): (Vec<Part>, &[&str]) = match random.below(5) {
        0 => (vec![text("172.")], &["172.217.3.4", "172.0.0.9"]),
        1 => (vec![text("192.168.")], &["192.168.7.7", "203.192.168.1"]),
        2 => (vec![one_of(&["10", "192"]), text(".")], &["192.88.1.2", "110.1.1.1", "10.1.1.1"]),
        3 => (vec![text("10.")], &["10.9.9.9", "110.7.7.7", "210.8.8.8"]),
        _ => (vec![one_of(&["4", "5", "8"]), DIGIT, text("."), some(DIGIT), text(".7.")], &["45.66.7.1", "81.2.7.3"]),
    };
    let pattern = Pattern::new(random.chance(60), parts, false);
    let kept = samples.iter().filter(|address| pattern.matches(address)).map(|one| (*one).to_owned()).collect();
    (vec![rule(pattern, "OK")], kept)
}

/// Whether DNS can hold the name.
pub(super) fn is_host(name: &str) -> bool {
    let fits = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.contains('.') && name.split('.').all(fits) && !name.ends_with(|ch: char| ch.is_ascii_digit())
}
