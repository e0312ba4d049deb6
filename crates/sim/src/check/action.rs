//! What a table or policy server asks for.

use super::program::Program;
use crate::Config;
use postproof_catalog::Version;
use postproof_diag::SourceText;
use std::rc::Rc;

/// A right-hand side of access(5).
#[derive(Debug)]
pub(crate) enum Action {
    Dunno,
    Ok,
    /// REJECT, DEFER, or a code with a text.
    Reject(Refused),
    DeferIfPermit(Refused),
    DeferIfReject(Refused),
    Discard,
    /// Closes the connection.
    HangUp,
    /// Decides nothing, whatever it does with the message.
    Aside(Aside),
    /// Names a lookup table, which is an error here.
    Table,
    List(Rc<Program>),
}

/// What is done with a message besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Aside {
    /// It is logged, or what is asked for is not possible.
    Note,
    Hold,
    Filter(String),
    Redirect(String),
    Bcc(String),
    Prepend(String),
}

/// Code, enhanced code and text of a refusal that a table asks for.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) code: i64,
    /// Before it is made to fit the subject.
    pub(crate) dsn: String,
    /// Empty: a text of smtpd's own.
    pub(crate) text: String,
}

/// Actions that decide nothing, with the release that brought them.
const ASIDE: &[(&str, Version)] = &[
    ("INFO", Version::new(3, 0)),
    ("WARN", Version::new(2, 1)),
    ("FILTER", Version::new(2, 0)),
    ("HOLD", Version::new(2, 0)),
    ("REDIRECT", Version::new(2, 1)),
    ("BCC", Version::new(2, 5)),
    ("PREPEND", Version::new(2, 1)),
];

impl Config<'_> {
    /// Reads a result in the order of the tests in check_table_result.
    pub(crate) fn read_action(&self, value: &str) -> Action {
        let release = self.model.target.postfix.value.series();
        let has = |since: Version| since <= release;
        let end = value.find([' ', '\t']).unwrap_or(value.len());
        let (word, text) = value.split_at_checked(end).unwrap_or((value, ""));
        let text = text.trim_start_matches(|ch: char| ch.is_ascii_whitespace() || ch == '\x0b');
        let is = |name: &str| word.eq_ignore_ascii_case(name);
        let refused = |code: i64, dsn: &str| {
            let (dsn, text) = split_dsn(dsn, text);
            Refused { code, dsn: dsn.to_owned(), text: text.to_owned() }
        };
        let defer_code = || self.number("access_map_defer_code", 450);
        if is("DUNNO") {
            return Action::Dunno;
        }
        if is("REJECT") {
            return Action::Reject(refused(self.number("access_map_reject_code", 554), "5.7.1"));
        }
        if is("DEFER") && has(Version::new(2, 6)) {
            return Action::Reject(refused(defer_code(), "4.7.1"));
        }
        if is("HANGUP") && has(Version::new(3, 0)) {
            return Action::HangUp;
        }
        if ASIDE.iter().any(|(name, since)| is(name) && has(*since)) {
            return Action::Aside(aside(word, text));
        }
        if is("DISCARD") {
            return Action::Discard;
        }
        if is("DEFER_IF_PERMIT") {
            return Action::DeferIfPermit(refused(defer_code(), "4.7.1"));
        }
        if is("DEFER_IF_REJECT") {
            return Action::DeferIfReject(refused(defer_code(), "4.7.1"));
        }
        if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Action::Ok;
        }
        if let (Some(code), false) = (refusal_code(word), text.is_empty()) {
            return Action::Reject(refused(code, if code < 500 { "4.7.1" } else { "5.7.1" }));
        }
        if is("OK") || is("RELAY") {
            return Action::Ok;
        }
        if value.contains(':') {
            return Action::Table;
        }
        let program = self.read_program(value, &SourceText::unplaced(value));
        // In the dark ages, nothing at all meant OK, and it does still.
        if program.items.is_empty() { Action::Ok } else { Action::List(Rc::new(program)) }
    }

    /// A number, or `default` where the text is none.
    pub(crate) fn number(&self, name: &'static str, default: i64) -> i64 {
        self.param(name).parse().unwrap_or(default)
    }
}

