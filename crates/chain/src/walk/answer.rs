//! What one entry answers the stranger.

use super::StepState;
use super::session::Stranger;
use crate::cx::Cx;
use crate::entries::{argument, lacks_argument};
use crate::reach::{knows_subject, switched_off};
use crate::texts::doc_of;
use postproof_catalog::{Argument, Restriction, Verdict};
use postproof_diag::{Text, text};
use postproof_model::{Entry, EntryKind, Membership, Presence};

/// What an entry can answer, as far as it is known.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// What it does; [`StepState::Unknown`] goes on in the walk.
    pub(super) state: StepState,
    /// Why.
    pub(super) why: Text,
    /// With what it refuses, for [`StepState::Refuses`].
    pub(super) reply: Option<(u16, String)>,
    /// Whether an unknown answer may be a permit.
    pub(super) may_permit: bool,
    /// A refusal that waits for the end of the command (defer_if_permit).
    pub(super) deferral: Option<(u16, String)>,
    /// Whether `warn_if_reject` leaves it as it is: errors, and what is no refusal.
    pub(super) is_error: bool,
}

impl Given {
    fn new(state: StepState, why: Text) -> Self {
        Self { state, why, reply: None, may_permit: false, deferral: None, is_error: false }
    }

    pub(super) fn goes_on(why: Text) -> Self {
        Self::new(StepState::GoesOn, why)
    }

    pub(super) fn permits(why: Text) -> Self {
        Self { may_permit: true, ..Self::new(StepState::Permits, why) }
    }

    pub(super) fn refuses(reply: (u16, String), why: Text) -> Self {
        Self { reply: Some(reply), ..Self::new(StepState::Refuses, why) }
    }

    /// It could only refuse.
    pub(super) fn may_refuse(why: Text) -> Self {
        Self::new(StepState::Unknown, why)
    }

    /// It could permit, but not refuse for good.
    pub(super) fn may_permit(why: Text) -> Self {
        Self { may_permit: true, ..Self::new(StepState::Unknown, why) }
    }

    pub(super) fn anything(why: Text) -> Self {
        Self { may_permit: true, ..Self::new(StepState::Unknown, why) }
    }

    /// An error of the configuration (smtpd_check.c, reject_server_error).
    pub(super) fn error(cx: &Cx<'_>, why: Text) -> Self {
        let (code, dsn) = cx.reply(451, "4.3.5");
        Self { is_error: true, ..Self::refuses((code, dsn.to_owned()), why) }
    }

    /// The same under `warn_if_reject`.
    fn softened(self) -> Self {
        let would_refuse = (self.state == StepState::Refuses || self.deferral.is_some()) && !self.is_error;
        if would_refuse {
            let why = self.why;
            return Self::goes_on(text!(
                "would refuse ({why}), but `warn_if_reject` only logs it",
                "거절할 일이지만({why}) `warn_if_reject` 때문에 로그에만 남깁니다",
                why = why
            ));
        }
        // A refusal that is not known for certain is only logged as well.
        if self.state == StepState::Unknown && !self.may_permit && !self.is_error {
            return Self::goes_on(Text::fixed(
                "could only refuse, and `warn_if_reject` only logs that",
                "거절할 수 있을 뿐이며 `warn_if_reject` 때문에 로그에만 남깁니다",
            ));
        }
        self
    }
}

/// Answers one entry that is no class.
pub(super) fn answer(cx: &Cx<'_>, stranger: &Stranger, param: &'static str, entry: &Entry, warned: bool) -> Given {
    let given = match &entry.kind {
        EntryKind::Builtin(restriction) | EntryKind::BareTable(Some(restriction)) => {
            restriction_answer(cx, stranger, param, restriction, entry)
        }
        EntryKind::BareTable(None) => Given::error(
            cx,
            Text::fixed("a bare table is not allowed in this list", "이 목록에는 표만 적을 수 없습니다"),
        ),
        EntryKind::Unknown => {
            Given::error(cx, Text::fixed("Postfix does not know the word", "Postfix가 모르는 낱말입니다"))
        }
        EntryKind::Recursive => {
            Given::error(cx, Text::fixed("the class holds itself", "클래스가 자기 자신을 담고 있습니다"))
        }
        EntryKind::Class(_) => Given::goes_on(Text::fixed("its entries went on", "클래스의 항목을 모두 지나왔습니다")),
        EntryKind::UndefinedClass => {
            let word = entry.word.as_str();
            let why = text!("the class `{word}` was not given", "`{word}` 클래스의 정의를 받지 못했습니다");
            match cx.model.given.main_cf {
                Presence::Whole => Given::error(cx, why),
                Presence::Excerpt | Presence::Missing => Given::anything(why),
            }
        }
    };
    if warned { given.softened() } else { given }
}

