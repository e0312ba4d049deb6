//! From documents to parsed parts.

use crate::placed::Names;
use postproof_catalog as catalog;
use postproof_catalog::Version;
use postproof_diag::{Document, FileId, SourceMap, Span, decode};
use postproof_model::{ReferenceKind, SourcePart, Tree};
use postproof_syntax::{
    LeftAlone, Part, PartKind, Region, client, dovecot, main_cf, master_cf, release::postfix_release, split,
    split::Vocabulary, table, table::TableSyntax,
};

/// The parts of all documents that the user gave, and the lines that belong to
/// none. `names` are the files that settings name, as far as they are known.
pub(crate) fn given(sources: &SourceMap, names: &Names) -> (Vec<SourcePart>, Vec<LeftAlone>) {
    let is_dovecot = |name: &str| {
        let known = |series| catalog::setting(series, name).is_some();
        known(Version::new(2, 3)) || known(Version::new(2, 4)) || catalog::is_dovecot_section(name)
    };
    // Parameters of a service have its name in front: `dovecot_destination_recipient_limit`.
    let is_postfix = |name: &str| catalog::param(name).is_some() || catalog::service_patterns_of(name).next().is_some();
    let words = Vocabulary {
        postfix_parameter: &is_postfix,
        dovecot_setting: &is_dovecot,
        dovecot_section: &catalog::is_dovecot_section,
        configured_file: &|name| names.kind_of(name),
    };
    let mut parts = Vec::new();
    let mut left_alone = Vec::new();
    for (file, document) in sources.iter().filter(|(_, document)| !document.followed) {
        let copied = without_typography(document);
        let document = copied.as_ref().unwrap_or(document);
        let cut = split(file, document, words);
        parts.extend(cut.parts.into_iter().map(|part| parse(part, document, None)));
        left_alone.extend(cut.left_alone);
    }
    (parts, left_alone)
}

/// Whether a document or one of its lines bears a name of `names`: a second
/// reading with them may find more than the first one without.
pub(crate) fn is_titled(sources: &SourceMap, names: &Names) -> bool {
    let mut given = sources.iter().map(|(_, document)| document).filter(|document| !document.followed);
    given.any(|document| {
        let lines = || document.bytes.split(|byte| *byte == b'\n').filter(|line| line.len() <= MAX_TITLE);
        names.kind_of(&document.path).is_some()
            || !is_own_file(&document.path) && lines().any(|line| names_one(line, names))
    })
}

/// Longer lines are neither titles nor commands.
const MAX_TITLE: usize = 300;

/// Whether the path is that of a file of settings: what it names are no titles.
fn is_own_file(path: &str) -> bool {
    let base = path.rsplit('/').next().unwrap_or(path);
    matches!(base, "main.cf" | "master.cf" | "dovecot.conf")
}

/// Whether a line that is no setting or a piece of one holds a name.
fn names_one(line: &[u8], names: &Names) -> bool {
    let is_value =
        line.first().is_none_or(u8::is_ascii_whitespace) || line.contains(&b'=') && !line.starts_with(b"==> ");
    let line = decode(line);
    let word = |word: &str| {
        let word = word.trim_matches(|ch: char| !ch.is_ascii_alphanumeric() && ch != '/' && ch != '.');
        names.kind_of(word.rsplit(':').next().unwrap_or(word)).is_some()
    };
    !is_value && line.split_whitespace().any(word)
}

/// A paste with blanks in place of the non-breaking spaces that web pages and
/// word processors put into code; nothing if it has none. Every place stays
/// what it was. A file of the server is read as the server reads it.
fn without_typography(document: &Document) -> Option<Document> {
    let is_file = [".cf", ".conf", ".ext"].iter().any(|end| document.path.ends_with(end));
    if is_file || !document.bytes.windows(NO_BREAK.len()).any(|pair| pair == NO_BREAK) {
        return None;
    }
    let mut copy = document.clone();
    let mut at = 0;
    while let Some(pair) = copy.bytes.get_mut(at..at + NO_BREAK.len()) {
        if pair == NO_BREAK {
            pair.fill(b' ');
        }
        at += 1;
    }
    Some(copy)
}

/// U+00A0 in UTF-8.
const NO_BREAK: &[u8] = &[0xc2, 0xa0];

