//! What the page knows, and how each action changes it. No DOM types here.

mod choice;
mod given;
mod proved;
mod trial;

pub(crate) use choice::{Filter, Panel, Theme, View};
pub(crate) use given::{Checked, Doc, LARGE};
pub(crate) use proved::Proved;
pub(crate) use trial::{Field, Form};

use crate::examples::EXAMPLES;
use crate::look::{Drift, Supplied, apply};
use postproof_engine::chain::{Explanation, Walk};
use postproof_engine::diag::{Diagnostic, Lang, Span};
use postproof_engine::prove::Proofs;
use postproof_engine::sim::Session;
use std::collections::BTreeSet;
use std::rc::Rc;
use yew::Reducible;

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

    /// Whether a finding is open: the first is, until somebody closes it.
    pub(crate) fn is_open(&self, finding: usize) -> bool {
        let first = finding == 0 && self.filter == Filter::All;
        self.toggled.contains(&finding_key(self.findings(), finding)) != first
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

    fn replace(&mut self, docs: Vec<Doc>, active: usize, fix: Option<postproof_engine::diag::Text>) {
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

    fn fresh_answers(&mut self) {
        self.checked = None;
        self.toggled.clear();
        self.entries.clear();
        self.supplied.clear();
        (self.focus, self.form) = (None, None);
        (self.host, self.service, self.filter) = (0, 0, Filter::All);
    }

    fn typed(&mut self, text: String) {
        match self.docs.get_mut(self.active) {
            Some(doc) if doc.text.as_ref() == text => return,
            Some(doc) => *doc = Doc { path: doc.path.clone(), text: text.into(), raw: None },
            None => self.docs = vec![Doc::pasted(&text)],
        }
        self.changed();
    }

    fn apply(&mut self, wanted: impl Fn(usize, &Diagnostic) -> bool) {
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

    fn take_back(&mut self) {
        let Some(undo) = self.undo.pop() else { return };
        (self.docs, self.active) = (undo.docs, undo.active);
        if undo.fix.is_none() {
            self.fresh_answers();
        }
        self.changed();
        self.box_revision += 1;
    }

    fn step_focus(&mut self, by: isize) {
        let shown: Vec<usize> = (0..self.findings().len())
            .filter(|at| self.findings().get(*at).is_some_and(|finding| self.filter.takes(finding)))
            .collect();
        let now = self.focus.and_then(|focus| shown.iter().position(|at| *at == focus));
        let next = match now {
            Some(now) => now.saturating_add_signed(by).min(shown.len().saturating_sub(1)),
            None => 0,
        };
        self.focus = shown.get(next).copied();
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

    fn show_host(&mut self, host: usize) {
        (self.host, self.focus) = (host, None);
        if !self.offers(self.view) {
            self.view = View::Overview;
        }
        self.service = self.the_host().map_or(0, crate::look::speaker);
    }

    fn opened(&mut self, docs: Vec<Doc>) {
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

    fn answered(&mut self, checked: Rc<Checked>, revision: u32) {
        let hosts = checked.report.hosts.len();
        let is_first = self.checked.is_none();
        self.checked = Some((checked, revision));
        if self.host >= hosts {
            self.host = 0;
        }
        if !self.offers(self.view) {
            self.view = View::Overview;
        }
        let services = self.the_host().map_or(0, |host| host.services.len());
        if is_first || self.service >= services {
            self.service = self.the_host().map_or(0, crate::look::speaker);
        }
        self.focus = self.focus.filter(|focus| *focus < self.findings().len());
    }
}

fn flip(set: &mut BTreeSet<String>, key: String) {
    if !set.remove(&key) {
        set.insert(key);
    }
}

/// Whether a finding is decided and its fix may be made without thinking.
pub(crate) fn is_safe(finding: &Diagnostic) -> bool {
    finding.fix.as_ref().is_some_and(|fix| fix.safety == postproof_engine::diag::Safety::Safe)
}

/// A name for a finding that lasts from one answer to the next.
pub(crate) fn finding_key(findings: &[Diagnostic], at: usize) -> String {
    let Some(finding) = findings.get(at) else { return String::new() };
    let nth = findings.iter().take(at).filter(|other| other.rule == finding.rule).count();
    format!("{} {nth}", finding.rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "compatibility_level = 3.6\nbroken_sasl_auth_clients = yes\nsmtpd_sasl_auth_enable = yes\n";

    fn answered(text: &str) -> State {
        let mut state = State::starting(Lang::En, Theme::System);
        state.act(Action::Typed(text.to_string()));
        answer(&mut state);
        state
    }

    fn answer(state: &mut State) {
        let checked = Checked::run(&state.docs);
        state.act(Action::Answered(Rc::new(checked), state.revision));
    }

    fn number(state: &State, rule: &str) -> usize {
        state.findings().iter().position(|finding| finding.rule == rule).unwrap()
    }

    #[test]
    fn a_fix_changes_the_text_and_undo_brings_it_back() {
        let mut state = answered(TEXT);
        let at = number(&state, "sasl-broken-clients");
        state.act(Action::Apply(at));
        assert_ne!(state.text().as_ref(), TEXT);
        assert!(state.is_stale());
        answer(&mut state);
        assert!(state.findings().iter().all(|finding| finding.rule != "sasl-broken-clients"));
        state.act(Action::Undo);
        assert_eq!(state.text().as_ref(), TEXT);
    }

    #[test]
    fn no_fix_is_made_on_an_old_answer() {
        let mut state = answered(TEXT);
        let typed = format!("# more\n{TEXT}");
        state.act(Action::Typed(typed.clone()));
        state.act(Action::Apply(0));
        assert_eq!(state.text().as_ref(), typed);
    }

    #[test]
    fn an_example_keeps_the_text_one_undo_away() {
        let mut state = answered(TEXT);
        state.act(Action::Example(0));
        state.act(Action::Example(1));
        assert_eq!(state.text().as_ref(), EXAMPLES[1].text);
        state.act(Action::Undo);
        assert_eq!(state.text().as_ref(), TEXT);
    }

    #[test]
    fn files_stand_beside_each_other_and_replace_their_namesakes() {
        let file = |name: &str, text: &str| Doc::file(name.to_string(), text.as_bytes().to_vec());
        let mut state = State::default();
        state.act(Action::Opened(vec![file("main.cf", TEXT), file("master.cf", "")]));
        state.act(Action::Opened(vec![file("main.cf", "mynetworks = 10.0.0.0/8\n")]));
        assert_eq!(state.docs.len(), 1);
        assert_eq!(state.text().as_ref(), "mynetworks = 10.0.0.0/8\n");
    }

    #[test]
    fn the_keys_walk_over_what_the_filter_shows() {
        let mut state = answered(EXAMPLES[0].text);
        state.act(Action::Filter(Filter::CannotTell));
        state.act(Action::Move(1));
        let first = state.focus.unwrap();
        assert!(!state.findings()[first].missing.is_empty());
        for _ in 0..20 {
            state.act(Action::Move(1));
        }
        assert!(state.focus.is_some_and(|last| !state.findings()[last].missing.is_empty()));
        state.act(Action::Filter(Filter::All));
        assert_eq!(state.focus, None);
    }

    #[test]
    fn an_empty_text_has_no_answer() {
        let mut state = answered(TEXT);
        state.act(Action::Typed(" \n".to_string()));
        assert!(state.is_empty() && state.report().is_none());
    }

    #[test]
    fn a_typical_session_takes_the_place_of_what_was_typed() {
        let mut state = answered(EXAMPLES[0].text);
        let first = state.the_form();
        state.act(Action::Fill(Field::Helo, "typed.example".to_string()));
        state.act(Action::Tls(true));
        state.act(Action::Supply("dns:mx:typed.example".to_string(), Some("nxdomain".to_string())));
        assert_eq!(state.the_form().get(Field::Helo), "typed.example");
        state.act(Action::PersonaNumber(0));
        assert!(state.form.is_some(), "the number keys choose only where the sessions are shown");
        state.act(Action::Show(View::Session));
        state.act(Action::PersonaNumber(0));
        assert_eq!(state.the_form(), first);
        assert!(state.supplied.is_empty());
    }

    #[test]
    fn the_way_to_the_next_dovecot_is_offered_where_there_is_one() {
        let mut state = answered(TEXT);
        state.act(Action::Show(View::Migrate));
        assert_eq!(state.view, View::Overview);
        state.act(Action::Typed("$ doveconf -n\nprotocols = imap\nmail_location = maildir:~/Maildir\n".to_string()));
        answer(&mut state);
        state.act(Action::Show(View::Migrate));
        assert_eq!(state.view, View::Migrate);
        state.act(Action::Typed(TEXT.to_string()));
        answer(&mut state);
        assert_eq!(state.view, View::Overview);
    }

    #[test]
    fn a_proof_holds_for_its_text_only() {
        let mut state =
            answered("compatibility_level = 3.6\nmynetworks = 127.0.0.0/8\nsmtpd_relay_restrictions = reject\n");
        assert!(state.wants_proofs());
        let next = crate::look::prove_next(state.the_host().unwrap(), 0).unwrap();
        state.act(Action::Proved(Rc::new(next), state.revision, 0));
        assert!(state.proofs().is_some() && !state.wants_proofs());
        let typed = format!("{}# more\n", state.text());
        state.act(Action::Typed(typed));
        assert!(!state.wants_proofs(), "nothing is proved while typing");
        answer(&mut state);
        assert!(state.proofs().is_none() && state.wants_proofs());
    }

    #[test]
    fn bytes_that_are_no_text_keep_their_number_and_take_no_fix() {
        let doc = Doc::file("main.cf".to_string(), b"a = \xff\n".to_vec());
        assert_eq!(doc.text.as_ref(), "a = ?\n");
        assert!(doc.raw.is_some());
    }
}
