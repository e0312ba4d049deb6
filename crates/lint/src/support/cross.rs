//! What several cross-checks of Postfix and Dovecot share.

use super::dovecot::Dovecot;
use super::dovecot::sockets::{InetSocket, UnixSocket, is_local_address};
use super::mail_paths::{Delivery, SaslUse, Way, deliveries, is_chrooted, is_same_socket, sasl_uses, socket_path};
use crate::Cx;
use postproof_diag::{Span, Text, text};

/// A socket that Postfix connects to.
pub(crate) struct Wanted {
    /// As written.
    pub(crate) written: String,
    /// Where that leads.
    pub(crate) path: String,
}

/// One place where Postfix asks for logins, and what Dovecot has there.
pub(crate) struct AuthSocket<'d, 'a> {
    /// The side of Postfix.
    pub(crate) used: SaslUse,
    /// The socket asked for.
    pub(crate) wanted: Wanted,
    /// Dovecot's listener at that path.
    pub(crate) here: Option<UnixSocket<'d, 'a>>,
    /// Listeners for other programs at other paths.
    pub(crate) others: Vec<UnixSocket<'d, 'a>>,
    /// A listener at that path of a service that does not answer logins.
    pub(crate) elsewhere: Option<UnixSocket<'d, 'a>>,
}

/// Listeners that Dovecot's own programs use (auth-settings.c).
const OWN: &[&str] =
    &["login/login", "login", "token-login/tokenlogin", "auth-login", "auth-client", "auth-userdb", "auth-master"];

/// Every `smtpd_sasl_path` that is a socket of this host.
pub(crate) fn auth_sockets<'d, 'a>(cx: &Cx<'_>, dovecot: &'d Dovecot<'a>) -> Vec<AuthSocket<'d, 'a>> {
    let mut found = Vec::new();
    for used in sasl_uses(cx) {
        let text = used.path.as_str();
        if text.starts_with("inet:") || text.contains('$') {
            continue;
        }
        let written = text.strip_prefix("unix:").unwrap_or(text).to_owned();
        let path = socket_path(cx, &written, used.chroot);
        let mut socket =
            AuthSocket { used, wanted: Wanted { written, path }, here: None, others: Vec::new(), elsewhere: None };
        for one in dovecot.unix_sockets().filter(|one| !one.is_off()) {
            let is_it = is_same_socket(cx, &socket.wanted.path, &socket.wanted.written, &one.path());
            match (answers_logins(&one), is_it) {
                (true, true) => socket.here = Some(one),
                (false, true) => socket.elsewhere = Some(one),
                (true, false) if !OWN.contains(&one.name()) => socket.others.push(one),
                (true | false, false) => {}
            }
        }
        found.push(socket);
    }
    found
}

/// Whether a listener speaks the protocol of logins: those of `service auth`
/// and of further services that run its program.
fn answers_logins(socket: &UnixSocket<'_, '_>) -> bool {
    let executable = socket.service.text("executable").unwrap_or_default();
    let program = executable.split_whitespace().next().unwrap_or_default();
    socket.service.label_text() == "auth" || program == "auth" || program.ends_with("/auth")
}

/// A place that stands for all of Dovecot's configuration.
pub(crate) fn anchor(dovecot: &Dovecot<'_>) -> Option<Span> {
    let service = dovecot.service("auth").and_then(|block| block.span());
    let first = dovecot.all().find_map(|block| block.settings().next()).map(|setting| setting.name_span);
    service.or(first)
}

/// What keeps a user from a socket: the setting to change, and the sentence.
pub(crate) fn denied(socket: &UnixSocket<'_, '_>, user: &str) -> (Option<Span>, Text) {
    let block = socket.block;
    let mode = format!("{:04o}", socket.mode().unwrap_or_default() & 0o7777);
    let or_root = |name: String| if name.is_empty() { "root".to_owned() } else { name };
    let (owner, group) = (or_root(socket.user()), or_root(socket.group()));
    let place = ["user", "group", "mode"].iter().find_map(|name| block.get(name)).and_then(|one| one.value.span());
    let path = socket.path();
    let message = text!(
        "the user `{user}` of Postfix may not connect to `{path}`, which has mode {mode}, owner `{owner}` and group `{group}`",
        "Postfix의 `{user}` 사용자는 `{path}` 소켓에 접속할 수 없습니다. 모드는 {mode}, 소유자는 `{owner}`, 그룹은 `{group}`입니다"
    );
    (place.or(socket.span()), message)
}

