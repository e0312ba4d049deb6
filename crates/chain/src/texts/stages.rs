//! What the stages of the conversation are, and what the end of a list means.

use crate::cx::Cx;
use postproof_diag::{Text, text};
use postproof_model::{MAX_LIST_ENTRIES, Stage};

/// What `stage` is in this service, in one sentence.
pub(crate) fn stage_text(cx: &Cx<'_>, stage: Stage) -> Text {
    let delays = cx.delays_refusals();
    match (stage, delays) {
        (Stage::Connect, true) => Text::fixed(
            "the client connects; its list waits for RCPT TO, so a refusal is spoken only there",
            "클라이언트가 접속합니다. 이 목록은 RCPT TO 단계까지 기다리므로 거절도 거기서 말합니다",
        ),
        (Stage::Connect, false) => Text::fixed(
            "the client connects; a refusal stands in the greeting, and every later command is refused too",
            "클라이언트가 접속합니다. 거절은 인사말에서 바로 말하며, 뒤의 명령도 모두 거절합니다",
        ),
        (Stage::Helo, _) => helo(cx, delays),
        (Stage::Mail, true) => Text::fixed(
            "the client names the sender (MAIL FROM); its list waits for RCPT TO",
            "클라이언트가 발신자를 밝힙니다(MAIL FROM). 이 목록은 RCPT TO 단계까지 기다립니다",
        ),
        (Stage::Mail, false) => Text::fixed(
            "the client names the sender (MAIL FROM) and is answered at once",
            "클라이언트가 발신자를 밝히고(MAIL FROM) 바로 답을 듣습니다",
        ),
        (Stage::Rcpt, true) => Text::fixed(
            "the client names a recipient (RCPT TO); the waiting lists are asked first, then these, once for each recipient",
            "클라이언트가 수신자를 밝힙니다(RCPT TO). 기다리던 목록을 먼저, 그다음 이 목록들을 수신자마다 한 번씩 검사합니다",
        ),
        (Stage::Rcpt, false) => Text::fixed(
            "the client names a recipient (RCPT TO); these lists are asked once for each recipient",
            "클라이언트가 수신자를 밝힙니다(RCPT TO). 이 목록들을 수신자마다 한 번씩 검사합니다",
        ),
        (Stage::Data, _) => {
            Text::fixed("the client wants to send the message (DATA)", "클라이언트가 메시지를 보내려 합니다(DATA)")
        }
        (Stage::EndOfData, _) => {
            Text::fixed("the message has been sent and waits for its answer", "메시지를 다 보내고 답을 기다립니다")
        }
        (Stage::Etrn, _) => Text::fixed(
            "the client asks for the queued mail of a domain (ETRN)",
            "클라이언트가 대기 중인 어떤 도메인의 메일을 내보내 달라고 합니다(ETRN)",
        ),
    }
}

// postconf(5), smtpd_helo_required; smtpd.c, mail_cmd: 503 before any list.
fn helo(cx: &Cx<'_>, delays: bool) -> Text {
    let waits = match delays {
        true => Text::fixed("; its list waits for RCPT TO", ". 이 목록은 RCPT TO 단계까지 기다립니다"),
        false => Text::fixed(" and is answered at once", ". 답은 바로 합니다"),
    };
    if cx.yes("smtpd_helo_required") {
        text!(
            "the client gives its name (HELO or EHLO){waits}; without it MAIL FROM is answered 503, as `smtpd_helo_required = yes`",
            "클라이언트가 이름을 밝힙니다(HELO 또는 EHLO){waits}. `smtpd_helo_required = yes` 설정이므로 이름을 밝히지 않으면 MAIL FROM 명령에 503으로 답합니다",
            waits = waits
        )
    } else {
        text!(
            "the client gives its name (HELO or EHLO){waits}; a client that sends no HELO skips the list, as `smtpd_helo_required = no`",
            "클라이언트가 이름을 밝힙니다(HELO 또는 EHLO){waits}. `smtpd_helo_required = no` 설정이므로 HELO를 보내지 않는 클라이언트는 이 목록을 건너뜁니다",
            waits = waits
        )
    }
}

/// Stands for the end of a list that is longer than what is read of it.
pub(crate) fn cut_text() -> Text {
    let most = MAX_LIST_ENTRIES;
    text!(
        "the list is longer: only its first {most} entries are read",
        "목록이 더 깁니다. 처음 {most} 항목까지만 읽습니다"
    )
}

/// What happens at the end of a list. `closed`: no session gets there.
pub(crate) fn end_text(param: &str, empty: bool, closed: bool) -> Text {
    match (empty, closed) {
        (true, _) => Text::fixed(
            "the list is empty: nothing is asked, the session goes on",
            "목록이 비어 있습니다. 아무것도 묻지 않고 넘어갑니다",
        ),
        (false, true) => Text::fixed("no session gets to the end of the list", "목록의 끝까지 가는 세션은 없습니다"),
        (false, false) if param == "smtpd_relay_restrictions" => Text::fixed(
            "who gets to the end of the list may relay as far as this list goes; the recipient list is asked all the same",
            "목록의 끝까지 온 세션은 이 목록에서는 허용입니다. 수신자 목록은 그와 상관없이 검사합니다",
        ),
        (false, false) => Text::fixed(
            "who gets to the end of the list is permitted by it",
            "목록의 끝까지 온 세션은 이 목록에서는 허용입니다",
        ),
    }
}
