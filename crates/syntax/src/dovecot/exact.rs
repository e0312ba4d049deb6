//! One line as doveconf takes it apart, byte by byte.
//!
//! The tree of [`super::parse`] recovers where a person would; what doveconf
//! accepts depends on its own steps, and those are taken here. Continued lines
//! may run from an included file into the one that includes it, so the caller
//! gives physical lines one after the other.

use crate::Region;
use crate::lines::{Line, physical_lines};
use postproof_diag::{SourceText, Span};
use std::ops::Range;

/// A logical line.
#[derive(Clone, Debug)]
pub struct ExactLine {
    /// What it is.
    pub form: Form,
    /// The first word; of a group, its label.
    pub key: SourceText,
    /// Value, section name, pattern of an include.
    pub value: SourceText,
    /// Whether the value or section name stood in quotes.
    pub quoted: bool,
    /// From the first to the last physical line.
    pub span: Span,
}

/// What a line can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `key = value`.
    Value,
    /// `key = <path`.
    File,
    /// `key = value`, unquoted and with a `$`.
    Variable,
    /// `key name {`.
    Start,
    /// `group @label name {` (2.4).
    GroupStart,
    /// `}`.
    End,
    /// `!include` or `!include_try`.
    Include {
        /// `!include_try`.
        optional: bool,
    },
    /// None of these; the words of doveconf.
    Wrong(&'static str),
}

/// What a physical line brought.
#[derive(Clone, Debug)]
pub enum Step {
    /// A comment or empty line. What was to be continued is thrown away.
    Skipped {
        /// The lines whose continuation was thrown away.
        lost: Option<Span>,
    },
    /// The line goes on with the next one.
    Continued,
    /// A logical line is complete.
    Line(ExactLine),
}

/// A physical line: its text without the line end, and its place with it.
#[derive(Clone, Debug)]
pub struct Physical {
    text: String,
    span: Span,
}

/// The physical lines of a region. A NUL ends a line as it ends a C string.
pub fn physical(region: &Region, bytes: &[u8]) -> Vec<Physical> {
    // istream.c, i_stream_next_line: one CR before the LF goes
    let plain = |line: Line<'_>| {
        let text = line.text.strip_suffix('\r').unwrap_or(&line.text);
        let text = text.split('\0').next().unwrap_or_default();
        Physical { text: text.to_owned(), span: line.span }
    };
    physical_lines(region, bytes).map(plain).collect()
}

/// Joins physical lines.
#[derive(Clone, Debug, Default)]
pub struct Joiner {
    pending: Option<(SourceText, Span)>,
    /// The last `#` that ended a line without white space before it.
    pub ambiguous: Option<Span>,
}

impl Joiner {
    /// Takes the next physical line. `newer` is 2.4.
    // config-parser.c, config_parse_line
    pub fn push(&mut self, line: &Physical, newer: bool) -> Step {
        self.ambiguous = None;
        let white = |byte: &u8| is_white(*byte, newer);
        let all = line.text.as_bytes();
        let start = all.iter().position(|byte| !white(byte)).unwrap_or(all.len());
        let content = line.text.get(start..).unwrap_or_default();
        if content.is_empty() || content.starts_with('#') {
            return Step::Skipped { lost: self.pending.take().map(|(_, span)| span) };
        }
        let end = comment(content);
        if let Some(end) = end {
            let before = content.as_bytes().get(..end).and_then(<[u8]>::last);
            let at = line.span.start + (start + end) as u32;
            let place = Span::new(line.span.file, at, at + 1);
            self.ambiguous = before.is_some_and(|byte| !white(byte)).then_some(place);
        }
        let content = trim_end(content.get(..end.unwrap_or(content.len())).unwrap_or(content), newer);
        let origin = line.span.start + start as u32;
        let file = line.span.file;
        if let Some(content) = content.strip_suffix('\\') {
            let content = trim_end(content, newer);
            if !content.is_empty() {
                let pending = self.pending.get_or_insert_with(|| (SourceText::default(), line.span));
                pending.0.push(content, Some((file, origin)));
                pending.0.push(" ", Some((file, origin + content.len() as u32)));
                pending.1 = pending.1.to(line.span);
            }
            return Step::Continued;
        }
        let (mut text, span) = self.pending.take().unwrap_or((SourceText::default(), line.span));
        text.push(content, Some((file, origin)));
        Step::Line(Scan { text: &text, at: 0, newer }.line(span.to(line.span)))
    }

    /// What still waits for a continuation when the last file ends.
    pub fn lost(&self) -> Option<Span> {
        self.pending.as_ref().map(|(_, span)| *span)
    }
}

