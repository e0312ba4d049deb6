//! Settings of Dovecot 2.3 and 2.4.

use crate::near::nearest;
use crate::{DOVECOT_VERSIONS, Version};

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
    /// Of an enum, the words that it takes, between blanks, the default one
    /// first; of a [`SettingKind::FilterList`], the setting that holds its name.
    pub values: &'static str,
    /// The settings structure of the source that declares it (`auth`, `mail` …).
    pub module: &'static str,
    /// Of an alias, the setting that it stands for; of a block of 2.4, the
    /// setting or section that it must hold; nothing if none.
    pub needs: &'static str,
    /// Whether 2.3.19 or 2.4.1 knows it, with all packages of Debian installed.
    pub known: bool,
    /// Whether all programs have the same default, so that `doveconf -n` does
    /// not print it.
    pub one_default: bool,
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
    /// A time in seconds.
    Time,
    /// A time in milliseconds.
    TimeMsecs,
    /// A size.
    Size,
    /// One word of a set.
    Enum,
    /// A list or map of texts.
    StringList,
    /// A list of words that are on or off.
    BoolList,
    /// A TCP port.
    Port,
    /// Text of 2.3 with `%` variables.
    Template,
    /// A section of 2.3.
    Section,
    /// A section of 2.4 without a name.
    Filter,
    /// A section of 2.4 with a name.
    FilterList,
    /// Another name of the setting before it in the source.
    Alias,
    /// A path of a file or its content.
    File,
    /// Anything else.
    Other,
}

/// A word that opens a block.
#[derive(Debug)]
pub struct Section {
    /// The word.
    pub name: &'static str,
    /// What kind of block it opens.
    pub kind: SectionKind,
}

/// Kinds of Dovecot blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectionKind {
    /// A filter by connection: `protocol`, `local`, `remote` …
    Connection,
    /// A section that has a name or may have one.
    Named,
    /// A section without a name.
    Plain,
    /// A map or list with keys of any name: `plugin`, `mail_plugins` …
    Map,
}

static SETTINGS_2_3: &[Setting] = include!(concat!(env!("OUT_DIR"), "/dovecot-2.3.rs"));
static SETTINGS_2_4: &[Setting] = include!(concat!(env!("OUT_DIR"), "/dovecot-2.4.rs"));
/// Those of 2.3, then those of 2.4.
static SECTIONS: (&[Section], &[Section]) = include!(concat!(env!("OUT_DIR"), "/dovecot-sections.rs"));

/// What one setting of a service is before any configuration is read.
#[derive(Debug)]
pub struct ServiceSetting {
    /// The service.
    pub service: &'static str,
    /// The setting, or `unix_listener/NAME/SETTING` with `/` in NAME as `\\s`;
    /// `process_limit_1` where there can be one process only.
    pub key: &'static str,
    /// Its value.
    pub value: &'static str,
}

/// Those of 2.3, then those of 2.4, sorted by service and key.
static SERVICES: (&[ServiceSetting], &[ServiceSetting]) = include!(concat!(env!("OUT_DIR"), "/dovecot-services.rs"));

/// The settings of all services that every server of the series has.
pub fn dovecot_services(series: Version) -> &'static [ServiceSetting] {
    if is_new(series) { SERVICES.1 } else { SERVICES.0 }
}

/// The settings of one of these services, if it is one.
pub fn dovecot_service(series: Version, name: &str) -> Option<&'static [ServiceSetting]> {
    let all = dovecot_services(series);
    let start = all.partition_point(|setting| setting.service < name);
    let end = all.partition_point(|setting| setting.service <= name);
    all.get(start..end).filter(|settings| !settings.is_empty())
}

/// The setting of that name in a series, if it is one there; the global one
/// if sections have settings of the same name.
pub fn setting(series: Version, name: &str) -> Option<&'static Setting> {
    settings_named(series, name).first()
}

/// The settings of that name in a series: one for each section that has it,
/// the global one first.
pub fn settings_named(series: Version, name: &str) -> &'static [Setting] {
    let all = settings(series);
    let start = all.partition_point(|setting| setting.name < name);
    let end = all.partition_point(|setting| setting.name <= name);
    all.get(start..end).unwrap_or_default()
}

/// All settings of a series, sorted by name.
pub fn settings(series: Version) -> &'static [Setting] {
    if is_new(series) { SETTINGS_2_4 } else { SETTINGS_2_3 }
}

