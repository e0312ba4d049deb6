//! A pipe to dovecot-lda that gets several recipients at once.

use crate::support::cross::anchor;
use crate::support::mail_paths::{Way, deliveries, main_place, runs_lda};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};
use postproof_model::{Presence, Scope};

pub(crate) static RULE: Rule = Rule {
    name: "x-lda-recipient-limit",
    group: Group::X,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &[
        "pipe(8) COMMAND ATTRIBUTE SYNTAX",
        "postconf(5) transport_destination_recipient_limit",
        "dovecot-lda(1)",
    ],
    docs: docs!("lda_recipient_limit"),
    check,
};

/// What pipe(8) expands into one word for each recipient.
const PER_RECIPIENT: &[&str] = &["recipient", "original_recipient", "user", "mailbox", "extension", "domain"];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    if cx.model.given.main_cf != Presence::Whole {
        return;
    }
    for delivery in deliveries(cx) {
        let Way::Pipe(words) = &delivery.way else { continue };
        // local(8) hands over one recipient at a time.
        if delivery.param == "mailbox_transport" || !runs_lda(words) || !words.iter().any(|word| is_per_recipient(word))
        {
            continue;
        }
        let param = format!("{}_destination_recipient_limit", delivery.transport);
        let own = cx.model.main.get(&param).map(|written| written.value.as_str().trim().to_owned());
        let limit = own.clone().unwrap_or_else(|| cx.model.text(Scope::Main, "default_destination_recipient_limit"));
        if limit == "1" || limit.contains('$') {
            continue;
        }
        let place = main_place(cx, &param).unwrap_or(delivery.place);
        let found = out.report(&RULE, place, message(&delivery.transport, &param, &limit), WHY);
        let service = cx.model.services.iter().find(|service| service.name == delivery.transport);
        found.related.extend(service.and_then(|service| service.name_span).map(|span| Label::noted(span, PIPE)));
        found.related.extend(cx.dovecot().and_then(anchor).map(|span| Label::noted(span, DOVECOT)));
        found.help = Some(help(&param));
    }
}

fn is_per_recipient(word: &str) -> bool {
    PER_RECIPIENT.iter().any(|name| word.contains(&format!("${{{name}}}")) || word.contains(&format!("${name}")))
}

fn message(transport: &str, param: &str, limit: &str) -> Text {
    text!(
        "`{transport}` may hand {limit} recipients at once to dovecot-lda, which takes one: `{param}` is not 1",
        "`{transport}` 서비스는 dovecot-lda 명령에 수신자를 한 번에 {limit}명까지 넘기지만 그 명령은 한 명만 받습니다. `{param}` 값이 1이 아닙니다"
    )
}

fn help(param: &str) -> Text {
    text!("Set `{param} = 1` in main.cf.", "main.cf에 `{param} = 1` 설정을 넣으십시오.")
}

const PIPE: Text = Text::fixed("runs dovecot-lda", "dovecot-lda 명령을 실행합니다");
const DOVECOT: Text = Text::fixed("Dovecot's configuration", "Dovecot 설정");
const WHY: Text = Text::fixed(
    "With two recipients dovecot-lda gets arguments that it does not know and fails: mail to several users bounces.",
    "수신자가 둘이면 dovecot-lda 명령이 알 수 없는 인자를 받아 실패하고 여러 사용자에게 가는 메일이 반송됩니다.",
);
