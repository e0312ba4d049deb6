//! The same setting twice in one section: the last one counts.

use crate::support::dovecot::faults::{is_dumped, problems, report};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};
use postproof_dovecot::{ProblemKind, Step};

pub(crate) static RULE: Rule = Rule {
    name: "dv-overridden-later",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["Dovecot manual, configuration file syntax", "config-parser.c"],
    docs: docs!("overridden_later"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(reading) = cx.reading() else { return };
    for (_, node) in reading.nodes() {
        for stored in node.stored.values() {
            if stored.is_list && !stored.replaced {
                continue;
            }
            let written: Vec<_> = stored.assignments.iter().filter_map(|at| reading.assignment(*at)).collect();
            for pair in written.windows(2) {
                let [first, last] = pair else { continue };
                let name = last.name.as_str();
                let (old, new) = (first.value.as_str().trim(), last.value.as_str().trim());
                let adds = new.contains(&format!("${name}")) || new.contains(&format!("$SET:{name}"));
                if adds
                    || first.item.is_some()
                    || first.refused
                    || last.refused
                    || old == new
                    || is_dumped(cx, first.span)
                {
                    continue;
                }
                let same_file = first.span.file == last.span.file;
                let found = out.report(&RULE, first.value_span(), message(name, &place(&node.step)), WHY);
                found.severity = if same_file { Severity::Warning } else { Severity::Info };
                found.related.push(Label::noted(last.value_span(), LAST));
                found.help = Some(HELP);
            }
        }
    }
    for problem in problems(cx, &[ProblemKind::EarlierFilter]) {
        report(out, &RULE, problem, earlier(&problem.subject));
    }
}

fn place(step: &Step) -> String {
    match step {
        Step::Root => String::new(),
        Step::Protocol(name) => format!("protocol {name}"),
        Step::Local(_) => "local".to_owned(),
        Step::LocalName(name) => format!("local_name {name}"),
        Step::Remote(_) => "remote".to_owned(),
        Step::Section { kind, name } => match name {
            Some(name) => format!("{kind} {name}"),
            None => kind.clone(),
        },
        Step::Group { label, name } => format!("group @{label} {name}"),
    }
}

fn message(name: &str, place: &str) -> Text {
    match place {
        "" => text!(
            "`{name}` is set again later, and this value does not count",
            "`{name}` 설정이 뒤에 다시 나와 이 값은 적용되지 않습니다"
        ),
        _ => text!(
            "`{name}` in `{place}` is set again later, and this value does not count",
            "`{place}` 섹션의 `{name}` 설정이 뒤에 다시 나와 이 값은 적용되지 않습니다"
        ),
    }
}

fn earlier(name: &str) -> Text {
    text!(
        "`{name}` was set in a filter before, which keeps its own value",
        "`{name}` 설정이 앞의 필터에 이미 있어 그 필터에는 적용되지 않습니다"
    )
}

const LAST: Text = Text::fixed("this value counts", "이 값이 적용됩니다");
const WHY: Text = Text::fixed(
    "The last assignment counts, and nothing says so: a change of the first has no effect.",
    "마지막 값이 적용되지만 아무 말도 하지 않으므로 앞의 값을 고쳐도 효과가 없습니다.",
);
const HELP: Text = Text::fixed("Keep one of the two.", "둘 가운데 하나만 남기십시오.");
