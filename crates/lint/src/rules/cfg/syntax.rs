//! What a parser could not read, and values that can't be expanded: the text
//! is not what Postfix or Dovecot reads, so nothing else can be trusted there.

use super::append_operator::appended;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Span, Text, text};
use postproof_model::{LISTS, MAX_EXPANDED_BYTES, MAX_EXPANSION_STEPS, MAX_LIST_ENTRIES, Scope, SourcePart, Tree};
use postproof_syntax::{PartKind, Problem, ProblemKind};

pub(crate) static RULE: Rule = Rule {
    name: "cfg-syntax",
    group: Group::Cfg,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["postconf(5) DESCRIPTION", "master(5) SYNTAX", "doveconf(1)"],
    docs: docs!("syntax"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    cx.model.parts.iter().for_each(|part| unreadable(cx, part, out));
    expansions(cx, out);
    lists(cx, out);
}

/// How many places of one part are reported each by itself: a person mends the
/// first few and looks again, and a file that is none has a fault in each line.
const MAX_PROBLEMS: usize = 50;

fn unreadable(cx: &Cx<'_>, part: &SourcePart, out: &mut Sink) {
    let is_own = |problem: &&Problem| {
        // Lines of tables are table-missing-value's, options msc-option-spaces's,
        // and `name += value` is cfg-append-operator's.
        let appends = part.part.kind == PartKind::MainCf && problem.kind == ProblemKind::NotASetting;
        !(OWNED_BY_OTHERS.contains(&problem.kind) || appends && appended(cx.sources.slice(problem.span)).is_some())
    };
    let problems: Vec<&Problem> = problems(part).iter().filter(is_own).collect();
    for problem in problems.iter().take(MAX_PROBLEMS) {
        let finding = out.report(&RULE, problem.span, problem.message.clone(), why(problem.kind, part.part.kind));
        finding.severity = severity(problem.kind);
        finding.help = Some(help(problem.kind));
    }
    let mut rest = problems.iter().skip(MAX_PROBLEMS);
    if let Some(first) = rest.next() {
        report_cut(out, first.span, more_problems(rest.len() + 1));
    }
}

/// Kinds of problems that rules of their own report.
const OWNED_BY_OTHERS: &[ProblemKind] = &[ProblemKind::TableEntry, ProblemKind::OptionSyntax];

fn problems(part: &SourcePart) -> &[Problem] {
    match &part.tree {
        Tree::Main(parsed) => &parsed.problems,
        Tree::Master(parsed) => &parsed.problems,
        // What doveconf refuses in dovecot.conf is dv-syntax's.
        Tree::Dovecot(parsed) if part.part.kind == PartKind::ClientFile => &parsed.problems,
        Tree::Dovecot(_) => &[],
        Tree::Table(parsed) => &parsed.problems,
        Tree::None => &[],
    }
}

/// Values that Postfix gives up on, and those that Postproof cuts.
fn expansions(cx: &Cx<'_>, out: &mut Sink) {
    let main = cx.model.main.iter().map(|(name, written)| (Scope::Main, name, &written.value, written.name_span));
    let options = cx.model.services.iter().flat_map(|service| {
        service
            .overrides
            .iter()
            .map(|option| (Scope::Service(service.id), &option.name, &option.value, option.name_span))
    });
    for (scope, name, value, span) in main.chain(options) {
        if cx.model.value(scope, name).is_some_and(|value| value.raw == value.text && !value.raw.as_str().contains('$'))
        {
            continue;
        }
        let (_, faults) = cx.model.expand_checked(scope, value);
        if faults.cut {
            report_cut(out, span, expansion_cut(name));
        } else if faults.broken && !faults.too_deep {
            let finding = out.report(&RULE, span, broken_expansion(name), WHY_BROKEN_EXPANSION);
            finding.help = Some(HELP_BROKEN_EXPANSION);
        }
    }
}

fn lists(cx: &Cx<'_>, out: &mut Sink) {
    for service in cx.model.services.iter().filter(|service| service.is_smtpd()) {
        for (param, _) in LISTS {
            let list = cx.model.restriction_list(Scope::Service(service.id), param);
            if let (true, Some(span)) = (list.is_cut, list.text.span()) {
                report_cut(out, span, list_cut(param));
            }
        }
    }
}

fn report_cut(out: &mut Sink, span: Span, message: Text) {
    let finding = out.report(&RULE, span, message, WHY_LIMIT);
    finding.severity = Severity::Warning;
    finding.help = Some(help(ProblemKind::Limit));
}

fn severity(kind: ProblemKind) -> Severity {
    match kind {
        ProblemKind::NotASetting
        | ProblemKind::FieldCount
        | ProblemKind::FieldValue
        | ProblemKind::OptionSyntax
        | ProblemKind::Braces => Severity::Error,
        ProblemKind::LeadingContinuation | ProblemKind::NulByte | ProblemKind::Limit | ProblemKind::TableEntry => {
            Severity::Warning
        }
        ProblemKind::Encoding => Severity::Info,
    }
}

fn why(kind: ProblemKind, part: PartKind) -> Text {
    match kind {
        ProblemKind::NotASetting
        | ProblemKind::FieldCount
        | ProblemKind::FieldValue
        | ProblemKind::OptionSyntax
        | ProblemKind::Braces => match part {
            PartKind::DovecotConf | PartKind::DoveconfN => Text::fixed(
                "Dovecot refuses the whole configuration at the first line that it can't read, so nothing that depends on it starts",
                "Dovecot은 읽을 수 없는 첫 줄에서 설정 전체를 거부하므로 이 설정을 쓰는 프로그램이 시작하지 않습니다",
            ),
            PartKind::MainCf
            | PartKind::PostconfN
            | PartKind::PostconfAll
            | PartKind::MasterCf
            | PartKind::PostconfP
            | PartKind::Table
            | PartKind::ClientFile
            | PartKind::Listing => Text::fixed(
                "Postfix stops at a line that it can't read: programs that start after the edit do not run, and mail waits",
                "Postfix는 읽을 수 없는 줄에서 멈춥니다. 고친 뒤에 시작하는 프로그램은 돌지 않고 메일은 밀립니다",
            ),
        },
        ProblemKind::LeadingContinuation => Text::fixed(
            "white space at the start of a line joins it to the line before; with nothing before it, the setting is lost without an error",
            "줄 첫머리의 공백은 앞줄에 잇는다는 뜻입니다. 앞줄이 없으면 그 설정은 오류 없이 사라집니다",
        ),
        ProblemKind::NulByte => Text::fixed(
            "Postfix reads text up to a NUL byte, so the rest of the line may have no effect",
            "Postfix는 NUL 바이트까지만 읽으므로 그 줄의 나머지는 효과가 없을 수 있습니다",
        ),
        ProblemKind::TableEntry => Text::fixed(
            "postmap skips what it can't read with a warning, so the entry does not exist",
            "postmap은 읽을 수 없는 줄을 경고만 하고 건너뛰므로 그 항목은 없는 것과 같습니다",
        ),
        ProblemKind::Encoding => Text::fixed(
            "names, domains and passwords with such bytes rarely mean what was intended; the text may have been copied in another encoding",
            "이런 바이트가 든 이름, 도메인, 비밀번호는 의도와 다를 때가 많습니다. 다른 인코딩으로 복사된 글일 수 있습니다",
        ),
        ProblemKind::Limit => WHY_LIMIT,
    }
}

fn help(kind: ProblemKind) -> Text {
    match kind {
        ProblemKind::NotASetting => Text::fixed(
            "write `name = value`, or put `#` before the line; lines that continue another begin with white space",
            "`name = value` 꼴로 쓰거나 줄 앞에 `#` 문자를 붙이십시오. 앞줄을 잇는 줄은 공백으로 시작합니다",
        ),
        ProblemKind::LeadingContinuation => {
            Text::fixed("remove the white space before the name", "이름 앞의 공백을 지우십시오")
        }
        ProblemKind::NulByte => Text::fixed(
            "remove the byte; an editor may show it as `^@`",
            "그 바이트를 지우십시오. 편집기에서는 `^@` 문자로 보일 수 있습니다",
        ),
        ProblemKind::FieldCount | ProblemKind::FieldValue => Text::fixed(
            "give all eight fields: service, type, private, unpriv, chroot, wakeup, maxproc, command",
            "필드 여덟 개(service, type, private, unpriv, chroot, wakeup, maxproc, command)를 모두 쓰십시오",
        ),
        ProblemKind::OptionSyntax => Text::fixed(
            "write `-o name=value` without spaces, or `-o { name = value }`",
            "공백 없이 `-o name=value` 꼴로 쓰거나 `-o { name = value }` 꼴로 쓰십시오",
        ),
        ProblemKind::Braces => Text::fixed(
            "close every brace that is opened, and no other",
            "연 괄호는 모두 닫고, 열지 않은 괄호는 닫지 마십시오",
        ),
        ProblemKind::Encoding => Text::fixed("save the file as UTF-8", "파일을 UTF-8로 저장하십시오"),
        ProblemKind::Limit => Text::fixed(
            "check the part that was left out by itself, or make it simpler",
            "빠진 부분을 따로 검사하거나 설정을 단순하게 고치십시오",
        ),
        ProblemKind::TableEntry => {
            Text::fixed("write a key, white space and a value on one line", "한 줄에 키, 공백, 값을 차례로 쓰십시오")
        }
    }
}

fn broken_expansion(name: &str) -> Text {
    text!(
        "the value of `{name}` can't be expanded: a `$` reference is broken",
        "`{name}` 매개변수의 값을 펼칠 수 없습니다. `$` 참조가 잘못되었습니다"
    )
}

const WHY_BROKEN_EXPANSION: Text = Text::fixed(
    "every program that reads the parameter stops with a macro processing error",
    "이 매개변수를 읽는 프로그램은 모두 매크로 처리 오류로 멈춥니다",
);

const HELP_BROKEN_EXPANSION: Text = Text::fixed(
    "close each `${` with `}` and give each `$` a name; `$$` stands for a dollar sign",
    "`${` 마다 `}` 문자로 닫고 `$` 뒤에 이름을 쓰십시오. 달러 문자는 `$$` 두 글자로 씁니다",
);

const WHY_LIMIT: Text = Text::fixed(
    "Postproof reads up to this limit so that no input can hold it up; what lies beyond was not checked",
    "어떤 입력에도 멈추지 않도록 Postproof는 이 한도까지만 읽습니다. 그 뒤는 검사하지 않았습니다",
);

fn more_problems(count: usize) -> Text {
    text!(
        "{count} more places from here on can't be read; only the first {MAX_PROBLEMS} are reported each by itself",
        "여기부터 읽을 수 없는 자리가 {count}곳 더 있습니다. 하나씩 알리는 것은 처음 {MAX_PROBLEMS}곳뿐입니다"
    )
}

fn expansion_cut(name: &str) -> Text {
    text!(
        "the value of `{name}` takes more than {MAX_EXPANSION_STEPS} references or {MAX_EXPANDED_BYTES} bytes to expand; the rest was left out",
        "`{name}` 매개변수의 값을 펼치면 참조가 {MAX_EXPANSION_STEPS}개 또는 길이가 {MAX_EXPANDED_BYTES} 바이트를 넘으므로 나머지는 뺐습니다"
    )
}

fn list_cut(param: &str) -> Text {
    text!(
        "`{param}` has more than {MAX_LIST_ENTRIES} entries with its classes opened; the rest was left out",
        "`{param}` 목록은 클래스를 펼치면 항목이 {MAX_LIST_ENTRIES}개를 넘으므로 나머지는 뺐습니다"
    )
}
