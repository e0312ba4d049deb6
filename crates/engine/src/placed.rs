//! Texts that the configuration names, read as what names them makes of them.

use crate::read;
use postproof_diag::{Document, FileId, SourceMap, Span};
use postproof_model::{Model, Reference, ReferenceKind, SourcePart, Wish};
use postproof_syntax::{Part, PartKind, Region};
use std::collections::{BTreeMap, BTreeSet};

/// Builds the model of one host. Only a first model tells how the text of a
/// table or list is written and which followed documents belong to the host, and
/// what these hold may name further ones; each round reads at least one text in
/// a new way, so that the loop ends.
pub(crate) fn build_model(sources: &SourceMap, parts: Vec<SourcePart>, wish: Wish) -> Model {
    let mut placed = Placed::default();
    let mut model = postproof_model::build(parts, wish);
    loop {
        let references = model.references();
        let mut parts = std::mem::take(&mut model.parts);
        if !placed.read(sources, &references, &mut parts) {
            model.parts = parts;
            return model;
        }
        model = postproof_model::build(parts, wish);
    }
}

/// How each text was read so far, by its place.
#[derive(Default)]
struct Placed(BTreeMap<Span, Vec<ReferenceKind>>);

impl Placed {
    /// Reads what the references name and was not read so; tells whether there was any.
    fn read(&mut self, sources: &SourceMap, references: &[Reference], parts: &mut Vec<SourcePart>) -> bool {
        let given = self.given(sources, references, parts);
        let followed = self.followed(sources, references, parts);
        given || followed
    }

    fn given(&mut self, sources: &SourceMap, references: &[Reference], parts: &mut Vec<SourcePart>) -> bool {
        let names = Names::of(references, &*parts);
        let mut added = Vec::new();
        let mut changed = false;
        for part in parts.iter_mut() {
            let Some(document) = sources.get(part.part.region.file).filter(|document| !document.followed) else {
                continue;
            };
            let Some(path) = names.path_of(&part.part, document) else { continue };
            let place = part.part.region.span();
            for reference in references.iter().filter(|reference| reference.path == path) {
                let known = self.0.entry(place).or_default();
                if known.contains(&reference.kind) {
                    continue;
                }
                let own = Part { name: Some(path.clone()), ..part.part.clone() };
                let read = read::named(own, document, reference.kind);
                match known.is_empty() {
                    true => *part = read,
                    false => added.push(read),
                }
                known.push(reference.kind);
                changed = true;
            }
        }
        parts.extend(added);
        changed
    }

    fn followed(&mut self, sources: &SourceMap, references: &[Reference], parts: &mut Vec<SourcePart>) -> bool {
        let mut changed = false;
        for (file, document) in sources.iter().filter(|(_, document)| document.followed) {
            let region = || Region::whole(file, &document.bytes);
            for reference in references.iter().filter(|reference| followed_from(reference, document.known_as())) {
                let known = self.0.entry(whole(file, document)).or_default();
                // Two includes may match one document.
                if known.iter().any(|kind| kind.is_like(reference.kind)) {
                    continue;
                }
                known.push(reference.kind);
                parts.push(read::followed(region(), document, reference.kind));
                changed = true;
            }
        }
        changed
    }
}

fn whole(file: FileId, document: &Document) -> Span {
    Span::new(file, 0, document.bytes.len() as u32)
}

/// Whether a followed document is what a reference names. Includes of Dovecot
/// may be relative and patterns: what stands before the first and behind the
/// last `*` decides.
fn followed_from(reference: &Reference, path: &str) -> bool {
    match reference.kind {
        ReferenceKind::Table(..) | ReferenceKind::List | ReferenceKind::Client | ReferenceKind::DovecotExternal => {
            reference.path == path
        }
        ReferenceKind::DovecotInclude => {
            let pattern = reference.path.as_str();
            let head = pattern.split('*').next().unwrap_or(pattern);
            let tail = if head == pattern { "" } else { pattern.rsplit('*').next().unwrap_or_default() };
            let begins =
                if head.starts_with('/') { path.starts_with(head) } else { path.contains(&format!("/{head}")) };
            let whole = head != pattern || path.ends_with(head);
            begins && whole && path.ends_with(tail)
        }
    }
}

/// The paths that the settings of Postfix name, and what the texts call them.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// By path: how it is read first.
    kinds: BTreeMap<String, PartKind>,
    /// By what stands behind any `/` of a path: the paths.
    by_end: BTreeMap<String, BTreeSet<String>>,
    /// Paths of which a text has the whole name.
    exact: BTreeSet<String>,
}

