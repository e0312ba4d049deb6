//! Postfix asks for logins at a socket that Dovecot does not open.

use crate::support::cross::{AuthSocket, anchor, auth_sockets};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "x-auth-socket-path",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &[
        "postconf(5) smtpd_sasl_path",
        "SASL_README «Configuring Dovecot SASL»",
        "Dovecot manual, service auth, unix_listener",
    ],
    docs: docs!("auth_socket_path"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    for AuthSocket { used, wanted, here, others, elsewhere } in auth_sockets(cx, dovecot) {
        // An absolute path in the jail is x-auth-socket-chroot's.
        if here.is_some() || (used.chroot && wanted.written.starts_with('/')) {
            continue;
        }
        let (message, place, note) = match (elsewhere, others.first()) {
            (Some(other), _) => (wrong_service(&wanted.path, other.service.label_text()), other.span(), OPENED),
            (None, Some(other)) => (other_path(&wanted.path, &other.path()), other.span(), OPENED),
            (None, None) if dovecot.is_partial => continue,
            (None, None) => (no_socket(&wanted.path), anchor(dovecot), NONE_HERE),
        };
        let found = out.report(&RULE, used.place(), message, WHY);
        found.related.extend(place.map(|span| Label::noted(span, note)));
        found.help = Some(help(&wanted.path));
    }
}

fn wrong_service(path: &str, service: &str) -> Text {
    text!(
        "Postfix asks for logins at `{path}`, which Dovecot opens in `service {service}`; only `service auth` answers such questions",
        "Postfix는 `{path}` 소켓에 로그인을 묻지만 Dovecot은 그 소켓을 `service {service}` 섹션에서 엽니다. 이 물음에는 `service auth` 서비스만 답합니다"
    )
}

fn other_path(path: &str, other: &str) -> Text {
    text!(
        "Postfix asks for logins at `{path}`, but the socket that Dovecot opens for them is `{other}`",
        "Postfix는 `{path}` 소켓에 로그인을 묻지만 Dovecot이 여는 소켓은 `{other}`입니다"
    )
}

fn no_socket(path: &str) -> Text {
    text!(
        "Postfix asks for logins at `{path}`, where Dovecot opens no socket",
        "Postfix는 `{path}` 소켓에 로그인을 묻지만 Dovecot은 그곳에 소켓을 열지 않습니다"
    )
}

fn help(path: &str) -> Text {
    text!(
        "Put `unix_listener {path}` into `service auth`, with `mode = 0660`, `user = postfix` and `group = postfix`.",
        "`service auth` 섹션에 `unix_listener {path}` 섹션을 두고 `mode = 0660`, `user = postfix`, `group = postfix` 값을 지정하십시오."
    )
}

const OPENED: Text = Text::fixed("Dovecot opens this socket", "Dovecot이 여는 소켓은 이것입니다");
const NONE_HERE: Text =
    Text::fixed("no listener of Dovecot has that path", "Dovecot의 리스너 가운데 그 경로를 가진 것이 없습니다");
const WHY: Text = Text::fixed(
    "smtpd can't connect to the socket: it announces no AUTH or answers 4xx, so that nobody can log in to send mail.",
    "smtpd가 소켓에 접속하지 못해 AUTH를 알리지 않거나 4xx로 답하므로 아무도 로그인해서 메일을 보낼 수 없습니다.",
);
