//! Where a setting of 2.3 goes.

use super::Reader;
use crate::earlier::with_earlier;
use crate::{Assignment, Entry, NodeId, ProblemKind, Step, canonical};
use postproof_catalog::{self as catalog, Setting, SettingKind, Version};
use postproof_diag::SourceText;
use postproof_syntax::dovecot::exact::{ExactLine, Form};

const SERIES: Version = Version::new(2, 3);

/// Where a path leads.
enum Target {
    /// A setting of a block.
    Setting(NodeId, &'static Setting),
    /// An item of `plugin` or `dict`.
    Item(NodeId, &'static Setting, String),
}

/// What stands before the last `/` of a path.
enum Link {
    Block(NodeId, String),
    List(&'static Setting),
}

impl Reader<'_> {
    /// A line that sets something.
    pub(super) fn assign(&mut self, line: &ExactLine, key: &SourceText, value: SourceText) {
        let Some(open) = self.stack.last() else { return };
        let full = format!("{}{}", open.prefix, key.as_str());
        self.warn_if_earlier(line, key.as_str(), &full);
        let text = match line.form {
            Form::File => format!("<{}", value.as_str()),
            Form::Variable => match self.with_earlier(key.as_str(), value.as_str()) {
                Ok(text) if self.expanded.has_room(text.len(), value.as_str().len()) => text,
                Ok(_) => {
                    self.note(ProblemKind::Limit, line.span, "Value too long", key.as_str());
                    value.as_str().to_owned()
                }
                Err(words) => return self.stop(ProblemKind::Variable, line.span, words, value.as_str()),
            },
            _ => value.as_str().to_owned(),
        };
        self.set(line, key, &full, &text, value);
    }

    /// Sets a path, as the line itself or an old setting has it.
    pub(super) fn set(&mut self, line: &ExactLine, key: &SourceText, full: &str, text: &str, value: SourceText) {
        let Some(filter) = self.stack.last().map(|open| open.filter_node) else { return };
        self.set_in(filter, line, key, full, text, value);
    }

    pub(super) fn set_in(
        &mut self,
        filter: NodeId,
        line: &ExactLine,
        key: &SourceText,
        full: &str,
        text: &str,
        value: SourceText,
    ) {
        if full.is_empty() {
            let words = "Missing key name ('=' at the beginning of line)".to_owned();
            return self.stop(ProblemKind::Syntax, line.span, words, "");
        }
        let target = self.target(filter, full);
        let Some(target) = target else {
            let words = format!("Unknown setting: {}", self.full_path(key.as_str()));
            let setting = full.rsplit('/').next().unwrap_or(full).to_owned();
            self.record(filter, line, key, value, setting, None, None, true);
            return self.stop(ProblemKind::UnknownSetting, key.span().unwrap_or(line.span), words, key.as_str());
        };
        let (node, setting, item) = match target {
            Target::Setting(node, setting) => (node, setting, None),
            Target::Item(node, setting, item) => (node, setting, Some(item)),
        };
        let at = self.record(node, line, key, value, setting.name.to_owned(), item.clone(), Some(setting), false);
        let outcome = match item {
            Some(item) => {
                self.store_item(node, setting, item, text, at);
                Ok(())
            }
            None => self.store(node, setting, full, text, Some(at)),
        };
        if let Err((kind, words)) = outcome {
            if let Some(assignment) = self.out.assignments.get_mut(at) {
                assignment.refused = true;
            }
            return self.stop(kind, line.span, words, key.as_str());
        }
        self.check_place(line, key.as_str(), full);
    }

    #[allow(clippy::too_many_arguments)]
    fn record(
        &mut self,
        node: NodeId,
        line: &ExactLine,
        key: &SourceText,
        value: SourceText,
        setting: String,
        item: Option<String>,
        known: Option<&'static Setting>,
        refused: bool,
    ) -> usize {
        self.out.assignments.push(Assignment {
            node,
            setting,
            name: key.clone(),
            item,
            value,
            from_file: line.form == Form::File,
            quoted: line.quoted,
            refused,
            known,
            span: line.span,
        });
        self.out.assignments.len() - 1
    }

    /// The auth process reads no `local` and `remote`.
    // config-parser.c, config_apply_line
    fn check_place(&mut self, line: &ExactLine, key: &str, full: &str) {
        let Some(open) = self.stack.last() else { return };
        if open.filter.is_connection() && module_of(full) == "auth" {
            let words = format!("Auth settings not supported inside local/remote blocks: {key}");
            self.stop(ProblemKind::NotInConnection, line.span, words, key);
        }
    }

    /// Begins a section.
    // config-parser.c, config_parser_apply_line
    pub(super) fn begin(&mut self, line: &ExactLine, key: &str, name: &str) {
        if self.filter(line, key, name) {
            return;
        }
        let Some(open) = self.stack.last() else { return };
        let (filter_node, filter, prefix) = (open.filter_node, open.filter.clone(), open.prefix.clone());
        let label = if name.is_empty() {
            self.counter += 1;
            (self.counter - 1).to_string()
        } else {
            escaped(name)
        };
        let full = format!("{prefix}{key}");
        let inner = format!("{full}/{label}/");
        let target = self.target(filter_node, &full);
        // The path in a message has the new section already.
        self.push(line, Some(key), filter_node, filter, inner, target.is_none());
        let place = line.key.span().unwrap_or(line.span);
        match target {
            None => {
                let words = format!("Unknown setting: {}", self.full_path(key));
                self.stop(ProblemKind::UnknownSection, place, words, key);
            }
            Some(Target::Item(..)) => {
                if let Some(open) = self.stack.last_mut() {
                    open.ignored = true;
                }
                self.stop(ProblemKind::Nesting, line.span, "Section not allowed here".to_owned(), key);
            }
            Some(Target::Setting(node, setting)) => {
                if let Err((kind, words)) = self.store(node, setting, &full, &label, None) {
                    return self.stop(kind, line.span, words, key);
                }
                self.check_place(line, key, &full);
                if let Some(section) = self.out.child(node, &child_key(setting.name, &label)) {
                    self.name_section(section, name, line);
                }
            }
        }
    }

    /// The name that is written last counts.
    // config-parser.c, config_add_type
    fn name_section(&mut self, section: NodeId, given: &str, line: &ExactLine) {
        let Some(node) = self.out.node_mut(section) else { return };
        node.opened.push(line.span);
        let Step::Section { kind, name } = &mut node.step else { return };
        *name = (!given.is_empty()).then(|| given.to_owned());
        // Here the name is a setting as any other.
        if matches!(kind.as_str(), "passdb" | "userdb")
            && !given.is_empty()
            && let Some(stored) = self.out.stored_mut(section, "name", false)
        {
            given.clone_into(&mut stored.text);
        }
    }

    /// Stores a value in a block, or makes sections of it.
    // settings-parser.c, settings_parse
    fn store(
        &mut self,
        node: NodeId,
        setting: &'static Setting,
        full: &str,
        text: &str,
        at: Option<usize>,
    ) -> Result<(), (ProblemKind, String)> {
        let setting = if setting.kind == SettingKind::Alias { aliased(setting) } else { setting };
        match setting.kind {
            SettingKind::Section => {
                for label in text.split([',', '\t', ' ']).filter(|label| !label.is_empty()) {
                    let key = child_key(setting.name, label);
                    let unique = !matches!(setting.name, "passdb" | "userdb");
                    if !unique && self.out.child(node, &key).is_some() {
                        return Err((ProblemKind::UnwantedName, format!("{full}/{label} already exists")));
                    }
                    let kind = setting.name.to_owned();
                    self.out.child_or_new(node, &key, || Step::Section { kind, name: None });
                }
                Ok(())
            }
            SettingKind::StringList => {
                self.lists.insert((node, full.to_owned()));
                for label in text.split([',', '\t', ' ']).filter(|label| !label.is_empty()) {
                    self.lists.insert((node, format!("{full}/{label}")));
                }
                self.out.stored_mut(node, setting.name, true);
                Ok(())
            }
            _ => {
                // What is refused changes nothing.
                let value = canonical(setting.kind, setting.values, text)
                    .map_err(|refused| (ProblemKind::WrongValue, refused.0))?;
                let Some(stored) = self.out.stored_mut(node, setting.name, false) else { return Ok(()) };
                stored.assignments.extend(at);
                stored.text.clone_from(&value);
                if let Some(Step::Section { kind, name }) = self.out.node_mut(node).map(|node| &mut node.step)
                    && type_key(kind) == setting.name
                {
                    *name = Some(value).filter(|value| !value.is_empty());
                }
                Ok(())
            }
        }
    }

    // settings-parser.c, settings_parse_strlist
    fn store_item(&mut self, node: NodeId, setting: &'static Setting, item: String, text: &str, at: usize) {
        let Some(stored) = self.out.stored_mut(node, setting.name, true) else { return };
        stored.assignments.push(at);
        let value = text.to_owned();
        stored.put(Entry { key: item, value, assignment: Some(at) });
    }

    // settings-parser.c, settings_find_key_nth
    fn target(&mut self, filter: NodeId, full: &str) -> Option<Target> {
        let Some((parent, last)) = full.rsplit_once('/') else {
            return known("global", full).map(|setting| Target::Setting(filter, setting));
        };
        match self.link(filter, parent)? {
            Link::List(setting) => Some(Target::Item(filter, setting, last.to_owned())),
            Link::Block(node, kind) => known(&kind, last).map(|setting| Target::Setting(node, setting)),
        }
    }

    /// The block or list that a path names.
    fn link(&mut self, filter: NodeId, path: &str) -> Option<Link> {
        let mut steps = path.split('/');
        let first = steps.next()?;
        let setting = known("global", first)?;
        if setting.kind == SettingKind::StringList {
            let opened = self.lists.contains(&(filter, path.to_owned()));
            // The first item of a list makes the list.
            if path == first || opened {
                self.lists.insert((filter, path.to_owned()));
                return Some(Link::List(setting));
            }
            return None;
        }
        let (mut node, mut kind) = (filter, first);
        loop {
            let label = steps.next()?;
            node = self.block(node, kind, label)?;
            match steps.next() {
                None => return Some(Link::Block(node, kind.to_owned())),
                Some(next) => kind = next,
            }
        }
    }

    /// A block that was seen, or that every server has.
    fn block(&mut self, parent: NodeId, kind: &str, label: &str) -> Option<NodeId> {
        let key = child_key(kind, label);
        if let Some(found) = self.out.child(parent, &key) {
            return Some(found);
        }
        let exists = kind == "service" && catalog::dovecot_service(SERIES, label).is_some();
        let name = Some(label.to_owned());
        exists.then(|| {
            let kind = kind.to_owned();
            self.out.child_or_new(parent, &key, || Step::Section { kind, name })
        })
    }

    /// Makes the sections of a path at the top level.
    pub(super) fn make_block(&mut self, path: &str) {
        self.make_block_in(NodeId::ROOT, path);
    }

    /// Makes the sections of a path within a filter.
    pub(super) fn make_block_in(&mut self, filter: NodeId, path: &str) {
        let mut node = filter;
        let mut steps = path.split('/');
        while let (Some(kind), Some(label)) = (steps.next(), steps.next()) {
            let step = || Step::Section { kind: kind.to_owned(), name: Some(unescaped_name(label)) };
            node = self.out.child_or_new(node, &child_key(kind, label), step);
        }
    }

    // config-parser.c, config_parser_check_warnings
    fn warn_if_earlier(&mut self, line: &ExactLine, key: &str, full: &str) {
        let Some((path, number)) = self.source.place() else { return };
        let here = format!("{path} line {number}");
        if self.stack.len() > 1 {
            self.seen.entry(full.to_owned()).or_insert(here);
            return;
        }
        if let Some(first) = self.seen.get(full) {
            let words = format!(
                "{here}: Global setting {key} won't change the setting inside an earlier filter at {first} (if this \
                 is intentional, avoid this warning by moving the global setting before {first})"
            );
            self.warn(ProblemKind::EarlierFilter, line.span, words, key);
        }
    }

    fn with_earlier(&self, key: &str, value: &str) -> Result<String, String> {
        let is_own = |word: &str| word.strip_prefix('$') == Some(key) && !key.starts_with("ENV:");
        with_earlier(value, is_own, |ch| matches!(ch, ' ' | '\t'), || self.earlier(key))
    }

    /// What a setting is before this line: here, else in the filters around.
    // config-parser.c, config_get_value
    fn earlier(&self, name: &str) -> Result<String, String> {
        let setting = known("global", name).ok_or_else(|| format!("Unknown variable: ${name}"))?;
        if matches!(setting.kind, SettingKind::Section | SettingKind::StringList | SettingKind::Alias) {
            return Err(format!("Invalid variable: ${name}"));
        }
        let found = self.stack.iter().rev().find_map(|open| self.out.stored(open.filter_node, name));
        Ok(match found {
            Some(stored) => stored.text.clone(),
            None => setting.default.unwrap_or_default().to_owned(),
        })
    }
}

/// The setting of that name in a section of 2.3.
pub(crate) fn known(section: &str, name: &str) -> Option<&'static Setting> {
    let fits = |setting: &&'static Setting| setting.known && setting.section.split('|').any(|one| one == section);
    catalog::settings_named(SERIES, name).iter().find(fits)
}

/// The setting that holds the name of a section.
// type_offset in the setting tables
pub(crate) fn type_key(kind: &str) -> &'static str {
    match kind {
        "unix_listener" | "fifo_listener" => "path",
        "metric" => "metric_name",
        _ => "name",
    }
}

