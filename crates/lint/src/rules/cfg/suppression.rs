//! Comments that allow a finding and don't work: without a reason, for a rule
//! that does not exist, or with nothing to allow. What a comment leaves out is
//! known only after all rules ran, so `suppress.rs` calls [`diagnostic`].

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Diagnostic, Label, Severity, Span, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "cfg-suppression",
    group: Group::Cfg,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postproof rule cfg-suppression"],
    docs: docs!("suppression"),
    check,
};

fn check(_: &Cx<'_>, _: &mut Sink) {}

/// What is wrong with the comment.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// There is no rule of that name.
    UnknownRule,
    /// No reason is given.
    NoReason,
    /// The rule says nothing about the setting below.
    Unused,
}

/// The finding for the comment at `span` that names `rule`.
pub(crate) fn diagnostic(fault: Fault, rule: &str, span: Span) -> Diagnostic {
    let (severity, message, help) = match fault {
        Fault::UnknownRule => (Severity::Warning, unknown_rule(rule), UNKNOWN_RULE_HELP),
        Fault::NoReason => (Severity::Warning, no_reason(rule), NO_REASON_HELP),
        Fault::Unused => (Severity::Info, unused(rule), UNUSED_HELP),
    };
    Diagnostic {
        rule: RULE.name,
        severity,
        message,
        primary: Label::bare(span),
        related: Vec::new(),
        why: WHY,
        help: Some(help),
        fix: None,
        missing: Vec::new(),
        sources: RULE.sources,
    }
}

fn unknown_rule(rule: &str) -> Text {
    text!("there is no rule `{rule}` that this comment could allow", "이 주석이 허용하려는 `{rule}` 규칙은 없습니다")
}

fn no_reason(rule: &str) -> Text {
    text!(
        "the comment that allows `{rule}` gives no reason, so it has no effect",
        "`{rule}` 규칙을 허용하는 주석에 이유가 없으므로 효력이 없습니다"
    )
}

fn unused(rule: &str) -> Text {
    text!(
        "the rule `{rule}` reports nothing about the setting below this comment",
        "이 주석 아래의 설정에 대해 `{rule}` 규칙이 알리는 것이 없습니다"
    )
}

const WHY: Text = Text::fixed(
    "A comment that allows nothing hides the next fault at the same place, and one without a reason tells nobody why.",
    "아무것도 허용하지 않는 주석은 같은 자리에 생길 다음 결함을 가리고, 이유가 없는 주석은 왜 허용했는지 알려 주지 않습니다.",
);
const UNKNOWN_RULE_HELP: Text = Text::fixed(
    "Correct the name; `postproof rules` lists all of them.",
    "이름을 고치십시오. `postproof rules` 명령이 모든 이름을 보여 줍니다.",
);
const NO_REASON_HELP: Text =
    Text::fixed("Write the reason after the closing parenthesis.", "닫는 괄호 뒤에 이유를 쓰십시오.");
const UNUSED_HELP: Text = Text::fixed(
    "Remove the comment, or put it directly above the setting that it is about.",
    "주석을 지우거나 해당 설정 바로 위로 옮기십시오.",
);
