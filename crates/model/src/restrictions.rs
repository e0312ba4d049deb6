//! Restriction lists with their classes opened.

use crate::table_uses::implied_check;
use crate::{Model, Origin, Scope, words};
use postproof_catalog::{Argument, Restriction, Version};
use postproof_diag::{SourceText, Span};
use std::collections::BTreeSet;

/// The moments of an SMTP session at which lists are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The client connects.
    Connect,
    /// HELO or EHLO.
    Helo,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// The end of the message.
    EndOfData,
    /// ETRN.
    Etrn,
}

/// One list in one scope.
#[derive(Clone, Debug)]
pub struct RestrictionList {
    /// The parameter: `smtpd_relay_restrictions`.
    pub param: &'static str,
    /// The command that it belongs to by name.
    pub stage: Stage,
    /// Where its value comes from.
    pub origin: Origin,
    /// The whole expanded value.
    pub text: SourceText,
    /// Its entries in order; `warn_if_reject` is folded into the entry it covers.
    pub entries: Vec<Entry>,
    /// Whether [`MAX_LIST_ENTRIES`] was reached.
    pub is_cut: bool,
}

/// One entry of a list.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// The word as written (lower or upper case kept).
    pub word: String,
    /// Its argument as written: `hash:/etc/postfix/access`, `zen.spamhaus.org=127.0.0.[2..11]`.
    pub argument: Option<SourceText>,
    /// Word and argument; nothing where the list is a default.
    pub span: Option<Span>,
    /// The place of a `warn_if_reject` before it.
    pub warn_if_reject: Option<WarnIfReject>,
}

/// A `warn_if_reject` before an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WarnIfReject {
    /// Its place, if it has one.
    pub span: Option<Span>,
}

/// What an entry is.
#[derive(Clone, Debug)]
pub enum EntryKind {
    /// A built-in restriction, with its argument if it takes one.
    Builtin(&'static Restriction),
    /// A bare `type:table`, which stands for the access check of its list;
    /// nothing in lists that have none (DATA, end of data).
    BareTable(Option<&'static Restriction>),
    /// A restriction class with its own entries.
    Class(Vec<Entry>),
    /// A class of `smtpd_restriction_classes` without a definition.
    UndefinedClass,
    /// A class that holds itself, or nesting past [`MAX_CLASS_DEPTH`].
    Recursive,
    /// No word that Postfix knows.
    Unknown,
}

/// How deep classes may nest; smtpd itself gives up at 100
/// (smtpd_check.c, «unreasonable recursion»).
pub const MAX_CLASS_DEPTH: usize = 100;

/// How many entries one list may have with its classes opened. Classes that
/// name each other twice would otherwise double at each level; entries past
/// the limit are left out and [`RestrictionList::is_cut`] says so.
pub const MAX_LIST_ENTRIES: usize = 10_000;

/// The lists of smtpd in the order in which a session meets them, without
/// regard to the release (relay and recipient order: [`Model::rcpt_order`]).
pub const LISTS: &[(&str, Stage)] = &[
    ("smtpd_client_restrictions", Stage::Connect),
    ("smtpd_helo_restrictions", Stage::Helo),
    ("smtpd_sender_restrictions", Stage::Mail),
    ("smtpd_relay_restrictions", Stage::Rcpt),
    ("smtpd_recipient_restrictions", Stage::Rcpt),
    ("smtpd_data_restrictions", Stage::Data),
    ("smtpd_end_of_data_restrictions", Stage::EndOfData),
    ("smtpd_etrn_restrictions", Stage::Etrn),
];

impl Entry {
    /// The restriction it is or stands for.
    pub fn restriction(&self) -> Option<&'static Restriction> {
        match &self.kind {
            EntryKind::Builtin(restriction) => Some(restriction),
            EntryKind::BareTable(restriction) => *restriction,
            EntryKind::Class(_) | EntryKind::UndefinedClass | EntryKind::Recursive | EntryKind::Unknown => None,
        }
    }

    /// Whether it is the built-in restriction of that (canonical) name.
    pub fn is(&self, name: &str) -> bool {
        self.restriction().is_some_and(|restriction| restriction.name == name)
    }

    /// The entry and all entries of its classes, in the order asked.
    pub fn flat(&self) -> Vec<&Entry> {
        match &self.kind {
            EntryKind::Class(entries) => entries.iter().flat_map(Entry::flat).collect(),
            EntryKind::Builtin(_)
            | EntryKind::BareTable(_)
            | EntryKind::UndefinedClass
            | EntryKind::Recursive
            | EntryKind::Unknown => vec![self],
        }
    }
}

impl RestrictionList {
    /// All entries with those of classes in place, in the order asked.
    pub fn flat(&self) -> Vec<&Entry> {
        self.entries.iter().flat_map(Entry::flat).collect()
    }
}

impl Model {
    /// The list `param` in `scope` with classes opened.
    pub fn restriction_list(&self, scope: Scope, param: &'static str) -> RestrictionList {
        let stage = LISTS.iter().find(|(name, _)| *name == param).map_or(Stage::Rcpt, |(_, stage)| *stage);
        let (text, origin) = match self.value(scope, param) {
            Some(value) => (value.text, value.origin),
            None => (SourceText::default(), Origin::Default),
        };
        let classes = self.text(scope, "smtpd_restriction_classes");
        let classes = words(&SourceText::unplaced(&classes)).iter().map(|word| word.text.as_str().to_owned()).collect();
        let mut reader = ListReader { model: self, scope, stage, classes, open: Vec::new(), left: MAX_LIST_ENTRIES };
        let entries = reader.entries(&text);
        RestrictionList { param, stage, origin, text, entries, is_cut: reader.left == 0 }
    }

