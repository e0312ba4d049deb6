//! `if` and `endif` of cidr:, regexp: and pcre: tables that do not pair up.

use crate::support::tables::given;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text};
use postproof_syntax::table::{Entry, TableSyntax};

pub(crate) static RULE: Rule = Rule {
    name: "table-regex-if-unbalanced",
    group: Group::Table,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["pcre_table(5) TABLE FORMAT", "cidr_table(5) TABLE FORMAT", "dict_regexp.c", "dict_cidr.c"],
    docs: docs!("regex_if_unbalanced"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx) {
        if matches!(given.table.syntax, TableSyntax::Indexed | TableSyntax::Aliases) {
            continue;
        }
        let mut open: Vec<&Entry> = Vec::new();
        for entry in given.table.entries() {
            let key = entry.key.as_str();
            let is_end = key.eq_ignore_ascii_case("endif");
            let is_if = key.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("if"));
            if !is_end && !is_if {
                continue;
            }
            if is_if {
                open.push(entry);
            } else if open.pop().is_none() {
                report(out, entry, NO_IF, WHY_SKIPPED);
            }
            if entry.value.is_empty() {
                continue;
            }
            // dict_regexp.c: «do not prepend whitespace to statements between IF and ENDIF»
            if is_if {
                report(out, entry, INDENTED, WHY_INDENTED);
            } else {
                report(out, entry, AFTER_ENDIF, WHY_SKIPPED);
            }
        }
        for entry in open {
            report(out, entry, NO_ENDIF, WHY_NO_ENDIF);
        }
    }
}

fn report(out: &mut Sink, entry: &Entry, message: Text, why: Text) {
    let span = entry.key.span().unwrap_or(entry.span);
    out.report(&RULE, span, message, why).help = Some(HELP);
}

const NO_IF: Text = Text::fixed("this `endif` has no `if`", "이 `endif` 줄에는 짝이 되는 `if` 줄이 없습니다");
const NO_ENDIF: Text = Text::fixed("this `if` has no `endif`", "이 `if` 줄에는 짝이 되는 `endif` 줄이 없습니다");
const AFTER_ENDIF: Text = Text::fixed("`endif` has text behind it", "`endif` 뒤에 글이 있습니다");
const INDENTED: Text = Text::fixed(
    "the text behind this `if` is not read; an indented line is a part of the line before it",
    "이 `if` 뒤의 글은 읽히지 않습니다. 들여쓴 줄은 앞줄의 일부입니다",
);
const WHY_SKIPPED: Text =
    Text::fixed("Postfix logs a warning and ignores the text.", "Postfix는 경고를 남기고 이 글을 무시합니다.");
const WHY_NO_ENDIF: Text = Text::fixed(
    "all rules down to the end of the file count only if this condition holds.",
    "파일 끝까지의 모든 규칙이 이 조건이 맞을 때만 쓰입니다.",
);
const WHY_INDENTED: Text = Text::fixed(
    "the rule that was meant to stand between `if` and `endif` does not exist.",
    "`if` 줄과 `endif` 줄 사이에 두려던 규칙이 없는 것과 같습니다.",
);
const HELP: Text = Text::fixed(
    "Write `if pattern`, the rules and `endif` each on a line of its own that begins in the first column.",
    "`if 패턴`, 규칙, `endif` 줄을 각각 첫 칸에서 시작하는 줄에 쓰십시오.",
);
