//! Every example of every rule: what is called bad must be reported by the
//! rule, what is called good must not.

mod common;

use postproof_engine::diag::{Diagnostic, Severity};
use postproof_engine::lint::{Rule, rules};

#[test]
fn every_rule_has_both_kinds_of_examples() {
    for rule in rules::ALL {
        let examples = rule.docs.examples();
        assert!(examples.iter().any(|example| example.bad), "`{}` has no bad example", rule.name);
        assert!(examples.iter().any(|example| !example.bad), "`{}` has no good example", rule.name);
    }
}

#[test]
fn bad_examples_are_reported_and_good_ones_are_not() {
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        for (number, example) in rule.docs.examples().into_iter().enumerate() {
            let found = common::findings(&example.text);
            let fault = match (example.bad, example.line) {
                (true, None) => (!found.iter().any(|one| one.rule == rule.name)).then_some("is not reported"),
                (true, Some(line)) => {
                    (!reported_at(rule, &found, &example.text, line)).then_some("is not reported at its line")
                }
                (false, _) => has_fault_of(rule, &found).then_some("is reported"),
            };
            if let Some(fault) = fault {
                let kind = if example.bad { "bad" } else { "good" };
                let all: Vec<_> = found.iter().map(|one| format!("{}: {}", one.rule, one.message.en)).collect();
                wrong.push(format!("{}: example {} ({kind}) {fault}; found {all:#?}", rule.name, number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn reported_at(rule: &Rule, found: &[Diagnostic], text: &str, line: usize) -> bool {
    let line_of = |start: u32| text.bytes().take(start as usize).filter(|byte| *byte == b'\n').count() + 1;
    found.iter().any(|one| one.rule == rule.name && line_of(one.primary.span.start) == line)
}

/// A good example shows the right way, so it is free of this rule and of
/// errors of the same subject.
fn has_fault_of(rule: &Rule, found: &[Diagnostic]) -> bool {
    found.iter().any(|one| {
        let same_group = postproof_engine::lint::rule(one.rule).is_some_and(|other| other.group == rule.group);
        one.rule == rule.name || (same_group && one.severity == Severity::Error)
    })
}
