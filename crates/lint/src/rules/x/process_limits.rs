//! More smtpd processes than Dovecot takes connections for logins.

use crate::support::mail_paths::{main_place, sasl_uses};
use crate::support::master;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};
use postproof_model::Scope;

pub(crate) static RULE: Rule = Rule {
    name: "x-process-limits",
    group: Group::X,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(5) default_process_limit", "master(5) maxproc", "Dovecot manual, service auth, client_limit"],
    docs: docs!("process_limits"),
    check,
};

/// No real master.cf has as many.
const MAX_SERVICES: usize = 200;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let own = dovecot.service("auth").and_then(|block| block.get("client_limit"));
    // 2.3: 0 stands for the default (service-settings.c).
    let own = own.filter(|setting| setting.value.as_str().trim() != "0");
    let Some(setting) = own.or_else(|| dovecot.get("default_client_limit")) else { return };
    let (Ok(limit), Some(place)) = (setting.value.as_str().trim().parse::<u64>(), setting.value.span()) else { return };
    let uses = sasl_uses(cx);
    let Some(first) = uses.first() else { return };
    let mut most: Option<(u64, Option<postproof_diag::Span>, String)> = None;
    let written = cx.model.services.iter().filter(|service| service.is_smtpd());
    for service in written.take(MAX_SERVICES) {
        if !cx.model.is_yes(Scope::Service(service.id), "smtpd_sasl_auth_enable") {
            continue;
        }
        let entry = master::services(cx).filter(|entry| entry.name.span == service.name_span).last();
        let entry = entry.filter(|_| service.span.is_some());
        let (text, span) = match entry {
            Some(entry) if entry.process_limit.text != "-" => {
                (entry.process_limit.text.clone(), entry.process_limit.span)
            }
            Some(_) | None => {
                let set = main_place(cx, "default_process_limit");
                (cx.model.text(Scope::Main, "default_process_limit"), set.or(service.name_span).or(Some(first.place())))
            }
        };
        let Ok(count) = text.trim().parse::<u64>() else { continue };
        if most.as_ref().is_none_or(|(known, ..)| count > *known) {
            most = Some((count, span, service.label()));
        }
    }
    // One service alone has more processes than that.
    let Some((count, span, label)) = most.filter(|(count, ..)| *count > limit) else { return };
    let found = out.report(&RULE, place, message(&label, count, limit), WHY);
    found.related.extend(span.map(|span| Label::noted(span, POSTFIX)));
    found.help = Some(HELP);
}

fn message(service: &str, count: u64, limit: u64) -> Text {
    text!(
        "`{service}` of Postfix may run {count} processes, each with a connection to Dovecot's `service auth`, which takes {limit}",
        "Postfix의 `{service}` 서비스는 프로세스를 {count}개까지 실행하고 각각 Dovecot의 `service auth` 서비스에 접속하지만 그 서비스는 {limit}개까지만 받습니다"
    )
}

const POSTFIX: Text = Text::fixed("this service may run more processes", "이 서비스는 더 많은 프로세스를 실행합니다");
const WHY: Text = Text::fixed(
    "Under load further processes wait for an answer, and logins fail on SMTP and IMAP alike.",
    "부하가 걸리면 나머지 프로세스가 응답을 기다리고 SMTP와 IMAP 모두에서 로그인이 실패합니다.",
);
const HELP: Text = Text::fixed(
    "Raise `client_limit` of `service auth` above the processes of all smtpd services together.",
    "`service auth` 섹션의 `client_limit` 값을 모든 smtpd 서비스의 프로세스 수를 합한 것보다 크게 두십시오.",
);
