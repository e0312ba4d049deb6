//! The named texts that were given, and places in them.

use std::borrow::Cow;

/// Number of a [`Document`] in its [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A half-open range of bytes in one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The document.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The place `start..end` of `file`.
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The smallest place that holds both; `self` if they are in different documents.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span::new(self.file, self.start.min(other.start), self.end.max(other.end))
    }

    /// Whether `other` lies within this place.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// Length in bytes.
    pub fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the place holds no byte.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// One text as it was given: a file, standard input or a paste.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The name under which it was given and is shown.
    pub path: String,
    /// What it holds, unchanged.
    pub bytes: Vec<u8>,
    /// Something the reader of the file wants said about it, such as the age
    /// of the indexed table beside it.
    pub notes: Vec<crate::Text>,
    /// Whether a front end read it because another text names it, rather than
    /// that the user gave it.
    pub followed: bool,
    /// The path by which the server knows it, where it was read from elsewhere
    /// (a copy of a server's `/etc` in some directory).
    pub server_path: Option<String>,
}

impl Document {
    /// A document with no notes.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into(), notes: Vec::new(), followed: false, server_path: None }
    }

    /// The path by which the configuration names it.
    pub fn known_as(&self) -> &str {
        self.server_path.as_deref().unwrap_or(&self.path)
    }
}

/// All documents of one run.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    documents: Vec<Document>,
}

impl SourceMap {
    /// Adds a document. Spans count bytes in 32 bits, so what goes past
    /// 4 GiB is not addressable; readers refuse such input long before.
    pub fn add(&mut self, document: Document) -> FileId {
        let id = FileId(u32::try_from(self.documents.len()).unwrap_or(u32::MAX));
        self.documents.push(document);
        id
    }

    /// Adds a note to a document.
    pub fn note(&mut self, file: FileId, note: crate::Text) {
        if let Some(document) = self.documents.get_mut(file.0 as usize) {
            document.notes.push(note);
        }
    }

    /// The document `file`.
    pub fn get(&self, file: FileId) -> Option<&Document> {
        self.documents.get(file.0 as usize)
    }

    /// The path of `file`, or nothing for an unknown number.
    pub fn path(&self, file: FileId) -> &str {
        self.get(file).map_or("", |document| &document.path)
    }

    /// The bytes at `span`; empty where the span points outside.
    pub fn slice(&self, span: Span) -> &[u8] {
        self.get(span.file)
            .and_then(|document| document.bytes.get(span.start as usize..span.end as usize))
            .unwrap_or_default()
    }

    /// All documents with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Document)> {
        (0..).map(FileId).zip(&self.documents)
    }

    /// The document of that path, if it was given.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.iter().find(|(_, document)| document.path == path).map(|(id, _)| id)
    }
}

/// Bytes as text of the same length: each byte that is not part of valid
/// UTF-8 becomes `?`, as postconf prints it. Offsets stay valid.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_keeps_every_offset() {
        let bytes = b"a\xff\xc3\x28 \xea\xb0\x80 b";
        let text = decode(bytes);
        assert_eq!(text.len(), bytes.len());
        assert_eq!(text, "a??( 가 b");
    }

    #[test]
    fn a_span_outside_the_document_is_empty() {
        let mut sources = SourceMap::default();
        let file = sources.add(Document::new("main.cf", "a = b"));
        assert_eq!(sources.slice(Span::new(file, 0, 1)), b"a");
        assert_eq!(sources.slice(Span::new(file, 3, 99)), b"");
        assert_eq!(sources.slice(Span::new(FileId(7), 0, 1)), b"");
    }
}
