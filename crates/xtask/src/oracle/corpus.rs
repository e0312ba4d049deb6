//! Recordings as files: `KIND/NNN.cf`, and for each
//! `oracle/KIND/NNN.TOOL-VERSION.{rc,out,err}`.

use super::cases::{Answer, Case};
use anyhow::{Context, Result};
use postproof_catalog::Version;
use postproof_model::postconf::SystemFacts;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What the recordings say instead of the directory.
const DIRECTORY: &str = "CONFDIR";

/// Kind, the recorded tool and the mode that it is.
const KINDS: [(&str, &str, &str); 2] = [("postfix-main", "postconf-n", "n"), ("postfix-master", "postconf-Mf", "Mf")];

/// All recordings below `corpus`. `stock` is the master.cf that stood beside
/// each main.cf.
pub(super) fn read(corpus: &Path, stock: Option<&Path>) -> Result<Vec<Case>> {
    let stock = stock.map(fs::read).transpose().context("cannot read the stock master.cf")?.unwrap_or_default();
    let mut cases = Vec::new();
    for (kind, tool, mode) in KINDS {
        let recorded = corpus.join("oracle").join(kind);
        let mut names: Vec<_> = fs::read_dir(&recorded)
            .with_context(|| recorded.display().to_string())?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<Result<_>>()?;
        names.sort();
        for stem in names.iter().filter_map(|name| name.strip_suffix(".rc")) {
            let Some((number, version)) = stem.split_once(&format!(".{tool}-")) else { continue };
            let Some(version) = Version::parse(version) else { continue };
            let text = fs::read(corpus.join(kind).join(format!("{number}.cf")))?;
            let get =
                |ending: &str| fs::read(recorded.join(format!("{stem}.{ending}"))).with_context(|| stem.to_owned());
            let stderr = String::from_utf8_lossy(&get("err")?).replace("/usr/sbin/postconf: ", "postconf: ");
            let answer = Answer {
                status: String::from_utf8_lossy(&get("rc")?).trim().parse().ok(),
                stdout: get("out")?,
                stderr: stderr.lines().map(str::to_owned).collect(),
            };
            let is_main = mode == "n";
            let (main, master) = if is_main { (text, stock_of(&stock, version)) } else { (Vec::new(), text) };
            cases.push(Case {
                id: format!("{kind}/{number}"),
                version,
                main,
                master,
                files: BTreeMap::new(),
                system: SystemFacts { hostname: "localhost".to_owned(), ..SystemFacts::default() },
                directory: DIRECTORY.to_owned(),
                // The files had just been written. Releases since 3.8 then read
                // main.cf again after forgetting all, `-c` too (dict.c,
                // dict_load_file_xt).
                is_default: version.series() >= Version::new(3, 8),
                answers: BTreeMap::from([(mode, answer)]),
            });
        }
    }
    Ok(cases)
}

/// The stock master.cf as the release's package has it: since Debian 13 it runs
/// no pipe.
fn stock_of(stock: &[u8], version: Version) -> Vec<u8> {
    if version.series() < Version::new(3, 10) {
        return stock.to_vec();
    }
    let lines = postproof_syntax::exact::read_lines(stock);
    let runs_pipe = |line: &[u8]| line.split(u8::is_ascii_whitespace).any(|word| word == b"pipe");
    let kept = lines.iter().map(|line| line.text()).filter(|line| !runs_pipe(line));
    kept.flat_map(|line| [line, b"\n"].concat()).collect()
}
