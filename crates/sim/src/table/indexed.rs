//! Tables of keys and values.

use super::rules::space;
use crate::hash::Map;
use postproof_diag::Span;
use postproof_syntax::table::LogicalLines;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

/// Folded keys with their values.
#[derive(Debug, Default)]
pub(super) struct Indexed<'a> {
    values: Map<Cow<'a, str>, (Cow<'a, str>, Option<Span>)>,
}

impl<'a> Indexed<'a> {
    /// The value of a folded key.
    pub(super) fn get(&self, key: &str) -> Option<(&str, Option<Span>)> {
        self.values.get(key).map(|(text, span)| (text.as_ref(), *span))
    }

    /// One key for each value, in order; nothing if the table is too large to
    /// go through.
    pub(super) fn examples(&self, limit: usize) -> Option<Vec<&str>> {
        if self.values.len() > limit {
            return None;
        }
        let mut first: BTreeMap<&str, &str> = BTreeMap::new();
        for (key, (value, _)) in &self.values {
            let known = first.entry(value.as_ref()).or_insert(key);
            *known = (*known).min(key);
        }
        Some(first.into_values().collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Enters a value; the later of two wins.
    pub(super) fn put(&mut self, key: Cow<'a, str>, value: Cow<'a, str>, span: Option<Span>) {
        self.values.insert(key, (value, span));
    }

    /// Enters a value; the earlier of two wins.
    pub(super) fn add_first(&mut self, key: &'a str, value: &'a str) {
        self.values.entry(key.into()).or_insert((value.into(), None));
    }

    /// A table made by postmap(1) or postalias(1): the first of two entries stays.
    // mkmap_open.c: DICT_FLAG_DUP_WARN
    pub(super) fn first_wins(
        lines: impl Iterator<Item = (&'a str, Span)>,
        read: impl Fn(&'a str) -> Option<(Cow<'a, str>, Cow<'a, str>)>,
        unicode: bool,
    ) -> Self {
        let mut table = Self::default();
        for (line, span) in lines {
            if let Some((key, value)) = read(line) {
                table.values.entry(fold(key, unicode)).or_insert((value, Some(span)));
            }
        }
        table
    }

    /// A texthash: table; nothing if a key is there twice. The daemons open it
    /// without saying what to do then, and every look-up fails.
    // dict_thash.c, dict_thash_open; maps.c, maps_create
    pub(super) fn text_hash(lines: &'a LogicalLines, unicode: bool) -> Option<Self> {
        let mut table = Self::default();
        table.values.reserve(lines.len());
        for (line, span) in lines.iter() {
            let Some((key, value)) = text_line(line) else { continue };
            match table.values.entry(fold(key, unicode)) {
                Entry::Occupied(_) => return None,
                Entry::Vacant(place) => {
                    place.insert((value, Some(span)));
                }
            }
        }
        Some(table)
    }
}

/// Key and value of a line; nothing if Postfix ignores it.
// dict_thash.c, dict_thash_open; postmap.c, postmap
pub(super) fn text_line(line: &str) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let end = key_end(line, false)?;
    let (key, rest) = line.split_at_checked(end)?;
    let value = rest.trim_matches(space);
    (!key.is_empty() && !value.is_empty()).then_some((key.into(), value.into()))
}

/// `key = value`, blanks around both; the key may be quoted.
// split_qnameval.c
pub(super) fn inline_pair(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(space);
    if text.is_empty() {
        return None;
    }
    let (key, rest) = text.split_at_checked(key_end(text, true)?)?;
    let value = rest.trim_start_matches(space).strip_prefix('=')?;
    Some((key, value.trim_matches(space)))
}

/// Where a key ends: at white space outside quotes, or at `=` if asked for; a
/// backslash protects what follows. Nothing if a quote is open.
fn key_end(text: &str, equals: bool) -> Option<usize> {
    let mut in_quotes = false;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'"' => in_quotes = !in_quotes,
            byte if !in_quotes && (space(char::from(byte)) || (equals && byte == b'=')) => return Some(at),
            _ => {}
        }
    }
    (!in_quotes).then_some(text.len())
}

/// A key in small letters.
// lowercase.c; casefold.c where SMTPUTF8 is on
pub(super) fn folded(key: &str, unicode: bool) -> Cow<'_, str> {
    fold(Cow::Borrowed(key), unicode)
}

fn fold(key: Cow<'_, str>, unicode: bool) -> Cow<'_, str> {
    let is_folded = |byte: u8| !byte.is_ascii_uppercase() && (byte.is_ascii() || !unicode);
    if key.bytes().all(is_folded) {
        return key;
    }
    if unicode && !key.is_ascii() {
        // Full case folding, but for what small letters alone do not reach.
        return key.chars().flat_map(char::to_lowercase).flat_map(fold_small).collect::<String>().into();
    }
    key.to_ascii_lowercase().into()
}

/// Small letters that fold to others.
fn fold_small(ch: char) -> impl Iterator<Item = char> {
    let (first, second) = match ch {
        'ß' => ('s', Some('s')),
        'ς' => ('σ', None),
        'ſ' => ('s', None),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}
