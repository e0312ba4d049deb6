//! Restriction lists made ready: each word once, with what it asks for.

use super::action::Action;
use super::word::{self, Check, Kind};
use crate::hash::Map;
use crate::{Config, Finding};
use postproof_catalog::Argument;
use postproof_diag::{SourceText, Span};
use postproof_model::words;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

/// The lists of smtpd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum List {
    Client,
    Helo,
    Sender,
    Relay,
    Recipient,
    Data,
    EndOfData,
    Etrn,
    /// What smtpd asks in place of the relay list below level 1, only to log.
    Shadow,
}

impl List {
    pub(crate) const ALL: [List; 9] = [
        List::Client,
        List::Helo,
        List::Sender,
        List::Relay,
        List::Recipient,
        List::Data,
        List::EndOfData,
        List::Etrn,
        List::Shadow,
    ];

    /// Its parameter.
    pub(crate) fn param(self) -> &'static str {
        match self {
            List::Client => "smtpd_client_restrictions",
            List::Helo => "smtpd_helo_restrictions",
            List::Sender => "smtpd_sender_restrictions",
            List::Relay => "smtpd_relay_restrictions",
            List::Recipient => "smtpd_recipient_restrictions",
            List::Data => "smtpd_data_restrictions",
            List::EndOfData => "smtpd_end_of_data_restrictions",
            List::Etrn => "smtpd_etrn_restrictions",
            List::Shadow => "(compatibility check)",
        }
    }
}

/// mail_params.h, FAKE_RELAY_CHECKS
const SHADOW: &str = "permit_mynetworks, permit_sasl_authenticated, permit_auth_destination";

/// One list, class or table result.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) items: Vec<Item>,
}

/// One entry: a word with its argument.
#[derive(Debug)]
pub(crate) struct Item {
    /// Which of all entries of the service.
    pub(crate) id: u32,
    /// Where it stands in its list, from 0.
    pub(crate) index: u32,
    /// The word as smtpd logs it.
    pub(crate) name: Rc<str>,
    /// What follows it, if it takes that.
    pub(crate) argument: Option<Rc<str>>,
    pub(crate) span: Option<Span>,
    pub(crate) op: Op,
}

/// What is done at an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    WarnIfReject,
    Check(Check),
    /// A bare `type:table`: the check that the list implies.
    BareTable,
    /// A class, or a word that is nothing.
    Word,
    /// A word that the release has no more.
    Removed(Check),
    /// A word without the argument that it must have: refused.
    BadArgument,
    /// A word without the domain that it must have: passed by with a warning.
    NoDomain,
}

/// One entry of a list, class or table result.
#[derive(Clone, Debug)]
pub struct EntryInfo {
    /// Its number.
    pub id: u32,
    /// The parameter of its list, or the name of its class; for a table's
    /// result the result.
    pub owner: Rc<str>,
    /// Where it stands there, from 0; `warn_if_reject` counts as one.
    pub index: u32,
    /// The word as written.
    pub word: Rc<str>,
    /// Its argument.
    pub argument: Option<Rc<str>>,
    /// Its place.
    pub span: Option<Span>,
}

/// All that the checks read once.
#[derive(Debug, Default)]
pub(crate) struct Programs {
    lists: [OnceCell<Rc<Program>>; 9],
    classes: OnceCell<Map<Rc<str>, Rc<Program>>>,
    actions: RefCell<Map<Rc<str>, Rc<Action>>>,
    /// What unknown tables may answer (access.rs, table_answers).
    pub(super) answers: OnceCell<[Vec<Finding>; 12]>,
    next_id: Cell<u32>,
    infos: RefCell<Vec<EntryInfo>>,
    pub(super) owners: OnceCell<[Finding; 3]>,
}

