//! Prints the median nanoseconds of parsing a main.cf and of resolving each of its settings.

// Printing is what a program is for.
#![allow(clippy::print_stdout)]

use postproof_engine::diag::{Document, FileId};
use postproof_engine::model::{Model, Scope, SourcePart, Tree, Wish, build};
use postproof_engine::syntax::{Part, PartKind, Region, main_cf};
use std::error::Error;
use std::time::Instant;

const ROUNDS: usize = 11;
const FILE: FileId = FileId(0);

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("no main.cf named")?;
    let document = Document::new("/etc/postfix/main.cf", std::fs::read(path)?);
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let resolved = resolved(&document.bytes);
        times.push(start.elapsed().as_nanos());
        // What is not used could be left out by the compiler.
        std::hint::black_box(resolved);
    }
    times.sort_unstable();
    println!("{}", times.get(ROUNDS / 2).ok_or("no round was run")?);
    Ok(())
}

fn resolved(bytes: &[u8]) -> Vec<String> {
    let model = model(bytes);
    model.main.keys().map(|name| model.text(Scope::Main, name)).collect()
}

fn model(bytes: &[u8]) -> Model {
    let region = Region::whole(FILE, bytes);
    let tree = Tree::Main(main_cf::parse(&region, bytes));
    let part = Part { kind: PartKind::MainCf, name: None, host: None, whole: true, region };
    build(vec![SourcePart { part, tree }], Wish::default())
}
