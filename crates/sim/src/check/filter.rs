//! Which addresses in the answer of a DNS list count: `=127.0.0.[1..9;11]`.

use std::net::Ipv4Addr;

/// For each of four bytes the ranges.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Filter([Vec<(u8, u8)>; 4]);

impl Filter {
    /// Reads `127.0.0.[1..9;11]`.
    // ip_match.c, ip_match_parse
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = unbracketed(text)?;
        let mut fields: [Vec<(u8, u8)>; 4] = Default::default();
        let mut rest = text;
        for (at, field) in fields.iter_mut().enumerate() {
            if at > 0 {
                rest = rest.strip_prefix('.')?;
            }
            if let Some(inner) = rest.strip_prefix('[') {
                let (inner, after) = inner.split_once(']')?;
                rest = after;
                for range in inner.split(';') {
                    let (low, high) = range.split_once("..").unwrap_or((range, range));
                    let (low, high) = (byte(low)?, byte(high)?);
                    if low > high {
                        return None;
                    }
                    field.push((low, high));
                }
            } else {
                let end = rest.find(|ch: char| !ch.is_ascii_digit()).unwrap_or(rest.len());
                let (number, after) = rest.split_at_checked(end)?;
                rest = after;
                let number = byte(number)?;
                field.push((number, number));
            }
        }
        rest.is_empty().then_some(Self(fields))
    }

    /// The first and the last address that count.
    pub(super) fn examples(&self) -> (String, String) {
        let joined = |byte: fn(&Vec<(u8, u8)>) -> u8| self.0.iter().map(byte).map(|byte| byte.to_string()).collect();
        let first: Vec<String> = joined(|ranges| ranges.first().map_or(0, |(low, _)| *low));
        let last: Vec<String> = joined(|ranges| ranges.last().map_or(0, |(_, high)| *high));
        (first.join("."), last.join("."))
    }

    pub(super) fn has(&self, address: Ipv4Addr) -> bool {
        let fits =
            |(byte, ranges): (u8, &Vec<(u8, u8)>)| ranges.iter().any(|(low, high)| (*low..=*high).contains(&byte));
        address.octets().into_iter().zip(&self.0).all(fits)
    }
}

/// The text without brackets around all of it.
fn unbracketed(text: &str) -> Option<&str> {
    if !text.starts_with('[') {
        return Some(text);
    }
    let mut level = 0_i32;
    for (at, ch) in text.char_indices() {
        level += match ch {
            '[' => 1,
            ']' => -1,
            _ => 0,
        };
        if ch == ']' && level == 0 {
            let is_whole = at + 1 == text.len();
            return if is_whole { text.get(1..at) } else { Some(text) };
        }
    }
    None
}

fn byte(text: &str) -> Option<u8> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(filter: &str, address: &str) -> bool {
        Filter::parse(filter).unwrap().has(address.parse().unwrap())
    }

    #[test]
    fn filters_take_numbers_ranges_and_lists() {
        assert!(has("127.0.0.2", "127.0.0.2") && !has("127.0.0.2", "127.0.0.3"));
        assert!(has("127.0.0.[1..9;11]", "127.0.0.9") && has("127.0.0.[1..9;11]", "127.0.0.11"));
        assert!(!has("127.0.0.[1..9;11]", "127.0.0.10"));
        assert!(has("[127.0.[0;1].4]", "127.0.1.4"));
    }

    #[test]
    fn broken_filters_end_smtpd() {
        for filter in
            ["", "127.0.0", "127.0.0.256", "127.0.0.[9..1]", "127.0.0.[1", "127.0.0.1.2", "127.0.0.x", "127.0.0.[]"]
        {
            assert_eq!(Filter::parse(filter), None, "{filter}");
        }
    }
}
