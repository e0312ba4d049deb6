//! The words of restriction lists as the checks that they ask for.

use postproof_catalog::{self as catalog, Argument, Version};

/// What a check looks at: the name and the class in its replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    Client,
    ReverseClient,
    Certificate,
    Login,
    Helo,
    Sender,
    Recipient,
    Etrn,
    Data,
    EndOfData,
}

impl Subject {
    /// What replies call it (smtpd_dsn_fix.h, SMTPD_NAME_*).
    pub(crate) fn class(self) -> &'static str {
        match self {
            Subject::Client => "Client host",
            Subject::ReverseClient => "Unverified Client host",
            Subject::Certificate => "Client certificate",
            Subject::Login => "SASL login name",
            Subject::Helo => "Helo command",
            Subject::Sender => "Sender address",
            Subject::Recipient => "Recipient address",
            Subject::Etrn => "Etrn command",
            Subject::Data => "Data command",
            Subject::EndOfData => "End-of-data",
        }
    }
}

/// Which hosts of a domain are looked up in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Server {
    Ns,
    Mx,
    A,
}

/// Who may use which sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Ownership {
    /// `reject_authenticated_sender_login_mismatch`.
    LoggedIn,
    /// `reject_known_sender_login_mismatch`.
    Known,
    /// `reject_unauthenticated_sender_login_mismatch`.
    NotLoggedIn,
}

/// A built-in restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Check {
    Permit,
    Reject,
    Defer,
    DeferIfPermit,
    DeferIfReject,
    Sleep,
    Pipelining,
    Plaintext,
    Policy,
    UnknownClient,
    UnknownReverseClient,
    OwnInterfaces,
    MyNetworks,
    /// `check_*_access` of a name or address that the client gave.
    Access(Subject),
    /// `check_*_{ns,mx,a}_access`.
    Servers(Subject, Server),
    Certificate,
    Login,
    MapsRbl,
    /// `reject_rbl_client`.
    Rbl,
    /// `permit_dnswl_client`.
    Dnswl,
    /// `reject_rhsbl_*`.
    Rhsbl(Subject),
    /// `permit_rhswl_client`.
    Rhswl,
    InvalidHelo,
    UnknownHelo,
    NonFqdnHelo,
    NakedAddress,
    NonFqdnAddress(Subject),
    UnknownDomain(Subject),
    Unverified(Subject),
    Unlisted(Subject),
    Ownership(Ownership),
    MxBackup,
    AuthDestination,
    UnauthDestination,
    DeferUnauthDestination,
    RelayDomains,
    SaslAuthenticated,
    AnyCertificate,
    KnownCertificate,
    MultiRecipientBounce,
}

/// What a word asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    WarnIfReject,
    Check(Check, Argument),
    /// A restriction that the release no longer has: refused.
    Removed(Check),
    /// No built-in restriction: a class or nothing.
    Other,
}

/// What a word without a colon asks for in a release.
// smtpd_check.c, generic_checks: built-in words are compared without case
pub(crate) fn kind(word: &str, release: Version) -> Kind {
    // A class that smtpd defines by itself, compared with case as all classes
    // (smtpd_check.c, smtpd_check_init).
    let Some(restriction) = catalog::restriction(word).filter(|one| one.name != OWN_CLASS) else { return Kind::Other };
    if restriction.since.is_some_and(|since| since > release.series()) {
        return Kind::Other;
    }
    if restriction.argument == Argument::Restriction {
        return Kind::WarnIfReject;
    }
    let Some(check) = check(restriction.name) else { return Kind::Other };
    match restriction.removed {
        Some(removed) if removed <= release.series() => Kind::Removed(check),
        Some(_) | None => Kind::Check(check, restriction.argument),
    }
}

/// The class that smtpd defines by itself.
pub(crate) const OWN_CLASS: &str = "reject_sender_login_mismatch";

/// What it holds.
pub(crate) const OWN_CLASS_TEXT: &str =
    "reject_authenticated_sender_login_mismatch reject_unauthenticated_sender_login_mismatch";

fn check(name: &str) -> Option<Check> {
    if let Some(check) = simple(name) {
        return Some(check);
    }
    if let Some(subject) = name.strip_prefix("reject_rhsbl_").and_then(subject) {
        return Some(Check::Rhsbl(subject));
    }
    let place = name.strip_prefix("check_")?.strip_suffix("_access")?;
    for (ending, server) in [("_ns", Server::Ns), ("_mx", Server::Mx), ("_a", Server::A)] {
        if let Some(subject) = place.strip_suffix(ending).and_then(subject) {
            return Some(Check::Servers(subject, server));
        }
    }
    subject(place).map(Check::Access)
}