/// One delivery by LMTP, and what Dovecot has for it.
pub(crate) struct LmtpUse<'d, 'a> {
    /// The side of Postfix.
    pub(crate) delivery: Delivery,
    /// The socket asked for, if it is one.
    pub(crate) wanted: Option<Wanted>,
    /// Dovecot's listener at that path.
    pub(crate) here: Option<UnixSocket<'d, 'a>>,
    /// Other listeners of `service lmtp`.
    pub(crate) others: Vec<UnixSocket<'d, 'a>>,
    /// A listener at that path of another service.
    pub(crate) elsewhere: Option<UnixSocket<'d, 'a>>,
    /// The host and port asked for.
    pub(crate) address: Option<(String, u16)>,
    /// The inet listeners of `service lmtp`.
    pub(crate) ports: Vec<InetSocket<'d, 'a>>,
}

/// The deliveries by LMTP that are meant for Dovecot: to a path that names it
/// or that it opens, or with Dovecot's LMTP configured at all.
pub(crate) fn lmtp_uses<'d, 'a>(cx: &Cx<'_>, dovecot: &'d Dovecot<'a>) -> Vec<LmtpUse<'d, 'a>> {
    let mut found: Vec<LmtpUse<'d, 'a>> = Vec::new();
    let has_lmtp = dovecot.service("lmtp").is_some()
        || super::dovecot::lists::has(dovecot.list("", "protocols").as_deref(), "lmtp");
    for delivery in deliveries(cx) {
        if found.iter().any(|known| known.delivery.way == delivery.way) {
            continue;
        }
        let mut one = LmtpUse {
            delivery,
            wanted: None,
            here: None,
            others: Vec::new(),
            elsewhere: None,
            address: None,
            ports: Vec::new(),
        };
        match one.delivery.way.clone() {
            Way::Unix(written) => {
                if !(names_dovecot(&written) || has_lmtp && !names_other(&written)) {
                    continue;
                }
                let chroot = cx.model.services.iter().find(|service| service.name == one.delivery.transport);
                let path = socket_path(cx, &written, chroot.is_some_and(|service| is_chrooted(cx, service)));
                one.sockets(cx, dovecot, &written, &path);
                one.wanted = Some(Wanted { written, path });
            }
            Way::Inet(host, port) => {
                if !(names_dovecot(&host) || has_lmtp && is_local_address(&host)) {
                    continue;
                }
                one.ports = dovecot.inet_sockets().filter(|socket| socket.service.label_text() == "lmtp").collect();
                one.address = Some((host, port));
            }
            Way::Pipe(_) => continue,
        }
        found.push(one);
    }
    found
}

impl<'d, 'a> LmtpUse<'d, 'a> {
    fn sockets(&mut self, cx: &Cx<'_>, dovecot: &'d Dovecot<'a>, written: &str, path: &str) {
        for socket in dovecot.unix_sockets().filter(|socket| !socket.is_off()) {
            let is_lmtp = socket.service.label_text() == "lmtp";
            match (is_lmtp, is_same_socket(cx, path, written, &socket.path())) {
                (true, true) => self.here = Some(socket),
                (false, true) => self.elsewhere = Some(socket),
                (true, false) if socket.name() != "lmtp" => self.others.push(socket),
                (true | false, false) => {}
            }
        }
    }
}

fn names_dovecot(text: &str) -> bool {
    text.to_ascii_lowercase().contains("dovecot")
}

/// Programs that take LMTP too.
fn names_other(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["cyrus", "amavis", "dspam", "mailman", "crm114", "zarafa", "kopano", "dbmail", "rspamd", "spam"]
        .iter()
        .any(|name| text.contains(name))
}

/// Whether a protocol is switched off: the list that says so, or in 2.4 the
/// empty default. Nothing where a file that was not given may say otherwise.
pub(crate) fn protocol_off(dovecot: &Dovecot<'_>, name: &str) -> Option<Option<Span>> {
    if dovecot.has_unseen && !dovecot.is_dump {
        return None;
    }
    let Some(list) = dovecot.list("", "protocols") else { return dovecot.is_new.then_some(None) };
    let is_there = list.iter().any(|word| word.text.eq_ignore_ascii_case(name) || word.text.contains(['$', '%']));
    let place = dovecot.get("protocols").map(|setting| setting.value.span().unwrap_or(setting.name_span));
    (!is_there).then(|| place.or(list.iter().find_map(|word| word.span)))
}
