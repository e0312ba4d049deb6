//! Compares look-ups in tables with those of the installed postmap.
//!
//! Tables of every type that has text are made up at random, with keys that
//! resemble what stands in them; `postmap -q` is asked, and the simulation.

pub(super) mod made;

use anyhow::{Context, Result, bail};
use made::{Made, Random, made};
use postproof_catalog::Version;
use postproof_diag::FileId;
use postproof_model::{ServiceId, SourcePart, Tree, Wish, build};
use postproof_sim::{Config, Found, World};
use postproof_syntax::{Part, PartKind, Region, main_cf, table, table::TableSyntax};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Keys asked of each table.
const KEYS: usize = 12;

/// What came of it, by type of table.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    look_ups: usize,
    found: usize,
    unknown: usize,
    wrong: usize,
}

/// Makes up `tables` tables from `seed`. `root` is another system's root.
pub(super) fn command(tables: usize, seed: u64, root: Option<&Path>, shown: usize) -> Result<()> {
    let inside = PathBuf::from("/tmp/postproof-tables");
    let outside = root.map_or_else(|| inside.clone(), |root| root.join("tmp/postproof-tables"));
    fs::create_dir_all(&outside)?;
    fs::write(outside.join("main.cf"), "compatibility_level = 3.6\n")?;
    let mut random = Random(seed);
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut left = shown;
    for number in 0..tables {
        let made = made(&mut random, number);
        fs::write(outside.join("table"), &made.text)?;
        let name = if made.inline.is_empty() { format!("{}/table", inside.display()) } else { made.inline.clone() };
        let table = format!("{}:{name}", made.kind);
        let real = real(root, &inside, &outside, made.kind, &table, &made.keys)?;
        let count = counts.entry(made.kind).or_default();
        for (key, (real, ours)) in made.keys.iter().zip(real.into_iter().zip(ours(&made, &table))) {
            count.look_ups += 1;
            count.found += usize::from(real.is_some());
            match ours {
                Found::Unknown(_) => count.unknown += 1,
                ours if words(&ours) == real => {}
                ours => {
                    count.wrong += 1;
                    if left > 0 {
                        left -= 1;
                        println!(
                            "{table}\n{}\nkey {key:?}\n  postmap {real:?}\n  ours    {:?}\n",
                            made.text,
                            words(&ours)
                        );
                    }
                }
            }
        }
    }
    fs::remove_dir_all(&outside)?;
    let wrong: usize = counts.values().map(|count| count.wrong).sum();
    for (kind, count) in &counts {
        let Counts { look_ups, found, unknown, wrong } = count;
        println!("{kind:9} {look_ups:6} look-ups, {found:6} found, {unknown:5} unknown, {wrong} wrong");
    }
    if wrong == 0 { Ok(()) } else { bail!("{wrong} answers differ") }
}

/// What `postmap -q -` prints, key by key.
fn real(
    root: Option<&Path>,
    inside: &Path,
    outside: &Path,
    kind: &str,
    table: &str,
    keys: &[String],
) -> Result<Vec<Option<String>>> {
    let program = |name: &str| match root {
        None => Command::new(name),
        Some(root) => {
            let mut command = Command::new("chroot");
            command.arg(root).arg(name);
            command
        }
    };
    if matches!(kind, "hash" | "btree") {
        let maker = if outside.join("aliases").exists() { "postalias" } else { "postmap" };
        program(maker).arg("-c").arg(inside).arg(table).stderr(Stdio::null()).status()?;
    }
    let mut command = program("postmap");
    command.arg("-c").arg(inside).args(["-q", "-", table]).stderr(Stdio::null()).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).spawn().context("postmap")?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(keys.join("\n").as_bytes())?;
        stdin.write_all(b"\n")?;
    }
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let found: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once('\t')).collect();
    Ok(keys.iter().map(|key| found.get(key.as_str()).map(|value| (*value).to_owned())).collect())
}

/// What the simulation answers. An answer that postmap does not give for an
/// error is none here too.
fn ours(made: &Made, table: &str) -> Vec<Found> {
    let texts = [
        ("main.cf", PartKind::MainCf, "compatibility_level = 3.6\n"),
        ("/tmp/postproof-tables/table", PartKind::Table, &made.text),
    ];
    let parts = texts.into_iter().enumerate().map(|(at, (name, kind, text))| {
        let region = Region::whole(FileId(at as u32), text.as_bytes());
        let tree = if at == 0 {
            Tree::Main(main_cf::parse(&region, text.as_bytes()))
        } else {
            Tree::Table(table::parse(TableSyntax::Indexed, &region, text.as_bytes()).into())
        };
        SourcePart { part: Part { kind, name: Some(name.to_owned()), host: None, whole: true, region }, tree }
    });
    let model = build(parts.collect(), Wish { postfix: Some(Version::new(3, 10)), ..Wish::default() });
    let world = World { files_are_closed: true, ..World::default() };
    let config = Config::new(&model, ServiceId(0), &world);
    made.keys.iter().map(|key| config.ask(table, key)).collect()
}

fn words(found: &Found) -> Option<String> {
    match found {
        Found::Value(text, _) => Some(text.as_ref().to_owned()),
        Found::Nothing | Found::Fails | Found::Broken | Found::Unknown(_) => None,
    }
}
