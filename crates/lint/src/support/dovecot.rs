//! The Dovecot configuration as rules look at it: the given parts put together
//! in the order in which doveconf reads them, as a tree of sections. Which
//! section counts for a session is for the rule to ask.

mod blocks;
pub(crate) mod faults;
pub(crate) mod lists;
pub(crate) mod logins;
pub(crate) mod ports;
pub(crate) mod sockets;
pub(crate) mod words;

pub(crate) use blocks::Block;

use crate::Cx;
use postproof_diag::Span;
use postproof_model::{Presence, SourcePart, Tree};
use postproof_syntax::PartKind;
use postproof_syntax::dovecot::{Item, Section, Setting};
use std::collections::BTreeMap;

/// Includes that are followed. No real configuration has as many; a made-up one
/// with one on every line would compare each with each part.
const MAX_INCLUDES: usize = 1000;

/// All given parts of dovecot.conf as one tree.
#[derive(Debug)]
pub(crate) struct Dovecot<'a> {
    /// Whether the text is for 2.4.
    pub(crate) is_new: bool,
    /// Whether settings may exist that were not given.
    pub(crate) is_partial: bool,
    /// Whether a file of `protocols` or the like may exist that was not given.
    pub(crate) has_unseen: bool,
    /// Whether all of it is what doveconf printed.
    pub(crate) is_dump: bool,
    nodes: Vec<Node<'a>>,
}

/// One section, with what all its blocks hold.
#[derive(Debug)]
struct Node<'a> {
    name: &'a str,
    label: Option<&'a str>,
    /// Where its first block names it.
    span: Option<Span>,
    settings: Vec<(usize, &'a Setting)>,
    children: Vec<usize>,
}

impl<'a> Dovecot<'a> {
    /// The configuration of the host; nothing if no Dovecot was given.
    pub(crate) fn of(cx: &Cx<'a>) -> Option<Self> {
        let parts = sorted(cx);
        let reading = cx.reading()?;
        let is_new = reading.dialect() == postproof_dovecot::Dialect::V24;
        let names: Vec<String> = parts.iter().map(|part| server_name(cx, part)).collect();
        let mut build = Build::new(is_new, &parts, &names);
        for (at, part) in parts.iter().enumerate() {
            if !build.is_included(at) {
                build.part(at, part, 0);
            }
        }
        let is_dump = parts.iter().all(|part| part.part.kind == PartKind::DoveconfN);
        let is_whole = cx.model.given.dovecot == Presence::Whole && faults::has_main_file(&parts, reading);
        Some(Dovecot {
            is_new,
            is_partial: !is_whole || build.unresolved,
            has_unseen: !is_whole || build.unresolved || build.unresolved_try,
            is_dump,
            nodes: build.nodes,
        })
    }

    /// What stands outside all sections.
    pub(crate) fn root(&self) -> Block<'_, 'a> {
        Block::new(self, 0)
    }

    /// Every section with its settings, in the order in which they begin.
    pub(crate) fn all(&self) -> impl Iterator<Item = Block<'_, 'a>> {
        (0..self.nodes.len()).map(|at| Block::new(self, at))
    }

    /// The global setting of that name. In 2.4 a named filter may hold it too:
    /// `ssl_server { cert_file = … }`.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Setting> {
        self.root().get_deep(name)
    }

    /// The setting that counts within `protocol NAME { … }`.
    pub(crate) fn get_in(&self, protocol: &str, name: &str) -> Option<&'a Setting> {
        let own = self.root().child("protocol", protocol).and_then(|block| block.get_deep(name));
        own.or_else(|| self.get(name))
    }

    /// The value of a global setting, or its default.
    pub(crate) fn text(&self, name: &str, default: &'static str) -> &'a str {
        self.get(name).map_or(default, |setting| setting.value.as_str())
    }

    /// Whether a global setting is on, with its default.
    pub(crate) fn is_on(&self, name: &str, default: bool) -> bool {
        self.get(name).and_then(|setting| words::boolean(setting.value.as_str())).unwrap_or(default)
    }

    /// A setting of a plugin: in `plugin { … }` of 2.3, global in 2.4.
    pub(crate) fn plugin(&self, name: &str) -> Option<&'a Setting> {
        if self.is_new {
            return self.get(name);
        }
        self.root().children("plugin").find_map(|block| block.get(name))
    }

    /// The sections of all services.
    pub(crate) fn services(&self) -> impl Iterator<Item = Block<'_, 'a>> {
        self.root().children("service")
    }

    /// The section of one service.
    pub(crate) fn service(&self, name: &str) -> Option<Block<'_, 'a>> {
        self.root().child("service", name)
    }

    /// Sections of that name wherever they stand at the top or within a
    /// protocol: passdb, userdb, namespace.
    pub(crate) fn blocks(&self, name: &'static str) -> impl Iterator<Item = Block<'_, 'a>> {
        self.all().filter(move |block| block.name() == name)
    }
}

