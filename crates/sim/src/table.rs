//! Lookup tables.

mod alias;
mod cidr;
mod indexed;
mod machine;
mod marks;
mod open;
mod pattern;
mod regexp;
mod rules;
#[cfg(test)]
mod tests;

use crate::hash::Map;
use crate::{Config, Finding, Looked, Missing, World};
pub use machine::{Alphabet, Machine, Machines, Steps};
pub(crate) use marks::{CLOSE, OPEN, unmarked};
use open::Content;
pub(crate) use open::Table;
use postproof_diag::{Span, text};
use postproof_syntax::exact::{COMMA_SPACE, Words};
pub use regexp::Template;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What a table answers to one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The key is not there.
    Nothing,
    /// The value and its place.
    Value(Rc<str>, Option<Span>),
    /// The look-up fails and may go well later.
    Fails,
    /// The look-up can never go well: the table gives an empty value.
    Broken,
    /// Not known here.
    Unknown(Missing),
}

impl Found {
    /// As a finding, without the place.
    pub fn finding(self) -> Finding {
        match self {
            Found::Nothing => Finding::No,
            Found::Value(text, _) => Finding::Text(text),
            Found::Fails => Finding::Temporary,
            Found::Broken => Finding::Broken,
            Found::Unknown(missing) => Finding::Unknown(missing),
        }
    }
}

/// The tables of one service.
#[derive(Debug, Default)]
pub(crate) struct Tables<'a> {
    /// What the parameters name.
    params: RefCell<Map<&'static str, ListOf<'a>>>,
    /// The look-ups, if anybody wants them.
    looked: RefCell<Option<Vec<Looked>>>,
    /// Whether what a value takes from the key is marked.
    marks: Cell<bool>,
}

/// Entries of a table that are gone through for examples of its keys.
const MAX_EXAMPLES: usize = 2_000;

type ListOf<'a> = Rc<[Rc<Table<'a>>]>;

/// How a table is opened: `DICT_FLAG_NO_REGSUB` for tables that send mail elsewhere.
// transport.c, transport_pre_init; trivial-rewrite.c, pre_jail_init
const NO_SUBSTITUTION: &[&str] =
    &["transport_maps", "sender_dependent_relayhost_maps", "sender_dependent_default_transport_maps"];

impl<'a> Config<'a> {
    /// Looks one key up in `type:name`. A partial key is a piece of an address
    /// or name: tables of patterns are not asked for it.
    pub fn look_up(&self, table: &str, key: &str, is_partial: bool) -> Found {
        self.find(&[self.table(table, true)], key, is_partial)
    }

    /// The first of several keys that `type:name` has an answer to, and the answer.
    pub fn look_up_first(&self, table: &str, keys: &[(String, bool)]) -> Option<(usize, Found)> {
        let table = [self.table(table, true)];
        keys.iter().enumerate().find_map(|(at, (key, is_partial))| match self.find(&table, key, *is_partial) {
            Found::Nothing => None,
            found @ (Found::Value(..) | Found::Fails | Found::Broken | Found::Unknown(_)) => Some((at, found)),
        })
    }

    /// Looks one key up in the tables that a parameter names, in order.
    pub fn look_up_in(&self, param: &'static str, key: &str, is_partial: bool) -> Found {
        let tables = self.tables_of(param);
        self.find(&tables, key, is_partial)
    }

    /// [`Config::look_up`] without putting pieces of the key into the value:
    /// so are tables opened that send mail elsewhere.
    pub(crate) fn look_up_unsubstituted(&self, table: &str, key: &str, is_partial: bool) -> Found {
        self.find(&[self.table(table, false)], key, is_partial)
    }

    /// [`Config::look_up`] with [`OPEN`] and [`CLOSE`] around what a pattern puts
    /// from the key into the value.
    pub(crate) fn look_up_marked(&self, table: &str, key: &str, is_partial: bool) -> Found {
        let before = self.tables.marks.replace(true);
        let found = self.look_up(table, key, is_partial);
        self.tables.marks.set(before);
        found
    }

    /// What `type:name` has under a key, where its content was not read: an answer
    /// that was supplied may say no more than that the key is there.
    pub(crate) fn unread(&self, table: &str, key: &str) -> Option<Missing> {
        self.table(table, true).unread(key)
    }

