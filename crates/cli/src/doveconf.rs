//! `postproof show --doveconf`: what the real doveconf prints.

use crate::args::Show;
use crate::output::complain;
use crate::read::file;
use postproof_engine::diag::{FileId, Lang, Text, text};
use postproof_engine::dovecot::{Dialect, Input, Reading, alternatives, doveconf, read};
use postproof_engine::syntax::Region;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Unusable input, or a limit of Postproof.
const UNUSABLE: u8 = 2;
/// Files that one configuration is read from.
const MAX_FILES: usize = 2000;

/// A file that was read, under its whole path.
struct Read {
    path: String,
    bytes: Vec<u8>,
    region: Region,
}

/// `postproof show --doveconf`. Exit 1 where the real program refuses the file.
pub(crate) fn command(show: &Show, path: &Path, lang: Lang) -> u8 {
    let wanted = show.input.dovecot_version.map(Dialect::of);
    let mut files = Vec::new();
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if let Err(why) = add(&mut files, &whole) {
        complain(&why, lang);
        return UNUSABLE;
    }
    let reading = loop {
        let reading = reading(&files, wanted);
        match follow(&mut files, &reading) {
            Ok(true) => {}
            Ok(false) => break reading,
            Err(why) => {
                complain(&why, lang);
                return UNUSABLE;
            }
        }
    };
    if wanted.is_none() {
        complain(&reading.told.because, lang);
    }
    let printed = doveconf::print(&reading);
    // Where nobody listens any more, there is nobody to tell.
    let _ = io::stdout().write_all(printed.stdout.as_bytes()).and_then(|()| io::stdout().flush());
    for line in &printed.stderr {
        let _ = writeln!(io::stderr(), "{line}");
    }
    match &printed.limit {
        Some(limit) => {
            let (file, line) = limit.line.clone().unwrap_or_default();
            complain(
                &text!(
                    "{file} line {line}: a limit of Postproof is reached, so that the print may lack something",
                    "{file} {line}행: Postproof의 한도에 이르러 출력에서 빠진 것이 있을 수 있습니다"
                ),
                lang,
            );
            UNUSABLE
        }
        None => printed.status,
    }
}

fn reading(files: &[Read], wanted: Option<Dialect>) -> Reading {
    let inputs: Vec<Input<'_>> = (0..)
        .zip(files)
        .map(|(at, file)| Input {
            file: FileId(at),
            path: &file.path,
            region: &file.region,
            bytes: &file.bytes,
            root: at == 0,
        })
        .collect();
    read(&inputs, wanted)
}

/// Reads what includes name and was not read yet. Whether there was any.
fn follow(files: &mut Vec<Read>, reading: &Reading) -> Result<bool, Text> {
    let known: BTreeSet<String> = files.iter().map(|file| file.path.clone()).collect();
    let before = files.len();
    for include in &reading.missing {
        for path in alternatives(&include.pattern).iter().flat_map(|pattern| found(pattern)) {
            if known.contains(&path.display().to_string()) || files.len() >= MAX_FILES {
                continue;
            }
            match add(files, &path) {
                Ok(()) => {}
                Err(_) if include.optional => {}
                Err(why) => return Err(why),
            }
        }
    }
    Ok(files.len() > before)
}

/// What a pattern of the shell means on this machine.
fn found(pattern: &str) -> Vec<PathBuf> {
    let options =
        glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
    let paths = glob::glob_with(pattern, options).into_iter().flatten();
    paths.filter_map(Result::ok).filter(|path| path.is_file()).collect()
}

fn add(files: &mut Vec<Read>, path: &Path) -> Result<(), Text> {
    let bytes = file::read(path).map_err(|refusal| refusal.text(path))?;
    let id = FileId(u32::try_from(files.len()).unwrap_or(u32::MAX));
    let region = Region::whole(id, &bytes);
    files.push(Read { path: path.display().to_string(), bytes, region });
    Ok(())
}
