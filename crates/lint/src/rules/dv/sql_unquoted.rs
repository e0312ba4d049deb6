//! Variables that stand outside quotes in Dovecot's SQL queries.

use crate::support::external::queries;
use crate::support::sql::scan;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-sql-unquoted",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, SQL authentication", "db-sql.c (values are escaped for use in quotes)"],
    docs: docs!("sql_unquoted"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for query in queries(cx).into_iter().filter(|query| !query.is_ldap) {
        let text = query.text().as_str();
        // Quoting with dollar signs is not followed.
        if text.contains("$$") {
            continue;
        }
        let variables = scan(text).variables;
        let is_name = |word: &str| {
            let parts = crate::support::dovecot::logins::name_parts(word, query.is_new);
            parts.whole || parts.local || parts.domain || word.contains("password")
        };
        let bare = variables.iter().find(|one| !one.quoted && text.get(one.range.clone()).is_some_and(is_name));
        let Some(bare) = bare else { continue };
        let word = text.get(bare.range.clone()).unwrap_or_default();
        out.report(&RULE, query.place(bare.range.clone()), message(word, &query.setting.name), WHY).help =
            Some(help(word));
    }
}

fn message(word: &str, name: &str) -> Text {
    text!("`{word}` stands outside quotes in `{name}`", "`{name}` 쿼리의 `{word}` 변수가 따옴표 밖에 있습니다")
}

fn help(word: &str) -> Text {
    text!("Write `'{word}'`, with single quotes.", "작은따옴표를 붙여 `'{word}'` 형식으로 쓰십시오.")
}

const WHY: Text = Text::fixed(
    "Dovecot escapes the value for use inside quotes only; outside, a user name is a syntax error, or SQL that whoever logs in chooses.",
    "Dovecot은 따옴표 안에서 쓰도록 값을 이스케이프합니다. 따옴표 밖에서는 사용자 이름이 문법 오류가 되거나 로그인하는 사람이 고른 SQL이 됩니다.",
);
