//! Postfix delivers by LMTP, and Dovecot does not start it.

use crate::support::cross::{anchor, lmtp_uses, protocol_off};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text};

pub(crate) static RULE: Rule = Rule {
    name: "x-lmtp-not-enabled",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, protocols", "lmtp(8)"],
    docs: docs!("lmtp_not_enabled"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let Some(place) = protocol_off(dovecot, "lmtp") else { return };
    if let Some(used) = lmtp_uses(cx, dovecot).into_iter().next() {
        let found = out.report(&RULE, used.delivery.place, MESSAGE, WHY);
        found.related.extend(place.or(anchor(dovecot)).map(|span| Label::noted(span, LIST)));
        found.help = Some(HELP);
    }
}

const MESSAGE: Text = Text::fixed(
    "Postfix delivers to Dovecot by LMTP, but `protocols` of Dovecot does not have `lmtp`",
    "Postfix는 LMTP로 Dovecot에 메일을 보내지만 Dovecot의 `protocols` 설정에는 `lmtp` 항목이 없습니다",
);
const LIST: Text = Text::fixed("`lmtp` is not among the protocols", "프로토콜 가운데 `lmtp` 항목이 없습니다");
const WHY: Text = Text::fixed(
    "Dovecot opens no LMTP socket and no LMTP port then: every delivery fails and waits in the queue.",
    "그러면 Dovecot이 LMTP 소켓도 포트도 열지 않아 모든 배달이 실패하고 큐에서 기다립니다.",
);
const HELP: Text = Text::fixed(
    "Add `lmtp` to `protocols`; on Debian the package dovecot-lmtpd brings it.",
    "`protocols` 설정에 `lmtp` 항목을 더하십시오. 데비안에서는 dovecot-lmtpd 패키지가 제공합니다.",
);
