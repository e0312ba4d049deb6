//! `postproof migrate`: reads a configuration, writes the new one and its
//! ledger.

use crate::args::{self, Migrate, Product};
use crate::output::complain;
use crate::read::file;
use postproof_engine::catalog::Version;
use postproof_engine::diag::{Document, Lang, SourceMap, Text, text};
use postproof_engine::migration::{Kind, Layout, Migration, OutputFile, dovecot, postfix};
use postproof_engine::model::ASSUMED_POSTFIX;
use postproof_engine::{Destination, migrate};
use postproof_report::json::JsonOptions;
use postproof_report::ledger;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Nothing is left to answer.
const DONE: u8 = 0;
/// Lines need an answer, or are too new.
const QUESTIONS: u8 = 1;
/// Unusable input or arguments.
const UNUSABLE: u8 = 2;

/// Rounds in which included files may name further ones.
const MAX_ROUNDS: usize = 8;
/// Files that are read for one configuration.
const MAX_FILES: usize = 1000;

/// `postproof migrate`.
pub(crate) fn command(wish: &Migrate) -> u8 {
    let lang = args::language(wish.lang);
    match run(wish, lang) {
        Ok(code) => code,
        Err(why) => {
            complain(&why, lang);
            UNUSABLE
        }
    }
}

fn run(wish: &Migrate, lang: Lang) -> Result<u8, Text> {
    let to = destination(wish)?;
    let sources = sources(wish)?;
    let layout = if wish.out.is_some() { Layout::SameFiles } else { Layout::OneFile };
    let migration = migrate(&sources, to, layout);
    let options = JsonOptions { lang, show_secrets: wish.show_secrets };
    let json = wish.ledger.as_deref().is_some_and(|path| path.extension().is_some_and(|suffix| suffix == "json"));
    let ledger =
        if json { ledger::json(&migration, &sources, &options) } else { ledger::text(&migration, &sources, &options) };
    // Refuses before anything is written.
    match &wish.out {
        Some(directory) => write_files(directory, &migration.files, product_directory(wish.product))?,
        None => {
            for file in &migration.files {
                if migration.files.len() > 1 {
                    print(&format!("# {}\n", file.path));
                }
                print(&file.text());
            }
        }
    }
    match &wish.ledger {
        Some(path) => fs::write(path, ledger).map_err(|error| failed(path, &error))?,
        None => {
            let _ = io::stderr().write_all(ledger.as_bytes());
        }
    }
    Ok(if asks(&migration) { QUESTIONS } else { DONE })
}

fn asks(migration: &Migration) -> bool {
    migration.count(Kind::NeedsYou) + migration.count(Kind::TooNew) > 0
        || migration.notes.iter().any(|note| note.question)
}

fn destination(wish: &Migrate) -> Result<Destination, Text> {
    let series = wish.to.series();
    match wish.product {
        Product::Dovecot if series == Version::new(2, 4) => Ok(Destination::Dovecot2_4),
        Product::Dovecot if series == Version::new(2, 3) => Ok(Destination::Dovecot2_3),
        Product::Dovecot => {
            let asked = wish.to.to_string();
            Err(text!(
                "`--to {asked}` is not possible: a configuration of Dovecot can be carried to 2.4, or looked through for what 2.3 does not have (`--to 2.3`)",
                "`--to {asked}` 옵션은 쓸 수 없습니다. Dovecot 설정은 2.4로 옮기거나, 2.3에 없는 것을 찾아볼 수 있습니다(`--to 2.3`)"
            ))
        }
        Product::Postfix => {
            let known = postproof_engine::catalog::POSTFIX_VERSIONS;
            let from = wish.from.unwrap_or(ASSUMED_POSTFIX);
            if !known.contains(&series) || !known.contains(&from.series()) {
                let unknown = if known.contains(&series) { from } else { wish.to };
                let listed = known.iter().map(Version::to_string).collect::<Vec<_>>().join(", ");
                return Err(text!(
                    "{unknown} is no release of Postfix that Postproof knows; it knows {listed}",
                    "Postfix {unknown} 릴리스는 Postproof가 모릅니다. 아는 릴리스: {listed}"
                ));
            }
            let releases = postfix::Releases { from, from_is_assumed: wish.from.is_none(), to: wish.to };
            Ok(Destination::Postfix(releases))
        }
    }
}

/// Where the server keeps the files of a product.
fn product_directory(product: Product) -> &'static str {
    match product {
        Product::Dovecot => "/etc/dovecot",
        Product::Postfix => "/etc/postfix",
    }
}

