//! Dovecot 2.4, as config-parser.c of 2.4.1 reads it.

mod apply;
mod lists;
mod sections;

use crate::earlier::Expanded;
use crate::old::{MAX_DEPTH, MAX_NODES};
use crate::source::{Event, Source};
use crate::{NodeId, Problem, ProblemKind, Reading, Stops, Told};
use postproof_catalog::{self as catalog, Setting, SettingKind, Version};
use postproof_diag::Span;
use postproof_syntax::dovecot::exact::{ExactLine, Form, Step as Joined};
use std::collections::{HashMap, HashSet};

pub(crate) const SERIES: Version = Version::new(2, 4);

/// One `{` that is open.
struct Open {
    /// The block that settings go to.
    node: NodeId,
    /// The full keyword.
    key: String,
    /// Whether it is a block; else it is a list, whose items go to `node`.
    is_filter: bool,
    /// The definition of the block.
    known: Option<&'static Setting>,
    span: Span,
    line: (String, u32),
    ignored: bool,
}

struct Reader<'a> {
    source: Source<'a>,
    out: Reading,
    stack: Vec<Open>,
    /// Blocks whose required setting was seen.
    seen_required: HashSet<NodeId>,
    /// Where a setting was first seen inside a filter.
    seen: HashMap<String, String>,
    /// Where groups are used: path and line of the last use of each.
    uses: HashMap<(NodeId, String), (String, u32)>,
    unfinished: Option<ExactLine>,
    /// The version line is missing, and that was said.
    said_version: bool,
    /// Bytes of values that hold their earlier value.
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
        seen_required: HashSet::new(),
        seen: HashMap::new(),
        uses: HashMap::new(),
        unfinished: None,
        said_version: false,
        expanded: Expanded::default(),
        said_missing: false,
    };
    while let Some(lost) = reader.source.next_root() {
        reader.lost(lost);
        reader.file();
    }
    let lost = reader.source.lost();
    reader.lost(lost);
    reader.groups();
    reader.out.missing = std::mem::take(&mut reader.source.missing);
    reader.out
}

/// The definition of a name that 2.4.1 knows.
pub(crate) fn known(name: &str) -> Option<&'static Setting> {
    catalog::settings_named(SERIES, name).iter().find(|setting| setting.known && setting.kind != SettingKind::Other)
}

