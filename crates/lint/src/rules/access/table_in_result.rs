//! Access results that name a lookup table.

use crate::support::results::{Kind, kind};
use crate::support::tables::given;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "access-table-in-result",
    group: Group::Access,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["access(5) OTHER ACTIONS", "smtpd_check.c check_table_result"],
    docs: docs!("table_in_result"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx) {
        for entry in given.access_entries() {
            if let (Kind::Colon, Some(span)) = (kind(entry.value.as_str()), entry.value.span()) {
                out.report(&RULE, span, message(entry.key.as_str()), WHY).help = Some(HELP);
            }
        }
    }
}

fn message(key: &str) -> Text {
    text!(
        "the result of `{key}` is a list of restrictions with a `:` in it, as lookup tables have",
        "`{key}` 키의 결과는 조회 테이블처럼 `:` 기호가 든 제한 목록입니다"
    )
}

const WHY: Text = Text::fixed(
    "smtpd refuses lookup tables inside access tables and answers «451 4.3.5 Server configuration error» to every match.",
    "smtpd는 접근 테이블 안의 조회 테이블을 받아들이지 않고, 일치할 때마다 «451 4.3.5 Server configuration error» 응답을 보냅니다.",
);
const HELP: Text = Text::fixed(
    "Define a restriction class that holds these restrictions and write its name as the result; a text for the client needs `REJECT` or a code before it.",
    "이 제한들을 담은 제한 클래스를 정의하고 그 이름을 결과로 쓰십시오. 클라이언트에 보일 글이라면 앞에 `REJECT` 또는 코드가 있어야 합니다.",
);
