//! quota-status is asked at a place of the list where its answers do harm.

use crate::support::quota_policy::{Policy, is_asked, policies, quota_status};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Span, Text, text};
use postproof_model::Entry;

pub(crate) static RULE: Rule = Rule {
    name: "x-quota-policy-order",
    group: Group::X,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["SMTPD_POLICY_README", "quota-status.c", "access(5) OK"],
    docs: docs!("quota_policy_order"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let services = quota_status(dovecot);
    if services.is_empty() {
        return;
    }
    let place = services.first().and_then(|service| service.span());
    let asked = policies(cx).into_iter().filter(|policy| is_asked(cx, dovecot, &services, &policy.server));
    for policy in asked {
        let list = cx.model.restriction_list(policy.scope, policy.param);
        let entries = list.flat();
        if let Some(guard) = guard_behind(&policy, &entries) {
            let nouser = dovecot.plugin("quota_status_nouser");
            let found = out.report(&RULE, policy.span, before_guard(), WHY_GUARD);
            found.related.extend(guard.map(|span| Label::noted(span, GUARD)));
            let said = nouser.and_then(|setting| setting.value.span()).or(place);
            found.related.extend(said.map(|span| Label::noted(span, NOUSER)));
            found.help = Some(HELP_GUARD);
            continue;
        }
        // quota-status.c: OK unless quota_status_success says otherwise.
        let success = dovecot.plugin("quota_status_success");
        if success.is_none() && dovecot.is_partial {
            continue;
        }
        let answer = success.map_or("OK", |setting| setting.value.as_str()).trim();
        let permits = answer.eq_ignore_ascii_case("OK") || answer.to_ascii_uppercase().starts_with("PERMIT");
        let skipped = entries.iter().skip(policy.at + 1).find(|entry| can_refuse(entry));
        if let (true, Some(skipped)) = (permits, skipped) {
            let found = out.report(&RULE, policy.span, skips(&skipped.word, answer), WHY_OK);
            let said = success.and_then(|setting| setting.value.span()).or(place);
            found.related.extend(said.map(|span| Label::noted(span, ANSWER)));
            found.help = Some(HELP_OK);
        }
    }
}

/// The guard of the same list, if it stands behind the policy. In the other
/// recipient list no guard is needed.
fn guard_behind(policy: &Policy, entries: &[&Entry]) -> Option<Option<Span>> {
    let is_guard = |entry: &&&Entry| entry.is("reject_unauth_destination") || entry.is("defer_unauth_destination");
    let behind = entries.iter().skip(policy.at + 1).find(is_guard)?;
    let before = entries.iter().take(policy.at).any(|entry| is_guard(&entry));
    (!before).then_some(behind.span)
}

fn can_refuse(entry: &Entry) -> bool {
    let names = entry.restriction().is_some_and(|one| one.name.starts_with("reject") || one.name.starts_with("check_"));
    names && entry.warn_if_reject.is_none()
}

fn before_guard() -> Text {
    Text::fixed(
        "quota-status is asked before `reject_unauth_destination`, about recipients of other hosts too",
        "quota-status 서비스를 `reject_unauth_destination` 앞에서 물어 다른 호스트의 수신자까지 묻습니다",
    )
}

fn skips(word: &str, answer: &str) -> Text {
    text!(
        "quota-status answers `{answer}` for every mailbox with room, and `{word}` behind it is then skipped",
        "quota-status 서비스는 여유 있는 메일박스마다 `{answer}` 응답을 하므로 그 뒤의 `{word}` 항목이 건너뛰어집니다"
    )
}

const GUARD: Text = Text::fixed("the guard stands behind it", "막는 항목이 그 뒤에 있습니다");
const NOUSER: Text = Text::fixed("says what is answered for unknown users", "모르는 사용자에 대한 응답을 정합니다");
const ANSWER: Text = Text::fixed("the answer comes from here", "응답은 여기에서 나옵니다");
const WHY_GUARD: Text = Text::fixed(
    "Dovecot knows no user of other hosts: with `quota_status_nouser` at its default it refuses outgoing mail of your own users.",
    "Dovecot은 다른 호스트의 사용자를 모르므로 `quota_status_nouser` 값이 기본값이면 사용자들이 밖으로 보내는 메일을 거부합니다.",
);
const WHY_OK: Text = Text::fixed(
    "OK ends the list in favour of the mail, so that the checks behind it protect only full mailboxes.",
    "OK 응답은 목록을 통과시키고 끝내므로 그 뒤의 검사는 가득 찬 메일박스만 지키게 됩니다.",
);
const HELP_GUARD: Text = Text::fixed(
    "Move the `check_policy_service` entry behind `reject_unauth_destination`.",
    "`check_policy_service` 항목을 `reject_unauth_destination` 뒤로 옮기십시오.",
);
const HELP_OK: Text = Text::fixed(
    "Set `quota_status_success = DUNNO` in Dovecot, or move the entry to the end of the list.",
    "Dovecot에 `quota_status_success = DUNNO` 값을 두거나 이 항목을 목록 끝으로 옮기십시오.",
);
