//! What an access table whose content is given says of the stranger.
//!
//! Keys are those of smtpd_check.c: check_namadr_access, check_domain_access
//! and check_mail_access; results are those of access(5), check_table_result.

use super::answer::{Given, bare_answer, coded};
use super::session::Stranger;
use super::{StepState, network};
use crate::cx::Cx;
use crate::entries::argument;
use postproof_catalog::{Need, Restriction};
use postproof_diag::{SourceText, Text, text};
use postproof_model::{Entry, TableContent, TableRef, table_ref, words};
use postproof_syntax::table::{Table, TableSyntax};

/// What a table answers.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// No entry.
    Nothing,
    /// This.
    Value(String),
    /// It cannot be said.
    Unknown,
}

/// What a check of an access table answers.
pub(super) fn table_answer(
    cx: &Cx<'_>,
    stranger: &Stranger,
    param: &'static str,
    restriction: &'static Restriction,
    entry: &Entry,
) -> Given {
    match restriction.name {
        "check_ccert_access" => return Given::goes_on(Text::fixed("shows no certificate", "인증서를 내지 않았습니다")),
        "check_sasl_access" => return Given::goes_on(Text::fixed("not logged in", "로그인하지 않았습니다")),
        _ => {}
    }
    let name = argument(entry);
    let asks_dns = restriction.needs.contains(&Need::Dns) || restriction.name == "check_reverse_client_hostname_access";
    let table = entry.argument.as_ref().and_then(table_ref);
    let found = match (&table, asks_dns) {
        (Some(table), false) => stranger.look_up(cx, restriction, table),
        (Some(table), true) if table.kind == "static" => stranger.look_up(cx, restriction, table),
        (Some(_), true) | (None, _) => Found::Unknown,
    };
    let given = match found {
        Found::Nothing => {
            return Given::goes_on(text!("`{name}` has no entry for it", "`{name}` 표에 해당 항목이 없습니다"));
        }
        Found::Unknown if asks_dns => Given::anything(text!(
            "the DNS records, and what `{name}` says of them",
            "DNS 레코드와 그에 대한 `{name}` 표의 답"
        )),
        Found::Unknown => Given::anything(text!("what `{name}` says", "`{name}` 표의 답")),
        Found::Value(value) => act(cx, stranger, param, restriction, &value),
    };
    // smtpd_check.c, check_server_access and forbid_whitelist: an OK from
    // what strangers control is an error.
    if !restriction.ok_forbidden {
        return given;
    }
    match given.state {
        StepState::Permits => Given::error(
            cx,
            Text::fixed("the table answers OK, which it must not", "표가 써서는 안 되는 OK로 답합니다"),
        ),
        StepState::Unknown => Given { may_permit: false, ..given },
        StepState::GoesOn | StepState::Refuses | StepState::NotReached => given,
    }
}

/// Asks `table` about the subject of `restriction`.
pub(super) fn look_up(cx: &Cx<'_>, stranger: &Stranger, restriction: &Restriction, table: &TableRef) -> Found {
    if table.kind == "static" {
        let value = table.name.trim();
        let value = value.strip_prefix('{').and_then(|value| value.strip_suffix('}')).unwrap_or(value);
        return Found::Value(value.trim().to_owned());
    }
    match cx.model.table_content(table) {
        TableContent::Text(text, TableSyntax::Indexed) => indexed(text, &keys(cx, stranger, restriction)),
        TableContent::Text(text, TableSyntax::Cidr) => cidr(text, stranger, restriction),
        TableContent::Text(_, TableSyntax::Aliases | TableSyntax::Pattern)
        | TableContent::Inline
        | TableContent::Unknown => Found::Unknown,
    }
}

/// The keys in the order asked. The client's name is one that no table holds.
fn keys(cx: &Cx<'_>, stranger: &Stranger, restriction: &Restriction) -> Vec<String> {
    match restriction.name {
        "check_client_access" => {
            let mut address = stranger.client.to_string();
            let mut keys = vec![address.clone()];
            while let Some(at) = address.rfind('.') {
                address.truncate(at);
                keys.push(address.clone());
            }
            keys
        }
        "check_helo_access" => domain_keys(cx, stranger.helo),
        "check_sender_access" => mail_keys(cx, &stranger.sender),
        "check_recipient_access" => mail_keys(cx, &stranger.recipient),
        _ => Vec::new(),
    }
}

fn mail_keys(cx: &Cx<'_>, address: &str) -> Vec<String> {
    let mut keys = vec![address.to_owned()];
    if let Some((user, domain)) = address.split_once('@') {
        keys.extend(domain_keys(cx, domain));
        keys.push(format!("{user}@"));
    }
    keys
}

/// The name and its parents, without a leading dot if smtpd_access_maps is in
/// parent_domain_matches_subdomains, else with one.
fn domain_keys(cx: &Cx<'_>, name: &str) -> Vec<String> {
    let parents = cx.text("parent_domain_matches_subdomains");
    let bare = words(&SourceText::unplaced(&parents)).iter().any(|word| word.text.as_str() == "smtpd_access_maps");
    let mut keys = vec![name.to_owned()];
    let mut rest = name;
    while let Some((_, parent)) = rest.split_once('.') {
        keys.push(if bare { parent.to_owned() } else { format!(".{parent}") });
        rest = parent;
    }
    keys
}

fn indexed(table: &Table, keys: &[String]) -> Found {
    for key in keys {
        let mut values = table
            .entries()
            .filter(|entry| entry.key.as_str().eq_ignore_ascii_case(key))
            .map(|entry| entry.value.as_str());
        let Some(first) = values.next() else { continue };
        // Which of two entries counts depends on how the table is indexed.
        return if values.all(|value| value == first) { Found::Value(first.to_owned()) } else { Found::Unknown };
    }
    Found::Nothing
}

