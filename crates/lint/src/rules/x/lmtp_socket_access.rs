//! The LMTP socket is there, but Postfix may not connect to it.

use crate::support::cross::{denied, lmtp_uses};
use crate::support::dovecot::sockets::Access;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};
use postproof_model::Scope;

pub(crate) static RULE: Rule = Rule {
    name: "x-lmtp-socket-access",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["lmtp(8)", "postconf(5) mail_owner", "Dovecot manual, unix_listener mode, user, group", "unix(7)"],
    docs: docs!("lmtp_socket_access"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let owner = cx.model.text(Scope::Main, "mail_owner");
    for used in lmtp_uses(cx, dovecot) {
        let Some(socket) = used.here.filter(|socket| socket.access(&owner) == Access::Denied) else { continue };
        let (Some(place), message) = denied(&socket, &owner) else { continue };
        let found = out.report(&RULE, place, message, WHY);
        found.related.push(Label::noted(used.delivery.place, DELIVERED));
        found.help = Some(help(&owner));
    }
}

fn help(owner: &str) -> Text {
    text!(
        "Give the listener `mode = 0600`, `user = {owner}` and `group = {owner}`.",
        "이 리스너에 `mode = 0600`, `user = {owner}`, `group = {owner}` 값을 지정하십시오."
    )
}

const DELIVERED: Text = Text::fixed("Postfix delivers here", "Postfix가 메일을 보내는 곳입니다");
const WHY: Text = Text::fixed(
    "The LMTP client of Postfix runs as that user: every delivery fails with «Permission denied» and waits in the queue.",
    "Postfix의 LMTP 클라이언트는 그 사용자로 실행되므로 모든 배달이 «Permission denied» 오류로 실패하고 큐에서 기다립니다.",
);
