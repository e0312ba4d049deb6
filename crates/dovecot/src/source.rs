//! The lines of all files in the order in which doveconf reads them.

use crate::ProblemKind;
use crate::files::{Input, MissingInclude, matching};
use postproof_diag::Span;
use postproof_syntax::dovecot::exact::{Joiner, Physical, Step, physical};

/// How many files may be open inside each other, and how many times a file may
/// be read in all: a file that is included twice on each of thirty levels would
/// be read a thousand million times.
const MAX_OPEN: usize = 50;
const MAX_READS: usize = 5000;

/// What comes next.
pub(crate) struct Event {
    pub(crate) step: Step,
    pub(crate) ambiguous: Option<Span>,
}

/// All files, and the stack of those that are open.
pub(crate) struct Source<'a> {
    inputs: &'a [Input<'a>],
    lines: Vec<Option<Vec<Physical>>>,
    open: Vec<Open>,
    roots: Vec<usize>,
    joiner: Joiner,
    reads: usize,
    seen: Vec<bool>,
    pub(crate) missing: Vec<MissingInclude>,
}

struct Open {
    input: usize,
    line: usize,
}

impl<'a> Source<'a> {
    pub(crate) fn new(inputs: &'a [Input<'a>]) -> Self {
        let roots = (0..inputs.len()).filter(|at| inputs.get(*at).is_some_and(|input| input.root)).rev().collect();
        Self {
            inputs,
            lines: vec![None; inputs.len()],
            open: Vec::new(),
            roots,
            joiner: Joiner::default(),
            reads: 0,
            seen: vec![false; inputs.len()],
            missing: Vec::new(),
        }
    }

    /// Opens the next file that is read for itself and that no include has
    /// brought yet. Gives what was still to be continued in the last one.
    pub(crate) fn next_root(&mut self) -> Option<Option<Span>> {
        let lost = self.joiner.lost();
        self.joiner = Joiner::default();
        loop {
            let root = self.roots.pop()?;
            if !self.seen.get(root).copied().unwrap_or(true) {
                self.push(root);
                return Some(lost);
            }
        }
    }

    /// The line that is being read: path and number.
    pub(crate) fn place(&self) -> Option<(&'a str, u32)> {
        let open = self.open.last()?;
        Some((self.inputs.get(open.input)?.path, open.line as u32))
    }

    /// Path of the first file that is open.
    pub(crate) fn root_path(&self) -> &'a str {
        let root = self.open.first().and_then(|open| self.inputs.get(open.input));
        root.map_or("", |input| input.path)
    }

    /// The next line. At the end of a file, the one that includes it goes on.
    pub(crate) fn next(&mut self, newer: bool) -> Option<Event> {
        loop {
            let open = self.open.last_mut()?;
            let lines = self.lines.get(open.input).and_then(Option::as_deref).unwrap_or_default();
            let Some(line) = lines.get(open.line) else {
                if self.open.len() == 1 {
                    self.open.clear();
                    return None;
                }
                self.open.pop();
                continue;
            };
            open.line += 1;
            let step = self.joiner.push(line, newer);
            return Some(Event { step, ambiguous: self.joiner.ambiguous });
        }
    }

    /// What still waited for its continuation at the very end.
    pub(crate) fn lost(&self) -> Option<Span> {
        self.joiner.lost()
    }

    /// Opens the files that a pattern means, so that their lines come next; else
    /// says what doveconf, or a limit of Postproof, has against it.
    // config-parser.c, settings_include and settings_add_include
    pub(crate) fn include(&mut self, written: &str, optional: bool, span: Span) -> Result<(), (ProblemKind, String)> {
        let here = self.place().map_or("", |(path, _)| path);
        let pattern = relative_to(written, here);
        let found = matching(self.inputs, &pattern);
        if found.is_empty() {
            self.missing.push(MissingInclude { pattern, span, optional });
            return if optional { Ok(()) } else { Err((ProblemKind::Include, "No matches".to_owned())) };
        }
        for input in found.into_iter().rev() {
            if self.open.iter().any(|open| open.input == input) {
                let path = self.inputs.get(input).map_or("", |input| input.path);
                return Err((ProblemKind::Include, format!("Recursive include file: {path}")));
            }
            if self.reads >= MAX_READS || self.open.len() >= MAX_OPEN {
                return Err((ProblemKind::Limit, "Too many includes".to_owned()));
            }
            self.push(input);
        }
        Ok(())
    }

    fn push(&mut self, input: usize) {
        self.reads += 1;
        if let (Some(seen), Some(lines), Some(given)) =
            (self.seen.get_mut(input), self.lines.get_mut(input), self.inputs.get(input))
        {
            *seen = true;
            lines.get_or_insert_with(|| physical(given.region, given.bytes));
        }
        self.open.push(Open { input, line: 0 });
    }
}

// config-parser.c, fix_relative_path
pub(crate) fn relative_to(path: &str, file: &str) -> String {
    match file.rfind('/') {
        Some(end) if !path.starts_with('/') => format!("{}{path}", file.get(..=end).unwrap_or_default()),
        _ => path.to_owned(),
    }
}
