//! Certificates and keys of SMTP and IMAP that do not go together.

use crate::support::dovecot::Dovecot;
use crate::support::dovecot::words::normal;
use crate::support::mail_paths::main_place;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Span, Text, text};
use postproof_model::Scope;

pub(crate) static RULE: Rule = Rule {
    name: "x-tls-certificates-differ",
    group: Group::X,
    severity: Severity::Info,
    since: "0.1.0",
    sources: &[
        "postconf(5) smtpd_tls_cert_file",
        "Dovecot 2.3 manual, ssl_cert",
        "Dovecot 2.4 manual, ssl_server_cert_file",
    ],
    docs: docs!("tls_certificates_differ"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let (Some(cert), Some(theirs)) = (postfix(cx, "smtpd_tls_cert_file"), file(dovecot, "cert")) else { return };
    // With certificates by name, no single file is the one.
    let by_name = main_place(cx, "tls_server_sni_maps").is_some() || dovecot.blocks("local_name").next().is_some();
    if by_name || main_place(cx, "smtpd_tls_chain_files").is_some() {
        return;
    }
    if cert.0 == theirs.0 {
        let own_key = postfix(cx, "smtpd_tls_key_file").unwrap_or(cert);
        let Some(their_key) = file(dovecot, "key") else { return };
        if own_key.0 != their_key.0 {
            let found = out.report(&RULE, their_key.1, keys(&their_key.0, &own_key.0), WHY_KEYS);
            found.severity = Severity::Warning;
            found.related.push(Label::noted(own_key.1, POSTFIX_KEY));
            found.help = Some(HELP_KEYS);
        }
        return;
    }
    // What packages made for themselves: no name was ever meant to be the same.
    if [&theirs.0, &cert.0].iter().any(|path| is_stock(path)) {
        return;
    }
    let found = out.report(&RULE, theirs.1, certificates(&theirs.0, &cert.0), WHY);
    found.related.push(Label::noted(cert.1, POSTFIX));
    found.help = Some(HELP);
}

/// Self-signed certificates of the packages.
fn is_stock(path: &str) -> bool {
    path.contains("snakeoil") || path.starts_with("/etc/dovecot/") || path.starts_with("/usr/share/dovecot/")
}

fn postfix(cx: &Cx<'_>, param: &str) -> Option<(String, Span)> {
    let place = main_place(cx, param)?;
    let path = cx.model.text(Scope::Main, param);
    (path.starts_with('/') && !path.contains('$')).then(|| (normal(&path), place))
}

fn file(dovecot: &Dovecot<'_>, what: &str) -> Option<(String, Span)> {
    let setting = match dovecot.is_new {
        true => dovecot.get(&format!("ssl_server_{what}_file")),
        false => dovecot.get(&format!("ssl_{what}")),
    }?;
    let path = setting.value.as_str().trim_start_matches('<').trim();
    Some((normal(path), setting.value.span()?)).filter(|_| path.starts_with('/') && !path.contains(['$', '%']))
}

fn keys(dovecot: &str, postfix: &str) -> Text {
    text!(
        "Dovecot and Postfix have the same certificate, but the key `{dovecot}` here and `{postfix}` there",
        "Dovecot과 Postfix가 같은 인증서를 쓰지만 키는 각각 `{dovecot}` 파일과 `{postfix}` 파일입니다"
    )
}

fn certificates(dovecot: &str, postfix: &str) -> Text {
    text!(
        "Dovecot shows the certificate `{dovecot}`, Postfix another one, `{postfix}`",
        "Dovecot은 `{dovecot}` 인증서를, Postfix는 다른 `{postfix}` 인증서를 제시합니다"
    )
}

const POSTFIX: Text = Text::fixed("the certificate of Postfix", "Postfix의 인증서");
const POSTFIX_KEY: Text = Text::fixed("the key of Postfix", "Postfix의 키");
const WHY_KEYS: Text = Text::fixed(
    "One key belongs to a certificate: unless one file is a copy of the other, one of the two programs can't do TLS.",
    "인증서 하나에는 키가 하나입니다. 한 파일이 다른 파일의 사본이 아니라면 두 프로그램 가운데 하나는 TLS를 쓸 수 없습니다.",
);
const HELP_KEYS: Text = Text::fixed("Name the same key file on both sides.", "양쪽에 같은 키 파일을 지정하십시오.");
const WHY: Text = Text::fixed(
    "Users who reach both by one name see two certificates, and a renewal that reaches one file only lets the other expire.",
    "같은 이름으로 두 서비스에 접속하는 사용자는 서로 다른 인증서를 보게 되고, 한 파일만 갱신되면 다른 인증서는 만료됩니다.",
);
const HELP: Text = Text::fixed(
    "Use one certificate for both, unless they are reached by different names.",
    "서로 다른 이름으로 접속하는 것이 아니라면 양쪽에 같은 인증서를 쓰십시오.",
);
