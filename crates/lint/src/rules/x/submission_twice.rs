//! Postfix and Dovecot both want the port for submission.

use crate::support::clashes::report;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::Severity;

pub(crate) static RULE: Rule = Rule {
    name: "x-submission-twice",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["master(5) inet services", "Dovecot manual, inet_listener"],
    docs: docs!("submission_twice"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    report(cx, out, &RULE, true);
}
