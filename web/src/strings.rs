//! Every word of the page in both languages.

use postproof_engine::diag::{Severity, Text, text};
use postproof_engine::migration::Kind;
use postproof_engine::syntax::PartKind;

macro_rules! words {
    ($($name:ident: $en:literal, $ko:literal;)+) => { $(pub(crate) static $name: Text = Text::fixed($en, $ko);)+ };
}

words! {
    SKIP: "Skip to the answers", "답으로 건너뛰기";
    PRIVATE: "Nothing leaves this page", "아무것도 전송하지 않습니다";
    EXAMPLES: "Examples", "예제";
    THEME_SYSTEM: "Theme: as the system", "테마: 시스템 설정";
    THEME_LIGHT: "Theme: light", "테마: 밝게";
    THEME_DARK: "Theme: dark", "테마: 어둡게";
    START_OVER: "Start over", "새로 시작";
    KEYS: "Keys", "단축키";
    CLOSE: "Close", "닫기";

    QUESTION: "Can a stranger send mail through your server?", "내 메일 서버를 남이 쓸 수 있을까요?";
    INTRO: "Paste a Postfix or Dovecot configuration. You get the answer, the line that decides it, and what to change. It is all read here, by your browser.", "Postfix나 Dovecot 설정을 붙여 넣으세요. 답과 그 근거가 되는 줄, 고칠 것을 보여 줍니다. 모든 처리는 이 브라우저 안에서 끝납니다.";
    RUN_THIS: "On the server, run this and paste all of it:", "서버에서 실행해 나온 것을 그대로 붙여 넣습니다:";
    OFFLINE: "This page may not connect to anything. Turn off the network and try.", "이 페이지는 어디에도 접속할 수 없습니다. 인터넷을 끊고 써 보셔도 됩니다.";
    CONFIGURATION: "Configuration", "설정";
    PLACEHOLDER: "myhostname = mail.example.org\nmynetworks = 127.0.0.0/8\nsmtpd_recipient_restrictions = permit_mynetworks, …\n\nAnything goes: postconf -n, main.cf, master.cf,\ndoveconf -n, or a whole forum post around them.", "myhostname = mail.example.org\nmynetworks = 127.0.0.0/8\nsmtpd_recipient_restrictions = permit_mynetworks, …\n\npostconf -n, main.cf, master.cf, doveconf -n,\n또는 이런 설정이 든 게시글 전체도 됩니다.";
    PASTE: "Paste", "붙여넣기";
    OPEN_FILES: "Open files", "파일 열기";
    OR_DROP: "or drop files here", "파일을 끌어다 놓아도 됩니다";
    PASTE_REFUSED: "The browser did not hand over the clipboard. Press Ctrl+V in the box.", "브라우저가 클립보드를 주지 않았습니다. 상자에서 Ctrl+V를 누르세요.";
    LEARN: "Learn from broken set-ups", "고장 난 설정에서 배우기";
    LEARN_NOTE: "Small set-ups with real mistakes. Open one and see what gives it away.", "흔한 실수를 담은 작은 설정입니다. 눌러서 무엇이 잘못됐는지 찾아보세요.";
    COPY: "Copy", "복사";
    COPIED: "Copied", "복사함";

    SOURCE: "Source", "원문";
    SHOW_SOURCE: "Show source", "원문 보기";
    HIDE_SOURCE: "Back to the answers", "답으로 돌아가기";
    PARTS: "Parts of your paste", "붙여 넣은 글의 부분";
    NOT_PASTED: "not pasted", "아직 없음";
    ONLY_A_PART: "the rest of it", "나머지 부분";
    LEFT_ALONE: "left alone", "읽지 않은 부분";
    LEFT_ALONE_LIST: "Lines that are no configuration", "설정이 아닌 줄";
    PASTE_NAME: "paste", "붙여 넣은 글";
    STILL_READING: "Still reading", "읽는 중";
    ADD_FILES: "Add files", "파일 추가";
    ODD_BYTES: "This file is not UTF-8: bytes that are no text show as ?, and fixes are off.", "UTF-8이 아닌 파일입니다. 글자가 아닌 바이트는 ?로 보이고 고치기는 쓸 수 없습니다.";

    ANSWERS: "Answers", "답";
    OVERVIEW: "Overview", "요약";
    CHAIN: "Chain", "검사 순서";
    FINDINGS: "Findings", "지적 사항";
    MIGRATE: "To Dovecot 2.4", "Dovecot 2.4로";
    SESSION: "Try a session", "세션 시험";
    HOSTS: "Hosts", "서버";
    NO_HOST_NAME: "a host without a name", "이름 없는 서버";
    NOTHING_FOUND: "No configuration found in this text", "이 글에서 설정을 찾지 못했습니다";
    LOOKED_FOR: "Postproof looks for main.cf and master.cf lines, and for the output of postconf and doveconf. Run this on the server and paste all of it:", "main.cf와 master.cf의 줄, postconf와 doveconf의 출력을 찾습니다. 서버에서 아래 명령을 실행해 나온 것을 그대로 붙여 넣으세요:";

    OPEN_RELAY: "Open relay", "오픈 릴레이";
    STATE_REFUSED: "Refused", "거절";
    STATE_DOUBTFUL: "Refused, with a way round", "거절, 돌아갈 길이 있음";
    STATE_ACCEPTED: "Accepted", "받아들임";
    STATE_DEPENDS: "Cannot tell yet", "아직 알 수 없음";
    STATE_NO_START: "Does not start", "시작하지 않음";
    STATE_ERROR: "Error", "오류";
    STATE_FAULT: "To put right", "고칠 것";
    STATE_MILD: "Worth a look", "살펴볼 것";
    PROVEN_CLOSED: "Proven closed", "닫혀 있음이 증명됨";
    OPEN_WITNESS: "Open, with a witness", "열려 있음, 세션으로 확인";
    PROVEN: "Proven", "증명됨";
    NOT_SO: "Not so, a session shows it", "성립하지 않음, 세션으로 확인";
    DEPENDS_ON_LOOKUP: "Depends on a look-up", "조회 결과에 달림";
    CLAIM: "For every session", "모든 세션에 대해";
    NOT_SO_IF: "Not so if one of these is so", "다음 가운데 하나라도 맞으면 성립하지 않음";
    EXCEPTED: "Except for those let in by", "예외를 허용하는 항목";
    SEE_THE_SESSION: "See the session", "세션 보기";
    NOBODY_RELAYS: "No session of a stranger relays.", "외부인의 어떤 세션도 릴레이되지 않습니다.";
    SOMEBODY_RELAYS: "A session of a stranger relays.", "외부인의 어떤 세션이 릴레이됩니다.";
    HEARS: "What a stranger hears", "외부인이 듣는 답";
    NOT_A_PROOF: "This follows one session, a client from outside that has not logged in. It is not yet a proof for all sessions.", "바깥에서 온, 로그인하지 않은 클라이언트의 세션 하나를 따라간 결과입니다. 모든 세션에 대한 증명은 아직 아닙니다.";
    DECIDED_BY: "Decided by", "결정한 항목:";
    IN_LIST: "in", "목록:";
    A_DEFAULT: "a default", "기본값";
    ASSUMED: "Assumed", "가정한 것";
    SEE_THE_PATH: "See the path", "경로 보기";
    SEE_FINDING: "See the finding", "지적 사항 보기";
    PASTE_MORE: "Paste more to know more", "더 붙여 넣으면 더 알 수 있습니다";
    TAKEN_AS_DEFAULT: "What you did not paste is taken at its default.", "붙여 넣지 않은 설정은 기본값으로 봅니다.";

    HOW_FAR: "How far does the conversation get?", "SMTP 대화가 어디까지 가는지 봅니다";
    HOW_FAR_NOTE: "Choose who tries what. The line lights up in the order in which Postfix asks.", "누가 무엇을 하는지 고릅니다. Postfix가 묻는 순서대로 길이 켜집니다.";
    WHO: "Who tries what", "누가 무엇을 하는지";
    ENDS_REFUSED: "refused", "거절";
    ENDS_ACCEPTED: "accepted", "받아들임";
    NOT_MEANT: "Hardly meant so.", "의도하지 않았을 결과입니다.";
    SERVICE: "Service", "서비스";
    SHOW_ALL: "Show what each entry does", "각 항목이 하는 일 보기";
    NO_SERVICE: "No smtpd service to show", "보여 줄 smtpd 서비스가 없습니다";
    NO_SERVICE_NOTE: "Without a Postfix configuration there is no restriction list to follow.", "Postfix 설정이 없으면 따라갈 검사 목록도 없습니다.";
    RESTRICTION_CHAIN: "Restriction chain", "검사 목록의 순서";
    REFUSED: "Refused.", "거절.";
    AS_IT_SHOULD: "As it should be.", "그래야 합니다.";
    ACCEPTED: "Accepted.", "받아들임.";
    ACCEPTED_REST: "This session relays.", "이 세션은 릴레이됩니다.";
    DEPENDS: "Depends on what is not here.", "여기 없는 내용에 달렸습니다.";
    NO_START: "smtpd does not start.", "smtpd가 시작하지 않습니다.";
    HOLD: "A refusal found here is spoken at RCPT TO (smtpd_delay_reject = yes)", "여기서 내린 거절은 RCPT TO에서 답합니다 (smtpd_delay_reject = yes)";
    IS_DEFAULT: "default", "기본값";
    EMPTY_LIST: "empty list", "빈 목록";
    NOT_REACHED: "not reached", "여기까지 오지 않음";
    MAY_REFUSE: "refuses, unless an unknown answer above permits", "거절, 위의 알 수 없는 답이 허용하지 않는다면";
    NO_EFFECT: "no effect", "효과 없음";
    NEVER_ASKED: "Never asked.", "묻는 일이 없음.";
    CHANGES_NOTHING: "Changes nothing.", "바뀌는 것 없음.";
    BLOCKED_BY: "Ended by", "앞에서 끝냄:";
    BUILT_IN: "Built in.", "내장.";
    CAN_ANSWER: "Can answer", "답할 수 있는 것";
    NEEDS: "Needs to know", "알아야 하는 것";
    DECIDES: "decides: refuse", "거절로 결정";
    LEGEND_ASKED: "asked, goes on", "물었고 계속 감";
    LEGEND_PERMIT: "permit: ends this list only", "허용, 이 목록만 끝";
    LEGEND_UNKNOWN: "cannot tell here", "여기서는 알 수 없음";
    LEGEND_NOT_ASKED: "not asked in this session", "이 세션에서는 묻지 않음";
    PERMIT: "permit, ends this list", "허용, 이 목록의 끝";
    REJECT: "refuse", "거절";
    GO_ON: "go on", "계속";
    DEFER_LATER: "refuse for now, if nothing else refuses", "다른 거절이 없으면 일시 거절";
    DEFER_SOFT: "makes a later refusal temporary", "나중의 거절을 일시 거절로 바꿈";
    ANYTHING: "whatever it finds there", "조회한 내용에 따름";

    TRY: "What would the server answer?", "서버가 무엇이라고 답할까요?";
    TRY_NOTE: "Every reply is what the client would see. Between the lines stands what decided.", "클라이언트가 볼 답을 그대로 보여 줍니다. 줄 사이에 무엇이 결정했는지 적습니다.";
    FIELD_CLIENT: "Client address", "클라이언트 주소";
    FIELD_NAME: "Verified client name", "확인된 클라이언트 이름";
    FIELD_NAME_NOTE: "empty: the address has no name", "비우면 주소에 이름이 없는 것으로 봅니다";
    FIELD_HELO: "HELO name", "HELO 이름";
    FIELD_HELO_NOTE: "empty: no EHLO is sent", "비우면 EHLO를 보내지 않습니다";
    FIELD_LOGIN: "Logged in as", "로그인 이름";
    FIELD_LOGIN_NOTE: "empty: no login", "비우면 로그인하지 않습니다";
    FIELD_SENDER: "MAIL FROM", "MAIL FROM";
    FIELD_SENDER_NOTE: "empty: the null sender", "비우면 빈 발신자(<>)입니다";
    FIELD_RECIPIENTS: "RCPT TO", "RCPT TO";
    FIELD_RECIPIENTS_NOTE: "several with commas between them", "여럿이면 쉼표로 나눕니다";
    FIELD_TLS: "STARTTLS first", "먼저 STARTTLS";
    BAD_ADDRESS: "no IP address", "IP 주소가 아닙니다";
    YOUR_SESSION: "The session", "세션";
    TRANSCRIPT: "The conversation", "대화";
    BACK_TO_TYPICAL: "Back to the typical session", "흔한 세션으로 되돌리기";
    CONNECTS: "connects", "접속";
    CLOSED: "(the connection is closed)", "(연결이 끊깁니다)";
    REFUSED_FOR_NOW: "Refused for now.", "일시 거절.";
    PERMITS: "permits", "허용";
    REFUSES: "refuses", "거절";
    DISCARDS: "takes the mail and throws it away", "메일을 받아서 버림";
    ONE_OF: "One of these, depending on what is not here:", "여기 없는 내용에 따라 다음 가운데 하나입니다:";
    IF: "if", "조건:";
    AND_DNS: " and DNS together come to", " 조회와 DNS 조회의 결과";
    TELL: "If you know the answer, choose it:", "답을 알면 고르세요:";
    YOU_ANSWERED: "You answered", "답한 것";
    TAKEN: "Taken as such a session usually finds it", "이런 세션이 보통 만나는 답으로 가정한 것";
    CUT: "There are more ways than are followed; nothing after the first open question is certain.", "따라간 것보다 많은 갈래가 있어 첫 번째 모르는 답 뒤로는 확실한 것이 없습니다.";

    LEDGER: "Line by line", "줄별 결과";
    CARRIED_NOTE: "Every old line stands here with what became of it. Passwords are masked on the page only: the copy and the file hold them as they were given.", "옛 설정의 모든 줄과 그 결과입니다. 비밀번호는 화면에서만 가리고, 복사본과 파일에는 받은 그대로 들어 있습니다.";
    ACCOUNTED: "lines accounted for", "빠짐없이 다룬 줄";
    ONLY_QUESTIONS: "Only what needs me", "답이 필요한 것만";
    DOWNLOAD: "Download the new file", "새 파일 내려받기";
    NEW_FILE: "The new file", "새 파일";
    NOTHING_LEFT: "nothing", "없음";
    ELSEWHERE: "part of another line", "다른 줄에 합쳐짐";
    IS_NEW: "This is written for Dovecot 2.4 already.", "이미 Dovecot 2.4용 설정입니다.";
    IS_NEW_NOTE: "There is nothing to carry over.", "옮길 것이 없습니다.";

    FILTER: "Filter", "거르기";
    ALL: "All", "모두";
    CANNOT_TELL: "Cannot tell", "알 수 없음";
    WHY: "Why", "이유";
    WHAT_TO_DO: "What to do", "할 일";
    WOULD_TELL: "What would tell", "이것이 있으면 압니다";
    FIX_SAFE: "Fix, safe", "고치기, 안전함";
    FIX_REVIEW: "Fix, for you to judge", "고치기, 판단이 필요함";
    APPLY: "Apply", "적용";
    APPLY_REVIEW: "Apply after a look", "살펴보고 적용";
    UNDO: "Undo", "되돌리기";
    APPLIED: "Applied:", "적용함:";
    REPLACED: "Your earlier text was replaced.", "앞의 글이 바뀌었습니다.";
    SOURCES: "Sources", "출처";
    NO_FINDINGS: "Nothing was found. That is no proof.", "찾은 것이 없습니다. 증명은 아닙니다.";
    NONE_OF_KIND: "No finding of this kind.", "이런 지적 사항은 없습니다.";

    PRIVACY_TITLE: "Nothing leaves this page", "아무것도 전송하지 않습니다";
    PRIVACY_BODY: "Your configuration is read inside this browser tab and is stored nowhere. The page carries a policy that forbids every connection, so even a mistake in it could not send your text:", "설정은 이 브라우저 탭 안에서만 읽고 어디에도 저장하지 않습니다. 페이지에 모든 연결을 막는 정책이 있어, 페이지에 실수가 있어도 글을 보낼 수 없습니다:";
    PRIVACY_CHECK: "How to check", "확인하는 방법";
    PRIVACY_STEP_1: "Open the developer tools of your browser (F12) and choose Network.", "브라우저의 개발자 도구(F12)를 열고 네트워크 탭을 고릅니다.";
    PRIVACY_STEP_2: "Paste a configuration: no line appears in the list.", "설정을 붙여 넣습니다. 목록에 아무것도 나타나지 않습니다.";
    PRIVACY_STEP_3: "Or turn off the network once the page is here. All of it still works.", "또는 페이지가 열린 뒤 인터넷을 끊습니다. 모두 그대로 됩니다.";
    PRIVACY_KEPT: "Remembered in this browser: the language and the theme, nothing else. Passwords in the text are masked wherever the page repeats them.", "이 브라우저에 기억하는 것은 언어와 테마뿐입니다. 글에 든 비밀번호는 페이지가 다시 보여 줄 때 가립니다.";
    FOOT: "This page's policy forbids every connection: default-src 'none'. Check it in your browser's network tab.", "이 페이지의 보안 정책은 모든 연결을 막습니다: default-src 'none'. 개발자 도구의 네트워크 탭에서 확인하세요.";

    KEY_VIEWS: "go to Overview, Chain, Findings, Try a session, To Dovecot 2.4", "요약, 검사 순서, 지적 사항, 세션 시험, Dovecot 2.4로";
    KEY_MOVE: "next, previous finding", "다음, 이전 지적 사항";
    KEY_PERSONA: "a typical session, in Chain and Try a session", "검사 순서와 세션 시험에서 흔한 세션 고르기";
    KEY_OPEN: "show the place in the source", "원문에서 그 자리 보기";
    KEY_FIX: "apply the fix", "고치기 적용";
    KEY_EDITOR: "to the editor", "편집기로";
    KEY_ESCAPE: "out of the editor, back to where you were", "편집기에서 나와 있던 곳으로";
    KEY_HELP: "this list", "이 목록";
    KEYS_NOTE: "Single keys work outside text fields only.", "한 글자 단축키는 글 상자 밖에서만 듣습니다.";
}

