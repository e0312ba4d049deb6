//! Why an entry answered as it did: short clauses.

use super::program::{Item, Op};
use super::word::{Check, Subject};
use super::{Answer, Refusal};
use crate::Looked;
use postproof_diag::{Text, text};

pub(super) fn warn_if_reject() -> Text {
    Text::fixed("a refusal of the next entry is only logged", "다음 항목의 거부를 기록만 함")
}

pub(super) fn unfinished() -> Text {
    Text::fixed("not finished", "끝나지 않음")
}

pub(super) fn endless() -> Text {
    Text::fixed(
        "classes lead to more entries than are followed here; smtpd runs out of stack or time",
        "클래스가 너무 많은 항목으로 이어져 더 따라가지 않음; smtpd 프로그램도 스택이나 시간이 모자람",
    )
}

/// Why `item` gave `answer`; no answer: an error ended all.
pub(super) fn of(item: &Item, answer: Option<Answer>, looked: &[Looked], error: Option<&Refusal>, warns: bool) -> Text {
    let found = looked.iter().rev().find_map(|one| one.found.as_ref().map(|found| (one, found)));
    match answer {
        None => error.map_or(Text::fixed("closes the connection", "연결을 끊음"), |error| {
            let code = error.code;
            let reason = &error.text;
            text!("refused with {code}: {reason}", "{code} 응답으로 거부: {reason}")
        }),
        Some(Answer::Fails) => Text::fixed("a look-up failed", "조회에 실패함"),
        Some(Answer::Broken) => Text::fixed("a table or list is broken", "테이블이나 목록이 잘못됨"),
        Some(Answer::Ok | Answer::Reject) if found.is_some() && is_access(item) => found_clause(found),
        Some(Answer::Ok) => permits(item),
        Some(Answer::Reject) => rejects(item, error),
        Some(Answer::Dunno) if found.is_some() && is_access(item) => found_clause(found),
        Some(Answer::Dunno) if warns => {
            Text::fixed("no refusal, or one that is only logged", "거부하지 않거나 기록만 함")
        }
        Some(Answer::Dunno) => goes_on(item, looked),
    }
}

fn is_access(item: &Item) -> bool {
    matches!(
        item.op,
        Op::BareTable
            | Op::Check(Check::Access(_) | Check::Servers(..) | Check::Certificate | Check::Login | Check::Policy)
    )
}

fn found_clause(found: Option<(&Looked, &String)>) -> Text {
    let Some((looked, value)) = found else { return Text::fixed("found", "찾음") };
    let (key, place) = (&looked.key, &looked.place);
    if place.starts_with("policy:") {
        return text!("`{place}` answers `{value}`", "`{place}` 서버의 답은 `{value}`");
    }
    text!("`{place}` has `{value}` for `{key}`", "`{place}` 테이블의 `{key}` 키에 `{value}` 값이 있음")
}

fn permits(item: &Item) -> Text {
    let Op::Check(check) = &item.op else { return Text::fixed("permits", "허용함") };
    match check {
        Check::Permit => Text::fixed("permits always", "항상 허용함"),
        Check::MyNetworks => Text::fixed("the client is in `mynetworks`", "클라이언트가 `mynetworks` 목록에 있음"),
        Check::SaslAuthenticated => Text::fixed("the client is logged in", "클라이언트가 로그인함"),
        Check::AuthDestination => Text::fixed("mail for the recipient is taken", "이 수신자의 메일을 받음"),
        Check::MxBackup => {
            Text::fixed("this host is a mail exchanger for the domain", "이 호스트가 도메인의 MX 서버임")
        }
        Check::OwnInterfaces => Text::fixed("the client is this host", "클라이언트가 이 호스트임"),
        Check::Dnswl | Check::Rhswl => Text::fixed("the client is on the list", "클라이언트가 목록에 있음"),
        Check::AnyCertificate | Check::KnownCertificate => {
            Text::fixed("the client's certificate is known", "클라이언트 인증서를 확인함")
        }
        _ => Text::fixed("permits", "허용함"),
    }
}

fn rejects(item: &Item, error: Option<&Refusal>) -> Text {
    match (&item.op, error) {
        (Op::Check(Check::Reject | Check::Defer), _) => Text::fixed("refuses always", "항상 거부함"),
        (_, Some(error)) => {
            let (code, reason) = (error.code, &error.text);
            text!("refused with {code}: {reason}", "{code} 응답으로 거부: {reason}")
        }
        (_, None) => Text::fixed("refuses", "거부함"),
    }
}

fn goes_on(item: &Item, looked: &[Looked]) -> Text {
    let check = match &item.op {
        Op::Check(check) => check,
        Op::NoDomain => return Text::fixed("names no list and is passed by", "목록 이름이 없어 건너뜀"),
        Op::Word => return Text::fixed("no entry of it decides", "안의 어느 항목도 결정하지 않음"),
        Op::BareTable | Op::WarnIfReject | Op::Removed(_) | Op::BadArgument => return not_found(looked),
    };
    match check {
        Check::MyNetworks => Text::fixed("the client is not in `mynetworks`", "클라이언트가 `mynetworks` 목록에 없음"),
        Check::SaslAuthenticated => Text::fixed("the client is not logged in", "클라이언트가 로그인하지 않음"),
        Check::AuthDestination => Text::fixed("mail for the recipient is not taken", "이 수신자의 메일을 받지 않음"),
        Check::UnauthDestination | Check::DeferUnauthDestination => Text::fixed(
            "mail for the recipient is taken, or there is no recipient",
            "이 수신자의 메일을 받거나 수신자가 없음",
        ),
        Check::DeferIfPermit => Text::fixed("permission becomes a deferral", "허용이 연기로 바뀜"),
        Check::DeferIfReject => Text::fixed("a refusal becomes a deferral", "거부가 연기로 바뀜"),
        Check::Sleep => Text::fixed("waits and goes on", "기다린 뒤 계속함"),
        Check::Rbl | Check::MapsRbl | Check::Dnswl | Check::Rhsbl(_) | Check::Rhswl => {
            Text::fixed("not on the list", "목록에 없음")
        }
        Check::Access(subject) => absent(*subject, looked),
        Check::Servers(..) | Check::Certificate | Check::Login => not_found(looked),
        _ => Text::fixed("has nothing against it", "문제없음"),
    }
}

fn absent(subject: Subject, looked: &[Looked]) -> Text {
    if !looked.is_empty() {
        return not_found(looked);
    }
    match subject {
        Subject::Recipient => Text::fixed("there is no recipient to look up", "조회할 수신자가 없음"),
        Subject::Sender => Text::fixed("there is no sender to look up", "조회할 발신자가 없음"),
        Subject::Helo => Text::fixed("there is no HELO name to look up", "조회할 HELO 이름이 없음"),
        _ => not_found(looked),
    }
}

fn not_found(looked: &[Looked]) -> Text {
    if looked.is_empty() {
        return Text::fixed("nothing to look up", "조회할 것이 없음");
    }
    Text::fixed("not found", "찾지 못함")
}
