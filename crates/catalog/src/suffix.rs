//! The Public Suffix List (<https://publicsuffix.org>): below which names the
//! public registers. `data/public_suffixes.txt` holds its rules; they stay one
//! text that is searched by bisection, for pointers to 10,000 names would cost
//! more than half as much again.

use std::borrow::Cow;
use std::cmp::Ordering;

mod punycode;

/// The day of the list.
pub const DATE: &str = include_str!(concat!(env!("OUT_DIR"), "/public_suffixes_date.txt"));

/// One rule a line, sorted by labels from the last to the first, the `!` of an
/// exception left out of the comparison.
const RULES: &str = include_str!(concat!(env!("OUT_DIR"), "/public_suffixes.txt"));

/// RFC 2606, section 2: the top-level domain of documentation. It is not
/// delegated, but stands for one that is.
const DOCUMENTATION: &str = "example";

/// Whether everybody can register a name below it: listed, or `example`, which
/// stands for a top-level domain in documentation. A single label that is not
/// delegated (`localhost`, `lan`, `internal`, `test` …) is none.
pub fn is_public_suffix(domain: &str) -> bool {
    let name = folded(domain);
    labels(&name).is_some_and(|count| suffix_length(&name, count) == Some(count))
}

/// The domain that somebody registered: one label more than the longest public
/// suffix. Where the last label is not listed: the last two labels (the list's
/// default rule), or the single label itself. `None` if the name is a public
/// suffix, empty, or has an empty label.
pub fn registrable(domain: &str) -> Option<&str> {
    let name = folded(domain);
    let count = labels(&name)?;
    let wanted = match suffix_length(&name, count) {
        Some(suffix) if suffix == count => return None,
        Some(suffix) => suffix + 1,
        None => count.min(2),
    };
    let domain = undotted(domain);
    let dropped = domain.split('.').take(count.saturating_sub(wanted)).map(|label| label.len() + 1).sum();
    domain.get(dropped..)
}

/// The suffixes as the list has them, in punycode: plain ones, and wildcard rules
/// as `*.x`. Exceptions are left out.
pub fn suffixes() -> impl Iterator<Item = &'static str> {
    RULES.lines().filter(|rule| !rule.starts_with('!'))
}

/// How many labels of the name are its public suffix; `None` if its last label is
/// not listed. <https://github.com/publicsuffix/list/wiki/Format>: an exception
/// wins and takes one label less than its name, otherwise the longest rule wins,
/// and `*` is the rule of a listed top-level domain without one.
fn suffix_length(name: &str, count: usize) -> Option<usize> {
    let top = name.rsplit('.').next().unwrap_or(name);
    if top != DOCUMENTATION && first_from(top).is_none_or(|rule| plain(rule).rsplit('.').next() != Some(top)) {
        return None;
    }
    let mut longest = 1;
    let mut tail = name;
    for length in (1..=count).rev() {
        let parent = tail.split_once('.').map(|(_, parent)| parent);
        match find(tail) {
            Some(rule) if rule.starts_with('!') => return Some(length.saturating_sub(1)),
            Some(_) => longest = longest.max(length),
            None => {}
        }
        if parent.is_some_and(|parent| find(&format!("*.{parent}")).is_some()) {
            longest = longest.max(length);
        }
        tail = parent.unwrap_or_default();
    }
    Some(longest)
}

/// The rule with this name.
fn find(name: &str) -> Option<&'static str> {
    first_from(name).filter(|rule| plain(rule) == name)
}

/// The first rule that does not stand before the name.
fn first_from(name: &str) -> Option<&'static str> {
    // `rest` begins and ends between lines; all before it sorts before the name.
    let mut rest = RULES;
    let mut found = None;
    while !rest.is_empty() {
        let middle = rest.bytes().take(rest.len() / 2).rposition(|byte| byte == b'\n').map_or(0, |at| at + 1);
        let (before, from) = rest.split_at_checked(middle)?;
        let (rule, after) = from.split_once('\n').unwrap_or((from, ""));
        if order(rule, name) == Ordering::Less {
            rest = after;
        } else {
            found = Some(rule);
            rest = before.strip_suffix('\n').unwrap_or(before);
        }
    }
    found
}

