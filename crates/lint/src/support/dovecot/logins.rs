//! passdb and userdb: drivers, and forms of user names.

use super::{Block, Dovecot};
use postproof_diag::Span;

/// The driver of a passdb or userdb: in 2.4 its name stands for it.
// auth-settings.c, auth_passdb_settings
pub(crate) fn driver<'a>(dovecot: &Dovecot<'a>, block: &Block<'_, 'a>) -> Option<&'a str> {
    let written = block.text("driver").filter(|driver| !driver.is_empty());
    written.or_else(|| block.label().filter(|_| dovecot.is_new))
}

/// The drivers of all userdbs with the places of the sections.
pub(crate) fn userdb_drivers<'a>(dovecot: &Dovecot<'a>) -> Vec<(&'a str, Option<Span>)> {
    dovecot.blocks("userdb").filter_map(|block| Some((driver(dovecot, &block)?, block.span()))).collect()
}

/// The drivers of all passdbs with the places of the sections.
pub(crate) fn passdb_drivers<'a>(dovecot: &Dovecot<'a>) -> Vec<(&'a str, Option<Span>)> {
    dovecot.blocks("passdb").filter_map(|block| Some((driver(dovecot, &block)?, block.span()))).collect()
}

/// Which parts of a user's name a text with variables holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NameParts {
    /// The whole name: `%u`, `%{user}`.
    pub(crate) whole: bool,
    /// What stands before the `@`: `%n`.
    pub(crate) local: bool,
    /// The domain: `%d`.
    pub(crate) domain: bool,
}

/// The parts of the user's name that a text asks for.
pub(crate) fn name_parts(text: &str, is_new: bool) -> NameParts {
    let mut parts = NameParts::default();
    for (name, filters) in variables(text, is_new) {
        let has = |filter: &str| filters.iter().any(|one| one == filter);
        match name.as_str() {
            "u" | "user" | "auth_user" | "original_user" if has("username") => parts.local = true,
            "u" | "user" | "auth_user" | "original_user" if has("domain") => parts.domain = true,
            "u" | "user" | "auth_user" | "original_user" => parts.whole = true,
            "n" | "username" => parts.local = true,
            "d" | "domain" => parts.domain = true,
            _ => {}
        }
    }
    parts
}

/// The variables of a text with the filters of 2.4. In 2.3 a name is one letter
/// behind modifiers, or stands in braces.
// var-expand.c of 2.3; SEMANTICS of 2.4: lib-var-expand
pub(crate) fn variables(text: &str, is_new: bool) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('%') {
        if let Some(after) = after.strip_prefix('%') {
            rest = after;
            continue;
        }
        if let Some(inner) = after.strip_prefix('{') {
            let Some((body, tail)) = inner.split_once('}') else { break };
            let mut pieces = body.split('|').map(|piece| piece.trim().to_owned());
            let name = pieces.next().unwrap_or_default();
            found.push((name, pieces.map(|piece| word_of(&piece)).collect()));
            rest = tail;
            continue;
        }
        if is_new {
            rest = after;
            continue;
        }
        let modifiers = |ch: char| "LUEXRHNMT".contains(ch) || ch.is_ascii_digit() || ch == '.' || ch == '-';
        let bare = after.trim_start_matches(modifiers);
        match bare.chars().next() {
            // `%Lu`, but also `%L{user}`.
            Some('{') => {
                let Some((body, tail)) = bare.get(1..).and_then(|inner| inner.split_once('}')) else { break };
                found.push((body.trim().to_owned(), Vec::new()));
                rest = tail;
            }
            Some(letter) => {
                found.push((letter.to_string(), Vec::new()));
                rest = bare.get(letter.len_utf8()..).unwrap_or_default();
            }
            None => break,
        }
    }
    found
}

/// `substr` of `substr(0, 1)`.
fn word_of(filter: &str) -> String {
    filter.split(['(', ' ']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_names_are_told_apart() {
        let parts = |whole, local, domain| NameParts { whole, local, domain };
        assert_eq!(name_parts("%Lu", false), parts(true, false, false));
        assert_eq!(name_parts("/var/mail/%d/%Ln", false), parts(false, true, true));
        assert_eq!(name_parts("%{user | username | lower}", true), parts(false, true, false));
        assert_eq!(name_parts("%{user|domain}/%{user}", true), parts(true, false, true));
        // 2.4 takes one-letter names as plain text.
        assert_eq!(name_parts("%u", true), NameParts::default());
        assert_eq!(name_parts("100%% %{unclosed", false), NameParts::default());
    }
}
