//! Text of lookup tables: indexed source text (hash:, lmdb:, texthash: …),
//! cidr:, regexp: and pcre:, and aliases(5).

use crate::lines::{
    Chunk, Logical, byte_problems, in_order, is_space, leading_continuation, logical_lines, physical_lines, trimmed,
};
use crate::{Parsed, Problem, ProblemKind, Region};
use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_while, take_while1};
use nom::combinator::{eof, peek, recognize};
use nom::error::{Error, ErrorKind};
use nom::multi::many1_count;
use nom::sequence::terminated;
use nom::{IResult, Offset, Parser};
use postproof_diag::{SourceText, Span, Text};

/// How the text of a table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TableSyntax {
    /// `key value`, as postmap(1) reads it.
    #[default]
    Indexed,
    /// `name: value`, as postalias(1) reads it.
    Aliases,
    /// `network/mask value`, cidr_table(5).
    Cidr,
    /// `/pattern/flags value` with if/endif, regexp_table(5) and pcre_table(5).
    Pattern,
    /// No table but the patterns of a match list (`mynetworks = /etc/postfix/nets`),
    /// line by line: each entry is a line as its key, without a value.
    List,
}

/// The text of one table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// How it was read.
    pub syntax: TableSyntax,
    /// Everything in the text, in order; joined, the spans give the text again.
    pub items: Vec<Item>,
    /// The logical lines, as the programs read them before they look for keys.
    pub lines: LogicalLines,
}

/// The logical lines of a table that Postfix does not throw away, in order.
/// Entries are for people; what a program makes of a line is decided by the type
/// with which the table is opened.
#[derive(Clone, Debug, Default)]
pub struct LogicalLines {
    text: String,
    /// Where each line begins in `text`, and its place.
    starts: Vec<(usize, Span)>,
}

impl LogicalLines {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Each line, up to its first NUL, with its place.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Span)> {
        let ends = self.starts.iter().skip(1).map(|(start, _)| *start).chain([self.text.len()]);
        self.starts.iter().zip(ends).map(|((start, span), end)| {
            let line = self.text.get(*start..end).unwrap_or_default();
            (line.split('\0').next().unwrap_or_default(), *span)
        })
    }

    fn push(&mut self, text: &str, span: Span) {
        if !text.starts_with(is_space) {
            self.starts.push((self.text.len(), span));
            self.text.push_str(text);
        }
    }
}

/// One thing in a table.
#[derive(Clone, Debug)]
pub enum Item {
    /// A key and its value.
    Entry(Entry),
    /// A comment line outside any logical line.
    Comment(Span),
    /// An empty line.
    Blank(Span),
    /// What is no entry.
    Junk(Span),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key, network or pattern as written; `if …` and `endif` lines of
    /// pattern and cidr tables are entries with an empty value.
    pub key: SourceText,
    /// The value, trimmed; empty if there is none.
    pub value: SourceText,
    /// The whole logical line with its line ends.
    pub span: Span,
}

impl Table {
    /// All entries in order, duplicates included.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.items.iter().filter_map(|item| match item {
            Item::Entry(entry) => Some(entry),
            Item::Comment(_) | Item::Blank(_) | Item::Junk(_) => None,
        })
    }
}

/// Reads table text. `bytes` is the whole document; `region` says which lines.
pub fn parse(syntax: TableSyntax, region: &Region, bytes: &[u8]) -> Parsed<Table> {
    if syntax == TableSyntax::List {
        return pattern_lines(region, bytes);
    }
    let mut tree = Table { syntax, ..Table::default() };
    let mut problems = byte_problems(region, bytes);
    for chunk in logical_lines(region, bytes) {
        if let Chunk::Logical(logical) = &chunk {
            tree.lines.push(logical.text.as_str(), logical.span);
        }
        tree.items.push(match chunk {
            Chunk::Comment(span) => Item::Comment(span),
            Chunk::Blank(span) => Item::Blank(span),
            Chunk::Logical(logical) => match entry(syntax, &logical, &mut problems) {
                Some(entry) => Item::Entry(entry),
                None => Item::Junk(logical.span),
            },
        });
    }
    Parsed { tree, problems: in_order(problems) }
}

/// Reads a file of patterns: each line for itself, and a comment only where `#`
/// is its first byte.
// match_list.c, match_list_parse: vstring_fgets
fn pattern_lines(region: &Region, bytes: &[u8]) -> Parsed<Table> {
    let mut tree = Table { syntax: TableSyntax::List, ..Table::default() };
    for line in physical_lines(region, bytes) {
        let mut text = SourceText::default();
        text.push(&line.text, Some((line.span.file, line.span.start)));
        let key = trimmed(&text, 0..line.text.len());
        tree.items.push(if line.text.starts_with('#') {
            Item::Comment(line.span)
        } else if key.is_empty() {
            Item::Blank(line.span)
        } else {
            Item::Entry(Entry { key, value: SourceText::default(), span: line.span })
        });
    }
    Parsed { tree, problems: in_order(byte_problems(region, bytes)) }
}