/// Answers a restriction as the result of a table has it: without argument.
pub(super) fn bare_answer(
    cx: &Cx<'_>,
    stranger: &Stranger,
    param: &'static str,
    restriction: &'static Restriction,
) -> Given {
    let entry = Entry {
        kind: EntryKind::Builtin(restriction),
        word: restriction.name.to_owned(),
        argument: None,
        span: None,
        warn_if_reject: None,
    };
    restriction_answer(cx, stranger, param, restriction, &entry)
}

fn restriction_answer(
    cx: &Cx<'_>,
    stranger: &Stranger,
    param: &'static str,
    restriction: &'static Restriction,
    entry: &Entry,
) -> Given {
    if lacks_argument(entry) {
        return match restriction.argument {
            Argument::DnsList => Given::goes_on(Text::fixed("it names no list", "목록의 이름이 없습니다")),
            Argument::None | Argument::Table | Argument::PolicyServer | Argument::Seconds | Argument::Restriction => {
                Given::error(cx, Text::fixed("its argument is missing", "인수가 빠져 있습니다"))
            }
        };
    }
    if cx.is_removed(restriction) {
        return Given::error(cx, Text::fixed("this release removed it", "이 버전에서 없어진 항목입니다"));
    }
    if !knows_subject(cx, restriction, param) {
        return Given::goes_on(Text::fixed(
            "what it looks at is not known here",
            "이 단계에서는 검사할 정보를 모릅니다",
        ));
    }
    if let Some(why) = switched_off(cx, restriction) {
        return Given::goes_on(why);
    }
    if restriction.argument == Argument::Table {
        return super::lookup::table_answer(cx, stranger, param, restriction, entry);
    }
    known_answer(cx, stranger, param, restriction, entry)
}

/// The first refusal of the restriction, with its configured code.
fn refusal(cx: &Cx<'_>, restriction: &Restriction, why: Text) -> Given {
    let doc = doc_of(restriction.name).map(|doc| doc.whens).unwrap_or_default();
    for (when, outcome) in doc.iter().zip(restriction.outcomes) {
        if outcome.verdict == Verdict::Reject
            && let (_, Some(code), dsn) = cx.outcome(when, outcome)
        {
            return Given::refuses((code, dsn.unwrap_or("5.7.1").to_owned()), why);
        }
    }
    Given::may_refuse(why)
}

/// What the session itself leaves no doubt about: such a restriction goes on.
fn plain_reason(name: &str) -> Option<Text> {
    Some(match name {
        "permit_sasl_authenticated" | "reject_authenticated_sender_login_mismatch" => {
            Text::fixed("not logged in", "로그인하지 않았습니다")
        }
        "permit_inet_interfaces" => Text::fixed("not one of this machine's addresses", "이 서버의 주소가 아닙니다"),
        "permit_tls_clientcerts" | "permit_tls_all_clientcerts" => {
            Text::fixed("shows no certificate", "인증서를 내지 않았습니다")
        }
        "reject_non_fqdn_helo_hostname" => Text::fixed("the HELO name has a dot", "HELO 이름에 점이 있습니다"),
        "reject_non_fqdn_recipient" | "reject_non_fqdn_sender" => {
            Text::fixed("the domain is whole", "도메인이 온전합니다")
        }
        "reject_invalid_helo_hostname" => Text::fixed("the HELO name is well formed", "HELO 이름의 형식이 올바릅니다"),
        "permit_naked_ip_address" => Text::fixed("the HELO name is no bare address", "HELO 이름이 주소가 아닙니다"),
        "reject_unauth_pipelining" => Text::fixed("waits for each answer", "응답을 기다려 가며 보냅니다"),
        "reject_multi_recipient_bounce" => Text::fixed("the sender is not empty", "발신자가 비어 있지 않습니다"),
        "sleep" | "defer_if_reject" | "warn_if_reject" => {
            Text::fixed("decides nothing by itself", "스스로는 아무것도 정하지 않습니다")
        }
        _ => return None,
    })
}

