//! The SQL queries of Postfix and Dovecot that look for the same people.

use super::clients::clients;
use super::external::{Query, QueryRole, queries};
use super::sql::{SqlScan, scan};
use crate::Cx;
use postproof_diag::Span;

/// A query of Postfix for mailboxes.
#[derive(Clone, Debug)]
pub(crate) struct PostfixQuery<'a> {
    /// The parameter whose table it is.
    pub(crate) param: String,
    /// The query.
    pub(crate) text: &'a str,
    /// Where it stands.
    pub(crate) place: Span,
}

/// The queries of Postfix and those of Dovecot.
pub(crate) type Sides<'a> = (Vec<(PostfixQuery<'a>, SqlScan)>, Vec<(Query<'a>, SqlScan)>);

/// The queries of `virtual_mailbox_maps`, and those of Dovecot for logins and
/// mail, each with what could be read off it.
pub(crate) fn sides<'a>(cx: &Cx<'a>) -> Sides<'a> {
    let theirs: Vec<_> = queries(cx)
        .into_iter()
        .filter(|query| !query.is_ldap && matches!(query.role, QueryRole::Password | QueryRole::User))
        .map(|query| {
            let scan = scan(query.text().as_str());
            (query, scan)
        })
        .collect();
    if theirs.is_empty() {
        return (Vec::new(), theirs);
    }
    let mut own = Vec::new();
    for client in
        clients(cx).into_iter().filter(|client| client.is_sql() && client.params.iter().any(|param| param == PARAM))
    {
        let Some(setting) = client.get("query") else { continue };
        let Some(place) = setting.value.span() else { continue };
        let text = setting.value.as_str();
        own.push((PostfixQuery { param: PARAM.to_owned(), text, place }, scan(text)));
    }
    (own, theirs)
}

const PARAM: &str = "virtual_mailbox_maps";
