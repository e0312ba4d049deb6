//! Answers that one way of a session takes for what is not known.
//!
//! A way is the session in a world where some questions have answers that
//! nobody gave. They are given here as `--assume` would give them, one for one
//! question, so that whoever supplies the answers of a way gets its replies.

use crate::{Finding, Missing};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// What an answer to a question is looked at for, and so which answers differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// The entry that asks says which answers count.
    #[default]
    Asked,
    /// Whether a key is there.
    Presence,
    /// Whether a name is in a list; its other forms are asked by themselves.
    Member,
    /// A delivery agent.
    Transport,
    /// Nothing that a reply shows.
    Nothing,
}

/// Which answers to a question lead to different replies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Answers {
    /// What the purpose says.
    #[default]
    Usual,
    /// What the alternatives say, of which this stands for «found».
    Found(Rc<str>),
    /// These words.
    Words(Rc<[Rc<str>]>),
    /// None that a word can stand for.
    NoWord,
}

const PRESENCE: &[&str] = &["none", "OK"];
const TRANSPORT: &[&str] = &["none", "smtp:", "error:", "retry:"];
const NOTHING: &[&str] = &["none"];

/// Answers after which other questions about the same thing get the same.
const SHARED: &[&str] = &["none", "nxdomain", "servfail"];

/// The answers of one way, and how they were come by.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Answers of this way, each with all that were open for it.
    given: RefCell<HashMap<Rc<str>, Given>>,
    /// Answers that hold for one look: there is no other that would matter.
    passing: RefCell<HashMap<Rc<str>, Rc<str>>>,
    /// What was asked in this look and answered from `given`.
    hits: RefCell<Vec<(Rc<str>, Purpose)>>,
    /// Questions for which more answers count at another place than where they
    /// are asked first.
    wide: RefCell<HashMap<Rc<str>, Words>>,
    /// Whether `wide` grew, so that ways were missed.
    has_widened: Cell<bool>,
    /// Whether ways were missed that no word stands for.
    is_short: Cell<bool>,
    purpose: Cell<Purpose>,
    /// Changes with every answer.
    epoch: Cell<u64>,
    is_used: Cell<bool>,
}

type Words = Rc<[Rc<str>]>;
/// An answer with all that were open.
type Given = (Rc<str>, Words);

impl Taken {
    /// The answer of this way to a question.
    pub(crate) fn answer(&self, question: &str) -> Option<Rc<str>> {
        if !self.is_used.get() {
            return None;
        }
        if let Some((question, (answer, _))) = self.given.borrow().get_key_value(question) {
            self.hits.borrow_mut().push((Rc::clone(question), self.purpose.get()));
            return Some(Rc::clone(answer));
        }
        self.passing.borrow().get(question).map(Rc::clone)
    }

    /// Whether any answer is taken.
    pub(crate) fn is_used(&self) -> bool {
        self.is_used.get()
    }

