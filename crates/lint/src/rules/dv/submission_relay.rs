//! A submission service that has nobody to hand mail to.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-submission-relay",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["Dovecot manual, submission_relay_host", "submission-settings.c"],
    docs: docs!("submission_relay"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot().filter(|dovecot| !dovecot.is_partial) else { return };
    let list = dovecot.list("", "protocols").unwrap_or_default();
    let Some(word) = list.iter().find(|word| word.text == "submission") else { return };
    let host = dovecot.get_in("submission", "submission_relay_host").map_or("", |setting| setting.value.as_str());
    if let Some(place) = word.span.filter(|_| host.trim().is_empty()) {
        let name = "submission_relay_host";
        let found = out.report(&RULE, place, message(name), WHY);
        // Packages add their protocol by a file of their own, used or not.
        let path = cx.sources.get(place.file).map_or("", |document| document.known_as());
        if path.ends_with(".protocol") {
            found.severity = Severity::Info;
        }
        found.help = Some(HELP);
    }
}

fn message(name: &str) -> Text {
    text!(
        "`submission` is switched on, but `{name}` is not set",
        "`submission` 프로토콜이 켜져 있지만 `{name}` 설정이 없습니다"
    )
}

const WHY: Text = Text::fixed(
    "Dovecot does not send mail itself: without a relay every session fails.",
    "Dovecot은 메일을 직접 보내지 않으므로 넘길 곳이 없으면 모든 세션이 실패합니다.",
);
const HELP: Text = Text::fixed(
    "Set `submission_relay_host = 127.0.0.1`, or take `submission` out of `protocols`.",
    "`submission_relay_host = 127.0.0.1` 설정을 넣거나 `protocols` 설정에서 `submission` 항목을 빼십시오.",
);
