//! A permission for passwords without TLS that `ssl = required` takes back.

use crate::support::dovecot::words::boolean;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-cleartext-no-effect",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["Dovecot manual, ssl", "Dovecot 2.3 manual, disable_plaintext_auth", "login-common/client-common.c"],
    docs: docs!("cleartext_no_effect"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let Some(ssl) = dovecot.get("ssl").filter(|ssl| ssl.value.as_str() == "required") else { return };
    let (name, open) = if dovecot.is_new { ("auth_allow_cleartext", true) } else { ("disable_plaintext_auth", false) };
    let Some(setting) = dovecot.get(name).filter(|setting| boolean(setting.value.as_str()) == Some(open)) else {
        return;
    };
    if let Some(place) = setting.value.span() {
        let found = out.report(&RULE, place, if open { MESSAGE_NEW } else { MESSAGE_OLD }, WHY);
        found.related.extend(ssl.value.span().map(|span| Label::noted(span, REQUIRED)));
        found.help = Some(HELP);
    }
}

const MESSAGE_OLD: Text = Text::fixed(
    "`disable_plaintext_auth = no` has no effect while `ssl = required` stands",
    "`ssl = required` 설정이 있는 동안 `disable_plaintext_auth = no` 설정은 효과가 없습니다",
);
const MESSAGE_NEW: Text = Text::fixed(
    "`auth_allow_cleartext = yes` has no effect while `ssl = required` stands",
    "`ssl = required` 설정이 있는 동안 `auth_allow_cleartext = yes` 설정은 효과가 없습니다",
);
const REQUIRED: Text = Text::fixed("TLS is demanded here", "여기에서 TLS를 요구합니다");
const WHY: Text = Text::fixed(
    "Logins without TLS are refused whatever that setting says; whoever relies on it is surprised.",
    "그 설정과 관계없이 TLS 없는 로그인은 거부되므로 그 설정을 믿으면 뜻밖의 결과가 됩니다.",
);
const HELP: Text = Text::fixed("Remove the line.", "이 줄을 지우십시오.");
