//! `oracle migrate`: carries each file of a corpus to 2.4 and asks the real
//! programs: does 2.3 accept it, does 2.4 load the result, and do both give
//! the settings that survive the same value?

use anyhow::{Context, Result};
use postproof_diag::{Document, SourceMap};
use postproof_migrate::{Kind, Layout, dovecot};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What to measure and with which programs.
pub(crate) struct Wish {
    /// A directory of files, each a configuration or a fragment of one.
    pub(crate) corpus: PathBuf,
    /// doveconf of 2.3.
    pub(crate) program: String,
    /// The root of a system that has doveconf of 2.4.
    pub(crate) root: PathBuf,
    /// How many differences are shown.
    pub(crate) shown: usize,
}

/// What was counted.
#[derive(Debug, Default)]
struct Figures {
    files: usize,
    accepted: usize,
    loaded: usize,
    with_questions: usize,
    lines: BTreeMap<Kind, usize>,
    compared: usize,
    equal: usize,
}

/// Measures and prints; fails where less than 97 of 100 files load.
pub(crate) fn command(wish: &Wish) -> Result<()> {
    let place = wish.root.join("tmp").join(format!("postproof-migrate-{}", std::process::id()));
    fs::create_dir_all(&place).with_context(|| place.display().to_string())?;
    let outcome = measure(wish, &place);
    fs::remove_dir_all(&place).with_context(|| place.display().to_string())?;
    let figures = outcome?;
    let percent = |part: usize, whole: usize| if whole == 0 { 100.0 } else { part as f64 * 100.0 / whole as f64 };
    println!("files {}, accepted by 2.3 {}", figures.files, figures.accepted);
    println!("loaded by 2.4 {} ({:.1} %)", figures.loaded, percent(figures.loaded, figures.accepted));
    println!("with a question other than for files not given {}", figures.with_questions);
    for kind in Kind::ALL {
        println!("  {kind:?} {}", figures.lines.get(&kind).copied().unwrap_or_default());
    }
    println!(
        "settings in both {}, equal {} ({:.2} %)",
        figures.compared,
        figures.equal,
        percent(figures.equal, figures.compared)
    );
    anyhow::ensure!(figures.loaded * 100 >= figures.accepted * 97, "less than 97 % of the files load");
    Ok(())
}

fn measure(wish: &Wish, place: &Path) -> Result<Figures> {
    let mut figures = Figures::default();
    let mut differences: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut paths: Vec<PathBuf> =
        fs::read_dir(&wish.corpus)?.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        figures.files += 1;
        let old = place.join(format!("old-{name}"));
        let new = place.join(format!("new-{name}"));
        let bytes = optional_includes(&fs::read(&path)?);
        fs::write(&old, &bytes)?;
        let asked = |mode: &str| Command::new(&wish.program).args([mode, "-c"]).arg(&old).output();
        if !asked("-n")?.status.success() {
            continue;
        }
        figures.accepted += 1;
        let mut sources = SourceMap::default();
        sources.add(Document::new(name.clone(), bytes));
        let migration = dovecot::to_2_4(&sources, Layout::OneFile);
        for kind in Kind::ALL {
            *figures.lines.entry(kind).or_default() += migration.count(kind);
        }
        let asks = |entry: &&postproof_migrate::Entry| {
            entry.kind == Kind::NeedsYou && !sources.slice(entry.span).trim_ascii_start().starts_with(b"!include")
        };
        if let Some(entry) = migration.entries.iter().find(asks) {
            figures.with_questions += 1;
            let line = String::from_utf8_lossy(sources.slice(entry.span)).trim().replace('\n', " ");
            println!("question {name}: {line}");
        }
        let text: String = migration.files.iter().map(postproof_migrate::OutputFile::text).collect();
        fs::write(&new, text)?;
        let inside = Path::new("/").join(new.strip_prefix(&wish.root)?);
        let loaded =
            |mode: &str| Command::new("chroot").arg(&wish.root).args(["doveconf", mode, "-c"]).arg(&inside).output();
        let answer = loaded("-n")?;
        if !answer.status.success() {
            let why = String::from_utf8_lossy(&answer.stderr);
            println!("FAILS {name}: {}", why.lines().find(|line| !line.contains("Warning")).unwrap_or_default());
            continue;
        }
        figures.loaded += 1;
        compare(
            &name,
            &settings(&asked("-a")?.stdout),
            &settings(&loaded("-a")?.stdout),
            &settings(&answer.stdout),
            &mut figures,
            &mut differences,
        );
    }
    let mut all: Vec<_> = differences.into_iter().collect();
    all.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    for (setting, (count, example)) in all.into_iter().take(wish.shown) {
        println!("differs in {count}: {setting} {example}");
    }
    Ok(figures)
}

