//! The walk over all lines: keeps the open sections, asks what becomes of
//! each line, writes it and its entry.

use super::auth::{self, Database};
use super::facts::{Facts, place};
use super::files::{self, File, resolve};
use super::outcome::{Outcome, Statement};
use super::print::{Lead, Printer};
use super::read::{Node, What};
use super::{defaults, dict, sections, special, texts};
use crate::{Entry, Kind, Layout, Migration, Note};
use postproof_diag::{SourceMap, Text};
use postproof_syntax::dovecot::Section;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as MapEntry;

/// How deep includes are followed.
const MAX_INCLUDES: usize = 16;
/// Lines that includes may add up to; a file that is included by many is
/// written once for each.
const MAX_LINES: usize = 2_000_000;

/// A section that is open.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) section: Section,
    pub(super) form: Form,
}

/// What a section of the source is in the result.
#[derive(Debug)]
pub(super) enum Form {
    /// A block with this header.
    Block(String),
    /// Its lines stand where the section stood.
    Open,
    /// It has no counterpart; its lines are dropped with it.
    Gone(Text),
    /// A passdb or userdb.
    Auth(String, Box<Database>),
}

/// The state of the walk.
pub(super) struct Walk {
    pub(super) files: Vec<File>,
    pub(super) facts: Facts,
    pub(super) frames: Vec<Frame>,
    layout: Layout,
    done: Vec<Printer>,
    pub(super) printer: Printer,
    entries: BTreeMap<(u32, u32), Entry>,
    order: Vec<(u32, u32)>,
    numbers: BTreeMap<(u32, u32), usize>,
    pub(super) notes: Vec<Note>,
    headed: bool,
    lines: usize,
    /// What was written once, such as a connection to a database.
    pub(super) written: BTreeMap<String, String>,
    /// The directories of the file that is read and of the one that is written.
    directories: (String, String),
    /// The number that a name gets next where it is taken.
    counters: BTreeMap<String, usize>,
    /// The one external file that all databases of a driver use, if it is one.
    pub(super) external: BTreeMap<String, Option<usize>>,
    /// Files of SQL dictionaries to be written after the current line, with
    /// their driver and the header of their block.
    pub(super) later: Vec<(usize, String, String)>,
}

pub(super) fn run(sources: &SourceMap, layout: Layout) -> Migration {
    let files = files::read(sources);
    let facts = Facts::of(&files);
    let mut walk = Walk {
        files,
        facts,
        frames: Vec::new(),
        layout,
        done: Vec::new(),
        printer: Printer::default(),
        entries: BTreeMap::new(),
        order: Vec::new(),
        numbers: BTreeMap::new(),
        notes: Vec::new(),
        headed: false,
        lines: 0,
        written: BTreeMap::new(),
        directories: (String::new(), String::new()),
        counters: BTreeMap::new(),
        external: BTreeMap::new(),
        later: Vec::new(),
    };
    walk.all();
    walk.finish()
}

impl Walk {
    fn all(&mut self) {
        let roots: Vec<usize> = (0..self.files.len())
            .filter(|at| self.files.get(*at).is_some_and(|file| !file.included && !file.external))
            .collect();
        for at in &roots {
            self.frames.clear();
            self.start_file(*at);
            self.directories.1 = self.directory(*at);
            self.head();
            self.file(*at, MAX_INCLUDES);
            if roots.last() == Some(at) {
                let extra = defaults::written_out(self);
                for statement in extra {
                    self.printer.statement(&statement.blocks, &statement.lines, Lead::Depth, None);
                }
            }
            self.end_file();
        }
        if self.layout == Layout::OneFile {
            let printer = std::mem::take(&mut self.printer);
            self.done.push(printer);
        }
        self.rest();
    }

    fn start_file(&mut self, at: usize) {
        if self.layout == Layout::SameFiles || self.printer.file.path.is_empty() {
            let path = self.files.get(at).map(|file| file.path.clone()).unwrap_or_default();
            self.printer.file.path = path;
        }
    }

    fn end_file(&mut self) {
        if self.layout == Layout::SameFiles {
            let printer = std::mem::take(&mut self.printer);
            self.done.push(printer);
        }
    }

    /// The version lines, before anything else.
    fn head(&mut self) {
        if self.headed && self.layout == Layout::OneFile {
            return;
        }
        self.headed = true;
        let lines = [
            format!("dovecot_config_version = {}", super::CONFIG_VERSION),
            format!("dovecot_storage_version = {}", super::STORAGE_VERSION),
        ];
        self.printer.statement(&[], &lines, Lead::Depth, None);
        self.printer.aside("", 0);
    }

