//! Which Postfix release a line around the configuration names: output of a
//! package manager, a log, a sentence. Only the product's name right beside a
//! number counts, and a sentence only if it does not compare.

use std::ops::Range;

/// Words before the name that make it a release other than the one that runs.
const COMPARING: [&str; 18] = [
    "before", "since", "of", "until", "than", "from", "to", "after", "in", "below", "above", "between", "and", "or",
    "for", "without", "older", "newer",
];

/// Where the line holds the number of the Postfix release that runs: three
/// numbers in a sentence, two at least in a package name or a line of its own.
pub fn postfix_release(line: &str) -> Option<Range<usize>> {
    started(line).or_else(|| {
        let lower = line.to_ascii_lowercase();
        lower.match_indices("postfix").find_map(|(at, _)| named(line, &lower, at))
    })
}

/// `daemon started -- version 3.7.11, configuration /etc/postfix` (master.c).
fn started(line: &str) -> Option<Range<usize>> {
    let said = ["daemon started -- version ", "reload -- version "];
    let at = said.iter().find_map(|said| line.find(said).map(|at| at + said.len()))?;
    line.contains("postfix").then_some(())?;
    number(line, at).map(|(range, _)| range)
}

/// A number behind the name at `at`.
fn named(line: &str, lower: &str, at: usize) -> Option<Range<usize>> {
    let before = lower.get(..at)?;
    if before.ends_with(|ch: char| ch.is_alphanumeric() || "/-_.".contains(ch)) {
        return None;
    }
    let end = at + "postfix".len();
    let rest = lower.get(end..)?;
    // rpm -q: postfix-3.5.8-4.el8.x86_64
    if let Some(first) = rest.strip_prefix('-').filter(|rest| rest.starts_with(|ch: char| ch.is_ascii_digit())) {
        let (range, dots) = number(line, lower.len() - first.len())?;
        return (dots == 2 && line.get(range.end..)?.starts_with('-')).then_some(range);
    }
    let words = behind(rest);
    let (range, dots) = number(line, lower.len() - words.len())?;
    let tail = line.get(range.end..)?;
    // dpkg -l, apt list: postfix 3.7.11-0+deb12u1
    let is_package = tail.strip_prefix('-').is_some_and(|rest| rest.starts_with(|ch: char| ch.is_ascii_digit()));
    let last = before.split_whitespace().last().unwrap_or_default();
    let compares = COMPARING.contains(&last.trim_matches(|ch: char| !ch.is_alphanumeric()));
    let is_alone = before.trim().is_empty() && tail.trim().trim_matches(['.', ',']).is_empty();
    let is_later = tail.trim_start().starts_with(['+', '>']) || says_more(tail);
    (is_package || is_alone || (dots == 2 && !compares && !is_later)).then_some(range)
}

/// `3.7.9 and later`, `3.7.9 or newer`.
fn says_more(tail: &str) -> bool {
    let mut words = tail.split_whitespace();
    matches!(words.next(), Some("and" | "or" | "to" | "through"))
        && matches!(words.next(), Some("later" | "newer" | "above" | "up" | "higher" | "older" | "earlier"))
}

/// What follows the name and `:amd64`, `/stable,now`, `version`, `:` or `v`.
fn behind(rest: &str) -> &str {
    let word = rest.find([' ', '\t']).unwrap_or(rest.len());
    let rest = match rest.get(..word) {
        Some(mark) if mark.starts_with([':', '/']) => rest.get(word..).unwrap_or_default(),
        Some(_) | None => rest,
    };
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("version").map_or(rest, str::trim_start);
    let rest = rest.strip_prefix([':', '=']).map_or(rest, str::trim_start);
    rest.strip_prefix('v').filter(|rest| rest.starts_with(|ch: char| ch.is_ascii_digit())).unwrap_or(rest)
}

/// The two or three numbers at `at`, with how many dots they have.
fn number(line: &str, at: usize) -> Option<(Range<usize>, usize)> {
    let text = line.get(at..)?;
    let len = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let number = text.get(..len)?.trim_end_matches('.');
    let parts: Vec<&str> = number.split('.').collect();
    let is_release = (2..=3).contains(&parts.len()) && parts.iter().all(|part| (1..=2).contains(&part.len()));
    is_release.then(|| (at..at + number.len(), parts.len() - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Option<&str> {
        postfix_release(line).and_then(|range| line.get(range))
    }

    #[test]
    fn packages_and_logs_name_the_release() {
        for (line, release) in [
            ("ii  postfix        3.5.25-0+deb11u1 amd64  High-performance mail transport agent", "3.5.25"),
            ("ii  postfix:amd64  3.7.11-0+deb12u1 amd64", "3.7.11"),
            ("postfix/stable,now 3.7.11-0+deb12u1 amd64 [installed]", "3.7.11"),
            ("postfix-3.5.8-4.el8.x86_64", "3.5.8"),
            (
                "Sep 1 10:00:00 mx postfix/master[12]: daemon started -- version 3.7.11, configuration /etc/postfix",
                "3.7.11",
            ),
            ("We run Postfix 3.7.11 on Debian 12.", "3.7.11"),
            ("Postfix version: 3.8", "3.8"),
            ("postfix v3.9.1", "3.9.1"),
        ] {
            assert_eq!(found(line), Some(release), "{line}");
        }
    }

    #[test]
    fn other_products_and_comparisons_name_none() {
        for line in [
            "220 mx.example.com ESMTP Postfix (Debian/GNU)",
            "ii  postfix-mysql  3.5.25-0+deb11u1 amd64",
            "ii  dovecot-core 1:2.3.19.1+dfsg1-2.1",
            "readme_directory = /usr/share/doc/postfix-2.10.1/README_FILES",
            "this was fixed in Postfix 3.7.9",
            "before Postfix 3.0.1 the default was y",
            "Postfix 3.7.9 and later forbid it",
            "I read about Postfix 3.6 somewhere",
            "postfixadmin 3.3.13",
            "Postfix 3",
            "",
        ] {
            assert_eq!(found(line), None, "{line}");
        }
    }
}