/// A file that is not there is no matter of the migration.
fn optional_includes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let content = line.trim_ascii_start();
        match content.strip_prefix(b"!include") {
            Some(rest) if rest.first().is_some_and(u8::is_ascii_whitespace) => {
                out.extend_from_slice(b"!include_try");
                out.extend_from_slice(rest);
            }
            Some(_) | None => out.extend_from_slice(line),
        }
    }
    out
}

/// Settings by the sections around them, as doveconf prints them.
fn settings(output: &[u8]) -> BTreeMap<String, String> {
    let mut path: Vec<String> = Vec::new();
    let mut settings = BTreeMap::new();
    for line in String::from_utf8_lossy(output).lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(header) = line.strip_suffix(" {") {
            path.push(header.replace('"', ""));
        } else if line == "}" {
            path.pop();
        } else if let Some((name, value)) = line.split_once('=') {
            let full = path.iter().map(String::as_str).chain([name.trim()]).collect::<Vec<_>>().join("/");
            settings.insert(full, value.trim().to_owned());
        }
    }
    settings
}

/// Settings that 2.4 prints elsewhere, and lists whose defaults it prints as
/// nothing, are compared only where the configuration sets them.
fn compare(
    file: &str,
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
    set: &BTreeMap<String, String>,
    figures: &mut Figures,
    differences: &mut BTreeMap<String, (usize, String)>,
) {
    for (name, before) in old.iter().filter(|(name, _)| !name.starts_with("plugin/")) {
        let Some(after) = set.get(name).or_else(|| new.get(name)) else { continue };
        if after.is_empty() && !set.contains_key(name) {
            continue;
        }
        let expected = dovecot::expected(name.rsplit('/').next().unwrap_or(name), before);
        figures.compared += 1;
        if normal(before) == normal(after) || normal(&expected) == normal(after) {
            figures.equal += 1;
        } else {
            let entry =
                differences.entry(name.clone()).or_insert_with(|| (0, format!("{file}: `{before}`, `{after}`")));
            entry.0 += 1;
        }
    }
}

/// One spelling for each value: 2.3 prints units its own way, 2.4 as written.
fn normal(value: &str) -> String {
    let value =
        value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value).replace("\\\\", "\\");
    let lower = value.to_ascii_lowercase();
    if matches!(lower.as_str(), "yes" | "y" | "no") {
        return lower.chars().take(1).collect();
    }
    let digits: String = lower.chars().take_while(char::is_ascii_digit).collect();
    let unit = lower.get(digits.len()..).unwrap_or_default().trim();
    if let (Ok(number), false) = (digits.parse::<u64>(), unit.is_empty()) {
        let factor = match unit {
            "ms" | "msecs" => 1,
            "s" | "sec" | "secs" => 1000,
            "m" if value.ends_with('M') => 1 << 20,
            "m" | "min" | "mins" | "minutes" => 60_000,
            "h" | "hour" | "hours" => 3_600_000,
            "d" | "day" | "days" => 86_400_000,
            "w" | "week" | "weeks" => 604_800_000,
            "b" => 1,
            "k" | "kb" => 1 << 10,
            "mb" => 1 << 20,
            "g" | "gb" => 1 << 30,
            "t" | "tb" => 1 << 40,
            _ => 0,
        };
        if factor > 0 {
            return (number.saturating_mul(factor)).to_string();
        }
    }
    let mut words: Vec<&str> = value.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}
