//! The ports that Dovecot listens on, those it has by itself included.

use super::sockets::is_local_address;
use super::{Dovecot, lists, words};
use postproof_diag::Span;

/// One port.
#[derive(Clone, Debug)]
pub(crate) struct Port {
    /// The service: `imap-login`.
    pub(crate) service: String,
    /// The listener: `imaps`.
    pub(crate) listener: String,
    /// Its number.
    pub(crate) number: u16,
    /// Its addresses as written; empty: all that `listen` names.
    pub(crate) addresses: String,
    /// What says so: the port, the section or the list of protocols.
    pub(crate) span: Option<Span>,
}

/// Services of a protocol with the listeners that they have by themselves.
const BUILT_IN: &[(&str, &str, &[&str])] = &[
    ("imap", "imap-login", &["imap", "imaps"]),
    ("pop3", "pop3-login", &["pop3", "pop3s"]),
    ("submission", "submission-login", &["submission", "submissions"]),
    ("sieve", "managesieve-login", &["sieve"]),
];

impl<'a> Dovecot<'a> {
    /// Every port of the protocols that are switched on and of other services.
    pub(crate) fn ports(&self) -> Vec<Port> {
        let protocols = self.list("", "protocols");
        let mut found = Vec::new();
        for (protocol, service, listeners) in BUILT_IN {
            if !lists::has(protocols.as_deref(), protocol) {
                continue;
            }
            let listed = protocols.iter().flatten().find(|word| word.text.eq_ignore_ascii_case(protocol));
            for listener in listeners.iter().filter(|one| **one != "submissions" || self.is_new) {
                let is_written = self
                    .inet_sockets()
                    .any(|socket| socket.service.label_text() == *service && socket.block.label_text() == *listener);
                if let (false, Some(number)) = (is_written, super::sockets::default_port(service, listener)) {
                    found.push(Port {
                        service: (*service).to_owned(),
                        listener: (*listener).to_owned(),
                        number,
                        addresses: self.text("listen", "").to_owned(),
                        span: listed.and_then(|word| word.span),
                    });
                }
            }
        }
        for socket in self.inet_sockets() {
            let service = socket.service.label_text();
            let of = BUILT_IN.iter().find(|(_, name, _)| *name == service).map(|(protocol, ..)| *protocol);
            let is_off = of.is_some_and(|protocol| protocols.is_some() && !lists::has(protocols.as_deref(), protocol));
            if let (false, Some(number)) = (is_off, socket.port().filter(|number| *number != 0)) {
                let own = socket.addresses();
                found.push(Port {
                    service: service.to_owned(),
                    listener: socket.block.label_text().to_owned(),
                    number,
                    addresses: if own.is_empty() { self.text("listen", "").to_owned() } else { own.to_owned() },
                    span: socket.span(),
                });
            }
        }
        found
    }
}

impl Port {
    /// Whether one of its addresses is the host (nothing: all of this host).
    pub(crate) fn overlaps(&self, host: Option<&str>) -> bool {
        let own: Vec<&str> = words::split(&self.addresses).into_iter().map(|(_, word)| word).collect();
        let is_all = |address: &&str| ["*", "::", "0.0.0.0", "[::]"].contains(address);
        let (all, Some(host)) = (own.is_empty() || own.iter().any(is_all), host) else { return true };
        let same = |address: &&str| {
            let bare = address.trim_start_matches('[').trim_end_matches(']');
            bare.eq_ignore_ascii_case(host) || is_local_address(bare) && is_local_address(host)
        };
        all || own.iter().any(same)
    }
}
