//! Deliveries find no user: the only userdb needs a login.

use crate::support::dovecot::lists::has;
use crate::support::dovecot::logins::userdb_drivers;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-prefetch-only",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, prefetch user database"],
    docs: docs!("prefetch_only"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot().filter(|dovecot| !dovecot.is_partial) else { return };
    let users = userdb_drivers(dovecot);
    let Some((_, Some(place))) = users.first().filter(|_| users.iter().all(|(driver, _)| *driver == "prefetch")) else {
        return;
    };
    let protocols = dovecot.list("", "protocols");
    let lmtp = protocols.iter().flatten().find(|word| word.text == "lmtp");
    if has(protocols.as_deref(), "lmtp") {
        let found = out.report(&RULE, *place, MESSAGE, WHY);
        found.related.extend(lmtp.and_then(|word| word.span).map(|span| Label::noted(span, LMTP)));
        found.help = Some(HELP);
    }
}

const MESSAGE: Text = Text::fixed(
    "`prefetch` is the only `userdb`, and LMTP delivers without a login",
    "`userdb` 섹션이 `prefetch`뿐이지만 LMTP는 로그인 없이 배달합니다",
);
const LMTP: Text = Text::fixed("LMTP is switched on here", "여기에서 LMTP를 켭니다");
const WHY: Text = Text::fixed(
    "prefetch knows only what the password look-up of a login brought: deliveries find no user, and mail bounces.",
    "prefetch는 로그인할 때 암호 조회가 가져온 것만 알므로 배달할 때 사용자를 찾지 못하고 메일이 반송됩니다.",
);
const HELP: Text = Text::fixed(
    "Add a second `userdb` behind it, such as `sql` with a user query.",
    "그 뒤에 사용자 쿼리를 가진 `sql` 같은 두 번째 `userdb` 섹션을 더하십시오.",
);
