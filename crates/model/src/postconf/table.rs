//! The parameters that postconf knows, with their defaults.

use super::master::Entry;
use postproof_catalog::{self as catalog, Default, Param, Version};
use std::collections::BTreeMap;

/// Why a name is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A daemon has it.
    Builtin,
    /// A service of master.cf makes it.
    Service,
    /// No daemon has it any more, but defaults refer to it.
    Legacy,
    /// A `$name` or a restriction class makes it.
    User,
}

/// Where a default comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The catalog.
    Text(&'static str),
    /// The text is `$` and this name.
    Param(&'static str),
    /// Computed for the host, by the name of the parameter.
    Host,
    /// There is none, or nobody asks.
    Nothing,
}

/// One known name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) class: Class,
    pub(super) raw: bool,
    pub(super) read_only: bool,
    pub(super) default: Origin,
}

impl Known {
    pub(super) const USER: Known = Known { class: Class::User, raw: false, read_only: false, default: Origin::Nothing };

    /// Whether tables are looked for in its value.
    pub(super) fn may_name_tables(&self) -> bool {
        matches!(self.class, Class::Builtin | Class::Service)
    }
}

pub(super) type Table = BTreeMap<Vec<u8>, Known>;

/// Names that no daemon has but postconf knows, by the release that adds them.
// postconf_builtin.c, pcf_legacy_str_table
const LEGACY: &[(Version, &[&str])] = &[
    (
        Version::new(3, 4),
        &[
            "virtual_maps",
            "fallback_relay",
            "authorized_verp_clients",
            "smtpd_client_connection_limit_exceptions",
            "postscreen_dnsbl_ttl",
        ],
    ),
    (
        Version::new(3, 6),
        &["postscreen_blacklist_action", "postscreen_dnsbl_whitelist_threshold", "postscreen_whitelist_interfaces"],
    ),
    (
        Version::new(3, 7),
        &[
            "lmtp_per_record_deadline",
            "smtp_per_record_deadline",
            "smtpd_per_record_deadline",
            "tlsproxy_client_level",
            "tlsproxy_client_policy",
        ],
    ),
];

/// What `version` knows before it looks at values.
// postconf_builtin.c, pcf_register_builtin_parameters; postconf_service.c
pub(super) fn table(version: Version, entries: &[Entry]) -> Table {
    let builtin = catalog::params().iter().filter(|param| param.is_in(version));
    let mut table: Table =
        builtin.map(|param| (param.name.as_bytes().to_vec(), builtin_param(param, version))).collect();
    let legacy = LEGACY.iter().filter(|(since, _)| *since <= version.series()).flat_map(|(_, names)| *names);
    for name in legacy {
        let known = Known { class: Class::Legacy, raw: false, read_only: false, default: Origin::Text("") };
        table.insert(name.as_bytes().to_vec(), known);
    }
    let patterns: Vec<_> = catalog::service_patterns()
        .iter()
        .filter(|pattern| pattern.since.is_none_or(|since| since <= version.series()))
        .collect();
    for entry in entries {
        for pattern in &patterns {
            if !pattern.programs.iter().any(|program| program.as_bytes() == entry.command()) {
                continue;
            }
            let name = [entry.service(), pattern.suffix.as_bytes()].concat();
            let own = Known {
                class: Class::Service,
                raw: false,
                read_only: false,
                default: Origin::Param(pattern.default_param),
            };
            // Those that daemons have too keep their own default.
            table.entry(name).and_modify(|known| known.class = Class::Service).or_insert(own);
        }
    }
    table
}

fn builtin_param(param: &'static Param, version: Version) -> Known {
    let default = param.defaults.iter().rev().find(|(since, _)| *since <= version.series());
    let default = match default.or(param.defaults.first()) {
        Some((_, Default::Text(text))) => Origin::Text(text),
        Some((_, Default::Computed)) => Origin::Host,
        None => Origin::Text(""),
    };
    Known { class: Class::Builtin, raw: param.raw, read_only: param.read_only, default }
}

/// Defaults of the build, as the packages of Debian have them. What depends on
/// the running host is not here.
// postconf -d of Debian 12 and 13
pub(super) fn of_build(name: &[u8], version: Version) -> Option<String> {
    let by_type = |text: &str| {
        let kind = if version.series() < Version::new(3, 11) { "hash" } else { "$default_database_type" };
        format!("{kind}:{text}")
    };
    Some(match name {
        b"alias_database" => by_type("/etc/aliases"),
        b"alias_maps" => by_type("/etc/aliases, nis:mail.aliases"),
        b"daemon_directory" => "/usr/lib/postfix/sbin".to_owned(),
        b"html_directory" => "/usr/share/doc/postfix/html".to_owned(),
        b"mail_release_date" => release_date(version).to_owned(),
        b"mail_version" => version.to_string(),
        b"manpage_directory" => "/usr/share/man".to_owned(),
        b"process_name" => "postconf".to_owned(),
        b"readme_directory" => "/usr/share/doc/postfix".to_owned(),
        b"service_name" if version.series() == Version::new(3, 11) => "amnesiac".to_owned(),
        _ => return None,
    })
}

/// MAIL_RELEASE_DATE of the last patch release of a series (mail_version.h).
fn release_date(version: Version) -> &'static str {
    match (version.major, version.minor) {
        (3, 4) => "20230418",
        (3, 7) => "20240304",
        (3, 12) => "20260821",
        _ => "20260809",
    }
}

/// What postconf advises instead of a deprecated or removed parameter; nothing
/// for a name that it has no advice for.
// postconf_unused.c, pcf_depr_param_info, since 3.9
pub(super) fn advice(name: &[u8], version: Version) -> Option<String> {
    if version.series() < Version::new(3, 9) {
        return None;
    }
    let name = std::str::from_utf8(name).ok()?;
    if name == "deleted-test-only" {
        return Some("do not specify".to_owned());
    }
    let param = catalog::param(name)?;
    param.deprecated.filter(|since| *since <= version.series())?;
    Some(match name {
        // Its row in the table of Postfix lacks the verb and the quotes.
        "lmtp_enforce_tls" => "lmtp_tls_security_level".to_owned(),
        "smtpd_tls_dh1024_param_file" | "smtpd_tls_eecdh_grade" => "do not specify (leave at default)".to_owned(),
        _ => match param.replaced_by {
            Some(other) => format!("specify \"{other}\""),
            None => "do not specify".to_owned(),
        },
    })
}