fn entry(syntax: TableSyntax, logical: &Logical, problems: &mut Vec<Problem>) -> Option<Entry> {
    let text = logical.text.as_str();
    if text.starts_with(is_space) {
        problems.push(leading_continuation(logical.span));
        return None;
    }
    let mut problem = |message| problems.push(Problem { kind: ProblemKind::TableEntry, span: logical.span, message });
    let read = match syntax {
        TableSyntax::Indexed | TableSyntax::List => indexed_key(text),
        TableSyntax::Aliases => alias_name(text),
        TableSyntax::Cidr => network(text),
        TableSyntax::Pattern => pattern(text),
    };
    let Ok((value, key)) = read else {
        problem(malformed(syntax));
        return None;
    };
    let key_start = text.offset(key);
    let key = trimmed(&logical.text, key_start..key_start + key.len());
    let value = trimmed(&logical.text, text.len() - value.len()..text.len());
    if value.is_empty() && !(syntax.is_ordered() && is_condition(key.as_str())) {
        problem(no_value());
    }
    Some(Entry { key, value, span: logical.span })
}

impl TableSyntax {
    /// Whether text that was read as `self` serves one who reads it as `other`:
    /// postmap(1) and postalias(1) make the same kind of file.
    pub fn is_like(self, other: TableSyntax) -> bool {
        let made = |one| matches!(one, TableSyntax::Indexed | TableSyntax::Aliases);
        self == other || made(self) && made(other)
    }

    /// Whether entries are tried in order and may stand between `if` and `endif`.
    const fn is_ordered(self) -> bool {
        match self {
            TableSyntax::Indexed | TableSyntax::Aliases | TableSyntax::List => false,
            TableSyntax::Cidr | TableSyntax::Pattern => true,
        }
    }
}

/// A key up to white space; in double quotes it may hold white space.
// postmap(1), INPUT FILE FORMAT
fn indexed_key(text: &str) -> IResult<&str, &str> {
    alt((terminated(quoted, peek(alt((take_while1(is_space), eof)))), word)).parse(text)
}

/// A name and its colon; quotes protect white space and colons.
// aliases(5)
fn alias_name(text: &str) -> IResult<&str, &str> {
    let plain = take_while1(|ch| !is_space(ch) && ch != ':' && ch != '"');
    let name = recognize(many1_count(alt((quoted, plain))));
    terminated(name, (take_while(is_space), tag(":"))).parse(text)
}

/// A network, perhaps negated, or `if` with one, or `endif`.
// cidr_table(5): `!pattern`, `if pattern`, `if !pattern`, `endif`
fn network(text: &str) -> IResult<&str, &str> {
    let network = || recognize((negation, word));
    alt((recognize((keyword("if"), network())), keyword("endif"), network())).parse(text)
}

/// A pattern with its delimiters and flags, perhaps negated, or `if` with one,
/// or `endif`.
// regexp_table(5) and pcre_table(5)
fn pattern(text: &str) -> IResult<&str, &str> {
    let pattern = || recognize((negation, delimited_pattern, take_while(|ch| !is_space(ch))));
    alt((recognize((keyword("if"), pattern())), keyword("endif"), pattern())).parse(text)
}

/// Any character that is neither letter, digit nor white space delimits; a
/// backslash protects what follows.
fn delimited_pattern(text: &str) -> IResult<&str, &str> {
    let wrong = || nom::Err::Error(Error::new(text, ErrorKind::Char));
    let mut chars = text.char_indices();
    let (_, delimiter) = chars.next().ok_or_else(wrong)?;
    if delimiter.is_alphanumeric() || is_space(delimiter) {
        return Err(wrong());
    }
    while let Some((at, ch)) = chars.next() {
        if ch == '\\' {
            chars.next();
        } else if ch == delimiter {
            return text.split_at_checked(at + ch.len_utf8()).map(|(all, left)| (left, all)).ok_or_else(wrong);
        }
    }
    Err(wrong())
}

/// Text between double quotes, in which a backslash protects what follows.
fn quoted(text: &str) -> IResult<&str, &str> {
    if !text.starts_with('"') {
        return Err(nom::Err::Error(Error::new(text, ErrorKind::Char)));
    }
    delimited_pattern(text)
}

fn word(text: &str) -> IResult<&str, &str> {
    take_while1(|ch| !is_space(ch)).parse(text)
}

fn negation(text: &str) -> IResult<&str, &str> {
    take_while(|ch| ch == '!' || is_space(ch)).parse(text)
}

/// A word that is `name`, in any case.
fn keyword<'t>(name: &'static str) -> impl Parser<&'t str, Output = &'t str, Error = Error<&'t str>> {
    terminated(tag_no_case(name), peek(alt((take_while1(is_space), tag("!"), eof))))
}

