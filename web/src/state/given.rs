//! What is given to the page, and the engine's answer to it.

use postproof_engine::diag::{Document, LineIndex, SourceMap, Span};
use postproof_engine::{Options, Report, check};
use std::rc::Rc;

/// Texts above this many bytes are read only once typing rests for longer.
pub(crate) const LARGE: usize = 1 << 20;

/// Texts above this many bytes are not proved: that would hold up the page.
pub(crate) const PROVABLE: usize = 64 << 10;

/// What is given to the page: a paste, or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doc {
    /// File name; empty for what was pasted or typed.
    pub path: String,
    /// The text, in the box.
    pub text: Rc<str>,
    /// The bytes of a file that is not UTF-8, as long as nobody typed in it.
    pub raw: Option<Rc<[u8]>>,
}

impl Doc {
    /// A paste.
    pub(crate) fn pasted(text: &str) -> Self {
        Self { path: String::new(), text: text.into(), raw: None }
    }

    /// A file. Bytes that are no text show as `?`, one for each.
    pub(crate) fn file(path: String, bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self { path, text: text.into(), raw: None },
            Err(odd) => {
                let bytes = odd.into_bytes();
                let text = postproof_engine::diag::decode(&bytes).as_ref().into();
                Self { path, text, raw: Some(bytes.into()) }
            }
        }
    }

    fn document(&self) -> Document {
        let path = if self.path.is_empty() { "paste" } else { &self.path };
        let bytes = self.raw.as_deref().unwrap_or(self.text.as_bytes());
        Document::new(path, bytes.to_vec())
    }
}

/// A report with the line tables of its documents.
#[derive(Debug)]
pub(crate) struct Checked {
    /// What the engine said.
    pub report: Report,
    /// One for each document.
    pub lines: Vec<LineIndex>,
    /// Places that are never shown outside the box.
    pub secrets: Vec<Span>,
}

impl Checked {
    /// Runs the engine.
    pub(crate) fn run(docs: &[Doc]) -> Self {
        let mut sources = SourceMap::default();
        for doc in docs {
            sources.add(doc.document());
        }
        Self::of(check(sources, Options::default()))
    }

    /// Prepares a report for showing.
    pub(crate) fn of(report: Report) -> Self {
        let lines = report.sources.iter().map(|(_, document)| LineIndex::of(&document.bytes)).collect();
        let secrets = report.secrets.clone();
        Self { report, lines, secrets }
    }

    /// The line of a place, from 1.
    pub(crate) fn line(&self, span: Span) -> u32 {
        self.lines.get(span.file.0 as usize).map_or(1, |index| index.line(span.start))
    }
}
