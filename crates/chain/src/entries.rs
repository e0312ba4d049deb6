//! The entries of one list as people read them.

use crate::cx::Cx;
use crate::reach::{Ender, Reacher};
use crate::texts::{self, doc_of};
use crate::{Answer, EntryView, Reach};
use postproof_catalog::{Argument, Need, Restriction, Verdict, restriction};
use postproof_diag::{Text, text};
use postproof_model::{Entry, EntryKind, NetworkKind, RestrictionList, Stage};

/// The entries of a list, and whether no session gets to its end.
pub(crate) fn views(cx: &Cx<'_>, list: &RestrictionList) -> (Vec<EntryView>, bool) {
    let mut reacher = Reacher::new(*cx, list);
    let last = list.entries.len().saturating_sub(1);
    let views = list
        .entries
        .iter()
        .enumerate()
        .map(|(at, entry)| view(cx, entry, &mut reacher, Place { warned: false, ends_list: at == last }))
        .collect();
    (views, reacher.is_closed())
}

/// What depends on restriction and argument alone.
pub(crate) struct Facts {
    text: Text,
    answers: Vec<Answer>,
    needs: Vec<Need>,
    needs_text: Vec<Text>,
}

pub(crate) fn facts(cx: &Cx<'_>, restriction: &'static Restriction, argument: &str) -> Facts {
    let removed = cx.is_removed(restriction);
    let needs = if removed { Vec::new() } else { texts::needs(cx, restriction, argument) };
    let needs_text = if removed { Vec::new() } else { texts::needs_text(cx, restriction, argument) };
    let mut answers = answers(cx, restriction);
    if !removed && restriction.argument != Argument::Table {
        table_errors(cx, restriction, needs.contains(&Need::Table), &mut answers);
    }
    Facts { text: restriction_text(cx, restriction, argument), answers, needs, needs_text }
}

/// A table that a parameter names may fail at the moment, and a bad network in
/// mynetworks fails always (smtpd_check.c, reject_dict_retry and
/// reject_server_error); where there is neither, nothing can fail.
fn table_errors(cx: &Cx<'_>, restriction: &Restriction, has_table: bool, answers: &mut Vec<Answer>) {
    let bad_network = || {
        let networks = cx.model.networks(cx.scope, "mynetworks").unwrap_or_default();
        networks.iter().any(|network| matches!(network.kind, NetworkKind::Invalid | NetworkKind::File))
    };
    let told = answers.iter().any(is_error);
    if has_table && !told {
        let (code, dsn) = cx.reply(451, "4.3.0");
        let when = Text::fixed("if a table does not answer for now", "표가 일시적으로 답하지 않으면");
        answers.push(Answer { verdict: Verdict::Reject, code: Some(code), dsn: Some(dsn), when });
    } else if told && !has_table && !(restriction.name == "permit_mynetworks" && bad_network()) {
        answers.retain(|answer| !is_error(answer));
    }
}

/// Where an entry stands.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// Whether a `warn_if_reject` before it or before a class around it covers it.
    pub(crate) warned: bool,
    /// Whether it is the last entry of the list itself.
    pub(crate) ends_list: bool,
}

fn view(cx: &Cx<'_>, entry: &Entry, reacher: &mut Reacher<'_>, place: Place) -> EntryView {
    let place = Place { warned: place.warned || entry.warn_if_reject.is_some(), ..place };
    let mut view = EntryView {
        name: name(entry),
        span: whole_span(entry),
        text: entry_text(entry),
        answers: Vec::new(),
        needs: Vec::new(),
        needs_text: Vec::new(),
        reach: Reach::Live,
        built_in: false,
        inner: Vec::new(),
    };
    let reach = reacher.reach(entry, place);
    match &entry.kind {
        EntryKind::Class(inner) => {
            view.inner = inner
                .iter()
                .map(|inner| self::view(cx, inner, reacher, Place { warned: place.warned, ends_list: false }))
                .collect();
        }
        EntryKind::Builtin(restriction) | EntryKind::BareTable(Some(restriction)) if !lacks_argument(entry) => {
            let facts = reacher.facts(restriction, argument(entry));
            view.text = facts.text.clone();
            view.answers = facts.answers.clone();
            view.needs = facts.needs.clone();
            view.needs_text = facts.needs_text.clone();
        }
        EntryKind::Builtin(restriction) if restriction.argument == Argument::DnsList => {
            view.answers = vec![Answer {
                verdict: Verdict::GoOn,
                code: None,
                dsn: None,
                when: Text::fixed("always, with a warning in the log", "항상. 로그에 경고를 남깁니다"),
            }];
        }
        EntryKind::Builtin(_) | EntryKind::BareTable(_) | EntryKind::Recursive | EntryKind::Unknown => {
            view.answers = vec![configuration_error(cx)]
        }
        EntryKind::UndefinedClass => {}
    }
    if place.warned {
        soften(&mut view);
    }
    view.reach = reach;
    reacher.pass(entry, place);
    view
}

