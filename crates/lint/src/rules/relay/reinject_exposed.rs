//! A listener for mail that comes back from a content filter, open to the
//! network: mail that is sent there skips the filter.

use crate::support::listeners::{is_exposed, is_unseen, missing_params};
use crate::support::relay_gates::refuses_the_rest;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Label, Safety, Severity, Span, Text, text};
use postproof_model::{Endpoint, Scope, Service, words};

pub(crate) static RULE: Rule = Rule {
    name: "relay-reinject-exposed",
    group: Group::Relay,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["FILTER_README Advanced content filter example", "postconf(5) receive_override_options"],
    docs: docs!("reinject_exposed"),
    check,
};

/// The ports that FILTER_README and amavisd-new use for mail that comes back.
const REINJECTION_PORTS: [u16; 3] = [10025, 10026, 10027];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for service in &cx.model.services {
        let (true, true, Some(span)) = (service.is_smtpd(), is_exposed(cx, service), service.name_span) else {
            continue;
        };
        // A template leaves odd words in place of an address.
        if service.endpoint.as_ref().and_then(|endpoint| endpoint.host.as_deref()).is_some_and(is_no_host) {
            continue;
        }
        let Some(sign) = sign(cx, service) else { continue };
        if refuses_strangers(cx, service) {
            continue;
        }
        let diagnostic = out.report(&RULE, span, message(&service.name), why());
        diagnostic.help = Some(help());
        if let Some(span) = sign.span {
            diagnostic.related.push(Label::noted(span, sign.note));
        }
        diagnostic.fix = fix(service, span);
        let host_is_open = service.endpoint.as_ref().is_some_and(|endpoint| endpoint.host.is_none());
        if host_is_open && is_unseen(cx, Scope::Main, "inet_interfaces") {
            diagnostic.severity = Severity::Info;
            diagnostic.message = unseen_message(&service.name);
            diagnostic.missing.push(missing_params(&["inet_interfaces"], missing_text()));
        }
    }
}

fn is_no_host(host: &str) -> bool {
    !host.chars().all(|letter| letter.is_ascii_alphanumeric() || ".:-_".contains(letter))
}

/// What tells that the service takes mail back from a filter.
struct Sign {
    span: Option<Span>,
    note: Text,
}

fn sign(cx: &Cx<'_>, service: &Service) -> Option<Sign> {
    if let Some(option) = service.option("content_filter")
        && option.value.trimmed().is_empty()
        && !cx.model.text(Scope::Main, "content_filter").is_empty()
    {
        return Some(Sign { span: Some(option.span), note: filter_note() });
    }
    // Checks of recipients were made before the filter (FILTER_README); the
    // listener before the filter switches off address mappings instead.
    if let Some(option) = service.option("receive_override_options")
        && words(&option.value).iter().any(|word| word.text.as_str() == "no_unknown_recipient_checks")
    {
        return Some(Sign { span: Some(option.span), note: checks_note() });
    }
    let port = service.endpoint.as_ref()?.port_number?;
    REINJECTION_PORTS.contains(&port).then(|| Sign { span: None, note: filter_note() })
}

/// Whether some list refuses every client that is not let through by name, or
/// may do so: `-o` gives it a value that is not known here.
fn refuses_strangers(cx: &Cx<'_>, service: &Service) -> bool {
    let scope = Scope::Service(service.id);
    [
        "smtpd_client_restrictions",
        "smtpd_helo_restrictions",
        "smtpd_sender_restrictions",
        "smtpd_relay_restrictions",
        "smtpd_recipient_restrictions",
        "smtpd_data_restrictions",
        "smtpd_end_of_data_restrictions",
    ]
    .into_iter()
    .any(|param| {
        let is_unknown = service.option(param).is_some() && is_unseen(cx, scope, param);
        is_unknown || refuses_the_rest(&cx.model.restriction_list(scope, param))
    })
}

/// Binds the service to the loopback address.
fn fix(service: &Service, span: Span) -> Option<Fix> {
    let Endpoint { port, .. } = service.endpoint.as_ref()?;
    let edit = Edit { span, replacement: format!("127.0.0.1:{port}") };
    Some(Fix { title: fix_title(), edits: vec![edit], safety: Safety::NeedsReview })
}

fn message(name: &str) -> Text {
    text!(
        "the service `{name}` takes mail back from a content filter and is open to the network",
        "`{name}` 서비스는 콘텐츠 필터에서 돌아오는 메일을 받는데 네트워크에 열려 있습니다"
    )
}

fn unseen_message(name: &str) -> Text {
    text!(
        "the service `{name}` takes mail back from a content filter: it is open to the network unless `inet_interfaces` in lines that were not given keeps it to the host",
        "`{name}` 서비스는 콘텐츠 필터에서 돌아오는 메일을 받습니다. 주어지지 않은 줄의 `inet_interfaces` 매개변수가 이 호스트로 제한하지 않으면 네트워크에 열려 있습니다"
    )
}

fn why() -> Text {
    Text::fixed(
        "Whoever connects to this port delivers mail past the filter, and past the checks that are switched off here.",
        "이 포트에 연결하는 누구나 필터와 여기서 꺼 둔 검사를 건너뛰고 메일을 보낼 수 있습니다.",
    )
}

fn help() -> Text {
    Text::fixed(
        "Bind the service to 127.0.0.1, or let its lists be `permit_mynetworks, reject` with `-o mynetworks=` naming the filter's address only.",
        "서비스를 127.0.0.1에 바인드하거나, 목록을 `permit_mynetworks, reject` 값으로 하고 `-o mynetworks=` 옵션에 필터의 주소만 적으십시오.",
    )
}

fn filter_note() -> Text {
    Text::fixed("mail that arrives here is not filtered", "여기로 들어오는 메일은 필터를 거치지 않습니다")
}

fn checks_note() -> Text {
    Text::fixed("recipients are not checked here", "여기서는 수신자를 확인하지 않습니다")
}

fn missing_text() -> Text {
    Text::fixed(
        "main.cf, to see on which addresses the service listens",
        "서비스가 어느 주소에서 기다리는지 알려면 main.cf가 필요합니다",
    )
}

fn fix_title() -> Text {
    Text::fixed("listen on the loopback address only", "루프백 주소에서만 기다립니다")
}
