//! A socket of logins or mail that every program of the host may use.

use crate::support::dovecot::sockets::UnixSocket;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-socket-world",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &[
        "Dovecot manual, service auth, unix_listener",
        "auth-master-connection.c",
        "postfix-install, directory private",
    ],
    docs: docs!("socket_world"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    for socket in dovecot.unix_sockets() {
        let Some(mode) = socket.mode().filter(|mode| mode & 0o002 != 0) else { continue };
        let Some(setting) = socket.block.get("mode") else { continue };
        // dv-mode-decimal speaks of modes that are not meant so.
        let (Some(place), true) = (setting.value.span(), setting.value.as_str().starts_with('0')) else { continue };
        if is_harmless(&socket, mode) {
            continue;
        }
        let path = socket.path();
        let in_private = path.contains("/private/");
        let found = out.report(
            &RULE,
            place,
            message(&path, setting.value.as_str()),
            why(socket.service.label_text(), socket.name()),
        );
        // Only the user of Postfix gets into that directory.
        found.severity = if in_private { Severity::Hint } else { Severity::Warning };
        found.help = Some(HELP);
    }
}

/// Sockets that are meant for all: the mode 0666 of `auth-userdb` is a word by
/// itself, and login processes reach theirs through a directory of their own.
fn is_harmless(socket: &UnixSocket<'_, '_>, mode: u32) -> bool {
    match socket.service.label_text() {
        "auth" => match socket.name() {
            "auth-userdb" => mode & 0o777 == 0o666,
            name => name.starts_with("login/") || name.starts_with("token-login/") || name == "login",
        },
        // What Dovecot itself has by default.
        "lmtp" => socket.name() == "lmtp",
        "dict" => false,
        _ => true,
    }
}

fn message(path: &str, mode: &str) -> Text {
    text!(
        "every user of the host may connect to `{path}` (mode {mode})",
        "호스트의 모든 사용자가 `{path}` 소켓에 접속할 수 있습니다(모드 {mode})"
    )
}

fn why(service: &str, name: &str) -> Text {
    match service {
        "auth" if name.contains("userdb") || name.contains("master") => Text::fixed(
            "Any program can ask for the data of all users.",
            "어떤 프로그램이든 모든 사용자의 정보를 조회할 수 있습니다.",
        ),
        "auth" => Text::fixed(
            "Any program can try passwords there, without the limits of the mail protocols. In a directory `private` of Postfix only that directory keeps others out.",
            "어떤 프로그램이든 메일 프로토콜의 제한 없이 암호를 시험할 수 있습니다. Postfix의 `private` 디렉터리에 있다면 그 디렉터리만이 다른 프로그램을 막습니다.",
        ),
        _ => Text::fixed(
            "Any program can put mail into every mailbox, or change what the dictionary holds.",
            "어떤 프로그램이든 모든 메일박스에 메일을 넣거나 사전의 내용을 바꿀 수 있습니다.",
        ),
    }
}

const HELP: Text = Text::fixed(
    "Set `mode = 0660` with the user and group of the program that needs it.",
    "필요한 프로그램의 사용자와 그룹을 지정하고 `mode = 0660` 값을 쓰십시오.",
);
