//! The WASM tools in one program, dispatched on the name it is called by.
//!
//! wasm-bindgen, its test runner and wasm-pack are libraries too, so Cargo.lock
//! pins them like any other crate and nothing is downloaded ready-made. xtask
//! copies this program to `target/tools/bin/` under each of the three names;
//! wasm-pack finds the other two there through PATH.

use anyhow::bail;
use clap::Parser;
use std::ffi::OsString;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let mut args: Vec<OsString> = std::env::args_os().collect();
    let name =
        args.first().and_then(|path| Path::new(path).file_stem()).map(|stem| stem.to_string_lossy().into_owned());
    match name.as_deref() {
        Some("wasm-bindgen") => wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args),
        Some("wasm-bindgen-test-runner") => wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(args),
        Some("wasm-pack") => wasm_pack::command::run_wasm_pack(wasm_pack::Cli::parse_from(args.drain(..)).cmd),
        _ => bail!("call this as wasm-bindgen, wasm-bindgen-test-runner or wasm-pack"),
    }
}
