//! Patterns as PCRE2 reads them, without UTF.
//!
//! Keys hold no line end, so that `m`, `s` and `E` make no difference.

mod signs;

use super::tree::{Assert, Node, Set};
use super::{Fault, MAX_NESTING, Parsed, PcreFlags};

/// pcre2pattern(3), Repetition
const MAX_REPEAT: u32 = 65_535;

struct Reader<'t> {
    rest: &'t [u8],
    caseless: bool,
    extended: bool,
    ungreedy: bool,
    anchored: bool,
    groups: usize,
    depth: usize,
    names: Vec<&'t [u8]>,
    conditions: Vec<(Node, bool)>,
    condition_groups: bool,
}

/// How many assertions one pattern may have.
const MAX_CONDITIONS: usize = 20;

/// Whether parts in a row, from the key's start, can end in one place only: each
/// repetition stops at a sign that it can't take.
fn ends_at_one_place(parts: &[Node]) -> bool {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Node::Group(_, inner) => match inner.as_ref() {
                Node::Concat(inner) => flat.extend(inner.iter()),
                other => flat.push(other),
            },
            other => flat.push(other),
        }
    }
    flat.iter().enumerate().all(|(at, part)| match (part, flat.get(at + 1)) {
        (Node::Set(_) | Node::Assert(_), _) => true,
        (Node::Repeat { node, .. }, Some(Node::Set(next))) if part.length().is_none() => {
            matches!(node.as_ref(), Node::Set(set) if !set.meets(*next))
        }
        (part, _) => part.length().is_some(),
    })
}

/// What a piece of a pattern is.
enum Piece {
    Node(Node),
    /// What must follow, or must not.
    Ahead(Node, bool),
    /// Nothing that matches: a comment, flags, an assertion that became a condition.
    None,
}

/// Reads a pattern.
// pcre2pattern(3)
pub(super) fn parse(text: &[u8], flags: PcreFlags) -> Result<Parsed, Fault> {
    let mut reader = Reader {
        rest: text,
        caseless: flags.caseless,
        extended: flags.extended,
        ungreedy: flags.ungreedy,
        anchored: flags.anchored,
        groups: 0,
        depth: 0,
        names: Vec::new(),
        conditions: Vec::new(),
        condition_groups: false,
    };
    let mut node = reader.alternatives()?;
    if !reader.rest.is_empty() {
        // A `)` that closes nothing.
        return Err(Fault::Refused);
    }
    if flags.anchored {
        node = Node::Concat(vec![Node::Assert(Assert::Start), node]);
    }
    Ok(Parsed { node, conditions: reader.conditions, groups: reader.groups, condition_groups: reader.condition_groups })
}

