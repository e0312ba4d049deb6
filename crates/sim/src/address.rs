//! How an address is read, rewritten and resolved before anything is looked up.

mod find;
mod local;
mod names;
mod own;
mod parse;
mod queued;
mod quote;
mod read;
mod resolve;
mod rewrite;
mod settings;
mod tokens;
mod transport;
mod unlisted;
mod words;

use crate::hash::Map;
use crate::world::Given;
use crate::{Config, Missing};
pub(crate) use find::Hit;
pub use local::{Alias, AliasTarget, Aliased, End, Place};
pub(crate) use names::{bare_address, is_host_address, is_host_name, is_host_or_wildcard, is_literal};
use postproof_model::Scope;
pub use queued::{Hop, NotQueued, NotQueuedWhy, Queued, QueuedRecipient, Rewriting, RewritingUnknown};
pub(crate) use quote::{Quote, quoted_text};
use read::How;
pub(crate) use read::{Read, Reader, is_plain};
use settings::MapList;
pub(crate) use settings::Settings;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
pub(crate) use unlisted::Listed;
pub(crate) use words::{CommandWord, command_words};

/// How many resolved addresses are kept; the rest is resolved again.
const MAX_KEPT: usize = 10_000;

/// What trivial-rewrite(8) makes of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The address after rewriting, in small letters, as tables are asked.
    pub address: String,
    /// Its address class.
    pub class: Class,
    /// Whether the part before the last `@` still holds `@`, `!` or `%`.
    pub is_routed: bool,
    /// The address can't be resolved for good: 501.
    pub is_error: bool,
    /// A table failed on the way: 451.
    pub fails: bool,
    /// Delivery agent: `smtp`, `error` …
    pub transport: String,
    /// What it delivers to.
    pub nexthop: String,
    /// What is missing where `transport` and `nexthop` are not certain; class
    /// and flags are.
    pub transport_unknown: Option<Missing>,
    /// What is missing where `class` is not certain either; the address and the
    /// other flags are.
    pub class_unknown: Option<Missing>,
    /// Where it is not certain: what it may be, class by class; empty where that
    /// can't be told.
    pub(crate) perhaps: Vec<Resolved>,
}

/// Address classes of Postfix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// mydestination, and own addresses.
    Local,
    /// virtual_alias_domains.
    Alias,
    /// virtual_mailbox_domains.
    Virtual,
    /// relay_domains.
    Relay,
    /// Any other domain.
    Default,
}

impl Class {
    /// Whether mail ends here (resolve_clnt.h, RESOLVE_CLASS_FINAL).
    pub const fn is_final(self) -> bool {
        match self {
            Class::Local | Class::Alias | Class::Virtual => true,
            Class::Relay | Class::Default => false,
        }
    }
}

/// Which program reads an address: each has its own `-o` options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// smtpd.
    Smtpd,
    /// trivial-rewrite.
    Rewrite,
}

type Resolution = Result<Rc<Resolved>, Missing>;
type ByAddress = Map<Box<str>, (Resolution, Given)>;

/// What one service reads once.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    smtpd: OnceCell<Rc<Settings>>,
    /// Tables by parameter of smtpd.
    maps: RefCell<Map<&'static str, Rc<MapList>>>,
    /// Addresses as the answers have it that the way at hand takes for what is not
    /// known, and with which of them.
    resolved: RefCell<Map<(String, String), (Resolution, Given)>>,
    epoch: Cell<u64>,
}

/// What was read and resolved once for all services of a host.
#[derive(Debug, Default)]
pub(crate) struct SharedCache {
    rewrite: OnceCell<Rc<Settings>>,
    /// Words of commands with how they are read.
    read: RefCell<Map<(String, How), Read>>,
    /// By sender, then by address; with the usual answers that were needed.
    resolved: RefCell<Map<Box<str>, ByAddress>>,
}

impl Config<'_> {
    /// Rewrites and resolves an address for a message from `sender`. The
    /// sender matters only where [`Config::resolves_by_sender`].
    pub fn resolve(&self, sender: &str, address: &str) -> Result<Rc<Resolved>, Missing> {
        let resolved = self.resolve_address(sender, address)?;
        match &resolved.class_unknown {
            Some(missing) => Err(missing.clone()),
            None => Ok(resolved),
        }
    }

    /// [`Config::resolve`] for those who ask for the address and not for its
    /// class, which may be unknown.
    // smtpd_resolve.c, resolve_pagein
    pub(crate) fn resolve_address(&self, sender: &str, address: &str) -> Result<Rc<Resolved>, Missing> {
        let sender = if self.resolves_by_sender() { sender } else { "" };
        if self.taken.is_used() {
            return self.resolved_as_taken(sender, address);
        }
        let kept = self.shared.addresses.resolved.borrow();
        if let Some((known, needed)) = kept.get(sender).and_then(|kept| kept.get(address)) {
            self.world.note(needed);
            return known.clone();
        }
        drop(kept);
        let (resolved, needed) = self.world.with_usual(|| self.resolve_anew(sender, address));
        let mut kept = self.shared.addresses.resolved.borrow_mut();
        if kept.values().map(Map::len).sum::<usize>() >= MAX_KEPT {
            kept.clear();
        }
        kept.entry(sender.into()).or_default().insert(address.into(), (resolved.clone(), needed));
        resolved
    }

    /// An address as trivial-rewrite(8) writes it in full.
    // rewrite_clnt.c, rewrite_clnt_internal
    pub(crate) fn rewritten(&self, address: &str) -> Result<String, Missing> {
        self.settings(Program::Rewrite).rewritten(address)
    }

    /// The same with answers that hold for the way at hand alone.
    fn resolved_as_taken(&self, sender: &str, address: &str) -> Resolution {
        let epoch = self.taken.epoch();
        if self.addresses.epoch.replace(epoch) != epoch {
            self.addresses.resolved.borrow_mut().clear();
        }
        let key = (sender.to_owned(), address.to_owned());
        if let Some((known, needed)) = self.addresses.resolved.borrow().get(&key) {
            self.world.note(needed);
            return known.clone();
        }
        let (resolved, needed) = self.world.with_usual(|| self.resolve_anew(sender, address));
        self.addresses.resolved.borrow_mut().insert(key, (resolved.clone(), needed));
        resolved
    }

    fn resolve_anew(&self, sender: &str, address: &str) -> Resolution {
        let settings = self.settings(Program::Rewrite);
        let sender = if sender.is_empty() { Ok(String::new()) } else { settings.rewritten(sender) };
        let address = settings.rewritten(address)?;
        resolve::resolve(self, &settings, sender, &address).map(Rc::new)
    }

    /// Whether the transport of an address depends on the sender.
    pub(crate) fn resolves_by_sender(&self) -> bool {
        self.settings(Program::Rewrite).asks_for_sender()
    }

    /// The settings of a program that reads addresses.
    pub(crate) fn settings(&self, program: Program) -> Rc<Settings> {
        let (cell, scope): (_, fn(&Self) -> Scope) = match program {
            Program::Smtpd => (&self.addresses.smtpd, Self::scope),
            Program::Rewrite => (&self.shared.addresses.rewrite, settings::rewrite_scope),
        };
        Rc::clone(cell.get_or_init(|| Rc::new(Settings::of(self, scope(self)))))
    }
}

/// Bytes of an address as text.
fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests;
