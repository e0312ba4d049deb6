//! Lists of client addresses, and patterns in them that are none.

use super::values::joined_in;
use crate::Cx;
use postproof_diag::Span;
use postproof_model::{Model, NetworkKind, Scope};

/// The parameters that are read as lists of names and addresses
/// (namadr_list.h, addr_match_list.h).
const ADDRESS_LISTS: [&str; 12] = [
    "authorized_verp_clients",
    "debug_peer_list",
    "mynetworks",
    "permit_mx_backup_networks",
    "postscreen_allowlist_interfaces",
    "qmqpd_authorized_clients",
    "smtpd_authorized_verp_clients",
    "smtpd_authorized_xclient_hosts",
    "smtpd_authorized_xforward_hosts",
    "smtpd_client_event_limit_exceptions",
    "smtpd_forbid_bare_newline_exclusions",
    "smtpd_sasl_exceptions_networks",
];

/// A pattern that is no network, no address, no name and no table.
pub(crate) struct FaultyPattern {
    /// The list.
    pub(crate) param: String,
    /// The pattern without `!`.
    pub(crate) pattern: String,
    /// Where it stands.
    pub(crate) span: Span,
}

/// The faulty patterns of all lists that are set, as main.cf and then as each
/// service with options has them; the same place may come again.
pub(crate) fn faulty_patterns(cx: &Cx<'_>) -> Vec<FaultyPattern> {
    let services = cx.model.services.iter().filter(|service| !service.overrides.is_empty());
    let scopes = std::iter::once(Scope::Main).chain(services.map(|service| Scope::Service(service.id)));
    let mut faulty = Vec::new();
    for (scope, param) in scopes.flat_map(|scope| ADDRESS_LISTS.map(|param| (scope, param))) {
        if !may_differ(cx, scope, param) {
            continue;
        }
        let Some(value) = cx.model.value(scope, param).filter(|value| value.is_set()) else { continue };
        let joined = joined_in(cx, &value.raw).map(|(span, _)| span);
        for network in cx.model.networks(scope, param).unwrap_or_default() {
            // Words of a comment or of a line that was joined are none of the list's.
            let is_foreign =
                joined.is_some_and(|joined| network.text.span().is_some_and(|span| span.start >= joined.start));
            if network.text.as_str().starts_with('#') || is_foreign {
                break;
            }
            let pattern = network.text.as_str().trim_start_matches('!');
            let skipped = network.text.as_str().len() - pattern.len();
            let span = network.text.slice(skipped..network.text.as_str().len()).span();
            let is_readable = pattern.is_ascii() && !pattern.contains(['$', '{', '<', '"', '\'', '\\', '%', '@']);
            if let (NetworkKind::Invalid, true, Some(span)) = (network.kind, is_readable, span) {
                faulty.push(FaultyPattern { param: param.to_owned(), pattern: pattern.to_owned(), span });
            }
        }
    }
    faulty
}

/// Whether the options of a service can change the list.
fn may_differ(cx: &Cx<'_>, scope: Scope, param: &str) -> bool {
    let Scope::Service(id) = scope else { return true };
    let Some(service) = cx.model.services.get(id.0) else { return false };
    let refers = || {
        let written = cx.model.main.get(param).filter(|written| written.value.as_str().contains('$'));
        written.is_some_and(|written| {
            Model::names_in(written.value.as_str()).iter().any(|name| service.option(name).is_some())
        })
    };
    service.option(param).is_some() || refers()
}
