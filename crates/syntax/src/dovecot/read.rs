//! The loop that joins physical lines, keeps the open sections and recovers.

use super::problems as say;
use super::{Dovecot, Item, Section, SectionStart, Setting};
use crate::lines::{Line, byte_problems, in_order, is_space, physical_lines, trimmed};
use crate::{Parsed, Problem, ProblemKind, Region};
use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_while, take_while1};
use nom::character::complete::char;
use nom::combinator::{map, recognize, rest};
use nom::sequence::{delimited, pair, preceded, terminated};
use nom::{IResult, Parser};
use postproof_diag::{SourceText, Span, Text};

/// Sections inside each other; real ones stop at five or so. What is deeper
/// is passed over, with a problem.
pub(super) const MAX_DEPTH: usize = 32;
/// Bytes of a section's name and label.
const MAX_LABEL: usize = 512;
/// Bytes that all section paths of a text may take, as every setting has its
/// own copy. A real configuration takes some kilobytes.
const MAX_PATHS: usize = 64 << 20;

pub(super) fn parse(region: &Region, bytes: &[u8]) -> Parsed<Dovecot> {
    let mut reader = Reader { problems: byte_problems(region, bytes), ..Reader::default() };
    for line in physical_lines(region, bytes) {
        reader.physical_line(&line);
    }
    reader.drop_continuation();
    for open in std::mem::take(&mut reader.open) {
        reader.problem(ProblemKind::Braces, open, say::never_closed());
    }
    Parsed { tree: reader.tree, problems: in_order(reader.problems) }
}

#[derive(Default)]
struct Reader {
    tree: Dovecot,
    problems: Vec<Problem>,
    /// The sections around the next line, and where each begins.
    path: Vec<Section>,
    open: Vec<Span>,
    /// How many sections deeper than [`MAX_DEPTH`] are open.
    too_deep: usize,
    /// Bytes of the paths that settings were given.
    path_bytes: usize,
    /// A line that ended with a backslash.
    continued: Option<(SourceText, Span)>,
}

impl Reader {
    // config-parser.c, config_parse_line
    fn physical_line(&mut self, line: &Line<'_>) {
        let content = line.text.trim_start_matches(is_space);
        if content.is_empty() || content.starts_with('#') {
            // Both throw away what was to be continued: doveconf 2.3.19 then
            // reads the next line on its own.
            self.drop_continuation();
            if content.is_empty() {
                self.tree.items.push(Item::Blank(line.span));
            } else {
                self.header(content, line);
                self.tree.items.push(Item::Comment(line.span));
            }
            return;
        }
        let content = uncommented(content).trim_end_matches(is_space);
        let (content, continues) = match content.strip_suffix('\\') {
            Some(content) => (content.trim_end_matches(is_space), true),
            None => (content, false),
        };
        let start = line.span.start + (line.text.len() - line.text.trim_start_matches(is_space).len()) as u32;
        let (mut text, span) = self.continued.take().unwrap_or((SourceText::default(), line.span));
        let span = span.to(line.span);
        text.push(content, Some((span.file, start)));
        if continues {
            text.push(" ", Some((span.file, start + content.len() as u32)));
            self.continued = Some((text, span));
        } else {
            self.logical_line(&text, span);
        }
    }

    fn drop_continuation(&mut self) {
        if let Some((_, span)) = self.continued.take() {
            self.junk(ProblemKind::NotASetting, span, say::lost_continuation());
        }
    }

    /// The first lines of `doveconf -n` name the version and the host.
    fn header(&mut self, comment: &str, line: &Line<'_>) {
        if let Ok((_, version)) = version_line(comment)
            && self.tree.version.is_none()
            && self.path.is_empty()
        {
            let at = line.text.find(version).unwrap_or_default() as u32 + line.span.start;
            let place = Span::new(line.span.file, at, at + version.len() as u32);
            self.tree.version = Some((version.to_owned(), place));
        }
        if let Some(host) = comment.strip_prefix("# Hostname:") {
            self.tree.hostname = Some(host.trim().to_owned()).filter(|host| !host.is_empty());
        }
    }

    fn logical_line(&mut self, text: &SourceText, span: Span) {
        let line = text.as_str();
        let Ok((after, name)) = key(line) else {
            return self.junk(ProblemKind::NotASetting, span, say::not_a_setting());
        };
        let after = after.trim_start_matches(is_space);
        let from = line.len() - after.len();
        if name == "!include" || name == "!include_try" {
            let place = text.span_of(from..line.len()).unwrap_or(span);
            let optional = name == "!include_try";
            self.tree.items.push(Item::Include { pattern: after.to_owned(), pattern_span: place, optional, span });
        } else if after.starts_with('=') {
            self.setting(text, name, from + 1, span);
        } else if name.starts_with('}') && !after.contains('{') {
            if name.len() > 1 || !after.is_empty() {
                self.problem(ProblemKind::Braces, span, say::text_after_brace());
            }
            self.section_end(span);
        } else if line.contains('{') {
            self.section(text, name, after, span);
        } else {
            self.junk(ProblemKind::NotASetting, span, say::not_a_setting());
        }
    }

