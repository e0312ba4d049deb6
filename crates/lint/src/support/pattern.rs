//! Patterns of regexp: and pcre: tables: where they end, their flags, and
//! whether they are certainly broken. Nothing is matched here; what depends on
//! the regular expression library is taken as good.

/// Which library reads the pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// regexp_table(5): POSIX extended, as the GNU C library reads it.
    Posix,
    /// pcre_table(5).
    Perl,
}

/// A pattern cut into its pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern<'p> {
    /// Whether `!` stands before it, an odd number of times.
    pub(crate) negated: bool,
    /// What stands between the delimiters.
    pub(crate) body: &'p str,
    /// What stands behind the second delimiter.
    pub(crate) flags: &'p str,
}

/// What is wrong with a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// `(` that is never closed.
    OpenGroup,
    /// `)` without `(`.
    CloseGroup,
    /// `[` that is never closed.
    OpenSet,
    /// `*`, `+`, `?` or `{` with nothing before it to repeat.
    NothingToRepeat,
    /// `(?…)` in a POSIX expression, which has no such thing.
    PerlOnly,
    /// A backslash at the end.
    TrailingBackslash,
}

/// Cuts `if !/body/flags` or `/body/flags`; nothing if it is no pattern.
pub(crate) fn cut(key: &str) -> Option<Pattern<'_>> {
    let key = match key.get(..2) {
        Some(word) if word.eq_ignore_ascii_case("if") => key.get(2..)?.trim_start(),
        Some(_) | None => key,
    };
    let rest = key.trim_start_matches(|ch: char| ch == '!' || ch.is_ascii_whitespace());
    let negated = key.bytes().take(key.len() - rest.len()).filter(|byte| *byte == b'!').count() % 2 == 1;
    let delimiter = rest.chars().next()?;
    if delimiter.is_ascii_alphanumeric() {
        return None;
    }
    let inner = rest.get(delimiter.len_utf8()..)?;
    let mut escaped = false;
    for (at, ch) in inner.char_indices() {
        if !escaped && ch == delimiter {
            let flags = inner.get(at + ch.len_utf8()..)?;
            return Some(Pattern { negated, body: inner.get(..at)?, flags });
        }
        escaped = !escaped && ch == '\\';
    }
    None
}

/// The letters that may stand behind a pattern.
// regexp_table(5) and pcre_table(5), TABLE FORMAT
pub(crate) fn flags(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Posix => "imx",
        Flavour::Perl => "imsxAEUX",
    }
}

/// What a scan of a pattern found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scan {
    /// What is certainly wrong.
    pub(crate) fault: Option<Fault>,
    /// How many groups it captures; nothing if that can't be told.
    pub(crate) groups: Option<usize>,
}

/// Reads the body of a pattern.
pub(crate) fn scan(flavour: Flavour, pattern: &Pattern<'_>) -> Scan {
    // `x` is another grammar: basic expressions (regexp), free form (pcre).
    if pattern.flags.contains(['x', 'X']) {
        return Scan::default();
    }
    Scanner { flavour, bytes: pattern.body.as_bytes(), at: 0 }.run()
}

struct Scanner<'p> {
    flavour: Flavour,
    bytes: &'p [u8],
    at: usize,
}

/// What stands before a place: whether it can be repeated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Anchor,
    Atom,
}

