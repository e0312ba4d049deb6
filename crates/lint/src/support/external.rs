//! External files of Dovecot 2.3, and what 2.4 has in their place.

use super::dovecot::{Dovecot, logins};
use crate::Cx;
use postproof_diag::{SourceText, Span};
use postproof_model::{SourcePart, Tree};
use postproof_syntax::PartKind;
use postproof_syntax::dovecot::{Item, Setting};

/// What an external file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExternalKind {
    /// dovecot-sql.conf.ext.
    Sql,
    /// dovecot-ldap.conf.ext.
    Ldap,
    /// A dictionary in SQL: dovecot-dict-sql.conf.ext.
    DictSql,
    /// Anything else.
    Other,
}

/// One external file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct External<'a> {
    /// What it is for.
    pub(crate) kind: ExternalKind,
    /// Its path, if it has one.
    pub(crate) path: Option<&'a str>,
    /// Whether all of it was given.
    pub(crate) whole: bool,
    items: &'a [Item],
}

/// What a query or filter is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QueryRole {
    /// The password of a login.
    Password,
    /// Where a user's mail is.
    User,
    /// The list of all users.
    Iterate,
    /// What is written after a login.
    Update,
}

/// A SQL query or LDAP filter of Dovecot.
#[derive(Clone, Debug)]
pub(crate) struct Query<'a> {
    /// What it is asked for.
    pub(crate) role: QueryRole,
    /// Its setting: `password_query`.
    pub(crate) setting: &'a Setting,
    /// Whether it has the variables of 2.4.
    pub(crate) is_new: bool,
    /// Whether it is a LDAP filter.
    pub(crate) is_ldap: bool,
}

impl<'a> Query<'a> {
    /// The text.
    pub(crate) fn text(&self) -> &'a SourceText {
        &self.setting.value
    }

    /// The place of the query, or of a part of it.
    pub(crate) fn place(&self, range: std::ops::Range<usize>) -> Span {
        let text = &self.setting.value;
        text.span_of(range).or(text.span()).unwrap_or(self.setting.name_span)
    }
}

/// Every external file that was given.
pub(crate) fn externals<'a>(cx: &Cx<'a>) -> Vec<External<'a>> {
    let is_it = |part: &&'a SourcePart| part.part.kind == PartKind::ClientFile;
    let parts = cx.model.parts.iter().filter(is_it);
    parts
        .filter_map(|part| match &part.tree {
            Tree::Dovecot(parsed) => {
                let items = parsed.tree.items.as_slice();
                Some(External { kind: kind(items), path: part.part.name.as_deref(), whole: part.part.whole, items })
            }
            Tree::Main(_) | Tree::Master(_) | Tree::Table(_) | Tree::None => None,
        })
        .collect()
}

fn kind(items: &[Item]) -> ExternalKind {
    let has =
        |names: &[&str]| items.iter().filter_map(Item::setting).any(|setting| names.contains(&setting.name.as_str()));
    let has_map = items.iter().any(|item| matches!(item, Item::SectionStart(start) if start.section.name == "map"));
    if has_map {
        ExternalKind::DictSql
    } else if has(&["password_query", "user_query", "iterate_query", "connect"]) {
        ExternalKind::Sql
    } else if has(&[
        "introspection_url",
        "tokeninfo_url",
        "passdb_objects",
        "userdb_objects",
        "local_validation_key_dict",
    ]) {
        ExternalKind::Other
    } else if has(&[
        "hosts",
        "uris",
        "base",
        "dn",
        "auth_bind",
        "pass_attrs",
        "pass_filter",
        "user_attrs",
        "user_filter",
    ]) {
        ExternalKind::Ldap
    } else {
        ExternalKind::Other
    }
}

impl<'a> External<'a> {
    /// What it sets, in order.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &'a Setting> + use<'a> {
        self.items.iter().filter_map(Item::setting)
    }

    /// The last setting of that name outside sections.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Setting> {
        self.settings().filter(|setting| setting.path.is_empty() && setting.name == name).last()
    }

    /// The first setting.
    pub(crate) fn first(&self) -> Option<&'a Setting> {
        self.settings().next()
    }

    /// Whether it includes further files.
    pub(crate) fn has_includes(&self) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Include { .. }))
    }

    /// The `passdb` and `userdb` sections whose `args` name it, as keyword and
    /// place. Without a path nothing names it.
    pub(crate) fn users<'d>(&self, dovecot: Option<&'d Dovecot<'a>>) -> Vec<(&'a str, Span)> {
        let (Some(path), Some(dovecot)) = (self.path, dovecot) else { return Vec::new() };
        let blocks = dovecot.all().filter(|block| matches!(block.name(), "passdb" | "userdb"));
        blocks
            .filter_map(|block| {
                let args = block.get("args")?;
                let named = args.value.as_str().split_whitespace().last()? == path;
                named.then_some((block.name(), args.value.span()?))
            })
            .collect()
    }
}

/// The names of queries and filters in external files.
const EXTERNAL_QUERIES: &[(&str, QueryRole, bool)] = &[
    ("password_query", QueryRole::Password, false),
    ("user_query", QueryRole::User, false),
    ("iterate_query", QueryRole::Iterate, false),
    ("update_query", QueryRole::Update, false),
    ("pass_filter", QueryRole::Password, true),
    ("user_filter", QueryRole::User, true),
    ("iterate_filter", QueryRole::Iterate, true),
];

/// Every query and filter of Dovecot, from external files and from the sections
/// of 2.4.
pub(crate) fn queries<'a>(cx: &Cx<'a>) -> Vec<Query<'a>> {
    let mut found = Vec::new();
    for file in externals(cx).iter().filter(|file| matches!(file.kind, ExternalKind::Sql | ExternalKind::Ldap)) {
        for (name, role, is_ldap) in EXTERNAL_QUERIES {
            if let Some(setting) = file.get(name).filter(|setting| !setting.value.as_str().trim().is_empty()) {
                found.push(Query { role: *role, setting, is_new: false, is_ldap: *is_ldap });
            }
        }
    }
    let Some(dovecot) = cx.dovecot().filter(|dovecot| dovecot.is_new) else { return found };
    for block in dovecot.all().filter(|block| matches!(block.name(), "passdb" | "userdb")) {
        let own = if block.name() == "passdb" { QueryRole::Password } else { QueryRole::User };
        let names: &[(&str, QueryRole)] = match logins::driver(dovecot, &block) {
            Some("sql") => {
                &[("query", own), ("iterate_query", QueryRole::Iterate), ("update_query", QueryRole::Update)]
            }
            Some("ldap") => &[("filter", own), ("iterate_filter", QueryRole::Iterate)],
            Some(_) | None => &[],
        };
        let is_ldap = logins::driver(dovecot, &block) == Some("ldap");
        for (name, role) in names {
            let driver = if is_ldap { "ldap" } else { "sql" };
            let setting = block.get(name).or_else(|| block.get(&format!("{driver}_{name}")));
            if let Some(setting) = setting.filter(|setting| !setting.value.as_str().trim().is_empty()) {
                found.push(Query { role: *role, setting, is_new: true, is_ldap });
            }
        }
    }
    found
}
