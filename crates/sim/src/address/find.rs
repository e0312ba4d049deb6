//! Looking an address up in tables (maps.c, mail_addr_find.c).

use super::quote::{Quote, quoted_text};
use super::settings::{MapList, tables};
use super::{Program, Settings};
use crate::table::Found;
use crate::{Config, Finding, Missing};
use std::rc::Rc;

/// What tables have of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hit {
    /// Nothing.
    None,
    /// A value.
    Value(Rc<str>),
    /// The look-up fails and may go well later.
    Retry,
    /// The value is empty, which is a fault of the configuration.
    Faulty,
    /// Not known here.
    Unknown(Missing),
}

/// Which keys are tried besides the whole address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    /// Without the extension, the local part of own domains, `@domain`.
    Usual,
    /// Without the extension, the domain, and domains above it: with the dot
    /// before them or without.
    Transport { dot: bool },
}

impl Config<'_> {
    /// Looks an address without quotes up in the tables of a parameter, as
    /// most of Postfix does: user+extension@domain, user@domain; for own
    /// domains user+extension and user; @domain.
    pub(crate) fn find_address(&self, param: &'static str, address: &str) -> Hit {
        let mut open = None;
        let hit = self.find_by_param(param, address, &mut open);
        open.map_or(hit, Hit::Unknown)
    }

    /// The same; what is not known goes to `open` and counts as not found.
    pub(super) fn find_by_param(&self, param: &'static str, address: &str, open: &mut Option<Missing>) -> Hit {
        let (settings, maps) = (self.settings(Program::Smtpd), self.maps_of(param));
        self.find_in(&maps, &settings, address, Keys::Usual, open)
    }

    /// The tables of a parameter, read once.
    pub(super) fn maps_of(&self, param: &'static str) -> Rc<MapList> {
        let known = self.addresses.maps.borrow().get(param).map(Rc::clone);
        known.unwrap_or_else(|| {
            let maps = Rc::new(tables(self, self.scope(), param));
            self.addresses.maps.borrow_mut().insert(param, Rc::clone(&maps));
            maps
        })
    }

    /// One key in tables, the first that has it. A table that may have it goes
    /// to `open` and is passed by.
    // maps.c, maps_find
    pub(super) fn find_key(&self, tables: &MapList, key: &str, is_partial: bool, open: &mut Option<Missing>) -> Hit {
        if key.is_empty() {
            return Hit::None;
        }
        for table in &tables.names {
            // trivial-rewrite.c, pre_jail_init: its tables take no pieces of the key.
            let found = self.taken.within(tables.purpose, || match tables.substitutes {
                true => self.look_up(table, key, is_partial),
                false => self.look_up_unsubstituted(table, key, is_partial),
            });
            match found {
                Found::Nothing => {}
                Found::Unknown(missing) => {
                    open.get_or_insert(missing);
                }
                Found::Value(value, _) if value.is_empty() => return Hit::Faulty,
                Found::Value(value, _) => return Hit::Value(value),
                Found::Fails => return Hit::Retry,
                Found::Broken => return Hit::Faulty,
            }
        }
        Hit::None
    }

    /// An address in tables. What is not known goes to `open` and counts as
    /// not found.
    // mail_addr_find.c, mail_addr_find_opt
    pub(super) fn find_in(
        &self,
        tables: &MapList,
        settings: &Settings,
        address: &str,
        keys: Keys,
        open: &mut Option<Missing>,
    ) -> Hit {
        if tables.names.is_empty() {
            return Hit::None;
        }
        let bare = settings.without_extension(address);
        for (key, is_partial) in [(Some(address), false), (bare.as_deref(), true)] {
            let Some(key) = key else { continue };
            match self.find_both(tables, key, is_partial, Quote::Address, open) {
                Hit::None => {}
                found => return found,
            }
        }
        let Some((local, domain)) = address.rsplit_once('@') else { return Hit::None };
        match keys {
            Keys::Usual => {
                let bare = bare.as_deref().and_then(|bare| bare.rsplit_once('@')).map(|(bare, _)| bare);
                match self.find_local(tables, settings, [Some(local), bare], domain, open) {
                    Hit::None => self.find_key(tables, address.get(local.len()..).unwrap_or_default(), true, open),
                    found => found,
                }
            }
            Keys::Transport { dot } => {
                let forms = domain_forms(domain, dot).map(|key| self.find_key(tables, key, true, open));
                forms.into_iter().find(|hit| *hit != Hit::None).unwrap_or(Hit::None)
            }
        }
    }

    /// The local part alone, where the domain is this host.
    // mail_addr_find.c, find_local
    fn find_local(
        &self,
        tables: &MapList,
        settings: &Settings,
        keys: [Option<&str>; 2],
        domain: &str,
        open: &mut Option<Missing>,
    ) -> Hit {
        let mut may_be = None;
        match self.is_at_home(settings, domain) {
            Finding::No => return Hit::None,
            Finding::Yes => {}
            Finding::Unknown(missing) => may_be = Some(missing),
            Finding::Temporary | Finding::Broken | Finding::Text(_) | Finding::Case(_) => return Hit::Retry,
        }
        for key in keys.into_iter().flatten() {
            match (self.find_both(tables, key, true, Quote::LocalPart, open), &may_be) {
                (Hit::None, _) => {}
                (found, None) => return found,
                // Found only if the domain is this host.
                (_, Some(missing)) => {
                    open.get_or_insert(missing.clone());
                }
            }
        }
        Hit::None
    }

    /// The quoted form first, then the plain one.
    // mail_addr_find.c, find_addr with MA_FORM_EXTERNAL_FIRST
    fn find_both(&self, tables: &MapList, key: &str, is_partial: bool, what: Quote, open: &mut Option<Missing>) -> Hit {
        let quoted = quoted_text(key, what);
        match self.find_key(tables, &quoted, is_partial, open) {
            Hit::None if quoted != key => self.find_key(tables, key, is_partial, open),
            found => found,
        }
    }

    /// Whether the local part alone is a key for addresses of a domain.
    pub(super) fn is_at_home(&self, settings: &Settings, domain: &str) -> Finding {
        match &settings.origin {
            Ok(origin) if origin.eq_ignore_ascii_case(domain) => Finding::Yes,
            Ok(_) => self.is_local(settings.scope, domain),
            Err(missing) => match self.is_local(settings.scope, domain) {
                Finding::No => Finding::Unknown(missing.clone()),
                found => found,
            },
        }
    }
}

