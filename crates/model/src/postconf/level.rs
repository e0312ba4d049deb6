//! Comparisons in `${{left} < {right} …}`.

use super::log::{Log, Stop, shown};
use std::cmp::Ordering;

/// A relational operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    GreaterOrEqual,
    Greater,
}

impl Operator {
    pub(super) fn of(sign: &[u8]) -> Option<Self> {
        Some(match sign {
            b"==" => Operator::Equal,
            b"!=" => Operator::Unequal,
            b"<" => Operator::Less,
            b"<=" => Operator::LessOrEqual,
            b">=" => Operator::GreaterOrEqual,
            b">" => Operator::Greater,
            _ => return None,
        })
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Operator::Equal => order.is_eq(),
            Operator::Unequal => order.is_ne(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::Greater => order.is_gt(),
        }
    }
}

/// Whether it holds; nothing where a level is none.
pub(super) fn compare(
    left: &[u8],
    operator: Operator,
    right: &[u8],
    by_level: bool,
    log: &mut Log,
) -> Result<Option<bool>, Stop> {
    let order = if by_level {
        // compat_level.c, compat_relop_eval: a bad left side hides the right.
        let Some(left) = level(left, log)? else { return Ok(None) };
        let Some(right) = level(right, log)? else { return Ok(None) };
        left.cmp(&right)
    } else if is_number(left) && is_number(right) {
        number(left, log)?.cmp(&number(right, log)?)
    } else {
        left.cmp(right)
    };
    Ok(Some(operator.holds(order)))
}

fn is_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

fn number(digits: &[u8], log: &mut Log) -> Result<i64, Stop> {
    let read = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
    read.ok_or_else(|| log.fatal(&format!("mac_exp_eval: bad conversion: {}", shown(digits))))
}

/// `major[.minor[.patch]]`.
// compat_level.c, compat_level_from_string: numbers as strtol reads them, the
// second and third at most 1023
fn level(text: &[u8], log: &mut Log) -> Result<Option<[i64; 3]>, Stop> {
    const MOST: [i64; 3] = [i64::MAX >> 20, 1023, 1023];
    let mut numbers = [0; 3];
    let mut parts = text.split(|byte| *byte == b'.');
    let mut good = true;
    for (slot, most) in numbers.iter_mut().zip(MOST) {
        let Some(part) = parts.next() else { break };
        match long(part) {
            Some(number) if (0..=most).contains(&number) => *slot = number,
            Some(_) | None => good = false,
        }
    }
    if good && parts.next().is_none() {
        return Ok(Some(numbers));
    }
    log.warn(&format!("malformed compatibility level syntax: \"{}\"", shown(text)))?;
    Ok(None)
}

/// A whole text as strtol(3) reads it: white space, a sign, digits.
fn long(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(postproof_syntax::exact::trim_start(text)).ok()?;
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    (unsigned.starts_with(|first: char| first.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}
