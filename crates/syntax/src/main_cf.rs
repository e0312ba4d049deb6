//! main.cf, `postconf`, `postconf -n`: logical lines of `name = value`.

use crate::lines::{Chunk, Logical, byte_problems, in_order, is_space, leading_continuation, logical_lines, trimmed};
use crate::{Parsed, Problem, ProblemKind, Region};
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::combinator::rest;
use nom::sequence::{delimited, separated_pair};
use nom::{IResult, Parser};
use postproof_diag::{SourceText, Span, Text};

/// A main.cf or what postconf printed of one.
#[derive(Clone, Debug, Default)]
pub struct MainCf {
    /// Everything in the text, in order; joined, the spans give the text again.
    pub items: Vec<Item>,
}

/// One thing in a main.cf.
#[derive(Clone, Debug)]
pub enum Item {
    /// `name = value`.
    Setting(Setting),
    /// A comment line outside any logical line.
    Comment(Span),
    /// An empty line.
    Blank(Span),
    /// What is no setting.
    Junk(Span),
}

/// `name = value`, with its continuation lines and the comments between them.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The name as written.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// The value as Postfix joins it, trimmed.
    pub value: SourceText,
    /// The whole logical line with its line ends.
    pub span: Span,
}

impl MainCf {
    /// All settings in order, duplicates included.
    pub fn settings(&self) -> impl Iterator<Item = &Setting> {
        self.items.iter().filter_map(|item| match item {
            Item::Setting(setting) => Some(setting),
            Item::Comment(_) | Item::Blank(_) | Item::Junk(_) => None,
        })
    }
}

/// Reads main.cf text. `bytes` is the whole document; `region` says which lines.
pub fn parse(region: &Region, bytes: &[u8]) -> Parsed<MainCf> {
    let mut tree = MainCf::default();
    let mut problems = byte_problems(region, bytes);
    for chunk in logical_lines(region, bytes) {
        tree.items.push(match chunk {
            Chunk::Comment(span) => Item::Comment(span),
            Chunk::Blank(span) => Item::Blank(span),
            Chunk::Logical(logical) => match setting(&logical) {
                Ok(setting) => Item::Setting(setting),
                Err(problem) => {
                    problems.push(problem);
                    Item::Junk(logical.span)
                }
            },
        });
    }
    Parsed { tree, problems: in_order(problems) }
}

fn setting(logical: &Logical) -> Result<Setting, Problem> {
    let text = logical.text.as_str();
    if text.starts_with(is_space) {
        return Err(leading_continuation(logical.span));
    }
    let Ok((_, (name, value))) = name_and_value(text) else {
        return Err(not_a_setting(text, logical.span));
    };
    Ok(Setting {
        name: name.to_owned(),
        name_span: logical.text.span_of(0..name.len()).unwrap_or(logical.span),
        value: trimmed(&logical.text, text.len() - value.len()..text.len()),
        span: logical.span,
    })
}

/// A name, `=` and all the rest, white space around the `=`.
// split_nameval.c: the value may be empty and may hold further `=`
pub(crate) fn name_and_value(text: &str) -> IResult<&str, (&str, &str)> {
    let name = take_while1(|ch| !is_space(ch) && ch != '=');
    let equals = delimited(take_while(is_space), tag("="), take_while(is_space));
    separated_pair(name, equals, rest).parse(text)
}

fn not_a_setting(text: &str, span: Span) -> Problem {
    // split_nameval.c: "missing attribute name", "missing '=' after attribute name"
    let message = if text.starts_with('=') {
        Text::fixed(
            "the line has no parameter name before the `=`; Postfix stops with a fatal error here",
            "이 줄에는 `=` 앞에 매개변수 이름이 없어 Postfix가 치명적 오류로 중단됩니다",
        )
    } else {
        Text::fixed(
            "the line has no `=` after its first word; Postfix stops with a fatal error here",
            "이 줄에는 첫 단어 뒤에 `=` 기호가 없어 Postfix가 치명적 오류로 중단됩니다",
        )
    };
    Problem { kind: ProblemKind::NotASetting, span, message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postproof_diag::FileId;

    fn read(text: &str) -> Parsed<MainCf> {
        parse(&Region::whole(FileId(0), text.as_bytes()), text.as_bytes())
    }

    fn pairs(text: &str) -> Vec<(String, String)> {
        let parsed = read(text);
        parsed.tree.settings().map(|setting| (setting.name.clone(), setting.value.as_str().to_owned())).collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn reads_names_and_values() {
        let text = "a = b\nc=d = e # f\r\nempty =\n\ng\t=\n  h,\n# x\n  i\n";
        let expected = [pair("a", "b"), pair("c", "d = e # f"), pair("empty", ""), pair("g", "h,  i")];
        assert_eq!(pairs(text), expected);
        assert!(read(text).problems.is_empty());
    }

    #[test]
    fn a_word_on_a_continuation_line_has_its_place() {
        let text = "list = a,\n  b\n";
        let parsed = read(text);
        let value = &parsed.tree.settings().next().unwrap().value;
        let at = value.as_str().find('b').unwrap();
        assert_eq!(value.span_of(at..at + 1), Some(Span::new(FileId(0), 12, 13)));
    }

    #[test]
    fn an_indented_first_line_is_thrown_away() {
        let parsed = read("  a = b\nc = d\n");
        assert_eq!(parsed.problems.first().map(|problem| problem.kind), Some(ProblemKind::LeadingContinuation));
        assert_eq!(parsed.tree.settings().count(), 1);
    }

    #[test]
    fn lines_without_name_or_equals_are_junk() {
        let parsed = read("= x\nword\nok = 1\n");
        let kinds: Vec<_> = parsed.problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [ProblemKind::NotASetting, ProblemKind::NotASetting]);
        assert_eq!(parsed.tree.settings().count(), 1);
    }

    #[test]
    fn odd_bytes_keep_places() {
        let bytes = b"a = \xff\xff\nb = c\n";
        let parsed = parse(&Region::whole(FileId(0), bytes), bytes);
        let last = parsed.tree.settings().last().unwrap();
        assert_eq!(last.value.span(), Some(Span::new(FileId(0), 11, 12)));
        assert_eq!(parsed.problems.len(), 1);
    }
}
