//! Patterns of cidr: tables.

use ipnet::IpNet;
use std::net::IpAddr;

/// Why Postfix does not accept a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is no address.
    Address,
    /// What stands behind `/` is no prefix length of that family.
    Length,
    /// Bits behind the prefix are not zero; the network that was meant.
    HostBits(String),
}

/// The network of a rule or of an `if`; nothing for `endif`.
// cidr_table(5), TABLE FORMAT
pub(crate) fn pattern(key: &str) -> Option<&str> {
    if key.eq_ignore_ascii_case("endif") {
        return None;
    }
    let key = match key.get(..2) {
        Some(word) if word.eq_ignore_ascii_case("if") => key.get(2..)?,
        Some(_) | None => key,
    };
    Some(key.trim_start_matches(|ch: char| ch == '!' || ch.is_ascii_whitespace()))
}

/// What is wrong with a pattern, if anything is.
// cidr_match.c, cidr_match_parse; brackets around the address are taken off
pub(crate) fn fault(pattern: &str) -> Option<Fault> {
    let (address, length) =
        pattern.split_once('/').map_or((pattern, None), |(address, length)| (address, Some(length)));
    let address = address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(address);
    let Ok(address) = address.parse::<IpAddr>() else { return Some(Fault::Address) };
    let length = length?;
    if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Fault::Length);
    }
    let network = length.parse().ok().and_then(|length| IpNet::new(address, length).ok());
    let Some(network) = network else { return Some(Fault::Length) };
    (network.trunc() != network).then(|| Fault::HostBits(network.trunc().to_string()))
}

#[cfg(test)]
mod tests {
    use super::{Fault, fault, pattern};

    #[test]
    fn faults_are_those_of_postmap_with_cidr() {
        // postmap -q of Postfix 3.7.11.
        for good in [
            "10.0.0.0/8",
            "10.1.2.3",
            "[2001:db8::]/32",
            "2001:db8::1/128",
            "0.0.0.0/0",
            "::ffff:1.2.3.4",
            "10.0.0.0/08",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for (bad, expected) in [
            ("foo", Fault::Address),
            ("10.0.0", Fault::Address),
            ("300.1.1.1", Fault::Address),
            ("10.1.2.3-10.2.2.2", Fault::Address),
            ("010.0.0.0/8", Fault::Address),
            ("10.0.0.0/", Fault::Length),
            ("10.0.0.0/33", Fault::Length),
            ("10.0.0.0/255.0.0.0", Fault::Length),
            ("10.1.2.3/8", Fault::HostBits("10.0.0.0/8".to_owned())),
            ("1.2.3.4/0", Fault::HostBits("0.0.0.0/0".to_owned())),
            ("2001:db8::1/32", Fault::HostBits("2001:db8::/32".to_owned())),
        ] {
            assert_eq!(fault(bad), Some(expected), "{bad}");
        }
    }

    #[test]
    fn conditions_and_negations_are_taken_off() {
        assert_eq!(pattern("if !10.0.0.0/8"), Some("10.0.0.0/8"));
        assert_eq!(pattern("!! 1.0.0.0/8"), Some("1.0.0.0/8"));
        assert_eq!(pattern("EndIf"), None);
    }
}
