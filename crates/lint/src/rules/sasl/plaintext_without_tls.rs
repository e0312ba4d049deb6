//! AUTH on a connection without TLS: passwords cross the network in the clear.

use crate::support::absence::{Absence, absence, assumption};
use crate::support::edits;
use crate::support::listeners::exposed_smtpd;
use crate::support::lists::{Seen, refuses_outsiders, value_place};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Fix, Label, Safety, Severity, Span, Text, text};
use postproof_model::{Presence, Scope, Service, Value, words};

pub(crate) static RULE: Rule = Rule {
    name: "sasl-plaintext-without-tls",
    group: Group::Sasl,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &[
        "postconf(5) smtpd_tls_auth_only",
        "postconf(5) smtpd_tls_security_level",
        "postconf(5) smtpd_sasl_security_options",
        "RFC 8314 section 4",
    ],
    docs: docs!("plaintext_without_tls"),
    check,
};

/// Settings that people paste together with `smtpd_tls_auth_only`.
const NEIGHBOURS: &[&str] = &[
    "smtpd_tls_security_level",
    "smtpd_use_tls",
    "smtpd_tls_cert_file",
    "smtpd_tls_key_file",
    "smtpd_tls_chain_files",
];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = Seen::default();
    for service in exposed_smtpd(cx) {
        let Some(offer) = offer(cx, service) else { continue };
        if !seen.is_new(offer.place) {
            continue;
        }
        let found = out.report(&RULE, offer.place, offer.message, offer.tls.why());
        found.help = Some(offer.tls.help());
        found.related.extend(offer.enabled.map(|span| Label::noted(span, ENABLED)));
        found.fix = offer.fix;
    }
}

/// AUTH without TLS on one service.
struct Offer {
    place: Span,
    message: Text,
    tls: Tls,
    enabled: Option<Span>,
    fix: Option<Fix>,
}

/// What the service does about TLS, with the setting that says so.
enum Tls {
    /// The client may use it.
    Optional(Value),
    /// There is none.
    Off(Option<Value>),
}

fn offer(cx: &Cx<'_>, service: &Service) -> Option<Offer> {
    let scope = Scope::Service(service.id);
    let enable = cx.model.value(scope, "smtpd_sasl_auth_enable").filter(|value| value.as_bool() == Some(true))?;
    let tls = tls(cx, scope)?;
    let auth_only = cx.model.value(scope, "smtpd_tls_auth_only")?;
    let is_open = auth_only.as_bool() == Some(false) && !forbids_plaintext(cx, scope);
    if !is_open || refuses_outsiders(cx, scope) {
        return None;
    }
    let proof = if auth_only.is_set() { Absence::Certain } else { absence(cx, NEIGHBOURS) };
    if proof == Absence::Unknown {
        return None;
    }
    let level = tls.value();
    let place = value_place(&auth_only).or(level.and_then(value_place)).or(value_place(&enable))?;
    let fix = match (&tls, auth_only.is_set()) {
        (Tls::Optional(_), true) => edits::replace_value(cx, &auth_only, "yes"),
        (Tls::Optional(value), false) => edits::set_beside(cx, scope, &value.name, "smtpd_tls_auth_only", "yes"),
        (Tls::Off(_), _) => None,
    };
    Some(Offer {
        place,
        message: message(&tls, auth_only.is_set(), &assumption(proof, service)),
        tls,
        enabled: value_place(&enable).filter(|span| *span != place),
        fix: fix.map(|edit| Fix { title: FIX, edits: vec![edit], safety: Safety::Safe }),
    })
}

/// Nothing where TLS is certain, or not known to be missing.
fn tls(cx: &Cx<'_>, scope: Scope) -> Option<Tls> {
    // postconf(5), smtpd_tls_security_level: ignored with smtpd_tls_wrappermode;
    // `encrypt`, and what is taken for it, implies smtpd_tls_auth_only = yes.
    if cx.model.is_yes(scope, "smtpd_tls_wrappermode") || cx.model.is_yes(scope, "smtpd_enforce_tls") {
        return None;
    }
    let level = cx.model.value(scope, "smtpd_tls_security_level")?;
    match level.as_str().to_ascii_lowercase().as_str() {
        "may" => Some(Tls::Optional(level)),
        "none" => Some(Tls::Off(Some(level))),
        "" => match cx.model.value(scope, "smtpd_use_tls") {
            Some(obsolete) if obsolete.as_bool() == Some(true) => Some(Tls::Optional(obsolete)),
            Some(_) | None => (cx.model.given.main_cf == Presence::Whole).then_some(Tls::Off(None)),
        },
        _ => None,
    }
}

