//! Services of master.cf.

use postproof_diag::Span;
use postproof_syntax::master_cf::{self, Override};

/// Number of a service in [`Model::services`](crate::Model::services).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(pub usize);

/// Where a value is asked for: `-o` options count only in their service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// main.cf alone.
    Main,
    /// One service.
    Service(ServiceId),
}

/// One service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its number.
    pub id: ServiceId,
    /// Its name field: `smtp`, `submission`, `127.0.0.1:10025`.
    pub name: String,
    /// `inet`, `unix`, `pass` …
    pub kind: String,
    /// The program: `smtpd`.
    pub command: String,
    /// `-o` options, in order.
    pub overrides: Vec<Override>,
    /// The address of an inet service.
    pub endpoint: Option<Endpoint>,
    /// Who can connect.
    pub exposure: Exposure,
    /// Whether it runs in the chroot jail; nothing: master.cf leaves it to the
    /// compatibility level.
    pub chroot: Option<bool>,
    /// The entry in master.cf; nothing for a stock entry that is assumed.
    pub span: Option<Span>,
    /// Where its name stands.
    pub name_span: Option<Span>,
}

/// Address of an inet service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Host part, brackets removed; nothing: every address of inet_interfaces.
    pub host: Option<String>,
    /// Port as written: a number or a service name.
    pub port: String,
    /// The number of the port, if it is one or a name from /etc/services that
    /// mail servers use.
    pub port_number: Option<u16>,
}

/// Who can connect to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// Hosts of the network.
    Network,
    /// This host only: a loopback address.
    Loopback,
    /// Programs of this host through a socket of the file system.
    Socket,
    /// Only what another service hands over (`pass`, behind postscreen).
    Passed,
}

impl Service {
    /// Whether it runs smtpd.
    pub fn is_smtpd(&self) -> bool {
        self.command == "smtpd"
    }

    /// Whether it is assumed: master.cf was not given.
    pub fn is_assumed(&self) -> bool {
        self.span.is_none()
    }

    /// The value of the last `-o` for `name`, as written.
    pub fn option(&self, name: &str) -> Option<&Override> {
        self.overrides.iter().rev().find(|option| option.name == name)
    }

    /// `submission (port 587)`, as people say it.
    pub fn label(&self) -> String {
        match &self.endpoint {
            Some(Endpoint { port_number: Some(number), .. })
                if number.to_string() != self.name && !self.name.contains(':') =>
            {
                format!("{} (port {number})", self.name)
            }
            Some(_) | None => self.name.clone(),
        }
    }
}

impl Service {
    /// A service as master.cf gives it.
    pub(crate) fn written(id: ServiceId, entry: &master_cf::Service) -> Self {
        Self {
            span: Some(entry.span),
            name_span: entry.name.span,
            overrides: entry.overrides.clone(),
            ..Self::unplaced(id, &entry.name.text, &entry.kind.text, &entry.command.text, &entry.chroot.text)
        }
    }

    /// A service without a place: an entry of the stock master.cf.
    pub(crate) fn unplaced(id: ServiceId, name: &str, kind: &str, command: &str, chroot: &str) -> Self {
        let endpoint = (kind == "inet").then(|| endpoint(name));
        Self {
            id,
            name: name.to_owned(),
            kind: kind.to_owned(),
            command: command.to_owned(),
            overrides: Vec::new(),
            exposure: match kind {
                "inet" => Exposure::Network,
                "pass" => Exposure::Passed,
                _ => Exposure::Socket,
            },
            endpoint,
            chroot: match chroot {
                "y" => Some(true),
                "n" => Some(false),
                _ => None,
            },
            span: None,
            name_span: None,
        }
    }

    /// Tells network from loopback once inet_interfaces is known
    /// (master_ent.c: a service without a host listens on every address of it).
    pub(crate) fn set_exposure(&mut self, inet_interfaces: &str) {
        if self.exposure != Exposure::Network {
            return;
        }
        let on_loopback = match self.endpoint.as_ref().and_then(|endpoint| endpoint.host.as_deref()) {
            Some(host) => is_loopback(host),
            None => {
                let mut hosts =
                    inet_interfaces.split([',', ' ', '\t', '\r', '\n']).filter(|host| !host.is_empty()).peekable();
                hosts.peek().is_some() && hosts.all(|host| host == "loopback-only" || is_loopback(host))
            }
        };
        if on_loopback {
            self.exposure = Exposure::Loopback;
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// `[host:]port` (master_ent.c: the last colon separates, brackets protect).
fn endpoint(name: &str) -> Endpoint {
    let (host, port) = match name.rsplit_once(':') {
        Some((host, port)) => (Some(host.trim_start_matches('[').trim_end_matches(']')), port),
        None => (None, name),
    };
    // Names that services(5) gives to the ports of mail servers.
    let port_number = match port {
        "smtp" => Some(25),
        "submission" => Some(587),
        "smtps" | "submissions" | "urd" | "ssmtp" => Some(465),
        "lmtp" => Some(24),
        "qmqp" => Some(628),
        number => number.parse().ok(),
    };
    let host = host.filter(|host| !host.is_empty()).map(str::to_owned);
    Endpoint { host, port: port.to_owned(), port_number }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exposure(name: &str, interfaces: &str) -> Exposure {
        let mut service = Service::unplaced(ServiceId(0), name, "inet", "smtpd", "-");
        service.set_exposure(interfaces);
        service.exposure
    }

    #[test]
    fn a_loopback_address_is_not_the_network() {
        assert_eq!(exposure("127.0.0.1:10025", "all"), Exposure::Loopback);
        assert_eq!(exposure("[::1]:10025", "all"), Exposure::Loopback);
        assert_eq!(exposure("smtp", "all"), Exposure::Network);
        assert_eq!(exposure("smtp", "loopback-only"), Exposure::Loopback);
        assert_eq!(exposure("smtp", "localhost, 192.0.2.1"), Exposure::Network);
        assert_eq!(exposure("192.0.2.1:smtp", "loopback-only"), Exposure::Network);
    }

    #[test]
    fn ports_have_numbers_and_labels() {
        let service = Service::unplaced(ServiceId(0), "submission", "inet", "smtpd", "-");
        assert_eq!(service.label(), "submission (port 587)");
        assert_eq!(
            endpoint("[2001:db8::1]:smtps"),
            Endpoint { host: Some("2001:db8::1".into()), port: "smtps".into(), port_number: Some(465) }
        );
    }
}
