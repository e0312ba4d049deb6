//! The lines of a document without quoting, fences and common indentation.

use super::evidence::{Shape, shape};
use super::hunk::{Hunk, HunkLine};
use super::paste::announced;
use super::{Reason, Vocabulary, numbered, terminal};
use postproof_diag::decode;
use std::borrow::Cow;
use std::ops::Range;

/// Some editors begin a text with it.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// One line of a block.
pub(super) struct Row<'b> {
    /// Number of the line in the document, from 0.
    pub(super) line: usize,
    /// What of it belongs to the block.
    pub(super) body: Range<u32>,
    /// That, as text, without white space at its end.
    pub(super) text: Cow<'b, str>,
}

impl Row<'_> {
    /// Whether it holds anything.
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it begins with white space.
    pub(super) fn is_indented(&self) -> bool {
        self.text.starts_with([' ', '\t'])
    }

    /// Takes a prefix off.
    pub(super) fn strip(&mut self, bytes: usize) {
        self.body.start += bytes as u32;
        self.text = match std::mem::take(&mut self.text) {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(bytes..).unwrap_or_default()),
            Cow::Owned(text) => Cow::Owned(text.get(bytes..).unwrap_or_default().to_owned()),
        };
    }
}

/// How a block is set off from what surrounds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    /// Not at all.
    Plain,
    /// By a fence, tags or indentation: it holds code, not prose.
    Code,
}

/// Lines that stand together.
pub(super) struct Block<'b> {
    pub(super) setting: Setting,
    pub(super) rows: Vec<Row<'b>>,
}

/// Cuts a document into blocks. Fences and tags go to `reasons`, which has a
/// place for every line.
pub(super) fn blocks<'b>(bytes: &'b [u8], words: Vocabulary<'_>, reasons: &mut [Option<Reason>]) -> Vec<Block<'b>> {
    let mut cutter = Cutter { reasons, blocks: Vec::new(), open: Vec::new(), fence: None, level: 0, hunk: None };
    let mut start = 0_u32;
    for (line, content) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let text = match decode(content) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_end()),
            Cow::Owned(text) => Cow::Owned(text.trim_end().to_owned()),
        };
        let end = start + content.len() as u32;
        cutter.row(clean(Row { line, body: start..end, text }));
        start = end;
    }
    cutter.close();
    cutter.blocks.into_iter().flat_map(|block| unindented(block, words)).collect()
}