impl Config<'_> {
    /// A list made ready.
    pub(crate) fn program(&self, list: List) -> Rc<Program> {
        self.all_ready();
        let cell = self.programs.lists.get(list as usize);
        cell.and_then(OnceCell::get).map(Rc::clone).unwrap_or_default()
    }

    /// A class made ready.
    pub(crate) fn class(&self, name: &str) -> Option<Rc<Program>> {
        self.all_ready();
        self.programs.classes.get().and_then(|classes| classes.get(name)).map(Rc::clone)
    }

    /// What a table's result asks for.
    pub(crate) fn action(&self, value: &Rc<str>) -> Rc<Action> {
        if let Some(known) = self.programs.actions.borrow().get(value) {
            return Rc::clone(known);
        }
        self.all_ready();
        let action = Rc::new(self.read_action(value));
        self.programs.actions.borrow_mut().insert(Rc::clone(value), Rc::clone(&action));
        action
    }

    /// Every entry of the lists and classes, with those of table results that
    /// were met so far.
    pub fn entries(&self) -> Vec<EntryInfo> {
        self.all_ready();
        self.programs.infos.borrow().clone()
    }

    /// Numbers are given in one order, whichever list is asked first.
    fn all_ready(&self) {
        if self.programs.classes.get().is_some() {
            return;
        }
        for (list, cell) in List::ALL.into_iter().zip(&self.programs.lists) {
            let text = match list {
                List::Shadow => SourceText::unplaced(SHADOW),
                _ => self.model.value(self.scope(), list.param()).map(|value| value.text).unwrap_or_default(),
            };
            let _ = cell.set(Rc::new(self.read_program(list.param(), &text)));
        }
        let mut classes = Map::default();
        for name in words(&SourceText::unplaced(&self.param("smtpd_restriction_classes"))) {
            let name: Rc<str> = name.text.as_str().into();
            let text = self.model.value(self.scope(), &name).map(|value| value.text).unwrap_or_default();
            let program = Rc::new(self.read_program(&name, &text));
            classes.insert(name, program);
        }
        // Comes last, so it is the one of its name that is found.
        let own = Rc::new(self.read_program(word::OWN_CLASS, &SourceText::unplaced(word::OWN_CLASS_TEXT)));
        classes.insert(word::OWN_CLASS.into(), own);
        let _ = self.programs.classes.set(classes);
    }

    /// Reads a list as generic_checks walks it.
    pub(crate) fn read_program(&self, owner: &str, text: &SourceText) -> Program {
        let release = self.model.target.postfix.value;
        let owner: Rc<str> = owner.into();
        let words = words(text);
        let mut words = words.iter().map(|word| &word.text).peekable();
        let mut items = Vec::new();
        while let Some(word) = words.next() {
            let name = word.as_str();
            let mut argument = None;
            let op = if name.contains(':') {
                argument = Some(word);
                Op::BareTable
            } else {
                match word::kind(name, release) {
                    Kind::WarnIfReject => Op::WarnIfReject,
                    Kind::Other => Op::Word,
                    Kind::Removed(check) => Op::Removed(check),
                    Kind::Check(check, Argument::None | Argument::Restriction) => Op::Check(check),
                    Kind::Check(check, takes) => {
                        argument = words.next_if(|next| takes_as(takes, next.as_str()));
                        match argument {
                            Some(_) => Op::Check(check),
                            None if takes == Argument::DnsList => Op::NoDomain,
                            None => Op::BadArgument,
                        }
                    }
                }
            };
            let span = match (word.span(), argument.and_then(SourceText::span)) {
                (Some(word), Some(argument)) => Some(word.to(argument)),
                (place, _) => place,
            };
            let argument: Option<Rc<str>> = argument.map(|argument| argument.as_str().into());
            let info = EntryInfo {
                id: self.programs.next_id.get(),
                owner: Rc::clone(&owner),
                index: items.len() as u32,
                word: name.into(),
                argument,
                span,
            };
            self.programs.next_id.set(info.id + 1);
            items.push(Item {
                id: info.id,
                index: info.index,
                name: Rc::clone(&info.word),
                argument: info.argument.clone(),
                span,
                op,
            });
            self.programs.infos.borrow_mut().push(info);
        }
        Program { items }
    }
}

/// Whether a restriction takes the next word as its argument
/// (smtpd_check.c, generic_checks: each `cpp[1]` test, and is_map_command).
fn takes_as(argument: Argument, next: &str) -> bool {
    match argument {
        Argument::None | Argument::Restriction => false,
        Argument::Table | Argument::PolicyServer => next.contains(':'),
        Argument::DnsList => true,
        Argument::Seconds => !next.is_empty() && next.bytes().all(|byte| byte.is_ascii_digit()),
    }
}
