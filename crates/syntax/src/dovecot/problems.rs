//! What the Dovecot parser says.

use postproof_diag::{Text, text};

pub(super) fn not_a_setting() -> Text {
    Text::fixed(
        "the line is no setting, section or include: Dovecot wants `name = value` or `name {`",
        "이 줄은 설정, 섹션, include 중 어느 것도 아니며 Dovecot은 `name = value` 또는 `name {` 형식을 요구합니다",
    )
}

pub(super) fn lost_continuation() -> Text {
    Text::fixed(
        "the line ends with `\\` but no line follows that continues it; Dovecot throws it away",
        "이 줄은 `\\` 문자로 끝나지만 이어지는 줄이 없어 Dovecot에서 버려집니다",
    )
}

pub(super) fn never_closed() -> Text {
    Text::fixed("the section that begins here is never closed", "여기에서 시작하는 섹션이 닫히지 않았습니다")
}

pub(super) fn nothing_open() -> Text {
    Text::fixed("this `}` closes a section that was never opened", "이 `}` 기호가 닫을 섹션이 열려 있지 않습니다")
}

pub(super) fn text_after_brace() -> Text {
    Text::fixed("`}` has to stand alone on its line", "`}` 기호는 한 줄에 혼자 있어야 합니다")
}

pub(super) fn one_line_section() -> Text {
    Text::fixed(
        "a section can't be written on one line: `{` has to be the last character of its line",
        "섹션은 한 줄에 쓸 수 없으며 `{` 기호가 줄의 마지막 문자여야 합니다",
    )
}

pub(super) fn section_line() -> Text {
    Text::fixed(
        "a section begins with a keyword, at most one name, white space and `{` at the end of the line",
        "섹션은 키워드, 최대 하나의 이름, 공백, 줄 끝의 `{` 기호 순서로 시작합니다",
    )
}

pub(super) fn too_deep(depth: usize, bytes: usize) -> Text {
    text!(
        "the section is passed over: Postproof reads {depth} levels of sections with names of {bytes} bytes",
        "이 섹션은 건너뜁니다. Postproof는 섹션을 {depth}단계까지, 이름을 {bytes}바이트까지 읽습니다"
    )
}

pub(super) fn too_many_paths(mebibytes: usize) -> Text {
    text!(
        "this and all later settings are passed over: the section paths of the text take over {mebibytes} MiB",
        "이 설정부터는 건너뜁니다. 텍스트의 섹션 경로가 {mebibytes} MiB를 넘습니다"
    )
}