fn order(rule: &str, name: &str) -> Ordering {
    plain(rule).rsplit('.').cmp(name.rsplit('.'))
}

/// A rule without the mark of an exception.
fn plain(rule: &str) -> &str {
    rule.strip_prefix('!').unwrap_or(rule)
}

/// The name as the list writes it: lower case, punycode, no dot at its end.
fn folded(domain: &str) -> Cow<'_, str> {
    let domain = undotted(domain);
    if domain.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(domain);
    }
    let labels = domain.split('.').map(punycode::label);
    Cow::Owned(labels.collect::<Vec<_>>().join("."))
}

fn undotted(domain: &str) -> &str {
    domain.strip_suffix('.').unwrap_or(domain)
}

/// How many labels; `None` if one is empty.
fn labels(name: &str) -> Option<usize> {
    name.split('.').try_fold(0, |count, label| (!label.is_empty()).then_some(count + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registrable_domains_follow_the_rules_of_the_list() {
        let cases: &[(&str, Option<&str>)] = &[
            ("", None),
            (".", None),
            ("com", None),
            ("COM.", None),
            (".com", None),
            ("example..com", None),
            ("mail.Example.COM.", Some("Example.COM")),
            ("uk.com", None),
            ("mx.shop.uk.com", Some("shop.uk.com")),
            // Only a wildcard rule.
            ("ck", None),
            ("other.ck", None),
            ("b.other.ck", Some("b.other.ck")),
            // Exceptions to it.
            ("www.ck", Some("www.ck")),
            ("a.www.ck", Some("www.ck")),
            ("kobe.jp", Some("kobe.jp")),
            ("c.kobe.jp", None),
            ("a.c.kobe.jp", Some("a.c.kobe.jp")),
            ("mail.city.kobe.jp", Some("city.kobe.jp")),
            ("co.kr", None),
            ("mx.hosting.co.kr", Some("hosting.co.kr")),
            // The private section.
            ("github.io", None),
            ("mail.somebody.github.io", Some("somebody.github.io")),
            // Internationalised, both forms.
            ("xn--55qx5d.cn", None),
            ("公司.cn", None),
            ("www.食狮.公司.cn", Some("食狮.公司.cn")),
            ("www.xn--85x722f.xn--55qx5d.cn", Some("xn--85x722f.xn--55qx5d.cn")),
            ("한국", None),
            // Documentation.
            ("example", None),
            ("mail.tenant.example", Some("tenant.example")),
            // Not listed.
            ("localhost", Some("localhost")),
            ("lan", Some("lan")),
            ("mail.office.lan", Some("office.lan")),
            ("mail.local", Some("mail.local")),
        ];
        for (domain, expected) in cases {
            assert_eq!(registrable(domain), *expected, "{domain}");
        }
    }

    #[test]
    fn names_that_nobody_registers_below_are_no_suffixes() {
        for name in ["localhost", "local", "lan", "internal", "home", "corp", "test", "invalid", "example.com", ""] {
            assert!(!is_public_suffix(name), "{name}");
        }
        for name in ["com", "co.kr", "kr", "example", "Example.", "ck", "x.ck", "xn--p1ai", "рф", "РФ"] {
            assert!(is_public_suffix(name), "{name}");
        }
    }

    #[test]
    fn every_rule_is_found() {
        for rule in RULES.lines() {
            assert_eq!(find(plain(rule)), Some(rule));
        }
        assert_eq!(find("zz.zz"), None);
        assert_eq!(find("aa"), None);
    }

    #[test]
    fn suffixes_leave_exceptions_out() {
        assert!(suffixes().count() > 10_000);
        assert!(suffixes().any(|suffix| suffix == "*.ck") && suffixes().all(|suffix| !suffix.contains('!')));
    }

    #[test]
    fn the_date_is_a_day() {
        assert_eq!(DATE.split('-').map(str::len).collect::<Vec<_>>(), [4, 2, 2]);
    }
}
