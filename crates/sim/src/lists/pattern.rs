//! The patterns of a match list, read once.

use super::folded;
use crate::hash::Map;
use crate::{Config, Missing};
use ipnet::IpNet;
use postproof_diag::{SourceText, text};
use postproof_model::{Scope, Tree, words};
use std::net::IpAddr;

/// How many patterns are read of one list, its files included. Postfix has no
/// such limit; the largest lists in use have some 100,000.
pub(crate) const MAX_LIST_PATTERNS: usize = 2_000_000;

/// How deep files of patterns may name others. Postfix runs out of open files
/// where a file names itself.
const MAX_FILE_DEPTH: usize = 16;

/// A list of patterns.
#[derive(Debug, Default)]
pub(crate) struct List {
    /// Plain patterns in small letters: where the first of each stands, and
    /// whether it stands for a match.
    pub(super) literals: Map<Box<str>, (usize, bool)>,
    /// The others, in order.
    pub(super) others: Vec<Other>,
    /// Whether `example.com` matches names below it.
    pub(super) takes_below: bool,
    count: usize,
}

/// A pattern that is no plain text.
#[derive(Debug)]
pub(super) struct Other {
    /// Where it stands.
    pub(super) at: usize,
    /// Whether it stands for a match: no `!`, or an even number.
    pub(super) matches: bool,
    pub(super) what: What,
}

/// Kinds of patterns.
#[derive(Debug)]
pub(super) enum What {
    Table(Box<str>),
    Net(IpNet),
    /// No network: bad mask, host bits set.
    BadNet {
        ipv6: bool,
    },
    /// A file that does not exist.
    NoFile,
    /// A file that was not given.
    UnknownFile(Missing),
    /// A name that holds the host's own name, with what stands before and after that.
    Host {
        before: Box<str>,
        after: Box<str>,
        missing: Missing,
    },
    /// The networks of the host, computed.
    HostNetworks(Missing),
}

impl List {
    /// Reads the list that a parameter holds.
    pub(super) fn read(config: &Config<'_>, scope: Scope, param: &str, takes_below: bool) -> Self {
        let mut list = Self { takes_below, ..Self::default() };
        if let Some(value) = config.model.value(scope, param) {
            list.add(config, &value.text, true, 0);
        }
        list
    }

    // match_list.c, match_list_parse
    fn add(&mut self, config: &Config<'_>, patterns: &SourceText, matches: bool, depth: usize) {
        for word in words(patterns) {
            let word = word.text.as_str();
            // Nothing is read behind a comment.
            if word.starts_with('#') || self.count >= MAX_LIST_PATTERNS {
                return;
            }
            let item = word.trim_start_matches('!');
            let matches = matches == ((word.len() - item.len()) % 2 == 0);
            if item.is_empty() {
                continue;
            }
            if item.starts_with('/') {
                self.add_file(config, item, matches, depth);
            } else if !item.starts_with('[') && item.contains(':') {
                self.push(matches, What::Table(item.into()));
            } else if let Some(what) = host_pattern(item) {
                self.push(matches, what);
            } else {
                self.add_plain(&folded(item), matches);
            }
        }
    }

    fn push(&mut self, matches: bool, what: What) {
        self.others.push(Other { at: self.count, matches, what });
        self.count += 1;
    }

    fn add_plain(&mut self, item: &str, matches: bool) {
        self.literals.entry(item.into()).or_insert((self.count, matches));
        if let Some(what) = network(item) {
            self.others.push(Other { at: self.count, matches, what });
        }
        self.count += 1;
    }

    fn add_file(&mut self, config: &Config<'_>, path: &str, matches: bool, depth: usize) {
        match file_lines(config, path) {
            Lines::Known(lines) if depth < MAX_FILE_DEPTH => {
                for line in lines {
                    self.add(config, &line, matches, depth + 1);
                }
            }
            Lines::Known(_) | Lines::None => self.push(matches, What::NoFile),
            Lines::Unknown(missing) => self.push(matches, What::UnknownFile(missing)),
        }
    }
}

/// A file as lines.
pub(crate) enum Lines {
    Known(Vec<SourceText>),
    /// It does not exist.
    None,
    Unknown(Missing),
}

/// The logical lines of a file that the configuration names.
pub(crate) fn file_lines(config: &Config<'_>, path: &str) -> Lines {
    let given = config.model.parts.iter().rev().find(|given| given.part.name.as_deref() == Some(path));
    match given.map(|given| &given.tree) {
        Some(Tree::Table(parsed)) => Lines::Known(
            parsed
                .tree
                .entries()
                .map(|entry| {
                    let mut line = entry.key.clone();
                    line.push(" ", None);
                    line.append(&entry.value);
                    line
                })
                .collect(),
        ),
        Some(Tree::Main(_) | Tree::Master(_) | Tree::Dovecot(_) | Tree::None) | None => {
            if config.world.has_no_file(path) { Lines::None } else { Lines::Unknown(missing_file(path)) }
        }
    }
}

fn missing_file(path: &str) -> Missing {
    Missing::new(format!("file:{path}"), text!("the file `{path}`", "`{path}` 파일")).without_words()
}

/// A pattern that holds what only the host knows.
fn host_pattern(item: &str) -> Option<What> {
    let (before, rest) = item.split_once('$')?;
    let name_len = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let (name, after) = rest.split_at_checked(name_len)?;
    match name {
        "mynetworks" => Some(What::HostNetworks(missing_interfaces())),
        "myhostname" | "mydomain" => Some(What::Host {
            before: folded(before).into(),
            after: if after.contains('$') { "".into() } else { folded(after).into() },
            missing: missing_host_name(),
        }),
        _ => None,
    }
}

/// The name of the host is not known.
pub(crate) fn missing_host_name() -> Missing {
    Missing::new("host:hostname", text!("the name of the host", "호스트 이름")).without_words()
}

/// The addresses of the host are not known.
pub(crate) fn missing_interfaces() -> Missing {
    let text = text!("the addresses of the host's network interfaces", "호스트 네트워크 인터페이스의 주소");
    Missing::new("host:interfaces", text).without_words()
}

const IPV4_CHARS: &[u8] = b"0123456789.";

/// What a plain pattern is for addresses that it does not equal.
// match_ops.c, match_hostaddr
fn network(item: &str) -> Option<What> {
    let bytes = item.as_bytes();
    let may_be = bytes.iter().any(|byte| matches!(byte, b':' | b'/'))
        && !bytes.iter().all(|byte| IPV4_CHARS.contains(byte))
        && bytes.iter().all(|byte| byte.is_ascii_hexdigit() || b".:[]/".contains(byte));
    may_be.then(|| cidr(item).map_or(What::BadNet { ipv6: item.contains(':') }, What::Net))
}

/// A network as Postfix reads it.
// cidr_match.c, cidr_match_parse
fn cidr(pattern: &str) -> Option<IpNet> {
    let (address, mask) = match pattern.strip_prefix('[') {
        Some(rest) => match rest.split_once(']')? {
            (inner, "") => split_mask(inner),
            (inner, tail) => (inner, Some(tail.strip_prefix('/')?)),
        },
        None => split_mask(pattern),
    };
    let address: IpAddr = address.parse().ok()?;
    let Some(mask) = mask else { return Some(IpNet::from(address)) };
    if mask.is_empty() || !mask.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let net = IpNet::new(address, mask.parse().ok()?).ok()?;
    (net.network() == address).then_some(net)
}

fn split_mask(text: &str) -> (&str, Option<&str>) {
    match text.split_once('/') {
        Some((address, mask)) => (address, Some(mask)),
        None => (text, None),
    }
}
