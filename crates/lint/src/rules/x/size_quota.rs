//! Postfix accepts larger mail than Dovecot stores.

use crate::support::cross::lmtp_uses;
use crate::support::mail_paths::main_place;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};
use postproof_model::{Presence, Scope};

pub(crate) static RULE: Rule = Rule {
    name: "x-size-quota",
    group: Group::X,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &[
        "postconf(5) message_size_limit",
        "Dovecot 2.3 manual, quota_max_mail_size",
        "Dovecot 2.4 manual, quota_mail_size",
    ],
    docs: docs!("size_quota"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let name = if dovecot.is_new { "quota_mail_size" } else { "quota_max_mail_size" };
    let Some(setting) = dovecot.plugin(name) else { return };
    let (Some(largest), Some(place)) = (size(setting.value.as_str()), setting.value.span()) else { return };
    let own = main_place(cx, "message_size_limit");
    if largest == 0 || own.is_none() && cx.model.given.main_cf != Presence::Whole {
        return;
    }
    let Ok(limit) = cx.model.text(Scope::Main, "message_size_limit").trim().parse::<u64>() else { return };
    let is_larger = limit == 0 || limit > largest;
    let delivered = lmtp_uses(cx, dovecot).into_iter().next().map(|used| used.delivery.place);
    let Some(related) = own.or(delivered).filter(|_| is_larger) else { return };
    let found = out.report(&RULE, place, message(name, largest, limit), WHY);
    // Nothing given says that mail goes to Dovecot.
    if delivered.is_none() {
        found.severity = Severity::Info;
    }
    found.related.push(Label::noted(related, POSTFIX));
    found.help = Some(HELP);
}

/// A size of Dovecot in bytes.
// settings-parser.c, settings_get_size: units of 1024
fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|ch: char| ch.is_ascii_digit()).len();
    let number: u64 = text.get(..digits)?.parse().ok()?;
    let unit = text.get(digits..)?.trim().to_ascii_uppercase();
    let shift = match unit.chars().next() {
        None | Some('B') => 0,
        Some('K') => 10,
        Some('M') => 20,
        Some('G') => 30,
        Some('T') => 40,
        Some(_) => return None,
    };
    number.checked_mul(1 << shift)
}

fn message(name: &str, largest: u64, limit: u64) -> Text {
    match limit {
        0 => text!(
            "Dovecot stores mail up to {largest} bytes (`{name}`), but Postfix has no `message_size_limit`",
            "Dovecot은 {largest} 바이트까지의 메일만 저장하지만(`{name}`) Postfix의 `message_size_limit` 값에는 제한이 없습니다"
        ),
        _ => text!(
            "Dovecot stores mail up to {largest} bytes (`{name}`), but Postfix accepts {limit} (`message_size_limit`)",
            "Dovecot은 {largest} 바이트까지의 메일만 저장하지만(`{name}`) Postfix는 {limit} 바이트까지 받습니다(`message_size_limit`)"
        ),
    }
}

const POSTFIX: Text = Text::fixed("Postfix accepts larger mail", "Postfix는 더 큰 메일을 받습니다");
const WHY: Text = Text::fixed(
    "Mail between the two sizes is accepted and then bounces.",
    "두 크기 사이의 메일은 받은 뒤에 반송됩니다.",
);
const HELP: Text = Text::fixed(
    "Set `message_size_limit` no larger than Dovecot's limit.",
    "`message_size_limit` 값을 Dovecot의 한도보다 크지 않게 두십시오.",
);