/// The name that a misspelt one means in a section (empty: at the top), if one
/// is near enough. In 2.4 names may leave out the section's own as their beginning.
pub fn nearest_setting(series: Version, name: &str, around: &str) -> Option<&'static str> {
    let fits = |setting: &&Setting| setting.known && (setting.section == around || setting.section == "global");
    let named = settings(series).iter().filter(fits).map(|setting| setting.name);
    let blocks = dovecot_sections(series).iter().map(|section| section.name);
    let prefix = format!("{around}_");
    let is_short = is_new(series) && !around.is_empty();
    let short = settings(series).iter().filter(|_| is_short).filter_map(|one| one.name.strip_prefix(prefix.as_str()));
    nearest(name, named.chain(blocks).chain(short).map(|one| (one, one)))
}

/// All words that open a block in a series, sorted.
pub fn dovecot_sections(series: Version) -> &'static [Section] {
    if is_new(series) { SECTIONS.1 } else { SECTIONS.0 }
}

/// The section of that name in a series.
pub fn dovecot_section(series: Version, name: &str) -> Option<&'static Section> {
    let all = dovecot_sections(series);
    all.binary_search_by(|section| section.name.cmp(name)).ok().and_then(|at| all.get(at))
}

/// Whether a word opens a block in some series.
pub fn is_dovecot_section(name: &str) -> bool {
    DOVECOT_VERSIONS.iter().any(|series| dovecot_section(*series, name).is_some())
}

/// The syntax and names of 2.4 also hold for what comes after it.
fn is_new(series: Version) -> bool {
    series.series() >= Version::new(2, 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Version = Version::new(2, 3);
    const NEW: Version = Version::new(2, 4);

    #[test]
    fn settings_are_sorted_and_each_is_found() {
        for (series, count) in [(OLD, 676), (NEW, 928)] {
            let all = settings(series);
            assert_eq!(all.len(), count);
            assert!(all.is_sorted_by(|left, right| left.name <= right.name));
            for one in all {
                assert_eq!(one.series, series);
                assert!(settings_named(series, one.name).iter().any(|found| std::ptr::eq(found, one)));
            }
        }
        assert!(setting(OLD, "").is_none() && setting(NEW, "zzz").is_none());
    }

    #[test]
    fn the_global_setting_comes_first() {
        // doveconf -d of 2.3: ssl at the top level and in inet_listener.
        assert_eq!(setting(OLD, "ssl").unwrap().section, "global");
        assert_eq!(settings_named(OLD, "ssl").len(), 2);
        let sections: Vec<_> = settings_named(OLD, "driver").iter().map(|one| one.section).collect();
        assert_eq!(sections, ["mailbox", "passdb", "userdb"]);
    }

    #[test]
    fn plain_text_logins_moved_to_a_new_name() {
        // doveconf -d of 2.3.19 and 2.4.1.
        let old = setting(OLD, "disable_plaintext_auth").unwrap();
        assert_eq!((old.kind, old.default), (SettingKind::Bool, Some("yes")));
        let new = setting(NEW, "auth_allow_cleartext").unwrap();
        assert_eq!((new.kind, new.default), (SettingKind::Bool, Some("no")));
        assert!(setting(NEW, "disable_plaintext_auth").is_none());
    }

    #[test]
    fn patch_releases_belong_to_their_series() {
        let patch = Version::parse("2.4.1").unwrap();
        assert!(setting(patch, "mail_driver").is_some());
        assert!(setting(Version::parse("2.3.19").unwrap(), "mail_driver").is_none());
    }

    #[test]
    fn section_words_are_known_in_their_series() {
        for series in DOVECOT_VERSIONS {
            assert!(dovecot_sections(*series).is_sorted_by(|left, right| left.name < right.name));
        }
        assert_eq!(dovecot_section(OLD, "plugin").unwrap().kind, SectionKind::Map);
        assert!(dovecot_section(NEW, "plugin").is_none());
        assert_eq!(dovecot_section(NEW, "protocol").unwrap().kind, SectionKind::Connection);
        assert!(is_dovecot_section("unix_listener") && is_dovecot_section("plugin") && is_dovecot_section("group"));
        assert!(!is_dovecot_section("ssl_cert") && !is_dovecot_section(""));
    }
}