fn aliased(setting: &'static Setting) -> &'static Setting {
    known(setting.section, setting.needs).unwrap_or(setting)
}

/// The structure that the first name of a path belongs to.
fn module_of(full: &str) -> &'static str {
    let first = full.split('/').next().unwrap_or(full);
    known("global", first).map_or("", |setting| setting.module)
}

/// The key of a section among its siblings; case does not count.
fn child_key(kind: &str, label: &str) -> String {
    format!("{kind}/{}", label.to_ascii_lowercase())
}

/// A name as it stands in a path.
// settings-parser.c, settings_section_escape
pub(crate) fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for ch in name.chars() {
        match ch {
            '=' => text.push_str("\\e"),
            '/' => text.push_str("\\s"),
            '\\' => text.push_str("\\\\"),
            ' ' => text.push_str("\\_"),
            ',' => text.push_str("\\+"),
            other => text.push(other),
        }
    }
    text
}

/// The name that [`escaped`] made a path of.
// settings-parser.c, settings_section_unescape
pub(crate) fn unescaped_name(label: &str) -> String {
    let mut name = String::with_capacity(label.len());
    let mut chars = label.chars();
    while let Some(ch) = chars.next() {
        match (ch, ch == '\\') {
            (_, true) => match chars.next() {
                Some('e') => name.push('='),
                Some('s') => name.push('/'),
                Some('_') => name.push(' '),
                Some('+') => name.push(','),
                Some('\\') => name.push('\\'),
                Some('.') => {}
                Some(other) => name.extend(['\\', other]),
                None => name.push('\\'),
            },
            (other, false) => name.push(other),
        }
    }
    name
}
