//! Passwords are checked, but nothing says where mail is.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-userdb-missing",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, userdb", "auth.c, auth_preinit"],
    docs: docs!("userdb_missing"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot().filter(|dovecot| !dovecot.is_partial && !dovecot.has_unseen) else { return };
    // A server that only answers logins of Postfix has no mail.
    let protocols = dovecot.list("", "protocols");
    let has_mail = protocols.iter().flatten().any(|word| matches!(word.text.as_str(), "imap" | "pop3" | "lmtp"));
    if dovecot.blocks("userdb").next().is_some() || !has_mail {
        return;
    }
    let Some(passdb) = dovecot.blocks("passdb").next() else { return };
    let args = passdb.get("args").map_or("", |args| args.value.as_str());
    let fields = passdb.children("fields").next().is_some();
    if args.contains("proxy")
        || passdb.get("default_fields").is_some()
        || passdb.get("override_fields").is_some()
        || fields
    {
        return;
    }
    if let Some(place) = passdb.span() {
        out.report(&RULE, place, MESSAGE, WHY).help = Some(HELP);
    }
}

const MESSAGE: Text = Text::fixed(
    "there is a `passdb`, but no `userdb` that says where the mail of a user is",
    "`passdb` 섹션은 있지만 사용자의 메일이 어디 있는지 알려 주는 `userdb` 섹션이 없습니다",
);
const WHY: Text = Text::fixed(
    "Logins end with an internal error, and LMTP knows no user.",
    "로그인이 내부 오류로 끝나고 LMTP는 어떤 사용자도 찾지 못합니다.",
);
const HELP: Text = Text::fixed(
    "Add a `userdb`: `passwd` for system users, `static` with uid, gid and home for virtual ones.",
    "`userdb` 섹션을 더하십시오. 시스템 사용자라면 `passwd`, 가상 사용자라면 uid, gid, home 값을 가진 `static` 드라이버를 씁니다.",
);
