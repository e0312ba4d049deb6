//! Parameters whose values lead back to themselves.

use crate::support::values::{Assigned, assigned};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};
use postproof_model::{MAX_EXPANSION_DEPTH, Model, Scope};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub(crate) static RULE: Rule = Rule {
    name: "cfg-recursive-variable",
    group: Group::Cfg,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["mac_expand.c «unreasonable macro call nesting»", "dict.c dict_eval"],
    docs: docs!("recursive_variable"),
    check,
};

/// Values whose references are followed, each at the cost of all names: who
/// mends these sees the next.
const MAX_SEARCHES: usize = 100;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let deep: Vec<Assigned<'_>> =
        assigned(cx).filter(|value| cx.model.expand_checked(value.scope, value.text).1.too_deep).collect();
    // What leads into a circle fails with it, and is told by the circle.
    let mut told: BTreeSet<String> = BTreeSet::new();
    let mut searches = 0;
    for value in &deep {
        if told.contains(value.name) {
            continue;
        }
        searches += 1;
        if searches > MAX_SEARCHES {
            break;
        }
        let Some(circle) = circle(cx.model, value.scope, value.name) else { continue };
        let found = out.report(&RULE, value.text.span().unwrap_or(value.name_span), message(value.name, &circle), WHY);
        found.help = Some(HELP);
        let others = circle.iter().filter(|name| *name != value.name);
        found
            .related
            .extend(others.filter_map(|name| {
                cx.model.value(value.scope, name)?.span().map(|span| Label::noted(span, IN_CIRCLE))
            }));
        told.extend(circle);
    }
    for value in deep.into_iter().take(MAX_SEARCHES) {
        let leads_on = reachable(cx.model, value.scope, value.name);
        if !told.contains(value.name) && told.is_disjoint(&leads_on.into_keys().collect()) {
            out.report(&RULE, value.name_span, too_deep(value.name), WHY).help = Some(HELP);
        }
    }
}

/// The names on the shortest way from a name back to it.
fn circle(model: &Model, scope: Scope, name: &str) -> Option<Vec<String>> {
    let from = reachable(model, scope, name);
    let mut at = from.get(name)?.clone();
    let mut names = vec![name.to_owned()];
    while at != name {
        names.push(at.clone());
        at = from.get(&at)?.clone();
    }
    if let Some(rest) = names.get_mut(1..) {
        rest.reverse();
    }
    Some(names)
}

/// Every name that a name refers to, directly or not, with the one before it.
fn reachable(model: &Model, scope: Scope, name: &str) -> BTreeMap<String, String> {
    let mut from = BTreeMap::new();
    let mut waiting = VecDeque::from([name.to_owned()]);
    while let Some(at) = waiting.pop_front() {
        let Some(written) = model.value_as_written(scope, &at) else { continue };
        for next in Model::names_in(&written) {
            if !from.contains_key(&next) {
                from.insert(next.clone(), at.clone());
                waiting.push_back(next);
            }
        }
    }
    from
}

fn message(name: &str, circle: &[String]) -> Text {
    let others = circle.iter().skip(1).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match others.is_empty() {
        true => text!(
            "the value of `{name}` refers to `{name}` itself",
            "`{name}` 매개변수의 값이 `{name}` 매개변수 자신을 가리킵니다"
        ),
        false => text!(
            "the value of `{name}` leads back to `{name}` by way of {others}",
            "`{name}` 매개변수의 값이 다음을 거쳐 `{name}` 매개변수로 돌아옵니다: {others}"
        ),
    }
}

fn too_deep(name: &str) -> Text {
    text!(
        "the references of `{name}` nest more than {MAX_EXPANSION_DEPTH} deep",
        "`{name}` 매개변수의 참조가 {MAX_EXPANSION_DEPTH}단계보다 깊게 이어집니다"
    )
}

const IN_CIRCLE: Text = Text::fixed("is part of the circle", "순환의 일부입니다");
const WHY: Text = Text::fixed(
    "Every program that reads such a parameter stops with a macro processing error; Postfix has no way to add to an earlier value.",
    "이런 매개변수를 읽는 프로그램은 모두 매크로 처리 오류로 멈춥니다. Postfix에는 앞의 값에 더하는 방법이 없습니다.",
);
const HELP: Text = Text::fixed(
    "Write the whole value out, or give the shared part a name of its own.",
    "값 전체를 쓰거나, 함께 쓰는 부분에 따로 이름을 주십시오.",
);