/// The given parts of dovecot.conf, each with its path on the server and whether
/// no other includes it.
pub(crate) fn parts<'a>(cx: &Cx<'a>) -> Vec<(&'a SourcePart, String, bool)> {
    let parts = sorted(cx);
    let names: Vec<String> = parts.iter().map(|part| server_name(cx, part)).collect();
    let build = Build::new(false, &parts, &names);
    let one = |(at, name): (usize, &String)| Some((*parts.get(at)?, name.clone(), !build.is_included(at)));
    names.iter().enumerate().filter_map(one).collect()
}

/// The path of a part on the server. Files that were followed have theirs; then
/// the dovecot.conf that was given under another one is the server's.
fn server_name(cx: &Cx<'_>, part: &SourcePart) -> String {
    const MAIN: &str = "/etc/dovecot/dovecot.conf";
    let name = part.part.name.as_deref().unwrap_or_default();
    let given = cx.sources.get(part.part.region.file).is_some_and(|document| !document.followed);
    let is_main = given && name.rsplit('/').next() == Some("dovecot.conf");
    let followed =
        || cx.sources.iter().any(|(_, document)| document.followed && document.known_as().starts_with("/etc/dovecot/"));
    if is_main && name != MAIN && followed() { MAIN.to_owned() } else { name.to_owned() }
}

/// dovecot.conf before what stands beside it.
fn sorted<'a>(cx: &Cx<'a>) -> Vec<&'a SourcePart> {
    let mut parts: Vec<&'a SourcePart> = cx.model.parts.iter().filter(|part| is_main(part)).collect();
    let is_first = |part: &SourcePart| {
        part.part.name.as_deref().is_some_and(|name| name.rsplit('/').next() == Some("dovecot.conf"))
    };
    parts.sort_by_key(|part| !is_first(part));
    parts
}

fn is_main(part: &SourcePart) -> bool {
    matches!(part.part.kind, PartKind::DovecotConf | PartKind::DoveconfN) && matches!(part.tree, Tree::Dovecot(_))
}

/// Puts the parts together.
struct Build<'a, 'p> {
    is_new: bool,
    parts: &'p [&'a SourcePart],
    /// Their paths on the server.
    names: &'p [String],
    nodes: Vec<Node<'a>>,
    known: BTreeMap<(usize, &'a str, Option<&'a str>), usize>,
    count: usize,
    includes: usize,
    /// Parts that an include of another names.
    included: Vec<bool>,
    /// Those that were read; each is once.
    done: Vec<bool>,
    /// An `!include` whose file was not given.
    unresolved: bool,
    /// An `!include_try` of a pattern that nothing given matches.
    unresolved_try: bool,
}

