//! A password database that lets anybody in.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text};
use postproof_dovecot::open_passdbs;

pub(crate) static RULE: Rule = Rule {
    name: "dv-passdb-open",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, static password database", "Dovecot manual, passdb extra field nopassword"],
    docs: docs!("passdb_open"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for open in cx.reading().map(open_passdbs).unwrap_or_default() {
        out.report(&RULE, open.place, open.reason, WHY).help = Some(HELP);
    }
}

const WHY: Text = Text::fixed(
    "Nobody has to know a password to log in, for IMAP and for sending mail.",
    "IMAP과 메일 발송 모두에서 암호를 몰라도 로그인에 성공합니다.",
);
const HELP: Text = Text::fixed(
    "Remove the section, or limit it with `allow_nets`.",
    "이 섹션을 지우거나 `allow_nets` 값으로 제한하십시오.",
);