impl<'t> Reader<'t> {
    fn take(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Goes on behind `text`, if that is next.
    fn skip(&mut self, text: &[u8]) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Blanks and comments of extended patterns.
    fn skip_blanks(&mut self) {
        while self.extended {
            match self.rest {
                [b' ' | 9..=13, rest @ ..] => self.rest = rest,
                [b'#', ..] => {
                    let end = self.rest.iter().position(|byte| *byte == b'\n').map_or(self.rest.len(), |end| end + 1);
                    self.rest = self.rest.get(end..).unwrap_or_default();
                }
                _ => break,
            }
        }
    }

    fn alternatives(&mut self) -> Result<Node, Fault> {
        let mut parts = vec![self.branch()?];
        while self.skip(b"|") {
            if self.depth == 0 && !self.conditions.is_empty() {
                return Err(Fault::Unsupported);
            }
            parts.push(self.branch()?);
            if self.depth == 0 && !self.conditions.is_empty() {
                return Err(Fault::Unsupported);
            }
        }
        Ok(match parts.len() {
            1 => parts.pop().unwrap_or(Node::Concat(Vec::new())),
            _ => Node::Alternatives(parts),
        })
    }

    fn branch(&mut self) -> Result<Node, Fault> {
        let mut parts = Vec::new();
        loop {
            self.skip_blanks();
            match self.rest.first() {
                None | Some(b'|' | b')') => break,
                Some(_) => {}
            }
            if self.skip(b"\\E") || (self.rest.starts_with(b"\\Q") && self.quoted(&mut parts)) {
                continue;
            }
            match self.atom()? {
                Piece::Node(node) => parts.push(self.repeated(node)?),
                Piece::Ahead(inner, wanted) => self.look_ahead(&parts, inner, wanted)?,
                Piece::None if matches!(self.rest.first(), Some(b'*' | b'+' | b'?' | b'{')) => {
                    return Err(Fault::Unsupported);
                }
                Piece::None => {}
            }
        }
        Ok(Node::Concat(parts))
    }

    /// `\Q…\E`: plain signs.
    fn quoted(&mut self, parts: &mut Vec<Node>) -> bool {
        self.skip(b"\\Q");
        while !self.rest.is_empty() && !self.skip(b"\\E") {
            let Some(byte) = self.take() else { break };
            parts.push(self.plain(byte));
        }
        true
    }

    fn repeated(&mut self, node: Node) -> Result<Node, Fault> {
        self.skip_blanks();
        let (min, max) = match self.rest {
            [b'*', ..] => (0, None),
            [b'+', ..] => (1, None),
            [b'?', ..] => (0, Some(1)),
            [b'{', ..] => match self.bounds()? {
                Some(bounds) => bounds,
                None => return Ok(node),
            },
            _ => return Ok(node),
        };
        // The sign itself, or the `}` that `bounds` left.
        self.take();
        if matches!(node, Node::Assert(_)) {
            return Err(Fault::Unsupported);
        }
        let lazy = self.skip(b"?");
        // Possessive, or a quantifier after a quantifier.
        self.skip_blanks();
        if matches!(self.rest, [b'*' | b'+' | b'?', ..])
            || (self.rest.first() == Some(&b'{') && self.bounds()?.is_some())
        {
            return Err(Fault::Unsupported);
        }
        Ok(Node::Repeat { node: Box::new(node), min, max, greedy: lazy == self.ungreedy })
    }

    /// The bounds in `{…}`, with its `}` left to be taken; nothing if the brace is a plain sign.
    fn bounds(&mut self) -> Result<Option<(u32, Option<u32>)>, Fault> {
        let Some(end) = self.rest.iter().position(|byte| *byte == b'}') else { return Ok(None) };
        let text = self.rest.get(1..end).unwrap_or_default();
        let number = |text: &[u8]| -> Result<u32, Fault> {
            let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(u32::MAX);
            if number > MAX_REPEAT { Err(Fault::Refused) } else { Ok(number) }
        };
        let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
        let mut parts = text.splitn(2, |byte| *byte == b',');
        let (min, max) = (parts.next().unwrap_or_default(), parts.next());
        let bounds = match (digits(min), max) {
            (true, None) => {
                let exact = number(min)?;
                (exact, Some(exact))
            }
            (true, Some(b"")) => (number(min)?, None),
            (true, Some(max)) if digits(max) => (number(min)?, Some(number(max)?)),
            // 10.43 made these quantifiers: `{,3}`, `{ 1, 3 }`.
            _ if text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b' ' | b'\t')) => {
                return Err(Fault::Unsupported);
            }
            _ => return Ok(None),
        };
        if bounds.1.is_some_and(|max| max < bounds.0) {
            return Err(Fault::Refused);
        }
        self.rest = self.rest.get(end..).unwrap_or_default();
        Ok(Some(bounds))
    }

    fn plain(&self, byte: u8) -> Node {
        Node::Set(Set::byte(byte, self.caseless))
    }

    fn atom(&mut self) -> Result<Piece, Fault> {
        let byte = self.take().ok_or(Fault::Refused)?;
        Ok(Piece::Node(match byte {
            b'(' => return self.group(),
            b'[' => self.bracket()?,
            b'.' => Node::Set(Set::default().negated()),
            b'^' => Node::Assert(Assert::Start),
            b'$' => Node::Assert(Assert::End),
            b'*' | b'+' | b'?' => return Err(Fault::Refused),
            b'{' => return self.open_brace(),
            b'\\' => return self.escape().map(Piece::Node),
            plain => self.plain(plain),
        }))
    }

    /// A `{` where nothing can be repeated: plain, or a quantifier of nothing.
    fn open_brace(&mut self) -> Result<Piece, Fault> {
        let end = self.rest.iter().position(|byte| *byte == b'}');
        let inner = end.and_then(|end| self.rest.get(..end)).unwrap_or_default();
        let is_bounds = inner.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b' ' | b'\t'));
        if end.is_some() && is_bounds && !inner.is_empty() {
            return Err(Fault::Unsupported);
        }
        Ok(Piece::Node(self.plain(b'{')))
    }

    fn group(&mut self) -> Result<Piece, Fault> {
        if self.rest.starts_with(b"*") {
            return Err(Fault::Unsupported);
        }
        if !self.skip(b"?") {
            self.groups += 1;
            return self.inside(Some(self.groups)).map(Piece::Node);
        }
        if self.skip(b":") {
            return self.inside(None).map(Piece::Node);
        }
        if self.skip(b"#") {
            let end = self.rest.iter().position(|byte| *byte == b')').ok_or(Fault::Refused)?;
            self.rest = self.rest.get(end + 1..).unwrap_or_default();
            return Ok(Piece::None);
        }
        for (mark, ahead, wanted) in
            [(&b"="[..], true, true), (b"!", true, false), (b"<=", false, true), (b"<!", false, false)]
        {
            if self.skip(mark) {
                return self.look_around(ahead, wanted);
            }
        }
        for (open, close) in [(&b"P<"[..], b'>'), (b"<", b'>'), (b"'", b'\'')] {
            if self.skip(open) {
                self.name(close)?;
                self.groups += 1;
                return self.inside(Some(self.groups)).map(Piece::Node);
            }
        }
        self.flags()
    }

    fn name(&mut self, close: u8) -> Result<(), Fault> {
        let end = self.rest.iter().position(|byte| *byte == close).ok_or(Fault::Refused)?;
        let (name, rest) = self.rest.split_at_checked(end).ok_or(Fault::Refused)?;
        let is_name = name.first().is_some_and(|first| !first.is_ascii_digit())
            && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if !is_name || name.len() > 32 || self.names.contains(&name) {
            return Err(Fault::Unsupported);
        }
        self.names.push(name);
        self.rest = rest.get(1..).unwrap_or_default();
        Ok(())
    }

    /// The rest of a group up to its `)`.
    fn inside(&mut self, number: Option<usize>) -> Result<Node, Fault> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(Fault::Unsupported);
        }
        let flags = (self.caseless, self.extended, self.ungreedy);
        let inner = self.alternatives()?;
        (self.caseless, self.extended, self.ungreedy) = flags;
        if !self.skip(b")") {
            return Err(Fault::Refused);
        }
        self.depth -= 1;
        Ok(match number {
            Some(number) => Node::Group(number, Box::new(inner)),
            // A group of its own, so that it is repeated as a whole.
            None => inner,
        })
    }

    /// `(?i)` to the end of the group, `(?i:…)` for one.
    fn flags(&mut self) -> Result<Piece, Fault> {
        let before = (self.caseless, self.extended, self.ungreedy);
        let mut on = true;
        loop {
            match self.take().ok_or(Fault::Refused)? {
                b'i' => self.caseless = on,
                b'x' if !self.rest.starts_with(b"x") => self.extended = on,
                b'U' => self.ungreedy = on,
                b'm' | b's' => {}
                b'-' if on => on = false,
                b')' => return Ok(Piece::None),
                b':' => {
                    let inner = self.inside(None)?;
                    (self.caseless, self.extended, self.ungreedy) = before;
                    return Ok(Piece::Node(inner));
                }
                _ => return Err(Fault::Unsupported),
            }
        }
    }

    /// What must stand before the key's end becomes a condition of its own.
    fn look_around(&mut self, ahead: bool, wanted: bool) -> Result<Piece, Fault> {
        if self.depth > 0 {
            return Err(Fault::Unsupported);
        }
        let groups = self.groups;
        let inner = self.inside(None)?;
        self.condition_groups |= self.groups > groups;
        if ahead {
            return Ok(Piece::Ahead(inner, wanted));
        }
        if self.rest != b"$" || inner.length().is_none() {
            return Err(Fault::Unsupported);
        }
        self.conditions.push((Node::Concat(vec![inner, Node::Assert(Assert::End)]), wanted));
        Ok(Piece::None)
    }

    /// What must follow a place that is the same in every match becomes a
    /// condition of its own; elsewhere there is no linear way.
    fn look_ahead(&mut self, before: &[Node], inner: Node, wanted: bool) -> Result<(), Fault> {
        let starts = self.anchored || matches!(before.first(), Some(Node::Assert(Assert::Start)));
        let quantified = matches!(self.rest.first(), Some(b'*' | b'+' | b'?' | b'{'));
        if !starts || quantified || self.conditions.len() >= MAX_CONDITIONS || !ends_at_one_place(before) {
            return Err(Fault::Unsupported);
        }
        let start = [Node::Assert(Assert::Start)].into_iter();
        let parts = start.chain(before.iter().cloned()).chain([inner]).collect();
        self.conditions.push((Node::Concat(parts), wanted));
        Ok(())
    }
}
