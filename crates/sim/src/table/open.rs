//! Opening a table by its type.

use super::Found;
use super::alias::alias_line;
use super::cidr::Cidr;
use super::indexed::{Indexed, folded, inline_pair, text_line};
use super::marks::unmarked;
use super::regexp::{Dialect, Rules};
use super::rules::inline_rules;
use crate::{Config, Missing};
use postproof_catalog::Version;
use postproof_model::Tree;
use postproof_syntax::PartKind;
use postproof_syntax::exact::{COMMA_SPACE, Words, in_braces};
use postproof_syntax::table::{self as source, TableSyntax};
use std::rc::Rc;

/// How deep tables may name tables (`unionmap:{pipemap:{…}}`). Postfix has no
/// limit; nobody writes more than two levels.
const MAX_DEPTH: usize = 16;

/// One opened table.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    /// `type:name`, without `proxy:` and `debug:`.
    pub(super) name: String,
    /// Whether keys are fixed strings, so that pieces of an address are asked for.
    pub(super) is_fixed: bool,
    pub(super) content: Content<'a>,
}

/// What a table holds.
#[derive(Debug)]
pub(super) enum Content<'a> {
    /// Keys with values.
    Indexed(Indexed<'a>),
    /// Networks.
    Cidr(Cidr<'a>),
    /// Patterns.
    Rules(Rules<'a>),
    /// One value for every key.
    Static(Rc<str>),
    /// The values of all, joined.
    Union(Vec<Rc<Table<'a>>>),
    /// The value of one is the key of the next.
    Pipe(Vec<Rc<Table<'a>>>),
    /// System users.
    Users,
    /// No entry at all.
    Empty,
    /// Every look-up fails: the type, its syntax or its file is not there.
    Fails,
    /// A file that was not given.
    NotGiven,
    /// What a server or the system answers.
    Server,
}

impl<'a> Table<'a> {
    /// What the table answers, whatever was supplied for it.
    // dict.h, dict_get
    pub(super) fn get(&self, config: &Config<'a>, key: &str) -> Found {
        match &self.content {
            Content::Indexed(indexed) => match indexed.get(&folded(key, config.folds_unicode())) {
                Some((text, span)) => Found::Value(text.into(), span),
                None => Found::Nothing,
            },
            Content::Cidr(cidr) => match cidr.get(key) {
                Some((text, span)) => Found::Value(text.into(), span),
                None => Found::Nothing,
            },
            Content::Rules(rules) => match rules.get(&self.name, key, config.tables.marks.get()) {
                Found::Unknown(missing) => Found::Unknown(Missing { purpose: config.taken.purpose(), ..missing }),
                found => found,
            },
            Content::Static(text) => Found::Value(Rc::clone(text), None),
            Content::Union(tables) => self.union(config, tables, key),
            Content::Pipe(tables) => self.pipe(config, tables, key),
            Content::Users => self.user(config, key),
            Content::Empty => Found::Nothing,
            Content::Fails => Found::Fails,
            Content::NotGiven | Content::Server => self.not_known(config, key),
        }
    }

    // dict_union.c, dict_union_lookup
    fn union(&self, config: &Config<'a>, tables: &[Rc<Table<'a>>], key: &str) -> Found {
        let key = self.outer_key(config, key);
        let mut joined = String::new();
        let mut place = None;
        for table in tables {
            match config.asked(table, &key) {
                Found::Nothing => {}
                Found::Value(text, span) => {
                    if !joined.is_empty() {
                        joined.push(',');
                    }
                    joined.push_str(&text);
                    place = place.or(span);
                }
                failed @ (Found::Fails | Found::Broken | Found::Unknown(_)) => return failed,
            }
        }
        if joined.is_empty() { Found::Nothing } else { Found::Value(joined.into(), place) }
    }

    // dict_pipe.c, dict_pipe_lookup
    fn pipe(&self, config: &Config<'a>, tables: &[Rc<Table<'a>>], key: &str) -> Found {
        let mut key: Rc<str> = self.outer_key(config, key).into();
        let mut place = None;
        for (at, table) in tables.iter().enumerate() {
            if at > 0 && config.tables.marks.get() {
                key = unmarked(&key).into();
            }
            match config.asked(table, &key) {
                Found::Value(text, span) => {
                    key = text;
                    place = span;
                }
                // Which key comes of it, no word that stands for all can say.
                Found::Unknown(missing) if at + 1 < tables.len() => return Found::Unknown(missing.without_words()),
                other @ (Found::Nothing | Found::Fails | Found::Broken | Found::Unknown(_)) => return other,
            }
        }
        Found::Value(key, place)
    }

    /// The key that the tables of a table are asked for.
    // dict_utf8.c, dict_utf8_check_fold: it stands before the outer table
    fn outer_key<'k>(&self, config: &Config<'a>, key: &'k str) -> std::borrow::Cow<'k, str> {
        if self.is_fixed && config.folds_unicode() { folded(key, true) } else { key.into() }
    }

    // dict_unix.c, dict_unix_getpwnam
    fn user(&self, config: &Config<'a>, key: &str) -> Found {
        let name = folded(key, config.folds_unicode());
        if config.world.users.contains(name.as_ref()) {
            return Found::Value(format!("{name}:x:::::").into(), None);
        }
        if config.world.users_are_closed {
            return Found::Nothing;
        }
        let supplied = if name == key { None } else { config.supplied(self, &name) };
        supplied.unwrap_or_else(|| self.not_known(config, &name))
    }
}

impl<'a> Config<'a> {
    /// Whether keys are folded as Unicode, or as ASCII alone.
    // mail_params.c: util_utf8_enable
    pub(super) fn folds_unicode(&self) -> bool {
        self.yes("smtputf8_enable")
    }

    /// Opens `type:name`.
    // dict_open.c, dict_open3
    pub(super) fn opened(&self, whole: &str, substitutes: bool, depth: usize) -> Table<'a> {
        let (mut kind, mut name) = whole.split_once(':').unwrap_or((whole, ""));
        let debug = self.model.target.postfix.value >= Version::new(3, 11);
        while kind == "proxy" || (kind == "debug" && debug) {
            (kind, name) = name.split_once(':').unwrap_or((name, ""));
        }
        let full = format!("{kind}:{name}");
        let unknown = &self.world.unknown_tables;
        let (is_fixed, content) = if name.is_empty() || depth > MAX_DEPTH {
            (false, if name.is_empty() { Content::Fails } else { Content::Server })
        } else if unknown.contains(whole) || unknown.contains(&full) {
            (!matches!(kind, "cidr" | "regexp" | "pcre" | "tcp" | "socketmap"), Content::NotGiven)
        } else {
            self.content(kind, name, substitutes, depth)
        };
        Table { name: full, is_fixed, content }
    }

    /// Whether its keys are fixed, and what it holds.
    fn content(&self, kind: &str, name: &str, substitutes: bool, depth: usize) -> (bool, Content<'a>) {
        match kind {
            "texthash" | "hash" | "btree" | "lmdb" | "cdb" | "dbm" | "sdbm" => self.indexed(kind, name),
            "inline" => match self.inline(name) {
                Some(indexed) => (true, Content::Indexed(indexed)),
                None => (false, Content::Fails),
            },
            "static" => match static_value(name) {
                Some(value) => (true, Content::Static(value.into())),
                None => (false, Content::Fails),
            },
            "unionmap" | "pipemap" => match self.members(name, substitutes, depth) {
                Some(tables) => {
                    let is_fixed = tables.first().is_some_and(|first| first.is_fixed);
                    (is_fixed, if kind == "unionmap" { Content::Union(tables) } else { Content::Pipe(tables) })
                }
                None => (false, Content::Fails),
            },
            "randmap" => (false, random(name)),
            "cidr" => (false, self.cidr(name)),
            "regexp" => (false, self.rules(name, Dialect::Posix, substitutes)),
            "pcre" => (false, self.rules(name, Dialect::Pcre, substitutes)),
            "unix" => match name {
                "passwd.byname" => (true, Content::Users),
                "group.byname" => (true, Content::Server),
                _ => (false, Content::Fails),
            },
            "internal" => (true, Content::Empty),
            "fail" => (false, Content::Fails),
            "environ" | "nis" | "nisplus" | "netinfo" | "memcache" | "mysql" | "pgsql" | "ldap" | "sqlite"
            | "mongodb" => (true, Content::Server),
            "tcp" | "socketmap" => (false, Content::Server),
            // dict_surrogate.c: unsupported dictionary type
            _ => (false, Content::Fails),
        }
    }

    fn indexed(&self, kind: &str, name: &str) -> (bool, Content<'a>) {
        let Some(table) = self.given(name) else { return self.absent(name, true) };
        let unicode = self.folds_unicode();
        let indexed = if kind == "texthash" {
            Indexed::text_hash(&table.lines, unicode)
        } else if table.syntax == TableSyntax::Aliases {
            // postalias(1) made the index, with a key that says that it is complete.
            let mut indexed = Indexed::first_wins(table.lines.iter(), alias_line, unicode);
            indexed.add_first("@", "@");
            Some(indexed)
        } else {
            Some(Indexed::first_wins(table.lines.iter(), text_line, unicode))
        };
        match indexed {
            Some(indexed) => (true, Content::Indexed(indexed)),
            None => (false, Content::Fails),
        }
    }

    fn cidr(&self, name: &str) -> Content<'a> {
        if name.starts_with('{') && !self.has_rules_in(name) {
            // An older release looks for a file of that name.
            return Content::Fails;
        }
        if self.has_rules_in(name) {
            return match inline_rules(name) {
                Some(rules) => Content::Cidr(Cidr::owned(&rules)),
                None => Content::Fails,
            };
        }
        match self.given(name) {
            Some(table) => Content::Cidr(Cidr::of(&table.lines)),
            None => self.absent(name, false).1,
        }
    }

    fn rules(&self, name: &str, dialect: Dialect, substitutes: bool) -> Content<'a> {
        if name.starts_with('{') && !self.has_rules_in(name) {
            return Content::Fails;
        }
        if self.has_rules_in(name) {
            let Some(rules) = inline_rules(name) else { return Content::Fails };
            let lines = rules.into_iter().map(|rule| (rule.to_owned().into(), None));
            return Content::Rules(Rules::new(lines, dialect, substitutes));
        }
        match self.given(name) {
            Some(table) => {
                let lines = table.lines.iter().map(|(line, span)| (line.into(), Some(span)));
                Content::Rules(Rules::new(lines, dialect, substitutes))
            }
            None => self.absent(name, false).1,
        }
    }

    /// Whether a name holds the rules themselves.
    // dict_stream.c, since 3.7
    fn has_rules_in(&self, name: &str) -> bool {
        name.starts_with('{') && self.model.target.postfix.value >= Version::new(3, 7)
    }

    /// A table of which no file was given.
    fn absent(&self, name: &str, is_fixed: bool) -> (bool, Content<'a>) {
        // dict_surrogate.c: each look-up fails, and pieces are not asked for
        if self.world.has_no_file(name) { (false, Content::Fails) } else { (is_fixed, Content::NotGiven) }
    }

    /// The text of a table that was given; the later of two.
    fn given(&self, name: &str) -> Option<&'a source::Table> {
        let named = |given: &&'a postproof_model::SourcePart| {
            given.part.kind == PartKind::Table && given.part.name.as_deref() == Some(name)
        };
        self.model.parts.iter().rev().filter(named).find_map(|given| match &given.tree {
            // A file of patterns was read line by line.
            Tree::Table(parsed) if parsed.tree.syntax == TableSyntax::List => None,
            Tree::Table(parsed) => Some(&parsed.tree),
            Tree::Main(_) | Tree::Master(_) | Tree::Dovecot(_) | Tree::None => None,
        })
    }

    // dict_inline.c, dict_inline_open: the later of two entries wins
    fn inline(&self, name: &str) -> Option<Indexed<'a>> {
        let inner = whole_braces(name)?;
        let mut indexed = Indexed::default();
        for word in words(inner) {
            let word = if word.starts_with('{') { braced(word, true)? } else { word };
            let (key, value) = inline_pair(word)?;
            indexed.put(folded(key, self.folds_unicode()).into_owned().into(), value.to_owned().into(), None);
        }
        (!indexed.is_empty()).then_some(indexed)
    }

    // dict_union.c, dict_union_open; dict_pipe.c, dict_pipe_open
    fn members(&self, name: &str, substitutes: bool, depth: usize) -> Option<Vec<Rc<Table<'a>>>> {
        let inner = whole_braces(name)?;
        let names: Vec<&str> = words(inner).collect();
        if names.is_empty() || names.iter().any(|name| !name.contains(':')) {
            return None;
        }
        Some(names.iter().map(|name| self.table_at(name, substitutes, depth + 1)).collect())
    }
}

