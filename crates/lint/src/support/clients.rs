//! Client files of SQL, LDAP and memcache tables, with the types that read them.

use crate::Cx;
use postproof_catalog::table_type;
use postproof_model::{TableUse, Tree};
use postproof_syntax::PartKind;
use postproof_syntax::main_cf::{MainCf, Setting};

/// One client file that a table of main.cf or master.cf names.
#[derive(Debug)]
pub(crate) struct Client<'a> {
    /// The table types by which it is named.
    pub(crate) kinds: Vec<String>,
    /// The parameters that name it.
    pub(crate) params: Vec<String>,
    /// Whether all of it was given.
    pub(crate) whole: bool,
    tree: &'a MainCf,
}

/// The names from which SQL tables build a query where there is none.
// dict_mysql.c, dict_pgsql.c, dict_sqlite.c
pub(crate) const LEGACY: &[&str] =
    &["table", "select_field", "where_field", "additional_conditions", "select_function"];

impl<'a> Client<'a> {
    /// The type, or the first of several.
    pub(crate) fn kind(&self) -> &str {
        self.kinds.first().map_or("", String::as_str)
    }

    /// Whether it is a SQL table.
    pub(crate) fn is_sql(&self) -> bool {
        self.kinds.iter().all(|kind| ["mysql", "pgsql", "sqlite"].contains(&kind.as_str()))
    }

    /// What the file sets, in order.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &'a Setting> + use<'a> {
        self.tree.settings()
    }

    /// The last setting of that name, which counts.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Setting> {
        self.settings().filter(|setting| setting.name == name).last()
    }
}

/// Every given client file of Postfix; Dovecot's have the same look, but no
/// table of Postfix names them.
pub(crate) fn clients<'a>(cx: &Cx<'a>) -> Vec<Client<'a>> {
    let parts = cx.model.parts.iter().filter(|part| part.part.kind == PartKind::ClientFile);
    let mut found: Vec<(&str, Client<'a>)> = parts
        .filter_map(|part| match &part.tree {
            Tree::Main(parsed) => {
                let client =
                    Client { kinds: Vec::new(), params: Vec::new(), whole: part.part.whole, tree: &parsed.tree };
                Some((part.part.name.as_deref()?, client))
            }
            Tree::Master(_) | Tree::Dovecot(_) | Tree::Table(_) | Tree::None => None,
        })
        .collect();
    if found.is_empty() {
        return Vec::new();
    }
    for TableUse { table, param, .. } in cx.model.table_uses() {
        if !table_type(&table.kind).is_some_and(|kind| kind.client_file) {
            continue;
        }
        for (_, client) in found.iter_mut().filter(|(path, _)| *path == table.name) {
            if !client.kinds.contains(&table.kind) {
                client.kinds.push(table.kind.clone());
            }
            if !client.params.contains(param) {
                client.params.push(param.clone());
            }
        }
    }
    found.into_iter().map(|(_, client)| client).filter(|client| !client.kinds.is_empty()).collect()
}
