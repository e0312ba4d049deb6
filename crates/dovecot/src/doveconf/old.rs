//! The print of 2.3.

use super::{LIST, Prefixes, escape, finish, in_order, indent, split_line, write_value};
use crate::old::{escaped, known_in, type_key};
use crate::{NodeId, Reading, Step};
use postproof_catalog::{self as catalog, SettingKind, Version};

/// In front of the name of the setting that names a section: it comes first.
const UNIQUE: u8 = 0xff;

/// The configuration: the top level, then the filters.
// doveconf.c, config_dump_human and config_dump_human_sections
pub(super) fn body(reading: &Reading) -> String {
    let mut out = Vec::new();
    let mut top = lines(reading, NodeId::ROOT, false);
    services(reading, &mut top);
    write(&mut out, top, Vec::new(), 0);
    let is_filter =
        |step: &Step| matches!(step, Step::Protocol(_) | Step::Local(_) | Step::LocalName(_) | Step::Remote(_));
    let mut filters: Vec<NodeId> =
        reading.nodes().filter(|(_, node)| is_filter(&node.step)).map(|(id, _)| id).collect();
    filters.sort_by_key(|id| order(reading, *id));
    for id in filters {
        let (head, depth) = head(reading, id);
        let lines = lines(reading, id, true);
        if write(&mut out, lines, head, depth) {
            for left in (0..depth).rev() {
                indent(&mut out, left);
                out.extend_from_slice(b"}\n");
            }
        }
    }
    finish(out)
}

/// The services that every server has: nothing is printed of them, but their
/// lines close the sections before them.
fn services(reading: &Reading, lines: &mut Vec<Vec<u8>>) {
    let mut names: Vec<&str> =
        catalog::dovecot_services(Version::new(2, 3)).iter().map(|setting| setting.service).collect();
    names.dedup();
    let known: Vec<String> = reading.sections("service").map(|section| section.name().to_owned()).collect();
    names.retain(|name| !known.iter().any(|known| known == name));
    lines.push([&[LIST][..], b"service=", names.join(" ").as_bytes()].concat());
    for name in names {
        lines.push([b"service/", name.as_bytes(), b"/", &[UNIQUE][..], b"name=", name.as_bytes()].concat());
    }
}

/// The least specific filters first.
// config-filter.c, config_filter_parser_cmp_rev
fn order(reading: &Reading, id: NodeId) -> (bool, u8, u8, bool) {
    let mut key = (false, 0, 0, false);
    for step in reading.path(id) {
        match step {
            Step::LocalName(_) => key.0 = true,
            Step::Local(net) => key.1 = net.range.map_or(0, |(_, bits)| bits),
            Step::Remote(net) => key.2 = net.range.map_or(0, |(_, bits)| bits),
            Step::Protocol(_) => key.3 = true,
            Step::Root | Step::Section { .. } | Step::Group { .. } => {}
        }
    }
    key
}

/// The first lines of a filter, and how many.
// doveconf.c, config_dump_filter_begin
fn head(reading: &Reading, id: NodeId) -> (Vec<u8>, usize) {
    let mut text = Vec::new();
    let mut depth = 0;
    for step in reading.path(id) {
        let line = match step {
            Step::Local(net) => format!("local {}", net.printed()),
            Step::LocalName(name) => format!("local_name {name}"),
            Step::Remote(net) => format!("remote {}", net.printed()),
            Step::Protocol(name) => format!("protocol {name}"),
            Step::Root | Step::Section { .. } | Step::Group { .. } => continue,
        };
        indent(&mut text, depth);
        text.extend_from_slice(line.as_bytes());
        text.extend_from_slice(b" {\n");
        depth += 1;
    }
    (text, depth)
}

