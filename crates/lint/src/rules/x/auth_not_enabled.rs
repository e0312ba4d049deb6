//! Dovecot opens a socket for Postfix, and no service of Postfix asks it.

use crate::support::lists::value_place;
use crate::support::mail_paths::{queue_directory, sasl_uses};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Span, Text, text};
use postproof_model::{Presence, Scope};

pub(crate) static RULE: Rule = Rule {
    name: "x-auth-not-enabled",
    group: Group::X,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(5) smtpd_sasl_auth_enable", "postconf(5) smtpd_sasl_type"],
    docs: docs!("auth_not_enabled"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    if cx.model.given.main_cf != Presence::Whole || !sasl_uses(cx).is_empty() {
        return;
    }
    let queue = format!("{}/", queue_directory(cx));
    let of_postfix = |socket: &crate::support::dovecot::sockets::UnixSocket<'_, '_>| {
        socket.service.label_text() == "auth" && socket.path().starts_with(&queue) && !socket.is_off()
    };
    let Some(socket) = dovecot.unix_sockets().find(of_postfix) else { return };
    let Some(place) = socket.span() else { return };
    match other_type(cx) {
        Some((name, type_place, enabled)) => {
            let found = out.report(&RULE, type_place.unwrap_or(enabled), wrong_type(&name), WHY_TYPE);
            found.related.push(Label::noted(place, OPENED));
            found.help = Some(HELP_TYPE);
        }
        // Without master.cf a `-o` option may switch logins on.
        None if cx.model.given.master_cf == Presence::Whole => {
            let found = out.report(&RULE, place, unused(&socket.path()), WHY_UNUSED);
            let off = cx.model.value(Scope::Main, "smtpd_sasl_auth_enable").and_then(|value| value_place(&value));
            found.related.extend(off.or(cx.model.first_setting()).map(|span| Label::noted(span, OFF)));
            found.help = Some(HELP_UNUSED);
        }
        None => {}
    }
}

/// A service with logins of another type than Dovecot's: the type, where it
/// is set, and where logins are switched on.
fn other_type(cx: &Cx<'_>) -> Option<(String, Option<Span>, Span)> {
    cx.model.services.iter().filter(|service| service.is_smtpd()).find_map(|service| {
        let scope = Scope::Service(service.id);
        let enable = cx.model.value(scope, "smtpd_sasl_auth_enable").filter(|value| value.as_bool() == Some(true))?;
        let kind = cx.model.value(scope, "smtpd_sasl_type")?;
        Some((kind.as_str().to_owned(), value_place(&kind), value_place(&enable)?))
    })
}

fn wrong_type(name: &str) -> Text {
    text!(
        "logins of Postfix go to `{name}`, though Dovecot opens a socket for them",
        "Dovecot이 로그인용 소켓을 열어 두었지만 Postfix의 로그인은 `{name}` 방식으로 처리됩니다"
    )
}

fn unused(path: &str) -> Text {
    text!(
        "Dovecot opens `{path}` for Postfix, but no service of Postfix has `smtpd_sasl_auth_enable = yes`",
        "Dovecot은 Postfix를 위해 `{path}` 소켓을 열지만 `smtpd_sasl_auth_enable = yes` 설정을 가진 Postfix 서비스가 없습니다"
    )
}

const OPENED: Text = Text::fixed("Dovecot opens this socket for Postfix", "Dovecot이 Postfix를 위해 여는 소켓입니다");
const OFF: Text = Text::fixed("logins are off in Postfix", "Postfix에서는 로그인이 꺼져 있습니다");
const WHY_TYPE: Text = Text::fixed(
    "The default type is `cyrus`: Dovecot is never asked, and logins fail or go to another list of users.",
    "기본 방식은 `cyrus`이므로 Dovecot에 묻지 않으며 로그인이 실패하거나 다른 사용자 목록을 쓰게 됩니다.",
);
const WHY_UNUSED: Text = Text::fixed(
    "Nobody can log in to send mail, or the socket is a leftover that can go.",
    "아무도 로그인해서 메일을 보낼 수 없거나, 이 소켓은 지워도 되는 잔여 설정입니다.",
);
const HELP_TYPE: Text =
    Text::fixed("Set `smtpd_sasl_type = dovecot`.", "`smtpd_sasl_type = dovecot` 설정을 넣으십시오.");
const HELP_UNUSED: Text = Text::fixed(
    "Set `smtpd_sasl_auth_enable = yes` for the submission services in master.cf, or remove the listener.",
    "master.cf의 submission 서비스에 `smtpd_sasl_auth_enable = yes` 옵션을 넣거나 이 리스너를 지우십시오.",
);
