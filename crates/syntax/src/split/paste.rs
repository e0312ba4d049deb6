//! Walks the blocks of a paste: prompts and titles say what follows, evidence
//! says what it is.

use super::command::{Commands, Expected, commands};
use super::evidence::{Family, Shape, is_doveconf_title, shape};
use super::file::{WHOLE_SETTINGS, is_table_entry};
use super::prompt::prompt;
use super::rows::{Block, Row, Setting};
use super::segment::{Frame, Segment, segments};
use super::title::{Weight, title};
use super::{Part, PartKind, Reason, Vocabulary, decide, family_of};
use crate::Region;
use postproof_diag::FileId;

/// Lines of prose after which a title is forgotten.
const MAX_PROSE: usize = 4;

/// What prompts and titles said about the lines that follow.
#[derive(Default)]
struct Context {
    expected: Vec<Expected>,
    /// How many of `expected` are over.
    at: usize,
    host: Option<String>,
    /// Whether a command or header printed what follows, rather than that a
    /// sentence announces it.
    printed: bool,
    /// Whether only a title line says so: people also write one over excerpts.
    titled: bool,
    /// The part that the expectation at `at` gave its name to.
    used: Option<usize>,
}

pub(super) struct Paste<'w> {
    file: FileId,
    words: Vocabulary<'w>,
    reasons: Vec<Option<Reason>>,
    parts: Vec<Part>,
    context: Context,
    /// What ends the here-document that is open.
    delimiter: Option<String>,
}

impl<'w> Paste<'w> {
    pub(super) fn new(file: FileId, words: Vocabulary<'w>, reasons: Vec<Option<Reason>>) -> Self {
        Self { file, words, reasons, parts: Vec::new(), context: Context::default(), delimiter: None }
    }

    pub(super) fn finish(self) -> (Vec<Part>, Vec<Option<Reason>>) {
        (self.parts, self.reasons)
    }

    /// Reads one block. What a title says holds for the next block, but only
    /// until something was found that it names.
    pub(super) fn block(&mut self, block: &Block<'_>) {
        if self.context.used.is_some() {
            self.context = Context::default();
        }
        let mut start = 0;
        for (at, row) in block.rows.iter().enumerate() {
            let before = block.rows.get(start..at).unwrap_or_default();
            let Some((reason, context)) = self.marker(row, before) else { continue };
            self.stretch(before, block.setting);
            self.mark(row, reason);
            self.context = context;
            start = at + 1;
        }
        self.stretch(block.rows.get(start..).unwrap_or_default(), block.setting);
        self.delimiter = None;
    }

