//! No namespace, or two of the same prefix, for the INBOX.

use crate::support::dovecot::words::boolean;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};
use std::collections::BTreeMap;

pub(crate) static RULE: Rule = Rule {
    name: "dv-no-inbox-namespace",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, namespaces", "mail-namespace.c, namespaces_check"],
    docs: docs!("no_inbox_namespace"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let all: Vec<_> = dovecot
        .root()
        .children("namespace")
        .filter(|block| block.text("disabled").is_none_or(|text| boolean(text) != Some(true)))
        .collect();
    // mail-namespace.c: prefixes have to differ.
    let mut prefixes: BTreeMap<&str, postproof_diag::Span> = BTreeMap::new();
    for block in &all {
        let Some(place) = block.span() else { continue };
        let prefix = block.text("prefix").unwrap_or_default();
        match prefixes.get(prefix) {
            Some(first) => {
                let found = out.report(&RULE, place, twice(prefix), WHY_TWICE);
                found.related.push(Label::noted(*first, FIRST));
                found.help = Some(HELP_TWICE);
                return;
            }
            None => drop(prefixes.insert(prefix, place)),
        }
    }
    let has_inbox = |block: &&crate::support::dovecot::Block<'_, '_>| {
        block.text("inbox").is_some_and(|text| boolean(text) != Some(false))
    };
    let is_shared = |text: &str| text == "shared" || text == "public";
    let own = all.iter().find(|block| !block.text("type").is_some_and(is_shared));
    if dovecot.is_partial || all.iter().any(|block| has_inbox(&block)) {
        return;
    }
    if let Some(place) = own.and_then(|block| block.span()) {
        out.report(&RULE, place, NONE, WHY_NONE).help = Some(HELP_NONE);
    }
}

fn twice(prefix: &str) -> Text {
    text!("two namespaces have the prefix `{prefix}`", "이름공간 두 개의 prefix 값이 같습니다: `{prefix}`")
}

const NONE: Text = Text::fixed("no namespace has `inbox = yes`", "`inbox = yes` 설정을 가진 이름공간이 없습니다");
const FIRST: Text = Text::fixed("the other one", "다른 하나");
const WHY_TWICE: Text = Text::fixed(
    "Every login fails with «Duplicate namespace prefix»; sections without the same name are not one.",
    "모든 로그인이 «Duplicate namespace prefix» 오류로 실패합니다. 이름이 같지 않은 섹션은 하나로 합쳐지지 않습니다.",
);
const WHY_NONE: Text = Text::fixed(
    "Every login fails with «inbox=yes namespace missing».",
    "모든 로그인이 «inbox=yes namespace missing» 오류로 실패합니다.",
);
const HELP_TWICE: Text = Text::fixed(
    "Give both the name `inbox`: `namespace inbox {`.",
    "둘 다 `namespace inbox {` 형식으로 같은 이름을 지정하십시오.",
);
const HELP_NONE: Text = Text::fixed(
    "Add `inbox = yes` to the namespace of the user.",
    "사용자의 이름공간에 `inbox = yes` 설정을 더하십시오.",
);
