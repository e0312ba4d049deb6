//! An absolute socket path that means another place inside the jail.

use crate::support::cross::{AuthSocket, auth_sockets};
use crate::support::dovecot::words::normal;
use crate::support::mail_paths::queue_directory;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "x-auth-socket-chroot",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["SASL_README «Configuring Dovecot SASL»", "master(5) chroot", "postconf(5) queue_directory"],
    docs: docs!("auth_socket_chroot"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    for AuthSocket { used, wanted, here, .. } in auth_sockets(cx, dovecot) {
        let in_jail = used.chroot && wanted.written.starts_with('/');
        if !in_jail || here.is_some() {
            continue;
        }
        let outside = dovecot.unix_sockets().find(|socket| socket.path() == normal(&wanted.written));
        if outside.is_none() && dovecot.is_partial {
            continue;
        }
        let found = out.report(&RULE, used.place(), message(&wanted.written, &wanted.path), WHY);
        found.related.extend(outside.and_then(|socket| socket.span()).map(|span| Label::noted(span, OPENED)));
        let service =
            cx.model.services.iter().find(|service| postproof_model::Scope::Service(service.id) == used.scope);
        found.related.extend(service.and_then(|service| service.name_span).map(|span| Label::noted(span, JAIL)));
        found.help = Some(help(&queue_directory(cx)));
    }
}

fn message(path: &str, meant: &str) -> Text {
    text!(
        "smtpd runs in the jail of the queue directory, where `{path}` means `{meant}`, and Dovecot opens no socket there",
        "smtpd는 큐 디렉터리로 chroot되어 있어 `{path}` 경로가 `{meant}` 경로를 뜻하지만 Dovecot은 그곳에 소켓을 열지 않습니다"
    )
}

fn help(queue: &str) -> Text {
    text!(
        "Let Dovecot listen at `{queue}/private/auth` and set `smtpd_sasl_path = private/auth`, which is right in the jail and outside.",
        "Dovecot이 `{queue}/private/auth` 소켓을 열게 하고 `smtpd_sasl_path = private/auth` 값을 쓰십시오. 이 값은 chroot 안팎에서 모두 맞습니다."
    )
}

const OPENED: Text = Text::fixed("Dovecot's socket lies outside the jail", "Dovecot의 소켓은 chroot 밖에 있습니다");
const JAIL: Text = Text::fixed("this service runs in the jail", "이 서비스는 chroot 안에서 실행됩니다");
const WHY: Text = Text::fixed(
    "In the jail every path begins at the queue directory, so the connection fails and nobody can log in to send mail.",
    "chroot 안에서는 모든 경로가 큐 디렉터리에서 시작하므로 접속이 실패하고 아무도 로그인해서 메일을 보낼 수 없습니다.",
);
