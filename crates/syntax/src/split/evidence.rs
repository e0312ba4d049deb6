//! What one line looks like, without regard to its neighbours.

use super::Vocabulary;
use super::client_names::is_client_name;
use crate::main_cf::name_and_value;

/// The grammars between which the splitter has to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    /// main.cf and the output of postconf.
    Main,
    /// master.cf.
    Master,
    /// `service/type/name = value`.
    Overrides,
    /// Dovecot.
    Dovecot,
    /// Client files of SQL and LDAP tables.
    Client,
    /// Lookup tables.
    Table,
    /// `ls -l`.
    Listing,
}

/// What a line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing but white space.
    Blank,
    /// A comment.
    Comment,
    /// A line that only this grammar has.
    Strong(Family),
    /// `name = value` with a name that Postfix and Dovecot both have.
    Either,
    /// `name = value` with a name of a client file, such as `query`.
    Client,
    /// `name = value` with any other name.
    Assignment,
    /// A line that looks like a master.cf entry with faults.
    Entry,
    /// A Postfix parameter with a value and no `=` between them.
    Unassigned,
    /// `word {`.
    Open,
    /// `}`.
    Close,
    /// A warning of a Postfix or Dovecot program.
    Warning,
    /// A line of a log.
    Log,
    /// `...`: the author left something out.
    Elision,
    /// Anything else.
    Other,
}

impl Shape {
    /// Whether some grammar could have written the line.
    pub(super) fn is_configuration(self) -> bool {
        match self {
            Shape::Strong(_)
            | Shape::Either
            | Shape::Client
            | Shape::Assignment
            | Shape::Entry
            | Shape::Open
            | Shape::Close => true,
            Shape::Blank
            | Shape::Comment
            | Shape::Unassigned
            | Shape::Warning
            | Shape::Log
            | Shape::Elision
            | Shape::Other => false,
        }
    }

    /// Whether the line says nothing about the grammar around it.
    pub(super) fn is_neutral(self) -> bool {
        matches!(self, Shape::Blank | Shape::Comment)
    }
}

/// The shape of a line; its indentation is for the caller to judge.
pub(super) fn shape(line: &str, words: Vocabulary<'_>) -> Shape {
    let line = line.trim();
    if line.is_empty() {
        return Shape::Blank;
    }
    if line.starts_with('#') {
        return if is_dovecot_header(line) { Shape::Strong(Family::Dovecot) } else { Shape::Comment };
    }
    if let Ok((_, (name, value))) = name_and_value(line)
        && is_name(name)
    {
        return match assignment(name, words) {
            // A user's own list, such as a restriction class.
            Shape::Assignment if has_restrictions(value) => Shape::Strong(Family::Main),
            found => found,
        };
    }
    if line.strip_prefix("-o ").is_some_and(|option| option.contains('=')) {
        return Shape::Strong(Family::Master);
    }
    if is_elision(line) {
        return Shape::Elision;
    }
    if line == "}" || line.strip_prefix('}').is_some_and(|rest| rest.trim_start().starts_with('#')) {
        return Shape::Close;
    }
    if line.starts_with("!include") {
        return Shape::Strong(Family::Dovecot);
    }
    if let Some(opened) = open(line, words) {
        return opened;
    }
    if is_warning(line) {
        return Shape::Warning;
    }
    if is_log(line) {
        return Shape::Log;
    }
    if let Some(found) = entry(line).or_else(|| is_listing(line).then_some(Shape::Strong(Family::Listing))) {
        return found;
    }
    let begins_with_parameter = line
        .split_once([' ', '\t'])
        .is_some_and(|(name, _)| (words.postfix_parameter)(name) && !(words.dovecot_setting)(name));
    if begins_with_parameter { Shape::Unassigned } else { Shape::Other }
}

fn assignment(name: &str, words: Vocabulary<'_>) -> Shape {
    // postconf(1), -P: service name, type, parameter
    if name.splitn(3, '/').count() == 3 && name.split('/').nth(1).is_some_and(is_service_type) {
        return Shape::Strong(Family::Overrides);
    }
    let postfix = (words.postfix_parameter)(name);
    let dovecot = (words.dovecot_setting)(name);
    match (postfix, dovecot) {
        (true, true) => Shape::Either,
        (true, false) => Shape::Strong(Family::Main),
        _ if is_client_name(name) => Shape::Client,
        // Names such as `user` or `mode` stand in the files of many programs.
        (false, true) if name.contains('_') || matches!(name, "ssl" | "protocols" | "listen") => {
            Shape::Strong(Family::Dovecot)
        }
        (false, _) => Shape::Assignment,
    }
}

