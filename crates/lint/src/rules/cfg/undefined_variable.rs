//! `$name` of a parameter that is nowhere set.

use crate::support::lists::Seen;
use crate::support::values::assigned;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::{nearest_param, param, service_patterns_of};
use postproof_diag::{Severity, Text, text};
use postproof_model::{Model, Presence};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) static RULE: Rule = Rule {
    name: "cfg-undefined-variable",
    group: Group::Cfg,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(1) «undefined parameter»", "postconf_user.c", "mac_expand.c"],
    docs: docs!("undefined_variable"),
    check,
};

/// Findings that get the nearest name, which costs a look at all parameters.
const MAX_SUGGESTIONS: usize = 100;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    // What was not pasted may set it.
    if cx.model.given.main_cf != Presence::Whole {
        return;
    }
    let mut seen = Seen::default();
    let mut count = 0;
    for value in assigned(cx) {
        // Such a value is expanded at run time, with names of its own.
        if param(value.name).is_some_and(|param| param.raw) || is_placeholder(value.text.as_str()) {
            continue;
        }
        let names: BTreeSet<String> = Model::names_in(value.text.as_str()).into_iter().collect();
        let places = first_places(value.text.as_str());
        for name in names {
            let is_known = cx.model.value(value.scope, &name).is_some() || service_patterns_of(&name).next().is_some();
            let at = places.get(name.as_str());
            let span = at.and_then(|at| value.text.span_of(*at..at + name.len()));
            let place = span.unwrap_or(value.name_span);
            if !is_known && seen.is_new(place) {
                count += 1;
                let release = cx.model.target.postfix.value;
                let near = if count > MAX_SUGGESTIONS { None } else { nearest_param(&name, release) };
                let found = out.report(&RULE, place, message(value.name, &name), WHY);
                found.help = Some(near.map_or(HELP, |near| did_you_mean(near.name)));
            }
        }
    }
}

/// A template that was not filled in.
fn is_placeholder(text: &str) -> bool {
    text.contains("{{")
}

/// Where each name is first referred to in a text.
fn first_places(text: &str) -> BTreeMap<&str, usize> {
    let mut places = BTreeMap::new();
    for (dollar, _) in text.match_indices('$') {
        let rest = text.get(dollar + 1..).unwrap_or_default();
        let name = rest.trim_start_matches(['{', '(', ' ']);
        let len = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let start = dollar + 1 + (rest.len() - name.len());
        places.entry(name.get(..len).unwrap_or_default()).or_insert(start);
    }
    places
}

fn message(param: &str, name: &str) -> Text {
    text!(
        "`${name}` in `{param}` stands for nothing: no parameter of that name is set",
        "`{param}` 매개변수의 `${name}` 참조는 빈 값입니다. 그런 이름의 매개변수가 설정되지 않았습니다"
    )
}

fn did_you_mean(near: &str) -> Text {
    text!("Did you mean `${near}`?", "`${near}` 참조를 쓰려던 것이 아닌지 확인하십시오.")
}

const WHY: Text = Text::fixed(
    "Postfix puts nothing in its place without a word, so that a list may lose its entries and a name its domain.",
    "Postfix는 아무 말 없이 빈 값을 넣으므로, 목록은 항목을 잃고 이름은 도메인을 잃을 수 있습니다.",
);
const HELP: Text = Text::fixed(
    "Set the parameter, correct the name, or remove the reference; a dollar sign itself is `$$`.",
    "매개변수를 설정하거나 이름을 고치거나 참조를 지우십시오. 달러 문자 자체는 `$$`로 씁니다.",
);