    fn directory(&self, at: usize) -> String {
        let path = self.files.get(at).map_or("", |file| &file.path);
        path.rsplit_once('/').map_or(String::new(), |(directory, _)| directory.to_owned())
    }

    /// A path that an included file gives, as the file that takes it in has to
    /// give it: both are relative to the directory of the file they stand in.
    // config-parser.c of 2.3.19.1 and 2.4.1, fix_relative_path
    pub(super) fn rebased(&self, path: &str) -> String {
        let (from, to) = &self.directories;
        if path.starts_with('/') || path.is_empty() || self.layout == Layout::SameFiles || from == to {
            return path.to_owned();
        }
        let below = from.strip_prefix(to.as_str()).filter(|rest| to.is_empty() || rest.starts_with('/'));
        let base = below.map_or(from.as_str(), |rest| rest.trim_start_matches('/'));
        match path.strip_prefix("../") {
            Some(rest) if !base.is_empty() && !base.contains('/') => rest.to_owned(),
            Some(_) | None => format!("{base}/{path}"),
        }
    }

    fn file(&mut self, at: usize, depth: usize) {
        let outer = std::mem::take(&mut self.directories.0);
        self.directories.0 = self.directory(at);
        let Some(file) = self.files.get_mut(at) else { return };
        let nodes = std::mem::take(&mut file.nodes);
        self.range(at, &nodes, depth);
        if let Some(file) = self.files.get_mut(at) {
            file.nodes = nodes;
        }
        self.directories.0 = outer;
    }

    /// The lines of a file or of a section in it.
    fn range(&mut self, file: usize, nodes: &[Node], depth: usize) {
        let mut at = 0;
        while let Some(node) = nodes.get(at) {
            self.lines += 1;
            if self.lines > MAX_LINES {
                if self.lines == MAX_LINES + 1 {
                    self.notes.push(Note { text: texts::too_many_lines(MAX_LINES), question: false });
                }
                return;
            }
            match &node.what {
                What::Comment | What::Blank => {
                    let text = node.raw.first().map(String::as_str).unwrap_or_default();
                    // A header of `doveconf -n` would name the result a 2.3 file.
                    let text = text.strip_prefix("# 2.3").map_or(text.to_owned(), |rest| format!("# from 2.3{rest}"));
                    self.printer.aside(&text, self.frames.len());
                }
                What::Open(section) => {
                    let inside = inner(nodes, at);
                    let names = sections::names(section);
                    if names.len() > 1 && names.len() <= 64 {
                        let end = (at + inside + 1).min(nodes.len());
                        for name in names {
                            self.open(node, &Section { label: Some(name), ..section.clone() }, &[]);
                            self.range(file, nodes.get(at + 1..end).unwrap_or_default(), depth);
                            self.close_for(nodes.get(end));
                        }
                        at = end + 1;
                        continue;
                    }
                    let inside = nodes.get(at + 1..at + 1 + inside).unwrap_or_default();
                    self.open(node, section, inside);
                }
                What::Close => self.close_for(Some(node)),
                What::Include { pattern, optional } => self.include(file, node, pattern, *optional, depth),
                What::Setting { name, value } => {
                    let outcome = special::setting(self, node, name, value);
                    self.write(node, outcome);
                    for (file, driver, header) in std::mem::take(&mut self.later) {
                        dict::fill(self, file, &driver, &header);
                    }
                }
                What::Junk => {
                    let line = node.raw.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
                    let mut outcome = Outcome::dropped(texts::junk());
                    outcome.statements.push(Statement::here(format!("# {line}")));
                    self.write(node, outcome);
                }
            }
            at += 1;
        }
    }

    fn open(&mut self, node: &Node, section: &Section, inside: &[Node]) {
        let gone = self.frames.iter().find_map(|frame| match &frame.form {
            Form::Gone(why) => Some(why.clone()),
            Form::Block(_) | Form::Open | Form::Auth(..) => None,
        });
        let (form, outcome, first) = match gone {
            Some(why) => (Form::Gone(why.clone()), Outcome::dropped(why), Vec::new()),
            None => sections::open(self, section, inside),
        };
        let number = self.enter(node, &outcome);
        let around = self.path();
        for statement in first {
            self.place(&around, &statement, Lead::Depth, number);
        }
        match &form {
            Form::Block(header) | Form::Auth(header, _) => {
                let mut path = around;
                path.push(header.clone());
                let lead = if path.len() == self.frames.len() + 1 { Lead::As(blanks(node)) } else { Lead::Depth };
                self.printer.open(&path, lead, node.comment.as_deref(), number);
            }
            Form::Open | Form::Gone(_) => self.printer.rest_at(&around),
        }
        self.frames.push(Frame { section: section.clone(), form });
        for statement in &outcome.statements {
            let path = self.path();
            self.place(&path, statement, Lead::Depth, number);
        }
        if let Some(Frame { form: Form::Auth(_, database), .. }) = self.frames.last() {
            let database = database.as_ref().clone();
            let path = self.path();
            for statement in auth::opening(&database) {
                self.place(&path, &statement, Lead::Depth, number);
            }
            auth::fill(self, &database);
        }
    }

