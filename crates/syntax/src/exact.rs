//! Byte-exact reading, as the C code of Postfix does it.
//!
//! The trees of this crate are for people: decoded text, spans, recovery. What
//! postconf prints depends on the bytes themselves, on where a NUL ends a C
//! string, and on stopping at the first fatal line; that is read here.

use std::ops::Range;

/// What separates the items of most lists (`CHARS_COMMA_SP`).
pub const COMMA_SPACE: &[u8] = b", \t\r\n";
/// White space between words (`CHARS_SPACE`).
pub const SPACE: &[u8] = b" \t\r\n";

/// One logical line as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadLine {
    /// All its bytes; nothing stands for the line ends. Empty only at the end
    /// of a text whose last comments hold a NUL.
    pub bytes: Vec<u8>,
    /// Number of its first physical line, from 1.
    pub first: usize,
    /// Number of the last physical line that was read for it.
    pub last: usize,
    /// Whether a NUL was read, be it in a comment.
    pub nul: bool,
}

impl ReadLine {
    /// The line as a C string: up to the first NUL.
    pub fn text(&self) -> &[u8] {
        let end = self.bytes.iter().position(|byte| *byte == 0).unwrap_or(self.bytes.len());
        part(&self.bytes, 0..end)
    }

    /// Whether it continues nothing, and is thrown away.
    pub fn is_orphan(&self) -> bool {
        self.bytes.first().is_some_and(|byte| is_space(*byte))
    }
}

/// The logical lines of a text.
// readlline.c, readllines
pub fn read_lines(text: &[u8]) -> Vec<ReadLine> {
    let mut lines = Vec::new();
    let mut open = ReadLine { bytes: Vec::new(), first: 0, last: 0, nul: false };
    let mut at = 0;
    let mut number = 0;
    while at < text.len() {
        let rest = part(text, at..text.len());
        let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let physical = part(rest, 0..length);
        at += length + 1;
        number += 1;
        open.nul |= physical.contains(&0);
        open.last = number;
        if open.bytes.is_empty() {
            open.first = number;
        }
        if physical.iter().find(|byte| !is_space(**byte)).is_some_and(|byte| *byte != b'#') {
            open.bytes.extend_from_slice(physical);
        }
        let goes_on = text.get(at).is_some_and(|next| *next == b'#' || is_space(*next));
        if !open.bytes.is_empty() && !goes_on {
            let next = ReadLine { bytes: Vec::new(), first: 0, last: number, nul: false };
            lines.push(std::mem::replace(&mut open, next));
        }
    }
    if !open.bytes.is_empty() || open.nul {
        lines.push(open);
    }
    lines
}

/// Why a line is no `name = value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAPair {
    /// Nothing stands before the `=`.
    NoName,
    /// No `=` after the first word.
    NoEquals,
}

impl NotAPair {
    /// In the words of Postfix.
    pub const fn words(self) -> &'static str {
        match self {
            NotAPair::NoName => "missing attribute name",
            NotAPair::NoEquals => "missing '=' after attribute name",
        }
    }
}

/// Name and value of a line.
// split_nameval.c
pub fn name_and_value(line: &[u8]) -> Result<(&[u8], &[u8]), NotAPair> {
    let line = trim_start(line);
    let end = line.iter().position(|byte| is_space(*byte) || *byte == b'=').unwrap_or(line.len());
    if end == 0 {
        return Err(NotAPair::NoName);
    }
    match trim_start(part(line, end..line.len())).split_first() {
        Some((b'=', value)) => Ok((part(line, 0..end), trim_end(trim_start(value)))),
        Some(_) | None => Err(NotAPair::NoEquals),
    }
}

/// Takes words from the front of a text, `{ }` kept together if asked for.
// mystrtok.c, mystrtok and mystrtokq
#[derive(Clone, Debug)]
pub struct Words<'t> {
    /// What was not read yet.
    pub rest: &'t [u8],
    separators: &'t [u8],
    braces: bool,
}

impl<'t> Words<'t> {
    /// Words at any of `separators`.
    pub fn plain(text: &'t [u8], separators: &'t [u8]) -> Self {
        Self { rest: text, separators, braces: false }
    }

    /// Words at any of `separators` outside `{ }`.
    pub fn braced(text: &'t [u8], separators: &'t [u8]) -> Self {
        Self { rest: text, separators, braces: true }
    }
}

impl<'t> Iterator for Words<'t> {
    type Item = &'t [u8];

    fn next(&mut self) -> Option<&'t [u8]> {
        let separates = |byte: &u8| self.separators.contains(byte);
        let start = self.rest.iter().position(|byte| !separates(byte)).unwrap_or(self.rest.len());
        let text = part(self.rest, start..self.rest.len());
        let mut depth = 0_usize;
        let end = text.iter().position(|byte| match byte {
            b'{' if self.braces => {
                depth += 1;
                false
            }
            b'}' if depth > 0 => {
                depth -= 1;
                false
            }
            byte => depth == 0 && separates(byte),
        });
        let end = end.unwrap_or(text.len());
        self.rest = part(text, (end + 1).min(text.len())..text.len());
        (end > 0).then(|| part(text, 0..end))
    }
}

/// What is wrong with a text in braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BraceFault {
    /// It is not closed.
    Missing,
    /// Something follows the closing brace.
    TextAfter,
}

