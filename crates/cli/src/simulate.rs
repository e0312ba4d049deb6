//! `postproof simulate`.

use crate::args::{self, Simulate};
use crate::output::{Output, complain};
use postproof_engine::diag::{Lang, Text, text};
use postproof_report::json::{JsonOptions, simulate as json};
use std::io::Read;
use std::path::Path;

/// Every session was played.
const PLAYED: u8 = 0;
/// Unusable input or arguments.
const UNUSABLE: u8 = 2;

pub(crate) fn run(simulate: &Simulate) -> u8 {
    let lang = args::language(simulate.input.lang);
    match request(simulate, lang) {
        Ok(answer) => {
            Output::new(args::Color::Never).write(&answer);
            PLAYED
        }
        Err(why) => {
            complain(&why, lang);
            UNUSABLE
        }
    }
}

/// `postproof simulate --json [PATH]`.
fn request(simulate: &Simulate, lang: Lang) -> Result<String, Text> {
    let options = JsonOptions { lang, show_secrets: simulate.input.show_secrets };
    let json = match simulate.input.paths.as_slice() {
        [] => standard_input()?,
        [path] if path == Path::new("-") => standard_input()?,
        [path] => std::fs::read(path).map_err(|error| cannot_read(&path.display().to_string(), &error))?,
        _ => return Err(Text::fixed("--json reads one request", "--json 옵션은 요청 하나만 읽습니다")),
    };
    json::answer(&json, &options)
}

fn standard_input() -> Result<Vec<u8>, Text> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| cannot_read("-", &error))?;
    Ok(bytes)
}

fn cannot_read(path: &str, error: &std::io::Error) -> Text {
    text!("{path}: {error}", "{path}: {error}", path = path, error = error)
}
