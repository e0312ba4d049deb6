//! Lines of aliases(5), as postalias(1) reads them.

use super::rules::space;
use std::borrow::Cow;

/// Name and value of a line; nothing if postalias ignores it.
// postalias.c, postalias
pub(super) fn alias_line(line: &str) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let colon = colon(line)?;
    let (name, rest) = line.split_at_checked(colon)?;
    let name = name.trim_matches(space);
    let value = rest.strip_prefix(':')?.trim_matches(space);
    // A name with a domain, a list of names, or none is refused.
    if name.is_empty() || value.is_empty() || outside_quotes(name, |byte| matches!(byte, b'@' | b'%' | b',')).is_some()
    {
        return None;
    }
    Some((unquoted(name), value.into()))
}

/// The first `:` outside quotes.
fn colon(line: &str) -> Option<usize> {
    outside_quotes(line, |byte| byte == b':')
}

fn outside_quotes(text: &str, is_it: impl Fn(u8) -> bool) -> Option<usize> {
    let mut in_quotes = false;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'"' => in_quotes = !in_quotes,
            byte if !in_quotes && is_it(byte) => return Some(at),
            _ => {}
        }
    }
    None
}

/// A name as the resolver has it: without quotes and protecting backslashes.
// tok822_parse.c, tok822_internalize
fn unquoted(name: &str) -> Cow<'_, str> {
    if !name.contains(['"', '\\']) {
        return name.into();
    }
    let mut plain = String::new();
    let mut chars = name.chars();
    while let Some(ch) = chars.next() {
        match ch {
            '"' => {}
            '\\' => plain.extend(chars.next()),
            other => plain.push(other),
        }
    }
    plain.into()
}
