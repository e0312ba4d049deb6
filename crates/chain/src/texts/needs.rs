//! What must be known to say what an entry answers, in words.

use crate::cx::Cx;
use postproof_catalog::{Need, Restriction};
use postproof_diag::{Text, text};

/// The lists that make a domain one of the server's own or one that it
/// relays for (smtpd_check.c, permit_auth_destination; trivial-rewrite).
pub(crate) const DESTINATION_LISTS: [&str; 4] =
    ["mydestination", "virtual_alias_domains", "virtual_mailbox_domains", "relay_domains"];

/// The tables that say whether an address exists (smtpd_check.c, check_rcpt_maps).
const RECIPIENT_MAPS: [&str; 6] = [
    "local_recipient_maps",
    "virtual_mailbox_maps",
    "virtual_alias_maps",
    "relay_recipient_maps",
    "recipient_canonical_maps",
    "canonical_maps",
];

/// How many tables are named one by one: nobody reads more, and each entry
/// of a long list would name them all again.
const MAX_NAMED_TABLES: usize = 12;

/// The parameters whose tables decide the answer of a restriction that has no
/// table argument.
fn table_params(name: &str) -> &'static [&'static str] {
    match name {
        "permit_mynetworks" => &["mynetworks"],
        "permit_tls_clientcerts" | "permit_tls_all_clientcerts" => &["relay_clientcerts"],
        "reject_authenticated_sender_login_mismatch"
        | "reject_known_sender_login_mismatch"
        | "reject_unauthenticated_sender_login_mismatch"
        | "reject_sender_login_mismatch" => &["smtpd_sender_login_maps"],
        "permit_auth_destination"
        | "reject_unauth_destination"
        | "defer_unauth_destination"
        | "check_relay_domains"
        | "permit_mx_backup" => &DESTINATION_LISTS,
        "reject_unlisted_recipient" | "reject_unlisted_sender" => &RECIPIENT_MAPS,
        _ => &[],
    }
}

/// What `restriction` needs to know in this configuration: a table only where
/// one is named.
pub(crate) fn needs(cx: &Cx<'_>, restriction: &Restriction, argument: &str) -> Vec<Need> {
    let tables = !table_texts(cx, restriction, argument).is_empty();
    let mut needs: Vec<Need> =
        restriction.needs.iter().copied().filter(|need| *need != Need::Table || tables).collect();
    if tables && !needs.contains(&Need::Table) {
        needs.push(Need::Table);
    }
    needs
}

/// `needs` in words.
pub(crate) fn needs_text(cx: &Cx<'_>, restriction: &Restriction, argument: &str) -> Vec<Text> {
    let mut texts = Vec::new();
    for need in needs(cx, restriction, argument) {
        match need {
            Need::Dns => texts.push(dns(restriction, argument)),
            Need::Table => texts.extend(table_texts(cx, restriction, argument)),
            Need::Sasl => texts.push(Text::fixed(
                "whether, and under which name, the client is logged in",
                "클라이언트가 로그인했는지, 어떤 이름으로 했는지",
            )),
            Need::Tls if restriction.name == "reject_plaintext_session" => {
                texts.push(Text::fixed("whether the session uses TLS", "세션이 TLS를 쓰는지"));
            }
            Need::Tls => texts.push(Text::fixed("the client's TLS certificate", "클라이언트의 TLS 인증서")),
            Need::PolicyServer if argument.is_empty() => {
                texts.push(Text::fixed("what the probe by verify(8) found out", "verify(8) 서비스의 시험 메일 결과"))
            }
            Need::PolicyServer => {
                texts.push(text!("the answer of the policy server `{argument}`", "정책 서버 `{argument}` 쪽의 답"))
            }
        }
    }
    texts
}

fn table_texts(cx: &Cx<'_>, restriction: &Restriction, argument: &str) -> Vec<Text> {
    if restriction.argument == postproof_catalog::Argument::Table {
        return match argument {
            "" => Vec::new(),
            table => vec![text!("the content of the table `{table}`", "`{table}` 표의 내용")],
        };
    }
    let mut texts = Vec::new();
    let mut left_out = 0_usize;
    for param in table_params(restriction.name) {
        for table in cx.model.param_tables(cx.scope, param) {
            if texts.len() == MAX_NAMED_TABLES {
                left_out += 1;
                continue;
            }
            let table = table.text.as_str();
            texts.push(text!(
                "the content of the table `{table}` in `{param}`",
                "`{param}` 매개변수에 있는 `{table}` 표의 내용"
            ));
        }
    }
    if left_out > 0 {
        texts.push(text!("the content of {left_out} more tables", "그 밖의 표 {left_out} 개의 내용"));
    }
    texts
}