    /// What a line that is a marker says about the lines after it.
    fn marker(&mut self, row: &Row<'_>, before: &[Row<'_>]) -> Option<(Reason, Context)> {
        let text = row.text.trim();
        if let Some(delimiter) = &self.delimiter {
            if text == delimiter {
                self.delimiter = None;
                return Some((Reason::Prompt, Context::default()));
            }
            return None;
        }
        if row.is_blank() || row.is_indented() {
            return None;
        }
        if let Some((host, found)) = typed(text, self.words) {
            self.delimiter = found.delimiter;
            let host = host.map(str::to_owned).or_else(|| self.context.host.take().filter(|_| self.context.printed));
            let context = Context { expected: found.expected, host, printed: true, ..Context::default() };
            return Some((Reason::Prompt, context));
        }
        // A file of patterns may name another one.
        if text.starts_with('/') && self.is_in_configured() {
            return None;
        }
        let title = title(text, self.words)?;
        let host = self.context.host.clone();
        let header =
            |host| Context { expected: vec![title.expected.clone()], host, printed: true, ..Context::default() };
        match title.weight {
            Weight::Header => Some((Reason::Title, header(host))),
            Weight::Alone => Some((Reason::Title, Context { titled: true, ..header(host) })),
            // A file may name itself at its top.
            Weight::Comment if self.names_itself(&title.expected, before) => None,
            Weight::Comment => Some((Reason::Title, Context { titled: true, ..header(host) })),
            Weight::Sentence if text.starts_with('#') && self.context.printed => None,
            Weight::Sentence => {
                let context = Context { expected: vec![title.expected], ..Context::default() };
                Some((Reason::Prose, context))
            }
        }
    }

    /// Whether a command or header printed a file that a setting names.
    fn is_in_configured(&self) -> bool {
        let Context { printed, titled, expected, at, .. } = &self.context;
        let named = expected.get(*at).is_some_and(|expected| (self.words.configured_file)(&expected.name).is_some());
        *printed && !*titled && named
    }

    fn names_itself(&self, title: &Expected, before: &[Row<'_>]) -> bool {
        let family = |kind: Option<PartKind>| kind.map(family_of);
        let expected = self.context.expected.get(self.context.at);
        let same = expected.is_some_and(|expected| family(expected.kind) == family(title.kind));
        self.context.printed && same && !before.iter().any(|row| shape(&row.text, self.words).is_configuration())
    }

    /// Reads the lines between two markers.
    fn stretch(&mut self, rows: &[Row<'_>], setting: Setting) {
        let shapes: Vec<Shape> = rows.iter().map(|row| shape(&row.text, self.words)).collect();
        let expected = self.context.expected.get(self.context.at).cloned();
        let found = match &expected {
            Some(Expected { kind: Some(PartKind::Table), name, .. }) => {
                let told = (self.words.configured_file)(name).is_some();
                table(rows, &shapes, Lines { setting, told, printed: self.context.printed })
            }
            // A path that says nothing holds a table if its lines are entries.
            Some(Expected { kind: None, .. }) if is_table(rows, &shapes) => {
                table(rows, &shapes, Lines { setting, told: false, printed: self.context.printed })
            }
            _ => None,
        };
        let kind = expected.and_then(|expected| expected.kind).map(family_of);
        let frame = Frame {
            expected: kind.filter(|family| !matches!(family, Family::Table | Family::Listing)),
            framed: setting == Setting::Code || self.context.printed,
        };
        let found = found.unwrap_or_else(|| segments(rows, &shapes, frame));
        let mut done = 0;
        for segment in &found {
            let (Some(first), Some(last)) = (segment.rows.first(), segment.rows.last()) else { continue };
            self.leave(rows, &shapes, done..*first);
            if shapes.get(done..*first).unwrap_or_default().contains(&Shape::Other)
                && done > 0
                && setting == Setting::Plain
            {
                self.context = Context::default();
            }
            self.part(rows, segment);
            self.leave(rows, &shapes, *first..last + 1);
            for at in &segment.rows {
                self.unmark(rows, *at);
            }
            done = last + 1;
        }
        self.leave(rows, &shapes, done..rows.len());
        let prose = shapes.get(done..).unwrap_or_default().iter().filter(|shape| **shape == Shape::Other).count();
        if prose > MAX_PROSE || prose > 0 && self.context.used.is_some() {
            self.context = Context::default();
        }
    }

    fn part(&mut self, rows: &[Row<'_>], segment: &Segment) {
        let own = || segment.rows.iter().filter_map(|at| rows.get(*at));
        let texts = || own().map(|row| &*row.text);
        let doveconf = segment.family == Family::Dovecot && texts().any(is_doveconf_title);
        let found = decide::kind(segment.family, texts(), doveconf);
        let fits = |expected: &Expected| expected.kind.is_none_or(|kind| family_of(kind) == segment.family);
        let context = &mut self.context;
        let later = context.expected.iter().skip(context.at).position(fits).map(|skip| context.at + skip);
        let expected = later.and_then(|at| context.expected.get(at));
        let again = context.used.filter(|_| later == Some(context.at));
        let printed = doveconf || found == PartKind::PostconfN || found == PartKind::PostconfAll;
        let kind = match expected.and_then(|expected| expected.kind) {
            Some(PartKind::DovecotConf) if doveconf => PartKind::DoveconfN,
            Some(PartKind::PostconfAll) if expected.is_some_and(|expected| !expected.whole) => PartKind::PostconfAll,
            Some(kind) => kind,
            None => found,
        };
        let host = context.host.clone().or_else(|| decide::hostname(texts()).filter(|_| doveconf));
        let command = matches!(kind, PartKind::PostconfN | PartKind::DoveconfN | PartKind::Table);
        let short = context.titled && !command && segment.rows.len() < WHOLE_SETTINGS;
        let whole = expected.map_or(printed, |expected| expected.whole) && again.is_none() && !short;
        let name = expected.map(|expected| expected.name.clone());
        let region = Region { file: self.file, lines: own().map(|row| row.body.clone()).collect() };
        if let Some(at) = later {
            context.at = at;
            context.used = Some(self.parts.len());
        }
        // Something stands between the pieces: neither is the whole.
        if let Some(piece) = again.and_then(|at| self.parts.get_mut(at)) {
            piece.whole = false;
        }
        self.parts.push(Part { kind, name, host, whole, region });
    }

    fn mark(&mut self, row: &Row<'_>, reason: Reason) {
        if let Some(place) = self.reasons.get_mut(row.line) {
            *place = Some(reason);
        }
    }

    fn unmark(&mut self, rows: &[Row<'_>], at: usize) {
        if let Some(place) = rows.get(at).and_then(|row| self.reasons.get_mut(row.line)) {
            *place = None;
        }
    }

    fn leave(&mut self, rows: &[Row<'_>], shapes: &[Shape], which: std::ops::Range<usize>) {
        for at in which {
            let (Some(row), Some(shape)) = (rows.get(at), shapes.get(at)) else { continue };
            let reason = match shape {
                Shape::Blank => Reason::Blank,
                Shape::Comment => Reason::Comment,
                Shape::Warning => Reason::Warning,
                Shape::Log => Reason::Log,
                Shape::Elision => Reason::Elision,
                Shape::Strong(_)
                | Shape::Either
                | Shape::Client
                | Shape::Assignment
                | Shape::Entry
                | Shape::Unassigned
                | Shape::Open
                | Shape::Close
                | Shape::Other => Reason::Prose,
            };
            self.mark(row, reason);
        }
    }
}

/// What a line that is a command or title says of the lines after it.
pub(super) fn announced(text: &str, words: Vocabulary<'_>) -> Option<Vec<Expected>> {
    match typed(text, words) {
        Some((_, found)) => Some(found.expected),
        None => title(text, words).map(|title| vec![title.expected]),
    }
}

/// Reads a line as something typed into a shell, with or without its prompt.
fn typed<'t>(text: &'t str, words: Vocabulary<'_>) -> Option<(Option<&'t str>, Commands)> {
    if let Some(prompt) = prompt(text) {
        let found = commands(prompt.command, words);
        let shell = prompt.certain && prompt.host.is_some();
        let fits = match (prompt.certain, prompt.host) {
            (true, Some(_)) => shell,
            (true, None) => found.known,
            (false, Some(_)) => found.known,
            (false, None) => !found.expected.is_empty() && is_bare_command(prompt.command),
        };
        return fits.then_some((prompt.host, found));
    }
    if !is_bare_command(text) {
        return None;
    }
    let found = commands(text, words);
    (!found.expected.is_empty()).then_some((None, found))
}

/// Whether every word is part of a command, so that no sentence is taken for one.
fn is_bare_command(text: &str) -> bool {
    let programs = [
        "postconf", "doveconf", "dovecot", "cat", "sudo", "tee", "postmap", "grep", "egrep", "head", "tail", "less",
        "more",
    ];
    let mut words = text.split_whitespace();
    let Some(first) = words.next() else { return false };
    let first = first.rsplit('/').next().unwrap_or_default();
    let is_part = |word: &str| {
        word.starts_with(['-', '/', '>', '<', '|', '&', ';', '\'', '"', '\\', '.'])
            || word.contains(['.', ';', '/', ':', '_'])
    };
    programs.contains(&first) && text.len() > first.len() && words.all(|word| is_part(word) || programs.contains(&word))
}

/// Whether no line is of another grammar and the first ones are table entries.
fn is_table(rows: &[Row<'_>], shapes: &[Shape]) -> bool {
    let strong = shapes.iter().any(|shape| matches!(shape, Shape::Strong(_) | Shape::Either));
    let mut filled = rows.iter().zip(shapes).filter(|(_, shape)| !shape.is_neutral());
    !strong && filled.next().is_some_and(|(row, shape)| *shape == Shape::Other && is_table_entry(&row.text))
}

/// How the lines of a table are announced.
#[derive(Clone, Copy)]
struct Lines {
    setting: Setting,
    /// Whether a setting names the file.
    told: bool,
    /// Whether a command or header printed them.
    printed: bool,
}

/// The lines of a lookup table or list that a command or title announces.
fn table(rows: &[Row<'_>], shapes: &[Shape], lines: Lines) -> Option<Vec<Segment>> {
    let first = shapes.iter().position(|shape| *shape != Shape::Blank)?;
    let strong =
        shapes.iter().filter(|shape| matches!(shape, Shape::Strong(family) if *family != Family::Listing)).count();
    let filled = shapes.iter().filter(|shape| !shape.is_neutral()).count();
    if strong * 2 > filled {
        return None;
    }
    let mut end = first;
    for (at, (row, shape)) in rows.iter().zip(shapes).enumerate().skip(first) {
        let gap = at > end;
        let entry = row.is_indented() || is_table_entry(&row.text) || *shape == Shape::Comment;
        let member = lines.told && (is_pattern_line(&row.text) || lines.printed && !is_prose(&row.text));
        let stays = lines.setting == Setting::Code || entry || member || !gap && at > first;
        match shape {
            Shape::Blank => {}
            _ if stays => end = at + 1,
            _ => break,
        }
    }
    (end > first).then(|| vec![Segment { family: Family::Table, rows: (first..end).collect() }])
}

/// Whether a line holds nothing but patterns of a match list.
fn is_pattern_line(line: &str) -> bool {
    let mut patterns = line.split([',', ' ', '\t']).filter(|word| !word.is_empty()).peekable();
    let is_pattern = |word: &str| {
        let word = word.trim_start_matches('!');
        let plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:[]/_-".contains(&byte));
        plain && word.contains(['.', ':', '/']) && !word.ends_with(['.', ':'])
    };
    patterns.peek().is_some() && patterns.all(is_pattern)
}

/// Whether a line that no table has looks like a sentence.
fn is_prose(line: &str) -> bool {
    line.split_whitespace().nth(2).is_some()
}
