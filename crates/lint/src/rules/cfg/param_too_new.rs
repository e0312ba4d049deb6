//! Parameters that only a later release has.

use crate::support::unknown_names::{Fault, fault};
use crate::support::values::assigned;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::Version;
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "cfg-param-too-new",
    group: Group::Cfg,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(5)", "postconf(1) «unused parameter»"],
    docs: docs!("param_too_new"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let uses = cx.uses();
    let target = cx.model.target.postfix.value;
    for value in assigned(cx) {
        let Some(Fault::OtherRelease(param)) = fault(cx, uses, value.name, value.name_span) else { continue };
        let Some(since) = param.since.filter(|since| *since > target.series()) else { continue };
        let found = out.report(&RULE, value.name_span, message(value.name, since, target), WHY);
        found.help = Some(HELP);
        if cx.model.target.assumes_postfix() {
            found.severity = Severity::Info;
        }
    }
}

fn message(name: &str, since: Version, target: Version) -> Text {
    text!(
        "`{name}` came with Postfix {since}, and this configuration is judged for Postfix {target}",
        "`{name}` 매개변수는 Postfix {since} 버전에서 생겼고, 이 설정은 Postfix {target} 버전을 기준으로 봅니다"
    )
}

const WHY: Text = Text::fixed(
    "An earlier release ignores the line without an error, so what it is meant to do does not happen.",
    "앞선 버전은 오류 없이 이 줄을 무시하므로, 이 줄이 하려던 일은 일어나지 않습니다.",
);
const HELP: Text = Text::fixed(
    "If the server runs a later release, name it with `--postfix-version`; else remove the line.",
    "서버가 더 새 버전이면 `--postfix-version` 옵션으로 정하고, 아니면 이 줄을 지우십시오.",
);
