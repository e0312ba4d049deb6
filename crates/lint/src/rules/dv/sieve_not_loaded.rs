//! Sieve scripts that no delivery runs.

use crate::support::dovecot::lists::has;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-sieve-not-loaded",
    group: Group::Dv,
    severity: Severity::Info,
    since: "0.1.0",
    sources: &["Pigeonhole manual, configuration", "Dovecot manual, mail_plugins"],
    docs: docs!("sieve_not_loaded"),
    check,
};

/// Settings that say where scripts of users are.
const SCRIPTS: &[&str] = &["sieve", "sieve_dir", "sieve_before", "sieve_after", "sieve_default"];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot().filter(|dovecot| !dovecot.is_partial) else { return };
    // Files that conf.d might hold may load it.
    if dovecot.has_unseen && !dovecot.is_dump {
        return;
    }
    let old = SCRIPTS
        .iter()
        .find_map(|name| dovecot.plugin(name))
        .filter(|_| !dovecot.is_new)
        .and_then(|one| Some((one.name_span, one.value.span()?)));
    let new = dovecot.root().children("sieve_script").next().filter(|_| dovecot.is_new).and_then(|block| block.span());
    let Some(place) = old.map(|(name, _)| name).or(new) else { return };
    let loaded =
        ["lmtp", "lda", ""].iter().any(|protocol| has(dovecot.list(protocol, "mail_plugins").as_deref(), "sieve"));
    // imapsieve runs scripts without it, and a server may only edit them.
    let imap = has(dovecot.list("imap", "mail_plugins").as_deref(), "imap_sieve");
    let delivers =
        has(dovecot.list("", "protocols").as_deref(), "lmtp") || dovecot.root().child("protocol", "lda").is_some();
    if !loaded && !imap && delivers {
        let found = out.report(&RULE, place, MESSAGE, WHY);
        let block = dovecot.root().child("protocol", "lmtp").and_then(|block| block.span());
        found.related.extend(block.map(|span| Label::noted(span, HERE)));
        found.help = Some(HELP);
    }
}

const MESSAGE: Text = Text::fixed(
    "Sieve scripts are configured, but neither `protocol lmtp` nor `protocol lda` loads the plugin `sieve`",
    "Sieve 스크립트가 설정되어 있지만 `protocol lmtp`와 `protocol lda` 어느 쪽도 `sieve` 플러그인을 불러오지 않습니다",
);
const HERE: Text = Text::fixed("`sieve` belongs here", "`sieve` 항목이 있어야 할 곳입니다");
const WHY: Text = Text::fixed(
    "Mail is delivered without the scripts: no filter and no vacation notice ever runs.",
    "스크립트 없이 메일이 배달되므로 필터도 부재 알림도 실행되지 않습니다.",
);
const HELP: Text = Text::fixed(
    "Add `mail_plugins = $mail_plugins sieve` (2.3) or `mail_plugins { sieve = yes }` (2.4) in `protocol lmtp`.",
    "`protocol lmtp` 섹션에 `mail_plugins = $mail_plugins sieve`(2.3) 또는 `mail_plugins { sieve = yes }`(2.4) 설정을 더하십시오.",
);
