//! Settings of 2.3 that are one text and in 2.4 a list or a block.

use super::outcome::{Outcome, Statement, label, list_of, quoted, translated};
use super::read::Value;
use super::special::{finish, kept};
use super::vars::Scope;
use super::walk::Walk;
use super::{old, texts};
use crate::Kind;

// old-set-parser.c, old_settings_handle_root
pub(super) fn protocols(name: &str, value: &Value, line: &str) -> Outcome {
    let words = value.words();
    let has = |word: &str| words.contains(&word);
    let mut new: Vec<&str> = Vec::new();
    let mut closed = Vec::new();
    for word in &words {
        match *word {
            "imaps" if has("imap") => {}
            "pop3s" if has("pop3") => {}
            "imaps" => {
                closed.push(("imap-login", "imap"));
                new.push("imap");
            }
            "pop3s" => {
                closed.push(("pop3-login", "pop3"));
                new.push("pop3");
            }
            "managesieve" => new.push("sieve"),
            "none" if words.len() == 1 => {}
            other => new.push(other),
        }
    }
    let mut outcome = finish(list_of(&new, value, name), name, name, value, Scope::of(name), line);
    for (service, listener) in closed {
        let blocks = [format!("service {service}"), format!("inet_listener {listener}")];
        outcome.statements.push(Statement { root: true, blocks: blocks.to_vec(), lines: vec!["port = 0".to_owned()] });
    }
    outcome
}

/// `listen` with ports, which 2.3 still took.
pub(super) fn listen(walk: &mut Walk, name: &str, value: &Value, line: &str) -> Outcome {
    let has_port =
        |word: &str| word.contains(':') && word.parse::<std::net::IpAddr>().is_err() && !matches!(word, "::" | "[::]");
    let in_protocol = walk.frames.iter().any(|frame| frame.section.name == "protocol");
    if in_protocol || value.words().iter().any(|word| has_port(word)) {
        return old::old_service(walk, "old-listen", "", name, value, line);
    }
    kept(name, name, value, line)
}

pub(super) fn blocks(old: &str, block: &str, lines: Option<Vec<String>>, line: &str) -> Outcome {
    match lines {
        Some(lines) => {
            let statement = Statement { blocks: vec![block.to_owned()], lines, ..Statement::default() };
            Outcome::new(Kind::Renamed, vec![statement], texts::value_form(block))
        }
        None => Outcome::ask(line, texts::args_question(old)),
    }
}

pub(super) fn environment(value: &Value) -> Option<Vec<String>> {
    let name = |word: &str| {
        word.split('=').next().is_some_and(|name| name.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '_'))
    };
    if !value.text.split([' ', '\t']).all(name) {
        return None;
    }
    let one = |word: &str| match word.split_once('=') {
        Some((name, text)) => format!("{name} = {}", quoted(text)),
        None => format!("{word} = %{{env:{word}}}"),
    };
    Some(value.text.split([' ', '\t']).filter(|word| !word.is_empty()).map(one).collect())
}

// imap-settings.c of 2.3.19.1: `name *` is Dovecot's own value
pub(super) fn imap_id(value: &Value) -> Option<Vec<String>> {
    let words: Vec<&str> = value.text.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
    let mut lines = Vec::new();
    for pair in words.chunks(2) {
        let [name, text] = pair else { return None };
        let (name, text) = (&name.trim_matches('"'), &text.trim_matches('"'));
        let own = match *name {
            "name" => "%{dovecot:name}",
            "version" => "%{dovecot:version}",
            "support-url" => "%{dovecot:support-url}",
            "support-email" => "%{dovecot:support-email}",
            "os" => "%{system:os}",
            "os-version" => "%{system:os-version}",
            _ => "",
        };
        let text = if *text == "*" { own } else { text };
        lines.push(format!("{} = {}", label(name), quoted(text)));
    }
    Some(lines)
}

// lib-fs: `sis posix`, `posix`
pub(super) fn attachment_fs(value: &Value, line: &str) -> Outcome {
    let words = value.words();
    if words.is_empty() || words.iter().any(|word| !matches!(*word, "sis" | "posix")) {
        return Outcome::ask(line, texts::args_question("mail_attachment_fs"));
    }
    let one = |word: &&str| Statement {
        blocks: vec!["mail_ext_attachment".to_owned(), format!("fs {word}")],
        ..Statement::default()
    };
    Outcome::new(Kind::Renamed, words.iter().map(one).collect(), texts::renamed("mail_ext_attachment { fs }"))
}

// old-set-parser.c, ssl_protocols_to_min_protocol
pub(super) fn lowest(words: &[&str]) -> Option<&'static str> {
    const VERSIONS: [&str; 4] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"];
    if words.iter().any(|word| !VERSIONS.contains(&word.trim_start_matches('!'))) {
        return None;
    }
    let explicit = words.iter().any(|word| !word.starts_with('!'));
    let lowest = VERSIONS.into_iter().find(|version| {
        if explicit {
            words.contains(version)
        } else {
            !words.iter().any(|word| word.strip_prefix('!') == Some(version))
        }
    })?;
    Some(if lowest == "SSLv3" { "TLSv1" } else { lowest })
}

/// `%%u` in the prefix of a shared namespace is `$user`.
// mail-namespace.c of 2.4.1
pub(super) fn shared_prefix(name: &str, value: &Value) -> Outcome {
    if value.text.contains("%%") {
        let new = value.text.replace("%%u", "$user").replace("%%n", "$username").replace("%%d", "$domain");
        let line = format!("{name} = {}", quoted(&new));
        return Outcome::new(Kind::Renamed, vec![Statement::here(line)], texts::value_form(name));
    }
    let mut failed = Vec::new();
    let line = translated(name, &value.text, Scope::of("mail_location"), &mut failed);
    let kind = if value.text.contains('%') { Kind::Renamed } else { Kind::Kept };
    Outcome::new(kind, vec![Statement::here(line)], texts::kept()).failed(&failed)
}

/// Features of 2.3 that are on in 2.4, and the words that turn them off; the
/// last two came with 2.4.
// imapc-settings.c of 2.3.19.1 and 2.4.1, imapc_feature_list
const TURNED: [(&str, &str); 9] = [
    ("rfc822.size", "no-fetch-size"),
    ("fetch-headers", "no-fetch-headers"),
    ("search", "no-search"),
    ("modseq", "no-modseq"),
    ("delay-login", "no-delay-login"),
    ("fetch-bodystructure", "no-fetch-bodystructure"),
    ("acl", "no-acl"),
    ("", "no-metadata"),
    ("", "no-qresync"),
];

/// The words of `imapc_features` that do in 2.4 what `old` did in 2.3.
pub(super) fn imapc_features<'w>(old: &[&'w str]) -> Vec<&'w str> {
    let kept = old.iter().filter(|word| !TURNED.iter().any(|(on, _)| on == *word)).copied();
    let off = TURNED.iter().filter(|(on, _)| !old.contains(on)).map(|(_, off)| *off);
    kept.chain(off).collect()
}