/// Whether a key is `if …` or `endif`.
fn is_condition(key: &str) -> bool {
    alt((keyword("if"), keyword("endif"))).parse(key).is_ok()
}

fn malformed(syntax: TableSyntax) -> Text {
    match syntax {
        TableSyntax::Indexed | TableSyntax::Cidr | TableSyntax::List => {
            Text::fixed("the line is no table entry", "이 줄은 테이블 항목이 아닙니다")
        }
        TableSyntax::Aliases => Text::fixed(
            "the line is no alias: it has no name with a `:` after it",
            "이 줄에는 뒤에 `:` 기호가 붙은 이름이 없어 별칭이 아닙니다",
        ),
        TableSyntax::Pattern => Text::fixed(
            "the line does not begin with a pattern between two delimiters such as `/pattern/`",
            "이 줄은 `/pattern/`처럼 두 구분 기호 사이에 있는 패턴으로 시작하지 않습니다",
        ),
    }
}

fn no_value() -> Text {
    Text::fixed("the entry has no value after its key", "이 항목에는 키 뒤에 값이 없습니다")
}

#[cfg(test)]
mod tests {
    use super::*;
    use postproof_diag::FileId;

    fn read(syntax: TableSyntax, text: &str) -> (Vec<(String, String)>, usize) {
        let parsed = parse(syntax, &Region::whole(FileId(0), text.as_bytes()), text.as_bytes());
        let own = |text: &SourceText| text.as_str().to_owned();
        let entries = parsed.tree.entries().map(|entry| (own(&entry.key), own(&entry.value))).collect();
        (entries, parsed.problems.len())
    }

    fn check(syntax: TableSyntax, text: &str, expected: &[(&str, &str)], problems: usize) {
        let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        assert_eq!(read(syntax, text), (expected.iter().map(own).collect(), problems), "{text}");
    }

    #[test]
    fn indexed_tables_have_keys_and_values() {
        let text = "a.example  OK\r\n# c\n\"b c\"\tREJECT no\n  thanks\nlone\n\"x\"y z\n";
        let expected = [("a.example", "OK"), ("\"b c\"", "REJECT no  thanks"), ("lone", ""), ("\"x\"y", "z")];
        check(TableSyntax::Indexed, text, &expected, 1);
    }

    #[test]
    fn logical_lines_are_kept_as_they_were_read() {
        let text = "a 1\n# c\n  2\n b\n\"open\nc\0d\n";
        let parsed = parse(TableSyntax::Indexed, &Region::whole(FileId(0), text.as_bytes()), text.as_bytes());
        let lines: Vec<_> = parsed.tree.lines.iter().map(|(line, span)| (line, span.start)).collect();
        assert_eq!(lines, [("a 1  2 b", 0), ("\"open", 15), ("c", 21)]);
        let orphan = parse(TableSyntax::Indexed, &Region::whole(FileId(0), b" a\nb\n"), b" a\nb\n").tree;
        assert_eq!(orphan.lines.iter().map(|(line, _)| line).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn lists_have_no_continuation_lines() {
        let text = "  10.0.0.0/8\n#c\n a.example, !b.example # x\n  /etc/postfix/more\r\n\n";
        let expected = [("10.0.0.0/8", ""), ("a.example, !b.example # x", ""), ("/etc/postfix/more", "")];
        check(TableSyntax::List, text, &expected, 0);
    }

    #[test]
    fn aliases_have_names_and_values() {
        let text = "root: admin,\n  other\n\"a: b\": |\"/bin/x y\"\nbad line\n";
        check(TableSyntax::Aliases, text, &[("root", "admin,  other"), ("\"a: b\"", "|\"/bin/x y\"")], 1);
    }

    #[test]
    fn cidr_tables_have_conditions_and_negation() {
        let text = "if !10.0.0.0/8\n192.0.2.0/24 REJECT\n! 2001:db8::/32 OK\nendif\n10.1.0.0/16\n";
        let expected = [
            ("if !10.0.0.0/8", ""),
            ("192.0.2.0/24", "REJECT"),
            ("! 2001:db8::/32", "OK"),
            ("endif", ""),
            ("10.1.0.0/16", ""),
        ];
        check(TableSyntax::Cidr, text, &expected, 1);
    }

    #[test]
    fn patterns_keep_delimiters_and_flags() {
        let text = "if /^Subject:/x\n/a\\/b c/i REJECT x y\n!|z|  DUNNO\nif !/q/\nEndIf\nendif\n/open REJECT\nabc OK\n";
        let expected = [
            ("if /^Subject:/x", ""),
            ("/a\\/b c/i", "REJECT x y"),
            ("!|z|", "DUNNO"),
            ("if !/q/", ""),
            ("EndIf", ""),
            ("endif", ""),
        ];
        check(TableSyntax::Pattern, text, &expected, 2);
    }
}
