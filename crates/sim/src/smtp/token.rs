//! Words of a command line, as smtpd reads them.

/// One word of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    /// A quote or bracket in it is not closed.
    pub(super) is_open: bool,
}

/// The words of a line.
// smtpd_token.c, smtpd_token: addresses keep their quotes, `to:` and `from:`
// end a word even without white space behind them.
pub(super) fn tokens(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = line;
    while let Some(token) = next_token(&mut rest) {
        tokens.push(token);
    }
    tokens
}

/// Further words joined to one, as HELO and VRFY take them.
// smtpd.c, collapse_args
pub(super) fn joined(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn next_token(rest: &mut &str) -> Option<Token> {
    let mut token = Token { text: String::new(), is_open: false };
    let mut chars = rest.chars();
    while let Some(ch) = chars.next() {
        match ch {
            ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r' => {
                if !token.text.is_empty() {
                    break;
                }
            }
            '<' => quoted(&mut chars, &mut token, '<', '>'),
            '"' => quoted(&mut chars, &mut token, '"', '"'),
            ':' => {
                token.text.push(ch);
                if token.text.eq_ignore_ascii_case("to:") || token.text.eq_ignore_ascii_case("from:") {
                    break;
                }
            }
            '\\' => {
                token.text.push(ch);
                token.text.extend(chars.next());
            }
            ch => token.text.push(ch),
        }
    }
    *rest = chars.as_str();
    (!token.text.is_empty()).then_some(token)
}

/// The text up to the closing character, with quotes and brackets inside.
// smtpd_token.c, smtp_quoted
fn quoted(chars: &mut std::str::Chars<'_>, token: &mut Token, first: char, last: char) {
    let mut wanted = vec![last];
    token.text.push(first);
    while let Some(ch) = chars.next() {
        token.text.push(ch);
        let closing = wanted.last().copied().unwrap_or(last);
        if ch == '\\' {
            let Some(escaped) = chars.next() else { break };
            token.text.push(escaped);
        } else if ch == closing {
            if wanted.len() == 1 {
                return;
            }
            wanted.pop();
        } else if ch == '"' {
            wanted.push('"');
        } else if ch == '<' && closing == '>' {
            wanted.push('>');
        }
    }
    token.is_open = true;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        tokens(line).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn an_address_is_one_word_with_its_quotes() {
        assert_eq!(words("MAIL FROM:<a b@c> SIZE=1"), ["MAIL", "FROM:", "<a b@c>", "SIZE=1"]);
        assert_eq!(words("RCPT to:\"a b\"@c"), ["RCPT", "to:", "\"a b\"@c"]);
        assert_eq!(words("RCPT TO:a\\ b"), ["RCPT", "TO:", "a\\ b"]);
        assert_eq!(words("  "), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_closed_is_an_error() {
        assert!(tokens("MAIL FROM:<a").iter().any(|token| token.is_open));
        assert!(tokens("MAIL FROM:<\"a>").iter().any(|token| token.is_open));
        assert!(tokens("MAIL FROM:<<a>>").iter().all(|token| !token.is_open));
    }
}
