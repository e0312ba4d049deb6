//! Which addresses a text holds (tok822_parse.c, tok822_parse_limit).

use super::tokens::{Kind, Token, scan};

/// What stands in a text beside commas and comments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// How many addresses.
    pub(crate) addresses: usize,
    /// How many things that are neither address nor `<` or `>`.
    pub(crate) others: usize,
    /// The last address.
    pub(crate) last: Option<Vec<Token>>,
}

/// Reads a text from right to left, as Postfix does.
pub(crate) fn parse(text: &[u8]) -> Parsed {
    let mut list = List::new(scan(text));
    list.group_all();
    list.finish()
}

/// Every address in a text, in order.
// tok822_tree.c, tok822_grep
pub(crate) fn parse_all(text: &[u8]) -> Vec<Vec<Token>> {
    let mut list = List::new(scan(text));
    list.group_all();
    list.groups()
}

/// A doubly linked list of tokens and groups between two sentinels, the first
/// at 0 and the last at 1.
struct List {
    nodes: Vec<Node>,
}

struct Node {
    content: Content,
    previous: usize,
    next: usize,
}

enum Content {
    Sentinel,
    Token(Token),
    Group(Vec<Token>),
}

const HEAD: usize = 0;
const TAIL: usize = 1;

impl List {
    fn new(tokens: Vec<Token>) -> Self {
        let count = tokens.len();
        let first = if count == 0 { TAIL } else { 2 };
        let mut nodes = vec![
            Node { content: Content::Sentinel, previous: HEAD, next: first },
            Node { content: Content::Sentinel, previous: if count == 0 { HEAD } else { count + 1 }, next: TAIL },
        ];
        for (at, token) in tokens.into_iter().enumerate() {
            let previous = if at == 0 { HEAD } else { at + 1 };
            let next = if at + 1 == count { TAIL } else { at + 3 };
            nodes.push(Node { content: Content::Token(token), previous, next });
        }
        Self { nodes }
    }

    fn previous(&self, at: usize) -> usize {
        self.nodes.get(at).map_or(HEAD, |node| node.previous)
    }

    fn next(&self, at: usize) -> usize {
        self.nodes.get(at).map_or(TAIL, |node| node.next)
    }

    fn link(&mut self, left: usize, right: usize) {
        if let Some(node) = self.nodes.get_mut(left) {
            node.next = right;
        }
        if let Some(node) = self.nodes.get_mut(right) {
            node.previous = left;
        }
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        match self.nodes.get(at).map(|node| &node.content) {
            Some(Content::Token(token)) => Some(token.kind),
            Some(Content::Sentinel | Content::Group(_)) | None => None,
        }
    }

    fn insert(&mut self, left: usize, content: Content, right: usize) -> usize {
        let at = self.nodes.len();
        self.nodes.push(Node { content, previous: left, next: right });
        self.link(left, at);
        self.link(at, right);
        at
    }

    /// Makes one group of what stands between two nodes; `comma` puts one before it.
    // tok822_parse.c, tok822_group
    fn group(&mut self, left: usize, right: usize, comma: bool) {
        let mut at = self.next(left);
        if left == right || at == right {
            return;
        }
        let mut tokens = Vec::new();
        while at != right {
            if let Some(node) = self.nodes.get_mut(at) {
                match std::mem::replace(&mut node.content, Content::Sentinel) {
                    Content::Token(token) => tokens.push(Token { is_added: true, ..token }),
                    Content::Group(inner) => tokens.extend(inner),
                    Content::Sentinel => {}
                }
            }
            at = self.next(at);
        }
        let group = self.insert(left, Content::Group(tokens), right);
        if comma {
            self.insert(left, Content::Token(Token::operator(b',')), group);
        }
    }

    /// Moves a comment to the right end of what is read; gives the node left of it.
    fn put_aside(&mut self, at: usize, right: &mut usize) -> usize {
        let (left, next) = (self.previous(at), self.next(at));
        self.link(left, next);
        let before = self.previous(*right);
        self.link(before, at);
        self.link(at, *right);
        *right = at;
        left
    }

