//! What of the restriction lists stops smtpd when it starts.

use super::policy;
use super::program::{List, Op, Program};
use crate::{Config, StartUpFault};
use postproof_diag::{SourceText, Span, text};
use postproof_model::words;
use std::rc::Rc;

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
    bad_service(config).or_else(|| undefined_class(config)).or_else(|| unguarded(config)).or_else(|| bad_action(config))
}

/// A policy server that smtpd can't register: it does so for whatever stands
/// behind the word, in every list and class.
// smtpd_check.c, smtpd_check_parse
fn bad_service(config: &Config<'_>) -> Option<StartUpFault> {
    let lists = List::ALL.into_iter().map(|list| (list.param().to_owned(), config.program(list)));
    let classes = words(&SourceText::unplaced(&config.param("smtpd_restriction_classes")));
    let classes = classes.iter().map(|class| class.text.as_str().to_owned());
    let classes = classes.filter_map(|name| config.class(&name).map(|program| (name, program)));
    for (param, program) in lists.chain(classes) {
        let words = flat(&program);
        let pairs = words.iter().zip(words.iter().skip(1));
        let bad = pairs.filter(|(before, _)| before.eq_ignore_ascii_case("check_policy_service"));
        if let Some(word) = bad.map(|(_, word)| *word).find(|word| !policy::is_service(word)) {
            let text = text!(
                "`check_policy_service` can't use the server `{word}`",
                "`check_policy_service` 제한에서 `{word}` 서버를 쓸 수 없습니다"
            );
            return Some(StartUpFault { text, span: place_of(config, &param) });
        }
    }
    None
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
    // smtpd of releases before 2.10 has no relay list.
    let has_relay = postproof_catalog::param(List::Relay.param())
        .is_some_and(|param| param.is_in(config.model.target.postfix.value));
    let lists = [Some(List::Recipient), has_relay.then_some(List::Relay)];
    for list in lists.into_iter().flatten() {
        match guard(config, config.program(list)) {
            Guard::Found => return None,
            Guard::None => {}
            Guard::Endless(name) => {
                let text = text!(
                    "restriction class `{name}` holds itself, and smtpd does not get to the end of it",
                    "제한 클래스 `{name}` 정의에 자기 자신이 들어 있어 smtpd 프로그램이 끝까지 읽지 못합니다"
                );
                return Some(StartUpFault {
                    text,
                    span: place_of(config, &name).or_else(|| place_of(config, list.param())),
                });
            }
        }
    }
    let text = text!(
        "neither `smtpd_relay_restrictions` nor `smtpd_recipient_restrictions` holds a restriction that refuses by default",
        "`smtpd_relay_restrictions` 목록과 `smtpd_recipient_restrictions` 목록에 기본으로 거부하는 제한이 없습니다"
    );
    let span = place_of(config, List::Relay.param()).or_else(|| place_of(config, List::Recipient.param()));
    Some(StartUpFault { text, span })
}

/// What the search for a guard comes to.
enum Guard {
    Found,
    None,
    /// A class that holds itself: smtpd runs out of stack.
    Endless(String),
}

/// Words that the search looks at. Classes that name each other twice double at
/// each level; smtpd goes on, and so long a search is taken for one that finds.
const MAX_WORDS: usize = 100_000;

/// A list or class on the way to a guard.
struct Open {
    /// Empty: the list itself.
    name: String,
    words: Vec<String>,
    at: usize,
}

fn open(name: &str, program: &Program) -> Open {
    Open { name: name.to_owned(), words: flat(program).into_iter().map(str::to_owned).collect(), at: 0 }
}

// smtpd_check.c, has_required
fn guard(config: &Config<'_>, list: Rc<Program>) -> Guard {
    let mut stack = vec![open("", &list)];
    for _ in 0..MAX_WORDS {
        let Some(top) = stack.last_mut() else { return Guard::None };
        let Some(word) = top.words.get(top.at).cloned() else {
            stack.pop();
            continue;
        };
        top.at += 1;
        let is = |name: &str| word.eq_ignore_ascii_case(name);
        if is("warn_if_reject") && top.at < top.words.len() {
            top.at += 1;
        } else if is("permit") {
            stack.pop();
        } else if GUARDS.iter().any(|guard| is(guard)) {
            return Guard::Found;
        } else if let Some(class) = config.class(&word) {
            if stack.iter().any(|open| open.name == word) {
                return Guard::Endless(word);
            }
            stack.push(open(&word, &class));
        }
    }
    Guard::Found
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
        // name_code.c: compared without case.
        if !value.eq_ignore_ascii_case("defer") && !value.eq_ignore_ascii_case("defer_if_permit") {
            let text = text!(
                "`{param}` is neither `defer` nor `defer_if_permit`",
                "`{param}` 값이 `defer` 또는 `defer_if_permit` 중 하나가 아닙니다"
            );
            return Some(StartUpFault { text, span: place_of(config, param) });
        }
    }
    None
}