/// What `warn_if_reject` leaves of an entry; errors of the configuration and
/// of tables still refuse (smtpd_check.c, reject_server_error).
fn soften(view: &mut EntryView) {
    for answer in &mut view.answers {
        let refuses = matches!(answer.verdict, Verdict::Reject | Verdict::DeferIfPermit);
        if refuses && !is_error(answer) {
            let when = answer.when.clone();
            answer.when = text!("{when}: logged only", "{when}: 로그에만 남깁니다", when = when);
            (answer.verdict, answer.code, answer.dsn) = (Verdict::GoOn, None, None);
        }
    }
    let base = view.text.clone();
    view.text = text!(
        "{base}; under `warn_if_reject` a refusal is only logged",
        "{base}. `warn_if_reject` 뒤에 있으므로 거절은 로그에만 남습니다",
        base = base
    );
}

/// Whether it is an error of the configuration or of a table.
fn is_error(answer: &Answer) -> bool {
    matches!(answer.dsn, Some("4.3.0" | "4.3.5"))
}

/// The words as written.
pub(crate) fn name(entry: &Entry) -> String {
    let warn = if entry.warn_if_reject.is_some() { "warn_if_reject " } else { "" };
    match (&entry.kind, &entry.argument) {
        (EntryKind::BareTable(_), _) | (_, None) => format!("{warn}{}", entry.word),
        (_, Some(argument)) => format!("{warn}{} {}", entry.word, argument.as_str()),
    }
}

/// The place of the entry with the `warn_if_reject` before it.
fn whole_span(entry: &Entry) -> Option<postproof_diag::Span> {
    match (entry.warn_if_reject.and_then(|warn| warn.span), entry.span) {
        (Some(warn), Some(span)) if warn.file == span.file && warn.start <= span.start => Some(warn.to(span)),
        (_, span) => span,
    }
}

/// The argument of an entry, empty if it has none.
pub(crate) fn argument(entry: &Entry) -> &str {
    entry.argument.as_ref().map_or("", |argument| argument.as_str())
}

/// Whether the entry needs an argument and has none that Postfix takes.
pub(crate) fn lacks_argument(entry: &Entry) -> bool {
    match entry.restriction().map(|restriction| restriction.argument) {
        None | Some(Argument::None | Argument::Restriction) => false,
        Some(Argument::Table | Argument::PolicyServer) => !argument(entry).contains(':'),
        Some(Argument::DnsList | Argument::Seconds) => argument(entry).is_empty(),
    }
}

// smtpd_check.c, generic_checks: reject_server_error, 451 4.3.5.
fn configuration_error(cx: &Cx<'_>) -> Answer {
    let (code, dsn) = cx.reply(451, "4.3.5");
    Answer { verdict: Verdict::Reject, code: Some(code), dsn: Some(dsn), when: Text::fixed("always", "항상") }
}

fn answers(cx: &Cx<'_>, restriction: &'static Restriction) -> Vec<Answer> {
    if restriction.removed.is_some() && !cx.is_removed(restriction) {
        return old_answers(cx, restriction);
    }
    let Some(doc) = doc_of(restriction.name) else { return Vec::new() };
    let both = doc.whens.iter().zip(restriction.outcomes);
    both.map(|(when, outcome)| {
        let (verdict, code, dsn) = cx.outcome(when, outcome);
        Answer { verdict, code, dsn, when: when.text() }
    })
    .collect()
}

