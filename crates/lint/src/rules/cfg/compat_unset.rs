//! A main.cf that does not set compatibility_level.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text};
use postproof_model::{Presence, Scope};

pub(crate) static RULE: Rule = Rule {
    name: "cfg-compat-unset",
    group: Group::Cfg,
    severity: Severity::Info,
    since: "0.1.0",
    sources: &["postconf(5) compatibility_level", "COMPATIBILITY_README"],
    docs: docs!("compat_unset"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    if cx.model.given.main_cf != Presence::Whole || cx.model.is_set(Scope::Main, "compatibility_level") {
        return;
    }
    if let Some(place) = cx.model.first_setting() {
        out.report(&RULE, place, MESSAGE, WHY).help = Some(HELP);
    }
}

const MESSAGE: Text = Text::fixed(
    "main.cf does not set `compatibility_level`, so the defaults of Postfix 2 hold",
    "main.cf에 `compatibility_level` 설정이 없으므로 Postfix 2의 기본값이 쓰입니다",
);
const WHY: Text = Text::fixed(
    "At level 0 services without a chroot field run in the jail, `smtpd_relay_restrictions` is empty and `mynetworks` trusts the whole subnet.",
    "수준 0에서는 chroot 필드가 없는 서비스가 감옥 안에서 돌고, `smtpd_relay_restrictions` 목록은 비며, `mynetworks` 매개변수는 서브넷 전체를 신뢰합니다.",
);
const HELP: Text = Text::fixed(
    "Look in the log for `using backwards-compatible default setting`, freeze what is needed, then set the level: `compatibility_level = 3.6`.",
    "로그에서 `using backwards-compatible default setting` 줄을 찾아 필요한 값을 고정한 뒤 수준을 설정하십시오: `compatibility_level = 3.6`.",
);
