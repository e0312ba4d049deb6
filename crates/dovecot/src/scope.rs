//! Which value counts where.

use crate::{Assignment, Dialect, Node, NodeId, Reading, Step, Stored};
use postproof_catalog::{self as catalog, Setting};
use postproof_diag::{SourceText, Span};
use std::net::IpAddr;

/// For whom and where a value is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'a> {
    /// The protocol (`imap`, `lmtp` …); nothing asks for what holds for all.
    pub protocol: Option<&'a str>,
    /// The server's address.
    pub local: Option<IpAddr>,
    /// The name that the client asks for by TLS.
    pub local_name: Option<&'a str>,
    /// The client's address.
    pub remote: Option<IpAddr>,
    /// The sections, outermost first: `[("service", "imap-login"), ("inet_listener", "imap")]`.
    /// One without a name has an empty one.
    pub within: &'a [(&'a str, &'a str)],
}

impl<'a> Scope<'a> {
    /// What holds for all.
    pub const GLOBAL: Scope<'static> =
        Scope { protocol: None, local: None, local_name: None, remote: None, within: &[] };

    /// What holds for a protocol.
    pub const fn protocol(name: &'a str) -> Scope<'a> {
        Scope { protocol: Some(name), ..Scope::GLOBAL }
    }

    /// What holds in these sections.
    pub const fn within(sections: &'a [(&'a str, &'a str)]) -> Scope<'a> {
        Scope { within: sections, ..Scope::GLOBAL }
    }
}

/// A value that counts.
#[derive(Clone, Copy, Debug)]
pub struct Value<'r> {
    /// Its text; of a list its words with blanks between.
    pub stored: Option<&'r Stored>,
    /// The assignment that it comes from; nothing for a default.
    pub assignment: Option<&'r Assignment>,
    /// The default, where nothing sets it.
    pub default: Option<&'static str>,
    /// The setting.
    pub known: Option<&'static Setting>,
}

impl<'r> Value<'r> {
    /// The text. Of a list it is empty; see [`Value::words`].
    pub fn text(&self) -> &'r str {
        match self.stored {
            Some(stored) if !stored.is_list => &stored.text,
            Some(_) => "",
            None => self.default.unwrap_or_default(),
        }
    }

    /// The text with its places, as written.
    pub fn source(&self) -> SourceText {
        match self.assignment {
            Some(assignment) => assignment.value.clone(),
            None => SourceText::unplaced(self.text()),
        }
    }

    /// Where it is set.
    pub fn span(&self) -> Option<Span> {
        self.assignment.map(|assignment| assignment.span)
    }

    /// Whether the configuration sets it.
    pub fn is_set(&self) -> bool {
        self.stored.is_some()
    }

    /// Its words: of a list of 2.4 those that are on, else what blanks and
    /// commas separate.
    pub fn words(&self) -> Vec<&'r str> {
        match self.stored {
            Some(stored) if stored.is_list => {
                let on = |value: &str| !value.eq_ignore_ascii_case("no");
                stored.entries.iter().filter(|entry| on(&entry.value)).map(|entry| entry.key.as_str()).collect()
            }
            Some(_) | None => {
                let words = self.text().split([' ', ',', '\t']);
                words.filter(|word| !word.is_empty()).collect()
            }
        }
    }

    /// Whether it is yes.
    pub fn is_yes(&self) -> bool {
        crate::values::boolean(self.text()).unwrap_or(false)
    }
}

/// One section of a [`Reading`].
#[derive(Clone, Copy, Debug)]
pub struct Section<'r> {
    reading: &'r Reading,
    /// Its block.
    pub id: NodeId,
}

impl<'r> Section<'r> {
    /// Its keyword.
    pub fn kind(&self) -> &'r str {
        match self.reading.node(self.id).map(|node| &node.step) {
            Some(Step::Section { kind, .. }) => kind,
            _ => "",
        }
    }

    /// Its name; empty if it has none.
    pub fn name(&self) -> &'r str {
        match self.reading.node(self.id).map(|node| &node.step) {
            Some(Step::Section { name, .. }) => name.as_deref().unwrap_or_default(),
            _ => "",
        }
    }

    /// The first line that opens it.
    pub fn span(&self) -> Option<Span> {
        self.reading.node(self.id)?.opened.first().copied()
    }

    /// The blocks around it and itself, outermost first.
    pub fn path(&self) -> Vec<&'r Step> {
        self.reading.path(self.id)
    }

    /// What it sets itself; `name` is the short name or the full one.
    pub fn own(&self, name: &str) -> Option<Value<'r>> {
        self.reading.own(self.id, name)
    }

    /// What it sets itself, else the default.
    pub fn value(&self, name: &str) -> Value<'r> {
        self.own(name).unwrap_or_else(|| self.reading.default_of(self.kind(), self.name(), name))
    }

    /// The sections of that kind in it.
    pub fn sections(&self, kind: &str) -> Vec<Section<'r>> {
        let children = self.reading.node(self.id).map_or(&[][..], |node| &node.children);
        let sections = children.iter().map(|id| Section { reading: self.reading, id: *id });
        sections.filter(|section| section.kind() == kind).collect()
    }
}

impl Reading {
    /// All sections of that kind, wherever they stand, in the order read.
    pub fn sections<'r>(&'r self, kind: &'r str) -> impl Iterator<Item = Section<'r>> {
        self.nodes().map(|(id, _)| Section { reading: self, id }).filter(move |section| section.kind() == kind)
    }

