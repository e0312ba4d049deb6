//! Parameters that the release no longer has.

use crate::support::unknown_names::{Fault, fault};
use crate::support::values::assigned;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::{POSTFIX_VERSIONS, Version};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "cfg-param-removed",
    group: Group::Cfg,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["DEPRECATION_README", "postconf(1) «unused parameter»"],
    docs: docs!("param_removed"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let uses = cx.uses();
    let target = cx.model.target.postfix.value;
    for value in assigned(cx) {
        let Some(Fault::OtherRelease(param)) = fault(cx, uses, value.name, value.name_span) else { continue };
        let Some(removed) = param.removed.filter(|removed| *removed <= target.series()) else { continue };
        let found = out.report(&RULE, value.name_span, message(value.name, removed, target), WHY);
        found.help =
            Some(param.replaced_by.map_or(HELP, |new| text!("Use `{new}` instead.", "대신 `{new}` 설정을 쓰십시오.")));
        // The server may run a release that has it still.
        let oldest = POSTFIX_VERSIONS.first().is_some_and(|oldest| removed <= *oldest);
        if cx.model.target.assumes_postfix() && !oldest {
            found.severity = Severity::Info;
        }
    }
}

fn message(name: &str, removed: Version, target: Version) -> Text {
    text!(
        "Postfix {removed} removed `{name}`, and this configuration is judged for Postfix {target}",
        "`{name}` 매개변수는 Postfix {removed} 버전에서 없어졌고, 이 설정은 Postfix {target} 버전을 기준으로 봅니다"
    )
}

const WHY: Text = Text::fixed(
    "Postfix reads any name and ignores those it does not know, so what the line is meant to do does not happen.",
    "Postfix는 어떤 이름이든 읽고 모르는 이름은 무시하므로, 이 줄이 하려던 일은 일어나지 않습니다.",
);
const HELP: Text = Text::fixed("Remove the line.", "이 줄을 지우십시오.");