    fn group_all(&mut self) {
        let (mut may_be_word, mut is_group) = (true, false);
        let mut right = TAIL;
        let mut at = self.previous(TAIL);
        while at != HEAD {
            match self.kind(at) {
                Some(Kind::Comment) => {
                    at = self.put_aside(at, &mut right);
                    continue;
                }
                Some(Kind::Operator(b';')) => {
                    self.group(at, right, true);
                    right = at;
                    (may_be_word, is_group) = (true, true);
                }
                Some(Kind::Operator(b':')) if is_group => {
                    self.group(at, right, false);
                    at = self.skip_left(at, b",");
                    right = at;
                    continue;
                }
                Some(Kind::Operator(b'>')) => {
                    at = self.route(at, &mut right);
                    may_be_word = true;
                    continue;
                }
                Some(Kind::Atom | Kind::Quoted | Kind::Literal) => {
                    if !may_be_word {
                        self.group(at, right, true);
                        right = self.next(at);
                    }
                    may_be_word = false;
                }
                Some(Kind::Operator(b',')) => {
                    self.group(at, right, false);
                    right = at;
                    may_be_word = true;
                }
                Some(Kind::Operator(_)) | None => may_be_word = true,
            }
            at = self.previous(at);
        }
        self.group(HEAD, right, false);
    }

    /// `<…>`, from its right end; gives where to go on.
    fn route(&mut self, end: usize, right: &mut usize) -> usize {
        self.group(end, *right, true);
        *right = end;
        let mut at = end;
        while at != HEAD && self.kind(at) != Some(Kind::Operator(b'<')) {
            at = match self.kind(at) {
                Some(Kind::Comment) => self.put_aside(at, right),
                Some(Kind::Operator(_) | Kind::Atom | Kind::Quoted | Kind::Literal) | None => self.previous(at),
            };
        }
        self.group(at, *right, false);
        at = self.skip_left(at, b">;,:");
        *right = at;
        at
    }

    fn skip_left(&self, mut at: usize, wanted: &[u8]) -> usize {
        while at != HEAD && !matches!(self.kind(at), Some(Kind::Operator(byte)) if wanted.contains(&byte)) {
            at = self.previous(at);
        }
        at
    }

    fn groups(mut self) -> Vec<Vec<Token>> {
        let mut groups = Vec::new();
        let mut at = self.next(HEAD);
        while at != TAIL && at != HEAD {
            if let Some(Content::Group(tokens)) = self.nodes.get_mut(at).map(|node| &mut node.content) {
                groups.push(std::mem::take(tokens));
            }
            at = self.next(at);
        }
        groups
    }

    // smtpd.c, extract_addr
    fn finish(mut self) -> Parsed {
        let mut parsed = Parsed::default();
        let mut at = self.next(HEAD);
        while at != TAIL && at != HEAD {
            let next = self.next(at);
            match self.nodes.get_mut(at).map(|node| &mut node.content) {
                Some(Content::Group(tokens)) => {
                    parsed.addresses += 1;
                    parsed.last = Some(std::mem::take(tokens));
                }
                Some(Content::Token(token)) => parsed.others += usize::from(!token.is(b'<') && !token.is(b'>')),
                Some(Content::Sentinel) | None => {}
            }
            at = next;
        }
        parsed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::tokens::internal;

    fn read(text: &str) -> (usize, usize, String) {
        let parsed = parse(text.as_bytes());
        let last = parsed.last.map(|tokens| String::from_utf8_lossy(&internal(&tokens)).into_owned());
        (parsed.addresses, parsed.others, last.unwrap_or_default())
    }

    #[test]
    fn addresses_are_told_from_what_surrounds_them() {
        for (text, addresses, others, last) in [
            ("", 0, 0, ""),
            ("a@b", 1, 0, "a@b"),
            ("<a@b>", 1, 0, "a@b"),
            ("Name <a@b>", 1, 1, "a@b"),
            ("a@b (x)", 1, 1, "a@b"),
            ("a@b, c@d", 2, 1, "c@d"),
            ("a b@c", 2, 1, "b@c"),
            ("<>", 0, 0, ""),
            ("a<b@c>d", 2, 2, "d"),
            ("()", 0, 1, ""),
        ] {
            assert_eq!(read(text), (addresses, others, last.to_owned()), "{text}");
        }
    }

    #[test]
    fn long_input_takes_linear_time() {
        for text in ["<a@b>,".repeat(20_000), "a ".repeat(50_000), "(".repeat(100_000), "<".repeat(100_000)] {
            parse(text.as_bytes());
        }
    }
}
