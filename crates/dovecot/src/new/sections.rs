//! Blocks of 2.4.

use super::Reader;
use super::apply::{Applied, can_autoprefix};
use super::known;
use crate::old::{net_key, network};
use crate::{NodeId, ProblemKind, Step};
use postproof_catalog::{Setting, SettingKind};
use postproof_syntax::dovecot::exact::ExactLine;

/// What a keyword opens.
enum Opened {
    Block(NodeId, Option<&'static Setting>),
    List,
    Wrong(ProblemKind, String),
}

impl Reader<'_> {
    /// `key name {`.
    // config-parser.c, config_parser_apply_line and config_filter_add_new_filter
    pub(super) fn begin(&mut self, line: &ExactLine) {
        let Some(around) = self.stack.last().map(|open| open.node) else { return };
        let key = self.full_keyword(around, line.key.as_str());
        let opened = self.open(around, &key, line);
        let place = line.key.span().unwrap_or(line.span);
        match opened {
            Opened::Block(node, setting) => {
                if let Some(node) = self.out.node_mut(node) {
                    node.opened.push(line.span);
                }
                self.push(line, &key, Some(node), setting, false);
                if let Some(setting) = setting.filter(|setting| setting.kind == SettingKind::FilterList) {
                    self.name_it(line, node, setting);
                    self.note_required(&key);
                }
            }
            Opened::List => self.push(line, &key, None, None, false),
            Opened::Wrong(kind, words) => {
                self.push(line, &key, None, None, true);
                self.stop(kind, place, words, &key);
            }
        }
    }

    /// `group @label name {`.
    pub(super) fn begin_group(&mut self, line: &ExactLine) {
        let Some(around) = self.stack.last().map(|open| open.node) else { return };
        let key = line.key.as_str();
        let Some(label) = key.strip_prefix('@') else {
            // Without the sign it is a section as any other.
            return self.begin_named(line, around);
        };
        if around != NodeId::ROOT {
            self.push(line, "group", None, None, true);
            let words = "groups must defined at top-level, not under filters".to_owned();
            return self.stop(ProblemKind::Nesting, line.span, words, key);
        }
        let name = line.value.as_str();
        let step = || Step::Group { label: label.to_owned(), name: name.to_owned() };
        let node = self.out.child_or_new(around, &crate::scope::group_key(label, name), step);
        if let Some(node) = self.out.node_mut(node) {
            node.opened.push(line.span);
        }
        self.push(line, "group", Some(node), None, false);
    }

    fn begin_named(&mut self, line: &ExactLine, around: NodeId) {
        match self.open(around, line.key.as_str(), line) {
            Opened::Block(node, setting) => self.push(line, "group", Some(node), setting, false),
            Opened::List => self.push(line, "group", None, None, true),
            Opened::Wrong(kind, words) => {
                self.push(line, "group", None, None, true);
                // The real program passes over a name that it does not know here.
                if kind != ProblemKind::UnknownSection {
                    self.stop(kind, line.span, words, line.key.as_str());
                }
            }
        }
    }

    /// The keyword with the names of the block in front, where that makes a name.
    fn full_keyword(&self, around: NodeId, key: &str) -> String {
        let (kind, name) = match self.out.node(around).map(|node| &node.step) {
            Some(Step::Section { kind, name }) => (kind.clone(), name.clone()),
            Some(Step::Group { label, name }) => (format!("@{label}"), Some(name.clone())),
            _ => return key.to_owned(),
        };
        if let Some(name) = name {
            let full = format!("{kind}_{}_{key}", name.replace('/', "_"));
            if can_autoprefix(&full) {
                return full;
            }
        }
        let full = format!("{kind}_{key}");
        if can_autoprefix(&full) { full } else { key.to_owned() }
    }

    fn open(&mut self, around: NodeId, key: &str, line: &ExactLine) -> Opened {
        let value = line.value.as_str();
        if matches!(key, "protocol" | "local" | "local_name" | "remote") {
            return self.connection(around, key, value);
        }
        let setting = known(key);
        match setting.map(|setting| setting.kind) {
            Some(SettingKind::Filter) => {
                if !value.is_empty() || line.quoted {
                    let words = format!("{key} {{ }} must not have a section name");
                    return Opened::Wrong(ProblemKind::UnwantedName, words);
                }
                Opened::Block(self.section_node(around, key, None), setting)
            }
            Some(SettingKind::FilterList) => self.named(around, key, line, setting),
            Some(_) => Opened::List,
            None => Opened::Wrong(ProblemKind::UnknownSection, format!("Unknown section name: {key}")),
        }
    }

