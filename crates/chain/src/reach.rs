//! Which entries of a list no session gets to, and which change nothing.
//!
//! Only what the list itself and the service's parameters make certain is
//! claimed; what one test makes of another by its meaning is not looked at.

use crate::Reach;
use crate::cx::Cx;
use crate::entries::{Facts, Place, argument, ends, facts, lacks_argument};
use postproof_catalog::{Argument, Restriction, Verdict};
use postproof_diag::{Span, Text, text};
use postproof_model::{Entry, EntryKind, RestrictionList, TableContent, table_ref};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The entry at which every session ends that gets to it.
pub(crate) struct Ender {
    pub(crate) span: Option<Span>,
    pub(crate) name: String,
    /// What it does to everybody: «permits everybody».
    pub(crate) how: Text,
}

/// Goes through a list in the order asked.
pub(crate) struct Reacher<'m> {
    cx: Cx<'m>,
    param: &'static str,
    ender: Option<Ender>,
    /// What was asked for certain: name and argument, and whether asking again
    /// does something again.
    asked: BTreeMap<(&'static str, String), bool>,
    /// Parts of views that depend on name and argument alone.
    facts: BTreeMap<(&'static str, String), Rc<Facts>>,
}

impl<'m> Reacher<'m> {
    pub(crate) fn new(cx: Cx<'m>, list: &RestrictionList) -> Self {
        Self { cx, param: list.param, ender: None, asked: BTreeMap::new(), facts: BTreeMap::new() }
    }

    /// Whether no session gets past the entries so far.
    pub(crate) fn is_closed(&self) -> bool {
        self.ender.is_some()
    }

    /// Whether the next entry can be reached and can matter.
    pub(crate) fn reach(&self, entry: &Entry, place: Place) -> Reach {
        if let Some(ender) = &self.ender {
            let (by, how) = (Text::verbatim(&ender.name), ender.how.clone());
            return Reach::Never {
                by: ender.span,
                why: text!("`{by}` before it {how}", "앞의 `{by}` 항목에서 끝납니다({how})", by = by, how = how),
            };
        }
        match self.no_effect(entry, place) {
            Some(why) => Reach::NoEffect { why },
            None => Reach::Live,
        }
    }

    /// What an entry with this restriction and argument does, answers and
    /// needs; made once for each.
    pub(crate) fn facts(&mut self, restriction: &'static Restriction, argument: &str) -> Rc<Facts> {
        let key = (restriction.name, argument.to_owned());
        let cx = self.cx;
        self.facts.entry(key).or_insert_with(|| Rc::new(facts(&cx, restriction, argument))).clone()
    }

    /// Remembers that the entry was asked.
    pub(crate) fn pass(&mut self, entry: &Entry, place: Place) {
        if self.ender.is_some() {
            return;
        }
        // A last `permit` ends the list where it ends anyway.
        if !(place.ends_list && entry.is("permit")) {
            self.ender = ends(&self.cx, entry, place.warned);
        }
        if let (Some(restriction), false) = (entry.restriction(), place.warned) {
            let acts = || acts_each_time(&self.cx, restriction, entry);
            self.asked.entry((restriction.name, argument(entry).to_owned())).or_insert_with(acts);
        }
    }

    fn no_effect(&self, entry: &Entry, place: Place) -> Option<Text> {
        if let EntryKind::Class(inner) = &entry.kind {
            return inner.is_empty().then(|| Text::fixed("the class is empty", "클래스가 비어 있습니다"));
        }
        let restriction = entry.restriction()?;
        if lacks_argument(entry) {
            return (restriction.argument == Argument::DnsList)
                .then(|| Text::fixed("it names no DNS list", "DNS 목록의 이름이 없습니다"));
        }
        if restriction.name == "permit" && place.ends_list {
            return Some(Text::fixed("the end of the list permits anyway", "목록의 끝까지 가도 어차피 허용입니다"));
        }
        if self.cx.is_removed(restriction) {
            return None;
        }
        self.lacks_facts(restriction)
            .or_else(|| switched_off(&self.cx, restriction))
            .or_else(|| self.repeats(restriction, entry))
    }

    /// Whether what the restriction looks at is never known when the list is
    /// asked.
    fn lacks_facts(&self, restriction: &Restriction) -> Option<Text> {
        if knows_subject(&self.cx, restriction, self.param) {
            return None;
        }
        let (param, subject) = (Text::verbatim(self.param), subject_name(restriction));
        let waits =
            matches!(self.param, "smtpd_client_restrictions" | "smtpd_helo_restrictions" | "smtpd_sender_restrictions");
        Some(if waits && !self.cx.delays_refusals() {
            text!(
                "with `smtpd_delay_reject = no`, {subject} is not known yet when `{param}` is asked",
                "`smtpd_delay_reject = no` 설정에서는 `{param}` 목록을 검사할 때 {subject} 정보를 아직 모릅니다",
                subject = subject,
                param = param
            )
        } else {
            text!(
                "{subject} is never known when `{param}` is asked",
                "`{param}` 목록을 검사할 때는 {subject} 정보가 없습니다",
                subject = subject,
                param = param
            )
        })
    }

    /// Whether the same entry was asked before in the same list and answers
    /// nothing new.
    fn repeats(&self, restriction: &Restriction, entry: &Entry) -> Option<Text> {
        let same = self.asked.get(&(restriction.name, argument(entry).to_owned())) == Some(&false);
        same.then(|| {
            Text::fixed(
                "the same entry stands before it in this list and went on",
                "이 목록의 앞에 같은 항목이 있고 거기서 그냥 지나왔습니다",
            )
        })
    }
}

/// Whether asking a second time does something: a policy server counts, a
/// table may add headers or recipients, sleeping takes time.
fn acts_each_time(cx: &Cx<'_>, restriction: &Restriction, entry: &Entry) -> bool {
    if restriction.name == "sleep" || restriction.argument == Argument::PolicyServer {
        return true;
    }
    if !restriction.outcomes.iter().any(|outcome| outcome.verdict == Verdict::Anything) {
        return false;
    }
    let table = entry.argument.as_ref().and_then(table_ref);
    match table.map(|table| cx.model.table_content(&table)) {
        Some(TableContent::Text(table, _)) => table.entries().any(|entry| {
            let action = entry.value.as_str().split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
            matches!(action.as_str(), "PREPEND" | "BCC" | "WARN" | "INFO") || entry.value.as_str().contains("check_")
        }),
        Some(TableContent::Inline | TableContent::Unknown) | None => true,
    }
}

/// Whether the subject of `restriction` is known when `param` is asked
/// (restriction tables of the catalog, made from smtpd_check.c and smtpd.c).
pub(crate) fn knows_subject(cx: &Cx<'_>, restriction: &Restriction, param: &str) -> bool {
    if restriction.works_early_in.contains(&param) {
        return true;
    }
    match param {
        // With delayed refusals these wait for RCPT TO; the first two are
        // asked at ETRN too.
        "smtpd_client_restrictions" | "smtpd_helo_restrictions" => cx.delays_refusals(),
        "smtpd_sender_restrictions" => cx.delays_refusals() && restriction.subject != "etrn",
        _ => false,
    }
}

fn subject_name(restriction: &Restriction) -> Text {
    match restriction.subject {
        "helo" => Text::fixed("the HELO name", "HELO 이름"),
        "sender" => Text::fixed("the sender", "발신자"),
        "recipient" => Text::fixed("the recipient", "수신자"),
        "etrn" => Text::fixed("the domain of ETRN", "ETRN 도메인"),
        _ => Text::fixed("the client", "클라이언트"),
    }
}

/// Whether the service's parameters leave nothing for the restriction to find.
pub(crate) fn switched_off(cx: &Cx<'_>, restriction: &Restriction) -> Option<Text> {
    let no_login = || {
        (!cx.can_log_in()).then(|| {
            Text::fixed(
                "nobody can log in to this service: `smtpd_sasl_auth_enable` is not `yes`",
                "`smtpd_sasl_auth_enable` 값이 `yes`가 아니므로 이 서비스에는 아무도 로그인할 수 없습니다",
            )
        })
    };
    // These look at the parameter itself (smtpd_check.c, generic_checks:
    // «ignored: no SASL support»).
    let no_sasl = || {
        (!cx.yes("smtpd_sasl_auth_enable")).then(|| {
            Text::fixed(
                "it is ignored with a warning, as `smtpd_sasl_auth_enable` is not `yes`",
                "`smtpd_sasl_auth_enable` 값이 `yes`가 아니므로 경고만 남기고 무시합니다",
            )
        })
    };
    let no_certificate = || {
        (!cx.asks_for_certificates()).then(|| {
            Text::fixed(
                "no client is asked for a certificate: `smtpd_tls_ask_ccert = no`",
                "`smtpd_tls_ask_ccert = no` 설정이므로 클라이언트에 인증서를 요구하지 않습니다",
            )
        })
    };
    let empty = |param: &'static str| {
        let name = Text::verbatim(param);
        cx.is_empty(param).then(|| text!("`{name}` is empty", "`{name}` 값이 비어 있습니다", name = name))
    };
    match restriction.name {
        "permit_sasl_authenticated" => no_login(),
        "check_sasl_access" => no_sasl(),
        "permit_tls_clientcerts" => no_certificate().or_else(|| empty("relay_clientcerts")),
        "permit_tls_all_clientcerts" | "check_ccert_access" => no_certificate(),
        "permit_mynetworks" => empty("mynetworks"),
        "reject_authenticated_sender_login_mismatch" | "reject_sender_login_mismatch" => no_sasl(),
        "reject_known_sender_login_mismatch" | "reject_unauthenticated_sender_login_mismatch" => {
            no_sasl().or_else(|| empty("smtpd_sender_login_maps"))
        }
        _ => None,
    }
}
