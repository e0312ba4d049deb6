//! The texts: typed, opened, replaced, and taken back.

use super::{Doc, Filter, State, Undo};
use crate::examples::EXAMPLES;
use crate::look::apply;
use postproof_engine::diag::{Diagnostic, Text};

impl State {
    pub(super) fn replace(&mut self, docs: Vec<Doc>, active: usize, fix: Option<Text>) {
        // An example that nobody changed can be opened again.
        let is_example = |doc: &Doc| EXAMPLES.iter().any(|example| example.text == doc.text.as_ref());
        if !self.is_empty() && (fix.is_some() || !self.docs.iter().all(is_example)) {
            self.undo.push(Undo { docs: std::mem::take(&mut self.docs), active: self.active, fix });
        }
        self.docs = docs;
        self.active = active;
        self.changed();
        self.box_revision += 1;
    }

    fn changed(&mut self) {
        self.revision += 1;
        self.jump = None;
        if self.is_empty() {
            self.checked = None;
        }
    }

    pub(super) fn fresh_answers(&mut self) {
        self.checked = None;
        self.toggled.clear();
        self.entries.clear();
        self.supplied.clear();
        (self.focus, self.form) = (None, None);
        (self.host, self.service, self.filter) = (0, 0, Filter::All);
    }

    pub(super) fn typed(&mut self, text: String) {
        match self.docs.get_mut(self.active) {
            Some(doc) if doc.text.as_ref() == text => return,
            Some(doc) => *doc = Doc { path: doc.path.clone(), text: text.into(), raw: None },
            None => self.docs = vec![Doc::pasted(&text)],
        }
        self.changed();
    }

    pub(super) fn opened(&mut self, docs: Vec<Doc>) {
        if docs.is_empty() {
            return;
        }
        let mut all: Vec<Doc> = self.docs.iter().filter(|doc| !doc.text.trim().is_empty()).cloned().collect();
        // A file that is opened again takes the place of the old one.
        all.retain(|doc| doc.path.is_empty() || docs.iter().all(|new| new.path != doc.path));
        let active = all.len();
        all.extend(docs);
        self.replace(all, active, None);
        self.fresh_answers();
    }

    pub(super) fn apply(&mut self, wanted: impl Fn(usize, &Diagnostic) -> bool) {
        // The places of an old answer do not fit a new text.
        if self.is_stale() {
            return;
        }
        let chosen = self.findings().iter().enumerate().filter(|(at, finding)| wanted(*at, finding));
        let fixes: Vec<_> = chosen.filter_map(|(_, finding)| finding.fix.clone()).collect();
        let Some((docs, first)) = apply(&self.docs, &fixes) else { return };
        let active = self.active;
        self.replace(docs, active, Some(first));
    }

    pub(super) fn take_back(&mut self) {
        let Some(undo) = self.undo.pop() else { return };
        (self.docs, self.active) = (undo.docs, undo.active);
        if undo.fix.is_none() {
            self.fresh_answers();
        }
        self.changed();
        self.box_revision += 1;
    }
}
