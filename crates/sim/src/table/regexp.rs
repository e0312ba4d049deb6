//! Tables of patterns.

use super::Found;
use super::marks::marked;
use super::pattern::{Fault, Pattern, PcreFlags};
use super::rules::{after_keyword, after_negation, space};
use crate::Missing;
use postproof_diag::{Span, text};
use std::borrow::Cow;
use std::cell::OnceCell;

/// How many rules of one table are kept; a look-up that passes them all is not
/// answered. Real tables have hundreds.
const MAX_RULES: usize = 20_000;

/// Signs of a pattern that a message shows.
const SHOWN: usize = 60;

/// Which library reads the patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// regexp:
    Posix,
    /// pcre:
    Pcre,
}

/// The rules in order.
#[derive(Debug)]
pub(super) struct Rules<'a> {
    dialect: Dialect,
    substitutes: bool,
    rules: Vec<Rule<'a>>,
    /// Whether there were more than [`MAX_RULES`].
    is_cut: bool,
}

#[derive(Debug)]
struct Rule<'a> {
    line: Cow<'a, str>,
    span: Option<Span>,
    /// For `if`, the rule behind its `endif`.
    condition: Option<Option<usize>>,
    /// Read when it is first asked for; nothing if Postfix skips the line.
    read: OnceCell<Option<Read>>,
}

/// A line that was understood.
#[derive(Debug)]
struct Read {
    first: Test,
    second: Option<Test>,
    value: Vec<Part>,
}

/// A pattern, and whether it must be found or must not.
#[derive(Debug)]
struct Test {
    /// Nothing where we can't say what it matches.
    pattern: Option<Pattern>,
    /// The pattern as written.
    shown: String,
    matches: bool,
}

/// A piece of the text after the pattern.
#[derive(Debug)]
enum Part {
    Text(String),
    Group(usize),
}

impl<'a> Rules<'a> {
    // dict_regexp.c, dict_regexp_open; dict_pcre.c, dict_pcre_open
    pub(super) fn new(
        lines: impl Iterator<Item = (Cow<'a, str>, Option<Span>)>,
        dialect: Dialect,
        substitutes: bool,
    ) -> Self {
        let mut table = Self { dialect, substitutes, rules: Vec::new(), is_cut: false };
        let mut open = Vec::new();
        for (line, span) in lines {
            if table.rules.len() >= MAX_RULES {
                table.is_cut = true;
                break;
            }
            let mut rule = Rule { line, span, condition: None, read: OnceCell::new() };
            if !rule.line.starts_with(|ch: char| ch.is_ascii_alphanumeric()) {
                table.rules.push(rule);
            } else if after_keyword(&rule.line, "if").is_some() {
                rule.condition = Some(None);
                if table.read(&rule).is_some() {
                    open.push(table.rules.len());
                    table.rules.push(rule);
                }
            } else if after_keyword(&rule.line, "endif").is_some()
                && let Some(at) = open.pop()
            {
                let end = table.rules.len();
                if let Some(rule) = table.rules.get_mut(at) {
                    rule.condition = Some(Some(end));
                }
            }
        }
        table
    }

    /// The rules that give a value, in order, each with all tests that must hold
    /// for it: its own and those of the `if` lines round it.
    pub(super) fn guarded(&self) -> Vec<Guarded<'_>> {
        let mut found = Vec::new();
        let mut open: Vec<(&Test, usize)> = Vec::new();
        for (at, rule) in self.rules.iter().enumerate() {
            open.retain(|(_, end)| at < *end);
            let Some(read) = self.read(rule) else { continue };
            if let Some(end) = rule.condition {
                open.push((&read.first, end.unwrap_or(usize::MAX)));
                continue;
            }
            let tests = open.iter().map(|(test, _)| *test).chain([&read.first]).chain(&read.second);
            found.push(Guarded {
                tests: tests.map(|test| (test.pattern.as_ref(), test.matches)).collect(),
                value: read.template(),
            });
        }
        if self.is_cut {
            found.push(Guarded { tests: vec![(None, true)], value: Template::default() });
        }
        found
    }

    fn read<'r>(&self, rule: &'r Rule<'a>) -> Option<&'r Read> {
        rule.read.get_or_init(|| self.understood(rule)).as_ref()
    }

