//! Whether what a real smtpd did breaks a claim, as people mean it.
//!
//! Written without the code of the proofs: from the words of the claims alone,
//! what smtpd answered, what it queued, and what is known of the server.

use super::server::Truth;
use serde_json::Value;
use std::net::IpAddr;

/// The five claims, by their ids.
pub(super) const CLAIMS: [&str; 5] =
    ["no-open-relay", "auth-only-with-tls", "own-senders-only", "recipients-validated", "own-domains-protected"];

/// What breaks the claim in a played session; nothing if it stands.
///
/// A sender breaks `own-senders-only` if it is another's or nobody's: it has to
/// belong to the login. Addresses below a domain of the server's own are its own,
/// but nobody knows their users.
pub(super) fn broken(claim: &str, truth: &Truth, session: &Value, played: &Value) -> Option<String> {
    let logged_in = replies(played, "auth").any(|reply| reply["code"] == 235);
    let is_stranger = !logged_in && session["certificate"].is_null() && !is_listed(truth, session);
    match claim {
        "auth-only-with-tls" => {
            let is_clear = session["tls"] != true && replies(played, "starttls").all(|reply| reply["code"] != 220);
            let is_null = session["tls_ciphers"].as_str().is_some_and(|ciphers| ciphers.contains("NULL"));
            (logged_in && (is_clear || is_null))
                .then(|| "a login is accepted without a cipher that encrypts".to_owned())
        }
        "no-open-relay" if is_stranger => recipients(played)
            .map(|to| routed(truth, to))
            .find(|to| !is_own(truth, to) && !truth.forwards.contains(to))
            .map(|to| format!("mail for {to} is queued")),
        "own-senders-only" if logged_in => {
            let login = session["sasl_user"].as_str().unwrap_or_default();
            let is_anothers =
                |from: &&str| owners(truth, from).is_none_or(|owners| owners.iter().all(|one| one != login));
            senders(played).find(is_anothers).map(|from| format!("{login} sends as {from}"))
        }
        "recipients-validated" if is_stranger => recipients(played)
            .map(|to| routed(truth, to))
            .find(|to| truth.own.contains(&domain(to).to_ascii_lowercase()) && !has_mailbox(truth, to))
            .map(|to| format!("mail for {to} is queued, who is nobody")),
        "own-domains-protected" if is_stranger && !is_for_postmaster(session) => {
            senders(played).find(|from| is_of_own(truth, from)).map(|from| format!("a stranger sends as {from}"))
        }
        _ => None,
    }
}

/// Whether the exceptions of a claim name what let the session through.
pub(super) fn is_named(exceptions: &Value, session: &Value, excuses: &[String]) -> bool {
    let mut texts = Vec::new();
    collect(exceptions, &mut texts);
    let address: Option<IpAddr> = session["client_addr"].as_str().and_then(|text| text.parse().ok());
    let name = session["client_name"].as_str().unwrap_or_default().to_ascii_lowercase();
    texts.iter().any(|text| {
        let is_excuse = |word: &String| !word.is_empty() && *text == word.as_str();
        let in_it = |word: &String| word.starts_with(['/', '^']) && text.contains(word.as_str());
        if excuses.iter().any(|word| is_excuse(word) || in_it(word)) {
            return true;
        }
        text.split(|ch: char| !(ch.is_ascii_alphanumeric() || ".:/-_[]@".contains(ch))).any(|word| {
            let word = word.trim_matches(['.', '[', ']']).to_ascii_lowercase();
            let is_of_name = !word.is_empty() && (name == word || name.ends_with(&format!(".{word}")));
            is_of_name
                || address.is_some_and(|address| holds(&word, address))
                || excuses.iter().any(|excuse| *excuse == word || word == format!("@{excuse}"))
        })
    })
}

