//! Parameters of main.cf.

use crate::Version;
use crate::near::nearest;

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
    /// Series in which some patch releases have another default than
    /// `defaults` says, and that other one; `Computed`: its text is not known.
    pub varies: &'static [(Version, Default)],
    /// Series before `since` whose late patch releases have it too.
    pub backported: &'static [Version],
    /// The allowed words, for parameters with a set of them.
    pub words: &'static [&'static str],
    /// Whether the value is a list of such words, not just one.
    pub many_words: bool,
    /// Whether the words are compared without case.
    pub any_case: bool,
    /// Whether values that are not among `words` may be right too: addresses,
    /// prefixes, or words that the platform decides.
    pub open_words: bool,
    /// Smallest allowed number (time: seconds).
    pub min: Option<i64>,
    /// Largest allowed number (time: seconds).
    pub max: Option<i64>,
    /// Smallest and largest length of a text.
    pub length: Option<(u16, Option<u16>)>,
    /// Unit letter of a bare number: `s`, `m`, `h`, `d`, `w`.
    pub unit: Option<char>,
    /// The compatibility_level that changes its default: below it, the first
    /// value holds, from it on the second.
    pub by_level: Option<(Version, &'static str, &'static str)>,
    /// What a list holds; `None`: no list, or not known.
    pub list: Option<ListKind>,
    /// Whether the value is kept unexpanded (`$name` is for run time).
    pub raw: bool,
    /// Whether main.cf may not set it.
    pub read_only: bool,
    /// Whether its default depends on the build or the host, even if
    /// `defaults` has the text that Postfix and Debian agree on.
    pub host_dependent: bool,
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

/// What the items of a value are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListKind {
    /// Words of a set.
    Keywords,
    /// Lookup tables.
    Tables,
    /// Patterns, addresses and tables, with `!`.
    Match,
    /// One transport with its nexthop.
    Transport,
    /// Restrictions.
    Restrictions,
}

/// A name that exists for each service of master.cf that runs one of some
/// programs: the service's name and a suffix.
#[derive(Debug)]
pub struct ServicePattern {
    /// The end of the name: `_destination_concurrency_limit`.
    pub suffix: &'static str,
    /// The parameter whose value is its default.
    pub default_param: &'static str,
    /// The programs whose services have it.
    pub programs: &'static [&'static str],
    /// First release that has it; `None`: older than 2.1.
    pub since: Option<Version>,
}

static PARAMS: &[Param] = include!(concat!(env!("OUT_DIR"), "/params.rs"));
static SERVICE_PATTERNS: &[ServicePattern] = include!(concat!(env!("OUT_DIR"), "/service-patterns.rs"));

impl Param {
    /// Whether release `version` knows it. True also for a series of which
    /// only the late patch releases do: see [`Param::is_in_every_patch`].
    pub fn is_in(&self, version: Version) -> bool {
        self.is_in_every_patch(version) || self.backported.contains(&version.series())
    }

    /// Whether each patch release of the series of `version` knows it.
    pub fn is_in_every_patch(&self, version: Version) -> bool {
        let series = version.series();
        self.since.is_none_or(|since| since.series() <= series) && self.removed.is_none_or(|removed| series < removed)
    }

    /// The default in release `version` at compatibility level `level`. For a
    /// series in `varies`, other patch releases have another one.
    pub fn default_in(&self, version: Version, level: Version) -> Option<Default> {
        let series = version.series();
        let (first, rest) = self.defaults.split_first()?;
        let default = rest.iter().rev().find(|(from, _)| *from <= series).unwrap_or(first).1;
        match (self.by_level, default) {
            // Older releases have a default that does not ask for the level.
            (Some((threshold, below, above)), Default::Text(text)) if text.contains("$compatibility_level") => {
                Some(Default::Text(if level < threshold { below } else { above }))
            }
            (_, default) => Some(default),
        }
    }
}

/// The parameter of that name, of any release.
pub fn param(name: &str) -> Option<&'static Param> {
    PARAMS.binary_search_by(|param| param.name.cmp(name)).ok().and_then(|at| PARAMS.get(at))
}

