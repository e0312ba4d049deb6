//! Postfix to a newer release: deprecated and removed parameters, defaults
//! that change, tables of Berkeley DB. The lines stay as they are but for what
//! changes in them.

mod changes;
mod defaults;
mod tables;
mod texts;

#[cfg(test)]
mod tests;

use crate::{Entry, Kind, Migration, Note, OutputFile, OutputLine};
use changes::{Change, Written};
use postproof_catalog::{self as catalog, Version};
use postproof_diag::{FileId, SourceMap, Span, Text, decode};
use postproof_syntax::{Region, main_cf, master_cf};

/// From which release to which.
#[derive(Clone, Copy, Debug)]
pub struct Releases {
    /// The release that runs now.
    pub from: Version,
    /// Whether nobody said so.
    pub from_is_assumed: bool,
    /// The release to come.
    pub to: Version,
}

/// The first release in which Berkeley DB is on its way out.
// RELEASE_NOTES of 3.11, non_bdb_migration_level
const WITHOUT_BERKELEY_DB: Version = Version::new(3, 11);

/// Carries main.cf and master.cf files to another release.
pub fn migrate(sources: &SourceMap, releases: Releases) -> Migration {
    let mut out = Migration::default();
    let written = Written::of(sources);
    let mut commands = Vec::new();
    for (file, document) in sources.iter() {
        let is_master = document.known_as().rsplit('/').next().is_some_and(|name| name.starts_with("master"));
        let mut one = File {
            file,
            sources,
            releases,
            written: &written,
            output: OutputFile { path: document.known_as().to_owned(), lines: Vec::new() },
            entries: &mut out.entries,
            commands: &mut commands,
        };
        if is_master {
            one.master(&document.bytes);
        } else {
            one.main(&document.bytes);
        }
        out.files.push(one.output);
    }
    let (lines, mut notes) = defaults::changed(&written, releases);
    let main =
        out.files.iter_mut().find(|file| !file.path.rsplit('/').next().is_some_and(|name| name.starts_with("master")));
    if let Some(main) = main {
        main.lines.extend(lines.into_iter().map(|text| OutputLine { text, entry: None }));
    }
    notes.extend(commands.into_iter().map(|command| Note { text: texts::run(&command), question: false }));
    out.notes = notes;
    if releases.from_is_assumed {
        out.notes.push(Note { text: texts::assumed(&releases.from.to_string()), question: false });
    }
    out
}

struct File<'s> {
    file: FileId,
    sources: &'s SourceMap,
    releases: Releases,
    written: &'s Written,
    output: OutputFile,
    entries: &'s mut Vec<Entry>,
    /// Commands that make tables anew.
    commands: &'s mut Vec<String>,
}

