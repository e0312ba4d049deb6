//! Dovecot's submission service sends XCLIENT to a Postfix that refuses it.

use crate::support::dovecot::sockets::is_local_address;
use crate::support::mail_paths::main_place;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text};
use postproof_model::{Presence, Scope};

pub(crate) static RULE: Rule = Rule {
    name: "x-submission-xclient",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &[
        "Dovecot manual, submission_relay_trusted",
        "postconf(5) smtpd_authorized_xclient_hosts",
        "XCLIENT_README",
    ],
    docs: docs!("submission_xclient"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let host = dovecot.text("submission_relay_host", "");
    if !dovecot.is_on("submission_relay_trusted", false)
        || !is_local_address(host)
        || cx.model.given.main_cf != Presence::Whole
    {
        return;
    }
    let hosts = |scope| !cx.model.text(scope, "smtpd_authorized_xclient_hosts").trim().is_empty();
    let services = cx.model.services.iter().filter(|service| service.is_smtpd());
    if hosts(Scope::Main) || services.into_iter().any(|service| hosts(Scope::Service(service.id))) {
        return;
    }
    let trusted = dovecot.get("submission_relay_trusted").and_then(|setting| setting.value.span());
    if let Some(place) = trusted {
        let found = out.report(&RULE, place, MESSAGE, WHY);
        let at = main_place(cx, "smtpd_authorized_xclient_hosts").or(cx.model.first_setting());
        found.related.extend(at.map(|span| Label::noted(span, POSTFIX)));
        found.help = Some(HELP);
    }
}

const MESSAGE: Text = Text::fixed(
    "Dovecot sends XCLIENT to Postfix (`submission_relay_trusted`), but `smtpd_authorized_xclient_hosts` is empty",
    "Dovecot은 Postfix에 XCLIENT 명령을 보내지만(`submission_relay_trusted`) `smtpd_authorized_xclient_hosts` 값이 비어 있습니다",
);
const POSTFIX: Text =
    Text::fixed("Postfix allows XCLIENT to nobody", "Postfix는 아무에게도 XCLIENT를 허용하지 않습니다");
const WHY: Text = Text::fixed(
    "Postfix takes Dovecot for the client: restrictions, logs and Received lines show this host in place of the user's.",
    "Postfix가 Dovecot을 클라이언트로 보므로 제한, 로그, Received 헤더에 사용자의 주소 대신 이 호스트가 나타납니다.",
);
const HELP: Text = Text::fixed(
    "Set `smtpd_authorized_xclient_hosts = 127.0.0.1` for the service of Postfix that Dovecot relays to.",
    "Dovecot이 메일을 넘기는 Postfix 서비스에 `smtpd_authorized_xclient_hosts = 127.0.0.1` 설정을 넣으십시오.",
);
