//! Aliases of local(8) (alias.c, recipient.c, token.c), and where mail ends after
//! cleanup(8) and local(8) alike.

mod ends;

use super::parse::parse_all;
use super::queued::{Hop, NotQueued, NotQueuedWhy};
use super::quote::unquoted;
use super::{Program, text_of, tokens};
use crate::table::Found;
use crate::taken::Purpose;
use crate::{Config, Missing};
pub use ends::{End, Place};

/// What `alias_maps` make of a local address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aliased {
    /// No table has the name: it is a user's, or nobody's.
    No,
    /// It stands for something else.
    To(Alias),
    /// A look-up fails, or the entry names nobody: the mail waits.
    Fails(NotQueued),
}

/// An entry of `alias_maps`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The entry.
    pub hop: Hop,
    /// The name that is its key.
    pub name: String,
    /// What it stands for, in order.
    pub targets: Vec<AliasTarget>,
    /// The extension of the address that was put into each address of the targets.
    pub extension: String,
}

/// What an alias stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AliasTarget {
    /// An address, in full.
    Address(String),
    /// A program that gets the message, without the `|`.
    Command(String),
    /// A file, or a home directory's (`~/…`).
    File(String),
    /// A file of further targets, without `:include:`.
    Include(String),
}

impl<'a> Config<'a> {
    /// What `alias_maps` make of an address that the local delivery agent gets.
    /// Only tables that were given tell; otherwise what is missing.
    pub fn local_alias(&self, address: &str) -> Result<Aliased, Missing> {
        let agent = self.local.get_or_init(|| self.behind("local"));
        agent.alias_of(&super::queued::names_of(agent, address), address, None)
    }

    /// The entry of the names of an address; an alias that names itself (`within`)
    /// means the user.
    // recipient.c, deliver_switch
    fn alias_of(&self, names: &[(String, String)], address: &str, within: Option<&str>) -> Result<Aliased, Missing> {
        for (name, extension) in names {
            if within.is_some_and(|within| within.eq_ignore_ascii_case(name)) {
                continue;
            }
            let propagates = super::queued::words_of(&self.param("propagate_unmatched_extensions"), "alias");
            let extension = if propagates { extension.as_str() } else { "" };
            match self.alias_entry(name, address, extension)? {
                Aliased::No => {}
                found @ (Aliased::To(_) | Aliased::Fails(_)) => return Ok(found),
            }
        }
        Ok(Aliased::No)
    }

    // alias.c, deliver_alias; local.c: tables are opened with DICT_FLAG_PARANOID
    fn alias_entry(&self, name: &str, address: &str, extension: &str) -> Result<Aliased, Missing> {
        let param = "alias_maps";
        let fails = || Aliased::Fails(NotQueued { param, why: NotQueuedWhy::LookUpFails, address: address.to_owned() });
        for table in &self.maps_of(param).names {
            let found = self.taken.within(Purpose::Asked, || self.look_up_unsubstituted(table, name, false));
            let (value, span) = match found {
                Found::Nothing => continue,
                Found::Value(value, span) => (value, span),
                Found::Fails | Found::Broken => return Ok(fails()),
                Found::Unknown(missing) => return Err(missing),
            };
            // An answer that says no more than that the key is there.
            if &*value == "OK"
                && span.is_none()
                && let Some(missing) = self.unread(table, name)
            {
                return Err(missing);
            }
            let targets = self.targets(&value, extension)?;
            if targets.is_empty() {
                return Ok(fails());
            }
            let hop = Hop { param, table: table.clone(), span, from: address.to_owned() };
            let (name, extension) = (name.to_owned(), extension.to_owned());
            return Ok(Aliased::To(Alias { hop, name, targets, extension }));
        }
        Ok(Aliased::No)
    }

    // token.c, deliver_token_string and deliver_token; resolve.c, deliver_resolve_tree
    fn targets(&self, value: &str, extension: &str) -> Result<Vec<AliasTarget>, Missing> {
        let mut targets = Vec::new();
        for group in parse_all(value.as_bytes()) {
            let text = text_of(&tokens::internal(&group));
            let include = text.split_at_checked(9).filter(|(word, _)| word.eq_ignore_ascii_case(":include:"));
            targets.push(if text.starts_with(['/', '~']) {
                AliasTarget::File(text)
            } else if let Some(command) = text.strip_prefix('|') {
                AliasTarget::Command(command.to_owned())
            } else if let Some((_, path)) = include {
                AliasTarget::Include(path.to_owned())
            } else {
                let mut tree = tokens::scan(&tokens::external(&group));
                self.settings(Program::Rewrite).rewrite(&mut tree)?;
                let mut address = text_of(&unquoted(&tokens::external(&tree)));
                let end = address.rfind('@').unwrap_or(address.len());
                address.insert_str(end, extension);
                AliasTarget::Address(address)
            });
        }
        Ok(targets)
    }
}

#[cfg(test)]
mod tests;
