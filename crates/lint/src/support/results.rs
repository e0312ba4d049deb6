//! What the result of an access(5) entry is, in the order in which
//! smtpd_check.c, check_table_result tries it.

/// The kinds of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind<'r> {
    /// Nothing at all.
    Empty,
    /// An action with the text behind it: `REJECT go away`.
    Action(&'static str, &'r str),
    /// Digits only: the same as OK.
    Digits,
    /// A reply code with text.
    Code,
    /// OK or RELAY.
    Permit,
    /// Something with a colon, which is no list.
    Colon,
    /// Restrictions and classes; the first word.
    Restrictions(&'r str),
}

/// The actions, in the order of check_table_result.
// access(5) ACTIONS; HANGUP is in the source only
pub(crate) const ACTIONS: &[&str] = &[
    "DUNNO",
    "REJECT",
    "DEFER",
    "HANGUP",
    "INFO",
    "WARN",
    "FILTER",
    "HOLD",
    "DISCARD",
    "REDIRECT",
    "BCC",
    "DEFER_IF_PERMIT",
    "DEFER_IF_REJECT",
    "PREPEND",
];

/// What a result is.
pub(crate) fn kind(result: &str) -> Kind<'_> {
    let result = result.trim();
    let end = result.find([' ', '\t']).unwrap_or(result.len());
    let (word, rest) = result.split_at_checked(end).unwrap_or((result, ""));
    if result.is_empty() {
        return Kind::Empty;
    }
    if let Some(action) = ACTIONS.iter().find(|action| action.eq_ignore_ascii_case(word)) {
        return Kind::Action(action, rest.trim());
    }
    if result.bytes().all(|byte| byte.is_ascii_digit()) {
        return Kind::Digits;
    }
    if result.bytes().take(3).filter(u8::is_ascii_digit).count() == 3 {
        return Kind::Code;
    }
    if ["OK", "RELAY"].iter().any(|permit| permit.eq_ignore_ascii_case(word)) {
        return Kind::Permit;
    }
    if result.contains(':') {
        return Kind::Colon;
    }
    let first = result.split([',', ' ', '\t', '{', '}']).find(|word| !word.is_empty());
    first.map_or(Kind::Empty, Kind::Restrictions)
}

#[cfg(test)]
mod tests {
    use super::{Kind, kind};

    #[test]
    fn results_are_told_apart_as_smtpd_does() {
        for (result, expected) in [
            ("550", Kind::Digits),
            ("550 5.7.1 no", Kind::Code),
            ("reject  go away: now", Kind::Action("REJECT", "go away: now")),
            ("ok", Kind::Permit),
            ("hash:/etc/postfix/more", Kind::Colon),
            ("greylist, permit", Kind::Restrictions("greylist")),
            (" ", Kind::Empty),
        ] {
            assert_eq!(kind(result), expected, "{result}");
        }
    }
}
