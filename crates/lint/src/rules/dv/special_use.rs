//! A role of a folder that is unknown, or given twice.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-special-use",
    group: Group::Dv,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["RFC 6154 section 2", "Dovecot manual, mailbox special_use", "mailbox-list settings check"],
    docs: docs!("special_use"),
    check,
};

// RFC 6154 section 2; RFC 8457; the first four letters decide nothing else.
const ROLES: &[&str] = &["\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Important", "\\Junk", "\\Sent", "\\Trash"];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    for namespace in dovecot.blocks("namespace") {
        let mut seen: Vec<(String, postproof_diag::Span)> = Vec::new();
        let mut told: Vec<String> = Vec::new();
        for mailbox in namespace.children("mailbox") {
            let Some(setting) = mailbox.get("special_use") else { continue };
            for (range, role) in crate::support::dovecot::words::split(setting.value.as_str()) {
                let Some(place) = setting.value.span_of(range) else { continue };
                let bare = role.trim_start_matches('\\');
                let known = ROLES.iter().find(|one| one.trim_start_matches('\\').eq_ignore_ascii_case(bare));
                if known.is_none_or(|_| !role.starts_with('\\')) && !role.contains(['$', '%', '{']) {
                    let found = out.report(&RULE, place, unknown(role), WHY_UNKNOWN);
                    found.help = known.map(|known| text!("Write `{known}`.", "`{known}` 형식으로 쓰십시오."));
                    continue;
                }
                match seen.iter().find(|(known, _)| known.eq_ignore_ascii_case(role)) {
                    // Two for Sent are common: old programs have another name for it.
                    Some(_) if bare.eq_ignore_ascii_case("sent") => {}
                    Some((_, first)) if !told.contains(&role.to_ascii_lowercase()) => {
                        told.push(role.to_ascii_lowercase());
                        let found = out.report(&RULE, place, twice(role), WHY_TWICE);
                        found.severity = Severity::Hint;
                        found.related.push(Label::noted(*first, FIRST));
                    }
                    Some(_) => {}
                    None => seen.push((role.to_owned(), place)),
                }
            }
        }
    }
}

fn unknown(role: &str) -> Text {
    text!("`{role}` is no role of a folder", "`{role}` 값은 폴더의 역할이 아닙니다")
}

fn twice(role: &str) -> Text {
    text!("two folders have the role `{role}`", "폴더 두 개의 역할이 같습니다: `{role}`")
}

const FIRST: Text = Text::fixed("the other folder", "다른 폴더");
const WHY_UNKNOWN: Text = Text::fixed(
    "Mail programs do not know which folder is meant and create one of their own.",
    "메일 프로그램이 어느 폴더인지 몰라 새 폴더를 만듭니다.",
);
const WHY_TWICE: Text = Text::fixed(
    "Each mail program takes one of the two, and mail lies in both.",
    "메일 프로그램마다 둘 가운데 하나를 골라 메일이 양쪽에 흩어집니다.",
);