impl Physical {
    /// Its place, with the line end.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Its text, without the line end.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Where the comment of a line begins. A quote that never ends hides all that
/// follows it.
fn comment(line: &str) -> Option<usize> {
    let mut bytes = line.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'#' => return Some(at),
            b'"' | b'\'' => loop {
                match bytes.next() {
                    None => return None,
                    Some((_, b'\\')) => {
                        bytes.next();
                    }
                    Some((_, other)) if other == byte => break,
                    Some(_) => {}
                }
            },
            _ => {}
        }
    }
    None
}

/// 2.3: blank and tab; 2.4: what C `isspace` takes.
pub const fn is_white(byte: u8, newer: bool) -> bool {
    match byte {
        b' ' | b'\t' => true,
        b'\n' | b'\r' | 0x0b | 0x0c => newer,
        _ => false,
    }
}

fn trim_end(text: &str, newer: bool) -> &str {
    text.trim_end_matches(|ch| u8::try_from(ch).is_ok_and(|byte| is_white(byte, newer)))
}

struct Scan<'t> {
    text: &'t SourceText,
    at: usize,
    newer: bool,
}

impl Scan<'_> {
    fn rest(&self) -> &str {
        self.text.as_str().get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.rest().bytes().next()
    }

    fn skip_white(&mut self) {
        let newer = self.newer;
        self.at += self.rest().bytes().take_while(|byte| is_white(*byte, newer)).count();
    }

    /// The word up to white space, the end, or a byte for which `stop` holds.
    fn word(&mut self, stop: impl Fn(u8) -> bool) -> Range<usize> {
        let newer = self.newer;
        let length = self.rest().bytes().take_while(|byte| !is_white(*byte, newer) && !stop(*byte)).count();
        let start = self.at;
        self.at += length;
        start..self.at
    }

    fn line(mut self, span: Span) -> ExactLine {
        let key = self.key();
        self.skip_white();
        let (form, key, value, quoted) = self.after_key(key);
        ExactLine { form, key: self.text.slice(key), value, quoted, span }
    }

    fn key(&mut self) -> Range<usize> {
        if !self.newer || self.peek() != Some(b'"') {
            return self.word(|byte| byte == b'=');
        }
        self.at += 1;
        let start = self.at;
        let mut bytes = self.rest().bytes().enumerate();
        let mut length = None;
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'\\' => {
                    bytes.next();
                }
                b'"' => {
                    length = Some(at);
                    break;
                }
                _ => {}
            }
        }
        let stop = start + length.unwrap_or(self.rest().len());
        self.at = stop + usize::from(length.is_some());
        start..stop
    }

    fn after_key(&mut self, key: Range<usize>) -> (Form, Range<usize>, SourceText, bool) {
        let word = self.text.as_str().get(key.clone()).unwrap_or_default().to_owned();
        let rest = self.at..self.text.as_str().len();
        match word.as_str() {
            "!include" => return (Form::Include { optional: false }, key, self.text.slice(rest), false),
            "!include_try" => return (Form::Include { optional: true }, key, self.text.slice(rest), false),
            _ => {}
        }
        match self.peek() {
            Some(b'=') => {
                let (form, value, quoted) = self.assigned();
                (form, key, value, quoted)
            }
            None if word == "}" => (Form::End, key, SourceText::default(), false),
            Some(b'{') => self.brace(Form::Start, key, SourceText::default(), false),
            _ if self.newer && word == "group" => self.group(),
            _ => self.section(key),
        }
    }

    fn assigned(&mut self) -> (Form, SourceText, bool) {
        self.at += 1;
        self.skip_white();
        let whole = self.text.as_str().len();
        let first = self.peek();
        if first == Some(b'<') {
            self.at += 1;
            self.skip_white();
            return (Form::File, self.text.slice(self.at..whole), false);
        }
        let quote = first.filter(|byte| matches!(byte, b'\'' | b'"'));
        let value = self.at..whole;
        match quote {
            None if self.rest().contains('$') => (Form::Variable, self.text.slice(value), false),
            Some(quote) if self.rest().bytes().last() == Some(quote) => {
                let inner = value.start + 1..value.end.saturating_sub(1).max(value.start + 1);
                (Form::Value, unescaped(self.text.slice(inner)), true)
            }
            _ => (Form::Value, self.text.slice(value), false),
        }
    }

    fn group(&mut self) -> (Form, Range<usize>, SourceText, bool) {
        let label = self.word(|_| false);
        let wrong = |words| (Form::Wrong(words), label.clone(), SourceText::default(), false);
        if self.peek().is_none() {
            return wrong("Expecting group name");
        }
        self.skip_white();
        let name = self.word(|_| false);
        if self.peek().is_none() {
            return wrong(EXPECTING);
        }
        self.skip_white();
        if self.peek() != Some(b'{') {
            return wrong(EXPECTING);
        }
        let name = self.text.slice(name);
        self.brace(Form::GroupStart, label, name, false)
    }

    fn section(&mut self, key: Range<usize>) -> (Form, Range<usize>, SourceText, bool) {
        let quoted = self.peek() == Some(b'"');
        let name = if quoted {
            self.at += 1;
            let start = self.at;
            let length = self.rest().bytes().position(|byte| byte == b'"');
            self.at += length.map_or(self.rest().len(), |length| length + 1);
            start..length.map_or(self.at, |length| start + length)
        } else {
            self.word(|_| false)
        };
        self.skip_white();
        let name = if quoted { unescaped(self.text.slice(name)) } else { self.text.slice(name) };
        if self.peek() != Some(b'{') {
            return (Form::Wrong(EXPECTING), key, name, quoted);
        }
        self.brace(Form::Start, key, name, quoted)
    }

    /// Nothing may follow the brace.
    fn brace(
        &self,
        form: Form,
        key: Range<usize>,
        name: SourceText,
        quoted: bool,
    ) -> (Form, Range<usize>, SourceText, bool) {
        let form = if self.rest().len() > 1 { Form::Wrong(GARBAGE) } else { form };
        (form, key, name, quoted)
    }
}

