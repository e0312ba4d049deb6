//! `broken_sasl_auth_clients = yes`: an announcement for mail programs of the
//! 1990s.

use crate::support::edits;
use crate::support::lists::{Seen, value_place};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Fix, Safety, Severity, Text};
use postproof_model::Scope;

pub(crate) static RULE: Rule = Rule {
    name: "sasl-broken-clients",
    group: Group::Sasl,
    severity: Severity::Hint,
    since: "0.1.0",
    sources: &["postconf(5) broken_sasl_auth_clients", "RFC 4954 section 3"],
    docs: docs!("broken_clients"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let mut seen = Seen::default();
    let services = cx.model.services.iter().filter(|service| service.is_smtpd());
    for scope in std::iter::once(Scope::Main).chain(services.map(|service| Scope::Service(service.id))) {
        let Some(value) = cx.model.value(scope, "broken_sasl_auth_clients") else { continue };
        let (Some(true), Some(place)) = (value.as_bool(), value_place(&value)) else { continue };
        if !seen.is_new(place) {
            continue;
        }
        let found = out.report(&RULE, place, MESSAGE, WHY);
        found.help = Some(HELP);
        found.fix = edits::replace_value(cx, &value, "no").map(|edit| Fix {
            title: FIX,
            edits: vec![edit],
            safety: Safety::Safe,
        });
    }
}

const MESSAGE: Text = Text::fixed(
    "`broken_sasl_auth_clients` announces AUTH a second time, in a form that only mail programs of the 1990s read",
    "`broken_sasl_auth_clients` 설정은 1990년대 메일 프로그램만 읽는 형식으로 AUTH를 한 번 더 알립니다",
);
const WHY: Text = Text::fixed(
    "The extra `AUTH=` line of the EHLO reply is not in RFC 4954 and helps only Outlook Express 4 and Exchange 5.0.",
    "EHLO 응답의 추가 `AUTH=` 줄은 RFC 4954에 없으며 Outlook Express 4와 Exchange 5.0에만 도움이 됩니다.",
);
const HELP: Text = Text::fixed(
    "Remove the line, or set it to `no`, unless such a program still connects.",
    "그런 프로그램이 아직 접속하지 않는다면 이 줄을 지우거나 `no` 값으로 두십시오.",
);
const FIX: Text = Text::fixed("set it to `no`", "`no` 값으로 바꾸기");