/// What restrictions that release 3.9 removed answer before it.
fn old_answers(cx: &Cx<'_>, restriction: &Restriction) -> Vec<Answer> {
    let refusal = |param: &str, when: Text| {
        let code = cx.text(param).trim().parse().unwrap_or(554);
        let (code, dsn) = cx.reply(code, "5.7.1");
        Answer { verdict: Verdict::Reject, code: Some(code), dsn: Some(dsn), when }
    };
    let plain = |verdict, when| Answer { verdict, code: None, dsn: None, when };
    let otherwise = Text::fixed("otherwise", "그 밖의 경우");
    match restriction.name {
        "check_relay_domains" => vec![
            plain(
                Verdict::Permit,
                Text::fixed(
                    "if the recipient's domain is one of yours, or the client's name is in `relay_domains`",
                    "수신자 도메인이 이 서버의 도메인이거나 클라이언트 이름이 `relay_domains` 목록에 있으면",
                ),
            ),
            refusal("relay_domains_reject_code", otherwise),
        ],
        "permit_naked_ip_address" => vec![
            plain(Verdict::Permit, Text::fixed("if the HELO name is a bare address", "HELO 이름이 주소뿐이면")),
            plain(Verdict::GoOn, otherwise),
        ],
        _ => vec![
            refusal("maps_rbl_reject_code", Text::fixed("if the client is listed", "클라이언트가 목록에 있으면")),
            plain(Verdict::GoOn, otherwise),
        ],
    }
}

/// The text of an entry that is no restriction with its argument.
fn entry_text(entry: &Entry) -> Text {
    let word = entry.word.as_str();
    match &entry.kind {
        EntryKind::Builtin(restriction) | EntryKind::BareTable(Some(restriction)) => lacking_text(restriction),
        EntryKind::BareTable(None) => text!(
            "names the table `{word}` without a check, which this list does not allow: everybody is answered 451 4.3.5",
            "검사 이름 없이 `{word}` 표만 적었습니다. 이 목록에서는 쓸 수 없어 모두 451 4.3.5 응답을 받습니다"
        ),
        EntryKind::Class(_) => {
            text!("asks the entries of the class `{word}`", "`{word}` 클래스의 항목들을 차례로 검사합니다")
        }
        EntryKind::UndefinedClass => text!(
            "is a class of `smtpd_restriction_classes` that has no definition: smtpd does not start without it",
            "`smtpd_restriction_classes` 목록에 있으나 정의가 없는 클래스입니다. 정의가 없으면 smtpd가 시작하지 않습니다"
        ),
        EntryKind::Recursive => text!(
            "is a class that holds itself: smtpd gives up and answers 451 4.3.5",
            "자기 자신을 담은 클래스입니다. smtpd는 포기하고 451 4.3.5 응답을 보냅니다"
        ),
        EntryKind::Unknown => text!(
            "is no restriction that Postfix knows: everybody who gets here is answered 451 4.3.5",
            "Postfix가 모르는 항목입니다. 여기까지 온 세션은 모두 451 4.3.5 응답을 받습니다"
        ),
    }
}

fn lacking_text(restriction: &Restriction) -> Text {
    match restriction.argument {
        Argument::DnsList => Text::fixed(
            "lacks the name of a DNS list and is skipped with a warning",
            "DNS 목록의 이름이 빠져 있어 경고만 남기고 건너뜁니다",
        ),
        Argument::Seconds => Text::fixed(
            "lacks a number of seconds: everybody who gets here is answered 451 4.3.5",
            "초 단위 숫자가 빠져 있어 여기까지 온 세션은 모두 451 4.3.5 응답을 받습니다",
        ),
        Argument::Table | Argument::PolicyServer | Argument::None | Argument::Restriction => Text::fixed(
            "lacks its table or server: everybody who gets here is answered 451 4.3.5",
            "물어볼 표나 서버가 빠져 있어 여기까지 온 세션은 모두 451 4.3.5 응답을 받습니다",
        ),
    }
}

