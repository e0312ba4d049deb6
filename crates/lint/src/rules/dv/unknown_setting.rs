//! Settings and sections that Dovecot does not have.

use crate::support::dovecot::faults::{is_later_release, problems, report};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::{self as catalog, Version};
use postproof_diag::{Severity, Text, text};
use postproof_dovecot::{Dialect, Problem, ProblemKind, Step};

pub(crate) static RULE: Rule = Rule {
    name: "dv-unknown-setting",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["doveconf(1)", "config-parser.c", "Dovecot manual, settings"],
    docs: docs!("unknown_setting"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(reading) = cx.reading() else { return };
    let dialect = reading.dialect();
    for problem in problems(cx, &[ProblemKind::UnknownSetting, ProblemKind::UnknownSection]) {
        let name = problem.subject.as_str();
        let around = around(cx, problem);
        let (message, help) = explain(name, dialect, &around, problem.kind == ProblemKind::UnknownSection);
        let found = report(out, &RULE, problem, message);
        found.help = help;
        if is_later_release(reading) {
            found.severity = Severity::Info;
        }
    }
}

/// The keyword of the section around a problem; empty at the top.
fn around(cx: &Cx<'_>, problem: &Problem) -> String {
    let node = cx.reading().and_then(|reading| reading.node(problem.within));
    match node.map(|node| &node.step) {
        Some(Step::Section { kind, .. }) => kind.clone(),
        Some(Step::Protocol(_)) => "protocol".to_owned(),
        Some(Step::Local(_)) => "local".to_owned(),
        Some(Step::LocalName(_)) => "local_name".to_owned(),
        Some(Step::Remote(_)) => "remote".to_owned(),
        Some(Step::Root | Step::Group { .. }) | None => String::new(),
    }
}

fn explain(name: &str, dialect: Dialect, around: &str, is_section: bool) -> (Text, Option<Text>) {
    let series = dialect.series();
    let other = match dialect {
        Dialect::V23 => Version::new(2, 4),
        Dialect::V24 => Version::new(2, 3),
    };
    let own = dialect.name();
    if let Some(section) = owner(series, name).filter(|section| *section != around && !is_section) {
        return (
            elsewhere(name, around, section),
            Some(text!("Move it into a section `{section}`.", "`{section}` 섹션 안으로 옮기십시오.")),
        );
    }
    if is_section && catalog::dovecot_section(series, name).is_some() {
        return (misplaced(name), Some(HELP_CLOSE));
    }
    let is_of_other = catalog::setting(other, name).is_some_and(|setting| setting.known || setting.section == "plugin")
        || catalog::dovecot_section(other, name).is_some();
    if is_of_other && around != "plugin" {
        let there = if dialect == Dialect::V24 { Dialect::V23 } else { Dialect::V24 };
        let help = (dialect == Dialect::V24).then_some(HELP_MIGRATE);
        return (of_other(name, own, there.name(), is_section), help);
    }
    let near = catalog::nearest_setting(series, name, around);
    let message = if is_section { no_section(name, own) } else { no_setting(name, own, around) };
    (message, Some(near.map_or(HELP, |near| text!("Did you mean `{near}`?", "`{near}` 설정을 뜻한 것은 아닙니까?"))))
}

/// The section of a series that has a setting which is no global one.
fn owner(series: Version, name: &str) -> Option<&'static str> {
    let all = catalog::settings_named(series, name);
    let is_outer = |setting: &catalog::Setting| setting.section == "global" || setting.section.starts_with("external");
    if series.series() >= Version::new(2, 4) || all.is_empty() || all.iter().any(is_outer) {
        return None;
    }
    all.first().map(|setting| setting.section)
}

fn elsewhere(name: &str, around: &str, section: &str) -> Text {
    match around {
        "" => text!(
            "`{name}` is a setting of `{section}` sections, and stands outside of any",
            "`{name}` 설정은 `{section}` 섹션의 설정이지만 섹션 밖에 있습니다"
        ),
        _ => text!(
            "`{name}` is a setting of `{section}` sections, and stands in `{around}`",
            "`{name}` 설정은 `{section}` 섹션의 설정이지만 `{around}` 섹션에 있습니다"
        ),
    }
}

fn misplaced(name: &str) -> Text {
    text!("a `{name}` section can't stand in this place", "`{name}` 섹션은 이 자리에 둘 수 없습니다")
}

fn of_other(name: &str, own: &str, other: &str, is_section: bool) -> Text {
    match is_section {
        true => text!(
            "`{name}` is a section of Dovecot {other}, which {own} does not have",
            "`{name}` 섹션은 Dovecot {other} 버전의 섹션이며 {own} 버전에는 없습니다"
        ),
        false => text!(
            "`{name}` is a setting of Dovecot {other}, which {own} does not have",
            "`{name}` 설정은 Dovecot {other} 버전의 설정이며 {own} 버전에는 없습니다"
        ),
    }
}

fn no_setting(name: &str, own: &str, around: &str) -> Text {
    match around {
        "" => text!("Dovecot {own} has no setting `{name}`", "Dovecot {own} 버전에는 `{name}` 설정이 없습니다"),
        _ => text!(
            "`{around}` sections of Dovecot {own} have no setting `{name}`",
            "Dovecot {own} 버전의 `{around}` 섹션에는 `{name}` 설정이 없습니다"
        ),
    }
}

fn no_section(name: &str, own: &str) -> Text {
    text!("Dovecot {own} has no section `{name}`", "Dovecot {own} 버전에는 `{name}` 섹션이 없습니다")
}

const HELP: Text = Text::fixed(
    "Correct the name, or remove the line; a plugin that has such a setting may not be installed.",
    "이름을 고치거나 이 줄을 지우십시오. 그런 설정을 가진 플러그인이 설치되지 않았을 수도 있습니다.",
);
const HELP_CLOSE: Text = Text::fixed(
    "Look whether the `}` of a section before it is missing; if not, move it to where it belongs.",
    "앞 섹션을 닫는 `}` 줄이 빠졌는지 확인하고, 아니면 이 섹션을 맞는 자리로 옮기십시오.",
);
const HELP_MIGRATE: Text = Text::fixed(
    "`postproof migrate dovecot --to 2.4` writes what 2.4 has in its place.",
    "`postproof migrate dovecot --to 2.4` 명령이 2.4 버전의 해당 설정으로 바꿔 줍니다.",
);
