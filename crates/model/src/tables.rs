//! Lookup tables that values name.

use crate::{Model, Scope, Value, words};
use postproof_catalog as catalog;
use postproof_diag::SourceText;
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

/// Splits `type:name`, opening `proxy:` and `debug:`; nothing if the text names
/// no table type that Postfix knows.
pub fn table_ref(text: &SourceText) -> Option<TableRef> {
    let (mut kind, mut name) = text.as_str().split_once(':')?;
    let mut proxied = false;
    while matches!(kind, "proxy" | "debug") {
        proxied |= kind == "proxy";
        (kind, name) = name.split_once(':')?;
    }
    catalog::table_type(kind)?;
    Some(TableRef { kind: kind.to_owned(), name: name.to_owned(), proxied, text: text.clone() })
}

impl TableRef {
    /// What stands in the braces that are the name: the members of a table of
    /// tables, or rules and entries in the place of a file.
    pub fn inner(&self) -> Option<SourceText> {
        let inner = self.name.strip_prefix('{')?.strip_suffix('}')?;
        let end = self.text.as_str().len() - 1;
        Some(self.text.slice(end - inner.len()..end))
    }

    /// How the source text of such a table is written, if it has one.
    pub fn syntax(&self) -> Option<TableSyntax> {
        match self.kind.as_str() {
            "cidr" => Some(TableSyntax::Cidr),
            "regexp" | "pcre" => Some(TableSyntax::Pattern),
            "texthash" => Some(TableSyntax::Indexed),
            kind => catalog::table_type(kind)?.indexed_suffix.map(|_| TableSyntax::Indexed),
        }
    }
}

impl Model {
    /// The tables that the words of a value name.
    pub fn lookup_tables(&self, value: &Value) -> Vec<TableRef> {
        words(&value.text).iter().filter_map(|word| table_ref(&word.text)).collect()
    }

    /// The tables that the parameter names in `scope`.
    pub fn param_tables(&self, scope: Scope, param: &str) -> Vec<TableRef> {
        self.value(scope, param).map(|value| self.lookup_tables(&value)).unwrap_or_default()
    }

    /// What is known of a table's content.
    pub fn table_content(&self, table: &TableRef) -> TableContent<'_> {
        if matches!(table.kind.as_str(), "static" | "inline") {
            return TableContent::Inline;
        }
        let Some(syntax) = table.syntax() else { return TableContent::Unknown };
        match self.given_table(&table.name, |read| read.is_like(syntax)) {
            Some(text) => TableContent::Text(text, syntax),
            None => TableContent::Unknown,
        }
    }
}
