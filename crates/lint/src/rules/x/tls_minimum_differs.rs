//! Other oldest TLS versions for SMTP and for IMAP.

use crate::support::mail_paths::main_place;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};
use postproof_model::Scope;

pub(crate) static RULE: Rule = Rule {
    name: "x-tls-minimum-differs",
    group: Group::X,
    severity: Severity::Info,
    since: "0.1.0",
    sources: &["postconf(5) smtpd_tls_protocols", "Dovecot manual, ssl_min_protocol", "RFC 8996"],
    docs: docs!("tls_minimum_differs"),
    check,
};

/// Versions from old to new.
const VERSIONS: &[&str] = &["SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let Some(setting) = dovecot.get("ssl_min_protocol") else { return };
    let Some(theirs) = version(setting.value.as_str()) else { return };
    // Where people log in, TLS is mandatory; the other list is for mail from servers.
    let params = ["smtpd_tls_mandatory_protocols", "smtpd_tls_protocols"];
    let Some((param, place)) = params.iter().find_map(|name| Some((*name, main_place(cx, name)?))) else { return };
    let Some(own) = oldest(&cx.model.text(Scope::Main, param)) else { return };
    if own == theirs {
        return;
    }
    let (Some(own), Some(theirs), Some(at)) = (VERSIONS.get(own), VERSIONS.get(theirs), setting.value.span()) else {
        return;
    };
    let found = out.report(&RULE, at, message(theirs, param, own), WHY);
    found.related.push(Label::noted(place, POSTFIX));
    found.help = Some(HELP);
}

fn version(word: &str) -> Option<usize> {
    VERSIONS.iter().position(|one| one.eq_ignore_ascii_case(word))
}

/// The oldest version that a list of protocols leaves.
// postconf(5), smtpd_tls_mandatory_protocols; tls_misc.c, tls_proto_mask_lims
fn oldest(list: &str) -> Option<usize> {
    let words: Vec<&str> = list.split([',', ' ', '\t', '\n', ':', ';']).filter(|word| !word.is_empty()).collect();
    if let Some(floor) = words.iter().find_map(|word| version(word.strip_prefix(">=")?)) {
        return Some(floor);
    }
    let out: Vec<usize> = words.iter().filter_map(|word| version(word.strip_prefix('!')?)).collect();
    let named: Vec<usize> = words.iter().filter_map(|word| version(word)).collect();
    let left = (0..VERSIONS.len()).filter(|at| !out.contains(at) && (named.is_empty() || named.contains(at)));
    if words.is_empty() { None } else { left.min() }
}

fn message(dovecot: &str, param: &str, postfix: &str) -> Text {
    text!(
        "the oldest TLS version is `{dovecot}` in Dovecot and `{postfix}` in Postfix (`{param}`)",
        "가장 오래된 TLS 버전이 Dovecot에서는 `{dovecot}`이고 Postfix에서는 `{postfix}`입니다(`{param}`)"
    )
}

const POSTFIX: Text = Text::fixed("the versions of Postfix", "Postfix의 버전");
const WHY: Text = Text::fixed(
    "A mail program that gets through on one side fails on the other, or the password is weaker protected on one of them.",
    "한쪽에 접속되는 메일 프로그램이 다른 쪽에서는 실패하거나, 같은 암호가 한쪽에서 더 약하게 보호됩니다.",
);
const HELP: Text = Text::fixed(
    "Use `ssl_min_protocol = TLSv1.2` in Dovecot and `smtpd_tls_mandatory_protocols = >=TLSv1.2` in Postfix.",
    "Dovecot에는 `ssl_min_protocol = TLSv1.2`, Postfix에는 `smtpd_tls_mandatory_protocols = >=TLSv1.2` 값을 쓰십시오.",
);

#[cfg(test)]
mod tests {
    use super::{VERSIONS, oldest};

    #[test]
    fn the_oldest_version_of_each_form() {
        let name = |list| oldest(list).and_then(|at| VERSIONS.get(at).copied());
        assert_eq!(name(">=TLSv1.2"), Some("TLSv1.2"));
        assert_eq!(name("!SSLv2, !SSLv3, !TLSv1"), Some("TLSv1.1"));
        assert_eq!(name("TLSv1.2 TLSv1.3"), Some("TLSv1.2"));
        assert_eq!(name(""), None);
    }
}
