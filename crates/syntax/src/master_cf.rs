//! master.cf, `postconf -M`, `postconf -Mf`: service entries and their options.

mod options;

use crate::lines::{Chunk, Logical, byte_problems, in_order, is_space, leading_continuation, logical_lines};
use crate::{Parsed, Problem, ProblemKind, Region};
use nom::bytes::complete::{take_while, take_while1};
use nom::sequence::preceded;
use nom::{IResult, Offset, Parser};
use postproof_diag::{SourceText, Span, Text, text};
use std::ops::Range;

/// A master.cf.
#[derive(Clone, Debug, Default)]
pub struct MasterCf {
    /// Everything in the text, in order; joined, the spans give the text again.
    pub items: Vec<Item>,
}

/// One thing in a master.cf.
#[derive(Clone, Debug)]
pub enum Item {
    /// A service entry.
    Service(Box<Service>),
    /// A comment line outside any entry.
    Comment(Span),
    /// An empty line.
    Blank(Span),
    /// What is no service entry.
    Junk(Span),
}

/// One service entry: eight fields and the arguments of the command.
#[derive(Clone, Debug)]
pub struct Service {
    /// Service name: `smtp`, `127.0.0.1:10025`, `dovecot`.
    pub name: Field,
    /// `inet`, `unix`, `fifo`, `unix-dgram` or `pass`.
    pub kind: Field,
    /// `y`, `n` or `-`.
    pub private: Field,
    /// `y`, `n` or `-`.
    pub unprivileged: Field,
    /// `y`, `n` or `-`.
    pub chroot: Field,
    /// Seconds, with `?` perhaps, or `-`.
    pub wakeup: Field,
    /// A number or `-`.
    pub process_limit: Field,
    /// The program: `smtpd`, `pipe`.
    pub command: Field,
    /// Every argument after the command, in order, as words.
    pub arguments: Vec<Field>,
    /// The `-o` options among the arguments.
    pub overrides: Vec<Override>,
    /// The whole logical line with its line ends.
    pub span: Span,
}

/// One word of an entry.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// The word, braces around it removed.
    pub text: String,
    /// Where it stands, braces included.
    pub span: Option<Span>,
}

/// `-o name=value` or `-o { name = value }`.
#[derive(Clone, Debug)]
pub struct Override {
    /// Parameter name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// The value.
    pub value: SourceText,
    /// From `-o` to the end of the value.
    pub span: Span,
}

impl MasterCf {
    /// All entries in order, duplicates included.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.items.iter().filter_map(|item| match item {
            Item::Service(service) => Some(service.as_ref()),
            Item::Comment(_) | Item::Blank(_) | Item::Junk(_) => None,
        })
    }
}

/// Reads master.cf text. `bytes` is the whole document; `region` says which lines.
pub fn parse(region: &Region, bytes: &[u8]) -> Parsed<MasterCf> {
    let mut tree = MasterCf::default();
    let mut problems = byte_problems(region, bytes);
    for chunk in logical_lines(region, bytes) {
        tree.items.push(match chunk {
            Chunk::Comment(span) => Item::Comment(span),
            Chunk::Blank(span) => Item::Blank(span),
            Chunk::Logical(logical) => match service(&logical, &mut problems) {
                Some(service) => Item::Service(Box::new(service)),
                None => Item::Junk(logical.span),
            },
        });
    }
    Parsed { tree, problems: in_order(problems) }
}

/// Reads one entry, or says why it is none.
fn service(logical: &Logical, problems: &mut Vec<Problem>) -> Option<Service> {
    let text = logical.text.as_str();
    if text.starts_with(is_space) {
        problems.push(leading_continuation(logical.span));
        return None;
    }
    let Ok((arguments, fields)) = eight_fields(text) else {
        problems.push(Problem { kind: ProblemKind::FieldCount, span: logical.span, message: field_count(text) });
        return None;
    };
    let field = |word: &str| Field { text: word.to_owned(), span: place(&logical.text, text, word) };
    let [name, kind, private, unprivileged, chroot, wakeup, process_limit, command] = fields.map(field);
    let words = words(&logical.text, text.len() - arguments.len(), problems);
    let mut service = Service {
        name,
        kind,
        private,
        unprivileged,
        chroot,
        wakeup,
        process_limit,
        command,
        overrides: Vec::new(),
        arguments: words.iter().map(|word| word.field(&logical.text)).collect(),
        span: logical.span,
    };
    check_fields(&service, problems);
    service.overrides = options::overrides(&logical.text, &words, problems);
    Some(service)
}

type Fields<'t> = [&'t str; 8];

