//! cidr: tables where no address is looked up.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};
use postproof_model::{TableRole, TableUse};
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    name: "access-cidr-for-names",
    group: Group::Access,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["cidr_table(5) DESCRIPTION", "access(5)"],
    docs: docs!("cidr_for_names"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = BTreeSet::new();
    for TableUse { param, role, table, .. } in cx.model.table_uses() {
        if table.kind != "cidr" || !asks_names(role) {
            continue;
        }
        let Some(span) = table.text.span().filter(|span| seen.insert(*span)) else { continue };
        let asker = match role {
            TableRole::Access(Some(restriction)) => restriction,
            _ => param.as_str(),
        };
        let table = table.text.as_str();
        out.report(&RULE, span, message(table, asker), WHY).help = Some(HELP);
    }
}

/// Whether its keys are mail addresses, domains or text, never a bare address.
fn asks_names(role: &TableRole) -> bool {
    match role {
        TableRole::Access(Some(name)) => {
            matches!(
                *name,
                "check_sender_access" | "check_recipient_access" | "check_sasl_access" | "check_ccert_access"
            )
        }
        TableRole::VirtualAlias
        | TableRole::Canonical
        | TableRole::Relocated
        | TableRole::Aliases
        | TableRole::SenderLogin
        | TableRole::SenderRelay
        | TableRole::HeaderChecks
        | TableRole::BodyChecks
        | TableRole::Recipients => true,
        TableRole::Access(None) | TableRole::PostscreenAccess | TableRole::Transport | TableRole::Other => false,
    }
}

fn message(table: &str, asker: &str) -> Text {
    text!(
        "`{table}` never matches in `{asker}`, which does not look up IP addresses",
        "`{asker}` 항목은 IP 주소를 찾지 않으므로 `{table}` 테이블은 일치하는 일이 없습니다"
    )
}

const WHY: Text = Text::fixed(
    "a `cidr:` table matches IP addresses only, and mail addresses, names and text are none.",
    "`cidr:` 테이블은 IP 주소하고만 일치하며, 메일 주소, 이름, 글은 IP 주소가 아닙니다.",
);
const HELP: Text = Text::fixed(
    "Ask the table with `check_client_access`, or use another type of table here.",
    "이 테이블은 `check_client_access` 항목으로 찾거나, 여기에는 다른 형식의 테이블을 쓰십시오.",
);