fn collect<'v>(value: &'v Value, texts: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(all) => all.iter().for_each(|one| collect(one, texts)),
        // Where an entry stands in a file names nobody.
        Value::Object(all) => {
            all.iter().filter(|(key, _)| *key != "place").for_each(|(_, one)| collect(one, texts));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether the witness of a claim that fails breaks it. Whose domains are own, where
/// a list takes the world, is not for a person to say.
pub(super) fn is_confirmed(claim: &str, truth: &Truth, session: &Value, played: &Value) -> bool {
    let takes_world = truth.takes_world && matches!(claim, "recipients-validated" | "own-domains-protected");
    // Domains below an own one and the host's own name have no mailboxes that a
    // person knows of.
    let is_below_own = |to: &str| {
        claim == "recipients-validated"
            && (domain(to) == "localhost" || is_below(truth.own.iter(), domain(to)))
            && !truth.own.contains(&domain(to).to_ascii_lowercase())
            && !has_mailbox(truth, to)
    };
    broken(claim, truth, session, played).is_some()
        || (takes_world && recipients(played).next().is_some())
        || recipients(played).any(is_below_own)
}

/// Whether nobody outside can come like this: from the host itself.
pub(super) fn is_impossible(session: &Value) -> bool {
    let address: Option<IpAddr> = session["client_addr"].as_str().and_then(|text| text.parse().ok());
    let is_local = |name: &str| name == "localhost" || name.ends_with(".localhost");
    address.is_some_and(|address| address.is_loopback() || address.is_unspecified() || address.is_multicast())
        || session["client_name"].as_str().is_some_and(is_local)
}

fn replies<'v>(played: &'v Value, command: &'static str) -> impl Iterator<Item = &'v Value> {
    played["replies"].as_array().into_iter().flatten().filter(move |reply| reply["command"] == command)
}

/// What was queued of the client's. smtpd writes to postmaster itself at times.
// postconf(5), double_bounce_sender and notify_classes
fn queued(played: &Value) -> impl Iterator<Item = &Value> {
    let all = played["queued"].as_array().into_iter().flatten();
    all.filter(|one| one["sender"].as_str().is_none_or(|from| !from.starts_with("double-bounce@")))
}

/// The recipients that were queued, after all rewriting.
fn recipients(played: &Value) -> impl Iterator<Item = &str> {
    queued(played).flat_map(|one| one["recipients"].as_array().into_iter().flatten()).filter_map(Value::as_str)
}

/// The senders of what was queued, without the null sender.
fn senders(played: &Value) -> impl Iterator<Item = &str> {
    queued(played).filter_map(|one| one["sender"].as_str()).filter(|from| !from.is_empty())
}

/// Everybody may write to a bare `postmaster`, and no list is asked.
// smtpd_check.c, smtpd_check_rcpt
fn is_for_postmaster(session: &Value) -> bool {
    let of = |message: &Value| message["recipients"].as_array().cloned().unwrap_or_default();
    let then = session["then"].as_array().into_iter().flatten();
    let all: Vec<Value> = of(session).into_iter().chain(then.flat_map(of)).collect();
    all.iter().filter_map(Value::as_str).any(|to| to.eq_ignore_ascii_case("postmaster"))
}

fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain).trim_end_matches('.')
}

/// Where a recipient is sent on to if its local part names a destination, as
/// `user%elsewhere@own`, `elsewhere!user@own` or `"user@elsewhere"@own` do.
// trivial-rewrite/resolve.c, resolve_addr: as long as the domain is local
fn routed(truth: &Truth, address: &str) -> String {
    let mut address = address.to_owned();
    while let Some((user, domain)) = address.rsplit_once('@').filter(|(_, domain)| truth.local.contains(*domain)) {
        let user = user.trim_matches('"');
        address = if user.contains('@') {
            user.to_owned()
        } else if let Some((site, user)) = user.split_once('!') {
            format!("{user}@{site}")
        } else if let Some((user, site)) = user.rsplit_once('%') {
            format!("{user}@{site}")
        } else {
            return format!("{user}@{domain}");
        };
    }
    address
}

/// Whether a domain is one of these or below one.
fn is_below<'d>(mut domains: impl Iterator<Item = &'d String>, domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    domains.any(|own| domain == *own || domain.ends_with(&format!(".{own}")))
}

fn is_own(truth: &Truth, address: &str) -> bool {
    let domain = domain(address);
    // Without a domain it is for a local user; an address in brackets is the host's own.
    domain.is_empty()
        || matches!(domain, "localhost" | "[127.0.0.1]" | "[192.0.2.25]" | "[::1]")
        || domain.starts_with("[IPv6:")
        || is_below(truth.own.iter().chain(&truth.sends_as), domain)
}

fn is_of_own(truth: &Truth, address: &str) -> bool {
    is_below(truth.own.iter().chain(&truth.sends_as), domain(address))
}

fn has_mailbox(truth: &Truth, address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    let (user, domain) = address.rsplit_once('@').unwrap_or((&address, ""));
    let plain = if truth.has_extensions { user.split('+').next().unwrap_or(user) } else { user };
    let is_user = |user: &str| truth.mailboxes.contains(&format!("{user}@{domain}"));
    matches!(user, "postmaster" | "mailer-daemon" | "double-bounce") || is_user(user) || is_user(plain)
}

/// Whose a sender is: by its address, without an extension, by its domain.
// smtpd_check.c, reject_auth_sender_login_mismatch: mail_addr_find
fn owners<'t>(truth: &'t Truth, address: &str) -> Option<&'t Vec<String>> {
    let address = address.to_ascii_lowercase();
    let (user, domain) = address.rsplit_once('@')?;
    let plain = if truth.has_extensions { user.split('+').next().unwrap_or(user) } else { user };
    let of = |key: String| truth.owners.get(&key);
    of(address.clone()).or_else(|| of(format!("{plain}@{domain}"))).or_else(|| of(format!("@{domain}")))
}

fn is_listed(truth: &Truth, session: &Value) -> bool {
    let address: Option<IpAddr> = session["client_addr"].as_str().and_then(|text| text.parse().ok());
    address.is_some_and(|address| address.is_loopback() || truth.networks.iter().any(|net| holds(net, address)))
}

