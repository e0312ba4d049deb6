//! The fixed words of the text layout, in both languages.

use crate::parts;
use postproof_catalog::Verdict;
use postproof_chain::StepState;
use postproof_diag::{Lang, Safety, Severity, Text};
use postproof_model::Stage;
use postproof_syntax::PartKind;

pub(super) static WHY: Text = Text::fixed("why", "이유");
pub(super) static HELP: Text = Text::fixed("help", "할 일");
pub(super) static SEE: Text = Text::fixed("see", "근거");
pub(super) static DOCS: Text = Text::fixed("more", "자세히");
pub(super) static DECIDES: Text = Text::fixed("would decide", "판단에 필요한 것");
pub(super) static CANNOT_TELL: Text = Text::fixed("cannot tell", "아직 알 수 없음");
pub(super) static HOST: Text = Text::fixed("Host", "호스트");
pub(super) static UNNAMED_HOST: Text = Text::fixed("Host (the text does not name it)", "호스트 (글에 이름이 없음)");
pub(super) static READ: Text = Text::fixed("Read", "읽은 것");
pub(super) static LEFT_ALONE: Text = Text::fixed("Left alone", "읽지 않은 부분");
pub(super) static NOT_GIVEN: Text = Text::fixed(
    "Not given (defaults are assumed; run on the server to know more)",
    "아직 없음 (기본값으로 보았습니다. 서버에서 실행하면 더 알 수 있습니다)",
);
pub(super) static NOTES: Text = Text::fixed("Noted while reading", "읽으면서 본 것");
pub(super) static EXCERPT: Text = Text::fixed("excerpt", "일부");
pub(super) static FOLLOWED: Text = Text::fixed("followed", "따라가 읽음");
pub(super) static NO_FINDINGS: Text = Text::fixed("no findings", "지적 사항 없음");
pub(super) static NOTHING_SET: Text = Text::fixed("nothing is set", "설정된 것이 없습니다");
pub(super) static NO_SMTPD: Text =
    Text::fixed("No smtpd service: nothing to explain.", "smtpd 서비스가 없어 설명할 것이 없습니다.");
pub(super) static ASSUMED: Text = Text::fixed("Assumed", "가정");
pub(super) static ENTRY_NEEDS: Text = Text::fixed("needs", "필요");
pub(super) static AT_END: Text = Text::fixed("at the end", "목록 끝");
pub(super) static NEVER_REACHED: Text = Text::fixed("NEVER REACHED", "실행되지 않음");
pub(super) static NO_EFFECT: Text = Text::fixed("NO EFFECT", "바뀌는 것 없음");
pub(super) static BUILT_IN: Text = Text::fixed("built in", "내장");
pub(super) static SET_AT: Text = Text::fixed("set at", "설정한 곳");
pub(super) static OVERRIDDEN_AT: Text = Text::fixed("-o in master.cf at", "master.cf의 -o 옵션");
pub(super) static DELAYED: Text = Text::fixed(
    "Refusals of CONNECT, HELO and MAIL FROM are spoken at RCPT TO (smtpd_delay_reject = yes).",
    "CONNECT, HELO, MAIL FROM 단계의 거절은 RCPT TO에서 답합니다 (smtpd_delay_reject = yes).",
);
pub(super) static NOT_DELAYED: Text = Text::fixed(
    "Every stage refuses at once (smtpd_delay_reject = no).",
    "단계마다 바로 거절합니다 (smtpd_delay_reject = no).",
);
pub(super) static TYPICAL: Text = Text::fixed("Typical sessions", "흔한 세션");
pub(super) static TAKEN: Text = Text::fixed("250 accepted", "250 받아들임");
pub(super) static NOT_WANTED: Text = Text::fixed("<- hardly meant so", "<- 의도하지 않았을 결과");
pub(super) static STRANGER: Text = Text::fixed("A stranger tries to relay", "외부인이 릴레이를 시도하면");
pub(super) static CONNECTS: Text = Text::fixed("connects, not logged in", "접속, 로그인하지 않음");
pub(super) static ACCEPTED: Text =
    Text::fixed("250 accepted: this stranger relays", "250 받아들임: 외부인이 릴레이합니다");
pub(super) static OPEN_END: Text = Text::fixed("cannot tell: it depends on", "아직 알 수 없음, 다음에 달림");
pub(super) static NO_START: Text = Text::fixed("smtpd does not start", "smtpd가 시작되지 않음");
pub(super) static NOT_ASKED: Text = Text::fixed("not asked any more", "더는 묻지 않음");

