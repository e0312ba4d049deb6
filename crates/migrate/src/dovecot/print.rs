//! Writes lines at their depth: opens and closes the blocks between one
//! statement and the next, so that neighbours in the same block share it.

use crate::{OutputFile, OutputLine};

/// The lines of one file as they grow.
#[derive(Debug, Default)]
pub(super) struct Printer {
    pub(super) file: OutputFile,
    /// The headers of the blocks that are open.
    open: Vec<String>,
    /// Comments and empty lines whose depth the next line decides.
    pending: Vec<Pending>,
    /// How many of the open blocks another file opened: they are not closed
    /// here, and lines are not indented for them.
    base: usize,
}

/// What stands before a line.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lead<'l> {
    /// The line has it already.
    Whole,
    /// These blanks, as in the source.
    As(&'l str),
    /// Two blanks for each block around it.
    Depth,
}

#[derive(Debug)]
struct Pending {
    text: String,
    /// The depth at which it stood.
    depth: usize,
}

const INDENT: &str = "  ";

impl Printer {
    /// A file that is included within the blocks of `path`.
    pub(super) fn within(path: Vec<String>) -> Self {
        Self { base: path.len(), open: path, ..Self::default() }
    }

    /// A comment or an empty line that stood `depth` blocks deep.
    pub(super) fn aside(&mut self, text: &str, depth: usize) {
        self.pending.push(Pending { text: text.to_owned(), depth });
    }

    /// Lines of a statement within the blocks of `path`.
    pub(super) fn statement(&mut self, path: &[String], lines: &[String], lead: Lead<'_>, entry: Option<usize>) {
        self.go_to(path, Lead::Depth, entry);
        for line in lines {
            let text = match lead {
                Lead::Whole => line.trim_end().to_owned(),
                Lead::As(blanks) => format!("{blanks}{}", line.trim_end()),
                Lead::Depth => indented(line, path.len().saturating_sub(self.base)),
            };
            self.file.lines.push(OutputLine { text, entry });
        }
    }

    /// Opens a block even if nothing will stand in it.
    pub(super) fn open(&mut self, path: &[String], lead: Lead<'_>, comment: Option<&str>, entry: Option<usize>) {
        self.go_to(path, lead, entry);
        if let (Some(comment), Some(line)) = (comment, self.file.lines.last_mut()) {
            line.text.push(' ');
            line.text.push_str(comment);
        }
    }

    /// Closes the block whose header ends `path`.
    pub(super) fn close(&mut self, path: &[String], lead: Lead<'_>, comment: Option<&str>, entry: Option<usize>) {
        self.settle(path.len(), None);
        self.flush();
        self.settle(path.len().saturating_sub(1), entry);
        if let (Lead::As(blanks), Some(line)) = (lead, self.file.lines.last_mut()) {
            line.text = format!("{blanks}}}");
        }
        if let (Some(comment), Some(line)) = (comment, self.file.lines.last_mut()) {
            line.text.push(' ');
            line.text.push_str(comment);
        }
    }

    /// Puts what is pending where the blocks of `path` end.
    pub(super) fn rest_at(&mut self, path: &[String]) {
        self.settle(path.len(), None);
        self.flush();
    }

    /// Closes everything.
    pub(super) fn finish(mut self) -> OutputFile {
        self.settle(self.base, None);
        self.flush();
        self.file
    }

    fn go_to(&mut self, path: &[String], lead: Lead<'_>, entry: Option<usize>) {
        let common = self.open.iter().zip(path).take_while(|(left, right)| left == right).count();
        self.settle(common, None);
        self.flush();
        for header in path.iter().skip(common) {
            let text = match lead {
                Lead::As(blanks) if self.open.len() + 1 == path.len() => format!("{blanks}{header} {{"),
                Lead::As(_) | Lead::Whole | Lead::Depth => {
                    indented(&format!("{header} {{"), self.open.len().saturating_sub(self.base))
                }
            };
            self.file.lines.push(OutputLine { text, entry });
            self.open.push(header.clone());
        }
    }

    fn settle(&mut self, depth: usize, entry: Option<usize>) {
        while self.open.len() > depth {
            self.open.pop();
            self.file.lines.push(OutputLine { text: indented("}", self.open.len().saturating_sub(self.base)), entry });
        }
    }

    fn flush(&mut self) {
        for Pending { text, depth } in std::mem::take(&mut self.pending) {
            let kept = depth == self.open.len() || !text.starts_with([' ', '\t']);
            let text = if kept {
                text.trim_end().to_owned()
            } else {
                indented(text.trim_start(), self.open.len().saturating_sub(self.base))
            };
            self.file.lines.push(OutputLine { text, entry: None });
        }
    }
}

fn indented(line: &str, depth: usize) -> String {
    let line = line.trim_end();
    if line.is_empty() { String::new() } else { format!("{}{line}", INDENT.repeat(depth)) }
}
