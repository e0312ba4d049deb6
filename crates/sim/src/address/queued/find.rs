//! Looking an address up with where the entry stands (mail_addr_find.c, maps.c).

use super::traced::has_marks;
use super::{NotQueuedWhy, Play, Stop, Traced};
use crate::address::Program;
use crate::address::quote::{Quote, quoted_text};
use crate::address::settings::MapList;
use crate::table::Found;
use crate::taken::Purpose;
use crate::{Finding, Missing};
use postproof_diag::Span;

/// An entry that was found.
pub(super) struct Entry {
    /// Its value, with marks around what comes from the key.
    pub(super) value: String,
    pub(super) table: String,
    pub(super) span: Option<Span>,
    /// The extension of the address that the key lacks, delimiter included.
    pub(super) extension: String,
}

/// How the keys are written.
// mail_addr_form.h
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// In quotes where they need them.
    External,
    /// The same, and as they are if that is not there.
    ExternalFirst,
}

/// What ends a search: a failed look-up, or what is missing.
enum Fault {
    Fails,
    Missing(Missing),
}

type Search = Result<Option<Entry>, Fault>;

impl Play<'_, '_> {
    /// The entry of an address in canonical and alias maps.
    // mail_addr_map.c, mail_addr_map_opt
    pub(super) fn entry_of(&self, param: &'static str, address: &Traced) -> Result<Option<Entry>, Stop> {
        self.searched(param, address, Form::External)
    }

    /// The entry of an address in tables of copies.
    // mail_addr_find.h, mail_addr_find_to_internal
    pub(super) fn copy_for(&self, param: &'static str, address: &Traced) -> Result<Option<Entry>, Stop> {
        self.searched(param, address, Form::ExternalFirst)
    }

    fn searched(&self, param: &'static str, address: &Traced, form: Form) -> Result<Option<Entry>, Stop> {
        let maps = self.cleanup.maps_of(param);
        if maps.names.is_empty() {
            return Ok(None);
        }
        match self.search(&maps, &address.text, form) {
            Ok(found) => Ok(found),
            Err(Fault::Missing(missing)) => Err(missing.into()),
            Err(Fault::Fails) => Err(Stop::refused(param, NotQueuedWhy::LookUpFails, &address.text)),
        }
    }

    // mail_addr_find.c, mail_addr_find_opt with MA_FIND_DEFAULT
    fn search(&self, maps: &MapList, address: &str, form: Form) -> Search {
        let settings = self.cleanup.settings(Program::Smtpd);
        let bare = settings.without_extension(address);
        let extension = bare.as_deref().map(|bare| extension(address, bare)).unwrap_or_default();
        if let Some(entry) = self.both(maps, address, false, Quote::Address, form)? {
            return Ok(Some(entry));
        }
        if let Some(bare) = &bare
            && let Some(entry) = self.both(maps, bare, true, Quote::Address, form)?
        {
            return Ok(Some(Entry { extension, ..entry }));
        }
        let Some((local, domain)) = address.rsplit_once('@') else { return Ok(None) };
        let home = self.cleanup.is_at_home(&settings, domain);
        if home != Finding::No {
            let bare = bare.as_deref().and_then(|bare| bare.rsplit_once('@')).map(|(bare, _)| bare);
            let keys = [Some((local, String::new())), bare.map(|bare| (bare, extension))];
            for (key, extension) in keys.into_iter().flatten() {
                let entry = match (self.both(maps, key, true, Quote::LocalPart, form), &home) {
                    (Ok(None), _) => continue,
                    (found, Finding::Yes) => found?,
                    // The key counts only if the domain is this host.
                    (_, Finding::Unknown(missing)) => return Err(Fault::Missing(missing.clone())),
                    (_, Finding::No | Finding::Temporary | Finding::Broken | Finding::Text(_) | Finding::Case(_)) => {
                        return Err(Fault::Fails);
                    }
                };
                return Ok(entry.map(|entry| Entry { extension, ..entry }));
            }
            if matches!(home, Finding::Temporary | Finding::Broken) {
                return Err(Fault::Fails);
            }
        }
        self.key(maps, address.get(local.len()..).unwrap_or_default(), true)
    }

    // mail_addr_find.c, find_addr
    fn both(&self, maps: &MapList, key: &str, is_partial: bool, what: Quote, form: Form) -> Search {
        let quoted = quoted_text(key, what);
        match self.key(maps, &quoted, is_partial)? {
            None if form == Form::ExternalFirst && quoted != key => self.key(maps, key, is_partial),
            found => Ok(found),
        }
    }

    // maps.c, maps_find
    fn key(&self, maps: &MapList, key: &str, is_partial: bool) -> Search {
        if key.is_empty() {
            return Ok(None);
        }
        for table in &maps.names {
            let found = self.cleanup.taken.within(Purpose::Asked, || match has_marks(key) {
                true => self.cleanup.look_up(table, key, is_partial),
                false => self.cleanup.look_up_marked(table, key, is_partial),
            });
            match found {
                Found::Nothing => {}
                Found::Value(value, span) => {
                    // An answer that says no more than that the key is there.
                    if &*value == "OK"
                        && span.is_none()
                        && let Some(missing) = self.cleanup.unread(table, key)
                    {
                        return Err(Fault::Missing(missing));
                    }
                    let value = if has_marks(key) { super::traced::as_clients(&value) } else { value.to_string() };
                    return Ok(Some(Entry { value, table: table.clone(), span, extension: String::new() }));
                }
                Found::Fails | Found::Broken => return Err(Fault::Fails),
                Found::Unknown(missing) => return Err(Fault::Missing(missing)),
            }
        }
        Ok(None)
    }
}

/// What an address has more than the same without its extension.
fn extension(address: &str, bare: &str) -> String {
    let end = address.rfind('@').unwrap_or(address.len());
    let start = bare.rfind('@').unwrap_or(bare.len());
    address.get(start..end).unwrap_or_default().to_owned()
}
