//! Dovecot writes in the name of an address that Postfix does not accept.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};
use postproof_model::{DomainPatternKind, Presence, Scope};

pub(crate) static RULE: Rule = Rule {
    name: "x-postmaster-address",
    group: Group::X,
    severity: Severity::Hint,
    since: "0.1.0",
    sources: &["Dovecot manual, postmaster_address", "RFC 5321 section 4.5.1"],
    docs: docs!("postmaster_address"),
    check,
};

/// The lists of domains for which Postfix takes mail.
const LISTS: &[&str] = &["mydestination", "virtual_mailbox_domains", "virtual_alias_domains", "relay_domains"];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let Some(setting) = dovecot.get("postmaster_address") else { return };
    let (Some((_, domain)), Some(place)) = (setting.value.as_str().rsplit_once('@'), setting.value.span()) else {
        return;
    };
    let domain = domain.trim_end_matches('>').to_ascii_lowercase();
    let is_odd = domain.is_empty() || domain.contains(['%', '$', '{']);
    if is_odd || cx.model.given.main_cf != Presence::Whole {
        return;
    }
    for list in LISTS {
        for pattern in cx.model.domains(Scope::Main, list) {
            match pattern.kind {
                DomainPatternKind::Domain(one) if one == domain || domain.ends_with(&format!(".{one}")) => return,
                DomainPatternKind::Domain(_) => {}
                // What is not known may be it.
                DomainPatternKind::HostDependent | DomainPatternKind::Table(..) | DomainPatternKind::File(_) => return,
            }
        }
    }
    let Some(own) = crate::support::mail_paths::main_place(cx, "mydestination")
        .or(crate::support::mail_paths::main_place(cx, "virtual_mailbox_domains"))
    else {
        return;
    };
    let found = out.report(&RULE, place, message(&domain), WHY);
    found.related.push(Label::noted(own, DOMAINS));
    found.help = Some(HELP);
}

fn message(domain: &str) -> Text {
    text!(
        "Dovecot sends rejections from an address in `{domain}`, a domain for which Postfix takes no mail",
        "Dovecot은 `{domain}` 도메인의 주소로 거부 메일을 보내지만 Postfix는 그 도메인의 메일을 받지 않습니다"
    )
}

const DOMAINS: Text = Text::fixed("the domains of Postfix", "Postfix의 도메인");
const WHY: Text = Text::fixed(
    "Replies to such mail come to nobody here.",
    "그런 메일에 대한 답장은 이 서버의 누구에게도 오지 않습니다.",
);
const HELP: Text = Text::fixed(
    "Use an address that you receive, such as `postmaster@` a domain of yours.",
    "`postmaster@` 뒤에 자신의 도메인을 붙인 주소처럼 실제로 받는 주소를 쓰십시오.",
);
