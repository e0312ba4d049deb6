//! The print of 2.4.

use super::{LIST, Prefixes, escape, finish, in_order, indent, split_line, write_value};
use crate::new::known;
use crate::{NodeId, Reading, Step};
use postproof_catalog::SettingKind;

/// In front of the number of an item of a list.
const ITEM: u8 = 2;

/// The configuration: the top level, then the blocks.
// doveconf.c, config_dump_human
pub(super) fn body(reading: &Reading) -> String {
    let mut out = Vec::new();
    if let Some(version) = reading.config_version() {
        out.extend_from_slice(format!("dovecot_config_version = {version}\n").as_bytes());
    }
    write(&mut out, reading, NodeId::ROOT, lines(reading, NodeId::ROOT, false), &mut Vec::new(), 0);
    let mut head = Vec::new();
    blocks(&mut out, reading, NodeId::ROOT, 0, &mut head);
    groups(&mut out, reading, NodeId::ROOT, &mut Vec::new(), 0);
    finish(out)
}

/// The blocks in a block. `head` are first lines that wait for something to
/// stand below them. Whether anything was written.
// doveconf.c, config_dump_human_filter_path
fn blocks(out: &mut Vec<u8>, reading: &Reading, around: NodeId, depth: usize, head: &mut Vec<u8>) -> bool {
    let mut any = false;
    for id in reading.node(around).map_or(&[][..], |node| &node.children) {
        let Some(node) = reading.node(*id) else { continue };
        let length = head.len();
        indent(head, depth);
        head.extend_from_slice(first_line(&node.step).as_bytes());
        head.extend_from_slice(b" {\n");
        let mut sent = write(out, reading, *id, lines(reading, *id, true), head, depth + 1);
        sent |= groups(out, reading, *id, head, depth + 1);
        sent |= blocks(out, reading, *id, depth + 1, head);
        if sent {
            any = true;
            head.clear();
            indent(out, depth);
            out.extend_from_slice(b"}\n");
        } else {
            head.truncate(length);
        }
    }
    any
}

// doveconf.c, config_dump_human_include_group
fn groups(out: &mut Vec<u8>, reading: &Reading, id: NodeId, head: &mut Vec<u8>, depth: usize) -> bool {
    let groups = reading.node(id).map_or(&[][..], |node| &node.groups);
    if groups.is_empty() {
        return false;
    }
    out.append(head);
    for (label, name, _) in groups {
        indent(out, depth);
        out.extend_from_slice(format!("@{label} = {name}\n").as_bytes());
    }
    true
}

fn first_line(step: &Step) -> String {
    match step {
        Step::Root => String::new(),
        Step::Protocol(name) => format!("protocol {name}"),
        Step::Local(net) => format!("local {}", net.printed()),
        Step::LocalName(name) => format!("local_name {name}"),
        Step::Remote(net) => format!("remote {}", net.printed()),
        Step::Section { kind, name: None } => kind.clone(),
        Step::Section { kind, name: Some(name) } => format!("{kind} {}", quoted_name(name)),
        Step::Group { label, name } => format!("group @{label} {}", quoted_name(name)),
    }
}

// doveconf.c, filter_name_escaped
fn quoted_name(name: &str) -> String {
    let name = crate::old::unescaped_name(name);
    if name.is_empty() {
        return "\"\"".to_owned();
    }
    if !name.contains([' ', '"', '{', '=', '<', '\'', '$']) {
        return name;
    }
    let mut quoted = vec![b'"'];
    escape(&mut quoted, name.as_bytes());
    quoted.push(b'"');
    finish(quoted)
}

