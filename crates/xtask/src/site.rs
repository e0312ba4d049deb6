//! Builds the page into `target/site` and the JavaScript package into `target/package`.
//!
//! The page may connect to nothing, itself included, so it cannot fetch its
//! WASM file: the bytes travel as a string in a JavaScript module, one
//! character per byte. That weighs 3 % more than the file itself once
//! compressed; base64, which moves every byte off its boundary, 33 % more.

use crate::process::{cargo, path_with, run};
use crate::setup::{self, WASM};
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the page may do. Its own `<meta>` says the same, for servers that send no header.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'";

/// What everything that the page loads may weigh, compressed with brotli: 1,300 kB until
/// the page is laid out anew.
pub(crate) const BUDGET_BYTES: usize = 1_300_000;

/// The entry: hands the bytes to the glue, which starts the program.
const APP_JS: &str = "\
import init from './glue.js';
import program, { zero } from './wasm.js';

const bytes = new Uint8Array(program.length);
for (let i = 0; i < program.length; i += 1) {
  const code = program.charCodeAt(i);
  bytes[i] = code === zero ? 0 : code;
}
await init({ module_or_path: bytes });
";

/// Builds the page and prints what it weighs.
pub(crate) fn build(root: &Path) -> Result<()> {
    setup::wasm_target(root)?;
    let tools = setup::tools(root)?;
    let args = ["build", "--locked", "-p", "postproof-web", "--target", WASM, "--profile", "web"];
    run(cargo(root).args(args))?;
    let stage = root.join("target/site-stage");
    let program = root.join("target").join(WASM).join("web/postproof-web.wasm");
    let mut bindgen = Command::new(tools.join("wasm-bindgen"));
    // The names of functions would be an eighth of the page; a person sees them only in a stack trace.
    bindgen.args(["--target", "web", "--no-typescript", "--remove-name-section"]);
    bindgen.args(["--out-name", "glue", "--out-dir"]);
    run(bindgen.arg(&stage).arg(&program))?;
    assemble(root, &stage)?;
    print_sizes(&sizes(root)?);
    Ok(())
}

/// Where the page stands once it is built.
pub(crate) fn directory(root: &Path) -> PathBuf {
    root.join("target/site")
}

fn assemble(root: &Path, stage: &Path) -> Result<()> {
    let site = directory(root);
    // A file that is gone from web/static must not live on here.
    if site.exists() {
        fs::remove_dir_all(&site).with_context(|| format!("cannot empty {}", site.display()))?;
    }
    copy_tree(&root.join("web/static"), &site)?;
    let index = fs::read_to_string(site.join("index.html")).context("web/static has no index.html")?;
    if !index.contains(&format!("http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\"")) {
        bail!("the policy in web/static/index.html is not the one that the server sends:\n{POLICY}");
    }
    let wasm = fs::read(stage.join("glue_bg.wasm"))?;
    fs::copy(stage.join("glue.js"), site.join("glue.js"))?;
    copy_tree(&stage.join("snippets"), &site.join("snippets"))?;
    fs::write(site.join("wasm.js"), module(&wasm))?;
    fs::write(site.join("app.js"), APP_JS)?;
    Ok(())
}