const EXPECTING: &str = "Expecting '{'";
const GARBAGE: &str = "Garbage after '{'";

/// Without the backslashes that take their meaning from what follows them.
// strescape.c, str_unescape
pub fn unescaped(text: SourceText) -> SourceText {
    if !text.as_str().contains('\\') {
        return text;
    }
    let mut plain = SourceText::default();
    let mut from = 0;
    let mut chars = text.as_str().char_indices();
    while let Some((at, ch)) = chars.next() {
        if ch == '\\' {
            plain.append(&text.slice(from..at));
            from = at + 1;
            chars.next();
        }
    }
    plain.append(&text.slice(from..text.as_str().len()));
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use postproof_diag::FileId;

    fn lines(text: &str, newer: bool) -> Vec<String> {
        let region = Region::whole(FileId(0), text.as_bytes());
        let mut joiner = Joiner::default();
        let mut found = Vec::new();
        for line in physical(&region, text.as_bytes()) {
            if let Step::Line(line) = joiner.push(&line, newer) {
                let form = format!("{:?}", line.form);
                found.push(format!("{form} {}|{}", line.key.as_str(), line.value.as_str()));
            }
        }
        found
    }

    #[test]
    fn values_files_and_variables() {
        // doveconf -n of 2.3.19.1
        let text = "a=b # c\nx = \"q \\\" r\" # c\ny = < /p\nz = $a b\nw = '$a'\nv = \"a\" \"b\"\nu = it's # not\n";
        let found = lines(text, false);
        assert_eq!(
            found,
            [
                "Value a|b",
                "Value x|q \" r",
                "File y|/p",
                "Variable z|$a b",
                "Value w|$a",
                "Value v|a\" \"b",
                "Value u|it's # not",
            ]
        );
    }

    #[test]
    fn sections_want_a_brace_at_the_end_after_white_space() {
        assert_eq!(
            lines("protocol \"i m\" {\n}\nplugin {\n", false),
            ["Start protocol|i m", "End }|", "Start plugin|"]
        );
        for wrong in ["plugin{", "a b c {", "a", "} x", "a \"b {"] {
            assert_eq!(lines(wrong, false).len(), 1);
            assert!(lines(wrong, false).iter().all(|line| line.starts_with("Wrong(\"Expecting '{'")), "{wrong}");
        }
        assert!(lines("a { b", false).iter().all(|line| line.starts_with("Wrong(\"Garbage")));
    }

    #[test]
    fn groups_and_quoted_keys_are_of_2_4() {
        assert_eq!(lines("group @a b {\n", true), ["GroupStart @a|b"]);
        assert_eq!(lines("\"a b\" = c\n\"k\"=v\n", true), ["Value a b|c", "Value k|v"]);
        assert!(lines("\"a b\" = c\n", false).iter().all(|line| line.starts_with("Wrong")));
        assert!(lines("group @a {\n", true).iter().all(|line| line.contains("Expecting '{'")));
    }

    #[test]
    fn comments_and_empty_lines_throw_a_continuation_away() {
        assert_eq!(lines("a = b \\\n  c\n", false), ["Value a|b c"]);
        assert!(lines("a = b \\\n# x\n c\n", false).iter().all(|line| line.starts_with("Wrong")));
        assert_eq!(lines("a \\\n = b\r\n", false), ["Value a|b"]);
        assert_eq!(lines("a = b \\\n", false), [""; 0]);
    }

    #[test]
    fn a_lone_quote_is_an_empty_value() {
        assert_eq!(lines("a = \"\nb = \"x'\n", true), ["Value a|", "Value b|\"x'"]);
    }
}