    fn setting(&mut self, text: &SourceText, name: &str, from: usize, span: Span) {
        let step = std::mem::size_of::<Section>();
        let sizes =
            self.path.iter().map(|section| step + section.name.len() + section.label.as_ref().map_or(0, String::len));
        let size = sizes.sum::<usize>();
        if self.too_deep > 0 || self.path_bytes.saturating_add(size) > MAX_PATHS {
            if self.path_bytes != usize::MAX && self.too_deep == 0 {
                self.problem(ProblemKind::Limit, span, say::too_many_paths(MAX_PATHS >> 20));
                self.path_bytes = usize::MAX;
            }
            return self.tree.items.push(Item::Junk(span));
        }
        self.path_bytes += size;
        let value = trimmed(text, from..text.as_str().len());
        let setting = Setting {
            path: self.path.clone(),
            name: unquoted(name).to_owned(),
            name_span: text.span_of(0..name.len()).unwrap_or(span),
            from_file: value.as_str().starts_with('<'),
            value: without_quotes(value),
            span,
        };
        if setting.name == "dovecot_config_version" && setting.path.is_empty() && !setting.value.is_empty() {
            let place = setting.value.span().unwrap_or(span);
            self.tree.version.get_or_insert((setting.value.as_str().to_owned(), place));
        }
        self.tree.items.push(Item::Setting(setting));
    }

    fn section(&mut self, text: &SourceText, name: &str, after: &str, span: Span) {
        let line = text.as_str();
        let (keyword, label, fits) = match after.strip_suffix('{') {
            // "At least one space before `{`": `plugin{` and `protocol imap{` are errors.
            Some(between) => (name, between, between.is_empty() || between.ends_with(is_space)),
            None => (name.trim_end_matches('{'), "", false),
        };
        if !fits && line.matches('{').count() == line.matches('}').count() {
            return self.junk(ProblemKind::Braces, span, say::one_line_section());
        }
        let label = label.trim_matches(is_space);
        let one = label.starts_with('"') || !label.contains(is_space) || keyword == "group";
        if !fits || !one || keyword.is_empty() {
            self.problem(ProblemKind::Braces, span, say::section_line());
        }
        if self.path.len() >= MAX_DEPTH || self.too_deep > 0 || keyword.len() + label.len() > MAX_LABEL {
            if self.too_deep == 0 {
                self.problem(ProblemKind::Limit, span, say::too_deep(MAX_DEPTH, MAX_LABEL));
            }
            self.too_deep += 1;
            return self.tree.items.push(Item::Junk(span));
        }
        let depth = self.path.len();
        let label = Some(unquoted(label).to_owned()).filter(|label| !label.is_empty());
        let section = Section { name: keyword.to_owned(), label };
        self.path.push(section.clone());
        self.open.push(span);
        let name_span = text.span_of(0..keyword.len()).unwrap_or(span);
        self.tree.items.push(Item::SectionStart(SectionStart { section, name_span, depth, span }));
    }

    fn section_end(&mut self, span: Span) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return self.tree.items.push(Item::Junk(span));
        }
        if self.path.pop().is_none() {
            return self.junk(ProblemKind::Braces, span, say::nothing_open());
        }
        self.open.pop();
        self.tree.items.push(Item::SectionEnd(span));
    }

    fn junk(&mut self, kind: ProblemKind, span: Span, message: Text) {
        self.problem(kind, span, message);
        self.tree.items.push(Item::Junk(span));
    }

    fn problem(&mut self, kind: ProblemKind, span: Span, message: Text) {
        self.problems.push(Problem { kind, span, message });
    }
}

/// A name up to white space or `=`; 2.4 also takes one in double quotes.
fn key(line: &str) -> IResult<&str, &str> {
    let quoted = recognize((char('"'), take_while(|ch| ch != '"'), char('"')));
    alt((quoted, take_while1(|ch| !is_space(ch) && ch != '='))).parse(line)
}

/// The version in `# 2.3.21 (47349e2482): /etc/dovecot/dovecot.conf`.
// doveconf.c, main; 1.x printed no hash
fn version_line(comment: &str) -> IResult<&str, &str> {
    let number = recognize(pair(
        take_while1(|ch: char| ch.is_ascii_digit()),
        preceded(tag("."), take_till(|ch| is_space(ch) || ch == ':')),
    ));
    let hash = map((tag(" ("), take_till(|ch| ch == ')'), tag(")")), |_| "");
    delimited(tag("# "), number, terminated(alt((hash, tag(""))), (tag(":"), rest))).parse(comment)
}

/// The line without its comment. In quotes `#` begins none; a quote that never
/// ends hides all that follows.
fn uncommented(line: &str) -> &str {
    let mut chars = line.char_indices();
    while let Some((at, ch)) = chars.next() {
        match ch {
            '#' => return line.get(..at).unwrap_or(line),
            '"' | '\'' => {
                while let Some((_, inner)) = chars.next() {
                    if inner == '\\' {
                        chars.next();
                    } else if inner == ch {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    line
}

fn unquoted(word: &str) -> &str {
    word.strip_prefix('"').and_then(|word| word.strip_suffix('"')).unwrap_or(word)
}

/// The value without the quotes around it and the backslashes in them.
// config-parser.c: only where the first and the last byte are the same quote
fn without_quotes(value: SourceText) -> SourceText {
    let text = value.as_str();
    let quotes = ['"', '\''];
    let inner = quotes.iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    let Some(inner) = inner else { return value };
    if !inner.contains('\\') {
        return value.slice(1..1 + inner.len());
    }
    let mut plain = SourceText::default();
    let mut from = 0;
    let mut chars = inner.char_indices();
    while let Some((at, ch)) = chars.next() {
        if ch == '\\' {
            plain.append(&value.slice(1 + from..1 + at));
            from = at + 1;
            chars.next();
        }
    }
    plain.append(&value.slice(1 + from..1 + inner.len()));
    plain
}
