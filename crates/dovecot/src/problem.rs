//! What doveconf refuses or warns of.

use crate::NodeId;
use postproof_diag::Span;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which kind; rules choose by it.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// The path of the file and the number of the line that doveconf names.
    pub line: Option<(String, u32)>,
    /// The words of doveconf.
    pub words: String,
    /// What doveconf does.
    pub stops: Stops,
    /// The setting or section that it is about, as written.
    pub subject: String,
    /// The block in which it stands.
    pub within: NodeId,
}

/// What doveconf does about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stops {
    /// It stops at the line and prints nothing.
    AtOnce,
    /// It crashes after reading and prints nothing.
    Panic,
    /// It prints the configuration, then the reason, and fails.
    AtEnd,
    /// It prints a warning and goes on.
    Never,
    /// It says nothing at all.
    Silent,
}

/// The kinds of [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// No setting of that name here.
    UnknownSetting,
    /// No section of that name here.
    UnknownSection,
    /// The value is not of the kind that the setting takes.
    WrongValue,
    /// A list or section is written as a plain value.
    WrongForm,
    /// The line is neither a setting nor a section.
    Syntax,
    /// Braces that do not match.
    Braces,
    /// A block stands in one that can't hold it.
    Nesting,
    /// A setting of the auth process inside `local`, `local_name` or `remote`.
    NotInConnection,
    /// A section needs a name.
    MissingName,
    /// A section can't have a name, or not this one.
    UnwantedName,
    /// A section lacks a setting that it must hold.
    MissingRequired,
    /// An include that matches nothing, or includes itself.
    Include,
    /// A `$` reference to something that does not exist.
    Variable,
    /// A group that is not defined, or used inside another.
    Group,
    /// `dovecot_config_version` or `dovecot_storage_version`.
    Version,
    /// A host name in a filter, which doveconf asks the resolver for.
    HostName,
    /// A setting that 2.3 still takes under another name, or ignores.
    Obsolete,
    /// A global setting after the same one in a filter, which keeps its value.
    EarlierFilter,
    /// A `#` without white space before it.
    AmbiguousComment,
    /// A continued line that a comment, an empty line or the end throws away.
    LostContinuation,
    /// Values that do not fit together, found after all was read.
    Check,
    /// A limit of Postproof; nothing is known of what lies beyond.
    Limit,
}
