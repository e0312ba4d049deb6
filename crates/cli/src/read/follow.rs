//! Reads the files that a configuration names, as its server would find them.
//!
//! Only configurations that were given as directories or by their canonical
//! file names are followed. A paste describes another machine: reading this
//! machine's files for it would be wrong.

use super::file::{self, Refusal};
use postproof_engine::diag::{Document, SourceMap, Text, text};
use postproof_engine::model::{Reference, ReferenceKind};
use postproof_engine::{Draft, Options, Report};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

/// Included files may name further files; a chain longer than this is a loop
/// in disguise.
const MAX_ROUNDS: usize = 8;

/// Files followed for one configuration.
const MAX_FILES: usize = 1000;

/// Where the server's paths are found here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Follow {
    mappings: Vec<Mapping>,
}

/// What the server calls `server` is found at `here`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mapping {
    server: PathBuf,
    here: PathBuf,
}

impl Follow {
    /// Adds the directory of a canonical file. From `ROOT/etc/postfix` every
    /// path of the server maps into ROOT; any other directory stands for
    /// /etc/postfix or /etc/dovecot alone, and nothing outside it is read.
    pub(crate) fn beside(&mut self, canonical: &Path) {
        let directory = canonical.parent().unwrap_or(Path::new(""));
        let own = if canonical.file_name().is_some_and(|name| name == "dovecot.conf") { "dovecot" } else { "postfix" };
        let server = Path::new("/etc").join(own);
        let root = [Some(directory.to_owned()), std::path::absolute(directory).ok()]
            .into_iter()
            .flatten()
            .find_map(|path| root_of(&path, own));
        let mapping = match root {
            Some(root) => Mapping { server: "/".into(), here: root },
            None => Mapping { server, here: directory.to_owned() },
        };
        if !self.mappings.contains(&mapping) {
            self.mappings.push(mapping);
        }
    }

    fn locate(&self, server: &Path) -> Option<(&Mapping, PathBuf)> {
        let server = normal(server)?;
        self.mappings.iter().find_map(|mapping| {
            let rest = server.strip_prefix(&mapping.server).ok()?;
            Some((mapping, mapping.here.join(rest)))
        })
    }
}

/// What stands before `etc/postfix`; a relative path may be all of it.
fn root_of(directory: &Path, own: &str) -> Option<PathBuf> {
    let etc = directory.ends_with(Path::new("etc").join(own)).then(|| directory.parent()).flatten()?;
    Some(etc.parent().unwrap_or(Path::new("")).to_owned())
}

/// An absolute path without `.` and `..`, so that it cannot leave its root.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::RootDir => out.push("/"),
            Component::Normal(name) => out.push(name),
            Component::ParentDir => drop(out.pop()),
            Component::CurDir | Component::Prefix(_) => {}
        }
    }
    out.has_root().then_some(out)
}

/// Reads the documents and what they name until nothing new is named, then
/// checks all of it.
pub(crate) fn check(mut documents: Vec<Document>, follow: &Follow, options: Options) -> Report {
    let mut tried = BTreeSet::new();
    let mut draft = read(&documents, options);
    if follow.mappings.is_empty() {
        return draft.check();
    }
    for round in 0..=MAX_ROUNDS {
        let mut followed = Followed { follow, tried: &mut tried, new: Vec::new(), notes: Vec::new() };
        for reference in draft.wanted() {
            followed.reference(draft.sources(), &reference);
        }
        let Followed { new, notes, .. } = followed;
        let limit = round == MAX_ROUNDS || documents.len() + new.len() > MAX_FILES;
        if new.is_empty() && notes.is_empty() {
            break;
        }
        for (path, note) in notes {
            note_at(&mut documents, &path, note);
        }
        if limit && !new.is_empty() {
            let path = documents.first().map(|document| document.path.clone()).unwrap_or_default();
            note_at(&mut documents, &path, too_many());
            draft = read(&documents, options);
            break;
        }
        documents.extend(new);
        draft = read(&documents, options);
    }
    draft.check()
}

fn read(documents: &[Document], options: Options) -> Draft {
    let mut sources = SourceMap::default();
    for document in documents {
        sources.add(document.clone());
    }
    postproof_engine::draft(sources, options)
}

fn note_at(documents: &mut [Document], path: &str, note: Text) {
    if let Some(document) = documents.iter_mut().find(|document| document.path == path) {
        document.notes.push(note);
    }
}

/// One round of reading.
struct Followed<'a> {
    follow: &'a Follow,
    tried: &'a mut BTreeSet<PathBuf>,
    new: Vec<Document>,
    /// Path of the document that names the file, and what is to be said.
    notes: Vec<(String, Text)>,
}