/// `line 47`.
pub(crate) fn line(number: u32) -> Text {
    text!("line {number}", "{number}번째 줄")
}

/// The word for a severity.
pub(crate) fn severity(severity: Severity) -> Text {
    match severity {
        Severity::Error => Text::fixed("Error", "오류"),
        Severity::Warning => Text::fixed("Warning", "경고"),
        Severity::Info => Text::fixed("Info", "정보"),
        Severity::Hint => Text::fixed("Hint", "힌트"),
    }
}

/// What a part is, for its tab.
pub(crate) fn part_kind(kind: PartKind) -> Text {
    match kind {
        PartKind::MainCf => Text::fixed("Postfix", "Postfix"),
        PartKind::PostconfN => Text::fixed("Postfix, what is set", "Postfix, 설정한 것"),
        PartKind::PostconfAll => Text::fixed("Postfix, all parameters", "Postfix, 전체 매개변수"),
        PartKind::MasterCf => Text::fixed("Postfix, services", "Postfix, 서비스"),
        PartKind::PostconfP => Text::fixed("Postfix, overrides", "Postfix, 서비스별 설정"),
        PartKind::DovecotConf => Text::fixed("Dovecot", "Dovecot"),
        PartKind::DoveconfN => Text::fixed("Dovecot, what is set", "Dovecot, 설정한 것"),
        PartKind::Table => Text::fixed("lookup table", "조회 테이블"),
        PartKind::ClientFile => Text::fixed("table client", "테이블 연결 설정"),
        PartKind::Listing => Text::fixed("list of files", "파일 목록"),
    }
}

