//! A password database that lets anybody in.

use crate::support::dovecot::logins::driver;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text};

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
    let Some(dovecot) = cx.dovecot() else { return };
    for block in dovecot.blocks("passdb").filter(|block| driver(dovecot, block) == Some("static")) {
        let args = block.get("args").or_else(|| block.get("default_fields"));
        let fields = block.children("fields").next();
        let inline = args.filter(|args| {
            args.value.as_str().split_whitespace().any(|word| word == "nopassword" || word.starts_with("nopassword="))
        });
        let field = fields.and_then(|fields| fields.settings().find(|setting| setting.name == "nopassword"));
        // Proxying without a check of its own leaves it to the other server, and
        // allow_nets or deny keep others out.
        let text = args.map_or("", |args| args.value.as_str());
        let guarded = ["proxy", "allow_nets", "deny"].iter().any(|word| {
            text.contains(word)
                || fields.is_some_and(|fields| fields.settings().any(|setting| setting.name.starts_with(word)))
        }) || block.get("deny").is_some();
        let place = inline.and_then(|args| args.value.span()).or(field.map(|field| field.name_span));
        if let Some(place) = place.filter(|_| !guarded) {
            out.report(&RULE, place, MESSAGE, WHY).help = Some(HELP);
        }
    }
}

const MESSAGE: Text = Text::fixed(
    "a static `passdb` with `nopassword` lets everybody in under any name",
    "`nopassword` 값을 가진 static `passdb` 섹션은 누구든 어떤 이름으로나 들여보냅니다",
);
const WHY: Text = Text::fixed(
    "Every name with every password is a login, for IMAP and for sending mail.",
    "IMAP과 메일 발송 모두에서 어떤 이름과 암호든 로그인에 성공합니다.",
);
const HELP: Text = Text::fixed(
    "Remove the section, or limit it with `allow_nets`.",
    "이 섹션을 지우거나 `allow_nets` 값으로 제한하십시오.",
);
