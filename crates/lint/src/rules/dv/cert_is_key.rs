//! Certificate and key are the same file.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-cert-is-key",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["Dovecot 2.3 manual, ssl_cert, ssl_key", "Dovecot 2.4 manual, ssl_server_cert_file"],
    docs: docs!("cert_is_key"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let names = if dovecot.is_new { ("ssl_server_cert_file", "ssl_server_key_file") } else { ("ssl_cert", "ssl_key") };
    for block in dovecot.all() {
        let (Some(cert), Some(key)) = (block.get_deep(names.0), block.get_deep(names.1)) else { continue };
        let path = |text: &str| text.trim_start_matches('<').trim().to_owned();
        let (one, two) = (path(cert.value.as_str()), path(key.value.as_str()));
        let (Some(place), true) = (key.value.span(), one == two && !one.is_empty() && !one.contains(['$', '%'])) else {
            continue;
        };
        let base = one.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let is_cert =
            ["fullchain", "chain.pem", ".crt", ".cer"].iter().any(|mark| base.contains(mark)) || base == "cert.pem";
        let found = out.report(&RULE, place, message(&one), if is_cert { WHY_CERT } else { WHY });
        found.severity = if is_cert { Severity::Error } else { Severity::Warning };
        found.related.extend(cert.value.span().map(|span| Label::noted(span, CERT)));
        found.help = Some(HELP);
    }
}

fn message(path: &str) -> Text {
    text!("certificate and key are the same file, `{path}`", "인증서와 키가 같은 파일 `{path}`입니다")
}

const CERT: Text = Text::fixed("the certificate", "인증서");
const WHY_CERT: Text = Text::fixed(
    "By its name the file holds a certificate and no key: no connection with TLS succeeds then.",
    "이름으로 보아 이 파일에는 인증서만 있고 키가 없으므로 TLS 연결이 하나도 성공하지 못합니다.",
);
const WHY: Text = Text::fixed(
    "That works only if the file holds both, and whoever may read the certificate reads the key too.",
    "파일에 둘 다 들어 있을 때만 동작하며, 인증서를 읽을 수 있는 사람은 키도 읽습니다.",
);
const HELP: Text = Text::fixed("Name the file of the key.", "키 파일을 지정하십시오.");