    fn named(&mut self, around: NodeId, key: &str, line: &ExactLine, setting: Option<&'static Setting>) -> Opened {
        let value = line.value.as_str();
        let outer = match self.out.node(around).map(|node| &node.step) {
            Some(Step::Section { kind, name: Some(_) }) => kind.clone(),
            _ => String::new(),
        };
        let forbidden = match key {
            "namespace" => matches!(outer.as_str(), "namespace" | "mailbox"),
            "mailbox" => outer == "mailbox",
            "service" => !outer.is_empty(),
            _ => false,
        };
        if forbidden {
            let words = format!("{key} {{ .. }} not allowed under {outer} {{ .. }}");
            return Opened::Wrong(ProblemKind::Nesting, words);
        }
        if value.is_empty() && !line.quoted {
            return Opened::Wrong(ProblemKind::MissingName, format!("{key} {{ }} is missing section name"));
        }
        let module = setting.map_or("", |setting| setting.module);
        if self.out.child(around, &section_key(key, Some(value))).is_none() {
            let failed = |words: &str| {
                format!("Failed to set {key}={} for struct {module}: {words}", crate::old::escaped(value))
            };
            if value.starts_with("__") {
                let words = failed(&format!("Named list filter name must not begin with '__': {value}"));
                return Opened::Wrong(ProblemKind::UnwantedName, words);
            }
            if module == "auth" && self.is_in_connection(around) {
                let words = failed(&format!("Auth settings not supported inside local/remote blocks: {key}"));
                return Opened::Wrong(ProblemKind::NotInConnection, words);
            }
        }
        Opened::Block(self.section_node(around, key, Some(value.to_owned())), setting)
    }

    /// The setting that holds the name of a section is set with it.
    fn name_it(&mut self, line: &ExactLine, node: NodeId, setting: &'static Setting) {
        let Some(field) = known(setting.values) else {
            if let Some(stored) = self.out.stored_mut(node, setting.values, false) {
                line.value.as_str().clone_into(&mut stored.text);
            }
            return;
        };
        let at = self.record(line, field.name.to_owned(), None, Some(field), node);
        match self.apply(node, field.name, line.value.as_str(), at, false) {
            Applied::Yes(..) | Applied::No | Applied::Refused(..) => {}
        }
        // It is no line of its own.
        self.out.assignments.pop();
        if let Some(stored) = self.out.stored_mut(node, field.name, false) {
            stored.assignments.pop();
        }
    }

    /// A section may be what the one around it must hold.
    fn note_required(&mut self, key: &str) {
        let mut open = self.stack.iter().rev().skip(1);
        let Some(around) = open.next() else { return };
        if around.known.is_some_and(|setting| setting.needs == key) {
            self.seen_required.insert(around.node);
        }
    }

    /// The block of a section, made if it is new.
    pub(super) fn section_node(&mut self, around: NodeId, kind: &str, name: Option<String>) -> NodeId {
        let key = section_key(kind, name.as_deref());
        self.out.child_or_new(around, &key, || Step::Section { kind: kind.to_owned(), name })
    }

    // config-parser.c, config_filter_parse
    fn connection(&mut self, around: NodeId, key: &str, value: &str) -> Opened {
        let parent = self.out.node(around).map_or(Step::Root, |node| node.step.clone());
        if key == "local_name" && value.contains(' ') {
            let words = "Multiple names no longer supported in local_name value".to_owned();
            return Opened::Wrong(ProblemKind::UnwantedName, words);
        }
        let outer = match &parent {
            Step::Section { kind, .. } => Some(kind.clone()),
            Step::Group { label, .. } => Some(format!("@{label}")),
            Step::Protocol(_) if key == "protocol" => {
                let words = "Nested protocol { protocol { .. } } block not allowed".to_owned();
                return Opened::Wrong(ProblemKind::Nesting, words);
            }
            Step::Protocol(_) => Some("protocol".to_owned()),
            Step::Remote(_) if matches!(key, "local" | "local_name") => Some("remote".to_owned()),
            Step::LocalName(_) if key == "local" => Some("local_name".to_owned()),
            Step::Root | Step::Remote(_) | Step::LocalName(_) | Step::Local(_) => None,
        };
        if let Some(outer) = outer {
            let words = format!("{outer} {{ {key} {{ .. }} }} not allowed (use {key} {{ {outer} {{ .. }} }} instead)");
            return Opened::Wrong(ProblemKind::Nesting, words);
        }
        let mut net = None;
        let around_net = match &parent {
            Step::Local(net) if key == "local" => Some(net),
            Step::Remote(net) if key == "remote" => Some(net),
            _ => None,
        };
        if matches!(key, "local" | "remote")
            && let Some((kind, words)) = network(key, value, around_net, &mut net)
        {
            return Opened::Wrong(kind, words);
        }
        let node = match (key, net) {
            ("local", Some(net)) => {
                let index = net_key(key, &net);
                self.out.child_or_new(around, &index, || Step::Local(net))
            }
            ("remote", Some(net)) => {
                let index = net_key(key, &net);
                self.out.child_or_new(around, &index, || Step::Remote(net))
            }
            ("local_name", _) => {
                let name = value.to_ascii_lowercase();
                self.out.child_or_new(around, &format!("local_name:{name}"), || Step::LocalName(name.clone()))
            }
            _ => self.out.child_or_new(around, &format!("protocol:{value}"), || Step::Protocol(value.to_owned())),
        };
        Opened::Block(node, None)
    }
}

fn section_key(kind: &str, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{kind}/{name}"),
        None => kind.to_owned(),
    }
}
