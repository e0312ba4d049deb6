//! Lookup tables that values name, and files that the configuration names.

use crate::{Model, Scope, Value};
use postproof_diag::{SourceText, Span};
use postproof_syntax::table::{Table, TableSyntax};

/// `type:name` in a value.
#[derive(Clone, Debug)]
pub struct TableRef {
    /// The type, `proxy:` opened: `pgsql`.
    pub kind: String,
    /// The name: `/etc/postfix/access`.
    pub name: String,
    /// Whether it is asked through proxymap(8).
    pub proxied: bool,
    /// Type and name as written, with the place.
    pub text: SourceText,
}

/// What is known of a table's content.
#[derive(Clone, Copy, Debug)]
pub enum TableContent<'m> {
    /// Its text was given.
    Text(&'m Table, TableSyntax),
    /// The type holds its content in its name: `static:`, `inline:`.
    Inline,
    /// Nothing is known: the file was not given, or a server answers.
    Unknown,
}

/// A file that the configuration names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its path, absolute as the server sees it.
    pub path: String,
    /// Where it is named.
    pub span: Span,
    /// What it is.
    pub kind: ReferenceKind,
}

/// What a named file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// The source text of a lookup table; its index file may lie beside it.
    Table(TableSyntax, Option<&'static str>),
    /// A client file of a SQL, LDAP or memcache table.
    Client,
    /// A list of patterns (`/file` in a match list).
    List,
    /// A Dovecot include; the path may be a glob pattern.
    DovecotInclude,
    /// A Dovecot external file (`args = /etc/dovecot/dovecot-sql.conf.ext`).
    DovecotExternal,
}

/// Splits `type:name`, opening `proxy:`; nothing if the text is no table.
pub fn table_ref(text: &SourceText) -> Option<TableRef> {
    let _ = text;
    None
}

impl Model {
    /// The tables that the words of a value name.
    pub fn lookup_tables(&self, value: &Value) -> Vec<TableRef> {
        let _ = value;
        unimplemented!()
    }

    /// What is known of a table's content.
    pub fn table_content(&self, table: &TableRef) -> TableContent<'_> {
        let _ = table;
        unimplemented!()
    }

    /// Every file that the configuration names, in the order of the text.
    pub fn references(&self) -> Vec<Reference> {
        unimplemented!()
    }

    /// The tables that the parameter names in `scope`.
    pub fn param_tables(&self, scope: Scope, param: &str) -> Vec<TableRef> {
        let _ = (scope, param);
        unimplemented!()
    }
}
