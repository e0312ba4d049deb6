//! Lines of text: width on the screen, wrapping, characters that must not
//! reach a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that `text` takes; escape sequences of our own styles take none.
pub(crate) fn width(text: &str) -> usize {
    if !text.contains('\u{1b}') {
        return text.width();
    }
    let mut total = 0;
    let mut escape = false;
    for character in text.chars() {
        match character {
            '\u{1b}' => escape = true,
            'm' if escape => escape = false,
            _ if escape => {}
            _ => total += character.width().unwrap_or(0),
        }
    }
    total
}

/// Text from the input as it may be shown: control characters and those that
/// turn the direction of writing would let a configuration draw on the
/// reader's terminal.
pub(crate) fn visible(text: &str) -> String {
    text.chars().map(visible_char).collect()
}

pub(crate) fn visible_char(character: char) -> char {
    match character {
        '\n' | '\t' => ' ',
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('?'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        other => other,
    }
}

/// `text` in lines of at most `columns`, broken at spaces; a longer word keeps
/// a line of its own.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    wrap_after(text, 0, columns)
}

/// The same where `taken` columns of the first line are taken already.
fn wrap_after(text: &str, taken: usize, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = taken;
    for word in text.split_whitespace() {
        let word_width = width(word);
        let first = line.is_empty();
        if used + usize::from(!first) + word_width > columns && used > 0 {
            lines.push(std::mem::take(&mut line));
            used = 0;
        } else if !first {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += word_width;
    }
    lines.push(line);
    lines
}

/// Writes `text` behind `first`, wrapped at `columns`; further lines begin
/// under the first word.
pub(crate) fn hang(out: &mut String, first: &str, text: &str, columns: usize) {
    hang_at(out, first, text, width(first), columns);
}

/// As [`hang`], with further lines at `indent`.
pub(crate) fn hang_at(out: &mut String, first: &str, text: &str, indent: usize, columns: usize) {
    let taken = width(first).saturating_sub(indent);
    for (number, line) in wrap_after(text, taken, columns.saturating_sub(indent).max(20)).iter().enumerate() {
        if number == 0 {
            out.push_str(first);
        } else {
            pad(out, indent);
        }
        out.push_str(line);
        out.push('\n');
    }
}

/// A heading and its text as one sentence; further lines are indented a little.
pub(crate) fn hang_flat(out: &mut String, text: &str, columns: usize) {
    for (number, line) in wrap(text, columns.saturating_sub(4)).iter().enumerate() {
        out.push_str(if number == 0 { "" } else { "    " });
        out.push_str(line);
        out.push('\n');
    }
}

/// The beginning of `text`, if it takes more than `columns`.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut used = 0;
    let room = columns.saturating_sub(3);
    let kept = text.chars().take_while(|character| {
        used += character.width().unwrap_or(0);
        used <= room
    });
    kept.chain("...".chars()).collect()
}

/// Appends `columns` spaces.
pub(crate) fn pad(out: &mut String, columns: usize) {
    out.extend(std::iter::repeat_n(' ', columns));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(width("한글 ab"), 7);
        assert_eq!(width("\u{1b}[1mab\u{1b}[0m"), 2);
        assert_eq!(wrap("가나다 라마바 사", 9), ["가나다", "라마바 사"]);
    }

    #[test]
    fn further_lines_stand_under_the_first_word() {
        let mut out = String::new();
        hang(&mut out, "  = why: ", "one two three four five six", 30);
        assert_eq!(out, "  = why: one two three four\n         five six\n");
        out.clear();
        hang_at(&mut out, "  name  state: ", "one two three four", 4, 24);
        assert_eq!(out, "  name  state: one two\n    three four\n");
    }

    #[test]
    fn nothing_from_the_input_can_steer_the_terminal() {
        assert_eq!(visible("a\u{1b}[31m\u{202e}b\u{7}"), "a\u{241b}[31m\u{fffd}b\u{2407}");
    }
}