    fn close_for(&mut self, node: Option<&Node>) {
        let path = self.path();
        let form = self.frames.pop().map(|frame| frame.form);
        let comment = node.and_then(|node| node.comment.as_deref());
        let outcome = match &form {
            Some(Form::Block(_) | Form::Auth(..)) => Outcome::new(Kind::Kept, Vec::new(), texts::end()),
            Some(Form::Open) => Outcome::merged("plugin"),
            Some(Form::Gone(why)) => Outcome::dropped(why.clone()),
            None => Outcome::dropped(texts::junk()),
        };
        let outcome = match &form {
            Some(Form::Open) => Outcome { kind: Kind::Dropped, reason: texts::plugin_end(), ..outcome },
            Some(Form::Block(_) | Form::Auth(..) | Form::Gone(_)) | None => outcome,
        };
        let number = node.and_then(|node| self.enter(node, &outcome));
        match form {
            Some(Form::Block(_) | Form::Auth(..)) => {
                let lead = match node {
                    Some(node) if path.len() == self.frames.len() + 1 => Lead::As(blanks(node)),
                    Some(_) | None => Lead::Depth,
                };
                self.printer.close(&path, lead, comment, number);
            }
            Some(Form::Open | Form::Gone(_)) | None => self.printer.rest_at(&path),
        }
    }

    fn include(&mut self, file: usize, node: &Node, pattern: &str, optional: bool, depth: usize) {
        let from = self.files.get(file).map(|file| file.path.clone()).unwrap_or_default();
        let found = resolve(&self.files, &from, pattern);
        let line = node.raw.first().map(|line| line.trim().to_owned()).unwrap_or_default();
        if found.is_empty() {
            let new = self.rebased(pattern);
            let moved = new != pattern;
            let statement = vec![Statement::here(line.replacen(pattern, &new, 1))];
            let outcome = match texts::unread_include(pattern, optional) {
                (reason, None) => Outcome::new(if moved { Kind::Renamed } else { Kind::Kept }, statement, reason),
                (reason, question) => Outcome { question, ..Outcome::new(Kind::NeedsYou, statement, reason) },
            };
            return self.write(node, outcome);
        }
        if self.layout == Layout::SameFiles {
            self.write(node, Outcome::new(Kind::Kept, vec![Statement::here(line)], texts::kept()));
            for target in found {
                // A file that several lines include is written once.
                if self.written.insert(format!("file {target}"), String::new()).is_some() {
                    continue;
                }
                let inner = Printer::within(self.path());
                let outer = std::mem::replace(&mut self.printer, inner);
                self.start_file(target);
                self.within(target, depth);
                self.end_file();
                self.printer = outer;
            }
        } else {
            self.write(node, Outcome::new(Kind::Merged, Vec::new(), texts::inlined()));
            for target in found {
                self.within(target, depth);
            }
        }
    }

    /// An included file, unless it is open already or too deep.
    fn within(&mut self, target: usize, depth: usize) {
        let recursive = self.files.get(target).is_none_or(|file| file.nodes.is_empty());
        if depth > 0 && !recursive {
            self.file(target, depth - 1);
        }
    }

    /// A name of its own for a section: the wanted one, or that with a number.
    pub(super) fn unique(&mut self, kind: &str, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        loop {
            let full = format!("{kind} {name}");
            if !self.written.contains_key(&full) && !self.facts.sections.contains(&full) {
                self.written.insert(full, String::new());
                return name;
            }
            let number = self.counters.entry(format!("{kind} {wanted}")).or_insert(1);
            *number += 1;
            name = format!("{wanted}{number}");
        }
    }

    /// The headers of the blocks that are open in the result.
    pub(super) fn path(&self) -> Vec<String> {
        let header = |frame: &Frame| match &frame.form {
            Form::Block(header) | Form::Auth(header, _) => Some(header.clone()),
            Form::Open | Form::Gone(_) => None,
        };
        self.frames.iter().filter_map(header).collect()
    }

    /// The sections of the source around the current line.
    pub(super) fn around(&self) -> Vec<Section> {
        self.frames.iter().map(|frame| frame.section.clone()).collect()
    }

