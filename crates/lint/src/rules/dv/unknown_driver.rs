//! A driver of passdb or userdb that Dovecot does not have, or without what it needs.

use crate::support::dovecot::logins::driver;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_catalog::{passdb_drivers, userdb_drivers};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-unknown-driver",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, passdb and userdb", "passdb.c", "userdb.c", "db-sql.c"],
    docs: docs!("unknown_driver"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    for block in dovecot.all().filter(|block| matches!(block.name(), "passdb" | "userdb")) {
        let Some(name) = driver(dovecot, &block).map(str::trim) else { continue };
        let written = block.get("driver").and_then(|setting| setting.value.span());
        let Some(place) = written.or(block.span()).filter(|_| !name.contains(['$', '%', '{', '@'])) else { continue };
        let kind = block.name();
        let all = if kind == "passdb" { passdb_drivers() } else { userdb_drivers() };
        let known = all.iter().find(|one| one.name == name);
        let here = known.is_some_and(|one| if dovecot.is_new { one.series.1 } else { one.series.0 });
        // In 2.4 a section with any name may have its driver in a group.
        if dovecot.is_new && written.is_none() && known.is_none() {
            continue;
        }
        if !here {
            let names = all.iter().filter(|one| if dovecot.is_new { one.series.1 } else { one.series.0 });
            let list = names.map(|one| format!("`{}`", one.name)).collect::<Vec<_>>().join(", ");
            let message = if known.is_some() { gone(kind, name) } else { unknown(kind, name) };
            out.report(&RULE, place, message, WHY).help =
                Some(text!("The drivers are {list}.", "드라이버는 다음과 같습니다: {list}"));
            continue;
        }
        let Some(args) = block.get("args").filter(|_| !dovecot.is_new && matches!(name, "sql" | "ldap")) else {
            continue;
        };
        let text = args.value.as_str().trim();
        let last = text.split_whitespace().last().unwrap_or_default();
        if let (Some(place), true) =
            (args.value.span(), !last.is_empty() && !last.starts_with(['/', '<', '$']) && text.contains('='))
        {
            out.report(&RULE, place, no_file(kind, name), WHY_FILE).help = Some(HELP_FILE);
        }
    }
}

fn unknown(kind: &str, name: &str) -> Text {
    text!("Dovecot has no driver `{name}` for `{kind}`", "Dovecot의 `{kind}` 섹션에는 `{name}` 드라이버가 없습니다")
}

fn gone(kind: &str, name: &str) -> Text {
    text!(
        "this release of Dovecot has no driver `{name}` for `{kind}`",
        "이 Dovecot 릴리스의 `{kind}` 섹션에는 `{name}` 드라이버가 없습니다"
    )
}

fn no_file(kind: &str, name: &str) -> Text {
    text!(
        "`args` of a `{kind}` with the driver `{name}` is the name of a file, and this is none",
        "`{name}` 드라이버를 쓰는 `{kind}` 섹션의 `args` 값은 파일 이름이어야 하지만 파일 이름이 아닙니다"
    )
}

const WHY: Text = Text::fixed(
    "doveconf takes any word, but the login process stops, and nobody can log in.",
    "doveconf는 어떤 단어든 받지만 로그인 프로세스가 멈추어 아무도 로그인할 수 없습니다.",
);
const WHY_FILE: Text = Text::fixed(
    "The login process stops with «Can't open configuration file», and nobody can log in.",
    "로그인 프로세스가 «Can't open configuration file» 오류로 멈추어 아무도 로그인할 수 없습니다.",
);
const HELP_FILE: Text = Text::fixed(
    "Fixed fields such as `uid=vmail gid=vmail home=…` belong to `driver = static`.",
    "`uid=vmail gid=vmail home=…` 같은 고정 값은 `driver = static` 설정에 씁니다.",
);