/// Each test as smtpd_check.c makes it.
fn known_answer(
    cx: &Cx<'_>,
    stranger: &Stranger,
    param: &'static str,
    restriction: &'static Restriction,
    entry: &Entry,
) -> Given {
    if let Some(why) = plain_reason(restriction.name) {
        return Given::goes_on(why);
    }
    let argument = argument(entry);
    match restriction.name {
        "permit" => Given::permits(Text::fixed("permits everybody", "모두 허용합니다")),
        "reject" | "defer" => refusal(
            cx,
            restriction,
            Text::fixed("refuses everybody who gets here", "여기까지 온 세션을 모두 거절합니다"),
        ),
        "defer_if_permit" => {
            let (code, dsn) = cx.reply(450, "4.7.0");
            Given {
                deferral: Some((code, dsn.to_owned())),
                ..Given::goes_on(Text::fixed(
                    "refuses at the end, if nothing else does",
                    "끝까지 거절이 없으면 그때 거절합니다",
                ))
            }
        }
        "permit_mynetworks" => mynetworks(stranger),
        "reject_plaintext_session" => plaintext(cx, restriction),
        "permit_auth_destination"
        | "reject_unauth_destination"
        | "defer_unauth_destination"
        | "check_relay_domains" => destination(cx, stranger, restriction),
        "permit_mx_backup" if stranger.is_listed() => Given::permits(listed_text(stranger)),
        "permit_mx_backup" => {
            let domain = stranger.recipient_domain();
            Given::may_permit(text!(
                "whether the DNS names this server as a backup MX of `{domain}`",
                "DNS가 이 서버를 `{domain}` 도메인의 예비 MX로 적어 두었는지"
            ))
        }
        "permit_dnswl_client" | "permit_rhswl_client" => allow_list(cx, stranger, param, argument),
        "check_policy_service" => {
            Given::anything(text!("the answer of the policy server `{argument}`", "정책 서버 `{argument}` 쪽의 답"))
        }
        "reject_unauthenticated_sender_login_mismatch"
        | "reject_known_sender_login_mismatch"
        | "reject_sender_login_mismatch" => owners(cx, stranger),
        "reject_unlisted_recipient" => unlisted(cx, stranger),
        "reject_unlisted_sender" => {
            Given::goes_on(Text::fixed("the domain is none of this server's", "이 서버의 도메인이 아닙니다"))
        }
        // The rest ask DNS or a probe, and can only refuse.
        name => {
            let name = Text::verbatim(name);
            let what = crate::texts::needs_text(cx, restriction, argument).into_iter().next().unwrap_or(name);
            Given::may_refuse(what)
        }
    }
}

/// The recipient of a domain that counts as the server's own (smtpd_check.c,
/// check_rcpt_maps).
fn unlisted(cx: &Cx<'_>, stranger: &Stranger) -> Given {
    let Some(list) = stranger.listed_in else {
        return Given::goes_on(Text::fixed("the domain is none of this server's", "이 서버의 도메인이 아닙니다"));
    };
    if list == "relay_domains" && cx.is_empty("relay_recipient_maps") {
        return Given::goes_on(Text::fixed(
            "`relay_recipient_maps` is empty, so every recipient is taken",
            "`relay_recipient_maps` 값이 비어 있어 모든 수신자를 받습니다",
        ));
    }
    Given::may_refuse(text!(
        "whether the recipient exists, as every domain is in `{list}`",
        "모든 도메인이 `{list}` 목록에 있으므로, 그 수신자가 있는지"
    ))
}