/// The lines of one block, not sorted yet.
// config-request.c, settings_export; doveconf.c, config_request_get_strings
fn lines(reading: &Reading, id: NodeId, all: bool) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    for (name, stored) in reading.node(id).into_iter().flat_map(|node| &node.stored) {
        let setting = known(name);
        if !stored.is_list {
            let default = setting.and_then(|setting| setting.default).unwrap_or_default();
            let one = setting.is_some_and(|setting| setting.one_default);
            if !all && one && default == stored.text {
                continue;
            }
            let text = match setting.map(|setting| setting.kind) {
                Some(SettingKind::File) => stored.text.split('\n').next().unwrap_or_default(),
                _ => &stored.text,
            };
            lines.push(format!("{name}={text}").into_bytes());
            continue;
        }
        if stored.entries.is_empty() || stored.replaced {
            lines.push(format!("{name}=").into_bytes());
        }
        if stored.entries.is_empty() {
            continue;
        }
        lines.push([&[LIST][..], name.as_bytes(), b"="].concat());
        let words = setting.is_some_and(|setting| setting.kind == SettingKind::BoolList);
        for (at, entry) in stored.entries.iter().enumerate() {
            if !words {
                lines.push(format!("{name}/{}={}", entry.key, entry.value).into_bytes());
            } else if !(stored.replaced && entry.value == "no") {
                let order = format!("{at:08x}/{}={}", entry.key, entry.value);
                lines.push([name.as_bytes(), b"/", &[ITEM], order.as_bytes()].concat());
            }
        }
    }
    lines
}

/// What is left out in front of names within a block.
struct Strip {
    first: Option<Vec<u8>>,
    second: Option<Vec<u8>>,
}

impl Strip {
    fn of(step: &Step) -> Strip {
        match step {
            Step::Section { kind, name: None } => Strip { first: Some(format!("{kind}_").into_bytes()), second: None },
            Step::Section { kind, name: Some(name) } => Strip {
                first: Some(format!("{kind}_{}_", name.replace('/', "_")).into_bytes()),
                second: Some(format!("{kind}_").into_bytes()),
            },
            Step::Group { label, name } => Strip {
                first: Some(format!("@{label}_{name}_").into_bytes()),
                second: Some(format!("@{label}_").into_bytes()),
            },
            Step::Root | Step::Protocol(_) | Step::Local(_) | Step::LocalName(_) | Step::Remote(_) => {
                Strip { first: None, second: None }
            }
        }
    }

    // doveconf.c, try_strip_prefix
    fn cut<'k>(&self, key: &'k [u8]) -> &'k [u8] {
        let Some(first) = &self.first else { return key };
        if let Some(rest) = key.strip_prefix(first.as_slice()) {
            return rest;
        }
        let Some(rest) = self.second.as_ref().and_then(|second| key.strip_prefix(second.as_slice())) else {
            return key;
        };
        // Where the longer prefix makes another name, the short one is not cut.
        let name = rest.split(|byte| *byte == b'=').next().unwrap_or_default();
        let other = [first.as_slice(), name].concat();
        if std::str::from_utf8(&other).is_ok_and(|other| known(other).is_some()) { key } else { rest }
    }
}

struct Dump<'o> {
    out: &'o mut Vec<u8>,
    head: &'o mut Vec<u8>,
    prefixes: Prefixes,
    /// The list that is open, and whether it is written on one line.
    open: Vec<(usize, bool)>,
    depth: usize,
    strip: Strip,
    /// The setting that holds the name of the block, and the name.
    ignored: Option<(Vec<u8>, Vec<u8>)>,
    written: bool,
    one_line: bool,
    add_space: bool,
    in_words: bool,
}

/// Sorts and writes the lines of one block. Whether anything was written.
// doveconf.c, config_dump_human_output
fn write(
    out: &mut Vec<u8>,
    reading: &Reading,
    id: NodeId,
    mut lines: Vec<Vec<u8>>,
    head: &mut Vec<u8>,
    depth: usize,
) -> bool {
    lines.sort_by(|left, right| in_order(left, right));
    let mut prefixes = Prefixes::default();
    let lists = lines.iter().take_while(|line| line.first() == Some(&LIST)).count();
    for line in lines.iter().take(lists) {
        let (name, _) = split_line(line.get(1..).unwrap_or_default());
        prefixes.add([name, b"/"].concat());
    }
    let step = reading.node(id).map_or(&Step::Root, |node| &node.step);
    let ignored = match step {
        Step::Section { kind, name: Some(name) } => {
            known(kind).map(|setting| (setting.values.as_bytes().to_vec(), name.as_bytes().to_vec()))
        }
        _ => None,
    };
    let mut dump = Dump {
        out,
        head,
        prefixes,
        open: Vec::new(),
        depth,
        strip: Strip::of(step),
        ignored,
        written: false,
        one_line: false,
        add_space: false,
        in_words: false,
    };
    let rest = lines.get(lists..).unwrap_or_default();
    for (at, line) in rest.iter().enumerate() {
        dump.line(line, rest.get(at + 1).map(Vec::as_slice));
    }
    dump.close_until(&[]);
    dump.written
}

