//! A mechanism that Dovecot does not have.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::{dovecot_mechanism, dovecot_mechanisms};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-mech-unknown",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, auth_mechanisms", "mech.c, mech_register_init"],
    docs: docs!("mech_unknown"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    for word in dovecot.list("", "auth_mechanisms").into_iter().flatten() {
        let name = word.text.to_ascii_lowercase();
        let known = dovecot_mechanism(&name).filter(|one| if dovecot.is_new { one.series.1 } else { one.series.0 });
        let Some(place) = word.span.filter(|_| known.is_none() && !name.contains(['$', '%', '{'])) else { continue };
        let near = dovecot_mechanisms().iter().find(|one| crate::support::names::is_one_edit(&name, one.name));
        let found = out.report(&RULE, place, message(&name), WHY);
        found.help = near.map(|near| {
            let name = near.name;
            text!("Did you mean `{name}`?", "`{name}` 방식을 뜻한 것은 아닙니까?")
        });
    }
}

fn message(name: &str) -> Text {
    text!("Dovecot has no mechanism `{name}`", "Dovecot에는 `{name}` 방식이 없습니다")
}

const WHY: Text = Text::fixed(
    "doveconf takes any word, but the login process stops with «Unknown authentication mechanism», and nobody can log in.",
    "doveconf는 어떤 단어든 받지만 로그인 프로세스가 «Unknown authentication mechanism» 오류로 멈추어 아무도 로그인할 수 없습니다.",
);
