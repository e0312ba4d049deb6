//! The user of all mail is one that Dovecot refuses.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-first-valid-uid",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, first_valid_uid", "mail-storage-service.c"],
    docs: docs!("first_valid_uid"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let Some(setting) = dovecot.get("mail_uid") else { return };
    let (Ok(uid), Some(place)) = (setting.value.as_str().trim().parse::<u32>(), setting.value.span()) else { return };
    let lowest = dovecot.get("first_valid_uid");
    if lowest.is_none() && dovecot.is_partial {
        return;
    }
    let first = lowest.map_or(Ok(500), |lowest| lowest.value.as_str().trim().parse::<u32>());
    let highest = dovecot.get("last_valid_uid");
    let last = highest.and_then(|setting| setting.value.as_str().trim().parse::<u32>().ok()).filter(|last| *last != 0);
    let Ok(first) = first else { return };
    let (message, other) = match () {
        () if uid < first => (low(uid, first), lowest),
        () if last.is_some_and(|last| uid > last) => (high(uid), highest),
        () => return,
    };
    let found = out.report(&RULE, place, message, WHY);
    found.related.extend(other.and_then(|one| one.value.span()).map(|span| Label::noted(span, LIMIT)));
    found.help = Some(HELP);
}

fn low(uid: u32, first: u32) -> Text {
    text!(
        "`mail_uid` {uid} is below `first_valid_uid` ({first})",
        "`mail_uid` 값({uid})이 `first_valid_uid` 값({first})보다 작습니다"
    )
}

fn high(uid: u32) -> Text {
    text!("`mail_uid` {uid} is above `last_valid_uid`", "`mail_uid` 값({uid})이 `last_valid_uid` 값보다 큽니다")
}

const LIMIT: Text = Text::fixed("the limit", "한도");
const WHY: Text = Text::fixed(
    "Dovecot refuses every login: the uid of the user is not permitted.",
    "사용자의 uid가 허용되지 않아 Dovecot이 모든 로그인을 거부합니다.",
);
const HELP: Text = Text::fixed(
    "Lower `first_valid_uid` to that uid, or use another user.",
    "`first_valid_uid` 값을 그 uid로 낮추거나 다른 사용자를 쓰십시오.",
);