/// Whether mechanisms that send the password are not offered before TLS, or
/// AUTH is not announced to anybody.
fn forbids_plaintext(cx: &Cx<'_>, scope: Scope) -> bool {
    let holds = |param, keyword: &str| {
        let value = cx.model.value(scope, param);
        value
            .is_some_and(|value| words(&value.text).iter().any(|word| word.text.as_str().eq_ignore_ascii_case(keyword)))
    };
    holds("smtpd_sasl_security_options", "noplaintext") || holds("smtpd_discard_ehlo_keywords", "auth")
}

impl Tls {
    fn value(&self) -> Option<&Value> {
        match self {
            Tls::Optional(value) => Some(value),
            Tls::Off(value) => value.as_ref(),
        }
    }

    fn why(&self) -> Text {
        match self {
            Tls::Optional(_) => WHY_OPTIONAL,
            Tls::Off(_) => WHY_OFF,
        }
    }

    fn help(&self) -> Text {
        match self {
            Tls::Optional(_) => HELP_OPTIONAL,
            Tls::Off(_) => HELP_OFF,
        }
    }
}

fn message(tls: &Tls, is_set: bool, assumption: &Text) -> Text {
    let auth_only = match is_set {
        true => Text::fixed("`smtpd_tls_auth_only` is `no`", "`smtpd_tls_auth_only` 값이 `no`입니다"),
        false => Text::fixed("`smtpd_tls_auth_only` is not set", "`smtpd_tls_auth_only` 설정이 없습니다"),
    };
    let Tls::Optional(value) = tls else {
        return text!(
            "AUTH is offered without TLS: the service has no TLS at all{assumption}",
            "{assumption}TLS 없이 AUTH를 제공합니다: 이 서비스에는 TLS가 아예 없습니다",
            assumption = assumption
        );
    };
    let (param, word) = (&value.name, value.as_str());
    text!(
        "AUTH is offered without TLS: `{param}` is `{word}` and {auth_only}{assumption}",
        "{assumption}TLS 없이 AUTH를 제공합니다: `{param}` 값이 `{word}`이고 {auth_only}",
        auth_only = auth_only,
        assumption = assumption
    )
}

const ENABLED: Text = Text::fixed("logins are switched on here", "여기에서 로그인을 켭니다");
const WHY_OPTIONAL: Text = Text::fixed(
    "A client that does not start TLS, or that an attacker keeps from starting it, sends its password in clear text.",
    "TLS를 시작하지 않는 클라이언트, 또는 공격자 때문에 TLS를 시작하지 못하는 클라이언트는 암호를 평문으로 보냅니다.",
);
const WHY_OFF: Text = Text::fixed(
    "Every client that logs in sends its password in clear text.",
    "로그인하는 모든 클라이언트가 암호를 평문으로 보냅니다.",
);
const HELP_OPTIONAL: Text = Text::fixed(
    "Set `smtpd_tls_auth_only = yes`: AUTH is then announced and accepted only after STARTTLS.",
    "`smtpd_tls_auth_only = yes` 설정을 넣으십시오. 그러면 STARTTLS 다음에만 AUTH를 알리고 받아들입니다.",
);
const HELP_OFF: Text = Text::fixed(
    "Give the server a certificate, set `smtpd_tls_security_level = may` and `smtpd_tls_auth_only = yes`.",
    "서버에 인증서를 지정하고 `smtpd_tls_security_level = may` 설정과 `smtpd_tls_auth_only = yes` 설정을 넣으십시오.",
);
const FIX: Text = Text::fixed("set `smtpd_tls_auth_only = yes`", "`smtpd_tls_auth_only = yes` 설정하기");
