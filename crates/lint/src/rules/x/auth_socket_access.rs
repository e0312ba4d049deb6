//! The socket for logins is there, but Postfix may not connect to it.

use crate::support::cross::{AuthSocket, auth_sockets, denied};
use crate::support::dovecot::sockets::Access;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};
use postproof_model::Scope;

pub(crate) static RULE: Rule = Rule {
    name: "x-auth-socket-access",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["postconf(5) mail_owner", "Dovecot manual, unix_listener mode, user, group", "unix(7)"],
    docs: docs!("auth_socket_access"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let owner = cx.model.text(Scope::Main, "mail_owner");
    for AuthSocket { used, wanted, here, .. } in auth_sockets(cx, dovecot) {
        let Some(socket) = here else {
            // auth-settings.c: these are there by themselves, mode 0600, for the internal user.
            let own = ["auth-client", "auth-login"]
                .iter()
                .any(|name| wanted.path == format!("{}/{name}", dovecot.base_dir()));
            let is_written = dovecot.unix_sockets().any(|socket| socket.path() == wanted.path);
            if own && !is_written && !dovecot.is_partial {
                let found = out.report(&RULE, used.place(), default_socket(&wanted.path, &owner), WHY);
                found.help = Some(help(&owner));
            }
            continue;
        };
        if socket.access(&owner) != Access::Denied {
            continue;
        }
        let (Some(place), message) = denied(&socket, &owner) else { continue };
        let found = out.report(&RULE, place, message, WHY);
        found.related.push(Label::noted(used.place(), ASKED));
        found.help = Some(help(&owner));
    }
}

fn default_socket(path: &str, owner: &str) -> Text {
    text!(
        "`{path}` is Dovecot's own socket with mode 0600, and the user `{owner}` may not connect to it",
        "`{path}` 소켓은 Dovecot이 모드 0600으로 여는 기본 소켓이며 `{owner}` 사용자는 접속할 수 없습니다"
    )
}

fn help(owner: &str) -> Text {
    text!(
        "Give the listener `mode = 0660`, `user = {owner}` and `group = {owner}`.",
        "이 리스너에 `mode = 0660`, `user = {owner}`, `group = {owner}` 값을 지정하십시오."
    )
}

const ASKED: Text = Text::fixed("Postfix asks for logins here", "Postfix가 로그인을 묻는 곳입니다");
const WHY: Text = Text::fixed(
    "smtpd runs as that user; the connection fails with «Permission denied», and no client can log in to send mail.",
    "smtpd는 그 사용자로 실행되므로 접속이 «Permission denied» 오류로 실패하고 어떤 클라이언트도 로그인해서 메일을 보낼 수 없습니다.",
);
