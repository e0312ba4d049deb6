//! Process limits and privileges that a program insists on.

use crate::support::master::{LIMIT_ONE, LIMIT_ZERO, PRIVILEGED, services};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Safety, Severity, Text, text};
use postproof_model::Scope;
use postproof_syntax::master_cf::{Field, Service};

pub(crate) static RULE: Rule = Rule {
    name: "msc-daemon-demands",
    group: Group::Msc,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["master(5) SYNTAX", "single_server.c, multi_server.c, event_server.c, trigger_server.c"],
    docs: docs!("daemon_demands"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let default_limit = cx.model.text(Scope::Main, "default_process_limit");
    for service in services(cx) {
        let daemon = service.command.text.as_str();
        let limit = match service.process_limit.text.as_str() {
            "-" => default_limit.trim(),
            limit => limit,
        };
        // proxymap.c: the writing service has one process.
        let one = LIMIT_ONE.contains(&daemon) || (daemon == "proxymap" && service.name.text == "proxywrite");
        let wanted = if one { "1" } else { "0" };
        let has_demand = one || LIMIT_ZERO.contains(&daemon);
        if let (true, Ok(number)) = (has_demand, limit.parse::<u64>())
            && number.to_string() != wanted
        {
            report(cx, out, service, &service.process_limit, limit_message(daemon, wanted), wanted);
        }
        if PRIVILEGED.contains(&daemon) && ["y", "-"].contains(&service.unprivileged.text.as_str()) {
            report(cx, out, service, &service.unprivileged, privilege_message(daemon), "n");
        }
    }
}

fn report(cx: &Cx<'_>, out: &mut Sink, service: &Service, field: &Field, message: Text, right: &str) {
    let span = field.span.unwrap_or(service.span);
    let found = out.report(&RULE, span, message, WHY);
    found.help = Some(text!("Write `{right}` in this field.", "이 필드에 `{right}` 값을 쓰십시오."));
    found.fix = (cx.sources.slice(span) == field.text.as_bytes()).then(|| Fix {
        title: text!("write `{right}`", "`{right}` 값으로 고치기"),
        edits: vec![Edit { span, replacement: right.to_owned() }],
        safety: Safety::Safe,
    });
}

fn limit_message(daemon: &str, wanted: &str) -> Text {
    text!(
        "`{daemon}` runs only with a process limit of {wanted}",
        "`{daemon}` 프로그램은 프로세스 한도가 {wanted}일 때만 돕니다"
    )
}

fn privilege_message(daemon: &str) -> Text {
    text!(
        "`{daemon}` runs only as a privileged service, with `n` in the unpriv field",
        "`{daemon}` 프로그램은 unpriv 필드가 `n`인 특권 서비스로만 돕니다"
    )
}

const WHY: Text = Text::fixed(
    "the program checks this when it starts and stops with a fatal error, so the service does not work at all.",
    "프로그램은 시작할 때 이를 검사하고 치명적 오류로 멈추므로 서비스가 전혀 동작하지 않습니다.",
);
