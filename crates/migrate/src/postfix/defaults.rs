//! Defaults that change between two releases where no line sets the parameter.

use super::changes::Written;
use super::{Releases, has, texts};
use crate::Note;
use postproof_catalog::{Default, params};
use postproof_diag::Text;

static POLICIES: &[[&str; 4]] = include!(concat!(env!("OUT_DIR"), "/postfix-defaults.rs"));

/// The lines that keep the old defaults, and notes about those that are not
/// written out.
pub(super) fn changed(written: &Written, releases: Releases) -> (Vec<String>, Vec<Note>) {
    let mut lines = Vec::new();
    let mut notes = Vec::new();
    if !written.main {
        return (lines, notes);
    }
    let level = written.level();
    for param in params() {
        let (from, to) = (releases.from.series(), releases.to.series());
        if written.get(param.name).is_some() || !has(param, to) || param.read_only {
            continue;
        }
        let policy = POLICIES.binary_search_by(|row| row[0].cmp(param.name)).ok().and_then(|at| POLICIES.get(at));
        if !has(param, from) {
            // Only those that change what the server does by themselves.
            if let (Some([name, "note", en, ko]), Some(Default::Text(new))) = (policy, param.default_in(to, level)) {
                notes.push(Note { text: texts::comes_with(name, new, &Text::fixed(en, ko)), question: false });
            }
            continue;
        }
        let (old, new) = (param.default_in(from, level), param.default_in(to, level));
        let (Some(Default::Text(old)), Some(Default::Text(new))) = (old, new) else { continue };
        if old == new {
            continue;
        }
        match policy {
            Some([_, "none", _, _]) => {}
            Some([name, _, en, ko]) => {
                let text = texts::default_changes(name, old, new, &Text::fixed(en, ko));
                notes.push(Note { text, question: false });
            }
            None => {
                lines.push(format!("{} = {old}", param.name).trim_end().to_owned());
                notes.push(Note { text: texts::default_kept(param.name, old, new), question: false });
            }
        }
    }
    if to_lmdb(written, releases) {
        for name in ["default_database_type", "default_cache_db_type"] {
            let known = params().iter().any(|param| param.name == name && has(param, releases.to.series()));
            if known && written.get(name).is_none() {
                lines.push(format!("{name} = lmdb"));
                notes.push(Note { text: texts::database_type(name), question: false });
            }
        }
    }
    if !lines.is_empty() {
        lines.insert(0, format!("# Defaults that {} changes:", releases.to));
        lines.insert(0, String::new());
    }
    (lines, notes)
}

/// Whether the target is on its way out of Berkeley DB.
fn to_lmdb(written: &Written, releases: Releases) -> bool {
    releases.to.series() >= super::WITHOUT_BERKELEY_DB && written.main
}
