//! `-o` options that are split by white space, and words left over by them.

use crate::support::master::{STRICT_DAEMONS, services};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Safety, Severity, Span, Text, text};
use postproof_model::Tree;
use postproof_syntax::ProblemKind;
use postproof_syntax::master_cf::{Field, Service};

pub(crate) static RULE: Rule = Rule {
    name: "msc-option-spaces",
    group: Group::Msc,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["master(5) Command name + arguments", "master_ent.c", "smtpd.c «unexpected command-line argument»"],
    docs: docs!("option_spaces"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for part in &cx.model.parts {
        let Tree::Master(parsed) = &part.tree else { continue };
        for problem in parsed.problems.iter().filter(|problem| problem.kind == ProblemKind::OptionSyntax) {
            let found = out.report(&RULE, problem.span, problem.message.clone(), WHY);
            found.help = Some(HELP);
            let service = parsed.tree.services().find(|service| service.span.contains(problem.span));
            found.fix = service.and_then(|service| join(cx, service, problem.span));
        }
    }
    for service in services(cx).filter(|service| STRICT_DAEMONS.contains(&service.command.text.as_str())) {
        if let Some((stray, span)) = stray(service) {
            let found = out.report(&RULE, span, stray_message(&service.command.text, &stray.text), WHY_STRAY);
            found.help = Some(HELP);
        }
    }
}

/// Joins `-o name = value` to one word, or to braces if the value has several.
fn join(cx: &Cx<'_>, service: &Service, option: Span) -> Option<Fix> {
    let mut words = service.arguments.iter().skip_while(|word| word.span.is_none_or(|span| span.start < option.start));
    let letter = words.next().filter(|word| word.text == "-o")?;
    let words: Vec<&Field> = words.take_while(|word| !word.text.starts_with('-')).collect();
    let (name, rest) = words.split_first()?;
    let (equals, values) = rest.split_first()?;
    if equals.text != "=" || values.is_empty() || !cx.sources.slice(name.span?).ends_with(name.text.as_bytes()) {
        return None;
    }
    let value: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
    let replacement = match value.as_slice() {
        [one] => format!("-o {}={one}", name.text),
        several => format!("-o {{ {} = {} }}", name.text, several.join(" ")),
    };
    let span = letter.span?.to(values.last()?.span?);
    Some(Fix {
        title: text!("write `{replacement}`", "`{replacement}` 꼴로 고치기"),
        edits: vec![Edit { span, replacement: replacement.clone() }],
        safety: Safety::Safe,
    })
}

/// The first word that is neither an option nor the value of one.
fn stray(service: &Service) -> Option<(&Field, Span)> {
    let mut words = service.arguments.iter();
    while let Some(word) = words.next() {
        let span = word.span?;
        // A broken `-o` is reported by itself.
        if word.text == "-o" {
            let value = words.next()?;
            if !value.text.contains('=') {
                return None;
            }
        } else if !word.text.starts_with('-') {
            // smtp(8), lmtp(8) and virtual(8): `flags=DORX`.
            if word.text.starts_with("flags=") {
                continue;
            }
            return Some((word, span));
        } else if word.text.len() == 2 && ["-i", "-m", "-n", "-r", "-s", "-t", "-w"].contains(&word.text.as_str()) {
            words.next();
        }
    }
    None
}

fn stray_message(daemon: &str, word: &str) -> Text {
    text!(
        "`{word}` belongs to no option, and `{daemon}` takes no other arguments",
        "`{word}` 단어는 어느 옵션에도 속하지 않으며 `{daemon}` 프로그램은 다른 인수를 받지 않습니다"
    )
}

const WHY: Text = Text::fixed(
    "white space separates arguments, so the service gets a name without a value and stops each time it starts; postconf does not say so.",
    "공백은 인수를 나누므로 서비스는 값이 없는 이름을 받고 시작할 때마다 멈춥니다. postconf는 이를 알리지 않습니다.",
);
const WHY_STRAY: Text = Text::fixed(
    "the program stops with «unexpected command-line argument» for each request; postconf does not say so.",
    "프로그램은 요청마다 «unexpected command-line argument» 오류로 멈춥니다. postconf는 이를 알리지 않습니다.",
);
const HELP: Text = Text::fixed(
    "Write `-o name=value` without spaces, or `-o { name = value }`.",
    "공백 없이 `-o name=value` 꼴로 쓰거나 `-o { name = value }` 꼴로 쓰십시오.",
);