impl Followed<'_> {
    fn reference(&mut self, sources: &SourceMap, reference: &Reference) {
        let Some(by) = sources.get(reference.span.file) else { return };
        let server = match reference.kind {
            // doveconf: a relative include is relative to the including file.
            ReferenceKind::DovecotInclude => server_directory(by).join(&reference.path),
            ReferenceKind::Table(..) | ReferenceKind::List | ReferenceKind::Client | ReferenceKind::DovecotExternal => {
                PathBuf::from(&reference.path)
            }
        };
        let Some((mapping, here)) = self.follow.locate(&server) else { return };
        if !self.tried.insert(server.clone()) {
            return;
        }
        for path in expand(mapping, &here, reference.kind) {
            let known = sources.iter().any(|(_, document)| Path::new(&document.path) == path);
            if known || self.new.iter().any(|document| Path::new(&document.path) == path) || !inside(mapping, &path) {
                continue;
            }
            match file::read(&path) {
                Ok(bytes) => self.new.push(document(mapping, &path, bytes, reference.kind)),
                Err(Refusal::Missing | Refusal::Directory) => {}
                Err(refusal) => self.notes.push((by.path.clone(), cannot_read(&refusal.text(&path)))),
            }
        }
    }
}

/// The directory in which the server has this document.
fn server_directory(document: &Document) -> PathBuf {
    let known = document.server_path.as_deref().map(Path::new).and_then(Path::parent);
    known.unwrap_or(Path::new("/etc/dovecot")).to_owned()
}

/// The path itself, or what its pattern matches, sorted.
fn expand(mapping: &Mapping, here: &Path, kind: ReferenceKind) -> Vec<PathBuf> {
    let pattern = here.strip_prefix(&mapping.here).unwrap_or(here).to_string_lossy().into_owned();
    if kind != ReferenceKind::DovecotInclude || !pattern.contains(['*', '?', '[']) {
        return vec![here.to_owned()];
    }
    let base = glob::Pattern::escape(&mapping.here.join("x").to_string_lossy());
    let base = base.strip_suffix('x').unwrap_or(&base);
    let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::default() };
    let found = glob::glob_with(&format!("{base}{pattern}"), options);
    found.map(|paths| paths.flatten().take(MAX_FILES).collect()).unwrap_or_default()
}

/// Whether the file still lies under its root once links are resolved.
fn inside(mapping: &Mapping, path: &Path) -> bool {
    let here = if mapping.here.as_os_str().is_empty() { Path::new(".") } else { &mapping.here };
    match (here.canonicalize(), path.canonicalize()) {
        (Ok(root), Ok(real)) => real.starts_with(root),
        // What can't be resolved can't be read either; reading says why.
        (Ok(_) | Err(_), Ok(_) | Err(_)) => true,
    }
}

fn document(mapping: &Mapping, path: &Path, bytes: Vec<u8>, kind: ReferenceKind) -> Document {
    let mut document = Document::new(path.display().to_string(), bytes);
    let rest = path.strip_prefix(&mapping.here).unwrap_or(path);
    document.server_path = Some(mapping.server.join(rest).display().to_string());
    document.followed = true;
    if let ReferenceKind::Table(_, Some(suffix)) = kind {
        document.notes.extend(index_note(path, suffix));
    }
    document
}

/// What is to be said of the index beside the source text of a table.
fn index_note(source: &Path, suffix: &str) -> Option<Text> {
    let dot = if suffix.starts_with('.') { "" } else { "." };
    let mut index = source.as_os_str().to_owned();
    index.push(format!("{dot}{suffix}"));
    let index = PathBuf::from(index);
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (index_name, source_name) = (name(&index), name(source));
    let changed = |path: &Path| std::fs::metadata(path).and_then(|meta| meta.modified());
    match (changed(&index), changed(source)) {
        (Ok(index), Ok(source)) if index < source => Some(text!(
            "the index `{index_name}` is older than `{source_name}`: postmap was not run since the last change",
            "색인 `{index_name}` 파일이 `{source_name}` 파일보다 오래되었습니다. 마지막으로 고친 뒤 postmap을 실행하지 않았습니다"
        )),
        (Err(error), Ok(_)) if error.kind() == std::io::ErrorKind::NotFound => Some(text!(
            "the index `{index_name}` is not there: Postfix reads the index, not `{source_name}`",
            "색인 `{index_name}` 파일이 없습니다. Postfix는 `{source_name}` 파일이 아니라 색인을 읽습니다"
        )),
        (Ok(_) | Err(_), Ok(_) | Err(_)) => None,
    }
}

fn cannot_read(why: &Text) -> Text {
    text!("cannot read a file that it names: {why}", "이 설정이 가리키는 파일을 읽을 수 없습니다: {why}", why = why)
}

fn too_many() -> Text {
    text!(
        "names more files than are followed ({MAX_FILES} files, {MAX_ROUNDS} steps); the rest was not read",
        "따라가는 한도({MAX_FILES}개 파일, {MAX_ROUNDS}단계)를 넘는 파일을 가리키며, 나머지는 읽지 않았습니다"
    )
}

#[cfg(test)]
#[path = "follow_tests.rs"]
mod tests;