/// cidr_table(5): asked with addresses only, the first network that holds it
/// counts.
fn cidr(table: &Table, stranger: &Stranger, restriction: &Restriction) -> Found {
    if restriction.name != "check_client_access" {
        return Found::Nothing;
    }
    for entry in table.entries() {
        let key = entry.key.as_str();
        if key.starts_with('!') || key.starts_with("if") || key.starts_with("endif") {
            return Found::Unknown;
        }
        if network(key).is_some_and(|network| network.contains(&stranger.client)) {
            return Found::Value(entry.value.as_str().to_owned());
        }
    }
    Found::Nothing
}

/// What the result of a table does (access(5); smtpd_check.c,
/// check_table_result).
pub(super) fn act(
    cx: &Cx<'_>,
    stranger: &Stranger,
    param: &'static str,
    restriction: &Restriction,
    value: &str,
) -> Given {
    let (word, rest) = value.split_once([' ', '\t']).unwrap_or((value, ""));
    let said = text!("the table answers `{word}`", "표가 `{word}` 값으로 답합니다");
    let rest = rest.trim();
    match word.to_ascii_uppercase().as_str() {
        "" | "OK" | "RELAY" => Given::permits(said),
        "DUNNO" | "INFO" | "WARN" | "FILTER" | "HOLD" | "REDIRECT" | "BCC" | "PREPEND" | "DEFER_IF_REJECT" => {
            Given::goes_on(said)
        }
        // The message is taken and thrown away: it goes nowhere, and what
        // follows is not asked. For the walk, it is as unknown.
        "DISCARD" | "HANGUP" => Given { is_error: true, ..Given::may_refuse(said) },
        "REJECT" => {
            Given::refuses(with_dsn(coded(cx, "access_map_reject_code", 554, "5.7.1"), rest, restriction), said)
        }
        "DEFER" => Given::refuses(with_dsn(coded(cx, "access_map_defer_code", 450, "4.7.1"), rest, restriction), said),
        "DEFER_IF_PERMIT" => Given {
            deferral: Some(with_dsn(coded(cx, "access_map_defer_code", 450, "4.7.1"), rest, restriction)),
            ..Given::goes_on(said)
        },
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => match (digits.len(), digits.parse::<u16>()) {
            (3, Ok(code)) if !rest.is_empty() && (400..600).contains(&code) => {
                let (code, dsn) = cx.reply(code, if code < 500 { "4.7.1" } else { "5.7.1" });
                Given::refuses(with_dsn((code, dsn.to_owned()), rest, restriction), said)
            }
            _ if rest.is_empty() => Given::permits(said),
            _ => Given::anything(said),
        },
        _ => as_list(cx, stranger, param, value, said),
    }
}

/// An enhanced status code at the start of the text counts, with the first
/// digit of the reply code; x.1.y codes would be changed by the subject and
/// are not claimed.
fn with_dsn(reply: (u16, String), rest: &str, restriction: &Restriction) -> (u16, String) {
    let (code, dsn) = reply;
    let word = rest.split_whitespace().next().unwrap_or_default();
    let mut numbers = word.split('.');
    let (first, second, third) = (numbers.next(), numbers.next(), numbers.next());
    let number = |text: Option<&str>| text.is_some_and(|text| text.len() <= 3 && text.parse::<u16>().is_ok());
    if !matches!(first, Some("2" | "4" | "5")) || !number(second) || !number(third) || numbers.next().is_some() {
        return (code, dsn);
    }
    let (digit, second, third) = (code / 100, second.unwrap_or_default(), third.unwrap_or_default());
    if second == "1" {
        return (code, format!("{digit}.1.{}", fixed_detail(third, restriction.subject)));
    }
    (code, format!("{digit}.{second}.{third}"))
}

/// smtpd_dsn_fix.c: what x.1.y becomes for senders and recipients.
fn fixed_detail(detail: &str, subject: &str) -> &'static str {
    match (subject, detail) {
        ("sender", "1" | "3" | "4" | "6" | "7") => "7",
        ("sender", "2" | "8") => "8",
        ("recipient", "1") => "1",
        ("recipient", "2" | "8") => "2",
        ("recipient", "3" | "7") => "3",
        ("recipient", "4") => "4",
        ("recipient", "5") => "5",
        ("recipient", "6") => "6",
        _ => "0",
    }
}

/// A result that is a list of restrictions; only lists of words without
/// arguments are followed.
fn as_list(cx: &Cx<'_>, stranger: &Stranger, param: &'static str, value: &str, said: Text) -> Given {
    let list = SourceText::unplaced(value);
    let mut unknown = None;
    for word in words(&list) {
        let Some(restriction) = postproof_catalog::restriction(word.text.as_str()) else {
            return Given::anything(said);
        };
        if restriction.name == "warn_if_reject" || restriction.argument != postproof_catalog::Argument::None {
            return Given::anything(said);
        }
        let given = bare_answer(cx, stranger, param, restriction);
        match given.state {
            StepState::GoesOn if given.deferral.is_none() => {}
            StepState::Permits | StepState::Refuses | StepState::GoesOn => {
                return if unknown.is_some() { Given::anything(said) } else { given };
            }
            StepState::Unknown => unknown = Some(given),
            StepState::NotReached => {}
        }
    }
    unknown.unwrap_or_else(|| Given::goes_on(said))
}
