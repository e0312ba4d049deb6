//! What tables of rules have in common: `if`, `endif`, `!`, rules in a name.

use super::open::{braced, words};
use postproof_syntax::exact::is_space;

/// The rules that stand in a name: `{{rule}, {rule}}`; nothing if it is broken.
// dict_stream.c, dict_inline_to_multiline
pub(super) fn inline_rules(name: &str) -> Option<Vec<&str>> {
    let mut rules = Vec::new();
    for word in words(braced(name, false)?) {
        if !word.starts_with('{') {
            return None;
        }
        let rule = braced(word, true)?;
        // readlline.c: comments and empty lines are no rules
        if !rule.is_empty() && !rule.starts_with('#') {
            rules.push(rule);
        }
    }
    Some(rules)
}

/// What follows the keyword, if a line begins with it, in any case.
pub(super) fn after_keyword<'t>(line: &'t str, keyword: &str) -> Option<&'t str> {
    let (head, rest) = line.split_at_checked(keyword.len())?;
    let ends = !rest.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    (ends && head.eq_ignore_ascii_case(keyword)).then_some(rest)
}

/// What follows any number of `!` and blanks, and whether a match is meant.
pub(super) fn after_negation(text: &str) -> (&str, bool) {
    let rest = text.trim_start_matches(|ch: char| ch == '!' || space(ch));
    let bangs = text.len() - rest.len();
    let negations = text.bytes().take(bangs).filter(|byte| *byte == b'!').count();
    (rest, negations % 2 == 0)
}

/// White space as C has it.
pub(super) fn space(ch: char) -> bool {
    u8::try_from(ch).is_ok_and(is_space)
}
