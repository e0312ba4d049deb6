//! Services of master.cf.

use postproof_diag::Span;
use postproof_syntax::master_cf::Override;

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
