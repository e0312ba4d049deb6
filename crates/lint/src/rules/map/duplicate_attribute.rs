//! The same name twice in a client file.

use crate::support::clients::clients;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};
use postproof_syntax::main_cf::Setting;
use std::collections::BTreeMap;

pub(crate) static RULE: Rule = Rule {
    name: "map-duplicate-attribute",
    group: Group::Map,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(1) «overriding earlier entry»", "dict.c dict_load_fp"],
    docs: docs!("duplicate_attribute"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for client in clients(cx) {
        let mut seen: BTreeMap<&str, &Setting> = BTreeMap::new();
        for setting in client.settings() {
            let Some(earlier) = seen.insert(&setting.name, setting) else { continue };
            // dict.c: the same value again is silent.
            if earlier.value.as_str() == setting.value.as_str() {
                continue;
            }
            let found = out.report(&RULE, setting.name_span, message(&setting.name), WHY);
            found.help = Some(HELP);
            found.related.push(Label::noted(earlier.name_span, FIRST));
        }
    }
}

fn message(name: &str) -> Text {
    text!(
        "`{name}` is set twice in this file, and the later value counts",
        "`{name}` 속성이 이 파일에서 두 번 설정되며 뒤의 값이 쓰입니다"
    )
}

const FIRST: Text = Text::fixed("overridden", "덮어써집니다");
const WHY: Text = Text::fixed(
    "Postfix warns of an overridden entry and goes on with the last one.",
    "Postfix는 덮어쓴 항목을 경고하고 마지막 값으로 계속합니다.",
);
const HELP: Text = Text::fixed("Keep one of the lines.", "한 줄만 남기십시오.");