impl File<'_> {
    fn main(&mut self, bytes: &[u8]) {
        let tree = main_cf::parse(&Region::whole(self.file, bytes), bytes).tree;
        for item in tree.items {
            match item {
                main_cf::Item::Setting(setting) => {
                    let raw = self.raw(setting.span);
                    let change = changes::of(&setting.name, setting.value.as_str(), self.written, self.releases);
                    let (lines, change) = self.apply(&raw, (&setting.name, setting.value.as_str()), false, change);
                    self.entry(setting.span, lines, change);
                }
                main_cf::Item::Comment(span) | main_cf::Item::Blank(span) => self.aside(span),
                main_cf::Item::Junk(span) => {
                    let raw = self.raw(span);
                    self.entry(span, raw, Change::new(Kind::Kept, texts::kept()));
                }
            }
        }
    }

    fn master(&mut self, bytes: &[u8]) {
        let tree = master_cf::parse(&Region::whole(self.file, bytes), bytes).tree;
        for item in tree.items {
            match item {
                master_cf::Item::Service(service) => {
                    let mut lines = self.raw(service.span);
                    let mut all = Change::new(Kind::Kept, texts::kept());
                    for one in &service.overrides {
                        let change = changes::of(&one.name, one.value.as_str(), self.written, self.releases);
                        let (new, change) = self.apply(&lines, (&one.name, one.value.as_str()), true, change);
                        if change.kind != Kind::Kept {
                            // A value within a service is not taken out of its line.
                            let keep = matches!(change.kind, Kind::Dropped | Kind::Merged);
                            all = if keep { Change::ask(texts::in_service(&one.name)) } else { change };
                            if !keep {
                                lines = new;
                            }
                        }
                    }
                    self.entry(service.span, lines, all);
                }
                master_cf::Item::Comment(span) | master_cf::Item::Blank(span) => self.aside(span),
                master_cf::Item::Junk(span) => {
                    let raw = self.raw(span);
                    self.entry(span, raw, Change::new(Kind::Kept, texts::kept()));
                }
            }
        }
    }

    /// The lines with the change in them: another name, value or table type.
    fn apply(
        &mut self,
        raw: &[String],
        (name, value): (&str, &str),
        in_service: bool,
        mut change: Change,
    ) -> (Vec<String>, Change) {
        let mut lines = raw.to_vec();
        if let (Some(new), true) = (&change.value, in_service) {
            replace_value(&mut lines, name, change.name.as_deref().unwrap_or(name), value, new);
        } else if let Some(new) = &change.value {
            lines = vec![format!("{} = {new}", change.name.as_deref().unwrap_or(name)).trim_end().to_owned()];
        } else if let Some(new) = &change.name {
            replace_first(&mut lines, name, new);
        }
        if self.releases.to.series() >= WITHOUT_BERKELEY_DB && !change.leaves() {
            let tables = tables::of(value);
            if !tables.is_empty() {
                for line in lines.iter_mut().filter(|line| !line.trim_start().starts_with('#')) {
                    *line = tables::rewritten(line);
                }
                self.commands.extend(tables::commands(name, &tables));
                if change.kind == Kind::Kept {
                    change = Change::new(Kind::Renamed, texts::berkeley());
                }
            } else if matches!(name, "default_database_type" | "default_cache_db_type")
                && matches!(value, "hash" | "btree")
            {
                lines = vec![format!("{name} = lmdb")];
                change = Change::new(Kind::Renamed, texts::berkeley());
            }
        }
        if change.leaves() {
            lines.clear();
        }
        if change.kind == Kind::NeedsYou && change.comment && !in_service {
            lines = raw.iter().map(|line| format!("# {}: {}", self.releases.from, line.trim_end())).collect();
        }
        (lines, change)
    }

    fn raw(&self, span: Span) -> Vec<String> {
        let text = decode(self.sources.slice(span)).into_owned();
        text.lines().map(|line| line.trim_end_matches('\r').to_owned()).collect()
    }

    fn aside(&mut self, span: Span) {
        let lines = self.raw(span);
        self.output.lines.extend(lines.into_iter().map(|text| OutputLine { text, entry: None }));
    }

    fn entry(&mut self, span: Span, lines: Vec<String>, change: Change) {
        let number = self.entries.len();
        let result = lines.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
        self.entries.push(Entry {
            span,
            kind: change.kind,
            result,
            reason: change.reason,
            question: change.question,
            samples: Vec::new(),
        });
        self.output.lines.extend(lines.into_iter().map(|text| OutputLine { text, entry: Some(number) }));
    }
}

/// Replaces the first place of a name, in the first line that has it.
fn replace_first(lines: &mut [String], name: &str, new: &str) {
    if let Some(line) = lines.iter_mut().find(|line| !line.trim_start().starts_with('#') && line.contains(name)) {
        *line = line.replacen(name, new, 1);
    }
}

/// Replaces `name=value` of a service, however it is spaced.
fn replace_value(lines: &mut [String], name: &str, new_name: &str, value: &str, new: &str) {
    for line in lines {
        let Some((before, after)) = line.split_once(name) else { continue };
        if after.trim_start().starts_with('=') {
            *line = format!("{before}{new_name}{}", after.replacen(value, new, 1));
            return;
        }
    }
}

/// Whether a release has a parameter.
fn has(param: &catalog::Param, version: Version) -> bool {
    param.since.is_none_or(|since| since <= version) && param.removed.is_none_or(|removed| version < removed)
}

/// Both languages with the same name.
fn name_text(name: &str) -> Text {
    Text::verbatim(format!("`{name}`"))
}
