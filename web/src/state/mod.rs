//! What the page knows, and how each action changes it. No DOM types here.

mod action;
mod answers;
mod choice;
mod findings;
mod given;
mod proved;
mod source;
mod trial;

pub(crate) use action::Action;
pub(crate) use choice::{Filter, Panel, Theme, View};
pub(crate) use findings::{finding_key, is_safe};
pub(crate) use given::{Checked, Doc, LARGE};
pub(crate) use proved::Proved;
pub(crate) use trial::{Field, Form};

use crate::look::{Drift, Supplied};
use postproof_engine::chain::{Explanation, Walk};
use postproof_engine::diag::{Diagnostic, Lang, Span};
use std::collections::BTreeSet;
use std::rc::Rc;

/// A place that was asked for. The number tells two jumps to it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Jump {
    /// Where, in the report's text.
    pub span: Span,
    /// Counts jumps.
    pub number: u32,
}

/// A state that Undo goes back to.
#[derive(Clone, Debug)]
pub(crate) struct Undo {
    docs: Vec<Doc>,
    active: usize,
    /// Title of the fix, or nothing where a text was replaced.
    pub fix: Option<postproof_engine::diag::Text>,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// What was given.
    pub docs: Vec<Doc>,
    /// The document in the box.
    pub active: usize,
    /// Counts changes of `docs`.
    pub revision: u32,
    /// Counts changes that the box did not make itself.
    pub box_revision: u32,
    /// The last answer, and the revision that it answers.
    pub checked: Option<(Rc<Checked>, u32)>,
    /// What is proved so far of a host, and the revision that it holds for.
    pub proved: Option<Proved>,
    /// The view shown.
    pub view: View,
    /// The host shown.
    pub host: usize,
    /// The smtpd service shown in the chain.
    pub service: usize,
    /// The typical session that lights up the chain, by its key.
    pub persona: &'static str,
    /// Whether a narrow page shows all typical sessions.
    pub all_personas: bool,
    /// The session that somebody tries; nothing: the typical one.
    pub form: Option<Form>,
    /// Answers to what the text does not tell, for that session.
    pub supplied: Supplied,
    /// Whether the ledger shows only what somebody has to answer.
    pub only_questions: bool,
    /// Whether each entry of the chain shows what it does.
    pub all_entries: bool,
    /// Entries that are open, by list and path.
    pub entries: BTreeSet<String>,
    /// Which findings are shown.
    pub filter: Filter,
    /// Findings that are not as they are at first, by key.
    pub toggled: BTreeSet<String>,
    /// The finding that the keys stand on.
    pub focus: Option<usize>,
    /// The last place asked for.
    pub jump: Option<Jump>,
    /// Whether the source covers the answers on a narrow screen or in a wide view.
    pub source_open: bool,
    /// The open window.
    pub panel: Option<Panel>,
    /// Language.
    pub lang: Lang,
    /// Light or dark.
    pub theme: Theme,
    /// States to go back to, the latest last.
    pub undo: Vec<Undo>,
    stamp: u64,
}

/// Components redraw when the state is another one; each action makes one.
impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.stamp == other.stamp
    }
}

impl State {
    /// The state of an empty page.
    pub(crate) fn starting(lang: Lang, theme: Theme) -> Self {
        Self { lang, theme, ..Self::default() }
    }

    /// Whether there is nothing to read yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.docs.iter().all(|doc| doc.text.trim().is_empty())
    }

    /// The text in the box.
    pub(crate) fn text(&self) -> Rc<str> {
        self.docs.get(self.active).map_or_else(|| Rc::from(""), |doc| doc.text.clone())
    }

    /// All bytes that were given.
    pub(crate) fn size(&self) -> usize {
        self.docs.iter().map(|doc| doc.text.len()).sum()
    }

    /// The last answer, if there is one.
    pub(crate) fn report(&self) -> Option<&Rc<Checked>> {
        self.checked.as_ref().map(|(checked, _)| checked)
    }

    /// Whether the answer is older than the text.
    pub(crate) fn is_stale(&self) -> bool {
        self.checked.as_ref().is_none_or(|(_, revision)| *revision != self.revision)
    }

    /// The host shown.
    pub(crate) fn the_host(&self) -> Option<&postproof_engine::Host> {
        let hosts = &self.report()?.report.hosts;
        hosts.get(self.host).or(hosts.first())
    }

    /// Whether there is anything to show in a view.
    pub(crate) fn offers(&self, view: View) -> bool {
        view != View::Migrate || self.the_host().is_some_and(crate::look::has_dovecot)
    }

    /// The service shown, explained.
    pub(crate) fn explanation(&self) -> Option<&Explanation> {
        let services = &self.the_host()?.services;
        services.get(self.service).or(services.first())
    }

    /// The typical session that lights up the chain of a service.
    pub(crate) fn walk<'e>(&self, explanation: &'e Explanation) -> &'e Walk {
        explanation.walks().find(|walk| walk.key == self.persona).unwrap_or(&explanation.stranger)
    }

    /// The findings of the host shown.
    pub(crate) fn findings(&self) -> &[Diagnostic] {
        self.the_host().map_or(&[], |host| &host.diagnostics)
    }

    /// How the text in the box differs from the one that was answered.
    pub(crate) fn drift(&self) -> Drift {
        let old = self.report().and_then(|checked| {
            let file = postproof_engine::diag::FileId(u32::try_from(self.active).ok()?);
            checked.report.sources.get(file).map(|document| document.bytes.as_slice())
        });
        match (old, self.is_stale()) {
            (Some(old), true) => Drift::between(old, self.text().as_bytes()),
            _ => Drift::default(),
        }
    }
}

#[cfg(test)]
mod tests;
