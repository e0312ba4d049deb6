//! The end of the walk in one sentence. It tells of one session and never
//! speaks of proof.

use super::WalkEnd;
use super::session::Stranger;
use crate::assumptions;
use crate::cx::Cx;
use postproof_diag::{Text, text};
use postproof_model::{Membership, Origin, RestrictionList};

pub(super) fn of(
    cx: &Cx<'_>,
    stranger: &Stranger,
    lists: &[&RestrictionList],
    end: &WalkEnd,
    permitted_by: &Option<String>,
) -> Text {
    let recipient = Text::verbatim(&stranger.recipient);
    let sentence = match end {
        WalkEnd::Refused { by, param, code, dsn, .. } => {
            let reply = Text::verbatim(format!("{code} {dsn}"));
            let (by, param) = (Text::verbatim(by), where_from(lists, param));
            text!(
                "a stranger's attempt to relay to `{recipient}` is refused with {reply} by `{by}` in {param}",
                "외부인이 `{recipient}` 주소로 릴레이를 시도하면 {param} 목록의 `{by}` 항목에서 {reply} 응답으로 거절합니다",
                recipient = recipient,
                reply = reply,
                by = by,
                param = param
            )
        }
        WalkEnd::Accepted => accepted(stranger, recipient, permitted_by),
        WalkEnd::Depends(reasons) => {
            let reasons = joined(reasons);
            text!(
                "whether a stranger's attempt to relay to `{recipient}` is refused cannot be told; it depends on: {reasons}",
                "외부인이 `{recipient}` 주소로 릴레이를 시도할 때 거절하는지는 알 수 없습니다. 다음에 달려 있습니다: {reasons}",
                recipient = recipient,
                reasons = reasons
            )
        }
        WalkEnd::DoesNotStart => return does_not_start(cx, lists),
    };
    with_assumptions(cx, stranger, lists, end, sentence)
}

fn accepted(stranger: &Stranger, recipient: Text, permitted_by: &Option<String>) -> Text {
    let client = Text::verbatim(stranger.client.to_string());
    match permitted_by {
        Some(by) => {
            let by = Text::verbatim(by);
            text!(
                "a stranger's attempt from `{client}` to relay to `{recipient}` is accepted: `{by}` permits it and nothing else refuses",
                "`{client}` 주소의 외부인이 `{recipient}` 주소로 릴레이를 시도하면 받아들입니다. `{by}` 항목이 허용하고 거절하는 항목이 없습니다",
                client = client,
                recipient = recipient,
                by = by
            )
        }
        None => text!(
            "a stranger's attempt from `{client}` to relay to `{recipient}` is accepted: no entry refuses it",
            "`{client}` 주소의 외부인이 `{recipient}` 주소로 릴레이를 시도하면 받아들입니다. 거절하는 항목이 없습니다",
            client = client,
            recipient = recipient
        ),
    }
}

fn does_not_start(cx: &Cx<'_>, lists: &[&RestrictionList]) -> Text {
    let undefined = lists
        .iter()
        .flat_map(|list| list.flat())
        .find(|entry| matches!(entry.kind, postproof_model::EntryKind::UndefinedClass));
    if let (Some(entry), postproof_model::Presence::Whole) = (undefined, cx.model.given.main_cf) {
        let word = entry.word.as_str();
        return text!(
            "smtpd does not start, so nobody can send anything: the restriction class `{word}` has no definition",
            "smtpd가 시작하지 않아 아무도 메일을 보낼 수 없습니다. 제한 클래스 `{word}` 항목의 정의가 없습니다"
        );
    }
    let target = cx.model.target.level.value;
    let level = target.as_level();
    let relay_is_default =
        lists.iter().any(|list| list.param == "smtpd_relay_restrictions" && list.origin == Origin::Default);
    if relay_is_default && target < postproof_catalog::Version::new(1, 0) {
        return text!(
            "smtpd does not start, so nobody can send anything: at compatibility_level {level} the relay list is empty, and the recipient list holds no relay guard either",
            "smtpd가 시작하지 않아 아무도 메일을 보낼 수 없습니다. compatibility_level {level} 수준에서는 릴레이 목록이 비어 있고, 수신자 목록에도 릴레이를 막는 항목이 없습니다"
        );
    }
    Text::fixed(
        "smtpd does not start, so nobody can send anything: neither the relay list nor the recipient list holds a relay guard such as `reject_unauth_destination`",
        "smtpd가 시작하지 않아 아무도 메일을 보낼 수 없습니다. 릴레이 목록에도 수신자 목록에도 `reject_unauth_destination`처럼 릴레이를 막는 항목이 없습니다",
    )
}

/// The list, and whether it is the default.
fn where_from(lists: &[&RestrictionList], param: &str) -> Text {
    let default = lists.iter().any(|list| list.param == param && list.origin == Origin::Default);
    match default {
        true => text!("`{param}` (default)", "`{param}`(기본값)"),
        false => Text::verbatim(format!("`{param}`")),
    }
}

fn with_assumptions(
    cx: &Cx<'_>,
    stranger: &Stranger,
    lists: &[&RestrictionList],
    end: &WalkEnd,
    sentence: Text,
) -> Text {
    let mut assumed: Vec<Text> = Vec::new();
    if !stranger.unread.is_empty() {
        let tables = stranger.unread.iter().map(|table| format!("`{table}`")).collect::<Vec<_>>().join(", ");
        let domain = stranger.recipient_domain();
        assumed.push(text!(
            "that the recipient's domain `{domain}` is not in {tables}",
            "수신자 도메인 `{domain}` 이름이 {tables} 표에 없다는 것"
        ));
    }
    if stranger.in_mynetworks == Membership::No && cx.model.networks(cx.scope, "mynetworks").is_none() {
        assumed.push(Text::fixed(
            "that the stranger is outside the networks that the host computes for `mynetworks`",
            "외부인이 서버가 계산한 `mynetworks` 네트워크 밖에 있다는 것",
        ));
    }
    if matches!(end, WalkEnd::Refused { .. }) && demands_tls(cx) {
        assumed.push(Text::fixed(
            "that the stranger starts TLS, as the service demands; without it MAIL FROM is answered 530 5.7.0",
            "서비스가 요구하는 대로 외부인이 TLS를 시작한다는 것(그러지 않으면 MAIL FROM 명령에 530 5.7.0으로 답합니다)",
        ));
    }
    if let Some(level) = assumptions::level(cx, stranger, lists, end) {
        assumed.push(level);
    }
    if assumed.is_empty() {
        return sentence;
    }
    let assumed = joined(&assumed);
    text!("{sentence}; assumed: {assumed}", "{sentence}. 가정: {assumed}", sentence = sentence, assumed = assumed)
}

// smtpd.c, mail_cmd and others: «Must issue a STARTTLS command first».
fn demands_tls(cx: &Cx<'_>) -> bool {
    !cx.yes("smtpd_tls_wrappermode")
        && (cx.text("smtpd_tls_security_level").trim().eq_ignore_ascii_case("encrypt")
            || (cx.is_empty("smtpd_tls_security_level") && cx.yes("smtpd_enforce_tls")))
}

fn joined(texts: &[Text]) -> Text {
    let join = |texts: Vec<&str>| texts.join("; ");
    Text {
        en: join(texts.iter().map(|text| text.en.as_ref()).collect()).into(),
        ko: join(texts.iter().map(|text| text.ko.as_ref()).collect()).into(),
    }
}
