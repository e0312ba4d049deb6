//! Passwords stored as they are, or in a scheme that is easily guessed.

use crate::support::dovecot::Dovecot;
use crate::support::external::externals;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::{SchemeStrength, password_scheme};
use postproof_diag::{Severity, SourceText, Span, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-plain-scheme",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["Dovecot manual, password schemes", "Dovecot 2.4 manual, auth_allow_weak_schemes"],
    docs: docs!("plain_scheme"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut found: Vec<(String, Span)> = Vec::new();
    for file in externals(cx) {
        found.extend(file.get("default_pass_scheme").and_then(|setting| whole(&setting.value)));
    }
    if let Some(dovecot) = cx.dovecot() {
        found.extend(written(dovecot));
    }
    let is_new = cx.dovecot().is_some_and(|dovecot| dovecot.is_new);
    let weak_allowed = cx.dovecot().is_some_and(|dovecot| dovecot.is_on("auth_allow_weak_schemes", false));
    for (name, place) in found {
        // doveconf -a prints the default, which is not what somebody chose.
        let is_default = name == "PLAIN" && crate::support::dovecot::faults::is_dumped(cx, place);
        if name.is_empty() || is_default || name.contains(['$', '%', '{']) {
            continue;
        }
        let Some(scheme) = password_scheme(&name) else {
            let diagnostic = out.report(&RULE, place, unknown(&name), WHY_UNKNOWN);
            diagnostic.severity = Severity::Error;
            diagnostic.help = Some(HELP);
            continue;
        };
        if is_new && scheme.needs_allow_weak && !weak_allowed {
            let diagnostic = out.report(&RULE, place, disabled(&name), WHY_DISABLED);
            diagnostic.severity = Severity::Error;
            diagnostic.help = Some(HELP);
            continue;
        }
        let message = match scheme.strength {
            SchemeStrength::Plain => plain(&name),
            SchemeStrength::Weak => weak(&name),
            SchemeStrength::Fair | SchemeStrength::Strong | SchemeStrength::Named => continue,
        };
        out.report(&RULE, place, message, WHY).help = Some(HELP);
    }
}

fn whole(text: &SourceText) -> Option<(String, Span)> {
    Some((text.as_str().trim().to_owned(), text.span()?))
}

/// `scheme=…` of passdb arguments, and the settings of 2.4.
fn written(dovecot: &Dovecot<'_>) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    for block in dovecot.all() {
        if dovecot.is_new && (block.is_root() || block.name() == "passdb") {
            let name = if block.is_root() { "passdb_default_password_scheme" } else { "default_password_scheme" };
            found.extend(block.get(name).and_then(|setting| whole(&setting.value)));
        }
        let Some(args) = block.get("args").filter(|_| block.name() == "passdb") else { continue };
        for (range, word) in crate::support::dovecot::words::split(args.value.as_str()) {
            let Some(scheme) = word.strip_prefix("scheme=") else { continue };
            let start = range.start + "scheme=".len();
            found.extend(args.value.span_of(start..range.end).map(|span| (scheme.to_owned(), span)));
        }
    }
    found
}

fn unknown(name: &str) -> Text {
    text!("Dovecot has no password scheme `{name}`", "Dovecot에는 암호 방식 `{name}` 항목이 없습니다")
}

fn disabled(name: &str) -> Text {
    text!(
        "Dovecot 2.4 refuses the weak scheme `{name}` without `auth_allow_weak_schemes`",
        "Dovecot 2.4는 `auth_allow_weak_schemes` 설정 없이는 약한 방식 `{name}` 항목을 거부합니다"
    )
}

fn plain(name: &str) -> Text {
    text!(
        "passwords are stored as `{name}`: what is stored is as good as the password",
        "암호가 `{name}` 방식으로 저장되어, 저장된 값이 암호나 다름없습니다"
    )
}

fn weak(name: &str) -> Text {
    text!(
        "passwords are stored as `{name}`, which is quickly guessed",
        "암호가 금방 추측되는 `{name}` 방식으로 저장됩니다"
    )
}

const WHY: Text = Text::fixed(
    "A leak of the table, or a backup of it, gives away the passwords of all users.",
    "테이블이나 그 백업이 유출되면 모든 사용자의 암호가 드러납니다.",
);
const WHY_UNKNOWN: Text = Text::fixed(
    "Passwords without a scheme of their own can't be checked, and their logins fail.",
    "방식이 따로 적히지 않은 암호를 확인할 수 없어 그 로그인이 실패합니다.",
);
const WHY_DISABLED: Text =
    Text::fixed("Every login with such a password fails.", "그런 암호를 쓰는 로그인이 모두 실패합니다.");
const HELP: Text = Text::fixed(
    "Use `BLF-CRYPT`, `SHA512-CRYPT` or `ARGON2ID`; `{SCHEME}` before a stored hash keeps old ones working meanwhile.",
    "`BLF-CRYPT`, `SHA512-CRYPT`, `ARGON2ID` 가운데 하나를 쓰십시오. 저장된 해시 앞의 `{SCHEME}` 표기로 옛 해시도 계속 쓸 수 있습니다.",
);
