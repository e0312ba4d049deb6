//! The self-signed test certificate that the ssl-cert package of Debian and
//! Ubuntu makes, in use on a server.

use crate::support::lists::Seen;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Span, Text, text};
use postproof_model::{Presence, Scope, Tree, Value, words};
use std::collections::BTreeMap;

pub(crate) static RULE: Rule = Rule {
    name: "tls-snakeoil",
    group: Group::Tls,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &[
        "make-ssl-cert(8) generate-default-snakeoil",
        "postconf(5) smtpd_tls_cert_file",
        "RFC 7817 section 3",
        "RFC 7435",
    ],
    docs: docs!("snakeoil"),
    check,
};

/// The parameters that name the certificate, each with the one for its key.
const CERTIFICATES: &[(&str, &str)] = &[
    ("smtpd_tls_chain_files", "smtpd_tls_chain_files"),
    ("smtpd_tls_cert_file", "smtpd_tls_key_file"),
    ("smtpd_tls_eccert_file", "smtpd_tls_eckey_file"),
    ("smtpd_tls_dcert_file", "smtpd_tls_dkey_file"),
];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = Seen::default();
    let takes_logins = takes_logins(cx);
    for service in cx.model.services.iter().filter(|service| service.is_smtpd()) {
        let scope = Scope::Service(service.id);
        if !offers_tls(cx, scope) {
            continue;
        }
        for (certificate, key) in CERTIFICATES {
            let Some(value) = cx.model.value(scope, certificate) else { continue };
            let Some(place) = snakeoil(&value) else { continue };
            if !seen.is_new(place) {
                continue;
            }
            let found = out.report(&RULE, place, message(certificate), if takes_logins { WHY } else { WHY_NO_LOGINS });
            found.help = Some(HELP);
            if !takes_logins {
                found.severity = Severity::Info;
            }
            let key_place = cx.model.value(scope, key).filter(|_| key != certificate);
            found.related.extend(key_place.as_ref().and_then(snakeoil).map(|place| Label::noted(place, KEY)));
        }
    }
    for (name, place) in dovecot_certificates(cx) {
        out.report(&RULE, place, message(&name), WHY).help = Some(HELP);
    }
}

/// Whether users log in at any service. Without them only other mail servers
/// see the certificate, and with opportunistic TLS they do not verify it
/// (RFC 7435); Debian ships main.cf like that.
fn takes_logins(cx: &Cx<'_>) -> bool {
    let smtpd = cx.model.services.iter().filter(|service| service.is_smtpd());
    smtpd.into_iter().any(|service| cx.model.is_yes(Scope::Service(service.id), "smtpd_sasl_auth_enable"))
}

/// Whether the service can show a certificate at all: not with a level of
/// `none`, nor without any TLS setting in a main.cf that was given whole.
fn offers_tls(cx: &Cx<'_>, scope: Scope) -> bool {
    // postconf(5), smtpd_tls_security_level: ignored with wrapper mode; empty
    // means that the obsolete smtpd_use_tls and smtpd_enforce_tls decide.
    let is_yes = |name| cx.model.is_yes(scope, name);
    let level = cx.model.text(scope, "smtpd_tls_security_level");
    if is_yes("smtpd_tls_wrappermode") {
        return true;
    }
    match level.is_empty() {
        true => is_yes("smtpd_use_tls") || is_yes("smtpd_enforce_tls") || cx.model.given.main_cf != Presence::Whole,
        false => !level.eq_ignore_ascii_case("none"),
    }
}

/// The place of the path of the test certificate or its key in a value.
fn snakeoil(value: &Value) -> Option<Span> {
    let mut paths: Vec<_> = words(&value.text).into_iter().filter(|word| is_snakeoil(word.text.as_str())).collect();
    // smtpd_tls_chain_files may name the key before the certificate.
    paths.sort_by_key(|word| word.text.as_str().ends_with(".key"));
    let word = paths.first()?;
    word.text.span().or(value.span())
}

fn is_snakeoil(path: &str) -> bool {
    path.contains("ssl-cert-snakeoil")
}

/// The last assignment of each certificate setting of Dovecot that names it.
fn dovecot_certificates(cx: &Cx<'_>) -> Vec<(String, Span)> {
    let mut last = BTreeMap::new();
    for part in &cx.model.parts {
        let Tree::Dovecot(parsed) = &part.tree else { continue };
        for setting in parsed.tree.settings() {
            // ssl_cert up to 2.3, ssl_server_cert_file from 2.4 on.
            if !matches!(setting.name.as_str(), "ssl_cert" | "ssl_server_cert_file") {
                continue;
            }
            let path: Vec<String> = setting.path.iter().map(|one| format!("{} {:?}", one.name, one.label)).collect();
            last.insert((path, setting.name.clone()), setting);
        }
    }
    last.into_iter()
        .filter(|(_, setting)| is_snakeoil(setting.value.as_str()))
        .map(|((_, name), setting)| (name, setting.value.span().unwrap_or(setting.name_span)))
        .collect()
}

fn message(param: &str) -> Text {
    text!(
        "`{param}` names the self-signed test certificate of the ssl-cert package, which no client can verify",
        "`{param}` 값이 어떤 클라이언트도 검증할 수 없는 ssl-cert 패키지의 자체 서명 시험용 인증서입니다"
    )
}

const KEY: Text = Text::fixed("its private key", "그 인증서의 개인 키");
const WHY: Text = Text::fixed(
    "Mail programs that log in warn about the certificate or refuse it, and users who learn to click the warning away \
     will do so for an attacker's certificate too.",
    "로그인하는 메일 프로그램은 이 인증서를 경고하거나 거부하고, 경고를 무시하는 데 익숙해진 사용자는 공격자의 인증서도 받아들이게 됩니다.",
);
const WHY_NO_LOGINS: Text = Text::fixed(
    "Other mail servers mostly encrypt without asking who signed, so delivery works; senders that verify (DANE, \
     MTA-STS) do not deliver, and mail programs would warn as soon as users log in here.",
    "다른 메일 서버는 대개 서명자를 묻지 않고 암호화하므로 배달은 됩니다. 그러나 검증하는 발신 서버(DANE, MTA-STS)는 배달하지 않고, 사용자가 로그인하게 되면 메일 프로그램이 경고합니다.",
);
const HELP: Text = Text::fixed(
    "Get a certificate for the name under which clients reach the server and name its files here.",
    "클라이언트가 접속하는 서버 이름으로 인증서를 발급받아 그 파일을 여기에 지정하십시오.",
);
