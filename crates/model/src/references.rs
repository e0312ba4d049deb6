//! Files that the configuration names: beside main.cf they decide as much as it.
//!
//! Tables stand in any value, in tables of tables, in the results of access
//! tables and in files of patterns, and files of patterns stand in match lists.

use crate::{LISTS, ListPattern, Model, PatternKind, Scope, TableContent, TableRef, Tree, Unread, table_ref, words};
use postproof_catalog::{self as catalog, Argument, ListKind};
use postproof_diag::{SourceText, Span};
use postproof_syntax::table::TableSyntax;
use std::collections::BTreeSet;

/// A file that the configuration names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its path, absolute as the server sees it.
    pub path: String,
    /// Where it is named.
    pub span: Span,
    /// What it is.
    pub kind: ReferenceKind,
    /// The parameter of Postfix that leads to it, perhaps through other files.
    pub param: Option<String>,
    /// The table as Postfix opens it, `hash:/etc/postfix/access`.
    pub table: Option<String>,
    /// Whether restrictions ask it.
    pub is_access: bool,
}

/// What a named file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// The source text of a lookup table, and the suffix of the index file that
    /// lies beside it.
    Table(TableSyntax, Option<&'static str>),
    /// A file of patterns of a match list: `mynetworks = /etc/postfix/nets`.
    List,
    /// A client file of a SQL, LDAP or memcache table.
    Client,
    /// A Dovecot include; the path may be a glob pattern and may be relative to
    /// the including file.
    DovecotInclude,
    /// A Dovecot external file (`args = /etc/dovecot/dovecot-sql.conf.ext`).
    DovecotExternal,
}

impl ReferenceKind {
    /// Whether a text that is read as `self` serves who reads it as `other`.
    pub fn is_like(self, other: ReferenceKind) -> bool {
        match (self, other) {
            (ReferenceKind::Table(one, _), ReferenceKind::Table(other, _)) => one.is_like(other),
            (one, other) => one == other,
        }
    }

    /// How the text is written, where it is read as a table or list.
    pub fn syntax(self) -> Option<TableSyntax> {
        match self {
            ReferenceKind::Table(syntax, _) => Some(syntax),
            ReferenceKind::List => Some(TableSyntax::List),
            ReferenceKind::Client | ReferenceKind::DovecotInclude | ReferenceKind::DovecotExternal => None,
        }
    }
}

/// How deep tables may stand in tables and results of tables in results.
/// Postfix has no limit; nobody writes more than two levels.
const MAX_TABLE_DEPTH: usize = 16;

/// Services whose options are put into the values of main.cf.
const MAX_SCOPES: usize = 200;

impl Model {
    /// Every file that the configuration names, in the order of the text, each
    /// path once for each way in which it is read.
    pub fn references(&self) -> Vec<Reference> {
        let mut found = self.all_references();
        found.sort_by(|a, b| (a.span, &a.path).cmp(&(b.span, &b.path)));
        let aliases: BTreeSet<String> = found
            .iter()
            .filter(|one| matches!(one.kind, ReferenceKind::Table(TableSyntax::Aliases, _)))
            .map(|one| one.path.clone())
            .collect();
        // What postalias(1) indexes is written so for all that ask it.
        for one in &mut found {
            if let ReferenceKind::Table(syntax @ TableSyntax::Indexed, _) = &mut one.kind
                && aliases.contains(&one.path)
            {
                *syntax = TableSyntax::Aliases;
            }
        }
        let mut kept: Vec<Reference> = Vec::new();
        let mut seen: std::collections::BTreeMap<String, Vec<ReferenceKind>> = std::collections::BTreeMap::new();
        for one in found {
            let kinds = seen.entry(one.path.clone()).or_default();
            if !kinds.iter().any(|kind| kind.is_like(one.kind)) {
                kinds.push(one.kind);
                kept.push(one);
            }
        }
        kept
    }

