//! A session of a stranger that relays, found by playing all sessions at once.

use crate::support::access_results::Permits;
use crate::support::listeners::{exposed_smtpd, name_services, share};
use crate::support::relay_gates::{RECIPIENT, RELAY, Way, doors};
use crate::support::trust::{is_world, mynetworks_may_relay, trusted_networks};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Span, Text, text};
use postproof_model::{LISTS, Scope, Service};
use postproof_prove::{Glance, Verdict};
use postproof_sim::{EntryInfo, Session};

pub(crate) static RULE: Rule = Rule {
    name: "open-relay-proved",
    group: Group::Relay,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["SMTPD_ACCESS_README Dangerous use of smtpd_recipient_restrictions", "RFC 5321 7.9"],
    docs: docs!("open_relay_proved"),
    check,
};

/// What lets a stranger relay.
struct Fault {
    session: Session,
    /// Entries that end their list in its favour.
    permits: Vec<EntryInfo>,
}

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for shared in share(exposed_smtpd(cx), |service| fault(cx, service).into_iter().collect()) {
        let Fault { session, permits } = &shared.fault;
        let diagnostic = out.report(&RULE, shared.span, message(session), why(session));
        diagnostic.help = Some(HELP);
        let others = permits.iter().filter_map(|entry| Some((entry.span?, entry)));
        let others = others.filter(|(span, _)| *span != shared.span);
        diagnostic.related.extend(others.map(|(span, entry)| Label::noted(span, ends(&entry.owner))));
        name_services(diagnostic, &shared.services);
    }
}

fn fault(cx: &Cx<'_>, service: &Service) -> Option<(Span, Fault)> {
    let glance = cx.glances().iter().find(|glance| glance.service == service.id && glance.starts)?;
    let Verdict::Fails(witness) = &glance.relay.verdict else { return None };
    if is_told_elsewhere(cx, service, glance) {
        return None;
    }
    let scope = Scope::Service(service.id);
    let in_list = |list: &str| glance.permits.iter().find(|entry| *entry.owner == *list).and_then(|entry| entry.span);
    let value = |list: &str| cx.model.value(scope, list).and_then(|value| value.span());
    let place = in_list(RELAY).or_else(|| in_list(RECIPIENT)).or_else(|| value(RELAY)).or_else(|| value(RECIPIENT));
    let permits = glance.permits.iter().filter(|entry| LISTS.iter().any(|(list, _)| *list == &*entry.owner));
    let fault = Fault { session: witness.session.clone(), permits: permits.cloned().collect() };
    Some((place.or(service.name_span)?, fault))
}

/// Whether a rule that knows the reason reports the entry that lets the stranger
/// pass: `relay-sender-allowlist`, `relay-access-ok-before-guard` or
/// `relay-mynetworks-world`.
fn is_told_elsewhere(cx: &Cx<'_>, service: &Service, glance: &Glance) -> bool {
    let is_met = |span: Span| glance.permits.iter().any(|entry| entry.span == Some(span));
    let is_door = doors(cx, service).iter().any(|door| match &door.way {
        Way::SenderTable(Permits::Yes(_)) | Way::OtherTable(Permits::Yes(_)) => is_met(door.span),
        Way::SenderTable(Permits::No | Permits::Unknown(_))
        | Way::OtherTable(Permits::No | Permits::Unknown(_))
        | Way::PolicyServer
        | Way::Allowlist => false,
    });
    let by_network = glance.permits.iter().any(|entry| entry.word.eq_ignore_ascii_case("permit_mynetworks"));
    is_door
        || (by_network
            && mynetworks_may_relay(cx, service)
            && trusted_networks(cx, service).iter().any(|trusted| is_world(&trusted.net)))
}

fn message(session: &Session) -> Text {
    let client = Text::verbatim(session.client.address.to_string());
    let sender = Text::verbatim(session.sender.clone().unwrap_or_default());
    let recipient = Text::verbatim(session.recipients.first().cloned().unwrap_or_default());
    text!(
        "strangers relay through this server: a client such as `{client}` sends from `<{sender}>` to `<{recipient}>`",
        "외부인이 이 서버로 릴레이할 수 있습니다. `{client}` 같은 클라이언트가 `<{sender}>` 주소에서 `<{recipient}>` 주소로 보냅니다",
        client = client,
        sender = sender,
        recipient = recipient
    )
}

fn why(session: &Session) -> Text {
    let Some(helo) = &session.helo else { return WHY };
    text!(
        "Every list was played for all sessions at once, and this one, with the HELO name `{helo}`, is accepted; such a server is found and used for spam within hours.",
        "모든 목록을 모든 세션에 대해 시험했고, HELO 이름이 `{helo}` 값인 이 세션을 받아들입니다. 이런 서버는 몇 시간 안에 발견되어 스팸에 쓰입니다."
    )
}

fn ends(list: &str) -> Text {
    text!("ends `{list}` in favour of this client", "이 클라이언트를 허용하고 `{list}` 목록을 끝냅니다")
}

const WHY: Text = Text::fixed(
    "Every list was played for all sessions at once, and this one is accepted; such a server is found and used for spam within hours.",
    "모든 목록을 모든 세션에 대해 시험했고 이 세션을 받아들입니다. 이런 서버는 몇 시간 안에 발견되어 스팸에 쓰입니다.",
);
const HELP: Text = Text::fixed(
    "Let `smtpd_relay_restrictions` be `permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination`, with nothing before the last that permits strangers; `postproof prove` shows the whole session.",
    "`smtpd_relay_restrictions` 목록을 `permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination` 값으로 두고 마지막 항목 앞에 외부인을 허용하는 항목을 두지 마십시오. 세션 전체는 `postproof prove` 명령이 보여 줍니다.",
);
