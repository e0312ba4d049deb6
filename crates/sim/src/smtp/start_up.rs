//! Why a service gives no greeting at all: what stops smtpd or master when
//! they read the configuration.

use super::read_at_start::is_read;
use crate::Config;
use crate::address::is_host_name;
use postproof_catalog as catalog;
use postproof_diag::{SourceText, Span, Text, text};
use postproof_model::{Origin, Scope, SourcePart, Tree, Value, ValueFault, fault, words};
use postproof_syntax::{PartKind, Problem, ProblemKind, master_cf};
use std::collections::BTreeSet;

/// What stops the service from starting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartUpFault {
    /// Why, as a clause.
    pub text: Text,
    /// Its place.
    pub span: Option<Span>,
}

/// The first thing that stops the service, if one does.
pub(crate) fn start_up_fault(config: &Config<'_>) -> Option<StartUpFault> {
    broken_files(config)
        .or_else(|| bad_arguments(config))
        .or_else(|| bad_values(config))
        .or_else(|| bad_names(config))
        .or_else(|| bad_tls_level(config))
        .or_else(|| bad_sasl_type(config))
        .or_else(|| crate::check::start_up_fault(config))
}

/// Lines at which every program stops (main.cf), or master does (master.cf).
// dict.c, dict_load_fp; master_ent.c
fn broken_files(config: &Config<'_>) -> Option<StartUpFault> {
    let fatal = |part: &SourcePart| -> Option<Problem> {
        let is_main = matches!(part.part.kind, PartKind::MainCf);
        match &part.tree {
            Tree::Main(parsed) if is_main => {
                parsed.problems.iter().find(|one| one.kind == ProblemKind::NotASetting).cloned()
            }
            Tree::Master(parsed) => {
                let stops = |one: &&Problem| {
                    matches!(one.kind, ProblemKind::FieldCount | ProblemKind::FieldValue | ProblemKind::Braces)
                };
                parsed.problems.iter().find(stops).cloned()
            }
            Tree::Main(_) | Tree::Dovecot(_) | Tree::Table(_) | Tree::None => None,
        }
    };
    let problem = config.model.parts.iter().find_map(fatal)?;
    Some(StartUpFault { text: problem.message, span: Some(problem.span) })
}

/// Arguments that smtpd does not take: words without `-`, options without `=`.
fn bad_arguments(config: &Config<'_>) -> Option<StartUpFault> {
    let (entry, parsed_problems) = entry(config)?;
    let broken = parsed_problems
        .iter()
        .find(|problem| problem.kind == ProblemKind::OptionSyntax && entry.span.contains(problem.span));
    if let Some(problem) = broken {
        return Some(StartUpFault { text: problem.message.clone(), span: Some(problem.span) });
    }
    // smtpd.c, smtpd_service: «unexpected command-line argument»
    let mut arguments = entry.arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.text.as_str() {
            "-o" => {
                arguments.next();
            }
            option if option.starts_with('-') => {}
            word => {
                let text = text!("smtpd takes no argument `{word}`", "smtpd 프로그램은 `{word}` 인자를 받지 않습니다");
                return Some(StartUpFault { text, span: argument.span });
            }
        }
    }
    None
}

fn entry<'c>(config: &'c Config<'_>) -> Option<(&'c master_cf::Service, &'c [Problem])> {
    let service = config.model.services.get(config.service.0)?;
    let span = service.span?;
    config.model.parts.iter().find_map(|part| match &part.tree {
        Tree::Master(parsed) => {
            let entry = parsed.tree.services().find(|entry| entry.span == span)?;
            Some((entry, parsed.problems.as_slice()))
        }
        Tree::Main(_) | Tree::Dovecot(_) | Tree::Table(_) | Tree::None => None,
    })
}

