//! Sockets that Dovecot listens on, and who may connect to them.

use super::{Block, Dovecot, words};
use postproof_diag::Span;
use postproof_syntax::dovecot::Setting;

/// A `unix_listener` of a service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnixSocket<'d, 'a> {
    /// Its section.
    pub(crate) block: Block<'d, 'a>,
    /// The service around it.
    pub(crate) service: Block<'d, 'a>,
    dovecot: &'d Dovecot<'a>,
}

/// An `inet_listener` of a service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InetSocket<'d, 'a> {
    /// Its section.
    pub(crate) block: Block<'d, 'a>,
    /// The service around it.
    pub(crate) service: Block<'d, 'a>,
}

/// Whether a program may connect to a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// It may.
    Granted,
    /// It may not.
    Denied,
    /// A group decides whose members are not known.
    Unknown,
}

impl<'a> Dovecot<'a> {
    /// Every written unix_listener.
    pub(crate) fn unix_sockets(&self) -> impl Iterator<Item = UnixSocket<'_, 'a>> {
        self.services().flat_map(move |service| {
            service.children("unix_listener").map(move |block| UnixSocket { block, service, dovecot: self })
        })
    }

    /// Every written inet_listener.
    pub(crate) fn inet_sockets(&self) -> impl Iterator<Item = InetSocket<'_, 'a>> {
        self.services()
            .flat_map(|service| service.children("inet_listener").map(move |block| InetSocket { block, service }))
    }

    /// `base_dir`.
    pub(crate) fn base_dir(&self) -> String {
        words::normal(self.text("base_dir", "/run/dovecot"))
    }

    /// A user or group as it is meant: `$default_internal_user` opened.
    fn account(&self, setting: Option<&'a Setting>) -> String {
        let text = setting.map_or("", |setting| setting.value.as_str()).trim();
        let name = text.strip_prefix("$SET:").or(text.strip_prefix('$')).unwrap_or("");
        match name {
            "" => text.to_owned(),
            "default_internal_user" => self.text("default_internal_user", "dovecot").to_owned(),
            "default_internal_group" => self.text("default_internal_group", "dovecot").to_owned(),
            "default_login_user" => self.text("default_login_user", "dovenull").to_owned(),
            name => self.get(name).map_or_else(|| text.to_owned(), |setting| setting.value.as_str().to_owned()),
        }
    }
}

impl<'d, 'a> UnixSocket<'d, 'a> {
    /// The name as written.
    pub(crate) fn name(&self) -> &'a str {
        let name = self.block.text("path").filter(|path| !path.is_empty());
        name.unwrap_or_else(|| self.block.label_text())
    }

    /// The absolute path: names without a slash in front lie in base_dir
    /// (service.c, service_create_file_listener).
    pub(crate) fn path(&self) -> String {
        let name = self.name();
        if name.starts_with('/') { words::normal(name) } else { format!("{}/{name}", self.dovecot.base_dir()) }
    }

    /// Where it is named.
    pub(crate) fn span(&self) -> Option<Span> {
        self.block.span()
    }

    /// Its mode; nothing for what can't be read.
    pub(crate) fn mode(&self) -> Option<u32> {
        match self.block.get("mode") {
            Some(setting) => words::mode(setting.value.as_str()),
            None => Some(self.default_mode()),
        }
    }

    /// Whether `mode = 0` takes it away (service.c: such listeners are left out).
    pub(crate) fn is_off(&self) -> bool {
        self.mode() == Some(0)
    }

    // The listeners that Dovecot has by itself: auth-settings.c, lmtp-settings.c,
    // stats-settings.c; all else: master-settings.c, file_listener_default_settings.
    fn default_mode(&self) -> u32 {
        match (self.service.label_text(), self.name()) {
            ("auth", "auth-userdb" | "login/login" | "login") | ("lmtp", "lmtp") => 0o666,
            ("stats", "stats-writer") => 0o660,
            _ => 0o600,
        }
    }

    /// The user that owns it; empty: root.
    pub(crate) fn user(&self) -> String {
        match self.block.get("user") {
            None if self.service.label_text() == "auth" && self.name() == "auth-userdb" => "dovecot".to_owned(),
            setting => self.dovecot.account(setting),
        }
    }

    /// The group that owns it; empty: root.
    pub(crate) fn group(&self) -> String {
        self.dovecot.account(self.block.get("group"))
    }

    /// Whether a program of `user` may connect: that takes write permission
    /// (unix(7)). Its own group is taken to have its name.
    pub(crate) fn access(&self, user: &str) -> Access {
        let Some(mode) = self.mode() else { return Access::Unknown };
        let (owner, group) = (self.user(), self.group());
        let is_odd = |name: &str| name.contains(['$', '%']) || name.bytes().all(|byte| byte.is_ascii_digit());
        if user == "root" {
            return Access::Granted;
        }
        if (!owner.is_empty() && is_odd(&owner)) || (!group.is_empty() && is_odd(&group)) {
            return Access::Unknown;
        }
        let granted = |bits: u32| if mode & bits != 0 { Access::Granted } else { Access::Denied };
        if owner == user {
            return granted(0o200);
        }
        if group == user {
            return granted(0o020);
        }
        match group.as_str() {
            "" | "root" => granted(0o002),
            _ if mode & 0o020 != 0 && mode & 0o002 != 0 => Access::Granted,
            _ if mode & 0o022 == 0 => Access::Denied,
            _ => Access::Unknown,
        }
    }
}

impl<'d, 'a> InetSocket<'d, 'a> {
    /// The port; nothing if none is written or it is no number.
    pub(crate) fn port(&self) -> Option<u16> {
        match self.block.text("port") {
            Some(text) => text.trim().parse().ok(),
            None => default_port(self.service.label_text(), self.block.label_text()),
        }
    }

    /// The place of the port, else of the section.
    pub(crate) fn span(&self) -> Option<Span> {
        self.block.get("port").and_then(|setting| setting.value.span()).or(self.block.span())
    }

    /// The addresses written for it; empty: those of `listen`.
    pub(crate) fn addresses(&self) -> &'a str {
        self.block.text("listen").or_else(|| self.block.text("address")).unwrap_or_default()
    }
}

/// Whether an address or name is that of this host itself.
pub(crate) fn is_local_address(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Ports of the listeners that Dovecot has by itself.
// imap-login-settings.c, pop3-login-settings.c, submission-login-settings.c,
// managesieve-login-settings.c
pub(crate) fn default_port(service: &str, listener: &str) -> Option<u16> {
    match (service, listener) {
        ("imap-login", "imap") => Some(143),
        ("imap-login", "imaps") => Some(993),
        ("pop3-login", "pop3") => Some(110),
        ("pop3-login", "pop3s") => Some(995),
        ("submission-login", "submission") => Some(587),
        ("submission-login", "submissions") => Some(465),
        ("managesieve-login", "sieve") => Some(4190),
        _ => None,
    }
}
