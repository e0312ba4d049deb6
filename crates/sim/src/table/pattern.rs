//! Regular expressions of regexp: and pcre: tables.
//!
//! Both programs match bytes: glibc in the C locale, PCRE2 without UTF. So do
//! we, in time linear in pattern times key. What can't be had in linear time or
//! is not settled by the documentation is [`Fault::Unsupported`]; what the real
//! library refuses is [`Fault::Refused`].

mod pcre;
mod posix;
mod program;
mod tree;

pub(in crate::table) use program::Program;
pub(in crate::table) use program::Step;
use tree::Node;
pub(in crate::table) use tree::{Assert, Set};

/// Why there is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The real library gives an error, and Postfix skips the line.
    Refused,
    /// We can't say what it matches.
    Unsupported,
}

/// How deep groups may nest; PCRE2 itself stops at 250.
const MAX_NESTING: usize = 100;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    program: Program,
    /// Assertions at the start or end of the key that must hold or not hold.
    conditions: Vec<(Program, bool)>,
    /// Text in small letters that each match holds.
    required: Vec<u8>,
    /// The pattern itself, where groups capture.
    node: Option<Box<Node>>,
    /// How many groups capture.
    pub(super) groups: usize,
    /// Whether groups take the longest text, as POSIX has it.
    longest: bool,
    /// Whether groups are where both libraries agree with us.
    groups_are_certain: bool,
}

/// What groups captured, by number; nothing where a group took no part.
pub(super) type Captures = Vec<Option<(usize, usize)>>;

/// A parsed pattern.
#[derive(Debug)]
struct Parsed {
    node: Node,
    conditions: Vec<(Node, bool)>,
    groups: usize,
    /// Whether a condition holds groups.
    condition_groups: bool,
}

/// Flags of a pcre: pattern that matter where keys hold no line end.
#[derive(Clone, Copy, Debug)]
pub(super) struct PcreFlags {
    pub(super) caseless: bool,
    pub(super) extended: bool,
    pub(super) anchored: bool,
    pub(super) ungreedy: bool,
}

impl Pattern {
    /// A pattern of a regexp: table.
    pub(super) fn posix(text: &[u8], caseless: bool) -> Result<Self, Fault> {
        Self::compile(posix::parse(text, caseless)?, true)
    }

    /// A pattern of a pcre: table.
    pub(super) fn pcre(text: &[u8], flags: PcreFlags) -> Result<Self, Fault> {
        Self::compile(pcre::parse(text, flags)?, false)
    }

    fn compile(parsed: Parsed, longest: bool) -> Result<Self, Fault> {
        let mut conditions = Vec::new();
        for (node, wanted) in &parsed.conditions {
            conditions.push((Program::new(node)?, *wanted));
        }
        Ok(Self {
            program: Program::new(&parsed.node)?,
            conditions,
            required: parsed.node.required(),
            groups: parsed.groups,
            longest,
            groups_are_certain: !parsed.condition_groups && !parsed.node.loops_over_nothing(),
            node: (parsed.groups > 0).then(|| Box::new(parsed.node)),
        })
    }

    /// Whether the pattern is found in a key; `small` is the key in small letters.
    pub(super) fn is_in(&self, key: &[u8], small: &[u8]) -> bool {
        holds(small, &self.required)
            && self.conditions.iter().all(|(program, wanted)| program.is_in(key) == *wanted)
            && self.program.is_in(key)
    }

    /// A text that the pattern may match, with these texts for its groups.
    pub(in crate::table) fn sample(&self, group: &dyn Fn(usize) -> Option<String>) -> Option<String> {
        let mut text = Vec::new();
        self.node.as_ref()?.sample(group, &mut text);
        String::from_utf8(text).ok()
    }

    /// The programs that a match needs, each with whether it must be found.
    pub(in crate::table) fn programs(&self) -> impl Iterator<Item = (&Program, bool)> {
        let conditions = self.conditions.iter().map(|(program, wanted)| (program, *wanted));
        conditions.chain(std::iter::once((&self.program, true)))
    }

    /// What the groups capture in a key in which the pattern is; nothing if the
    /// libraries could take it in more than one way.
    pub(super) fn captures(&self, key: &[u8]) -> Option<Captures> {
        if !self.groups_are_certain {
            return None;
        }
        let found = self.program.captures(key, self.longest, false)?;
        let is_only_way = || self.program.captures(key, true, true).as_ref() == Some(&found);
        (!self.longest || self.program.is_straight || is_only_way()).then_some(found)
    }
}

/// Whether `part` is in `text`.
fn holds(text: &[u8], part: &[u8]) -> bool {
    match part.split_first() {
        None => true,
        Some((first, rest)) => {
            let mut left = text;
            while let Some(at) = left.iter().position(|byte| byte == first) {
                left = left.get(at + 1..).unwrap_or_default();
                if left.starts_with(rest) {
                    return true;
                }
            }
            false
        }
    }
}

/// The bytes of a POSIX class in the C locale.
fn class(name: &[u8], caseless: bool) -> Option<Set> {
    let is_it: fn(&u8) -> bool = match name {
        b"alpha" => u8::is_ascii_alphabetic,
        b"upper" | b"lower" if caseless => u8::is_ascii_alphabetic,
        b"upper" => u8::is_ascii_uppercase,
        b"lower" => u8::is_ascii_lowercase,
        b"digit" => u8::is_ascii_digit,
        b"xdigit" => u8::is_ascii_hexdigit,
        b"alnum" => u8::is_ascii_alphanumeric,
        b"punct" => u8::is_ascii_punctuation,
        b"space" => |byte| matches!(byte, b' ' | 9..=13),
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"cntrl" => u8::is_ascii_control,
        b"print" => |byte| matches!(byte, 32..=126),
        b"graph" => u8::is_ascii_graphic,
        _ => return None,
    };
    Some(Set::of(is_it))
}
