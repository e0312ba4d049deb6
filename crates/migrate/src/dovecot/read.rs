//! The lines of one file, each with what the transformer needs of it.

use postproof_diag::{FileId, SourceMap, Span, decode};
use postproof_syntax::Region;
use postproof_syntax::dovecot::{Item, Section, parse};

/// One logical line, comment or empty line.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) what: What,
    /// The physical lines as they stand, without line ends.
    pub(super) raw: Vec<String>,
    /// A comment at the end of the line, with its `#`.
    pub(super) comment: Option<String>,
}

/// What a line is.
#[derive(Clone, Debug)]
pub(super) enum What {
    Setting { name: String, value: Value },
    Open(Section),
    Close,
    Include { pattern: String, optional: bool },
    Comment,
    Blank,
    Junk,
}

/// What stands after `=`.
#[derive(Clone, Debug, Default)]
pub(super) struct Value {
    /// The parts of the physical lines, quotes kept.
    pub(super) pieces: Vec<String>,
    /// The whole without its quotes.
    pub(super) text: String,
    /// Whether quotes stood around it.
    pub(super) quoted: bool,
}

impl Value {
    /// A value of one line.
    pub(super) fn plain(text: &str) -> Self {
        Self { pieces: vec![text.to_owned()], text: text.to_owned(), quoted: false }
    }

    /// The path after `<`, if the value is the content of a file.
    pub(super) fn file(&self) -> Option<&str> {
        if self.quoted { None } else { self.text.strip_prefix('<').map(str::trim) }
    }

    /// The words between blanks and commas.
    pub(super) fn words(&self) -> Vec<&str> {
        self.text.split([' ', '\t', ',']).filter(|word| !word.is_empty()).collect()
    }
}

/// Reads a file.
pub(super) fn nodes(sources: &SourceMap, file: FileId) -> Vec<Node> {
    let bytes = sources.get(file).map(|document| document.bytes.as_slice()).unwrap_or_default();
    let tree = parse(&Region::whole(file, bytes), bytes).tree;
    let node = |item: Item| {
        let (span, what) = match item {
            Item::Setting(setting) => (setting.span, What::Setting { name: setting.name, value: Value::default() }),
            Item::SectionStart(start) => (start.span, What::Open(start.section)),
            Item::SectionEnd(span) => (span, What::Close),
            Item::Include { pattern, optional, span, .. } => (span, What::Include { pattern, optional }),
            Item::Comment(span) => (span, What::Comment),
            Item::Blank(span) => (span, What::Blank),
            Item::Junk(span) => (span, What::Junk),
        };
        with_text(span, what, sources.slice(span))
    };
    tree.items.into_iter().map(node).collect()
}

fn with_text(span: Span, what: What, bytes: &[u8]) -> Node {
    let raw: Vec<String> = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| decode(line).trim_end_matches(['\n', '\r']).to_owned())
        .collect();
    let mut node = Node { span, what, raw, comment: None };
    if matches!(node.what, What::Comment | What::Blank) {
        return node;
    }
    let mut pieces = Vec::new();
    for line in &node.raw {
        let (content, comment) = cut(line.trim());
        node.comment = node.comment.take().or(comment.map(|text| text.trim_end().to_owned()));
        let content = content.trim_end();
        pieces.push(content.strip_suffix('\\').unwrap_or(content).trim().to_owned());
    }
    if let What::Setting { value, .. } = &mut node.what {
        *value = value_of(pieces);
    }
    node
}

fn value_of(pieces: Vec<String>) -> Value {
    let mut rest = pieces.into_iter();
    let mut head = rest.next().unwrap_or_default();
    while !head.contains('=') {
        let Some(next) = rest.next() else { break };
        head = format!("{head} {next}");
    }
    let first = head.split_once('=').map_or("", |(_, value)| value.trim()).to_owned();
    let pieces: Vec<String> = std::iter::once(first).chain(rest).filter(|piece| !piece.is_empty()).collect();
    let joined = pieces.join(" ");
    match unquote(&joined) {
        Some(text) => Value { pieces, text, quoted: true },
        None => Value { pieces, text: joined, quoted: false },
    }
}

// config-parser.c, config_parse_line: quotes are removed where the same one
// begins and ends the value, and a backslash in them keeps what follows.
fn unquote(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|ch| matches!(ch, '"' | '\''))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut plain = String::new();
    let mut escaped = false;
    for ch in inner.chars() {
        if ch == '\\' && !escaped {
            escaped = true;
        } else {
            plain.push(ch);
            escaped = false;
        }
    }
    Some(plain)
}

/// A line without the comment at its end, and the comment.
// config-parser.c, config_parse_line: what follows a quote that never closes
// is no comment.
fn cut(line: &str) -> (&str, Option<&str>) {
    let mut quote = None;
    let mut escaped = false;
    for (at, ch) in line.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if ch == '\\' => escaped = true,
            Some(open) if ch == open => quote = None,
            Some(_) => {}
            None if ch == '"' || ch == '\'' => quote = Some(ch),
            None if ch == '#' => {
                return line.split_at_checked(at).map_or((line, None), |(content, comment)| (content, Some(comment)));
            }
            None => {}
        }
    }
    (line, None)
}