impl Names {
    /// The paths of all references.
    pub(crate) fn of<'p>(references: &[Reference], parts: impl IntoIterator<Item = &'p SourcePart>) -> Self {
        let mut names = Self::default();
        for reference in references {
            let kind = match reference.kind {
                ReferenceKind::Table(..) | ReferenceKind::List => PartKind::Table,
                ReferenceKind::Client => PartKind::ClientFile,
                // Their names tell what they are.
                ReferenceKind::DovecotInclude | ReferenceKind::DovecotExternal => continue,
            };
            let path = reference.path.as_str();
            names.kinds.entry(path.to_owned()).or_insert(kind);
            for (at, _) in path.match_indices('/') {
                let Some(end) = path.get(at + 1..).filter(|end| !end.is_empty()) else { continue };
                names.by_end.entry(end.to_owned()).or_default().insert(path.to_owned());
            }
        }
        let called = parts.into_iter().filter_map(|part| part.part.name.clone());
        names.exact = called.filter(|name| names.kinds.contains_key(name)).collect();
        names
    }

    /// Whether settings name no file.
    pub(crate) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// What the setting that names it makes of a file that a text calls `name`.
    pub(crate) fn kind_of(&self, name: &str) -> Option<PartKind> {
        self.kinds.get(self.path(name)?).copied()
    }

    /// The path that a text means with `name`: whole, or its end if no two paths
    /// have it; of two, that in Postfix's own directory.
    fn path<'n>(&'n self, name: &'n str) -> Option<&'n str> {
        if let Some((path, _)) = self.kinds.get_key_value(name) {
            return Some(path);
        }
        let end = name.strip_prefix("./").unwrap_or(name);
        let paths = self.by_end.get(end)?;
        let own = format!("/etc/postfix/{end}");
        let mut free = paths.iter().filter(|path| !self.exact.contains(*path));
        match (free.next(), free.next()) {
            (Some(only), None) => Some(only),
            (Some(_), Some(_)) => paths.get(&own).map(String::as_str),
            (None, _) => None,
        }
    }

    /// The path of a part that is a table or client file.
    fn path_of(&self, part: &Part, document: &Document) -> Option<String> {
        match part.kind {
            PartKind::Table | PartKind::ClientFile => {}
            PartKind::MainCf
            | PartKind::PostconfN
            | PartKind::PostconfAll
            | PartKind::MasterCf
            | PartKind::PostconfP
            | PartKind::DovecotConf
            | PartKind::DoveconfN
            | PartKind::Listing => return None,
        }
        let name = part.name.as_deref()?;
        let base = || name.rsplit('/').next().filter(|_| name == document.path);
        self.path(name).or_else(|| self.path(base()?)).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Options, check, draft};
    use postproof_diag::{Document, SourceMap};
    use postproof_model::{Model, NetworkKind, Scope};

    const MAIN: &str = "==> /etc/postfix/main.cf <==\nmyhostname = mx.example.org\n\
                        mynetworks = 127.0.0.0/8, /etc/postfix/mynetworks.cf\n\
                        relay_domains = pgsql:/etc/postfix/main-domains\n\n";

    fn model_of(documents: &[(&str, &str)]) -> Model {
        let mut sources = SourceMap::default();
        for (path, text) in documents {
            sources.add(Document::new(*path, *text));
        }
        check(sources, Options::default()).hosts.remove(0).model
    }

    fn networks(model: &Model) -> Vec<String> {
        let networks = model.networks(Scope::Main, "mynetworks").unwrap();
        let nets = networks.iter().filter(|network| matches!(network.kind, NetworkKind::Net(_)));
        nets.map(|network| network.text.as_str().to_owned()).collect()
    }

    #[test]
    fn a_section_that_bears_the_name_of_a_list_is_the_list() {
        for title in [
            "==> /etc/postfix/mynetworks.cf <==",
            "# cat /etc/postfix/mynetworks.cf",
            "$ sudo cat /etc/postfix/mynetworks.cf",
            "## mynetworks.cf",
            "Then /etc/postfix/mynetworks.cf:",
        ] {
            let text = format!("{MAIN}{title}\n198.51.100.0/24\n  203.0.113.0/24\n");
            let model = model_of(&[("paste", &text)]);
            assert_eq!(networks(&model), ["127.0.0.0/8", "198.51.100.0/24", "203.0.113.0/24"], "{title}");
            assert!(model.missing().iter().all(|one| one.command.as_deref() != Some("cat /etc/postfix/mynetworks.cf")));
        }
    }

    #[test]
    fn a_document_of_that_name_is_the_list_too() {
        for path in ["mynetworks.cf", "etc/postfix/mynetworks.cf", "/home/me/mynetworks.cf"] {
            let model = model_of(&[("main.cf", MAIN.split_once('\n').unwrap().1), (path, "198.51.100.0/24\n")]);
            assert_eq!(networks(&model), ["127.0.0.0/8", "198.51.100.0/24"], "{path}");
        }
    }

    #[test]
    fn lists_in_lists_of_a_paste_are_read() {
        let text = format!(
            "{MAIN}==> /etc/postfix/mynetworks.cf <==\n/etc/postfix/deeper\n\n==> /etc/postfix/deeper <==\n192.0.2.0/24\n"
        );
        assert_eq!(networks(&model_of(&[("paste", &text)])), ["127.0.0.0/8", "192.0.2.0/24"]);
    }

    #[test]
    fn what_is_not_given_is_wanted_and_missing() {
        let mut sources = SourceMap::default();
        sources.add(Document::new("paste", MAIN));
        let wanted: Vec<_> = draft(sources, Options::default()).wanted().into_iter().map(|one| one.path).collect();
        assert_eq!(wanted, ["/etc/postfix/mynetworks.cf", "/etc/postfix/main-domains"]);
        let commands: Vec<_> =
            model_of(&[("paste", MAIN)]).missing().into_iter().filter_map(|one| one.command).collect();
        assert!(commands.contains(&"cat /etc/postfix/mynetworks.cf".to_owned()));
    }
}