fn sources(wish: &Migrate) -> Result<SourceMap, Text> {
    let own = [PathBuf::from(product_directory(wish.product))];
    let paths: &[PathBuf] = if wish.paths.is_empty() { &own } else { &wish.paths };
    let mut sources = SourceMap::default();
    let mut directories = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            sources.add(Document::new("<stdin>", standard_input()?));
        } else if path.is_dir() {
            for name in canonical(path, wish.product) {
                add(&mut sources, path, &path.join(name), wish.product)?;
            }
            directories.push(path.clone());
        } else {
            let directory = path.parent().map(Path::to_owned).unwrap_or_default();
            add(&mut sources, &directory, path, wish.product)?;
            directories.push(directory);
        }
    }
    if sources.iter().next().is_none() {
        return Err(Text::fixed(
            "nothing to read: no configuration of that program was found there",
            "읽을 것이 없습니다. 그곳에 해당 프로그램의 설정이 없습니다",
        ));
    }
    if wish.product == Product::Dovecot {
        follow(&mut sources, &directories)?;
    }
    Ok(sources)
}

fn standard_input() -> Result<Vec<u8>, Text> {
    let mut bytes = Vec::new();
    let path = Path::new("<stdin>");
    let read = io::stdin().lock().take(file::MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| file::Refusal::from(&error).text(path))?;
    file::accept(&bytes).map_err(|refusal| refusal.text(path))?;
    Ok(bytes)
}

/// The files of a directory that a migration begins with.
fn canonical(directory: &Path, product: Product) -> Vec<String> {
    let names: &[&str] = match product {
        Product::Dovecot => &["dovecot.conf"],
        Product::Postfix => &["main.cf", "master.cf"],
    };
    let found: Vec<String> =
        names.iter().filter(|name| directory.join(name).is_file()).map(|name| (*name).to_owned()).collect();
    if !found.is_empty() || product == Product::Postfix {
        return found;
    }
    // conf.d alone: every fragment.
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".conf"))
        .collect();
    names.sort();
    names
}

/// Reads a file; one of a copied directory keeps the path that the server
/// knows it by.
fn add(sources: &mut SourceMap, directory: &Path, path: &Path, product: Product) -> Result<(), Text> {
    let mut document = file::document(path)?;
    if let Ok(rest) = path.strip_prefix(directory)
        && !rest.as_os_str().is_empty()
    {
        document.server_path = Some(format!("{}/{}", product_directory(product), rest.display()));
    }
    sources.add(document);
    Ok(())
}

/// Reads what the files name and lies in the same directories.
fn follow(sources: &mut SourceMap, directories: &[PathBuf]) -> Result<(), Text> {
    let mut read: BTreeSet<PathBuf> = sources.iter().map(|(_, document)| PathBuf::from(&document.path)).collect();
    for _ in 0..MAX_ROUNDS {
        let mut found = Vec::new();
        for (file, pattern) in dovecot::wanted(sources) {
            let server = sources.get(file).map(|document| document.known_as().to_owned()).unwrap_or_default();
            for directory in directories {
                if let Some(pattern) = here(directory, &server, &pattern) {
                    let matches = glob::glob(&pattern).into_iter().flatten().flatten();
                    found.extend(matches.filter(|path| path.is_file()).map(|path| (directory.clone(), path)));
                }
            }
        }
        let mut more = false;
        for (directory, path) in found {
            if read.len() < MAX_FILES && read.insert(path.clone()) {
                more = true;
                add(sources, &directory, &path, Product::Dovecot)?;
            }
        }
        if !more {
            break;
        }
    }
    Ok(())
}

/// A pattern of the server as one of this machine, within the directory.
fn here(directory: &Path, server: &str, pattern: &str) -> Option<String> {
    let around = server.rsplit_once('/').map_or("", |(around, _)| around);
    let full = if pattern.starts_with('/') { pattern.to_owned() } else { format!("{around}/{pattern}") };
    let rest = full.strip_prefix("/etc/dovecot/")?;
    if rest.split('/').any(|part| part == "..") {
        return None;
    }
    Some(directory.join(rest).to_string_lossy().into_owned())
}

/// Writes the files below a directory; none that exists is written over.
fn write_files(directory: &Path, files: &[OutputFile], base: &str) -> Result<(), Text> {
    let target = |file: &OutputFile| {
        let rest = file.path.strip_prefix(base).map(|rest| rest.trim_start_matches('/'));
        let name = rest.unwrap_or_else(|| file.path.rsplit('/').next().unwrap_or(&file.path));
        directory.join(name)
    };
    for file in files {
        let path = target(file);
        if path.exists() {
            let path = path.display();
            return Err(text!(
                "{path}: exists already, and nothing is written over",
                "{path}: 이미 있으며 덮어쓰지 않습니다"
            ));
        }
    }
    for file in files {
        let path = target(file);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| failed(parent, &error))?;
        }
        fs::write(&path, file.text()).map_err(|error| failed(&path, &error))?;
    }
    Ok(())
}

fn failed(path: &Path, error: &io::Error) -> Text {
    let path = path.display();
    Text::verbatim(format!("{path}: {error}"))
}

fn print(text: &str) {
    // Where nobody listens any more, there is nobody to tell.
    let _ = io::stdout().write_all(text.as_bytes());
}
