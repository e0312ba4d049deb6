//! Parameters that a later release will no longer have.

use crate::support::names::Use;
use crate::support::values::assigned;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::{Version, param};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "cfg-param-deprecated",
    group: Group::Cfg,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["DEPRECATION_README", "postconf(1)", "postconf_unused.c"],
    docs: docs!("param_deprecated"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let uses = cx.uses();
    let target = cx.model.target.postfix.value.series();
    for value in assigned(cx) {
        let Some(deprecated) = param(value.name).and_then(|param| param.deprecated) else { continue };
        // Gone for good: cfg-param-removed.
        if uses.of_name(cx, value.name) != Use::Known {
            continue;
        }
        let found = out.report(&RULE, value.name_span, message(value.name, deprecated), WHY);
        found.help = Some(help(value.name));
        if target < deprecated || cx.model.target.assumes_postfix() {
            found.severity = Severity::Info;
        }
    }
}

fn help(name: &str) -> Text {
    let level = |role: &str| {
        text!(
            "Set `{role}_tls_security_level` instead: `may` for `..._use_tls = yes`, `encrypt` for `..._enforce_tls = yes`.",
            "대신 `{role}_tls_security_level` 매개변수를 쓰십시오. `..._use_tls = yes` 설정은 `may`, `..._enforce_tls = yes` 설정은 `encrypt`입니다."
        )
    };
    match name {
        "smtpd_use_tls" | "smtpd_enforce_tls" => return level("smtpd"),
        "smtp_use_tls" | "smtp_enforce_tls" => return level("smtp"),
        "lmtp_use_tls" | "lmtp_enforce_tls" => return level("lmtp"),
        _ => {}
    }
    match param(name).and_then(|param| param.replaced_by) {
        Some(new) => text!("Use `{new}` instead.", "대신 `{new}` 설정을 쓰십시오."),
        None => Text::fixed("Remove the line.", "이 줄을 지우십시오."),
    }
}

fn message(name: &str, deprecated: Version) -> Text {
    text!(
        "`{name}` will be removed from Postfix, which warns about it from {deprecated} on",
        "`{name}` 매개변수는 Postfix에서 없어질 것이며 {deprecated} 버전부터 경고가 나옵니다"
    )
}

const WHY: Text = Text::fixed(
    "Once it is removed the line has no effect, without an error: what it turns on or protects is then off.",
    "없어지고 나면 이 줄은 오류 없이 효력을 잃고, 이 줄이 켜거나 보호하던 것은 꺼집니다.",
);
