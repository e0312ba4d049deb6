//! Lines of aliases(5) in a table that postmap reads.

use crate::support::tables::{Given, given};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "table-colon-format",
    group: Group::Table,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postmap(1) «is this an alias file?»", "aliases(5)"],
    docs: docs!("colon_format"),
    check,
};

/// How many entries of one table are reported each by itself.
const MAX_ENTRIES: usize = 10;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx).into_iter().filter(Given::is_indexed) {
        let entries =
            given.table.entries().filter(|entry| entry.key.as_str().ends_with(':') && !entry.value.is_empty());
        for entry in entries.take(MAX_ENTRIES) {
            let Some(span) = entry.key.span() else { continue };
            out.report(&RULE, span, message(entry.key.as_str()), WHY).help = Some(HELP);
        }
    }
}

fn message(key: &str) -> Text {
    text!(
        "the colon is a part of the key `{key}`, so that it never matches",
        "쌍점이 `{key}` 키의 일부이므로 일치하는 일이 없습니다"
    )
}

const WHY: Text = Text::fixed(
    "only aliases(5) has a colon behind the name; postmap keeps it as a letter of the key and asks whether this is an alias file.",
    "이름 뒤의 쌍점은 aliases(5) 형식에만 있습니다. postmap은 쌍점을 키의 글자로 넣고, 별칭 파일인지 묻는 경고를 냅니다.",
);
const HELP: Text = Text::fixed(
    "Remove the colon, or name the file with `alias_maps` and run `newaliases` instead of `postmap`.",
    "쌍점을 지우거나, 파일을 `alias_maps` 매개변수로 지정하고 `postmap` 대신 `newaliases` 명령을 실행하십시오.",
);
