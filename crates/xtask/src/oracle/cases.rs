//! Recorded answers of postconf: one JSON object per line, ASCII only. A byte
//! that is not UTF-8 stands as a lone surrogate, U+DC80 to U+DCFF.

use anyhow::{Context, Result, bail};
use postproof_catalog::Version;
use postproof_model::postconf::{Mode, SystemFacts};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

/// The modes under their names in a recording.
pub(super) const MODES: [(Mode, &str); 4] =
    [(Mode::Set, "n"), (Mode::SetExpanded, "x_n"), (Mode::Services, "Mf"), (Mode::ServiceSettings, "P")];

/// Where a lone surrogate is parked while JSON is read, in the private use area.
const PARKED: u32 = 0xF_DC00;

/// One configuration and what postconf said of it.
pub(super) struct Case {
    pub(super) id: String,
    pub(super) version: Version,
    pub(super) main: Vec<u8>,
    pub(super) master: Vec<u8>,
    /// Client files by path; nothing: a directory.
    pub(super) files: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    pub(super) system: SystemFacts,
    /// The directory as messages name it.
    pub(super) directory: String,
    pub(super) is_default: bool,
    pub(super) answers: BTreeMap<&'static str, Answer>,
}

/// What one mode printed.
pub(super) struct Answer {
    /// Nothing: it ran too long; below zero: killed by that signal.
    pub(super) status: Option<i64>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<String>,
}

/// All cases of a file, which may be compressed.
pub(super) fn read(path: &Path) -> Result<Vec<Case>> {
    lines(path)?.iter().map(|line| case(line).with_context(|| path.display().to_string())).collect()
}

/// The lines of a file, which may be compressed.
pub(super) fn lines(path: &Path) -> Result<Vec<String>> {
    let mut text = String::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut child = Command::new("gzip").arg("-dc").arg(path).stdout(Stdio::piped()).spawn()?;
        child.stdout.take().context("gzip has no output")?.read_to_string(&mut text)?;
        if !child.wait()?.success() {
            bail!("gzip cannot read {}", path.display());
        }
    } else {
        text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    }
    Ok(text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect())
}

fn case(line: &str) -> Result<Case> {
    let value: Value = serde_json::from_str(&park(line))?;
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(bytes);
    let version = value.get("version").and_then(Value::as_str).and_then(Version::parse).context("no version")?;
    let mut answers = BTreeMap::new();
    for (_, name) in MODES {
        let Some(status) = value.pointer(&format!("/rc/{name}")) else { continue };
        let stderr = value.pointer(&format!("/stderr/{name}")).and_then(Value::as_str).unwrap_or_default();
        answers.insert(
            name,
            Answer {
                status: status.as_i64(),
                stdout: text(&format!("postconf_{name}")).unwrap_or_default(),
                stderr: stderr.lines().map(str::to_owned).collect(),
            },
        );
    }
    let files = value.get("files").and_then(Value::as_object).into_iter().flatten();
    let directory = value.get("directory").and_then(Value::as_str);
    Ok(Case {
        id: value.get("id").and_then(Value::as_str).context("no id")?.to_owned(),
        version,
        main: text("text").context("no text")?,
        master: text("master_text").context("no master_text")?,
        files: files.map(|(path, text)| (bytes(path), text.as_str().map(bytes))).collect(),
        system: system(value.get("system"))?,
        directory: directory.unwrap_or("/etc/postfix").to_owned(),
        is_default: directory.is_none(),
        answers,
    })
}

/// `{"hostname": …, "interfaces": ["192.0.2.1/24", …]}`; without it the
/// machine of the large recordings.
fn system(value: Option<&Value>) -> Result<SystemFacts> {
    let recorded = json!({
        "hostname": "mx1.oracle.example",
        "interfaces": ["127.0.0.1/8", "::1/128", "192.0.2.25/24", "2001:db8:25::25/64"],
    });
    let value = value.unwrap_or(&recorded);
    let interfaces = value.get("interfaces").and_then(Value::as_array);
    let interfaces = interfaces.map(|all| {
        all.iter().map(|one| one.as_str().unwrap_or_default().parse().context("bad interface")).collect::<Result<_>>()
    });
    Ok(SystemFacts {
        hostname: value.get("hostname").and_then(Value::as_str).unwrap_or_default().to_owned(),
        interfaces: interfaces.transpose()?,
        ..SystemFacts::default()
    })
}