    // dict_regexp.c, dict_regexp_parseline; dict_pcre.c, dict_pcre_parse_rule
    fn understood(&self, rule: &Rule<'a>) -> Option<Read> {
        let line = rule.line.trim_end_matches(space);
        let text = if rule.condition.is_some() { after_keyword(line, "if")?.trim_start_matches(space) } else { line };
        let (first, rest) = self.test(text)?;
        if rule.condition.is_some() {
            return Some(Read { first, second: None, value: Vec::new() });
        }
        let (second, rest) = match (self.dialect, rest.starts_with('!')) {
            (Dialect::Posix, true) => self.test(rest).map(|(second, rest)| (Some(second), rest))?,
            (Dialect::Posix | Dialect::Pcre, _) => (None, rest),
        };
        let (value, highest) = parts(rest.trim_start_matches(space))?;
        if highest > 0 && (!first.matches || !self.substitutes) {
            return None;
        }
        if first.pattern.as_ref().is_some_and(|pattern| highest > pattern.groups) {
            return None;
        }
        Some(Read { first, second, value })
    }

    /// A pattern with its negation and flags, and what follows; nothing if it is refused.
    // dict_regexp.c, dict_regexp_get_pat; dict_pcre.c, dict_pcre_get_pattern
    fn test<'t>(&self, text: &'t str) -> Option<(Test, &'t str)> {
        let (text, matches) = after_negation(text);
        let bytes = text.as_bytes();
        let delimiter = *bytes.first()?;
        let end = closing(bytes, delimiter)?;
        let pattern = bytes.get(1..end)?;
        let after = bytes.get(end + 1..)?;
        let is_end = |byte: &u8| space(char::from(*byte)) || (self.dialect == Dialect::Posix && *byte == b'!');
        let flags = after.get(..after.iter().position(is_end).unwrap_or(after.len()))?;
        let compiled = match self.dialect {
            Dialect::Posix => posix(pattern, flags)?,
            Dialect::Pcre => pcre(pattern, flags)?,
        };
        let compiled = match compiled {
            // A delimiter that is half a letter.
            _ if !delimiter.is_ascii() => None,
            Ok(pattern) => Some(pattern),
            Err(Fault::Unsupported) => None,
            Err(Fault::Refused) => return None,
        };
        let rest = text.get(end + 1 + flags.len()..).unwrap_or_default();
        let mut shown: String = text.chars().take(SHOWN).collect();
        if let Some(whole) = text.get(..end + 1).filter(|whole| whole.len() <= SHOWN) {
            shown = whole.to_owned();
        }
        Some((Test { pattern: compiled, shown, matches }, rest))
    }

    /// The value for a key, with marks around what comes from the key if they are
    /// wanted. `name` is the table's.
    // dict_regexp.c, dict_regexp_lookup; dict_pcre.c, dict_pcre_lookup
    pub(super) fn get(&self, name: &str, key: &str, marks: bool) -> Found {
        if key.contains(['\n', '\0']) {
            return unknown(name, key, "");
        }
        let small = key.to_ascii_lowercase();
        let is_in = |test: &Test| {
            test.pattern.as_ref().map(|pattern| pattern.is_in(key.as_bytes(), small.as_bytes()) == test.matches)
        };
        // Up to which rule it is open whether a condition holds, and which one.
        let mut doubt: Option<(usize, &str)> = None;
        let mut at = 0;
        while let Some(rule) = self.rules.get(at) {
            at += 1;
            doubt = doubt.filter(|(end, _)| at <= *end);
            let Some(read) = self.read(rule) else { continue };
            let first = is_in(&read.first);
            if let Some(end) = rule.condition {
                match (first, end) {
                    (Some(true), _) => {}
                    (Some(false), Some(end)) => at = end,
                    (Some(false), None) => return doubt.map_or(Found::Nothing, |(_, shown)| unknown(name, key, shown)),
                    (None, end) => doubt = doubt.or(Some((end.unwrap_or(usize::MAX), &read.first.shown))),
                }
                continue;
            }
            let second = read.second.as_ref().map_or(Some(true), is_in);
            match (first, second) {
                (Some(false), _) | (_, Some(false)) => {}
                (Some(true), Some(true)) => {
                    return match doubt {
                        Some((_, shown)) => unknown(name, key, shown),
                        None => read.value(key, marks).map_or_else(
                            || unknown(name, key, &read.first.shown),
                            |value| Found::Value(value.into(), rule.span),
                        ),
                    };
                }
                (None, _) => return unknown(name, key, &read.first.shown),
                (_, None) => return unknown(name, key, read.second.as_ref().map_or("", |second| &second.shown)),
            }
        }
        if self.is_cut { unknown(name, key, "") } else { Found::Nothing }
    }
}

/// A rule with all that must be so for it to answer.
pub(super) struct Guarded<'r> {
    /// Patterns, each with whether it must be found or must not; nothing where we
    /// can't say what it matches.
    pub(super) tests: Vec<(Option<&'r Pattern>, bool)>,
    pub(super) value: Template,
}

