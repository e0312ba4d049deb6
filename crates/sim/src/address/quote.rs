//! Quoting the local part of an address (quote_822_local.c).

/// How an address is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quote {
    /// Up to its last `@`.
    Address,
    /// All of it: there is no domain.
    LocalPart,
}

/// An address with its local part in quotes where it needs them.
// quote_822_local.c, quote_822_local_flags with QUOTE_FLAG_8BITCLEAN
pub(crate) fn quoted(address: &[u8], what: Quote) -> Vec<u8> {
    let start = after_route(address);
    let (route, rest) = address.split_at_checked(start).unwrap_or((address, b""));
    let end = match what {
        Quote::Address => rest.iter().rposition(|byte| *byte == b'@').unwrap_or(rest.len()),
        Quote::LocalPart => rest.len(),
    };
    let (local, domain) = rest.split_at_checked(end).unwrap_or((rest, b""));
    if is_dot_string(local) {
        return address.to_vec();
    }
    let mut out = route.to_vec();
    out.push(b'"');
    for byte in local {
        if matches!(byte, b'"' | b'\\' | b'\r') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out.push(b'"');
    out.extend_from_slice(domain);
    out
}

/// The same for text.
pub(crate) fn quoted_text(address: &str, what: Quote) -> String {
    String::from_utf8_lossy(&quoted(address.as_bytes(), what)).into_owned()
}

/// Where the address begins behind a source route.
fn after_route(address: &[u8]) -> usize {
    match address.first() {
        Some(b'@') => address.iter().position(|byte| *byte == b':').map_or(0, |colon| colon + 1),
        Some(_) | None => 0,
    }
}

// quote_822_local.c, is_822_dot_string
fn is_dot_string(local: &[u8]) -> bool {
    let has_bad = local.iter().any(|byte| byte.is_ascii_control() || b" ()<>@,;:\\\"[]".contains(byte));
    let has_dots = local.windows(2).any(|pair| pair == b"..");
    !local.is_empty() && !has_bad && !has_dots && !local.starts_with(b".") && !local.ends_with(b".")
}

/// An address without the quotes of its local part.
// quote_822_local.c, unquote_822_local
pub(crate) fn unquoted(address: &[u8]) -> Vec<u8> {
    let start = after_route(address);
    let (route, rest) = address.split_at_checked(start).unwrap_or((b"", address));
    let mut out = route.to_vec();
    let mut is_quoted = false;
    // The last `@` outside quotes: its place in the result and in the source.
    let mut bare_at: Option<(usize, usize)> = None;
    let mut bytes = rest.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => {
                is_quoted = !is_quoted;
                continue;
            }
            b'@' if !is_quoted => {
                bare_at = Some((out.len(), at));
                out.push(b'@');
            }
            b'\\' => out.extend(bytes.next().map(|(_, escaped)| *escaped)),
            byte => out.push(*byte),
        }
    }
    if let Some((to, from)) = bare_at {
        out.truncate(to);
        out.extend_from_slice(rest.get(from..).unwrap_or_default());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_parts_are_quoted_where_they_need_it() {
        for (plain, expected) in [
            ("a@b", "a@b"),
            ("a b@c", "\"a b\"@c"),
            ("a@b@c", "\"a@b\"@c"),
            ("", "\"\""),
            ("@c", "\"\"@c"),
            ("a.@c", "\"a.\"@c"),
            ("a..b@c", "\"a..b\"@c"),
            ("a\"b\\@c", "\"a\\\"b\\\\\"@c"),
            ("@x:a b@c", "@x:\"a b\"@c"),
            ("a%b!c@d", "a%b!c@d"),
        ] {
            assert_eq!(quoted_text(plain, Quote::Address), expected, "{plain}");
        }
        assert_eq!(quoted_text("a@b", Quote::LocalPart), "\"a@b\"");
    }

    #[test]
    fn quotes_are_taken_off_the_local_part_only() {
        for (external, expected) in
            [("\"a b\"@c", "a b@c"), ("\"a@b\"@\"c\"", "a@b@\"c\""), ("\"\"", ""), ("a\\\"b@c", "a\"b@c"), ("a\\", "a")]
        {
            assert_eq!(String::from_utf8_lossy(&unquoted(external.as_bytes())), expected, "{external}");
        }
    }
}
