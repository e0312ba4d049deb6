//! The syntax of host names and addresses, as Postfix judges it.

use std::net::IpAddr;

/// Longest label of a name (valid_hostname.h, VALID_LABEL_LEN).
const MAX_LABEL: usize = 63;
/// Longest name (valid_hostname.h, VALID_HOSTNAME_LEN).
const MAX_NAME: usize = 255;
/// Longest text between `[` and `]` (myaddrinfo.h, MAI_HOSTADDR_STRSIZE).
const MAX_LITERAL: usize = 46;

/// Whether a text is a host name.
// valid_hostname.c, valid_hostname
pub(crate) fn is_host_name(name: &str) -> bool {
    is_name(name, false)
}

/// The same, with `*` as the first label allowed.
pub(crate) fn is_host_or_wildcard(name: &str) -> bool {
    is_name(name, true)
}

fn is_name(name: &str, wildcard: bool) -> bool {
    let bytes = name.as_bytes();
    let (mut label, mut labels, mut numeric) = (0_usize, 0_usize, true);
    for (at, byte) in bytes.iter().enumerate() {
        let next = bytes.get(at + 1);
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                labels += usize::from(label == 0);
                label += 1;
                if label > MAX_LABEL {
                    return false;
                }
                numeric &= byte.is_ascii_digit();
            }
            b'*' if wildcard => {
                if label > 0 || labels > 0 || next.is_some_and(|next| *next != b'.') {
                    return false;
                }
                (label, labels, numeric) = (1, 1, false);
            }
            b'.' => {
                if label == 0 || next.is_none() {
                    return false;
                }
                label = 0;
            }
            b'-' => {
                numeric = false;
                label += 1;
                if label == 1 || next.is_none_or(|next| *next == b'.') {
                    return false;
                }
            }
            _ => return false,
        }
    }
    !numeric && bytes.len() <= MAX_NAME
}

/// Whether a text is an IPv4 or IPv6 address.
// valid_hostname.c, valid_hostaddr
pub(crate) fn is_host_address(text: &str) -> bool {
    if text.contains(':') { is_ipv6(text) } else { is_ipv4(text) }
}

// valid_hostname.c, valid_ipv4_hostaddr
fn is_ipv4(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut value: Option<u32> = None;
    let mut count = 0;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                count += i32::from(value.is_none());
                let number = value.unwrap_or_default() * 10 + u32::from(byte - b'0');
                if number > 255 {
                    return false;
                }
                value = Some(number);
            }
            b'.' => {
                let Some(number) = value.take() else { return false };
                // 0.0.0.0 is allowed, 0.1.2.3 is not.
                let begins_with_zero = count == 1 && number == 0 && bytes.iter().any(|byte| !b"0.".contains(byte));
                if at + 1 == bytes.len() || begins_with_zero {
                    return false;
                }
            }
            _ => return false,
        }
    }
    count == 4
}

// valid_hostname.c, valid_ipv6_hostaddr
fn is_ipv6(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut field, mut null_field, mut len) = (0_usize, 0_usize, 0_usize, 0_usize);
    loop {
        match bytes.get(at) {
            None => return field >= 2 && (len > 0 || null_field + 1 == field),
            Some(b'.') => {
                let rest = at.checked_sub(len).and_then(|from| text.get(from..)).unwrap_or_default();
                return (2..=6).contains(&field) && is_ipv4(rest);
            }
            Some(b':') => {
                if field == 0 && len == 0 && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) {
                    return false;
                }
                field += 1;
                at += 1;
                len = 0;
                if field > 7 {
                    return false;
                }
                if bytes.get(at) == Some(&b':') {
                    if null_field > 0 {
                        return false;
                    }
                    null_field = field;
                }
            }
            Some(_) => {
                len = bytes.iter().skip(at).take_while(|byte| byte.is_ascii_hexdigit()).count();
                if len == 0 || len > 4 {
                    return false;
                }
                at += len;
            }
        }
    }
}

/// The address in `1.2.3.4` or `IPv6:::1`, as text; nothing if it is neither.
// valid_mailhost_addr.c, valid_mailhost_addr
pub(crate) fn bare_address(text: &str) -> Option<&str> {
    match text.split_at_checked(5) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("IPv6:") => is_ipv6(rest).then_some(rest),
        Some(_) | None => is_ipv4(text).then_some(text),
    }
}

/// Whether a text is an address in `[ ]`, as mail addresses write it.
// valid_mailhost_addr.c, valid_mailhost_literal
pub(crate) fn is_literal(text: &str) -> bool {
    let Some((inner, "")) = text.strip_prefix('[').and_then(|text| text.split_once(']')) else { return false };
    inner.len() < MAX_LITERAL && bare_address(inner).is_some()
}

/// The address in `[1.2.3.4]` or `[IPv6:::1]`. One of IPv4 that is written as
/// IPv6 stays so: the families are compared too.
// resolve_local.c, resolve_local
pub(crate) fn literal_address(text: &str) -> Option<IpAddr> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    bare_address(inner)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_judged_as_valid_hostname_does() {
        for good in ["a", "a.b", "1.a", "a-b.c", "_x.y", "xn--1.example", "1.2.3.4a", "1-2"] {
            assert!(is_host_name(good), "{good}");
        }
        let long = "a".repeat(64);
        for bad in ["", ".", "a.", ".a", "a..b", "-a", "a-", "a-.b", "a b", "1.2.3.4", "12", "ä.example", &long, "*.a"]
        {
            assert!(!is_host_name(bad), "{bad}");
        }
        assert!(is_host_or_wildcard("*.a"));
        assert!(!is_host_or_wildcard("a.*"));
        assert!(is_host_name(&vec!["a".repeat(63); 4].join(".")));
        assert!(!is_host_name(&format!("{}.b", vec!["a".repeat(63); 4].join("."))));
    }

    #[test]
    fn addresses_are_judged_as_valid_hostaddr_does() {
        for good in ["1.2.3.4", "0.0.0.0", "::1", "1::", "2001:db8::1", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8", "01.2.3.4"]
        {
            assert!(is_host_address(good), "{good}");
        }
        for bad in
            ["", "1.2.3", "1.2.3.4.5", "0.1.2.3", "256.1.1.1", "1.2.3.", ":1", "1:2", "1::2::3", "12345::1", "g::1"]
        {
            assert!(!is_host_address(bad), "{bad}");
        }
        assert!(is_literal("[1.2.3.4]") && is_literal("[IPv6:::1]") && is_literal("[ipv6:2001:db8::1]"));
        assert!(!is_literal("[::1]") && !is_literal("[1.2.3.4]x") && !is_literal("[x.example]"));
    }
}