/// What a restriction does in this service.
fn restriction_text(cx: &Cx<'_>, restriction: &'static Restriction, argument: &str) -> Text {
    let Some(doc) = doc_of(restriction.name) else { return Text::verbatim(restriction.name) };
    let (zone, filter) = match (restriction.argument, argument.split_once('=')) {
        (Argument::DnsList, Some((zone, filter))) => (zone, Some(filter)),
        _ => (argument, None),
    };
    let base = doc.text(zone);
    if cx.is_removed(restriction) {
        let release = cx.model.target.postfix.value;
        return text!(
            "{base}: in {release} everybody who gets here is answered 451 4.3.5",
            "{base}. {release} 버전에서는 여기까지 온 세션이 모두 451 4.3.5 응답을 받습니다",
            base = base,
            release = Text::verbatim(release.to_string())
        );
    }
    if let Some(filter) = filter {
        let filter = Text::verbatim(filter);
        return text!(
            "{base}; only an answer that fits `{filter}` counts",
            "{base}. `{filter}` 형식에 맞는 답만 셉니다",
            base = base,
            filter = filter
        );
    }
    let without_owners = restriction.name.ends_with("sender_login_mismatch") && cx.is_empty("smtpd_sender_login_maps");
    if without_owners && cx.can_log_in() {
        // smtpd_check.c, reject_auth_sender_login_mismatch: an address without
        // an owner is refused too, except by the `known` form.
        return match restriction.name {
            "reject_authenticated_sender_login_mismatch" | "reject_sender_login_mismatch" => text!(
                "{base}; here `smtpd_sender_login_maps` is empty, so every logged-in client is refused",
                "{base}. 여기서는 `smtpd_sender_login_maps` 값이 비어 있어 로그인한 클라이언트를 모두 거절합니다",
                base = base
            ),
            _ => text!(
                "{base}; here `smtpd_sender_login_maps` is empty, so nobody is refused",
                "{base}. 여기서는 `smtpd_sender_login_maps` 값이 비어 있어 아무도 거절하지 않습니다",
                base = base
            ),
        };
    }
    base
}

/// The checks that smtpd adds after the lists of a stage (smtpd_check.c,
/// smtpd_check_mail and smtpd_check_rcpt).
pub(crate) fn built_in(cx: &Cx<'_>, stage: Stage) -> Option<EntryView> {
    let name = built_in_name(cx, stage)?;
    let restriction = restriction(name)?;
    let (switch, base) = match stage {
        Stage::Mail => ("smtpd_reject_unlisted_sender", doc_of(name)?.text("")),
        _ => ("smtpd_reject_unlisted_recipient", doc_of(name)?.text("")),
    };
    let switch = Text::verbatim(switch);
    Some(EntryView {
        name: name.to_owned(),
        span: None,
        text: text!(
            "{base}; smtpd asks this itself after the lists, whatever they permitted (`{switch} = yes`)",
            "{base}. `{switch} = yes` 설정이므로 목록이 무엇을 허용했든 smtpd가 목록 뒤에 스스로 검사합니다",
            base = base,
            switch = switch
        ),
        answers: answers(cx, restriction),
        needs: texts::needs(cx, restriction, ""),
        needs_text: texts::needs_text(cx, restriction, ""),
        reach: Reach::Live,
        built_in: true,
        inner: Vec::new(),
    })
}

/// The name of the built-in check after the lists of `stage`.
pub(crate) fn built_in_name(cx: &Cx<'_>, stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Mail if cx.yes("smtpd_reject_unlisted_sender") => Some("reject_unlisted_sender"),
        Stage::Rcpt if cx.yes("smtpd_reject_unlisted_recipient") => Some("reject_unlisted_recipient"),
        Stage::Connect | Stage::Helo | Stage::Mail | Stage::Rcpt | Stage::Data | Stage::EndOfData | Stage::Etrn => None,
    }
}

/// Whether every session that gets to the entry ends there, and how.
pub(crate) fn ends(cx: &Cx<'_>, entry: &Entry, warned: bool) -> Option<Ender> {
    let how = match &entry.kind {
        EntryKind::Builtin(restriction) if lacks_argument(entry) => (restriction.argument != Argument::DnsList)
            .then_some(Text::fixed("answers everybody 451 4.3.5", "모두 451 4.3.5 응답"))?,
        EntryKind::Builtin(restriction) => match restriction.name {
            // `warn_if_reject` softens refusals, not permits.
            "permit" => Text::fixed("permits everybody", "모두 허용"),
            "reject" | "defer" if !warned => Text::fixed("refuses everybody", "모두 거절"),
            _ if cx.is_removed(restriction) => Text::fixed("answers everybody 451 4.3.5", "모두 451 4.3.5 응답"),
            "check_relay_domains" if !warned => Text::fixed("permits or refuses everybody", "모두 허용 아니면 거절"),
            _ => return None,
        },
        EntryKind::BareTable(None) | EntryKind::Unknown | EntryKind::Recursive => {
            Text::fixed("answers everybody 451 4.3.5", "모두 451 4.3.5 응답")
        }
        EntryKind::BareTable(Some(_)) | EntryKind::Class(_) | EntryKind::UndefinedClass => return None,
    };
    Some(Ender { span: entry.span, name: entry.word.clone(), how })
}
