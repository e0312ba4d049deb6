//! quota-status refuses users that Dovecot does not know.

use crate::support::quota_policy::quota_status;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-quota-status-default",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["Dovecot manual, quota_status_nouser", "quota-status.c"],
    docs: docs!("quota_status_default"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot().filter(|dovecot| !dovecot.is_partial) else { return };
    let Some(service) = quota_status(dovecot).into_iter().next() else { return };
    if let Some(place) = service.span().filter(|_| dovecot.plugin("quota_status_nouser").is_none()) {
        out.report(&RULE, place, MESSAGE, WHY).help = Some(HELP);
    }
}

const MESSAGE: Text = Text::fixed(
    "`quota_status_nouser` is not set: quota-status answers `REJECT Unknown user` for every address that is no user",
    "`quota_status_nouser` 설정이 없어 quota-status 서비스가 사용자가 아닌 주소마다 `REJECT Unknown user` 응답을 합니다",
);
const WHY: Text = Text::fixed(
    "Aliases, lists and addresses of other classes are no users of Dovecot: Postfix refuses mail to them though it would deliver it.",
    "별칭, 메일링 리스트, 다른 주소 클래스의 주소는 Dovecot의 사용자가 아니므로 배달할 수 있는 메일을 Postfix가 거부합니다.",
);
const HELP: Text =
    Text::fixed("Set `quota_status_nouser = DUNNO`.", "`quota_status_nouser = DUNNO` 설정을 넣으십시오.");
