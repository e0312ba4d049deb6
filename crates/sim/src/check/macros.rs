//! `$name` in the texts of replies (mac_expand.c).

use std::borrow::Cow;

/// How deep one expression may hold others.
const MAX_DEPTH: usize = 20;

/// What a name stands for; nothing: there is no such name.
type Values<'v> = &'v dyn Fn(&str) -> Option<Cow<'v, str>>;

/// A text with `\t`, `\40` and their kin as the bytes that they mean.
// unescape.c
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(ch) = chars.next() {
        let escaped = match (ch, chars.peek()) {
            ('\\', Some(_)) => chars.next().unwrap_or(ch),
            _ => {
                out.push(ch);
                continue;
            }
        };
        out.push(match escaped {
            'a' => '\x07',
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            '0'..='7' => {
                let mut number = escaped.to_digit(8).unwrap_or_default();
                for _ in 0..2 {
                    let Some(digit) = chars.peek().and_then(|ch| ch.to_digit(8)) else { break };
                    number = number * 8 + digit;
                    chars.next();
                }
                char::from((number & 0xff) as u8)
            }
            other => other,
        });
    }
    out
}

/// Expands a template. Bytes of values that are not in `allowed` become `_`;
/// nothing where the template is broken.
pub(super) fn expand(template: &str, allowed: &str, values: Values<'_>) -> Option<String> {
    let mut out = String::new();
    expand_into(template, allowed, values, &mut out, 0).then_some(out)
}

fn expand_into(template: &str, allowed: &str, values: Values<'_>, out: &mut String, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let Some(first) = after.chars().next() else { return false };
        match first {
            '$' => {
                out.push('$');
                rest = after.get(1..).unwrap_or_default();
            }
            '{' | '(' => {
                let Some((inner, next)) = enclosed(after) else { return false };
                rest = next;
                if !expression(inner, allowed, values, out, depth) {
                    return false;
                }
            }
            _ => {
                let end = after.find(|ch: char| !is_name(ch)).unwrap_or(after.len());
                let (name, next) = after.split_at_checked(end).unwrap_or((after, ""));
                rest = next;
                if name.is_empty() {
                    return false;
                }
                push_value(name, allowed, values, out);
            }
        }
    }
    out.push_str(rest);
    true
}

fn is_name(ch: char) -> bool {
    ch.is_ascii_alphanumeric() || ch == '_'
}

fn push_value(name: &str, allowed: &str, values: Values<'_>, out: &mut String) {
    if let Some(value) = values(name) {
        for ch in value.chars() {
            if allowed.contains(ch) {
                out.push(ch);
            } else {
                (0..ch.len_utf8()).for_each(|_| out.push('_'));
            }
        }
    }
}

/// What stands between a bracket and its partner, and what follows.
fn enclosed(text: &str) -> Option<(&str, &str)> {
    let open = text.chars().next()?;
    let close = if open == '{' { '}' } else { ')' };
    let mut level = 0_usize;
    for (at, ch) in text.char_indices() {
        if ch == open {
            level += 1;
        } else if ch == close {
            level = level.saturating_sub(1);
            if level == 0 {
                return Some((text.get(1..at)?, text.get(at + 1..)?));
            }
        }
    }
    None
}

/// `name`, `name?text`, `name:text`, `name?{text}:{text}`, `{a} == {b} ? …`.
fn expression(inner: &str, allowed: &str, values: Values<'_>, out: &mut String, depth: usize) -> bool {
    let inner = inner.trim_start();
    let (is_so, rest, plain) = if inner.starts_with('{') {
        let Some((is_so, rest)) = relation(inner, allowed, values, depth) else { return false };
        (is_so, rest, "true")
    } else {
        let end = inner.find(|ch: char| !is_name(ch)).unwrap_or(inner.len());
        let (name, rest) = inner.split_at_checked(end).unwrap_or((inner, ""));
        if name.is_empty() {
            return false;
        }
        if rest.trim().is_empty() {
            push_value(name, allowed, values, out);
            return true;
        }
        (values(name).is_some_and(|value| !value.is_empty()), rest.trim_start(), "")
    };
    if rest.is_empty() {
        out.push_str(if is_so { plain } else { "" });
        return true;
    }
    let Some((yes, no)) = branches(rest) else { return false };
    match if is_so { yes } else { no } {
        Some(text) => expand_into(text, allowed, values, out, depth + 1),
        None => true,
    }
}

