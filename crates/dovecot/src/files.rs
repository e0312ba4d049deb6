//! The files that are given, and which of them an include means.

use postproof_diag::{FileId, Span};
use postproof_syntax::Region;

/// One file, or lines of a paste.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The document.
    pub file: FileId,
    /// Its path, as far as it has one.
    pub path: &'a str,
    /// The lines that are configuration.
    pub region: &'a Region,
    /// The bytes of the document.
    pub bytes: &'a [u8],
    /// Whether it is read for itself; else only where an include names it.
    pub root: bool,
}

/// An include that none of the given files answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingInclude {
    /// The pattern with the directory of the file that has it in front.
    pub pattern: String,
    /// The line.
    pub span: Span,
    /// Whether the file may be missing (`!include_try`).
    pub optional: bool,
}

/// Brace groups that are opened; what is beyond stays as it is.
const MAX_ALTERNATIVES: usize = 256;

/// The indices of the inputs that a pattern means, in the order of glob(3).
pub(crate) fn matching(inputs: &[Input<'_>], pattern: &str) -> Vec<usize> {
    let mut found = Vec::new();
    for one in alternatives(pattern) {
        let mut here: Vec<usize> = exact(inputs, &one);
        if here.is_empty() {
            here = by_tail(inputs, &one);
        }
        here.sort_by_key(|at| inputs.get(*at).map_or("", |input| input.path));
        found.extend(here);
    }
    found
}

fn exact(inputs: &[Input<'_>], pattern: &str) -> Vec<usize> {
    let fits = |(at, input): (usize, &Input<'_>)| glob(pattern.as_bytes(), input.path.as_bytes()).then_some(at);
    inputs.iter().enumerate().filter_map(fits).collect()
}

/// Files that were given under another directory than the server's: the names
/// at the end of their paths decide, as many of them as both have.
fn by_tail(inputs: &[Input<'_>], pattern: &str) -> Vec<usize> {
    let pattern: Vec<&str> = pattern.split('/').filter(|step| !step.is_empty() && *step != ".").collect();
    // A file with a whole path is where it says.
    let free = inputs.iter().enumerate().filter(|(_, input)| !input.path.starts_with('/'));
    let fits = |(at, input): (usize, &Input<'_>)| {
        let path: Vec<&str> = input.path.split('/').filter(|step| !step.is_empty() && *step != ".").collect();
        let both = path.len().min(pattern.len());
        let tail = |steps: &[&str]| steps.get(steps.len() - both..).unwrap_or_default().join("/");
        (both > 0 && glob(tail(&pattern).as_bytes(), tail(&path).as_bytes())).then_some(at)
    };
    free.filter_map(fits).collect()
}

/// What a pattern with `{a,b}` stands for.
// glob(3), GLOB_BRACE
pub fn alternatives(pattern: &str) -> Vec<String> {
    let mut open = vec![pattern.to_owned()];
    let mut done = Vec::new();
    while let Some(one) = open.pop() {
        match group(&one).filter(|_| open.len() + done.len() < MAX_ALTERNATIVES) {
            None => done.push(one),
            Some((before, choices, after)) => {
                open.extend(choices.iter().rev().map(|choice| format!("{before}{choice}{after}")));
            }
        }
    }
    done
}

/// The first brace group of a pattern with what stands around it.
fn group(pattern: &str) -> Option<(&str, Vec<&str>, &str)> {
    let start = pattern.find('{')?;
    let inner = pattern.get(start + 1..)?;
    let (mut depth, mut from, mut choices) = (0_usize, 0, Vec::new());
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            b',' if depth == 0 => {
                choices.push(inner.get(from..at)?);
                from = at + 1;
            }
            b'}' => {
                choices.push(inner.get(from..at)?);
                return Some((pattern.get(..start)?, choices, inner.get(at + 1..)?));
            }
            _ => {}
        }
    }
    None
}

/// `*`, `?` and `[…]` within one name of a path; a leading dot must be written.
// glob(3)
fn glob(pattern: &[u8], path: &[u8]) -> bool {
    let mut pattern = pattern.split(|byte| *byte == b'/');
    let mut path = path.split(|byte| *byte == b'/');
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(pattern), Some(name)) if name_fits(pattern, name) => {}
            _ => return false,
        }
    }
}

fn name_fits(pattern: &[u8], name: &[u8]) -> bool {
    if name.first() == Some(&b'.') && pattern.first() != Some(&b'.') {
        return false;
    }
    // After a mismatch, the last `*` takes one more byte.
    let (mut at, mut on) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while on < name.len() {
        let rest = pattern.get(at..).unwrap_or_default();
        if rest.first() == Some(&b'*') {
            star = Some((at + 1, on));
            at += 1;
            continue;
        }
        match one(rest, name.get(on).copied().unwrap_or_default()) {
            Some(taken) => {
                at += taken;
                on += 1;
            }
            None => match star {
                Some((after, from)) => {
                    star = Some((after, from + 1));
                    (at, on) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|byte| *byte == b'*')
}

/// How many bytes of the pattern stand for that byte, if they do.
fn one(pattern: &[u8], byte: u8) -> Option<usize> {
    match pattern {
        [b'?', ..] => Some(1),
        [b'\\', literal, ..] => (*literal == byte).then_some(2),
        [b'[', rest @ ..] => match set(rest, byte) {
            Some((inside, length)) => inside.then_some(length + 1),
            None => (byte == b'[').then_some(1),
        },
        [literal, ..] => (*literal == byte).then_some(1),
        [] => None,
    }
}

/// Whether a byte is in `a-z]`, and how long that is.
fn set(rest: &[u8], byte: u8) -> Option<(bool, usize)> {
    let negated = matches!(rest.first(), Some(b'!' | b'^'));
    let mut at = usize::from(negated);
    let start = at;
    let mut inside = false;
    loop {
        let low = *rest.get(at)?;
        if low == b']' && at > start {
            return Some((inside != negated, at + 1));
        }
        match (rest.get(at + 1), rest.get(at + 2)) {
            (Some(b'-'), Some(high)) if *high != b']' => {
                inside |= (low..=*high).contains(&byte);
                at += 3;
            }
            _ => {
                inside |= low == byte;
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_patterns_as_in_a_shell() {
        for (pattern, path, fits) in [
            ("/etc/d/conf.d/*.conf", "/etc/d/conf.d/10-auth.conf", true),
            ("/etc/d/*.conf", "/etc/d/conf.d/10-auth.conf", false),
            ("*.conf", ".hidden.conf", false),
            ("a[0-9]?", "a5x", true),
            ("a[!0-9]", "a5", false),
            ("*a*b*", "xxaxxbxx", true),
            ("a\\*", "a*", true),
            ("a", "ab", false),
        ] {
            assert_eq!(glob(pattern.as_bytes(), path.as_bytes()), fits, "{pattern} {path}");
        }
        let long = "a".repeat(5000);
        assert!(!name_fits("*a*a*a*a*a*b".as_bytes(), long.as_bytes()));
    }

    #[test]
    fn braces_are_opened_in_order() {
        assert_eq!(alternatives("a{b,c{d,e}}f"), ["abf", "acdf", "acef"]);
        assert_eq!(alternatives("a{b"), ["a{b"]);
    }
}