pub(super) fn severity(severity: Severity) -> &'static Text {
    static WORDS: [Text; 4] = [
        Text::fixed("error", "오류"),
        Text::fixed("warning", "경고"),
        Text::fixed("info", "정보"),
        Text::fixed("hint", "힌트"),
    ];
    let [error, warning, info, hint] = &WORDS;
    match severity {
        Severity::Error => error,
        Severity::Warning => warning,
        Severity::Info => info,
        Severity::Hint => hint,
    }
}

pub(super) fn fix(safety: Safety) -> &'static Text {
    static SAFE: Text = Text::fixed("fix, safe", "고치기, 안전함");
    static REVIEW: Text = Text::fixed("fix, for you to judge", "고치기, 판단이 필요함");
    match safety {
        Safety::Safe => &SAFE,
        Safety::NeedsReview => &REVIEW,
    }
}

/// A kind of part: the name of a file or command, or a word.
pub(super) fn kind(kind: PartKind, lang: Lang) -> &'static str {
    match (kind, lang) {
        (PartKind::Table, Lang::Ko) => "조회 테이블",
        (PartKind::ClientFile, Lang::Ko) => "클라이언트 파일",
        (_, Lang::En | Lang::Ko) => parts::kind(kind),
    }
}

pub(super) fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Connect => "CONNECT",
        Stage::Helo => "HELO",
        Stage::Mail => "MAIL FROM",
        Stage::Rcpt => "RCPT TO",
        Stage::Data => "DATA",
        Stage::EndOfData => "END OF DATA",
        Stage::Etrn => "ETRN",
    }
}

pub(super) fn verdict(verdict: Verdict) -> &'static Text {
    static WORDS: [Text; 6] = [
        Text::fixed("permit", "허용"),
        Text::fixed("reject", "거절"),
        Text::fixed("go on", "계속"),
        Text::fixed("defer if permit", "허용이면 보류"),
        Text::fixed("defer if reject", "거절이면 보류"),
        Text::fixed("any answer", "어떤 답이든"),
    ];
    let [permit, reject, go_on, defer_if_permit, defer_if_reject, anything] = &WORDS;
    match verdict {
        Verdict::Permit => permit,
        Verdict::Reject => reject,
        Verdict::GoOn => go_on,
        Verdict::DeferIfPermit => defer_if_permit,
        Verdict::DeferIfReject => defer_if_reject,
        Verdict::Anything => anything,
    }
}

pub(super) fn state(state: StepState) -> &'static Text {
    static WORDS: [Text; 5] = [
        Text::fixed("goes on", "계속"),
        Text::fixed("permits", "허용"),
        Text::fixed("REFUSES", "거절"),
        Text::fixed("cannot tell", "알 수 없음"),
        Text::fixed("not asked", "묻지 않음"),
    ];
    let [goes_on, permits, refuses, unknown, not_reached] = &WORDS;
    match state {
        StepState::GoesOn => goes_on,
        StepState::Permits => permits,
        StepState::Refuses => refuses,
        StepState::Unknown => unknown,
        StepState::NotReached => not_reached,
    }
}

/// `8 findings: 1 error, 3 warnings`.
pub(super) fn summary(counts: &[(Severity, usize)], lang: Lang) -> String {
    let total: usize = counts.iter().map(|(_, count)| count).sum();
    let present = counts.iter().filter(|(_, count)| *count > 0);
    match lang {
        Lang::En => {
            let parts: Vec<String> = present
                .map(|(severity, count)| match severity {
                    Severity::Error => plural(*count, "error"),
                    Severity::Warning => plural(*count, "warning"),
                    Severity::Info => format!("{count} info"),
                    Severity::Hint => plural(*count, "hint"),
                })
                .collect();
            format!("{}: {}", plural(total, "finding"), parts.join(", "))
        }
        Lang::Ko => {
            let parts: Vec<String> =
                present.map(|(kind, count)| format!("{} {count}건", severity(*kind).get(lang))).collect();
            format!("지적 사항 {total}건: {}", parts.join(", "))
        }
    }
}

/// `12 configurations, 8 findings: 1 error, 3 warnings`.
pub(super) fn total(reports: usize, counts: &[(Severity, usize)], lang: Lang) -> String {
    let findings = if counts.iter().all(|(_, count)| *count == 0) {
        NO_FINDINGS.get(lang).to_owned()
    } else {
        summary(counts, lang)
    };
    match lang {
        Lang::En => format!("{}, {findings}", plural(reports, "configuration")),
        Lang::Ko => format!("설정 {reports}개, {findings}"),
    }
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
