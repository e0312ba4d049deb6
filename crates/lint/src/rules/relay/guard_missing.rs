//! An smtpd service without any relay guard: smtpd gives up at start.

use crate::support::listeners::{missing_params, name_services, share};
use crate::support::relay_gates::{Gate, gates, placed, satisfies_startup_check};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Diagnostic, Label, Severity, Span, Text, text};
use postproof_model::{Scope, Service};

pub(crate) static RULE: Rule = Rule {
    name: "relay-guard-missing",
    group: Group::Relay,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &[
        "postconf(5) smtpd_relay_restrictions",
        "SMTPD_ACCESS_README Dangerous use of smtpd_recipient_restrictions",
    ],
    docs: docs!("guard_missing"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    // A service on a loopback address dies too, so none is left out.
    let services = cx.model.services.iter().filter(|service| service.is_smtpd()).collect();
    for shared in share(services, |service| fault(cx, service).into_iter().collect()) {
        let diagnostic = out.report(&RULE, shared.span, message(), why());
        diagnostic.help = Some(help());
        shared.fault.add_to(diagnostic);
        name_services(diagnostic, &shared.services);
    }
}

struct Fault {
    /// Neither list is set, and the defaults of the level are empty.
    by_level: bool,
    /// Lists that may be set by lines that were not given.
    unseen: Vec<&'static str>,
    /// The other list, if it is set too.
    other: Option<(Span, &'static str)>,
}

fn fault(cx: &Cx<'_>, service: &Service) -> Option<(Span, Fault)> {
    let scope = Scope::Service(service.id);
    let gates = gates(cx, scope);
    if gates.iter().any(|gate| satisfies_startup_check(&gate.list.entries) || has_covered_guard(gate)) {
        return None;
    }
    // Lists that are set and whose value is known to the end.
    let set: Vec<(Span, &'static str)> = gates
        .iter()
        .filter(|gate| !gate.unseen)
        .filter_map(|gate| Some((cx.model.value(scope, gate.list.param)?.span()?, gate.list.param)))
        .collect();
    let unseen: Vec<&'static str> = gates.iter().filter(|gate| gate.unseen).map(|gate| gate.list.param).collect();
    match set.as_slice() {
        [(span, _), rest @ ..] => Some((*span, Fault { by_level: false, unseen, other: rest.first().copied() })),
        // Neither is set: with a low compatibility_level both defaults are
        // empty. That needs the whole file to be said.
        [] if unseen.is_empty() => {
            let level = cx.model.value(Scope::Main, "compatibility_level").and_then(|value| value.text_span());
            let first = cx.model.main.values().map(|written| written.name_span).min();
            Some((level.or(service.name_span).or(first)?, Fault { by_level: true, unseen, other: None }))
        }
        [] => None,
    }
}

/// `relay-warn-if-reject-guard` says that one.
fn has_covered_guard(gate: &Gate) -> bool {
    placed(&gate.list).iter().any(|placed| {
        placed.warning.is_some() && placed.entry.restriction().is_some_and(|restriction| restriction.is_relay_guard)
    })
}

impl Fault {
    fn add_to(self, diagnostic: &mut Diagnostic) {
        if let Some((span, param)) = self.other {
            diagnostic.related.push(Label::noted(span, no_guard_here(param)));
        }
        if self.by_level {
            diagnostic.message = by_level();
        }
        if !self.unseen.is_empty() {
            diagnostic.severity = Severity::Info;
            diagnostic.message = unseen_message(&self.unseen.join("`, `"));
            diagnostic.missing.push(missing_params(&self.unseen, missing_text()));
        }
    }
}

fn message() -> Text {
    Text::fixed(
        "neither `smtpd_relay_restrictions` nor `smtpd_recipient_restrictions` holds a relay guard, so smtpd does not start",
        "`smtpd_relay_restrictions` 매개변수에도 `smtpd_recipient_restrictions` 매개변수에도 릴레이를 막는 항목이 없으므로 smtpd가 시작되지 않습니다",
    )
}

fn by_level() -> Text {
    Text::fixed(
        "below `compatibility_level` 1, which is also what an unset one means, both relay lists are empty by default, so smtpd does not start",
        "`compatibility_level` 값이 1보다 작거나 설정되지 않으면 두 릴레이 목록의 기본값이 비어 있으므로 smtpd가 시작되지 않습니다",
    )
}

fn unseen_message(lists: &str) -> Text {
    text!(
        "no relay guard is to be seen: smtpd does not start unless `{lists}` is set in lines that were not given and holds one",
        "릴레이를 막는 항목이 보이지 않습니다. 주어지지 않은 줄에 있는 `{lists}` 매개변수에 그런 항목이 있으면 문제가 없고, 없으면 smtpd가 시작되지 않습니다"
    )
}

fn why() -> Text {
    Text::fixed(
        "smtpd looks for a guard by name when it starts, before any bare `permit` and not behind `warn_if_reject`; without one it ends with a fatal error and the port answers nothing.",
        "smtpd는 시작할 때 이 항목을 이름으로 찾습니다. `permit` 뒤에 있거나 `warn_if_reject` 항목이 앞에 붙은 것은 세지 않습니다. 없으면 치명적 오류로 끝나고 포트는 아무 응답도 하지 않습니다.",
    )
}

fn help() -> Text {
    Text::fixed(
        "End `smtpd_relay_restrictions` with `reject_unauth_destination`; `defer_unauth_destination`, `reject`, `defer` and `defer_if_permit` count too.",
        "`smtpd_relay_restrictions` 목록 끝에 `reject_unauth_destination` 항목을 두십시오. `defer_unauth_destination`, `reject`, `defer`, `defer_if_permit` 항목도 인정됩니다.",
    )
}

fn no_guard_here(param: &str) -> Text {
    text!("`{param}` holds no guard either", "`{param}` 목록에도 그런 항목이 없습니다")
}

fn missing_text() -> Text {
    Text::fixed(
        "the rest of main.cf, to see whether a list has a guard",
        "목록에 릴레이를 막는 항목이 있는지 알려면 main.cf의 나머지가 필요합니다",
    )
}
