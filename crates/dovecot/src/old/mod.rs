//! Dovecot 2.3, as config-parser.c of 2.3.19 reads it.

mod apply;
mod filter;
mod obsolete;

use crate::earlier::Expanded;
use crate::source::{Event, Source};
use crate::{NodeId, Problem, ProblemKind, Reading, Stops, Told};
pub(crate) use apply::{escaped, known as known_in, type_key, unescaped_name};
use filter::Filter;
pub(crate) use filter::{net_key, network};
use obsolete::Obsolete;
use postproof_diag::{SourceText, Span};
use postproof_syntax::dovecot::exact::{ExactLine, Form, Step as Joined, unescaped};
use std::collections::{HashMap, HashSet};

/// Sections inside each other; doveconf has room to indent as many.
pub(crate) const MAX_DEPTH: usize = 17;
/// Bytes of a section's keyword and name. Paths and messages repeat them.
pub(crate) const MAX_NAME: usize = 1024;
/// Blocks of a configuration. Real ones have a few hundred.
pub(crate) const MAX_NODES: usize = 200_000;

/// One `{` that is open.
struct Open {
    /// The keyword; nothing for a filter.
    key: Option<String>,
    /// The block of the filter that holds here, and the filter.
    filter_node: NodeId,
    filter: Filter,
    /// The path of sections in front of names: `namespace/inbox/`.
    prefix: String,
    /// Where it was opened.
    span: Span,
    line: (String, u32),
    /// Nothing inside it means anything.
    ignored: bool,
}

struct Reader<'a> {
    source: Source<'a>,
    out: Reading,
    stack: Vec<Open>,
    /// Numbers sections without a name.
    counter: u32,
    /// Where a setting was first seen inside a section.
    seen: HashMap<String, String>,
    /// `plugin` and `plugin/0`, once they were opened.
    lists: HashSet<(NodeId, String)>,
    old: Obsolete,
    /// A line of words without a brace, which may stand on the next one.
    unfinished: Option<ExactLine>,
    warned: bool,
    expanded: Expanded,
    /// The innermost section that is not closed was named.
    said_missing: bool,
}

/// Reads all files.
pub(crate) fn read(source: Source<'_>, told: Told) -> Reading {
    let mut reader = Reader {
        source,
        out: Reading::new(told),
        stack: Vec::new(),
        counter: 0,
        seen: HashMap::new(),
        lists: HashSet::new(),
        old: Obsolete::default(),
        unfinished: None,
        warned: false,
        expanded: Expanded::default(),
        said_missing: false,
    };
    while let Some(lost) = reader.source.next_root() {
        reader.lost(lost);
        reader.file();
    }
    let lost = reader.source.lost();
    reader.lost(lost);
    reader.out.missing = std::mem::take(&mut reader.source.missing);
    reader.out
}

