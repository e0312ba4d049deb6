//! Dovecot's quota-status service and the restrictions of Postfix that ask it.

use super::dovecot::{Block, Dovecot};
use super::mail_paths::{is_same_socket, socket_path};
use crate::Cx;
use postproof_diag::Span;
use postproof_model::{Entry, LISTS, Scope};
use std::collections::BTreeSet;

/// Services whose lists are looked at. No real master.cf has as many.
const MAX_SERVICES: usize = 200;

/// One `check_policy_service` of Postfix.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    /// The list that has it.
    pub(crate) param: &'static str,
    /// The service whose list it is.
    pub(crate) scope: Scope,
    /// Number of the entry in the list.
    pub(crate) at: usize,
    /// The server asked: `unix:private/quota-status`.
    pub(crate) server: String,
    /// Its place.
    pub(crate) span: Span,
}

/// Every policy server that lists of smtpd ask, each place once.
pub(crate) fn policies(cx: &Cx<'_>) -> Vec<Policy> {
    let mut found: Vec<Policy> = Vec::new();
    let mut seen = BTreeSet::new();
    let services = cx.model.services.iter().filter(|service| service.is_smtpd()).take(MAX_SERVICES);
    for scope in services.map(|service| Scope::Service(service.id)) {
        for (param, _) in LISTS {
            let list = cx.model.restriction_list(scope, param);
            for (at, entry) in list.flat().into_iter().enumerate() {
                let (Some(server), Some(span)) = (server_of(entry), entry.span) else { continue };
                if seen.insert(span) {
                    found.push(Policy { param, scope, at, server, span });
                }
            }
        }
    }
    found
}

fn server_of(entry: &Entry) -> Option<String> {
    let argument = entry.argument.as_ref().filter(|_| entry.is("check_policy_service"))?;
    // postconf(5), check_policy_service: `{ inet:host:port, timeout=10s }`.
    let bare = argument.as_str().trim().trim_start_matches('{').trim_start();
    let end = bare.find([',', ' ', '}']).unwrap_or(bare.len());
    Some(bare.get(..end).unwrap_or_default().to_owned())
}

/// The sections of services that run quota-status.
pub(crate) fn quota_status<'d, 'a>(dovecot: &'d Dovecot<'a>) -> Vec<Block<'d, 'a>> {
    let runs = |block: &Block<'d, 'a>| match block.text("executable") {
        Some(executable) => executable.split_whitespace().next().is_some_and(|word| word.ends_with("quota-status")),
        None => block.label_text() == "quota-status",
    };
    dovecot.services().filter(runs).collect()
}

/// Whether a policy server is a listener of one of the services.
pub(crate) fn is_asked(cx: &Cx<'_>, dovecot: &Dovecot<'_>, services: &[Block<'_, '_>], server: &str) -> bool {
    let is_of = |block: &Block<'_, '_>| services.iter().any(|service| service.label() == block.label());
    if let Some(path) = server.strip_prefix("unix:") {
        let wanted = socket_path(cx, path, false);
        let mut sockets = dovecot.unix_sockets().filter(|socket| is_of(&socket.service));
        return sockets.any(|socket| is_same_socket(cx, &wanted, path, &socket.path()));
    }
    let Some(port) = port_of(server) else { return false };
    let mut sockets = dovecot.inet_sockets().filter(|socket| is_of(&socket.service));
    sockets.any(|socket| socket.port() == Some(port))
}

/// The port of `inet:host:port`.
pub(crate) fn port_of(server: &str) -> Option<u16> {
    server.strip_prefix("inet:").unwrap_or(server).rsplit_once(':')?.1.parse().ok()
}

/// Where a service listens, as people write it, with the place.
pub(crate) fn listener(dovecot: &Dovecot<'_>, services: &[Block<'_, '_>]) -> Option<(String, Option<Span>)> {
    let is_of = |block: &Block<'_, '_>| services.iter().any(|service| service.label() == block.label());
    let unix = dovecot.unix_sockets().find(|socket| is_of(&socket.service));
    if let Some(socket) = unix {
        return Some((socket.path(), socket.span()));
    }
    let inet = dovecot.inet_sockets().find(|socket| is_of(&socket.service))?;
    Some((inet.port()?.to_string(), inet.span()))
}
