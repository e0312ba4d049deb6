//! The words of a command line (smtpd_token.c).

/// One word of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CommandWord {
    /// The word, quotes and brackets included.
    pub(crate) text: String,
    /// Whether a `<` or `"` in it is never closed.
    pub(crate) is_broken: bool,
}

/// Splits a command line: at white space, behind `from:` and `to:`, and not
/// within `<…>` and `"…"`.
// smtpd_token.c, smtpd_token
pub(crate) fn command_words(line: &str) -> Vec<CommandWord> {
    let mut words = Vec::new();
    let mut chars = line.chars();
    let mut word = CommandWord::default();
    while let Some(ch) = chars.next() {
        match ch {
            ch if is_space(ch) => finish(&mut words, &mut word),
            '<' => quoted(&mut chars, &mut word, ch, '>'),
            '"' => quoted(&mut chars, &mut word, ch, ch),
            ':' => {
                word.text.push(ch);
                // The comparison ends with the word: `t:` is none, `:` is no word of it.
                if ["to:", "from:"].iter().any(|known| known.eq_ignore_ascii_case(&word.text)) {
                    finish(&mut words, &mut word);
                }
            }
            '\\' => {
                word.text.push(ch);
                word.text.extend(chars.next());
            }
            ch => word.text.push(ch),
        }
    }
    finish(&mut words, &mut word);
    words
}

fn is_space(ch: char) -> bool {
    matches!(ch, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

fn finish(words: &mut Vec<CommandWord>, word: &mut CommandWord) {
    let word = std::mem::take(word);
    if !word.text.is_empty() {
        words.push(word);
    }
}

// smtpd_token.c, smtp_quoted
fn quoted(chars: &mut std::str::Chars<'_>, word: &mut CommandWord, first: char, last: char) {
    let mut wanted = last;
    let mut outer: Vec<char> = Vec::new();
    word.text.push(first);
    while let Some(ch) = chars.next() {
        word.text.push(ch);
        if ch == '\\' {
            let Some(escaped) = chars.next() else { break };
            word.text.push(escaped);
        } else if ch == wanted {
            let Some(next) = outer.pop() else { return };
            wanted = next;
        } else if ch == '"' {
            outer.push(std::mem::replace(&mut wanted, '"'));
        } else if ch == '<' && wanted == '>' {
            outer.push(wanted);
        }
    }
    word.is_broken = true;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        command_words(line).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn a_command_falls_into_words() {
        assert_eq!(words("MAIL FROM:<a@b> SIZE=1"), ["MAIL", "FROM:", "<a@b>", "SIZE=1"]);
        assert_eq!(words("RCPT  To: <\"a b\"@c>"), ["RCPT", "To:", "<\"a b\"@c>"]);
        assert_eq!(words("RCPT TO:a\\ b@c x:y"), ["RCPT", "TO:", "a\\ b@c", "x:y"]);
        assert!(command_words("MAIL FROM:<a").iter().any(|word| word.is_broken));
        assert!(!command_words("MAIL FROM:<<a>>").iter().any(|word| word.is_broken));
        assert!(command_words("MAIL FROM:<\"a>").iter().any(|word| word.is_broken));
    }
}
