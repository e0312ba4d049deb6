//! The patterns of a match list, read once.

use super::folded;
use crate::hash::Map;
use crate::{Config, Missing};
use ipnet::IpNet;
use postproof_diag::{SourceText, text};
use postproof_model::{ListPattern, MAX_PATTERNS, PatternKind, Scope, Unread};
use std::net::IpAddr;

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
    /// A file that was not given, or what a limit leaves out.
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
        for pattern in config.model.list_patterns(scope, param) {
            list.add(config, &pattern);
        }
        list
    }

    fn add(&mut self, config: &Config<'_>, pattern: &ListPattern) {
        let matches = !pattern.negated;
        let bare = pattern.bare();
        let item = bare.as_str();
        match pattern.kind {
            PatternKind::Plain if item.is_empty() => {}
            PatternKind::Plain => match host_pattern(item) {
                Some(what) => self.push(matches, what),
                None => self.add_plain(&folded(item), matches),
            },
            PatternKind::Table => self.push(matches, What::Table(item.into())),
            // Postfix opens it again and again, until it has no more files to open.
            PatternKind::File(Unread::InItself) => self.push(matches, What::NoFile),
            PatternKind::File(Unread::NotGiven) if config.world.has_no_file(item) => self.push(matches, What::NoFile),
            PatternKind::File(Unread::NotGiven | Unread::TooDeep) => {
                self.push(matches, What::UnknownFile(missing_file(item)));
            }
            PatternKind::Cut => self.push(matches, What::UnknownFile(missing_rest())),
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
    match config.model.list_file(path) {
        Some(lines) => Lines::Known(lines),
        None if config.world.has_no_file(path) => Lines::None,
        None => Lines::Unknown(missing_file(path)),
    }
}

fn missing_file(path: &str) -> Missing {
    Missing::new(format!("file:{path}"), text!("the file `{path}`", "`{path}` 파일")).without_words()
}

/// The patterns of a list behind the limit.
fn missing_rest() -> Missing {
    let text = text!(
        "the rest of a list of more than {MAX_PATTERNS} patterns",
        "패턴이 {MAX_PATTERNS}개를 넘는 목록의 나머지"
    );
    Missing::new("limit:patterns", text).without_words()
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
