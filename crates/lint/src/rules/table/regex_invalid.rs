//! Rules of regexp: and pcre: tables that Postfix skips.

use crate::support::pattern::{Fault, Flavour, Pattern, cut, flags, scan};
use crate::support::tables::{Given, given};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_syntax::table::{Entry, TableSyntax};

pub(crate) static RULE: Rule = Rule {
    name: "table-regex-invalid",
    group: Group::Table,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["regexp_table(5) TABLE FORMAT", "pcre_table(5) TABLE FORMAT", "dict_regexp.c", "dict_pcre.c"],
    docs: docs!("regex_invalid"),
    check,
};

/// How many rules of one table are reported each by itself.
const MAX_RULES: usize = 20;

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for given in given(cx).into_iter().filter(|given| given.table.syntax == TableSyntax::Pattern) {
        let flavours = flavours(&given);
        let faulty = given.table.entries().filter_map(|entry| Some((entry, fault(&flavours, entry)?)));
        for (entry, message) in faulty.take(MAX_RULES) {
            let Some(span) = entry.key.span() else { continue };
            out.report(&RULE, span, message, WHY).help = Some(HELP);
        }
    }
}

/// Which libraries read it; both where nothing tells, and then only what
/// neither accepts is wrong.
fn flavours(given: &Given<'_>) -> Vec<Flavour> {
    let has = |kind: &str| given.kinds.iter().any(|one| one == kind) || given.path.ends_with(&format!(".{kind}"));
    match (has("regexp"), has("pcre")) {
        (true, false) => vec![Flavour::Posix],
        (false, true) => vec![Flavour::Perl],
        (true, true) | (false, false) => vec![Flavour::Posix, Flavour::Perl],
    }
}

fn fault(flavours: &[Flavour], entry: &Entry) -> Option<Text> {
    let pattern = cut(entry.key.as_str())?;
    let all = |wrong: &dyn Fn(Flavour) -> bool| flavours.iter().all(|flavour| wrong(*flavour));
    let unknown = pattern.flags.chars().find(|flag| all(&|flavour| !flags(flavour).contains(*flag)));
    if let Some(flag) = unknown {
        return Some(unknown_flag(flag));
    }
    let first = scan(*flavours.first()?, &pattern);
    if all(&|flavour| scan(flavour, &pattern).fault.is_some()) {
        return first.fault.map(broken);
    }
    replacement_fault(flavours, &pattern, entry.value.as_str())
}

/// `$number` in the result that stands for no group of the pattern.
fn replacement_fault(flavours: &[Flavour], pattern: &Pattern<'_>, value: &str) -> Option<Text> {
    let number = highest_reference(value)?;
    if pattern.negated {
        return Some(in_negated(number));
    }
    let known = flavours.iter().filter_map(|flavour| scan(*flavour, pattern).groups);
    let groups = known.max().filter(|_| flavours.iter().all(|flavour| scan(*flavour, pattern).groups.is_some()))?;
    (number > groups).then(|| no_group(number, groups))
}

/// The highest of `$1`, `${2}`, `$(3)`; `$$` is a dollar sign.
// mac_parse.c
fn highest_reference(value: &str) -> Option<usize> {
    let mut highest = None;
    let mut rest = value;
    while let Some(at) = rest.find('$') {
        rest = rest.get(at + 1..).unwrap_or_default();
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
            continue;
        }
        let name = rest.trim_start_matches(['{', '(']);
        let digits = name.len() - name.trim_start_matches(|ch: char| ch.is_ascii_digit()).len();
        if let Some(number) = name.get(..digits).and_then(|digits| digits.parse::<usize>().ok()) {
            highest = highest.max(Some(number));
        }
    }
    highest.filter(|number| *number > 0)
}

fn unknown_flag(flag: char) -> Text {
    text!(
        "`{flag}` behind the pattern is no flag; white space must stand between the pattern and its result",
        "패턴 뒤의 `{flag}` 문자는 플래그가 아닙니다. 패턴과 결과 사이에는 공백이 있어야 합니다"
    )
}

fn in_negated(number: usize) -> Text {
    text!(
        "the result of a negated pattern can't hold `${number}`, for there is nothing that matched",
        "부정한 패턴의 결과에는 일치한 것이 없으므로 `${number}` 참조를 쓸 수 없습니다"
    )
}

fn no_group(number: usize, groups: usize) -> Text {
    text!(
        "the result uses `${number}`, but the number of groups in the pattern is {groups}",
        "결과는 `${number}` 참조를 쓰지만 패턴의 그룹은 {groups}개입니다"
    )
}

fn broken(fault: Fault) -> Text {
    match fault {
        Fault::OpenGroup => Text::fixed("a `(` of the pattern is never closed", "패턴의 `(` 기호가 닫히지 않습니다"),
        Fault::CloseGroup => Text::fixed(
            "the pattern has a `)` with no `(` before it",
            "패턴에 앞에 `(` 기호가 없는 `)` 기호가 있습니다",
        ),
        Fault::OpenSet => Text::fixed("a `[` of the pattern is never closed", "패턴의 `[` 기호가 닫히지 않습니다"),
        Fault::NothingToRepeat => Text::fixed(
            "a repetition such as `*` in the pattern has nothing before it to repeat",
            "패턴의 `*` 등 반복 기호 앞에 반복할 것이 없습니다",
        ),
        Fault::PerlOnly => Text::fixed(
            "`(?` is for pcre tables; a regexp table can't read the pattern",
            "`(?` 표기는 pcre 테이블의 것이며 regexp 테이블은 이 패턴을 읽지 못합니다",
        ),
        Fault::TrailingBackslash => {
            Text::fixed("the pattern ends with a lone `\\`", "패턴이 홀로 있는 `\\` 문자로 끝납니다")
        }
    }
}

const WHY: Text = Text::fixed(
    "Postfix logs a warning when it opens the table and goes on without this rule.",
    "Postfix는 테이블을 열 때 경고를 남기고 이 규칙 없이 계속합니다.",
);
const HELP: Text = Text::fixed(
    "Correct the rule; `postmap -q text type:/path` prints the warning of the library.",
    "규칙을 고치십시오. `postmap -q 글 type:/path` 명령이 라이브러리의 경고를 보여 줍니다.",
);

#[cfg(test)]
mod tests {
    use super::highest_reference;

    #[test]
    fn references_are_those_of_mac_parse() {
        assert_eq!(highest_reference("REPLACE $1 ${3} $(2)"), Some(3));
        assert_eq!(highest_reference("costs $$5 or $name"), None);
    }
}
