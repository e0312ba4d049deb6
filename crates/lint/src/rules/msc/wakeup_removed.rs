//! pickup and qmgr that nobody wakes up.

use crate::support::master::services;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Safety, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "msc-wakeup-removed",
    group: Group::Msc,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["master(5) Wake up time"],
    docs: docs!("wakeup_removed"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for service in services(cx) {
        // The stock times of conf/master.cf.
        let stock = match service.command.text.as_str() {
            "pickup" => "60",
            "qmgr" | "oqmgr" | "nqmgr" => "300",
            _ => continue,
        };
        let wakeup = service.wakeup.text.trim_end_matches('?');
        if wakeup != "-" && wakeup.parse() != Ok(0_u64) {
            continue;
        }
        let span = service.wakeup.span.unwrap_or(service.span);
        let found = out.report(&RULE, span, message(&service.command.text), WHY);
        found.help = Some(text!("Write `{stock}` in this field.", "이 필드에 `{stock}` 값을 쓰십시오."));
        found.fix = (cx.sources.slice(span) == service.wakeup.text.as_bytes()).then(|| Fix {
            title: text!("write `{stock}`", "`{stock}` 값으로 고치기"),
            edits: vec![Edit { span, replacement: stock.to_owned() }],
            safety: Safety::Safe,
        });
    }
}

fn message(daemon: &str) -> Text {
    text!("`{daemon}` has no wakeup time", "`{daemon}` 프로그램에 wakeup 시간이 없습니다")
}

const WHY: Text = Text::fixed(
    "master wakes these programs up to scan their queue; without it, deferred mail and mail left over from a stop stays where it is.",
    "master는 이 프로그램을 깨워 큐를 살피게 합니다. 그렇지 않으면 지연된 메일과 멈춘 동안 남은 메일은 그대로 있습니다.",
);
