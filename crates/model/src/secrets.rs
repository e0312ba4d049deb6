//! Places of passwords and keys, so that no output shows them.
//!
//! Two nets: what the trees say (settings whose name is that of a password,
//! tables of logins), and a scan of the whole text for what looks like one
//! wherever it stands, prose included. Too much is masked rather than too
//! little.

use crate::{SourcePart, Tree};
use postproof_diag::{FileId, SourceMap, SourceText, Span, decode};
use postproof_syntax::{PartKind, table};
use std::collections::BTreeSet;

/// Places of passwords and keys, never shown: those in the parts of all hosts,
/// and in all else of the documents. Sorted, without overlap.
pub fn secrets<'p>(sources: &SourceMap, parts: impl IntoIterator<Item = &'p SourcePart>) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut files = BTreeSet::new();
    let mut with_tables = BTreeSet::new();
    for part in parts {
        let file = part.part.region.file;
        files.insert(file);
        if part.part.kind == PartKind::Table {
            with_tables.insert(file);
        }
        match &part.tree {
            Tree::Main(parsed) => {
                parsed.tree.settings().for_each(|setting| setting_secrets(&setting.name, &setting.value, &mut spans));
            }
            Tree::Master(parsed) => {
                for option in parsed.tree.services().flat_map(|service| &service.overrides) {
                    setting_secrets(&option.name, &option.value, &mut spans);
                }
            }
            Tree::Dovecot(parsed) => {
                for setting in parsed.tree.settings() {
                    if !setting.from_file {
                        named_secret(&setting.name, &setting.value, &mut spans);
                    }
                }
            }
            Tree::Table(parsed) => {
                let logins = part.part.name.as_deref().is_some_and(names_logins);
                if logins {
                    parsed.tree.entries().for_each(|entry| login_entry(entry, &mut spans));
                }
            }
            Tree::None => {}
        }
    }
    for file in files {
        if let Some(document) = sources.get(file) {
            let scan = Scan { file, whole_file_is_table: with_tables.contains(&file) };
            scan.document(&document.bytes, &mut spans);
        }
    }
    merge(spans)
}

fn setting_secrets(name: &str, value: &SourceText, spans: &mut Vec<Span>) {
    named_secret(name, value, spans);
    // smtp_sasl_password_maps = static:user:password, inline:{ host=user:password }
    if name.ends_with("_password_maps") {
        for kind in ["static:", "inline:"] {
            if let Some(at) = value.as_str().find(kind) {
                spans.extend(value.span_of(at + kind.len()..value.as_str().len()));
            }
        }
    }
}

fn named_secret(name: &str, value: &SourceText, spans: &mut Vec<Span>) {
    let last = name.rsplit(['/', '.']).next().unwrap_or(name);
    if is_secret_name(last) {
        spans.extend(value.span());
    }
}

/// Names of settings whose value is a password or key, in Postfix (client
/// files and their `prefix_password` form) and Dovecot.
fn is_secret_name(name: &str) -> bool {
    const WORDS: &[&str] =
        &["password", "passwd", "pass", "pw", "dnpass", "secret", "api_key", "apikey", "private_key", "token"];
    let name = name.to_ascii_lowercase();
    WORDS
        .iter()
        .any(|word| name.strip_suffix(word).is_some_and(|before| before.is_empty() || before.ends_with(['_', '-'])))
}

/// Whether a table of that path holds logins.
fn names_logins(path: &str) -> bool {
    let base = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    ["passw", "secret", "sasl_auth", "credential", "shadow"].iter().any(|word| base.contains(word))
}

/// `host user:password`, or `user:{SCHEME}hash`.
fn login_entry(entry: &table::Entry, spans: &mut Vec<Span>) {
    let value = &entry.value;
    let start = value.as_str().find(':').map_or(0, |colon| colon + 1);
    spans.extend(value.span_of(start..value.as_str().len()));
    if let Some(colon) = entry.key.as_str().find(':').filter(|_| !entry.key.as_str().starts_with('[')) {
        let key = entry.key.as_str();
        if !key.get(colon + 1..).is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit())) {
            spans.extend(entry.key.span_of(colon + 1..key.len()));
        }
    }
}

/// The second net: what looks like a secret in any line.
struct Scan {
    file: FileId,
    whole_file_is_table: bool,
}

impl Scan {
    fn document(&self, bytes: &[u8], spans: &mut Vec<Span>) {
        let mut start = 0_usize;
        let mut in_key = false;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let text = decode(line);
            let trimmed = text.trim();
            if trimmed.starts_with("-----BEGIN") && trimmed.contains("PRIVATE KEY") {
                in_key = true;
            }
            if in_key {
                self.push(start, start + line.len(), spans);
                in_key = !trimmed.starts_with("-----END");
            } else {
                self.line(&text, start, spans);
            }
            start += line.len();
        }
    }

    fn push(&self, start: usize, end: usize, spans: &mut Vec<Span>) {
        if start < end {
            spans.push(Span::new(self.file, start as u32, end as u32));
        }
    }

    fn line(&self, line: &str, start: usize, spans: &mut Vec<Span>) {
        for range in assigned_secrets(line).into_iter().chain(address_secrets(line)).chain(hashes(line)) {
            self.push(start + range.start, start + range.end, spans);
        }
        if !self.whole_file_is_table
            && let Some(range) = relay_login(line)
        {
            self.push(start + range.start, start + range.end, spans);
        }
    }
}

type Range = std::ops::Range<usize>;

