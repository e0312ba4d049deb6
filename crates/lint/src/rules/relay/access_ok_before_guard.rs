//! A client, HELO or recipient table that can say OK before the only guard.
//! Sender tables are `relay-sender-allowlist`'s.

use crate::support::access_results::{Permit, Permits};
use crate::support::doors::{self, Opening};
use crate::support::relay_gates::{Door, Way};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_model::{DomainPatternKind, Scope};

pub(crate) static RULE: Rule = Rule {
    name: "relay-access-ok-before-guard",
    group: Group::Relay,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["access(5) ACCEPT ACTIONS", "SMTPD_ACCESS_README Dangerous use of smtpd_recipient_restrictions"],
    docs: docs!("access_ok_before_guard"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    doors::report(cx, out, &RULE, |door| opening(cx, door));
}

fn opening(cx: &Cx<'_>, door: &Door) -> Option<Opening> {
    let Way::OtherTable(permits) = &door.way else { return None };
    let permits = match permits {
        Permits::Yes(all) if door.name == "check_recipient_access" => {
            let foreign: Vec<Permit> = all.iter().filter(|permit| reaches_others(cx, permit)).cloned().collect();
            if foreign.is_empty() {
                return None;
            }
            Permits::Yes(foreign)
        }
        Permits::Yes(_) | Permits::Unknown(_) | Permits::No => permits.clone(),
    };
    // A table of clients may be meant to let them relay, as mynetworks is.
    let severity = if door.name == "check_client_access" { Severity::Warning } else { RULE.severity };
    Some(Opening { permits, message: message(door), why: why(door.name), severity })
}

/// Whether a key of a recipient table can match a recipient elsewhere. An OK
/// for an own domain opens nothing.
fn reaches_others(cx: &Cx<'_>, permit: &Permit) -> bool {
    let Some(key) = &permit.key else { return true };
    let domain = key.rsplit('@').next().unwrap_or_default().trim_start_matches('.').to_ascii_lowercase();
    // `user@` is that user in every domain (access(5)); a key without a dot
    // may be a pattern or a top-level domain.
    if domain.is_empty() || !domain.contains('.') {
        return true;
    }
    ["mydestination", "relay_domains", "virtual_alias_domains", "virtual_mailbox_domains"].iter().all(|param| {
        cx.model.domains(Scope::Main, param).iter().all(|pattern| match &pattern.kind {
            DomainPatternKind::Domain(own) => *own != domain && !domain.ends_with(&format!(".{own}")),
            // What a table or the host answers may be this very domain.
            DomainPatternKind::HostDependent | DomainPatternKind::Table(..) | DomainPatternKind::File(_) => false,
        })
    })
}

fn message(door: &Door) -> Text {
    let (name, guard, param) = (door.name, &door.guard, door.param);
    if name == "check_client_access" {
        return text!(
            "an OK of `{name}` before `{guard}` in `{param}` lets the clients that match relay to any domain",
            "`{param}` 목록에서 `{guard}` 항목보다 앞에 있는 `{name}` 항목이 OK를 답하면 일치하는 클라이언트가 어느 도메인으로나 릴레이할 수 있습니다"
        );
    }
    text!(
        "an OK of `{name}` before `{guard}` in `{param}` lets strangers relay to any domain",
        "`{param}` 목록에서 `{guard}` 항목보다 앞에 있는 `{name}` 항목이 OK를 답하면 외부인이 어느 도메인으로나 릴레이할 수 있습니다"
    )
}

fn why(name: &str) -> Text {
    match name {
        "check_client_access" => Text::fixed(
            "OK ends the list before the guard is asked, so each client that matches may send mail anywhere through this host.",
            "OK는 릴레이를 막는 항목에 이르기 전에 목록을 끝내므로, 일치하는 클라이언트는 이 서버를 거쳐 어디로나 메일을 보낼 수 있습니다.",
        ),
        "check_recipient_access" => Text::fixed(
            "OK ends the list before the guard is asked, so anybody may send mail to the recipients that match, wherever they are.",
            "OK는 릴레이를 막는 항목에 이르기 전에 목록을 끝내므로, 일치하는 수신자가 어디에 있든 누구나 이 서버를 거쳐 메일을 보낼 수 있습니다.",
        ),
        _ => Text::fixed(
            "OK ends the list before the guard is asked, and the client or its network chooses the name that is looked up.",
            "OK는 릴레이를 막는 항목에 이르기 전에 목록을 끝내며, 조회되는 이름은 클라이언트나 그 네트워크가 정합니다.",
        ),
    }
}
