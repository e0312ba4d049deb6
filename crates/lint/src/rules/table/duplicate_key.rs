//! The same key twice in a table with exact keys.

use crate::support::tables::given;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};
use postproof_syntax::table::{Entry, TableSyntax};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Place;

pub(crate) static RULE: Rule = Rule {
    name: "table-duplicate-key",
    group: Group::Table,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postmap(1) «duplicate entry»", "postalias(1)"],
    docs: docs!("duplicate_key"),
    check,
};

/// How many entries of one table are reported each by itself.
const MAX_ENTRIES: usize = 20;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx) {
        let exact = matches!(given.table.syntax, TableSyntax::Indexed | TableSyntax::Aliases);
        let mut seen: BTreeMap<String, &Entry> = BTreeMap::new();
        let mut reported = 0;
        for entry in given.table.entries().filter(|entry| exact && !entry.value.is_empty()) {
            // postmap(1): keys are folded to lower case. postalias(1): without quotes.
            let mut key = entry.key.as_str().to_lowercase();
            if given.table.syntax == TableSyntax::Aliases {
                key.retain(|ch| ch != '"');
            }
            let first = match seen.entry(key) {
                Place::Vacant(place) => {
                    place.insert(entry);
                    continue;
                }
                Place::Occupied(place) => *place.get(),
            };
            let Some(span) = entry.key.span() else { continue };
            reported += 1;
            if reported > MAX_ENTRIES {
                break;
            }
            let found = out.report(&RULE, span, message(entry.key.as_str()), WHY);
            found.help = Some(HELP);
            if first.value.as_str() == entry.value.as_str() {
                found.severity = Severity::Hint;
            }
            found.related.extend(first.key.span().map(|span| Label::noted(span, FIRST)));
        }
    }
}

fn message(key: &str) -> Text {
    text!(
        "the key `{key}` is in this table already, and the first entry counts",
        "`{key}` 키가 이 테이블에 이미 있으며 앞의 항목이 쓰입니다"
    )
}

const FIRST: Text = Text::fixed("the entry that counts", "쓰이는 항목입니다");
const WHY: Text = Text::fixed(
    "postmap and postalias warn of a duplicate entry and keep the first; capital letters make no difference.",
    "postmap과 postalias는 중복 항목을 경고하고 첫 항목을 남깁니다. 대소문자는 구별하지 않습니다.",
);
const HELP: Text = Text::fixed(
    "Keep one of the entries; an alias can have several targets behind one name, separated by commas.",
    "항목을 하나만 남기십시오. 별칭 하나에 여러 대상을 쉼표로 나누어 쓸 수 있습니다.",
);
