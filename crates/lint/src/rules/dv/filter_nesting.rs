//! Sections that stand where Dovecot does not allow them, or lack a name.

use crate::support::dovecot::faults::{problems, report};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_dovecot::{Problem, ProblemKind};

pub(crate) static RULE: Rule = Rule {
    name: "dv-filter-nesting",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["doveconf(1)", "config-filter.c", "Dovecot manual, configuration file syntax, filters"],
    docs: docs!("filter_nesting"),
    check,
};

const KINDS: &[ProblemKind] = &[
    ProblemKind::Nesting,
    ProblemKind::NotInConnection,
    ProblemKind::MissingName,
    ProblemKind::UnwantedName,
    ProblemKind::MissingRequired,
    ProblemKind::Group,
];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for problem in problems(cx, KINDS) {
        let found = report(out, &RULE, problem, message(problem));
        found.help = help(problem.kind);
    }
}

fn message(problem: &Problem) -> Text {
    let name = problem.subject.as_str();
    let is = |kind| problem.kind == kind;
    if is(ProblemKind::NotInConnection) {
        text!(
            "`{name}` is a setting of logins and can't stand in `local`, `local_name` or `remote`",
            "`{name}` 설정은 로그인용 설정이므로 `local`, `local_name`, `remote` 섹션에 둘 수 없습니다"
        )
    } else if is(ProblemKind::MissingName) {
        text!(
            "a section `{name}` needs a name in Dovecot 2.4",
            "Dovecot 2.4에서 `{name}` 섹션에는 이름이 있어야 합니다"
        )
    } else if is(ProblemKind::UnwantedName) {
        text!("the section `{name}` can't have this name", "`{name}` 섹션은 이 이름을 가질 수 없습니다")
    } else if is(ProblemKind::MissingRequired) {
        text!("the section `{name}` lacks a setting that it must have", "`{name}` 섹션에 꼭 있어야 할 설정이 없습니다")
    } else if is(ProblemKind::Group) {
        text!("the group `{name}` can't be used here", "`{name}` 그룹은 여기에서 쓸 수 없습니다")
    } else {
        text!("the section `{name}` can't stand here", "`{name}` 섹션은 여기에 둘 수 없습니다")
    }
}

fn help(kind: ProblemKind) -> Option<Text> {
    const HELPS: &[(ProblemKind, Text)] = &[
        (
            ProblemKind::Nesting,
            Text::fixed(
                "Nest filters in this order only: `local`, `local_name`, `remote`, `protocol`; other sections as the manual shows.",
                "필터는 `local`, `local_name`, `remote`, `protocol` 순서로만 겹칠 수 있습니다. 다른 섹션은 설명서를 따르십시오.",
            ),
        ),
        (
            ProblemKind::MissingName,
            Text::fixed(
                "Give it a name behind the keyword; for `passdb` and `userdb` the name of the driver is usual.",
                "키워드 뒤에 이름을 쓰십시오. `passdb`와 `userdb` 섹션에는 보통 드라이버 이름을 씁니다.",
            ),
        ),
        (
            ProblemKind::NotInConnection,
            Text::fixed("Put it outside, or into `protocol`.", "밖에 두거나 `protocol` 섹션에 두십시오."),
        ),
    ];
    HELPS.iter().find(|(one, _)| *one == kind).map(|(_, help)| help.clone())
}
