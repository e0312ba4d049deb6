//! Passwords and keys, which doveconf does not print.

use super::{escape, needs_quotes};

/// What a secret begins with.
const WORDS: &[&str] = &["key", "secret", "pass"];
const URLS: &[&str] = &["http://", "https://", "ftp://"];
const HIDDEN: &[u8] = b"#hidden_use-P_to_show#";

/// Writes a value whose secrets are hidden. False if it has none; then nothing
/// was written.
// doveconf.c, hide_secrets_from_value
pub(super) fn hidden(out: &mut Vec<u8>, key: &[u8], value: &[u8], newer: bool) -> bool {
    let ends: &[&[u8]] = &[b"_password", b"_key", b"_nonce", b"_secret"];
    let ends = if newer { ends } else { ends.get(..3).unwrap_or_default() };
    let is_key = ends.iter().any(|end| key.len() > end.len() && key.ends_with(end)) || key.starts_with(b"ssl_dh");
    if is_key && !value.is_empty() {
        out.extend_from_slice(b"# hidden, use -P to show it");
        return true;
    }
    let mut writer = Writer { out, value, quoted: needs_quotes(value, newer), from: 0 };
    let mut at = 0;
    let mut found = false;
    while let Some((start, url)) = next_secret(value, at) {
        found = true;
        at = match url {
            Some(length) => writer.url(start + length),
            None => {
                let before = start.checked_sub(1).and_then(|before| value.get(before));
                match before {
                    // "nopassword" is no secret.
                    Some(byte) if byte.is_ascii_alphanumeric() => start + 1,
                    Some(_) | None => writer.word(start),
                }
            }
        };
    }
    if found {
        writer.copy(value.len());
    }
    found
}

/// Where the next word or URL begins, and how long the `http://` is.
// doveconf.c, find_next_secret
fn next_secret(value: &[u8], from: usize) -> Option<(usize, Option<usize>)> {
    let rest = value.get(from..)?;
    let find = |word: &str| rest.windows(word.len()).position(|part| part == word.as_bytes());
    let words = WORDS.iter().filter_map(|word| Some((find(word)?, None)));
    let urls = URLS.iter().filter_map(|url| Some((find(url)?, Some(url.len()))));
    words.chain(urls).min_by_key(|(at, _)| *at).map(|(at, url)| (from + at, url))
}

struct Writer<'o> {
    out: &'o mut Vec<u8>,
    value: &'o [u8],
    quoted: bool,
    /// What was written so far.
    from: usize,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

impl Writer<'_> {
    fn copy(&mut self, to: usize) {
        let part = self.value.get(self.from..to).unwrap_or_default();
        if self.quoted {
            escape(self.out, part);
        } else {
            self.out.extend_from_slice(part);
        }
        self.from = to;
    }

    fn find(&self, from: usize, stop: impl Fn(u8) -> bool) -> usize {
        let rest = self.value.get(from..).unwrap_or_default();
        from + rest.iter().position(|byte| stop(*byte)).unwrap_or(rest.len())
    }

    /// Hides what stands before the `@` of a URL.
    // doveconf.c, hide_url_userpart_from_value
    fn url(&mut self, user: usize) -> usize {
        let end = self.find(user, |byte| is_space(byte) || byte == b'/' || byte == b'@');
        self.copy(user);
        if end > user && self.value.get(end) == Some(&b'@') {
            self.out.extend_from_slice(HIDDEN);
            self.from = end;
        } else {
            self.copy(end);
        }
        end
    }

    /// Hides what stands after the `=` of a word.
    fn word(&mut self, start: usize) -> usize {
        let end = self.find(start, |byte| byte == b'=' || is_space(byte));
        let end = self.find(end, |byte| !is_space(byte));
        self.copy(end);
        if self.value.get(end) != Some(&b'=') {
            return end;
        }
        self.out.push(b'=');
        self.out.extend_from_slice(HIDDEN);
        self.from = self.find(end, |byte| is_space(byte) || byte == b';' || byte == b':');
        self.from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(key: &str, value: &str) -> String {
        let mut out = Vec::new();
        let found = hidden(&mut out, key.as_bytes(), value.as_bytes(), false);
        if found { String::from_utf8(out).unwrap() } else { "-".to_owned() }
    }

    #[test]
    fn secrets_are_hidden_as_doveconf_hides_them() {
        // doveconf -n of 2.3.19.1
        assert_eq!(shown("doveadm_password", "x"), "# hidden, use -P to show it");
        assert_eq!(shown("doveadm_password", ""), "-");
        assert_eq!(shown("args", "user=a password=b host=c"), "user=a password=#hidden_use-P_to_show# host=c");
        assert_eq!(shown("args", "nopassword"), "nopassword");
        assert_eq!(shown("x", "http://u:p@h/"), "http://#hidden_use-P_to_show#@h/");
        assert_eq!(shown("x", "plain"), "-");
    }
}
