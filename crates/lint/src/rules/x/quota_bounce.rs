//! Quotas that Postfix does not learn of before it accepts mail.

use crate::support::cross::lmtp_uses;
use crate::support::dovecot::lists::has;
use crate::support::quota_policy::{policies, quota_status};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text};
use postproof_model::Presence;

pub(crate) static RULE: Rule = Rule {
    name: "x-quota-bounce",
    group: Group::X,
    severity: Severity::Info,
    since: "0.1.0",
    sources: &["Dovecot manual, quota-status", "Dovecot manual, lmtp_rcpt_check_quota", "SMTPD_POLICY_README"],
    docs: docs!("quota_bounce"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let whole = cx.model.given.main_cf == Presence::Whole && cx.model.given.master_cf == Presence::Whole;
    // Any policy server may be asked about quotas, by whatever name.
    if !whole || dovecot.is_partial || !quota_status(dovecot).is_empty() || !policies(cx).is_empty() {
        return;
    }
    let tempfail =
        dovecot.is_on("quota_full_tempfail", false) || dovecot.get_in("lmtp", "quota_full_tempfail").is_some();
    let Some(used) = lmtp_uses(cx, dovecot).into_iter().next().filter(|_| !tempfail) else { return };
    let plugins = dovecot.list("lmtp", "mail_plugins");
    let loaded = plugins.iter().flatten().find(|word| word.text == "quota");
    let limited = if dovecot.is_new {
        dovecot.all().any(|block| block.name() == "quota" && !block.is_root())
    } else {
        dovecot.plugin("quota").is_some() && dovecot.plugin("quota_rule").is_some()
    };
    if !limited || !has(plugins.as_deref(), "quota") {
        return;
    }
    if let Some(place) = loaded.and_then(|word| word.span) {
        let found = out.report(&RULE, place, MESSAGE, WHY);
        found.related.push(Label::noted(used.delivery.place, DELIVERED));
        found.help = Some(HELP);
    }
}

const MESSAGE: Text = Text::fixed(
    "Dovecot refuses mail over quota, but Postfix does not ask about quotas before it accepts mail",
    "Dovecot은 할당량을 넘는 메일을 거부하지만 Postfix는 메일을 받기 전에 할당량을 묻지 않습니다",
);
const DELIVERED: Text =
    Text::fixed("Postfix has accepted the mail here", "이 시점에는 Postfix가 이미 메일을 받았습니다");
const WHY: Text = Text::fixed(
    "Mail to a full mailbox is accepted and then bounces, often to a forged sender.",
    "가득 찬 메일박스로 가는 메일을 받은 뒤에 반송하게 되며, 위조된 발신자에게 가는 일이 많습니다.",
);
const HELP: Text = Text::fixed(
    "Run Dovecot's quota-status and ask it with `check_policy_service` after `reject_unauth_destination`.",
    "Dovecot의 quota-status 서비스를 실행하고 `reject_unauth_destination` 뒤에서 `check_policy_service` 항목으로 물으십시오.",
);
