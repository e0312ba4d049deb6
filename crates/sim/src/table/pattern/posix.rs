//! Extended regular expressions as glibc reads them.

use super::tree::{Assert, Node, Set};
use super::{Fault, MAX_NESTING, Parsed, class};

/// regcomp.c: RE_DUP_MAX
const MAX_REPEAT: u32 = 0x7fff;

struct Reader<'t> {
    rest: &'t [u8],
    caseless: bool,
    groups: usize,
    depth: usize,
}

/// Reads a pattern.
// regex(7); glibc's RE_SYNTAX_POSIX_EXTENDED
pub(super) fn parse(text: &[u8], caseless: bool) -> Result<Parsed, Fault> {
    let mut reader = Reader { rest: text, caseless, groups: 0, depth: 0 };
    let node = reader.alternatives()?;
    Ok(Parsed { node, conditions: Vec::new(), groups: reader.groups, condition_groups: false })
}

impl Reader<'_> {
    fn take(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn alternatives(&mut self) -> Result<Node, Fault> {
        let mut parts = vec![self.branch()?];
        while self.rest.first() == Some(&b'|') {
            self.take();
            parts.push(self.branch()?);
        }
        Ok(match parts.len() {
            1 => parts.pop().unwrap_or(Node::Concat(Vec::new())),
            _ => Node::Alternatives(parts),
        })
    }

    fn branch(&mut self) -> Result<Node, Fault> {
        let mut parts = Vec::new();
        loop {
            match self.rest.first() {
                None | Some(b'|') => break,
                // RE_UNMATCHED_RIGHT_PAREN_ORD: outside groups it is a plain sign
                Some(b')') if self.depth > 0 => break,
                Some(_) => parts.push(self.piece()?),
            }
        }
        Ok(Node::Concat(parts))
    }

    fn piece(&mut self) -> Result<Node, Fault> {
        let mut node = self.atom()?;
        loop {
            let (min, max) = match self.rest.first() {
                Some(b'*') => (0, None),
                Some(b'+') => (1, None),
                Some(b'?') => (0, Some(1)),
                Some(b'{') => {
                    self.take();
                    let bounds = self.bounds()?;
                    // An anchor is not repeated: regcomp.c, parse_expression, ANCHOR
                    if matches!(node, Node::Assert(_)) {
                        return Err(Fault::Refused);
                    }
                    node = Node::Repeat { node: Box::new(node), min: bounds.0, max: bounds.1, greedy: true };
                    continue;
                }
                Some(_) | None => return Ok(node),
            };
            self.take();
            if matches!(node, Node::Assert(_)) {
                return Err(Fault::Refused);
            }
            node = Node::Repeat { node: Box::new(node), min, max, greedy: true };
        }
    }

    /// What follows `{`.
    fn bounds(&mut self) -> Result<(u32, Option<u32>), Fault> {
        let end = self.rest.iter().position(|byte| *byte == b'}').ok_or(Fault::Refused)?;
        let text = self.rest.get(..end).unwrap_or_default();
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        let number = |text: &[u8]| -> Result<Option<u32>, Fault> {
            if text.is_empty() {
                return Ok(None);
            }
            if !text.iter().all(u8::is_ascii_digit) {
                return Err(Fault::Refused);
            }
            let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(u32::MAX);
            if number > MAX_REPEAT { Err(Fault::Refused) } else { Ok(Some(number)) }
        };
        let mut parts = text.splitn(2, |byte| *byte == b',');
        let (min, max) = (parts.next().unwrap_or_default(), parts.next());
        match (number(min)?, max) {
            (None, None) => Err(Fault::Refused),
            (Some(exact), None) => Ok((exact, Some(exact))),
            (min, Some(max)) => {
                let (min, max) = (min.unwrap_or(0), number(max)?);
                if max.is_some_and(|max| max < min) { Err(Fault::Refused) } else { Ok((min, max)) }
            }
        }
    }

    fn atom(&mut self) -> Result<Node, Fault> {
        let byte = self.take().ok_or(Fault::Refused)?;
        Ok(match byte {
            b'(' => return self.group(),
            b'[' => return self.bracket(),
            b'.' => Node::Set(Set::of(|byte| *byte != 0)),
            b'^' => Node::Assert(Assert::Start),
            b'$' => Node::Assert(Assert::End),
            // RE_CONTEXT_INVALID_OPS
            b'*' | b'+' | b'?' | b'{' => return Err(Fault::Refused),
            b'\\' => return self.escape(),
            plain => self.plain(plain),
        })
    }

    fn plain(&self, byte: u8) -> Node {
        Node::Set(Set::byte(byte, self.caseless))
    }

    fn group(&mut self) -> Result<Node, Fault> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(Fault::Unsupported);
        }
        self.groups += 1;
        let number = self.groups;
        let inner = self.alternatives()?;
        if self.take() != Some(b')') {
            return Err(Fault::Refused);
        }
        self.depth -= 1;
        Ok(Node::Group(number, Box::new(inner)))
    }

    /// What follows a backslash; with GNU's own signs.
    fn escape(&mut self) -> Result<Node, Fault> {
        let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let space = |byte: &u8| matches!(byte, b' ' | 9..=13);
        Ok(match self.take() {
            None => return Err(Fault::Refused),
            Some(b'1'..=b'9') => return Err(Fault::Unsupported),
            Some(b'w') => Node::Set(Set::of(word)),
            Some(b'W') => Node::Set(Set::of(word).negated()),
            Some(b's') => Node::Set(Set::of(space)),
            Some(b'S') => Node::Set(Set::of(space).negated()),
            Some(b'b') => Node::Assert(Assert::WordEdge),
            Some(b'B') => Node::Assert(Assert::NoWordEdge),
            Some(b'<') => Node::Assert(Assert::WordStart),
            Some(b'>') => Node::Assert(Assert::WordEnd),
            Some(b'`') => Node::Assert(Assert::Start),
            Some(b'\'') => Node::Assert(Assert::End),
            // regcomp.c, peek_token: where case does not matter, both texts are
            // put into capitals, but not a letter behind a backslash.
            Some(plain) if self.caseless && plain.is_ascii_lowercase() => Node::Set(Set::default()),
            Some(plain) => self.plain(plain),
        })
    }

    /// What follows `[`. A backslash is a plain sign here.
    fn bracket(&mut self) -> Result<Node, Fault> {
        let negated = self.rest.first() == Some(&b'^');
        if negated {
            self.take();
        }
        let mut set = Set::default();
        let mut is_first = true;
        loop {
            let item = match self.rest {
                [] => return Err(Fault::Refused),
                [b']', ..] if !is_first => {
                    self.take();
                    break;
                }
                [b'[', b':', rest @ ..] => {
                    let end = rest.windows(2).position(|pair| pair == b":]").ok_or(Fault::Unsupported)?;
                    let name = rest.get(..end).unwrap_or_default();
                    set.add_all(class(name, self.caseless).ok_or(Fault::Refused)?);
                    self.rest = rest.get(end + 2..).unwrap_or_default();
                    if self.rest.starts_with(b"-") && !self.rest.starts_with(b"-]") {
                        return Err(Fault::Unsupported);
                    }
                    is_first = false;
                    continue;
                }
                _ => self.element()?,
            };
            is_first = false;
            match self.rest {
                [b'-', b']', ..] | [] => set.add(item),
                [b'-', ..] => {
                    self.take();
                    if self.rest.starts_with(b"[:") {
                        return Err(Fault::Unsupported);
                    }
                    let last = self.element()?;
                    if last < item {
                        return Err(Fault::Refused);
                    }
                    set.add_all(Set::of(|byte| (item..=last).contains(byte)));
                }
                _ => set.add(item),
            }
        }
        let set = if self.caseless { set.folded() } else { set };
        Ok(Node::Set(if negated { set.negated() } else { set }))
    }

    /// One sign in brackets, perhaps as `[.x.]` or `[=x=]`.
    fn element(&mut self) -> Result<u8, Fault> {
        match self.rest {
            [b'[', mark @ (b'.' | b'='), sign, end, b']', rest @ ..] if mark == end => {
                self.rest = rest;
                Ok(*sign)
            }
            [b'[', b'.' | b'=', ..] => Err(Fault::Unsupported),
            [] => Err(Fault::Refused),
            [sign, rest @ ..] => {
                self.rest = rest;
                Ok(*sign)
            }
        }
    }
}