impl Reader<'_> {
    fn file(&mut self) {
        self.stack = vec![Open {
            key: None,
            filter_node: NodeId::ROOT,
            filter: Filter::default(),
            prefix: String::new(),
            span: Span::new(postproof_diag::FileId(0), 0, 0),
            line: (String::new(), 0),
            ignored: false,
        }];
        let path = self.source.root_path().to_owned();
        if self.out.path.is_empty() {
            self.out.path.clone_from(&path);
        }
        self.old.begin();
        while let Some(event) = self.source.next(false) {
            self.event(event);
        }
        while self.stack.len() > 1 {
            let Some(open) = self.stack.pop() else { break };
            let words = format!("Missing '}}' (section started at {}:{})", open.line.0, open.line.1);
            // Only the innermost is named, before all other checks.
            let first = !std::mem::replace(&mut self.said_missing, true);
            let stops = if first { Stops::AtEnd } else { Stops::Silent };
            let subject = open.key.clone().unwrap_or_default();
            let problem = Problem {
                kind: ProblemKind::Braces,
                span: open.span,
                line: Some(open.line),
                words,
                stops,
                subject,
                within: open.filter_node,
            };
            self.out.problems.push(problem);
        }
    }

    fn event(&mut self, event: Event) {
        if let Some(span) = event.ambiguous {
            let words = self.at_line(|path, number| {
                format!(
                    "Configuration file {path} line {number}: Ambiguous '#' character in line, treating it as \
                     comment. Add a space before it to remove this warning."
                )
            });
            self.warn(ProblemKind::AmbiguousComment, span, words, "#");
        }
        match event.step {
            Joined::Skipped { lost } => {
                self.lost(lost);
                self.unfinished = None;
            }
            Joined::Continued => {}
            Joined::Line(line) => self.line(line),
        }
    }

    fn at_line(&self, make: impl Fn(&str, u32) -> String) -> String {
        self.source.place().map_or_else(String::new, |(path, number)| make(path, number))
    }

    fn line(&mut self, line: ExactLine) {
        if self.stack.last().is_some_and(|open| open.ignored) {
            return self.passed_over(&line);
        }
        if !self.obsolete(&line) {
            self.plain(&line);
        }
    }

    /// A line inside a section that means nothing: only its braces count.
    fn passed_over(&mut self, line: &ExactLine) {
        match line.form {
            Form::Start | Form::GroupStart => self.push_ignored(line),
            Form::End => {
                self.stack.pop();
            }
            Form::Wrong(words) => self.wrong(line, words),
            Form::Value | Form::File | Form::Variable | Form::Include { .. } => {}
        }
    }

    // config-parser.c, config_parser_apply_line
    fn plain(&mut self, line: &ExactLine) {
        match line.form {
            Form::Value | Form::File | Form::Variable => {
                let key = line.key.clone();
                self.assign(line, &key, line.value.clone());
            }
            Form::Start => {
                let (key, name) = (line.key.as_str().to_owned(), line.value.as_str().to_owned());
                self.begin(line, &key, &name);
            }
            Form::End => self.end(line),
            Form::Include { optional } => self.include(line, optional),
            Form::Wrong(words) => self.wrong(line, words),
            // Only 2.4 has groups.
            Form::GroupStart => self.wrong(line, "Expecting '{'"),
        }
    }

    fn end(&mut self, line: &ExactLine) {
        if self.stack.len() > 1 {
            self.stack.pop();
        } else {
            self.stop(ProblemKind::Braces, line.span, "Unexpected '}'".to_owned(), "}");
        }
    }

    fn include(&mut self, line: &ExactLine, optional: bool) {
        let pattern = line.value.as_str();
        let span = line.value.span().unwrap_or(line.span);
        if let Err((kind, words)) = self.source.include(pattern, optional, span) {
            self.stop(kind, span, words, pattern);
        }
    }

    /// A line that is nothing. Where it opens a section all the same, for a
    /// reader at least, the section is read.
    fn wrong(&mut self, line: &ExactLine, words: &str) {
        self.stop(ProblemKind::Syntax, line.span, words.to_owned(), line.key.as_str());
        let ignored = self.stack.last().is_some_and(|open| open.ignored);
        let Some(mut fixed) = recovered(line, &mut self.unfinished) else { return };
        if ignored {
            return self.push_ignored(&fixed);
        }
        fixed.form = Form::Start;
        self.plain(&fixed);
    }

    fn push_ignored(&mut self, line: &ExactLine) {
        let Some(open) = self.stack.last() else { return };
        let (filter_node, filter, prefix) = (open.filter_node, open.filter.clone(), open.prefix.clone());
        self.push(line, Some(line.key.as_str()), filter_node, filter, prefix, true);
    }

    fn push(
        &mut self,
        line: &ExactLine,
        key: Option<&str>,
        filter_node: NodeId,
        filter: Filter,
        prefix: String,
        ignored: bool,
    ) {
        let long = line.key.as_str().len() + line.value.as_str().len() > MAX_NAME;
        let too_deep = long || self.stack.len() > MAX_DEPTH || self.out.nodes.len() > MAX_NODES;
        if too_deep && !ignored {
            self.note(ProblemKind::Limit, line.span, "Too many sections", line.key.as_str());
        }
        let place = self.source.place().map_or_else(|| (String::new(), 0), |(path, number)| (path.to_owned(), number));
        self.stack.push(Open {
            key: key.map(str::to_owned),
            filter_node,
            filter,
            prefix,
            span: line.span,
            line: place,
            ignored: ignored || too_deep,
        });
    }

    fn lost(&mut self, lost: Option<Span>) {
        if let Some(span) = lost {
            self.note(ProblemKind::LostContinuation, span, "", "\\");
        }
    }

    /// A problem at which doveconf stops.
    fn stop(&mut self, kind: ProblemKind, span: Span, words: String, subject: &str) {
        let line = self.source.place().map(|(path, number)| (path.to_owned(), number));
        self.problem(kind, span, words, subject, Stops::AtOnce, line);
    }

    fn warn(&mut self, kind: ProblemKind, span: Span, words: String, subject: &str) {
        let line = self.source.place().map(|(path, number)| (path.to_owned(), number));
        self.problem(kind, span, words, subject, Stops::Never, line);
    }

    fn note(&mut self, kind: ProblemKind, span: Span, words: &str, subject: &str) {
        self.problem(kind, span, words.to_owned(), subject, Stops::Silent, None);
    }

    fn problem(
        &mut self,
        kind: ProblemKind,
        span: Span,
        words: String,
        subject: &str,
        stops: Stops,
        line: Option<(String, u32)>,
    ) {
        let within = self.stack.last().map_or(NodeId::ROOT, |open| open.filter_node);
        self.out.problems.push(Problem { kind, span, line, words, stops, subject: subject.to_owned(), within });
    }

    /// The names of the open sections, as doveconf writes them before a name.
    // config-parser.c, section_stack_write
    fn full_path(&self, key: &str) -> String {
        let mut path: String =
            self.stack.iter().filter_map(|open| open.key.as_deref()).map(|key| format!("{key} {{ ")).collect();
        path.push_str(key);
        path
    }

    fn plain_text(text: &str) -> SourceText {
        SourceText::unplaced(text)
    }
}

/// A line that is nothing to doveconf, as the section that a reader sees in it:
/// `plugin{`, `protocol imap{`, or a `{` of its own below the words.
pub(crate) fn recovered(line: &ExactLine, unfinished: &mut Option<ExactLine>) -> Option<ExactLine> {
    let (key, value) = (line.key.as_str(), line.value.as_str());
    if key == "{" && value.is_empty() {
        return unfinished.take();
    }
    let mut fixed = line.clone();
    if key.len() > 1 && key.ends_with('{') && value.is_empty() {
        fixed.key = line.key.slice(0..key.len() - 1);
    } else if value.len() > 1 && value.ends_with('{') {
        fixed.value = unescaped(line.value.slice(0..value.len() - 1));
    } else {
        *unfinished = Some(fixed);
        return None;
    }
    *unfinished = None;
    Some(fixed)
}