impl Scanner<'_> {
    fn run(mut self) -> Scan {
        let (mut open, mut groups, mut known) = (0_usize, 0_usize, true);
        let mut before = Before::Nothing;
        let fault = |fault| Scan { fault: Some(fault), groups: None };
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            match byte {
                b'\\' => match self.peek(0) {
                    None => return fault(Fault::TrailingBackslash),
                    // Quotations and code points have a grammar of their own.
                    Some(b'Q' | b'x' | b'o' | b'N' | b'c' | b'g' | b'k' | b'p' | b'P') if self.is_perl() => {
                        return Scan::default();
                    }
                    Some(_) => {
                        self.at += 1;
                        before = Before::Atom;
                    }
                },
                b'[' => match self.skip_set() {
                    true => before = Before::Atom,
                    false => return fault(Fault::OpenSet),
                },
                b'(' => {
                    match self.peek(0) {
                        Some(b'?') if !self.is_perl() => return fault(Fault::PerlOnly),
                        Some(b'?') => match self.peek(1) {
                            Some(b':' | b'=' | b'!') => self.at += 2,
                            _ => return Scan::default(),
                        },
                        Some(b'*') if self.is_perl() => return Scan::default(),
                        Some(_) | None => groups += 1,
                    }
                    open += 1;
                    before = Before::Nothing;
                }
                b')' if open > 0 => {
                    open -= 1;
                    before = Before::Atom;
                }
                // The GNU C library takes a lone `)` for itself.
                b')' if self.is_perl() => return fault(Fault::CloseGroup),
                b'|' => before = Before::Nothing,
                b'*' | b'+' | b'?' if before == Before::Nothing => return fault(Fault::NothingToRepeat),
                b'*' | b'+' | b'?' => before = Before::Atom,
                b'^' => before = if before == Before::Nothing { Before::Anchor } else { Before::Atom },
                // Interval expressions differ too much to be judged.
                b'{' => {
                    known = known && self.is_perl();
                    before = Before::Atom;
                }
                _ => before = Before::Atom,
            }
        }
        if open > 0 {
            return fault(Fault::OpenGroup);
        }
        Scan { fault: None, groups: known.then_some(groups) }
    }

    fn is_perl(&self) -> bool {
        self.flavour == Flavour::Perl
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// Goes behind the `]` of a set that has just begun; false if there is none.
    fn skip_set(&mut self) -> bool {
        if self.peek(0) == Some(b'^') {
            self.at += 1;
        }
        // A `]` in the first place stands for itself.
        if self.peek(0) == Some(b']') {
            self.at += 1;
        }
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            match byte {
                b']' => return true,
                b'\\' if self.is_perl() => self.at += 1,
                b'[' => {
                    let Some(class @ (b':' | b'.' | b'=')) = self.peek(0) else { continue };
                    let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
                    let end = rest.windows(2).position(|pair| pair == [class, b']']);
                    let is_name = |end: usize| {
                        rest.iter().take(end).all(|byte| b"^".contains(byte) || byte.is_ascii_alphabetic())
                    };
                    match end {
                        // PCRE takes `[:` for itself unless a name follows.
                        Some(end) if self.is_perl() && !(class == b':' && is_name(end)) => {}
                        Some(end) => self.at += end + 3,
                        None if self.is_perl() => {}
                        None => return false,
                    }
                }
                _ => {}
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(flavour: Flavour, key: &str) -> Option<Fault> {
        scan(flavour, &cut(key).unwrap()).fault
    }

    #[test]
    fn patterns_are_cut_at_their_delimiters() {
        let cut_of = |key| cut(key).map(|pattern| (pattern.negated, pattern.body, pattern.flags));
        assert_eq!(cut_of("/a\\/b/i"), Some((false, "a\\/b", "i")));
        assert_eq!(cut_of("if !|z|"), Some((true, "z", "")));
        assert_eq!(cut_of("!! /x/"), Some((false, "x", "")));
        assert_eq!(cut_of("/open"), None);
        assert_eq!(cut_of("word"), None);
    }

    #[test]
    fn faults_are_those_of_postmap_with_regexp() {
        // postmap -q of Postfix 3.7.11.
        for (key, expected) in [
            ("/bar(/", Some(Fault::OpenGroup)),
            ("/[/", Some(Fault::OpenSet)),
            ("/[]a/", Some(Fault::OpenSet)),
            ("/*abc/", Some(Fault::NothingToRepeat)),
            ("/a|*b/", Some(Fault::NothingToRepeat)),
            ("/(?i)foo/", Some(Fault::PerlOnly)),
            ("/)/", None),
            ("/a**/", None),
            ("/[]]/", None),
            ("/[[:alpha:]]x/", None),
            ("/\\d+/", None),
            ("/(?i)x/x", None),
        ] {
            assert_eq!(fault(Flavour::Posix, key), expected, "{key}");
        }
    }

    #[test]
    fn look_around_and_quotations_are_never_faults() {
        for key in ["/(?=x)foo/", "/(?<!a)b/", "/(?i)foo/", "/\\Q(\\E/", "/(a)\\1/", "/[\\]]/", "/(*UTF8)a/"] {
            assert_eq!(fault(Flavour::Perl, key), None, "{key}");
        }
        assert_eq!(fault(Flavour::Perl, "/a)/"), Some(Fault::CloseGroup));
        assert_eq!(fault(Flavour::Perl, "/(a/"), Some(Fault::OpenGroup));
    }

    #[test]
    fn groups_are_counted_where_they_can_be() {
        let groups = |flavour, key: &str| scan(flavour, &cut(key).unwrap()).groups;
        assert_eq!(groups(Flavour::Posix, "/(a)(b\\(c)/"), Some(2));
        assert_eq!(groups(Flavour::Perl, "/(?:a)(b)/"), Some(1));
        assert_eq!(groups(Flavour::Perl, "/(?<name>b)/"), None);
    }
}