impl Reader<'_> {
    fn file(&mut self) {
        self.stack = vec![Open {
            node: NodeId::ROOT,
            key: String::new(),
            is_filter: true,
            known: None,
            span: Span::new(postproof_diag::FileId(0), 0, 0),
            line: (String::new(), 0),
            ignored: false,
        }];
        let path = self.source.root_path().to_owned();
        if self.out.path.is_empty() {
            self.out.path = path;
        }
        while let Some(event) = self.source.next(true) {
            self.event(event);
        }
        while self.stack.len() > 1 {
            let Some(open) = self.stack.pop() else { break };
            let first = !std::mem::replace(&mut self.said_missing, true);
            let words = format!("Missing '}}' (section started at {}:{})", open.line.0, open.line.1);
            self.out.problems.push(Problem {
                kind: ProblemKind::Braces,
                span: open.span,
                line: Some(open.line),
                words,
                stops: if first { Stops::AtEnd } else { Stops::Silent },
                subject: open.key,
                within: open.node,
            });
        }
    }

    fn event(&mut self, event: Event) {
        if let Some(span) = event.ambiguous
            && let Some((path, number)) = self.source.place()
        {
            let words = format!(
                "Configuration file {path} line {number}: Ambiguous '#' character in line, treating it as \
                     comment. Add a space before it to remove this warning."
            );
            self.say(ProblemKind::AmbiguousComment, span, words, "#", Stops::Never);
        }
        match event.step {
            Joined::Skipped { lost } => {
                self.lost(lost);
                self.unfinished = None;
            }
            Joined::Continued => {}
            Joined::Line(line) => {
                let is_version = self.version(&line);
                if !is_version {
                    self.line(&line);
                }
            }
        }
    }

    /// The version line; all others must stand below it.
    // config-parser.c, config_parser_get_version
    fn version(&mut self, line: &ExactLine) -> bool {
        if matches!(line.form, Form::Wrong(_)) {
            return false;
        }
        if line.key.as_str() != "dovecot_config_version" {
            if self.out.config_version.is_none() && !self.said_version {
                self.said_version = true;
                let words = "The first setting must be dovecot_config_version".to_owned();
                self.stop(ProblemKind::Version, line.span, words, line.key.as_str());
            }
            return false;
        }
        let value = line.value.as_str();
        match &self.out.config_version {
            Some(version) if version != value => {
                let words = "dovecot_config_version value can't be changed once set".to_owned();
                self.stop(ProblemKind::Version, line.span, words, value);
            }
            Some(_) => {}
            None if line.form != Form::Value => {
                let words = "Invalid dovecot_config_version: value is not a string".to_owned();
                self.stop(ProblemKind::Version, line.span, words, value);
            }
            None => {
                if !matches!(value, "2.4.0" | "2.4.1") {
                    let words =
                        "Invalid dovecot_config_version: Currently supported versions are: 2.4.0 2.4.1".to_owned();
                    self.stop(ProblemKind::Version, line.span, words, value);
                }
                self.out.config_version = Some(value.to_owned());
                let setting = known("dovecot_config_version");
                self.record(line, "dovecot_config_version".to_owned(), None, setting, NodeId::ROOT);
            }
        }
        true
    }

    // config-parser.c, config_parser_apply_line
    fn line(&mut self, line: &ExactLine) {
        if self.stack.last().is_some_and(|open| open.ignored) {
            return self.passed_over(line);
        }
        match line.form {
            Form::Value | Form::File | Form::Variable => self.assign(line),
            Form::Start => self.begin(line),
            Form::GroupStart => self.begin_group(line),
            Form::End => self.end(line),
            Form::Include { optional } => self.include(line, optional),
            Form::Wrong(words) => self.wrong(line, words),
        }
    }

    fn passed_over(&mut self, line: &ExactLine) {
        match line.form {
            Form::Start | Form::GroupStart => self.push(line, line.key.as_str(), None, None, true),
            Form::End => {
                self.stack.pop();
            }
            Form::Wrong(words) => self.wrong(line, words),
            Form::Value | Form::File | Form::Variable | Form::Include { .. } => {}
        }
    }

    fn end(&mut self, line: &ExactLine) {
        if self.stack.len() < 2 {
            return self.stop(ProblemKind::Braces, line.span, "Unexpected '}'".to_owned(), "}");
        }
        let missing = self.stack.last().and_then(|open| {
            let known = open.known.filter(|setting| setting.kind != SettingKind::Alias && !setting.needs.is_empty())?;
            (!open.ignored && !self.seen_required.contains(&open.node)).then_some((known, open.span))
        });
        if let Some((known, span)) = missing {
            let words =
                format!("Named filter {} is required to have {} setting, but it is missing", known.name, known.needs);
            self.stop(ProblemKind::MissingRequired, span, words, known.name);
        }
        self.stack.pop();
    }

    fn include(&mut self, line: &ExactLine, optional: bool) {
        let pattern = line.value.as_str();
        let span = line.value.span().unwrap_or(line.span);
        if let Err((kind, words)) = self.source.include(pattern, optional, span) {
            self.stop(kind, span, words, pattern);
        }
    }

    fn wrong(&mut self, line: &ExactLine, words: &str) {
        self.stop(ProblemKind::Syntax, line.span, words.to_owned(), line.key.as_str());
        let ignored = self.stack.last().is_some_and(|open| open.ignored);
        let Some(mut fixed) = crate::old::recovered(line, &mut self.unfinished) else { return };
        if ignored {
            return self.push(&fixed, fixed.key.as_str(), None, None, true);
        }
        fixed.form = Form::Start;
        self.begin(&fixed);
    }

    fn push(
        &mut self,
        line: &ExactLine,
        key: &str,
        node: Option<NodeId>,
        known: Option<&'static Setting>,
        ignored: bool,
    ) {
        let too_deep = self.stack.len() > MAX_DEPTH || self.out.nodes.len() > MAX_NODES;
        let long = line.key.as_str().len() + line.value.as_str().len() > crate::old::MAX_NAME;
        if (too_deep || long) && !ignored {
            self.say(ProblemKind::Limit, line.span, String::new(), key, Stops::Silent);
        }
        let around = self.stack.last().map_or(NodeId::ROOT, |open| open.node);
        let place = self.source.place().map_or_else(|| (String::new(), 0), |(path, number)| (path.to_owned(), number));
        self.stack.push(Open {
            node: node.unwrap_or(around),
            key: key.to_owned(),
            is_filter: node.is_some(),
            known,
            span: line.span,
            line: place,
            ignored: ignored || too_deep || long,
        });
    }

    /// Every group that is used must be defined somewhere.
    // config-parser.c, config_parse_finish_includes
    fn groups(&mut self) {
        let mut faults = Vec::new();
        let labels: HashSet<&str> = self
            .out
            .nodes
            .iter()
            .filter_map(|one| match &one.step {
                crate::Step::Group { label, .. } => Some(label.as_str()),
                _ => None,
            })
            .collect();
        for (id, node) in self.out.nodes() {
            for (label, name, span) in &node.groups {
                let built_in = BUILT_IN.iter().any(|(known, _)| known == label);
                let words = if !built_in && !labels.contains(label.as_str()) {
                    format!("Unknown group label @{label}")
                } else if !BUILT_IN.contains(&(label, name))
                    && self.out.child(NodeId::ROOT, &crate::scope::group_key(label, name)).is_none()
                {
                    format!("Unknown group @{label}={name}")
                } else {
                    continue;
                };
                let line = self.uses.get(&(id, label.clone())).cloned();
                faults.push((id, *span, line, words, label.clone()));
            }
        }
        for (within, span, line, words, subject) in faults {
            let kind = ProblemKind::Group;
            self.out.problems.push(Problem { kind, span, line, words, stops: Stops::AtEnd, subject, within });
        }
    }

    fn lost(&mut self, lost: Option<Span>) {
        if let Some(span) = lost {
            self.say(ProblemKind::LostContinuation, span, String::new(), "\\", Stops::Silent);
        }
    }

    fn stop(&mut self, kind: ProblemKind, span: Span, words: String, subject: &str) {
        self.say(kind, span, words, subject, Stops::AtOnce);
    }

    fn say(&mut self, kind: ProblemKind, span: Span, words: String, subject: &str, stops: Stops) {
        let line = self.source.place().map(|(path, number)| (path.to_owned(), number));
        let within = self.stack.last().map_or(NodeId::ROOT, |open| open.node);
        self.out.problems.push(Problem { kind, span, line, words, stops, subject: subject.to_owned(), within });
    }
}

/// Groups that Dovecot brings along.
// stats-settings.c, stats_metric_defaults; mail-storage-settings.c, mailbox_defaults
const BUILT_IN: &[(&str, &str)] =
    &[("mailbox_defaults", "english"), ("metric_defaults", "proxy"), ("metric_defaults", "backend")];
