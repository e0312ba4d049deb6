//! A column that says whether a user counts is asked by one side only.

use crate::support::external::{Query, QueryRole};
use crate::support::sql::{SqlScan, is_flag};
use crate::support::sql_sides::{PostfixQuery, sides};
use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Label, Severity, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "x-active-flag",
    group: Group::X,
    severity: Severity::Warning,
    since: "0.1.0",
    sources: &["mysql_table(5) query", "pgsql_table(5) query", "Dovecot manual, SQL authentication"],
    docs: docs!("active_flag"),
    check,
};

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let (postfix, dovecot) = sides(cx);
    for (own, own_scan) in &postfix {
        // Each side is compared with what the other has for the same table.
        let same = |(query, scan): &&(Query<'_>, SqlScan)| {
            scan.tables.first() == own_scan.tables.first()
                && matches!(query.role, QueryRole::Password | QueryRole::User)
        };
        let theirs: Vec<_> = dovecot.iter().filter(same).collect();
        let Some((flag, query, by_postfix)) = theirs.iter().find_map(|(query, scan)| {
            let missing_there = flags(own_scan).find(|flag| !mentions(query, flag));
            // The user query alone need not ask again: who can't log in reads nothing,
            // and Postfix has refused mail for others.
            let there = missing_there.filter(|_| query.role == QueryRole::Password).map(|flag| (flag, query, true));
            let here = || flags(scan).find(|flag| !mentions_own(own, flag)).map(|flag| (flag, query, false));
            there.or_else(here)
        }) else {
            continue;
        };
        let name = &query.setting.name;
        let (primary, other) = match by_postfix {
            true => (query.place(0..query.text().as_str().len()), own.place),
            false => (own.place, query.place(0..query.text().as_str().len())),
        };
        let message = if by_postfix { only_postfix(flag, name) } else { only_dovecot(flag, name, own) };
        let why = match (by_postfix, query.role) {
            (true, _) => WHY_LOGIN,
            (false, QueryRole::User) => WHY_BOUNCE,
            (false, QueryRole::Password | QueryRole::Iterate | QueryRole::Update) => WHY_MAIL,
        };
        let found = out.report(&RULE, primary, message, why);
        found.related.push(Label::noted(other, ASKED));
        found.help = Some(help(flag));
    }
}

fn flags(scan: &SqlScan) -> impl Iterator<Item = &str> {
    scan.flags.iter().map(|(column, _)| column.as_str()).filter(|column| is_flag(column))
}

fn mentions(query: &Query<'_>, flag: &str) -> bool {
    query.text().as_str().to_ascii_lowercase().contains(flag)
}

fn mentions_own(query: &PostfixQuery<'_>, flag: &str) -> bool {
    query.text.to_ascii_lowercase().contains(flag)
}

fn only_postfix(flag: &str, name: &str) -> Text {
    text!(
        "Postfix takes mail only for users with `{flag}`, but Dovecot's `{name}` does not ask for it",
        "Postfix는 `{flag}` 열을 조건으로 메일을 받지만 Dovecot의 `{name}` 쿼리에는 그 조건이 없습니다"
    )
}

fn only_dovecot(flag: &str, name: &str, own: &PostfixQuery<'_>) -> Text {
    let param = own.param.as_str();
    text!(
        "Dovecot's `{name}` asks for `{flag}`, but the query of `{param}` in Postfix does not",
        "Dovecot의 `{name}` 쿼리에는 `{flag}` 조건이 있지만 Postfix의 `{param}` 쿼리에는 없습니다"
    )
}

fn help(flag: &str) -> Text {
    text!("Put the same condition on `{flag}` into both queries.", "두 쿼리에 `{flag}` 열의 같은 조건을 두십시오.")
}

const ASKED: Text = Text::fixed("the query of the other side", "다른 쪽의 쿼리");
const WHY_LOGIN: Text = Text::fixed(
    "A user who was switched off still logs in, reads mail and sends it.",
    "정지된 사용자가 여전히 로그인하여 메일을 읽고 보냅니다.",
);
const WHY_BOUNCE: Text = Text::fixed(
    "Postfix accepts mail for users who were switched off, and Dovecot refuses it: it bounces.",
    "정지된 사용자에게 온 메일을 Postfix가 받고 Dovecot이 거부하여 메일이 반송됩니다.",
);
const WHY_MAIL: Text = Text::fixed(
    "A user who was switched off can't log in, but still gets mail that nobody reads.",
    "정지된 사용자는 로그인할 수 없지만 아무도 읽지 않는 메일을 계속 받습니다.",
);
