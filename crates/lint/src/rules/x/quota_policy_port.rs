//! Dovecot's quota-status and the policy server that Postfix asks do not meet.

use crate::support::cross::anchor;
use crate::support::dovecot::sockets::is_local_address;
use crate::support::listeners::main_cf_is_partial;
use crate::support::quota_policy::{Policy, is_asked, listener, policies, port_of, quota_status};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "x-quota-policy-port",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["SMTPD_POLICY_README", "Dovecot manual, quota-status"],
    docs: docs!("quota_policy_port"),
    check,
};

/// Ports of other policy servers: policyd-spf and postgrey, cluebringer,
/// iRedAPD, postfwd, rspamd and milters.
const OTHER_PORTS: &[u16] = &[10023, 10030, 10031, 10040, 7777, 8891, 8892, 8893, 11332, 12525, 60000];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let services = quota_status(dovecot);
    let policies = policies(cx);
    if services.is_empty() {
        let named = policies.iter().find(|policy| policy.server.contains("quota-status") && !spawned(cx, policy));
        if let Some(policy) = named.filter(|_| !dovecot.is_partial) {
            let found = out.report(&RULE, policy.span, no_service(&policy.server), WHY);
            found.related.extend(anchor(dovecot).map(|span| Label::noted(span, NONE_HERE)));
            found.help = Some(HELP);
        }
        return;
    }
    if policies.iter().any(|policy| is_asked(cx, dovecot, &services, &policy.server)) {
        return;
    }
    let Some((address, place)) = listener(dovecot, &services) else { return };
    match policies.iter().find(|policy| is_candidate(cx, policy)) {
        Some(policy) => {
            let found = out.report(&RULE, policy.span, other(&policy.server, &address), WHY);
            found.related.extend(place.map(|span| Label::noted(span, OPENED)));
            found.help = Some(HELP);
        }
        None => {
            let Some(place) = place.filter(|_| !main_cf_is_partial(cx)) else { return };
            let found = out.report(&RULE, place, unused(&address), WHY_UNUSED);
            found.severity = Severity::Warning;
            let lists = crate::support::mail_paths::main_place(cx, "smtpd_recipient_restrictions");
            found.related.extend(lists.or(cx.model.first_setting()).map(|span| Label::noted(span, NOT_ASKED)));
            found.help = Some(HELP);
        }
    }
}

/// Whether a policy server may be meant for quota-status: its name says so, or
/// it is a port of this host that no other well-known policy server has.
fn is_candidate(cx: &Cx<'_>, policy: &Policy) -> bool {
    if spawned(cx, policy) {
        return false;
    }
    let host = policy.server.strip_prefix("inet:").unwrap_or(&policy.server).rsplit_once(':').map(|(host, _)| host);
    let is_local = host.is_some_and(|host| is_local_address(host) || host.contains("dovecot"));
    let is_free = port_of(&policy.server).is_some_and(|port| !OTHER_PORTS.contains(&port));
    policy.server.contains("quota") || policy.server.starts_with("inet:") && is_local && is_free
}

/// Whether a service of master.cf answers at that socket.
fn spawned(cx: &Cx<'_>, policy: &Policy) -> bool {
    let name = policy.server.rsplit('/').next().unwrap_or_default();
    cx.model.services.iter().any(|service| service.kind == "unix" && service.name == name)
        || port_of(&policy.server).is_some_and(|port| {
            let ports = cx.model.services.iter().filter_map(|service| service.endpoint.as_ref()?.port_number);
            ports.into_iter().any(|one| one == port)
        })
}

fn other(server: &str, address: &str) -> Text {
    text!(
        "Postfix asks `{server}`, but Dovecot's quota-status listens at `{address}`",
        "Postfix는 `{server}` 서버에 묻지만 Dovecot의 quota-status 서비스는 `{address}`에서 듣습니다"
    )
}

fn no_service(server: &str) -> Text {
    text!(
        "Postfix asks `{server}`, but Dovecot has no quota-status service",
        "Postfix는 `{server}` 서버에 묻지만 Dovecot에는 quota-status 서비스가 없습니다"
    )
}

fn unused(address: &str) -> Text {
    text!(
        "Dovecot's quota-status listens at `{address}`, but no restriction of Postfix asks it",
        "Dovecot의 quota-status 서비스가 `{address}`에서 듣지만 Postfix의 어떤 제한도 묻지 않습니다"
    )
}

const OPENED: Text = Text::fixed("Dovecot listens here", "Dovecot이 여기에서 듣습니다");
const NONE_HERE: Text = Text::fixed("no quota-status here", "quota-status 서비스가 없습니다");
const NOT_ASKED: Text = Text::fixed("Postfix does not ask it", "Postfix가 묻지 않습니다");
const WHY: Text = Text::fixed(
    "smtpd gets no answer and tells every client «451 Server configuration problem», so that no mail is accepted.",
    "smtpd가 답을 받지 못해 모든 클라이언트에 «451 Server configuration problem» 오류를 보내고 메일을 받지 않습니다.",
);
const WHY_UNUSED: Text = Text::fixed(
    "Mail to full mailboxes is accepted and then bounces, often to a forged sender.",
    "가득 찬 메일박스로 가는 메일을 받은 뒤에 반송하게 되며, 위조된 발신자에게 가는 일이 많습니다.",
);
const HELP: Text = Text::fixed(
    "Let both name the same socket or port: `check_policy_service unix:private/quota-status` after `reject_unauth_destination`, and `unix_listener /var/spool/postfix/private/quota-status` in `service quota-status`.",
    "양쪽이 같은 소켓이나 포트를 쓰게 하십시오. `reject_unauth_destination` 뒤에 `check_policy_service unix:private/quota-status` 항목을, `service quota-status` 섹션에 `unix_listener /var/spool/postfix/private/quota-status` 섹션을 둡니다.",
);
