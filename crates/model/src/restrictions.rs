//! Restriction lists with their classes opened.

use crate::{Model, Origin, Scope};
use postproof_catalog::Restriction;
use postproof_diag::{SourceText, Span};

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
        let _ = (scope, param);
        unimplemented!()
    }

    /// The relay and recipient lists in the order in which this release and
    /// level ask them (postconf(5), smtpd_relay_before_recipient_restrictions).
    pub fn rcpt_order(&self, scope: Scope) -> [&'static str; 2] {
        let _ = scope;
        unimplemented!()
    }
}
