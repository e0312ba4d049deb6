//! Postfix and Dovecot split addresses at other characters.

use crate::support::cross::lmtp_uses;
use crate::support::dovecot::Dovecot;
use crate::support::mail_paths::{Way, deliveries, main_place, runs_lda};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Span, Text, text};
use postproof_model::{Presence, Scope};

pub(crate) static RULE: Rule = Rule {
    name: "x-recipient-delimiter",
    group: Group::X,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(5) recipient_delimiter", "Dovecot manual, recipient_delimiter, lmtp_save_to_detail_mailbox"],
    docs: docs!("recipient_delimiter"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let own = main_place(cx, "recipient_delimiter");
    // Where both are set, they were meant for each other.
    let both = dovecot.get("recipient_delimiter").and(own);
    let Some(delivered) = delivered(cx, dovecot).or(both) else { return };
    let postfix = cx.model.text(Scope::Main, "recipient_delimiter");
    let setting = dovecot.get_in("lmtp", "recipient_delimiter");
    let theirs = setting.map_or("+", |setting| setting.value.as_str());
    let place = setting.and_then(|setting| setting.value.span().or(Some(setting.name_span)));
    if postfix.contains('$') || theirs.contains(['$', '%']) || setting.is_none() && dovecot.is_partial {
        return;
    }
    if let Some(own) = own.filter(|_| !postfix.is_empty()) {
        let unknown: String = postfix.chars().filter(|ch| !theirs.contains(*ch)).collect();
        if !unknown.is_empty() {
            let found = out.report(&RULE, own, differs(&postfix, theirs), WHY_REFUSED);
            found
                .related
                .push(Label::noted(place.unwrap_or(delivered), if place.is_some() { THEIRS } else { DELIVERED }));
            found.help = Some(help(&postfix));
        }
        return;
    }
    if cx.model.given.main_cf != Presence::Whole {
        return;
    }
    let detail = dovecot.get_in("lmtp", "lmtp_save_to_detail_mailbox");
    let wants = detail.filter(|setting| crate::support::dovecot::words::boolean(setting.value.as_str()) == Some(true));
    let place = wants.and_then(|setting| setting.value.span()).or(place.filter(|_| !theirs.is_empty()));
    if let Some(place) = place {
        let found = out.report(&RULE, place, unset(theirs), WHY_UNSET);
        found.related.push(Label::noted(own.unwrap_or(delivered), DELIVERED));
        found.help = Some(help_unset(theirs));
    }
}

/// Where Postfix hands mail to Dovecot.
fn delivered(cx: &Cx<'_>, dovecot: &Dovecot<'_>) -> Option<Span> {
    let lmtp = lmtp_uses(cx, dovecot).into_iter().next().map(|used| used.delivery.place);
    let lda = deliveries(cx).into_iter().find(|one| matches!(&one.way, Way::Pipe(words) if runs_lda(words)));
    lmtp.or(lda.map(|one| one.place))
}

fn differs(postfix: &str, dovecot: &str) -> Text {
    text!(
        "`recipient_delimiter` is `{postfix}` in Postfix and `{dovecot}` in Dovecot",
        "`recipient_delimiter` 값이 Postfix에서는 `{postfix}`이고 Dovecot에서는 `{dovecot}`입니다"
    )
}

fn unset(dovecot: &str) -> Text {
    text!(
        "Dovecot splits addresses at `{dovecot}`, but Postfix has no `recipient_delimiter`",
        "Dovecot은 주소를 `{dovecot}` 문자에서 나누지만 Postfix에는 `recipient_delimiter` 설정이 없습니다"
    )
}

fn help(postfix: &str) -> Text {
    text!(
        "Set `recipient_delimiter = {postfix}` in Dovecot too, or the same on both sides.",
        "Dovecot에도 `recipient_delimiter = {postfix}` 값을 두거나 양쪽에 같은 값을 쓰십시오."
    )
}

fn help_unset(dovecot: &str) -> Text {
    text!(
        "Set `recipient_delimiter = {dovecot}` in main.cf.",
        "main.cf에 `recipient_delimiter = {dovecot}` 설정을 넣으십시오."
    )
}

const THEIRS: Text = Text::fixed("Dovecot's value", "Dovecot의 값");
const DELIVERED: Text =
    Text::fixed("Postfix hands mail to Dovecot here", "Postfix가 여기에서 Dovecot에 메일을 넘깁니다");
const WHY_REFUSED: Text = Text::fixed(
    "Postfix accepts an address with a tag behind its delimiter and hands it on whole; Dovecot does not split it, finds no such user, and the mail bounces after it was accepted.",
    "Postfix는 구분 문자 뒤에 꼬리표가 붙은 주소를 받아 그대로 넘기지만 Dovecot은 그것을 나누지 못해 사용자를 찾지 못하고, 이미 받은 메일이 반송됩니다.",
);
const WHY_UNSET: Text = Text::fixed(
    "Postfix looks for a recipient of the whole name, tag included, and refuses the mail: Dovecot never sees one.",
    "Postfix는 꼬리표까지 포함한 이름의 수신자를 찾다가 메일을 거부하므로 Dovecot에는 그런 메일이 오지 않습니다.",
);