    /// Asks `type:name` as match lists do: an empty value is a value too.
    // match_ops.c, dict_get
    pub fn ask(&self, table: &str, key: &str) -> Found {
        self.asked(&self.table(table, true), key)
    }

    /// Whether `type:name` holds patterns or networks, so that pieces of a key are not asked for.
    pub fn is_pattern_table(&self, table: &str) -> bool {
        !self.table(table, true).is_fixed
    }

    /// Whether the content of `type:name`, or of a table in it, is not known.
    pub fn is_unread(&self, table: &str) -> bool {
        self.table(table, true).is_unread()
    }

    /// Keys of `type:name`, one for each value that it may answer; nothing if
    /// they can't be told. A table of which nothing is known has none.
    pub(crate) fn examples(&self, table: &str) -> Option<Vec<String>> {
        let table = self.table(table, true);
        match &table.content {
            Content::Indexed(indexed) => {
                let keys = indexed.examples(MAX_EXAMPLES)?;
                Some(keys.into_iter().map(str::to_owned).collect())
            }
            Content::Cidr(cidr) => {
                let addresses = cidr.examples(MAX_EXAMPLES)?;
                Some(addresses.into_iter().map(|address| address.to_string()).collect())
            }
            Content::Static(_) | Content::Users | Content::Empty | Content::Fails => Some(Vec::new()),
            Content::NotGiven | Content::Server => Some(Vec::new()),
            Content::Rules(_) | Content::Union(_) | Content::Pipe(_) => None,
        }
    }

    /// Makes look-ups known to [`Config::take_looked`], or stops it.
    pub(crate) fn keep_looked(&self, keep: bool) {
        *self.tables.looked.borrow_mut() = keep.then(Vec::new);
    }

    /// The look-ups since the last call, for the trace.
    pub(crate) fn take_looked(&self) -> Vec<Looked> {
        self.tables.looked.borrow_mut().as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Adds a look-up of another kind (DNS, a server) to the log.
    pub(crate) fn note_looked(&self, make: impl FnOnce() -> Looked) {
        if let Some(log) = self.tables.looked.borrow_mut().as_mut() {
            let looked = make();
            // What is looked at again with one more answer is one look-up.
            let is_again = |one: &&mut Looked| one.place == looked.place && one.key == looked.key;
            match log.iter_mut().find(is_again).filter(|_| self.taken.is_used()) {
                Some(known) => *known = looked,
                None => log.push(looked),
            }
        }
    }

    // maps.c, maps_find
    fn find(&self, tables: &[Rc<Table<'a>>], key: &str, is_partial: bool) -> Found {
        if key.is_empty() {
            return Found::Nothing;
        }
        for table in tables.iter().filter(|table| table.is_fixed || !is_partial) {
            match self.asked(table, key) {
                Found::Nothing => {}
                Found::Value(text, _) if text.is_empty() => return Found::Broken,
                found @ (Found::Value(..) | Found::Fails | Found::Broken | Found::Unknown(_)) => return found,
            }
        }
        Found::Nothing
    }

    fn asked(&self, table: &Table<'a>, key: &str) -> Found {
        let found = self.supplied(table, key).unwrap_or_else(|| table.get(self, key));
        // dict_cidr.c, dict_cidr_lookup: what is no address is not looked for.
        let is_no_key = table.name.starts_with("cidr:") && key.parse::<std::net::IpAddr>().is_err();
        if is_no_key && matches!(found, Found::Nothing) {
            return found;
        }
        self.note_looked(|| {
            let (value, span) = match &found {
                Found::Value(text, span) if self.tables.marks.get() => (Some(unmarked(text)), *span),
                Found::Value(text, span) => (Some(text.as_ref().to_owned()), *span),
                Found::Nothing | Found::Fails | Found::Broken | Found::Unknown(_) => (None, None),
            };
            Looked { place: table.name.clone(), key: key.to_owned(), found: value, span }
        });
        found
    }

    /// The answer that was supplied for a key, or for all keys with `*`. An
    /// empty one or `none` says that the key is not there, `tempfail` or `fail`
    /// that the look-up fails.
    fn supplied(&self, table: &Table<'a>, key: &str) -> Option<Found> {
        let assumed = &self.world.assumed;
        if assumed.is_empty() && !self.taken.is_used() {
            return None;
        }
        let of = |key: &str| assumed.get(&format!("{}:{key}", table.name));
        if of(key).is_none()
            && let Some(answer) = self.taken.answer(&format!("{}:{key}", table.name))
        {
            return Some(answered(&answer));
        }
        let answer = match of(key) {
            Some(answer) => answer,
            None if matches!(table.content, Content::Server | Content::NotGiven) => of("*")?,
            None => return None,
        };
        Some(answered(answer))
    }

    fn table(&self, name: &str, substitutes: bool) -> Rc<Table<'a>> {
        self.table_at(name, substitutes, 0)
    }

    fn table_at(&self, name: &str, substitutes: bool, depth: usize) -> Rc<Table<'a>> {
        let [plain, restricted] = &self.shared.open;
        let cache = if substitutes { plain } else { restricted };
        if let Some(known) = cache.borrow().get(name) {
            return Rc::clone(known);
        }
        let table = Rc::new(self.opened(name, substitutes, depth));
        cache.borrow_mut().insert(name.into(), Rc::clone(&table));
        table
    }