    /// Changes whenever an answer is taken or given up.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.get()
    }

    /// What is asked for meanwhile is looked at for `purpose`.
    pub(crate) fn within<T>(&self, purpose: Purpose, ask: impl FnOnce() -> T) -> T {
        let before = self.purpose.replace(purpose);
        let found = ask();
        self.purpose.set(before);
        found
    }

    pub(crate) fn purpose(&self) -> Purpose {
        self.purpose.get()
    }

    /// A way begins.
    pub(super) fn begin_way(&self) {
        self.given.borrow_mut().clear();
        self.passing.borrow_mut().clear();
        self.changed();
        self.is_used.set(false);
    }

    /// No way is at hand.
    pub(super) fn end(&self) {
        self.begin_way();
        self.wide.borrow_mut().clear();
    }

    /// Whether ways were missed, and whether playing all of them again finds
    /// more of them; asked once.
    pub(super) fn take_missed(&self) -> (bool, bool) {
        let (grew, short) = (self.has_widened.replace(false), self.is_short.replace(false));
        (grew || short, grew)
    }

    /// Notes which answers count where a question was asked; nothing: no word
    /// stands for them.
    pub(crate) fn want(&self, question: &str, words: Option<Vec<String>>) {
        let known = self.given.borrow().get_key_value(question).map(|(question, _)| Rc::clone(question));
        let Some(question) = known else { return };
        match words {
            Some(words) => self.widen(&question, &words.into_iter().map(Into::into).collect::<Vec<_>>()),
            None => self.is_short.set(true),
        }
    }

    pub(super) fn begin_look(&self) {
        self.hits.borrow_mut().clear();
    }

    /// A look is over that came to something.
    pub(super) fn end_look(&self, alternatives: &[Finding]) {
        if !self.is_used.get() {
            return;
        }
        if !self.passing.borrow().is_empty() {
            self.passing.borrow_mut().clear();
            self.changed();
            self.is_used.set(!self.given.borrow().is_empty());
        }
        for (question, purpose) in std::mem::take(&mut *self.hits.borrow_mut()) {
            self.widen(&question, &usual(&question, purpose, alternatives).unwrap_or_default());
        }
    }

    /// Notes that `words` count where a question is asked that has an answer.
    fn widen(&self, question: &Rc<str>, words: &[Rc<str>]) {
        let given = self.given.borrow();
        let Some((_, open)) = given.get(question) else { return };
        let new: Vec<Rc<str>> = words.iter().filter(|word| !open.contains(word)).map(Rc::clone).collect();
        if !new.is_empty() {
            let all = open.iter().map(Rc::clone).chain(new).collect();
            self.wide.borrow_mut().insert(Rc::clone(question), all);
            self.has_widened.set(true);
        }
    }

    /// The answers that lead to different replies; nothing where no word stands
    /// for them.
    pub(super) fn words(&self, missing: &Missing, alternatives: &[Finding]) -> Option<Words> {
        if self.given.borrow().contains_key(&missing.question) || self.passing.borrow().contains_key(&missing.question)
        {
            // It was answered, and that did not settle it.
            return None;
        }
        let words = match &missing.answers {
            Answers::Usual => usual(&missing.question, missing.purpose, alternatives)?.into(),
            Answers::Found(found) => asked(&missing.question, alternatives, Some(found))?.into(),
            Answers::Words(words) => Rc::clone(words),
            Answers::NoWord => return None,
        };
        let wide = self.wide.borrow();
        let Some(wide) = wide.get(&missing.question) else { return Some(words) };
        let more = wide.iter().filter(|word| !words.contains(word));
        Some(words.iter().chain(more).map(Rc::clone).collect())
    }

    /// Takes an answer for the rest of the way.
    pub(super) fn give(&self, question: &Rc<str>, word: &Rc<str>, words: &Words) {
        self.given.borrow_mut().insert(Rc::clone(question), (Rc::clone(word), Rc::clone(words)));
        self.is_used.set(true);
        self.changed();
    }

    /// Takes an answer for this look.
    pub(super) fn pass(&self, question: &Rc<str>, word: &Rc<str>) {
        self.passing.borrow_mut().insert(Rc::clone(question), Rc::clone(word));
        self.is_used.set(true);
        self.changed();
    }

    fn changed(&self) {
        self.epoch.set(self.epoch.get() + 1);
    }
}

/// Whether other questions about the same thing get the same answer in a look:
/// of two keys under which a table may have an entry it matters only that one has it.
pub(super) fn is_shared(word: &str, purpose: Purpose) -> bool {
    matches!(purpose, Purpose::Asked | Purpose::Presence | Purpose::Transport) && SHARED.contains(&word)
}

/// A word of an answer as a finding.
pub(super) fn finding(word: &Rc<str>) -> Finding {
    if &**word == "none" { Finding::No } else { Finding::Text(Rc::clone(word)) }
}

fn usual(question: &str, purpose: Purpose, alternatives: &[Finding]) -> Option<Vec<Rc<str>>> {
    let words = match purpose {
        Purpose::Asked => return asked(question, alternatives, None),
        Purpose::Presence | Purpose::Member => PRESENCE,
        Purpose::Transport => TRANSPORT,
        Purpose::Nothing => NOTHING,
    };
    Some(words.iter().map(|word| (*word).into()).collect())
}

/// The alternatives as words; nothing where no word stands for one of them.
fn asked(question: &str, alternatives: &[Finding], found: Option<&Rc<str>>) -> Option<Vec<Rc<str>>> {
    let dns = question.strip_prefix("dns:").and_then(|rest| rest.split_once(':')).map(|(kind, _)| kind);
    let mut words = Vec::new();
    for alternative in alternatives {
        words.push(match (alternative, dns) {
            (Finding::Yes, Some(_)) => Rc::clone(found?),
            (Finding::No, Some(_)) => "nxdomain".into(),
            (Finding::Temporary, Some(_)) => "servfail".into(),
            (Finding::Text(text), None) if !text.is_empty() => Rc::clone(text),
            (Finding::No, None) => "none".into(),
            (Finding::Yes, None) => "OK".into(),
            (Finding::Temporary, None) => "fail".into(),
            // domains.rs, Asked
            (Finding::Case(0), Some(_)) => "nxdomain".into(),
            (Finding::Case(1), Some("mx")) => "0 .".into(),
            (Finding::Case(1), Some(_)) => continue,
            (Finding::Case(3), Some(_)) => "servfail".into(),
            (Finding::Case(4), Some(kind)) => record(kind)?.into(),
            (Finding::Text(_) | Finding::Broken | Finding::Case(_) | Finding::Unknown(_), _) => return None,
        });
    }
    Some(words)
}

/// Any record of a type.
fn record(kind: &str) -> Option<&'static str> {
    match kind {
        "a" => Some("192.0.2.1"),
        "aaaa" => Some("2001:db8::1"),
        "mx" => Some("10 mail.server.example"),
        "ns" | "ptr" | "cname" => Some("name.server.example"),
        _ => None,
    }
}
