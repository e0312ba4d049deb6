//! `%u`, `%Ld`, `%{if;…}` of 2.3 as the expressions of 2.4.
// lib/var-expand.c of 2.3.19.1: var_expand_with_funcs, var_expand_long

use super::rules::variable;

/// A value with its variables in the syntax of 2.4.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Translated {
    pub(super) text: String,
    /// What could not be expressed, as it stands in the source.
    pub(super) failed: Vec<String>,
    /// Whether any variable was there.
    pub(super) any: bool,
}

/// Where a value is expanded; each has its own variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scope<'s> {
    /// `auth`, `login` or `storage`.
    pub(super) process: &'static str,
    /// The setting, which may have variables of its own.
    pub(super) setting: &'s str,
    /// Whether `%%u` is the owner of a shared namespace.
    pub(super) shared: bool,
    /// Whether the value is escaped for its database after expansion.
    pub(super) escaped: bool,
}

impl<'s> Scope<'s> {
    /// The scope that a setting of that name has by itself.
    pub(super) fn of(setting: &'s str) -> Scope<'s> {
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| setting.starts_with(prefix));
        let process = if starts(&["auth_", "passdb", "userdb", "sql", "ldap"]) {
            "auth"
        } else if starts(&["login_"]) {
            "login"
        } else {
            "storage"
        };
        Scope { process, setting, shared: false, escaped: false }
    }

    fn lookup(self, name: &str) -> Option<&'static str> {
        [self.setting, self.process, "any"].iter().find_map(|scope| variable(scope, name))
    }
}

/// Translates one value.
pub(super) fn translate(value: &str, scope: Scope<'_>) -> Translated {
    let mut out = Translated::default();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('%') {
        out.text.push_str(before);
        rest = match after.strip_prefix('%') {
            Some(after) => percent(after, scope, &mut out),
            None => one(after, scope, &mut out),
        };
    }
    out.text.push_str(rest);
    out
}

/// After `%%`: one percent sign, or a variable of the owner.
fn percent<'v>(after: &'v str, scope: Scope<'_>, out: &mut Translated) -> &'v str {
    let first = after.chars().next().unwrap_or_default();
    if scope.shared
        && let Some(new) = variable("shared", first.encode_utf8(&mut [0; 4]))
    {
        out.any = true;
        out.text.push_str(&expression(new, &[]));
        return tail(after, first.len_utf8());
    }
    // "%%{x}" is 2.4's way to write "%{x}"; anything else needs no escape.
    out.text.push_str(if first == '{' { "%%" } else { "%" });
    after
}

/// After `%`: `[-][0]digits[.digits]MODIFIERS` and a letter or `{…}`.
fn one<'v>(after: &'v str, scope: Scope<'_>, out: &mut Translated) -> &'v str {
    let Some(parsed) = parse(after) else {
        out.text.push('%');
        return after;
    };
    let rest = tail(after, parsed.len);
    let source = after.strip_suffix(rest).unwrap_or(after);
    match parsed.filters(scope) {
        Some((base, filters)) => {
            out.any = true;
            out.text.push_str(&expression(&base, &filters));
        }
        None => {
            out.failed.push(format!("%{source}"));
            out.text.push('%');
            out.text.push_str(source);
        }
    }
    rest
}

pub(super) fn tail(text: &str, from: usize) -> &str {
    text.get(from..).unwrap_or_default()
}

fn expression(base: &str, filters: &[String]) -> String {
    let mut text = format!("%{{{base}");
    for filter in filters {
        text.push_str(" | ");
        text.push_str(filter);
    }
    text.push('}');
    text
}

/// One variable as it stands in a value of 2.3.
#[derive(Debug, Default)]
pub(super) struct Old<'v> {
    pub(super) offset: i64,
    pub(super) width: i64,
    pub(super) zero: bool,
    pub(super) modifiers: &'v str,
    /// The letter, or what stands between the braces.
    pub(super) key: &'v str,
    pub(super) len: usize,
}

/// Reads what follows a `%`; nothing where no variable follows.
pub(super) fn parse(text: &str) -> Option<Old<'_>> {
    let mut old = Old::default();
    let mut rest = text;
    let mut negative = false;
    let mut dotted = false;
    loop {
        if let Some(after) = rest.strip_prefix('-') {
            negative = true;
            rest = after;
        }
        old.zero = rest.starts_with('0');
        let digits = rest.len() - rest.trim_start_matches(|ch: char| ch.is_ascii_digit()).len();
        let number = rest.get(..digits).unwrap_or_default();
        let number = if number.is_empty() { 0 } else { number.parse::<i64>().ok().filter(|one| *one < 1 << 20)? };
        old.width = if negative { -number } else { number };
        rest = tail(rest, digits);
        match rest.strip_prefix('.') {
            Some(after) if !dotted => {
                old.offset = old.width;
                (dotted, negative) = (true, false);
                rest = after;
            }
            _ => break,
        }
    }
    if !dotted && negative {
        // A sign without a dot is read and has no effect.
        old.width = -old.width;
    }
    let modifiers = rest.len() - rest.trim_start_matches(|ch: char| "LUEXRHNMDT".contains(ch)).len();
    old.modifiers = rest.get(..modifiers).unwrap_or_default();
    rest = tail(rest, modifiers);
    let key_len = if let Some(inner) = rest.strip_prefix('{') {
        let end = closing(inner)?;
        old.key = inner.get(..end)?;
        end + 2
    } else {
        let letter = rest.chars().next()?;
        if !letter.is_ascii_alphabetic() && letter != '$' {
            return None;
        }
        old.key = rest.get(..1)?;
        1
    };
    old.len = text.len() - rest.len() + key_len;
    Some(old)
}

