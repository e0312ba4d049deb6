//! How Postfix hands logins and mail to Dovecot.

use crate::Cx;
use crate::support::dovecot::words::normal;
use crate::support::lists::value_place;
use crate::support::master;
use postproof_diag::Span;
use postproof_model::{Presence, Scope, Service, TableContent, TableRole, Value};

/// Ways to Dovecot that are looked at. No real server has as many; a made-up one
/// with a hundred thousand would compare each with each socket.
const MAX_WAYS: usize = 100;

/// A service of smtpd that asks Dovecot for logins.
#[derive(Clone, Debug)]
pub(crate) struct SaslUse {
    /// The service.
    pub(crate) scope: Scope,
    /// `smtpd_sasl_path`.
    pub(crate) path: Value,
    /// Where logins are switched on.
    pub(crate) enabled: Span,
    /// Whether the service runs in the jail.
    pub(crate) chroot: bool,
}

/// A destination of mail.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    /// The parameter that names it: `virtual_transport`.
    pub(crate) param: String,
    /// Where it is named.
    pub(crate) place: Span,
    /// The program that delivers.
    pub(crate) transport: String,
    /// How.
    pub(crate) way: Way,
}

/// How mail is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// LMTP to a socket, as written.
    Unix(String),
    /// LMTP to a host and port.
    Inet(String, u16),
    /// A command of a pipe(8) service: its argument words.
    Pipe(Vec<String>),
}

/// Every smtpd service with logins through Dovecot, each `smtpd_sasl_path` once.
pub(crate) fn sasl_uses(cx: &Cx<'_>) -> Vec<SaslUse> {
    let mut found: Vec<SaslUse> = Vec::new();
    for service in cx.model.services.iter().filter(|service| service.is_smtpd()) {
        if found.len() >= MAX_WAYS {
            break;
        }
        let scope = Scope::Service(service.id);
        let Some(enable) = cx.model.value(scope, "smtpd_sasl_auth_enable") else { continue };
        let is_dovecot = cx.model.text(scope, "smtpd_sasl_type") == "dovecot";
        let (true, true, Some(enabled)) = (is_dovecot, enable.as_bool() == Some(true), value_place(&enable)) else {
            continue;
        };
        let Some(path) = cx.model.value(scope, "smtpd_sasl_path") else { continue };
        if !path.is_set() && cx.model.given.main_cf != Presence::Whole {
            continue;
        }
        let chroot = is_chrooted(cx, service);
        let is_known = |known: &SaslUse| known.path.as_str() == path.as_str() && known.chroot == chroot;
        if !found.iter().any(is_known) {
            found.push(SaslUse { scope, path, enabled, chroot });
        }
    }
    if found.is_empty() {
        found.extend(prepared(cx));
    }
    found
}

/// A path that main.cf sets for logins which `-o` options of a master.cf that
/// was not given may switch on.
fn prepared(cx: &Cx<'_>) -> Option<SaslUse> {
    let enable = cx.model.value(Scope::Main, "smtpd_sasl_auth_enable")?;
    let path = cx.model.value(Scope::Main, "smtpd_sasl_path").filter(Value::is_set)?;
    let is_dovecot = cx.model.text(Scope::Main, "smtpd_sasl_type") == "dovecot";
    let is_open = cx.model.given.master_cf != Presence::Whole && !enable.is_set();
    let enabled = value_place(&path).filter(|_| is_dovecot && is_open)?;
    Some(SaslUse { scope: Scope::Main, path, enabled, chroot: false })
}

impl SaslUse {
    /// The place of the path, or of what switches logins on.
    pub(crate) fn place(&self) -> Span {
        value_place(&self.path).unwrap_or(self.enabled)
    }
}

/// Whether a service runs in the jail: `-` means yes below level 1.
// master(5), chroot
pub(crate) fn is_chrooted(cx: &Cx<'_>, service: &Service) -> bool {
    let by_default = cx.model.target.level.value < postproof_catalog::Version::new(1, 0);
    let stands = service.span.is_some();
    service.chroot.unwrap_or(stands && by_default)
}

/// `queue_directory`.
pub(crate) fn queue_directory(cx: &Cx<'_>) -> String {
    normal(&cx.model.text(Scope::Main, "queue_directory"))
}

