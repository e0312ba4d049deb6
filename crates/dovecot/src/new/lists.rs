//! Lists of 2.4: maps of texts, and words that are on or off.

use crate::{Entry, Stored, values};
use postproof_catalog::Setting;

/// Sets one item, or replaces or clears the whole. `key` is the full name, with
/// `/ITEM` of an item.
// config-parser.c, config_apply_strlist
pub(super) fn map(
    stored: &mut Stored,
    setting: &'static Setting,
    item: Option<&str>,
    value: &str,
    at: Option<usize>,
    at_top: bool,
) -> Result<(), String> {
    match item {
        None if value.is_empty() => {
            stored.clear();
            stored.replaced = true;
            Ok(())
        }
        None => Err(format!("Setting is a string list, use '{} {{'", setting.name)),
        Some(item) => {
            put(stored, setting, item, value, at, at_top);
            Ok(())
        }
    }
}

/// As [`map`], for words that are on or off.
// config-parser.c, config_apply_boollist
pub(super) fn words(
    stored: &mut Stored,
    setting: &'static Setting,
    item: Option<&str>,
    value: &str,
    at: Option<usize>,
    at_top: bool,
) -> Result<(), String> {
    if let Some(item) = item {
        let open = ["%{", "$SET:", "$ENV:"].iter().any(|part| value.contains(part));
        if !open {
            values::boolean(value).map_err(|refused| refused.0)?;
        }
        put(stored, setting, item, value, at, at_top);
        return Ok(());
    }
    let all = split_words(value)?;
    stored.clear();
    for key in all {
        stored.add(Entry { key, value: "yes".to_owned(), assignment: at });
    }
    stored.replaced = true;
    Ok(())
}

/// The first item of a list brings the defaults along.
// config-parser.c, config_array_add_defaults
fn put(stored: &mut Stored, setting: &Setting, item: &str, value: &str, at: Option<usize>, at_top: bool) {
    if at_top && stored.entries.is_empty() && !stored.replaced {
        for (key, value) in defaults(setting) {
            stored.put(Entry { key, value, assignment: None });
        }
    }
    stored.put(Entry { key: item.to_owned(), value: value.to_owned(), assignment: at });
}

/// The items that a list has where nothing sets it.
pub(crate) fn defaults(setting: &Setting) -> Vec<(String, String)> {
    let words = setting.default.unwrap_or_default().split([' ', ',']).filter(|word| !word.is_empty());
    match setting.kind {
        postproof_catalog::SettingKind::BoolList => words.map(|word| (word.to_owned(), "yes".to_owned())).collect(),
        _ => words
            .filter_map(|word| word.split_once('='))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
    }
}

/// Words between blanks or commas; in double quotes they may hold both.
// settings-parser.c, settings_parse_boollist_string
pub(crate) fn split_words(value: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut ended) = (false, false);
    let mut chars = value.chars();
    let after_quote = || "Expected ',' or ' ' after '\"'".to_owned();
    while let Some(mut ch) = chars.next() {
        match ch {
            '"' if !quoted && !word.is_empty() => return Err("'\"' in the middle of a string".to_owned()),
            '"' if !quoted => quoted = true,
            '"' if ended => return Err(after_quote()),
            '"' => ended = true,
            ' ' | ',' if !quoted || ended => {
                if quoted || !word.is_empty() {
                    words.push(crate::old::unescaped_name(&std::mem::take(&mut word)));
                }
                (quoted, ended) = (false, false);
            }
            ' ' | ',' => word.push(ch),
            _ => {
                if ch == '\\' && quoted {
                    ch = chars.next().ok_or_else(|| "Value ends with '\\'".to_owned())?;
                }
                if ended {
                    return Err(after_quote());
                }
                word.push(ch);
            }
        }
    }
    if quoted && !ended {
        return Err("Missing ending '\"'".to_owned());
    }
    if quoted || !word.is_empty() {
        words.push(crate::old::unescaped_name(&word));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_may_stand_in_quotes() {
        assert_eq!(split_words("a b,c ,, d").unwrap(), ["a", "b", "c", "d"]);
        assert_eq!(split_words("\"a b\" \"\" \"q\\\"r\"").unwrap(), ["a b", "", "q\"r"]);
        assert!(split_words("a\"b").unwrap_err().contains("middle"));
        assert!(split_words("\"a\"b").unwrap_err().contains("Expected"));
        assert!(split_words("\"a").unwrap_err().contains("Missing"));
        assert!(split_words("\"a\\").unwrap_err().contains("ends"));
    }
}
