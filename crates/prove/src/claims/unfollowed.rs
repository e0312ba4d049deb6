//! What the servers do with a message that the claims speak of, and that is not played: a
//! claim that would hold can't be told then.

use super::Claim;
use postproof_diag::{Text, text};
use postproof_model::Service;
use postproof_sim::Config;

/// Parameters by which cleanup(8) changes whom a message is from and for.
const REWRITING: [&str; 12] = [
    "canonical_maps",
    "canonical_classes",
    "sender_canonical_maps",
    "sender_canonical_classes",
    "recipient_canonical_maps",
    "recipient_canonical_classes",
    "masquerade_domains",
    "masquerade_classes",
    "masquerade_exceptions",
    "virtual_alias_maps",
    "virtual_alias_domains",
    "propagate_unmatched_extensions",
];

/// What of a claim's matter is not followed, if anything is.
pub(super) fn unfollowed(config: &Config<'_>, claim: Claim) -> Option<Text> {
    match claim {
        Claim::AuthOnlyWithTls => mechanisms(config),
        Claim::NoOpenRelay => cleanup_options(config).or_else(|| chosen_catchall(config)),
        Claim::OwnSendersOnly | Claim::RecipientsValidated | Claim::OwnDomainsProtected => cleanup_options(config),
    }
}

/// cleanup(8) with options of its own.
fn cleanup_options(config: &Config<'_>) -> Option<Text> {
    let name = config.param("cleanup_service_name");
    let is_it = |service: &&Service| service.name == name.as_ref() && service.kind == "unix";
    let cleanup = config.model.services.iter().find(is_it)?;
    let option = cleanup.overrides.iter().find(|option| REWRITING.contains(&option.name.as_str()))?;
    let (service, option) = (&cleanup.name, &option.name);
    Some(text!(
        "the service `{service}` in master.cf sets `{option}` for itself, which is not followed",
        "master.cf의 `{service}` 서비스가 `{option}` 설정을 따로 두는데, 이 설정까지는 따라가지 못합니다"
    ))
}

/// Mail for nobody that goes where its sender says (local(8), luser_relay).
fn chosen_catchall(config: &Config<'_>) -> Option<Text> {
    let value = config.param("luser_relay");
    let (_, domain) = value.rsplit_once('@')?;
    domain.contains('$').then(|| {
        text!(
            "`luser_relay` (`{value}`) takes a domain from the recipient, which is not followed",
            "`luser_relay`(`{value}`)가 수신자에서 도메인을 가져오는데, 여기까지는 따라가지 못합니다"
        )
    })
}

/// Logins without TLS by mechanisms that show no password (SASL_README).
fn mechanisms(config: &Config<'_>) -> Option<Text> {
    let is_open = config.yes("smtpd_sasl_auth_enable")
        && !config.yes("smtpd_tls_auth_only")
        && !config.yes("smtpd_tls_wrappermode")
        && !config.param("smtpd_tls_security_level").eq_ignore_ascii_case("encrypt");
    let options = config.param("smtpd_sasl_security_options").to_ascii_lowercase();
    let hides = options.split([',', ' ', '\t']).any(|word| word == "noplaintext");
    (is_open && hides).then(|| {
        Text::fixed(
            "without TLS, `noplaintext` leaves AUTH to mechanisms such as CRAM-MD5; whether the SASL server has one is not known",
            "TLS가 없으면 `noplaintext` 때문에 CRAM-MD5 같은 방식으로만 AUTH할 수 있는데, SASL 서버에 그런 방식이 있는지는 알 수 없습니다",
        )
    })
}
