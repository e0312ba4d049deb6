//! Options of Postfix that leave none of the mechanisms that Dovecot offers.

use crate::support::dovecot::lists::ListWord;
use crate::support::lists::value_place;
use crate::support::mail_paths::sasl_uses;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::dovecot_mechanism as mechanism;
use postproof_diag::{Label, Severity, Text, text};
use postproof_model::{Scope, Value, words};

pub(crate) static RULE: Rule = Rule {
    name: "x-sasl-mechs",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &[
        "postconf(5) smtpd_sasl_security_options",
        "postconf(5) smtpd_sasl_mechanism_filter",
        "xsasl_dovecot_server.c",
        "Dovecot manual, auth_mechanisms",
    ],
    docs: docs!("sasl_mechs"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let offered = dovecot.list("", "auth_mechanisms");
    if offered.is_none() && dovecot.is_partial {
        return;
    }
    let offered = offered.unwrap_or_else(|| vec![ListWord { text: "plain".to_owned(), span: None }]);
    if offered.is_empty() || offered.iter().any(|word| word.text.contains(['$', '%'])) {
        return;
    }
    for used in sasl_uses(cx) {
        let Some((value, left_tls)) = removed_by(cx, used.scope, &offered) else { continue };
        let Some(place) = value_place(&value) else { continue };
        let names = offered.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        let found = out.report(&RULE, place, message(&value.name, &names, left_tls), WHY);
        found.related.extend(offered.iter().find_map(|word| word.span).map(|span| Label::noted(span, OFFERED)));
        found.help = Some(HELP);
    }
}

/// The option that takes away every mechanism in every session in which AUTH
/// could be announced.
fn removed_by(cx: &Cx<'_>, scope: Scope, offered: &[ListWord]) -> Option<(Value, bool)> {
    let plain = cx.model.value(scope, "smtpd_sasl_security_options")?;
    let secure = cx.model.value(scope, "smtpd_sasl_tls_security_options")?;
    let filter = cx.model.value(scope, "smtpd_sasl_mechanism_filter");
    if let Some(filter) = filter.filter(|filter| filter.is_set() && filtered_out(filter, offered)) {
        return Some((filter, false));
    }
    let tls_only = cx.model.is_yes(scope, "smtpd_tls_auth_only") || has_forced_tls(cx, scope);
    if !removes_all(&secure, offered) || !(tls_only || removes_all(&plain, offered)) {
        return None;
    }
    let value = if secure.is_set() { secure } else { plain };
    Some((value, tls_only))
}

fn has_forced_tls(cx: &Cx<'_>, scope: Scope) -> bool {
    cx.model.is_yes(scope, "smtpd_tls_wrappermode") || cx.model.text(scope, "smtpd_tls_security_level") == "encrypt"
}

/// Whether the options leave nothing; not for mechanisms that are not known.
// xsasl_dovecot_server.c, xsasl_dovecot_server_mech_filter: `no…` options take
// away mechanisms with the property, the others those without it.
fn removes_all(options: &Value, offered: &[ListWord]) -> bool {
    let options = words(&options.text);
    let has = |name: &str| options.iter().any(|word| word.text.as_str().eq_ignore_ascii_case(name));
    offered.iter().all(|word| {
        let Some(known) = mechanism(&word.text) else { return false };
        known.plaintext && has("noplaintext")
            || known.active && has("noactive")
            || known.dictionary && has("nodictionary")
            || known.anonymous && has("noanonymous")
            || !known.mutual && has("mutual_auth")
            || has("forward_secrecy")
    })
}

/// Whether a list of names and `!name` without tables passes none of them.
fn filtered_out(filter: &Value, offered: &[ListWord]) -> bool {
    let patterns = words(&filter.text);
    if patterns.iter().any(|word| word.text.as_str().contains([':', '/'])) {
        return false;
    }
    offered.iter().all(|word| {
        let first = patterns.iter().find_map(|pattern| {
            let name = pattern.text.as_str();
            let bare = name.strip_prefix('!').unwrap_or(name);
            bare.eq_ignore_ascii_case(&word.text).then_some(!name.starts_with('!'))
        });
        first != Some(true)
    })
}

fn message(param: &str, names: &str, only_tls: bool) -> Text {
    match only_tls {
        true => text!(
            "`{param}` takes away every mechanism that Dovecot offers (`{names}`), under TLS as well",
            "`{param}` 매개변수가 TLS 안에서도 Dovecot이 제공하는 방식(`{names}`)을 모두 없앱니다"
        ),
        false => text!(
            "`{param}` takes away every mechanism that Dovecot offers (`{names}`)",
            "`{param}` 매개변수가 Dovecot이 제공하는 방식(`{names}`)을 모두 없앱니다"
        ),
    }
}

const OFFERED: Text = Text::fixed("what Dovecot offers", "Dovecot이 제공하는 방식");
const WHY: Text = Text::fixed(
    "smtpd finds no mechanism to announce: it logs «no SASL authentication mechanisms» and no client can log in.",
    "smtpd가 알릴 방식이 하나도 없어 «no SASL authentication mechanisms» 오류를 남기고 어떤 클라이언트도 로그인할 수 없습니다.",
);
const HELP: Text = Text::fixed(
    "Set `smtpd_sasl_tls_security_options = noanonymous`, and keep `noplaintext` for sessions without TLS.",
    "`smtpd_sasl_tls_security_options = noanonymous` 설정을 넣고 `noplaintext` 값은 TLS 없는 세션에만 쓰십시오.",
);
