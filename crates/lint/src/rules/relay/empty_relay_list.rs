//! `smtpd_relay_restrictions` set to nothing while something in the recipient
//! list can let clients past the guard there.

use crate::support::access_results::Permits;
use crate::support::doors::is_emptied;
use crate::support::listeners::{exposed_smtpd, name_services, share};
use crate::support::relay_gates::{RECIPIENT, RELAY, Way, doors};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Span, Text, text};
use postproof_model::{Scope, Service};

pub(crate) static RULE: Rule = Rule {
    name: "relay-empty-relay-list",
    group: Group::Relay,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &[
        "SMTPD_ACCESS_README Dangerous use of smtpd_recipient_restrictions",
        "postconf(5) smtpd_relay_restrictions",
    ],
    docs: docs!("empty_relay_list"),
    check,
};

/// An entry that can let clients past the guard.
struct Opening {
    name: &'static str,
    span: Span,
}

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for shared in share(exposed_smtpd(cx), |service| fault(cx, service).into_iter().collect()) {
        let Some(first) = shared.fault.first() else { continue };
        let diagnostic = out.report(&RULE, shared.span, message(first.name), why());
        diagnostic.help = Some(help());
        diagnostic.related.extend(shared.fault.iter().map(|way| Label::noted(way.span, way_note(way.name))));
        name_services(diagnostic, &shared.services);
    }
}

fn fault(cx: &Cx<'_>, service: &Service) -> Option<(Span, Vec<Opening>)> {
    if !is_emptied(cx, service) {
        return None;
    }
    let span = cx.model.value(Scope::Service(service.id), RELAY)?.span()?;
    let open: Vec<Opening> = doors(cx, service)
        .into_iter()
        .filter(|door| door.param == RECIPIENT)
        .filter(|door| match &door.way {
            Way::SenderTable(Permits::Unknown(_)) | Way::OtherTable(Permits::Unknown(_)) | Way::Allowlist => true,
            // Other rules report these at their own place.
            Way::SenderTable(Permits::Yes(_) | Permits::No)
            | Way::OtherTable(Permits::Yes(_) | Permits::No)
            | Way::PolicyServer => false,
        })
        .map(|door| Opening { name: door.name, span: door.span })
        .collect();
    (!open.is_empty()).then_some((span, open))
}

fn message(name: &str) -> Text {
    text!(
        "`smtpd_relay_restrictions` is empty, so a single OK of `{name}` in `smtpd_recipient_restrictions` opens the relay",
        "`smtpd_relay_restrictions` 목록이 비어 있으므로 `smtpd_recipient_restrictions` 목록의 `{name}` 항목이 한 번만 OK를 답해도 릴레이가 열립니다"
    )
}

fn why() -> Text {
    Text::fixed(
        "The relay list exists so that allowlists against spam in the recipient list cannot permit relaying; emptied, it no longer stands behind them.",
        "릴레이 목록은 수신자 목록의 스팸 허용 항목이 릴레이까지 허용하지 못하게 하려고 있습니다. 비워 두면 그 뒤를 지켜 주지 않습니다.",
    )
}

fn help() -> Text {
    Text::fixed(
        "Set `smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination`.",
        "`smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination` 값으로 설정하십시오.",
    )
}

fn way_note(name: &str) -> Text {
    text!("`{name}` stands before the guard", "`{name}` 항목이 릴레이를 막는 항목보다 앞에 있습니다")
}
