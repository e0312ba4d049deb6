//! No protocol is switched on, or a port is set for one that is not.

use crate::support::dovecot::lists::has;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-protocol-not-enabled",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, protocols", "master-settings.c"],
    docs: docs!("protocol_not_enabled"),
    check,
};

/// Services with the protocol that starts them.
const SERVICES: &[(&str, &str)] = &[
    ("imap-login", "imap"),
    ("pop3-login", "pop3"),
    ("submission-login", "submission"),
    ("managesieve-login", "sieve"),
    ("lmtp", "lmtp"),
];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    if dovecot.has_unseen && !dovecot.is_dump {
        return;
    }
    let setting = dovecot.get("protocols");
    let place = setting.map(|setting| setting.value.span().unwrap_or(setting.name_span));
    let Some(list) = dovecot.list("", "protocols") else {
        // 2.4 has no protocol by default; that of 2.3 is the packager's.
        if let Some(span) = first(dovecot).filter(|_| dovecot.is_new && !dovecot.is_dump) {
            out.report(&RULE, span, none(), WHY).help = Some(HELP);
        }
        return;
    };
    if list.iter().any(|word| word.text.contains(['$', '%', '{'])) {
        return;
    }
    if let (true, Some(place)) = (list.is_empty() || list.iter().all(|word| word.text == "none"), place) {
        if setting.is_some_and(|setting| setting.value.is_empty()) {
            out.report(&RULE, place, none(), WHY).help = Some(HELP);
        }
        return;
    }
    for socket in dovecot.inet_sockets() {
        let service = socket.service.label_text();
        let Some((_, protocol)) = SERVICES.iter().find(|(name, _)| *name == service) else { continue };
        // Only a port of its own: the stock files have the sections of all services.
        let port = socket.block.text("port").and_then(|port| port.parse::<u16>().ok()).filter(|port| *port != 0);
        let own = port.filter(|port| {
            crate::support::dovecot::sockets::default_port(service, socket.block.label_text()) != Some(*port)
        });
        if let (Some(port), Some(span), false) = (own, socket.span(), has(Some(&list), protocol)) {
            let found = out.report(&RULE, span, port_of(port, protocol), WHY_PORT);
            found.severity = Severity::Warning;
            found.related.extend(place.or(list.iter().find_map(|word| word.span)).map(|span| Label::noted(span, LIST)));
        }
    }
}

/// The section of a login service, or the first setting.
fn first(dovecot: &crate::support::dovecot::Dovecot<'_>) -> Option<postproof_diag::Span> {
    let setting = dovecot.get("dovecot_config_version").map(|setting| setting.name_span);
    setting.or_else(|| dovecot.all().find_map(|block| block.settings().next()).map(|setting| setting.name_span))
}

fn none() -> Text {
    Text::fixed(
        "no protocol is switched on: `protocols` is empty",
        "켜진 프로토콜이 없습니다: `protocols` 값이 비어 있습니다",
    )
}

fn port_of(port: u16, protocol: &str) -> Text {
    text!(
        "port {port} is set for `{protocol}`, which is not among `protocols`",
        "`protocols` 설정에 없는 `{protocol}` 프로토콜에 {port}번 포트를 지정했습니다"
    )
}

const LIST: Text = Text::fixed("the protocols that are switched on", "켜진 프로토콜");
const WHY: Text = Text::fixed(
    "Dovecot starts and serves nobody: no port for IMAP, POP3 or LMTP is opened.",
    "Dovecot이 시작해도 IMAP, POP3, LMTP 포트를 하나도 열지 않아 아무도 쓸 수 없습니다.",
);
const WHY_PORT: Text = Text::fixed("The port is not opened.", "이 포트는 열리지 않습니다.");
const HELP: Text = Text::fixed(
    "Set `protocols = imap lmtp`, or those you need.",
    "`protocols = imap lmtp`처럼 필요한 프로토콜을 지정하십시오.",
);
