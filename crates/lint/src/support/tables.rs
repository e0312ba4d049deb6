//! Lookup tables whose text was given, with what they are asked for.

use crate::Cx;
use postproof_model::{Presence, TableRole, TableUse, Tree};
use postproof_syntax::Problem;
use postproof_syntax::table::{Entry, Table, TableSyntax};

/// One table whose text was given.
#[derive(Debug)]
pub(crate) struct Given<'a> {
    /// Its path, if the text tells.
    pub(crate) path: &'a str,
    /// What was read.
    pub(crate) table: &'a Table,
    /// What the parser could not read.
    pub(crate) problems: &'a [Problem],
    /// The table types by which it is asked; empty where nothing names it.
    pub(crate) kinds: Vec<String>,
    /// What it is asked for.
    pub(crate) roles: Vec<TableRole>,
    /// The parameters that name it.
    pub(crate) params: Vec<String>,
}

impl<'a> Given<'a> {
    /// Whether postmap(1) indexes it or texthash: reads it: exact keys.
    pub(crate) fn is_indexed(&self) -> bool {
        self.table.syntax == TableSyntax::Indexed
    }

    /// The entries of an access(5) table; none of other tables.
    pub(crate) fn access_entries(&self) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let is_access = self.roles.iter().any(|role| matches!(role, TableRole::Access(_)));
        let table = self.table;
        is_access.then(|| table.entries()).into_iter().flatten()
    }
}

/// Every given table that something names. Without a main.cf, and for
/// aliases(5), the usual file names tell what a table is for.
pub(crate) fn given<'a>(cx: &Cx<'a>) -> Vec<Given<'a>> {
    let parts = cx.model.parts.iter().filter_map(|part| match &part.tree {
        // A file of patterns of a match list has neither keys nor values.
        Tree::Table(parsed) if parsed.tree.syntax == TableSyntax::List => None,
        Tree::Table(parsed) => Some((part.part.name.as_deref().unwrap_or_default(), parsed)),
        Tree::Main(_) | Tree::Master(_) | Tree::Dovecot(_) | Tree::None => None,
    });
    let mut tables: Vec<Given<'a>> = parts
        .map(|(path, parsed)| Given {
            path,
            table: &parsed.tree,
            problems: &parsed.problems,
            kinds: Vec::new(),
            roles: Vec::new(),
            params: Vec::new(),
        })
        .collect();
    if tables.is_empty() {
        return tables;
    }
    for TableUse { param, role, table, .. } in cx.model.table_uses() {
        for given in tables.iter_mut().filter(|given| given.path == table.name) {
            push_new(&mut given.kinds, &table.kind);
            push_new(&mut given.roles, role);
            push_new(&mut given.params, param);
        }
    }
    let no_main = cx.model.given.main_cf == Presence::Missing;
    for given in tables.iter_mut().filter(|given| given.roles.is_empty()) {
        let role = usual_role(given.path);
        given.roles.extend(role.filter(|role| no_main || *role == TableRole::Aliases));
    }
    tables.retain(|given| !given.roles.is_empty());
    tables
}

fn push_new<T: Clone + PartialEq>(all: &mut Vec<T>, one: &T) {
    if !all.contains(one) {
        all.push(one.clone());
    }
}

/// The names that the manual pages and the shipped files use.
fn usual_role(path: &str) -> Option<TableRole> {
    let base = path.rsplit('/').next().unwrap_or(path);
    let stem = ["cidr", "pcre", "regexp", "texthash"]
        .iter()
        .find_map(|kind| base.strip_suffix(kind)?.strip_suffix(['.', '_', '-']))
        .unwrap_or(base);
    match stem {
        "access" => Some(TableRole::Access(None)),
        "client_access" | "helo_access" | "sender_access" | "recipient_access" => {
            let restriction = postproof_catalog::restriction(&format!("check_{stem}"))?;
            Some(TableRole::Access(Some(restriction.name)))
        }
        "postscreen_access" => Some(TableRole::PostscreenAccess),
        "virtual" | "virtual_alias" | "virtual_aliases" => Some(TableRole::VirtualAlias),
        "canonical" | "sender_canonical" | "recipient_canonical" | "generic" => Some(TableRole::Canonical),
        "relocated" => Some(TableRole::Relocated),
        "transport" => Some(TableRole::Transport),
        "aliases" => Some(TableRole::Aliases),
        "sender_login" | "sender_login_maps" => Some(TableRole::SenderLogin),
        "sender_relay" | "sender_dependent_relayhost" => Some(TableRole::SenderRelay),
        "body_checks" => Some(TableRole::BodyChecks),
        stem if stem.ends_with("header_checks") => Some(TableRole::HeaderChecks),
        _ => None,
    }
}
