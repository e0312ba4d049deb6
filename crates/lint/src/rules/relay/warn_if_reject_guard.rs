//! `warn_if_reject` before the only guard: the guard only logs, and smtpd's
//! start-up check does not count it.

use crate::support::listeners::{name_services, share};
use crate::support::relay_gates::{gates, is_guard, placed, satisfies_startup_check};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Safety, Severity, Span, Text, text};
use postproof_model::{Scope, Service};

pub(crate) static RULE: Rule = Rule {
    name: "relay-warn-if-reject-guard",
    group: Group::Relay,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["postconf(5) warn_if_reject", "SMTPD_ACCESS_README SMTP access rule testing"],
    docs: docs!("warn_if_reject_guard"),
    check,
};

struct Fault {
    guard: String,
    param: &'static str,
    guard_span: Option<Span>,
}

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let services = cx.model.services.iter().filter(|service| service.is_smtpd()).collect();
    for shared in share(services, |service| fault(cx, service).into_iter().collect()) {
        let Fault { guard, param, guard_span } = &shared.fault;
        let diagnostic = out.report(&RULE, shared.span, message(guard, param), why());
        diagnostic.help = Some(help());
        if let Some(guard_span) =
            guard_span.filter(|guard| guard.file == shared.span.file && guard.start > shared.span.start)
        {
            let edit = Edit {
                span: Span::new(guard_span.file, shared.span.start, guard_span.start),
                replacement: String::new(),
            };
            diagnostic.fix = Some(Fix { title: fix_title(), edits: vec![edit], safety: Safety::Safe });
        }
        name_services(diagnostic, &shared.services);
    }
}

fn fault(cx: &Cx<'_>, service: &Service) -> Option<(Span, Fault)> {
    let gates = gates(cx, Scope::Service(service.id));
    // Another guard protects relay; then this one is a test, as intended.
    if gates.iter().any(|gate| gate.unseen || satisfies_startup_check(&gate.list.entries)) {
        return None;
    }
    gates.iter().find_map(|gate| {
        let covered =
            placed(&gate.list).into_iter().find(|placed| placed.warning.is_some() && is_guard(placed.entry))?;
        let span = covered.warning?.span?;
        // Behind a class the fix would have to join text of two parameters.
        let direct = covered.entry.warn_if_reject.is_some();
        let guard_span = covered.entry.span.filter(|_| direct);
        Some((span, Fault { guard: covered.entry.word.clone(), param: gate.list.param, guard_span }))
    })
}

fn message(guard: &str, param: &str) -> Text {
    text!(
        "`warn_if_reject` makes `{guard}`, the only relay guard, a line in the log of `{param}`, so smtpd does not start",
        "`{param}` 목록에서 릴레이를 막는 유일한 `{guard}` 항목이 `warn_if_reject` 때문에 로그만 남기므로 smtpd가 시작되지 않습니다"
    )
}

fn why() -> Text {
    Text::fixed(
        "What `warn_if_reject` covers never refuses; smtpd does not count such a guard at start-up and ends with a fatal error.",
        "`warn_if_reject` 다음의 항목은 거절하지 않습니다. smtpd는 시작할 때 이런 항목을 세지 않고 치명적 오류로 끝납니다.",
    )
}

fn help() -> Text {
    Text::fixed(
        "Remove `warn_if_reject` before the guard; to try out other restrictions, put it before those.",
        "이 항목 앞의 `warn_if_reject` 항목을 지우십시오. 다른 제한을 시험하려면 그 앞에 두십시오.",
    )
}

fn fix_title() -> Text {
    Text::fixed("remove `warn_if_reject`", "`warn_if_reject` 항목을 지웁니다")
}