/// Whether a word is the address, a network of it, or its first bytes.
fn holds(word: &str, address: IpAddr) -> bool {
    let (net, bits) = word.rsplit_once('/').map_or((word, None), |(net, bits)| (net, bits.parse::<u32>().ok()));
    match (net.trim_matches(['[', ']']).parse::<IpAddr>(), address) {
        (Ok(IpAddr::V4(net)), IpAddr::V4(address)) => {
            (u32::from(net) ^ u32::from(address)).leading_zeros() >= bits.unwrap_or(32)
        }
        (Ok(IpAddr::V6(net)), IpAddr::V6(address)) => {
            (u128::from(net) ^ u128::from(address)).leading_zeros() >= bits.unwrap_or(128)
        }
        (Ok(_), _) => false,
        (Err(_), _) => {
            let is_number = !word.is_empty() && word.split('.').all(|part| part.parse::<u8>().is_ok());
            is_number && address.is_ipv4() && address.to_string().starts_with(&format!("{word}."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::session::{stranger, user};
    use super::*;
    use serde_json::json;

    fn truth() -> Truth {
        let mut truth = Truth { has_extensions: true, ..Truth::default() };
        truth.own.insert("own.example".to_owned());
        truth.local.insert("own.example".to_owned());
        truth.networks.push("10.0.0.0/8".to_owned());
        truth.mailboxes.insert("alice@own.example".to_owned());
        truth.forwards.insert("alice@elsewhere.example".to_owned());
        truth.owners.insert("ceo@own.example".to_owned(), vec!["ceo".to_owned()]);
        truth
    }

    fn played(code: u16, sender: &str, recipients: &[&str]) -> Value {
        let replies = json!([{ "command": "auth", "code": code }]);
        json!({ "replies": replies, "queued": [{ "sender": sender, "recipients": recipients }] })
    }

    #[test]
    fn what_is_queued_decides() {
        let plain = stranger("a@b.example", &["x=y@own.example"]).session;
        let is = |claim: &str, session: &Value, played: &Value| broken(claim, &truth(), session, played).is_some();
        let relayed = played(535, "a@b.example", &["x@y.example"]);
        assert!(is("no-open-relay", &plain, &relayed));
        assert!(!is("no-open-relay", &stranger("", &[]).from("10.1.1.1").session, &relayed));
        assert!(!is("no-open-relay", &plain, &played(0, "", &["z@sub.own.example", "alice@elsewhere.example"])));
        assert!(!is("no-open-relay", &plain, &json!({ "replies": [], "queued": [] })));
        assert!(is("no-open-relay", &plain, &played(0, "", &["x%y.example@own.example"])));
        assert!(is("recipients-validated", &plain, &played(0, "", &["alice@own.example", "zz@own.example"])));
        assert!(!is("recipients-validated", &plain, &played(0, "", &["y.example!zz@own.example"])));
        assert!(!is("recipients-validated", &plain, &played(0, "", &["alice+x@own.example", "v@gmail.com"])));
        assert!(is("own-domains-protected", &plain, &played(0, "ceo@a.own.example", &["alice@own.example"])));
        assert!(!is("own-domains-protected", &plain, &played(0, "ceo@[127.0.0.1]", &["alice@own.example"])));
    }

    #[test]
    fn logins_are_judged() {
        let is = |claim: &str, session: &Value, played: &Value| broken(claim, &truth(), session, played).is_some();
        let alice = user("alice", "ceo+x@own.example", "a@b.example");
        let spoofed = played(235, "ceo+x@own.example", &["a@b.example"]);
        assert!(is("own-senders-only", &alice.session, &spoofed));
        assert!(!is("own-senders-only", &user("ceo", "", "").session, &spoofed));
        assert!(is("own-senders-only", &alice.session, &played(235, "x@gmail.com", &[])));
        assert!(!is("own-senders-only", &alice.session, &played(235, "", &["a@b.example"])));
        assert!(!is("auth-only-with-tls", &alice.session, &spoofed));
        assert!(is("auth-only-with-tls", &alice.clone().with("tls", false).session, &spoofed));
        assert!(is("auth-only-with-tls", &alice.with("tls_ciphers", "eNULL").session, &spoofed));
    }

    #[test]
    fn exceptions_excuse_whom_they_name() {
        let printed = json!([{ "by": { "list": "mynetworks" }, "text": "192.0.2.0/24 (256 addresses), .partner.net" }]);
        let from = |address: &str| stranger("", &[]).from(address).session;
        assert!(is_named(&printed, &from("192.0.2.9"), &[]));
        assert!(!is_named(&printed, &from("192.0.3.9"), &[]));
        assert!(is_named(&printed, &stranger("", &[]).named("mx.partner.net").session, &[]));
        assert!(!is_named(&printed, &stranger("", &[]).named("evilpartner.net").session, &[]));
        let everybody = json!(["everybody at @box.example", "/alice@own/ alice"]);
        assert!(is_named(&everybody, &from("8.8.8.8"), &["box.example".to_owned()]));
        assert!(is_named(&everybody, &from("8.8.8.8"), &["/alice@own/".to_owned()]));
        assert!(is_impossible(&from("127.0.0.9")) && !is_impossible(&from("8.8.8.8")));
    }
}