    fn tables_of(&self, param: &'static str) -> ListOf<'a> {
        if let Some(known) = self.tables.params.borrow().get(param) {
            return Rc::clone(known);
        }
        let value = self.param(param);
        let substitutes = !NO_SUBSTITUTION.contains(&param);
        let words = Words::braced(value.as_bytes(), COMMA_SPACE);
        let names = words.filter_map(|word| std::str::from_utf8(word).ok());
        let list: ListOf<'a> = names.map(|name| self.table(name, substitutes)).collect();
        self.tables.params.borrow_mut().insert(param, Rc::clone(&list));
        list
    }
}

/// A supplied answer as a table gives it.
fn answered(answer: &str) -> Found {
    match answer {
        "" | "none" => Found::Nothing,
        "tempfail" | "fail" => Found::Fails,
        text => Found::Value(text.into(), None),
    }
}

impl Table<'_> {
    fn is_unread(&self) -> bool {
        match &self.content {
            Content::NotGiven | Content::Server => true,
            Content::Union(inner) | Content::Pipe(inner) => inner.iter().any(|one| one.is_unread()),
            Content::Indexed(_)
            | Content::Cidr(_)
            | Content::Rules(_)
            | Content::Static(_)
            | Content::Users
            | Content::Empty
            | Content::Fails => false,
        }
    }

    /// The usual answer of a table whose content is not known.
    fn not_known(&self, config: &Config<'_>, key: &str) -> Found {
        let world: &World = config.world;
        let usual = world.usual.as_ref().and_then(|_| world.usual(&format!("{}:{key}", self.name)));
        let missing = || Missing { purpose: config.taken.purpose(), ..self.missing(key) };
        usual.map_or_else(|| Found::Unknown(missing()), |answer| answered(&answer))
    }

    fn unread(&self, key: &str) -> Option<Missing> {
        match &self.content {
            Content::NotGiven | Content::Server => Some(self.missing(key)),
            Content::Union(tables) => tables.iter().find_map(|table| table.unread(key)),
            // Under which key the later ones are asked, no word says.
            Content::Pipe(tables) => tables.iter().find_map(|table| table.unread(key)).map(Missing::without_words),
            Content::Indexed(_)
            | Content::Cidr(_)
            | Content::Rules(_)
            | Content::Static(_)
            | Content::Users
            | Content::Empty
            | Content::Fails => None,
        }
    }

    /// Why the answer to a key is not known.
    fn missing(&self, key: &str) -> Missing {
        let table = &self.name;
        let text = if matches!(self.content, Content::NotGiven) {
            text!(
                "the entry for `{key}` in `{table}`, whose content was not given",
                "내용이 주어지지 않은 `{table}` 테이블의 `{key}` 항목"
            )
        } else {
            text!("the answer of `{table}` to `{key}`", "`{table}` 테이블의 `{key}` 조회 결과")
        };
        Missing { topic: table.as_str().into(), ..Missing::new(format!("{table}:{key}"), text) }
    }
}
