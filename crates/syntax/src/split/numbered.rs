//! What `grep -n`, `cat -n` and `grep -r` put before each line.

use super::command::file_kind;
use super::rows::Row;

/// Takes `12:`, `  12<tab>` and `/etc/postfix/main.cf:` off the lines that have
/// them. Numbers count only where they grow from line to line: a map may have
/// a key such as `10:`.
pub(super) fn strip(rows: &mut [Row<'_>]) {
    for row in rows.iter_mut() {
        let path = path_prefix(&row.text);
        row.strip(path);
    }
    let numbers: Vec<Option<(u32, usize)>> = rows.iter().map(|row| number_prefix(&row.text)).collect();
    for (at, row) in rows.iter_mut().enumerate() {
        let number = |at: Option<usize>| at.and_then(|at| numbers.get(at).copied().flatten());
        let Some((own, bytes)) = number(Some(at)) else { continue };
        let grows = number(at.checked_sub(1)).is_some_and(|(before, _)| before < own);
        if grows || number(Some(at + 1)).is_some_and(|(after, _)| own < after) {
            row.strip(bytes);
        }
    }
}

/// The length of `/etc/postfix/main.cf:` at the start of a line.
fn path_prefix(text: &str) -> usize {
    let is_path = |ch: char| ch.is_ascii_alphanumeric() || "/._-".contains(ch);
    let Some(at) = text.find(|ch| !is_path(ch)).filter(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(':')))
    else {
        return 0;
    };
    let path = text.get(..at).unwrap_or_default();
    let is_file = path.ends_with(".cf") || path.ends_with(".conf") || path.ends_with(".ext");
    let goes_on = text.get(at + 1..).is_some_and(|rest| !rest.is_empty() && !rest.starts_with(' '));
    if is_file && goes_on && file_kind(path).is_some() { at + 1 } else { 0 }
}

/// The number with which a line begins, and its length with what ends it.
fn number_prefix(text: &str) -> Option<(u32, usize)> {
    let rest = text.trim_start();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = rest.get(..digits)?.parse().ok()?;
    let ends = rest.get(digits..).is_some_and(|rest| rest.starts_with(':') || rest.starts_with('\t'));
    ends.then_some((number, text.len() - rest.len() + digits + 1))
}