/// `Postfix, 7 excerpts`.
pub(crate) fn excerpts(kind: &Text, count: usize) -> Text {
    match count {
        1 => kind.clone(),
        _ => text!(
            "{kind}, {count} excerpts",
            "{kind}, 발췌 {count}개",
            kind = kind.clone(),
            count = Text::verbatim(count.to_string())
        ),
    }
}

/// The name of a part that has none of its own.
pub(crate) const fn part_name(kind: PartKind) -> &'static str {
    match kind {
        PartKind::MainCf => "main.cf",
        PartKind::PostconfN => "postconf -n",
        PartKind::PostconfAll => "postconf",
        PartKind::MasterCf => "master.cf",
        PartKind::PostconfP => "postconf -P",
        PartKind::DovecotConf => "dovecot.conf",
        PartKind::DoveconfN => "doveconf -n",
        PartKind::Table => "table",
        PartKind::ClientFile => "client",
        PartKind::Listing => "ls -l",
    }
}

/// `8 findings`, for the heading.
pub(crate) fn findings_head(all: usize, safe: usize) -> Text {
    let first = match all {
        1 => Text::fixed("One finding.", "지적 사항 한 가지."),
        _ => text!("{all} findings.", "지적 사항 {all}가지."),
    };
    match safe {
        0 => first,
        1 => text!("{first} One has a safe fix.", "{first} 그중 하나는 안전하게 고칠 수 있습니다.", first = first),
        _ => text!(
            "{first} {safe} have a safe fix.",
            "{first} 그중 {safe}가지는 안전하게 고칠 수 있습니다.",
            first = first,
            safe = Text::verbatim(safe.to_string())
        ),
    }
}

