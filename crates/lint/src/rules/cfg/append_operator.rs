//! `+=` and its like, which main.cf does not have.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_model::Tree;
use postproof_syntax::{PartKind, main_cf::Item};

/// What other languages write between a name and a value.
const OPERATORS: [&str; 5] = ["+", "-", ":", "?", "."];

pub(crate) static RULE: Rule = Rule {
    name: "cfg-append-operator",
    group: Group::Cfg,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["postconf(5) DESCRIPTION", "split_nameval.c"],
    docs: docs!("append_operator"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for part in cx.model.parts.iter().filter(|part| part.part.kind == PartKind::MainCf) {
        let Tree::Main(parsed) = &part.tree else { continue };
        for item in &parsed.tree.items {
            let (span, name, stops) = match item {
                Item::Setting(setting) => {
                    let Some(name) = OPERATORS.iter().find_map(|operator| setting.name.strip_suffix(operator)) else {
                        continue;
                    };
                    (setting.name_span, name.to_owned(), false)
                }
                Item::Junk(span) => {
                    let Some(name) = appended(cx.sources.slice(*span)) else { continue };
                    (*span, name, true)
                }
                Item::Comment(_) | Item::Blank(_) => continue,
            };
            let diagnostic = out.report(&RULE, span, message(&name), if stops { STOPS } else { WHY });
            diagnostic.help = Some(help(&name));
        }
    }
}

/// The name of a line `name += value`, which is no setting.
pub(crate) fn appended(line: &[u8]) -> Option<String> {
    let line = std::str::from_utf8(line).ok()?;
    let end = line.find(|ch: char| !(ch.is_ascii_alphanumeric() || ch == '_')).filter(|end| *end > 0)?;
    let rest = line.get(end..)?.trim_start();
    let is_operator =
        OPERATORS.iter().any(|operator| rest.strip_prefix(operator).is_some_and(|rest| rest.starts_with('=')));
    is_operator.then(|| line.get(..end).unwrap_or_default().to_owned())
}

fn message(name: &str) -> Text {
    text!(
        "main.cf has no operator but `=`, so this line adds nothing to `{name}`",
        "main.cf에는 `=` 외의 연산자가 없으므로 이 줄은 `{name}` 매개변수에 아무것도 더하지 않습니다"
    )
}

fn help(name: &str) -> Text {
    text!(
        "Write the whole value in one `{name} = ...` line; it may go on in indented lines.",
        "`{name} = ...` 한 줄에 값 전체를 쓰십시오. 들여 쓴 줄로 이어 쓸 수 있습니다."
    )
}

const WHY: Text = Text::fixed(
    "Postfix takes the sign before `=` as a part of the name, and nothing reads a parameter of that name.",
    "Postfix는 `=` 앞의 기호를 이름의 일부로 보고, 그런 이름의 매개변수는 아무도 읽지 않습니다.",
);
const STOPS: Text = Text::fixed(
    "Postfix finds no `=` behind the name and stops: programs that start after the edit do not run, and mail waits.",
    "Postfix는 이름 뒤에 `=` 문자가 없으므로 멈춥니다. 고친 뒤에 시작하는 프로그램은 돌지 않고 메일은 밀립니다.",
);