/// The row without what editors and terminals put before its text.
fn clean(mut row: Row<'_>) -> Row<'_> {
    if row.line == 0 && row.text.starts_with(BYTE_ORDER_MARK) {
        row.strip(BYTE_ORDER_MARK.len_utf8());
    }
    let control = terminal::leading(&row.text);
    row.strip(control);
    row.text = terminal::plain(row.text);
    row
}

/// What ends the open block.
enum Fence {
    /// A run of at least so many of this character.
    Run(char, usize),
    /// A closing tag.
    Tag,
}

struct Cutter<'b, 'r> {
    reasons: &'r mut [Option<Reason>],
    blocks: Vec<Block<'b>>,
    open: Vec<Row<'b>>,
    fence: Option<Fence>,
    level: usize,
    hunk: Option<Hunk>,
}

impl<'b> Cutter<'b, '_> {
    fn row(&mut self, mut row: Row<'b>) {
        let (level, prefix) = quote_prefix(&row.text);
        if level != self.level {
            self.close();
            self.level = level;
        }
        row.strip(prefix);
        let Some(row) = self.outside_hunks(row) else { return };
        let fence = fence_run(&row.text);
        match (&self.fence, fence) {
            (Some(Fence::Run(open, length)), Some((ch, count, info)))
                if ch == *open && count >= *length && info.is_empty() =>
            {
                self.close();
                self.mark(row.line, Reason::Marker);
            }
            (Some(Fence::Run(..)), _) => self.open.push(row),
            (None, Some((ch, count, _))) => {
                self.close();
                self.mark(row.line, Reason::Marker);
                self.fence = Some(Fence::Run(ch, count));
            }
            (None | Some(Fence::Tag), _) => self.tagged(row),
        }
    }

    /// Takes the lines of a diff; gives back what is none.
    fn outside_hunks(&mut self, mut row: Row<'b>) -> Option<Row<'b>> {
        match self.hunk.as_mut().and_then(|hunk| hunk.line(&row.text)) {
            Some(HunkLine::Stays) => {
                let mark = usize::from(!row.is_blank());
                row.strip(mark);
                self.open.push(row);
                return None;
            }
            Some(HunkLine::Gone) => {
                self.mark(row.line, Reason::Removed);
                return None;
            }
            None if self.hunk.take().is_some() => self.flush(Setting::Code),
            None => {}
        }
        self.hunk = Hunk::at(&row.text);
        if self.hunk.is_some() {
            self.flush(if self.fence.is_some() { Setting::Code } else { Setting::Plain });
            self.mark(row.line, Reason::Marker);
            return None;
        }
        Some(row)
    }

    /// Takes tags such as `<pre>` and `[code]` off the ends of a line.
    fn tagged(&mut self, mut row: Row<'b>) {
        let leading = tags_at_start(&row.text);
        if leading.bytes > 0 {
            self.close();
            row.strip(leading.bytes);
            self.fence = leading.opens.then_some(Fence::Tag);
        }
        let closing = tags_at_end(&row.text);
        if closing > 0 {
            let keep = row.text.len() - closing;
            let text = row.text.get(..keep).unwrap_or_default().trim_end().to_owned();
            row.body.end = row.body.start + text.len() as u32;
            row.text = Cow::Owned(text);
        }
        if row.is_blank() && (leading.bytes > 0 || closing > 0) {
            self.mark(row.line, Reason::Marker);
        } else {
            self.open.push(row);
        }
        if closing > 0 {
            self.close();
        }
    }

    fn mark(&mut self, line: usize, why: Reason) {
        if let Some(reason) = self.reasons.get_mut(line) {
            *reason = Some(why);
        }
    }

    fn close(&mut self) {
        let code = self.fence.take().is_some() || self.hunk.take().is_some();
        self.flush(if code { Setting::Code } else { Setting::Plain });
    }

    fn flush(&mut self, setting: Setting) {
        let rows = std::mem::take(&mut self.open);
        if !rows.is_empty() {
            self.blocks.push(Block { setting, rows });
        }
    }
}

/// How deep a line is quoted with `>`, and how many bytes that takes. One
/// space after each `>` belongs to it; what follows is indentation.
fn quote_prefix(text: &str) -> (usize, usize) {
    let mut level = 0;
    let mut left = text;
    while let Some(rest) = left.strip_prefix('>') {
        level += 1;
        left = rest.strip_prefix(' ').unwrap_or(rest);
    }
    (level, text.len() - left.len())
}

/// A Markdown fence: its character, how many of them, and what follows.
fn fence_run(text: &str) -> Option<(char, usize, &str)> {
    let text = text.trim_start();
    let ch = text.chars().next().filter(|ch| matches!(ch, '`' | '~'))?;
    let info = text.trim_start_matches(ch);
    let count = text.len() - info.len();
    (count >= 3 && !info.contains('`')).then(|| (ch, count, info.trim()))
}

/// With them forums and mail programs set blocks off, and whether what is
/// between them is code.
const TAGS: &[(&str, bool)] = &[
    ("pre", true),
    ("code", true),
    ("tt", true),
    ("samp", true),
    ("blockquote", false),
    ("quote", false),
    ("spoiler", false),
    ("details", false),
];

#[derive(Default)]
struct Tags {
    bytes: usize,
    /// Whether the last of them opens a block of code.
    opens: bool,
}

/// Whether tags set something off on a line.
pub(super) fn has_tags(line: &str) -> bool {
    tags_at_start(line).bytes > 0 || tags_at_end(line) > 0
}

/// Tags with which a line begins.
fn tags_at_start(text: &str) -> Tags {
    let mut tags = Tags::default();
    while let Some((length, opens)) = one_tag(text.get(tags.bytes..).unwrap_or_default()) {
        tags = Tags { bytes: tags.bytes + length, opens };
    }
    tags
}

fn one_tag(text: &str) -> Option<(usize, bool)> {
    let inner = text.trim_start();
    let close = match inner.chars().next()? {
        '<' => '>',
        '[' => ']',
        _ => return None,
    };
    let (tag, _) = inner.get(1..)?.split_once(close)?;
    let name = tag.trim_start_matches('/');
    let name = name.split([' ', '=']).next().unwrap_or_default().to_ascii_lowercase();
    let (_, code) = TAGS.iter().find(|(known, _)| *known == name)?;
    Some((text.len() - inner.len() + tag.len() + 2, *code && !tag.starts_with('/')))
}

/// Bytes of the closing tags with which a line ends.
fn tags_at_end(text: &str) -> usize {
    let mut left = text;
    loop {
        let (open, inside) = match left.chars().next_back() {
            Some('>') => ('<', left.get(..left.len() - 1)),
            Some(']') => ('[', left.get(..left.len() - 1)),
            _ => break,
        };
        let Some((before, tag)) = inside.and_then(|inside| inside.rsplit_once(open)) else { break };
        let Some(name) = tag.strip_prefix('/') else { break };
        if !TAGS.iter().any(|(known, _)| name.eq_ignore_ascii_case(known)) {
            break;
        }
        left = before.trim_end();
    }
    text.len() - left.len()
}

/// Takes the common indentation off code. Indentation continues a line in
/// main.cf, so a run is only code where no configuration precedes it.
fn unindented<'b>(mut block: Block<'b>, words: Vocabulary<'_>) -> Vec<Block<'b>> {
    numbered::strip(&mut block.rows);
    if block.setting == Setting::Code {
        strip_common(&mut block.rows);
        return vec![block];
    }
    let mut blocks = Vec::new();
    let mut plain: Vec<Row<'b>> = Vec::new();
    let mut code: Vec<Row<'b>> = Vec::new();
    let mut may_begin = true;
    // In a file that a setting names, white space at the start is the file's own.
    let mut in_file = false;
    for row in block.rows {
        let indented = row.is_indented() || row.is_blank();
        if !code.is_empty() && indented {
            code.push(row);
            continue;
        }
        flush_code(&mut code, &mut plain, &mut blocks);
        if row.is_indented() && may_begin && !in_file && !row.text.trim_start().starts_with("-o ") {
            code.push(row);
            continue;
        }
        if !row.is_blank() {
            // A file of patterns may name another one.
            if !(in_file && row.text.starts_with('/')) {
                in_file = begins_configured(&row, words).unwrap_or(in_file);
            }
            let found = shape(&row.text, words);
            may_begin = match found {
                Shape::Comment => may_begin,
                found => !found.is_configuration() && !row.is_indented(),
            };
        }
        plain.push(row);
    }
    flush_code(&mut code, &mut plain, &mut blocks);
    flush_plain(&mut plain, &mut blocks);
    blocks
}

/// Whether a line says that a file follows that a setting names; nothing if it
/// says nothing of what follows.
fn begins_configured(row: &Row<'_>, words: Vocabulary<'_>) -> Option<bool> {
    if row.is_indented() || !row.text.contains(['/', '.']) {
        return None;
    }
    let expected = announced(row.text.trim(), words)?;
    Some(expected.first().is_some_and(|expected| (words.configured_file)(&expected.name).is_some()))
}

fn flush_plain<'b>(plain: &mut Vec<Row<'b>>, blocks: &mut Vec<Block<'b>>) {
    if !plain.is_empty() {
        blocks.push(Block { setting: Setting::Plain, rows: std::mem::take(plain) });
    }
}

fn flush_code<'b>(code: &mut Vec<Row<'b>>, plain: &mut Vec<Row<'b>>, blocks: &mut Vec<Block<'b>>) {
    if code.is_empty() {
        return;
    }
    flush_plain(plain, blocks);
    let filled = code.iter().rposition(|row| !row.is_blank()).map_or(0, |at| at + 1);
    *plain = code.split_off(filled);
    strip_common(code);
    blocks.push(Block { setting: Setting::Code, rows: std::mem::take(code) });
}

fn strip_common(rows: &mut [Row<'_>]) {
    let mut common: Option<String> = None;
    for row in rows.iter().filter(|row| !row.is_blank()) {
        let indent = row.text.len() - row.text.trim_start_matches([' ', '\t']).len();
        let own = row.text.get(..indent).unwrap_or_default();
        let shared = common.as_deref().map_or(own.len(), |common| {
            common.bytes().zip(own.bytes()).take_while(|(left, right)| left == right).count()
        });
        common = own.get(..shared).map(str::to_owned);
        if shared == 0 {
            return;
        }
    }
    let bytes = common.map_or(0, |common| common.len());
    for row in rows.iter_mut().filter(|row| !row.is_blank()) {
        row.strip(bytes);
    }
}
