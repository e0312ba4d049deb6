//! Where a setting of 2.4 goes.

use super::{Reader, SERIES, known, lists};
use crate::earlier::with_earlier;
use crate::{Assignment, Dialect, NodeId, ProblemKind, Step, Stops, accepts};
use postproof_catalog::{self as catalog, Setting, SettingKind};
use postproof_syntax::dovecot::exact::{ExactLine, Form};

/// Groups that one block may use. Real ones use two or three.
const MAX_GROUPS: usize = 200;

/// How an attempt to set a name went.
pub(super) enum Applied {
    /// There is no such name.
    No,
    /// The assignment was made under this name, in this block.
    Yes(String, NodeId),
    /// It was refused.
    Refused(ProblemKind, String),
}

impl Reader<'_> {
    /// A line that sets something.
    pub(super) fn assign(&mut self, line: &ExactLine) {
        let key = line.key.as_str().to_owned();
        let text = match line.form {
            Form::File => format!("<{}", line.value.as_str()),
            Form::Variable => match self.with_earlier(&key, line.value.as_str()) {
                Ok(text) if self.expanded.has_room(text.len(), line.value.as_str().len()) => text,
                Ok(_) => {
                    self.say(ProblemKind::Limit, line.span, "Value too long".to_owned(), &key, Stops::Silent);
                    line.value.as_str().to_owned()
                }
                Err(words) => return self.stop(ProblemKind::Variable, line.span, words, &key),
            },
            _ => line.value.as_str().to_owned(),
        };
        if let Some(label) = key.strip_prefix('@') {
            return self.use_group(line, label, &text);
        }
        let Some(open) = self.stack.last() else { return };
        let node = open.node;
        let path = if open.is_filter { key.clone() } else { format!("{}/{key}", open.key) };
        let at = self.record(line, path.split('/').next().unwrap_or(&path).to_owned(), None, None, node);
        match self.apply(node, &path, &text, at, true) {
            Applied::Yes(full, node) => self.warn_if_earlier(line, &full, node),
            Applied::No => {
                self.refuse(at);
                let words = format!("{key}: {}", self.unknown_words(&path));
                let place = line.key.span().unwrap_or(line.span);
                self.stop(ProblemKind::UnknownSetting, place, words, &key);
            }
            Applied::Refused(kind, words) => {
                self.refuse(at);
                self.stop(kind, line.span, format!("{key}: {words}"), &key);
            }
        }
    }

    fn refuse(&mut self, at: usize) {
        if let Some(assignment) = self.out.assignments.get_mut(at) {
            assignment.refused = true;
        }
    }

    pub(super) fn record(
        &mut self,
        line: &ExactLine,
        setting: String,
        item: Option<String>,
        known: Option<&'static Setting>,
        node: NodeId,
    ) -> usize {
        self.out.assignments.push(Assignment {
            node,
            setting,
            name: line.key.clone(),
            item,
            value: line.value.clone(),
            from_file: line.form == Form::File,
            quoted: line.quoted,
            refused: false,
            known,
            span: line.span,
        });
        self.out.assignments.len() - 1
    }

    fn use_group(&mut self, line: &ExactLine, label: &str, name: &str) {
        let Some(open) = self.stack.last() else { return };
        let id = open.node;
        if self.out.path(id).iter().any(|step| matches!(step, Step::Group { .. })) {
            let words = "Recursive include groups not allowed".to_owned();
            return self.stop(ProblemKind::Group, line.span, words, label);
        }
        let setting = format!("@{label}");
        self.record(line, setting, None, catalog::setting(SERIES, line.key.as_str()), id);
        if let Some((path, number)) = self.source.place() {
            self.uses.insert((id, label.to_owned()), (path.to_owned(), number));
        }
        let Some(node) = self.out.node_mut(id) else { return };
        let full = node.groups.len() >= MAX_GROUPS;
        match node.groups.iter_mut().find(|(known, _, _)| known == label) {
            Some(group) => {
                name.clone_into(&mut group.1);
                group.2 = line.span;
            }
            None if full => {
                self.say(ProblemKind::Limit, line.span, "Too many groups".to_owned(), label, Stops::Silent);
            }
            None => node.groups.push((label.to_owned(), name.to_owned(), line.span)),
        }
    }

    /// Sets a path in a block: the names of the block go in front where that
    /// makes a name, and a name that begins with that of a block goes into it.
    // config-parser.c, config_apply_line_full
    pub(super) fn apply(&mut self, from: NodeId, path: &str, text: &str, at: usize, autoprefix: bool) -> Applied {
        let (node, path) = self.descend(from, path);
        let (kind, name) = self.names(node);
        let mut applied = Applied::No;
        if let Some(name) = &name {
            // A `/` of the name is one of the path to the real program too.
            let full = format!("{}_{}_{path}", kind, name.replace('/', "_"));
            applied = self.apply_if(node, &full, text, at);
        }
        if matches!(applied, Applied::No) && autoprefix && !kind.is_empty() {
            applied = self.apply_if(node, &format!("{kind}_{path}"), text, at);
        }
        if matches!(applied, Applied::No) {
            applied = self.exact(node, &path, text, at);
        }
        applied
    }

    /// Follows `auth_policy/` and `service/imap/` in a path, and the blocks whose
    /// name a setting begins with.
    fn descend(&mut self, from: NodeId, path: &str) -> (NodeId, String) {
        let mut node = from;
        let mut path = path.to_owned();
        // Each round takes a name off the path, or goes one block down.
        for _ in 0..crate::old::MAX_DEPTH {
            while let Some((first, rest)) = path.split_once('/') {
                let Some(setting) = known(first) else { break };
                let (kind, name, rest) = match setting.kind {
                    SettingKind::FilterList => match rest.split_once('/') {
                        Some((name, rest)) => (first, Some(name.to_owned()), rest.to_owned()),
                        None => (first, None, rest.to_owned()),
                    },
                    SettingKind::Filter => (first, None, rest.to_owned()),
                    _ => break,
                };
                node = self.section_node(node, kind, name);
                path = rest;
            }
            let Some(prefix) = filter_prefix(&path) else { break };
            if self.is_named(node, prefix) {
                break;
            }
            node = self.section_node(node, prefix, None);
        }
        (node, path)
    }

    /// Whether a block has that name already, words joined by `_`.
    fn is_named(&self, node: NodeId, prefix: &str) -> bool {
        let (kind, name) = self.names(node);
        match name {
            Some(name) => format!("{kind}_{}", name.replace('/', "_")) == prefix,
            None => kind == prefix,
        }
    }

    /// Keyword and name of the block, without the `@` of a group.
    pub(super) fn names(&self, node: NodeId) -> (String, Option<String>) {
        match self.out.node(node).map(|node| &node.step) {
            Some(Step::Section { kind, name }) => (kind.clone(), name.clone()),
            Some(Step::Group { label, name }) => (label.clone(), Some(name.clone())),
            _ => (String::new(), None),
        }
    }

    fn apply_if(&mut self, node: NodeId, key: &str, text: &str, at: usize) -> Applied {
        if can_autoprefix(key) { self.exact(node, key, text, at) } else { Applied::No }
    }

    /// Sets exactly that name in that block.
    // config-parser.c, config_apply_exact_line
    fn exact(&mut self, node: NodeId, key: &str, text: &str, at: usize) -> Applied {
        let required = self.stack.last().and_then(|open| open.known).map_or("", |setting| setting.needs);
        if !required.is_empty() && required == key {
            self.seen_required.insert(node);
        }
        let (name, item) = match key.split_once('/') {
            Some((name, item)) => (name, Some(item)),
            None => (key, None),
        };
        let Some(setting) = known(name) else { return Applied::No };
        let in_group = self.out.path(node).iter().any(|step| matches!(step, Step::Group { .. }));
        if in_group && matches!(name, "import_environment" | "base_dir" | "dovecot_storage_version") {
            let words = format!("{name} cannot currently be defined inside groups");
            return Applied::Refused(ProblemKind::Group, words);
        }
        if let Some(assignment) = self.out.assignments.get_mut(at) {
            setting.name.clone_into(&mut assignment.setting);
            assignment.node = node;
            assignment.known = Some(setting);
            assignment.item = item.map(str::to_owned);
        }
        if let Err((kind, words)) = self.put(node, setting, item, text, at) {
            return Applied::Refused(kind, words);
        }
        if setting.module == "auth" && self.is_in_connection(node) {
            let words = format!("Auth settings not supported inside local/remote blocks: {key}");
            return Applied::Refused(ProblemKind::NotInConnection, words);
        }
        Applied::Yes(key.to_owned(), node)
    }

    fn put(
        &mut self,
        node: NodeId,
        setting: &'static Setting,
        item: Option<&str>,
        text: &str,
        at: usize,
    ) -> Result<(), (ProblemKind, String)> {
        let is_list = matches!(setting.kind, SettingKind::StringList | SettingKind::BoolList);
        let wrong = |words: String| Err((ProblemKind::WrongForm, words));
        match setting.kind {
            SettingKind::FilterList => {
                return wrong(format!("Setting is a named list filter, use '{} {text} {{'", self.written(at)));
            }
            SettingKind::Filter => return wrong(format!("Setting is a named filter, use '{} {{'", setting.name)),
            _ => {}
        }
        let Some(stored) = self.out.stored_mut(node, setting.name, is_list) else { return Ok(()) };
        stored.assignments.push(at);
        let at_top = node == NodeId::ROOT;
        match setting.kind {
            SettingKind::StringList => lists::map(stored, setting, item, text, Some(at), at_top)
                .map_err(|words| (ProblemKind::WrongForm, words)),
            SettingKind::BoolList => lists::words(stored, setting, item, text, Some(at), at_top)
                .map_err(|words| (ProblemKind::WrongValue, words)),
            _ => {
                text.clone_into(&mut stored.text);
                accepts(Dialect::V24, setting, text).map_err(|refused| (ProblemKind::WrongValue, refused.0))
            }
        }
    }

    /// The name as the line has it.
    fn written(&self, at: usize) -> String {
        self.out.assignments.get(at).map_or_else(String::new, |assignment| assignment.name.as_str().to_owned())
    }

    pub(super) fn is_in_connection(&self, node: NodeId) -> bool {
        let bits = |net: &crate::Net| net.range.is_none_or(|(_, bits)| bits > 0);
        self.out.path(node).iter().any(|step| match step {
            Step::Local(net) | Step::Remote(net) => bits(net),
            Step::LocalName(_) => true,
            Step::Root | Step::Protocol(_) | Step::Section { .. } | Step::Group { .. } => false,
        })
    }

    // config-parser.c, config_set_unknown_key_error
    fn unknown_words(&mut self, path: &str) -> String {
        let from = self.stack.last().map_or(NodeId::ROOT, |open| open.node);
        let (_, key) = self.descend(from, path);
        let mut words = format!("Unknown setting: {key}");
        let (kind, name) = match self.out.node(from).map(|node| &node.step) {
            Some(Step::Section { kind, name }) => (kind.clone(), name.clone()),
            Some(Step::Group { label, name }) => (format!("@{label}"), Some(name.clone())),
            _ => return words,
        };
        words.push_str(&format!(" ({kind}_{key}"));
        let Some(name) = name else {
            words.push_str(" not found either.)");
            return words;
        };
        words.push_str(&format!(" or {kind}_{}_{key} not found either.", name.replace('/', "_")));
        let found = alternatives(&kind, &key);
        match found.as_slice() {
            [] => {}
            [one] => words.push_str(&format!(" Did you mean {one}?")),
            several => words.push_str(&format!(" Did you mean one of: {}?", several.join(", "))),
        }
        words.push(')');
        words
    }

    // config-parser.c, config_parser_check_warnings
    fn warn_if_earlier(&mut self, line: &ExactLine, full: &str, node: NodeId) {
        let Some((path, number)) = self.source.place() else { return };
        let here = format!("{path} line {number}");
        if node == NodeId::ROOT {
            if let Some(first) = self.seen.get(full) {
                let words = format!(
                    "{here}: Global setting {full} won't change the setting inside an earlier filter at {first} (if \
                     this is intentional, avoid this warning by moving the global setting before {first})"
                );
                self.say(ProblemKind::EarlierFilter, line.span, words, full, Stops::Never);
            }
            return;
        }
        let around = self.stack.last().map_or(NodeId::ROOT, |open| open.node);
        let named_lists_only = self.out.path(around).iter().all(|step| match step {
            Step::Section { name, .. } => name.is_some(),
            Step::Group { .. } => true,
            Step::Root | Step::Protocol(_) | Step::Local(_) | Step::LocalName(_) | Step::Remote(_) => false,
        });
        if !named_lists_only {
            self.seen.entry(full.to_owned()).or_insert(here);
        }
    }

    fn with_earlier(&self, key: &str, value: &str) -> Result<String, String> {
        let is_blank = |ch: char| matches!(ch, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c');
        with_earlier(value, |word| word.strip_prefix("$SET:") == Some(key), is_blank, || self.earlier(key))
    }

    // config-parser.c, config_get_value
    fn earlier(&self, name: &str) -> Result<String, String> {
        let setting = known(name).ok_or_else(|| format!("Unknown setting: {name}"))?;
        match setting.kind {
            SettingKind::StringList | SettingKind::BoolList | SettingKind::Filter | SettingKind::FilterList => {
                return Err(format!("Failed to expand $SET:{name}: Setting type can't be expanded to string"));
            }
            _ => {}
        }
        let found = self.stack.iter().rev().find_map(|open| self.out.stored(open.node, name));
        Ok(match found {
            Some(stored) => stored.text.clone(),
            None if setting.kind == SettingKind::Enum => setting.values.replace(' ', ":"),
            None => setting.default.unwrap_or_default().to_owned(),
        })
    }
}

