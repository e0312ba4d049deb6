//! Files that are made from others and checked in, so that a build needs no generator.

use crate::args::Args;
use crate::{catalog_data, registry};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// `cargo xtask gen`.
pub(crate) fn command(root: &Path, args: &mut Args) -> Result<()> {
    let only_check = args.flag("--check");
    let facts = args.value("--facts")?.map(PathBuf::from);
    let what = args.word();
    args.finish()?;
    match (what.as_deref(), facts) {
        (None | Some("registry"), None) if only_check => check(root),
        (None | Some("registry"), None) => write(root),
        (Some("catalog"), Some(facts)) if !only_check => {
            catalog_data::convert(&facts, &root.join("crates/catalog/data"))
        }
        (Some("catalog"), None) => bail!("`cargo xtask gen catalog` needs `--facts DIR`"),
        (what, _) => bail!("cannot generate {what:?} from these arguments; see `cargo xtask help`"),
    }
}

/// Fails when a generated file is not what its sources give.
pub(crate) fn check(root: &Path) -> Result<()> {
    let stale: Vec<String> = generated(root)?
        .into_iter()
        .filter(|(path, text)| fs::read_to_string(root.join(path)).ok().as_ref() != Some(text))
        .map(|(path, _)| path.strip_prefix(root).unwrap_or(&path).display().to_string())
        .collect();
    if !stale.is_empty() {
        bail!("stale: {}; `cargo xtask gen` writes them anew", stale.join(", "));
    }
    println!("generated files are fresh");
    Ok(())
}

fn write(root: &Path) -> Result<()> {
    for (path, text) in generated(root)? {
        let path = root.join(path);
        if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
            println!("wrote {}", path.display());
        }
    }
    Ok(())
}

/// Every generated file with the text it must have.
fn generated(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    registry::generate(root)
}
