//! master.cf, `postconf -M`, `postconf -Mf`: service entries and their options.

use crate::{Parsed, Region};
use postproof_diag::{SourceText, Span};

/// A master.cf.
#[derive(Clone, Debug, Default)]
pub struct MasterCf {
    /// Everything in the text, in order; joined, the spans give the text again.
    pub items: Vec<Item>,
}

/// One thing in a master.cf.
#[derive(Clone, Debug)]
pub enum Item {
    /// A service entry.
    Service(Box<Service>),
    /// A comment line outside any entry.
    Comment(Span),
    /// An empty line.
    Blank(Span),
    /// What is no service entry.
    Junk(Span),
}

/// One service entry: eight fields and the arguments of the command.
#[derive(Clone, Debug)]
pub struct Service {
    /// Service name: `smtp`, `127.0.0.1:10025`, `dovecot`.
    pub name: Field,
    /// `inet`, `unix`, `fifo`, `unix-dgram` or `pass`.
    pub kind: Field,
    /// `y`, `n` or `-`.
    pub private: Field,
    /// `y`, `n` or `-`.
    pub unprivileged: Field,
    /// `y`, `n` or `-`.
    pub chroot: Field,
    /// Seconds, with `?` perhaps, or `-`.
    pub wakeup: Field,
    /// A number or `-`.
    pub process_limit: Field,
    /// The program: `smtpd`, `pipe`.
    pub command: Field,
    /// Every argument after the command, in order, as words.
    pub arguments: Vec<Field>,
    /// The `-o` options among the arguments.
    pub overrides: Vec<Override>,
    /// The whole logical line with its line ends.
    pub span: Span,
}

/// One word of an entry.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// The word, braces around it removed.
    pub text: String,
    /// Where it stands, braces included.
    pub span: Option<Span>,
}

/// `-o name=value` or `-o { name = value }`.
#[derive(Clone, Debug)]
pub struct Override {
    /// Parameter name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// The value.
    pub value: SourceText,
    /// From `-o` to the end of the value.
    pub span: Span,
}

impl MasterCf {
    /// All entries in order, duplicates included.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.items.iter().filter_map(|item| match item {
            Item::Service(service) => Some(service.as_ref()),
            Item::Comment(_) | Item::Blank(_) | Item::Junk(_) => None,
        })
    }
}

/// Reads master.cf text. `bytes` is the whole document; `region` says which lines.
pub fn parse(region: &Region, bytes: &[u8]) -> Parsed<MasterCf> {
    let _ = (region, bytes);
    Parsed { tree: MasterCf::default(), problems: Vec::new() }
}