/// Documents whose non-breaking spaces were read as blanks.
pub(crate) fn with_typography(sources: &SourceMap) -> Vec<FileId> {
    let given = sources.iter().filter(|(_, document)| !document.followed);
    given.filter(|(_, document)| without_typography(document).is_some()).map(|(file, _)| file).collect()
}

/// The Postfix release that the lines around the configuration name, if they
/// agree on one that can be judged for.
pub(crate) fn named_release(sources: &SourceMap, left_alone: &[LeftAlone]) -> Option<(Version, Span)> {
    let mut named: Option<(Version, Span)> = None;
    for range in left_alone {
        let mut start = range.span.start;
        for line in sources.slice(range.span).split_inclusive(|byte| *byte == b'\n') {
            let at = start;
            start += line.len() as u32;
            let text = decode(line);
            let Some(number) = postfix_release(&text) else { continue };
            let Some(version) = text.get(number.clone()).and_then(Version::parse) else { continue };
            match named {
                Some((known, _)) if known.series() != version.series() => return None,
                Some(_) => {}
                None => {
                    named =
                        Some((version, Span::new(range.span.file, at + number.start as u32, at + number.end as u32)))
                }
            }
        }
    }
    named.filter(|(version, _)| catalog::POSTFIX_VERSIONS.contains(&version.series()))
}

/// A document that was read because another names it: one whole part.
pub(crate) fn followed(region: Region, document: &Document, kind: ReferenceKind) -> SourcePart {
    let name = Some(document.known_as().to_owned());
    named(Part { kind: PartKind::Table, name, host: None, whole: true, region }, document, kind)
}

/// A part, read as what names it makes of it.
pub(crate) fn named(part: Part, document: &Document, kind: ReferenceKind) -> SourcePart {
    let own = match kind {
        ReferenceKind::Table(..) | ReferenceKind::List => PartKind::Table,
        ReferenceKind::Client | ReferenceKind::DovecotExternal => PartKind::ClientFile,
        ReferenceKind::DovecotInclude => PartKind::DovecotConf,
    };
    parse(Part { kind: own, ..part }, document, kind.syntax())
}

/// Parses a part. `syntax` says how a table is written, where a reference
/// to it tells; else the file's name does.
pub(crate) fn parse(mut part: Part, document: &Document, syntax: Option<TableSyntax>) -> SourcePart {
    let bytes = &document.bytes;
    let tree = match part.kind {
        PartKind::MainCf | PartKind::PostconfN | PartKind::PostconfAll | PartKind::PostconfP => {
            Tree::Main(main_cf::parse(&part.region, bytes))
        }
        PartKind::ClientFile => match external(&part, bytes) {
            Some(tree) => tree,
            None => Tree::Main(client::parse(&part.region, bytes)),
        },
        PartKind::MasterCf => Tree::Master(master_cf::parse(&part.region, bytes)),
        PartKind::DovecotConf => {
            let parsed = dovecot::parse(&part.region, bytes);
            // Their names end like those of files that dovecot.conf includes.
            if client::is_dovecot_external(&parsed.tree) {
                part.kind = PartKind::ClientFile;
            }
            Tree::Dovecot(parsed)
        }
        PartKind::DoveconfN => Tree::Dovecot(dovecot::parse(&part.region, bytes)),
        PartKind::Table => {
            let syntax = syntax.unwrap_or_else(|| table_syntax(part.name.as_deref().unwrap_or_default()));
            Tree::Table(table::parse(syntax, &part.region, bytes).into())
        }
        PartKind::Listing => Tree::None,
    };
    SourcePart { part, tree }
}

/// The tree of a client file that is an external file of Dovecot.
fn external(part: &Part, bytes: &[u8]) -> Option<Tree> {
    let parsed = dovecot::parse(&part.region, bytes);
    client::is_dovecot_external(&parsed.tree).then_some(Tree::Dovecot(parsed))
}

/// How a table is written, told from its name alone.
fn table_syntax(path: &str) -> TableSyntax {
    let base = path.rsplit('/').next().unwrap_or(path);
    let has = |word: &str| base.split(['.', '_', '-']).any(|piece| piece.eq_ignore_ascii_case(word));
    if has("cidr") {
        TableSyntax::Cidr
    } else if has("pcre") || has("regexp") || has("regex") || base.ends_with("_checks") {
        TableSyntax::Pattern
    } else if base == "aliases" {
        TableSyntax::Aliases
    } else {
        TableSyntax::Indexed
    }
}
