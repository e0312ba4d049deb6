//! The oldest TLS version is no version, or one that is broken.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-ssl-min",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["Dovecot manual, ssl_min_protocol", "iostream-openssl-common.c", "RFC 8996"],
    docs: docs!("ssl_min"),
    check,
};

/// The words of the setting, any case for none of them.
// iostream-openssl-common.c, openssl_min_protocol_to_options
const WORDS: &[&str] = &["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "SSLv3", "ANY", "LATEST"];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    for block in dovecot.all() {
        let Some(setting) = block.get("ssl_min_protocol") else { continue };
        let (value, Some(place)) = (setting.value.as_str().trim(), setting.value.span()) else { continue };
        if value.contains(['$', '%', '{']) {
            continue;
        }
        if !WORDS.contains(&value) {
            let found = out.report(&RULE, place, unknown(value), WHY_UNKNOWN);
            found.severity = Severity::Error;
            found.help = Some(HELP_UNKNOWN);
        } else if matches!(value, "TLSv1" | "TLSv1.1" | "SSLv3" | "ANY") {
            out.report(&RULE, place, old(value), WHY_OLD).help = Some(HELP_OLD);
        }
    }
}

fn unknown(value: &str) -> Text {
    text!("Dovecot knows no TLS version `{value}`", "Dovecot에는 TLS 버전 `{value}` 값이 없습니다")
}

fn old(value: &str) -> Text {
    text!(
        "`ssl_min_protocol = {value}` allows versions of TLS that are deprecated",
        "`ssl_min_protocol = {value}` 설정이 폐기된 TLS 버전을 허용합니다"
    )
}

const WHY_UNKNOWN: Text = Text::fixed(
    "doveconf takes any word, but every connection with TLS fails with «Unknown ssl_min_protocol setting».",
    "doveconf는 어떤 단어든 받지만 TLS 연결이 모두 «Unknown ssl_min_protocol setting» 오류로 실패합니다.",
);
const WHY_OLD: Text = Text::fixed(
    "TLS 1.0 and 1.1 have weak ciphers and are deprecated by RFC 8996; the default is TLSv1.2.",
    "TLS 1.0과 1.1은 약한 암호를 쓰며 RFC 8996에서 폐기되었습니다. 기본값은 TLSv1.2입니다.",
);
const HELP_UNKNOWN: Text = Text::fixed(
    "Write one of `TLSv1.2`, `TLSv1.3`, `LATEST`, or remove the line.",
    "`TLSv1.2`, `TLSv1.3`, `LATEST` 가운데 하나를 쓰거나 이 줄을 지우십시오.",
);
const HELP_OLD: Text =
    Text::fixed("Remove the line: the default is `TLSv1.2`.", "이 줄을 지우십시오. 기본값은 `TLSv1.2`입니다.");