impl<'a, 'p> Build<'a, 'p> {
    fn new(is_new: bool, parts: &'p [&'a SourcePart], names: &'p [String]) -> Self {
        let root = Node { name: "", label: None, span: None, settings: Vec::new(), children: Vec::new() };
        let mut build = Build {
            is_new,
            parts,
            names,
            nodes: vec![root],
            known: BTreeMap::new(),
            count: 0,
            includes: 0,
            included: vec![false; parts.len()],
            done: vec![false; parts.len()],
            unresolved: false,
            unresolved_try: false,
        };
        let named = parts.iter().enumerate().flat_map(|(at, part)| includes(part).map(move |pattern| (at, pattern)));
        for (at, pattern) in named.take(MAX_INCLUDES) {
            for target in build.targets(at, pattern) {
                if let Some(flag) = build.included.get_mut(target) {
                    *flag = true;
                }
            }
        }
        // Files that include each other in a circle: read each by itself.
        if build.included.iter().all(|flag| *flag) {
            build.included.fill(false);
        }
        build
    }

    fn is_included(&self, at: usize) -> bool {
        self.included.get(at).copied().unwrap_or(false)
    }

    /// The given parts that an include pattern names, sorted by path.
    fn targets(&self, by: usize, pattern: &str) -> Vec<usize> {
        let directory = self.names.get(by).and_then(|name| directory_of(name));
        let mut found: Vec<(&str, usize)> = Vec::new();
        for (at, name) in self.names.iter().enumerate() {
            if at != by && !name.is_empty() && words::include_matches(pattern, directory, name) {
                found.push((name, at));
            }
        }
        found.sort_unstable();
        found.into_iter().map(|(_, at)| at).collect()
    }

    fn part(&mut self, at: usize, part: &'a SourcePart, base: usize) {
        let Tree::Dovecot(parsed) = &part.tree else { return };
        match self.done.get_mut(at) {
            Some(done) if !*done => *done = true,
            Some(_) | None => return,
        }
        let mut open = vec![base];
        let current = |open: &[usize]| open.last().copied().unwrap_or(base);
        for item in &parsed.tree.items {
            match item {
                Item::Setting(setting) => {
                    open.truncate(setting.path.len() + 1);
                    let node = current(&open);
                    self.count += 1;
                    let count = self.count;
                    if let Some(node) = self.nodes.get_mut(node) {
                        node.settings.push((count, setting));
                    }
                }
                Item::SectionStart(start) => {
                    open.truncate(start.depth + 1);
                    let node = self.node(current(&open), &start.section, start.name_span);
                    open.push(node);
                }
                Item::SectionEnd(_) => {
                    if open.len() > 1 {
                        open.pop();
                    }
                }
                Item::Include { pattern, optional, .. } => {
                    let base = current(&open);
                    self.include(at, pattern, *optional, base);
                }
                Item::Comment(_) | Item::Blank(_) | Item::Junk(_) => {}
            }
        }
    }

    fn include(&mut self, by: usize, pattern: &str, optional: bool, base: usize) {
        self.includes += 1;
        let targets = if self.includes > MAX_INCLUDES { Vec::new() } else { self.targets(by, pattern) };
        if targets.is_empty() {
            self.unresolved |= !optional;
            self.unresolved_try |= optional && pattern.contains(['*', '?', '[']);
        }
        for target in targets {
            if let Some(part) = self.parts.get(target) {
                self.part(target, part, base);
            }
        }
    }

    /// Blocks of the same section are one; passdb, userdb and namespace of 2.3
    /// without a name are each their own (config-parser.c numbers them).
    fn node(&mut self, parent: usize, section: &'a Section, span: Span) -> usize {
        let label = section.label.as_deref();
        let counted = ["passdb", "userdb", "namespace", "mailbox", "inet_listener"];
        let is_own = label.is_none() && !self.is_new && counted.contains(&section.name.as_str());
        let key = (parent, section.name.as_str(), label);
        if let (false, Some(known)) = (is_own, self.known.get(&key)) {
            return *known;
        }
        let at = self.nodes.len();
        self.nodes.push(Node {
            name: &section.name,
            label,
            span: Some(span),
            settings: Vec::new(),
            children: Vec::new(),
        });
        if let Some(parent) = self.nodes.get_mut(parent) {
            parent.children.push(at);
        }
        if !is_own {
            self.known.insert(key, at);
        }
        at
    }
}

fn includes(part: &SourcePart) -> impl Iterator<Item = &str> {
    let items = match &part.tree {
        Tree::Dovecot(parsed) => parsed.tree.items.as_slice(),
        Tree::Main(_) | Tree::Master(_) | Tree::Table(_) | Tree::None => &[],
    };
    items.iter().filter_map(|item| match item {
        Item::Include { pattern, .. } => Some(pattern.as_str()),
        Item::Setting(_)
        | Item::SectionStart(_)
        | Item::SectionEnd(_)
        | Item::Comment(_)
        | Item::Blank(_)
        | Item::Junk(_) => None,
    })
}

fn directory_of(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(directory, _)| directory)
}
