//! A compatibility_level that the release can not read, or that is above it.

use crate::support::lists::value_place;
use crate::support::values::is_template;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::Version;
use postproof_diag::{Severity, Text, text};
use postproof_model::Scope;

pub(crate) static RULE: Rule = Rule {
    name: "cfg-compat-too-new",
    group: Group::Cfg,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["postconf(5) compatibility_level", "compat_level.c", "mail_params.c"],
    docs: docs!("compat_too_new"),
    check,
};

/// The release from which on a level may have a point (parameter tables:
/// `compatibility_level` is a number before).
const DOTTED_SINCE: Version = Version::new(3, 6);

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(value) = cx.model.value(Scope::Main, "compatibility_level").filter(|value| value.is_set()) else { return };
    let (Some(place), text) = (value_place(&value), value.as_str()) else { return };
    if text.contains(['$', '#', '"', '\'']) || is_template(text) {
        return;
    }
    let target = cx.model.target.postfix.value;
    let Some(level) = level(text) else {
        out.report(&RULE, place, malformed(text), STOPS).help = Some(HELP_MALFORMED);
        return;
    };
    if target.series() < DOTTED_SINCE && text.contains('.') {
        out.report(&RULE, place, dotted(text, target), STOPS).help = Some(HELP_DOTTED);
    } else if level.series() > target.series() {
        let found = out.report(&RULE, place, above(text, target), WHY_ABOVE);
        found.help = Some(HELP_ABOVE);
        found.severity = if cx.model.target.assumes_postfix() { Severity::Info } else { Severity::Warning };
    }
}

/// `major[.minor[.patch]]` (compat_level.c, compat_level_from_string).
fn level(text: &str) -> Option<Version> {
    let mut numbers = Vec::new();
    for number in text.split('.') {
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        numbers.push(digits.then(|| number.parse::<u16>().unwrap_or(u16::MAX))?);
    }
    let minor = numbers.get(1).copied().unwrap_or(0);
    (numbers.len() <= 3).then_some(Version::new(*numbers.first()?, minor))
}

fn malformed(level: &str) -> Text {
    text!("`{level}` is no compatibility level", "`{level}` 값은 호환성 수준이 아닙니다")
}

fn dotted(level: &str, target: Version) -> Text {
    text!(
        "Postfix {target} takes a whole number as `compatibility_level`, not `{level}`",
        "Postfix {target} 버전의 `compatibility_level` 매개변수는 정수만 받으며 `{level}` 값은 쓸 수 없습니다"
    )
}

fn above(level: &str, target: Version) -> Text {
    text!(
        "the level `{level}` is above the release that the configuration is judged for, Postfix {target}",
        "수준 `{level}` 값은 이 설정의 기준인 Postfix {target} 버전보다 높습니다"
    )
}

const STOPS: Text = Text::fixed(
    "Every program reads the level when it starts and stops at this value.",
    "모든 프로그램은 시작할 때 이 수준을 읽고 이 값에서 멈춥니다.",
);
const WHY_ABOVE: Text = Text::fixed(
    "The release does all that it knows of the level; after an upgrade further defaults change at once, without the warnings that a lower level gives.",
    "이 버전은 수준에 대해 아는 것을 모두 합니다. 업그레이드하면 낮은 수준에서 나오는 경고 없이 다른 기본값이 한꺼번에 바뀝니다.",
);
const HELP_MALFORMED: Text = Text::fixed(
    "Write `major`, `major.minor` or `major.minor.patch`, such as `3.6`.",
    "`3.6`처럼 `major`, `major.minor`, `major.minor.patch` 꼴로 쓰십시오.",
);
const HELP_DOTTED: Text =
    Text::fixed("Write `2`, the highest level of that release.", "그 버전의 가장 높은 수준인 `2`를 쓰십시오.");
const HELP_ABOVE: Text = Text::fixed(
    "Set the level of the release that runs, and raise it after each upgrade.",
    "돌고 있는 버전의 수준을 설정하고 업그레이드할 때마다 올리십시오.",
);
