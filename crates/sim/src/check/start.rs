//! What of the restriction lists stops smtpd when it starts.

use super::program::{List, Op, Program};
use crate::{Config, StartUpFault};
use postproof_diag::{Span, text};
use postproof_model::words;

/// Parameters of which each has one of two words.
// smtpd_check.c, smtpd_check_init: tempfail_actions
const TEMPFAIL_ACTIONS: &[&str] = &[
    "unknown_helo_hostname_tempfail_action",
    "unknown_address_tempfail_action",
    "unverified_recipient_tempfail_action",
    "unverified_sender_tempfail_action",
];

/// What stops smtpd, in the order in which it looks.
// smtpd_check.c, smtpd_check_init
pub(crate) fn start_up_fault(config: &Config<'_>) -> Option<StartUpFault> {
    undefined_class(config).or_else(|| unguarded(config)).or_else(|| bad_action(config))
}

fn place_of(config: &Config<'_>, param: &str) -> Option<Span> {
    config.model.value(config.scope(), param).and_then(|value| value.text_span())
}

fn undefined_class(config: &Config<'_>) -> Option<StartUpFault> {
    let classes = config.model.value(config.scope(), "smtpd_restriction_classes")?;
    for word in words(&classes.text) {
        let name = word.text.as_str();
        let value = config.model.value(config.scope(), name);
        if value.is_none_or(|value| value.text.as_str().is_empty()) {
            let text =
                text!("restriction class `{name}` has no definition", "제한 클래스 `{name}` 이름의 정의가 없습니다");
            return Some(StartUpFault {
                text,
                span: word.text.span().or_else(|| place_of(config, "smtpd_restriction_classes")),
            });
        }
    }
    None
}

/// Neither the relay list nor the recipient list refuses by default.
fn unguarded(config: &Config<'_>) -> Option<StartUpFault> {
    let mut left = MAX_WORDS;
    let is_guarded = |list: List, left: &mut usize| has_guard(config, &config.program(list), 0, left);
    // smtpd of releases before 2.10 has no relay list.
    let has_relay = postproof_catalog::param(List::Relay.param())
        .is_some_and(|param| param.is_in(config.model.target.postfix.value));
    if is_guarded(List::Recipient, &mut left) || (has_relay && is_guarded(List::Relay, &mut left)) {
        return None;
    }
    let text = text!(
        "neither `smtpd_relay_restrictions` nor `smtpd_recipient_restrictions` holds a restriction that refuses by default",
        "`smtpd_relay_restrictions` 목록과 `smtpd_recipient_restrictions` 목록에 기본으로 거부하는 제한이 없습니다"
    );
    let span = place_of(config, List::Relay.param()).or_else(|| place_of(config, List::Recipient.param()));
    Some(StartUpFault { text, span })
}

/// Words that the search for a guard looks at.
const MAX_WORDS: usize = 100_000;

/// How deep it follows classes; smtpd itself runs out of stack.
const MAX_CLASSES: usize = 250;

// smtpd_check.c, has_required
fn has_guard(config: &Config<'_>, program: &Program, depth: usize, left: &mut usize) -> bool {
    if depth > MAX_CLASSES {
        return false;
    }
    let words = flat(program);
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let Some(next) = left.checked_sub(1) else { return false };
        *left = next;
        at += 1;
        let is = |name: &str| word.eq_ignore_ascii_case(name);
        if is("warn_if_reject") && at < words.len() {
            at += 1;
            continue;
        }
        if is("permit") {
            return false;
        }
        if GUARDS.iter().any(|guard| is(guard)) {
            return true;
        }
        if let Some(class) = config.class(word)
            && has_guard(config, &class, depth + 1, left)
        {
            return true;
        }
    }
    false
}

// smtpd_check.c, smtpd_check_init: rcpt_required
const GUARDS: &[&str] = &[
    "reject_unauth_destination",
    "defer_unauth_destination",
    "reject",
    "defer",
    "defer_if_permit",
    "check_relay_domains",
];

/// The words of a list one by one: has_required knows no arguments.
fn flat(program: &Program) -> Vec<&str> {
    let mut words = Vec::new();
    for item in &program.items {
        words.push(item.name.as_ref());
        if item.op != Op::BareTable {
            words.extend(item.argument.as_deref());
        }
    }
    words
}

fn bad_action(config: &Config<'_>) -> Option<StartUpFault> {
    for param in TEMPFAIL_ACTIONS {
        if !postproof_catalog::param(param).is_some_and(|known| known.is_in(config.model.target.postfix.value)) {
            continue;
        }
        let value = config.param(param);
        // name_code.c: compared with case.
        if value.as_ref() != "defer" && value.as_ref() != "defer_if_permit" {
            let text = text!(
                "`{param}` is neither `defer` nor `defer_if_permit`",
                "`{param}` 값이 `defer` 또는 `defer_if_permit` 중 하나가 아닙니다"
            );
            return Some(StartUpFault { text, span: place_of(config, param) });
        }
    }
    None
}
