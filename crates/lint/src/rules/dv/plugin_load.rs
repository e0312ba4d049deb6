//! A plugin where it can not be loaded, or without the one that it needs.

use crate::support::dovecot::lists::{ListWord, has};
use crate::support::quota_policy::quota_status;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-plugin-load",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, mail_plugins", "imap-quota-plugin.c", "lib-mail module dependencies"],
    docs: docs!("plugin_load"),
    check,
};

/// Plugins with the one that they need.
// *-plugin.c, …_plugin_dependencies
const NEEDS: &[(&str, &str)] = &[
    ("imap_quota", "quota"),
    ("quota_clone", "quota"),
    ("imap_acl", "acl"),
    ("fts_solr", "fts"),
    ("fts_flatcurve", "fts"),
    ("fts_xapian", "fts"),
    ("fts_lucene", "fts"),
    ("fts_squat", "fts"),
    ("notify_status", "notify"),
    ("mail_log", "notify"),
    ("push_notification", "notify"),
    ("replication", "notify"),
];

/// Plugins of one protocol: they need symbols that only its program has.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("imap_quota", &["imap"]),
    ("imap_acl", &["imap"]),
    ("imap_sieve", &["imap"]),
    ("imap_zlib", &["imap"]),
    ("imap_old_stats", &["imap"]),
    ("imap_filter_sieve", &["imap"]),
    ("sieve", &["lmtp", "lda"]),
];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    let global = dovecot.list("", "mail_plugins").unwrap_or_default();
    // Wherever a global list may hold what was not given, needs are not judged.
    report(out, "", &global, !dovecot.is_partial);
    // quota-status.c looks at the quota of users by the plugin itself.
    let service = quota_status(dovecot).first().and_then(|service| service.span());
    let may_be_there =
        dovecot.is_partial || has(Some(&global), "quota") || global.iter().any(|word| word.text.contains('$'));
    if let Some(place) = service.filter(|_| !may_be_there) {
        let found = out.report(&RULE, place, NO_QUOTA, WHY_QUOTA);
        found.severity = Severity::Warning;
        found.help = Some(HELP_QUOTA);
    }
    for protocol in ["imap", "pop3", "lmtp", "lda", "submission", "doveadm"] {
        let Some(block) = dovecot.root().child("protocol", protocol) else { continue };
        let own = block.get("mail_plugins").is_some() || block.children("mail_plugins").next().is_some();
        if let (true, Some(list)) = (own, dovecot.list(protocol, "mail_plugins")) {
            let fresh: Vec<ListWord> = list.iter().filter(|word| !global.contains(word)).cloned().collect();
            missing(out, &list, !dovecot.is_partial);
            misplaced(out, protocol, &fresh);
        }
    }
}

fn report(out: &mut Sink, protocol: &str, list: &[ListWord], whole: bool) {
    missing(out, list, whole);
    misplaced(out, protocol, list);
}

fn missing(out: &mut Sink, list: &[ListWord], whole: bool) {
    for word in list {
        let Some((_, needed)) = NEEDS.iter().find(|(name, _)| *name == word.text) else { continue };
        let may_be_there =
            !whole || has(Some(list), needed) || list.iter().any(|one| one.text.contains(['$', '%', '{']));
        if let Some(place) = word.span.filter(|_| !may_be_there) {
            let found = out.report(&RULE, place, alone(&word.text, needed), WHY_NEEDS);
            found.help = Some(text!("Put `{needed}` before it.", "앞에 `{needed}` 항목을 더하십시오."));
        }
    }
}

fn misplaced(out: &mut Sink, protocol: &str, list: &[ListWord]) {
    for word in list {
        let Some((_, protocols)) = ONLY_IN.iter().find(|(name, _)| *name == word.text) else { continue };
        let Some(place) = word.span.filter(|_| !protocols.contains(&protocol)) else { continue };
        let right = protocols.join(", ");
        let found = out.report(&RULE, place, wrong_place(&word.text, &right), WHY_PLACE);
        found.help = Some(text!(
            "Move it into `protocol {right} {{ mail_plugins = … }}`.",
            "`protocol {right}` 섹션의 `mail_plugins` 설정으로 옮기십시오."
        ));
    }
}

fn alone(name: &str, needed: &str) -> Text {
    text!(
        "the plugin `{name}` needs `{needed}`, which is not in the list",
        "`{name}` 플러그인에는 `{needed}` 플러그인이 필요하지만 목록에 없습니다"
    )
}

fn wrong_place(name: &str, right: &str) -> Text {
    text!("the plugin `{name}` works in `{right}` only", "`{name}` 플러그인은 `{right}` 프로토콜에서만 동작합니다")
}

const NO_QUOTA: Text = Text::fixed(
    "quota-status needs the plugin `quota` in the global `mail_plugins`, which does not have it",
    "quota-status 서비스에는 전역 `mail_plugins` 목록의 `quota` 플러그인이 필요하지만 목록에 없습니다",
);
const WHY_QUOTA: Text = Text::fixed(
    "Without it no mailbox has a limit for that service, and it answers that all is well.",
    "이것이 없으면 그 서비스에는 메일박스의 한도가 보이지 않아 언제나 괜찮다고 답합니다.",
);
const HELP_QUOTA: Text = Text::fixed(
    "Add `mail_plugins = $mail_plugins quota` outside of all sections.",
    "모든 섹션 밖에 `mail_plugins = $mail_plugins quota` 설정을 더하십시오.",
);
const WHY_NEEDS: Text = Text::fixed(
    "Dovecot refuses to load it: «must be loaded also», and logins fail.",
    "Dovecot이 «must be loaded also» 오류로 불러오기를 거부하고 로그인이 실패합니다.",
);
const WHY_PLACE: Text = Text::fixed(
    "Other programs can't load it: «undefined symbol», and they fail to start a session.",
    "다른 프로그램은 «undefined symbol» 오류로 불러오지 못해 세션을 시작하지 못합니다.",
);