/// What stands behind `?` and behind `:`.
fn branches(rest: &str) -> Option<(Option<&str>, Option<&str>)> {
    if let Some(text) = rest.strip_prefix(':') {
        return Some((None, Some(unbraced(text))));
    }
    let text = rest.strip_prefix('?')?;
    let start = text.trim_start();
    if !start.starts_with('{') {
        return Some((Some(text), None));
    }
    let (yes, after) = enclosed(start)?;
    match after.trim_start() {
        "" => Some((Some(yes), None)),
        after => after.strip_prefix(':').map(|no| (Some(yes), Some(unbraced(no)))),
    }
}

fn unbraced(text: &str) -> &str {
    let start = text.trim_start();
    match enclosed(start) {
        Some((inner, after)) if start.starts_with('{') && after.trim().is_empty() => inner,
        Some(_) | None => text,
    }
}

fn relation<'t>(text: &'t str, allowed: &str, values: Values<'_>, depth: usize) -> Option<(bool, &'t str)> {
    let (left, after) = enclosed(text)?;
    let after = after.trim_start();
    let operator = ["==", "!=", "<=", ">=", "<", ">"].into_iter().find(|operator| after.starts_with(operator))?;
    let after = after.strip_prefix(operator)?.trim_start();
    let (right, rest) = enclosed(after).filter(|_| after.starts_with('{'))?;
    let side = |text: &str| {
        let mut out = String::new();
        expand_into(text, allowed, values, &mut out, depth + 1).then_some(out)
    };
    let (left, right) = (side(left)?, side(right)?);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let order = match (digits(&left) && digits(&right))
        .then(|| Some((left.parse::<u64>().ok()?, right.parse::<u64>().ok()?)))
    {
        Some(Some((left, right))) => left.cmp(&right),
        Some(None) | None => left.cmp(&right),
    };
    let is_so = match operator {
        "==" => order.is_eq(),
        "!=" => order.is_ne(),
        "<=" => order.is_le(),
        ">=" => order.is_ge(),
        "<" => order.is_lt(),
        _ => order.is_gt(),
    };
    Some((is_so, rest.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(template: &str) -> Option<String> {
        let values = |name: &str| match name {
            "code" => Some("554".into()),
            "odd" => Some("a|b".into()),
            "none" => Some("".into()),
            _ => None,
        };
        expand(template, "0123456789ab", &values)
    }

    #[test]
    fn names_and_conditions_are_expanded() {
        assert_eq!(expanded("$code no; ${code}$(code)").as_deref(), Some("554 no; 554554"));
        assert_eq!(expanded("x${code?; $code}y${none?; $none}").as_deref(), Some("x; 554y"));
        assert_eq!(expanded("${none?{a}:{b}} ${code?{a}:{b}} ${none:b}").as_deref(), Some("b a b"));
        assert_eq!(expanded("${{$code} == {554} ? {yes} : {no}}").as_deref(), Some("yes"));
        assert_eq!(expanded("$$ $odd $unknown").as_deref(), Some("$ a_b "));
    }

    #[test]
    fn escapes_of_the_filter_are_bytes() {
        assert_eq!(unescaped("\\t\\40!\\\\]"), "\t !\\]");
    }

    #[test]
    fn broken_templates_are_nothing() {
        for template in ["${code", "$", "a $ b", "${}", "${code!}", "${{a} ~ {b}}"] {
            assert_eq!(expanded(template), None, "{template}");
        }
    }
}
