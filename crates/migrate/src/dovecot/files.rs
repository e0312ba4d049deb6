//! The files that were given: which includes which, and which are not
//! dovecot.conf but external files of a database.

use super::read::{Node, What, nodes};
use glob::{MatchOptions, Pattern};
use postproof_diag::{FileId, SourceMap};

/// One file with its lines.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) nodes: Vec<Node>,
    /// Whether another file includes it.
    pub(super) included: bool,
    /// Whether it is a file of a database (`args = FILE`), not of settings.
    pub(super) external: bool,
}

/// Reads all files and links them.
pub(super) fn read(sources: &SourceMap) -> Vec<File> {
    let mut files: Vec<File> = sources
        .iter()
        .map(|(id, document)| File {
            path: document.known_as().to_owned(),
            nodes: nodes(sources, id),
            included: false,
            external: false,
        })
        .collect();
    let mut included = Vec::new();
    let mut external = Vec::new();
    for (at, file) in files.iter().enumerate() {
        for node in &file.nodes {
            match &node.what {
                What::Include { pattern, .. } => {
                    included.extend(resolve(&files, &file.path, pattern).into_iter().filter(|target| *target != at));
                }
                What::Setting { name, value } if name == "args" || value.text.contains(":/") => {
                    for word in value.text.split([' ', '\t']) {
                        let path = word.rsplit_once(':').map_or(word, |(_, path)| path);
                        external.extend(find(&files, path).filter(|target| *target != at));
                    }
                }
                What::Setting { .. } | What::Open(_) | What::Close | What::Comment | What::Blank | What::Junk => {}
            }
        }
    }
    for at in included {
        if let Some(file) = files.get_mut(at) {
            file.included = true;
        }
    }
    for at in external {
        if let Some(file) = files.get_mut(at)
            && !file.included
        {
            file.external = true;
        }
    }
    files
}

/// The files that an include names, in the order of their names.
// config-parser.c, settings_include: glob(3), relative to the current file
pub(super) fn resolve(files: &[File], from: &str, pattern: &str) -> Vec<usize> {
    let directory = from.rsplit_once('/').map_or("", |(directory, _)| directory);
    let full = if pattern.starts_with('/') || directory.is_empty() {
        pattern.to_owned()
    } else {
        format!("{directory}/{pattern}")
    };
    let full = full.strip_prefix("./").unwrap_or(&full);
    let options =
        MatchOptions { require_literal_separator: true, require_literal_leading_dot: true, ..MatchOptions::new() };
    let Ok(compiled) = Pattern::new(full) else { return Vec::new() };
    let mut found: Vec<usize> = (0..files.len())
        .filter(|at| files.get(*at).is_some_and(|file| compiled.matches_with(trimmed(&file.path), options)))
        .collect();
    found.sort_by(|left, right| files.get(*left).map(|file| &file.path).cmp(&files.get(*right).map(|file| &file.path)));
    found
}

fn trimmed(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}

/// The file of that path: the same path, or the only one of that name.
pub(super) fn find(files: &[File], path: &str) -> Option<usize> {
    if path.is_empty() {
        return None;
    }
    if let Some(at) = files.iter().position(|file| trimmed(&file.path) == trimmed(path)) {
        return Some(at);
    }
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let mut same = files.iter().enumerate().filter(|(_, file)| path.contains('/') && name(&file.path) == name(path));
    match (same.next(), same.next()) {
        (Some((at, _)), None) => Some(at),
        (Some(_), Some(_)) | (None, _) => None,
    }
}

/// Names of files that a configuration refers to: patterns of includes, and
/// files of databases and dictionaries.
pub(super) fn wanted(sources: &SourceMap) -> Vec<(FileId, String)> {
    let mut wanted = Vec::new();
    for (id, _) in sources.iter() {
        for node in nodes(sources, id) {
            match &node.what {
                What::Include { pattern, .. } => wanted.push((id, pattern.clone())),
                What::Setting { name, value } if name == "args" || value.text.contains(":/") => {
                    let paths =
                        value.text.split([' ', '\t']).map(|word| word.rsplit_once(':').map_or(word, |(_, path)| path));
                    let external = paths
                        .filter(|path| path.starts_with('/') && (path.ends_with(".ext") || path.ends_with(".conf")));
                    wanted.extend(external.map(|path| (id, path.to_owned())));
                }
                What::Setting { .. } | What::Open(_) | What::Close | What::Comment | What::Blank | What::Junk => {}
            }
        }
    }
    wanted
}