/// Values that smtpd reads at its start and does not take.
// mail_conf_bool.c, mail_conf_int.c, mail_conf_str.c …
fn bad_values(config: &Config<'_>) -> Option<StartUpFault> {
    let scope = config.scope();
    let mut names: BTreeSet<&str> = config.model.main.keys().map(String::as_str).collect();
    if let Some(service) = config.model.services.get(config.service.0) {
        names.extend(service.overrides.iter().map(|option| option.name.as_str()));
    }
    names.into_iter().filter(|name| is_read(name)).find_map(|name| bad_value(config, scope, name))
}

fn bad_value(config: &Config<'_>, scope: Scope, name: &str) -> Option<StartUpFault> {
    let param = catalog::param(name).filter(|param| param.is_in(config.model.target.postfix.value))?;
    let value = config.model.value(scope, name)?;
    if param.raw || value.origin == Origin::Default {
        return None;
    }
    let (_, faults) = config.model.expand_checked(scope, &value.raw);
    if faults.broken {
        let text = text!(
            "the value of `{name}` can't be expanded; the program stops with a fatal error",
            "`{name}` 매개변수의 값을 펼칠 수 없어 프로그램이 치명적 오류로 중단됩니다"
        );
        return Some(StartUpFault { text, span: value.text_span() });
    }
    // What only the host can tell stays as `$name`.
    if value.text.as_str().contains('$') {
        return None;
    }
    let text = fault(param, &value.text).and_then(|fault| fault_text(name, &value, &fault))?;
    Some(StartUpFault { text, span: value.text_span() })
}

/// Parameters of which a foreign word stops smtpd; others ignore it or are
/// looked at only in a session.
const FATAL_WORDS: &[&str] = &[
    "compatibility_level",
    "inet_protocols",
    "notify_classes",
    "receive_override_options",
    "smtpd_forbid_bare_newline",
    "header_from_format",
    "info_log_address_format",
];

fn fault_text(name: &str, value: &Value, fault: &ValueFault) -> Option<Text> {
    let written = shortened(value.text.as_str());
    Some(match fault {
        ValueFault::Word(_) if !FATAL_WORDS.contains(&name) => return None,
        ValueFault::Word(word) => {
            let word = shortened(word.as_str());
            text!(
                "`{name}` does not know the word `{word}`; smtpd stops with a fatal error",
                "`{name}` 매개변수에는 `{word}` 단어를 쓸 수 없어 smtpd 프로그램이 치명적 오류로 중단됩니다"
            )
        }
        ValueFault::Boolean
        | ValueFault::Number
        | ValueFault::Time
        | ValueFault::TooSmall { .. }
        | ValueFault::TooLarge { .. }
        | ValueFault::TooShort { .. }
        | ValueFault::TooLong { .. } => text!(
            "`{name}` can't have the value `{written}`; smtpd stops with a fatal error",
            "`{name}` 매개변수에는 `{written}` 값을 쓸 수 없어 smtpd 프로그램이 치명적 오류로 중단됩니다"
        ),
    })
}

/// At most this many characters of a value stand in a message.
const SHOWN_CHARS: usize = 60;

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Names of the host that are none, and values that exclude each other.
// mail_params.c, mail_params_init
fn bad_names(config: &Config<'_>) -> Option<StartUpFault> {
    let span_of = |name| config.model.value(config.scope(), name).and_then(|value| value.text_span());
    for name in ["myhostname", "mydomain"] {
        let value = config.param(name);
        if value.contains('$') || is_host_name(&value) {
            continue;
        }
        let shown = shortened(&value);
        let text = text!(
            "`{name}` is no host name: `{shown}`; no Postfix program starts",
            "`{name}` 매개변수의 값은 호스트 이름이 아닙니다: `{shown}`. Postfix 프로그램이 시작되지 않습니다"
        );
        return Some(StartUpFault { text, span: span_of(name) });
    }
    if let Some(text) = circular_name(config) {
        return Some(StartUpFault { text, span: span_of("myhostname") });
    }
    let hostname = config.param("myhostname");
    if !hostname.is_empty() && config.param("relayhost").eq_ignore_ascii_case(&hostname) {
        let text = Text::fixed(
            "`relayhost` and `myhostname` are the same; no Postfix program starts",
            "`relayhost` 값과 `myhostname` 값이 같아 Postfix 프로그램이 시작되지 않습니다",
        );
        return Some(StartUpFault { text, span: span_of("relayhost") });
    }
    let origin = config.param("myorigin");
    if words(&SourceText::unplaced(&origin)).len() > 1 {
        let text = Text::fixed(
            "`myorigin` has more than one value; no Postfix program starts",
            "`myorigin` 매개변수에 값이 여럿이라 Postfix 프로그램이 시작되지 않습니다",
        );
        return Some(StartUpFault { text, span: span_of("myorigin") });
    }
    None
}

