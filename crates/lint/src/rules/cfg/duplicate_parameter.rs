//! A parameter that main.cf sets twice with different values.

use crate::support::names::part_at;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Span, Text, text};
use postproof_model::Written;
use postproof_syntax::PartKind;

pub(crate) static RULE: Rule = Rule {
    name: "cfg-duplicate-parameter",
    group: Group::Cfg,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["postconf(1) «overriding earlier entry»", "dict.c dict_load_fp", "postconf(5)"],
    docs: docs!("duplicate_parameter"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for (name, written) in &cx.model.main {
        let earlier = contradictions(cx, written);
        if earlier.is_empty() {
            continue;
        }
        let found = out.report(&RULE, written.name_span, message(name), WHY);
        found.help = Some(HELP);
        found.related.extend(earlier.into_iter().map(|span| Label::noted(span, NO_EFFECT)));
    }
}

/// Earlier assignments in the same file, if one of them is not just repeated
/// by the next (dict.c: the same value again is silent).
fn contradictions(cx: &Cx<'_>, written: &Written) -> Vec<Span> {
    let earlier: Vec<_> =
        written.overridden.iter().filter(|(span, _)| is_same_file(cx, *span, written.name_span)).collect();
    let values = earlier.iter().map(|(_, value)| value.as_str());
    let next = values.clone().skip(1).chain([written.value.as_str()]);
    if values.zip(next).all(|(value, next)| value == next) {
        return Vec::new();
    }
    earlier.into_iter().map(|(span, _)| *span).collect()
}

/// Whether two settings stand in one main.cf: in the same part, or in excerpts
/// of one paste. Whole files and dumps of the same host are two states of it.
fn is_same_file(cx: &Cx<'_>, one: Span, other: Span) -> bool {
    let (Some((at, kind)), Some((other_at, other_kind))) = (part_at(cx, one), part_at(cx, other)) else { return false };
    let is_excerpt = |at: usize| cx.model.parts.get(at).is_some_and(|part| !part.part.whole);
    let are_excerpts = kind == PartKind::MainCf && other_kind == kind && is_excerpt(at) && is_excerpt(other_at);
    at == other_at || (one.file == other.file && are_excerpts)
}

fn message(name: &str) -> Text {
    text!(
        "`{name}` is set more than once with different values, and only this one counts",
        "`{name}` 매개변수를 서로 다른 값으로 여러 번 설정했고 이 값만 효력이 있습니다"
    )
}

const NO_EFFECT: Text = Text::fixed("has no effect", "효력이 없습니다");
const WHY: Text = Text::fixed(
    "Postfix takes the last value and warns only in its log, so an edit of the earlier line changes nothing.",
    "Postfix는 마지막 값을 쓰고 로그에만 경고하므로, 앞의 줄을 고쳐도 아무것도 바뀌지 않습니다.",
);
const HELP: Text = Text::fixed(
    "Keep one of the lines; lists that were meant to add up go into one value.",
    "한 줄만 남기십시오. 합치려던 목록이라면 하나의 값에 넣으십시오.",
);
