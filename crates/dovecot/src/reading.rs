//! What was read: blocks, assignments, problems.

use crate::{Dialect, MissingInclude, Net, Problem, Told};
use postproof_catalog::Setting;
use postproof_diag::{SourceText, Span};
use std::collections::{BTreeMap, HashMap};

/// A configuration as it was read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The dialect, and why it was taken.
    pub told: Told,
    /// Everything that doveconf refuses or warns of, in the order of its
    /// reading; what it says at the end comes last.
    pub problems: Vec<Problem>,
    /// Includes that none of the given files answers.
    pub missing: Vec<MissingInclude>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) index: HashMap<(NodeId, String), NodeId>,
    pub(crate) assignments: Vec<Assignment>,
    /// `dovecot_config_version` (2.4).
    pub(crate) config_version: Option<String>,
    /// The path of the first file.
    pub(crate) path: String,
}

/// One block of a [`Reading`]; [`NodeId::ROOT`] is the top level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The top level.
    pub const ROOT: NodeId = NodeId(0);
}

/// One block. Blocks of the same name in the same place are one, as they are
/// for Dovecot.
#[derive(Clone, Debug)]
pub struct Node {
    /// The block around it.
    pub parent: Option<NodeId>,
    /// What it is.
    pub step: Step,
    /// Its first lines, in the order read; none where only a longer name
    /// (`service/imap/…`, `auth_policy_…`) led to it.
    pub opened: Vec<Span>,
    /// The blocks in it, in the order in which they were first seen.
    pub children: Vec<NodeId>,
    /// What is set in it, by full name.
    pub stored: BTreeMap<String, Stored>,
    /// 2.4: groups used here: label without `@`, name, place.
    pub groups: Vec<(String, String, Span)>,
}

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The top level.
    Root,
    /// `protocol imap {`; `!imap` is all but that.
    Protocol(String),
    /// `local 192.0.2.0/24 {`.
    Local(Net),
    /// `local_name mail.example.org {`.
    LocalName(String),
    /// `remote 192.0.2.0/24 {`.
    Remote(Net),
    /// `passdb sql {`, `auth_policy {`: keyword and name.
    Section {
        /// The keyword; in 2.4 its full name (`quota_warning` where `warning`
        /// is written inside a quota).
        kind: String,
        /// The name, if it has one.
        name: Option<String>,
    },
    /// `group @label name {` (2.4).
    Group {
        /// The label, without `@`.
        label: String,
        /// The name.
        name: String,
    },
}

/// What is stored under one name in one block.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its assignments, in the order read; the last one counts. Empty where
    /// only a block was opened (`mail_plugins {` and nothing in it).
    pub assignments: Vec<usize>,
    /// The text that counts, of anything but a list: as doveconf keeps it, with
    /// references to its own earlier value put in. 2.3 writes times and sizes
    /// its own way.
    pub text: String,
    /// The items of a list or map.
    pub entries: Vec<Entry>,
    /// 2.4: whether the list was replaced as a whole (`key = a b`).
    pub replaced: bool,
    /// Whether it is a list or map.
    pub is_list: bool,
    /// Where each key is among the entries.
    places: HashMap<String, usize>,
}

impl Stored {
    /// Sets an item: the one of the same key, or a new one.
    pub(crate) fn put(&mut self, entry: Entry) {
        let known = self.places.get(&entry.key).and_then(|at| self.entries.get_mut(*at));
        match known {
            Some(place) => *place = entry,
            None => {
                self.places.insert(entry.key.clone(), self.entries.len());
                self.entries.push(entry);
            }
        }
    }

    /// Adds an item, even if there is one of the same key.
    pub(crate) fn add(&mut self, entry: Entry) {
        self.places.entry(entry.key.clone()).or_insert(self.entries.len());
        self.entries.push(entry);
    }

    /// Takes all items out.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.places.clear();
    }
}

/// One item of a list or map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name; a word of a list.
    pub key: String,
    /// Its value; of a word of a list `yes` or `no`.
    pub value: String,
    /// The assignment that made it; nothing for a default.
    pub assignment: Option<usize>,
}

