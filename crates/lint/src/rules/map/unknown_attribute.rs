//! Names in client files that the table type does not read.

use crate::support::clients::clients;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::{ClientKey, client_key, client_keys};
use postproof_diag::{Edit, Fix, Safety, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "map-sql-unknown-attribute",
    group: Group::Map,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(1) «unused parameter»", "postconf_dbms.c"],
    docs: docs!("unknown_attribute"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let version = cx.model.target.postfix.value;
    for client in clients(cx) {
        for setting in client.settings() {
            let name = setting.name.as_str();
            // postconf_dbms.c: a name is used if any of the types that share the file reads it.
            let known = |kind: &String| {
                client_key(kind, name).is_some_and(|key| key.since.is_none_or(|since| since <= version.series()))
            };
            if client.kinds.iter().any(known) {
                continue;
            }
            let kind = client.kind();
            let later = client.kinds.iter().find_map(|kind| client_key(kind, name));
            let found = match later {
                Some(ClientKey { since: Some(since), .. }) => {
                    let message = text!(
                        "`{name}` came with Postfix {since}, and this configuration is judged for Postfix {version}",
                        "`{name}` 속성은 Postfix {since} 버전에서 생겼고, 이 설정은 Postfix {version} 버전을 기준으로 봅니다"
                    );
                    out.report(&RULE, setting.name_span, message, WHY)
                }
                Some(_) | None => out.report(&RULE, setting.name_span, unknown(name, kind), WHY),
            };
            let Some(near) = nearest(kind, name) else {
                found.help = Some(HELP);
                continue;
            };
            found.help = Some(text!("Did you mean `{near}`?", "`{near}` 속성을 쓰려던 것이 아닌지 확인하십시오."));
            found.fix = (cx.sources.slice(setting.name_span) == name.as_bytes()).then(|| Fix {
                title: text!("write `{near}`", "`{near}` 이름으로 고치기"),
                edits: vec![Edit { span: setting.name_span, replacement: near.to_owned() }],
                safety: Safety::NeedsReview,
            });
        }
    }
}

/// The key that differs by one letter.
fn nearest(kind: &str, name: &str) -> Option<&'static str> {
    let mut keys = client_keys(kind).iter().map(|key| key.name);
    keys.find(|key| crate::support::names::is_one_edit(name, key))
}

fn unknown(name: &str, kind: &str) -> Text {
    text!(
        "`{name}` means nothing in a client file of a `{kind}:` table",
        "`{kind}:` 테이블의 클라이언트 파일에서 `{name}` 속성은 뜻이 없습니다"
    )
}

const WHY: Text = Text::fixed(
    "the table ignores names that it does not know, and takes the default for what was meant; postconf calls the name unused.",
    "테이블은 모르는 이름을 무시하고 뜻했던 속성에는 기본값을 씁니다. postconf는 쓰이지 않는 이름이라고 경고합니다.",
);
const HELP: Text = Text::fixed("Correct the name, or remove the line.", "이름을 고치거나 이 줄을 지우십시오.");