/// Copies a directory; one that does not exist is an empty one.
fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Every file below `dir`, as paths relative to it, sorted.
pub(crate) fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![dir.to_path_buf()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("cannot read {}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if let Ok(relative) = path.strip_prefix(dir) {
                found.push(relative.to_path_buf());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// One file of the page.
pub(crate) struct Size {
    name: String,
    raw: usize,
    pub(crate) brotli: usize,
}

/// What each file of the built page weighs.
pub(crate) fn sizes(root: &Path) -> Result<Vec<Size>> {
    let site = directory(root);
    let mut sizes = Vec::new();
    for file in files(&site)? {
        let bytes = fs::read(site.join(&file))?;
        sizes.push(Size { name: file.display().to_string(), raw: bytes.len(), brotli: compressed(&bytes)? });
    }
    Ok(sizes)
}

/// The length after brotli at its strongest (quality 11, window 22).
fn compressed(bytes: &[u8]) -> Result<usize> {
    let mut out = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    out.write_all(bytes)?;
    out.flush()?;
    Ok(out.into_inner().len())
}

fn print_sizes(sizes: &[Size]) {
    println!("\n{:24} {:>10} {:>10}", "target/site", "raw", "brotli");
    for size in sizes {
        println!("{:24} {:>10} {:>10}", size.name, size.raw, size.brotli);
    }
    let raw: usize = sizes.iter().map(|size| size.raw).sum();
    let brotli: usize = sizes.iter().map(|size| size.brotli).sum();
    println!("{:24} {raw:>10} {brotli:>10}  of {BUDGET_BYTES} allowed\n", "total");
}

/// Builds the JavaScript package of `crates/wasm`; gives its directory.
pub(crate) fn package(root: &Path) -> Result<PathBuf> {
    setup::wasm_target(root)?;
    let tools = setup::tools(root)?;
    let mut pack = Command::new(tools.join("wasm-pack"));
    pack.current_dir(root).env("PATH", path_with(&tools)?);
    pack.env("CARGO_TARGET_DIR", root.join("target")).env("WASM_PACK_CACHE", root.join("target/tools/cache"));
    // The page's profile, so that both builds share the compiled libraries; no
    // wasm-opt, which would be a download for a few percent.
    pack.args(["build", "crates/wasm", "--mode", "no-install", "--no-opt", "--no-gitignore"]);
    pack.args(["--profile", "web", "--target", "web", "--out-name", "postproof", "--out-dir", "../../target/package"]);
    run(pack.args(["--", "--locked"]))?;
    Ok(root.join("target/package"))
}

/// The bytes as a JavaScript module: a string whose character codes, modulo 256, are the bytes.
///
/// Zeros are a third of the program and some tools stumble over a NUL in a
/// script, so the rarest plain character stands for them, and where that
/// byte itself occurs its code is 256 more.
fn module(bytes: &[u8]) -> String {
    let mut counts = [0_usize; 128];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let plain = (1..128_u8).zip(counts.iter().skip(1)).filter(|(byte, _)| !b"\n\r'\\".contains(byte));
    let zero = plain.min_by_key(|(_, count)| **count).map_or(1, |(byte, _)| byte);
    let mut text = format!("export const zero = {zero};\nexport default '");
    text.reserve(bytes.len() * 3 / 2);
    for byte in bytes {
        match byte {
            0 => text.push(char::from(zero)),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\'' => text.push_str("\\'"),
            b'\\' => text.push_str("\\\\"),
            byte if *byte == zero => text.extend(char::from_u32(256 + u32::from(zero))),
            byte => text.push(char::from(*byte)),
        }
    }
    text + "';\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What app.js makes of the module.
    fn read(module: &str) -> Vec<u8> {
        let (head, body) = module.split_once(";\nexport default '").unwrap();
        let zero: u32 = head.rsplit(' ').next().unwrap().parse().unwrap();
        let mut chars = body.strip_suffix("';\n").unwrap().chars();
        let mut bytes = Vec::new();
        while let Some(char) = chars.next() {
            assert!(!"\n\r'\0".contains(char), "{char:?} would end the string");
            let char = match char {
                '\\' => chars
                    .next()
                    .map(|char| {
                        if char == 'n' {
                            '\n'
                        } else if char == 'r' {
                            '\r'
                        } else {
                            char
                        }
                    })
                    .unwrap(),
                char => char,
            };
            let code = u32::from(char);
            bytes.push(if code == zero { 0 } else { (code % 256) as u8 });
        }
        bytes
    }

    #[test]
    fn every_byte_survives_the_module() {
        let all: Vec<u8> = (0..=255).chain([0, 0, b'\\', b'n', 1, 2]).collect();
        assert_eq!(read(&module(&all)), all);
    }

    #[test]
    fn the_rarest_character_stands_for_zero() {
        let bytes: Vec<u8> = (1..128).filter(|byte| *byte != b'Q').chain([0, 0, 0]).collect();
        let text = module(&bytes);
        assert!(text.starts_with("export const zero = 81;") && text.ends_with("QQQ';\n"), "{text}");
        assert_eq!(read(&text), bytes);
    }
}