impl Dump<'_> {
    fn line(&mut self, line: &[u8], next: Option<&[u8]>) {
        let (path, value) = split_line(line);
        loop {
            let start = self.close_until(path);
            let Some(prefix) = self.prefixes.first_of(path, start) else { break };
            let skip = self.open.last().map_or(0, |(open, _)| self.prefixes.get(*open).len());
            self.open.push((prefix, self.one_line));
            indent(self.head, self.depth);
            let word = path.get(skip..).unwrap_or_default().split(|byte| *byte == b'/').next().unwrap_or_default();
            self.head.extend_from_slice(self.strip.cut(word));
            self.head.extend_from_slice(b" {\n");
            self.depth += 1;
        }
        if self.one_line {
            self.head.clear();
        } else {
            self.out.append(self.head);
        }
        self.written = true;
        if self.ignored.as_ref().is_some_and(|(key, name)| key == path && name == value) {
            return;
        }
        let skip = self.open.last().map_or(0, |(open, _)| self.prefixes.get(*open).len());
        if !self.one_line {
            indent(self.out, self.depth);
        }
        let mut key = line.get(skip..).unwrap_or_default();
        if skip > 0 && key.first() == Some(&ITEM) {
            self.in_words = true;
            let at = key.iter().position(|byte| *byte == b'/').map_or(0, |at| at + 1);
            key = key.get(at..).unwrap_or_default();
        } else {
            self.one_line = false;
        }
        self.item(key);
        self.end(line, value.is_empty(), next);
    }

    /// Writes `key = value`, or the word of a list that is written on one line.
    fn item(&mut self, whole: &[u8]) {
        let line = self.strip.cut(whole);
        let at = match self.in_words {
            true => line.iter().rposition(|byte| *byte == b'='),
            false => line.iter().position(|byte| *byte == b'='),
        };
        let at = at.unwrap_or(line.len());
        let (key, value) = (line.get(..at).unwrap_or_default(), line.get(at + 1..).unwrap_or_default());
        if self.one_line {
            if value == b"yes" {
                if self.add_space {
                    self.out.push(b' ');
                }
                self.word(key);
                self.add_space = true;
            }
            return;
        }
        self.word(key);
        self.out.extend_from_slice(b" = ");
        // Whether it is a secret is told from the name that is not cut.
        let full = whole.get(..whole.len() - line.len() + at).unwrap_or_default();
        write_value(self.out, full, value, true);
    }

    fn word(&mut self, word: &[u8]) {
        if word.iter().any(|byte| b" \"\\#=".contains(byte)) {
            self.out.push(b'"');
            escape(self.out, word);
            self.out.push(b'"');
        } else {
            self.out.extend_from_slice(word);
        }
    }

    /// Ends the line, unless words of the same list follow on it.
    fn end(&mut self, line: &[u8], is_empty: bool, next: Option<&[u8]>) {
        let follows = |name: &[u8]| {
            next.and_then(|next| next.strip_prefix(name)).is_some_and(|rest| rest.starts_with(&[b'/', ITEM]))
        };
        let cut = |at: u8| line.split(|byte| *byte == at).next().unwrap_or_default();
        if !self.one_line && is_empty && follows(cut(b'=')) {
            self.one_line = true;
            self.add_space = false;
        } else if !(self.one_line && follows(cut(b'/'))) {
            self.one_line = false;
            self.in_words = false;
            self.out.push(b'\n');
        }
    }

    fn close_until(&mut self, path: &[u8]) -> usize {
        while let Some((prefix, one_line)) = self.open.last().copied() {
            if !path.is_empty() && path.starts_with(self.prefixes.get(prefix)) {
                return prefix + 1;
            }
            self.open.pop();
            self.depth -= 1;
            if !one_line {
                indent(self.out, self.depth);
                self.out.extend_from_slice(b"}\n");
            }
        }
        0
    }
}