impl BraceFault {
    /// In the words of Postfix, before ` in "…"`.
    pub const fn words(self) -> &'static str {
        match self {
            BraceFault::Missing => "missing '}'",
            BraceFault::TextAfter => "syntax error after '}'",
        }
    }
}

/// What stands in the braces that `text` begins with, and what is wrong.
/// `strip` takes white space off the ends too.
// extpar.c, balpar.c
pub fn in_braces(text: &[u8], strip: bool) -> (&[u8], Option<BraceFault>) {
    let (inner, fault) = match closing_brace(text) {
        None => (part(text, 1..text.len()), Some(BraceFault::Missing)),
        Some(end) if end + 1 < text.len() => (part(text, 1..end), Some(BraceFault::TextAfter)),
        Some(end) => (part(text, 1..end), None),
    };
    (if strip { trim_start(trim_end(inner)) } else { inner }, fault)
}

/// Where the brace stands that closes the one that `text` begins with.
pub fn closing_brace(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    text.iter().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })
}

/// White space as C `isspace` has it for ASCII.
pub const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// `text` without white space at its start.
pub fn trim_start(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !is_space(*byte)).unwrap_or(text.len());
    part(text, start..text.len())
}

/// `text` without white space at its end.
pub fn trim_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1);
    part(text, 0..end)
}

fn part(text: &[u8], range: Range<usize>) -> &[u8] {
    text.get(range).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(String, usize, usize)> {
        let read = read_lines(text.as_bytes());
        read.iter().map(|line| (String::from_utf8(line.bytes.clone()).unwrap(), line.first, line.last)).collect()
    }

    fn line(text: &str, first: usize, last: usize) -> (String, usize, usize) {
        (text.to_owned(), first, last)
    }

    #[test]
    fn comments_and_blanks_do_not_end_a_line() {
        assert_eq!(lines("# x\n\na\n# c\n \n  b\nc"), [line("a  b", 3, 6), line("c", 7, 7)]);
        assert_eq!(lines("a\n # c\n"), [line("a", 1, 2)]);
        assert_eq!(lines("a\n\nb\n"), [line("a", 1, 2), line("b", 3, 3)]);
        assert_eq!(lines(" x\n y\nz\n"), [line(" x y", 1, 2), line("z", 3, 3)]);
        assert_eq!(lines("\n# only\n"), []);
    }

    #[test]
    fn a_nul_ends_the_text_but_not_the_line() {
        let read = read_lines(b"a = b\0c\nd\n#\0\n");
        assert_eq!((read[0].text(), read[0].nul), (&b"a = b"[..], true));
        assert_eq!((read[1].text(), read[1].nul, read[1].last), (&b"d"[..], true, 3));
        assert!(read_lines(b"#\0\n")[0].bytes.is_empty());
    }

    #[test]
    fn pairs_are_split_at_the_first_equals_sign() {
        assert_eq!(name_and_value(b" a\t= b = c \r"), Ok((&b"a"[..], &b"b = c"[..])));
        assert_eq!(name_and_value(b"a="), Ok((&b"a"[..], &b""[..])));
        assert_eq!(name_and_value(b"= b"), Err(NotAPair::NoName));
        assert_eq!(name_and_value(b""), Err(NotAPair::NoName));
        assert_eq!(name_and_value(b"a b = c"), Err(NotAPair::NoEquals));
    }

    #[test]
    fn words_keep_braces_together_and_an_open_one_takes_the_rest() {
        let words: Vec<_> = Words::braced(b" a,{ b, c }d } {e f", COMMA_SPACE).collect();
        assert_eq!(words, [&b"a"[..], b"{ b, c }d", b"}", b"{e f"]);
        assert_eq!(Words::plain(b"{a b}", SPACE).count(), 2);
        assert_eq!(Words::plain(b" , ", COMMA_SPACE).next(), None);
    }

    #[test]
    fn braces_are_opened_with_what_is_wrong() {
        assert_eq!(in_braces(b"{ a {b} }", true), (&b"a {b}"[..], None));
        assert_eq!(in_braces(b"{ a ", true), (&b"a"[..], Some(BraceFault::Missing)));
        assert_eq!(in_braces(b"{ a }x", false), (&b" a "[..], Some(BraceFault::TextAfter)));
        assert_eq!(in_braces(b"{}", true), (&b""[..], None));
    }

    #[test]
    fn the_tree_of_main_cf_reads_the_same() {
        let text = "a = b\n c\n# d\n e\nf=\r\n\nlist =\n  x,\n\n  y # z\n";
        let region = crate::Region::whole(postproof_diag::FileId(0), text.as_bytes());
        let tree = crate::main_cf::parse(&region, text.as_bytes()).tree;
        let of_tree = tree.settings().map(|one| (one.name.clone(), one.value.as_str().to_owned()));
        let lines = read_lines(text.as_bytes());
        let exact = lines.iter().map(|line| {
            let (name, value) = name_and_value(line.text()).unwrap();
            (String::from_utf8(name.to_vec()).unwrap(), String::from_utf8(value.to_vec()).unwrap())
        });
        assert_eq!(of_tree.collect::<Vec<_>>(), exact.collect::<Vec<_>>());
    }
}