/// A domain and those above it.
fn domain_forms(domain: &str, dot: bool) -> impl Iterator<Item = &str> {
    let mut next = Some(domain);
    std::iter::from_fn(move || {
        let form = next.filter(|form| !form.is_empty())?;
        let mut chars = form.char_indices().skip(1);
        next = chars.find(|(_, ch)| *ch == '.').and_then(|(at, _)| form.get(at + usize::from(!dot)..));
        Some(form)
    })
}

impl Settings {
    /// An address without the extension of its local part, if it has one.
    // strip_addr.c, strip_addr_internal; split_addr.c, split_addr_internal
    pub(crate) fn without_extension(&self, address: &str) -> Option<String> {
        if self.delimiter.is_empty() {
            return None;
        }
        let end = address.rfind('@').unwrap_or(address.len());
        let (local, rest) = address.split_at_checked(end)?;
        let is = |name: &str| local.eq_ignore_ascii_case(name);
        if is("postmaster") || is("MAILER-DAEMON") || is(&self.double_bounce) {
            return None;
        }
        if self.delimiter.contains('-') && self.keeps_owners {
            let lower = local.to_ascii_lowercase();
            if lower.starts_with("owner-") || (lower.len() > 8 && lower.ends_with("-request")) {
                return None;
            }
        }
        let at = local.find(|ch| self.delimiter.contains(ch)).filter(|at| *at > 0)?;
        Some(format!("{}{rest}", local.get(..at)?))
    }
}
