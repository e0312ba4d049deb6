//! Lines of lookup tables that are no entry, and entries without a value.

use crate::support::tables::given;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Span, Text, text};
use postproof_syntax::ProblemKind;
use postproof_syntax::table::TableSyntax;

pub(crate) static RULE: Rule = Rule {
    name: "table-missing-value",
    group: Group::Table,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["postmap(1) INPUT FILE FORMAT", "postalias(1)", "cidr_table(5)", "regexp_table(5)"],
    docs: docs!("missing_value"),
    check,
};

/// How many lines of one table are reported each by itself.
const MAX_LINES: usize = 20;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx) {
        let lines = given.problems.iter().filter(|problem| problem.kind == ProblemKind::TableEntry);
        let lines = lines.filter(|problem| !goes_on(cx, problem.span));
        let why = why(given.table.syntax);
        for problem in lines.clone().take(MAX_LINES) {
            out.report(&RULE, problem.span, problem.message.clone(), why.clone()).help = Some(HELP);
        }
        let left = lines.count().saturating_sub(MAX_LINES);
        if let (1.., Some(first)) = (left, given.problems.first()) {
            out.report(&RULE, first.span, more(left, given.path), why).help = Some(HELP);
        }
    }
}

/// Whether an indented line follows that was cut off from a paste.
fn goes_on(cx: &Cx<'_>, span: Span) -> bool {
    matches!(cx.sources.slice(Span::new(span.file, span.end, span.end.saturating_add(1))), b" " | b"\t")
}

fn more(count: usize, path: &str) -> Text {
    text!(
        "{count} more lines of `{path}` are no entries; it may be a list of another kind",
        "`{path}` 파일에서 항목이 아닌 줄이 {count}개 더 있습니다. 다른 종류의 목록일 수 있습니다"
    )
}

fn why(syntax: TableSyntax) -> Text {
    match syntax {
        // postmap.c and postalias.c, «expected format» and «need name:value pair»
        TableSyntax::Indexed | TableSyntax::List => Text::fixed(
            "postmap skips the line with a warning, so its key is not in the table.",
            "postmap은 경고를 내고 이 줄을 건너뛰므로 키가 테이블에 없습니다.",
        ),
        TableSyntax::Aliases => Text::fixed(
            "postalias skips the line with a warning, so the alias does not exist.",
            "postalias는 경고를 내고 이 줄을 건너뛰므로 별칭이 없습니다.",
        ),
        // dict_cidr.c, «no lookup result: skipping this rule»
        TableSyntax::Cidr => Text::fixed(
            "Postfix skips the rule with a warning and goes on with the next one.",
            "Postfix는 경고를 내고 이 규칙을 건너뛰어 다음 규칙으로 갑니다.",
        ),
        // dict_regexp.c, «no replacement text: using empty string»; maps.c
        TableSyntax::Pattern => Text::fixed(
            "Postfix ignores a line that is no pattern; a pattern without a value gives an empty result, which is a configuration error for each match.",
            "Postfix는 패턴이 아닌 줄을 무시합니다. 값이 없는 패턴은 빈 결과를 내며, 일치할 때마다 설정 오류가 됩니다.",
        ),
    }
}

const HELP: Text = Text::fixed(
    "Complete the line. If only the key matters, any value will do, such as `OK`.",
    "줄을 완성하십시오. 키만 필요하면 `OK` 등 아무 값이나 쓰면 됩니다.",
);
