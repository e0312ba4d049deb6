//! Entries behind one that always ends the list.

use super::lists::{End, Seen, end_of, written_lists};
use crate::{Cx, Rule, Sink};
use postproof_diag::{Label, Span, Text};
use postproof_model::{Entry, EntryKind};

/// Entries of one list or class that no session gets to.
#[derive(Clone, Debug)]
pub(crate) struct Dead {
    /// The list, or the class in whose definition they stand.
    pub(crate) list: String,
    /// Whether the entry that ends the list permits or refuses.
    pub(crate) permits: bool,
    /// The entry that ends the list, as written.
    pub(crate) ender: String,
    /// Its place, if it has one.
    pub(crate) by: Option<Span>,
    /// The first entry that is dead, as written.
    pub(crate) first: String,
    /// The places of all of them; not empty.
    pub(crate) places: Vec<Span>,
}

/// What a rule says of dead entries.
pub(crate) struct Said {
    /// What is found.
    pub(crate) message: fn(&Dead) -> Text,
    /// Why that matters.
    pub(crate) why: Text,
    /// What to do.
    pub(crate) help: Text,
    /// What the entry that ends the list does.
    pub(crate) ends: Text,
}

const DEAD: Text = Text::fixed("never reached either", "역시 실행되지 않습니다");

/// Reports the entries behind those that always permit, or that always refuse.
pub(crate) fn report(cx: &Cx<'_>, out: &mut Sink, rule: &'static Rule, permits: bool, said: Said) {
    for dead in dead_entries(cx).iter().filter(|dead| dead.permits == permits) {
        let Some((first, others)) = dead.places.split_first() else { continue };
        let found = out.report(rule, *first, (said.message)(dead), said.why.clone());
        found.help = Some(said.help.clone());
        found.related.extend(dead.by.map(|span| Label::noted(span, said.ends.clone())));
        found.related.extend(others.iter().map(|span| Label::noted(*span, DEAD)));
    }
}

/// The dead entries of every written list and of the classes it holds, each
/// place once.
pub(crate) fn dead_entries(cx: &Cx<'_>) -> Vec<Dead> {
    let mut found = Vec::new();
    let mut seen = Seen::default();
    for list in written_lists(cx) {
        collect(list.param, &list.entries, false, &mut seen, &mut found);
    }
    found
}

fn collect(list: &str, entries: &[Entry], only_warns: bool, seen: &mut Seen, found: &mut Vec<Dead>) {
    for (at, entry) in entries.iter().enumerate() {
        if let EntryKind::Class(inner) = &entry.kind {
            collect(&entry.word, inner, only_warns || entry.warn_if_reject.is_some(), seen, found);
        }
        let Some(end) = end_of(entry, only_warns) else { continue };
        let dead: Vec<&Entry> = entries.iter().skip(at + 1).collect();
        let places: Vec<Span> = dead.iter().filter_map(|one| one.span).filter(|span| seen.is_new(*span)).collect();
        if let (Some(first), false) = (dead.first(), places.is_empty()) {
            found.push(Dead {
                list: list.to_owned(),
                permits: matches!(end, End::Permit(_)),
                ender: entry.word.clone(),
                by: entry.span.or(end.entry().span),
                first: first.word.clone(),
                places,
            });
        }
        return;
    }
}
