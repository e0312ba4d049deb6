//! Trust in the whole subnet of the host because `mynetworks` is not set.

use crate::support::listeners::{exposed_smtpd, main_cf_is_partial, name_services, share};
use crate::support::relay_gates::{gates, placed};
use crate::support::trust::mynetworks_may_relay;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Safety, Severity, Span, Text};
use postproof_model::{Scope, Service, Value};

pub(crate) static RULE: Rule = Rule {
    name: "relay-mynetworks-style-subnet",
    group: Group::Relay,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(5) mynetworks_style", "COMPATIBILITY_README mynetworks_style"],
    docs: docs!("mynetworks_style_subnet"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for shared in share(exposed_smtpd(cx), |service| fault(cx, service).into_iter().collect()) {
        let message = if shared.fault.is_set() { explicit() } else { by_level() };
        let diagnostic = out.report(&RULE, shared.span, message, why());
        diagnostic.help = Some(help());
        if shared.fault.is_set() {
            let edit = Edit { span: shared.span, replacement: "host".to_owned() };
            diagnostic.fix = Some(Fix { title: fix_title(), edits: vec![edit], safety: Safety::NeedsReview });
        }
        name_services(diagnostic, &shared.services);
    }
}

fn fault(cx: &Cx<'_>, service: &Service) -> Option<(Span, Value)> {
    let scope = Scope::Service(service.id);
    let is_set = |name| cx.model.value(scope, name).is_some_and(|value| value.is_set());
    if is_set("mynetworks") || !mynetworks_may_relay(cx, service) {
        return None;
    }
    let style = cx.model.value(scope, "mynetworks_style")?;
    if style.as_str() != "subnet" {
        return None;
    }
    if style.is_set() {
        return Some((style.text_span()?, style));
    }
    if main_cf_is_partial(cx) {
        return None;
    }
    // The level that makes it so, or the entry that makes it matter.
    let level =
        cx.model.value(Scope::Main, "compatibility_level").filter(Value::is_set).and_then(|level| level.text_span());
    let span = level.or_else(|| permit_mynetworks(cx, scope)).or(service.name_span);
    let first = cx.model.main.values().map(|written| written.name_span).min();
    Some((span.or(first)?, style))
}

fn permit_mynetworks(cx: &Cx<'_>, scope: Scope) -> Option<Span> {
    gates(cx, scope).iter().find_map(|gate| {
        placed(&gate.list)
            .iter()
            .find(|placed| placed.entry.is("permit_mynetworks"))
            .and_then(|placed| placed.entry.span)
    })
}

fn explicit() -> Text {
    Text::fixed(
        "`mynetworks_style = subnet` trusts every host of the server's subnets to relay",
        "`mynetworks_style = subnet` 설정은 서버가 속한 서브넷의 모든 호스트에 릴레이를 허용합니다",
    )
}

fn by_level() -> Text {
    Text::fixed(
        "`mynetworks` is not set, and below `compatibility_level` 2 every host of the server's subnets may relay",
        "`mynetworks` 매개변수가 설정되지 않았고, `compatibility_level` 값이 2보다 작으므로 서버가 속한 서브넷의 모든 호스트가 릴레이할 수 있습니다",
    )
}

fn why() -> Text {
    Text::fixed(
        "On rented servers the subnet is shared with strangers, and each of them may then send mail through this host.",
        "임대 서버의 서브넷은 모르는 이들과 함께 쓰므로, 그들 모두가 이 서버로 메일을 보낼 수 있게 됩니다.",
    )
}

fn help() -> Text {
    Text::fixed(
        "Set `mynetworks` to the networks that you mean, or `mynetworks_style = host`.",
        "`mynetworks` 매개변수에 뜻하는 네트워크를 적거나 `mynetworks_style = host` 값으로 설정하십시오.",
    )
}

fn fix_title() -> Text {
    Text::fixed("trust only the host itself", "이 호스트만 신뢰합니다")
}
