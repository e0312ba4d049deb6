//! From parsed parts to the model of one host.

use crate::{Model, Wish};
use postproof_syntax::{Parsed, Part, dovecot::Dovecot, main_cf::MainCf, master_cf::MasterCf, table::Table};

/// One part with its parsed tree.
#[derive(Clone, Debug)]
pub struct SourcePart {
    /// What the splitter said of it.
    pub part: Part,
    /// What its parser made of it.
    pub tree: Tree,
}

/// The parsed tree of a part.
#[derive(Clone, Debug)]
pub enum Tree {
    /// main.cf, postconf output, client files.
    Main(Parsed<MainCf>),
    /// master.cf.
    Master(Parsed<MasterCf>),
    /// Dovecot.
    Dovecot(Parsed<Dovecot>),
    /// A lookup table.
    Table(Parsed<Table>),
    /// Nothing that is parsed (listings).
    None,
}

/// Which files were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// main.cf or `postconf` output.
    pub main_cf: Presence,
    /// master.cf or `postconf -M` output.
    pub master_cf: Presence,
    /// Dovecot's configuration.
    pub dovecot: Presence,
}

/// How much of a file was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// Nothing.
    Missing,
    /// Some lines; others may exist.
    Excerpt,
    /// All of it, as far as one can see.
    Whole,
}

/// Builds the model of one host from its parts. A later part of the same kind
/// wins over an earlier one.
pub fn build(parts: Vec<SourcePart>, wish: Wish) -> Model {
    let _ = (parts, wish);
    unimplemented!()
}
