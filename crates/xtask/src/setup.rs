//! What a build or a test needs from the machine, installed where it is missing.

use crate::process::{self, capture, cargo, find, run};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target of the page and of the JavaScript package.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Adds the WASM target to the toolchain in use.
pub(crate) fn wasm_target(root: &Path) -> Result<()> {
    let sysroot = capture(Command::new("rustc").args(["--print", "sysroot"]).current_dir(root))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    if find("rustup").is_none() {
        bail!("this Rust has no {WASM} target and there is no rustup to add it; see https://rustup.rs");
    }
    run(Command::new("rustup").args(["target", "add", WASM]).current_dir(root))
}

/// Adds rustfmt and clippy, which rustup's minimal profile leaves out.
pub(crate) fn components(root: &Path) -> Result<()> {
    for component in ["rustfmt", "clippy"] {
        let subcommand = component.trim_start_matches("rust");
        let present = cargo(root).args([subcommand, "--version"]).output().is_ok_and(|out| out.status.success());
        if !present {
            run(Command::new("rustup").args(["component", "add", component]).current_dir(root))?;
        }
    }
    Ok(())
}

/// Builds the WASM tools at the versions of Cargo.lock; gives their directory.
pub(crate) fn tools(root: &Path) -> Result<PathBuf> {
    let dir = root.join("target/tools/bin");
    let build = ["build", "--locked", "-p", "xtask", "--features", "tools", "--bin", "postproof-tools"];
    if !dir.is_dir() {
        println!("building the WASM tools (wasm-bindgen, wasm-pack) from source, once");
    }
    run(cargo(root).args(build).arg("-q"))?;
    fs::create_dir_all(&dir)?;
    let program = root.join("target/debug/postproof-tools");
    let built = fs::metadata(&program).and_then(|data| data.modified()).context("the WASM tools were not built")?;
    for name in ["wasm-bindgen", "wasm-bindgen-test-runner", "wasm-pack"] {
        let copy = dir.join(name);
        let fresh = fs::metadata(&copy).and_then(|data| data.modified()).is_ok_and(|copied| copied >= built);
        if !fresh {
            // A running copy cannot be written over, only replaced.
            let _ = fs::remove_file(&copy);
            fs::copy(&program, &copy).with_context(|| format!("cannot write {}", copy.display()))?;
        }
    }
    Ok(dir)
}

/// The programs that the tests start.
pub(crate) struct TestPrograms {
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
    pub(crate) node: PathBuf,
}

/// Finds Chromium, its driver and Node, and installs them where that is possible.
pub(crate) fn test_programs() -> Result<TestPrograms> {
    if let Some(programs) = find_test_programs() {
        return Ok(programs);
    }
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let packages = packages(&release);
    let command = format!("apt-get update && apt-get install -y --no-install-recommends {}", packages.join(" "));
    let debian = find("apt-get").is_some();
    if !debian {
        bail!(
            "the tests need Chromium, chromedriver and Node 18 or later in PATH (or CHROMIUM and CHROMEDRIVER \
             set to their files); on Debian: {command}"
        );
    }
    if !is_root() {
        bail!("the tests need Chromium, its driver and Node. Install them with:\n  sudo sh -c '{command}'");
    }
    println!("installing {}", packages.join(", "));
    let mut apt = Command::new("sh");
    run(apt.args(["-c", &command]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    find_test_programs().context("Chromium, chromedriver or node is still missing after the installation")
}

fn find_test_programs() -> Option<TestPrograms> {
    let named = |variable: &str| std::env::var_os(variable).map(PathBuf::from).filter(|file| file.is_file());
    let first = |names: &[&str]| names.iter().find_map(|name| find(name));
    Some(TestPrograms {
        chromium: named("CHROMIUM").or_else(|| first(&["chromium", "chromium-browser", "google-chrome"]))?,
        chromedriver: named("CHROMEDRIVER").or_else(|| first(&["chromedriver"]))?,
        node: first(&["node"])?,
    })
}

/// The packages that hold the programs; the fonts are for the screenshots.
fn packages(os_release: &str) -> Vec<&'static str> {
    let ubuntu = os_release.lines().any(|line| line == "ID=ubuntu");
    let browser = if ubuntu { ["chromium-browser", "chromium-chromedriver"] } else { ["chromium", "chromium-driver"] };
    browser.into_iter().chain(["nodejs", "fonts-dejavu-core", "fonts-nanum"]).collect()
}

/// Whether this program runs as root, as `id -u` says.
pub(crate) fn is_root() -> bool {
    process::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_and_ubuntu_name_the_browser_differently() {
        assert!(packages("ID=debian\n").contains(&"chromium-driver"));
        assert!(packages("NAME=Ubuntu\nID=ubuntu\n").contains(&"chromium-chromedriver"));
    }
}