    /// The connection sections around the current line, as [`Facts`] name them.
    pub(super) fn connection(&self) -> String {
        let all = self.around();
        let is = |section: &&Section| matches!(section.name.as_str(), "protocol" | "local" | "local_name" | "remote");
        place(&all.iter().take_while(is).cloned().collect::<Vec<_>>())
    }

    pub(super) fn write(&mut self, node: &Node, outcome: Outcome) {
        let gone = self.frames.iter().find_map(|frame| match &frame.form {
            Form::Gone(why) => Some(why.clone()),
            Form::Block(_) | Form::Open | Form::Auth(..) => None,
        });
        let outcome = gone.map_or(outcome, Outcome::dropped);
        let number = self.enter(node, &outcome);
        let path = self.path();
        let level = path.len() == self.frames.len();
        let kept = outcome.kind == Kind::Kept && level;
        let count = outcome.statements.len();
        for (at, statement) in outcome.statements.iter().enumerate() {
            let comment = node.comment.as_deref().filter(|_| at + 1 == count && !kept);
            let mut statement = statement.clone();
            if let (Some(comment), Some(line)) = (comment, statement.lines.last_mut())
                && !line.trim_start().starts_with('#')
            {
                line.push(' ');
                line.push_str(comment);
            }
            let here = level && statement.blocks.is_empty() && !statement.root;
            let lead = match (here, kept) {
                (true, true) => {
                    statement.lines.clone_from(&node.raw);
                    Lead::Whole
                }
                (true, false) => Lead::As(blanks(node)),
                (false, _) => Lead::Depth,
            };
            self.place(&path, &statement, lead, number);
        }
    }

    /// Writes a statement below `around`.
    pub(super) fn place(&mut self, around: &[String], statement: &Statement, lead: Lead<'_>, number: Option<usize>) {
        let mut path = if statement.root { Vec::new() } else { around.to_vec() };
        path.extend(statement.blocks.iter().cloned());
        self.printer.statement(&path, &statement.lines, lead, number);
    }

    /// Makes the entry of a line, or finds the one it has from a first pass.
    pub(super) fn enter(&mut self, node: &Node, outcome: &Outcome) -> Option<usize> {
        let key = (node.span.file.0, node.span.start);
        if let MapEntry::Vacant(vacant) = self.entries.entry(key) {
            vacant.insert(Entry {
                span: node.span,
                kind: outcome.kind,
                result: Vec::new(),
                reason: outcome.reason.clone(),
                question: outcome.question.clone(),
                samples: outcome.samples.clone(),
            });
            self.numbers.insert(key, self.order.len());
            self.order.push(key);
        }
        self.numbers.get(&key).copied()
    }

    /// Files that nothing led to: external ones that no line used.
    fn rest(&mut self) {
        for at in 0..self.files.len() {
            let nodes = match self.files.get_mut(at) {
                Some(file) => std::mem::take(&mut file.nodes),
                None => Vec::new(),
            };
            for node in nodes.iter().filter(|node| !matches!(node.what, What::Comment | What::Blank)) {
                if !self.entries.contains_key(&(node.span.file.0, node.span.start)) {
                    self.enter(node, &Outcome::dropped(texts::not_reached()));
                }
            }
        }
    }

    fn finish(self) -> Migration {
        // Entries in the order of files and lines; lines point to them.
        let position: BTreeMap<(u32, u32), usize> = self.entries.keys().copied().zip(0..).collect();
        let order = self.order;
        let number = |at: usize| order.get(at).and_then(|key| position.get(key)).copied();
        let mut files: Vec<_> = self.done.into_iter().map(Printer::finish).collect();
        let mut entries: Vec<Entry> = self.entries.into_values().collect();
        for line in files.iter_mut().flat_map(|file| &mut file.lines) {
            line.entry = line.entry.and_then(&number);
            if let Some(entry) = line.entry.and_then(|at| entries.get_mut(at)) {
                entry.result.push(line.text.trim().to_owned());
            }
        }
        Migration { files, entries, notes: self.notes }
    }
}

/// How many lines stand between a section's first and last line.
fn inner(nodes: &[Node], at: usize) -> usize {
    let mut depth = 0usize;
    for (count, node) in nodes.iter().skip(at + 1).enumerate() {
        match node.what {
            What::Open(_) => depth += 1,
            What::Close if depth == 0 => return count,
            What::Close => depth -= 1,
            What::Setting { .. } | What::Include { .. } | What::Comment | What::Blank | What::Junk => {}
        }
    }
    nodes.len().saturating_sub(at + 1)
}

/// The white space before a line of the source.
fn blanks(node: &Node) -> &str {
    let line = node.raw.first().map(String::as_str).unwrap_or_default();
    line.strip_suffix(line.trim_start()).unwrap_or_default()
}