/// `Apply 4 safe fixes`.
pub(crate) fn apply_safe(count: usize) -> Text {
    match count {
        1 => Text::fixed("Apply 1 safe fix", "안전한 1건 적용"),
        _ => text!("Apply {count} safe fixes", "안전한 {count}건 적용"),
    }
}

/// What became of a line.
pub(crate) fn kind(kind: Kind) -> Text {
    match kind {
        Kind::Kept => Text::fixed("Kept", "유지"),
        Kind::Renamed => Text::fixed("Changed", "변경"),
        Kind::Moved => Text::fixed("Moved", "이동"),
        Kind::Merged => Text::fixed("Merged", "병합"),
        Kind::Dropped => Text::fixed("Dropped", "뺌"),
        Kind::NeedsYou => Text::fixed("Needs your decision", "결정이 필요함"),
        Kind::TooNew => Text::fixed("Too new", "너무 새로움"),
    }
}

/// `30 lines carried to Dovecot 2.4. One needs you.`
pub(crate) fn carried(lines: usize, asks: usize) -> Text {
    match asks {
        0 => text!(
            "{lines} lines carried to Dovecot 2.4. Nothing is left to decide.",
            "{lines}줄을 Dovecot 2.4로 옮겼습니다. 결정할 것은 없습니다."
        ),
        1 => text!(
            "{lines} lines carried to Dovecot 2.4. One thing needs your decision.",
            "{lines}줄을 Dovecot 2.4로 옮겼습니다. 결정할 것이 하나 있습니다."
        ),
        _ => text!(
            "{lines} lines carried to Dovecot 2.4. {asks} things need your decision.",
            "{lines}줄을 Dovecot 2.4로 옮겼습니다. 결정할 것이 {asks}가지 있습니다."
        ),
    }
}

