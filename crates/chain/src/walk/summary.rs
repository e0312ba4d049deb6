//! The end of a walk in one sentence. It tells of one session and never speaks
//! of proof.

use super::{Walk, WalkEnd};
use crate::assumptions;
use crate::cx::Cx;
use postproof_catalog::Version;
use postproof_diag::{Text, text};
use postproof_model::{EntryKind, Origin, Presence, RestrictionList};
use std::collections::BTreeSet;

pub(super) fn of(cx: &Cx<'_>, walk: &Walk, lists: &[RestrictionList], permitted_by: Option<&str>) -> Text {
    let title = walk.title.clone();
    let sentence = match &walk.end {
        WalkEnd::Refused { by, param, code, dsn, .. } => {
            let reply = Text::verbatim(format!("{code} {dsn}").trim_end().to_owned());
            let by = decider(by, param, lists);
            text!(
                "{title}: refused with {reply} by {by}",
                "{title}: {by}에서 {reply} 응답으로 거절합니다",
                title = title,
                reply = reply,
                by = by
            )
        }
        WalkEnd::Accepted => match permitted_by {
            Some(by) => text!(
                "{title}: accepted; `{by}` permits it and nothing else refuses",
                "{title}: 받아들입니다. `{by}` 항목이 허용하고 거절하는 항목이 없습니다",
                title = title,
                by = Text::verbatim(by)
            ),
            None => text!(
                "{title}: accepted; no entry refuses it",
                "{title}: 받아들입니다. 거절하는 항목이 없습니다",
                title = title
            ),
        },
        WalkEnd::Depends(reasons) => {
            let reasons = joined(reasons);
            text!(
                "{title}: cannot be told; it depends on {reasons}",
                "{title}: 알 수 없습니다. 다음에 달려 있습니다: {reasons}",
                title = title,
                reasons = reasons
            )
        }
        WalkEnd::DoesNotStart => return does_not_start(cx, walk, lists),
    };
    if walk.stands_on.is_empty() {
        return sentence;
    }
    let assumed = joined(&walk.stands_on);
    text!("{sentence}; assumed: {assumed}", "{sentence}. 가정: {assumed}", sentence = sentence, assumed = assumed)
}

/// What refuses: an entry and its list, or smtpd itself.
fn decider(by: &str, param: &str, lists: &[RestrictionList]) -> Text {
    let Some(list) = lists.iter().find(|list| list.param == param) else {
        return match param {
            "builtin" => Text::fixed("smtpd itself, before any list", "목록을 보기 전에 smtpd 자체"),
            "defer_if_permit" => Text::fixed("an earlier `defer_if_permit`", "앞의 `defer_if_permit` 항목"),
            check => text!("the built-in check `{check}`", "내장 검사 `{check}`"),
        };
    };
    match list.origin {
        Origin::Default => text!("`{by}` in `{param}` (default)", "`{param}`(기본값) 목록의 `{by}` 항목"),
        Origin::Written(_) | Origin::Override(_) => text!("`{by}` in `{param}`", "`{param}` 목록의 `{by}` 항목"),
    }
}

fn does_not_start(cx: &Cx<'_>, walk: &Walk, lists: &[RestrictionList]) -> Text {
    let undefined =
        lists.iter().flat_map(|list| list.flat()).find(|entry| matches!(entry.kind, EntryKind::UndefinedClass));
    if let (Some(entry), Presence::Whole) = (undefined, cx.model.given.main_cf) {
        let word = entry.word.as_str();
        return text!(
            "smtpd does not start, so nobody can send anything: the restriction class `{word}` has no definition",
            "smtpd가 시작하지 않아 아무도 메일을 보낼 수 없습니다. 제한 클래스 `{word}` 항목의 정의가 없습니다"
        );
    }
    let target = cx.model.target.level.value;
    let level = target.as_level();
    let relay_is_default =
        lists.iter().any(|list| list.param == "smtpd_relay_restrictions" && list.origin == Origin::Default);
    if relay_is_default && target < Version::new(1, 0) {
        return text!(
            "smtpd does not start, so nobody can send anything: at compatibility_level {level} the relay list is empty, and the recipient list holds no relay guard either",
            "smtpd가 시작하지 않아 아무도 메일을 보낼 수 없습니다. compatibility_level {level} 수준에서는 릴레이 목록이 비어 있고, 수신자 목록에도 릴레이를 막는 항목이 없습니다"
        );
    }
    match walk.replies.first().and_then(|reply| reply.why.clone()) {
        Some(why) => text!(
            "smtpd does not start, so nobody can send anything: {why}",
            "smtpd가 시작하지 않아 아무도 메일을 보낼 수 없습니다. {why}",
            why = why
        ),
        None => Text::fixed(
            "smtpd does not start, so nobody can send anything",
            "smtpd가 시작하지 않아 아무도 메일을 보낼 수 없습니다",
        ),
    }
}

/// How many tables are named; an ellipsis stands for the rest.
const NAMED: usize = 8;

