//! Tables of networks.

use super::rules::{after_keyword, after_negation, space};
use postproof_diag::Span;
use postproof_syntax::table::LogicalLines;
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};

/// The rules in order.
#[derive(Debug, Default)]
pub(super) struct Cidr<'a> {
    rules: Vec<Rule>,
    values: Vec<(Cow<'a, str>, Option<Span>)>,
}

/// One rule; addresses of both families as numbers.
#[derive(Clone, Copy, Debug)]
struct Rule {
    net: u128,
    mask: u128,
    is_v6: bool,
    /// Whether it is meant for addresses within the network.
    matches: bool,
    does: Does,
}

#[derive(Clone, Copy, Debug)]
enum Does {
    /// Answers with the value of this number.
    Answer(u32),
    /// Goes to the rule of this number if it does not match; past all if it has no end.
    If(Option<u32>),
}

impl<'a> Cidr<'a> {
    /// The rules of a file. Broken ones are skipped.
    // dict_cidr.c, dict_cidr_open
    pub(super) fn of(lines: &'a LogicalLines) -> Self {
        Self::read(lines.iter().map(|(line, span)| (Cow::Borrowed(line), Some(span))))
    }

    /// The rules that a name holds.
    pub(super) fn owned(rules: &[&str]) -> Self {
        Self::read(rules.iter().map(|rule| (Cow::Owned((*rule).to_owned()), None)))
    }

    /// The first address of each rule; nothing if there are too many.
    pub(super) fn examples(&self, limit: usize) -> Option<Vec<IpAddr>> {
        let is_answer = |rule: &&Rule| matches!(rule.does, Does::Answer(_));
        let first = |rule: &Rule| match rule.is_v6 {
            true => IpAddr::V6(rule.net.into()),
            false => IpAddr::V4(Ipv4Addr::from_bits(rule.net as u32)),
        };
        (self.rules.len() <= limit).then(|| self.rules.iter().filter(is_answer).map(first).collect())
    }

    fn read(lines: impl Iterator<Item = (Cow<'a, str>, Option<Span>)>) -> Self {
        let mut table = Self::default();
        let mut open: Vec<usize> = Vec::new();
        for (line, span) in lines {
            if let Some(rest) = after_keyword(&line, "if") {
                let (pattern, matches) = after_negation(rest);
                if let Some((net, mask, is_v6)) = network(pattern.trim_end_matches(space)) {
                    open.push(table.rules.len());
                    table.rules.push(Rule { net, mask, is_v6, matches, does: Does::If(None) });
                }
            } else if let Some(rest) = after_keyword(&line, "endif") {
                if rest.chars().all(space)
                    && let Some(at) = open.pop()
                {
                    let end = table.rules.len() as u32;
                    if let Some(rule) = table.rules.get_mut(at) {
                        rule.does = Does::If(Some(end));
                    }
                }
            } else {
                table.rule(line, span);
            }
        }
        table
    }

    /// `!network value`
    fn rule(&mut self, line: Cow<'a, str>, span: Option<Span>) {
        let (text, matches) = after_negation(&line);
        let (pattern, value) = text.split_once(space).unwrap_or((text, ""));
        let value = value.trim_matches(space);
        let Some((net, mask, is_v6)) = network(pattern) else { return };
        if value.is_empty() {
            return;
        }
        let does = Does::Answer(self.values.len() as u32);
        // The value is the end of the line, but for blanks.
        let start = line.len() - text.len() + pattern.len();
        let value = match line {
            Cow::Borrowed(line) => line.get(start..).map(|value| Cow::Borrowed(value.trim_matches(space))),
            Cow::Owned(_) => Some(Cow::Owned(value.to_owned())),
        };
        self.rules.push(Rule { net, mask, is_v6, matches, does });
        self.values.push((value.unwrap_or_default(), span));
    }

    /// The value for an address.
    // cidr_match.c, cidr_match_execute
    pub(super) fn get(&self, key: &str) -> Option<(&str, Option<Span>)> {
        let (address, is_v6) = number(key)?;
        let mut at = 0;
        while let Some(rule) = self.rules.get(at) {
            let applies = rule.is_v6 == is_v6 && (address & rule.mask == rule.net) == rule.matches;
            match (rule.does, applies) {
                (Does::Answer(value), true) => {
                    return self.values.get(value as usize).map(|(text, span)| (text.as_ref(), *span));
                }
                (Does::If(Some(end)), false) => at = end as usize,
                (Does::If(None), false) => return None,
                (Does::Answer(_), false) | (Does::If(_), true) => at += 1,
            }
        }
        None
    }
}

/// An address as a number, and whether it is one of IPv6.
fn number(text: &str) -> Option<(u128, bool)> {
    // A scope (`fe80::1%eth0`) or anything else that inet_pton refuses is no address.
    if text.contains(':') {
        text.parse().ok().map(|address: std::net::Ipv6Addr| (address.to_bits(), true))
    } else {
        text.parse().ok().map(|address: std::net::Ipv4Addr| (u128::from(address.to_bits()), false))
    }
}

/// Network, mask and family of a pattern; nothing if it is broken.
// cidr_match.c, cidr_match_parse
fn network(pattern: &str) -> Option<(u128, u128, bool)> {
    let (address, mask) = match pattern.strip_prefix('[') {
        Some(rest) => {
            let (inner, after) = rest.split_once(']')?;
            match (after, after.strip_prefix('/')) {
                ("", _) => inner.split_once('/').map_or((inner, None), |(net, mask)| (net, Some(mask))),
                (_, Some(mask)) => (inner, Some(mask)),
                (_, None) => return None,
            }
        }
        None => pattern.split_once('/').map_or((pattern, None), |(net, mask)| (net, Some(mask))),
    };
    let bits = if address.contains(':') { 128 } else { 32 };
    let length = match mask {
        Some(mask) if mask.is_empty() || !mask.bytes().all(|byte| byte.is_ascii_digit()) => return None,
        // atoi wraps around
        Some(mask) => mask.parse::<i64>().unwrap_or(i64::MAX) as i32,
        None => bits,
    };
    let (net, is_v6) = number(address)?;
    if length > bits {
        return None;
    }
    let all = if is_v6 { u128::MAX } else { u128::from(u32::MAX) };
    let mask = u32::try_from(length).ok().filter(|length| *length > 0).map_or(0, |length| {
        let host = bits.unsigned_abs() - length;
        (all >> host.min(127)) << host.min(127)
    });
    (net & !mask == 0).then_some((net, mask, is_v6))
}