/// The lines of one block and its sections, not sorted yet.
// config-request.c, settings_export
fn lines(reading: &Reading, id: NodeId, all: bool) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    let mut open = vec![(id, String::new(), "global".to_owned(), false)];
    while let Some((id, prefix, section, named)) = open.pop() {
        let Some(node) = reading.node(id) else { continue };
        for (name, stored) in &node.stored {
            let path = format!("{prefix}{name}");
            if stored.is_list {
                lines.push([&[LIST][..], path.as_bytes(), b"="].concat());
                for entry in &stored.entries {
                    lines.push(format!("{path}/{}={}", entry.key, entry.value).into_bytes());
                }
                continue;
            }
            if named && type_key(&section) == name {
                continue;
            }
            let default = known_in(&section, name);
            let same = default.is_some_and(|setting| is_default(setting, &stored.text));
            if all || named || !same {
                lines.push(format!("{path}={}", stored.text).into_bytes());
            }
        }
        if named {
            templates(reading, id, &prefix, &section, &mut lines);
        }
        for (child, inner, kind, is_unique) in sections(reading, id, &prefix, &mut lines) {
            if is_unique {
                let name = name_of(reading, child);
                let unique = [inner.as_bytes(), &[UNIQUE], type_key(&kind).as_bytes(), b"=", name.as_bytes()];
                lines.push(unique.concat());
            }
            open.push((child, inner, kind, is_unique));
        }
    }
    lines
}

/// Whether a value is the default to doveconf. A default that is no text at all
/// differs from every text; of an enum, a word that its list of words begins
/// with counts as the first one.
// config-request.c, config_export_type
fn is_default(setting: &catalog::Setting, text: &str) -> bool {
    if setting.kind == SettingKind::Enum && !setting.values.is_empty() {
        return setting.values.replace(' ', ":").starts_with(text);
    }
    setting.one_default && setting.default == Some(text)
}

/// The settings with `%` variables of a named section are always printed: their
/// default is compared with itself and a mark in front.
fn templates(reading: &Reading, id: NodeId, prefix: &str, section: &str, lines: &mut Vec<Vec<u8>>) {
    let all = catalog::settings(Version::new(2, 3)).iter();
    let of_it = all.filter(|setting| setting.section.split('|').any(|one| one == section));
    for setting in of_it.filter(|setting| setting.kind == SettingKind::Template) {
        let Some(default) = setting.default else { continue };
        if reading.stored(id, setting.name).is_none() {
            lines.push(format!("{prefix}{}={default}", setting.name).into_bytes());
        }
    }
}

/// The sections in a block with their paths; the lines that list them.
fn sections(
    reading: &Reading,
    id: NodeId,
    prefix: &str,
    lines: &mut Vec<Vec<u8>>,
) -> Vec<(NodeId, String, String, bool)> {
    let mut found: Vec<(NodeId, String, String, bool)> = Vec::new();
    let mut kinds: Vec<(String, Vec<String>)> = Vec::new();
    for child in reading.node(id).map_or(&[][..], |node| &node.children) {
        let Some(Step::Section { kind, .. }) = reading.node(*child).map(|node| &node.step) else { continue };
        let at = match kinds.iter().position(|(known, _)| known == kind) {
            Some(at) => at,
            None => {
                kinds.push((kind.clone(), Vec::new()));
                kinds.len() - 1
            }
        };
        let Some((_, labels)) = kinds.get_mut(at) else { continue };
        let unique = !matches!(kind.as_str(), "passdb" | "userdb");
        let name = name_of(reading, *child);
        let label = if unique && !name.is_empty() { escaped(&name) } else { labels.len().to_string() };
        labels.push(label.clone());
        found.push((*child, format!("{prefix}{kind}/{label}/"), kind.clone(), unique));
    }
    for (kind, labels) in kinds {
        lines.push([&[LIST][..], prefix.as_bytes(), kind.as_bytes(), b"=", labels.join(" ").as_bytes()].concat());
    }
    found
}

