//! Queries and filters that answer the same for every user.

use crate::support::external::{Query, QueryRole, queries};
use crate::support::sql::scan;
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-sql-no-where",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot manual, SQL authentication", "Dovecot manual, LDAP authentication"],
    docs: docs!("sql_no_where"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    for query in queries(cx) {
        if !matches!(query.role, QueryRole::Password | QueryRole::User | QueryRole::Update) {
            continue;
        }
        let (name, text) = (query.setting.name.as_str(), query.text().as_str());
        let message = match () {
            () if query.is_ldap => (!text.contains('%')).then(|| constant_filter(name)),
            () => sql_fault(&query, name),
        };
        let Some(message) = message else { continue };
        let found = out.report(&RULE, query.place(0..text.len()), message, why(query.role));
        found.help = Some(HELP);
    }
}

fn sql_fault(query: &Query<'_>, name: &str) -> Option<Text> {
    let text = query.text().as_str();
    let scan = scan(text);
    // A query without tables, or of a stored procedure, gives what it says.
    if !matches!(scan.verb.as_str(), "select" | "update") || scan.tables.is_empty() {
        return None;
    }
    if !scan.has_where && !text.to_ascii_lowercase().contains(" on ") {
        return Some(no_where(name));
    }
    let asks = match query.is_new {
        true => text.contains("%{"),
        false => text.contains('%'),
    };
    (!asks).then(|| constant(name))
}

fn no_where(name: &str) -> Text {
    text!(
        "`{name}` has no WHERE: it gives the first row to every user",
        "`{name}` 쿼리에 WHERE 절이 없어 모든 사용자에게 첫 행을 줍니다"
    )
}

fn constant(name: &str) -> Text {
    text!(
        "`{name}` has no variable: it answers the same for every user",
        "`{name}` 쿼리에 변수가 없어 모든 사용자에게 같은 답을 줍니다"
    )
}

fn constant_filter(name: &str) -> Text {
    text!(
        "`{name}` has no variable: it finds the same entries for every user",
        "`{name}` 필터에 변수가 없어 모든 사용자에게 같은 항목을 찾습니다"
    )
}

fn why(role: QueryRole) -> Text {
    match role {
        QueryRole::Password => Text::fixed(
            "Whoever knows one password can log in under every name, or nobody can log in.",
            "한 암호를 아는 사람이 모든 이름으로 로그인하거나 아무도 로그인하지 못합니다.",
        ),
        QueryRole::Update => Text::fixed(
            "A login of one user changes the rows of all.",
            "한 사용자의 로그인이 모든 사용자의 행을 바꿉니다.",
        ),
        QueryRole::User | QueryRole::Iterate => Text::fixed(
            "Mail of all users lands in one mailbox, and every name counts as a user.",
            "모든 사용자의 메일이 한 메일박스에 들어가고 어떤 이름이든 사용자로 여겨집니다.",
        ),
    }
}

const HELP: Text = Text::fixed(
    "Ask for the user: `WHERE email = '%u'` in 2.3, `WHERE email = '%{user}'` in 2.4.",
    "사용자를 조건으로 쓰십시오. 2.3에서는 `WHERE email = '%u'`, 2.4에서는 `WHERE email = '%{user}'` 조건입니다.",
);
