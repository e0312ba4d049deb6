//! Random patterns for regexp: and pcre: tables, with strings that they match.
//!
//! A small sampler and matcher of its own: what is tried must not come from the
//! code whose answers are tried.

use crate::oracle::prove::generate::Random;

/// How often the sampler repeats what may be repeated without end.
const MOST: usize = 3;
/// Tries to find a string with some answer.
const TRIES: usize = 60;

/// A part of a pattern.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// These characters.
    Text(String),
    /// A class as it is written, `[a-z]`, and the characters it stands for.
    Class(&'static str, &'static str),
    /// `.*`
    Anything,
    /// `(a|b)`
    One(Vec<Vec<Part>>),
    /// `[0-9]+`, `x?`: the part, its mark, and how often it may come.
    Times(Box<Part>, char),
}

pub(super) const DIGIT: Part = Part::Class("[0-9]", "0123456789");
pub(super) const LETTER: Part = Part::Class("[a-z]", "abcdefghijklmnopqrstuvwxyz");

/// Text as a part.
pub(super) fn text(text: &str) -> Part {
    Part::Text(text.to_owned())
}

/// Alternatives of plain text.
pub(super) fn one_of(texts: &[&str]) -> Part {
    Part::One(texts.iter().map(|one| vec![text(one)]).collect())
}

/// `part+`
pub(super) fn some(part: Part) -> Part {
    Part::Times(Box::new(part), '+')
}

/// A pattern.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) starts: bool,
    pub(super) parts: Vec<Part>,
    pub(super) ends: bool,
}

impl Pattern {
    pub(super) fn new(starts: bool, parts: Vec<Part>, ends: bool) -> Self {
        Self { starts, parts, ends }
    }

    /// As a table has it, without the slashes.
    pub(super) fn written(&self) -> String {
        let mut out = String::new();
        out.push_str(if self.starts { "^" } else { "" });
        self.parts.iter().for_each(|part| write(part, &mut out));
        out.push_str(if self.ends { "$" } else { "" });
        out
    }

    /// A string that it matches. What has no anchor has something beside it at times.
    pub(super) fn sample(&self, random: &mut Random) -> String {
        let mut out = String::new();
        if !self.starts && random.chance(60) {
            out.push_str(random.pick::<&str>(&["x", "evil", "a.b"]));
        }
        self.parts.iter().for_each(|part| add(part, random, &mut out));
        if !self.ends && random.chance(60) {
            out.push_str(random.pick::<&str>(&["x", ".evil.com", "9"]));
        }
        out
    }

    /// Whether it is found in a text, whatever the case.
    // pcre_table(5), regexp_table(5): case-insensitive by default
    pub(super) fn matches(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        let starts = if self.starts { 0..=0 } else { 0..=text.len() };
        let parts: Vec<&Part> = self.parts.iter().collect();
        starts.filter_map(|at| text.get(at..)).any(|rest| go(&parts, rest, self.ends))
    }
}

fn write(part: &Part, out: &mut String) {
    match part {
        Part::Text(text) => {
            for ch in text.chars() {
                out.push_str(if ".+*?()[]{}^$|\\/".contains(ch) { "\\" } else { "" });
                out.push(ch);
            }
        }
        Part::Class(written, _) => out.push_str(written),
        Part::Anything => out.push_str(".*"),
        Part::One(all) => {
            for (at, parts) in all.iter().enumerate() {
                out.push(if at == 0 { '(' } else { '|' });
                parts.iter().for_each(|part| write(part, out));
            }
            out.push(')');
        }
        Part::Times(part, mark) => {
            write(part, out);
            out.push(*mark);
        }
    }
}

fn add(part: &Part, random: &mut Random, out: &mut String) {
    match part {
        Part::Text(text) => out.push_str(text),
        Part::Class(_, all) => {
            let chars: Vec<char> = all.chars().collect();
            out.push(*random.pick(&chars));
        }
        Part::Anything => out.push_str(random.pick::<&str>(&["", "q", "w7"])),
        Part::One(all) => random.pick(all).iter().for_each(|part| add(part, random, out)),
        Part::Times(part, mark) => {
            let count = match mark {
                '?' => random.below(2),
                '*' => random.below(MOST),
                _ => 1 + random.below(MOST),
            };
            (0..count).for_each(|_| add(part, random, out));
        }
    }
}

/// Whether the parts take the text from its start.
fn go(parts: &[&Part], text: &str, ends: bool) -> bool {
    let Some((first, rest)) = parts.split_first() else { return !ends || text.is_empty() };
    match first {
        Part::Text(want) => text.strip_prefix(want.to_ascii_lowercase().as_str()).is_some_and(|t| go(rest, t, ends)),
        Part::Class(_, all) => {
            let mut chars = text.chars();
            chars.next().is_some_and(|ch| all.contains(ch) && go(rest, chars.as_str(), ends))
        }
        Part::Anything => (0..=text.len()).filter_map(|at| text.get(at..)).any(|left| go(rest, left, ends)),
        Part::One(all) => all.iter().any(|inner| {
            let parts: Vec<&Part> = inner.iter().chain(rest.iter().copied()).collect();
            go(&parts, text, ends)
        }),
        Part::Times(part, mark) => {
            let least = usize::from(*mark == '+');
            let most = if *mark == '?' { 1 } else { text.len() };
            (least..=most.max(least)).any(|count| {
                let parts: Vec<&Part> = std::iter::repeat_n(&**part, count).chain(rest.iter().copied()).collect();
                go(&parts, text, ends)
            })
        }
    }
}