    /// Every place that names a file.
    pub(crate) fn all_references(&self) -> Vec<Reference> {
        let mut finder = Finder { model: self, found: Vec::new(), asked: BTreeSet::new() };
        for (name, written) in &self.main {
            finder.value(Scope::Main, name, &written.value);
        }
        for service in &self.services {
            for option in &service.overrides {
                finder.value(Scope::Service(service.id), &option.name, &option.value);
            }
        }
        for scope in self.scopes_with_own_names() {
            for (name, written) in self.main.iter().filter(|(_, written)| written.value.as_str().contains('$')) {
                finder.value(scope, name, &written.value);
            }
        }
        for given in &self.parts {
            if let Tree::Dovecot(parsed) = &given.tree {
                dovecot_references(&parsed.tree, &mut finder.found);
            }
        }
        finder.found
    }

    /// The services with an option that values of main.cf name: `$nets` is
    /// another one there.
    fn scopes_with_own_names(&self) -> Vec<Scope> {
        let mut named: BTreeSet<&str> = BTreeSet::new();
        for written in self.main.values() {
            for after in written.value.as_str().split('$').skip(1) {
                let name = after.trim_start_matches(['{', '(']);
                let end = name.find(|ch: char| !ch.is_ascii_alphanumeric() && ch != '_').unwrap_or(name.len());
                named.extend(name.get(..end));
            }
        }
        let own =
            |service: &&crate::Service| service.overrides.iter().any(|option| named.contains(option.name.as_str()));
        self.services.iter().filter(own).take(MAX_SCOPES).map(|service| Scope::Service(service.id)).collect()
    }

    /// Patterns of match lists that stand for more than was read: the file or
    /// pattern at which a limit ended the reading.
    pub fn cut_lists(&self) -> Vec<(String, ListPattern)> {
        let mut cut = Vec::new();
        for (name, written) in self.main.iter().filter(|(name, _)| is_match_list(name)) {
            if !written.value.as_str().contains('/') {
                continue;
            }
            let is_cut = |one: &ListPattern| match one.kind {
                PatternKind::Cut | PatternKind::File(Unread::TooDeep) => true,
                PatternKind::Plain | PatternKind::Table | PatternKind::File(Unread::NotGiven | Unread::InItself) => {
                    false
                }
            };
            let patterns = self.list_patterns(Scope::Main, name);
            cut.extend(patterns.into_iter().find(is_cut).map(|one| (name.clone(), one)));
        }
        cut
    }

    /// Whether a parameter is a class of restrictions.
    pub(crate) fn is_class(&self, scope: Scope, name: &str) -> bool {
        catalog::param(name).is_none()
            && self
                .value(scope, "smtpd_restriction_classes")
                .is_some_and(|classes| words(&classes.text).iter().any(|class| class.text.as_str() == name))
    }
}

/// Whether the value of a parameter is a match list (match_list.c), in which
/// `/file` stands for what the file holds.
pub(crate) fn is_match_list(param: &str) -> bool {
    // postscreen.c: addr_match_list_init, under its name before 3.6 too
    catalog::param(param).is_some_and(|known| known.list == Some(ListKind::Match))
        || param == "postscreen_whitelist_interfaces"
}

/// For what the tables of a value are opened.
#[derive(Clone, Copy)]
struct Asked<'p> {
    param: &'p str,
    /// Whether restrictions ask them, so that their results are restrictions too.
    is_access: bool,
    depth: usize,
}

struct Finder<'m> {
    model: &'m Model,
    found: Vec<Reference>,
    /// Tables whose results were read, by parameter.
    asked: BTreeSet<(String, String)>,
}

