//! What becomes of one line, before it is written.

use super::read::Value;
use super::rules::new_kind;
use super::vars::{Scope, translate};
use crate::{Kind, Sample};
use postproof_catalog::SettingKind;
use postproof_diag::{Text, text};

/// What becomes of one line.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) kind: Kind,
    pub(super) statements: Vec<Statement>,
    pub(super) reason: Text,
    pub(super) question: Option<Text>,
    pub(super) samples: Vec<Sample>,
}

/// A statement of 2.4 and the blocks in which it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Statement {
    /// Whether the blocks begin at the top of the file.
    pub(super) root: bool,
    pub(super) blocks: Vec<String>,
    pub(super) lines: Vec<String>,
}

impl Statement {
    pub(super) fn new(blocks: &[&str], line: impl Into<String>) -> Self {
        Self { root: false, blocks: blocks.iter().map(|block| (*block).to_owned()).collect(), lines: vec![line.into()] }
    }

    pub(super) fn here(line: impl Into<String>) -> Self {
        Self::new(&[], line)
    }

    /// The same statement within one more block around it.
    pub(super) fn inside(mut self, header: &str) -> Self {
        self.blocks.insert(0, header.to_owned());
        self
    }
}

impl Outcome {
    pub(super) fn new(kind: Kind, statements: Vec<Statement>, reason: Text) -> Self {
        Self { kind, statements, reason, question: None, samples: Vec::new() }
    }

    pub(super) fn dropped(reason: Text) -> Self {
        Self::new(Kind::Dropped, Vec::new(), reason)
    }

    pub(super) fn merged(into: &str) -> Self {
        let reason = text!("it became part of `{into}`", "`{into}` 항목의 일부가 되었습니다");
        Self::new(Kind::Merged, Vec::new(), reason)
    }

    /// A line that stays as a comment until somebody answers.
    pub(super) fn ask(line: &str, question: Text) -> Self {
        let statement = Statement::here(format!("# 2.3: {line}"));
        let reason = Text::fixed(
            "2.4 has nothing that means the same without an answer",
            "답을 얻기 전에는 2.4에 같은 뜻의 설정이 없습니다",
        );
        Self { question: Some(question), ..Self::new(Kind::NeedsYou, vec![statement], reason) }
    }

    /// Says that variables in the line could not be expressed.
    pub(super) fn failed(mut self, failed: &[String]) -> Self {
        let Some(first) = failed.first() else { return self };
        self.kind = Kind::NeedsYou;
        self.question = Some(text!(
            "what should stand for `{first}`, which 2.4 has no expression for?",
            "2.4에 대응하는 표현이 없는 `{first}` 변수 대신 무엇을 써야 합니까?"
        ));
        self
    }
}

/// `name = value` as lines, with the pieces of a continued value.
pub(super) fn assignment(name: &str, pieces: &[String]) -> Vec<String> {
    let Some((first, rest)) = pieces.split_first() else { return vec![format!("{name} =")] };
    let mut lines = vec![format!("{name} = {first}").trim_end().to_owned()];
    for piece in rest {
        if let Some(last) = lines.last_mut() {
            last.push_str(" \\");
        }
        // Two blanks are part of the line: the printer indents each line anew.
        lines.push(format!("  {piece}"));
    }
    lines
}

/// A text as a value: in quotes where they are needed.
pub(super) fn quoted(text: &str) -> String {
    let odd = text.contains('#')
        || text.starts_with(['"', '\'', '<', ' ', '\t'])
        || text.ends_with([' ', '\t', '\\'])
        || text.split(' ').any(|word| word.starts_with("$SET:") || word.starts_with("$ENV:"));
    if odd { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) } else { text.to_owned() }
}

/// The name of a block: in quotes where it holds blanks.
pub(super) fn label(name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|ch| ch.is_alphanumeric() || "-_./:*@[]!?+,~%&".contains(ch));
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")) }
}

/// `name = text` with variables translated; pushes what failed.
pub(super) fn translated(name: &str, text: &str, scope: Scope<'_>, failed: &mut Vec<String>) -> String {
    let out = translate(text, scope);
    failed.extend(out.failed);
    format!("{name} = {}", quoted(&out.text)).trim_end().to_owned()
}

/// The value in the form that a setting of 2.4 takes, as pieces of lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Converted {
    pub(super) pieces: Vec<String>,
    /// Lines of a block, where the setting is a list that is added to.
    pub(super) block: Option<Vec<String>>,
    pub(super) failed: Vec<String>,
    pub(super) changed: bool,
    pub(super) variables: bool,
    /// The value is none that 2.4 takes.
    pub(super) misfit: bool,
}

/// How 2.3 read a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// As its type says; text without variables.
    Typed,
    /// As text with variables.
    Expanded,
    /// From `plugin { }`, which knows no types and expands all.
    Plugin,
}