/// Where a socket path leads that a program of Postfix connects to: relative
/// to the queue directory, and in the jail an absolute one too.
// master(8): programs run in the queue directory; chroot_uid.c
pub(crate) fn socket_path(cx: &Cx<'_>, path: &str, chroot: bool) -> String {
    match path.starts_with('/') && !chroot {
        true => normal(path),
        false => normal(&format!("{}/{path}", queue_directory(cx))),
    }
}

/// Whether a socket of Dovecot is the one that Postfix looks for. Where the
/// queue directory may be another one, the end of the path decides.
pub(crate) fn is_same_socket(cx: &Cx<'_>, wanted: &str, written: &str, listener: &str) -> bool {
    let is_unseen = cx.model.given.main_cf != Presence::Whole && !cx.model.is_set(Scope::Main, "queue_directory");
    wanted == listener || is_unseen && !written.starts_with('/') && listener.ends_with(&normal(written))
}

/// Parameters whose value is `transport:nexthop`.
const TRANSPORTS: &[&str] = &["virtual_transport", "mailbox_transport", "local_transport", "relay_transport"];

/// Where mail goes that Dovecot may take: values of the transport parameters
/// and of transport tables whose text was given.
pub(crate) fn deliveries(cx: &Cx<'_>) -> Vec<Delivery> {
    let mut found = Vec::new();
    for param in TRANSPORTS {
        let Some(value) = cx.model.value(Scope::Main, param) else { continue };
        if let (true, Some(place)) = (value.is_set(), value_place(&value)) {
            found.extend(delivery(cx, param, value.as_str(), place));
        }
    }
    for used in cx.model.table_uses().iter().filter(|used| used.role == TableRole::Transport) {
        let TableContent::Text(table, _) = cx.model.table_content(&used.table) else { continue };
        for entry in table.entries() {
            if found.len() >= MAX_WAYS {
                return found;
            }
            if let Some(place) = entry.value.span() {
                found.extend(delivery(cx, &used.param, entry.value.as_str().trim(), place));
            }
        }
    }
    found
}

fn delivery(cx: &Cx<'_>, param: &str, text: &str, place: Span) -> Option<Delivery> {
    let (transport, nexthop) = text.split_once(':').unwrap_or((text, ""));
    let is_it = |service: &&Service| service.name == transport && service.kind == "unix";
    let command = cx.model.services.iter().find(is_it).map(|service| service.command.as_str());
    let way = match command {
        Some("pipe") => Way::Pipe(pipe_words(cx, transport)),
        Some("lmtp") => lmtp(nexthop)?,
        None if transport == "lmtp" => lmtp(nexthop)?,
        Some(_) | None => return None,
    };
    Some(Delivery { param: param.to_owned(), place, transport: transport.to_owned(), way })
}

/// The next hop of an LMTP client.
// lmtp(8), smtp_connect.c
fn lmtp(nexthop: &str) -> Option<Way> {
    if let Some(path) = nexthop.strip_prefix("unix:") {
        return Some(Way::Unix(path.trim().to_owned()));
    }
    let address = nexthop.strip_prefix("inet:").unwrap_or(nexthop).trim();
    if address.is_empty() {
        return None;
    }
    let (host, port) = match address.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => match address.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (address, None),
        },
    };
    let port = match port {
        None | Some("" | "lmtp") => 24,
        Some(port) => port.parse().ok()?,
    };
    Some(Way::Inet(host.to_owned(), port))
}

fn pipe_words(cx: &Cx<'_>, name: &str) -> Vec<String> {
    let entry = master::services(cx).filter(|entry| entry.name.text == name && entry.command.text == "pipe").last();
    entry.map(|entry| entry.arguments.iter().map(|word| word.text.clone()).collect()).unwrap_or_default()
}

/// Whether the words run Dovecot's local delivery agent.
pub(crate) fn runs_lda(words: &[String]) -> bool {
    words.iter().any(|word| {
        let path = word.strip_prefix("argv=").unwrap_or(word);
        path.ends_with("/dovecot-lda") || path.ends_with("/dovecot/deliver") || path.ends_with("/dovecot-lda-wrapper")
    })
}

/// The place of a value of main.cf as it is written.
pub(crate) fn main_place(cx: &Cx<'_>, param: &str) -> Option<Span> {
    cx.model.value(Scope::Main, param).filter(Value::is_set).and_then(|value| value_place(&value))
}
