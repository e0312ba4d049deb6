//! dovecot-lda runs as a user that may not ask for other users.

use crate::support::cross::anchor;
use crate::support::dovecot::Dovecot;
use crate::support::dovecot::logins::userdb_drivers;
use crate::support::dovecot::sockets::Access;
use crate::support::mail_paths::{Way, deliveries, runs_lda};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "x-lda-userdb-socket",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, dovecot-lda, auth-userdb", "auth-master-connection.c", "pipe(8) user"],
    docs: docs!("lda_userdb_socket"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    for delivery in deliveries(cx) {
        let Way::Pipe(words) = &delivery.way else { continue };
        let by_name = words.iter().any(|word| word == "-d");
        let user = words.iter().find_map(|word| word.strip_prefix("user=")).and_then(|user| user.split(':').next());
        let (true, true, Some(user)) = (runs_lda(words), by_name, user) else { continue };
        if words.iter().any(|word| word.ends_with("sudo") || word.contains("userdb_socket")) || user == "dovecot" {
            continue;
        }
        let socket =
            dovecot.unix_sockets().find(|one| one.service.label_text() == "auth" && one.name() == "auth-userdb");
        let service = cx.model.services.iter().find(|service| service.name == delivery.transport);
        let (place, related, message) = match socket {
            Some(socket) if socket.access(user) == Access::Denied => (socket.span(), service, denied(user)),
            // Mode 0666 lets anybody connect, but tells each user only about itself
            // (auth-master-connection.c, user_callback).
            // What it tells is enough where all users have that uid.
            Some(socket) if socket.mode() == Some(0o666) && socket.user() != user && system_users(dovecot) => {
                (socket.span(), service, self_only(user))
            }
            Some(_) => continue,
            None if dovecot.is_partial || !system_users(dovecot) => continue,
            None => (service.and_then(|service| service.name_span), None, self_only(user)),
        };
        let Some(place) = place else { continue };
        let found = out.report(&RULE, place, message, WHY);
        match related.and_then(|service| service.name_span) {
            Some(span) => found.related.push(Label::noted(span, PIPE)),
            None => found.related.extend(anchor(dovecot).map(|span| Label::noted(span, DEFAULT))),
        }
        found.help = Some(help(user));
    }
}

/// Whether every user is one of the system, each with a uid of its own.
fn system_users(dovecot: &Dovecot<'_>) -> bool {
    let mut drivers = userdb_drivers(dovecot).into_iter().peekable();
    drivers.peek().is_some() && drivers.all(|(driver, _)| driver == "passwd")
}

fn denied(user: &str) -> Text {
    text!(
        "dovecot-lda runs as `{user}`, which may not connect to `auth-userdb`",
        "dovecot-lda 명령은 `{user}` 사용자로 실행되지만 `auth-userdb` 소켓에 접속할 수 없습니다"
    )
}

fn self_only(user: &str) -> Text {
    text!(
        "dovecot-lda runs as `{user}`, which with the mode 0666 of `auth-userdb` may ask about users of its own uid only",
        "dovecot-lda 명령은 `{user}` 사용자로 실행되지만 `auth-userdb` 소켓의 모드가 0666이면 자신의 uid를 가진 사용자만 조회할 수 있습니다"
    )
}

fn help(user: &str) -> Text {
    text!(
        "In `service auth`, give `unix_listener auth-userdb` the values `mode = 0600` and `user = {user}`.",
        "`service auth` 섹션의 `unix_listener auth-userdb` 섹션에 `mode = 0600`, `user = {user}` 값을 지정하십시오."
    )
}

const PIPE: Text = Text::fixed("Postfix runs dovecot-lda here", "Postfix가 dovecot-lda 명령을 실행하는 곳입니다");
const DEFAULT: Text =
    Text::fixed("`auth-userdb` is as Dovecot has it by default", "`auth-userdb` 소켓은 기본 상태입니다");
const WHY: Text = Text::fixed(
    "The look-up of the recipient fails with «Permission denied», and mail waits in the queue.",
    "수신자 조회가 «Permission denied» 오류로 실패하고 메일이 큐에서 기다립니다.",
);