/// Bytes between the braces of a variable. Real ones take a hundred; what is
/// longer is left as it is, and asked about.
const MAX_KEY: usize = 1024;

/// Where the brace that was opened before `inner` closes.
fn closing(inner: &str) -> Option<usize> {
    let mut depth = 1usize;
    for (at, ch) in inner.char_indices().take_while(|(at, _)| *at < MAX_KEY) {
        match ch {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

impl Old<'_> {
    /// The expression of 2.4: what it begins with, and the filters after it.
    fn filters(&self, scope: Scope<'_>) -> Option<(String, Vec<String>)> {
        let (base, mut filters) = key(self.key, scope)?;
        let mut zero = self.zero;
        for modifier in self.modifiers.chars() {
            filters.push(match modifier {
                'L' => "lower".to_owned(),
                'U' => "upper".to_owned(),
                'R' => "reverse".to_owned(),
                'M' => "md5".to_owned(),
                'D' => "ldap_dn".to_owned(),
                'X' if zero && self.width > 0 => {
                    zero = false;
                    format!("hex({})", self.width)
                }
                'X' => "hex".to_owned(),
                // Databases escape every variable by themselves.
                'E' if scope.escaped => continue,
                _ => return None,
            });
        }
        if zero && self.width > 0 {
            return None;
        }
        let padded = self.zero && self.modifiers.contains('X');
        match (self.offset, self.width) {
            (0, 0) => {}
            (0, _) if padded => {}
            (offset, width) if width >= 0 && !padded => {
                filters.push(if width == 0 {
                    format!("substr({offset})")
                } else {
                    format!("substr({offset}, {width})")
                });
            }
            _ => return None,
        }
        Some((base, filters))
    }
}

/// A letter or a long key.
fn key(key: &str, scope: Scope<'_>) -> Option<(String, Vec<String>)> {
    if let Some(new) = scope.lookup(key) {
        return Some((new.to_owned(), Vec::new()));
    }
    if let Some(condition) = key.strip_prefix("if;") {
        return condition_of(condition, scope);
    }
    let (head, rest) = key.split_once(':').unwrap_or((key, ""));
    let (function, options) = head.split_once(';').unwrap_or((head, ""));
    match function {
        "env" if !rest.is_empty() => Some((format!("env:{rest}"), Vec::new())),
        "passdb" | "userdb" | "ldap" | "oauth2" if !rest.is_empty() => {
            let (name, default) = rest.split_once(':').map_or((rest, None), |(name, default)| (name, Some(default)));
            let default = default.map(|text| format!("default({})", quoted(text)));
            Some((format!("{function}:{name}"), default.into_iter().collect()))
        }
        "md5" | "sha1" | "sha256" | "sha384" | "sha512" if !rest.is_empty() => {
            let (base, mut filters) = self::key(rest, scope)?;
            filters.extend(hash(function, options)?);
            Some((base, filters))
        }
        // What 2.3 lets plugins and databases put in by name has the same name in 2.4.
        _ if key.len() > 1 && key.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '_') => {
            Some((key.to_owned(), Vec::new()))
        }
        _ => None,
    }
}

/// `rounds=N,truncate=BITS,salt=S,format=hex`.
fn hash(function: &str, options: &str) -> Option<Vec<String>> {
    let mut arguments = Vec::new();
    let mut after = Vec::new();
    for option in options.split(',').filter(|option| !option.is_empty()) {
        match option.split_once('=')? {
            ("rounds", rounds) => arguments.push(format!("rounds={}", rounds.parse::<u32>().ok()?)),
            ("salt", salt) => arguments.push(format!("salt={}", quoted(salt))),
            ("truncate", bits) => after.push(format!("truncate(bits={})", bits.parse::<u32>().ok()?)),
            ("format", "hex") => {}
            ("format", "base64") => after.push("unhexlify | base64".to_owned()),
            _ => return None,
        }
    }
    let head = if arguments.is_empty() { function.to_owned() } else { format!("{function}({})", arguments.join(", ")) };
    Some(std::iter::once(head).chain(after).collect())
}

/// `A;OP;B;THEN;ELSE`, where each may hold variables.
fn condition_of(text: &str, scope: Scope<'_>) -> Option<(String, Vec<String>)> {
    let parts = split_outside_braces(text);
    let [left, operator, right, yes, no] = <[&str; 5]>::try_from(parts).ok()?;
    let argument = |part: &str| -> Option<String> {
        let Some(inner) = part.strip_prefix('%') else { return (!part.contains('%')).then(|| quoted(part)) };
        let old = parse(inner).filter(|old| old.len == inner.len())?;
        let (base, filters) = old.filters(scope)?;
        // An argument is a name or a text; a pipe is not possible there.
        (filters.is_empty() && !base.contains('|')).then_some(base)
    };
    let condition =
        |then: String, other: String, right: String| format!("if({}, {right}, {then}, {other})", quoted(operator));
    let (base, mut filters) = match left.strip_prefix('%') {
        Some(inner) => {
            let old = parse(inner).filter(|old| old.len == inner.len())?;
            old.filters(scope)?
        }
        None => (format!("literal({})", quoted(left)), Vec::new()),
    };
    // The postmaster's form, which 2.4 writes with a filter of its own.
    if operator == "ne" && right.is_empty() && yes == left {
        filters.push(format!("default({})", argument(no)?));
        return Some((base, filters));
    }
    filters.push(condition(argument(yes)?, argument(no)?, argument(right)?));
    Some((base, filters))
}

fn split_outside_braces(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0usize;
    let mut start = 0;
    for (at, ch) in text.char_indices() {
        match ch {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => {
                parts.push(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(tail(text, start));
    parts
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
