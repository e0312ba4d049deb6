//! pipe services without `user=` or `argv=`.

use crate::support::master::services;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "msc-pipe-arguments",
    group: Group::Msc,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["pipe(8) COMMAND ATTRIBUTE SYNTAX", "pipe.c get_service_attr"],
    docs: docs!("pipe_arguments"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for service in services(cx).filter(|service| service.command.text == "pipe") {
        let begins = |attribute: &str| {
            service.arguments.iter().find(|word| {
                word.text.get(..attribute.len()).is_some_and(|start| start.eq_ignore_ascii_case(attribute))
            })
        };
        let span = service.command.span.unwrap_or(service.span);
        for attribute in ["user=", "argv="].into_iter().filter(|attribute| begins(attribute).is_none()) {
            out.report(&RULE, span, message(&service.name.text, attribute), WHY).help = Some(HELP);
        }
        let root = begins("user=").filter(|word| ["root", "0"].contains(&user(&word.text)));
        if let Some(word) = root {
            out.report(&RULE, word.span.unwrap_or(span), root_message(&service.name.text), WHY).help = Some(HELP);
        }
    }
}

/// `vmail` in `user=vmail:mail`.
fn user(word: &str) -> &str {
    let value = word.split_once('=').map_or("", |(_, value)| value);
    value.split(':').next().unwrap_or(value)
}

fn message(service: &str, attribute: &str) -> Text {
    text!(
        "the pipe service `{service}` has no `{attribute}`",
        "pipe 서비스 `{service}` 항목에 `{attribute}` 속성이 없습니다"
    )
}

fn root_message(service: &str) -> Text {
    text!(
        "the pipe service `{service}` would run its program as root, which pipe refuses",
        "pipe 서비스 `{service}` 항목은 프로그램을 root로 실행하려 하지만 pipe는 이를 거부합니다"
    )
}

const WHY: Text = Text::fixed(
    "pipe stops with a fatal error at each delivery, and the mail stays in the queue.",
    "pipe는 배달할 때마다 치명적 오류로 멈추고 메일은 큐에 남습니다.",
);
const HELP: Text = Text::fixed(
    "Name an unprivileged user and the command: `user=vmail argv=/path/to/program ${recipient}`.",
    "권한 없는 사용자와 명령을 지정하십시오: `user=vmail argv=/path/to/program ${recipient}`.",
);
