//! Postfix delivers to a socket that Dovecot does not open.

use crate::support::cross::{anchor, lmtp_uses, protocol_off};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "x-lmtp-socket-path",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["lmtp(8)", "postconf(5) virtual_transport", "Dovecot manual, service lmtp, unix_listener"],
    docs: docs!("lmtp_socket_path"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    // x-lmtp-not-enabled names the cause.
    if protocol_off(dovecot, "lmtp").is_some() {
        return;
    }
    for used in lmtp_uses(cx, dovecot) {
        let Some(wanted) = &used.wanted else { continue };
        // Without a section of its own the socket `lmtp` in base_dir is there.
        let by_default = wanted.path == format!("{}/lmtp", dovecot.base_dir());
        if used.here.is_some() || by_default {
            continue;
        }
        let (message, place, note) = match (used.elsewhere, used.others.first()) {
            (Some(other), _) => (wrong_service(&wanted.path, other.service.label_text()), other.span(), OPENED),
            (None, Some(other)) => (other_path(&wanted.path, &other.path()), other.span(), OPENED),
            (None, None) if dovecot.is_partial => continue,
            (None, None) => {
                let service = dovecot.service("lmtp").and_then(|block| block.span());
                (no_socket(&wanted.path), service.or(anchor(dovecot)), NONE_HERE)
            }
        };
        let found = out.report(&RULE, used.delivery.place, message, WHY);
        found.related.extend(place.map(|span| Label::noted(span, note)));
        found.help = Some(help(&wanted.path));
    }
}

fn wrong_service(path: &str, service: &str) -> Text {
    text!(
        "Postfix delivers to `{path}`, which Dovecot opens in `service {service}`; only `service lmtp` takes mail",
        "Postfix는 `{path}` 소켓으로 메일을 보내지만 Dovecot은 그 소켓을 `service {service}` 섹션에서 엽니다. 메일은 `service lmtp` 서비스만 받습니다"
    )
}

fn other_path(path: &str, other: &str) -> Text {
    text!(
        "Postfix delivers to `{path}`, but Dovecot's LMTP socket is `{other}`",
        "Postfix는 `{path}` 소켓으로 메일을 보내지만 Dovecot의 LMTP 소켓은 `{other}`입니다"
    )
}

fn no_socket(path: &str) -> Text {
    text!(
        "Postfix delivers to `{path}`, where Dovecot opens no LMTP socket",
        "Postfix는 `{path}` 소켓으로 메일을 보내지만 Dovecot은 그곳에 LMTP 소켓을 열지 않습니다"
    )
}

fn help(path: &str) -> Text {
    text!(
        "Put `unix_listener {path}` into `service lmtp`, with `mode = 0600`, `user = postfix` and `group = postfix`.",
        "`service lmtp` 섹션에 `unix_listener {path}` 섹션을 두고 `mode = 0600`, `user = postfix`, `group = postfix` 값을 지정하십시오."
    )
}

const OPENED: Text = Text::fixed("Dovecot opens this socket", "Dovecot이 여는 소켓은 이것입니다");
const NONE_HERE: Text =
    Text::fixed("no listener of Dovecot has that path", "Dovecot의 리스너 가운데 그 경로를 가진 것이 없습니다");
const WHY: Text = Text::fixed(
    "Every delivery fails with «connect: No such file or directory» and waits in the queue until it is returned.",
    "모든 배달이 «connect: No such file or directory» 오류로 실패하고 반송될 때까지 큐에서 기다립니다.",
);