/// One line of a file of cases.
pub(super) fn written(case: &Case) -> String {
    let mut object = Map::new();
    object.insert("id".to_owned(), json!(case.id));
    object.insert("version".to_owned(), json!(case.version.to_string()));
    object.insert("directory".to_owned(), json!(case.directory));
    let interfaces = case.system.interfaces.iter().flatten().map(ToString::to_string).collect::<Vec<_>>();
    object.insert("system".to_owned(), json!({ "hostname": case.system.hostname, "interfaces": interfaces }));
    object.insert("text".to_owned(), json!(parked(&case.main)));
    object.insert("master_text".to_owned(), json!(parked(&case.master)));
    let files = case.files.iter().map(|(path, text)| (parked(path), json!(text.as_deref().map(parked))));
    object.insert("files".to_owned(), Value::Object(files.collect()));
    let of = |value: &dyn Fn(&Answer) -> Value| {
        Value::Object(case.answers.iter().map(|(name, answer)| ((*name).to_owned(), value(answer))).collect())
    };
    object.insert("rc".to_owned(), of(&|answer| json!(answer.status)));
    object.insert("stderr".to_owned(), of(&|answer| json!(answer.stderr.join("\n"))));
    for (name, answer) in &case.answers {
        object.insert(format!("postconf_{name}"), json!(parked(&answer.stdout)));
    }
    escaped(&Value::Object(object).to_string())
}

/// Lone surrogates as code points that JSON readers take. Escapes of two
/// surrogates that belong together stay.
pub(super) fn park(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let code = escape.strip_prefix("\\u").and_then(|hex| u32::from_str_radix(hex.get(..4)?, 16).ok());
        let length = match code {
            Some(0xD800..=0xDBFF) => 12,
            Some(_) => 6,
            None => 2,
        };
        let (escape, behind) = escape.split_at(length.min(escape.len()));
        match code {
            Some(code @ 0xDC00..=0xDFFF) => out.extend(char::from_u32(PARKED + (code & 0xFF))),
            Some(_) | None => out.push_str(escape),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// The bytes that a text with parked surrogates stands for.
fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for char in text.chars() {
        match u32::from(char).checked_sub(PARKED).and_then(|byte| u8::try_from(byte).ok()) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

/// Bytes as a text with parked surrogates.
fn parked(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().filter_map(|byte| char::from_u32(PARKED + u32::from(*byte))));
    }
    text
}

/// JSON with every character beyond ASCII escaped, and parked surrogates set free.
pub(super) fn escaped(json: &str) -> String {
    let mut out = String::new();
    for char in json.chars() {
        match u32::from(char) {
            0..=0x7F => out.push(char),
            code if (PARKED..=PARKED + 0xFF).contains(&code) => {
                out.push_str(&format!("\\udc{:02x}", code - PARKED));
            }
            _ => char.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_utf8_survive_being_written_and_read() {
        let text = b"a\xff\xed\xb2\x80\\u00e9\n".to_vec();
        let again: Value = serde_json::from_str(&park(&escaped(&json!(parked(&text)).to_string()))).unwrap();
        assert_eq!(bytes(again.as_str().unwrap()), text);
    }

    #[test]
    fn surrogates_that_belong_together_stay() {
        let read: Value = serde_json::from_str(&park(r#""\ud83d\udc80 \\udc80 \udcff""#)).unwrap();
        assert_eq!(bytes(read.as_str().unwrap()), b"\xf0\x9f\x92\x80 \\udc80 \xff");
    }
}