/// One line that sets something.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The block it stands in, as Dovecot sees it.
    pub node: NodeId,
    /// The full name of the setting (`passdb_sql_query` for `query` in
    /// `passdb sql {`); of an item of a map, the name of the map.
    pub setting: String,
    /// The name as written.
    pub name: SourceText,
    /// Of an item of a map or list block, its key.
    pub item: Option<String>,
    /// The value: continuation joined, comment and outer quotes cut.
    pub value: SourceText,
    /// Whether the value is `<path`, the content of a file.
    pub from_file: bool,
    /// Whether it stood in quotes.
    pub quoted: bool,
    /// Whether doveconf refuses it; the problem says why.
    pub refused: bool,
    /// What the catalog knows of the setting.
    pub known: Option<&'static Setting>,
    /// The lines.
    pub span: Span,
}

impl Assignment {
    /// Where the name stands.
    pub fn name_span(&self) -> Span {
        self.name.span().unwrap_or(self.span)
    }

    /// Where the value stands; the name if there is none.
    pub fn value_span(&self) -> Span {
        self.value.span().unwrap_or_else(|| self.name_span())
    }
}

impl Reading {
    /// Which language it is.
    pub fn dialect(&self) -> Dialect {
        self.told.dialect
    }

    /// All assignments in the order in which Dovecot reads them.
    pub fn assignments(&self) -> &[Assignment] {
        &self.assignments
    }

    /// An assignment of [`Stored::assignments`] or [`Entry::assignment`].
    pub fn assignment(&self, at: usize) -> Option<&Assignment> {
        self.assignments.get(at)
    }

    /// A block.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    /// All blocks with their numbers; the top level is the first.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        (0..).map(NodeId).zip(&self.nodes)
    }

    /// The steps from the top level to a block, the top level left out.
    pub fn path(&self, id: NodeId) -> Vec<&Step> {
        let mut steps = Vec::new();
        let mut next = Some(id);
        while let Some(node) = next.and_then(|id| self.node(id)) {
            if node.step != Step::Root {
                steps.push(&node.step);
            }
            next = node.parent;
        }
        steps.reverse();
        steps
    }

    /// What `dovecot_config_version` says (2.4).
    pub fn config_version(&self) -> Option<&str> {
        self.config_version.as_deref()
    }

    pub(crate) fn new(told: Told) -> Self {
        let root = Node {
            parent: None,
            step: Step::Root,
            opened: Vec::new(),
            children: Vec::new(),
            stored: BTreeMap::new(),
            groups: Vec::new(),
        };
        Self {
            told,
            problems: Vec::new(),
            missing: Vec::new(),
            nodes: vec![root],
            index: HashMap::new(),
            assignments: Vec::new(),
            config_version: None,
            path: String::new(),
        }
    }

    /// The block of that key within another, if it was seen.
    pub(crate) fn child(&self, parent: NodeId, key: &str) -> Option<NodeId> {
        self.index.get(&(parent, key.to_owned())).copied()
    }

    /// The block of that key, made if it is new.
    pub(crate) fn child_or_new(&mut self, parent: NodeId, key: &str, step: impl FnOnce() -> Step) -> NodeId {
        if let Some(id) = self.child(parent, key) {
            return id;
        }
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(Node {
            parent: Some(parent),
            step: step(),
            opened: Vec::new(),
            children: Vec::new(),
            stored: BTreeMap::new(),
            groups: Vec::new(),
        });
        if let Some(around) = self.nodes.get_mut(parent.0 as usize) {
            around.children.push(id);
        }
        self.index.insert((parent, key.to_owned()), id);
        id
    }

    pub(crate) fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id.0 as usize)
    }

    pub(crate) fn stored(&self, id: NodeId, setting: &str) -> Option<&Stored> {
        self.node(id)?.stored.get(setting)
    }

    pub(crate) fn stored_mut(&mut self, id: NodeId, setting: &str, is_list: bool) -> Option<&mut Stored> {
        let node = self.nodes.get_mut(id.0 as usize)?;
        let empty = || Stored {
            assignments: Vec::new(),
            text: String::new(),
            entries: Vec::new(),
            replaced: false,
            is_list,
            places: HashMap::new(),
        };
        Some(node.stored.entry(setting.to_owned()).or_insert_with(empty))
    }
}
