//! One side protects passwords with TLS, the other does not.

use crate::support::dovecot::Dovecot;
use crate::support::listeners::exposed_smtpd;
use crate::support::lists::value_place;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Span, Text, text};
use postproof_model::{Presence, Scope};

pub(crate) static RULE: Rule = Rule {
    name: "x-cleartext-differs",
    group: Group::X,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &[
        "postconf(5) smtpd_tls_auth_only",
        "Dovecot 2.3 manual, disable_plaintext_auth",
        "Dovecot 2.4 manual, auth_allow_cleartext",
        "RFC 8314 section 3",
    ],
    docs: docs!("cleartext_differs"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let Some((name, open, place)) = dovecot_side(dovecot) else { return };
    let Some((postfix, param, value)) = postfix_side(cx, !open) else { return };
    let (primary, related) = if open { (place, postfix) } else { (postfix, place) };
    let message = if open { dovecot_open(name, &param, &value) } else { postfix_open(name) };
    let found = out.report(&RULE, primary, message, WHY);
    found.related.push(Label::noted(related, if open { POSTFIX_CLOSED } else { DOVECOT_CLOSED }));
    found.help = Some(if open { HELP_DOVECOT } else { HELP_POSTFIX });
}

/// What Dovecot says of passwords without TLS, if it says it: the setting,
/// whether they are allowed, and where.
fn dovecot_side(dovecot: &Dovecot<'_>) -> Option<(&'static str, bool, Span)> {
    use crate::support::dovecot::words::boolean;
    if let Some(ssl) = dovecot.get("ssl").filter(|ssl| ssl.value.as_str() == "required") {
        return Some(("ssl", false, ssl.value.span()?));
    }
    let (name, allows) =
        if dovecot.is_new { ("auth_allow_cleartext", true) } else { ("disable_plaintext_auth", false) };
    let setting = dovecot.get(name)?;
    let value = boolean(setting.value.as_str())?;
    Some((name, value == allows, setting.value.span()?))
}

/// A service of Postfix with logins whose demand for TLS is as asked: where
/// that is said, with parameter and value.
fn postfix_side(cx: &Cx<'_>, open: bool) -> Option<(Span, String, String)> {
    let mut found = None;
    for service in exposed_smtpd(cx) {
        let scope = Scope::Service(service.id);
        let enable = cx.model.value(scope, "smtpd_sasl_auth_enable").filter(|value| value.as_bool() == Some(true));
        let (Some(enable), "dovecot") = (enable, cx.model.text(scope, "smtpd_sasl_type").as_str()) else { continue };
        let auth_only = cx.model.value(scope, "smtpd_tls_auth_only")?;
        let level = cx.model.value(scope, "smtpd_tls_security_level")?;
        let forced = cx.model.is_yes(scope, "smtpd_tls_wrappermode") || level.as_str().eq_ignore_ascii_case("encrypt");
        if auth_only.as_bool() == Some(true) || forced {
            if !open {
                let said = if auth_only.is_set() { auth_only } else { level };
                let place = value_place(&said).or(value_place(&enable))?;
                found = found.or(Some((place, said.name.clone(), said.as_str().to_owned())));
            }
            continue;
        }
        let is_sure = auth_only.is_set() || cx.model.given.main_cf == Presence::Whole;
        let options = cx.model.text(scope, "smtpd_sasl_security_options");
        if options.contains("noplaintext") || !is_sure {
            continue;
        }
        // One open service is enough to send passwords in the clear.
        let place = value_place(&auth_only).or(value_place(&enable))?;
        return open.then(|| (place, auth_only.name.clone(), "no".to_owned()));
    }
    found
}

fn dovecot_open(name: &str, param: &str, value: &str) -> Text {
    text!(
        "Dovecot takes passwords without TLS (`{name}`), while Postfix asks for TLS first (`{param} = {value}`)",
        "Dovecot은 TLS 없이 암호를 받지만(`{name}`) Postfix는 먼저 TLS를 요구합니다(`{param} = {value}`)"
    )
}

fn postfix_open(name: &str) -> Text {
    text!(
        "Postfix takes passwords without TLS, while Dovecot refuses them (`{name}`)",
        "Postfix는 TLS 없이 암호를 받지만 Dovecot은 거부합니다(`{name}`)"
    )
}

const POSTFIX_CLOSED: Text = Text::fixed("Postfix asks for TLS here", "Postfix는 여기에서 TLS를 요구합니다");
const DOVECOT_CLOSED: Text = Text::fixed("Dovecot asks for TLS here", "Dovecot은 여기에서 TLS를 요구합니다");
const WHY: Text = Text::fixed(
    "It is the same password on both: what one side protects, a listener on the network reads at the other. Dovecot's setting does not hold for SMTP, where Postfix does TLS by itself.",
    "양쪽은 같은 암호를 씁니다. 한쪽에서 보호해도 다른 쪽에서 네트워크를 엿듣는 사람이 읽을 수 있습니다. SMTP의 TLS는 Postfix가 직접 처리하므로 Dovecot의 설정은 적용되지 않습니다.",
);
const HELP_DOVECOT: Text = Text::fixed(
    "Set `disable_plaintext_auth = yes` (2.3) or `auth_allow_cleartext = no` (2.4), which are the defaults.",
    "기본값인 `disable_plaintext_auth = yes`(2.3) 또는 `auth_allow_cleartext = no`(2.4) 설정으로 되돌리십시오.",
);
const HELP_POSTFIX: Text = Text::fixed(
    "Set `smtpd_tls_auth_only = yes` in main.cf.",
    "main.cf에 `smtpd_tls_auth_only = yes` 설정을 넣으십시오.",
);
