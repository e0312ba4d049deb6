//! Cuts a document into the parts that can be read: a forum post holds
//! `postconf -n` output, a master.cf and prose; a file is one part.

mod client_names;
mod command;
mod decide;
mod evidence;
mod file;
mod hunk;
mod numbered;
mod paste;
mod prompt;
mod rows;
mod segment;
mod terminal;
mod title;

use crate::Region;
use evidence::Family;
use postproof_diag::{Document, FileId, Span, Text};
use std::ops::Range;

/// What the splitter has to know of names; the catalog answers.
#[derive(Clone, Copy)]
pub struct Vocabulary<'a> {
    /// Whether this is a Postfix parameter of any version.
    pub postfix_parameter: &'a dyn Fn(&str) -> bool,
    /// Whether this is a Dovecot setting or section of any version.
    pub dovecot_setting: &'a dyn Fn(&str) -> bool,
    /// Whether this opens a section of Dovecot of any version.
    pub dovecot_section: &'a dyn Fn(&str) -> bool,
    /// What the setting that names this file makes of it, where one does: it
    /// tells more than any name.
    pub configured_file: &'a dyn Fn(&str) -> Option<PartKind>,
}

impl Vocabulary<'_> {
    /// What a file of this name holds, if a setting or the name tells.
    fn file_kind(self, path: &str) -> Option<PartKind> {
        (self.configured_file)(path).or_else(|| command::file_kind(path))
    }
}

/// One part of a document.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// The path or command that the text gives for it (`/etc/postfix/main.cf`
    /// from a `==> … <==` header or `cat`, else the document's own path for a
    /// whole file); nothing where the text does not say.
    pub name: Option<String>,
    /// The host that a prompt or header line names (`mx1` in `root@mx1:~#`).
    pub host: Option<String>,
    /// Whether it is the whole of a file or command output, as far as one can
    /// see (a prompt, a header, a file of its own), or just an excerpt.
    pub whole: bool,
    /// Its lines.
    pub region: Region,
}

/// What a part can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartKind {
    /// main.cf or an excerpt of one.
    MainCf,
    /// Output of `postconf -n`: what main.cf sets.
    PostconfN,
    /// Output of `postconf` or `postconf -d`: every parameter, defaults too.
    PostconfAll,
    /// master.cf, `postconf -M` or `postconf -Mf`.
    MasterCf,
    /// Output of `postconf -P`: `service/type/parameter = value`.
    PostconfP,
    /// dovecot.conf or a fragment of one.
    DovecotConf,
    /// Output of `doveconf -n`.
    DoveconfN,
    /// A lookup table with this path as its name.
    Table,
    /// A client file of a SQL, LDAP or memcache table, or Dovecot's like.
    ClientFile,
    /// Output of `ls -l`.
    Listing,
}

/// Lines that belong to no part.
#[derive(Clone, Debug)]
pub struct LeftAlone {
    /// Which lines.
    pub span: Span,
    /// What they seem to be: prose, a prompt, a log.
    pub what: Text,
}

/// The parts of a document in order, and the lines left alone.
#[derive(Clone, Debug, Default)]
pub struct Split {
    /// The parts.
    pub parts: Vec<Part>,
    /// All other lines.
    pub left_alone: Vec<LeftAlone>,
}

/// NUL bytes that a text may hold by accident.
const MAX_NULS: usize = 8;

/// Cuts `document` into parts.
pub fn split(file: FileId, document: &Document, words: Vocabulary<'_>) -> Split {
    let bytes = &document.bytes;
    if is_binary(bytes) {
        let span = Span::new(file, 0, bytes.len() as u32);
        return Split { parts: Vec::new(), left_alone: vec![LeftAlone { span, what: Reason::Binary.text() }] };
    }
    if let Some(part) = file::whole_file(file, document, words) {
        return Split { parts: vec![part], left_alone: Vec::new() };
    }
    let lines = Region::whole(file, bytes).lines;
    let mut reasons = vec![None; lines.len()];
    let blocks = rows::blocks(bytes, words, &mut reasons);
    let mut paste = paste::Paste::new(file, words, reasons);
    for block in &blocks {
        paste.block(block);
    }
    let (parts, reasons) = paste.finish();
    Split { parts, left_alone: left_alone(file, &lines, &reasons) }
}

fn is_binary(bytes: &[u8]) -> bool {
    let nuls = bytes.iter().filter(|byte| **byte == 0).count();
    let invalid: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    nuls > MAX_NULS || invalid * 2 > bytes.len()
}

/// Why a line is in no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Prose,
    Blank,
    Comment,
    Marker,
    Prompt,
    Title,
    Log,
    Warning,
    Elision,
    Removed,
    Binary,
}

impl Reason {
    fn text(self) -> Text {
        match self {
            Reason::Prose => Text::fixed("text that is no configuration", "설정이 아닌 글"),
            Reason::Blank => Text::fixed("empty lines", "빈 줄"),
            Reason::Comment => Text::fixed("headings or comments outside any configuration", "설정 밖의 제목이나 주석"),
            Reason::Marker => Text::fixed("a marker around a block of code", "코드 블록을 표시하는 줄"),
            Reason::Prompt => Text::fixed("a shell command", "셸 명령"),
            Reason::Title => Text::fixed("a title that names what follows", "뒤따르는 내용의 이름을 알리는 제목"),
            Reason::Log => Text::fixed("log lines", "로그"),
            Reason::Warning => Text::fixed("warnings of a mail server program", "메일 서버 프로그램의 경고"),
            Reason::Elision => Text::fixed("a mark that something was left out", "생략 표시"),
            Reason::Removed => Text::fixed("lines that a diff takes out", "diff에서 지운 줄"),
            Reason::Binary => Text::fixed("binary data", "이진 데이터"),
        }
    }
}

/// The grammar of a kind of part.
fn family_of(kind: PartKind) -> Family {
    match kind {
        PartKind::MainCf | PartKind::PostconfN | PartKind::PostconfAll => Family::Main,
        PartKind::MasterCf => Family::Master,
        PartKind::PostconfP => Family::Overrides,
        PartKind::DovecotConf | PartKind::DoveconfN => Family::Dovecot,
        PartKind::Table => Family::Table,
        PartKind::ClientFile => Family::Client,
        PartKind::Listing => Family::Listing,
    }
}

/// Joins lines that were left alone for the same reason; empty lines go with
/// the lines before them.
fn left_alone(file: FileId, lines: &[Range<u32>], reasons: &[Option<Reason>]) -> Vec<LeftAlone> {
    let mut runs: Vec<(Reason, Span)> = Vec::new();
    let mut open = false;
    for (line, reason) in lines.iter().zip(reasons) {
        let span = Span::new(file, line.start, line.end);
        match (reason, runs.last_mut()) {
            (None, _) => {
                open = false;
                continue;
            }
            (Some(reason), Some((last, run))) if open && (reason == last || *reason == Reason::Blank) => {
                *run = run.to(span)
            }
            (Some(reason), Some((last @ Reason::Blank, run))) if open => {
                *last = *reason;
                *run = run.to(span);
            }
            (Some(reason), _) => runs.push((*reason, span)),
        }
        open = true;
    }
    runs.into_iter().map(|(reason, span)| LeftAlone { span, what: reason.text() }).collect()
}

#[cfg(test)]
mod tests;