/// A value with its references to groups as `$1`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Template {
    /// The text.
    pub text: String,
    /// Whether a piece of the key goes into it.
    pub has_groups: bool,
}

impl Read {
    fn template(&self) -> Template {
        let mut template = Template::default();
        for part in &self.value {
            match part {
                Part::Text(text) => template.text.push_str(text),
                Part::Group(number) => {
                    template.text.push_str(&format!("${number}"));
                    template.has_groups = true;
                }
            }
        }
        template
    }

    /// The text with what the groups captured; nothing if that is not certain.
    fn value(&self, key: &str, marks: bool) -> Option<String> {
        let needs_groups = self.value.iter().any(|part| matches!(part, Part::Group(_)));
        let captures = if needs_groups { self.first.pattern.as_ref()?.captures(key.as_bytes())? } else { Vec::new() };
        let mut value = Vec::new();
        for part in &self.value {
            match part {
                Part::Text(text) => value.extend_from_slice(text.as_bytes()),
                Part::Group(number) => {
                    if let Some(Some((start, end))) = captures.get(*number) {
                        let piece = key.as_bytes().get(*start..*end).unwrap_or_default();
                        if marks {
                            marked(&mut value, piece);
                        } else {
                            value.extend_from_slice(piece);
                        }
                    }
                }
            }
        }
        Some(postproof_diag::decode(&value).into_owned())
    }
}

/// Where the delimiter closes; a backslash protects what follows.
fn closing(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let mut at = 1;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            byte if byte == delimiter => return Some(at),
            _ => at += 1,
        }
    }
}

/// Nothing if a flag is not known.
fn posix(pattern: &[u8], flags: &[u8]) -> Option<Result<Pattern, Fault>> {
    if !flags.iter().all(|flag| matches!(flag, b'i' | b'm' | b'x')) {
        return None;
    }
    let odd = |flag: u8| flags.iter().filter(|one| **one == flag).count() % 2 == 1;
    // `x` turns to basic regular expressions, which nobody uses.
    Some(if odd(b'x') { Err(Fault::Unsupported) } else { Pattern::posix(pattern, !odd(b'i')) })
}

/// Nothing if a flag is not known.
fn pcre(pattern: &[u8], flags: &[u8]) -> Option<Result<Pattern, Fault>> {
    if !flags.iter().all(|flag| b"imsxAEUX".contains(flag)) {
        return None;
    }
    let odd = |flag: u8| flags.iter().filter(|one| **one == flag).count() % 2 == 1;
    let flags = PcreFlags { caseless: !odd(b'i'), extended: odd(b'x'), anchored: odd(b'A'), ungreedy: odd(b'U') };
    Some(Pattern::pcre(pattern, flags))
}

/// The pieces of a text with `$1`, `${1}` or `$(1)`, and the highest number;
/// nothing if it is broken.
// mac_parse.c; dict_regexp.c, dict_regexp_prescan
fn parts(text: &str) -> Option<(Vec<Part>, usize)> {
    let mut parts = Vec::new();
    let mut highest = 0;
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        plain.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            plain.push('$');
            rest = after;
            continue;
        }
        let (name, behind) = reference(after)?;
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // Numbers beyond every pattern are refused like those beyond this one.
        let number: usize = name.parse().unwrap_or(usize::MAX);
        if number == 0 {
            return None;
        }
        if !plain.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut plain)));
        }
        parts.push(Part::Group(number));
        highest = highest.max(number);
        rest = behind;
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    Some((parts, highest))
}

/// The name after a `$` and what follows it; nothing if a bracket is open.
fn reference(text: &str) -> Option<(&str, &str)> {
    let (open, close) = match text.bytes().next() {
        Some(b'(') => (b'(', b')'),
        Some(b'{') => (b'{', b'}'),
        Some(_) | None => {
            let is_name = |ch: char| ch.is_ascii_alphanumeric() || ch == '_';
            return text.split_at_checked(text.find(|ch| !is_name(ch)).unwrap_or(text.len()));
        }
    };
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
        }
        if depth == 0 {
            return Some((text.get(1..at)?, text.get(at + 1..)?));
        }
    }
    None
}

/// That a pattern stands in the way.
fn unknown(name: &str, key: &str, pattern: &str) -> Found {
    let text = if pattern.is_empty() {
        text!("the answer of `{name}` to `{key}`", "`{name}` 테이블의 `{key}` 조회 결과")
    } else {
        text!(
            "what the pattern `{pattern}` of `{name}` does with `{key}`",
            "`{name}` 테이블의 `{pattern}` 패턴이 `{key}` 키에 맞는지 여부"
        )
    };
    Found::Unknown(Missing { topic: name.into(), ..Missing::new(format!("{name}:{key}"), text) })
}
