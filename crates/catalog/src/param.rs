//! Parameters of main.cf.

use crate::Version;

/// One parameter that some release of Postfix knows.
#[derive(Debug)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What kind of value it takes.
    pub kind: ParamKind,
    /// First release that has it; `None`: older than 2.1.
    pub since: Option<Version>,
    /// First release that no longer has it.
    pub removed: Option<Version>,
    /// First release whose postconf warns about it.
    pub deprecated: Option<Version>,
    /// What to use instead, as the parameter or feature name.
    pub replaced_by: Option<&'static str>,
    /// Defaults by the release from which they hold, oldest first.
    pub defaults: &'static [(Version, Default)],
    /// The allowed words, for parameters with a fixed set.
    pub words: &'static [&'static str],
    /// Smallest allowed number (time: seconds).
    pub min: Option<i64>,
    /// Largest allowed number (time: seconds).
    pub max: Option<i64>,
    /// Unit letter of a bare number: `s`, `m`, `h`, `d`, `w`.
    pub unit: Option<char>,
    /// The compatibility_level that changes its default: below it, the first
    /// value holds, from it on the second.
    pub by_level: Option<(Version, &'static str, &'static str)>,
    /// Whether the value is kept unexpanded (`$name` is for run time).
    pub raw: bool,
}

/// A default value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// This text, with `$name` in it perhaps.
    Text(&'static str),
    /// Computed on the host (host name, networks, build).
    Computed,
}

/// Kinds of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParamKind {
    /// Text.
    String,
    /// `yes` or `no`.
    Bool,
    /// A number.
    Int,
    /// A number of the wider type.
    Long,
    /// Seconds or a number with a unit.
    Time,
    /// A number kept as text with `$name` in it.
    ExpandedInt,
    /// `yes` or `no` after expansion.
    ExpandedBool,
}

impl Param {
    /// Whether release `version` knows it.
    pub fn is_in(&self, version: Version) -> bool {
        let series = version.series();
        self.since.is_none_or(|since| since.series() <= series) && self.removed.is_none_or(|removed| series < removed)
    }

    /// The default in release `version` at compatibility level `level`.
    pub fn default_in(&self, version: Version, level: Version) -> Option<Default> {
        if let Some((threshold, below, above)) = self.by_level {
            return Some(Default::Text(if level < threshold { below } else { above }));
        }
        let series = version.series();
        let (first, rest) = self.defaults.split_first()?;
        Some(rest.iter().rev().find(|(from, _)| *from <= series).unwrap_or(first).1)
    }
}

/// The parameter of that name, of any release.
pub fn param(name: &str) -> Option<&'static Param> {
    let all = params();
    all.binary_search_by(|param| param.name.cmp(name)).ok().and_then(|at| all.get(at))
}

/// All parameters, sorted by name.
pub fn params() -> &'static [Param] {
    &[]
}

/// The parameter of release `version` whose name is nearest to a name that is
/// none, if one is near enough to be meant.
pub fn nearest_param(name: &str, version: Version) -> Option<&'static Param> {
    let _ = (name, version);
    None
}