    /// The relay and recipient lists in the order in which this release and
    /// level ask them (smtpd_check.c, smtpd_check_rcpt of each release).
    pub fn rcpt_order(&self, scope: Scope) -> [&'static str; 2] {
        let relay_first = ["smtpd_relay_restrictions", "smtpd_recipient_restrictions"];
        let recipient_first = ["smtpd_recipient_restrictions", "smtpd_relay_restrictions"];
        // The parameter came with 3.6; 3.3 to 3.5 asked the recipient list first.
        let version = self.target.postfix.value;
        let switch = "smtpd_relay_before_recipient_restrictions";
        let has_switch = postproof_catalog::param(switch).is_some_and(|param| param.is_in(version));
        if !has_switch {
            return recipient_first;
        }
        match self.value(scope, switch).and_then(|value| value.as_bool()) {
            Some(true) => relay_first,
            Some(false) => recipient_first,
            // The default is an expression of compatibility_level that Postfix
            // evaluates when it reads the value: `${{$compatibility_level} <level {3.6} ? {no} : {yes}}`.
            None if self.target.level.value >= Version::new(3, 6) => relay_first,
            None => recipient_first,
        }
    }
}

struct ListReader<'m> {
    model: &'m Model,
    scope: Scope,
    stage: Stage,
    /// The names of smtpd_restriction_classes.
    classes: BTreeSet<String>,
    /// The classes that are being opened.
    open: Vec<String>,
    /// How many more entries may be read.
    left: usize,
}

impl ListReader<'_> {
    fn entries(&mut self, text: &SourceText) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut warn_if_reject = None;
        let words = words(text);
        let mut words = words.iter().map(|word| &word.text).peekable();
        while let Some(word) = words.next() {
            if word.as_str().eq_ignore_ascii_case("warn_if_reject") {
                // A second one before the same entry changes nothing.
                warn_if_reject = warn_if_reject.or(Some(WarnIfReject { span: word.span() }));
                continue;
            }
            let Some(left) = self.left.checked_sub(1) else { break };
            self.left = left;
            let kind = self.kind(word);
            let argument = match &kind {
                EntryKind::Builtin(restriction) => {
                    words.next_if(|next| takes(restriction.argument, next.as_str())).cloned()
                }
                EntryKind::BareTable(_) => Some(word.clone()),
                EntryKind::Class(_) | EntryKind::UndefinedClass | EntryKind::Recursive | EntryKind::Unknown => None,
            };
            let span = match (word.span(), argument.as_ref().and_then(SourceText::span)) {
                (Some(word), Some(argument)) => Some(word.to(argument)),
                (place, _) => place,
            };
            let word = word.as_str().to_owned();
            entries.push(Entry { kind, word, argument, span, warn_if_reject: warn_if_reject.take() });
        }
        entries
    }

    /// The order of the tests is that of smtpd_check.c, generic_checks: a word
    /// with a colon, a built-in restriction, a class.
    fn kind(&mut self, word: &SourceText) -> EntryKind {
        let name = word.as_str();
        if name.contains(':') {
            return EntryKind::BareTable(implied_check(self.stage).and_then(postproof_catalog::restriction));
        }
        if let Some(restriction) = postproof_catalog::restriction(name) {
            return EntryKind::Builtin(restriction);
        }
        if !self.classes.contains(name) {
            return EntryKind::Unknown;
        }
        if self.open.iter().any(|open| open == name) || self.open.len() >= MAX_CLASS_DEPTH {
            return EntryKind::Recursive;
        }
        let Some(definition) = self.model.value(self.scope, name) else { return EntryKind::UndefinedClass };
        self.open.push(name.to_owned());
        let entries = self.entries(&definition.text);
        self.open.pop();
        EntryKind::Class(entries)
    }
}

/// Whether a restriction takes the next word as its argument
/// (smtpd_check.c, generic_checks: each `cpp[1]` test).
fn takes(argument: Argument, next: &str) -> bool {
    match argument {
        Argument::None | Argument::Restriction => false,
        Argument::Table | Argument::PolicyServer => next.contains(':'),
        Argument::DnsList => true,
        Argument::Seconds => !next.is_empty() && next.bytes().all(|byte| byte.is_ascii_digit()),
    }
}
