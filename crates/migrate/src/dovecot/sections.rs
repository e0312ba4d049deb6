//! The sections of 2.3 and what they are in 2.4.

use super::auth;
use super::outcome::{Outcome, Statement, label};
use super::read::{Node, What};
use super::texts;
use super::walk::{Form, Walk};
use crate::Kind;
use postproof_syntax::dovecot::Section;

/// What a section becomes: its form, its entry, and statements before it.
pub(super) fn open(walk: &mut Walk, section: &Section, inside: &[Node]) -> (Form, Outcome, Vec<Statement>) {
    let name = section.name.as_str();
    let kept = |header: String| {
        let outcome = Outcome::new(Kind::Kept, Vec::new(), texts::kept());
        (Form::Block(header), outcome, Vec::new())
    };
    let renamed = |header: String| {
        let outcome = Outcome::new(Kind::Renamed, Vec::new(), texts::section_renamed(&header));
        (Form::Block(header), outcome, Vec::new())
    };
    let labelled = |name: &str| match &section.label {
        Some(text) => format!("{name} {}", label(text)),
        None => name.to_owned(),
    };
    match name {
        "plugin" => (Form::Open, Outcome::dropped(texts::plugin_start()), Vec::new()),
        // old-set-parser.c, old_settings_handle: what 2.3 still took
        "auth" => (Form::Open, Outcome::dropped(texts::auth_block()), Vec::new()),
        "socket" | "master" | "client" if inside_auth_block(walk) => gone(texts::socket_block()),
        "passdb" | "userdb" => auth::open(walk, section, inside),
        "namespace" => namespace(walk, section, inside),
        "dict" if section.label.is_none() => {
            let outcome = Outcome::new(Kind::Renamed, Vec::new(), texts::section_renamed("dict_server"));
            (Form::Block("dict_server".to_owned()), outcome, Vec::new())
        }
        "service" => service(section, inside),
        "protocol" if section.label.as_deref() == Some("managesieve") => renamed("protocol sieve".to_owned()),
        "local_name" if section.label.as_deref().is_some_and(|text| text.contains([' ', ','])) => {
            renamed(labelled(name))
        }
        "inet_listener" | "unix_listener" | "fifo_listener" | "mailbox" | "metric" | "event_exporter"
            if section.label.is_none() =>
        {
            let number = walk.written.len();
            walk.written.insert(format!("unnamed {name} {number}"), String::new());
            renamed(format!("{name} {}", label(&format!("unnamed-{}", number + 1))))
        }
        _ => kept(labelled(name)),
    }
}

pub(super) fn gone(why: postproof_diag::Text) -> (Form, Outcome, Vec<Statement>) {
    (Form::Gone(why.clone()), Outcome::dropped(why), Vec::new())
}

fn inside_auth_block(walk: &Walk) -> bool {
    walk.frames.iter().any(|frame| frame.section.name == "auth" && matches!(frame.form, Form::Open))
}

/// The names of a section that 2.4 wants one by one.
// 2.3: local_name "a b" { }; 2.4 takes one name
pub(super) fn names(section: &Section) -> Vec<String> {
    match (section.name.as_str(), &section.label) {
        ("local_name", Some(text)) => {
            text.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// Services that 2.4 does not have.
const GONE: [&str; 7] = ["replicator", "aggregator", "director", "ipc", "old-stats", "ssl-params", "tcpwrap"];

fn service(section: &Section, inside: &[Node]) -> (Form, Outcome, Vec<Statement>) {
    let name = section.label.as_deref().unwrap_or_default();
    let own = inside.iter().any(|node| matches!(&node.what, What::Setting { name, .. } if name == "executable"));
    if GONE.contains(&name) && !own {
        return gone(texts::service_gone(name));
    }
    let new = if name == "dns_client" { "dns-client" } else { name };
    let kind = if new == name { Kind::Kept } else { Kind::Renamed };
    let header = if new.is_empty() { "service unnamed".to_owned() } else { format!("service {}", label(new)) };
    (Form::Block(header), Outcome::new(kind, Vec::new(), texts::kept()), Vec::new())
}

/// A namespace gets the name that 2.4 demands.
fn namespace(walk: &mut Walk, section: &Section, inside: &[Node]) -> (Form, Outcome, Vec<Statement>) {
    let header = match &section.label {
        Some(name) => format!("namespace {}", label(name)),
        None => {
            let name = walk.unique("namespace", &namespace_name(inside));
            format!("namespace {name}")
        }
    };
    let kind = if section.label.is_some() { Kind::Kept } else { Kind::Renamed };
    let reason = if section.label.is_some() { texts::kept() } else { texts::named(&header) };
    let given =
        |wanted: &str| inside.iter().any(|node| matches!(&node.what, What::Setting { name, .. } if name == wanted));
    let mut first = Vec::new();
    // A location of its own was the whole location; in 2.4 its parts come
    // from the global settings one by one.
    if given("location") || given("mail_location") || given("mail") {
        let own = inside.iter().find_map(|node| match &node.what {
            What::Setting { name, value } if matches!(name.as_str(), "location" | "mail_location" | "mail") => {
                Some(value.text.clone())
            }
            _ => None,
        });
        first = super::location::resets(&walk.facts, &own.unwrap_or_default());
    }
    let inside = first.into_iter().map(Statement::here).collect();
    (Form::Block(header), Outcome::new(kind, inside, reason), Vec::new())
}

fn namespace_name(inside: &[Node]) -> String {
    let mut depth = 0usize;
    let (mut inbox, mut kind, mut prefix) = (false, String::new(), String::new());
    for node in inside {
        match &node.what {
            What::Open(_) => depth += 1,
            What::Close => depth = depth.saturating_sub(1),
            What::Setting { name, value } if depth == 0 => match name.as_str() {
                "inbox" => inbox = value.text.eq_ignore_ascii_case("yes"),
                "type" => kind.clone_from(&value.text),
                "prefix" => prefix.clone_from(&value.text),
                _ => {}
            },
            What::Setting { .. } | What::Include { .. } | What::Comment | What::Blank | What::Junk => {}
        }
    }
    let words: String = prefix.chars().map(|ch| if ch.is_ascii_alphanumeric() { ch } else { ' ' }).collect();
    let word = words.split(' ').find(|word| !word.is_empty()).unwrap_or_default().to_ascii_lowercase();
    match (inbox, kind.as_str(), word.as_str()) {
        (true, _, _) => "inbox".to_owned(),
        (false, "" | "private", "") => "default".to_owned(),
        (false, "" | "private", word) => word.to_owned(),
        (false, kind, _) => kind.to_ascii_lowercase(),
    }
}