impl Finder<'_> {
    fn value(&mut self, scope: Scope, param: &str, value: &SourceText) {
        if !value.as_str().contains(['/', '$']) {
            return;
        }
        let text = self.model.expand(scope, value);
        let is_list = LISTS.iter().any(|(list, _)| *list == param);
        let asked = Asked { param, is_access: is_list || self.model.is_class(scope, param), depth: 0 };
        if is_match_list(param) {
            self.match_list(&text, asked);
        } else if param == "myorigin" && text.as_str().trim().starts_with('/') {
            // mail_params.c, mail_params_init: MYORIGIN_FROM_FILE
            self.list_file(&text.trimmed(), asked);
        } else {
            self.tables(&text, asked);
        }
    }

    fn match_list(&mut self, text: &SourceText, asked: Asked<'_>) {
        let read = self.model.read_list(text);
        for file in &read.files {
            self.list_file(file, asked);
        }
        for pattern in read.patterns.iter().filter(|pattern| pattern.kind == PatternKind::Table) {
            self.tables(&pattern.bare(), asked);
        }
    }

    fn list_file(&mut self, path: &SourceText, asked: Asked<'_>) {
        let Some(span) = path.span() else { return };
        self.found.push(Reference {
            path: path.as_str().to_owned(),
            span,
            kind: ReferenceKind::List,
            param: Some(asked.param.to_owned()),
            table: None,
            is_access: false,
        });
    }

    /// The tables among the words of a text, and in the braces of any word.
    fn tables(&mut self, text: &SourceText, asked: Asked<'_>) {
        if asked.depth > MAX_TABLE_DEPTH || !text.as_str().contains(":/") && !text.as_str().contains('{') {
            return;
        }
        let mut before: Option<SourceText> = None;
        for word in words(text) {
            // `check_client_access` in any value, such as that of a name of one's own.
            let is_checked = before.as_ref().and_then(|word| catalog::restriction(word.as_str()));
            let is_checked = is_checked.is_some_and(|one| one.argument == Argument::Table);
            let inner = Asked { is_access: asked.is_access || is_checked, ..asked };
            match table_ref(&word.text) {
                Some(table) => self.table(&table, inner),
                // `check_policy_service { inet:…, default_action = check_client_access … }`
                None => self.braces(&word.text, inner),
            }
            before = Some(word.text);
        }
    }

    fn braces(&mut self, word: &SourceText, asked: Asked<'_>) {
        let text = word.as_str();
        if let Some(open) = text.find('{') {
            let close = text.rfind('}').filter(|close| *close > open).unwrap_or(text.len());
            self.tables(&word.slice(open + 1..close), Asked { depth: asked.depth + 1, ..asked });
        }
    }

    fn table(&mut self, table: &TableRef, asked: Asked<'_>) {
        if table.name.starts_with('{') {
            // unionmap:, pipemap:, and the entries of inline: and its kin
            return self.braces(&table.text, asked);
        }
        let Some(span) = table.text.span().filter(|_| table.name.starts_with('/')) else { return };
        let Some(known) = catalog::table_type(&table.kind) else { return };
        let kind = match table.syntax() {
            // alias_maps and alias_database name files of aliases(5).
            Some(TableSyntax::Indexed) if asked.param.starts_with("alias_") => {
                ReferenceKind::Table(TableSyntax::Aliases, known.indexed_suffix)
            }
            Some(syntax) => ReferenceKind::Table(syntax, known.indexed_suffix),
            None if known.client_file => ReferenceKind::Client,
            None => return,
        };
        self.found.push(Reference {
            path: table.name.clone(),
            span,
            kind,
            param: Some(asked.param.to_owned()),
            table: Some(format!("{}:{}", table.kind, table.name)),
            is_access: asked.is_access,
        });
        if asked.is_access {
            self.results(table, asked);
        }
    }

    /// The tables that the results of an access table name.
    // smtpd_check.c, check_table_result: the result is a list of restrictions
    fn results(&mut self, table: &TableRef, asked: Asked<'_>) {
        let TableContent::Text(text, _) = self.model.table_content(table) else { return };
        if !self.asked.insert((asked.param.to_owned(), table.name.clone())) {
            return;
        }
        for entry in text.entries().filter(|entry| entry.value.as_str().contains(":/")) {
            self.tables(&entry.value, Asked { depth: asked.depth + 1, ..asked });
        }
    }
}

fn dovecot_references(tree: &postproof_syntax::dovecot::Dovecot, found: &mut Vec<Reference>) {
    use postproof_syntax::dovecot::Item;
    let mut add = |path: &str, span, kind| {
        let path = path.to_owned();
        found.push(Reference { path, span, kind, param: None, table: None, is_access: false });
    };
    for item in &tree.items {
        match item {
            Item::Include { pattern, pattern_span, .. } => add(pattern, *pattern_span, ReferenceKind::DovecotInclude),
            // 2.3: `args = /etc/dovecot/dovecot-sql.conf.ext` in passdb and userdb.
            Item::Setting(setting) if setting.name == "args" => {
                let path = setting.value.as_str();
                if let (true, Some(span)) = (path.starts_with('/') && path.ends_with(".ext"), setting.value.span()) {
                    add(path, span, ReferenceKind::DovecotExternal);
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