/// `7 more sessions`, or back.
pub(crate) fn others(count: usize, open: bool) -> Text {
    match open {
        true => Text::fixed("Fewer sessions", "세션 접기"),
        false => text!("{count} more sessions", "다른 세션 {count}개"),
    }
}

/// `3 entries asked, none decides`.
pub(crate) fn none_decides(count: usize) -> Text {
    match count {
        1 => Text::fixed("one entry asked, which decides nothing", "항목 1개를 물었고 결정하지 않음"),
        _ => text!("{count} entries asked, none decides", "항목 {count}개를 물었고 결정하지 않음"),
    }
}

/// An answer to what is not known, for a button.
pub(crate) fn answer(answer: &str) -> Text {
    match answer {
        "none" => Text::fixed("not there", "없음"),
        "yes" => Text::fixed("yes", "예"),
        "fail" => Text::fixed("the look-up fails", "조회 실패"),
        "nxdomain" => Text::fixed("no such domain", "없는 도메인"),
        "nullmx" => Text::fixed("takes no mail (null MX)", "메일을 받지 않음(null MX)"),
        "invalid" => Text::fixed("an unusable MX", "쓸 수 없는 MX"),
        "servfail" => Text::fixed("DNS fails", "DNS 실패"),
        "found" => Text::fixed("it exists", "있음"),
        other => Text::verbatim(format!("`{other}`")),
    }
}

/// `and 2 more`.
pub(crate) fn more(count: usize) -> Text {
    text!("and {count} more", "외 {count}건")
}

/// `28 lines, 2 parts missing`, for the strip.
pub(crate) fn strip(lines: usize, missing: usize) -> Text {
    let lines = match lines {
        1 => Text::fixed("1 line", "1줄"),
        _ => text!("{lines} lines", "{lines}줄"),
    };
    match missing {
        0 => lines,
        1 => text!("{lines}, 1 part missing", "{lines}, 없는 부분 1개", lines = lines),
        _ => {
            let missing = Text::verbatim(missing.to_string());
            text!(
                "{lines}, {missing} parts missing",
                "{lines}, 없는 부분 {missing}개",
                lines = lines,
                missing = missing
            )
        }
    }
}

/// What a file could not be.
pub(crate) fn not_read(names: &str) -> Text {
    text!("Could not be read, or larger than 64 MB: {names}", "읽지 못했거나 64 MB보다 큰 파일: {names}")
}