/// Converts a value to what `full`, a setting of 2.4, takes.
pub(super) fn convert(value: &Value, full: &str, old: &str, scope: Scope<'_>, read: Read) -> Converted {
    let plugin = read == Read::Plugin;
    let kind = new_kind(full);
    if plugin && !kind.is_none_or(|kind| fits(kind, &value.text)) {
        return Converted { misfit: true, ..Converted::default() };
    }
    match kind {
        Some(SettingKind::BoolList) => list(value, old),
        Some(SettingKind::Bool) if plugin => changed(value, if truthy(&value.text) { "yes" } else { "no" }),
        Some(SettingKind::Time) if plugin && is_number(&value.text) && value.text != "0" => {
            changed(value, &format!("{}s", value.text))
        }
        Some(SettingKind::File) => changed(value, &file(value)),
        Some(
            SettingKind::Bool
            | SettingKind::Uint
            | SettingKind::Octal
            | SettingKind::Time
            | SettingKind::TimeMsecs
            | SettingKind::Size
            | SettingKind::Port
            | SettingKind::Enum,
        ) => Converted { pieces: references(&value.pieces), ..Converted::default() },
        Some(
            SettingKind::String
            | SettingKind::Template
            | SettingKind::StringList
            | SettingKind::Section
            | SettingKind::Filter
            | SettingKind::FilterList
            | SettingKind::Alias
            | SettingKind::Other,
        )
        | None => {
            if read == Read::Typed {
                literal(value)
            } else {
                variables(value, scope)
            }
        }
    }
}

/// Whether a text that 2.3 did not check is what 2.4 takes.
fn fits(kind: SettingKind, text: &str) -> bool {
    let unit = text.trim_start_matches(|ch: char| ch.is_ascii_digit()).trim();
    let number = text.starts_with(|ch: char| ch.is_ascii_digit());
    let words = |known: &[&str]| unit.is_empty() || known.contains(&unit.to_ascii_lowercase().as_str());
    match kind {
        SettingKind::Uint | SettingKind::Port => is_number(text),
        SettingKind::Size => {
            number && words(&["b", "k", "kb", "kib", "m", "mb", "mib", "g", "gb", "gib", "t", "tb", "tib"])
        }
        SettingKind::Time | SettingKind::TimeMsecs => number && unit.chars().all(|ch| ch.is_ascii_alphabetic()),
        SettingKind::String
        | SettingKind::Bool
        | SettingKind::Octal
        | SettingKind::Enum
        | SettingKind::StringList
        | SettingKind::BoolList
        | SettingKind::Template
        | SettingKind::Section
        | SettingKind::Filter
        | SettingKind::FilterList
        | SettingKind::Alias
        | SettingKind::File
        | SettingKind::Other => true,
    }
}

/// Text in which 2.3 saw no variables: what 2.4 would take for one is escaped.
fn literal(value: &Value) -> Converted {
    let pieces: Vec<String> = value.pieces.iter().map(|piece| piece.replace("%{", "%%{")).collect();
    let pieces = if value.quoted { pieces } else { references(&pieces) };
    Converted { changed: pieces != value.pieces, pieces, ..Converted::default() }
}

pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

// mail-user.c, mail_user_set_plugin_getenv_bool
pub(super) fn truthy(text: &str) -> bool {
    !text.starts_with(['n', 'N', '0', 'f', 'F'])
}

pub(super) fn changed(value: &Value, new: &str) -> Converted {
    Converted { pieces: vec![new.to_owned()], changed: value.text != new || value.quoted, ..Converted::default() }
}

/// The bare path that a file setting of 2.4 takes, or the text itself.
fn file(value: &Value) -> String {
    match value.file() {
        Some(path) => quoted(path),
        None if value.text.starts_with("-----BEGIN") => quoted(&format!("inline:{}", value.text)),
        None => quoted(&value.text),
    }
}

fn variables(value: &Value, scope: Scope<'_>) -> Converted {
    let mut out = Converted::default();
    for piece in &value.pieces {
        let new = translate(piece, scope);
        out.changed |= new.text != *piece;
        out.variables |= new.any;
        out.failed.extend(new.failed);
        out.pieces.push(new.text);
    }
    if !value.quoted {
        let with = references(&out.pieces);
        out.changed |= with != out.pieces;
        out.pieces = with;
    }
    out
}

/// `$name` as `$SET:name`, each word on its own.
// config-parser.c of 2.3.19.1 and 2.4.1, config_write_keyvariable
fn references(pieces: &[String]) -> Vec<String> {
    let word = |word: &str| match word.strip_prefix('$') {
        Some(name) if !name.is_empty() && !name.starts_with("ENV:") && !name.starts_with("SET:") => {
            match super::rules::rule("global", name) {
                Some(rule) if rule.kind == super::rules::RuleKind::Rename => format!("$SET:{}", rule.new),
                Some(_) | None => format!("$SET:{name}"),
            }
        }
        Some(_) | None => word.to_owned(),
    };
    pieces.iter().map(|piece| piece.split(' ').map(word).collect::<Vec<_>>().join(" ")).collect()
}

/// A list of words; with `$itself` in it, words that are added.
pub(super) fn list(value: &Value, old: &str) -> Converted {
    list_of(&value.words(), value, old)
}

pub(super) fn list_of(words: &[&str], value: &Value, old: &str) -> Converted {
    let itself = |word: &&str| word.strip_prefix('$') == Some(old);
    if words.iter().any(itself) {
        let block = words.iter().filter(|word| !itself(word)).map(|word| format!("{} = yes", label(word))).collect();
        return Converted { block: Some(block), changed: true, ..Converted::default() };
    }
    let failed = words.iter().filter(|word| word.starts_with('$')).map(|word| (*word).to_owned()).collect();
    if words == value.words() && !value.quoted {
        return Converted { pieces: value.pieces.clone(), failed, ..Converted::default() };
    }
    Converted { pieces: vec![words.join(" ")], changed: true, failed, ..Converted::default() }
}