fn name_of(reading: &Reading, id: NodeId) -> String {
    match reading.node(id).map(|node| &node.step) {
        Some(Step::Section { name, .. }) => name.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// One section that is open.
struct Opened {
    prefix: usize,
    /// Where its first line stands among those that wait; nothing once they
    /// were written.
    waiting: Option<usize>,
}

/// Sorts and writes the lines, with the first lines of sections as soon as
/// something stands in them. Whether anything was written.
// doveconf.c, config_dump_human_output
fn write(out: &mut Vec<u8>, mut lines: Vec<Vec<u8>>, head: Vec<u8>, depth: usize) -> bool {
    lines.sort_by(|left, right| in_order(left, right));
    let mut prefixes = Prefixes::default();
    let lists = lines.iter().take_while(|line| line.first() == Some(&LIST)).count();
    for line in lines.iter().take(lists) {
        let (name, labels) = split_line(line.get(1..).unwrap_or_default());
        if labels.is_empty() {
            prefixes.add([name, b"/"].concat());
        }
        for label in labels.split(|byte| *byte == b' ').filter(|_| !labels.is_empty()) {
            prefixes.add([name, b"/", label, b"/"].concat());
        }
    }
    let mut dump = Dump { out, prefixes, open: Vec::new(), waiting: head, depth, written: false };
    for line in lines.iter().skip(lists) {
        dump.line(line);
    }
    dump.close_all();
    dump.written
}

struct Dump<'o> {
    out: &'o mut Vec<u8>,
    prefixes: Prefixes,
    open: Vec<Opened>,
    /// First lines of sections and filters that nothing stands in yet.
    waiting: Vec<u8>,
    depth: usize,
    written: bool,
}

impl Dump<'_> {
    fn line(&mut self, line: &[u8]) {
        let (path, value) = split_line(line);
        let unique = path.iter().position(|byte| *byte == UNIQUE).filter(|at| {
            path.get(..*at).is_some_and(|before| before.ends_with(b"/"))
                && !path.get(at + 1..).unwrap_or_default().contains(&b'/')
        });
        let key: Vec<u8> = match unique {
            Some(at) => [path.get(..at).unwrap_or_default(), path.get(at + 1..).unwrap_or_default()].concat(),
            None => path.to_vec(),
        };
        loop {
            let start = self.close_others(&key);
            let Some(next) = self.prefixes.first_of(&key, start) else { break };
            self.begin(next, &key, unique.is_some().then_some(value));
            if unique.is_some() {
                return;
            }
        }
        self.out.append(&mut self.waiting);
        self.open.iter_mut().for_each(|open| open.waiting = None);
        self.written = true;
        let skip = self.open.last().map_or(0, |open| self.prefixes.get(open.prefix).len());
        let name = key.get(skip..).unwrap_or_default();
        indent(self.out, self.depth);
        self.out.extend_from_slice(name);
        self.out.extend_from_slice(b" = ");
        write_value(self.out, name, value, false);
        self.out.push(b'\n');
    }

    /// Closes the sections that a name is not in; from which prefix on to look.
    fn close_others(&mut self, key: &[u8]) -> usize {
        while let Some(open) = self.open.last() {
            if key.starts_with(self.prefixes.get(open.prefix)) {
                return open.prefix + 1;
            }
            let waiting = open.waiting;
            self.open.pop();
            self.depth -= 1;
            match waiting {
                Some(length) => self.waiting.truncate(length),
                None => {
                    indent(self.out, self.depth);
                    self.out.extend_from_slice(b"}\n");
                }
            }
        }
        0
    }

    fn begin(&mut self, prefix: usize, key: &[u8], name: Option<&[u8]>) {
        let skip = self.open.last().map_or(0, |open| self.prefixes.get(open.prefix).len());
        let waiting = name.map(|_| self.waiting.len());
        self.open.push(Opened { prefix, waiting });
        indent(&mut self.waiting, self.depth);
        let word = key.get(skip..).unwrap_or_default().split(|byte| *byte == b'/').next().unwrap_or_default();
        self.waiting.extend_from_slice(word);
        match name {
            Some(name) if name.contains(&b' ') => {
                self.waiting.extend_from_slice(b" \"");
                escape(&mut self.waiting, name);
                self.waiting.push(b'"');
            }
            Some(name) if !name.is_empty() => {
                self.waiting.push(b' ');
                self.waiting.extend_from_slice(name);
            }
            Some(_) | None => {}
        }
        self.waiting.extend_from_slice(b" {\n");
        self.depth += 1;
    }

    fn close_all(&mut self) {
        while let Some(open) = self.open.pop() {
            if open.waiting.is_some() {
                // The real program stops here too: the rest waits as well.
                break;
            }
            self.depth -= 1;
            indent(self.out, self.depth);
            self.out.extend_from_slice(b"}\n");
        }
    }
}