/// Which DNS record, of which name.
fn dns(restriction: &Restriction, argument: &str) -> Text {
    let zone = argument.split('=').next().unwrap_or(argument);
    match restriction.name {
        "reject_unknown_client_hostname" => Text::fixed(
            "the PTR record of the client's address, and the A or AAAA record of that name",
            "클라이언트 주소의 PTR 레코드와 그 이름의 A 또는 AAAA 레코드",
        ),
        "reject_unknown_reverse_client_hostname" => {
            Text::fixed("the PTR record of the client's address", "클라이언트 주소의 PTR 레코드")
        }
        "reject_rbl_client" | "permit_dnswl_client" => text!(
            "the A record of the reversed client address under `{zone}`",
            "`{zone}` 영역에서 거꾸로 쓴 클라이언트 주소의 A 레코드"
        ),
        "reject_rhsbl_client" | "permit_rhswl_client" => text!(
            "the A record of the client's verified name under `{zone}`",
            "`{zone}` 영역에서 클라이언트의 확인된 이름의 A 레코드"
        ),
        "reject_rhsbl_reverse_client" => text!(
            "the A record of the client's reverse name under `{zone}`",
            "`{zone}` 영역에서 클라이언트의 역방향 이름의 A 레코드"
        ),
        "reject_rhsbl_helo" => {
            text!("the A record of the HELO name under `{zone}`", "`{zone}` 영역에서 HELO 이름의 A 레코드")
        }
        "reject_rhsbl_sender" => {
            text!("the A record of the sender's domain under `{zone}`", "`{zone}` 영역에서 발신자 도메인의 A 레코드")
        }
        "reject_rhsbl_recipient" => {
            text!("the A record of the recipient's domain under `{zone}`", "`{zone}` 영역에서 수신자 도메인의 A 레코드")
        }
        "reject_maps_rbl" => Text::fixed(
            "the A record of the reversed client address in the zones of `maps_rbl_domains`",
            "`maps_rbl_domains` 영역에서 거꾸로 쓴 클라이언트 주소의 A 레코드",
        ),
        "reject_unknown_helo_hostname" => {
            Text::fixed("the A, AAAA and MX records of the HELO name", "HELO 이름의 A, AAAA, MX 레코드")
        }
        "reject_unknown_sender_domain" => {
            Text::fixed("the MX, A and AAAA records of the sender's domain", "발신자 도메인의 MX, A, AAAA 레코드")
        }
        "reject_unknown_recipient_domain" => {
            Text::fixed("the MX, A and AAAA records of the recipient's domain", "수신자 도메인의 MX, A, AAAA 레코드")
        }
        "permit_mx_backup" => Text::fixed("the MX records of the recipient's domain", "수신자 도메인의 MX 레코드"),
        name => server_records(name),
    }
}

/// `check_SUBJECT_RECORD_access`.
fn server_records(name: &str) -> Text {
    let (subject_en, subject_ko) = if name.starts_with("check_helo") {
        ("the HELO name", "HELO 이름의")
    } else if name.starts_with("check_sender") {
        ("the sender's domain", "발신자 도메인의")
    } else if name.starts_with("check_recipient") {
        ("the recipient's domain", "수신자 도메인의")
    } else if name.starts_with("check_reverse") {
        ("the client's reverse name", "클라이언트의 역방향 이름의")
    } else {
        ("the client's verified name", "클라이언트의 확인된 이름의")
    };
    let records = if name.ends_with("_ns_access") {
        "NS"
    } else if name.ends_with("_mx_access") {
        "MX"
    } else {
        "A/AAAA"
    };
    Text {
        en: format!("the {records} records of {subject_en}").into(),
        ko: format!("{subject_ko} {records} 레코드").into(),
    }
}
