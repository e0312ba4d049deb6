//! The names by which Dovecot looks for users do not fit the addresses that
//! Postfix hands over.

use crate::support::cross::lmtp_uses;
use crate::support::dovecot::Dovecot;
use crate::support::dovecot::logins::{NameParts, name_parts, userdb_drivers};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Span, Text, text};
use postproof_model::{DomainPatternKind, Scope};

pub(crate) static RULE: Rule = Rule {
    name: "x-username-format",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, auth_username_format", "Dovecot manual, LMTP with Postfix", "lmtp(8)", "local(8)"],
    docs: docs!("username_format"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let setting = dovecot.get_in("lmtp", "auth_username_format");
    if setting.is_none() && dovecot.is_partial {
        return;
    }
    let default = if dovecot.is_new { "%{user | lower}" } else { "%Lu" };
    let format = setting.map_or(default, |setting| setting.value.as_str());
    let place = setting.and_then(|setting| setting.value.span());
    let parts = name_parts(format, dovecot.is_new);
    let NameParts { whole, local, domain } = parts;
    let Some(used) = lmtp_uses(cx, dovecot).into_iter().next() else { return };
    let delivered = used.delivery.place;
    if whole || domain {
        let users = userdb_drivers(dovecot);
        let Some((_, first)) = users.first().filter(|_| users.iter().all(|(driver, _)| *driver == "passwd")) else {
            return;
        };
        let Some(at) = place.or(*first) else { return };
        let found = out.report(&RULE, at, system_users(format), WHY_SYSTEM);
        found.related.push(Label::noted(delivered, DELIVERED));
        found.help = Some(if dovecot.is_new { HELP_NEW } else { HELP_OLD });
    } else if let (true, "virtual_transport", Some(at)) = (local, used.delivery.param.as_str(), place)
        && let Some((reason, related)) = needs_domain(cx, dovecot)
    {
        let found = out.report(&RULE, at, stripped(format, &reason), WHY_STRIPPED);
        found.related.push(Label::noted(delivered, DELIVERED));
        found.related.extend(related.map(|span| Label::noted(span, NEEDS)));
        found.help = Some(HELP_STRIPPED);
    }
}

/// What makes the domain matter: two domains, or a path that holds it.
fn needs_domain(cx: &Cx<'_>, dovecot: &Dovecot<'_>) -> Option<(Text, Option<Span>)> {
    let domains = cx.model.domains(Scope::Main, "virtual_mailbox_domains");
    let known = domains.iter().filter(|one| matches!(one.kind, DomainPatternKind::Domain(_)) && !one.negated);
    if let Some(second) = known.clone().nth(1) {
        let count = known.count();
        let reason =
            text!("there are {count} domains of virtual mailboxes", "가상 메일박스 도메인이 {count}개 있습니다");
        return Some((reason, second.text.span()));
    }
    let paths = ["mail_location", "mail_path", "mail_home"];
    let setting = paths
        .iter()
        .filter_map(|name| dovecot.get_in("lmtp", name))
        .find(|setting| name_parts(setting.value.as_str(), dovecot.is_new).domain)?;
    let name = &setting.name;
    let reason = text!("`{name}` holds the domain, which is empty then", "`{name}` 설정에 든 도메인이 비게 됩니다");
    Some((reason, setting.value.span()))
}

fn system_users(format: &str) -> Text {
    text!(
        "Postfix hands over `user@domain`, but all users are those of the system, which have no domain, and `auth_username_format` (`{format}`) keeps it",
        "Postfix는 `user@domain` 형식의 주소를 넘기지만 모든 사용자는 도메인이 없는 시스템 사용자이고 `auth_username_format` 값(`{format}`)은 도메인을 남깁니다"
    )
}

fn stripped(format: &str, reason: &Text) -> Text {
    text!(
        "`auth_username_format` (`{format}`) drops the domain of each address, but {reason}",
        "`auth_username_format` 값(`{format}`)이 주소의 도메인을 버리지만 {reason}",
        reason = reason
    )
}

const DELIVERED: Text = Text::fixed("Postfix hands over whole addresses here", "Postfix가 주소 전체를 넘기는 곳입니다");
const NEEDS: Text = Text::fixed("here the domain matters", "도메인이 필요한 곳입니다");
const WHY_SYSTEM: Text = Text::fixed(
    "Every delivery ends with «User doesn't exist: user@domain», after Postfix accepted the mail: it bounces.",
    "Postfix가 메일을 받은 뒤에 모든 배달이 «User doesn't exist: user@domain» 응답으로 끝나 메일이 반송됩니다.",
);
const WHY_STRIPPED: Text = Text::fixed(
    "Users of the same name in two domains are one user for Dovecot, or mail lands in a directory without a domain.",
    "두 도메인에서 이름이 같은 사용자가 Dovecot에서는 한 사용자가 되거나 메일이 도메인 없는 디렉터리에 들어갑니다.",
);
const HELP_OLD: Text =
    Text::fixed("Set `auth_username_format = %Ln`.", "`auth_username_format = %Ln` 설정을 넣으십시오.");
const HELP_NEW: Text = Text::fixed(
    "Set `auth_username_format = %{user | username | lower}`.",
    "`auth_username_format = %{user | username | lower}` 설정을 넣으십시오.",
);
const HELP_STRIPPED: Text = Text::fixed(
    "Remove `auth_username_format`; the default keeps the whole address in lower case.",
    "`auth_username_format` 설정을 지우십시오. 기본값은 주소 전체를 소문자로 남깁니다.",
);
