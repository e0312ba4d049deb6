//! Names of the user's own that only a file that was not given can use.

use crate::support::names::{Use, is_dumped};
use crate::support::unknown_names::{fault, is_template};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Missing, Severity, Text, text};
use postproof_model::Presence;

pub(crate) static RULE: Rule = Rule {
    name: "cfg-unused-parameter",
    group: Group::Cfg,
    severity: Severity::Info,
    since: "0.1.0",
    sources: &["postconf(1) «unused parameter»", "postconf_user.c"],
    docs: docs!("unused_parameter"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let given = cx.model.given;
    if given.main_cf == Presence::Whole && given.master_cf == Presence::Whole {
        return;
    }
    let uses = cx.uses();
    for (name, written) in &cx.model.main {
        let span = written.name_span;
        // A name like `dovecot_destination_recipient_limit` says itself which
        // service of the missing master.cf it is for.
        let is_unused = uses.of_name(cx, name) == Use::None && fault(cx, uses, name, span).is_none();
        if !is_unused || is_template(name) || is_dumped(cx, span) {
            continue;
        }
        let found = out.report(&RULE, span, message(name, given.master_cf != Presence::Whole), WHY);
        found.help = Some(HELP);
        if given.master_cf != Presence::Whole {
            found.missing.push(Missing { what: MASTER, command: Some("postconf -Mf".to_owned()) });
        }
        if given.main_cf != Presence::Whole {
            found.missing.push(Missing { what: MAIN, command: Some("postconf -n".to_owned()) });
        }
    }
}

fn message(name: &str, in_master: bool) -> Text {
    match in_master {
        true => text!(
            "`{name}` is no Postfix parameter and nothing that was given uses it: it has an effect only if master.cf, which was not given whole, refers to it",
            "`{name}` 이름의 Postfix 매개변수는 없고 주어진 설정에서 이 이름을 쓰는 곳도 없습니다: 전체가 주어지지 않은 master.cf 파일이 이 이름을 쓸 때만 효력이 있습니다"
        ),
        false => text!(
            "`{name}` is no Postfix parameter and nothing that was given uses it: it has an effect only if another line of main.cf refers to it",
            "`{name}` 이름의 Postfix 매개변수는 없고 주어진 설정에서 이 이름을 쓰는 곳도 없습니다: main.cf 파일의 다른 줄이 이 이름을 쓸 때만 효력이 있습니다"
        ),
    }
}

const MASTER: Text = Text::fixed(
    "master.cf: whether a service refers to the name, as in `-o smtpd_client_restrictions=$mua_client_restrictions`",
    "master.cf 파일: `-o smtpd_client_restrictions=$mua_client_restrictions`처럼 이 이름을 쓰는 서비스가 있는지 여부",
);
const MAIN: Text = Text::fixed(
    "the rest of main.cf: whether another setting refers to the name",
    "main.cf 파일의 나머지: 이 이름을 쓰는 다른 설정이 있는지 여부",
);
const WHY: Text = Text::fixed(
    "A name of your own does nothing by itself: without a service or a setting that refers to it, the rules in it protect nothing.",
    "직접 만든 이름은 그 자체로 아무 일도 하지 않습니다. 이 이름을 쓰는 서비스나 설정이 없으면 그 안의 규칙은 아무것도 보호하지 않습니다.",
);
const HELP: Text = Text::fixed(
    "Look whether a service of master.cf uses it; if none does, remove the line or refer to it there.",
    "master.cf 파일의 서비스가 이 이름을 쓰는지 보고, 없으면 이 줄을 지우거나 거기에서 쓰십시오.",
);