/// `myhostname = $mydomain` without mydomain: its default comes from myhostname,
/// so that it stands for nothing while that is read.
// mail_params.c: function_str_defaults, check_mydomainname
fn circular_name(config: &Config<'_>) -> Option<Text> {
    if config.model.is_set(config.scope(), "mydomain") {
        return None;
    }
    let raw = config.model.value_as_written(config.scope(), "myhostname")?;
    let without =
        ["$mydomain", "${mydomain}", "$(mydomain)"].iter().fold(raw.clone(), |raw, name| raw.replace(name, ""));
    let without = config.model.expand(config.scope(), &SourceText::unplaced(&without));
    (raw.contains("mydomain") && !is_host_name(without.as_str().trim())).then(|| {
        Text::fixed(
            "`myhostname` refers to `mydomain`, which is not set and has its default from `myhostname`; no Postfix program starts",
            "`myhostname` 값이 설정되지 않은 `mydomain` 매개변수를 가리키는데 그 기본값은 `myhostname` 값에서 나옵니다. Postfix 프로그램이 시작되지 않습니다",
        )
    })
}

// smtpd.c, pre_jail_init: «Invalid TLS level»; tls_level.c: any case
fn bad_tls_level(config: &Config<'_>) -> Option<StartUpFault> {
    let level = config.param("smtpd_tls_security_level");
    if config.yes("smtpd_tls_wrappermode") || level.is_empty() || level.contains('$') {
        return None;
    }
    // The levels of the client are levels too, and count as encrypt here.
    const LEVELS: &[&str] =
        &["none", "may", "encrypt", "fingerprint", "half-dane", "dane", "dane-only", "verify", "secure"];
    if LEVELS.iter().any(|known| known.eq_ignore_ascii_case(&level)) && !level.to_ascii_lowercase().contains("dane") {
        return None;
    }
    let shown = shortened(&level);
    let text = text!(
        "`{shown}` is no TLS level of smtpd; it stops with a fatal error",
        "`{shown}` 값은 smtpd 프로그램의 TLS 수준이 아니므로 치명적 오류로 중단됩니다"
    );
    let span = config.model.value(config.scope(), "smtpd_tls_security_level").and_then(|value| value.text_span());
    Some(StartUpFault { text, span })
}

// smtpd_sasl_glue.c, smtpd_sasl_initialize
fn bad_sasl_type(config: &Config<'_>) -> Option<StartUpFault> {
    let kind = config.param("smtpd_sasl_type");
    if !config.yes("smtpd_sasl_auth_enable") || kind.contains('$') || matches!(&*kind, "cyrus" | "dovecot") {
        return None;
    }
    let shown = shortened(&kind);
    let text = text!(
        "`{shown}` is no SASL implementation; smtpd stops with a fatal error",
        "`{shown}` 값은 SASL 구현이 아니므로 smtpd 프로그램이 치명적 오류로 중단됩니다"
    );
    let span = config.model.value(config.scope(), "smtpd_sasl_type").and_then(|value| value.text_span());
    Some(StartUpFault { text, span })
}
