//! Mechanisms that can not check the passwords as they are stored.

use crate::support::dovecot::logins::passdb_drivers;
use crate::support::external::externals;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::{SchemeStrength, dovecot_mechanism, password_scheme};
use postproof_diag::{Label, Severity, Span, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-mech-needs-plain",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, authentication mechanisms", "Dovecot manual, password schemes"],
    docs: docs!("mech_needs_plain"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let drivers = passdb_drivers(dovecot);
    for word in dovecot.list("", "auth_mechanisms").into_iter().flatten() {
        let Some(schemes) = dovecot_mechanism(&word.text).and_then(|one| one.schemes) else { continue };
        let Some(place) = word.span else { continue };
        // pam and bsdauth never see what is stored; shadow and passwd hold hashes.
        let never = |driver: &str| matches!(driver, "pam" | "bsdauth" | "shadow" | "passwd");
        let system = drivers.first().filter(|_| drivers.iter().all(|(driver, _)| never(driver)));
        let because = match system {
            Some((driver, span)) => Some(((*driver).to_owned(), *span)),
            None => stored(cx).filter(|(scheme, _)| drivers.len() == 1 && !fits(scheme, schemes)),
        };
        let Some((what, span)) = because else { continue };
        let found = out.report(&RULE, place, message(&word.text, &what), WHY);
        found.related.extend(span.map(|span| Label::noted(span, STORED)));
        found.help = Some(HELP);
    }
}

/// The scheme in which passwords are stored, as far as a setting says.
fn stored(cx: &Cx<'_>) -> Option<(String, Option<Span>)> {
    let own = cx.dovecot().and_then(|dovecot| dovecot.get("passdb_default_password_scheme"));
    let file = || externals(cx).into_iter().find_map(|file| file.get("default_pass_scheme"));
    let setting = own.or_else(file)?;
    Some((setting.value.as_str().trim().to_owned(), setting.value.span()))
}

fn fits(scheme: &str, schemes: &[&str]) -> bool {
    let Some(known) = password_scheme(scheme) else { return true };
    matches!(known.name, "PLAIN" | "CLEAR" | "CLEARTEXT" | "PLAIN-TRUNC")
        || known.strength == SchemeStrength::Plain && schemes.contains(&known.name)
        || schemes.contains(&known.name)
}

fn message(mechanism: &str, what: &str) -> Text {
    text!(
        "`{mechanism}` can't check passwords as they are stored here (`{what}`)",
        "`{mechanism}` 방식은 여기에 저장된 형태(`{what}`)의 암호를 확인할 수 없습니다"
    )
}

const STORED: Text = Text::fixed("says how passwords are stored", "암호의 저장 형태를 정하는 곳");
const WHY: Text = Text::fixed(
    "The mechanism needs the password itself or a hash of its own kind: every login that chooses it fails, and mail programs choose it first.",
    "이 방식에는 암호 자체나 고유한 형태의 해시가 필요하므로 이 방식을 고른 로그인은 모두 실패하며, 메일 프로그램은 이 방식을 먼저 고릅니다.",
);
const HELP: Text = Text::fixed(
    "Offer `plain login` under TLS, or store passwords in a scheme that the mechanism can check.",
    "TLS 안에서 `plain login` 방식을 제공하거나, 이 방식이 확인할 수 있는 형태로 암호를 저장하십시오.",
);
