//! Lookup tables that values name, and files that the configuration names.

use crate::{Model, Scope, Tree, Value, words};
use postproof_catalog as catalog;
use postproof_diag::{SourceText, Span};
use postproof_syntax::PartKind;
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
    /// The source text of a lookup table, and the suffix of the index file that
    /// lies beside it.
    Table(TableSyntax, Option<&'static str>),
    /// A client file of a SQL, LDAP or memcache table.
    Client,
    /// A Dovecot include; the path may be a glob pattern and may be relative to
    /// the including file.
    DovecotInclude,
    /// A Dovecot external file (`args = /etc/dovecot/dovecot-sql.conf.ext`).
    DovecotExternal,
}

/// Splits `type:name`, opening `proxy:`; nothing if the text names no table
/// type that Postfix knows.
pub fn table_ref(text: &SourceText) -> Option<TableRef> {
    let (mut kind, mut name) = text.as_str().split_once(':')?;
    let proxied = kind == "proxy";
    if proxied {
        (kind, name) = name.split_once(':')?;
    }
    catalog::table_type(kind)?;
    Some(TableRef { kind: kind.to_owned(), name: name.to_owned(), proxied, text: text.clone() })
}

impl TableRef {
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
        let given = self.parts.iter().rev().find(|given| {
            given.part.kind == PartKind::Table && given.part.name.as_deref() == Some(table.name.as_str())
        });
        match given.map(|given| &given.tree) {
            Some(Tree::Table(parsed)) => TableContent::Text(&parsed.tree, syntax),
            Some(Tree::Main(_) | Tree::Master(_) | Tree::Dovecot(_) | Tree::None) | None => TableContent::Unknown,
        }
    }

    /// Every file that the configuration names, in the order of the text, each
    /// path once.
    pub fn references(&self) -> Vec<Reference> {
        let mut found = Vec::new();
        for (name, written) in &self.main {
            self.table_references(name, &self.expand(Scope::Main, &written.value), &mut found);
        }
        for service in &self.services {
            for option in &service.overrides {
                let text = self.expand(Scope::Service(service.id), &option.value);
                self.table_references(&option.name, &text, &mut found);
            }
        }
        for given in &self.parts {
            if let Tree::Dovecot(parsed) = &given.tree {
                dovecot_references(&parsed.tree, &mut found);
            }
        }
        found.sort_by(|a, b| (a.span, &a.path).cmp(&(b.span, &b.path)));
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|reference| seen.insert(reference.path.clone()));
        found
    }

    fn table_references(&self, param: &str, text: &SourceText, found: &mut Vec<Reference>) {
        if !text.as_str().contains(":/") {
            return;
        }
        for word in words(text) {
            let (Some(table), Some(span)) = (table_ref(&word.text), word.text.span()) else { continue };
            if !table.name.starts_with('/') {
                continue;
            }
            let Some(kind) = catalog::table_type(&table.kind) else { continue };
            let kind = match table.syntax() {
                // alias_maps and alias_database name files of aliases(5).
                Some(TableSyntax::Indexed) if param.starts_with("alias_") => {
                    ReferenceKind::Table(TableSyntax::Aliases, kind.indexed_suffix)
                }
                Some(syntax) => ReferenceKind::Table(syntax, kind.indexed_suffix),
                None if kind.client_file => ReferenceKind::Client,
                None => continue,
            };
            found.push(Reference { path: table.name, span, kind });
        }
    }
}

fn dovecot_references(tree: &postproof_syntax::dovecot::Dovecot, found: &mut Vec<Reference>) {
    use postproof_syntax::dovecot::Item;
    for item in &tree.items {
        match item {
            Item::Include { pattern, pattern_span, .. } => {
                found.push(Reference {
                    path: pattern.clone(),
                    span: *pattern_span,
                    kind: ReferenceKind::DovecotInclude,
                });
            }
            // 2.3: `args = /etc/dovecot/dovecot-sql.conf.ext` in passdb and userdb.
            Item::Setting(setting) if setting.name == "args" => {
                let path = setting.value.as_str();
                if let (true, Some(span)) = (path.starts_with('/') && path.ends_with(".ext"), setting.value.span()) {
                    found.push(Reference { path: path.to_owned(), span, kind: ReferenceKind::DovecotExternal });
                }
            }
            Item::Setting(_)
            | Item::SectionStart(_)
            | Item::SectionEnd(_)
            | Item::Comment(_)
            | Item::Blank(_)
            | Item::Junk(_) => {}
        }
    }
}
