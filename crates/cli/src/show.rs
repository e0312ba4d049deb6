//! `postproof show --postconf`: what the real postconf prints.

use crate::args::{PostconfMode, Show};
use crate::output::complain;
use crate::read::file::{MAX_BYTES, Refusal};
use postproof_engine::diag::{Lang, Text, text};
use postproof_engine::model::ASSUMED_POSTFIX;
use postproof_engine::model::postconf::{ClientFile, Files, Mode, Printed, SystemFacts, print};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

const ONE_DIRECTORY: Text = Text::fixed(
    "--postconf reads one directory with main.cf and master.cf",
    "--postconf 옵션은 main.cf와 master.cf가 있는 디렉터리 하나를 읽습니다",
);

/// Unusable input, or a limit of Postproof.
const UNUSABLE: u8 = 2;

/// `postproof show --postconf`. The exit status is that of the real program.
pub(crate) fn postconf(show: &Show, mode: PostconfMode, lang: Lang) -> u8 {
    let [dir] = show.input.paths.as_slice() else {
        complain(&ONE_DIRECTORY, lang);
        return UNUSABLE;
    };
    let system = match &show.system {
        Some(file) => match system_of(file) {
            Ok(system) => system,
            Err(why) => {
                complain(&why, lang);
                return UNUSABLE;
            }
        },
        None => this_machine(),
    };
    for name in ["main.cf", "master.cf"] {
        let path = dir.join(name);
        let refusal = match fs::metadata(&path) {
            Ok(data) if data.len() > MAX_BYTES => Refusal::TooLarge,
            Ok(data) if !data.is_file() => Refusal::Special,
            Ok(_) | Err(_) => continue,
        };
        complain(&refusal.text(&path), lang);
        return UNUSABLE;
    }
    let printed = printed(show, mode, dir, &system);
    // Where nobody listens any more, there is nobody to tell.
    let _ = io::stdout().write_all(&printed.stdout).and_then(|()| io::stdout().flush());
    for line in &printed.stderr {
        let _ = writeln!(io::stderr(), "{line}");
    }
    if let Some(unknown) = &printed.unknown {
        complain(&text!("{unknown}; see --system", "{unknown}. --system 옵션 참고", unknown = unknown), lang);
    }
    match &printed.limit {
        Some(limit) => {
            complain(limit, lang);
            UNUSABLE
        }
        None => printed.status,
    }
}

fn printed(show: &Show, mode: PostconfMode, dir: &Path, system: &SystemFacts) -> Printed {
    let given = dir.to_string_lossy();
    let directory = show.config_directory.as_deref().unwrap_or(&given);
    let main = fs::read(dir.join("main.cf")).map_err(|error| reason(&error));
    let master = fs::read(dir.join("master.cf")).map_err(|error| reason(&error));
    let client = |path: &[u8]| client(show, dir, &String::from_utf8_lossy(path));
    let files = Files {
        main_cf: main.as_deref().map_err(String::as_str),
        master_cf: master.as_deref().map_err(String::as_str),
        directory,
        is_default: show.config_directory.is_some(),
        client: &client,
    };
    let mode = match mode {
        PostconfMode::Set => Mode::Set,
        PostconfMode::Expanded => Mode::SetExpanded,
        PostconfMode::Services => Mode::Services,
        PostconfMode::ServiceSettings => Mode::ServiceSettings,
    };
    print(mode, &files, show.input.postfix_version.unwrap_or(ASSUMED_POSTFIX), system)
}

/// Opens a client file, one of the directory by its name on the server.
fn client(show: &Show, dir: &Path, path: &str) -> ClientFile {
    let inside = show.config_directory.as_ref().and_then(|name| path.strip_prefix(name.as_str())?.strip_prefix('/'));
    let path = inside.map_or_else(|| PathBuf::from(path), |name| dir.join(name));
    let read = fs::metadata(&path).and_then(|data| match data {
        data if !data.is_file() => Ok(ClientFile::Irregular),
        data if data.len() > MAX_BYTES => Err(io::Error::from(ErrorKind::FileTooLarge)),
        _ => fs::read(&path).map(ClientFile::Text),
    });
    read.unwrap_or_else(|error| match error.kind() {
        ErrorKind::PermissionDenied => ClientFile::Forbidden,
        _ => ClientFile::Missing(reason(&error)),
    })
}

/// The system's words for an error.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

/// The `hostname` and `interfaces` of a JSON file, and the `hosts` that resolve.
fn system_of(file: &Path) -> Result<SystemFacts, Text> {
    let shown = file.display();
    let text = fs::read_to_string(file).map_err(|error| Text::verbatim(format!("{shown}: {}", reason(&error))))?;
    let value: Value = serde_json::from_str(&text)
        .map_err(|error| text!("{shown}: no JSON: {error}", "{shown}: JSON 아님: {error}"))?;
    let texts = |value: &Value| {
        value.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let mut facts = SystemFacts::default();
    if let Some(name) = value.get("hostname").and_then(Value::as_str) {
        name.clone_into(&mut facts.hostname);
    }
    if let Some(interfaces) = value.get("interfaces") {
        let parsed = texts(interfaces).iter().map(|one| one.parse()).collect::<Result<_, _>>();
        facts.interfaces = Some(parsed.map_err(|_| {
            text!(
                "{shown}: `interfaces` holds something else than addresses like 192.0.2.1/24",
                "{shown}: `interfaces` 값에 192.0.2.1/24 같은 주소가 아닌 것이 있습니다"
            )
        })?);
    }
    for (name, addresses) in value.get("hosts").and_then(Value::as_object).into_iter().flatten() {
        let addresses = texts(addresses).iter().filter_map(|one| one.parse().ok()).collect();
        facts.hosts.insert(name.to_ascii_lowercase(), addresses);
    }
    Ok(facts)
}

/// What this machine says of itself without being asked for more than files.
fn this_machine() -> SystemFacts {
    let mut facts = SystemFacts::default();
    if let Ok(name) = fs::read_to_string("/proc/sys/kernel/hostname") {
        name.trim().clone_into(&mut facts.hostname);
    }
    let hosts = fs::read_to_string("/etc/hosts").unwrap_or_default();
    let mut found: BTreeMap<String, Vec<IpAddr>> = BTreeMap::new();
    for line in hosts.lines() {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        let Some(Ok(address)) = words.next().map(str::parse) else { continue };
        for name in words {
            found.entry(name.to_ascii_lowercase()).or_default().push(address);
        }
    }
    facts.hosts.extend(found);
    facts
}
