//! Which files are read, and which of them describe one host.
//!
//! A directory with main.cf, master.cf or dovecot.conf is one configuration.
//! Everything named on the command line is one unit, so that
//! `check /etc/postfix /etc/dovecot` is judged as one host, unless two files
//! of the same name would collide; then each is paired with what lies beside
//! it. A directory without such files is searched: each configuration in it is
//! a unit, and so is every other file.

pub(crate) mod file;
pub(crate) mod follow;
mod walk;

use file::Refusal;
use follow::Follow;
use postproof_engine::diag::{Document, Text, text};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Files that are judged together.
#[derive(Debug, Default)]
pub(crate) struct Unit {
    /// What was read.
    pub(crate) documents: Vec<Document>,
    /// Where files that the configuration names are looked for; nothing for
    /// pastes, which describe another machine.
    pub(crate) follow: Follow,
}

/// What was read and what was not.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// What the command line names.
    pub(crate) named: Vec<Unit>,
    /// What was found by searching directories.
    pub(crate) found: Vec<Unit>,
    /// What a search met and can't read as text, each with the reason.
    pub(crate) skipped: Vec<Text>,
    /// What could not be read although it should have been.
    pub(crate) failed: Vec<Text>,
}

/// The names under which servers know their configuration.
const CANONICAL: [&str; 3] = ["main.cf", "master.cf", "dovecot.conf"];

/// Configurations of this machine, read where nothing is named.
const OWN: [&str; 2] = ["/etc/postfix", "/etc/dovecot"];

/// One thing to read, before units are made.
#[derive(Debug)]
enum Source {
    /// main.cf, master.cf or dovecot.conf.
    Canonical(PathBuf),
    /// Any other file.
    Loose(PathBuf),
    Stdin(Vec<u8>),
}

/// Reads what the command line names, or this machine's own configuration.
pub(crate) fn gather(paths: &[PathBuf]) -> Result<Gathered, Text> {
    let own: Vec<PathBuf> = OWN.iter().map(PathBuf::from).filter(|path| !canonical_in(path).is_empty()).collect();
    let paths = match (paths, own.is_empty()) {
        ([], true) => return Err(nothing_named()),
        ([], false) => own.as_slice(),
        (named, _) => named,
    };
    let mut gathered = Gathered::default();
    let mut sources = Vec::new();
    for path in paths {
        name_sources(path, &mut sources, &mut gathered)?;
    }
    for group in group(sources) {
        gathered.named.push(read_named(group)?);
    }
    Ok(gathered)
}

fn name_sources(path: &Path, sources: &mut Vec<Source>, gathered: &mut Gathered) -> Result<(), Text> {
    if path == Path::new("-") {
        sources.push(Source::Stdin(standard_input()?));
        return Ok(());
    }
    let meta = std::fs::metadata(path).map_err(|error| Refusal::from(&error).text(path))?;
    if !meta.is_dir() {
        sources.push(if is_canonical(path) { Source::Canonical(path.into()) } else { Source::Loose(path.into()) });
        return Ok(());
    }
    // Listing first: a directory that may not be listed is refused, even if
    // the names in it could be guessed.
    std::fs::read_dir(path).map_err(|error| Refusal::from(&error).text(path))?;
    let canonical = canonical_in(path);
    if canonical.is_empty() {
        walk::search(path, gathered);
    } else {
        sources.extend(canonical.into_iter().map(Source::Canonical));
    }
    Ok(())
}

fn standard_input() -> Result<Vec<u8>, Text> {
    let mut bytes = Vec::new();
    let limit = file::MAX_BYTES + 1;
    std::io::stdin()
        .lock()
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| Refusal::from(&error).text(Path::new(STDIN)))?;
    file::accept(&bytes).map_err(|refusal| refusal.text(Path::new(STDIN)))?;
    Ok(bytes)
}

/// How standard input is called in places.
const STDIN: &str = "<stdin>";

/// The canonical files of a directory.
fn canonical_in(directory: &Path) -> Vec<PathBuf> {
    CANONICAL.iter().map(|name| directory.join(name)).filter(|path| path.exists() && !path.is_dir()).collect()
}

fn is_canonical(path: &Path) -> bool {
    path.file_name().is_some_and(|name| CANONICAL.iter().any(|canonical| name == *canonical))
}

