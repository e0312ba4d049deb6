//! How values read: booleans, modes, paths, words, include patterns.

use std::ops::Range;

/// `yes`, `y`, `1` and `no`, any case; nothing for what Dovecot refuses.
// settings-parser.c, get_bool
pub(crate) fn boolean(text: &str) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    match () {
        () if is("yes") || is("y") || text == "1" => Some(true),
        () if is("no") => Some(false),
        () => None,
    }
}

/// A mode: with a leading 0 octal, else decimal.
// settings-parser.c, get_octal
pub(crate) fn mode(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if text.starts_with('0') { u32::from_str_radix(text, 8).ok() } else { text.parse().ok() }
}

/// Words between white space (and commas), each with its place.
pub(crate) fn split(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, ch) in text.char_indices().chain(std::iter::once((text.len(), ' '))) {
        let separates = ch.is_ascii_whitespace() || ch == ',';
        match (start, separates) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                found.extend(text.get(from..at).map(|word| (from..at, word)));
                start = None;
            }
            (None, true) | (Some(_), false) => {}
        }
    }
    found
}

/// A path without double slashes and `.`; `/var/run` is `/run`.
pub(crate) fn normal(path: &str) -> String {
    let mut out = String::new();
    for piece in path.split('/').filter(|piece| !piece.is_empty() && *piece != ".") {
        out.push('/');
        out.push_str(piece);
    }
    match out.strip_prefix("/var/run/") {
        Some(rest) => format!("/run/{rest}"),
        None => out,
    }
}

/// Whether an include pattern of a file in `directory` names `path`. Relative
/// patterns are relative to the including file; where only the base names of
/// the files are known, those decide.
pub(crate) fn include_matches(pattern: &str, directory: Option<&str>, path: &str) -> bool {
    let is_bare = !path.starts_with('/');
    let wanted = match directory {
        Some(directory) if !pattern.starts_with('/') => format!("{directory}/{pattern}"),
        Some(_) | None => pattern.to_owned(),
    };
    if glob(wanted.as_bytes(), path.as_bytes()) {
        return true;
    }
    // `conf.d/10-auth.conf` of a paste against `!include conf.d/*.conf`.
    let tail = |text: &str, count: usize| {
        let pieces: Vec<&str> = text.rsplit('/').take(count).collect();
        pieces.into_iter().rev().collect::<Vec<_>>().join("/")
    };
    let count = path.split('/').filter(|piece| !piece.is_empty()).count();
    is_bare && count > 0 && glob(tail(&wanted, count).as_bytes(), path.trim_start_matches("./").as_bytes())
        || directory.is_none() && !pattern.starts_with('/') && {
            let count = pattern.split('/').count();
            glob(pattern.as_bytes(), tail(path, count).as_bytes())
        }
}

/// `*` and `?`; neither matches a slash. Linear but for the last `*`.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(b'?') if *byte != b'/' => (p, t) = (p + 1, t + 1),
            Some(other) if other == byte => (p, t) = (p + 1, t + 1),
            Some(_) | None => match star {
                Some((at, from)) if text.get(from) != Some(&b'/') => {
                    (p, t) = (at + 1, from + 1);
                    star = Some((at, from + 1));
                }
                Some(_) | None => return false,
            },
        }
    }
    pattern.get(p..).unwrap_or_default().iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_without_a_leading_zero_are_decimal() {
        // probes: mode = 0660 and mode = 660 with doveconf of 2.3.19 and 2.4.1
        assert_eq!((mode("0660"), mode("660")), (Some(0o660), Some(0o1224)));
        assert_eq!((mode("rw"), mode("")), (None, None));
    }

    #[test]
    fn include_patterns_are_relative_to_the_file() {
        let conf_d = |path| include_matches("conf.d/*.conf", Some("/etc/dovecot"), path);
        assert!(conf_d("/etc/dovecot/conf.d/10-auth.conf") && conf_d("conf.d/10-auth.conf"));
        assert!(!conf_d("/etc/dovecot/conf.d/x/10-auth.conf") && !conf_d("/srv/conf.d/10-auth.conf"));
        assert!(!conf_d("/etc/dovecot/conf.d/auth-sql.conf.ext"));
        assert!(conf_d("10-auth.conf"));
        assert!(include_matches("/etc/dovecot/a.conf", None, "/etc/dovecot/a.conf"));
    }

    #[test]
    fn paths_are_compared_without_spelling() {
        assert_eq!(normal("/var/run//dovecot/./auth"), "/run/dovecot/auth");
    }
}