/// Whether a value begins with a word such as `reject_unauth_destination`.
fn has_restrictions(value: &str) -> bool {
    let first = value.split([',', ' ', '\t']).find(|word| !word.is_empty()).unwrap_or_default();
    let verbs = ["permit_", "reject_", "check_", "defer_if_", "defer_un"];
    verbs.iter().any(|verb| first.starts_with(verb))
        && first.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn is_name(name: &str) -> bool {
    let inner = name.trim_matches('"');
    !inner.is_empty() && inner.chars().all(|ch| ch.is_ascii_alphanumeric() || "_-./:@*+[]%$".contains(ch))
}

/// `word {` or `word name {`. Rows of shell or nginx have the same form; only
/// known words are proof.
fn open(line: &str, words: Vocabulary<'_>) -> Option<Shape> {
    let line = line.split_once('#').map_or(line, |(before, _)| before.trim_end());
    let inside = line.strip_suffix('{')?;
    let mut parts = inside.split_whitespace();
    let keyword = parts.next()?;
    let quoted = inside.contains('"');
    if !is_name(keyword) || (parts.count() > 2 && !quoted) {
        return None;
    }
    let known = (words.dovecot_section)(keyword) || matches!(keyword, "group" | "local" | "remote" | "local_name");
    Some(if known { Shape::Strong(Family::Dovecot) } else { Shape::Open })
}

/// The comment lines with which `doveconf -n` begins.
fn is_dovecot_header(line: &str) -> bool {
    let Some(line) = line.strip_prefix("# ") else { return false };
    if line.starts_with("OS: ") || line.starts_with("Hostname: ") || line.starts_with("Pigeonhole version ") {
        return true;
    }
    let (version, rest) = line.split_once([' ', ':']).unwrap_or_default();
    let number = version.starts_with(|ch: char| ch.is_ascii_digit()) && version.contains('.');
    number && (rest.starts_with('(') || rest.starts_with(" /")) && rest.contains('/')
}

/// Whether `line` is the first line of `doveconf -n`.
pub(super) fn is_doveconf_title(line: &str) -> bool {
    is_dovecot_header(line) && line.as_bytes().get(2).is_some_and(u8::is_ascii_digit)
}

fn is_service_type(word: &str) -> bool {
    matches!(word, "inet" | "unix" | "fifo" | "unix-dgram" | "pass")
}

/// A master.cf entry by its fields: right ones are proof, wrong ones a hint.
fn entry(line: &str) -> Option<Shape> {
    let mut fields = line.split_whitespace();
    fields.next()?;
    let kind = is_service_type(fields.next()?);
    let flags = fields.by_ref().take(3).filter(|field| matches!(*field, "y" | "n" | "-")).count();
    let numbers = fields.by_ref().take(2).filter(|field| field.trim_end_matches('?').bytes().all(is_number)).count();
    let command = fields.next().is_some();
    match (kind, flags, numbers, command) {
        (true, 3, 2, true) => Some(Shape::Strong(Family::Master)),
        (true, 1.., _, _) | (false, 3, 2, true) => Some(Shape::Entry),
        _ => None,
    }
}

fn is_number(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'-'
}

fn is_elision(line: &str) -> bool {
    if line.len() > 60 {
        return false;
    }
    let inner = line.trim_matches(|ch| "[](){}<>#*-= ".contains(ch));
    let dots = !inner.is_empty() && inner.chars().all(|ch| ch == '.' || ch == '…' || ch == ' ');
    let words = ["snip", "snipped", "cut", "truncated", "omitted", "중략", "생략"];
    dots || words.iter().any(|word| inner.eq_ignore_ascii_case(word))
}

fn is_warning(line: &str) -> bool {
    let Some((program, rest)) = line.split_once(':') else { return false };
    let program = program.rsplit('/').next().unwrap_or(program);
    let known =
        matches!(program, "postconf" | "postfix" | "postmap" | "postalias" | "doveconf" | "dovecot" | "doveadm");
    if !known {
        return false;
    }
    let levels = ["warning:", "fatal:", "error:", "info:", "note:"];
    let rest = rest.trim_start().to_ascii_lowercase();
    levels.iter().any(|level| rest.starts_with(level))
}

/// Syslog and journal lines: a time of day among the first four words, after a
/// date or a month.
fn is_log(line: &str) -> bool {
    let is_time = |word: &str| {
        let mut parts = word.split(':');
        let two = |part: Option<&str>| {
            part.is_some_and(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        two(parts.next())
            && two(parts.next())
            && parts.next().is_some_and(|part| part.starts_with(|ch: char| ch.is_ascii_digit()))
    };
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let first = line.split_whitespace().next().unwrap_or_default();
    let dated = first.len() >= 19
        && first.as_bytes().first_chunk::<4>().is_some_and(|year| year.iter().all(u8::is_ascii_digit))
        && first.split_once('T').is_some_and(|(_, time)| is_time(time));
    dated || (months.contains(&first) && line.split_whitespace().take(4).any(is_time))
}

fn is_listing(line: &str) -> bool {
    let mut fields = line.split_whitespace();
    let mode = fields.next().unwrap_or_default();
    let Some((kind, bits)) = mode.split_at_checked(1) else { return false };
    let bits = bits.trim_end_matches(['+', '.', '@']);
    "-dlbcsp".contains(kind)
        && bits.len() == 9
        && bits.chars().all(|ch| "rwxsStT-".contains(ch))
        && fields.next().is_some_and(|links| links.bytes().all(|byte| byte.is_ascii_digit()))
        && fields.count() >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Shape {
        let postfix = |name: &str| matches!(name, "myhostname" | "recipient_delimiter");
        let dovecot = |name: &str| matches!(name, "recipient_delimiter" | "ssl" | "service" | "user" | "mail_location");
        let section = |name: &str| name == "service";
        shape(
            line,
            Vocabulary {
                postfix_parameter: &postfix,
                dovecot_setting: &dovecot,
                dovecot_section: &section,
                configured_file: &|_| None,
            },
        )
    }

    #[test]
    fn names_tell_the_grammar() {
        assert_eq!(of("myhostname=x"), Shape::Strong(Family::Main));
        assert_eq!(of("mail_location = x"), Shape::Strong(Family::Dovecot));
        assert_eq!(of("recipient_delimiter = +"), Shape::Either);
        assert_eq!(of("user = x"), Shape::Client);
        assert_eq!(of("x = y"), Shape::Assignment);
        assert_eq!(of("mua_client = permit_sasl_authenticated,reject"), Shape::Strong(Family::Main));
        assert_eq!(of("smtp/inet/myhostname = y"), Shape::Strong(Family::Overrides));
        assert_eq!(of("service lmtp {"), Shape::Strong(Family::Dovecot));
        assert_eq!(of("server {"), Shape::Open);
        assert_eq!(of("user {"), Shape::Open);
    }

    #[test]
    fn entries_are_told_by_their_fields() {
        assert_eq!(of("smtp inet n - y - - smtpd -v"), Shape::Strong(Family::Master));
        assert_eq!(of("qmgr unix n - n 300? 1 qmgr"), Shape::Strong(Family::Master));
        assert_eq!(of("smtp tcp n - y - - smtpd"), Shape::Entry);
        assert_eq!(of("smtp inet n - y"), Shape::Entry);
        assert_eq!(of("  -o smtpd_tls_wrappermode=yes"), Shape::Strong(Family::Master));
        assert_eq!(of("a unix socket is used here for it"), Shape::Other);
    }

    #[test]
    fn logs_warnings_headers_and_listings_are_told() {
        assert_eq!(of("Sep 15 13:11:02 mx postfix/smtpd[1]: x = y"), Shape::Log);
        assert_eq!(of("2025-09-30T09:31:00.1+09:00 mx dovecot: y"), Shape::Log);
        assert_eq!(of("/usr/sbin/postconf: warning: /etc/postfix/main.cf: unused parameter: a=b"), Shape::Warning);
        assert_eq!(of("# 2.3.21 (47349e2482): /etc/dovecot/dovecot.conf"), Shape::Strong(Family::Dovecot));
        assert_eq!(of("# 2.3 is old"), Shape::Comment);
        assert_eq!(of("-rw-r----- 1 root root 141 Sep 15 13:11 /etc/postfix/a.cf"), Shape::Strong(Family::Listing));
        assert_eq!(of("[...]"), Shape::Elision);
        assert_eq!(of("May I ask a question?"), Shape::Other);
    }
}
