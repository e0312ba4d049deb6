//! The releases with which a configuration may run where nothing names one, and the load
//! under which it may run: a claim is decided for each that treats this configuration in a
//! way of its own.

use postproof_catalog::{POSTFIX_VERSIONS, Version, restriction};
use postproof_diag::{Text, text};
use postproof_model::{Model, Scope, ServiceId};
use postproof_sim::{Assumed, Config, Finding, Missing, World};

/// The oldest release that is still in use, that of Debian 10.
const OLDEST: Version = Version::new(3, 4);

/// Releases with which a service behaves otherwise than with the one that is assumed.
pub(super) struct Release {
    /// The model for one of them.
    pub(super) model: Model,
    /// That it is one of them.
    pub(super) assumed: Assumed,
    /// That it is one of those that behave as the one that is assumed; nothing where the
    /// service runs that way in any case.
    pub(super) first: Option<Assumed>,
}

/// What a release makes of this configuration that another one does not. Which of the
/// two lists of RCPT comes first changes replies, and not whom both let pass.
#[derive(PartialEq, Eq)]
struct Treats {
    /// Which words of the lists are restrictions, and which were removed.
    words: Vec<(bool, bool)>,
    /// Rules that stand in the name of a table: `regexp:{…}` (dict_stream.c).
    inline_rules: bool,
    /// More than one fingerprint is looked up (smtpd_check.c, check_ccert_access).
    more_fingerprints: bool,
}

/// All others, one for each way of treating this configuration.
pub(super) fn others(model: &Model, service: ServiceId) -> Vec<Release> {
    let mut others = other_releases(model, service);
    others.extend(model.under_stress(service).map(|model| Release { model, assumed: is_busy(), first: None }));
    others
}

/// Strangers who open enough connections bring it about.
fn is_busy() -> Assumed {
    let text = text!(
        "all processes of the service are busy, and master(8) sets `stress=yes`",
        "서비스의 프로세스가 모두 쓰이고 있어 master(8)가 `stress=yes`를 설정함"
    );
    Assumed::new(Missing::new("stress".to_owned(), text), Finding::Yes)
}

fn other_releases(model: &Model, service: ServiceId) -> Vec<Release> {
    if !model.target.assumes_postfix() {
        return Vec::new();
    }
    let world = World::default();
    let config = Config::new(model, service, &world);
    let assumed = model.target.postfix.value;
    let mut kinds: Vec<(Treats, Vec<Version>)> = vec![(treats(&config, assumed), vec![assumed])];
    for version in POSTFIX_VERSIONS.iter().copied().filter(|version| *version >= OLDEST && *version != assumed) {
        let treated = treats(&config, version);
        match kinds.iter_mut().find(|(known, _)| *known == treated) {
            Some((_, versions)) => versions.push(version),
            None => kinds.push((treated, vec![version])),
        }
    }
    kinds.iter_mut().for_each(|(_, versions)| versions.sort_unstable());
    let Some((_, first)) = kinds.first() else { return Vec::new() };
    let first = is_one_of(first);
    let other = |(_, versions): &(Treats, Vec<Version>)| {
        let mut model = model.clone();
        if let Some(version) = versions.last() {
            model.target.postfix.value = *version;
        }
        Release { model, assumed: is_one_of(versions), first: Some(first.clone()) }
    };
    kinds.iter().skip(1).map(other).collect()
}

fn treats(config: &Config<'_>, version: Version) -> Treats {
    let entries = config.entries();
    let words = entries.iter().map(|entry| match restriction(&entry.word.to_ascii_lowercase()) {
        Some(known) => {
            (known.since.is_none_or(|since| since <= version), known.removed.is_some_and(|removed| removed <= version))
        }
        None => (false, false),
    });
    let has = |what: &str| {
        let tables = config.model.table_uses().iter();
        let uses = tables.filter(|usage| usage.scope == Scope::Main || usage.scope == config.scope());
        uses.into_iter().any(|usage| usage.table.text.as_str().contains(what))
    };
    let by_fingerprint = |word: &str| matches!(word, "check_ccert_access" | "permit_tls_clientcerts");
    Treats {
        words: words.collect(),
        inline_rules: has(":{") && version >= Version::new(3, 7),
        more_fingerprints: entries.iter().any(|entry| by_fingerprint(&entry.word.to_ascii_lowercase()))
            && version >= Version::new(3, 9),
    }
}

fn is_one_of(versions: &[Version]) -> Assumed {
    let shown = match versions {
        [] => String::new(),
        [only] => only.to_string(),
        [first, .., last] => format!("{first}–{last}"),
    };
    let text: Text = text!("Postfix is {shown}", "Postfix 버전이 {shown} 중 하나임");
    Assumed::new(Missing::new(format!("release:{shown}"), text), Finding::Yes)
}