/// What an action that decides nothing does; nothing but a line in the log where it
/// lacks what it needs.
// smtpd_check.c, check_table_result
fn aside(word: &str, text: &str) -> Aside {
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    let text = || text.to_owned();
    if is("HOLD") {
        Aside::Hold
    } else if is("FILTER") && text().contains(':') {
        Aside::Filter(text())
    } else if is("REDIRECT") && text().contains('@') {
        Aside::Redirect(text())
    } else if is("BCC") && text().contains('@') {
        Aside::Bcc(text())
    } else if is("PREPEND") && is_header(&text()) {
        Aside::Prepend(text())
    } else {
        Aside::Note
    }
}

/// Whether a line begins with the name of a header and a colon.
// is_header.c
fn is_header(line: &str) -> bool {
    let name = line.split(':').next().unwrap_or_default();
    let label = name.trim_end_matches([' ', '\t']);
    name.len() < line.len() && !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Three digits of which the first is 4 or 5.
fn refusal_code(word: &str) -> Option<i64> {
    let is_one = word.len() == 3 && word.starts_with(['4', '5']) && word.bytes().all(|byte| byte.is_ascii_digit());
    is_one.then(|| word.parse().ok()).flatten()
}

/// An enhanced status code at the start of a text, and the rest.
// dsn_util.c, dsn_split
pub(crate) fn split_dsn<'t>(default: &'t str, text: &'t str) -> (&'t str, &'t str) {
    let text = trim_start(text);
    match dsn_length(text).and_then(|length| text.split_at_checked(length)) {
        Some((dsn, rest)) => (dsn, trim_start(rest)),
        None => (default, text),
    }
}

fn trim_start(text: &str) -> &str {
    text.trim_start_matches(|ch: char| ch.is_ascii_whitespace() || ch == '\x0b')
}

/// The length of the enhanced status code at the start of a text.
// dsn_util.c, dsn_valid
pub(crate) fn dsn_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if !matches!(bytes.first(), Some(b'2' | b'4' | b'5')) || bytes.get(1) != Some(&b'.') {
        return None;
    }
    let digits = |from: usize| {
        let count = bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
        (1..=3).contains(&count).then_some(from + count)
    };
    let dot = digits(2)?;
    if bytes.get(dot) != Some(&b'.') {
        return None;
    }
    let end = digits(dot + 1)?;
    match bytes.get(end) {
        None => Some(end),
        Some(byte) => (byte.is_ascii_whitespace() || *byte == 0x0b).then_some(end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enhanced_code_at_the_start_of_a_text_is_taken_off() {
        assert_eq!(split_dsn("4.7.1", "5.1.1  no such user"), ("5.1.1", "no such user"));
        assert_eq!(split_dsn("4.7.1", "5.1.1"), ("5.1.1", ""));
        assert_eq!(split_dsn("4.7.1", "5.1.1: no"), ("4.7.1", "5.1.1: no"));
        assert_eq!(split_dsn("4.7.1", "3.1.1 no"), ("4.7.1", "3.1.1 no"));
        assert_eq!(split_dsn("4.7.1", "5.1234.1 no"), ("4.7.1", "5.1234.1 no"));
    }

    #[test]
    fn an_action_without_what_it_needs_is_only_logged() {
        assert_eq!(aside("filter", "smtp:[127.0.0.1]:10025"), Aside::Filter("smtp:[127.0.0.1]:10025".to_owned()));
        assert_eq!(aside("PREPEND", "X-Seen : yes"), Aside::Prepend("X-Seen : yes".to_owned()));
        for (word, text) in
            [("FILTER", "dummy"), ("REDIRECT", "root"), ("BCC", ""), ("PREPEND", "no header"), ("WARN", "a@b: c")]
        {
            assert_eq!(aside(word, text), Aside::Note, "{word} {text}");
        }
    }

    #[test]
    fn codes_are_three_digits() {
        assert_eq!(refusal_code("550"), Some(550));
        assert_eq!(refusal_code("350"), None);
        assert_eq!(refusal_code("5500"), None);
    }
}