/// A line of a table of patterns.
#[derive(Clone, Debug)]
pub(super) enum Line {
    Rule { not: bool, pattern: Pattern, action: String },
    If { not: bool, pattern: Pattern },
    Endif,
}

/// A rule that asks for a match.
pub(super) fn rule(pattern: Pattern, action: &str) -> Line {
    Line::Rule { not: false, pattern, action: action.to_owned() }
}

/// The text of a table.
pub(super) fn table(lines: &[Line]) -> String {
    let mark = |not: &bool| if *not { "!" } else { "" };
    let line = |line: &Line| match line {
        Line::Rule { not, pattern, action } => format!("{}/{}/ {action}\n", mark(not), pattern.written()),
        Line::If { not, pattern } => format!("if {}/{}/\n", mark(not), pattern.written()),
        Line::Endif => "endif\n".to_owned(),
    };
    lines.iter().map(line).collect()
}

/// The first answer of a table for a text.
pub(super) fn answer<'t>(lines: &'t [Line], text: &str) -> Option<&'t str> {
    // How many of the open ifs are not met, the outermost first.
    let mut open: Vec<bool> = Vec::new();
    for line in lines {
        let is_on = open.iter().all(|met| *met);
        match line {
            Line::If { not, pattern } => open.push(is_on && pattern.matches(text) != *not),
            Line::Endif => drop(open.pop()),
            Line::Rule { not, pattern, action } if is_on && pattern.matches(text) != *not => return Some(action),
            Line::Rule { .. } => {}
        }
    }
    None
}

/// Strings for which a table says `wanted`: samples of its patterns, and for
/// addresses the local part of one with the domain of another.
pub(super) fn samples(lines: &[Line], wanted: &str, is_mail: bool, random: &mut Random) -> Vec<String> {
    let patterns: Vec<&Pattern> = lines
        .iter()
        .filter_map(|line| match line {
            Line::Rule { pattern, .. } | Line::If { pattern, .. } => Some(pattern),
            Line::Endif => None,
        })
        .collect();
    let mut found: Vec<String> = Vec::new();
    for _ in 0..TRIES {
        if found.len() >= 4 || patterns.is_empty() {
            break;
        }
        let sample = random.pick(&patterns).sample(random);
        let other = random.pick(&patterns).sample(random);
        let text = match (is_mail, sample.split_once('@'), other.rsplit_once('@')) {
            (false, ..) => sample,
            (true, Some((user, domain)), Some((_, elsewhere))) => {
                let user = if user.is_empty() { "who" } else { user };
                let user = if random.chance(40) { other.split('@').next().unwrap_or(user) } else { user };
                let domain = if random.chance(50) { elsewhere } else { domain };
                format!("{}@{domain}", if user.is_empty() { "who" } else { user })
            }
            (true, None, Some((_, elsewhere))) => format!("{sample}@{elsewhere}"),
            (true, Some(_), None) => {
                let (user, domain) = sample.split_once('@').unwrap_or_default();
                format!("{}@{domain}", if user.is_empty() { other.as_str() } else { user })
            }
            (true, None, None) => format!("{sample}@{}", random.pick(&["stranger.example", "evil.com"])),
        };
        if answer(lines, &text) == Some(wanted) && !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_matched_and_first_matches_decide() {
        let vip = Pattern::new(true, vec![text("vip-"), some(DIGIT)], false);
        let friend = Pattern::new(false, vec![text("@"), one_of(&["friend", "pal"]), text(".example")], true);
        assert_eq!(vip.written() + &friend.written(), r"^vip-[0-9]+@(friend|pal)\.example$");
        let mut random = Random::new(1);
        for _ in 0..50 {
            let (one, two) = (vip.sample(&mut random), friend.sample(&mut random));
            assert!(vip.matches(&one) && friend.matches(&two) && !vip.matches(&two), "{one} {two}");
        }
        let lines = [
            rule(Pattern::new(true, vec![text("vip-9")], false), "REJECT"),
            Line::If { not: false, pattern: vip },
            rule(friend, "OK"),
            Line::Endif,
        ];
        assert!(table(&lines).contains("if /^vip-[0-9]+/\n"));
        assert_eq!(answer(&lines, "vip-1@pal.example"), Some("OK"));
        assert_eq!(answer(&lines, "VIP-91@friend.example"), Some("REJECT"));
        assert_eq!(answer(&lines, "a@pal.example"), None);
        let found = samples(&lines, "OK", true, &mut random);
        assert!(!found.is_empty() && found.iter().all(|one| answer(&lines, one) == Some("OK")));
    }
}