/// The fields before the arguments; braces mean nothing in them.
// master_ent.c, get_master_ent
fn eight_fields(text: &str) -> IResult<&str, Fields<'_>> {
    let mut fields: Fields<'_> = [""; 8];
    let mut left = text;
    for field in &mut fields {
        (left, *field) = preceded(take_while(is_space), take_while1(|ch| !is_space(ch))).parse(left)?;
    }
    Ok((left, fields))
}

/// Where the part `word` of `text` stands.
fn place(source: &SourceText, text: &str, word: &str) -> Option<Span> {
    let at = text.offset(word);
    source.span_of(at..at + word.len())
}

fn field_count(text: &str) -> Text {
    let count = text.split(is_space).filter(|word| !word.is_empty()).count();
    text!(
        "the entry has {count} of the 8 fields that begin every master.cf entry",
        "master.cf 항목은 8개의 필드로 시작해야 하지만 이 항목에는 {count}개만 있습니다"
    )
}

/// One argument: a run without white space outside braces.
struct Word {
    /// Where it stands in the logical line, braces included.
    range: Range<usize>,
    /// What is left without the braces around it and the white space inside them.
    inner: Range<usize>,
}

impl Word {
    fn field(&self, source: &SourceText) -> Field {
        let text = source.as_str().get(self.inner.clone()).unwrap_or_default();
        Field { text: text.to_owned(), span: source.span_of(self.range.clone()) }
    }
}

/// The arguments from byte `from` on.
// mystrtok.c, mystrtokq; extpar.c: white space inside `{ }` does not separate
fn words(source: &SourceText, from: usize, problems: &mut Vec<Problem>) -> Vec<Word> {
    let text = source.as_str();
    let mut words = Vec::new();
    let mut left = text.get(from..).unwrap_or_default().trim_start_matches(is_space);
    while !left.is_empty() {
        let start = text.len() - left.len();
        let (length, balanced) = word_length(left);
        let range = start..start + length;
        let word = left.get(..length).unwrap_or_default();
        let braced = word.strip_prefix('{').and_then(|word| word.strip_suffix('}'));
        let inner = braced.map_or(range.clone(), |inner| {
            let begin = start + 1 + (inner.len() - inner.trim_start_matches(is_space).len());
            begin..begin + inner.trim_matches(is_space).len()
        });
        if let (false, Some(span)) = (balanced, source.span_of(range.clone())) {
            let message = Text::fixed(
                "a `{` in this argument has no matching `}`, so the rest of the entry is one word",
                "이 인수의 `{` 기호에 짝이 되는 `}` 기호가 없어 항목의 나머지가 한 단어로 읽힙니다",
            );
            problems.push(Problem { kind: ProblemKind::Braces, span, message });
        }
        words.push(Word { range, inner });
        left = left.get(length..).unwrap_or_default().trim_start_matches(is_space);
    }
    words
}

/// Length of the word at the start, and whether its braces match.
fn word_length(text: &str) -> (usize, bool) {
    let mut level = 0_usize;
    for (at, ch) in text.char_indices() {
        match ch {
            '{' => level += 1,
            '}' => level = level.saturating_sub(1),
            _ if level == 0 && is_space(ch) => return (at, true),
            _ => {}
        }
    }
    (text.len(), level == 0)
}

fn check_fields(service: &Service, problems: &mut Vec<Problem>) {
    // postconf_master.c: the words that each field can have
    let flags = ["y", "n", "-"];
    let kinds = ["inet", "unix", "fifo", "unix-dgram", "pass"];
    let number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let wakeup = &service.wakeup.text;
    let wakeup_fits = wakeup == "-" || number(wakeup.strip_suffix('?').unwrap_or(wakeup));
    let limit = &service.process_limit.text;
    let flag = |field: &Field| flags.contains(&field.text.as_str());
    let checks = [
        ("type", "`inet`, `unix`, `fifo`, `unix-dgram`, `pass`", &service.kind, kinds.contains(&&*service.kind.text)),
        ("private", "`y`, `n`, `-`", &service.private, flag(&service.private)),
        ("unpriv", "`y`, `n`, `-`", &service.unprivileged, flag(&service.unprivileged)),
        ("chroot", "`y`, `n`, `-`", &service.chroot, flag(&service.chroot)),
        ("wakeup", "`-`, `60`, `60?`", &service.wakeup, wakeup_fits),
        ("maxproc", "`-`, `10`", &service.process_limit, limit == "-" || number(limit)),
    ];
    for (column, valid, field, fits) in checks {
        let word = &field.text;
        if fits {
            continue;
        }
        let message = text!(
            "the {column} field can't be `{word}`; it takes words like {valid}",
            "{column} 필드에는 `{word}` 값을 쓸 수 없으며 {valid} 등의 값만 쓸 수 있습니다"
        );
        problems.push(Problem { kind: ProblemKind::FieldValue, span: field.span.unwrap_or(service.span), message });
    }
}

#[cfg(test)]
mod tests;
