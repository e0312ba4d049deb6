//! Names that are no parameter of the release and that nothing uses.

use crate::support::names::Uses;
use crate::support::unknown_names::{Fault, fault};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::nearest_param;
use postproof_diag::{Diagnostic, Edit, Fix, Safety, Severity, Span, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "cfg-unknown-parameter",
    group: Group::Cfg,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(1) «unused parameter»", "postconf_unused.c", "postconf_user.c"],
    docs: docs!("unknown_parameter"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let uses = cx.uses();
    for (name, written) in &cx.model.main {
        if let Some(fault) = own_fault(cx, uses, name, written.name_span) {
            report(cx, out, name, written.name_span, fault);
        }
    }
    for option in cx.model.services.iter().flat_map(|service| &service.overrides) {
        if let Some(fault) = own_fault(cx, uses, &option.name, option.name_span) {
            report(cx, out, &option.name, option.name_span, fault);
        }
    }
}

/// Names of other releases are the business of cfg-param-removed and
/// cfg-param-too-new.
fn own_fault(cx: &Cx<'_>, uses: &Uses, name: &str, span: Span) -> Option<Fault> {
    fault(cx, uses, name, span).filter(|fault| !matches!(fault, Fault::OtherRelease(_)))
}

fn report(cx: &Cx<'_>, out: &mut Sink, name: &str, span: Span, fault: Fault) {
    let found = out.report(&RULE, span, message(name, fault), WHY);
    match fault {
        Fault::OtherRelease(_) => {}
        Fault::Typo(near) => rename(cx, found, span, name, near.name),
        Fault::NoService => found.help = Some(NO_SERVICE_HELP),
        Fault::Unused => {
            let near = nearest_param(name, cx.model.target.postfix.value);
            found.help = Some(near.map_or(UNUSED_HELP, |near| did_you_mean(near.name)));
        }
    }
}

fn rename(cx: &Cx<'_>, found: &mut Diagnostic, span: Span, name: &str, near: &str) {
    found.help = Some(did_you_mean(near));
    found.fix = (cx.sources.slice(span) == name.as_bytes()).then(|| Fix {
        title: text!("write `{near}`", "`{near}` 이름으로 고치기"),
        edits: vec![Edit { span, replacement: near.to_owned() }],
        safety: Safety::NeedsReview,
    });
}

fn message(name: &str, fault: Fault) -> Text {
    match fault {
        Fault::OtherRelease(_) | Fault::Typo(_) | Fault::Unused => text!(
            "`{name}` is no Postfix parameter and nothing uses it",
            "`{name}` 이름의 Postfix 매개변수는 없고 이 이름을 쓰는 곳도 없습니다"
        ),
        Fault::NoService => text!(
            "`{name}` is for a service that master.cf does not have",
            "`{name}` 매개변수에 해당하는 서비스가 master.cf 파일에 없습니다"
        ),
    }
}

fn did_you_mean(near: &str) -> Text {
    text!("Did you mean `{near}`?", "`{near}` 매개변수를 쓰려던 것이 아닌지 확인하십시오.")
}

const WHY: Text = Text::fixed(
    "Postfix reads any name and ignores those it does not know, so what the line is meant to do does not happen.",
    "Postfix는 어떤 이름이든 읽고 모르는 이름은 무시하므로, 이 줄이 하려던 일은 일어나지 않습니다.",
);
const UNUSED_HELP: Text = Text::fixed("Correct the name, or remove the line.", "이름을 고치거나 이 줄을 지우십시오.");
const NO_SERVICE_HELP: Text = Text::fixed(
    "Correct the service name, add the service to master.cf, or remove the line.",
    "서비스 이름을 고치거나 master.cf 파일에 그 서비스를 더하거나 이 줄을 지우십시오.",
);