/// The longest section without a name whose name, and `_`, a path begins with.
// config-parser.c, replace_filter_prefix
fn filter_prefix(path: &str) -> Option<&str> {
    let ends = path.match_indices('_').map(|(at, _)| at);
    let is_filter = |name: &str| known(name).is_some_and(|setting| setting.kind == SettingKind::Filter);
    ends.rev().filter_map(|end| path.get(..end)).find(|name| is_filter(name))
}

/// Whether a name may be made by putting the name of a block in front.
// config-parser.c, config_key_can_autoprefix
pub(super) fn can_autoprefix(key: &str) -> bool {
    let name = key.split('/').next().unwrap_or(key);
    known(name).is_some_and(|setting| setting.kind != SettingKind::Filter)
}

/// Names that differ in what stands between the block's keyword and the key.
fn alternatives(kind: &str, key: &str) -> Vec<&'static str> {
    let fits = |name: &str| {
        let rest = name.strip_prefix(kind).and_then(|rest| rest.strip_prefix('_'));
        let rest = rest.and_then(|rest| rest.split_once('_'));
        rest.is_some_and(|(_, end)| end == key)
    };
    let all = catalog::settings(SERIES).iter().filter(|setting| setting.known);
    all.map(|setting| setting.name).filter(|name| fits(name)).collect()
}