    /// The section that a block is.
    pub fn section(&self, id: NodeId) -> Option<Section<'_>> {
        let is_one = matches!(self.node(id)?.step, Step::Section { .. });
        is_one.then_some(Section { reading: self, id })
    }

    /// The value that counts, the default where nothing sets it. Nothing if the
    /// dialect has no such setting and nothing sets it.
    // config-filter.c, config_filter_find_all; 2.4: config_parser_filter_cmp
    pub fn value(&self, scope: &Scope<'_>, name: &str) -> Option<Value<'_>> {
        let mut best: Option<(Rank, Value<'_>)> = None;
        for (id, _) in self.nodes() {
            let Some(rank) = self.rank(id, scope) else { continue };
            let Some(value) = self.own(id, name) else { continue };
            if best.as_ref().is_none_or(|(known, _)| *known <= rank) {
                best = Some((rank, value));
            }
        }
        if let Some((_, value)) = best {
            return Some(value);
        }
        let (kind, section) = scope.within.last().copied().unwrap_or(("", ""));
        let value = self.default_of(kind, section, name);
        value.known.map(|_| value)
    }

    /// What a block sets itself. `name` is the full name, or the short one in
    /// a section of 2.4.
    pub fn own(&self, id: NodeId, name: &str) -> Option<Value<'_>> {
        let node = self.node(id)?;
        let (kind, section) = match &node.step {
            Step::Section { kind, name } => (kind.as_str(), name.as_deref().unwrap_or_default()),
            _ => ("", ""),
        };
        for full in self.full_names(kind, section, name) {
            if let Some(found) = self.held(node, &full) {
                let last = found.assignments.last().and_then(|at| self.assignment(*at));
                let known = last.and_then(|assignment| assignment.known).or_else(|| self.known(kind, &full));
                return Some(Value { stored: Some(found), assignment: last, default: None, known });
            }
        }
        None
    }

    /// What is stored in a block, or in a group that it uses.
    fn held<'r>(&'r self, node: &'r Node, full: &str) -> Option<&'r Stored> {
        node.stored.get(full).or_else(|| {
            node.groups.iter().find_map(|(label, name, _)| {
                let group = self.child(NodeId::ROOT, &group_key(label, name))?;
                self.stored(group, full)
            })
        })
    }

    /// The names that a short name may stand for, the longest first.
    // config-parser.c of 2.4, config_apply_line_full
    fn full_names(&self, kind: &str, section: &str, name: &str) -> Vec<String> {
        let mut names = Vec::new();
        if self.dialect() == Dialect::V24 && !kind.is_empty() {
            if !section.is_empty() {
                names.push(format!("{kind}_{section}_{name}"));
            }
            names.push(format!("{kind}_{name}"));
        }
        names.push(name.to_owned());
        names
    }

    fn default_of(&self, kind: &str, section: &str, name: &str) -> Value<'_> {
        let known = self.full_names(kind, section, name).into_iter().find_map(|full| self.known(kind, &full));
        Value { stored: None, assignment: None, default: known.and_then(|setting| setting.default), known }
    }

    fn known(&self, kind: &str, full: &str) -> Option<&'static Setting> {
        let all = catalog::settings_named(self.dialect().series(), full);
        match self.dialect() {
            Dialect::V24 => all.first(),
            Dialect::V23 => {
                let section = if kind.is_empty() { "global" } else { kind };
                all.iter().find(|setting| setting.section.split('|').any(|one| one == section))
            }
        }
    }

    /// How closely a block fits a scope; nothing if it does not.
    fn rank(&self, id: NodeId, scope: &Scope<'_>) -> Option<Rank> {
        let mut rank = Rank { order: id.0, ..Rank::default() };
        let mut wanted = scope.within.iter();
        for step in self.path(id) {
            match step {
                Step::Root => {}
                Step::Protocol(name) => {
                    let protocol = scope.protocol?;
                    let fits = match name.strip_prefix('!') {
                        Some(other) => protocol != other,
                        None => protocol == name,
                    };
                    if !fits {
                        return None;
                    }
                    rank.protocol = true;
                }
                Step::Local(net) => {
                    scope.local.filter(|ip| net.contains(*ip))?;
                    rank.local = net.range.map_or(0, |(_, bits)| bits) + 1;
                }
                Step::Remote(net) => {
                    scope.remote.filter(|ip| net.contains(*ip))?;
                    rank.remote = net.range.map_or(0, |(_, bits)| bits) + 1;
                }
                Step::LocalName(names) => {
                    let asked = scope.local_name?;
                    if !names.split(' ').any(|name| host_fits(name, asked)) {
                        return None;
                    }
                    rank.local_name = true;
                }
                Step::Section { kind, name } => {
                    let name = name.as_deref().unwrap_or_default();
                    wanted.find(|(wanted, label)| wanted == kind && *label == name)?;
                    rank.sections += 1;
                }
                Step::Group { .. } => return None,
            }
        }
        // In 2.3 a setting belongs to its section alone.
        let whole = rank.sections == scope.within.len();
        (self.dialect() == Dialect::V24 || whole).then_some(rank)
    }
}

/// The order in which values override each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    sections: usize,
    local_name: bool,
    local: u8,
    remote: u8,
    protocol: bool,
    order: u32,
}

/// `*.example.org` stands for one name in front.
// dns-util.c, dns_match_wildcard
fn host_fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(domain) => {
            name.split_once('.').is_some_and(|(first, rest)| !first.is_empty() && rest.eq_ignore_ascii_case(domain))
        }
        None => pattern.eq_ignore_ascii_case(name),
    }
}

/// The key under which a group is found at the top level.
pub(crate) fn group_key(label: &str, name: &str) -> String {
    format!("@{label}/{name}")
}
