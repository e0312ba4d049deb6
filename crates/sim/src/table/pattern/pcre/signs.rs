//! Escapes and bracket classes.

use super::super::tree::{Assert, Node, Set};
use super::super::{Fault, class};
use super::Reader;

impl Reader<'_> {
    /// What follows a backslash.
    pub(super) fn escape(&mut self) -> Result<Node, Fault> {
        let byte = self.take().ok_or(Fault::Refused)?;
        if let Some(set) = shorthand(byte) {
            return Ok(Node::Set(set));
        }
        Ok(match byte {
            b'b' => Node::Assert(Assert::WordEdge),
            b'B' => Node::Assert(Assert::NoWordEdge),
            b'A' => Node::Assert(Assert::Start),
            b'z' | b'Z' => Node::Assert(Assert::End),
            b'N' if !self.rest.starts_with(b"{") => Node::Set(Set::default().negated()),
            b'1'..=b'9' => return Err(Fault::Unsupported),
            other => {
                let byte = self.sign(other)?;
                self.plain(byte)
            }
        })
    }

    /// The sign that an escape stands for.
    fn sign(&mut self, byte: u8) -> Result<u8, Fault> {
        Ok(match byte {
            b't' => b'\t',
            b'n' => b'\n',
            b'r' => b'\r',
            b'f' => 0x0c,
            b'a' => 0x07,
            b'e' => 0x1b,
            b'x' => return self.hex(),
            b'0'..=b'9' => return Err(Fault::Unsupported),
            // pcre2pattern(3), Backslash: letters that mean nothing are errors
            b'i' | b'j' | b'm' | b'q' | b'y' | b'I' | b'J' | b'M' | b'O' | b'T' | b'Y' => return Err(Fault::Refused),
            letter if letter.is_ascii_alphabetic() => return Err(Fault::Unsupported),
            plain => plain,
        })
    }

    fn hex(&mut self) -> Result<u8, Fault> {
        let is_hex = |byte: &&u8| byte.is_ascii_hexdigit();
        let digits = if self.skip(b"{") {
            let end = self.rest.iter().position(|byte| *byte == b'}').ok_or(Fault::Unsupported)?;
            let (digits, rest) = self.rest.split_at_checked(end).ok_or(Fault::Unsupported)?;
            self.rest = rest.get(1..).unwrap_or_default();
            digits
        } else {
            let length = self.rest.iter().take(2).take_while(is_hex).count();
            let (digits, rest) = self.rest.split_at_checked(length).ok_or(Fault::Unsupported)?;
            self.rest = rest;
            digits
        };
        let text = std::str::from_utf8(digits).map_err(|_| Fault::Unsupported)?;
        u8::from_str_radix(text, 16).map_err(|_| Fault::Unsupported)
    }

    /// What follows `[`.
    pub(super) fn bracket(&mut self) -> Result<Node, Fault> {
        let negated = self.skip(b"^");
        let mut set = Set::default();
        let mut is_first = true;
        loop {
            if self.rest.is_empty() {
                return Err(Fault::Refused);
            }
            if !is_first && self.skip(b"]") {
                break;
            }
            is_first = false;
            let from = match self.element()? {
                Element::Many(many) => {
                    set.add_all(many);
                    if matches!(self.rest, [b'-', next, ..] if *next != b']') {
                        return Err(Fault::Unsupported);
                    }
                    continue;
                }
                Element::One(one) => one,
            };
            if matches!(self.rest, [b'-', next, ..] if *next != b']') {
                self.skip(b"-");
                let Element::One(last) = self.element()? else { return Err(Fault::Unsupported) };
                if last < from {
                    return Err(Fault::Refused);
                }
                set.add_all(Set::of(|byte| (from..=last).contains(byte)));
            } else {
                set.add(from);
            }
        }
        let set = if self.caseless { set.folded() } else { set };
        Ok(Node::Set(if negated { set.negated() } else { set }))
    }

    /// One sign or class in brackets.
    fn element(&mut self) -> Result<Element, Fault> {
        match self.take().ok_or(Fault::Refused)? {
            b'[' => self.named_class(),
            b'\\' => {
                let byte = self.take().ok_or(Fault::Refused)?;
                match (shorthand(byte), byte) {
                    (Some(set), _) => Ok(Element::Many(set)),
                    (None, b'b') => Ok(Element::One(8)),
                    (None, b'0'..=b'9' | b'A'..=b'Z') => Err(Fault::Unsupported),
                    (None, other) => self.sign(other).map(Element::One),
                }
            }
            plain => Ok(Element::One(plain)),
        }
    }

    /// `[:alpha:]` in brackets; a `[` without it is a plain sign.
    fn named_class(&mut self) -> Result<Element, Fault> {
        let Some(mark @ (b':' | b'.' | b'=')) = self.rest.first().copied() else { return Ok(Element::One(b'[')) };
        let end = self.rest.windows(2).skip(1).position(|pair| pair == [mark, b']']).map(|at| at + 1);
        let Some(inner) = end.and_then(|end| self.rest.get(1..end)) else { return Ok(Element::One(b'[')) };
        let (negated, name) = match inner.strip_prefix(b"^") {
            Some(name) => (true, name),
            None => (false, inner),
        };
        if mark != b':' || !name.iter().all(u8::is_ascii_lowercase) {
            return Err(Fault::Unsupported);
        }
        let set = if name == b"word" { Set::of(is_word) } else { class(name, self.caseless).ok_or(Fault::Refused)? };
        self.rest = self.rest.get(inner.len() + 3..).unwrap_or_default();
        Ok(Element::Many(if negated { set.negated() } else { set }))
    }
}

enum Element {
    One(u8),
    Many(Set),
}

fn is_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_'
}

/// Classes with a letter.
fn shorthand(byte: u8) -> Option<Set> {
    let set = match byte.to_ascii_lowercase() {
        b'd' => Set::of(u8::is_ascii_digit),
        b'w' => Set::of(is_word),
        b's' => Set::of(|byte| matches!(byte, b' ' | 9..=13)),
        b'h' => Set::of(|byte| matches!(byte, b' ' | 9 | 0xa0)),
        b'v' => Set::of(|byte| matches!(byte, 10..=13 | 0x85)),
        _ => return None,
    };
    Some(if byte.is_ascii_uppercase() { set.negated() } else { set })
}
