//! An address in tokens (tok822_parse.c, tok822_tree.c).

use super::quote::{Quote, quoted};

/// One token of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) text: Vec<u8>,
    /// Whether it was put into its list later: no space is written after it.
    pub(crate) is_added: bool,
}

/// Kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A single character that means something by itself.
    Operator(u8),
    /// A word.
    Atom,
    /// A word in `"…"`, or one that would need quotes.
    Quoted,
    /// What stands between `[` and `]`.
    Literal,
    /// A comment, parentheses included.
    Comment,
}

/// Characters that mean something by themselves.
const OPERATORS: &[u8] = b"|%!()<>@,;:\\\".[]";

impl Token {
    pub(crate) fn operator(byte: u8) -> Self {
        Self { kind: Kind::Operator(byte), text: Vec::new(), is_added: false }
    }

    pub(crate) fn empty_quoted() -> Self {
        Self { kind: Kind::Quoted, text: Vec::new(), is_added: false }
    }

    pub(crate) fn is(&self, byte: u8) -> bool {
        self.kind == Kind::Operator(byte)
    }

    pub(crate) fn is_empty_quoted(&self) -> bool {
        self.kind == Kind::Quoted && self.text.is_empty()
    }

    fn is_word(&self) -> bool {
        match self.kind {
            Kind::Operator(_) => false,
            Kind::Atom | Kind::Quoted | Kind::Literal | Kind::Comment => true,
        }
    }
}

/// The tokens of a text in external (quoted) form.
// tok822_parse.c, tok822_scan_limit
pub(crate) fn scan(text: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        if byte == 0 {
            break;
        }
        let (kind, word) = match byte {
            byte if is_space(byte) => continue,
            b'(' => (Kind::Comment, comment(text, &mut at)),
            b'[' => (Kind::Literal, collect_closed(text, &mut at, b']')),
            b'"' => (Kind::Quoted, collect_closed(text, &mut at, b'"')),
            byte if byte != b'\\' && OPERATORS.contains(&byte) => (Kind::Operator(byte), Vec::new()),
            _ => {
                at -= 1;
                let word = collect(text, &mut at, &|byte| !is_space(byte) && !OPERATORS.contains(&byte));
                (if needs_quotes(&word) { Kind::Quoted } else { Kind::Atom }, word)
            }
        };
        tokens.push(Token { kind, text: word, is_added: false });
    }
    tokens
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Takes bytes as long as `goes_on`; a backslash takes the next byte whatever it is.
fn collect(text: &[u8], at: &mut usize, goes_on: &dyn Fn(u8) -> bool) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(&byte) = text.get(*at) {
        let byte = if byte == b'\\' {
            *at += 1;
            let Some(&escaped) = text.get(*at) else { break };
            escaped
        } else if goes_on(byte) {
            byte
        } else {
            break;
        };
        out.push(if is_space(byte) { b' ' } else { byte });
        *at += 1;
    }
    out
}

fn collect_closed(text: &[u8], at: &mut usize, last: u8) -> Vec<u8> {
    let out = collect(text, at, &|byte| byte != last);
    *at += 1;
    out
}

// tok822_parse.c, tok822_quote_atom
fn needs_quotes(word: &[u8]) -> bool {
    word.iter().any(|byte| *byte == b' ' || byte.is_ascii_control() || OPERATORS.contains(byte))
}

// tok822_parse.c, tok822_comment
fn comment(text: &[u8], at: &mut usize) -> Vec<u8> {
    let mut out = vec![b'('];
    let mut level = 1_usize;
    while let Some(&byte) = text.get(*at) {
        out.push(byte);
        *at += 1;
        match byte {
            b'(' => level += 1,
            b')' => {
                level -= 1;
                if level == 0 {
                    break;
                }
            }
            b'\\' => {
                let Some(&escaped) = text.get(*at) else { break };
                out.push(escaped);
                *at += 1;
            }
            _ => {}
        }
    }
    out
}

/// The tokens as text without quotes.
// tok822_parse.c, tok822_internalize
pub(crate) fn internal(tokens: &[Token]) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Operator(byte) => out.push(byte),
            Kind::Atom | Kind::Quoted | Kind::Comment => out.extend_from_slice(&token.text),
            Kind::Literal => {
                out.push(b'[');
                out.extend_from_slice(&token.text);
                out.push(b']');
            }
        }
        // tok822_append_space
        if let Some(next) = tokens.get(at + 1) {
            let spaced = token.is(b',') || next.is(b'<') || (token.is_word() && next.is_word());
            if spaced && !token.is_added {
                out.push(b' ');
            }
        }
    }
    out
}

/// The tokens as an address with its local part in quotes where it needs them.
// tok822_parse.c, tok822_externalize of an address
pub(crate) fn external(tokens: &[Token]) -> Vec<u8> {
    quoted(&internal(tokens), Quote::Address)
}

/// Puts tokens at the end of a list.
// tok822_tree.c, tok822_sub_append: they get the owner of their neighbour
pub(crate) fn append(list: &mut Vec<Token>, tokens: Vec<Token>) {
    let is_added = list.last().is_none_or(|last| last.is_added);
    list.extend(tokens.into_iter().map(|token| Token { is_added, ..token }));
}

/// Puts tokens before a list.
pub(crate) fn prepend(list: &mut Vec<Token>, tokens: Vec<Token>) {
    let is_added = list.first().is_none_or(|first| first.is_added);
    list.splice(0..0, tokens.into_iter().map(|token| Token { is_added, ..token }));
}

/// Where an operator stands first, or last.
pub(crate) fn find(list: &[Token], byte: u8) -> Option<usize> {
    list.iter().position(|token| token.is(byte))
}

pub(crate) fn find_last(list: &[Token], byte: u8) -> Option<usize> {
    list.iter().rposition(|token| token.is(byte))
}

/// Whether a single dot ends a domain.
pub(crate) fn ends_in_dot(list: &[Token]) -> bool {
    matches!(list, [.., before, last] if last.is(b'.') && !before.is(b'.') && !before.is(b'@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back_as_postfix_writes_it() {
        for (given, expected) in [
            ("a@b.c", "a@b.c"),
            ("a @ b . c", "a@b.c"),
            ("first last@b", "first last@b"),
            ("\"a b\"@c", "a b@c"),
            ("a\\@b@c", "a@b@c"),
            ("(x)a@[1.2.3.4]", "(x) a@[1.2.3.4]"),
            ("a@[1.2", "a@[1.2]"),
            ("a<b", "a <b"),
        ] {
            assert_eq!(String::from_utf8_lossy(&internal(&scan(given.as_bytes()))), expected, "{given}");
        }
        assert_eq!(external(&scan(b"a\\@b@c")), b"\"a@b\"@c");
    }
}
