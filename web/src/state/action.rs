//! What can happen, and what it changes.

use super::findings::{finding_key, flip, is_safe};
use super::{Checked, Doc, Field, Filter, Jump, Panel, State, Theme, View};
use crate::examples::EXAMPLES;
use postproof_engine::diag::{Lang, Span};
use postproof_engine::prove::Proofs;
use postproof_engine::sim::Session;
use std::rc::Rc;
use yew::Reducible;

/// What can happen.
#[derive(Debug)]
pub(crate) enum Action {
    /// Somebody typed or pasted into the box.
    Typed(String),
    /// Files were opened or dropped.
    Opened(Vec<Doc>),
    /// An example was chosen.
    Example(usize),
    /// Back to the empty page.
    Clear,
    /// The answer for a revision arrived.
    Answered(Rc<Checked>, u32),
    /// The next service was proved, for a revision and a host.
    Proved(Rc<Proofs>, u32, usize),
    /// Shows a session of a service in its view.
    Witness(usize, Rc<Session>),
    /// Another view.
    Show(View),
    /// Another host.
    Host(usize),
    /// Another smtpd service.
    Service(usize),
    /// Another typical session.
    Persona(&'static str),
    /// The typical session with this number, from 0.
    PersonaNumber(usize),
    /// Shows or folds the typical sessions of a narrow page.
    AllPersonas,
    /// Fills in a field of the session.
    Fill(Field, String),
    /// Whether the session uses STARTTLS.
    Tls(bool),
    /// Answers a question of the session, or takes the answer back.
    Supply(String, Option<String>),
    /// Shows the whole ledger, or only what somebody has to answer.
    OnlyQuestions,
    /// Shows or hides what each entry does.
    AllEntries,
    /// Opens or closes one entry of the chain.
    Entry(String),
    /// Another filter.
    Filter(Filter),
    /// Opens or closes a finding.
    Toggle(usize),
    /// Moves the keys' finding.
    Move(isize),
    /// Opens a finding in its view.
    Open(usize),
    /// Shows a place in the box.
    Jump(Span),
    /// Shows a document in the box.
    Doc(usize),
    /// Opens or closes the source.
    Source(bool),
    /// Applies the fix of a finding.
    Apply(usize),
    /// Applies every safe fix of the host.
    ApplySafe,
    /// Takes the last fix or replacement back.
    Undo,
    /// Opens or closes a window.
    Panel(Option<Panel>),
    /// Another language.
    Lang(Lang),
    /// Another theme.
    Theme(Theme),
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        next.stamp += 1;
        next.act(action);
        next.into()
    }
}

impl State {
    /// Does one action.
    pub(crate) fn act(&mut self, action: Action) {
        match action {
            Action::Typed(text) => self.typed(text),
            Action::Opened(docs) => self.opened(docs),
            Action::Example(number) => {
                if let Some(example) = EXAMPLES.get(number) {
                    self.replace(vec![Doc::pasted(example.text)], 0, None);
                    self.fresh_answers();
                    (self.panel, self.view, self.source_open) = (None, View::Overview, false);
                }
            }
            Action::Clear => {
                self.replace(Vec::new(), 0, None);
                self.fresh_answers();
                self.source_open = false;
            }
            Action::Answered(checked, revision) => self.answered(checked, revision),
            Action::Proved(proofs, revision, host) => self.add_proofs(proofs, revision, host),
            Action::Witness(service, session) => self.show_witness(service, &session),
            Action::Show(view) if !self.offers(view) => {}
            Action::Show(view) => (self.view, self.source_open, self.panel) = (view, false, None),
            Action::Host(host) => self.show_host(host),
            Action::Service(service) => self.service = service,
            Action::Persona(key) => self.choose(key),
            Action::PersonaNumber(number) => self.choose_by_number(number),
            Action::OnlyQuestions => self.only_questions = !self.only_questions,
            Action::AllPersonas => self.all_personas = !self.all_personas,
            Action::Fill(field, text) => self.fill(|form| form.set(field, text)),
            Action::Tls(on) => self.fill(|form| form.tls = on),
            Action::Supply(question, Some(answer)) => drop(self.supplied.insert(question, answer)),
            Action::Supply(question, None) => drop(self.supplied.remove(&question)),
            Action::AllEntries => {
                self.all_entries = !self.all_entries;
                self.entries.clear();
            }
            Action::Entry(key) => flip(&mut self.entries, key),
            Action::Filter(filter) => (self.filter, self.focus) = (filter, None),
            Action::Toggle(at) => {
                let key = finding_key(self.findings(), at);
                flip(&mut self.toggled, key);
                self.focus = Some(at);
            }
            Action::Move(by) => self.step_focus(by),
            Action::Open(at) => {
                (self.view, self.filter, self.focus) = (View::Findings, Filter::All, Some(at));
                if !self.is_open(at) {
                    let key = finding_key(self.findings(), at);
                    flip(&mut self.toggled, key);
                }
            }
            Action::Jump(span) => self.show_place(span),
            Action::Doc(at) => {
                if self.active != at {
                    self.active = at;
                    self.box_revision += 1;
                }
            }
            Action::Source(open) => self.source_open = open,
            Action::Apply(at) => self.apply(|finding, _| finding == at),
            Action::ApplySafe => self.apply(|_, finding| is_safe(finding)),
            Action::Undo => self.take_back(),
            Action::Panel(panel) => self.panel = panel,
            Action::Lang(lang) => self.lang = lang,
            Action::Theme(theme) => self.theme = theme,
        }
    }

    fn show_place(&mut self, span: Span) {
        let number = self.jump.map_or(0, |jump| jump.number) + 1;
        if self.active != span.file.0 as usize {
            self.active = span.file.0 as usize;
            self.box_revision += 1;
        }
        self.jump = Some(Jump { span, number });
        self.source_open = true;
    }
}
