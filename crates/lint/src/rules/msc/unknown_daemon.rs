//! Commands of master.cf that are no program of Postfix.

use crate::support::master::{DAEMONS, services};
use crate::support::names::is_one_edit;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Safety, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "msc-unknown-daemon",
    group: Group::Msc,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["master(5) Command name + arguments", "master_spawn.c"],
    docs: docs!("unknown_daemon"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for service in services(cx) {
        let command = service.command.text.as_str();
        let plain = !command.is_empty() && command.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        if !plain || command == "-" || DAEMONS.contains(&command) {
            continue;
        }
        let span = service.command.span.unwrap_or(service.span);
        let near = DAEMONS.iter().find(|daemon| is_one_edit(command, daemon));
        let found = out.report(&RULE, span, message(command), WHY);
        let Some(near) = near else {
            // Somebody may have put a program of their own there.
            found.severity = Severity::Info;
            found.help = Some(HELP);
            continue;
        };
        found.help = Some(text!("Did you mean `{near}`?", "`{near}` 프로그램을 쓰려던 것이 아닌지 확인하십시오."));
        found.fix = (cx.sources.slice(span) == command.as_bytes()).then(|| Fix {
            title: text!("write `{near}`", "`{near}` 이름으로 고치기"),
            edits: vec![Edit { span, replacement: (*near).to_owned() }],
            safety: Safety::NeedsReview,
        });
    }
}

fn message(command: &str) -> Text {
    text!("`{command}` is no program of Postfix", "`{command}` 이름의 Postfix 프로그램은 없습니다")
}

const WHY: Text = Text::fixed(
    "master runs the command from the daemon directory of Postfix; if it is not there, the service never answers.",
    "master는 이 프로그램을 Postfix 데몬 디렉터리에서 실행하며, 거기에 없으면 서비스는 응답하지 않습니다.",
);
const HELP: Text = Text::fixed(
    "Make sure that the program lies in `daemon_directory`; other programs are run with `pipe` or `spawn`.",
    "프로그램이 `daemon_directory` 디렉터리에 있는지 확인하십시오. 다른 프로그램은 `pipe` 또는 `spawn` 프로그램으로 실행합니다.",
);
