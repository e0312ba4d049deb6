//! main.cf, `postconf`, `postconf -n`: logical lines of `name = value`.

use crate::{Parsed, Region};
use postproof_diag::{SourceText, Span};

/// A main.cf or what postconf printed of one.
#[derive(Clone, Debug, Default)]
pub struct MainCf {
    /// Everything in the text, in order; joined, the spans give the text again.
    pub items: Vec<Item>,
}

/// One thing in a main.cf.
#[derive(Clone, Debug)]
pub enum Item {
    /// `name = value`.
    Setting(Setting),
    /// A comment line outside any logical line.
    Comment(Span),
    /// An empty line.
    Blank(Span),
    /// What is no setting.
    Junk(Span),
}

/// `name = value`, with its continuation lines and the comments between them.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The name as written.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// The value as Postfix joins it, trimmed.
    pub value: SourceText,
    /// The whole logical line with its line ends.
    pub span: Span,
}

impl MainCf {
    /// All settings in order, duplicates included.
    pub fn settings(&self) -> impl Iterator<Item = &Setting> {
        self.items.iter().filter_map(|item| match item {
            Item::Setting(setting) => Some(setting),
            Item::Comment(_) | Item::Blank(_) | Item::Junk(_) => None,
        })
    }
}

/// Reads main.cf text. `bytes` is the whole document; `region` says which lines.
pub fn parse(region: &Region, bytes: &[u8]) -> Parsed<MainCf> {
    let _ = (region, bytes);
    Parsed { tree: MainCf::default(), problems: Vec::new() }
}
