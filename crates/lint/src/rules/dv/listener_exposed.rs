//! An internal service that listens on every address.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-listener-exposed",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["Dovecot manual, inet_listener", "Dovecot manual, listen"],
    docs: docs!("listener_exposed"),
    check,
};

/// Services whose protocol has no login of its own, or is not meant for users.
const INTERNAL: &[&str] = &["auth", "lmtp", "quota-status", "dict", "doveadm", "anvil", "stats"];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let listen = crate::support::dovecot::words::split(dovecot.text("listen", ""));
    let only_here =
        !listen.is_empty() && listen.iter().all(|(_, host)| crate::support::dovecot::sockets::is_local_address(host));
    for socket in dovecot.inet_sockets() {
        let service = socket.service.label_text();
        // Only ports that are written: those of a password or certificate are meant for others.
        let (Some(port), Some(place)) = (socket.port().filter(|port| *port != 0), socket.span()) else { continue };
        let own = socket.addresses();
        let open =
            own.is_empty() && !only_here || own.split([',', ' ']).any(|one| matches!(one, "*" | "::" | "0.0.0.0"));
        let has_tls = socket.block.text("ssl").is_some_and(|ssl| ssl == "yes");
        if INTERNAL.contains(&service) && open && !has_tls {
            let found = out.report(&RULE, place, message(service, port), why(service));
            found.help = Some(if dovecot.is_new { HELP_NEW } else { HELP_OLD });
        }
    }
}

fn message(service: &str, port: u16) -> Text {
    text!(
        "`service {service}` listens at port {port} on every address",
        "`service {service}` 서비스가 모든 주소의 {port}번 포트에서 듣습니다"
    )
}

fn why(service: &str) -> Text {
    match service {
        "lmtp" => Text::fixed(
            "LMTP takes mail from whoever connects: past filters, limits and the lists of Postfix.",
            "LMTP는 접속하는 누구에게서나 메일을 받으므로 필터와 제한, Postfix의 목록을 비켜 갑니다.",
        ),
        "auth" => Text::fixed(
            "Whoever connects can try passwords, and what goes over the line is not encrypted.",
            "접속하는 누구든 암호를 시험할 수 있고 오가는 내용이 암호화되지 않습니다.",
        ),
        _ => Text::fixed(
            "Whoever reaches the port can use the service, unless a firewall keeps others out.",
            "방화벽이 막지 않는다면 이 포트에 접속할 수 있는 누구든 서비스를 쓸 수 있습니다.",
        ),
    }
}

const HELP_OLD: Text = Text::fixed(
    "Add `address = 127.0.0.1`, or use a `unix_listener`.",
    "`address = 127.0.0.1` 값을 더하거나 `unix_listener` 섹션을 쓰십시오.",
);
const HELP_NEW: Text = Text::fixed(
    "Add `listen = 127.0.0.1`, or use a `unix_listener`.",
    "`listen = 127.0.0.1` 값을 더하거나 `unix_listener` 섹션을 쓰십시오.",
);
