//! Searches a directory that holds no configuration itself.

use super::file::Refusal;
use super::{Gathered, Unit, canonical_in, common_parent, file};
use postproof_engine::diag::text;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Deeper directories are not searched, and this is said.
const MAX_DEPTH: usize = 32;

/// Searches `root`: each configuration and every other file becomes a unit, in
/// the order of their paths. Links to directories are not followed, so that a
/// link cannot lead in circles.
pub(super) fn search(root: &Path, gathered: &mut Gathered) {
    let mut configurations: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    let mut loose: Vec<PathBuf> = Vec::new();
    descend(root, 0, &mut configurations, &mut loose, gathered);
    let mut units: BTreeMap<PathBuf, Unit> = BTreeMap::new();
    for files in configurations.into_values() {
        let Some(first) = files.first().cloned() else { continue };
        let mut unit = Unit::default();
        for path in files {
            match file::document(&path) {
                Ok(document) => unit.documents.push(document),
                Err(why) => gathered.failed.push(why),
            }
            unit.follow.beside(&path);
        }
        units.insert(first, unit);
    }
    for path in loose {
        match file::read(&path) {
            Ok(bytes) => {
                let documents = vec![postproof_engine::diag::Document::new(path.display().to_string(), bytes)];
                units.insert(path, Unit { documents, ..Unit::default() });
            }
            Err(refusal) => {
                let list = match refusal {
                    Refusal::NotAllowed | Refusal::Other(_) => &mut gathered.failed,
                    Refusal::Missing | Refusal::Directory | Refusal::Special | Refusal::TooLarge | Refusal::Binary => {
                        &mut gathered.skipped
                    }
                };
                list.push(refusal.text(&path));
            }
        }
    }
    gathered.found.extend(units.into_values().filter(|unit| !unit.documents.is_empty()));
}

fn descend(
    directory: &Path,
    depth: usize,
    configurations: &mut BTreeMap<PathBuf, Vec<PathBuf>>,
    loose: &mut Vec<PathBuf>,
    gathered: &mut Gathered,
) {
    if depth > MAX_DEPTH {
        let path = directory.display();
        gathered.skipped.push(text!(
            "{path}: directories nested deeper than {MAX_DEPTH} are not searched",
            "{path}: {MAX_DEPTH}단계보다 깊은 디렉터리는 찾아보지 않습니다"
        ));
        return;
    }
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => {
            gathered.failed.push(Refusal::from(&error).text(directory));
            return;
        }
    };
    for entry in entries.flatten() {
        let path = entry.path();
        // Follows links to files, but not to directories.
        let linked = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        if !path.is_dir() {
            loose.push(path);
        } else if linked {
            gathered.skipped.push(text_of_link(&path));
        } else {
            let canonical = canonical_in(&path);
            match canonical.first() {
                Some(first) => configurations.entry(common_parent(first)).or_default().extend(canonical),
                None => descend(&path, depth + 1, configurations, loose, gathered),
            }
        }
    }
}

fn text_of_link(path: &Path) -> postproof_engine::diag::Text {
    let path = path.display();
    text!("{path}: a link to a directory, not followed", "{path}: 디렉터리를 가리키는 링크여서 따라가지 않습니다")
}