fn subject(name: &str) -> Option<Subject> {
    match name {
        "client" => Some(Subject::Client),
        "reverse_client" | "reverse_client_hostname" => Some(Subject::ReverseClient),
        "helo" => Some(Subject::Helo),
        "sender" => Some(Subject::Sender),
        "recipient" => Some(Subject::Recipient),
        "etrn" => Some(Subject::Etrn),
        _ => None,
    }
}

fn simple(name: &str) -> Option<Check> {
    Some(match name {
        "permit" => Check::Permit,
        "reject" => Check::Reject,
        "defer" => Check::Defer,
        "defer_if_permit" => Check::DeferIfPermit,
        "defer_if_reject" => Check::DeferIfReject,
        "sleep" => Check::Sleep,
        "reject_unauth_pipelining" => Check::Pipelining,
        "reject_plaintext_session" => Check::Plaintext,
        "check_policy_service" => Check::Policy,
        "reject_unknown_client_hostname" => Check::UnknownClient,
        "reject_unknown_reverse_client_hostname" => Check::UnknownReverseClient,
        "permit_inet_interfaces" => Check::OwnInterfaces,
        "permit_mynetworks" => Check::MyNetworks,
        "check_ccert_access" => Check::Certificate,
        "check_sasl_access" => Check::Login,
        "reject_maps_rbl" => Check::MapsRbl,
        "reject_rbl_client" => Check::Rbl,
        "permit_dnswl_client" => Check::Dnswl,
        "permit_rhswl_client" => Check::Rhswl,
        "reject_invalid_helo_hostname" => Check::InvalidHelo,
        "reject_unknown_helo_hostname" => Check::UnknownHelo,
        "reject_non_fqdn_helo_hostname" => Check::NonFqdnHelo,
        "permit_naked_ip_address" => Check::NakedAddress,
        "reject_non_fqdn_sender" => Check::NonFqdnAddress(Subject::Sender),
        "reject_non_fqdn_recipient" => Check::NonFqdnAddress(Subject::Recipient),
        "reject_unknown_sender_domain" => Check::UnknownDomain(Subject::Sender),
        "reject_unknown_recipient_domain" => Check::UnknownDomain(Subject::Recipient),
        "reject_unverified_sender" => Check::Unverified(Subject::Sender),
        "reject_unverified_recipient" => Check::Unverified(Subject::Recipient),
        "reject_unlisted_sender" => Check::Unlisted(Subject::Sender),
        "reject_unlisted_recipient" => Check::Unlisted(Subject::Recipient),
        "reject_authenticated_sender_login_mismatch" => Check::Ownership(Ownership::LoggedIn),
        "reject_known_sender_login_mismatch" => Check::Ownership(Ownership::Known),
        "reject_unauthenticated_sender_login_mismatch" => Check::Ownership(Ownership::NotLoggedIn),
        "permit_mx_backup" => Check::MxBackup,
        "permit_auth_destination" => Check::AuthDestination,
        "reject_unauth_destination" => Check::UnauthDestination,
        "defer_unauth_destination" => Check::DeferUnauthDestination,
        "check_relay_domains" => Check::RelayDomains,
        "permit_sasl_authenticated" => Check::SaslAuthenticated,
        "permit_tls_all_clientcerts" => Check::AnyCertificate,
        "permit_tls_clientcerts" => Check::KnownCertificate,
        "reject_multi_recipient_bounce" => Check::MultiRecipientBounce,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELEASE: Version = Version::new(3, 7);

    #[test]
    fn every_restriction_of_the_catalog_is_a_check() {
        for one in catalog::restrictions().iter().filter(|one| one.name != OWN_CLASS && one.name != "warn_if_reject") {
            assert!(check(one.name).is_some(), "{}", one.name);
        }
        assert_eq!(kind("WARN_if_reject", RELEASE), Kind::WarnIfReject);
        assert_eq!(kind(OWN_CLASS, RELEASE), Kind::Other);
        assert_eq!(
            kind("check_reverse_client_hostname_ns_access", RELEASE),
            Kind::Check(Check::Servers(Subject::ReverseClient, Server::Ns), Argument::Table)
        );
        assert_eq!(
            kind("reject_rhsbl_reverse_client", RELEASE),
            Kind::Check(Check::Rhsbl(Subject::ReverseClient), Argument::DnsList)
        );
    }

    #[test]
    fn releases_have_their_own_words() {
        assert_eq!(kind("reject_maps_rbl", RELEASE), Kind::Check(Check::MapsRbl, Argument::None));
        assert_eq!(kind("reject_maps_rbl", Version::new(3, 10)), Kind::Removed(Check::MapsRbl));
        assert_eq!(kind("check_sasl_access", Version::new(2, 10)), Kind::Other);
    }
}