/// All parameters, sorted by name.
pub fn params() -> &'static [Param] {
    PARAMS
}

/// The patterns of names that come from services, sorted by suffix.
pub fn service_patterns() -> &'static [ServicePattern] {
    SERVICE_PATTERNS
}

/// The services that a name may belong to, with the pattern: it is known if
/// master.cf has a service of that name that runs one of the programs.
/// Dashes of service names stay (`postconf_service.c`).
pub fn service_patterns_of(name: &str) -> impl Iterator<Item = (&str, &'static ServicePattern)> {
    let owned = |pattern: &'static ServicePattern| {
        name.strip_suffix(pattern.suffix).filter(|service| !service.is_empty()).map(|service| (service, pattern))
    };
    SERVICE_PATTERNS.iter().filter_map(owned)
}

/// The parameter of release `version` whose name is nearest to a name that is
/// none, if one is near enough to be meant.
pub fn nearest_param(name: &str, version: Version) -> Option<&'static Param> {
    let candidates = PARAMS.iter().filter(|param| param.is_in(version) && !param.read_only);
    nearest(name, candidates.map(|param| (param.name, param)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVEL_0: Version = Version::new(0, 0);

    fn default(name: &str, version: (u16, u16), level: (u16, u16)) -> Option<Default> {
        param(name).unwrap().default_in(Version::new(version.0, version.1), Version::new(level.0, level.1))
    }

    #[test]
    fn parameters_are_sorted_and_each_is_found() {
        assert_eq!(params().len(), 938);
        assert!(params().is_sorted_by(|left, right| left.name < right.name));
        assert!(params().iter().all(|one| std::ptr::eq(param(one.name).unwrap(), one)));
        assert!(param("").is_none());
        assert!(param("smtpd_relay_restriction").is_none());
    }

    #[test]
    fn relay_restrictions_depend_on_the_level() {
        // Parameter tables: a conditional on compatibility_level since 3.3.
        let guard = "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination";
        assert_eq!(default("smtpd_relay_restrictions", (3, 7), (0, 0)), Some(Default::Text("")));
        assert_eq!(default("smtpd_relay_restrictions", (3, 7), (1, 0)), Some(Default::Text(guard)));
        assert_eq!(default("smtpd_relay_restrictions", (3, 4), (3, 6)), Some(Default::Text(guard)));
    }

    #[test]
    fn network_style_depends_on_the_level() {
        // postconf(5), mynetworks_style: host from compatibility_level 2 on, else subnet.
        assert_eq!(default("mynetworks_style", (3, 7), (1, 0)), Some(Default::Text("subnet")));
        assert_eq!(default("mynetworks_style", (3, 7), (2, 0)), Some(Default::Text("host")));
    }

    #[test]
    fn a_level_of_a_later_release_changes_no_older_default() {
        // postconf(5), smtp_tls_security_level and smtp_tls_fingerprint_digest: conditionals since 3.11 and 3.6.
        assert_eq!(default("smtp_tls_security_level", (3, 10), (3, 11)), Some(Default::Text("")));
        assert_eq!(default("smtp_tls_security_level", (3, 11), (3, 11)), Some(Default::Text("may")));
        assert_eq!(default("smtp_tls_security_level", (3, 11), (3, 6)), Some(Default::Text("")));
        assert_eq!(default("smtp_tls_fingerprint_digest", (3, 5), (3, 6)), Some(Default::Text("md5")));
    }

    #[test]
    fn mandatory_protocols_changed_in_3_6() {
        // postconf(5), smtpd_tls_mandatory_protocols.
        let name = "smtpd_tls_mandatory_protocols";
        assert_eq!(default(name, (3, 5), (0, 0)), Some(Default::Text("!SSLv2, !SSLv3")));
        assert_eq!(default(name, (3, 6), (0, 0)), Some(Default::Text(">=TLSv1")));
        assert_eq!(default(name, (3, 12), (0, 0)), Some(Default::Text(">=TLSv1")));
    }

    #[test]
    fn bare_newline_check_is_in_late_patches_of_older_series() {
        // Parameter tables: in 3.9.0, and in the last patch but not the first of 3.5 to 3.8.
        let one = param("smtpd_forbid_bare_newline").unwrap();
        assert_eq!(one.since, Some(Version::new(3, 9)));
        assert!(one.is_in(Version::new(3, 7)) && !one.is_in_every_patch(Version::new(3, 7)));
        assert!(one.is_in_every_patch(Version::new(3, 9)));
        assert!(!one.is_in(Version::new(3, 4)));
        assert_eq!(one.default_in(Version::new(3, 8), LEVEL_0), Some(Default::Text("no")));
        assert_eq!(one.default_in(Version::new(3, 9), LEVEL_0), Some(Default::Text("normalize")));
    }

    #[test]
    fn a_default_that_differs_between_patches_says_so() {
        // 3.7.11 has tempfail, the last patch of 3.7 has shutdown.
        let one = param("milter_default_action").unwrap();
        assert_eq!(one.default_in(Version::new(3, 7), LEVEL_0), Some(Default::Text("tempfail")));
        assert!(one.varies.contains(&(Version::new(3, 7), Default::Text("shutdown"))));
    }

    #[test]
    fn host_values_are_computed() {
        assert_eq!(default("myhostname", (3, 7), (0, 0)), Some(Default::Computed));
        assert_eq!(default("mynetworks", (3, 7), (0, 0)), Some(Default::Computed));
        assert_eq!(default("alias_maps", (3, 7), (0, 0)), Some(Default::Computed));
        assert_eq!(default("queue_directory", (3, 7), (0, 0)), Some(Default::Text("/var/spool/postfix")));
    }

    #[test]
    fn removed_and_obsolete_names_name_what_replaces_them() {
        // postconf(1) of 3.11 warns about virtual_maps; it is no name of a daemon since 2.0.
        let old = param("virtual_maps").unwrap();
        assert_eq!((old.deprecated, old.replaced_by), (Some(Version::new(3, 11)), Some("virtual_alias_maps")));
        for one in params() {
            if let Some(name) = one.replaced_by {
                assert!(param(name).is_some(), "{} is replaced by {name}", one.name);
            }
        }
    }

    #[test]
    fn service_names_are_split_at_each_suffix_that_fits() {
        let found: Vec<_> = service_patterns_of("a-b_destination_recipient_limit").collect();
        let names: Vec<_> = found.iter().map(|(service, pattern)| (*service, pattern.default_param)).collect();
        assert_eq!(
            names,
            [("a-b", "default_destination_recipient_limit"), ("a-b_destination", "default_recipient_limit")]
        );
        assert_eq!(service_patterns_of("_time_limit").count(), 0);
        assert_eq!(service_patterns().len(), 17);
        for pattern in service_patterns() {
            assert!(param(pattern.default_param).is_some(), "{}", pattern.default_param);
        }
    }

    #[test]
    fn near_names_are_found_in_the_release() {
        let near = |name, minor| nearest_param(name, Version::new(3, minor)).map(|param| param.name);
        assert_eq!(near("smtpd_recipent_restrictions", 7), Some("smtpd_recipient_restrictions"));
        assert_eq!(near("smtpd_tls_certfile", 7), Some("smtpd_tls_cert_file"));
        assert_eq!(near("Smtpd-TLS-Key-File", 7), Some("smtpd_tls_key_file"));
        assert_eq!(near("smtpd_helo_require", 7), Some("smtpd_helo_required"));
        assert_eq!(near("myhostnmae", 7), Some("myhostname"));
        assert_eq!(near("respectful_loging", 5), None);
        assert_eq!(near("respectful_loging", 6), Some("respectful_logging"));
        assert_eq!(near("mua_client_restrictions", 7), None);
        assert_eq!(near("foo", 7), None);
        assert_eq!(near("", 7), None);
        assert_eq!(near("_", 7), None);
        assert_eq!(near(&"smtpd".repeat(100_000), 7), None);
    }
}