/// All in one, unless two canonical files have the same name.
fn group(sources: Vec<Source>) -> Vec<Vec<Source>> {
    if sources.is_empty() {
        return Vec::new();
    }
    let mut names = Vec::new();
    let collide = sources.iter().any(|source| match source {
        Source::Canonical(path) => {
            let seen = names.contains(&path.file_name());
            names.push(path.file_name());
            seen
        }
        Source::Loose(_) | Source::Stdin(_) => false,
    });
    if !collide {
        return vec![sources];
    }
    let mut groups: BTreeMap<usize, Vec<Source>> = BTreeMap::new();
    let mut keys: Vec<PathBuf> = Vec::new();
    for source in sources {
        let key = match &source {
            Source::Canonical(path) => common_parent(path),
            Source::Loose(path) => path.clone(),
            Source::Stdin(_) => PathBuf::from(STDIN),
        };
        let number = keys.iter().position(|known| *known == key).unwrap_or_else(|| {
            keys.push(key);
            keys.len() - 1
        });
        groups.entry(number).or_default().push(source);
    }
    groups.into_values().collect()
}

/// What a host's postfix and dovecot directories have in common: `mx1/etc` for
/// `mx1/etc/postfix/main.cf`. Other directories stand for themselves.
fn common_parent(path: &Path) -> PathBuf {
    let directory = path.parent().unwrap_or(Path::new(""));
    let known = directory.file_name().is_some_and(|name| name == "postfix" || name == "dovecot");
    if known { directory.parent().unwrap_or(directory).to_owned() } else { directory.to_owned() }
}

/// Reads a group of files that the user named; each that can't be read is an error.
fn read_named(sources: Vec<Source>) -> Result<Unit, Text> {
    let mut unit = Unit::default();
    for source in sources {
        match source {
            Source::Stdin(bytes) => unit.documents.push(Document::new(STDIN, bytes)),
            Source::Loose(path) => unit.documents.push(file::document(&path)?),
            Source::Canonical(path) => {
                unit.documents.push(file::document(&path)?);
                unit.follow.beside(&path);
            }
        }
    }
    Ok(unit)
}

fn nothing_named() -> Text {
    Text::fixed(
        "nothing to read: neither /etc/postfix nor /etc/dovecot holds a configuration on this machine.\n\
         Name files or directories, or paste into `postproof check -`; `postconf -n` prints what a server has set.",
        "읽을 것이 없습니다. 이 컴퓨터의 /etc/postfix와 /etc/dovecot에 설정이 없습니다.\n\
         파일이나 디렉터리를 지정하거나 `postproof check -` 명령에 붙여 넣습니다. 서버의 설정은 `postconf -n` 명령이 출력합니다.",
    )
}

/// What is said where no text holds configuration.
pub(crate) fn no_configuration(documents: &[Document]) -> Text {
    let names: Vec<&str> = documents.iter().map(|document| document.path.as_str()).collect();
    let names = names.join(", ");
    let empty = documents.iter().all(|document| document.bytes.iter().all(u8::is_ascii_whitespace));
    if empty {
        return text!("{names}: the input is empty", "{names}: 입력이 비어 있습니다");
    }
    text!(
        "{names}: no configuration found.\n\
         Looked for: `name = value` lines with parameters that Postfix knows (main.cf, `postconf -n`), \
         service lines of master.cf (`postconf -Mf`), settings and sections that Dovecot knows \
         (dovecot.conf, `doveconf -n`).",
        "{names}: 설정을 찾지 못했습니다.\n\
         찾은 것: Postfix가 아는 매개변수의 `name = value` 줄(main.cf, `postconf -n`), \
         master.cf의 서비스 줄(`postconf -Mf`), Dovecot이 아는 설정과 섹션(dovecot.conf, `doveconf -n`)."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(path: &str) -> Source {
        Source::Canonical(path.into())
    }

    fn paths(groups: Vec<Vec<Source>>) -> Vec<Vec<String>> {
        let path = |source: Source| match source {
            Source::Canonical(path) | Source::Loose(path) => path.display().to_string(),
            Source::Stdin(_) => STDIN.to_owned(),
        };
        groups.into_iter().map(|group| group.into_iter().map(path).collect()).collect()
    }

    #[test]
    fn different_kinds_from_anywhere_are_one_host() {
        let groups =
            group(vec![canonical("a/main.cf"), canonical("b/master.cf"), canonical("/etc/dovecot/dovecot.conf")]);
        assert_eq!(paths(groups), [["a/main.cf", "b/master.cf", "/etc/dovecot/dovecot.conf"]]);
    }

    #[test]
    fn two_main_cf_are_two_hosts_each_with_its_own_dovecot() {
        let groups = group(vec![
            canonical("mx1/etc/postfix/main.cf"),
            canonical("mx2/etc/postfix/main.cf"),
            canonical("mx2/etc/dovecot/dovecot.conf"),
            canonical("mx1/etc/dovecot/dovecot.conf"),
        ]);
        let expected = [
            ["mx1/etc/postfix/main.cf", "mx1/etc/dovecot/dovecot.conf"],
            ["mx2/etc/postfix/main.cf", "mx2/etc/dovecot/dovecot.conf"],
        ];
        assert_eq!(paths(groups), expected);
    }
}