// dict_static.c, dict_static_open
fn static_value(name: &str) -> Option<&str> {
    if name.starts_with('{') { braced(name, true) } else { Some(name) }
}

/// One value is what it always is; of several nobody knows which.
// dict_random.c
fn random<'a>(name: &str) -> Content<'a> {
    let mut values = whole_braces(name).into_iter().flat_map(words);
    match (values.next(), values.next()) {
        (None, _) => Content::Fails,
        (Some(only), None) => Content::Static(only.into()),
        (Some(_), Some(_)) => Content::Server,
    }
}

/// What stands in braces that are the whole text; nothing if they are not, or are empty.
// balpar.c, as unionmap and its kin use it
fn whole_braces(name: &str) -> Option<&str> {
    if name.starts_with('{') { braced(name, false).filter(|inner| !inner.is_empty()) } else { None }
}

/// What stands in the braces that are the whole text.
// extpar.c
pub(super) fn braced(text: &str, strip: bool) -> Option<&str> {
    match in_braces(text.as_bytes(), strip) {
        (inner, None) => std::str::from_utf8(inner).ok(),
        (_, Some(_)) => None,
    }
}

/// Words outside braces.
// mystrtok.c, mystrtokq
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    Words::braced(text.as_bytes(), COMMA_SPACE).filter_map(|word| std::str::from_utf8(word).ok())
}