/// What was taken for granted, by kind.
fn taken(walk: &Walk) -> Vec<Text> {
    let (mut without, mut with) = (BTreeSet::new(), BTreeSet::new());
    let (mut named_in_dns, mut absent_in_dns) = (false, false);
    let (mut policy, mut filters) = (BTreeSet::new(), BTreeSet::new());
    for (question, answer) in &walk.assumed {
        match question.split_once(':') {
            Some(("dns", _)) if answer == "nxdomain" => absent_in_dns = true,
            Some(("dns", _)) => named_in_dns = true,
            Some(("policy", server)) => drop(policy.insert(server)),
            Some(("milter" | "filter", filter)) => drop(filters.insert(filter)),
            Some((kind, rest)) => match (table(question, kind, rest), answer.as_str()) {
                (table, "none" | "accept") => drop(without.insert(table)),
                (table, _) => drop(with.insert(table)),
            },
            None => {}
        }
    }
    let mut texts = Vec::new();
    if !with.is_empty() {
        let tables = named(&with);
        texts.push(text!(
            "that the user or the domain is in {tables}",
            "{tables} 테이블에 그 사용자나 도메인이 있다는 것"
        ));
    }
    without.retain(|table| !with.contains(table));
    if !without.is_empty() {
        let tables = named(&without);
        texts.push(text!(
            "that nothing of this session is in {tables}",
            "{tables} 테이블에 이 세션에 맞는 항목이 없다는 것"
        ));
    }
    if named_in_dns {
        texts.push(Text::fixed("that DNS knows the names of the session", "세션의 이름들이 DNS에 있다는 것"));
    }
    if absent_in_dns {
        texts.push(Text::fixed("that the session is on no DNS list", "세션이 DNS 목록에 없다는 것"));
    }
    if !policy.is_empty() {
        let servers = named(&policy);
        texts.push(text!("that no objection comes from {servers}", "{servers} 정책 서버가 반대하지 않는다는 것"));
    }
    if !filters.is_empty() {
        let filters = named(&filters);
        texts.push(text!("that no objection comes from {filters}", "{filters} 필터가 거절하지 않는다는 것"));
    }
    texts
}

/// The table of a question `type:name:key`. The key may hold colons, and the name
/// does where it is text in braces or the address of a server.
fn table<'q>(question: &'q str, kind: &str, rest: &'q str) -> &'q str {
    let name = if rest.starts_with('{') {
        let mut depth = 0_usize;
        let end = rest.char_indices().find(|(_, character)| {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        end.map_or(rest.len(), |(at, _)| at + 1)
    } else {
        // socketmap_table(5), tcp_table(5)
        let colons = match kind {
            "socketmap" if rest.starts_with("inet:") => 3,
            "socketmap" => 2,
            "tcp" => 1,
            _ => 0,
        };
        rest.match_indices(':').nth(colons).map_or(rest.len(), |(at, _)| at)
    };
    // `users:NAME` has no name of its own.
    let end = if kind == "users" { kind.len() } else { kind.len() + 1 + name };
    question.get(..end).unwrap_or(question)
}

fn named(names: &BTreeSet<&str>) -> String {
    let mut shown: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    if names.len() > NAMED {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

/// What the end of a walk stands on; nothing where smtpd does not start.
pub(super) fn stands_on(cx: &Cx<'_>, walk: &Walk, lists: &[RestrictionList]) -> Vec<Text> {
    if walk.end == WalkEnd::DoesNotStart {
        return Vec::new();
    }
    let mut assumed: Vec<Text> = Vec::new();
    if !matches!(walk.end, WalkEnd::Depends(_)) {
        assumed.extend(taken(walk));
    }
    if cx.model.networks(cx.scope, "mynetworks").is_none() && !walk.key.starts_with("network") {
        assumed.push(Text::fixed(
            "that the client is outside the networks that the host computes for `mynetworks`",
            "클라이언트가 서버가 계산한 `mynetworks` 네트워크 밖에 있다는 것",
        ));
    }
    if walk.session.tls && walk.session.login.is_none() {
        assumed.push(Text::fixed(
            "that the client starts TLS, as the service demands",
            "서비스가 요구하는 대로 클라이언트가 TLS를 시작한다는 것",
        ));
    }
    assumed.extend(assumptions::level(cx, walk, lists));
    assumed
}

fn joined(texts: &[Text]) -> Text {
    let join = |texts: Vec<&str>| texts.join("; ");
    Text {
        en: join(texts.iter().map(|text| text.en.as_ref()).collect()).into(),
        ko: join(texts.iter().map(|text| text.ko.as_ref()).collect()).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn the_table_of_a_question_ends_where_its_key_begins() {
        for (name, key) in [
            ("pgsql:/etc/postfix/x.cf", "a@b.example"),
            ("pcre:/etc/postfix/headers", "Received: from a (b [203.0.113.9]); 00:00:00"),
            ("inline:{a=b, {c = d:e}}", "2001:db8::1"),
            ("tcp:127.0.0.1:1234", "a:b"),
            ("socketmap:inet:127.0.0.1:1234:name", "a:b"),
            ("socketmap:unix:/run/x:name", "a:b"),
            ("users", "root"),
        ] {
            let question = format!("{name}:{key}");
            let (kind, rest) = question.split_once(':').unwrap();
            assert_eq!(table(&question, kind, rest), name);
        }
    }
}