fn mynetworks(stranger: &Stranger) -> Given {
    let client = stranger.client;
    match stranger.in_mynetworks {
        Membership::Yes => {
            Given::permits(text!("`{client}` is in `mynetworks`", "`{client}` 주소가 `mynetworks` 목록에 있습니다"))
        }
        Membership::No => {
            Given::goes_on(text!("`{client}` is not in `mynetworks`", "`{client}` 주소가 `mynetworks` 목록에 없습니다"))
        }
        Membership::Fails => Given {
            is_error: true,
            ..Given::refuses(
                (451, "4.3.0".to_owned()),
                Text::fixed(
                    "a pattern of `mynetworks` is no network, so the look-up fails for every client that it does not match before",
                    "`mynetworks` 목록에 네트워크가 아닌 값이 있어, 그 앞에서 일치하지 않은 클라이언트는 모두 조회가 실패합니다",
                ),
            )
        },
        Membership::Unknown => Given::may_permit(text!(
            "whether a table in `mynetworks` holds `{client}`",
            "`mynetworks` 목록의 표에 `{client}` 주소가 있는지"
        )),
    }
}

/// The stranger uses TLS where it is offered, as any client can.
fn plaintext(cx: &Cx<'_>, restriction: &Restriction) -> Given {
    let level = cx.text("smtpd_tls_security_level");
    let level = level.trim();
    let offered = (!level.is_empty() && level != "none")
        || cx.yes("smtpd_tls_wrappermode")
        || cx.yes("smtpd_use_tls")
        || cx.yes("smtpd_enforce_tls");
    match offered {
        true => Given::goes_on(Text::fixed("anybody can use TLS here", "여기서는 누구나 TLS를 쓸 수 있습니다")),
        false => refusal(cx, restriction, Text::fixed("TLS is not offered", "TLS를 쓸 수 없습니다")),
    }
}

fn listed_text(stranger: &Stranger) -> Text {
    let domain = stranger.recipient_domain();
    text!(
        "`{domain}` counts as one of this server's domains, as every domain does",
        "모든 도메인이 그렇듯 `{domain}` 도메인도 이 서버의 도메인으로 칩니다"
    )
}

fn destination(cx: &Cx<'_>, stranger: &Stranger, restriction: &'static Restriction) -> Given {
    let domain = stranger.recipient_domain();
    let foreign =
        text!("`{domain}` is none of this server's domains", "`{domain}` 도메인은 이 서버의 도메인이 아닙니다");
    match (restriction.name, stranger.is_listed()) {
        ("permit_auth_destination" | "check_relay_domains", true) => Given::permits(listed_text(stranger)),
        (_, true) => Given::goes_on(listed_text(stranger)),
        ("permit_auth_destination", false) => Given::goes_on(foreign),
        ("check_relay_domains", false) => {
            let code = cx.text("relay_domains_reject_code").trim().parse().unwrap_or(554);
            let (code, dsn) = cx.reply(code, "5.7.1");
            Given::refuses((code, dsn.to_owned()), foreign)
        }
        (_, false) => refusal(cx, restriction, foreign),
    }
}

/// At RCPT TO these permit only mail for the server's own domains
/// (smtpd_check.c, permit_dnswl_addr).
fn allow_list(cx: &Cx<'_>, stranger: &Stranger, param: &'static str, argument: &str) -> Given {
    let waits = matches!(param, "smtpd_client_restrictions" | "smtpd_helo_restrictions" | "smtpd_sender_restrictions");
    let at_rcpt =
        matches!(param, "smtpd_relay_restrictions" | "smtpd_recipient_restrictions") || (waits && cx.delays_refusals());
    if at_rcpt && !stranger.is_listed() {
        return Given::goes_on(Text::fixed("lets nobody relay", "릴레이는 허용하지 않습니다"));
    }
    Given::may_permit(text!("whether `{argument}` lists the client", "`{argument}` 목록에 클라이언트가 있는지"))
}

/// Whether the sender address has an owner.
fn owners(cx: &Cx<'_>, stranger: &Stranger) -> Given {
    let tables = cx.model.param_tables(cx.scope, "smtpd_sender_login_maps");
    let names: Vec<&str> = tables.iter().map(|table| table.text.as_str()).collect();
    let names = names.join(", ");
    let sender = stranger.sender.as_str();
    Given::may_refuse(text!(
        "whether `{names}` gives `{sender}` an owner",
        "`{names}` 표에 `{sender}` 주소의 소유자가 있는지"
    ))
}

/// The reply of a parameter's code.
pub(super) fn coded(cx: &Cx<'_>, param: &'static str, fixed: u16, dsn: &'static str) -> (u16, String) {
    let code = cx.text(param).trim().parse().unwrap_or(fixed);
    let (code, dsn) = cx.reply(code, dsn);
    (code, dsn.to_owned())
}
