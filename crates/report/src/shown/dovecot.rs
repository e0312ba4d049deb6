//! The effective configuration of Dovecot, block by block.

use crate::mask::{MASK, Mask};
use postproof_diag::Span;
use postproof_engine::dovecot::{Entry, NodeId, Reading, Step, Stored};

/// A block that sets something.
pub(crate) struct Block {
    /// The blocks that it stands in, and itself: `protocol imap`. Empty: what holds
    /// where no block says otherwise.
    pub(crate) path: Vec<String>,
    /// Where it is opened first.
    pub(crate) opened: Option<Span>,
    /// What is set in it, by name.
    pub(crate) rows: Vec<Row>,
}

/// One setting, or one key of a setting that is a list of keys and values.
pub(crate) struct Row {
    /// Where it is set; nothing: a default that the block brings.
    pub(crate) place: Option<Span>,
    pub(crate) name: String,
    /// Its value, secrets hidden.
    pub(crate) value: String,
}

/// Every block that sets something, outermost first.
pub(crate) fn blocks(reading: &Reading, mask: &Mask) -> Vec<Block> {
    let block = |(id, node): (NodeId, &postproof_engine::dovecot::Node)| {
        let rows = node.stored.iter().flat_map(|(name, stored)| rows(reading, mask, name, stored)).collect();
        Block { path: path(reading, id), opened: node.opened.first().copied(), rows }
    };
    reading.nodes().map(block).filter(|block| !block.rows.is_empty()).collect()
}

fn path(reading: &Reading, id: NodeId) -> Vec<String> {
    let steps = reading.path(id).into_iter().map(|step| match step {
        Step::Root => String::new(),
        Step::Protocol(name) => format!("protocol {name}"),
        Step::Local(net) => format!("local {}", net.text),
        Step::LocalName(name) => format!("local_name {name}"),
        Step::Remote(net) => format!("remote {}", net.text),
        Step::Section { kind, name: None } => kind.clone(),
        Step::Section { kind, name: Some(name) } => format!("{kind} {name}"),
        Step::Group { label, name } => format!("group @{label} {name}"),
    });
    steps.collect()
}

fn rows(reading: &Reading, mask: &Mask, name: &str, stored: &Stored) -> Vec<Row> {
    let place = |at: Option<usize>| at.and_then(|at| reading.assignment(at)).map(|one| one.span);
    let shown = |at: Option<usize>, value: &str| {
        let span = at.and_then(|at| reading.assignment(at)).map(|one| one.value_span());
        match span.is_some_and(|span| mask.within(span).next().is_some()) {
            true => MASK.to_owned(),
            false => mask.value(value).into_owned(),
        }
    };
    let last = stored.assignments.last().copied();
    if stored.assignments.is_empty() && stored.entries.is_empty() {
        return Vec::new();
    }
    if !stored.is_list {
        return vec![Row { place: place(last), name: name.to_owned(), value: shown(last, &stored.text) }];
    }
    if stored.entries.is_empty() {
        return vec![Row { place: place(last), name: name.to_owned(), value: String::new() }];
    }
    let row = |entry: &Entry| Row {
        place: place(entry.assignment),
        name: format!("{name}/{}", entry.key),
        value: shown(entry.assignment, &entry.value),
    };
    stored.entries.iter().map(row).collect()
}