/// `password=x`, `password: x`, `pass="x"` with the value up to white space, or
/// to the end of the line where the line begins with it.
fn assigned_secrets(line: &str) -> Vec<Range> {
    let lower = line.to_ascii_lowercase();
    let mut found = Vec::new();
    for (at, byte) in lower.bytes().enumerate() {
        if !matches!(byte, b'=' | b':') {
            continue;
        }
        let before = lower.get(..at).unwrap_or_default().trim_end();
        let name_start =
            before.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).map_or(0, |at| at + 1);
        // A longer word before the name is no reason to look further back.
        let Some(name) = before.get(name_start.max(before.len().saturating_sub(64))..) else { continue };
        if !is_secret_name(name) {
            continue;
        }
        let Some(rest) = line.get(at + 1..) else { continue };
        let skipped = rest.len() - rest.trim_start().len();
        let value = rest.trim_start();
        let at_line_start = before.get(..name_start).unwrap_or_default().trim().is_empty();
        let len = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                value.get(1..).and_then(|inner| inner.find(quote)).map_or(value.len(), |end| end + 2)
            }
            Some(_) if at_line_start => value.trim_end().len(),
            Some(_) => value.find(char::is_whitespace).unwrap_or(value.len()),
            None => 0,
        };
        // Nothing but a file name or a reference is no secret.
        if !value.starts_with('<') && !value.starts_with('$') && !value.starts_with("%{") {
            found.push(at + 1 + skipped..at + 1 + skipped + len);
        }
        if at_line_start {
            break;
        }
    }
    found
}

/// `scheme://user:password@host`.
fn address_secrets(line: &str) -> Vec<Range> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("://") {
        let start = at + 3;
        let rest = line.get(start..).unwrap_or_default();
        let authority =
            rest.get(..rest.find(|c: char| c == '/' || c.is_whitespace()).unwrap_or(rest.len())).unwrap_or_default();
        if let Some(sign) = authority.rfind('@')
            && let Some(colon) = authority.get(..sign).and_then(|user| user.find(':'))
        {
            found.push(start + colon + 1..start + sign);
        }
    }
    found
}

/// `{SHA512-CRYPT}$6$…`, `{PLAIN}secret` and bare crypt(3) hashes.
fn hashes(line: &str) -> Vec<Range> {
    let mut found = Vec::new();
    for (open, _) in line.match_indices('{') {
        let rest = line.get(open + 1..).unwrap_or_default();
        let scheme = rest
            .bytes()
            .take(40)
            .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_'))
            .count();
        if scheme < 3 || rest.as_bytes().get(scheme) != Some(&b'}') {
            continue;
        }
        let start = open + 1 + scheme + 1;
        found.push(start..start + hash_len(line, start));
    }
    for mark in ["$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$y$", "$argon2"] {
        for (at, _) in line.match_indices(mark) {
            let len = hash_len(line, at);
            if len >= 16 {
                found.push(at..at + len);
            }
        }
    }
    found
}

/// How long a hash is; bounded, so that a line made of nothing but openings
/// takes no more than linear time.
fn hash_len(line: &str, start: usize) -> usize {
    const MAX_HASH_BYTES: usize = 1024;
    let value = line.as_bytes().get(start..).unwrap_or_default();
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b':' | b'\'' | b'"');
    value.iter().take(MAX_HASH_BYTES).position(ends).unwrap_or(value.len().min(MAX_HASH_BYTES))
}

/// A line of sasl_passwd in a paste: `[smtp.example.org]:587 user:password`.
fn relay_login(line: &str) -> Option<Range> {
    let mut words = line.split_ascii_whitespace();
    let (host, login) = (words.next()?, words.next()?);
    let looks_like_host = host.starts_with('[') && host.contains(']');
    if !looks_like_host || words.next().is_some() {
        return None;
    }
    let colon = login.find(':')?;
    let start = line.rfind(login)?;
    Some(start + colon + 1..start + login.len())
}

fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| !span.is_empty());
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if last.file == span.file && span.start <= last.end => last.end = last.end.max(span.end),
            Some(_) | None => merged.push(span),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(line: &str) -> String {
        let mut spans = Vec::new();
        Scan { file: FileId(0), whole_file_is_table: false }.document(line.as_bytes(), &mut spans);
        let mut text = line.to_owned();
        for span in merge(spans).into_iter().rev() {
            text.replace_range(span.start as usize..span.end as usize, "*");
        }
        text
    }

    #[test]
    fn passwords_are_found_wherever_they_stand() {
        assert_eq!(masked("password = s3cret word"), "password = *");
        assert_eq!(
            masked("connect = host=db user=mail password=s3cret dbname=mail"),
            "connect = host=db user=mail password=* dbname=mail"
        );
        assert_eq!(masked("hosts = postgresql://mail:s3cret@db/mail"), "hosts = postgresql://mail:*@db/mail");
        assert_eq!(masked("user@example.org:{SHA512-CRYPT}abcdef:1000"), "user@example.org:{SHA512-CRYPT}*:1000");
        assert_eq!(masked("[smtp.example.org]:587 me@example.org:s3cret"), "[smtp.example.org]:587 me@example.org:*");
        assert_eq!(masked("dnpass: \"a b\" rest"), "dnpass: * rest");
    }

    #[test]
    fn names_that_only_sound_like_it_stay() {
        for line in [
            "smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd",
            "password_query = SELECT password FROM users WHERE userid = '%u'",
            "ssl_key = </etc/ssl/private/mail.pem",
            "default_pass_scheme = SHA512-CRYPT",
            "ssl_key_password = <$ENV:KEY",
        ] {
            assert_eq!(masked(line), line);
        }
    }

    #[test]
    fn private_keys_are_masked_whole() {
        assert_eq!(masked("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\nx = y\n"), "*x = y\n");
    }
}
