//! Control sequences that a terminal leaves in what is copied from it.

use std::borrow::Cow;

const ESCAPE: char = '\u{1b}';
const BELL: char = '\u{7}';

/// Bytes of the control sequences with which a text begins.
pub(super) fn leading(text: &str) -> usize {
    let mut left = text;
    while let Some(rest) = sequence(left) {
        left = rest;
    }
    text.len() - left.len()
}

/// The text without control sequences.
pub(super) fn plain(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains(ESCAPE) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut left: &str = &text;
    while let Some(at) = left.find(ESCAPE) {
        out.push_str(left.get(..at).unwrap_or_default());
        let rest = left.get(at..).unwrap_or_default();
        left = sequence(rest).unwrap_or_default();
    }
    out.push_str(left);
    Cow::Owned(out)
}

/// What follows the sequence with which the text begins: `ESC [ … letter`,
/// `ESC ] … BEL`, or `ESC` and one other character (ECMA-48).
fn sequence(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(ESCAPE)?;
    if let Some(parameters) = rest.strip_prefix('[') {
        let left = parameters.trim_start_matches(|ch: char| ch.is_ascii_digit() || ";:?<=> ".contains(ch));
        let mut after = left.chars();
        after.next();
        return Some(after.as_str());
    }
    if let Some(command) = rest.strip_prefix(']') {
        let end = command.find([BELL, ESCAPE]).unwrap_or(command.len());
        let left = command.get(end..).unwrap_or_default();
        return Some(left.strip_prefix(BELL).or_else(|| left.strip_prefix("\u{1b}\\")).unwrap_or(left));
    }
    let mut after = rest.chars();
    after.next();
    Some(after.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_titles_of_windows_are_taken_off() {
        let line = "\u{1b}]0;root@mx: ~\u{7}\u{1b}[01;32mroot@mx\u{1b}[00m:~# ls";
        assert_eq!(plain(line.into()), "root@mx:~# ls");
        assert_eq!(line.get(leading(line)..).map(|left| left.starts_with("root@mx")), Some(true));
        assert_eq!(plain("a\u{1b}".into()), "a");
        assert_eq!(plain("a\u{1b}]0;".into()), "a");
        assert_eq!(leading("a"), 0);
    }
}
